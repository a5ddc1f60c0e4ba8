"""RESP-09: what is a named flow, what is open by default, and what cannot be told."""

import pytest

from simulator.controls.east_west.control import RESP_09
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Estate, Gap, Omitted, Origin, Resource
from tests.controls.build import (
    SOMETHING,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)
from tests.estate.network.declared import DATA, VNET, WEB, group, machine, rule, subnet, tie

DENY = rule(4096, "Deny", source_address_prefix="VirtualNetwork")
WEB_443 = rule(
    100,
    "Allow",
    protocol="Tcp",
    source_address_prefix="10.0.1.0/24",
    destination_port_range="443",
)
ACCOUNT = resource("azurerm_storage_account.st", name="stshop", tags={"pii": "true"})


def endpoint(leads_to: object = None, **values: object) -> Resource:
    """A private endpoint in the subnet ``data``."""
    connection = {
        "private_connection_resource_id": leads_to or id_of(ACCOUNT.address),
        "subresource_names": ["blob"],
    }
    return resource(
        "azurerm_private_endpoint.pe",
        private_service_connection=[connection | values],
        subnet_id=id_of("azurerm_subnet.data"),
    )


def data(policies: object = "Enabled", **values: object) -> Resource:
    """The subnet of the store."""
    return subnet("data", ["10.0.2.0/24"], private_endpoint_network_policies=policies, **values)


def shop(*rules: dict[str, object], **policies: object) -> Estate:
    """A store behind an endpoint, in a subnet with these rules, and a machine in another."""
    return estate(
        VNET,
        WEB,
        data(**policies),
        ACCOUNT,
        endpoint(),
        *machine("app", "web"),
        group("g", *rules),
        tie("data", "g"),
    )


def outcome(made: Estate) -> Outcome:
    """The verdict in one word."""
    return RESP_09.assess(made).outcome


GROUP = ("azurerm_network_security_group.g", "security_rule")


@pytest.mark.parametrize("reader", ["hcl", "plan"])
def test_the_small_estates(reader: str) -> None:
    assert outcome(declared("RESP-09", "pass", reader)) is Outcome.PASSED
    assert outcome(declared("RESP-09", "absent", reader)) is Outcome.NOT_APPLICABLE
    failed = RESP_09.assess(declared("RESP-09", "fail", reader))
    assert failed.outcome is Outcome.FAILED
    assert wrong(failed) == {
        ("azurerm_network_security_group.loyalty", "security_rule"),
        ('azurerm_subnet.service["data"]', "private_endpoint_network_policies"),
        ('azurerm_subnet.service["crm"]', "network_security_group"),
        ('azurerm_subnet.service["reports"]', "network_security_group"),
        ("azurerm_network_security_rule.allow", "source_address_prefix"),
        ("azurerm_kubernetes_cluster.loyalty", "network_profile.network_policy"),
    }
    assert wrong(failed, unknown=True) == set()
    places = [(f.address, f.attribute) for f in failed.findings]
    assert len(places) == len(set(places))


def test_a_named_flow_and_a_deny_of_the_rest_pass() -> None:
    verdict = RESP_09.assess(shop(WEB_443, DENY))
    assert (verdict.outcome, verdict.looked_at) == (Outcome.PASSED, (ACCOUNT.address,))


def test_a_group_without_rules_is_no_segmentation() -> None:
    verdict = RESP_09.assess(shop())
    assert wrong(verdict) == {GROUP}
    (found,) = verdict.findings
    assert "AllowVnetInBound" in found.actual
    assert "azurerm_linux_virtual_machine.app to azurerm_storage_account.st" in found.actual


@pytest.mark.parametrize(
    "name", ["GatewaySubnet", "AzureFirewallSubnet", "AzureBastionSubnet", "RouteServerSubnet"]
)
def test_false_positive_a_subnet_of_azures_own_needs_no_group(name: str) -> None:
    own = resource(
        "azurerm_subnet.own", name=name, address_prefixes=["10.0.8.0/24"], virtual_network_name="v"
    )
    assert RESP_09.assess(estate(*shop(WEB_443, DENY).resources, own)).findings == ()


def separate(given: dict[str, object]) -> Resource:
    """A rule that is a resource of its own, in the group of the store."""
    return resource(
        f"azurerm_network_security_rule.r{given['priority']}",
        network_security_group_name="g",
        resource_group_name="rg",
        **given,
    )


def test_false_negative_rules_in_the_group_and_beside_it_fight_and_the_open_one_counts() -> None:
    broad = WEB_443 | {"source_address_prefix": "VirtualNetwork", "destination_port_range": "*"}
    verdict = RESP_09.assess(estate(*shop(DENY).resources, separate(broad)))
    assert verdict.outcome is not Outcome.PASSED
    assert {f.address for f in verdict.findings} == {"azurerm_network_security_rule.r100"}


def test_a_deny_after_a_broad_allow_denies_nothing() -> None:
    broad = WEB_443 | {"source_address_prefix": "VirtualNetwork"}
    assert wrong(RESP_09.assess(shop(broad, DENY))) == {GROUP}
    assert outcome(shop(broad | {"priority": 4000}, DENY | {"priority": 300})) is Outcome.PASSED


@pytest.mark.parametrize(
    "change",
    [
        {"source_address_prefix": "*"},
        {"source_address_prefix": "0.0.0.0/0"},
        {"source_address_prefix": "10.0.0.0/16"},
        {"source_address_prefix": "10.0.0.0/8"},
        {
            "source_address_prefix": None,
            "source_address_prefixes": ["10.0.0.0/17", "10.0.128.0/17"],
        },
        {"source_address_prefix": id_of("azurerm_virtual_network.v", "address_space[0]")},
        {"destination_port_range": "*"},
        {"destination_port_range": "1-65535"},
    ],
)
def test_a_rule_that_names_no_source_or_no_port_is_no_named_flow(change: dict[str, object]) -> None:
    assert wrong(RESP_09.assess(shop(WEB_443 | change, DENY))) == {GROUP}


@pytest.mark.parametrize(
    "change",
    [
        {"source_address_prefix": "10.0.1.4"},
        {"source_address_prefix": id_of("azurerm_subnet.web", "address_prefixes[0]")},
        {"destination_port_range": None, "destination_port_ranges": ["443", "11000-11999"]},
        {"protocol": "*"},
        {"source_address_prefix": "Internet"},
        {"source_address_prefix": "AzureCloud"},
    ],
)
def test_a_rule_that_lets_few_in_on_few_ports_is_a_named_flow(change: dict[str, object]) -> None:
    assert outcome(shop(WEB_443 | change, DENY)) is Outcome.PASSED


@pytest.mark.parametrize(
    "deny",
    [
        DENY | {"protocol": "Tcp"},
        DENY | {"destination_port_range": "443"},
        DENY | {"source_address_prefix": "10.0.1.0/24"},
        DENY | {"source_address_prefix": "Internet"},
        DENY | {"destination_address_prefix": "10.0.9.0/24"},
        DENY | {"direction": "Outbound"},
        DENY | {"source_port_range": "1024-65535"},
    ],
)
def test_a_deny_of_a_part_leaves_the_rest_open(deny: dict[str, object]) -> None:
    assert wrong(RESP_09.assess(shop(deny))) == {GROUP}


def test_rules_do_not_bear_on_a_private_endpoint_while_policies_are_off() -> None:
    off = RESP_09.assess(shop(DENY, policies="Disabled"))
    assert wrong(off) == {("azurerm_subnet.data", "private_endpoint_network_policies")}
    by_default = shop(DENY, policies=Omitted("Disabled", "azurerm 4.x default"))
    (found,) = RESP_09.assess(by_default).findings
    assert "azurerm 4.x default" in found.actual
    (told,) = RESP_09.assess(shop(DENY, policies=Omitted())).findings
    assert told.unknown


def test_a_subnet_without_a_group_fails_where_it_is_declared() -> None:
    bare = estate(VNET, WEB, data(), ACCOUNT, endpoint(), *machine("app", "web"))
    assert wrong(RESP_09.assess(bare)) == {("azurerm_subnet.data", "network_security_group")}


@pytest.mark.parametrize(("policies", "told"), [("Enabled", False), ("Disabled", True)])
def test_a_group_alone_is_no_remedy_where_private_endpoints_are_not_filtered(
    policies: str, told: bool
) -> None:
    bare = estate(VNET, WEB, data(policies), ACCOUNT, endpoint(), *machine("app", "web"))
    (found,) = RESP_09.assess(bare).findings
    assert ("private_endpoint_network_policies" in found.remedy) is told


def test_a_store_that_nobody_declared_could_reach_is_closed_to_newcomers_all_the_same() -> None:
    alone = estate(VNET, data(), ACCOUNT, endpoint(), group("g"), tie("data", "g"))
    (found,) = RESP_09.assess(alone).findings
    assert "any host in a new subnet of azurerm_virtual_network.v" in found.actual


def test_a_tag_that_says_there_is_none_takes_a_store_out_and_no_tag_does_not() -> None:
    def tagged(**tags: object) -> Estate:
        store = resource(ACCOUNT.address, name="stx", **({"tags": tags} if tags else {}))  # type: ignore[arg-type]
        return estate(VNET, WEB, data(), store, endpoint(), *machine("app", "web"))

    assert outcome(tagged(pii="false")) is Outcome.NOT_APPLICABLE
    assert outcome(tagged()) is Outcome.FAILED


def test_an_account_for_plumbing_is_left_out() -> None:
    logs = resource(ACCOUNT.address, name="stx", tags={"purpose": "logs"})
    made = estate(VNET, WEB, data(), logs, endpoint(), *machine("app", "web"))
    assert outcome(made) is Outcome.NOT_APPLICABLE


def test_a_network_of_one_subnet_is_named_by_the_prefix_of_that_subnet() -> None:
    other = resource("azurerm_virtual_network.w", name="w", address_space=["10.9.0.0/24"])
    far = subnet("far", ["10.9.0.0/24"], "w")
    ties = [
        resource(
            f"azurerm_virtual_network_peering.{local}",
            virtual_network_name=local,
            remote_virtual_network_id=id_of(f"azurerm_virtual_network.{remote}"),
            allow_virtual_network_access=True,
        )
        for local, remote in (("v", "w"), ("w", "v"))
    ]
    named = WEB_443 | {"source_address_prefix": "10.9.0.0/24"}
    made = (VNET, other, data(), far, *ties, ACCOUNT, endpoint(), *machine("app", "far"))
    assert outcome(estate(*made, group("g", named, DENY), tie("data", "g"))) is Outcome.PASSED
    wide = WEB_443 | {"source_address_prefix": "10.9.0.0/16"}
    assert outcome(estate(*made, group("g", wide, DENY), tie("data", "g"))) is Outcome.FAILED


def test_personal_information_may_not_flow_on_unnamed_either() -> None:
    app = resource(
        "azurerm_linux_web_app.checkout",
        virtual_network_subnet_id=id_of("azurerm_subnet.web"),
    )
    made = estate(VNET, WEB, DATA, app, *machine("batch", "data"))
    (found,) = RESP_09.assess(made).findings
    assert (found.address, found.severity) == ("azurerm_subnet.data", Severity.MEDIUM)
    out = rule(100, "Deny", direction="Outbound")
    closed = estate(
        VNET, WEB, DATA, app, *machine("batch", "data"), group("g", out), tie("web", "g")
    )
    assert outcome(closed) is Outcome.PASSED


def test_what_uses_a_store_with_personal_information_holds_it_too() -> None:
    identity = {"type": "SystemAssigned"}
    nic, vm = machine("batch", "web")
    bearer = resource(vm.address, network_interface_ids=id_of(nic.address), identity=[identity])
    role = resource(
        "azurerm_role_assignment.r",
        scope=id_of(ACCOUNT.address),
        role_definition_name="Storage Blob Data Reader",
        principal_id=id_of(vm.address, "identity[0].principal_id"),
    )
    assert outcome(estate(VNET, WEB, ACCOUNT, nic, bearer)) is Outcome.NOT_APPLICABLE
    found = RESP_09.assess(estate(VNET, WEB, ACCOUNT, nic, bearer, role))
    assert wrong(found) == {("azurerm_subnet.web", "network_security_group")}


@pytest.mark.parametrize(
    ("leads_to", "kinds", "applies"),
    [
        (SOMETHING, ["blob"], True),
        (SOMETHING, ["registry"], False),
        (SOMETHING, SOMETHING, True),
        (
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.Sql/servers/x",
            ["sqlServer"],
            True,
        ),
        (
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.ContainerRegistry/registries/x",
            ["registry"],
            False,
        ),
    ],
)
def test_an_endpoint_to_a_store_that_is_declared_elsewhere_is_one_of_a_store(
    leads_to: object, kinds: object, *, applies: bool
) -> None:
    made = estate(VNET, data(), endpoint(leads_to, subresource_names=kinds))
    assert (outcome(made) is not Outcome.NOT_APPLICABLE) is applies


def test_a_subnet_that_is_declared_elsewhere_is_unknown() -> None:
    pe = resource(
        "azurerm_private_endpoint.pe",
        private_service_connection=[{"private_connection_resource_id": id_of(ACCOUNT.address)}],
        subnet_id=SOMETHING,
    )
    verdict = RESP_09.assess(estate(ACCOUNT, pe))
    assert wrong(verdict, unknown=True) == {("azurerm_private_endpoint.pe", "subnet_id")}


def test_what_cannot_be_read_is_unknown_and_never_a_pass() -> None:
    lost = DENY | {"access": SOMETHING}
    assert wrong(RESP_09.assess(shop(lost)), unknown=True) == {GROUP}
    wide = WEB_443 | {"source_address_prefix": SOMETHING}
    verdict = RESP_09.assess(shop(wide, DENY))
    assert wrong(verdict, unknown=True) == {GROUP}
    assert "source_address_prefix is not known" in verdict.findings[0].actual


def test_a_group_in_a_module_that_cannot_be_read_may_be_the_missing_one() -> None:
    gap = Gap("module.network", "not installed", Origin("main.tf", 1))
    bare = estate(VNET, WEB, data(), ACCOUNT, endpoint(), gaps=(gap,))
    assert wrong(RESP_09.assess(bare), unknown=True) == {
        ("azurerm_subnet.data", "network_security_group")
    }


def test_a_route_through_a_firewall_leaves_it_unknown() -> None:
    table = resource(
        "azurerm_route_table.t",
        name="t",
        route=[{"name": "r", "address_prefix": "10.0.0.0/16", "next_hop_type": "VirtualAppliance"}],
    )
    ties = [
        resource(
            f"azurerm_subnet_route_table_association.{name}",
            subnet_id=id_of(f"azurerm_subnet.{name}"),
            route_table_id=id_of(table.address),
        )
        for name in ("web", "data")
    ]
    whole = resource(
        "azurerm_virtual_network.v", name="v", address_space=["10.0.1.0/24", "10.0.2.0/24"]
    )
    guarded = data(policies="Enabled")
    made = estate(
        whole,
        WEB,
        guarded,
        ACCOUNT,
        endpoint(),
        *machine("app", "web"),
        group("g"),
        tie("data", "g"),
    )
    assert outcome(made) is Outcome.FAILED
    sent = estate(*made.resources, table, *ties)
    verdict = RESP_09.assess(sent)
    assert "through an appliance" not in str(verdict.findings)  # wider than Azure's own routes
    narrow = resource(
        "azurerm_route_table.t",
        name="t",
        route=[{"name": "r", "address_prefix": "10.0.2.0/24", "next_hop_type": "VirtualAppliance"}],
    )
    (found,) = RESP_09.assess(estate(*made.resources, narrow, *ties)).findings
    assert found.unknown
    assert "through an appliance" in found.actual


def test_a_cluster_may_talk_within_its_own_subnet_on_any_port() -> None:
    within = rule(
        100,
        "Allow",
        source_address_prefix="10.0.2.0/24",
        destination_address_prefix="10.0.2.0/24",
    )
    cluster = resource(
        "azurerm_kubernetes_cluster.orders",
        default_node_pool=[{"vnet_subnet_id": id_of("azurerm_subnet.data")}],
        network_profile=[{"network_policy": "cilium"}],
    )
    made = estate(VNET, WEB, DATA, cluster, group("g", within, DENY), tie("data", "g"))
    assert outcome(made) is Outcome.PASSED
    guest = estate(*made.resources, *machine("guest", "data"))
    assert wrong(RESP_09.assess(guest)) == {GROUP}  # another workload is no node of it
    plain = resource(
        cluster.address,
        default_node_pool=[{"vnet_subnet_id": id_of("azurerm_subnet.data")}],
    )
    verdict = RESP_09.assess(
        estate(VNET, WEB, DATA, plain, group("g", within, DENY), tie("data", "g"))
    )
    assert wrong(verdict) == {(cluster.address, "network_profile.network_policy")}


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_version_of_the_provider(major: int) -> None:
    made = shop(WEB_443, DENY)
    versions = tuple(
        Resource(r.address, r.type, r.name, r.body, r.origin, azurerm(major))
        for r in made.resources
    )
    assert outcome(estate(*versions)) is Outcome.PASSED


def test_the_group_that_a_subnet_names_by_a_write_only_argument_counts() -> None:
    named = data(network_security_group_id_wo=id_of("azurerm_network_security_group.g"))
    made = estate(VNET, named, ACCOUNT, endpoint(), group("g", DENY))
    assert outcome(made) is Outcome.PASSED


def test_azapi_subnets_and_rules_are_read_too() -> None:
    network = "azapi_resource.v"
    made = from_azapi(
        resource(
            network,
            type="Microsoft.Network/virtualNetworks@2024-05-01",
            name="v",
            body={
                "properties": {
                    "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                    "subnets": [
                        {
                            "name": "data",
                            "properties": {
                                "addressPrefix": "10.0.2.0/24",
                                "privateEndpointNetworkPolicies": "Disabled",
                            },
                        }
                    ],
                }
            },
        ),
        ACCOUNT,
        resource(
            "azurerm_private_endpoint.pe",
            private_service_connection=[{"private_connection_resource_id": id_of(ACCOUNT.address)}],
            subnet_id=id_of(network, suffix="/subnets/data"),
        ),
    )
    assert wrong(RESP_09.assess(made)) == {(network, "network_security_group")}


@pytest.mark.parametrize("name", ['"', "<script>", "a\nb", "x" * 5000, "${x}", "", None, 7])
def test_hostile_names_do_no_harm(name: object) -> None:
    odd = rule(100, "Allow", name=name, source_address_prefix=name, destination_port_range=name)
    made = estate(
        resource("azurerm_virtual_network.v", name=name, address_space=[name]),
        subnet("data", [name], str(name)),
        ACCOUNT,
        endpoint(),
        group("g", odd),
        tie("data", "g"),
    )
    verdict = RESP_09.assess(made)
    assert verdict.outcome in {Outcome.FAILED, Outcome.UNKNOWN}
    assert all("\n" not in f.actual for f in verdict.findings)
