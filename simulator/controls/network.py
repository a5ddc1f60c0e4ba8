"""Whether a service's public endpoint is closed: switched off, or a firewall that lets few in."""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from simulator.controls.judge import Demand, judge, one_of
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import UNSTATED, Block, Known, Omitted, Resource, Value, effective, show

# As many addresses as one /8: a firewall that lets in that many is no boundary.
TOO_MANY_ADDRESSES = 2**24
_INSTANCES = "private_link_access"


@dataclass(frozen=True, slots=True)
class Firewall:
    """The network rules in force for a service: where they are declared and what they say.

    ``block`` is the dotted path of the block they sit in (``""`` for a resource of its own).
    """

    owner: Resource
    block: str
    default_action: Value
    ip_rules: Value

    def path(self, attribute: str) -> str:
        """Where an attribute of the rules is declared."""
        return f"{self.block}.{attribute}" if self.block else attribute


def in_block(resource: Resource, name: str) -> Firewall:
    """The rules in the nested block ``name``; without one, Azure lets every network in."""
    if resource.unresolved(name) or resource.blocks(name):
        action, ips = resource.get(f"{name}.default_action"), resource.get(f"{name}.ip_rules")
    else:
        action, ips = Omitted("Allow", "Azure default"), Omitted()
    return Firewall(resource, name, action, ips)


def openings(resource: Resource, firewall: Firewall, why: str, remedy: str) -> Iterator[Finding]:
    """What leaves the public endpoint of ``resource`` open; nothing if it is closed.

    With public network access off, the firewall does not matter and is not judged.
    """
    public = resource.get("public_network_access_enabled")
    if effective(public) is False:
        return
    deny = Demand(
        firewall.path("default_action"),
        one_of("Deny"),
        'public_network_access_enabled false, or default_action "Deny"',
        why,
        remedy,
    )
    found = (
        *judge(firewall.owner, deny, firewall.default_action),
        *_too_wide(firewall, why),
    )
    # While nobody knows whether the endpoint is on at all, an open firewall is not yet a failure.
    unsettled = effective(public) is UNSTATED
    for one in found:
        yield replace(one, unknown=True) if unsettled else one


def _too_wide(firewall: Firewall, why: str) -> Iterator[Finding]:
    if not one_of("Deny")(effective(firewall.default_action)):
        return
    rules = firewall.ip_rules
    if isinstance(rules, Omitted):
        return
    count = addresses(rules.value) if isinstance(rules, Known) else None
    if count is not None and count < TOO_MANY_ADDRESSES:
        return
    unknown = count is None
    yield finding(
        firewall.owner,
        firewall.path("ip_rules"),
        rules,
        expected="address ranges that together are narrower than one /8",
        why=why,
        remedy='write the ranges out, e.g. ip_rules = ["203.0.113.0/24"]'
        if unknown
        else 'ip_rules = ["203.0.113.0/24"]',
        severity=Severity.HIGH,
        unknown=unknown,
    )


def resource_instances(holder: Resource, name: str, rules: Block, why: str) -> Iterator[Finding]:
    """What rules let in by resource id that is more than one resource, or perhaps a stranger's.

    ``name`` is the block that the rules sit in, ``""`` for a resource of its own.
    """
    for one in rules.blocks(_INSTANCES):
        named, tenant = one.get("endpoint_resource_id"), one.get("endpoint_tenant_id")
        every = "*" in str(effective(named))
        stranger = isinstance(tenant, Known) and tenant.value not in {None, ""}
        if every or stranger:
            yield finding(
                holder,
                f"{name}.{_INSTANCES}" if name else _INSTANCES,
                f"every resource of a kind: {show(named)}" if every else f"tenant {show(tenant)}",
                expected="a resource by its whole id, of the tenant of the account",
                why=f"whoever can make such a resource passes the firewall, so that {why}",
                remedy=f"{_INSTANCES} {{ endpoint_resource_id = azurerm_synapse_workspace.x.id }}",
                severity=Severity.MEDIUM,
                unknown=not every,
                block=one,
            )


def addresses(ranges: object) -> int | None:
    """How many IPv4 addresses these ranges cover together; ``None`` if one cannot be read.

    >>> addresses(("0.0.0.0/1", "128.0.0.0/1")) == 2**32
    True
    >>> addresses(("10.0.0.0/24", "10.0.0.7")), addresses(("office",)), addresses("10.0.0.0/24")
    (256, None, None)
    """
    if isinstance(ranges, str) or not isinstance(ranges, Iterable):
        return None
    try:
        networks = [ipaddress.IPv4Network(text, strict=False) for text in ranges]
    except ValueError:
        return None
    return sum(network.num_addresses for network in ipaddress.collapse_addresses(networks))
