"""DATA-03: every data path uses TLS 1.2 or newer."""
