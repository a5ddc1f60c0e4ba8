"""Terraform's values on the wire: msgpack, with an extension for "not known yet".

A decoded value is plain Python: ``None``, ``bool``, numbers, ``str``, ``list`` and ``dict``.
Unknown values are ``msgpack.ExtType`` and keep any refinement that Terraform attached. A value of
dynamic type is the pair ``[type as JSON bytes, value]``.
See docs/plugin-protocol/object-wire-format.md in hashicorp/terraform.
"""

import json
from typing import Any, Final, TypeAlias

import msgpack

Value: TypeAlias = Any
UNKNOWN: Final = msgpack.ExtType(0, b"\x00")


def is_unknown(value: Value) -> bool:
    """Whether a decoded value stands for something known only after apply.

    >>> is_unknown(UNKNOWN), is_unknown(None)
    (True, False)
    """
    return isinstance(value, msgpack.ExtType)


def decode(packed: bytes, as_json: bytes = b"") -> Value:
    """A value from the two fields of a ``DynamicValue``; ``None`` if both are empty."""
    if as_json:
        return json.loads(as_json)
    return msgpack.unpackb(packed, strict_map_key=False) if packed else None


def encode(value: Value) -> bytes:
    """The msgpack form of a value.

    >>> decode(encode({"a": [1, None]}))
    {'a': [1, None]}
    """
    packed: bytes = msgpack.packb(value, use_bin_type=True)
    return packed
