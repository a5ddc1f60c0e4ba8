"""What a reader raises when a source cannot be read. An unreadable estate is never an empty one."""


class EstateError(Exception):
    """A source that cannot be read: the message names the file and place, and the next step."""
