"""What a responder takes away is really gone."""

from datetime import timedelta

import pytest
from azure.storage.blob import AccessPolicy, generate_blob_sas

from simulator.clock import wall_clock
from simulator.estate.playbook import Effect
from simulator.twin.errors import SignInRefusedError, TwinError
from simulator.twin.twin import Containment
from tests.twin.running import BLOB, CONTENT, answer, caller, last, names, read, sas
from tests.twin.shop import APP, DOOMED_APP, OTHER_APP, STRANGER


def test_disabling_public_access_refuses_strangers_from_its_time_on(twin, now):
    anyone = caller(twin, "stchange0")
    due = now() + timedelta(seconds=30)
    applied = twin.apply(
        Containment(Effect.DISABLE_PUBLIC_BLOB, account="stchange0", effective_at=due)
    )
    assert applied.changed
    assert not applied.real
    assert names(anyone) == [BLOB]
    now.pass_(timedelta(seconds=30))
    assert answer(lambda: names(anyone)) == (409, "PublicAccessNotPermitted")
    assert names(caller(twin, "stchange1")) == [BLOB]  # other accounts are as they were


def test_a_container_made_private_is_really_private_in_azurite(twin):
    anyone = caller(twin, "stchange1")
    assert read(anyone) == CONTENT
    applied = twin.apply(
        Containment(Effect.PRIVATE_CONTAINER, account="stchange1", container="customers")
    )
    assert applied.real
    assert applied.what == "anonymous access to stchange1/customers taken away"
    assert answer(lambda: read(anyone)) == (401, "NoAuthenticationInformation")
    assert last(twin).forwarded
    assert read(anyone, "avatars") == CONTENT
    again = twin.apply(
        Containment(Effect.PRIVATE_CONTAINER, account="stchange1", container="customers")
    )
    assert not again.changed
    policy = twin.owner("stchange1").get_container_client("customers").get_container_access_policy()
    assert policy["public_access"] is None


def test_making_a_container_private_keeps_its_stored_policies(twin):
    container = twin.owner("stchange2").get_container_client("customers")
    kept = {"partner": AccessPolicy(permission="r")}
    container.set_container_access_policy(signed_identifiers=kept, public_access="container")
    twin.apply(Containment(Effect.PRIVATE_CONTAINER, account="stchange2"))
    policy = container.get_container_access_policy()
    assert [entry.id for entry in policy["signed_identifiers"]] == ["partner"]
    assert policy["public_access"] is None
    assert answer(lambda: read(caller(twin, "stchange2"), "avatars"))[0] == 401


@pytest.mark.parametrize(("rotated", "other"), [("key1", "key2"), ("key2", "key1")])
def test_a_rotated_key_and_its_sas_are_refused_and_the_data_stays(twin, rotated, other):
    account = "stchange3"
    stolen = caller(twin, account, credential=twin.account_key(account, rotated))
    signed = caller(twin, account, credential=sas(twin, account, rotated))
    spared = caller(twin, account, credential=twin.account_key(account, other))
    assert names(stolen, "orders") == names(signed, "orders") == names(spared, "orders") == [BLOB]
    applied = twin.apply(Containment(Effect.ROTATE_STORAGE_KEYS, account=account, key=rotated))
    assert applied.real
    for refused in (stolen, signed):
        assert answer(lambda r=refused: names(r, "orders")) == (403, "AuthenticationFailed")
        assert last(twin).forwarded  # Azurite itself refuses
    assert read(spared, "orders") == CONTENT
    renewed = caller(twin, account, credential=twin.account_key(account, rotated))
    assert read(renewed, "orders") == CONTENT
    elsewhere = caller(twin, "stopen", credential=twin.account_key("stopen", rotated))
    assert names(elsewhere, "orders") == [BLOB]


def test_a_removed_role_is_refused_at_its_effective_time(twin, now):
    app = caller(twin, "stchange4", token=twin.token(APP))
    due = now() + timedelta(minutes=10)
    asked = Containment(Effect.REMOVE_ROLE, account="stchange4", principal=APP, effective_at=due)
    assert twin.apply(asked).changed
    now.pass_(timedelta(minutes=9, seconds=59))
    assert read(app, "orders") == CONTENT
    now.pass_(timedelta(seconds=1))
    assert answer(lambda: read(app, "orders")) == (403, "AuthorizationPermissionMismatch")
    elsewhere = caller(twin, "stchange5", token=twin.token(APP))
    assert read(elsewhere, "orders") == CONTENT


def test_keys_switched_off_stop_key_and_sas(twin):
    account = "stchange5"
    key = caller(twin, account, credential=twin.account_key(account))
    holder = caller(twin, account, credential=sas(twin, account))
    twin.apply(Containment(Effect.DISABLE_SHARED_KEY, account=account))
    for refused in (key, holder):
        assert answer(lambda r=refused: names(r, "orders")) == (
            403,
            "KeyBasedAuthenticationNotPermitted",
        )


def test_a_closed_network_stops_strangers(twin):
    anyone = caller(twin, "stchange6")
    assert names(anyone) == [BLOB]
    twin.apply(Containment(Effect.CLOSE_NETWORK, account="stchange6"))
    assert answer(lambda: names(anyone)) == (403, "AuthorizationFailure")


def test_revoked_delegation_keys_stop_their_sas_alone(twin, now):
    account = "stchange7"
    begin, end = wall_clock() - timedelta(minutes=1), wall_clock() + timedelta(hours=1)
    app = caller(twin, account, token=twin.token(APP))
    key = app.get_user_delegation_key(begin, end)
    token = generate_blob_sas(
        account, "orders", BLOB, user_delegation_key=key, permission="r", expiry=end
    )
    holder = caller(twin, account, credential=token)
    assert read(holder, "orders") == CONTENT
    twin.apply(Containment(Effect.ROTATE_STORAGE_KEYS, account=account, key="key1"))
    assert read(holder, "orders") == CONTENT  # no account key signed it
    due = now() + timedelta(minutes=5)
    twin.apply(Containment(Effect.REVOKE_USER_DELEGATION_KEYS, account=account, effective_at=due))
    assert read(holder, "orders") == CONTENT
    now.pass_(timedelta(minutes=5))
    assert answer(lambda: read(holder, "orders")) == (403, "AuthenticationFailed")


def test_a_disabled_service_principal_gets_no_new_token_and_loses_the_old_one_when_it_expires(
    twin, now
):
    app = caller(twin, "strole", token=twin.token(DOOMED_APP))
    now.pass_(timedelta(minutes=60))
    applied = twin.apply(Containment(Effect.DISABLE_SERVICE_PRINCIPAL, principal=DOOMED_APP))
    assert applied.changed
    with pytest.raises(SignInRefusedError, match="disable-service-principal"):
        twin.token(DOOMED_APP)
    assert read(app, "orders") == CONTENT
    now.pass_(timedelta(minutes=15))
    assert answer(lambda: read(app, "orders")) == (401, "InvalidAuthenticationInfo")
    assert twin.token(OTHER_APP)


def test_actions_that_change_nothing_say_so(twin):
    for asked, why in (
        (Containment(Effect.REVOKE_SESSIONS, principal=OTHER_APP), "not a user"),
        (Containment(Effect.DISABLE_USER, principal=OTHER_APP), "not a user"),
        (Containment(Effect.REMOVE_ROLE), "no identity is known"),
        (Containment(Effect.REMOVE_ROLE, principal=OTHER_APP), "holds no role"),
        (Containment(Effect.BLOCK_IP, account="stopen", address=STRANGER), "no rule to refuse"),
        (Containment(Effect.BLOCK_IP, account="stoffice"), "no address is known"),
    ):
        before = twin.state("stopen"), twin.state("stoffice")
        applied = twin.apply(asked)
        assert not applied.changed
        assert why in applied.detail
        assert (twin.state("stopen"), twin.state("stoffice")) == before


def test_asking_for_what_cannot_be_done_is_an_error(twin, now):
    later = now() + timedelta(minutes=1)
    with pytest.raises(ValueError, match="takes no access away"):
        twin.apply(Containment(Effect.NOTIFY))
    with pytest.raises(ValueError, match="give key1 or key2"):
        twin.apply(Containment(Effect.ROTATE_STORAGE_KEYS, account="stopen"))
    with pytest.raises(ValueError, match="carried out at once"):
        twin.apply(Containment(Effect.PRIVATE_CONTAINER, account="stopen", effective_at=later))
    with pytest.raises(TwinError, match="no storage account 'nowhere'"):
        twin.apply(Containment(Effect.CLOSE_NETWORK, account="nowhere"))
