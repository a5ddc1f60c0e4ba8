"""Keys that a service encrypts with, which ARM spells in three parts and azurerm as one id."""

from simulator.estate.arm.mapping import leaf
from simulator.estate.model import Block, Known, Omitted, Reference, Unresolvable, Value


def key_id(body: Block, vault: str, name: str, version: str) -> Value | None:
    """The key whose vault's address, name and version the body has at these paths, as one value.

    >>> where = {"uri": Known("https://kv.vault.azure.net/"), "key": Known("cmk")}
    >>> key_id(Block(where), "uri", "key", "version")
    Known('https://kv.vault.azure.net/keys/cmk')
    >>> key_id(Block(), "uri", "key", "version") is None
    True
    """
    uri, named, numbered = (_value(body, path) for path in (vault, name, version))
    parts = [part for part in (uri, named, numbered) if part is not None]
    if named is None:
        # Nothing names a key, or all of it is unknown: then its vault is, too.
        return uri if isinstance(uri, Unresolvable | Reference) else None
    if isinstance(named, Reference):
        others = tuple(part.to for part in (uri, numbered) if isinstance(part, Reference))
        also = tuple(dict.fromkeys(to for to in (*named.also, *others) if to != named.to))
        return Reference(named.to, also=also)
    if all(isinstance(part, Known) for part in parts) and uri is not None:
        texts = [str(part.value).strip("/") for part in parts if isinstance(part, Known)]
        return Known("/".join((texts[0], "keys", *texts[1:])))
    unknown = next((part for part in parts if not isinstance(part, Known)), None)
    return unknown if unknown is not None else Unresolvable(f"{vault} is not set")


def _value(body: Block, path: str) -> Value | None:
    node = leaf(body, path)
    if isinstance(node, Omitted) or (isinstance(node, Known) and node.value in (None, "")):
        return None
    return node if isinstance(node, Known | Reference | Unresolvable) else None
