"""Whether there is a way at all: peerings in two halves, routes through appliances, what is far."""

import pytest

from simulator.estate.model import Estate, Resource
from simulator.estate.network.ends import hosts
from simulator.estate.network.paths import reach
from simulator.estate.network.peerings import beyond
from tests.controls.build import SOMETHING, estate, id_of, resource
from tests.estate.network.declared import (
    BOTH,
    DATA,
    VNET,
    WEB,
    end,
    group,
    machine,
    paths,
    rule,
    shop,
    subnet,
    tie,
    told,
)

ALL = "any protocol, any port"
OTHER = resource(
    "azurerm_virtual_network.w", name="w", address_space=["10.1.0.0/16"], resource_group_name="rg"
)
FAR = subnet("far", ["10.1.1.0/24"], "w")


def half(local: str, remote: object, **values: object) -> Resource:
    """One half of a peering, from one network to another."""
    return resource(
        f"azurerm_virtual_network_peering.{local}",
        virtual_network_name=local,
        resource_group_name="rg",
        remote_virtual_network_id=remote,
        **{"allow_virtual_network_access": True, **values},  # type: ignore[arg-type]
    )


def networks(*more: Resource) -> Estate:
    """A machine ``app`` in one network and ``db`` in another."""
    return estate(VNET, WEB, OTHER, FAR, *machine("app", "web"), *machine("db", "far"), *more)


THERE = half("v", id_of("azurerm_virtual_network.w"))
BACK = half("w", id_of("azurerm_virtual_network.v"))


def test_networks_that_are_not_peered_do_not_reach_each_other() -> None:
    assert told(networks()) == []


def test_a_peering_takes_both_halves() -> None:
    assert told(networks(THERE, BACK)) == [(ALL, "NO_GROUP", True)]
    (path,) = paths(networks(THERE))
    assert not path.opening.sure
    assert "only one half" in path.opening.doubt


def test_a_half_that_lets_nothing_through_closes_its_direction() -> None:
    shut = half("v", id_of("azurerm_virtual_network.w"), allow_virtual_network_access=False)
    assert told(networks(shut, BACK)) == []
    (path,) = paths(networks(shut, BACK), "db", "app")
    assert not path.opening.sure


def test_a_peering_of_some_subnets_alone_cannot_be_told() -> None:
    part = half(
        "v", id_of("azurerm_virtual_network.w"), peer_complete_virtual_networks_enabled=False
    )
    assert [sure for _, _, sure in told(networks(part, BACK))] == [False]


def test_peering_does_not_pass_on() -> None:
    third = resource("azurerm_virtual_network.x", name="x", resource_group_name="rg")
    through = [
        half("v", id_of("azurerm_virtual_network.x")),
        half("w", id_of("azurerm_virtual_network.x")),
        resource(
            "azurerm_virtual_network_peering.x1",
            virtual_network_name="x",
            remote_virtual_network_id=id_of("azurerm_virtual_network.v"),
        ),
        resource(
            "azurerm_virtual_network_peering.x2",
            virtual_network_name="x",
            remote_virtual_network_id=id_of("azurerm_virtual_network.w"),
        ),
    ]
    assert told(networks(third, *through)) == []
    # Unless routes send it through an appliance in the middle, which then decides.
    assert [
        sure for _, _, sure in told(networks(third, *through, *routed("web", "0.0.0.0/0")))
    ] == [False]


def spokes(*more: Resource) -> Estate:
    """Two networks that are peered with a third alone, and an appliance in it between them."""
    third = resource("azurerm_virtual_network.x", name="x", resource_group_name="rg")
    ties = [half(name, id_of("azurerm_virtual_network.x")) for name in ("v", "w")]
    return networks(third, *ties, *routed("web", "0.0.0.0/0"), *more)


def test_what_is_in_no_network_near_is_the_internet_to_a_rule() -> None:
    internet = rule(100, "Allow", source_address_prefix="Internet")
    made = spokes(group("g", internet, rule(200, "Deny")), tie("far", "g"))
    assert told(made) == [(ALL, "r100", False)]
    assert told(spokes(group("g", rule(200, "Deny")), tie("far", "g"))) == []


def test_a_default_route_may_put_everything_into_the_tag_virtual_network() -> None:
    back = resource(
        "azurerm_subnet_route_table_association.back",
        subnet_id=id_of("azurerm_subnet.far"),
        route_table_id=id_of("azurerm_route_table.t"),
    )
    empty = group("g"), tie("far", "g")
    assert told(spokes(*empty)) == []
    assert told(spokes(*empty, back)) == [(ALL, "AllowVnetInBound", False)]


def test_the_tag_virtual_network_covers_what_is_peered() -> None:
    made = networks(THERE, BACK, group("g"), tie("far", "g"))
    assert told(made) == [(ALL, "AllowVnetInBound", True)]
    deny = rule(100, "Deny", source_address_prefix="VirtualNetwork")
    assert told(networks(THERE, BACK, group("g", deny), tie("far", "g"))) == []


def routed(subnet_: str, prefix: object, hop: object = "VirtualAppliance") -> tuple[Resource, ...]:
    """A route table with one route on a subnet."""
    return (
        resource(
            "azurerm_route_table.t",
            name="t",
            route=[{"name": "r", "address_prefix": prefix, "next_hop_type": hop}],
        ),
        resource(
            "azurerm_subnet_route_table_association.t",
            subnet_id=id_of(f"azurerm_subnet.{subnet_}"),
            route_table_id=id_of("azurerm_route_table.t"),
        ),
    )


@pytest.mark.parametrize(
    ("prefix", "hop", "sure"),
    [
        ("10.0.0.0/16", "VirtualAppliance", [False]),
        ("10.0.2.0/24", "VirtualNetworkGateway", [False]),
        ("10.0.2.0/24", "None", []),
        ("10.0.2.0/24", "VnetLocal", [True]),
        ("0.0.0.0/0", "VirtualAppliance", [True]),
        ("10.0.0.0/8", "VirtualAppliance", [True]),
        ("10.0.2.0/25", "VirtualAppliance", [True]),
        ("AzureCloud", "Internet", [True]),
        (SOMETHING, "VirtualAppliance", [False]),
        ("10.0.2.0/24", SOMETHING, [False]),
    ],
)
def test_a_route_as_narrow_as_azures_own_overrides_it(
    prefix: object, hop: object, sure: list[bool]
) -> None:
    assert [one for _, _, one in told(shop(*routed("web", prefix, hop)))] == sure


def test_of_two_routes_the_narrower_decides_wherever_it_is_declared() -> None:
    apart = resource(
        "azurerm_route.local",
        route_table_name="t",
        name="local",
        address_prefix="10.0.2.0/24",
        next_hop_type="VnetLocal",
    )
    assert [s for _, _, s in told(shop(*routed("web", "10.0.0.0/16"), apart))] == [True]
    homeless = resource("azurerm_route.lost", route_table_name=SOMETHING, name="lost")
    assert [s for _, _, s in told(shop(*routed("web", "10.0.0.0/16"), homeless))] == [False]


def test_routes_bear_on_a_private_endpoint_only_where_policies_say_so() -> None:
    def made(policies: str) -> Estate:
        guarded = subnet("data", ["10.0.2.0/24"], private_endpoint_network_policies=policies)
        pe = resource(
            "azurerm_private_endpoint.pe",
            subnet_id=id_of("azurerm_subnet.data"),
            private_service_connection=[{"private_connection_resource_id": SOMETHING}],
        )
        return estate(VNET, WEB, guarded, *machine("app", "web"), pe, *routed("web", "10.0.2.0/24"))

    assert [s for _, _, s in told(made("Disabled"), "app", "pe")] == [True]
    assert [s for _, _, s in told(made("RouteTableEnabled"), "app", "pe")] == [False]


def test_networks_on_one_virtual_hub_may_reach_each_other() -> None:
    def on(network: str) -> Resource:
        return resource(
            f"azurerm_virtual_hub_connection.{network}",
            virtual_hub_id=id_of("azurerm_virtual_hub.h"),
            remote_virtual_network_id=id_of(f"azurerm_virtual_network.{network}"),
        )

    hub = resource("azurerm_virtual_hub.h", name="h")
    assert [s for _, _, s in told(networks(hub, on("v"), on("w")))] == [False]
    assert told(networks(hub, on("v"))) == []


def test_what_a_peering_or_a_gateway_leads_to_may_send_into_its_network_alone() -> None:
    gateway = resource(
        "azurerm_virtual_network_gateway.g",
        ip_configuration=[{"subnet_id": id_of("azurerm_subnet.GatewaySubnet")}],
    )
    made = networks(half("w", SOMETHING), subnet("GatewaySubnet", ["10.0.9.0/24"]), gateway)
    peer, sites = beyond(made)
    assert "azurerm_virtual_network_peering.w" in peer.words
    assert [p.opening.sure for p in reach(made, peer, end(made, "db"))] == [False]
    assert reach(made, peer, end(made, "app")) == ()
    assert [p.opening.sure for p in reach(made, sites, end(made, "app"))] == [False]
    assert "GatewaySubnet" not in {one.subnet.name for one in hosts(made)}


def test_a_deny_of_the_network_by_tag_closes_what_is_far_and_one_by_prefix_may_not() -> None:
    def made(source: str) -> Estate:
        deny = group("g", rule(100, "Deny", source_address_prefix=source))
        return networks(half("w", SOMETHING), deny, tie("far", "g"))

    for source, open_ in (("VirtualNetwork", 0), ("10.0.0.0/8", 1)):
        (peer,) = beyond(made(source))
        assert len(reach(made(source), peer, end(made(source), "db"))) == open_


def test_subnets_of_a_network_that_is_not_declared_are_in_it_together() -> None:
    hub = [subnet("web", ["10.0.1.0/24"], "hub"), subnet("data", ["10.0.2.0/24"], "hub")]
    made = estate(*hub, *BOTH, group("g"), tie("data", "g"))
    assert told(made) == [(ALL, "AllowVnetInBound", True)]
    assert [one.words.startswith("any host in the rest of") for one in beyond(made)] == [True]


def test_a_network_of_the_same_name_in_another_group_is_another_one() -> None:
    twin = resource(
        "azurerm_virtual_network.u",
        name="v",
        address_space=["10.0.0.0/16"],
        resource_group_name="x",
    )
    elsewhere = resource(
        "azurerm_subnet.data",
        name="data",
        virtual_network_name="v",
        resource_group_name="x",
        address_prefixes=["10.0.2.0/24"],
    )
    assert told(estate(VNET, twin, WEB, elsewhere, *BOTH)) == []
    assert told(estate(VNET, twin, WEB, DATA, *BOTH)) == [(ALL, "NO_GROUP", True)]
