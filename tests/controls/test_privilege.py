import pytest

from simulator.controls.privilege.control import RESP_07
from simulator.controls.registry import assess as whole
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap, Known, Reference, Unresolvable
from simulator.estate.provider import normalise
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

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
SUBSCRIPTION = "/subscriptions/3c1d9a54-7f02-4b7e-9a35-0e6d21f4b8c7"
GROUP = "/providers/Microsoft.Management/managementGroups/shop"
R, A, ID = (
    "azurerm_role_assignment.r",
    "azurerm_storage_account.a",
    "azurerm_user_assigned_identity.i",
)
RG = resource("azurerm_resource_group.g", name="rg-shop")
IDENTITY = resource(ID, name="id")
PEOPLE = {"principal_id": "11111111-2222-3333-4444-555555555555", "principal_type": "Group"}
WORKLOAD = {"principal_id": id_of(ID, "principal_id"), "principal_type": "ServicePrincipal"}
PIPELINE = {"principal_id": "99999999-2222-3333-4444-555555555555"} | {
    "principal_type": "ServicePrincipal"
}
NOBODY_KNOWS = {"principal_id": "11111111-2222-3333-4444-555555555555"}


def account(address=A, **values):
    return normalise(
        resource(address, **{"name": address[-1], "resource_group_name": "rg-shop"} | values)
    )


def role(name, scope, who=None, address=R, **values):
    given = {"role_definition_name": name, "scope": scope} | (WORKLOAD if who is None else who)
    return resource(address, **given | values)


def assess(*resources, **values):
    return RESP_07.assess(estate(RG, IDENTITY, *resources, **values))


def outcome(*resources):
    return assess(*resources).outcome


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_narrow_rights_pass_and_what_is_left_out_is_told(reader):
    verdict = RESP_07.assess(declared("RESP-07", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    left_out = "azurerm_role_assignment.break_glass (left out: kept for emergencies)"
    assert left_out in verdict.looked_at


@READERS
def test_an_estate_with_every_excess_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = RESP_07.assess(declared("RESP-07", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    name = "role_definition_name"
    assert wrong(verdict) == {
        ("azurerm_role_assignment.owner", name),
        ("azurerm_role_assignment.landing_zone", name),
        ("azurerm_role_assignment.blind", name),
        ("azurerm_role_assignment.mixed", name),
        ("azurerm_role_assignment.group_keys", name),
        ("azurerm_role_assignment.account_keys", name),
        ("azurerm_role_assignment.loose_condition", name),
        ("azurerm_role_definition.support", "permissions.actions"),
        ("azurerm_role_definition.support", "permissions.data_actions"),
        ("azurerm_role_definition.support", "assignable_scopes"),
        ("azurerm_key_vault_access_policy.everything", "secret_permissions"),
        ("azurerm_federated_identity_credential.anyone", "subject"),
        ("azuread_application.crm", "required_resource_access"),
        ("azuread_app_role_assignment.directory", "app_role_id"),
        ("azuread_service_principal_delegated_permission_grant.everybody", "claim_values"),
        ("azuread_directory_role_assignment.crm", "role_id"),
    }


@READERS
def test_an_estate_that_gives_nothing_is_not_applicable(reader):
    verdict = RESP_07.assess(declared("RESP-07", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_role_assignment" in verdict.looked_at


def test_a_finding_says_who_can_do_what_where():
    (finding,) = assess(role("Contributor", SUBSCRIPTION, PEOPLE)).findings
    assert finding.actual.startswith("Contributor for people (")
    assert "in the whole subscription: it can take keys that open data past its roles" in (
        finding.actual
    )
    assert "11 CCR 7123(c)(3)" in finding.why
    assert finding.severity is Severity.CRITICAL
    assert "\n" not in finding.remedy


# --- by role and scope --------------------------------------------------------------------------

WIDE = [
    "Owner",
    "Contributor",
    "User Access Administrator",
    "Role Based Access Control Administrator",
    "Storage Account Contributor",
    "Storage Account Key Operator Service Role",
    "Reader and Data Access",
    "Storage Blob Data Owner",
    "Storage Blob Data Contributor",
    "Storage Blob Data Reader",
    "Storage Queue Data Reader",
    "Storage Table Data Reader",
    "Storage File Data Privileged Reader",
    "Key Vault Administrator",
    "Key Vault Secrets Officer",
    "Key Vault Secrets User",
    "Key Vault Data Access Administrator",
    "DocumentDB Account Contributor",
    "Cosmos DB Account Reader Role",
    "SQL Server Contributor",
    "Azure Service Bus Data Receiver",
    "Azure Event Hubs Data Owner",
    "Search Index Data Reader",
    "Log Analytics Contributor",
    "Monitoring Contributor",
    "Data Purger",
    "Virtual Machine Contributor",
    "Automation Contributor",
    "Logic App Contributor",
    "Managed Identity Operator",
]
NARROW = [
    "Reader",
    "Security Reader",
    "Log Analytics Reader",
    "Network Contributor",
    "AcrPull",
    "Cosmos DB Operator",
    "Azure Service Bus Data Sender",
    "Key Vault Reader",
    "Key Vault Crypto Service Encryption User",
    "Storage Blob Delegator",
    "Logic App Operator",
    "Tag Contributor",
    "Microsoft Sentinel Responder",
]


@pytest.mark.parametrize("scope", [SUBSCRIPTION, SUBSCRIPTION.upper() + "/", GROUP, "/"])
@pytest.mark.parametrize("name", WIDE)
def test_a_role_that_reaches_data_keys_rights_or_logs_is_too_much_in_a_subscription(name, scope):
    assert wrong(assess(role(name, scope))) == {(R, "role_definition_name")}


@pytest.mark.parametrize("name", NARROW)
def test_a_role_that_reaches_none_of_them_may_be_wide(name):
    assert outcome(role(name, SUBSCRIPTION)) is Outcome.PASSED


def test_a_role_is_known_by_its_id_in_any_case_and_behind_any_subscription():
    owner = "8E3AF657-A8FF-443C-A75C-2FE8C4BCB635"
    for prefix in ("", SUBSCRIPTION):
        id_ = f"{prefix}/providers/Microsoft.Authorization/roleDefinitions/{owner}"
        given = resource(R, scope=SUBSCRIPTION, role_definition_id=id_, **WORKLOAD)
        assert wrong(assess(given)) == {(R, "role_definition_id")}


def test_a_role_is_known_by_the_data_source_that_its_id_is_put_together_from():
    data = resource("data.azurerm_role_definition.o", name="Owner")
    sub = resource("data.azurerm_subscription.s")
    text = "${data.azurerm_subscription.s.id}${data.azurerm_role_definition.o.id}"
    id_ = Reference(sub.address, "id", text, (data.address,))
    given = resource(R, scope=id_of(sub.address), role_definition_id=id_, **WORKLOAD)
    assert wrong(assess(data, sub, given)) == {(R, "role_definition_id")}


@pytest.mark.parametrize(
    ("scope", "excess"),
    [
        (id_of("data.azurerm_subscription.current"), True),
        (id_of("azurerm_management_group.shop"), True),
        (id_of("azurerm_container_registry.r"), False),
        (id_of("azurerm_subnet.s"), False),
        (f"{SUBSCRIPTION}/resourceGroups/rg-net", False),
    ],
)
def test_how_much_lies_under_a_scope_decides(scope, excess):
    assert (outcome(account(), role("Contributor", scope)) is Outcome.FAILED) is excess


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("Contributor", PEOPLE, Outcome.FAILED),
        ("Contributor", WORKLOAD, Outcome.FAILED),
        ("Contributor", PIPELINE, Outcome.PASSED),
        ("Contributor", NOBODY_KNOWS, Outcome.UNKNOWN),
        ("Owner", PIPELINE, Outcome.FAILED),
        ("Storage Blob Data Owner", WORKLOAD, Outcome.FAILED),
        ("Storage Blob Data Reader", WORKLOAD, Outcome.PASSED),
        ("Key Vault Secrets User", WORKLOAD, Outcome.PASSED),
        ("Reader", PEOPLE, Outcome.PASSED),
    ],
)
@pytest.mark.parametrize("scope", [id_of(RG.address), f"{SUBSCRIPTION}/resourceGroups/RG-SHOP"])
def test_in_a_group_with_one_store(name, who, expected, scope):
    assert outcome(account(), role(name, scope, who)) is expected


def test_a_data_role_on_a_group_that_mixes_stores_reads_them_all():
    both = account(), account("azurerm_storage_account.b")
    given = role("Storage Blob Data Reader", id_of(RG.address))
    assert outcome(*both, given) is Outcome.FAILED
    harmless = account("azurerm_storage_account.b", tags={"pii": "false"})
    assert outcome(both[0], harmless, given) is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("Data Purger", PEOPLE, Outcome.FAILED),
        ("Log Analytics Contributor", PEOPLE, Outcome.FAILED),
        ("Contributor", PEOPLE, Outcome.FAILED),
        ("Data Purger", NOBODY_KNOWS, Outcome.UNKNOWN),
        ("Log Analytics Contributor", WORKLOAD, Outcome.PASSED),
        ("Log Analytics Reader", PEOPLE, Outcome.PASSED),
    ],
)
def test_people_who_can_delete_rows_of_a_workspace_can_delete_the_evidence(name, who, expected):
    logs = resource("azurerm_log_analytics_workspace.w", name="w", resource_group_name="rg-shop")
    verdict = assess(account(), logs, role(name, id_of(logs.address), who))
    assert verdict.outcome is expected
    for found in verdict.findings:
        assert "delete logs or switch off what writes them" in found.actual
        assert 'role_definition_name = "Log Analytics Reader"' in found.remedy


def test_the_remedy_is_for_what_the_role_is_given_for():
    here = id_of("data.azurerm_subscription.current")
    (runs,) = assess(account(), role("Website Contributor", here)).findings
    assert runs.remedy == "scope = azurerm_resource_group.<of one workload>.id"
    (reads,) = assess(account(), role("Storage Blob Data Reader", here)).findings
    assert reads.remedy.startswith("scope = azurerm_storage_container.orders.id")


def test_a_group_without_personal_information_may_have_contributors():
    public = account(tags={"dataclassification": "public"})
    assert outcome(public, role("Owner", id_of(RG.address), PEOPLE)) is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "who", "expected"),
    [
        ("Owner", WORKLOAD, Outcome.FAILED),
        ("Storage Blob Data Owner", WORKLOAD, Outcome.FAILED),
        ("Storage Blob Data Contributor", WORKLOAD, Outcome.PASSED),
        ("Storage Account Key Operator Service Role", WORKLOAD, Outcome.PASSED),
        ("Storage Account Key Operator Service Role", PEOPLE, Outcome.FAILED),
        ("Contributor", PEOPLE, Outcome.FAILED),
        ("Contributor", NOBODY_KNOWS, Outcome.UNKNOWN),
        ("Reader", PEOPLE, Outcome.PASSED),
        ("A role of another team", WORKLOAD, Outcome.UNKNOWN),
    ],
)
def test_on_a_store(name, who, expected):
    assert outcome(account(), role(name, id_of(A), who)) is expected


def test_keys_that_are_off_open_nothing():
    off = account(shared_access_key_enabled=False)
    assert outcome(off, role("Contributor", id_of(A), PEOPLE)) is Outcome.PASSED
    on = account(shared_access_key_enabled=Unresolvable("var.keys has no value"))
    assert outcome(on, role("Contributor", id_of(A), PEOPLE)) is Outcome.FAILED


def test_a_vault_that_goes_by_roles_is_not_opened_by_its_contributor():
    for rbac, expected in ((True, Outcome.PASSED), (False, Outcome.FAILED)):
        vault = resource("azurerm_key_vault.v", name="kv", rbac_authorization_enabled=rbac)
        given = role("Key Vault Contributor", id_of(vault.address), PEOPLE)
        assert outcome(vault, given) is expected


def test_the_remedy_for_a_role_of_vaults_is_a_role_of_vaults():
    vault = resource("azurerm_key_vault.v", name="kv")
    given = role("Key Vault Administrator", id_of(vault.address), PEOPLE)
    (finding,) = RESP_07.assess(estate(vault, given)).findings
    assert "Key Vault Secrets User" in finding.remedy
    given = role("Storage Blob Data Owner", id_of(A), PEOPLE)
    (finding,) = RESP_07.assess(estate(account(), given)).findings
    assert "Storage Blob Data Reader" in finding.remedy


def test_the_runtime_of_a_function_app_may_own_an_account_that_has_nothing_else():
    app = resource("azurerm_linux_function_app.f", storage_account_name=id_of(A, "name"))
    who = {"principal_id": id_of(app.address, "identity[0].principal_id")}
    given = role("Storage Blob Data Owner", id_of(A), who)
    box = resource("azurerm_storage_container.c", name="c", storage_account_id=id_of(A))
    (finding,) = RESP_07.assess(estate(account(), app, given, box)).findings
    assert "function-runtime" in finding.remedy
    assert outcome(account(), app, given) is Outcome.PASSED
    assert outcome(account(tags={"purpose": "function-runtime"}), app, given, box) is Outcome.PASSED
    other = resource("azurerm_linux_function_app.f", storage_account_name="another")
    (finding,) = RESP_07.assess(estate(account(), other, given, box)).findings
    assert "Storage Blob Data Reader" in finding.remedy


def test_a_part_of_a_store_is_the_store():
    part = resource("azurerm_storage_container.c", name="c", storage_account_id=id_of(A))
    given = role("Storage Blob Data Owner", id_of(part.address))
    assert outcome(account(), part, given) is Outcome.FAILED
    harmless = account(tags={"pii": "false"})
    assert outcome(harmless, part, given) is Outcome.PASSED
    v3 = role("Storage Blob Data Owner", id_of(part.address, "resource_manager_id"))
    assert outcome(account(), part, v3) is Outcome.FAILED


def test_a_store_of_another_estate_may_hold_personal_information():
    away = f"{SUBSCRIPTION}/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/away"
    assert outcome(role("Storage Blob Data Owner", away)) is Outcome.FAILED
    elsewhere = f"{SUBSCRIPTION}/resourceGroups/x/providers/Microsoft.Web/sites/app"
    assert outcome(role("Owner", elsewhere)) is Outcome.PASSED


def test_a_store_of_which_nobody_knows_the_group_may_be_in_it():
    lost = account(resource_group_name=SOMETHING)
    for name, expected in (("Owner", Outcome.UNKNOWN), ("Reader", Outcome.PASSED)):
        assert outcome(lost, role(name, id_of(RG.address), PEOPLE)) is expected


# --- who is left out ----------------------------------------------------------------------------


def test_the_identity_of_a_policy_may_repair_but_not_give_rights():
    policy = resource("azurerm_subscription_policy_assignment.p", name="p")
    who = {"principal_id": id_of(policy.address, "identity[0].principal_id")}
    assert outcome(policy, role("Contributor", SUBSCRIPTION, who)) is Outcome.PASSED
    assert outcome(policy, role("Owner", SUBSCRIPTION, who)) is Outcome.FAILED


def test_emergency_accounts_are_known_by_their_name_or_by_the_description():
    said = PEOPLE | {"description": "Break-glass, alarmed"}
    assert outcome(role("Owner", SUBSCRIPTION, said)) is Outcome.PASSED
    group = resource("azuread_group.e", display_name="Emergency access")
    who = {"principal_id": id_of(group.address, "object_id")}
    assert outcome(group, role("Owner", SUBSCRIPTION, who)) is Outcome.PASSED
    other = resource("azuread_group.e", display_name="Glass makers")
    assert outcome(other, role("Owner", SUBSCRIPTION, who)) is Outcome.FAILED


# --- conditions ---------------------------------------------------------------------------------

ASKED = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
OWNERS = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, "
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168"
)
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{ASKED}ForAnyOfAnyValues:GuidEquals {{{READER}}}", Outcome.PASSED),
        (f"{ASKED}ForAnyOfAnyValues:GuidEquals {{{READER}, {OWNERS}}}", Outcome.FAILED),
        (f"{ASKED}ForAnyOfAnyValues:GuidEquals {{}}", Outcome.FAILED),
        (f"{ASKED}ForAnyOfAllValues:GuidNotEquals {{{OWNERS}}}", Outcome.PASSED),
        (f"{ASKED}ForAnyOfAllValues:GuidNotEquals {{{READER}}}", Outcome.FAILED),
        ("@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'",
         Outcome.FAILED),
        ("", Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_a_condition_counts_if_it_keeps_back_the_roles_that_give_roles(condition, expected):
    name = "Role Based Access Control Administrator"
    assert outcome(role(name, SUBSCRIPTION, condition=condition)) is expected


def test_a_condition_does_not_save_a_role_that_can_rewrite_what_roles_allow():
    """User Access Administrator also writes role definitions and deletes locks."""
    condition = f"{ASKED}ForAnyOfAnyValues:GuidEquals {{{READER}}}"
    given = role("User Access Administrator", SUBSCRIPTION, condition=condition)
    (finding,) = assess(given).findings
    assert "give anybody any role" in finding.actual
    owner = role("Owner", SUBSCRIPTION, condition=condition)
    assert outcome(owner) is Outcome.FAILED


def test_a_condition_on_what_is_read_narrows_a_data_role():
    condition = (
        "((!(ActionMatches{'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read'}))"
        " OR (@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] "
        "StringEquals 'invoices'))"
    )
    given = role("Storage Blob Data Reader", SUBSCRIPTION, condition=condition)
    assert outcome(given) is Outcome.PASSED


# --- what cannot be known -----------------------------------------------------------------------


def test_a_scope_that_cannot_be_read_is_unknown_only_where_it_matters():
    assert wrong(assess(role("Owner", SOMETHING)), unknown=True) == {(R, "scope")}
    assert outcome(role("Reader", SOMETHING)) is Outcome.PASSED


@pytest.mark.parametrize("name", [SOMETHING, "A role that nobody declares", id_of("module.x.y")])
def test_a_role_that_cannot_be_read_is_unknown(name):
    verdict = assess(role(name, SUBSCRIPTION))
    assert wrong(verdict, unknown=True) == {(R, "role_definition_name")}
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_role_that_cannot_be_read_does_not_matter_on_what_holds_nothing():
    assert outcome(role("Mystery", id_of("azurerm_subnet.s"))) is Outcome.PASSED


def test_a_part_that_could_not_be_read_leaves_no_pass():
    read = estate(role("Reader", SUBSCRIPTION), gaps=(Gap("module.iam", "not loaded"),))
    assert whole(RESP_07, read).outcome is Outcome.UNKNOWN


# --- custom roles -------------------------------------------------------------------------------

D = "azurerm_role_definition.d"
BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


def custom(*blocks, **values):
    return resource(D, **{"name": "Custom", "scope": SUBSCRIPTION, "permissions": blocks} | values)


@pytest.mark.parametrize(
    "actions",
    [
        ["*"],
        ["*/write"],
        ["*/delete"],
        ["*/action"],
        ["Microsoft.Authorization/*"],
        ["microsoft.authorization/ROLEASSIGNMENTS/write"],
        ["Microsoft.Storage/*"],
        ["Microsoft.Storage/storageAccounts/*/action"],
        ["Microsoft.Insights/diagnosticSettings/*"],
        ["Microsoft.Authorization/locks/delete"],
        ["Microsoft.OperationalInsights/workspaces/purge/action"],
    ],
)
def test_actions_that_reach_further_than_they_say(actions):
    assert wrong(assess(custom({"actions": actions}))) == {(D, "permissions.actions")}


@pytest.mark.parametrize(
    "block",
    [
        {"actions": ["*/read"]},
        {"actions": ["Microsoft.Storage/storageAccounts/read"]},
        {"actions": ["Microsoft.Web/sites/*"]},
        {"actions": ["Microsoft.Network/*"]},
        {"actions": ["Microsoft.Authorization/roleAssignments/delete"]},
        {"actions": ["Microsoft.Storage/storageAccounts/regenerateKey/action"]},
        {"actions": ["Microsoft.Storage/*"],
         "not_actions": ["Microsoft.Storage/storageAccounts/*/action"]},
        {"data_actions": [f"{BLOBS}/read"]},
        {"data_actions": [f"{BLOBS}/*"], "not_data_actions": [f"{BLOBS}/*", "*"]},
    ],
)  # fmt: skip
def test_actions_that_are_what_they_say(block):
    assert outcome(custom(block)) is Outcome.PASSED


def test_what_one_block_takes_out_another_gives_again():
    """checkov looks at the first block alone, and for nothing but a bare asterisk."""
    taken = {"actions": ["Microsoft.Storage/*"], "not_actions": ["*"]}
    assert outcome(custom(taken)) is Outcome.PASSED
    assert outcome(custom(taken, {"actions": ["*"]})) is Outcome.FAILED
    assert outcome(custom({"actions": []}, {"data_actions": ["*"]})) is Outcome.FAILED


def test_a_wildcard_role_is_told_once_and_not_again_where_it_is_given():
    given = resource(
        R, scope=SUBSCRIPTION, role_definition_id=id_of(D, "role_definition_resource_id"), **PEOPLE
    )
    assert wrong(assess(custom({"actions": ["*"]}), given)) == {(D, "permissions.actions")}


def test_a_narrow_custom_role_is_judged_where_it_is_given():
    read = custom({"data_actions": [f"{BLOBS}/read"]})
    id_ = id_of(D, "role_definition_resource_id")
    wide = resource(R, scope=SUBSCRIPTION, role_definition_id=id_, **WORKLOAD)
    narrow = resource(R, scope=id_of(A), role_definition_id=id_, **WORKLOAD)
    assert wrong(assess(account(), read, wide)) == {(R, "role_definition_id")}
    assert outcome(account(), read, narrow) is Outcome.PASSED


def test_an_emergency_role_may_delete_locks():
    role_ = custom({"actions": ["Microsoft.Authorization/locks/delete"]}, name="Break glass")
    assert outcome(role_) is Outcome.PASSED


def test_permissions_that_cannot_be_read_are_unknown():
    unread = resource(D, name="x", scope=SUBSCRIPTION, permissions=SOMETHING)
    assert wrong(assess(unread), unknown=True) == {(D, "permissions")}
    part = custom({"actions": SOMETHING})
    assert wrong(assess(part), unknown=True) == {(D, "permissions.actions")}


def test_a_role_on_all_of_cosmos_is_too_much():
    kind = "azurerm_cosmosdb_sql_role_definition.c"
    whole_account = {"data_actions": ["Microsoft.DocumentDB/databaseAccounts/*"]}
    items = {"data_actions": ["Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*"]}
    bad = resource(kind, permissions=[whole_account])
    assert wrong(assess(bad)) == {(kind, "permissions.data_actions")}
    assert outcome(resource(kind, permissions=[items])) is Outcome.PASSED


# --- access policies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("secrets", "expected"),
    [
        (["Get", "List"], Outcome.PASSED),
        (["Get", "List", "Set", "Delete", "Purge"], Outcome.FAILED),
        (["all"], Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_one_holder_of_a_whole_vault_is_too_much_while_it_goes_by_policies(secrets, expected):
    block = {"object_id": "x", "secret_permissions": secrets}
    inline = resource("azurerm_key_vault.v", name="v", access_policy=[block])
    assert outcome(inline) is expected
    apart = resource(
        "azurerm_key_vault_access_policy.p", key_vault_id=id_of("azurerm_key_vault.v"), **block
    )
    vault = resource("azurerm_key_vault.v", name="v", rbac_authorization_enabled=False)
    assert outcome(vault, apart) is expected
    by_roles = resource("azurerm_key_vault.v", name="v", rbac_authorization_enabled=True)
    assert outcome(by_roles, apart) is Outcome.PASSED
    homeless = resource("azurerm_key_vault_access_policy.p", key_vault_id=SOMETHING, **block)
    assert outcome(by_roles, homeless) is expected


# --- Microsoft Entra ----------------------------------------------------------------------------

SP = resource("azuread_service_principal.s", client_id=id_of("azuread_application.a", "client_id"))
ALICE = resource("azuread_user.alice", display_name="Alice")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"role_id": "62E90394-69f5-4237-9190-012177145e10"}, Outcome.FAILED),
        ({"role_id": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"}, Outcome.PASSED),
        ({"role_id": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"}, Outcome.FAILED),
        ({"role_id": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "directory_scope_id": "/abc"},
         Outcome.PASSED),
        ({"role_id": "62e90394-69f5-4237-9190-012177145e10", "directory_scope_id": "/abc"},
         Outcome.FAILED),
        ({"role_id": SOMETHING}, Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_privileged_directory_roles_are_not_held_day_and_night(values, expected):
    given = resource(
        "azuread_directory_role_assignment.d",
        principal_object_id=id_of(SP.address, "object_id"),
        **values,
    )
    assert outcome(SP, given) is expected


def test_a_directory_role_is_known_by_its_name_and_by_what_it_allows():
    who = {"member_object_id": id_of(ALICE.address, "object_id")}
    for name, expected in (
        ("Global Administrator", Outcome.FAILED),
        ("Reports Reader", Outcome.PASSED),
    ):
        named = resource("azuread_directory_role.r", display_name=name)
        member = resource(
            "azuread_directory_role_member.m",
            role_object_id=id_of(named.address, "object_id"),
            **who,
        )
        assert outcome(ALICE, named, member) is expected
    for action, expected in (
        ("microsoft.directory/applications/credentials/update", Outcome.FAILED),
        ("microsoft.directory/servicePrincipals/disable", Outcome.PASSED),
    ):
        own = resource(
            "azuread_custom_directory_role.c",
            display_name="Own",
            permissions=[{"allowed_resource_actions": [action]}],
        )
        given = resource(
            "azuread_directory_role_assignment.d",
            role_id=id_of(own.address, "object_id"),
            principal_object_id=id_of(ALICE.address, "object_id"),
        )
        assert outcome(ALICE, own, given) is expected


@pytest.mark.parametrize(
    ("app_role", "expected"),
    [
        ("9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", Outcome.FAILED),
        ("77f3a031-c388-4f99-b373-dc68676a979e", Outcome.PASSED),
        (id_of("azuread_service_principal.g", 'app_role_ids["Mail.Read"]'), Outcome.FAILED),
        (id_of("azuread_service_principal.g", 'app_role_ids["User.Read.All"]'), Outcome.PASSED),
        (id_of("azuread_service_principal.g", "app_role_ids"), Outcome.UNKNOWN),
    ],
)
def test_wide_permissions_of_applications(app_role, expected):
    given = resource("azuread_app_role_assignment.x", app_role_id=app_role)
    assert outcome(given) is expected


def test_a_role_that_an_application_of_the_estate_defines_is_no_right_in_the_directory():
    app, own = "azuread_application.api", "azuread_service_principal.api"
    graph = "azuread_service_principal.graph"
    parts = (
        resource(app, display_name="api"),
        resource(own, client_id=id_of(app, "client_id")),
        resource(graph, client_id="00000003-0000-0000-c000-000000000000"),
    )
    places = {
        own: Outcome.PASSED,
        graph: Outcome.UNKNOWN,
        "data.azuread_service_principal.other": Outcome.UNKNOWN,
    }
    for to, expected in places.items():
        given = resource(
            "azuread_app_role_assignment.x",
            app_role_id=id_of("random_uuid.r", "result"),
            resource_object_id=id_of(to, "object_id"),
        )
        assert outcome(*parts, given) is expected, to


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"claim_values": ["openid", "Mail.ReadWrite.All"]}, Outcome.FAILED),
        ({"claim_values": ["Directory.AccessAsUser.All"]}, Outcome.FAILED),
        ({"claim_values": ["User.Read", "Mail.Read"]}, Outcome.PASSED),
        ({"claim_values": ["Directory.ReadWrite.All"], "user_object_id": "x"}, Outcome.PASSED),
        ({"claim_values": SOMETHING}, Outcome.UNKNOWN),
    ],
)
def test_consent_for_all_users(values, expected):
    grant = resource("azuread_service_principal_delegated_permission_grant.g", **values)
    assert outcome(grant) is expected


def test_a_person_who_owns_an_application_with_rights_is_that_application():
    app = resource("azuread_application.a", owners=id_of(ALICE.address, "object_id"))
    given = role(
        "Storage Blob Data Reader", id_of(A), {"principal_id": id_of(SP.address, "object_id")}
    )
    assert outcome(app, SP, ALICE) is Outcome.PASSED
    assert wrong(assess(app, SP, ALICE, account(), given)) == {(app.address, "owners")}


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("repo:shop/api:ref:refs/heads/main", Outcome.PASSED),
        ("repo:shop/api:environment:production", Outcome.PASSED),
        ("repo:shop/api:pull_request", Outcome.FAILED),
        ("repo:shop/*", Outcome.FAILED),
        ("repo:shop/api:*", Outcome.FAILED),
        ("system:serviceaccount:shop:orders", Outcome.PASSED),
    ],
)
def test_whose_tokens_an_identity_takes(subject, expected):
    credential = resource("azuread_application_federated_identity_credential.f", subject=subject)
    assert outcome(credential) is expected


def test_a_delegation_to_another_tenant_is_a_right_in_the_subscription():
    contributor = (
        "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
    )
    block = {"principal_id": "x", "role_definition_id": contributor}
    delegation = resource(
        "azurerm_lighthouse_definition.l", scope=SUBSCRIPTION, authorization=[block]
    )
    assert wrong(assess(delegation)) == {(delegation.address, "authorization.role_definition_id")}


# --- spellings, and hostile names ---------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_version_of_the_provider(major):
    given = normalise(
        resource(
            R, provider=azurerm(major), scope=SUBSCRIPTION, role_definition_name="Owner", **PEOPLE
        )
    )
    assert wrong(assess(given)) == {(R, "role_definition_name")}
    old = {"enable_rbac_authorization": True} if major < 5 else {"rbac_authorization_enabled": True}
    vault = normalise(resource("azurerm_key_vault.v", provider=azurerm(major), name="v", **old))
    assert outcome(vault, role("Key Vault Contributor", id_of(vault.address), PEOPLE)) is (
        Outcome.PASSED
    )


def test_a_role_given_with_azapi():
    body = {
        "properties": {
            "roleDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/"
            "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
            "principalId": "11111111-2222-3333-4444-555555555555",
            "principalType": "Group",
        }
    }
    made = resource(
        "azapi_resource.owner",
        type="Microsoft.Authorization/roleAssignments@2022-04-01",
        name="11111111-2222-3333-4444-555555555556",
        parent_id=SUBSCRIPTION,
        body=body,
    )
    assert {address for address, _ in wrong(RESP_07.assess(from_azapi(made)))} == {made.address}


@pytest.mark.parametrize(
    "text",
    ['"', "<script>alert(1)</script>", "a\nb", "x" * 100_000, "${x}", "\u202e", "*", "", "["],
)
def test_hostile_texts_do_not_crash(text):
    hostile = (
        role(text, text, {"principal_id": text, "principal_type": text}, condition=text),
        role(text, SUBSCRIPTION, address="azurerm_role_assignment.q", description=text),
        custom(
            {"actions": [text], "data_actions": [text]}, name=f"x{text}", assignable_scopes=[text]
        ),
        resource("azuread_app_role_assignment.x", app_role_id=text),
        resource("azuread_application_federated_identity_credential.f", subject=text),
        resource("azuread_service_principal_delegated_permission_grant.g", claim_values=[text]),
    )
    assert assess(*hostile).outcome in {Outcome.UNKNOWN, Outcome.FAILED}


def test_a_sensitive_value_is_not_told():
    secret = Known("hunter2-hunter2", sensitive=True)
    (finding,) = assess(role("Owner", SUBSCRIPTION, {"principal_id": secret})).findings
    assert "hunter2" not in str(finding)
