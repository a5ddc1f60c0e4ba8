"""DATA-03: every path that data takes is encrypted, with TLS 1.2 or newer."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.apps import FUNCTION_APPS, OLD_APPS, WEB_APPS, Setting, settings
from simulator.controls.judge import Demand, false, judge, one_of, true
from simulator.controls.transport.api_gateway import API, API_MANAGEMENT, BACKEND, api_management
from simulator.controls.transport.weakenings import WEAKENINGS
from simulator.controls.transport.web_entry import (
    APPLICATION_GATEWAY,
    FRONT_DOOR_ROUTE,
    gateway,
    route,
)
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Known, Reference, Resource, effective

_WHY: Final = (
    "what is read on the way is nonencrypted personal information (Civ. Code 1798.150(a)(1)); "
    "encryption in transit is an audit component of 11 CCR 7123(c)(2)"
)
_TLS_VERSION: Final = re.compile(r"(?:tls)?[v_]?([1-9])(?:[._]?(\d))?", re.IGNORECASE)


def tls_1_2(value: object) -> bool:
    """Whether a minimum TLS version, as any Azure service spells it, is 1.2 or newer.

    Words that name no version (``Disabled``) are not; Cosmos DB's bare ``Tls`` is TLS 1.0.

    >>> [tls_1_2(v) for v in ("TLS1_2", "1.2", 1.2, "Tls12", "TLSv1.3", "TLSv1_2")]
    [True, True, True, True, True, True]
    >>> [tls_1_2(v) for v in ("TLS1_0", "1.1", "Tls", "TLSv1", "Disabled", None)]
    [False, False, False, False, False, False]
    """
    match = _TLS_VERSION.fullmatch(str(value).strip())
    return match is not None and (int(match[1]), int(match[2] or 0)) >= (1, 2)


def _no_old_tls(value: object) -> bool:
    """A list of accepted versions (``TLSv1.2,TLSv1.3``) with nothing older than 1.2 in it."""
    return all(tls_1_2(part) for part in str(value).split(","))


def _tls(attribute: str, spelt: str) -> Demand:
    leaf = attribute.rpartition(".")[2]
    return Demand(attribute, tls_1_2, "TLS 1.2 or newer", _WHY, f'{leaf} = "{spelt}"')


def _must(
    attribute: str, good: Callable[[object], bool], words: str, severity: Severity = Severity.HIGH
) -> Demand:
    leaf = attribute.rpartition(".")[2]
    return Demand(attribute, good, words, _WHY, f"{leaf} = {words}", severity)


_HTTPS_TRAFFIC: Final = _must("https_traffic_only_enabled", true, "true")
_HTTPS_ONLY: Final = _must("https_only", true, "true")
_SITE: Final = (
    _HTTPS_ONLY,
    _tls("site_config.minimum_tls_version", "1.2"),
    _tls("site_config.scm_minimum_tls_version", "1.2"),
    _must("site_config.ftps_state", one_of("Disabled", "FtpsOnly"), '"Disabled"', Severity.MEDIUM),
)
_OLD_SITE: Final = (_HTTPS_ONLY, _tls("site_config.min_tls_version", "1.2"))
_NAMESPACE: Final = (_tls("minimum_tls_version", "1.2"),)
_SINGLE_SERVER: Final = (
    _must("ssl_enforcement_enabled", true, "true"),
    _tls("ssl_minimal_tls_version_enforced", "TLS1_2"),
)
_DEMANDS: Final[Mapping[str, tuple[Demand, ...]]] = {
    "azurerm_storage_account": (_tls("min_tls_version", "TLS1_2"),),
    "azurerm_mssql_server": _NAMESPACE,
    "azurerm_mssql_managed_instance": _NAMESPACE,
    "azurerm_cosmosdb_account": (_tls("minimal_tls_version", "Tls12"),),
    "azurerm_eventhub_namespace": _NAMESPACE,
    "azurerm_servicebus_namespace": _NAMESPACE,
    "azurerm_redis_cache": (_must("non_ssl_port_enabled", false, "false"), *_NAMESPACE),
    "azurerm_managed_redis": (
        _must("default_database.client_protocol", one_of("Encrypted"), '"Encrypted"'),
    ),
    "azurerm_postgresql_server": _SINGLE_SERVER,
    "azurerm_mysql_server": _SINGLE_SERVER,
    "azurerm_mariadb_server": _SINGLE_SERVER,
    # Their transport rules are parameters, judged below; the service's own defaults are good.
    "azurerm_postgresql_flexible_server": (),
    "azurerm_mysql_flexible_server": (),
    **dict.fromkeys((*WEB_APPS, *FUNCTION_APPS), _SITE),
    "azurerm_function_app_flex_consumption": _SITE[:2],
    "azurerm_logic_app_standard": _OLD_SITE,
    **dict.fromkeys(OLD_APPS, _OLD_SITE),
    "azurerm_container_app": (_must("ingress.allow_insecure_connections", false, "false"),),
}

_SECURE_TRANSPORT: Final = Demand(
    "require_secure_transport", one_of("on", "1", "true"), '"on"', _WHY, 'value = "on"'
)
_PARAMETERS: Final[Mapping[str, tuple[Demand, ...]]] = {
    "azurerm_postgresql_flexible_server_configuration": (
        _SECURE_TRANSPORT,
        replace(_tls("ssl_min_protocol_version", "TLSv1.2"), remedy='value = "TLSv1.2"'),
    ),
    "azurerm_mysql_flexible_server_configuration": (
        _SECURE_TRANSPORT,
        Demand(
            "tls_version", _no_old_tls, "TLS 1.2 or newer alone", _WHY, 'value = "TLSv1.2,TLSv1.3"'
        ),
    ),
}

# How a client is told not to encrypt, what to call that without showing the string, and the cure.
_PLAIN: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), words, cure)
    for pattern, words, cure in (
        (r"\bencrypt\s*=\s*(false|no|optional)\b", "Encrypt is off", "Encrypt=True"),
        (r"\bssl[ _-]?mode\s*=\s*(disabled?|none|allow)\b", "sslmode is off", "sslmode=require"),
        (r"\b(use)?ssl\s*=\s*(false|no|0)\b", "SSL is off", "ssl=true"),
        (
            r"\bDefaultEndpointsProtocol\s*=\s*http\s*(;|$)",
            "the protocol is http",
            "DefaultEndpointsProtocol=https",
        ),
    )
)


def _assess(estate: Estate) -> Verdict:
    servers = estate.of_type(*_DEMANDS)
    parameters = estate.of_type(*_PARAMETERS)
    routes, gateways = estate.of_type(FRONT_DOOR_ROUTE), estate.of_type(APPLICATION_GATEWAY)
    apis = estate.of_type(API_MANAGEMENT, API, BACKEND)
    given = tuple(settings(estate))
    holders = {s.resource.address: s.resource for s in given}
    looked_at = {r.address: r for r in (*servers, *parameters, *routes, *gateways, *apis)} | holders
    if not looked_at:
        return not_applicable("DATA-03", "storage", "databases", "messaging", "caches", "web apps")
    found = (
        *(f for r in servers for f in _server(r)),
        *(f for r in parameters for f in _parameter(r)),
        *(f for r in routes for f in route(r, _WHY)),
        *(f for r in gateways for f in gateway(r, _WHY, tls_1_2)),
        *(f for r in apis for f in api_management(r, _WHY)),
        *(f for s in given for f in _connection(s)),
    )
    return verdict("DATA-03", looked_at.values(), found)


def _server(resource: Resource) -> Iterator[Finding]:
    # NFS 3.0 has no TLS of its own and Azure refuses it on an account that is HTTPS only.
    if resource.type == "azurerm_storage_account" and not true(
        effective(resource.get("nfsv3_enabled"))
    ):
        yield from judge(resource, _HTTPS_TRAFFIC)
    for demand in _DEMANDS[resource.type]:
        if not _lacks_block(resource, demand.attribute):
            yield from judge(resource, demand)


def _lacks_block(resource: Resource, attribute: str) -> bool:
    """Whether the block that an attribute sits in is not there, so that it decides nothing."""
    name, _, leaf = attribute.rpartition(".")
    return bool(leaf and name) and not resource.blocks(name) and not resource.unresolved(name)


def _parameter(resource: Resource) -> Iterator[Finding]:
    name, value = resource.get("name"), resource.get("value")
    demands = {demand.attribute: demand for demand in _PARAMETERS[resource.type]}
    if isinstance(name, Known):
        demand = demands.get(str(name.value).lower())
        if demand is not None:
            named = replace(demand, expected=f"{name.value}: {demand.expected}")
            yield from judge(resource, named, value, attribute="value")
    else:
        words = f"a parameter other than {', '.join(demands)}"
        yield from judge(resource, Demand("name", lambda _: False, words, _WHY, 'name = "…"'))


def _connection(setting: Setting) -> Iterator[Finding]:
    text = setting.value.text if isinstance(setting.value, Reference) else None
    if isinstance(setting.value, Known):
        text = str(setting.value.value)
    for pattern, words, cure in _PLAIN:
        if text and pattern.search(text):
            yield finding(
                setting.resource,
                setting.attribute,
                f"a connection string where {words}",
                expected="a connection string that demands encryption",
                why=_WHY,
                remedy=f'{setting.name} = "…{cure}…"',
                block=setting.block,
            )


DATA_03: Final = Control(
    id="DATA-03",
    title="Every data path uses TLS 1.2 or newer, and plain HTTP and plaintext ports are off",
    gap="customer data (storage, checkout flows) - transport side of 'encryption' gaps",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.150(a)(1)",
        "11 CCR 7123(c)(2)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("3.1", "3.15", "9.2", "9.3")),
        ("CIS Azure 3.0", ("4.1", "4.15", "5.2.1", "5.3.1", "5.3.2")),
        ("CIS Azure 4.0", ("10.3.4", "10.3.7")),
        ("CIS Azure 5.0", ("9.3.4", "9.3.6")),
        ("CIS Azure 6.0", ("9.3.4", "9.3.6")),
        ("MCSB", ("DP-3",)),
        ("NIST SP 800-53", ("SC-8", "SC-8(1)")),
        ("PCI DSS 4.0", ("3.5.1", "6.2.4")),
    ),
    techniques=("T1040", "T1557"),
    remedy='https_traffic_only_enabled = true, min_tls_version = "TLS1_2"',
    cannot_show=(
        "clients that still speak TLS 1.0",
        "certificates and pinned hosts",
        "traffic inside the virtual network that skips TLS",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)
