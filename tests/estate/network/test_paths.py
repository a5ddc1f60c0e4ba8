"""Who reaches whom: rules by priority, default rules, tags, groups, endpoints, interfaces."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.estate.model import Estate, Resource, Unresolvable
from simulator.estate.network.ends import placed
from simulator.estate.network.paths import open_paths
from tests.controls.build import SOMETHING, estate, id_of, resource
from tests.estate.network.declared import (
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


def guarded(*rules: dict[str, object]) -> Estate:
    """The shop with these rules on the subnet of the database."""
    return shop(group("g", *rules), tie("data", "g"))


def test_without_a_security_group_everything_is_open() -> None:
    assert told(shop()) == [(ALL, "NO_GROUP", True)]


def test_an_empty_security_group_lets_the_whole_network_in() -> None:
    assert told(guarded()) == [(ALL, "AllowVnetInBound", True)]


def test_a_deny_rule_closes_and_of_two_rules_the_lower_number_decides() -> None:
    web = rule(100, "Allow", protocol="Tcp", destination_port_range="443")
    assert told(guarded(rule(200, "Deny"))) == []
    assert told(guarded(rule(200, "Deny"), web)) == [("TCP 443", "r100", True)]
    assert told(guarded(rule(90, "Deny"), web)) == []


def test_a_deny_of_one_protocol_leaves_the_others_open() -> None:
    found = told(guarded(rule(100, "Deny", protocol="Tcp")))
    assert found == [("UDP/ICMP/ESP/AH, any port", "AllowVnetInBound", True)]


def test_a_deny_of_half_the_subnet_leaves_the_other_half_open() -> None:
    made = guarded(rule(100, "Deny", source_address_prefix="10.0.1.0/25"))
    (path,) = paths(made)
    low, high = path.opening.traffic.source.runs[0]
    assert (low & 0xFF, high & 0xFF) == (128, 255)


@pytest.mark.parametrize(
    ("source", "open_"),
    [
        ("VirtualNetwork", False),
        ("virtualnetwork", False),
        ("*", False),
        ("0.0.0.0/0", False),
        ("10.0.0.0/8", False),
        ("Internet", True),
        ("AzureCloud", True),
        ("Storage.WestUS", True),
        ("AzureLoadBalancer", True),
        ("10.1.0.0/16", True),
        ("::/0", True),
    ],
)
def test_what_a_deny_rule_of_a_source_closes(source: str, *, open_: bool) -> None:
    assert bool(told(guarded(rule(100, "Deny", source_address_prefix=source)))) is open_


def test_outbound_rules_of_the_sender_close_too() -> None:
    made = shop(group("g", rule(100, "Deny", direction="Outbound")), tie("web", "g"))
    assert (told(made), told(made, "db", "app")) == ([], [(ALL, "AllowVnetInBound", True)])


def test_a_group_on_the_interface_and_one_on_the_subnet_both_have_to_let_it_through() -> None:
    tied = resource(
        "azurerm_network_interface_security_group_association.db",
        network_interface_id=id_of("azurerm_network_interface.db"),
        network_security_group_id=id_of("azurerm_network_security_group.nic"),
    )
    on_nic = group("nic", rule(100, "Allow", destination_port_range="22"), rule(101, "Deny"))
    on_subnet = group("g", rule(100, "Allow", destination_port_range="443"), rule(101, "Deny"))
    assert told(shop(on_nic, tied)) == [("any protocol 22", "r100", True)]
    assert told(shop(on_nic, tied, on_subnet, tie("data", "g"))) == []


def test_rules_that_are_resources_of_their_own_count_by_name_and_group() -> None:
    def apart(**values: object) -> Resource:
        given = rule(100, "Deny", network_security_group_name="g", **values)
        return resource("azurerm_network_security_rule.deny", **given)  # type: ignore[arg-type]

    empty = resource("azurerm_network_security_group.g", name="g", resource_group_name="rg")
    twin = resource("azurerm_network_security_group.h", name="g", resource_group_name="other")
    assert told(shop(empty, tie("data", "g"), apart(resource_group_name="rg"))) == []
    both = shop(empty, twin, tie("data", "g"), apart(resource_group_name="other"))
    assert told(both) == [(ALL, "AllowVnetInBound", True)]


def test_of_rules_in_the_group_and_beside_it_nobody_can_tell_which_are_left() -> None:
    beside = resource(
        "azurerm_network_security_rule.deny",
        **rule(100, "Deny", network_security_group_name="g", resource_group_name="rg"),  # type: ignore[arg-type]
    )
    made = shop(group("g", rule(200, "Allow")), tie("data", "g"), beside)
    (path,) = paths(made)
    assert not path.opening.sure
    assert "also lists rules of its own" in path.opening.doubt


def test_a_rule_for_an_application_security_group_matches_its_members_alone() -> None:
    asg = resource("azurerm_application_security_group.web", name="asg")
    tied = resource(
        "azurerm_network_interface_application_security_group_association.app",
        network_interface_id=id_of("azurerm_network_interface.app"),
        application_security_group_id=id_of(asg.address),
    )
    allow = rule(
        100,
        "Allow",
        source_application_security_group_ids=id_of(asg.address),
        source_address_prefix=None,
    )
    rules = group("g", allow, rule(101, "Deny"))
    assert told(shop(asg, rules, tie("data", "g"))) == []
    assert told(shop(asg, tied, rules, tie("data", "g"))) == [(ALL, "r100", True)]
    lost = resource(
        "azurerm_network_interface_application_security_group_association.lost",
        network_interface_id=SOMETHING,
        application_security_group_id=id_of(asg.address),
    )
    assert told(shop(asg, lost, rules, tie("data", "g"))) == [(ALL, "r100", False)]


@pytest.mark.parametrize(
    ("unread", "why"),
    [
        ({"access": SOMETHING}, "cannot be read in full"),
        ({"direction": SOMETHING}, "cannot be read in full"),
        ({"protocol": "Sctp"}, "cannot be read in full"),
        ({"destination_port_range": "https"}, "cannot be read in full"),
        ({"destination_port_range": None}, "cannot be read in full"),
        ({"source_address_prefix": SOMETHING}, "source_address_prefix is not known"),
    ],
)
def test_a_deny_rule_that_cannot_be_read_neither_closes_nor_leaves_open(
    unread: dict[str, object], why: str
) -> None:
    (path,) = paths(guarded(rule(100, "Deny") | unread))
    assert not path.opening.sure
    assert why in path.opening.doubt


def test_a_rule_of_unknown_priority_still_comes_before_those_that_azure_adds() -> None:
    assert told(guarded(rule(SOMETHING, "Deny"))) == []
    found = told(guarded(rule(SOMETHING, "Deny"), rule(200, "Allow")))
    assert found == [(ALL, "r200", False)]


def test_an_allow_rule_that_cannot_be_read_perhaps_opens_what_is_closed() -> None:
    made = guarded(rule(100, "Allow", source_address_prefix=SOMETHING), rule(200, "Deny"))
    assert told(made) == [(ALL, "r100", False)]


def test_rules_that_cannot_be_read_at_all_leave_everything_open_and_closed() -> None:
    unread = resource("azurerm_network_security_group.g", name="g", security_rule=SOMETHING)
    assert [sure for _, _, sure in told(shop(unread, tie("data", "g")))] == [False]


def test_a_group_that_is_not_declared_here_cannot_be_told() -> None:
    tied = resource(
        "azurerm_subnet_network_security_group_association.data",
        subnet_id=id_of("azurerm_subnet.data"),
        network_security_group_id=SOMETHING,
    )
    assert told(shop(tied)) == [(ALL, "NOT_TOLD", False)]
    lost = resource(
        "azurerm_subnet_network_security_group_association.lost",
        subnet_id=SOMETHING,
        network_security_group_id=id_of("azurerm_network_security_group.g"),
    )
    (path,) = paths(shop(group("g"), lost))
    assert "the subnet of" in path.opening.doubt


def test_a_subnet_whose_prefix_is_not_known_is_in_the_network_all_the_same() -> None:
    hidden = subnet("web", Unresolvable("var.prefix has no value"))

    def made(source: str) -> Estate:
        rules = group("g", rule(100, "Deny", source_address_prefix=source))
        return estate(
            VNET,
            hidden,
            DATA,
            *machine("app", "web"),
            *machine("db", "data"),
            rules,
            tie("data", "g"),
        )

    assert told(made("VirtualNetwork")) == []
    assert told(made("0.0.0.0/0")) == []
    assert [sure for _, _, sure in told(made("10.0.9.0/24"))] == [False]
    own = rule(
        100, "Deny", source_address_prefix=id_of("azurerm_subnet.web", "address_prefixes[0]")
    )
    by_reference = estate(
        VNET,
        hidden,
        DATA,
        *machine("app", "web"),
        *machine("db", "data"),
        group("g", own),
        tie("data", "g"),
    )
    assert told(by_reference) == []


def test_an_address_given_by_hand_is_the_only_one() -> None:
    only = rule(100, "Allow", source_address_prefix="10.0.1.9")
    rules = group("g", only, rule(101, "Deny")), tie("data", "g")
    fixed = machine("app", "web", private_ip_address="10.0.1.8")
    made = estate(VNET, WEB, DATA, *fixed, *machine("db", "data"), *rules)
    assert told(made) == []


def endpoint(policies: object) -> Estate:
    """A store behind a private endpoint in a subnet that refuses everything."""
    guarded_ = subnet("data", ["10.0.2.0/24"], private_endpoint_network_policies=policies)
    return estate(
        VNET,
        WEB,
        guarded_,
        *machine("app", "web"),
        group("g", rule(100, "Deny")),
        tie("data", "g"),
        resource("azurerm_storage_account.store", name="st"),
        resource(
            "azurerm_private_endpoint.pe",
            subnet_id=id_of("azurerm_subnet.data"),
            private_service_connection=[
                {"private_connection_resource_id": id_of("azurerm_storage_account.store")}
            ],
        ),
    )


@pytest.mark.parametrize(
    ("policies", "found"),
    [
        ("Disabled", [(ALL, "NOT_FILTERED", True)]),
        ("RouteTableEnabled", [(ALL, "NOT_FILTERED", True)]),
        ("Enabled", []),
        ("NetworkSecurityGroupEnabled", []),
        (SOMETHING, [(ALL, "NOT_TOLD", False)]),
    ],
)
def test_a_private_endpoint_is_filtered_only_where_policies_say_so(
    policies: object, found: list[tuple[str, str, bool]]
) -> None:
    assert told(endpoint(policies), "app", "store") == found


def test_where_there_is_no_group_no_network_policy_has_to_be_known() -> None:
    made = endpoint(SOMETHING)
    untied = estate(*(r for r in made.resources if not r.type.endswith("_association")))
    assert told(untied, "app", "store") == [(ALL, "NO_GROUP", True)]


def test_a_private_endpoint_starts_nothing_and_an_integrated_app_receives_nothing() -> None:
    made = endpoint("Disabled")
    assert not end(made, "store").sends
    app = resource(
        "azurerm_linux_web_app.site", virtual_network_subnet_id=id_of("azurerm_subnet.web")
    )
    both = shop(app)
    assert told(both, "app", "site") == []
    assert told(both, "site", "db") == [(ALL, "NO_GROUP", True)]


def test_subnets_in_the_block_of_a_network_have_the_group_that_they_name() -> None:
    network = resource(
        "azurerm_virtual_network.v",
        name="v",
        address_space=["10.0.0.0/16"],
        subnet=[
            {"name": "web", "address_prefixes": ["10.0.1.0/24"]},
            {
                "name": "data",
                "address_prefixes": ["10.0.2.0/24"],
                "security_group": id_of("azurerm_network_security_group.g"),
            },
        ],
    )

    def nic(name: str) -> Resource:
        where = id_of(network.address, suffix=f"/subnets/{name}")
        return resource(
            f"azurerm_network_interface.{name}", ip_configuration=[{"subnet_id": where}]
        )

    made = estate(network, nic("web"), nic("data"), group("g", rule(100, "Deny")))
    assert told(made, "web", "data") == []
    assert told(made, "data", "web") == [(ALL, "NO_GROUP", True)]


def test_what_stands_in_a_subnet_that_is_not_declared_here_is_told_apart() -> None:
    nic = resource("azurerm_network_interface.n", ip_configuration=[{"subnet_id": SOMETHING}])
    (one,) = placed(shop(nic)).homeless
    assert (one.workload.address, one.attribute) == (nic.address, "ip_configuration.subnet_id")


def test_an_admin_rule_may_close_what_is_open_and_open_what_is_closed() -> None:
    def admin(action: str) -> Resource:
        return resource(
            "azurerm_network_manager_admin_rule.a",
            action=action,
            direction="Inbound",
            priority=1,
            protocol="Any",
        )

    assert [sure for _, _, sure in told(shop(admin("Deny")))] == [False]
    assert told(shop(admin("Allow"))) == [(ALL, "NO_GROUP", True)]
    closed = group("g", rule(100, "Deny")), tie("data", "g")
    assert [sure for _, _, sure in told(shop(*closed, admin("AlwaysAllow")))] == [False]


def test_open_paths_are_those_between_different_workloads_both_ways() -> None:
    found = {(p.source.words, p.destination.words) for p in open_paths(shop())}
    app, db = "azurerm_linux_virtual_machine.app", "azurerm_linux_virtual_machine.db"
    assert found == {(app, db), (db, app)}


PREFIXES = (
    "*",
    "VirtualNetwork",
    "Internet",
    "10.0.1.0/24",
    "10.0.1.128/25",
    "10.0.0.0/8",
    "1.1.1.1",
)
rules = st.lists(
    st.builds(
        lambda priority, access, source, port, protocol: rule(
            priority,
            access,
            source_address_prefix=source,
            destination_port_range=port,
            protocol=protocol,
        ),
        st.integers(101, 4095),
        st.sampled_from(("Allow", "Deny")),
        st.sampled_from(PREFIXES),
        st.sampled_from(("*", "443", "1-1000")),
        st.sampled_from(("*", "Tcp", "Udp")),
    ),
    max_size=4,
    unique_by=lambda one: str(one["priority"]),
)


def opened(made: Estate) -> list[tuple[object, ...]]:
    """Every piece of traffic that gets through."""
    return [path.opening.traffic.sides for path in paths(made)]


def within(inner: Estate, outer: Estate) -> bool:
    """Whether nothing is open in one that is not in the other."""
    left = [path.opening.traffic for path in paths(inner)]
    for path in paths(outer):
        left = [piece for box in left for piece in box - path.opening.traffic]
    return not left


@settings(max_examples=60)
@given(rules, st.sampled_from(PREFIXES), st.sampled_from(("*", "443")))
def test_a_deny_rule_of_top_priority_never_opens_a_path(
    given_: list[dict[str, object]], source: str, port: str
) -> None:
    top = rule(100, "Deny", source_address_prefix=source, destination_port_range=port)
    assert within(guarded(top, *given_), guarded(*given_))
    assert opened(guarded(rule(100, "Deny"), *given_)) == []


@settings(max_examples=60)
@given(rules, st.integers(101, 4095))
def test_narrowing_the_source_of_an_allow_rule_never_opens_a_path(
    given_: list[dict[str, object]], priority: int
) -> None:
    others = [one for one in given_ if one["priority"] != priority]
    wide = rule(priority, "Allow", source_address_prefix="10.0.0.0/8")
    narrow = rule(priority, "Allow", source_address_prefix="10.0.1.0/26")
    assert within(guarded(narrow, *others), guarded(wide, *others))


@settings(max_examples=60)
@given(rules)
def test_the_order_in_which_rules_are_written_decides_nothing(
    given_: list[dict[str, object]],
) -> None:
    one, other = guarded(*given_), guarded(*reversed(given_))
    assert within(one, other)
    assert within(other, one)


@settings(max_examples=40)
@given(rules, st.sampled_from(("access", "priority", "source_address_prefix", "protocol")))
def test_what_is_surely_open_stays_open_whatever_an_unread_rule_says(
    given_: list[dict[str, object]], lost: str
) -> None:
    if not given_:
        return
    unread = guarded(given_[0] | {lost: SOMETHING}, *given_[1:])
    sure = [p.opening.traffic for p in paths(unread) if p.opening.sure]
    left = sure
    for path in paths(guarded(*given_)):
        left = [piece for box in left for piece in box - path.opening.traffic]
    assert not left
    perhaps = [path.opening.traffic for path in paths(unread)]
    missing = [path.opening.traffic for path in paths(guarded(*given_))]
    for box in perhaps:
        missing = [piece for one in missing for piece in one - box]
    assert not missing
