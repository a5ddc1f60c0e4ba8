"""Reading a Terraform directory: files, expressions, modules, and from them the Estate."""

from simulator.estate.hcl.reading import read_hcl

__all__ = ["read_hcl"]
