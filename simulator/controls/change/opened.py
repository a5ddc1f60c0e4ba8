"""What a change adds that takes protection away: exemptions, suppressions, holes in a network."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.controls.change.both import Both
from simulator.controls.verdict import Finding, finding
from simulator.estate.model import (
    Block,
    Reference,
    Resource,
    Value,
    effective,
    show,
)
from simulator.estate.provider_table import kinds
from simulator.estate.sameness import plain

_EXEMPTS: Final = frozenset(
    kinds("azurerm_{resource,resource_group,subscription,management_group}_policy_exemption")
)
_MUTES: Final = "azurerm_monitor_alert_processing_rule_suppression"
_RANGES: Final[Mapping[str, str]] = {
    "azurerm_mssql_firewall_rule": "server_id",
    "azurerm_synapse_firewall_rule": "synapse_workspace_id",
    "azurerm_postgresql_flexible_server_firewall_rule": "server_id",
    "azurerm_mysql_flexible_server_firewall_rule": "server_name",
    "azurerm_redis_firewall_rule": "redis_cache_name",
}
"""Firewall rules with a first and a last address, and what names the server of each."""
_GROUP: Final = "azurerm_network_security_group"
_RULE: Final = "azurerm_network_security_rule"
_SOURCE: Final = "source_address_prefix"
_ANYWHERE: Final = frozenset({"*", "internet", "any", "0.0.0.0/0"})

_NETWORK: Final = (
    "more places reach the data, and a leaked key or token works from there (11 CCR 7123(c)(10))"
)


def opened(made: Both) -> Iterator[Finding]:
    """The findings about what is new in the estate after, and about what lets in more than it did.

    What is new on a resource that is itself new takes nothing away.
    """
    for one in made.gone:
        group = plain(one, "network_security_group_name")
        if one.type == _RULE and _refused(one.body) and not _is_gone(made, group):
            yield _let_in(one, one.body)
    for other in made.after.resources:
        if not other.stays:
            continue
        if other.type in _EXEMPTS:
            yield from _exemption(made, other)
        elif other.type == _MUTES:
            yield from _suppression(made, other)
        elif other.type in _RANGES:
            yield from _range(made, other)
        elif other.type in {_GROUP, _RULE}:
            yield from _holes(made, other)


def _exemption(made: Both, other: Resource) -> Iterator[Finding]:
    if made.is_fresh(other):
        assignment = show(plain(other, "policy_assignment_id"))
        yield finding(
            other,
            "resource",
            f"it is new, and exempts from {assignment}",
            expected="no exemption that was not there before the change",
            why="a policy that kept the configuration safe no longer binds (11 CCR 7123(c)(5))",
            remedy="meet the policy, and take the exemption out",
        )


def _suppression(made: Both, other: Resource) -> Iterator[Finding]:
    if made.is_fresh(other) and effective(other.get("enabled")) is not False:
        yield finding(
            other,
            "resource",
            "it is new, and keeps alerts from being told",
            expected="no suppression that was not there before the change",
            why="nobody learns of a leak that only an alert shows (11 CCR 7123(c)(17))",
            remedy="take the suppression out, or enabled = false",
        )


def _range(made: Both, other: Resource) -> Iterator[Finding]:
    server = plain(other, _RANGES[other.type])
    target = made.after.target(server)
    one = made.earlier(other)
    if one is None and target is not None and made.earlier(target.resource) is None:
        return
    mine, theirs = _addresses(one) if one is not None else None, _addresses(other)
    covered = (
        one is not None
        and mine is not None
        and theirs is not None
        and (mine[0] <= theirs[0] and theirs[1] <= mine[1])
    )
    if covered or (one is not None and _says_the_same(made, one, other)) or _is_within(made, other):
        return
    before = "none" if one is None else _range_words(one)
    yield finding(
        other,
        "start_ip_address" if "redis" not in other.type else "start_ip",
        f"lets in {_range_words(other)}; before the change: {before}",
        expected="no address that was not let in before the change",
        why=_NETWORK,
        remedy="take the rule out, or reach the data through a private endpoint",
        unknown=theirs is None,
    )


def _says_the_same(made: Both, one: Resource, other: Resource) -> bool:
    return all(
        made.same(plain(one, name), plain(other, name), name) is not False for name in _ends(other)
    )


def _is_within(made: Both, other: Resource) -> bool:
    """Whether another rule of the same server let in these addresses before."""
    theirs, server = _addresses(other), _RANGES[other.type]
    for one in made.before.of_type(other.type):
        mine = _addresses(one)
        inside = mine and theirs and mine[0] <= theirs[0] and theirs[1] <= mine[1]
        if inside and made.same(plain(one, server), plain(other, server), server):
            return True
    return False


def _ends(rule: Resource) -> tuple[str, str]:
    redis = rule.type == "azurerm_redis_firewall_rule"
    return ("start_ip", "end_ip") if redis else ("start_ip_address", "end_ip_address")


def _addresses(rule: Resource) -> tuple[int, int] | None:
    try:
        first, last = (ipaddress.IPv4Address(effective(rule.get(n))) for n in _ends(rule))
    except ValueError:
        return None
    return int(first), int(last)


def _range_words(rule: Resource) -> str:
    first, last = (show(rule.get(name)) for name in _ends(rule))
    return f"{first} to {last}"


def _holes(made: Both, other: Resource) -> Iterator[Finding]:
    """Rules of a network security group that newly let anybody in."""
    one = made.earlier(other)
    if one is None and other.type == _GROUP:
        return
    if one is None and (group := _group_of(made, other)) is not None and not group:
        return
    before = _rules(one) if one is not None else ()
    kept = {"", *map(_refused, _rules(other))}
    yield from (_let_in(other, rule) for rule in before if _refused(rule) not in kept)
    known = {_rule_words(rule) for rule in before if _lets_anybody_in(rule)}
    for rule in _rules(other):
        if _lets_anybody_in(rule) and _rule_words(rule) not in known:
            yield finding(
                other,
                "security_rule" if other.type == _GROUP else _SOURCE,
                f"lets anybody in to {_rule_words(rule)}; not so before the change",
                expected="no way in that was not there before the change",
                why=_NETWORK,
                remedy='source_address_prefix = "VirtualNetwork", or narrower',
                block=rule,
            )


def _is_gone(made: Both, group: Value) -> bool:
    found = made.before.by_address.get(group.to) if isinstance(group, Reference) else None
    return found is not None and made.is_gone(found)


def _let_in(resource: Resource, rule: Block) -> Finding:
    """A finding about what is no longer refused."""
    return finding(
        resource,
        "security_rule" if resource.type == _GROUP else "access",
        f"no longer refuses {_refused(rule)}",
        expected="every refusal that was there before the change",
        why=_NETWORK,
        remedy="keep the rule that refuses it",
    )


def _refused(rule: Block) -> str:
    """What a rule refuses, in words; ``""`` if it refuses nothing that comes in."""
    if not _is(rule, "deny"):
        return ""
    sources = _words(rule, _SOURCE, "source_address_prefixes")
    return f"{sources or 'sources that are not known'} to {_rule_words(rule)}"


def _group_of(made: Both, rule: Resource) -> bool | None:
    """Whether the group that a rule stands in was there before; ``None`` if it cannot be told."""
    name = plain(rule, "network_security_group_name")
    if isinstance(name, Reference):
        found = made.after.by_address.get(name.to)
    else:
        found = made.after.named(_GROUP, str(effective(name)))
    return None if found is None else made.earlier(found) is not None


def _rules(resource: Resource) -> tuple[Block, ...]:
    return resource.blocks("security_rule") if resource.type == _GROUP else (resource.body,)


def _is(rule: Block, access: str) -> bool:
    """Whether a rule for what comes in allows or denies it."""
    words = [str(effective(rule.get(name))).casefold() for name in ("access", "direction")]
    return words == [access, "inbound"]


def _lets_anybody_in(rule: Block) -> bool:
    if not _is(rule, "allow"):
        return False
    sources = _each(rule, _SOURCE, "source_address_prefixes")
    return any(source.casefold() in _ANYWHERE for source in sources)


def _rule_words(rule: Block) -> str:
    to = _words(rule, "destination_address_prefix", "destination_address_prefixes")
    ports = _words(rule, "destination_port_range", "destination_port_ranges")
    return f"{to or 'destinations that are not known'}, ports {ports or 'that are not known'}"


def _words(rule: Block, *names: str) -> str:
    return ", ".join(sorted(_each(rule, *names)))


def _each(rule: Block, *names: str) -> list[str]:
    """The known words of a rule, whether written as one or as a list."""
    values = [effective(rule.get(name)) for name in names]
    many = [inner if isinstance(inner, tuple) else (inner,) for inner in values]
    return [one for some in many for one in some if isinstance(one, str) and one]
