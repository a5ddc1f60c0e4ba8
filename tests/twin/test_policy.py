"""What the gateway decides, one setting at a time."""

from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.playbook import Effect
from simulator.telemetry.exchange import AuthKind, Claims, Credential
from simulator.telemetry.operations import classify
from simulator.twin.blueprint import AccountPlan, Range, Setting, blueprint, object_id
from simulator.twin.policy import AccountState, Change, Decision, Request, decide, within
from tests.twin.shop import APP, OFFICE, OTHER_APP, PUBLIC, START, STRANGER, account, role, shop

HOUR = timedelta(hours=1)
ANONYMOUS = Credential(AuthKind.ANONYMOUS)
KEY = Credential(AuthKind.ACCOUNT_KEY, key="key1")
LIST = classify("GET", "customers", {"restype": "container", "comp": "list"}, {})
PUT = classify("PUT", "customers", {}, {})
LIST_CONTAINERS = classify("GET", "", {"comp": "list"}, {})


def plan(**values: object) -> AccountPlan:
    return blueprint(shop(account("stshop", **{**PUBLIC, **values}))).accounts[0]


def request(credential: Credential = ANONYMOUS, operation=LIST, **values: object) -> Request:
    asked = Request("stshop", "customers", "", operation, credential, STRANGER)
    return replace(asked, **values)


def token(principal: str = APP, issued=START, lifetime=HOUR) -> Credential:
    claims = Claims(object_id(principal), issued_at=issued, expires_at=issued + lifetime)
    return Credential(AuthKind.OAUTH, claims=claims)


def code(decision: Decision) -> tuple[int, str]:
    return decision.status, decision.error_code


def state(*changes: Change, **values: object) -> AccountState:
    return AccountState(plan(**values), changes)


def reader_state(*changes: Change, on: str = "", role_name: str = "Storage Blob Data Reader"):
    estate = shop(account("stshop"), role("stshop", role_name, on=on))
    return AccountState(blueprint(estate).accounts[0], changes)


def test_an_open_account_lets_everybody_through_to_the_storage_server():
    assert decide(state(), request(), START).allowed
    assert decide(state(), request(KEY), START).allowed


def test_anonymous_callers_are_refused_where_the_account_permits_none_and_the_line_is_named():
    decision = decide(state(allow_nested_items_to_be_public=False), request(), START)
    assert code(decision) == (409, "PublicAccessNotPermitted")
    assert decision.declared == (
        "azurerm_storage_account.stshop (main.tf:1): allow_nested_items_to_be_public = false"
    )
    assert decide(state(allow_nested_items_to_be_public=False), request(KEY), START).allowed


@pytest.mark.parametrize("kind", [AuthKind.ACCOUNT_KEY, AuthKind.SAS])
def test_keys_and_what_they_signed_are_refused_where_shared_key_is_off(kind):
    decision = decide(state(shared_access_key_enabled=False), request(Credential(kind)), START)
    assert code(decision) == (403, "KeyBasedAuthenticationNotPermitted")
    assert "shared_access_key_enabled = false" in decision.declared


def test_http_is_refused_unless_declared():
    decision = decide(state(), request(scheme="http"), START)
    assert code(decision) == (400, "AccountRequiresHttps")
    weak = state(https_traffic_only_enabled=False)
    assert decide(weak, request(scheme="http"), START).allowed


def test_a_closed_public_network_refuses_every_credential():
    closed = state(public_network_access_enabled=False)
    for credential in (ANONYMOUS, KEY, token()):
        assert code(decide(closed, request(credential), START)) == (403, "AuthorizationFailure")


def test_a_default_deny_lets_its_rules_in_and_names_the_declaration_otherwise():
    denied = state(network_rules=[{"default_action": "Deny", "ip_rules": ["198.51.100.0/28"]}])
    assert decide(denied, request(source=OFFICE), START).allowed
    decision = decide(denied, request(), START)
    assert code(decision) == (403, "AuthorizationFailure")
    assert decision.declared.endswith('default_action = "Deny"')


CIDRS = st.builds(
    lambda start, bits: IPv4Network((start, bits), strict=False),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@given(st.lists(CIDRS, max_size=5), st.integers(0, 2**32 - 1))
def test_a_firewall_lets_in_exactly_the_addresses_of_its_rules(networks, number):
    caller = IPv4Address(number)
    ranges = tuple(Range(network, str(network)) for network in networks)
    base = _PLAN
    closed = replace(base, default_action=Setting("Deny", "main.tf:1"), addresses=ranges)
    expected = any(
        int(network.network_address) <= number <= int(network.broadcast_address)
        for network in networks
    )
    decision = decide(AccountState(closed), request(source=str(caller)), START)
    assert decision.allowed is expected
    assert (within(str(caller), ranges) is not None) is expected


_PLAN = plan()


@given(st.text(max_size=20))
def test_no_text_but_an_address_is_ever_within_a_range(text):
    everything = (Range(IPv4Network("0.0.0.0/0"), "all"),)
    try:
        IPv4Address(text)
    except ValueError:
        assert within(text, everything) is None


def test_a_role_is_needed_on_the_container_or_above_it():
    container = "/blobServices/default/containers/customers"
    for on in ("", container):
        assert decide(reader_state(on=on), request(token()), START).allowed
    other = reader_state(on="/blobServices/default/containers/orders")
    assert code(decide(other, request(token()), START)) == (403, "AuthorizationPermissionMismatch")
    assert not decide(reader_state(), request(token(OTHER_APP)), START).allowed


def test_a_container_role_does_not_list_the_account():
    narrow = reader_state(on="/blobServices/default/containers/customers")
    asked = request(token(), LIST_CONTAINERS, container="")
    assert not decide(narrow, asked, START).allowed
    assert decide(reader_state(), asked, START).allowed


@pytest.mark.parametrize(
    ("role_name", "reads", "writes"),
    [
        ("Storage Blob Data Reader", True, False),
        ("Storage Blob Data Contributor", True, True),
        ("Storage Blob Data Owner", True, True),
        ("Storage Blob Delegator", False, False),
        ("Owner", False, False),
        ("Contributor", False, False),
    ],
)
def test_what_a_role_allows_over_oauth(role_name, reads, writes):
    held = reader_state(role_name=role_name)
    assert decide(held, request(token()), START).allowed is reads
    assert decide(held, request(token(), PUT), START).allowed is writes


def test_a_token_is_refused_after_its_expiry():
    held = reader_state()
    assert decide(held, request(token()), START + HOUR - timedelta(seconds=1)).allowed
    expired = decide(held, request(token()), START + HOUR)
    assert code(expired) == (401, "InvalidAuthenticationInfo")


@pytest.mark.parametrize(
    "effect", [Effect.REVOKE_SESSIONS, Effect.DISABLE_USER, Effect.DISABLE_SERVICE_PRINCIPAL]
)
def test_a_cut_off_identity_keeps_its_old_token_and_gets_nothing_with_a_new_one(effect):
    later = START + timedelta(minutes=10)
    cut = reader_state(Change(effect, later, principal=APP))
    assert decide(cut, request(token()), later + timedelta(minutes=1)).allowed
    new = token(issued=later + timedelta(seconds=1))
    assert code(decide(cut, request(new), later)) == (401, "InvalidAuthenticationInfo")
    assert code(decide(cut, request(token()), START + HOUR))[0] == 401
    other = reader_state(Change(effect, later, principal=OTHER_APP))
    assert decide(other, request(new), later).allowed


def test_a_removed_role_counts_from_its_effective_time_on():
    moment = START + timedelta(minutes=10)
    removed = reader_state(Change(Effect.REMOVE_ROLE, moment, principal=APP))
    assert decide(removed, request(token()), moment - timedelta(seconds=1)).allowed
    decision = decide(removed, request(token()), moment)
    assert code(decision) == (403, "AuthorizationPermissionMismatch")
    assert decision.declared == f"containment remove-role of {APP}"


def test_a_user_delegation_sas_needs_an_unrevoked_key_and_the_right_of_who_asked_for_it():
    claims = Claims(object_id(APP))
    sas = Credential(AuthKind.DELEGATION_SAS, claims=claims, delegation_start=START)
    assert decide(reader_state(), request(sas), START).allowed
    revoked = Change(Effect.REVOKE_USER_DELEGATION_KEYS, START, keys_until=START)
    assert code(decide(reader_state(revoked), request(sas), START)) == (403, "AuthenticationFailed")
    newer = replace(sas, delegation_start=START + HOUR)
    assert decide(reader_state(revoked), request(newer), START).allowed
    no_role = reader_state(Change(Effect.REMOVE_ROLE, START, principal=APP))
    assert not decide(no_role, request(sas), START).allowed
    no_keys = AccountState(replace(reader_state().plan, shared_key=Setting(False, "main.tf:1")))
    assert decide(no_keys, request(sas), START).allowed


@pytest.mark.parametrize(
    ("effect", "credential", "answer"),
    [
        (Effect.DISABLE_PUBLIC_BLOB, ANONYMOUS, (409, "PublicAccessNotPermitted")),
        (Effect.DISABLE_SHARED_KEY, KEY, (403, "KeyBasedAuthenticationNotPermitted")),
        (Effect.CLOSE_NETWORK, ANONYMOUS, (403, "AuthorizationFailure")),
    ],
)
def test_a_containment_refuses_from_its_effective_time_on(effect, credential, answer):
    moment = START + timedelta(seconds=30)
    changed = state(Change(effect, moment))
    assert decide(changed, request(credential), START).allowed
    decision = decide(changed, request(credential), moment)
    assert code(decision) == answer
    assert decision.declared == f"containment {effect.value}"


def test_closing_the_network_does_not_stop_a_caller_whom_the_rules_trust():
    rules = [{"default_action": "Deny", "ip_rules": ["198.51.100.0/28"]}]
    closed = state(Change(Effect.CLOSE_NETWORK, START), network_rules=rules)
    assert decide(closed, request(source=OFFICE), START).allowed


def test_a_blocked_address_is_refused_where_only_rules_let_it_in():
    rules = [{"default_action": "Deny", "ip_rules": ["198.51.100.0/28"]}]
    blocked = Change(Effect.BLOCK_IP, START, address=OFFICE)
    assert not decide(state(blocked, network_rules=rules), request(source=OFFICE), START).allowed
    assert decide(state(blocked), request(source=OFFICE), START).allowed
