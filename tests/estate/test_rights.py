"""Roles, their powers, the scopes they have them at, and whom they are given to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.entra import privileged_role, wide_permission
from simulator.estate.model import Known, Reference, Unresolvable
from simulator.estate.powers import Power, powers
from simulator.estate.principals import Holder, break_glass, holder
from simulator.estate.provider_table import read_table
from simulator.estate.roles import Role, custom_role, role_at, role_key, role_of
from simulator.estate.scopes import Level, level
from tests.controls.build import estate, id_of, resource

S = "/subscriptions/s"
ROLES = f"{S}/providers/Microsoft.Authorization/roleDefinitions"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
R = "azurerm_role_assignment.r"


def test_every_built_in_role_has_an_id_a_name_and_something_it_allows():
    table = read_table("roles.toml")
    assert len({row["name"] for row in table.values()}) == len(table) > 90
    for guid, row in table.items():
        assert len(guid) == 36
        assert row.keys() <= {"name", "actions", "not_actions", "data_actions", "not_data_actions"}
        assert row.get("actions") or row.get("data_actions")


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("Owner", {Power.GRANT, Power.KEYS, Power.RUN, Power.BLIND}),
        ("Contributor", {Power.KEYS, Power.RUN, Power.BLIND}),
        ("Role Based Access Control Administrator", {Power.GRANT}),
        ("Storage Blob Data Owner", {Power.READ, Power.OWN}),
        ("Storage Blob Data Contributor", {Power.READ}),
        ("Key Vault Administrator", {Power.READ, Power.OWN}),
        ("Key Vault Secrets Officer", {Power.READ}),
        ("Key Vault Crypto Service Encryption User", set()),
        ("Cosmos DB Operator", set()),
        ("Reader", set()),
        ("Data Purger", {Power.BLIND}),
    ],
)
def test_what_a_built_in_role_can_do(name, has):
    role = role_of(estate(), resource(R, role_definition_name=name))
    assert role is not None
    assert powers(role) == has


def test_no_control_plane_wildcard_reads_data():
    assert Power.READ not in powers(Role("r", ("*",)))
    assert powers(Role("r", (), (), ("*",))) == {Power.READ, Power.OWN}
    assert powers(Role("r", (), (), ("*",), ("*",))) == set()


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_a_pattern_of_any_text_is_taken_as_it_is(patterns, operation):
    role = Role("r", tuple(patterns))
    if operation in patterns and "*" not in operation:
        assert role.allows(operation)
    assert not Role("r", tuple(patterns), ("*",)).allows("a/b")


def test_permissions_of_one_block_do_not_take_out_those_of_another():
    definition = resource(
        "azurerm_role_definition.d",
        permissions=[{"actions": ["*"], "not_actions": ["a/*"]}, {"actions": ["a/b"]}],
    )
    role = custom_role(definition)
    assert role is not None
    assert (role.allows("a/b"), role.allows("a/c")) == (True, False)


def test_two_ids_of_one_role_are_one_key():
    data = resource("data.azurerm_role_definition.owner", name="Owner")
    own = resource("azurerm_role_definition.d", name="Own", role_definition_id=OWNER[::-1])
    shop = estate(data, own)
    ways = [
        {"role_definition_id": f"{ROLES}/{OWNER.upper()}"},
        {"role_definition_id": f"/providers/Microsoft.Authorization/roleDefinitions/{OWNER}"},
        {"role_definition_id": id_of(data.address)},
        {
            "role_definition_id": Reference(
                "data.azurerm_subscription.s", "id", None, (data.address,)
            )
        },
        {"role_definition_name": "owner"},
    ]
    assert {role_key(shop, resource(R, **way)) for way in ways} == {OWNER}
    custom = [
        {"role_definition_id": id_of(own.address, "role_definition_resource_id")},
        {"role_definition_name": "Own"},
    ]
    assert {role_key(shop, resource(R, **way)) for way in custom} == {own.address}
    unclear = Unresolvable("var.role has no value")
    assert role_key(shop, resource(R, role_definition_id=unclear)) is None
    assert role_at(shop, unclear) is None


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Known("/"), Level.TENANT),
        (Known("/providers/Microsoft.Management/managementGroups/mg"), Level.TENANT),
        (Known(S), Level.SUBSCRIPTION),
        (Known(f"{S.upper()}/"), Level.SUBSCRIPTION),
        (Known(f"{S}/resourcegroups/rg"), Level.GROUP),
        (Known(f"{S}/resourceGroups/rg/providers/Microsoft.Web/sites/a"), Level.RESOURCE),
        (Known(f"{S}/providers/Microsoft.Security/pricings/x"), Level.RESOURCE),
        (Known("nonsense"), None),
        (Known(None), None),
        (Known(""), None),
        (Unresolvable("?"), None),
        (Reference("azurerm_resource_group.g"), Level.GROUP),
        (Reference('module.a["x.y"].azurerm_resource_group.g[0]'), Level.GROUP),
        (Reference("data.azurerm_subscription.s"), Level.SUBSCRIPTION),
        (Reference("data.azurerm_management_group.m"), Level.TENANT),
        (Reference("azurerm_storage_account.a"), Level.RESOURCE),
        (Reference("azurerm_storage_container.c", "resource_manager_id"), Level.RESOURCE),
        (id_of("azurerm_resource_group.g", suffix="/providers/x/y/z"), Level.RESOURCE),
        (id_of("data.azurerm_subscription.s", suffix="/resourceGroups/rg"), Level.GROUP),
        (
            Reference(
                "data.azurerm_client_config.c",
                "subscription_id",
                "/subscriptions/${data.azurerm_client_config.c.subscription_id}",
            ),
            Level.SUBSCRIPTION,
        ),
        (
            Reference(
                "azurerm_resource_group.g",
                "name",
                f"{S}/resourceGroups/${{azurerm_resource_group.g.name}}",
            ),
            Level.GROUP,
        ),
        (Reference("data.terraform_remote_state.r", "outputs.id"), None),
        (Reference("not an address"), None),
    ],
)
def test_how_much_a_scope_holds(scope, expected):
    held = estate(
        resource("azurerm_resource_group.g", name="rg"),
        resource("azurerm_storage_account.a", name="sta"),
        resource("azurerm_storage_container.c", name="c"),
        resource("data.azurerm_client_config.c"),
    )
    assert level(held, scope) is expected
    assert level(estate(), scope) is expected


@pytest.mark.parametrize(
    ("principal", "stated", "expected"),
    [
        (id_of("azuread_group.g", "object_id"), None, Holder.PEOPLE),
        (id_of("data.azuread_user.u", "object_id"), None, Holder.PEOPLE),
        (id_of("azuread_service_principal.s", "object_id"), None, Holder.SERVICE),
        (id_of("azurerm_linux_web_app.w", "identity[0].principal_id"), None, Holder.WORKLOAD),
        (id_of("azurerm_resource_policy_assignment.p", "identity"), None, Holder.POLICY),
        (id_of("data.azurerm_client_config.c", "object_id"), None, Holder.UNCLEAR),
        (id_of("data.azurerm_client_config.c", "object_id"), "User", Holder.PEOPLE),
        (Known("x"), None, Holder.UNCLEAR),
        (Known("x"), "GROUP", Holder.PEOPLE),
        (Known("x"), "ServicePrincipal", Holder.SERVICE),
        (Known("x"), "Device", Holder.UNCLEAR),
        (Known("known-id"), None, Holder.WORKLOAD),
        (Unresolvable("?"), None, Holder.UNCLEAR),
        (Reference("not an address"), None, Holder.UNCLEAR),
    ],
)
def test_whom_a_right_is_for(principal, stated, expected):
    values = {"principal_id": principal} | ({"principal_type": stated} if stated else {})
    exists = resource("azurerm_user_assigned_identity.i", principal_id="KNOWN-ID")
    assert holder(estate(exists), resource(R, **values)) is expected


def test_an_emergency_account_is_one_by_name_in_the_directory_alone():
    group = resource("azuread_group.break_glass", display_name="g-17")
    app = resource("azurerm_linux_web_app.break_glass", name="x")
    for owner, expected in ((group, True), (app, False)):
        who = resource(R, principal_id=id_of(owner.address, "object_id"))
        assert break_glass(estate(group, app), who) is expected


def test_entra_ids_and_names():
    assert wide_permission(Known("E2A3A72E-5f79-4c64-b1b1-878b674786c9")) == "Mail.ReadWrite"
    assert wide_permission(Known("x")) == ""
    assert wide_permission(Unresolvable("?")) is None
    role = resource("azuread_directory_role.r", display_name="User Administrator")
    shop = estate(role)
    assert privileged_role(shop, id_of(role.address, "template_id")) == "User Administrator"
    assert privileged_role(shop, Known("x")) == ""
    assert privileged_role(shop, id_of("azuread_directory_role.gone")) is None
