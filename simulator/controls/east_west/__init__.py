"""RESP-09: between workloads of which one holds personal information, only named flows pass."""
