from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.registry import assess as assessed
from simulator.controls.shared_keys.control import DATA_02
from simulator.controls.shared_keys.limits import LIMIT, lasts, moment, period
from simulator.controls.verdict import Outcome, Severity
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
A = "azurerm_storage_account.a"
KEYS = (A, "shared_access_key_enabled")
START, DAY, LONG = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2099-12-31T00:00:00Z"


def made(address, *, major=4, **values):
    return normalise(resource(address, provider=azurerm(major), **values))


def account(*, major=4, **values):
    return made(A, major=major, **{"name": "sta", "shared_access_key_enabled": False} | values)


def assess(*resources, **values):
    return DATA_02.assess(estate(*resources, **values))


def policy(action="Block", length="01.00:00:00"):
    return [{"expiration_period": length, "expiration_action": action}]


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_accounts_without_keys_pass_and_say_what_was_left_out(reader):
    verdict = DATA_02.assess(declared("DATA-02", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_storage_account.runtime (left out: tag purpose = function-runtime)" in (
        verdict.looked_at
    )


@READERS
def test_keys_and_signatures_without_limits_fail_on_each_and_on_nothing_else(reader):
    verdict = DATA_02.assess(declared("DATA-02", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.customers", "shared_access_key_enabled"),
        ("azurerm_storage_account.orders", "shared_access_key_enabled"),
        ("azurerm_storage_account.orders", "sas_policy.expiration_period"),
        ("azurerm_storage_account.orders", "sas_policy.expiration_action"),
        ("azurerm_storage_account.invoices", "shared_access_key_enabled"),
        ("azurerm_storage_share.prints", "acl.access_policy.expiry"),
        ("azurerm_storage_table.visits", "acl.access_policy.expiry"),
        ("azurerm_storage_account_local_user.courier", "ssh_password_enabled"),
        ("data.azurerm_storage_account_sas.forever", "https_only"),
        ("data.azurerm_storage_account_sas.forever", "expiry"),
        ("data.azurerm_storage_account_sas.forever", "ip_addresses"),
        ("azurerm_managed_disk_sas_token.orders", "duration_in_seconds"),
    }


@READERS
def test_an_estate_without_storage_is_not_applicable(reader):
    verdict = DATA_02.assess(declared("DATA-02", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_a_finding_names_place_default_law_and_remedy():
    verdict = DATA_02.assess(declared("DATA-02", "fail", "hcl"))
    found = {(f.address.rpartition(".")[2], f.attribute): f for f in verdict.findings}
    keys = found["customers", "shared_access_key_enabled"]
    assert keys.default == "azurerm 4.x default"
    assert keys.remedy == "shared_access_key_enabled = false"
    assert "11 CCR 7123(c)(3)" in keys.why
    assert found["orders", "sas_policy.expiration_action"].origin.line == 118


# --- keys ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_keys_are_on_unless_told(major):
    verdict = assess(account(major=major, shared_access_key_enabled=Omitted()))
    assert wrong(verdict) == {KEYS}
    assert verdict.findings[0].default == f"azurerm {major}.x default"


def test_keys_that_cannot_be_known_are_unknown():
    verdict = assess(account(shared_access_key_enabled=SOMETHING))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {KEYS}


def test_a_limit_on_signatures_does_not_limit_the_keys():
    verdict = assess(account(shared_access_key_enabled=True, sas_policy=policy()))
    assert wrong(verdict) == {KEYS}
    assert verdict.findings[0].severity is Severity.MEDIUM
    bare = assess(account(shared_access_key_enabled=True))
    assert bare.findings[0].severity is Severity.HIGH


@pytest.mark.parametrize(
    ("length", "good"),
    [
        ("07.00:00:00", True),
        ("7.00:00:00", True),
        ("00.01:00:00", True),
        ("07.00:00:01", False),
        ("10.00:00:00", False),
        ("3650.00:00:00", False),
    ],
)
def test_a_period_is_compared_as_days_and_not_as_text(length, good):
    verdict = assess(account(shared_access_key_enabled=True, sas_policy=policy(length=length)))
    assert ((A, "sas_policy.expiration_period") in wrong(verdict)) is not good


def test_a_period_that_is_none_is_unknown_beside_the_keys():
    verdict = assess(account(shared_access_key_enabled=True, sas_policy=policy(length="weekly")))
    assert wrong(verdict) == {KEYS}
    assert wrong(verdict, unknown=True) == {(A, "sas_policy.expiration_period")}


def test_a_period_is_told_with_what_puts_it_right_or_settles_it():
    def remedy(length):
        each = policy(length=length)
        found = assess(account(shared_access_key_enabled=True, sas_policy=each)).findings
        return next(f.remedy for f in found if f.attribute.endswith("expiration_period"))

    assert remedy("10.00:00:00").startswith("sas_policy { expiration_period")
    assert "--var-file" in remedy(SOMETHING)


def test_a_policy_that_only_writes_to_the_log_stops_nothing():
    logged = policy("Log"), [{"expiration_period": "01.00:00:00"}]
    for each in logged:
        verdict = assess(account(shared_access_key_enabled=True, sas_policy=each))
        assert wrong(verdict) == {KEYS, (A, "sas_policy.expiration_action")}


def test_a_weak_policy_does_no_harm_while_keys_are_off():
    weak = policy("Log", "3650.00:00:00")
    assert assess(account(sas_policy=weak)).outcome is Outcome.PASSED


def test_a_policy_is_as_unknown_as_the_keys_that_it_limits():
    verdict = assess(account(shared_access_key_enabled=SOMETHING, sas_policy=policy("Log")))
    assert wrong(verdict) == set()
    assert len(verdict.findings) == 2


# --- signatures ---------------------------------------------------------------------------------


def signature(*, container=False, **values):
    kind = "blob_container_sas" if container else "sas"
    good = {
        "connection_string": id_of(A, "primary_connection_string"),
        "start": START,
        "expiry": DAY,
        "ip_address" if container else "ip_addresses": "203.0.113.7",
    }
    return made(f"data.azurerm_storage_account_{kind}.s", **good | values)


OPEN = account(shared_access_key_enabled=True)
S = "data.azurerm_storage_account_sas.s"


def signed(*more, **values):
    found = assess(OPEN, signature(**values), *more)
    return wrong(found) - {KEYS}, wrong(found, unknown=True)


@pytest.mark.parametrize("container", [True, False])
def test_a_signature_for_a_day_and_an_address_is_fine(container):
    assert signed(container=container) == (set(), set())


@pytest.mark.parametrize(
    ("values", "attribute"),
    [
        ({"https_only": False}, "https_only"),
        ({"expiry": LONG}, "expiry"),
        ({"ip_addresses": ""}, "ip_addresses"),
        ({"ip_addresses": Omitted()}, "ip_addresses"),
    ],
)
def test_each_limit_of_a_signature_is_asked_for(values, attribute):
    assert signed(**values) == ({(S, attribute)}, set())


@pytest.mark.parametrize(
    "values",
    [
        {"expiry": Unresolvable("timeadd(timestamp(), ...) is not known before apply")},
        {"expiry": "next year"},
        {"start": SOMETHING},
        {"start": "yesterday"},
    ],
)
def test_a_signature_whose_length_cannot_be_known_is_unknown(values):
    assert signed(**values) == (set(), {(S, "expiry")})


@pytest.mark.parametrize(("hours", "too_long"), [(24, False), (168, False), (169, True)])
def test_how_long_a_signature_lasts_that_begins_when_terraform_runs_is_known(hours, too_long):
    run = timedelta(minutes=-5)
    values = {
        "start": Unresolvable("timestamp() gives another value in every run", run),
        "expiry": Unresolvable("it is after timestamp()", run + timedelta(hours=hours)),
    }
    assert signed(**values) == ({(S, "expiry")} if too_long else set(), set())
    assert signed(**values | {"start": START}) == (set(), {(S, "expiry")})


def test_a_signature_lasts_a_week_and_no_second_more():
    assert signed(expiry="2026-01-08T00:00:00Z") == (set(), set())
    assert signed(expiry="2026-01-08T00:00:01Z") == ({(S, "expiry")}, set())


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"start": "yesterday"}, "from a start that is no moment"),
        ({"start": ""}, "from a start that is not known"),
        ({"start": SOMETHING}, "from a start that is not known"),
        ({"expiry": "next year"}, "a text that is no moment"),
    ],
)
def test_a_length_that_cannot_be_known_is_told_with_why_and_what_would_settle_it(values, words):
    (found,) = [f for f in assess(OPEN, signature(**values)).findings if f.attribute == "expiry"]
    assert found.actual.endswith(words)
    assert "--var-file" in found.remedy
    (long,) = [f for f in assess(OPEN, signature(expiry=LONG)).findings if f.attribute == "expiry"]
    assert long.remedy == 'start = local.start, expiry = timeadd(local.start, "24h")'


def test_over_a_private_endpoint_there_is_no_address_to_name():
    closed = account(shared_access_key_enabled=True, public_network_access_enabled=False)
    verdict = assess(closed, signature(ip_addresses=Omitted()))
    assert wrong(verdict) == {KEYS}


def test_what_is_signed_with_keys_that_are_off_is_not_accepted():
    assert assess(account(), signature(expiry=LONG)).outcome is Outcome.PASSED


def test_a_signature_of_an_account_elsewhere_is_judged():
    text = "DefaultEndpointsProtocol=https;AccountName=other;AccountKey=FAKE=="
    verdict = assess(signature(connection_string=Known(text, sensitive=True), expiry=LONG))
    assert wrong(verdict) == {(S, "expiry")}
    assert wrong(verdict, unknown=True) == {(S, "connection_string")}
    assert "FAKE" not in "".join(map(str, verdict.findings))


def test_a_signature_finds_its_account_by_the_name_in_the_connection_string():
    text = "DefaultEndpointsProtocol=https;AccountName=sta;AccountKey=FAKE=="
    assert assess(account(), signature(connection_string=text, expiry=LONG)).outcome is (
        Outcome.PASSED
    )


# --- stored policies ----------------------------------------------------------------------------


def stored(type_="azurerm_storage_share", *policies):
    acl = [{"id": f"p{i}", "access_policy": [each]} for i, each in enumerate(policies)]
    return made(f"{type_}.c", name="c", storage_account_id=id_of(A), acl=acl)


@pytest.mark.parametrize("type_", ["azurerm_storage_share", "azurerm_storage_table"])
def test_a_stored_policy_ends_within_a_week(type_):
    place = (f"{type_}.c", "acl.access_policy.expiry")
    good, long = {"start": START, "expiry": DAY}, {"start": START, "expiry": LONG}
    assert wrong(assess(OPEN, stored(type_, good))) == {KEYS}
    assert wrong(assess(OPEN, stored(type_, good, long))) == {KEYS, place}
    assert wrong(assess(OPEN, stored(type_, {"permissions": "r"}))) == {KEYS, place}
    startless = assess(OPEN, stored(type_, {"expiry": LONG}))
    assert wrong(startless, unknown=True) == {place}


def test_policies_that_cannot_be_read_are_unknown():
    hidden = made("azurerm_storage_share.c", storage_account_id=id_of(A), acl=SOMETHING)
    verdict = assess(OPEN, hidden)
    assert wrong(verdict, unknown=True) == {("azurerm_storage_share.c", "acl")}


def test_several_wrong_policies_are_one_finding():
    verdict = assess(OPEN, stored("azurerm_storage_share", {}, {"start": START, "expiry": LONG}))
    assert [f.attribute for f in verdict.findings].count("acl.access_policy.expiry") == 1


# --- passwords and disks ------------------------------------------------------------------------


def user(**values):
    return made(
        "azurerm_storage_account_local_user.u",
        **{"storage_account_id": id_of(A), "ssh_password_enabled": True} | values,
    )


def test_a_password_of_an_sftp_user_works_without_keys():
    verdict = assess(account(sftp_enabled=True), user())
    assert wrong(verdict) == {("azurerm_storage_account_local_user.u", "ssh_password_enabled")}
    assert assess(account(sftp_enabled=True), user(ssh_password_enabled=False)).outcome is (
        Outcome.PASSED
    )


@pytest.mark.parametrize("values", [{}, {"sftp_enabled": True, "local_user_enabled": False}])
def test_a_password_opens_nothing_without_sftp_or_local_users(values):
    assert assess(account(**values), user()).outcome is Outcome.PASSED


def test_a_password_on_an_account_elsewhere_is_unknown():
    lone = user(storage_account_id="/subscriptions/0/x/storageAccounts/other")
    assert assess(lone).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("seconds", "outcome"), [(604_800, "passed"), (604_801, "failed")])
def test_a_disk_may_be_copied_for_a_week_at_most(seconds, outcome):
    token = made(
        "azurerm_managed_disk_sas_token.t",
        managed_disk_id=id_of("azurerm_managed_disk.d"),
        duration_in_seconds=seconds,
    )
    assert assess(resource("azurerm_managed_disk.d"), token).outcome.value == outcome
    empty = resource("azurerm_managed_disk.d", tags={"pii": "false"})
    assert assess(empty, token).outcome is Outcome.NOT_APPLICABLE


# --- what is in scope ---------------------------------------------------------------------------


@pytest.mark.parametrize("tags", [{"pii": "false"}, {"purpose": "function-runtime"}])
def test_an_account_that_holds_nothing_personal_is_left_out(tags):
    verdict = assess(account(shared_access_key_enabled=True, tags=tags), signature(expiry=LONG))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert any(A in said and "left out" in said for said in verdict.looked_at)


def test_a_runtime_that_is_said_to_hold_personal_information_is_judged():
    tags = {"purpose": "function-runtime", "pii": "true"}
    assert wrong(assess(account(shared_access_key_enabled=True, tags=tags))) == {KEYS}


def test_an_account_that_is_only_read_is_unknown_where_something_of_it_is_here():
    read = resource("data.azurerm_storage_account.r", name="other")
    assert assess(read).outcome is Outcome.UNKNOWN
    assert assess(account(), read).outcome is Outcome.PASSED
    box = made("azurerm_storage_container.c", name="c", storage_account_id=id_of(read.address))
    assert wrong(assess(account(), read, box), unknown=True) == {
        (read.address, "shared_access_key_enabled")
    }


@pytest.mark.parametrize("type_", ["container", "queue", "share", "table"])
def test_what_stands_in_an_account_of_another_estate_is_unknown(type_):
    part = made(f"azurerm_storage_{type_}.p", name="p", storage_account_name="elsewhere")
    assert wrong(assess(account(), part), unknown=True) == {
        (f"azurerm_storage_{type_}.p", "storage_account_id")
    }


def test_an_account_in_azapi_is_judged_the_same():
    body = {"properties": {"allowSharedKeyAccess": False}}
    common = {"type": "Microsoft.Storage/storageAccounts@2023-05-01", "name": "sta"}
    off = resource("azapi_resource.a", provider=Provider("azapi", 2), body=Known(body), **common)
    on = resource("azapi_resource.b", provider=Provider("azapi", 2), body=Known({}), **common)
    assert DATA_02.assess(from_azapi(off)).outcome is Outcome.PASSED
    assert wrong(DATA_02.assess(from_azapi(on))) == {
        ("azapi_resource.b", "shared_access_key_enabled")
    }


# --- hostile input ------------------------------------------------------------------------------


@given(st.text())
def test_any_text_is_a_period_or_none(text):
    found = period(text)
    assert found is None or found >= timedelta(0)


@given(st.timedeltas(timedelta(0), timedelta(days=99_999)))
def test_a_period_written_as_azure_does_is_read_back(length):
    hours, rest = divmod(length.seconds, 3600)
    text = f"{length.days:02}.{hours:02}:{rest // 60:02}:{rest % 60:02}"
    assert period(text) == timedelta(days=length.days, seconds=length.seconds)


@given(st.text(), st.text())
def test_any_two_texts_have_a_length_or_none(one, other):
    assert lasts(one, other) is None or moment(one) is not None


def test_a_period_beyond_all_days_is_too_long_and_no_crash():
    assert period("999999999.99:99:99") > LIMIT


@pytest.mark.parametrize("name", ['"', "<script>", "a\nb", "x" * 5000, "${x}", "\u202e"])
def test_hostile_names_do_not_crash(name):
    hostile = account(name=name, shared_access_key_enabled=True, sas_policy=policy(name, name))
    each = signature(start=name, expiry=name, connection_string=f"AccountName={name};")
    box = stored("azurerm_storage_share", {"start": name, "expiry": name})
    verdict = assessed(DATA_02, estate(hostile, each, box))
    assert KEYS in wrong(verdict)
    assert all("crashed" not in found.actual for found in verdict.findings)


@pytest.mark.parametrize(
    "address", [A, "azurerm_storage_share.s", S, "azurerm_managed_disk_sas_token.t"]
)
def test_a_resource_that_could_not_be_read_at_all_is_never_a_pass(address):
    verdict = assess(resource(address, value=Unresolvable("403")))
    assert verdict.outcome in {Outcome.UNKNOWN, Outcome.FAILED}, verdict
