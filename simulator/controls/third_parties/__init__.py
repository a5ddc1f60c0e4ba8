"""RESP-12: third parties reach personal information through API Management alone."""
