"""API Management: the protocols it speaks with callers, and how it reaches what is behind it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.judge import Demand, false, judge, true
from simulator.controls.verdict import Finding
from simulator.estate.model import Known, Omitted, Reference, Resource
from simulator.estate.service_hosts import is_azures_own

API_MANAGEMENT: Final = "azurerm_api_management"
API: Final = "azurerm_api_management_api"
BACKEND: Final = "azurerm_api_management_backend"

_OLD: Final = tuple(
    f"security.{end}_{protocol}_enabled"
    for end in ("frontend", "backend")
    for protocol in ("ssl30", "tls10", "tls11")
)
_CHECKS: Final = ("tls.validate_certificate_chain", "tls.validate_certificate_name")
_PLAIN: Final = frozenset({"http", "ws"})


def api_management(resource: Resource, why: str) -> Iterator[Finding]:
    """What is plain, or older than TLS 1.2, in a gateway, in an API of it or to its backend."""
    if resource.type == API_MANAGEMENT:
        for attribute in _OLD if resource.blocks("security") else ():
            leaf = attribute.rpartition(".")[2]
            yield from judge(resource, Demand(attribute, false, "false", why, f"{leaf} = false"))
    elif resource.type == API:
        encrypted = Demand(
            "protocols",
            _encrypted,
            '["https"]',
            why,
            'protocols = ["https"]',
            default=Omitted(default=("https",), decided_by="Azure default"),
        )
        yield from judge(resource, encrypted)
    else:
        yield from _backend(resource, why)


def _encrypted(protocols: object) -> bool:
    return isinstance(protocols, tuple) and _PLAIN.isdisjoint(str(p).casefold() for p in protocols)


def _backend(backend: Resource, why: str) -> Iterator[Finding]:
    url = backend.get("url")
    if is_azures_own(url):
        url = Known("https://")
    text = url.text if isinstance(url, Reference) else None
    if isinstance(url, Known):
        text = str(url.value)
    encrypted = Demand(
        "url",
        lambda value: not str(value).casefold().startswith(("http://", "ws://")),
        "an address that starts with https://",
        why,
        'url = "https://..."',
    )
    # A reference that stands after its scheme is as good as known.
    known = Known(text) if text is not None and not text.startswith("${") else url
    yield from (f for f in judge(backend, encrypted, known) if not isinstance(url, Omitted))
    for attribute in _CHECKS if backend.blocks("tls") else ():
        value = backend.get(attribute)
        if not isinstance(value, Omitted):
            leaf = attribute.rpartition(".")[2]
            checked = Demand(attribute, true, "true", why, f"{leaf} = true")
            yield from (replace(f, why=f"{_ANYONE}: {why}") for f in judge(backend, checked))


_ANYONE: Final = "a server that is not asked who it is can be anyone's"
