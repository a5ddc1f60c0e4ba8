import pytest

from simulator.controls.defender_plans.control import RESP_05
from simulator.controls.registry import assess as registered
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Block, Gap
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    block,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
SHOP, A = "azurerm_resource_group.shop", "azurerm_storage_account.a"
PRICING = "azurerm_security_center_subscription_pricing"
CONTACT = "azurerm_security_center_contact"
DEFENDER = "azurerm_security_center_storage_defender"
STORAGE, ARM, WHO = f"{PRICING}.storage", f"{PRICING}.arm", f"{CONTACT}.c"
OWN = f"{DEFENDER}.a"
EXTENSION = [{"name": "SensitiveDataDiscovery"}]


def made(address, **values):
    return normalise(resource(address, **values))


def pricing(name="storage", **values):
    base = {"resource_type": "StorageAccounts", "tier": "Standard"}
    more = {"subplan": "DefenderForStorageV2", "extension": EXTENSION} if name == "storage" else {}
    return made(f"{PRICING}.{name}", **base | more | values)


def contact(**values):
    base = {"email": "security@shop.co", "alert_notifications": True, "alerts_to_admins": True}
    return made(WHO, **base | values)


def own(**values):
    base = {
        "storage_account_id": id_of(A),
        "override_subscription_settings_enabled": True,
        "sensitive_data_discovery_enabled": True,
    }
    return made(OWN, **base | values)


GOOD = {
    "shop": made(SHOP, name="rg"),
    "a": made(A, name="sta", resource_group_name="rg"),
    "storage": pricing(),
    "arm": pricing("arm", resource_type="Arm"),
    "contact": contact(),
}


def assess(*more, without=(), gaps=(), **changed):
    kept = [part for name, part in (GOOD | changed).items() if name not in without]
    return RESP_05.assess(with_azapi(estate(*kept, *more, gaps=gaps)))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_stores_that_are_all_watched_pass(reader):
    verdict = RESP_05.assess(declared("RESP-05", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_everything_that_is_wrong_is_found_once(reader):
    verdict = RESP_05.assess(declared("RESP-05", "fail", reader))
    assert wrong(verdict) == {
        (STORAGE, "subplan"),
        (STORAGE, "extension"),
        (f"{PRICING}.vaults", "tier"),
        (SHOP, PRICING),
        (f"{DEFENDER}.customers", "sensitive_data_discovery_enabled"),
        (f"{CONTACT}.security", "email"),
        (f"{CONTACT}.security", "alert_notifications"),
    }
    places = [(f.address, f.attribute) for f in verdict.findings]
    assert len(places) == len(set(places))


@READERS
def test_a_network_alone_is_not_what_it_is_about(reader):
    verdict = RESP_05.assess(declared("RESP-05", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_the_small_estate_passes():
    assert assess().findings == ()


# --- plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "plan"),
    [
        ("azurerm_mssql_server", "SqlServers"),
        ("azurerm_postgresql_flexible_server", "OpenSourceRelationalDatabases"),
        ("azurerm_mysql_flexible_server", "OpenSourceRelationalDatabases"),
        ("azurerm_cosmosdb_account", "CosmosDbs"),
        ("azurerm_key_vault", "KeyVaults"),
        ("azurerm_kubernetes_cluster", "Containers"),
        ("azurerm_linux_web_app", "AppServices"),
        ("azurerm_api_management", "Api"),
    ],
)
def test_checkov_one_plan_for_storage_does_not_watch_anything_else(type_, plan):
    store = made(f"{type_}.x", name="x", resource_group_name="rg")
    verdict = assess(store)
    assert wrong(verdict) == {(SHOP, PRICING)}
    assert f"no {plan} for {type_}.x" in verdict.findings[0].actual
    assert assess(store, pricing("other", resource_type=plan)).findings == ()


def test_no_plan_watches_a_gateway_of_the_consumption_tier():
    gateway = made("azurerm_api_management.x", name="x", sku_name="Consumption_0")
    assert assess(gateway).findings == ()


def test_resource_manager_is_watched_wherever_anything_is():
    verdict = assess(without=("arm",))
    assert wrong(verdict) == {(SHOP, PRICING)}
    assert "no Arm" in verdict.findings[0].actual


def test_a_plan_that_is_free_is_none():
    assert wrong(assess(arm=pricing("arm", resource_type="Arm", tier="Free"))) == {(ARM, "tier")}
    unread = pricing("arm", resource_type="Arm", tier=SOMETHING)
    assert wrong(assess(arm=unread), unknown=True) == {(ARM, "tier")}


def test_false_positive_without_a_resource_type_it_is_the_plan_for_machines():
    bare = made(f"{PRICING}.bare", tier="Standard")
    assert wrong(assess(bare, without=("arm",))) == {(SHOP, PRICING)}


def test_a_resource_type_that_cannot_be_read_may_be_the_one():
    verdict = assess(arm=pricing("arm", resource_type=SOMETHING))
    assert wrong(verdict, unknown=True) == {(SHOP, PRICING)}
    assert ARM in verdict.findings[0].actual


def test_a_store_that_holds_nothing_personal_needs_no_plan():
    harmless = made("azurerm_mssql_server.x", name="x", tags={"pii": "false"})
    assert assess(harmless).findings == ()


def test_false_positive_a_policy_may_turn_them_on():
    policy = made(
        "azurerm_management_group_policy_assignment.plans",
        policy_definition_id="/providers/Microsoft.Authorization/policySetDefinitions/"
        "f08c57cd-dbd6-49a4-a85e-9ae77ac959b0",
        location="westus2",
        identity=[{"type": "SystemAssigned"}],
    )
    verdict = assess(policy, without=("arm",))
    assert wrong(verdict, unknown=True) == {(SHOP, PRICING)}
    for useless in ({"enforce": False}, {"identity": []}, {"location": None}):
        idle = made(policy.address, **{**policy.body.values, **useless})
        assert wrong(assess(idle, without=("arm",))) == {(SHOP, PRICING)}


# --- storage -------------------------------------------------------------------------------------


@pytest.mark.parametrize("subplan", ["PerTransaction", "PerStorageAccount"])
def test_false_negative_the_classic_plan_finds_nothing_in_what_is_stored(subplan):
    assert wrong(assess(storage=pricing(subplan=subplan))) == {(STORAGE, "subplan")}


def test_a_subplan_that_is_not_written_is_unknown():
    bare = made(STORAGE, resource_type="StorageAccounts", tier="Standard", extension=EXTENSION)
    assert wrong(assess(storage=bare), unknown=True) == {(STORAGE, "subplan")}


def test_an_extension_that_is_not_listed_is_off():
    assert wrong(assess(storage=pricing(extension=[]))) == {(STORAGE, "extension")}
    other = [{"name": "OnUploadMalwareScanning"}]
    verdict = assess(storage=pricing(extension=other))
    assert wrong(verdict) == {(STORAGE, "extension")}
    assert "OnUploadMalwareScanning" in verdict.findings[0].actual
    unread = pricing(extension=SOMETHING)
    assert wrong(assess(storage=unread), unknown=True) == {(STORAGE, "extension")}


def test_without_a_plan_each_account_is_told():
    verdict = assess(without=("storage",))
    assert wrong(verdict) == {(SHOP, PRICING), (A, DEFENDER)}
    advised = next(f.remedy for f in verdict.findings if f.attribute == PRICING)
    assert 'subplan = "DefenderForStorageV2"' in advised
    assert 'extension { name = "SensitiveDataDiscovery" }' in advised


def test_an_account_may_have_the_plan_of_its_own():
    assert assess(own(), without=("storage",)).findings == ()
    quiet = own(override_subscription_settings_enabled=False)
    assert wrong(assess(quiet, without=("storage",))) == {(SHOP, PRICING), (A, DEFENDER)}


def test_the_plan_of_one_account_does_not_watch_another():
    other = made("azurerm_storage_account.b", name="stb", resource_group_name="rg")
    verdict = assess(own(), other, without=("storage",))
    assert wrong(verdict) == {(SHOP, PRICING), (other.address, DEFENDER)}


def test_false_negative_an_account_may_take_itself_out_of_the_plan():
    out = made(OWN, storage_account_id=id_of(A), override_subscription_settings_enabled=True)
    assert wrong(assess(out)) == {(OWN, "sensitive_data_discovery_enabled")}
    ignored = made(OWN, storage_account_id=id_of(A))
    assert assess(ignored).findings == ()
    perhaps = own(
        override_subscription_settings_enabled=SOMETHING, sensitive_data_discovery_enabled=False
    )
    assert wrong(assess(perhaps), unknown=True) == {(OWN, "sensitive_data_discovery_enabled")}
    unread = own(sensitive_data_discovery_enabled=SOMETHING)
    assert wrong(assess(unread), unknown=True) == {(OWN, "sensitive_data_discovery_enabled")}


def test_settings_of_an_account_that_cannot_be_told_may_be_of_any():
    lost = own(storage_account_id=SOMETHING)
    verdict = assess(lost, without=("storage",))
    assert (A, DEFENDER) in wrong(verdict, unknown=True)


def test_the_classic_protection_of_an_account_is_not_enough():
    classic = made(
        "azurerm_advanced_threat_protection.a", target_resource_id=id_of(A), enabled=True
    )
    assert (A, DEFENDER) in wrong(assess(classic, without=("storage",)))


# --- the contact ---------------------------------------------------------------------------------


def test_without_a_contact_nobody_is_told():
    assert wrong(assess(without=("contact",))) == {(SHOP, CONTACT)}


@pytest.mark.parametrize("email", ["", "x@example.com", "admin@contoso.com"])
def test_a_placeholder_is_nobody(email):
    assert wrong(assess(contact=contact(email=email))) == {(WHO, "email")}


@pytest.mark.parametrize("name", ["alert_notifications", "alerts_to_admins"])
def test_alerts_have_to_be_sent(name):
    assert wrong(assess(contact=contact(**{name: False}))) == {(WHO, name)}
    assert wrong(assess(contact=contact(**{name: SOMETHING})), unknown=True) == {(WHO, name)}


def test_an_address_that_is_not_known_is_somebody():
    assert assess(contact=contact(email=SOMETHING)).findings == ()


def test_what_is_missing_may_be_in_a_part_that_could_not_be_read():
    gap = Gap("module.central", "the module is not there")
    verdict = assess(without=("storage", "arm", "contact"), gaps=(gap,))
    assert wrong(verdict, unknown=True) == {(SHOP, PRICING), (SHOP, CONTACT), (A, DEFENDER)}
    assert not wrong(verdict)


# --- spellings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_major_version_is_read(major):
    plan = normalise(
        resource(
            STORAGE,
            provider=azurerm(major),
            resource_type="StorageAccounts",
            tier="Standard",
            subplan="DefenderForStorageV2",
            extension=EXTENSION,
        )
    )
    assert assess(storage=plan).findings == ()
    bare = normalise(resource(f"{PRICING}.m", provider=azurerm(major), tier="Standard"))
    assert assess(bare).findings == ()


def azapi_plan(**changed):
    terms = {
        "pricingTier": "Standard",
        "subPlan": "DefenderForStorageV2",
        "extensions": [{"name": "SensitiveDataDiscovery", "isEnabled": "True"}],
    }
    return resource(
        "azapi_resource.storage",
        type="Microsoft.Security/pricings@2024-01-01",
        name="StorageAccounts",
        parent_id="/subscriptions/0",
        body=Block({"properties": block(**terms | changed)}),
    )


def test_azapi_says_the_same_and_is_told_in_its_own_words():
    others = [part for name, part in GOOD.items() if name != "storage"]
    assert RESP_05.assess(from_azapi(*others, azapi_plan())).findings == ()
    verdict = registered(RESP_05, from_azapi(*others, azapi_plan(subPlan="PerTransaction")))
    assert wrong(verdict) == {("azapi_resource.storage", "body.properties.subPlan")}


HOSTILE = ('a"b', "<script>alert(1)</script>", "x\ny", "${evil}", "z" * 5000, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_not_crash(name):
    verdict = assess(
        pricing("other", resource_type=name, tier=name),
        own(storage_account_id=name),
        storage=pricing(subplan=name, extension=[{"name": name}]),
        contact=contact(email=f"{name}@example.com"),
    )
    assert verdict.outcome is Outcome.FAILED
    assert all("\n" not in f.actual for f in verdict.findings)
