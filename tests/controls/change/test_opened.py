"""What a change adds that takes protection away."""

import pytest

from simulator.controls.change.judge import taken_away
from simulator.controls.verdict import Outcome
from simulator.estate.model import Resource
from tests.controls.build import SOMETHING, estate, id_of, resource, wrong

GROUP = resource("azurerm_resource_group.g", name="rg")
ACCOUNT = resource("azurerm_storage_account.a", name="sta")
SERVER = resource("azurerm_mssql_server.s", name="sql")
PEOPLE = id_of("azuread_group.people", "object_id", suffix="")


def change(before: list[Resource], after: list[Resource]):
    return taken_away(estate(*before), estate(*after))


@pytest.mark.parametrize(
    "scope", ["resource", "resource_group", "subscription", "management_group"]
)
def test_a_new_exemption_from_a_policy_fails_and_one_that_was_there_does_not(scope):
    exemption = resource(
        f"azurerm_{scope}_policy_exemption.e", name="e", policy_assignment_id="/providers/p"
    )
    (found,) = change([ACCOUNT], [ACCOUNT, exemption]).findings
    assert (found.address, found.attribute) == (exemption.address, "resource")
    assert '"/providers/p"' in found.actual
    assert change([ACCOUNT, exemption], [ACCOUNT, exemption]).findings == ()
    moved = resource(f"module.m.{exemption.address}", name="e", policy_assignment_id="/providers/p")
    assert change([ACCOUNT, exemption], [ACCOUNT, moved]).findings == ()


def test_a_new_suppression_of_alerts_fails_unless_it_is_off():
    address = "azurerm_monitor_alert_processing_rule_suppression.s"
    assert wrong(change([ACCOUNT], [ACCOUNT, resource(address, name="s")])) == {
        (address, "resource")
    }
    off = resource(address, name="s", enabled=False)
    assert change([ACCOUNT], [ACCOUNT, off]).findings == ()


def rule(start: object, end: object, name: str = "office") -> Resource:
    return resource(
        f"azurerm_mssql_firewall_rule.{name}",
        name=name,
        server_id=id_of(SERVER.address),
        start_ip_address=start,
        end_ip_address=end,
    )


OFFICE = rule("203.0.113.0", "203.0.113.63")
AT = (OFFICE.address, "start_ip_address")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [OFFICE], {AT}),
        ([OFFICE], [OFFICE], set()),
        ([OFFICE], [rule("203.0.113.0", "203.0.113.64")], {AT}),
        ([OFFICE], [rule("203.0.112.255", "203.0.113.63")], {AT}),
        ([OFFICE], [rule("203.0.113.8", "203.0.113.9")], set()),
        ([OFFICE], [rule("203.0.113.8", "203.0.113.9", "printer")], set()),
        ([OFFICE, rule("0.0.0.0", "0.0.0.0", "azure")], [rule("0.0.0.0", "0.0.0.0")], set()),
    ],
)
def test_addresses_that_a_firewall_newly_lets_in(before, after, found):
    assert wrong(change([SERVER, *before], [SERVER, *after])) == found


def test_a_range_that_is_not_known_any_more_is_unknown():
    result = change([SERVER, OFFICE], [SERVER, rule("203.0.113.0", SOMETHING)])
    assert result.findings == ()  # the same as far as it is known: nothing says that it changed
    result = change([SERVER, OFFICE], [SERVER, OFFICE, rule("203.0.113.9", SOMETHING, "new")])
    assert result.outcome is Outcome.UNKNOWN


def test_a_rule_of_a_new_server_takes_nothing_away():
    assert change([ACCOUNT], [ACCOUNT, SERVER, OFFICE]).findings == ()


def right(role: str, scope: object, who: object = PEOPLE, name: str = "r") -> Resource:
    return resource(
        f"azurerm_role_assignment.{name}",
        role_definition_name=role,
        scope=scope,
        principal_id=who,
    )


ON_ACCOUNT, ON_GROUP = id_of(ACCOUNT.address), id_of(GROUP.address)
RIGHT = ("azurerm_role_assignment.r", "role_definition_name")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ([], [right("Owner", ON_ACCOUNT)], {RIGHT}),
        ([], [right("Contributor", "/subscriptions/0")], {RIGHT}),
        ([], [right("Storage Account Contributor", ON_ACCOUNT)], {RIGHT}),
        ([], [right("Reader", ON_GROUP)], set()),
        ([], [right("Storage Blob Data Reader", ON_ACCOUNT)], set()),
        ([], [right("Storage Blob Data Reader", ON_GROUP)], {RIGHT}),
        ([right("Reader", ON_GROUP)], [right("Owner", ON_GROUP)], {RIGHT}),
        ([right("Owner", ON_GROUP)], [right("Reader", ON_GROUP)], set()),
        ([right("Owner", ON_ACCOUNT)], [right("Owner", ON_GROUP)], {RIGHT}),
        ([right("Owner", ON_GROUP, name="old")], [right("Contributor", ON_GROUP)], set()),
        (
            [right("Owner", ON_GROUP, name="old")],
            [right("Owner", ON_GROUP, id_of("azuread_group.others", "object_id", suffix=""))],
            {RIGHT},
        ),
    ],
)
def test_who_can_do_more_than_before(before, after, found):
    there = [GROUP, ACCOUNT]
    assert wrong(change([*there, *before], [*there, *after])) == found


def test_a_role_that_nobody_knows_is_unknown():
    result = change([GROUP, ACCOUNT], [GROUP, ACCOUNT, right("Their own role", ON_GROUP)])
    assert wrong(result, unknown=True) == {RIGHT}


def test_a_right_on_what_is_new_takes_nothing_away():
    new = resource("azurerm_storage_account.new", name="stnew")
    owner = right("Storage Account Contributor", id_of(new.address))
    assert change([ACCOUNT], [ACCOUNT, new, owner]).findings == ()


def network(*rules: dict[str, object]) -> Resource:
    return resource("azurerm_network_security_group.n", name="n", security_rule=[*rules])


def allow(source: str, port: str = "443", access: str = "Allow") -> dict[str, object]:
    return {
        "name": f"{access}{port}",
        "access": access,
        "direction": "Inbound",
        "source_address_prefix": source,
        "destination_address_prefix": "*",
        "destination_port_range": port,
    }


@pytest.mark.parametrize(
    ("before", "after", "holes"),
    [
        ([], [allow("*")], 1),
        ([], [allow("Internet")], 1),
        ([allow("*")], [allow("*")], 0),
        ([allow("*")], [allow("*"), allow("0.0.0.0/0", "22")], 1),
        ([allow("10.0.0.0/8")], [allow("*")], 1),
        ([], [allow("*", access="Deny")], 0),
        ([], [allow("VirtualNetwork")], 0),
    ],
)
def test_a_network_boundary_that_newly_lets_anybody_in(before, after, holes):
    assert len(change([network(*before)], [network(*after)]).findings) == holes


def test_a_rule_of_its_own_that_newly_lets_anybody_in():
    one = resource(
        "azurerm_network_security_rule.r",
        network_security_group_name=id_of("azurerm_network_security_group.n", "name"),
        **allow("*"),
    )
    assert wrong(change([network()], [network(), one])) == {(one.address, "source_address_prefix")}
    assert change([ACCOUNT], [ACCOUNT, network(), one]).findings == ()


def test_a_new_access_policy_of_a_vault_that_was_there():
    vault = resource("azurerm_key_vault.v", name="kv")
    policy = resource(
        "azurerm_key_vault_access_policy.p", key_vault_id=id_of(vault.address), object_id="0"
    )
    assert wrong(change([vault], [vault, policy])) == {(policy.address, "resource")}
    assert change([ACCOUNT], [ACCOUNT, vault, policy]).findings == ()


GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
READER = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"


def test_a_directory_role_that_reaches_everybody():
    def holds(role: object) -> Resource:
        return resource(
            "azuread_directory_role_assignment.a", role_id=role, principal_object_id="0"
        )

    at = {("azuread_directory_role_assignment.a", "role_id")}
    assert wrong(change([ACCOUNT], [ACCOUNT, holds(GLOBAL_ADMINISTRATOR)])) == at
    assert wrong(change([holds(READER), ACCOUNT], [ACCOUNT, holds(GLOBAL_ADMINISTRATOR)])) == at
    assert change([ACCOUNT], [ACCOUNT, holds(READER)]).findings == ()
    same = [ACCOUNT, holds(GLOBAL_ADMINISTRATOR)]
    assert change(same, same).findings == ()
    assert wrong(change([ACCOUNT], [ACCOUNT, holds(SOMETHING)]), unknown=True) == at


def test_a_permission_of_an_app_that_reaches_everybody():
    app = resource(
        "azuread_app_role_assignment.a", app_role_id="810c84a8-4a9e-49e6-bf7d-12d183f40d01"
    )
    (found,) = change([ACCOUNT], [ACCOUNT, app]).findings
    assert "Mail.Read" in found.actual


def test_a_role_that_one_may_take_for_good_counts_as_held():
    active = resource(
        "azurerm_pim_active_role_assignment.r",
        role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
        "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
        scope=ON_GROUP,
        principal_id=PEOPLE,
    )
    assert wrong(change([GROUP, ACCOUNT], [GROUP, ACCOUNT, active])) == {
        (active.address, "role_definition_name")
    }


@pytest.mark.parametrize(
    ("before", "after", "holes"),
    [
        ([allow("*", access="Deny")], [allow("*", access="Deny")], 0),
        ([allow("*", access="Deny")], [], 1),
        ([allow("*", access="Deny")], [allow("10.0.0.0/8", access="Deny")], 1),
        ([allow("10.0.0.0/8")], [], 0),
    ],
)
def test_a_network_boundary_that_no_longer_refuses(before, after, holes):
    assert len(change([network(*before)], [network(*after)]).findings) == holes


def test_a_refusal_of_its_own_that_is_gone():
    one = resource(
        "azurerm_network_security_rule.r",
        network_security_group_name=id_of("azurerm_network_security_group.n", "name"),
        **allow("*", access="Deny"),
    )
    assert wrong(change([network(), one], [network()])) == {(one.address, "access")}
    gone = change([ACCOUNT, network(), one], [ACCOUNT])
    assert wrong(gone) == {("azurerm_network_security_group.n", "resource")}
