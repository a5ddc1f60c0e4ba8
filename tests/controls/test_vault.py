from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.controls.secrets.control import DATA_07, data_07
from simulator.controls.secrets.vault import judge_vaults
from simulator.controls.verdict import Outcome
from simulator.estate.model import Known, Reference, Resource, Unresolvable
from simulator.estate.provider import normalise
from tests.controls.build import SOMETHING, azurerm, estate, id_of, resource, wrong

TODAY = date(2026, 6, 1)
V, K, S, C = (
    "azurerm_key_vault.v",
    "azurerm_key_vault_key.k",
    "azurerm_key_vault_secret.s",
    "azurerm_key_vault_certificate.c",
)
PROTECTED = {
    "purge_protection_enabled": True,
    "soft_delete_retention_days": 90,
    "rbac_authorization_enabled": True,
    "public_network_access_enabled": False,
}


def assess(*resources: Resource, today: date = TODAY):
    return data_07(lambda: today).assess(estate(*resources))


def vault(*, major: int = 4, **values: object) -> Resource:
    return normalise(resource(V, provider=azurerm(major), **PROTECTED | values))


def key(**values: object) -> Resource:
    return resource(K, name="storage", key_vault_id=id_of(V), **values)


def secret(expires: object) -> Resource:
    values = {} if expires is None else {"expiration_date": expires}
    return resource(S, name="database", key_vault_id=id_of(V), **values)


# --- the vault --------------------------------------------------------------------------------


def test_a_protected_vault_passes():
    assert assess(vault()).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("attribute", "bad"),
    [
        ("purge_protection_enabled", False),
        ("soft_delete_retention_days", 7),
        ("soft_delete_retention_days", 29),
        ("rbac_authorization_enabled", False),
    ],
)
def test_each_protection_of_a_vault_is_demanded(attribute, bad):
    assert wrong(assess(vault(**{attribute: bad}))) == {(V, attribute)}
    assert assess(vault(**{attribute: SOMETHING})).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("spelling", ["rbac_authorization_enabled", "enable_rbac_authorization"])
def test_either_spelling_of_role_based_access_counts(spelling):
    bare = {k: v for k, v in PROTECTED.items() if k != "rbac_authorization_enabled"}
    for wanted, outcome in ((True, Outcome.PASSED), (False, Outcome.FAILED)):
        given_ = normalise(resource(V, provider=azurerm(4), **bare | {spelling: wanted}))
        assert assess(given_).outcome is outcome


def test_what_a_vault_leaves_out_is_bad_but_for_its_retention():
    silent = normalise(resource(V, provider=azurerm(4)))
    assert wrong(assess(silent)) == {
        (V, "purge_protection_enabled"),
        (V, "rbac_authorization_enabled"),
        (V, "network_acls.default_action"),
    }


@pytest.mark.parametrize(
    ("acls", "outcome"),
    [
        ([{"default_action": "Deny", "bypass": "AzureServices"}], Outcome.PASSED),
        ([{"default_action": "Allow", "ip_rules": ["203.0.113.7/32"]}], Outcome.FAILED),
        ([{"default_action": "Deny", "ip_rules": ["0.0.0.0/1", "128.0.0.0/1"]}], Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_a_vault_that_is_reachable_needs_a_firewall_that_denies(acls, outcome):
    assert assess(vault(public_network_access_enabled=True, network_acls=acls)).outcome is outcome


# --- keys -------------------------------------------------------------------------------------

ROTATED = {"expire_after": "P1Y", "automatic": [{"time_before_expiry": "P30D"}]}
URL = "https://kv-shop.vault.azure.net"
ENCRYPTS = resource(
    "azurerm_storage_account.a",
    customer_managed_key=[{"key_vault_key_id": id_of(K, "versionless_id")}],
)


@pytest.mark.parametrize(
    "policy",
    [ROTATED, {"expire_after": "P90D", "automatic": [{"time_after_creation": "P2M"}]}],
)
def test_a_key_that_rotates_itself_passes_without_an_expiry_date(policy):
    assert assess(vault(), key(rotation_policy=[policy]), ENCRYPTS).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ({}, {"rotation_policy.expire_after", "rotation_policy.automatic"}),
        (
            {"expiration_date": "2099-01-01T00:00:00Z"},
            {"rotation_policy.expire_after", "rotation_policy.automatic"},
        ),
        ({"rotation_policy": [{"expire_after": "P1Y"}]}, {"rotation_policy.automatic"}),
        (
            {"rotation_policy": [ROTATED | {"expire_after": "one year"}]},
            {"rotation_policy.expire_after"},
        ),
        ({"rotation_policy": [ROTATED | {"expire_after": "P"}]}, {"rotation_policy.expire_after"}),
        (
            {"rotation_policy": [{"automatic": [{"time_before_expiry": "P30D"}]}]},
            {"rotation_policy.expire_after"},
        ),
    ],
)
def test_a_key_that_encrypts_needs_a_whole_rotation_policy(values, attributes):
    verdict = assess(vault(), key(**values), ENCRYPTS)
    assert wrong(verdict) == {(K, attribute) for attribute in attributes}


def test_a_rotation_policy_that_cannot_be_read_is_unknown():
    verdict = assess(vault(), key(rotation_policy=SOMETHING), ENCRYPTS)
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("user", "judged"),
    [
        (resource("azurerm_storage_account_customer_managed_key.c", key_name="storage"), True),
        (
            resource(
                "azurerm_storage_account_customer_managed_key.c",
                key_name="storage",
                key_vault_id=id_of("azurerm_key_vault.o"),
            ),
            False,
        ),
        (resource("azurerm_x.x", key_vault_key_id=f"{URL}/keys/storage"), True),
        (resource("azurerm_x.x", key_vault_key_id=f"{URL}/keys/storage/0123abcd"), True),
        (resource("azurerm_x.x", key_vault_key_id=f"{URL}/keys/another"), False),
        (resource("azurerm_x.x", key_vault_key_id=f"{URL}/secrets/storage"), False),
        (resource("azurerm_x.x", key_id="https://kv-other.vault.azure.net/keys/storage"), False),
        (resource("azurerm_x.x", key_id=id_of(V, "vault_uri", "keys/storage")), True),
        (resource("azurerm_mssql_server.s", transparent_data_encryption_key=id_of(K)), True),
        (resource("azurerm_role_assignment.r", scope=id_of(K, "resource_versionless_id")), False),
    ],
)
def test_only_a_key_that_something_encrypts_with_must_rotate(user, judged):
    other = resource("azurerm_key_vault.o", name="kv-other")
    found = list(judge_vaults(estate(key(), user, vault(name="kv-shop"), other), TODAY))
    assert (K in {f.address for f in found}) is judged


# --- secrets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires", "outcome"),
    [
        ("2026-06-02T00:00:00Z", Outcome.PASSED),
        ("2027-06-01T00:00:00Z", Outcome.PASSED),
        ("2027-06-02T00:00:00Z", Outcome.FAILED),
        ("2026-12-01T08:00:00+00:00", Outcome.PASSED),
        ("2026-06-01T00:00:00Z", Outcome.FAILED),
        ("2020-01-01T00:00:00Z", Outcome.FAILED),
        ("2099-01-01T00:00:00Z", Outcome.FAILED),
        ("next year", Outcome.FAILED),
        (None, Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
        (id_of("terraform_data.clock", "output"), Outcome.UNKNOWN),
    ],
)
def test_a_secret_expires_within_a_year_and_has_not_yet(expires, outcome):
    assert assess(vault(), secret(expires)).outcome is outcome


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-800, 800))
def test_a_secret_is_good_from_tomorrow_until_a_year_from_now(today, days):
    expires = f"{today + timedelta(days=days)}T00:00:00Z"
    assume(days not in {365, 366})  # a year is either
    expected = Outcome.PASSED if 0 < days < 365 else Outcome.FAILED
    assert assess(secret(expires), today=today).outcome is expected


def test_a_year_from_a_leap_day_ends_on_the_first_of_march():
    leap_day = date(2028, 2, 29)
    for expires, outcome in (("2029-03-01", Outcome.PASSED), ("2029-03-02", Outcome.FAILED)):
        verdict = assess(secret(f"{expires}T00:00:00Z"), today=leap_day)
        assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("clock", "attribute", "outcome"),
    [
        (resource("time_offset.t", offset_days=180), "rfc3339", Outcome.PASSED),
        (resource("time_offset.t", offset_years=1), "rfc3339", Outcome.PASSED),
        (resource("time_offset.t", offset_years=5), "rfc3339", Outcome.FAILED),
        (
            resource("time_offset.t", offset_days=30, base_rfc3339="2020-01-01T00:00:00Z"),
            "rfc3339",
            Outcome.FAILED,
        ),
        (
            resource("time_offset.t", offset_days=30, base_rfc3339=SOMETHING),
            "rfc3339",
            Outcome.UNKNOWN,
        ),
        (resource("time_rotating.t", rotation_months=6), "rotation_rfc3339", Outcome.PASSED),
        (resource("time_rotating.t"), "rotation_rfc3339", Outcome.UNKNOWN),
    ],
)
def test_an_expiry_date_that_moves_is_judged_by_how_far_ahead_it_is(clock, attribute, outcome):
    verdict = assess(secret(Reference(clock.address, attribute)), clock)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(("days", "outcome"), [(180, Outcome.PASSED), (3650, Outcome.FAILED)])
def test_an_expiry_date_counted_from_each_run_is_judged_as_of_today(days, outcome):
    expires = Unresolvable("it is after timestamp()", timedelta(days=days))
    assert assess(secret(expires)).outcome is outcome


@pytest.mark.parametrize(
    ("events", "outcome"),
    [
        (["Microsoft.KeyVault.SecretNearExpiry"], Outcome.UNKNOWN),
        (["Microsoft.Storage.BlobCreated"], Outcome.FAILED),
    ],
)
def test_a_subscription_to_the_vaults_events_is_a_hint_of_rotation_and_no_proof(events, outcome):
    subscription = resource(
        "azurerm_eventgrid_system_topic_event_subscription.e", included_event_types=events
    )
    assert assess(secret(None), subscription).outcome is outcome
    assert assess(secret("2020-01-01T00:00:00Z"), subscription).outcome is Outcome.FAILED


def test_a_value_that_only_terraform_may_write_is_no_fault():
    written = resource(S, name="db", value_wo_version=1, expiration_date="2026-12-01T00:00:00Z")
    assert assess(written).outcome is Outcome.PASSED


# --- certificates ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "outcome"),
    [
        ([{"lifetime_action": [{"action": [{"action_type": "AutoRenew"}]}]}], Outcome.PASSED),
        ([{"lifetime_action": [{"action": [{"action_type": "EmailContacts"}]}]}], Outcome.FAILED),
        ([{}], Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_a_certificate_renews_itself(policy, outcome):
    assert assess(resource(C, certificate_policy=policy)).outcome is outcome


def test_an_imported_certificate_without_a_policy_does_not_renew_itself():
    assert wrong(assess(resource(C, certificate=[{"contents": Known("x", sensitive=True)}]))) == {
        (C, "certificate_policy.lifetime_action.action.action_type")
    }


# --- the day --------------------------------------------------------------------------------------


def test_without_a_given_day_the_real_one_decides():
    soon = date.today() + timedelta(days=30)  # noqa: DTZ011 - a month is wide enough for any zone
    verdict = DATA_07.assess(estate(secret(f"{soon}T00:00:00Z")))
    assert verdict.outcome is Outcome.PASSED
