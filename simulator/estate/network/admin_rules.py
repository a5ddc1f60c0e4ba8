"""Rules of Azure Virtual Network Manager, which Azure asks before any security group.

``Deny`` and ``AlwaysAllow`` end the evaluation, ``Allow`` hands on to the security groups (Azure:
security admin rules). To which networks they apply depends on network groups and deployments, so
that each of them may be in force, and none surely is.
"""

from collections.abc import Iterator
from typing import Final

from simulator.estate.model import Block, Estate, Known, Omitted, Resource, effective
from simulator.estate.network.links import each
from simulator.estate.network.rules import INBOUND, OUTBOUND, SecurityRule, Side
from simulator.estate.network.spans import NOTHING, Spans
from simulator.estate.network.traffic import PORTS, PROTOCOLS, port, protocol

_RULE: Final = "azurerm_network_manager_admin_rule"
_FIRST: Final = -10_000


def admin_rules(estate: Estate) -> tuple[SecurityRule, ...]:
    """The declared rules that end the evaluation, before all those of security groups."""
    return estate.derived(_admin_rules)


def _admin_rules(estate: Estate) -> tuple[SecurityRule, ...]:
    return tuple(one for rule in estate.of_type(_RULE) for one in _rule(rule))


def _rule(rule: Resource) -> Iterator[SecurityRule]:
    action = effective(rule.get("action"))
    if action == "Allow":
        return
    number, kind = effective(rule.get("priority")), effective(rule.get("protocol"))
    direction = effective(rule.get("direction"))
    yield SecurityRule(
        rule.address,
        _FIRST + number if isinstance(number, int) else None,
        next((one for one in (INBOUND, OUTBOUND) if one == direction), None),
        {"Deny": False, "AlwaysAllow": True}.get(str(action)),
        _side(rule, "source"),
        _side(rule, "destination"),
        PROTOCOLS if kind == "Any" else protocol(str(kind)),
        _ports(rule.body, "source_port_ranges"),
        _ports(rule.body, "destination_port_ranges"),
        owner=rule,
        block=rule.body,
        doubt=f"whether {rule.address} applies is decided by Virtual Network Manager",
    )


def _side(rule: Resource, name: str) -> Side:
    values = [block.get("address_prefix") for block in rule.blocks(name)]
    known = tuple(str(value.value) for value in values if isinstance(value, Known))
    why = rule.unresolved(name)
    if why is not None or len(known) < len(values):
        return Side(known, unread=f"{name} cannot be read")
    return Side(known or ("*",))


def _ports(block: Block, name: str) -> Spans | None:
    value = block.get(name)
    if isinstance(value, Omitted):
        return PORTS
    found = [port(str(effective(one))) for one in each(value)]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return Spans.of(run for one in known for run in one.runs) or NOTHING
