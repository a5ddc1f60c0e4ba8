import pytest

from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from simulator.estate.permissions import holds_graph, may, may_on, sentinel_may_run
from simulator.estate.scopes import covers
from tests.controls.build import estate, id_of, resource

FLOW, A, G = "azurerm_logic_app_workflow.f", "azurerm_storage_account.a", "azurerm_resource_group.g"
WRITE = "Microsoft.Storage/storageAccounts/write"
REGENERATE = "Microsoft.Storage/storageAccounts/regenerateKey/action"
GROUP = resource(G, name="rg-data")
ACCOUNT = resource(A, name="stdata", resource_group_name="rg-data")
WORKFLOW = resource(FLOW, name="f", resource_group_name=Reference(G, "name"))
MINE = id_of(FLOW, "identity[0].principal_id")
ME = frozenset({FLOW})


def assignment(**values):
    given = {"scope": id_of(A, suffix=""), "principal_id": MINE} | values
    return resource("azurerm_role_assignment.r", **given)


def answer(*resources, operation=WRITE):
    return may(estate(GROUP, ACCOUNT, WORKFLOW, *resources), ME, operation, ACCOUNT)


@pytest.mark.parametrize(
    ("role", "operation", "expected"),
    [
        ("Storage Account Contributor", WRITE, True),
        ("storage account contributor", REGENERATE, True),
        ("Storage Account Key Operator Service Role", WRITE, False),
        ("Storage Account Key Operator Service Role", REGENERATE, True),
        ("Reader", WRITE, False),
        ("Contributor", WRITE, True),
        ("Owner", WRITE, True),
        ("Contributor", "Microsoft.Authorization/roleAssignments/delete", False),
        ("Owner", "Microsoft.Authorization/roleAssignments/delete", True),
        ("Storage Blob Data Contributor", WRITE, False),
        ("A role nobody has declared", WRITE, None),
        (Unresolvable("var.role has no value"), WRITE, None),
    ],
)
def test_a_role_allows_what_is_in_it(role, operation, expected):
    assert answer(assignment(role_definition_name=role), operation=operation) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            "/providers/Microsoft.Authorization/roleDefinitions/17D1049B-9a84-46fb-8f53-869881c3d3ab",
            True,
        ),
        (
            "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
            False,
        ),
        (
            "/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-000000000000",
            None,
        ),
        (id_of("azurerm_role_definition.closer", "role_definition_resource_id"), True),
        (id_of("azurerm_role_definition.reader", "role_definition_resource_id"), False),
        (id_of("data.azurerm_role_definition.contributor"), True),
        (id_of("azurerm_role_definition.gone"), None),
    ],
)
def test_a_role_is_found_by_its_id(value, expected):
    closer = resource(
        "azurerm_role_definition.closer",
        permissions=[
            {"actions": ["Microsoft.Storage/*/write"], "not_actions": [REGENERATE]},
        ],
    )
    reader = resource(
        "azurerm_role_definition.reader",
        permissions=[{"actions": ["Microsoft.Storage/*"], "not_actions": ["*/write"]}],
    )
    builtin = resource("data.azurerm_role_definition.contributor", name="Contributor")
    assert answer(closer, reader, builtin, assignment(role_definition_id=value)) is expected


def test_a_custom_role_of_unknown_actions_may_allow_anything():
    custom = resource(
        "azurerm_role_definition.c",
        permissions=[{"actions": Unresolvable("var.actions has no value")}],
    )
    held = assignment(role_definition_id=id_of("azurerm_role_definition.c"))
    assert answer(custom, held) is None


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (MINE, True),
        (id_of("azurerm_user_assigned_identity.u", "principal_id"), False),
        ("00000000-0000-0000-0000-00000000000a", False),
        (Unresolvable("module.soc.principal is not known"), None),
        (Omitted(), None),
        (id_of("azuread_group.responders", "object_id"), True),
        (id_of("azuread_group.others", "object_id"), False),
        (id_of("azuread_group.joined", "object_id"), True),
    ],
)
def test_whose_role_it_is_decides(principal, expected):
    groups = (
        resource("azuread_group.responders", members=Reference(FLOW, "identity[0].principal_id")),
        resource("azuread_group.others"),
        resource("azuread_group.joined"),
        resource(
            "azuread_group_member.m",
            group_object_id=id_of("azuread_group.joined", "object_id"),
            member_object_id=MINE,
        ),
    )
    held = assignment(role_definition_name="Contributor", principal_id=principal)
    assert answer(*groups, held) is expected


def test_a_principal_id_that_a_plan_knows_is_matched():
    flow = resource(
        "azurerm_logic_app_workflow.f",
        resource_group_name="rg-data",
        identity=[{"type": "SystemAssigned", "principal_id": "abc"}],
    )
    held = assignment(role_definition_name="Contributor", principal_id="abc")
    shop = estate(GROUP, ACCOUNT, flow, held)
    assert may(shop, ME, WRITE, ACCOUNT) is True


def test_an_unknown_grant_is_no_grant_where_a_sure_one_is_there():
    sure = assignment(role_definition_name="Contributor")
    unsure = resource(
        "azurerm_role_assignment.s",
        scope=Unresolvable("?"),
        principal_id=MINE,
        role_definition_name="Contributor",
    )
    assert answer(sure, unsure) is True
    assert answer(unsure) is None


# --- scopes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (id_of(A, suffix=""), True),
        (id_of(A), True),
        (id_of("azurerm_storage_account.b"), False),
        (id_of(G, suffix=""), True),
        (id_of("azurerm_resource_group.other"), False),
        (id_of(G, suffix="/providers/Microsoft.Storage/storageAccounts/stdata"), True),
        (id_of(G, suffix="/providers/Microsoft.Storage/storageAccounts/stother"), False),
        (id_of("data.azurerm_subscription.current"), True),
        (id_of("data.azurerm_subscription.current", suffix="/resourceGroups/rg-data"), True),
        (id_of("data.azurerm_subscription.current", suffix="/resourceGroups/rg-other"), False),
        (id_of("azurerm_management_group.root"), True),
        ("/subscriptions/0", True),
        ("/", True),
        ("/providers/Microsoft.Management/managementGroups/root", True),
        ("/subscriptions/0/resourceGroups/RG-DATA", True),
        ("/subscriptions/0/resourceGroups/rg-other", False),
        ("/subscriptions/0/resourceGroups/rg-data/providers/x/storageAccounts/stdata", True),
        ("/subscriptions/0/resourceGroups/rg-data/providers/x/storageAccounts/stdata2", False),
        (
            Reference(
                "data.azurerm_client_config.c",
                "subscription_id",
                "/subscriptions/${data.azurerm_client_config.c.subscription_id}",
            ),
            True,
        ),
        (Unresolvable("var.scope has no value"), None),
        (Omitted(), None),
    ],
)
def test_a_scope_contains_what_lies_below_it(scope, expected):
    others = (
        resource("azurerm_resource_group.other", name="rg-other"),
        resource("azurerm_storage_account.b", name="stother", resource_group_name="rg-other"),
    )
    assert (
        covers(
            estate(GROUP, ACCOUNT, *others),
            scope if not isinstance(scope, str) else Known(scope),
            ACCOUNT,
        )
        is expected
    )


def test_an_account_of_unknown_group_may_be_in_any():
    account = resource(A, name="stdata", resource_group_name=Unresolvable("?"))
    assert covers(estate(GROUP, account), id_of(G, suffix=""), account) is None


OTHER, NAMELESS = "azurerm_resource_group.other", "azurerm_resource_group.nameless"
GROUPS = {
    "by_name": "rg-data",
    "in_capitals": "RG-DATA",
    "by_reference": Reference(G, "name"),
    "in_another": "rg-other",
    "by_reference_to_another": Reference(OTHER, "name"),
    "by_reference_to_one_without_a_name": Reference(NAMELESS, "name"),
    "unknown": Unresolvable("?"),
    "without": Omitted(),
}
ACCOUNTS = [
    resource(f"azurerm_storage_account.{name}", name=f"st{name}", resource_group_name=group)
    for name, group in GROUPS.items()
]
SCOPES = [
    *(id_of(address, suffix="") for address in (G, OTHER, NAMELESS)),
    *(id_of(account.address, suffix="") for account in ACCOUNTS),
    id_of(G, suffix="/providers/Microsoft.Storage/storageAccounts/stby_name"),
    id_of("data.azurerm_subscription.s"),
    id_of("azurerm_management_group.m"),
    id_of("azurerm_storage_account.elsewhere"),
    Known("/subscriptions/1/resourceGroups/rg-other"),
    Known("/subscriptions/1"),
    Unresolvable("var.scope has no value"),
]
PLACES = (
    GROUP,
    resource(OTHER, name="RG-Other"),
    resource(NAMELESS, name=Unresolvable("?")),
    resource("data.azurerm_subscription.s"),
    resource("azurerm_management_group.m"),
    *ACCOUNTS,
)


@pytest.mark.parametrize("whose", [{}, {"principal_id": Unresolvable("var.who has no value")}])
@pytest.mark.parametrize("scope", SCOPES)
def test_asked_of_many_targets_the_answers_are_those_of_each_alone(scope, whose):
    held = assignment(role_definition_name="Contributor", scope=scope, **whose)
    made = estate(*PLACES, WORKFLOW, held)
    alone = {a.address: may(made, ME, WRITE, a) for a in ACCOUNTS}
    said = [(address, answer) for address, answer in alone.items() if answer is not False]
    assert list(may_on(made, ME, WRITE, ACCOUNTS).items()) == said


# --- Microsoft Graph ----------------------------------------------------------------------------

SESSIONS = [frozenset({"User.RevokeSessions.All"})]
DISABLE = [frozenset({"User.EnableDisableAccount.All", "User.Read.All"})]


def grant(role, name="g", principal=MINE):
    return resource(
        f"azuread_app_role_assignment.{name}",
        app_role_id=role,
        principal_object_id=principal,
        resource_object_id=id_of("data.azuread_service_principal.graph", "object_id"),
    )


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("77f3a031-c388-4f99-b373-dc68676a979e", True),
        ("df021288-bdef-4463-88db-98f22de89214", False),
        ("00000000-0000-0000-0000-000000000000", False),
        (
            Reference(
                "data.azuread_service_principal.graph", 'app_role_ids["User.RevokeSessions.All"]'
            ),
            True,
        ),
        (Reference("data.azuread_service_principal.graph", 'app_role_ids["User.Read.All"]'), False),
        (Reference("data.azuread_service_principal.graph", "app_role_ids"), None),
        (Unresolvable("one(...) is not known"), None),
    ],
)
def test_a_graph_permission_is_known_by_its_id_or_by_its_key(role, expected):
    assert holds_graph(estate(WORKFLOW, grant(role)), ME, SESSIONS) is expected


def test_every_permission_of_a_set_is_needed():
    one = grant("3011c876-62b7-4ada-afa2-506cbbecc68c", "one")
    other = grant("df021288-bdef-4463-88db-98f22de89214", "other")
    assert holds_graph(estate(WORKFLOW, one), ME, DISABLE) is False
    assert holds_graph(estate(WORKFLOW, one, other), ME, DISABLE) is True


def test_a_permission_of_somebody_else_is_not_mine():
    theirs = grant("77f3a031-c388-4f99-b373-dc68676a979e", principal=id_of("azuread_user.u"))
    assert holds_graph(estate(WORKFLOW, theirs), ME, SESSIONS) is False


def test_directory_roles_and_custom_ones_count():
    def held(role_id, *more):
        return resource(
            "azuread_directory_role_assignment.d", role_id=role_id, principal_object_id=MINE
        ), *more

    by_id = held("fe930be7-5e62-47db-91af-98c3a49a38b1")
    role = resource("azuread_directory_role.r", display_name="User Administrator")
    by_role = held(id_of("azuread_directory_role.r", "template_id"), role)
    custom = resource(
        "azuread_custom_directory_role.c",
        permissions=[{"allowed_resource_actions": ["microsoft.directory/users/disable"]}],
    )
    by_action = held(id_of("azuread_custom_directory_role.c", "object_id"), custom)
    administrator = [frozenset({"User Administrator"})]
    assert holds_graph(estate(WORKFLOW, *by_id), ME, administrator) is True
    assert holds_graph(estate(WORKFLOW, *by_role), ME, administrator) is True
    action = [frozenset({"microsoft.directory/users/disable"})]
    assert holds_graph(estate(WORKFLOW, *by_action), ME, action) is True
    assert holds_graph(estate(WORKFLOW, *by_action), ME, administrator) is False


# --- Sentinel's own right to start a playbook ---------------------------------------------------

SENTINEL = resource(
    "data.azuread_service_principal.s",
    client_id="98785600-1bb7-4fb9-b9fa-19afe2c8a360",
    object_id="5e71",
)
AUTOMATION = "Microsoft Sentinel Automation Contributor"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"scope": id_of("data.azurerm_subscription.s")}, True),
        ({"scope": id_of(FLOW, suffix="")}, True),
        ({"scope": id_of("azurerm_resource_group.other", suffix="")}, False),
        ({"role_definition_name": "Microsoft Sentinel Responder"}, False),
        ({"role_definition_name": "Logic App Contributor"}, True),
        ({"principal_id": MINE}, False),
        ({"principal_id": "5e71"}, True),
        ({"principal_id": "somebody"}, None),
        ({"principal_id": "somebody", "role_definition_name": "Owner"}, False),
        ({"principal_id": Unresolvable("var.sentinel has no value")}, None),
        ({"principal_id": id_of("data.azuread_service_principal.other", "object_id")}, False),
    ],
)
def test_sentinel_needs_its_role_on_the_group_of_the_playbook(values, expected):
    other = resource("azurerm_resource_group.other", name="rg-other")
    another = resource("data.azuread_service_principal.other", client_id="1", object_id="2")
    held = assignment(
        **{
            "principal_id": id_of(SENTINEL.address, "object_id"),
            "scope": id_of(G, suffix=""),
            "role_definition_name": AUTOMATION,
        }
        | values
    )
    shop = estate(GROUP, other, WORKFLOW, SENTINEL, another, held)
    assert sentinel_may_run(shop, WORKFLOW) is expected


@pytest.mark.parametrize("scope", SCOPES)
def test_where_sentinel_may_run_playbooks_is_what_its_scope_covers(scope):
    who = id_of(SENTINEL.address, "object_id")
    held = assignment(principal_id=who, scope=scope, role_definition_name=AUTOMATION)
    made = estate(*PLACES, SENTINEL, held)
    for account in ACCOUNTS:
        assert sentinel_may_run(made, account) is covers(made, scope, account), account.address


def test_without_any_assignment_sentinel_may_not_run_a_playbook():
    assert sentinel_may_run(estate(GROUP, WORKFLOW, SENTINEL), WORKFLOW) is False
