"""What of an answer is kept, and what of that never shows itself.

Azure keeps most secrets from a read; what slips through is marked ``sensitive`` here: settings of
applications but for Key Vault references, and elsewhere whatever is called or shaped like a secret.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from simulator.estate.arm.resource import rest_body
from simulator.estate.azure.reads import Json
from simulator.estate.model import Block, Known, Node

_ELSEWHERE: Final = frozenset({"id", "name", "type", "etag", "systemdata"})
_SETTINGS: Final = re.compile(
    r"microsoft\.web/sites(/slots)?/config:(appsettings|connectionstrings)"
)
_WHOLE: Final = {
    "microsoft.apimanagement/service/backends": "credentials",
    "microsoft.apimanagement/service/loggers": "credentials",
    "microsoft.apimanagement/service/namedvalues": "value",
    "microsoft.automation/automationaccounts/variables": "value",
    "microsoft.app/containerapps": "value",
    "microsoft.app/jobs": "value",
    "microsoft.containerinstance/containergroups": "value",
}
"""Types, in lower case, and the property of theirs (anywhere below) that may hold a secret."""

_NAMED: Final = re.compile(
    r"\w*password|pwd|(primary|secondary|account|access|shared|instrumentation|host|api)_?keys?"
    r"|(primary|secondary)?connectionstring|clientsecret|sastoken|callbackurl",
    re.IGNORECASE,
)
_SHAPED: Final = re.compile(
    r"AccountKey=|SharedAccessKey=|[?&]sig=|(password|pwd)\s*=|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)
_VAULT: Final = re.compile(r"\s*@Microsoft\.(KeyVault|AppConfiguration)\(.*\)\s*", re.IGNORECASE)


def body_of(type_: str, name: str, answer: Json) -> Block:
    """The REST body of a resource, without what its id says already.

    >>> body_of("T/t", "n", {"id": "/x", "properties": {"url": "https://a?sig=b", "on": True}})
    Block(values={'properties': Block(values={'url': Known(<sensitive>), 'on': Known(True)}, \
origin=None)}, origin=None)
    """
    kept = {key: value for key, value in answer.items() if key.casefold() not in _ELSEWHERE}
    body = rest_body(kept)
    if not isinstance(body, Block):  # an object is a block
        raise TypeError(f"{type_}: no object")
    if _SETTINGS.fullmatch(f"{type_}:{name}".casefold()):
        return _marked(body, lambda _, value: not _in_vault(value), inside="properties")
    whole = _WHOLE.get(type_.casefold())
    return _marked(body, lambda key, value: key == whole or _is_secret(key, value))


def _in_vault(value: object) -> bool:
    return value is None or (isinstance(value, str) and _VAULT.fullmatch(value) is not None)


def _is_secret(key: str, value: object) -> bool:
    if isinstance(value, str):
        return _SHAPED.search(value) is not None or (
            _NAMED.fullmatch(key) is not None and not _in_vault(value)
        )
    if isinstance(value, tuple):
        return any(_is_secret(key, member) for member in value)
    if isinstance(value, Mapping):
        return any(_is_secret(str(name), member) for name, member in value.items())
    return False


def _marked(block: Block, secret: Callable[[str, object], bool], inside: str = "") -> Block:
    """The block with every value marked that ``secret`` says is one; only below ``inside``."""

    def mark(key: str, node: Node) -> Node:
        if inside and key != inside:
            return node
        return _mark(key, node, secret)

    return Block({key: mark(key, node) for key, node in block.values.items()}, block.origin)


def _mark(key: str, node: Node, secret: Callable[[str, object], bool]) -> Node:
    if isinstance(node, tuple):
        return tuple(_inner(key, block, secret) for block in node)
    if isinstance(node, Block):
        return _inner(key, node, secret)
    if isinstance(node, Known) and node.value is not None and secret(key, node.value):
        return Known(node.value, sensitive=True)
    return node


def _inner(key: str, block: Block, secret: Callable[[str, object], bool]) -> Block:
    # Below ``credentials`` everything is credentials, however it is called.
    below = (lambda _, value: secret(key, value)) if secret(key, {}) else secret
    return Block({k: _mark(k, node, below) for k, node in block.values.items()}, block.origin)
