from datetime import date

import pytest

from simulator.controls.encryption_at_rest.control import data_05
from simulator.controls.registry import assess as assess_control
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap, Known, Reference
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
from tests.estate.policy.declared import (
    BENCHMARK,
    CUSTOMER_KEY,
    DEFINITIONS,
    INFRASTRUCTURE,
    SETS,
    SUBSCRIPTION,
    assignment,
    definition,
    denying,
)

DATA_05 = data_05(lambda: date(2026, 11, 24))
READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
RG = "azurerm_resource_group.data"
A = "azurerm_storage_account.a"
GROUP = resource(RG, name="rg-data", location="westus2")
VAULT = resource("azurerm_key_vault.v", name="kv-shop", purge_protection_enabled=True)
KEY = resource("azurerm_key_vault_key.k", name="storage", key_vault_id=id_of("azurerm_key_vault.v"))
VERSIONLESS = id_of("azurerm_key_vault_key.k", "versionless_id", suffix="")
DENIED = denying(INFRASTRUCTURE, name="p")
NEAR = (GROUP, VAULT, KEY)
POLICY = "azurerm_subscription_policy_assignment.p"
VERSION = "0123456789abcdef0123456789abcdef"


def account(address=A, *, major=4, **values):
    place = {"name": "stshop", "resource_group_name": "rg-data", "location": "westus2"}
    return normalise(resource(address, provider=azurerm(major), **place | values))


def keyed(value=VERSIONLESS, **values):
    return account(customer_managed_key=[{"key_vault_key_id": value}], **values)


def assess(*resources, policy=DENIED):
    return DATA_05.assess(estate(*NEAR, *resources, *((policy,) if policy else ())))


def under(attribute):
    return {(A, attribute)}


# --- three estates, two readers -------------------------------------------------------------------


@READERS
def test_an_estate_that_holds_its_keys_passes(reader):
    verdict = DATA_05.assess(declared("DATA-05", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_storage_account.state (left out: tag purpose = tfstate)" in verdict.looked_at


@READERS
def test_an_estate_with_every_gap_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_05.assess(declared("DATA-05", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.customers", "customer_managed_key"),
        ("azurerm_storage_account.orders", "customer_managed_key.key_vault_key_id"),
        ("azurerm_storage_account.orders", "queue_encryption_key_type"),
        ("azurerm_storage_encryption_scope.exports", "source"),
        ("azurerm_storage_container.invoices", "encryption_scope_override_enabled"),
        ("azurerm_key_vault.shop", "purge_protection_enabled"),
        ("azurerm_subscription_policy_assignment.encryption", "parameters"),
    }


@READERS
def test_an_estate_without_storage_is_not_applicable(reader):
    verdict = DATA_05.assess(declared("DATA-05", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_storage_account" in verdict.looked_at


def test_a_finding_names_the_place_the_default_and_the_remedy():
    verdict = DATA_05.assess(declared("DATA-05", "fail", "hcl"))
    by_attribute = {f.attribute: f for f in verdict.findings}
    queue = by_attribute["queue_encryption_key_type"]
    assert queue.default == "azurerm 4.x default"
    assert "replaces the account" in queue.remedy
    key = by_attribute["customer_managed_key.key_vault_key_id"]
    assert key.origin.line > by_attribute["queue_encryption_key_type"].origin.line
    policy = by_attribute["parameters"]
    assert "can only audit" in policy.remedy
    assert policy.severity is Severity.HIGH


# --- whose key ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (VERSIONLESS, set()),
        (id_of("azurerm_key_vault_key.k", "id"), {"customer_managed_key.key_vault_key_id"}),
        (Known("https://kv-shop.vault.azure.net/keys/storage"), set()),
        (
            Known(f"https://kv-shop.vault.azure.net/keys/storage/{VERSION}"),
            {"customer_managed_key.key_vault_key_id"},
        ),
        (id_of("azurerm_key_vault_managed_hardware_security_module_key.h", "id"), set()),
        (
            id_of("azurerm_key_vault_managed_hardware_security_module_key.h", "versioned_id"),
            {"customer_managed_key.key_vault_key_id"},
        ),
        (Known("https://shop.managedhsm.azure.net/keys/storage"), set()),
        (Known(None), {"customer_managed_key.key_vault_key_id"}),
    ],
)
def test_a_key_is_the_teams_own_whatever_names_it_and_has_no_version(value, expected):
    assert {f.attribute for f in assess(keyed(value)).findings} == expected


@pytest.mark.parametrize("major", [3, 4, 5])
def test_an_account_has_microsofts_key_unless_it_says_otherwise(major):
    verdict = assess(account(major=major, infrastructure_encryption_enabled=True))
    assert wrong(verdict) == under("customer_managed_key")


@pytest.mark.parametrize("major", [3, 4])
def test_a_key_in_a_hardware_module_is_a_key(major):
    hsm = {"managed_hsm_key_id": "https://shop.managedhsm.azure.net/keys/storage"}
    assert assess(account(major=major, customer_managed_key=[hsm])).outcome is Outcome.PASSED


def test_a_key_that_is_not_known_is_unknown():
    assert wrong(assess(keyed(SOMETHING)), unknown=True) == under(
        "customer_managed_key.key_vault_key_id"
    )
    verdict = assess(account(customer_managed_key=SOMETHING))
    assert wrong(verdict, unknown=True) == under("customer_managed_key")


def apart(major=4, **values):
    return normalise(
        resource(
            "azurerm_storage_account_customer_managed_key.k",
            provider=azurerm(major),
            **{"storage_account_id": id_of(A)} | values,
        )
    )


@pytest.mark.parametrize(
    ("major", "values", "expected"),
    [
        (3, {"key_vault_id": id_of("azurerm_key_vault.v", suffix=""), "key_name": "k"}, set()),
        (4, {"key_vault_uri": "https://kv-shop.vault.azure.net/", "key_name": "k"}, set()),
        (4, {"key_vault_key_id": VERSIONLESS}, set()),
        (5, {"key_vault_key_id": VERSIONLESS}, set()),
        (4, {"managed_hsm_key_id": "https://x.managedhsm.azure.net/keys/k"}, set()),
        (
            3,
            {
                "key_vault_uri": "https://kv-shop.vault.azure.net/",
                "key_name": "k",
                "key_version": VERSION,
            },
            {"key_vault_key_id"},
        ),
    ],
)
def test_a_resource_of_its_own_gives_the_key_in_any_spelling(major, values, expected):
    verdict = assess(account(), apart(major, **values))
    assert {f.attribute for f in verdict.findings} == expected


def test_a_key_counts_for_the_account_that_it_names_alone():
    other = account("azurerm_storage_account.b", name="other")
    verdict = assess(account(), other, apart(key_vault_key_id=VERSIONLESS))
    assert wrong(verdict) == {("azurerm_storage_account.b", "customer_managed_key")}


def test_a_key_for_nobody_knows_which_account_leaves_it_open():
    verdict = assess(account(), apart(storage_account_id=SOMETHING, key_vault_key_id=VERSIONLESS))
    assert wrong(verdict, unknown=True) == under("customer_managed_key")


def test_a_key_that_terraform_leaves_to_somebody_else_is_unknown():
    kept = {"lifecycle": [{"ignore_changes": ("customer_managed_key",)}]}
    assert wrong(assess(account(**kept)), unknown=True) == under("customer_managed_key")
    assert assess(account(**kept), apart(key_vault_key_id=VERSIONLESS)).outcome is Outcome.PASSED


def test_the_vault_must_not_be_purgeable_if_this_estate_declares_it():
    weak = resource("azurerm_key_vault.v", name="kv-shop", purge_protection_enabled=False)
    for value in (VERSIONLESS, Known("https://kv-shop.vault.azure.net/keys/storage")):
        verdict = DATA_05.assess(estate(GROUP, weak, KEY, keyed(value), DENIED))
        assert wrong(verdict) == {("azurerm_key_vault.v", "purge_protection_enabled")}
    elsewhere = keyed("https://kv-central.vault.azure.net/keys/storage")
    assert DATA_05.assess(estate(GROUP, elsewhere, DENIED)).outcome is Outcome.PASSED
    lost = keyed(Reference("azurerm_key_vault_key.nowhere", "versionless_id"))
    assert DATA_05.assess(estate(GROUP, lost, DENIED)).outcome is Outcome.PASSED


@pytest.mark.parametrize("service", ["queue", "table"])
def test_the_key_leaves_queues_and_tables_out_unless_it_is_told_not_to(service):
    name = f"{service}_encryption_key_type"
    part = resource(f"azurerm_storage_{service}.q", storage_account_id=id_of(A), name="q")
    assert wrong(assess(keyed(), part)) == under(name)
    assert assess(keyed(**{name: "Account"}), part).outcome is Outcome.PASSED
    assert wrong(assess(keyed(**{name: SOMETHING}), part), unknown=True) == under(name)
    assert assess(keyed()).outcome is Outcome.PASSED


SCOPE = "azurerm_storage_encryption_scope.s"


def scope(source="Microsoft.KeyVault", key=VERSIONLESS):
    values = {"storage_account_id": id_of(A), "name": "s", "source": source}
    return resource(SCOPE, **values, **({"key_vault_key_id": key} if key else {}))


def container(of=None, *, override=False, name="c"):
    return normalise(
        resource(
            f"azurerm_storage_container.{name}",
            storage_account_id=id_of(A),
            default_encryption_scope=of or id_of(SCOPE, "name"),
            encryption_scope_override_enabled=override,
        )
    )


def test_an_account_whose_containers_all_have_a_key_by_scope_needs_none_of_its_own():
    assert assess(account(), scope(), container()).outcome is Outcome.PASSED
    assert assess(account(), scope(), container("s")).outcome is Outcome.PASSED
    assert wrong(assess(account(), scope(), container(override=True))) == {
        ("azurerm_storage_container.c", "encryption_scope_override_enabled")
    }
    bare = resource("azurerm_storage_container.d", storage_account_id=id_of(A))
    assert wrong(assess(account(), scope(), container(), bare)) == under("customer_managed_key")
    other = scope("Microsoft.Storage", None)
    assert wrong(assess(account(), other, container())) == under("customer_managed_key")
    assert wrong(assess(account(), scope(), container("another"))) == under("customer_managed_key")


def test_a_scope_beside_the_accounts_key_must_have_one_as_well():
    assert wrong(assess(keyed(), scope("Microsoft.Storage", None))) == {(SCOPE, "source")}
    pinned = scope(key=id_of("azurerm_key_vault_key.k", "id"))
    assert wrong(assess(keyed(), pinned)) == {(SCOPE, "key_vault_key_id")}
    assert wrong(assess(keyed(), scope(SOMETHING)), unknown=True) == {(SCOPE, "source")}


def test_infrastructure_encryption_is_told_and_not_demanded():
    verdict = assess(keyed())
    assert verdict.outcome is Outcome.PASSED
    assert "no infrastructure encryption" in verdict.notes[0]
    assert assess(keyed(infrastructure_encryption_enabled=True)).notes == ()


# --- which accounts -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({"purpose": "tfstate"}, Outcome.NOT_APPLICABLE),
        ({"purpose": "logs"}, Outcome.NOT_APPLICABLE),
        ({"dataclassification": "internal"}, Outcome.NOT_APPLICABLE),
        ({"pii": "false"}, Outcome.NOT_APPLICABLE),
        ({"pii": "true", "purpose": "logs"}, Outcome.FAILED),
        ({"dataclassification": "restricted"}, Outcome.FAILED),
        ({}, Outcome.FAILED),
    ],
)
def test_a_key_is_asked_for_where_personal_information_may_be(tags, outcome):
    assert assess(account(tags=tags)).outcome is outcome


def test_an_account_that_is_only_read_is_unknown_where_something_is_kept_in_it():
    read = resource("data.azurerm_storage_account.x", name="other")
    kept = resource(
        "azurerm_storage_container.c", storage_account_id=id_of("data.azurerm_storage_account.x")
    )
    verdict = assess(read, kept)
    assert wrong(verdict, unknown=True) == {
        ("data.azurerm_storage_account.x", "customer_managed_key")
    }
    assert assess(read).outcome is Outcome.NOT_APPLICABLE


# --- the policy -----------------------------------------------------------------------------------

TYPE = {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}
SOURCE = "Microsoft.Storage/storageAccounts/encryption.keySource"
D = id_of("azurerm_policy_definition.d")


def test_no_policy_fails_at_the_resource_group():
    assert wrong(assess(keyed(), policy=None)) == {(RG, "policy_assignment")}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (assignment(INFRASTRUCTURE, name="p"), {(POLICY, "parameters", False)}),
        (assignment(CUSTOMER_KEY, name="p"), {(POLICY, "parameters", False)}),
        (denying(INFRASTRUCTURE, name="p", enforce=False), {(POLICY, "enforce", False)}),
        (
            denying(
                INFRASTRUCTURE, name="p", not_scopes=[f"{SUBSCRIPTION}/resourceGroups/rg-data"]
            ),
            {(POLICY, "not_scopes", False)},
        ),
        (assignment(SOMETHING, name="p"), {(POLICY, "policy_definition_id", True)}),
        (
            assignment(INFRASTRUCTURE, name="p", parameters=SOMETHING),
            {(POLICY, "parameters", True)},
        ),
        # A benchmark checks and blocks nothing, a deprecated definition and one for queues neither.
        (assignment(f"{SETS}/{BENCHMARK}", name="p"), {(RG, "policy_assignment", False)}),
        (
            assignment("7c5a74bf-ae94-4a74-8fcf-644d1e0e6e6f", name="p"),
            {(RG, "policy_assignment", False)},
        ),
        (
            denying("f0e5abd0-2554-4736-b7c0-4ffef23475ef", name="p"),
            {(RG, "policy_assignment", False)},
        ),
        # The name of an assignment is nothing: this built-in is about public access.
        (
            denying("4fa4b6c0-31ca-4c0d-b10d-24b96f62a751", name="enforce-encryption"),
            {(RG, "policy_assignment", False)},
        ),
    ],
)
def test_a_policy_counts_if_it_refuses_an_account_without_a_key(policy, expected):
    verdict = assess(keyed(), policy=policy)
    assert {(f.address, f.attribute, f.unknown) for f in verdict.findings} == expected


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ({"field": SOURCE, "notEquals": "Microsoft.Keyvault"}, Outcome.PASSED),
        ({"not": {"field": SOURCE, "equals": "microsoft.keyvault"}}, Outcome.PASSED),
        ({"field": SOURCE, "equals": "Microsoft.Storage"}, Outcome.PASSED),
        ({"field": SOURCE, "equals": "Microsoft.Keyvault"}, Outcome.FAILED),
        ({"field": SOURCE, "exists": "false"}, Outcome.FAILED),
        (TYPE, Outcome.FAILED),
    ],
)
def test_a_definition_of_the_teams_own_counts_for_what_it_refuses(rule, outcome):
    made = definition({"allOf": [TYPE, rule]})
    verdict = assess(keyed(), made, policy=assignment(D, name="p"))
    assert verdict.outcome is outcome


def test_a_definition_that_changes_what_is_made_needs_an_identity():
    details = {"roleDefinitionIds": ["/x/17d1049b-9a84-46fb-8f53-869881c3d3ab"], "operations": []}
    made = definition(
        {"field": SOURCE, "notEquals": "Microsoft.Keyvault"}, effect="modify", details=details
    )
    verdict = assess(keyed(), made, policy=assignment(D, name="p"))
    assert wrong(verdict) == {(POLICY, "identity")}


def test_a_policy_for_one_group_does_not_cover_another():
    other = resource("azurerm_resource_group.other", name="rg-other")
    here = assignment(
        INFRASTRUCTURE,
        name="p",
        level="resource_group",
        scope=id_of("azurerm_resource_group.other"),
        parameters={"effect": "Deny"},
    )
    assert wrong(assess(keyed(), other, policy=here)) == {(RG, "policy_assignment")}


# --- other words, other places --------------------------------------------------------------------


def test_the_same_in_arms_own_words():
    body = {
        "kind": "StorageV2",
        "properties": {
            "encryption": {
                "keySource": "Microsoft.Keyvault",
                "keyvaultproperties": {
                    "keyvaulturi": "https://kv-shop.vault.azure.net/",
                    "keyname": "storage",
                },
            }
        },
    }
    kind = "Microsoft.Storage/storageAccounts@2023-05-01"
    parent = f"{SUBSCRIPTION}/resourceGroups/rg-data"
    made = resource("azapi_resource.a", type=kind, name="a", parent_id=parent, body=body)
    policy = resource(
        "azapi_resource.p",
        type="Microsoft.Authorization/policyAssignments@2022-06-01",
        name="p",
        parent_id=SUBSCRIPTION,
        body={
            "properties": {
                "policyDefinitionId": f"{DEFINITIONS}/{INFRASTRUCTURE}",
                "parameters": {"effect": {"value": "Deny"}},
            }
        },
    )
    assert DATA_05.assess(from_azapi(*NEAR, made, policy)).outcome is Outcome.PASSED
    pinned = {**body["properties"]["encryption"]["keyvaultproperties"], "keyversion": VERSION}
    body["properties"]["encryption"]["keyvaultproperties"] = pinned
    made = resource("azapi_resource.a", type=kind, name="a", parent_id=parent, body=body)
    verdict = DATA_05.assess(from_azapi(*NEAR, made, policy))
    assert {f.attribute for f in verdict.findings} == {"customer_managed_key.key_vault_key_id"}
    named = {"keyvaulturi": "https://kv-shop.vault.azure.net/"}
    named["keyname"] = id_of("azurerm_key_vault_key.storage", "name")
    body["properties"]["encryption"]["keyvaultproperties"] = named
    made = resource("azapi_resource.a", type=kind, name="a", parent_id=parent, body=body)
    assert DATA_05.assess(from_azapi(*NEAR, made, policy)).outcome is Outcome.PASSED
    body["properties"]["encryption"] = {"keySource": "Microsoft.Storage"}
    made = resource("azapi_resource.a", type=kind, name="a", parent_id=parent, body=body)
    verdict = DATA_05.assess(from_azapi(*NEAR, made, policy))
    assert {f.attribute for f in verdict.findings} == {"customer_managed_key"}


def test_a_part_that_cannot_be_read_may_hold_the_key_or_the_policy():
    for gap in (
        Gap("module.encryption", "its source could not be loaded"),
        Gap("azurerm_storage_account_customer_managed_key.x", "403"),
    ):
        held = estate(*NEAR, account(), DENIED, gaps=(gap,))
        assert assess_control(DATA_05, held).outcome is Outcome.UNKNOWN
    gap = Gap("azurerm_subscription_policy_assignment.x", "403")
    held = estate(*NEAR, keyed(), gaps=(gap,))
    assert assess_control(DATA_05, held).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("name", ["\"'<script>alert(1)</script>", "a\nb", "x" * 5000, "${var.x}"])
def test_hostile_names_change_nothing(name):
    bare = account(name=name, tags={name: name}, resource_group_name=name)
    assert wrong(assess(bare)) == under("customer_managed_key")
    strange = keyed(f"https://{name}.vault.azure.net/keys/{name}", name=name)
    assert assess(strange).outcome is not Outcome.FAILED
