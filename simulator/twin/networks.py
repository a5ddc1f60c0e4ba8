"""Who can reach a storage account over the network, as declared."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Block,
    Known,
    Reference,
    Resource,
    Unresolvable,
    effective,
    show,
)
from simulator.twin.declared import Survey, place
from simulator.twin.plan import Range, Setting

ANYWHERE: Final = ip_network("0.0.0.0/0")
SOMEWHERE: Final = ip_network("10.0.0.0/8")
"""Where a private endpoint is taken to be reached from, if its network is not known: an intruder
inside that network must not be kept out by what nobody could read."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The network side of an account; fields as in ``AccountPlan``."""

    public_network: Setting[bool]
    default_action: Setting[str]
    bypass: Setting[tuple[str, ...]]
    addresses: tuple[Range, ...]
    subnets: tuple[Range, ...]
    private: tuple[Range, ...]


def reach(survey: Survey, account: Resource) -> Reach:
    """How the declared rules, subnets and private endpoints let traffic reach ``account``."""
    owner, rules = _rules(survey, account)
    private = tuple(_private(survey, account))
    public = survey.flag(account, "public_network_access_enabled", if_unknown=True)
    if rules is None:
        declared = f"{account.address} ({account.origin}): no network_rules, so Azure lets all in"
        nothing: tuple[str, ...] = ()
        return Reach(
            public, Setting("Allow", declared), Setting(nothing, declared), (), (), private
        )
    return Reach(
        public,
        _default_action(survey, owner, rules),
        Setting(
            survey.texts(owner, rules, "bypass"),
            place(owner, "bypass", rules.get("bypass"), rules.origin),
        ),
        tuple(_addresses(survey, owner, rules)),
        tuple(_subnets(survey, owner, rules)),
        private,
    )


def _rules(survey: Survey, account: Resource) -> tuple[Resource, Block | None]:
    """The network rules in force and the resource that they stand in."""
    inline = account.blocks("network_rules")
    unknown = account.unresolved("network_rules")
    for separate in survey.estate.of_type("azurerm_storage_account_network_rules"):
        holder = survey.holder(separate)
        if holder is None or holder.address != account.address:
            continue
        if inline:
            why = f"is declared here and in {separate.address}, and the last to be applied wins"
            survey.assume(account, "network_rules", why, f"those of {separate.address}")
        return separate, separate.body
    if unknown:
        survey.assume(account, "network_rules", f"is {show(unknown)}", "absent: all networks")
    return account, inline[0] if inline else None


def _default_action(survey: Survey, owner: Resource, rules: Block) -> Setting[str]:
    value = rules.get("default_action")
    declared = place(owner, "default_action", value, rules.origin)
    known = effective(value)
    if isinstance(known, str) and known.casefold() in {"allow", "deny"}:
        return Setting(known.capitalize(), declared)
    survey.assume(owner, "default_action", f"is {show(value)}", "Allow")
    return Setting("Allow", declared)


def _addresses(survey: Survey, owner: Resource, rules: Block) -> Iterator[Range]:
    value = rules.get("ip_rules")
    if isinstance(value, Reference | Unresolvable):
        survey.assume(owner, "ip_rules", f"is {show(value)}", "any address")
        yield Range(ANYWHERE, place(owner, "ip_rules", value, rules.origin))
        return
    for text in survey.texts(owner, rules, "ip_rules"):
        yield from _range(survey, owner, "ip_rules", text, rules)


def _subnets(survey: Survey, owner: Resource, rules: Block) -> Iterator[Range]:
    value = rules.get("virtual_network_subnet_ids")
    for subnet in survey.referenced(owner, "virtual_network_subnet_ids", value):
        for prefix in prefixes(survey, subnet):
            line = place(owner, "virtual_network_subnet_ids", value, rules.origin)
            yield Range(prefix.network, f"{line}; {prefix.declared}")


def prefixes(survey: Survey, subnet: Resource) -> tuple[Range, ...]:
    """The address ranges of a subnet."""
    known = effective(subnet.get("address_prefixes"))
    if not isinstance(known, tuple):
        why = f"is {show(subnet.get('address_prefixes'))}"
        survey.assume(subnet, "address_prefixes", why, "holding nobody")
        return ()
    return tuple(
        one for text in known for one in _range(survey, subnet, "address_prefixes", str(text))
    )


def _private(survey: Survey, account: Resource) -> Iterator[Range]:
    """The networks that reach the account through a private endpoint for blobs."""
    for endpoint in survey.estate.of_type("azurerm_private_endpoint"):
        for connection in endpoint.blocks("private_service_connection"):
            target = survey.account_of(connection.get("private_connection_resource_id"))
            if target is None or target.address != account.address:
                continue
            kinds = survey.texts(endpoint, connection, "subresource_names")
            if not kinds or any(kind.casefold() == "blob" for kind in kinds):
                around = tuple(_around(survey, endpoint))
                if not around:
                    why = "leads to no address that is known"
                    survey.assume(endpoint, "subnet_id", why, f"somewhere in {SOMEWHERE}")
                    place_ = f"{endpoint.address} ({endpoint.origin}), in an unknown network"
                    around = (Range(SOMEWHERE, place_),)
                yield from around


def _around(survey: Survey, endpoint: Resource) -> Iterator[Range]:
    """The address space of the virtual network that a private endpoint stands in."""
    for subnet in survey.referenced(endpoint, "subnet_id", endpoint.get("subnet_id")):
        network = _network_of(survey, subnet)
        spaces = effective(network.get("address_space")) if network else UNSTATED
        if network is None or not isinstance(spaces, tuple):
            why = "leads to no known address space"
            survey.assume(subnet, "virtual_network_name", why, "the subnet alone")
            yield from prefixes(survey, subnet)
            continue
        for text in spaces:
            for one in _range(survey, network, "address_space", str(text)):
                yield Range(
                    one.network, f"{endpoint.address} ({endpoint.origin}), in {one.declared}"
                )


def _network_of(survey: Survey, subnet: Resource) -> Resource | None:
    value = subnet.get("virtual_network_name")
    if isinstance(value, Reference):
        return survey.estate.by_address.get(value.to)
    name = effective(value)
    return survey.estate.named("azurerm_virtual_network", name) if isinstance(name, str) else None


def _range(
    survey: Survey, resource: Resource, attribute: str, text: str, block: Block | None = None
) -> Iterator[Range]:
    origin = block.origin if block else None
    try:
        yield Range(ip_network(text, strict=False), place(resource, attribute, Known(text), origin))
    except ValueError:
        survey.assume(resource, attribute, f"holds {text!r}, which is no address range", "absent")
