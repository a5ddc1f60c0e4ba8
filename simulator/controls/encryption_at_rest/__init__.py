"""DATA-05: storage of personal information has a key of the team's own, and policy keeps it so."""
