"""RESP-03: Sentinel watches the workspace, and enabled rules detect exfiltration."""
