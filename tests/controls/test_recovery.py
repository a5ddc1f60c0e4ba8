import pytest

from simulator.controls.recovery.control import DATA_08
from simulator.controls.registry import assess as assessed
from simulator.controls.verdict import Outcome
from simulator.estate.model import Known, Omitted, Provider, Unresolvable
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
A, P, D = (
    "azurerm_storage_account.a",
    "azurerm_storage_management_policy.p",
    "azurerm_mssql_database.d",
)
SOFT, BOXES = "delete_retention_policy", "container_delete_retention_policy"


def made(address, *, major=4, **values):
    return normalise(resource(address, provider=azurerm(major), **values))


def blobs(**values):
    good = {"versioning_enabled": True, SOFT: [{"days": 30}], BOXES: [{"days": 30}]}
    kept = {name: value for name, value in (good | values).items() if value is not None}
    return [kept]


def account(*, major=4, **values):
    return made(A, major=major, **{"name": "sta", "blob_properties": blobs()} | values)


def assess(*resources, **values):
    return DATA_08.assess(estate(*resources, **values))


def judged(**values):
    return wrong(assess(account(blob_properties=blobs(**values))))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_stores_that_keep_what_is_deleted_pass(reader):
    verdict = DATA_08.assess(declared("DATA-08", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_storage_account.thumbnails (left out: tag purpose = cache)" in verdict.looked_at


@READERS
def test_stores_that_keep_too_little_fail_on_each_of_it_and_on_nothing_else(reader):
    verdict = DATA_08.assess(declared("DATA-08", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    days = f"blob_properties.{SOFT}.days"
    rule = "rule.actions"
    lifecycle = "azurerm_storage_management_policy.customers"
    assert wrong(verdict) == {
        ("azurerm_storage_account.orders", "blob_properties"),
        ("azurerm_storage_account.invoices", "blob_properties.versioning_enabled"),
        ("azurerm_storage_account.invoices", days),
        ("azurerm_storage_account.invoices", f"blob_properties.{SOFT}.permanent_delete_enabled"),
        ("azurerm_storage_account.invoices", f"blob_properties.{BOXES}"),
        ("azurerm_storage_account.customers", days),
        ("azurerm_storage_account.customers", f"blob_properties.{BOXES}.days"),
        (lifecycle, f"{rule}.version.delete_after_days_since_creation"),
        (lifecycle, f"{rule}.base_blob.delete_after_days_since_modification_greater_than"),
        ("azurerm_storage_account.prints", "share_properties.retention_policy.days"),
        ("azurerm_mssql_database.orders", "short_term_retention_policy.retention_days"),
        ("azurerm_recovery_services_vault.shop", "soft_delete_enabled"),
        ("azurerm_data_protection_backup_vault.shop", "soft_delete"),
    }


@READERS
def test_an_estate_without_stores_is_not_applicable(reader):
    assert DATA_08.assess(declared("DATA-08", "absent", reader)).outcome is Outcome.NOT_APPLICABLE


def test_a_finding_names_place_default_law_and_remedy():
    verdict = DATA_08.assess(declared("DATA-08", "fail", "hcl"))
    (found,) = [f for f in verdict.findings if f.attribute.endswith("versioning_enabled")]
    assert found.origin.line == 36
    assert found.default == "azurerm 4.x default"
    assert found.remedy == "versioning_enabled = true"
    assert "11 CCR 7123(c)(18)" in found.why


# --- blobs --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        ({"versioning_enabled": False}, "versioning_enabled"),
        ({"versioning_enabled": None}, "versioning_enabled"),
        ({SOFT: None}, SOFT),
        ({BOXES: None}, BOXES),
        ({SOFT: [{"days": 1}]}, f"{SOFT}.days"),
        ({BOXES: [{"days": 6}]}, f"{BOXES}.days"),
        (
            {SOFT: [{"days": 30, "permanent_delete_enabled": True}]},
            f"{SOFT}.permanent_delete_enabled",
        ),
    ],
)
@pytest.mark.parametrize("major", [3, 4, 5])
def test_each_part_of_recovery_is_asked_for(values, attribute, major):
    verdict = assess(account(major=major, blob_properties=blobs(**values)))
    assert wrong(verdict) == {(A, f"blob_properties.{attribute}")}


def test_an_empty_block_is_azure_s_seven_days():
    assert judged(**{SOFT: [{}], BOXES: [{}]}) == set()


def test_a_block_that_keeps_nothing_is_as_good_as_none():
    idle = account(blob_properties=[{"change_feed_enabled": True}])
    assert wrong(assess(idle)) == {(A, "blob_properties")}
    assert wrong(assess(account(is_hns_enabled=True, blob_properties=[{}]))) == {
        (A, "blob_properties")
    }
    hidden = account(blob_properties=[{SOFT: SOMETHING}])
    assert ((A, f"blob_properties.{SOFT}")) in wrong(assess(hidden), unknown=True)


@pytest.mark.parametrize(
    ("tags", "good"),
    [({}, True), ({"pii": "true"}, False), ({"dataclassification": "restricted"}, False)],
)
def test_a_week_is_enough_unless_the_store_is_tagged(tags, good):
    week = blobs(**{SOFT: [{"days": 7}]})
    expected = set() if good else {(A, f"blob_properties.{SOFT}.days")}
    assert wrong(assess(account(tags=tags, blob_properties=week))) == expected


@pytest.mark.parametrize(
    "values",
    [
        {"blob_properties": SOMETHING},
        {"blob_properties": blobs(versioning_enabled=SOMETHING)},
        {"blob_properties": blobs(**{SOFT: SOMETHING})},
        {"blob_properties": blobs(**{BOXES: [{"days": SOMETHING}]})},
        {"blob_properties": blobs(versioning_enabled=False), "is_hns_enabled": SOMETHING},
    ],
)
def test_what_cannot_be_known_is_unknown(values):
    assert assess(account(**values)).outcome is Outcome.UNKNOWN


def test_a_data_lake_can_have_no_versions():
    lake = account(is_hns_enabled=True, blob_properties=blobs(versioning_enabled=None))
    assert assess(lake).outcome is Outcome.PASSED
    bare = account(is_hns_enabled=True, blob_properties=Omitted())
    assert wrong(assess(bare)) == {(A, "blob_properties")}


@pytest.mark.parametrize(
    ("built_in", "outcome"),
    [
        ("9fbd64e3-67b8-489b-98e5-fa0007d17e76", "unknown"),
        ("978deb5d-c9a7-41f8-b4b2-b76880d0de1f", "unknown"),
        ("4fa4b6c0-31ca-4c0d-b10d-24b96f62a751", "failed"),
    ],
)
def test_what_a_policy_may_make_is_unknown(built_in, outcome):
    assigned = resource(
        "azurerm_subscription_policy_assignment.p",
        policy_definition_id=f"/providers/Microsoft.Authorization/policyDefinitions/{built_in}",
        location="westus2",
        identity=[{"type": "SystemAssigned"}],
    )
    assert assess(account(blob_properties=Omitted()), assigned).outcome.value == outcome


# --- shares and lifecycle rules -----------------------------------------------------------------


def share(**values):
    return made("azurerm_storage_share.s", name="s", storage_account_id=id_of(A), **values)


def test_an_account_for_shares_alone_has_no_blobs_to_keep():
    kept = [{"retention_policy": [{"days": 30}]}]
    files = account(blob_properties=Omitted(), share_properties=kept)
    assert assess(files, share()).outcome is Outcome.PASSED
    box = resource("azurerm_storage_container.c", name="c", storage_account_id=id_of(A))
    assert wrong(assess(files, share(), box)) == {(A, "blob_properties")}


def test_shares_in_use_are_kept_too():
    kept = [{"retention_policy": [{"days": 7}]}]
    assert assess(account(share_properties=kept), share()).outcome is Outcome.PASSED
    short = [{"retention_policy": [{"days": 6}]}]
    assert wrong(assess(account(share_properties=short), share())) == {
        (A, "share_properties.retention_policy.days")
    }
    (unsaid,) = assess(account(), share()).findings
    assert (unsaid.attribute, unsaid.unknown) == ("share_properties.retention_policy", True)
    assert "since 2021" in unsaid.actual
    (hidden,) = assess(account(share_properties=SOMETHING), share()).findings
    assert (hidden.unknown, "var.something" in hidden.actual) == (True, True)


def rule(*, filters=(), enabled=True, **actions):
    return {
        "enabled": enabled,
        "filters": list(filters) or [{"blob_types": ["blockBlob"]}],
        "actions": [{name: [block] for name, block in actions.items()}],
    }


def lifecycle(*rules, **values):
    return made(P, **{"storage_account_id": id_of(A), "rule": list(rules)} | values)


BASE = {"delete_after_days_since_modification_greater_than": 1}
VERSION = {"delete_after_days_since_creation": 1}


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (rule(base_blob=BASE), {"base_blob.delete_after_days_since_modification_greater_than"}),
        (rule(base_blob=BASE, filters=[{"prefix_match": ["tmp/"]}]), set()),
        (rule(base_blob=BASE, filters=[{"match_blob_index_tag": [{"name": "tmp"}]}]), set()),
        (rule(version=VERSION), {"version.delete_after_days_since_creation"}),
        (
            rule(version=VERSION, filters=[{"prefix_match": ["tmp/"]}]),
            {"version.delete_after_days_since_creation"},
        ),
        (rule(version={"delete_after_days_since_creation": 90}), set()),
        (rule(version={"delete_after_days_since_creation": -1}), set()),
        (rule(version={"change_tier_to_cool_after_days_since_creation": 1}), set()),
        (rule(version=VERSION, enabled=False), set()),
    ],
)
def test_lifecycle_rules_may_dispose_but_not_undo_recovery(one, found):
    assert wrong(assess(account(), lifecycle(one))) == {(P, f"rule.actions.{n}") for n in found}


@pytest.mark.parametrize(
    "policy",
    [
        lifecycle(rule=SOMETHING),
        lifecycle(rule(version=VERSION, enabled=SOMETHING)),
        lifecycle(rule(version={"delete_after_days_since_creation": SOMETHING})),
        lifecycle({"enabled": True, "actions": SOMETHING}),
        lifecycle(rule(version=VERSION), storage_account_id=SOMETHING),
    ],
)
def test_rules_that_cannot_be_read_are_unknown(policy):
    assert assess(account(), policy).outcome is Outcome.UNKNOWN


# --- databases and vaults -----------------------------------------------------------------------


@pytest.mark.parametrize(("days", "good"), [(7, True), (35, True), (1, False), (6, False)])
def test_a_database_keeps_a_week_of_changes(days, good):
    kept = made(D, name="orders", short_term_retention_policy=[{"retention_days": days}])
    place = (D, "short_term_retention_policy.retention_days")
    assert wrong(assess(kept)) == (set() if good else {place})


def test_a_policy_of_a_database_that_cannot_be_read_is_unknown():
    hidden = made(D, name="orders", short_term_retention_policy=SOMETHING)
    assert wrong(assess(hidden), unknown=True) == {(D, "short_term_retention_policy")}


def test_a_database_without_a_policy_has_azure_s_week():
    assert assess(made(D, name="orders")).outcome is Outcome.PASSED


@pytest.mark.parametrize("major", [3, 4, 5])
def test_a_vault_keeps_deleted_backups_unless_told(major):
    vault = "azurerm_recovery_services_vault.v"
    assert assess(made(vault, major=major)).outcome is Outcome.PASSED
    off = made(vault, major=major, soft_delete_enabled=False)
    assert wrong(assess(off)) == {(vault, "soft_delete_enabled")}
    other = "azurerm_data_protection_backup_vault.v"
    assert assess(made(other, soft_delete="AlwaysOn")).outcome is Outcome.PASSED
    assert wrong(assess(made(other, soft_delete="off"))) == {(other, "soft_delete")}


# --- what is in scope ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tags", [{"pii": "false"}, {"purpose": "scratch"}, {"purpose": "function-runtime"}]
)
def test_what_nobody_would_miss_is_left_out_and_said_so(tags):
    verdict = assess(account(tags=tags, blob_properties=Omitted()))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert any(A in said and "left out" in said for said in verdict.looked_at)


def test_scratch_with_personal_information_is_judged():
    tags = {"purpose": "scratch", "pii": "true"}
    assert wrong(assess(account(tags=tags, blob_properties=Omitted()))) == {(A, "blob_properties")}


def test_a_container_of_an_account_elsewhere_is_unknown():
    lone = made("azurerm_storage_container.c", name="c", storage_account_name="elsewhere")
    assert wrong(assess(lone), unknown=True) == {(lone.address, "storage_account_id")}


def test_an_account_in_azapi_is_judged_with_its_blob_service():
    common = {"provider": Provider("azapi", 2)}
    store = resource(
        "azapi_resource.a",
        type="Microsoft.Storage/storageAccounts@2023-05-01",
        name="sta",
        body=Known({"kind": "StorageV2"}),
        **common,
    )
    service = resource(
        "azapi_resource.b",
        type="Microsoft.Storage/storageAccounts/blobServices@2023-05-01",
        name="default",
        parent_id=id_of("azapi_resource.a"),
        body=Known(
            {
                "properties": {
                    "isVersioningEnabled": True,
                    "deleteRetentionPolicy": {"enabled": True, "days": 1},
                    "containerDeleteRetentionPolicy": {"enabled": True, "days": 7},
                }
            }
        ),
        **common,
    )
    assert wrong(DATA_08.assess(from_azapi(store))) == {("azapi_resource.a", "blob_properties")}
    assert wrong(DATA_08.assess(from_azapi(store, service))) == {
        ("azapi_resource.a", f"blob_properties.{SOFT}.days")
    }


@pytest.mark.parametrize("name", ['"', "<script>", "a\nb", "x" * 5000, "${x}", "\u202e"])
def test_hostile_names_and_values_do_not_crash(name):
    hostile = account(name=name, tags={name: name, "purpose": name}, blob_properties=Omitted())
    odd = lifecycle(rule(version={"delete_after_days_since_creation": name}))
    verdict = assessed(DATA_08, estate(hostile, odd))
    assert (A, "blob_properties") in wrong(verdict)
    assert all("crashed" not in found.actual for found in verdict.findings)


@pytest.mark.parametrize("address", [A, P, "azurerm_storage_container.c"])
def test_a_resource_that_could_not_be_read_at_all_is_never_a_pass(address):
    verdict = assess(resource(address, value=Unresolvable("403")))
    assert verdict.outcome in {Outcome.UNKNOWN, Outcome.FAILED}, verdict


@pytest.mark.parametrize(
    "address", [D, "azurerm_recovery_services_vault.v", "azurerm_data_protection_backup_vault.v"]
)
def test_a_gap_in_the_place_of_a_database_or_a_vault_concerns_the_control(address):
    verdict = assess(resource(address, value=Unresolvable("403")))
    assert verdict.outcome is not Outcome.NOT_APPLICABLE
