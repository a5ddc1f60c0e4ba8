from datetime import date

import pytest

from simulator.estate.policy.assignments import assignments
from simulator.estate.policy.coverage import assigned_to
from simulator.estate.policy.enforcement import in_scope, obstacles, standing
from tests.controls.build import SOMETHING, block, estate, id_of, resource
from tests.estate.policy.declared import (
    BLOB_LOGS,
    GROUP,
    PUBLIC_BLOBS,
    SUBSCRIPTION,
    assignment,
    benchmark,
    denying,
    exemption,
)

TODAY = date(2026, 11, 24)
A = "azurerm_storage_account.a"
ACCOUNT = resource(
    A,
    name="stshop",
    location="westus2",
    resource_group_name=id_of("azurerm_resource_group.data", "name"),
)
ASSIGNMENT = "azurerm_subscription_policy_assignment.a"


def against(made, *others, account=ACCOUNT):
    """Attribute and whether unknown, of all that stands against the only policy assigned."""
    held = estate(GROUP, account, made, *others)
    (one,) = assignments(held)
    found = obstacles(held, one, one.policies[0], account, TODAY)
    return None if found is None else {(o.attribute, o.unknown) for o in found}


def denied(**values):
    return denying(PUBLIC_BLOBS, name="a", **values)


def test_a_denying_assignment_over_the_subscription_is_enforced():
    assert against(denied()) == set()
    assert against(denied(enforce=True)) == set()


def test_assigned_is_not_enforced():
    assert against(denied(enforce=False)) == {("enforce", False)}
    assert against(denied(enforce=SOMETHING)) == {("enforce", True)}
    assert against(assignment(PUBLIC_BLOBS)) == {("parameters", False)}
    disabled = assignment(PUBLIC_BLOBS, parameters={"effect": "Disabled"})
    assert against(disabled) == {("parameters", False)}
    assert against(denied(overrides=[{"value": "Audit"}])) == {("overrides", False)}
    assert against(assignment(PUBLIC_BLOBS, parameters=SOMETHING)) == {("parameters", True)}


@pytest.mark.parametrize(
    ("level", "scope", "covered"),
    [
        ("subscription", SUBSCRIPTION, True),
        ("subscription", id_of("data.azurerm_subscription.s"), True),
        ("subscription", id_of("data.azurerm_client_config.c", "subscription_id"), True),
        ("subscription", SOMETHING, None),
        ("management_group", "/providers/Microsoft.Management/managementGroups/m", True),
        ("resource_group", id_of("azurerm_resource_group.data", suffix=""), True),
        ("resource_group", id_of("azurerm_resource_group.data"), True),
        ("resource_group", f"{SUBSCRIPTION}/resourceGroups/RG-DATA", True),
        ("resource_group", f"{SUBSCRIPTION}/resourceGroups/rg-other", False),
        ("resource", id_of(A, suffix=""), True),
        ("resource", id_of("azurerm_storage_account.b"), False),
    ],
)
def test_a_scope_contains_what_is_in_it(level, scope, covered):
    other = resource("azurerm_storage_account.b", name="other")
    made = denied(level=level, scope=scope)
    held = estate(GROUP, ACCOUNT, other, made)
    (one,) = assignments(held)
    assert in_scope(held, one, ACCOUNT) is covered


def test_an_assignment_to_a_subscription_that_is_known_to_be_another_one_is_not_about_it():
    there = "/subscriptions/00000000-0000-0000-0000-000000000002"
    known = resource(A, name="stshop", id=f"{there}/resourceGroups/rg/providers/x/y/stshop")
    assert against(denied(), account=known) is None
    assert against(denied(scope=there), account=known) == set()


def test_a_subscription_that_is_read_as_a_resource_still_contains_everything_in_it():
    """As a live reading has it: with an id of its own."""
    whole = resource("azapi_resource.subscription", id=SUBSCRIPTION)
    known = resource(A, name="stshop", id=f"{SUBSCRIPTION}/resourceGroups/rg/providers/x/y/stshop")
    assert against(denied(), whole, account=known) == set()
    assert against(denied(not_scopes=[SUBSCRIPTION]), whole) == {("not_scopes", False)}
    assert against(logging(), whole, *BOTH, account=known) == set()


def test_a_database_is_in_the_scope_that_its_server_is_in():
    server = resource("azurerm_mssql_server.s", name="sql", resource_group_name="rg-data")
    database = resource("azurerm_mssql_database.d", server_id=id_of("azurerm_mssql_server.s"))
    made = denied(level="resource_group", scope=id_of("azurerm_resource_group.data"))
    held = estate(GROUP, server, database, made)
    (one,) = assignments(held)
    assert in_scope(held, one, database) is True


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        ([f"{SUBSCRIPTION}/resourceGroups/rg-data"], {("not_scopes", False)}),
        ([f"{SUBSCRIPTION}/resourceGroups/rg-other"], set()),
        ([], set()),
        (["${azurerm_resource_group.data.id}"], {("not_scopes", False)}),
        (SOMETHING, {("not_scopes", True)}),
        (id_of("azurerm_resource_group.data"), {("not_scopes", True)}),
        ([SUBSCRIPTION], {("not_scopes", False)}),
    ],
)
def test_what_is_left_out_of_the_scope_is_not_covered(left_out, expected):
    assert against(denied(not_scopes=left_out)) == expected


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([{"kind": "resourceLocation", "in": ["westus2"]}], set()),
        ([{"kind": "resourceLocation", "in": ["eastus"]}], {("resource_selectors", False)}),
        ([{"kind": "resourceLocation", "not_in": ["westus2"]}], {("resource_selectors", False)}),
        ([{"kind": "resourceType", "in": ["Microsoft.Storage/storageAccounts"]}], set()),
        ([{"kind": "resourceLocation", "in": SOMETHING}], {("resource_selectors", True)}),
        ([{"kind": "userPrincipalId", "in": ["x"]}], {("resource_selectors", True)}),
    ],
)
def test_selectors_narrow_an_assignment_to_some_places_or_types(selectors, expected):
    assert against(denied(resource_selectors=[{"name": "s", "selectors": selectors}])) == expected


def test_one_of_several_selectors_is_enough():
    far, near = (
        {"selectors": [{"kind": "resourceLocation", "in": [place]}]}
        for place in ("eastus", "westus2")
    )
    assert against(denied(resource_selectors=[far, near])) == set()
    assert against(denied(resource_selectors=SOMETHING)) == {("resource_selectors", True)}


def test_looking_assignments_up_by_their_scope_loses_none_that_may_cover_the_store():
    read = resource("data.azurerm_resource_group.again", name="RG-Data")
    other = resource("azurerm_resource_group.other", name="rg-other")
    scopes = [
        ("subscription", SUBSCRIPTION),
        ("subscription", SOMETHING),
        ("resource_group", id_of("azurerm_resource_group.data")),
        ("resource_group", id_of("data.azurerm_resource_group.again")),
        ("resource_group", id_of("azurerm_resource_group.other")),
        ("resource_group", f"{SUBSCRIPTION}/resourceGroups/rg-DATA/"),
        ("resource_group", f"{SUBSCRIPTION}/resourceGroups/rg-elsewhere"),
        ("resource_group", SOMETHING),
        ("resource", id_of(A, suffix="")),
        ("resource", id_of("azurerm_storage_account.b")),
    ]
    made = [
        denying(PUBLIC_BLOBS, name=f"a{n}", level=level, scope=scope)
        for n, (level, scope) in enumerate(scopes)
    ]
    by_name = resource(A, name="stshop", resource_group_name="rg-data")
    second = resource("azurerm_storage_account.b", name="other")
    for account in (ACCOUNT, by_name):
        held = estate(GROUP, read, other, account, second, *made)
        found = {one.resource.address for one in assigned_to(held, account)}
        covering = [a for a in assignments(held) if in_scope(held, a, account) is not False]
        assert {one.resource.address for one in covering} <= found
        assert "azurerm_resource_group_policy_assignment.a6" not in found
        assert "azurerm_resource_policy_assignment.a9" not in found


ME = id_of(ASSIGNMENT)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (exemption(ME), {("exemption_category", False)}),
        (exemption(ME, expires_on="2027-01-01T00:00:00Z"), {("exemption_category", False)}),
        (exemption(ME, expires_on="2026-11-24T00:00:00Z"), {("exemption_category", False)}),
        (exemption(ME, expires_on="2026-11-23T00:00:00Z"), set()),
        (exemption(ME, expires_on=SOMETHING), {("exemption_category", True)}),
        (exemption(ME, exemption_category="Mitigated"), {("exemption_category", True)}),
        (exemption(ME, exemption_category=SOMETHING), {("exemption_category", True)}),
        (exemption(id_of("azurerm_x.other")), set()),
        (exemption(SOMETHING), {("exemption_category", True)}),
        (exemption(f"{SUBSCRIPTION}/x/policyAssignments/a"), {("exemption_category", False)}),
        (exemption(f"{SUBSCRIPTION}/x/policyAssignments/b"), set()),
        (
            exemption(ME, level="resource_group", resource_group_id=f"{SUBSCRIPTION}/x"),
            set(),
        ),
        (
            exemption(
                ME, level="resource_group", resource_group_id=id_of("azurerm_resource_group.data")
            ),
            {("exemption_category", False)},
        ),
        (
            exemption(ME, level="resource", resource_id=id_of(A)),
            {("exemption_category", False)},
        ),
        (exemption(ME, policy_definition_reference_ids=["other"]), set()),
    ],
)
def test_an_exemption_counts_while_it_lasts_where_it_stands(made, expected):
    assert against(denied(), made) == expected


def logging(**values):
    needed = {"identity": [{"type": "SystemAssigned"}], "location": "westus2"}
    return assignment(BLOB_LOGS, **{"parameters": {"logAnalytics": "x"}} | needed | values)


def grant(name, role, scope=SUBSCRIPTION, **values):
    return resource(
        f"azurerm_role_assignment.{name}",
        **{
            "scope": scope,
            "role_definition_name": role,
            "principal_id": id_of(ASSIGNMENT, "identity[0].principal_id"),
        }
        | values,
    )


BOTH = (grant("m", "Monitoring Contributor"), grant("l", "Log Analytics Contributor"))


def test_a_repair_needs_an_identity_a_place_for_it_and_every_role_of_the_definition():
    assert against(logging(), *BOTH) == set()
    assert against(logging(identity=[]), *BOTH) == {("identity", False)}
    assert against(logging(identity=SOMETHING), *BOTH) == {("identity", True)}
    assert against(logging(location=None), *BOTH) == {("location", False)}
    assert against(logging()) == {("role_assignment", False)}
    assert against(logging(), BOTH[0]) == {("role_assignment", False)}


def test_a_repair_that_is_switched_to_an_audit_needs_no_role_and_repairs_nothing():
    made = logging(parameters={"effect": "AuditIfNotExists"})
    assert against(made) == {("parameters", False)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"principal_id": "00000000-0000-0000-0000-00000000000a"}, {("role_assignment", False)}),
        ({"principal_id": id_of("azurerm_x.u", "principal_id")}, {("role_assignment", False)}),
        ({"principal_id": SOMETHING}, {("role_assignment", True)}),
        ({"role_definition_name": "Reader"}, {("role_assignment", False)}),
        ({"role_definition_name": "Contributor"}, set()),
        ({"role_definition_name": "Owner"}, set()),
        (
            {
                "role_definition_name": None,
                "role_definition_id": "/providers/Microsoft.Authorization/roleDefinitions/"
                "749f88d5-cbae-40b8-bcfc-e573ddc772fa",
            },
            set(),
        ),
    ],
)
def test_a_role_counts_if_it_is_the_one_and_held_by_this_identity(values, expected):
    changed = grant("m", "Monitoring Contributor", **values)
    assert against(logging(), changed, BOTH[1]) == expected


def test_an_identity_of_the_teams_own_holds_the_roles():
    own = {"identity": [{"type": "UserAssigned", "identity_ids": id_of("azurerm_x.u", suffix="")}]}
    mine = [
        grant(name, role, principal_id=id_of("azurerm_x.u", "principal_id"))
        for name, role in (("m", "Monitoring Contributor"), ("l", "Log Analytics Contributor"))
    ]
    assert against(logging(**own), *mine) == set()
    assert against(logging(**own), *BOTH) == set()


def test_an_identity_that_exists_is_found_by_its_id():
    id_ = f"{SUBSCRIPTION}/resourceGroups/r/providers/x.y/userAssignedIdentities/u"
    identity = resource("azurerm_user_assigned_identity.u", id=id_, principal_id="8c2f4e61")
    given = {"identity": [{"type": "UserAssigned", "identity_ids": (id_,)}]}

    def held_by(principal):
        return [
            grant(name, role, principal_id=principal)
            for name, role in (("m", "Monitoring Contributor"), ("l", "Log Analytics Contributor"))
        ]

    assert against(logging(**given), identity, *held_by("8c2f4e61")) == set()
    assert against(logging(**given), identity, *held_by("another")) == {("role_assignment", False)}


def test_one_of_the_roles_has_to_reach_the_store():
    workspace = resource("azurerm_log_analytics_workspace.w", name="w")
    there = id_of("azurerm_log_analytics_workspace.w", suffix="")
    narrow = grant("l", "Log Analytics Contributor", scope=there)
    assert against(logging(), workspace, BOTH[0], narrow) == set()
    far = grant("m", "Monitoring Contributor", scope=there)
    assert against(logging(), workspace, far, narrow) == {("role_assignment", False)}


def test_a_benchmark_stands_unless_it_is_off_elsewhere_or_waived():
    def stands(made, *others):
        held = estate(GROUP, ACCOUNT, made, *others)
        (one,) = assignments(held)
        return {(o.attribute, o.unknown) for o in standing(held, one, ACCOUNT, TODAY)}

    assert stands(benchmark()) == set()
    assert stands(benchmark(enforce=False)) == {("enforce", False)}
    assert stands(benchmark(overrides=[{"value": "Disabled"}])) == {("overrides", False)}
    one = [{"value": "Disabled", "selectors": [{"in": ["StorageDisallowPublicAccess"]}]}]
    assert stands(benchmark(overrides=one)) == set()
    of = id_of("azurerm_subscription_policy_assignment.benchmark")
    assert stands(benchmark(), exemption(of)) == {("exemption_category", False)}
    some_of_it = exemption(of, policy_definition_reference_ids=["x"])
    assert stands(benchmark(), some_of_it) == set()


def test_hostile_names_change_nothing():
    name = "'\"]<script>\n${x}" * 50
    account = resource(
        A,
        name=name,
        location=name,
        resource_group_name=name,
        tags=block(**{name: name}),
    )
    assert against(denied(description=name), account=account) == set()
