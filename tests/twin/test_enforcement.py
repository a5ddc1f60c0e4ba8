"""Every enforcement proven with the real client, on a weak setting and on a strong one."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob import (
    AccountSasPermissions,
    BlobServiceClient,
    ResourceTypes,
    generate_account_sas,
    generate_blob_sas,
)

from simulator.clock import wall_clock
from simulator.telemetry.exchange import AuthKind
from tests.twin.running import BLOB, CONTENT, answer, caller, last, names, raw, read, sas
from tests.twin.shop import APP, APP_ADDRESS, OFFICE, OTHER_APP, SOMEWHERE_INSIDE, STRANGER


def served_by_azurite(twin) -> int:
    """How many requests have been passed on so far."""
    return sum(exchange.forwarded for exchange in twin.exchanges)


def test_anyone_lists_and_reads_a_public_container(twin):
    anyone = caller(twin, "stopen")
    assert names(anyone) == [BLOB]
    assert read(anyone) == CONTENT


def test_blobs_of_a_blob_level_container_are_read_but_not_listed(twin):
    anyone = caller(twin, "stopen")
    assert read(anyone, "avatars") == CONTENT
    assert answer(lambda: names(anyone, "avatars")) == (401, "NoAuthenticationInformation")


def test_a_private_container_answers_strangers_as_azure_does(twin):
    anyone = caller(twin, "stopen")
    refusal = (401, "NoAuthenticationInformation")
    assert answer(lambda: names(anyone, "orders")) == refusal
    assert answer(lambda: read(anyone, "orders")) == refusal
    url = f"{twin.endpoint('stopen')}/orders?restype=container&comp=list"
    status, code, body = raw(twin, url)  # without a service version: no bearer challenge
    assert (status, code) == (404, "ResourceNotFound")
    assert b"<Code>ResourceNotFound</Code>" in body


def test_strangers_are_refused_where_the_account_permits_no_anonymous_access(twin):
    anyone = caller(twin, "stnoanon")
    assert answer(lambda: names(anyone)) == (409, "PublicAccessNotPermitted")
    assert answer(lambda: read(anyone)) == (409, "PublicAccessNotPermitted")
    assert read(caller(twin, "stnoanon", credential=twin.account_key("stnoanon"))) == CONTENT


@pytest.mark.parametrize("key", ["key1", "key2"])
def test_each_account_key_opens_its_account_and_the_log_tells_which_it_was(twin, key):
    owner = caller(twin, "stopen", credential=twin.account_key("stopen", key))
    assert names(owner, "orders") == [BLOB]
    assert last(twin).credential.key == key
    owner.get_blob_client("orders", "new.txt").upload_blob(b"x", overwrite=True)
    assert (last(twin).credential.kind, last(twin).credential.key) == (AuthKind.ACCOUNT_KEY, key)
    owner.get_blob_client("orders", "new.txt").delete_blob()
    assert last(twin).credential.key == key


def test_a_wrong_key_is_refused_as_azure_does(twin):
    wrong = caller(twin, "stopen", credential=twin.account_key("stnoanon"))
    for container, decided_by_azurite in (("orders", True), ("customers", False)):
        assert answer(lambda c=container: names(wrong, c)) == (403, "AuthenticationFailed")
        assert last(twin).credential.key == ""
        assert last(twin).forwarded is decided_by_azurite


@pytest.mark.parametrize("key", ["key1", "key2"])
def test_a_sas_opens_what_it_names_and_the_log_tells_its_signing_key(twin, key):
    holder = caller(twin, "stopen", credential=sas(twin, "stopen", key))
    assert read(holder, "orders") == CONTENT
    assert names(holder, "orders") == [BLOB]
    credential = last(twin).credential
    assert (credential.kind, credential.key) == (AuthKind.SAS, key)
    assert credential.hash.startswith(f"{key}(")
    assert "SasSignature(" in credential.hash
    assert answer(lambda: names(holder, "customers"))[0] in {401, 403}


def test_an_account_sas_is_told_apart_by_its_key_too(twin):
    token = generate_account_sas(
        "stopen",
        twin.account_key("stopen", "key2"),
        ResourceTypes(container=True, object=True),
        AccountSasPermissions(list=True, read=True),
        expiry=wall_clock() + timedelta(hours=1),
    )
    assert names(caller(twin, "stopen", credential=token), "orders") == [BLOB]
    assert last(twin).credential.key == "key2"


def test_keys_and_sas_are_refused_where_shared_key_is_off(twin):
    refusal = (403, "KeyBasedAuthenticationNotPermitted")
    key = caller(twin, "stnokeys", credential=twin.account_key("stnokeys"))
    assert answer(lambda: names(key)) == refusal
    assert answer(lambda: names(caller(twin, "stnokeys", credential=sas(twin, "stnokeys")))) == (
        refusal
    )
    assert names(caller(twin, "stnokeys")) == [BLOB]  # anonymous access is another switch


def test_a_firewall_lets_in_its_rules_alone(twin):
    assert names(caller(twin, "stoffice", source=OFFICE)) == [BLOB]
    key = twin.account_key("stoffice")
    for credential in (None, key):
        stranger = caller(twin, "stoffice", source=STRANGER, credential=credential)
        assert answer(lambda s=stranger: names(s)) == (403, "AuthorizationFailure")


def test_a_subnet_rule_lets_in_that_subnet_alone(twin):
    assert names(caller(twin, "stapps", source=APP_ADDRESS)) == [BLOB]
    for source in (SOMEWHERE_INSIDE, STRANGER):
        outsider = caller(twin, "stapps", source=source)
        assert answer(lambda o=outsider: names(o)) == (403, "AuthorizationFailure")


def test_a_private_endpoint_is_the_only_way_in_where_the_public_network_is_off(twin):
    for source in (APP_ADDRESS, SOMEWHERE_INSIDE):
        assert names(caller(twin, "stprivate", source=source)) == [BLOB]
    assert answer(lambda: names(caller(twin, "stprivate"))) == (403, "AuthorizationFailure")
    assert "public_network_access_enabled = false" in last(twin).declared


def test_http_works_only_where_it_is_declared(twin):
    assert names(caller(twin, "stopen", scheme="http")) == [BLOB]
    assert last(twin).scheme == "http"
    assert answer(lambda: names(caller(twin, "stnoanon", scheme="http"))) == (
        400,
        "AccountRequiresHttps",
    )


def test_a_token_opens_what_its_roles_cover_and_no_more(twin, app_token):
    app = caller(twin, "strole", token=app_token)
    assert read(app, "orders") == CONTENT
    mismatch = (403, "AuthorizationPermissionMismatch")
    assert answer(lambda: names(app, "avatars")) == mismatch
    assert answer(lambda: app.get_blob_client("orders", "x").upload_blob(b"x")) == mismatch
    other = caller(twin, "strole", token=twin.token(OTHER_APP))
    assert answer(lambda: names(other, "orders")) == mismatch


def test_azurite_itself_refuses_a_token_for_another_audience(twin, app_token):
    head, body, tail = app_token.split(".")
    forged = urlsafe_b64decode(body + "==").replace(b"storage.azure.com", b"graph.example.com")
    token = f"{head}.{urlsafe_b64encode(forged).decode().rstrip('=')}.{tail}"
    status, _ = answer(lambda: names(caller(twin, "strole", token=token), "orders"))
    assert status in {401, 403}
    assert last(twin).forwarded


def test_a_user_delegation_sas_works_for_a_role_that_may_ask_for_the_key(twin, app_token):
    app = caller(twin, "stchange8", token=app_token)
    begin, end = wall_clock() - timedelta(minutes=1), wall_clock() + timedelta(hours=1)
    key = app.get_user_delegation_key(begin, end)
    assert last(twin).operation.name == "GetUserDelegationKey"
    token = generate_blob_sas(
        "stchange8", "orders", BLOB, user_delegation_key=key, permission="r", expiry=end
    )
    assert read(caller(twin, "stchange8", credential=token), "orders") == CONTENT
    assert last(twin).credential.kind is AuthKind.DELEGATION_SAS
    assert last(twin).credential.delegation_start == begin.replace(microsecond=0)


def test_nothing_that_is_refused_reaches_the_storage_server(twin):
    before = served_by_azurite(twin)
    for call in (
        lambda: names(caller(twin, "stnoanon")),
        lambda: names(caller(twin, "stprivate")),
        lambda: names(caller(twin, "stnokeys", credential=twin.account_key("stnokeys"))),
        lambda: names(caller(twin, "strole", token=twin.token(OTHER_APP)), "orders"),
        lambda: (
            caller(twin, "stprivate", credential=twin.account_key("stprivate"))
            .get_blob_client("orders", "smuggled")
            .upload_blob(b"x" * 100_000)
        ),
    ):
        answer(call)
        assert not last(twin).forwarded
    assert served_by_azurite(twin) == before
    owner = twin.owner("stprivate").get_container_client("orders")
    assert [blob.name for blob in owner.list_blobs()] == [BLOB]


def test_a_path_cannot_be_written_so_that_another_container_is_judged(twin, app_token):
    private = f"{twin.endpoint('strole')}/customers%2F..%2Forders/{BLOB.replace(' ', '%20')}"
    status, _, body = raw(twin, private, Authorization=f"Bearer {app_token}")
    assert status >= 400
    assert CONTENT not in body
    slash = f"{twin.endpoint('stopen')}/orders%2F2026%2Fa%20b.csv"
    assert raw(twin, slash)[0] >= 400
    assert last(twin).container == "orders"


def test_an_account_that_is_not_there_is_not_found(twin):
    url = twin.endpoint("stopen").replace("stopen", "stelsewhere")
    assert raw(twin, f"{url}/customers?restype=container&comp=list")[:2] == (
        404,
        "ResourceNotFound",
    )
    assert raw(twin, f"{twin.endpoint('stopen')}-secondary/customers/x")[0] == 404


def test_the_claimed_address_never_reaches_azurite_and_is_the_real_one_if_absent(twin):
    plain = BlobServiceClient(twin.endpoint("stopen"), connection_verify=str(twin.ca_file))
    assert names(plain) == [BLOB]
    assert last(twin).source == "127.0.0.1"
    assert last(twin).port > 0


def test_an_exchange_carries_simulated_time(twin, now):
    now.pass_(timedelta(days=3))
    names(caller(twin, "stopen"))
    assert last(twin).at == now()
    assert now() > datetime(2026, 6, 3, tzinfo=UTC)


def test_a_token_is_refused_in_simulated_time_though_azurite_would_take_it(twin, now, app_token):
    app = caller(twin, "strole", token=app_token)
    assert names(app, "orders") == [BLOB]
    now.pass_(timedelta(minutes=76))
    assert answer(lambda: names(app, "orders")) == (401, "InvalidAuthenticationInfo")
    assert not last(twin).forwarded
    assert names(caller(twin, "strole", token=twin.token(APP)), "orders") == [BLOB]
