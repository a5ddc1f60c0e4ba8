"""Hosts in texts: which declared service a host name means, and which hosts are not Azure's own."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.estate.model import (
    Estate,
    Known,
    Reference,
    Resource,
    Value,
    base_address,
    effective,
)

_WEB: Final = (
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
    "azurerm_app_service",
    "azurerm_function_app",
)
# Microsoft Learn, "Azure domain names": the name that follows the resource's own.
_SUFFIXES: Final = (
    (r"(?:blob|file|queue|table|dfs|web)\.core\.windows\.net", ("azurerm_storage_account",)),
    (r"database\.windows\.net", ("azurerm_mssql_server", "azurerm_mssql_managed_instance")),
    (r"postgres\.database\.azure\.com", ("azurerm_postgresql_flexible_server",)),
    (r"mysql\.database\.azure\.com", ("azurerm_mysql_flexible_server",)),
    (r"documents\.azure\.com", ("azurerm_cosmosdb_account",)),
    (r"mongo\.cosmos\.azure\.com", ("azurerm_cosmosdb_account",)),
    (r"redis\.cache\.windows\.net", ("azurerm_redis_cache",)),
    (
        r"servicebus\.windows\.net",
        ("azurerm_servicebus_namespace", "azurerm_eventhub_namespace"),
    ),
    (r"search\.windows\.net", ("azurerm_search_service",)),
    (r"azurewebsites\.net", _WEB),
)
_SERVICE: Final = re.compile(
    "|".join(f"(?P<s{n}>{suffix})" for n, (suffix, _) in enumerate(_SUFFIXES)), re.IGNORECASE
)
# From the beginning of a name, and no longer than one is: a long text is looked through once.
_NAMED: Final = re.compile(
    rf"(?<![a-z0-9-])([a-z0-9][a-z0-9-]{{0,62}})\.({_SERVICE.pattern})", re.IGNORECASE
)
_ACCOUNT_NAME: Final = re.compile(r"\bAccountName=([a-z0-9]+)", re.IGNORECASE)
_HOST: Final = re.compile(
    r"(?:https?|wss?|amqps?)://(?:[^/\s@\"']{0,250}@)?([a-z0-9][a-z0-9.-]{0,250}\.[a-z]{2,})",
    re.IGNORECASE,
)
# Attributes that hold an address with its scheme; a host name alone is a different one.
_ENDPOINT: Final = re.compile(
    r"endpoint|(?:primary|secondary)_(?:blob|file|queue|table|dfs|web)_endpoint|vault_uri|"
    r"gateway(?:_regional)?_url"
)
_AZURES: Final = re.compile(
    r"(?:^|\.)(?:azure\.(?:com|net|us|cn|io)|windows\.net|azurewebsites\.net|azure-api\.net|"
    r"microsoft\.com|microsoftonline\.com|azurefd\.net|azureedge\.net|trafficmanager\.net|"
    r"azurecr\.io|w3\.org)$",
    re.IGNORECASE,
)


def text_in(value: Value) -> str:
    """The text of a value, with references left in it as ``${...}``; ``""`` if it has none."""
    text = value.text if isinstance(value, Reference) else effective(value)
    return text if isinstance(text, str) else ""


def is_azures_own(value: Value) -> bool:
    """Whether a value begins with the address that Azure gives a service: it is an https:// one.

    >>> vault = Reference("azurerm_key_vault.v", "vault_uri")
    >>> is_azures_own(vault), is_azures_own(Reference("azurerm_public_ip.p", "ip_address"))
    (True, False)
    """
    return (
        isinstance(value, Reference)
        and (value.text is None or value.text.startswith("${"))
        and base_address(value.to).rpartition(".")[0].rpartition(".")[2].startswith("azurerm_")
        and _ENDPOINT.fullmatch(value.attribute) is not None
    )


def services_named(estate: Estate, text: str) -> Iterator[Resource]:
    """The declared services whose host names, or names in connection strings, are in ``text``."""
    for match in _NAMED.finditer(text):
        groups = match.groupdict()
        types = next(types for n, (_, types) in enumerate(_SUFFIXES) if groups[f"s{n}"])
        yield from _of_name(estate, match[1], types)
    for match in _ACCOUNT_NAME.finditer(text):
        yield from _of_name(estate, match[1], ("azurerm_storage_account",))


def _of_name(estate: Estate, name: str, types: tuple[str, ...]) -> Iterator[Resource]:
    found = (estate.named(type_, name) for type_ in types)
    yield from (one for one in found if one is not None)


def foreign_hosts(value: Value) -> Iterator[str]:
    """The hosts in the URLs of a value that are none of Azure's, in lower case.

    >>> list(foreign_hosts(Known("https://u:p@api.processor.example/v1 https://a.azurefd.net")))
    ['api.processor.example']
    >>> list(foreign_hosts(Known("https://x.example", sensitive=True)))
    []
    """
    # A sensitive text is not taken apart: what is beside the host must not be told.
    if isinstance(value, Known) and value.sensitive:
        return
    for match in _HOST.finditer(text_in(value)):
        if not _AZURES.search(match[1]):
            yield match[1].lower()
