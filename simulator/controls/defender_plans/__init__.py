"""RESP-05: Defender for Cloud watches every kind of data store."""
