"""Attacks on weak and strong accounts, really tried; and their replay after containment."""

import os
import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest

from simulator.attacks.catalogue import ATTACKS
from simulator.attacks.public_container import PUBLIC_CONTAINER
from simulator.attacks.stolen_token import STOLEN_TOKEN, readable, victim
from simulator.attacks.technique import Attack, Intruder
from simulator.estate.playbook import Effect
from simulator.twin.blueprint import blueprint, object_id
from simulator.twin.errors import TwinError
from simulator.twin.twin import TOKEN_LIFETIME, Containment, Twin
from tests.controls.build import resource
from tests.twin.running import BLOB, CONTENT, fill, up
from tests.twin.shop import (
    APP,
    OTHER_APP,
    PUBLIC,
    Moment,
    account,
    endpoint,
    id_of,
    role,
    shop,
)

OPEN = {"customers": "container", "orders": "private", "avatars": "blob"}
CLOSED = {"customers": "private", "orders": "private"}
ORDERS = "/blobServices/default/containers/orders"
FIREWALL = [{"default_action": "Deny", "ip_rules": ["203.0.113.0/24"]}]
APPS_ONLY = [
    {
        "default_action": "Deny",
        "virtual_network_subnet_ids": id_of("azurerm_subnet.apps", suffix=""),
    }
]
ACCOUNTS = {
    "stopen": {"containers": OPEN, **PUBLIC},
    "stnoanon": {"containers": OPEN, "allow_nested_items_to_be_public": False},
    "stprivatelist": {"containers": CLOSED, **PUBLIC},
    "stfirewall": {"containers": OPEN, "network_rules": FIREWALL, **PUBLIC},
    "stnetwork": {"containers": OPEN, "public_network_access_enabled": False, **PUBLIC},
    "stendpoint": {"containers": OPEN, "public_network_access_enabled": False, **PUBLIC},
    "stsubnet": {"containers": OPEN, "network_rules": APPS_ONLY, **PUBLIC},
    "stnorole": {"containers": CLOSED, "allow_nested_items_to_be_public": False},
}


@pytest.fixture(scope="module")
def now() -> Moment:
    return Moment()


@pytest.fixture(scope="module")
def twin(now: Moment) -> Iterator[Twin]:
    """Accounts that differ in one thing each, and a few to be changed by one test each."""
    changed = [f"stchange{n}" for n in range(6)]
    estate = shop(
        *(account(name, **values) for name, values in ACCOUNTS.items()),
        *(account(name, OPEN, **PUBLIC) for name in changed),
        endpoint("stendpoint"),
        *(role(name, on=ORDERS) for name in (*ACCOUNTS, *changed) if name != "stnorole"),
        role("stopen", "Storage Blob Delegator", to=OTHER_APP),
    )
    with up(estate, now) as running:
        fill(running)
        yield running


def carry_out(attack: Attack, twin: Twin, name: str, now: Moment, seed: int = 7) -> Intruder:
    """The intruder after the attack."""
    plan = twin.blueprint
    intruder = attack.intruder(twin, plan, plan.by_name[name], seed=seed)
    for pause in attack.act(intruder):
        assert pause > timedelta(0)
        now.pass_(pause)
    return intruder


def got(intruder: Intruder, name: str) -> dict[str, int]:
    """Bytes by container."""
    return {c: size for (a, c, b), size in intruder.received.items() if (a, b) == (name, BLOB)}


WHOLE = len(CONTENT)


@pytest.mark.parametrize(
    ("name", "containers"),
    [
        ("stopen", {"customers"}),
        ("stnoanon", set()),
        ("stprivatelist", set()),
        ("stfirewall", set()),
        ("stnetwork", set()),
        ("stendpoint", set()),
        ("stsubnet", set()),
    ],
)
def test_strangers_get_exactly_what_is_declared_public(twin, now, name, containers):
    intruder = carry_out(PUBLIC_CONTAINER, twin, name, now, seed=len(name))
    assert got(intruder, name) == dict.fromkeys(containers, WHOLE)
    expected = PUBLIC_CONTAINER.possible(twin.blueprint, twin.blueprint.by_name[name])
    assert (expected is None) == bool(containers)
    if expected is not None:
        assert "main.tf:1" in expected.declared


@pytest.mark.parametrize(
    ("name", "containers", "source"),
    [
        ("stopen", {"orders"}, "203.0.113."),
        ("stnoanon", {"orders"}, "203.0.113."),
        ("stfirewall", set(), "198.51.100."),
        ("stnetwork", set(), "203.0.113."),
        ("stendpoint", {"orders"}, "10.40.1."),
        ("stsubnet", {"orders"}, "10.40.1."),
        ("stnorole", set(), "203.0.113."),
    ],
)
def test_a_stolen_token_reads_what_its_roles_cover_from_where_it_can(
    twin, now, name, containers, source
):
    before = sum(twin.received("10.40.1.9").values())
    intruder = carry_out(STOLEN_TOKEN, twin, name, now, seed=100 + len(name))
    assert before == 0
    assert intruder.source.startswith(source)
    assert got(intruder, name) == dict.fromkeys(containers, WHOLE)
    expected = STOLEN_TOKEN.possible(twin.blueprint, twin.blueprint.by_name[name])
    assert (expected is None) == bool(containers)


def test_an_intruder_shows_what_it_has(twin):
    plan = twin.blueprint
    stranger = PUBLIC_CONTAINER.intruder(twin, plan, plan.by_name["stopen"], seed=1)
    assert (stranger.credential, stranger.principal, stranger.object_id) == ("anonymous", None, "")
    thief = STOLEN_TOKEN.intruder(twin, plan, plan.by_name["stopen"], seed=1)
    assert (thief.credential, thief.principal) == ("oauth", APP)
    assert thief.object_id == object_id(APP)
    assert thief.account == "stopen"


def test_the_same_seed_sends_the_same_requests(twin, now):
    def sent(seed: int) -> list[tuple[str, str, str]]:
        before = len(twin.exchanges)
        carry_out(PUBLIC_CONTAINER, twin, "stopen", now, seed)
        return [
            (x.path + x.query, x.request_headers["x-ms-client-request-id"], f"{x.source}:{x.port}")
            for x in twin.exchanges[before:]
        ]

    first = sent(3)
    assert sent(3) == first
    assert sent(4) != first


@pytest.mark.parametrize(
    ("account_name", "effect"),
    [
        ("stchange0", Effect.DISABLE_PUBLIC_BLOB),
        ("stchange1", Effect.PRIVATE_CONTAINER),
        ("stchange2", Effect.CLOSE_NETWORK),
    ],
)
def test_every_effect_that_stops_a_public_container_stops_its_replay(
    twin, now, account_name, effect
):
    assert effect in PUBLIC_CONTAINER.stopped_by
    intruder = carry_out(PUBLIC_CONTAINER, twin, account_name, now)
    assert intruder.last_request == f"GetBlob /{account_name}/customers/{BLOB}"
    assert intruder.replay()
    twin.apply(Containment(effect, account=account_name))
    assert not intruder.replay()
    assert intruder.last_request.startswith("GetBlob")


def test_a_removed_role_stops_the_replay_when_it_takes_effect(twin, now):
    intruder = carry_out(STOLEN_TOKEN, twin, "stchange3", now)
    due = now() + timedelta(minutes=10)
    asked = Containment(Effect.REMOVE_ROLE, account="stchange3", principal=APP, effective_at=due)
    twin.apply(asked)
    assert intruder.replay()
    now.pass_(timedelta(minutes=10))
    assert not intruder.replay()


def test_rotating_a_key_does_not_stop_a_stranger(twin, now):
    intruder = carry_out(PUBLIC_CONTAINER, twin, "stchange5", now)
    twin.apply(Containment(Effect.ROTATE_STORAGE_KEYS, account="stchange5", key="key1"))
    assert intruder.replay()


def test_switching_public_access_off_does_not_stop_a_stolen_token(twin, now):
    intruder = carry_out(STOLEN_TOKEN, twin, "stchange4", now)
    twin.apply(Containment(Effect.DISABLE_PUBLIC_BLOB, account="stchange4"))
    assert intruder.replay()


def test_a_token_is_renewed_until_its_identity_is_disabled_and_then_runs_out():
    now = Moment()
    estate = shop(account("stone", OPEN, **PUBLIC), role("stone", on=ORDERS))
    with up(estate, now) as twin:
        fill(twin)
        begun = now()
        intruder = carry_out(STOLEN_TOKEN, twin, "stone", now)
        now.now = begun + 4 * TOKEN_LIFETIME + timedelta(minutes=10)
        assert intruder.replay()  # the app has been asking for another all along
        twin.apply(Containment(Effect.DISABLE_SERVICE_PRINCIPAL, principal=APP))
        now.now = begun + 5 * TOKEN_LIFETIME - timedelta(seconds=1)
        assert intruder.replay()  # the last one that it got is still good
        now.pass_(timedelta(seconds=1))
        assert not intruder.replay()
        assert intruder.list("orders") is None
        late = STOLEN_TOKEN.intruder(twin, twin.blueprint, twin.blueprint.by_name["stone"], seed=1)
        assert late.list("orders") is None


def test_silence_is_no_refusal():
    now = Moment()
    estate = shop(account("stone", OPEN, **PUBLIC))
    twin = up(estate, now)
    try:
        fill(twin)
        intruder = carry_out(PUBLIC_CONTAINER, twin, "stone", now)
        assert intruder.replay()
        os.kill(twin._azurite.pid or 0, signal.SIGKILL)
        with pytest.raises(TwinError):
            intruder.replay()
    finally:
        twin.down()
    with pytest.raises(TwinError):
        intruder.replay()


def test_nothing_can_be_replayed_before_something_succeeded(twin, now):
    intruder = carry_out(PUBLIC_CONTAINER, twin, "stnoanon", now)
    with pytest.raises(ValueError, match="no successful request"):
        intruder.replay()


USER = "11059fcc-5514-4800-b5f8-49808b9cfab6"


def test_the_identity_that_reads_most_is_taken_and_an_apps_before_a_users():
    plan = blueprint(
        shop(
            account("stshop", CLOSED),
            role("stshop", on=ORDERS, to=APP),
            role("stshop", to=OTHER_APP),
            role("stshop", principal_id=USER, principal_type="User"),
        )
    )
    (found,) = plan.accounts
    assert victim(plan, found)[0] == OTHER_APP
    assert readable(found, APP) == ("orders",)
    assert readable(found, USER) == ("customers", "orders")


def test_an_app_that_the_internet_reaches_is_taken_before_one_that_reads_more():
    hidden = "azurerm_linux_function_app.worker"
    worker = resource(
        hidden, identity=[{"type": "SystemAssigned"}], public_network_access_enabled=False
    )
    both = (role("stshop", on=ORDERS, to=APP), role("stshop", to=hidden))
    plan = blueprint(shop(account("stshop", CLOSED), worker, *both))
    assert victim(plan, plan.accounts[0])[0] == APP
    alone = blueprint(shop(account("stshop", CLOSED), worker, both[1]))
    assert victim(alone, alone.accounts[0])[0] == hidden


def test_where_no_identity_reads_anything_one_without_a_role_is_tried():
    nobody = blueprint(shop(account("stshop", CLOSED)))
    principal, app = victim(nobody, nobody.accounts[0])
    assert readable(nobody.accounts[0], principal) == ()
    assert app is not None


def test_the_catalogue_is_complete_and_described():
    assert set(ATTACKS) == {"public-container", "stolen-token"}
    for name, attack in ATTACKS.items():
        assert attack.id == name
        assert attack.techniques
        assert all(t.startswith("T1") for t in attack.techniques)
        assert attack.story.endswith(".")
        assert attack.needs
        assert attack.leaves
        assert all(effect.contains for effect in attack.stopped_by)


def test_undo_lets_go_of_the_connections(twin, now):
    intruder = carry_out(PUBLIC_CONTAINER, twin, "stopen", now)
    PUBLIC_CONTAINER.undo(intruder)
