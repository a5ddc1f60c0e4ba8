"""RESP-01: every data store sends its audit logs to a Log Analytics workspace."""
