"""Which values of a configuration may be secrets, though nothing marks them so."""

import json

from simulator.controls.secrets.secretlike import (
    harmless,
    secret_name,
    secret_value,
    vault_reference,
)
from simulator.estate.model import Known, Reference, Value


def confidential(attribute: str, value: Value) -> bool:
    """Whether a value may hold a secret, by the name of its attribute or by its own shape.

    A change is told with its values, and anybody may have written a password into any of them.

    >>> confidential("app_settings.DB_PASSWORD", Known("hunter2"))
    True
    >>> confidential("body", Known('{"stripe": {"api_key": "hunter2"}}'))
    True
    >>> confidential("shared_access_key_enabled", Known(True))
    False
    """
    if isinstance(value, Reference):
        return secret_value(value.text or "") is not None
    return isinstance(value, Known) and _holds(attribute.rpartition(".")[2], value.value)


def _holds(name: str, inner: object) -> bool:
    if isinstance(inner, list | tuple):
        return any(_holds(name, item) for item in inner)
    if isinstance(inner, dict):
        return any(_holds(str(key), item) for key, item in inner.items())
    if not isinstance(inner, str):
        return False
    if inner.lstrip().startswith(("{", "[")):
        try:
            return _holds(name, json.loads(inner))
        except (ValueError, RecursionError):
            pass  # text after all
    if secret_value(inner) is not None:
        return True
    return secret_name(name) and bool(inner) and not harmless(inner) and not vault_reference(inner)
