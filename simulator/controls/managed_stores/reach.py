"""Which networks reach a database, a cache or a queue: its switch, its subnet, its firewall."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.firewall_rules import TOO_WIDE, rules_of, too_wide
from simulator.controls.judge import Demand, false, judge, one_of, settle
from simulator.controls.network import Firewall, addresses, openings
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.private_endpoints import endpoints_of
from simulator.estate.scopes import Answer

WHY: Final = (
    "a leaked key or password can then be used from anywhere, and every address may try; "
    "reasonable security is owed under Civ. Code 1798.81.5(b), and segmentation is an audit "
    "component of 11 CCR 7123(c)(10)"
)
"""What it means for a leak that a store is open, and the citation."""

_COSMOS: Final = "azurerm_cosmosdb_account"
_ENTERPRISE: Final = "azurerm_redis_enterprise_cluster"
_RULESETS: Final[Mapping[str, str]] = {
    "azurerm_eventhub_namespace": "network_rulesets",
    "azurerm_servicebus_namespace": "network_rule_set",
}
_SUBNETS: Final[Mapping[str, str]] = {
    "azurerm_postgresql_flexible_server": "delegated_subnet_id",
    "azurerm_mysql_flexible_server": "delegated_subnet_id",
    "azurerm_redis_cache": "subnet_id",
}
_ENABLED: Final = Omitted(default="Enabled", decided_by="Azure default")
_ON: Final = Omitted(default=True, decided_by="Azure default")


def _off(attribute: str) -> Demand:
    return Demand(attribute, false, "false", WHY, f"{attribute} = false", default=_ON)


def _disabled(attribute: str) -> Demand:
    remedy = f'{attribute} = "Disabled"'
    return Demand(attribute, one_of("Disabled"), '"Disabled"', WHY, remedy, default=_ENABLED)


_SWITCHES: Final[Mapping[str, Demand]] = {
    _COSMOS: _off("public_network_access_enabled"),
    "azurerm_cosmosdb_postgresql_cluster": _off("coordinator_public_ip_access_enabled"),
    "azurerm_mongo_cluster": _disabled("public_network_access"),
    "azurerm_postgresql_flexible_server": _off("public_network_access_enabled"),
    "azurerm_mysql_flexible_server": _disabled("public_network_access"),
    "azurerm_postgresql_server": _off("public_network_access_enabled"),
    "azurerm_mysql_server": _off("public_network_access_enabled"),
    "azurerm_mariadb_server": _off("public_network_access_enabled"),
    "azurerm_redis_cache": _off("public_network_access_enabled"),
    "azurerm_managed_redis": _disabled("public_network_access"),
    "azurerm_eventhub_namespace": _off("public_network_access_enabled"),
    "azurerm_servicebus_namespace": _off("public_network_access_enabled"),
}
STORES: Final = (*_SWITCHES, _ENTERPRISE)
"""The types that are judged."""

_NODES: Final = Demand(
    "node_public_ip_access_enabled", false, "false", WHY, "node_public_ip_access_enabled = false"
)


def reach(estate: Estate, store: Resource) -> Iterator[Finding]:
    """What lets more reach ``store`` than should; nothing if it is closed, or open to few."""
    if store.type == "azurerm_cosmosdb_postgresql_cluster":
        yield from judge(store, _NODES)
    if store.type == _ENTERPRISE:
        yield from _enterprise(estate, store)
    elif store.type in _SUBNETS and _is_set(store.get(_SUBNETS[store.type])):
        yield from _in_subnet(store, _SUBNETS[store.type])
    elif store.type == _COSMOS:
        yield from _cosmos(store)
    elif store.type in _RULESETS:
        yield from _namespace(store, _RULESETS[store.type])
    else:
        yield from _server(estate, store)


def _is_set(value: Value) -> bool:
    return not isinstance(value, Omitted) and effective(value) not in {None, ""}


def _in_subnet(store: Resource, attribute: str) -> Iterator[Finding]:
    """A store in a subnet of its own network answers nobody outside, whatever its switch says.

    Azure refuses a server that is in a subnet and public; what it refuses exposes nothing.
    """
    value = store.get(attribute)
    if isinstance(value, Unresolvable):
        open_ = tuple(judge(store, _SWITCHES[store.type]))
        if open_:
            yield finding(
                store,
                attribute,
                value,
                expected="a subnet, or a public endpoint that is off",
                why=WHY,
                remedy=settle(value, _SWITCHES[store.type].remedy),
                unknown=True,
            )


def _server(estate: Estate, store: Resource) -> Iterator[Finding]:
    """A server behind firewall rules lets in what they say; without any, nobody has said whom."""
    demand = _SWITCHES[store.type]
    found = tuple(judge(store, demand))
    if found and rules_of(estate, store):
        yield from too_wide(estate, store, WHY, demand.remedy, unsettled=found[0].unknown)
    else:
        yield from found


def _cosmos(account: Resource) -> Iterator[Finding]:
    demand = _SWITCHES[_COSMOS]
    found = tuple(judge(account, demand))
    if not found:
        return
    ranges = account.get("ip_range_filter")
    if _is_set(ranges) and effective(ranges) != ():
        yield from _ranges(account, ranges, unsettled=found[0].unknown)
    else:
        filtered = _in_networks(account)
        if filtered is not True:
            yield replace(found[0], unknown=found[0].unknown or filtered is None)


def _in_networks(account: Resource) -> Answer:
    """Whether only some virtual networks reach an account; ``None`` if that cannot be told."""
    filtered = effective(account.get("is_virtual_network_filter_enabled"))
    if filtered is True and account.blocks("virtual_network_rule"):
        return True
    unread = account.unresolved("virtual_network_rule") is not None
    return None if filtered is UNSTATED or (filtered is True and unread) else False


def _ranges(account: Resource, ranges: Value, *, unsettled: bool) -> Iterator[Finding]:
    """A filter with 0.0.0.0 in it lets in every machine in Azure, beside what else it says."""
    listed = effective(ranges)
    texts = tuple(map(str, listed)) if isinstance(listed, tuple) else ()
    count = addresses(texts)
    all_of_azure = "0.0.0.0" in {text.partition("/")[0] for text in texts}  # noqa: S104
    unknown = listed is UNSTATED or count is None
    if not unknown and not all_of_azure and (count or 0) <= TOO_WIDE:
        return
    remedy = 'ip_range_filter = ["203.0.113.0/24"], or public_network_access_enabled = false'
    yield finding(
        account,
        "ip_range_filter",
        ranges,
        expected="no more addresses than a /16, and not 0.0.0.0 (all of Azure)",
        why=WHY,
        remedy=settle(ranges, remedy) if unknown else remedy,
        unknown=(unknown and not all_of_azure) or unsettled,
    )


def _namespace(namespace: Resource, name: str) -> Iterator[Finding]:
    rules, unread = namespace.blocks(name), namespace.unresolved(name)
    demand = _SWITCHES[namespace.type]
    if unread is not None and tuple(judge(namespace, demand)):
        yield from judge(namespace, demand, unread, attribute=name)
    elif not rules:
        yield from judge(namespace, demand)
    elif effective(rules[0].get("public_network_access_enabled")) is not False:
        firewall = Firewall(namespace, name, rules[0].get("default_action"), _masks(rules[0]))
        for one in openings(namespace, firewall, WHY, demand.remedy):
            blocks = "ip_rule" in rules[0].values and one.attribute.endswith(".ip_rules")
            yield _as_blocks(one, name) if blocks else one


def _as_blocks(one: Finding, name: str) -> Finding:
    remedy = one.remedy.replace(
        'ip_rules = ["203.0.113.0/24"]', 'ip_rule { ip_mask = "203.0.113.0/24" }'
    )
    return replace(one, attribute=f"{name}.ip_rule", remedy=remedy)


def _masks(rules: Block) -> Value:
    """The ranges that are let in: a list in Service Bus, blocks in Event Hubs."""
    unread = rules.unresolved("ip_rule")
    if unread is not None:
        return unread
    if "ip_rule" not in rules.values:
        return rules.get("ip_rules")
    masks = [block.get("ip_mask") for block in rules.blocks("ip_rule")]
    unread_mask = next((m for m in masks if isinstance(m, Reference | Unresolvable)), None)
    return unread_mask or Known(tuple(effective(mask) for mask in masks))


def _enterprise(estate: Estate, cluster: Resource) -> Iterator[Finding]:
    """It has no switch in azurerm: a private endpoint is what shuts its public one."""
    if not endpoints_of(estate, cluster):
        yield finding(
            cluster,
            "private_endpoint",
            "none that is surely this one's",
            expected="a private endpoint, with which Azure shuts the public one",
            why=WHY,
            remedy='declare it as azurerm_managed_redis: public_network_access = "Disabled"',
            severity=Severity.HIGH,
            unknown=True,
        )
