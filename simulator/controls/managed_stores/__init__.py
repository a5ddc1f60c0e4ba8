"""DATA-11: the databases, caches and queues beside storage and SQL get the same rules."""
