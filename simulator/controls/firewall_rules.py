"""The firewall rules of database servers: which server each stands on, and how many it lets in.

A rule says a first and a last address. Both are read as integers: ``0.0.0.1-255.255.255.254`` is
all of the internet, whatever it looks like as text.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.controls.judge import settle
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import UNSTATED, Estate, Resource, Value, effective

TOO_WIDE: Final = 2**16
"""The addresses of a /16: the firewall of a database that lets in more is no boundary."""

_EVERYONE: Final = 2**24  # from a /8 on, it is the internet at large
_ZERO: Final = str(ipaddress.IPv4Address(0))
_EXPECTED: Final = "no more addresses than a /16, and not all of Azure"


@dataclass(frozen=True, slots=True)
class RuleKind:
    """How a type of firewall rule names its server and its addresses.

    ``zero_is_azure`` says whether ``0.0.0.0`` alone stands for every address of Azure.
    """

    server: Link
    start: str = "start_ip_address"
    end: str = "end_ip_address"
    zero_is_azure: bool = True


KINDS: Final[Mapping[str, RuleKind]] = MappingProxyType(
    {
        "azurerm_mssql_firewall_rule": RuleKind(Link("server_id", ("azurerm_mssql_server",))),
        "azurerm_synapse_firewall_rule": RuleKind(
            Link("synapse_workspace_id", ("azurerm_synapse_workspace",))
        ),
        "azurerm_postgresql_flexible_server_firewall_rule": RuleKind(
            Link("server_id", ("azurerm_postgresql_flexible_server",))
        ),
        "azurerm_postgresql_firewall_rule": RuleKind(
            Link("server_name", ("azurerm_postgresql_server",), by_name=True)
        ),
        "azurerm_mysql_flexible_server_firewall_rule": RuleKind(
            Link("server_name", ("azurerm_mysql_flexible_server",), by_name=True)
        ),
        "azurerm_mysql_firewall_rule": RuleKind(
            Link("server_name", ("azurerm_mysql_server",), by_name=True)
        ),
        "azurerm_mariadb_firewall_rule": RuleKind(
            Link("server_name", ("azurerm_mariadb_server",), by_name=True)
        ),
        "azurerm_cosmosdb_postgresql_firewall_rule": RuleKind(
            Link("cluster_id", ("azurerm_cosmosdb_postgresql_cluster",))
        ),
        "azurerm_mongo_cluster_firewall_rule": RuleKind(
            Link("mongo_cluster_id", ("azurerm_mongo_cluster",))
        ),
        "azurerm_redis_firewall_rule": RuleKind(
            Link("redis_cache_name", ("azurerm_redis_cache",), by_name=True),
            "start_ip",
            "end_ip",
            zero_is_azure=False,
        ),
    }
)
"""Every type of firewall rule that has a first and a last address."""

_placed = placed({type_: kind.server for type_, kind in KINDS.items()})


def rules_of(estate: Estate, server: Resource) -> tuple[Resource, ...]:
    """The firewall rules that stand on ``server``."""
    return estate.derived(_placed).get(server.address, ())


def homeless(estate: Estate, *types: str) -> tuple[Resource, ...]:
    """The rules of these types whose server this estate does not declare, or cannot tell."""
    return tuple(r for r in estate.derived(_placed).get(LOST, ()) if r.type in types)


def width(start: object, end: object) -> int | None:
    """How many IPv4 addresses there are from ``start`` to ``end``; ``None`` if they are no range.

    >>> width("0.0.0.1", "255.255.255.254") == 2**32 - 2
    True
    >>> width("203.0.113.7", "203.0.113.7"), width("203.0.113.9", "203.0.113.1"), width("a", 1)
    (1, None, None)
    """
    span = _span(start, end)
    return None if span is None else span[1] - span[0] + 1


def too_wide(
    estate: Estate, server: Resource, why: str, remedy: str, *, unsettled: bool = False
) -> Iterator[Finding]:
    """What the firewall rules of ``server`` let in that they should not.

    A rule for all of Azure, a rule wider than a /16, and rules that are so only together. The
    findings are unknown where it is ``unsettled`` whether the server answers the internet at all.
    """
    rules = rules_of(estate, server)
    found = [f for rule in rules for f in _rule(rule, why, remedy)]
    if all(f.unknown for f in found):
        found += _together(server, rules, why, remedy)
    yield from (replace(f, unknown=True) if unsettled else f for f in found)


def elsewhere(rules: Iterable[Resource], why: str, remedy: str) -> Iterator[Finding]:
    """What rules let in whose server is not in this estate: unknown, as is who else may enter."""
    settled = "declare its server in the same estate, or"
    for rule in rules:
        link = KINDS[rule.type].server.argument
        yield finding(
            rule,
            link,
            rule.get(link),
            expected="a server whose settings can be read",
            why=why,
            remedy=f"{settled} check the estate that declares it",
            unknown=True,
        )
        for one in _rule(rule, why, remedy):
            yield replace(one, unknown=True, remedy=f"{settled} {one.remedy}")


def _rule(rule: Resource, why: str, remedy: str) -> Iterator[Finding]:
    kind = KINDS[rule.type]
    start, end = rule.get(kind.start), rule.get(kind.end)
    unread = next((v for v in (start, end) if effective(v) is UNSTATED), None)
    ends = effective(start), effective(end)
    count = width(*ends)
    severity, settled = Severity.HIGH, remedy
    if unread is not None:
        actual: Value | str = unread
        settled = settle(unread, f'{kind.start} = "203.0.113.7"')
    elif count is None:
        actual = "two ends that are no range of IPv4 addresses"
    elif kind.zero_is_azure and ends == (_ZERO, _ZERO):
        actual = f"{_ZERO} alone: every machine in Azure, of whatever tenant"
    elif count > TOO_WIDE:
        actual = f"{ends[0]} to {ends[1]}: {count:,} addresses"
        severity = Severity.CRITICAL if count >= _EVERYONE else Severity.HIGH
    else:
        return
    yield finding(
        rule,
        kind.start,
        actual,
        expected=_EXPECTED,
        why=why,
        remedy=settled,
        severity=severity,
        unknown=count is None,
    )


def _together(
    server: Resource, rules: tuple[Resource, ...], why: str, remedy: str
) -> Iterator[Finding]:
    """Many rules side by side, each narrow enough, that are one wide one."""
    ends = ((r.get(KINDS[r.type].start), r.get(KINDS[r.type].end)) for r in rules)
    spans = sorted(span for a, b in ends if (span := _span(effective(a), effective(b))))
    count, reached = 0, -1
    for first, last in spans:
        count += max(0, last - max(first, reached + 1) + 1)
        reached = max(reached, last)
    if count > TOO_WIDE:
        yield finding(
            server,
            "firewall_rules",
            f"{len(rules)} rules that together let in {count:,} addresses",
            expected=_EXPECTED,
            why=why,
            remedy=remedy,
        )


def _span(start: object, end: object) -> tuple[int, int] | None:
    if not isinstance(start, str) or not isinstance(end, str):
        return None
    try:
        first, last = int(ipaddress.IPv4Address(start)), int(ipaddress.IPv4Address(end))
    except ValueError:
        return None
    return (first, last) if first <= last else None
