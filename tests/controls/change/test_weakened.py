"""Arguments that protect: each in the table, lowered and raised."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.change.judge import taken_away
from simulator.controls.change.protection import Members, Protection
from simulator.controls.change.table import PROTECTIONS
from simulator.controls.change.weaker import (
    DAYS,
    LESS,
    MORE,
    OFF,
    ON,
    QUOTA,
    SET,
    SOONER,
    Direction,
    ranked,
)
from simulator.controls.verdict import Outcome
from simulator.estate.model import Block, Known, Omitted, Resource
from tests.controls.build import ORIGIN, SOMETHING, estate, id_of, node, resource, wrong

STRONG_AND_WEAK = {
    ON: (True, False),
    OFF: (False, True),
    MORE: (30, 7),
    DAYS: (0, 365),
    QUOTA: (-1, 5),
    LESS: (0, 10),
    SOONER: ("PT5M", "P1D"),
    SET: ("https://kv.example/keys/k", ""),
    Members.KEEPS: (["a", "b"], ["b"]),
    Members.NO_MORE: (["a"], ["a", "b"]),
    Members.FILTER: (["a"], []),
}
EVERY = [
    pytest.param(kind, protection, id=f"{kind}.{protection.path}")
    for kind, protections in PROTECTIONS.items()
    for protection in protections
]


def ends(protection: Protection) -> tuple[object, object]:
    if isinstance(protection.weaker, Direction) and protection.weaker.scale:
        scale = protection.weaker.scale
        return scale[-1], scale[-2]
    return STRONG_AND_WEAK[protection.weaker]


def one(kind: str, protection: Protection, value: object) -> Resource:
    """A resource with this value at the protection's path, in a block if the path has one."""
    body: dict[str, object] = {"name": node("x")}
    for path, inner in ((protection.path, value), protection.only or ("", None)):
        *blocks, argument = path.split(".")
        place = body
        for name in blocks:
            place = place.setdefault(name, {})
        if argument:
            place[argument] = node(inner)
    return replace(resource(f"{kind}.x"), body=as_block(body))


def as_block(values: dict[str, object]) -> Block:
    return Block(
        {k: (as_block(v),) if isinstance(v, dict) else v for k, v in values.items()}, ORIGIN
    )


def change(before: Resource, after: Resource):
    return taken_away(estate(before), estate(after))


@pytest.mark.parametrize(("kind", "protection"), EVERY)
def test_every_protection_fails_when_it_is_lowered_and_not_when_it_is_raised(kind, protection):
    strong, weak = (one(kind, protection, value) for value in ends(protection))
    lowered = change(strong, weak)
    assert lowered.outcome is Outcome.FAILED
    assert wrong(lowered) == {(f"{kind}.x", protection.path)}
    assert "before the change" in lowered.findings[0].expected
    raised = change(weak, strong)
    assert wrong(raised) == set()
    assert change(strong, strong).outcome is Outcome.PASSED


@pytest.mark.parametrize(("kind", "protection"), EVERY)
def test_every_protection_is_unknown_when_nobody_can_tell_what_it_is_now(kind, protection):
    strong = one(kind, protection, ends(protection)[0])
    lost = change(strong, one(kind, protection, SOMETHING))
    assert lost.outcome is Outcome.UNKNOWN
    assert wrong(lost, unknown=True) == {(f"{kind}.x", protection.path)}


def test_no_argument_is_in_the_table_twice():
    for kind, protections in PROTECTIONS.items():
        paths = [protection.path for protection in protections]
        assert len(set(paths)) == len(paths), kind


def account(**values: object) -> Resource:
    return resource("azurerm_storage_account.a", name="sta", **values)


def test_a_finding_says_what_was_what_is_and_how_to_restore_it():
    before = resource("azurerm_log_analytics_workspace.w", name="w", retention_in_days=365)
    after = resource("azurerm_log_analytics_workspace.w", name="w", retention_in_days=120)
    (found,) = change(before, after).findings
    assert found.actual == "120; before the change: 365"
    assert found.expected == "365 or more, as before the change"
    assert found.remedy == "retention_in_days = 365"
    assert str(found.origin) == "main.tf:1"


def test_a_default_that_is_weaker_counts_and_is_named():
    before = account(allow_nested_items_to_be_public=False)
    after = account(allow_nested_items_to_be_public=Omitted(True, "azurerm 4.x default"))
    (found,) = change(before, after).findings
    assert found.actual == "not set (azurerm 4.x default: true); before the change: false"
    assert found.default == "azurerm 4.x default"


def test_a_default_written_out_is_no_change():
    before = account(min_tls_version=Omitted("TLS1_2", "azurerm 4.x default"))
    assert change(before, account(min_tls_version="TLS1_2")).outcome is Outcome.PASSED


def test_a_block_that_is_gone_protects_nothing():
    before = account(blob_properties=[{"versioning_enabled": True}])
    assert wrong(change(before, account())) == {
        ("azurerm_storage_account.a", "blob_properties.versioning_enabled")
    }


def test_a_block_that_becomes_a_resource_of_its_own_still_protects():
    inside = account(network_rules=[{"default_action": "Deny", "ip_rules": ["203.0.113.7"]}])
    apart = resource(
        "azurerm_storage_account_network_rules.a",
        storage_account_id=id_of("azurerm_storage_account.a"),
        default_action="Deny",
        ip_rules=["203.0.113.7"],
    )
    both = estate(account(), apart)
    assert taken_away(estate(inside), both).outcome is Outcome.PASSED
    assert taken_away(both, estate(inside)).outcome is Outcome.PASSED
    assert wrong(taken_away(both, estate(account()))) == {
        ("azurerm_storage_account.a", "network_rules.default_action")
    }
    open_ = resource(
        "azurerm_storage_account_network_rules.a",
        storage_account_id=id_of("azurerm_storage_account.a"),
        default_action="Allow",
        ip_rules=["203.0.113.7"],
    )
    weaker = taken_away(both, estate(account(), open_))
    assert wrong(weaker) == {("azurerm_storage_account_network_rules.a", "default_action")}


def test_what_was_not_known_before_is_not_said_to_be_lost():
    after = account(allow_nested_items_to_be_public=True)
    assert change(account(allow_nested_items_to_be_public=SOMETHING), after).findings == ()
    assert change(account(network_rules=SOMETHING), account()).findings == ()


def test_what_is_the_same_unknown_thing_is_no_change():
    secret = Known("hunter2-is-never-shown", sensitive=True)
    before = account(customer_managed_key=[{"key_vault_key_id": secret}])
    (found,) = change(before, account()).findings
    assert "(sensitive value)" in found.actual
    assert "hunter2" not in repr(found)


def test_a_list_that_somebody_else_reads_may_have_the_same_ids_in_other_words():
    def alert(scope: object) -> Resource:
        return resource("azurerm_monitor_metric_alert.a", name="a", scopes=scope)

    before, after = estate(alert(["/subscriptions/a"])), estate(alert(["/subscriptions/b"]))
    assert taken_away(before, after).outcome is Outcome.FAILED
    assert taken_away(before, replace(after, reader="plan")).outcome is Outcome.UNKNOWN


def test_who_is_let_in_where_everybody_was_is_no_loss():
    rules = {"default_action": "Deny", "ip_rules": ["203.0.113.7"], "bypass": ["AzureServices"]}
    assert change(account(), account(network_rules=[rules])).findings == ()
    opened = {**rules, "ip_rules": ["203.0.113.0/24"]}
    assert wrong(change(account(network_rules=[rules]), account(network_rules=[opened]))) == {
        ("azurerm_storage_account.a", "network_rules.ip_rules")
    }


def test_a_firewall_without_an_address_lets_everybody_in():
    def account(*addresses: str) -> Resource:
        return resource("azurerm_cosmosdb_account.c", name="c", ip_range_filter=[*addresses])

    assert change(account(), account("203.0.113.7")).findings == ()
    (found,) = change(account("203.0.113.7"), account()).findings
    assert "lets everybody in" in found.actual


@pytest.mark.parametrize("secret", ["hunter2-is-never-shown", "abc"])
def test_members_that_are_sensitive_are_never_named(secret):
    def group(*names: object) -> Resource:
        receivers = [{"name": "n", "email_address": name} for name in names]
        return resource("azurerm_monitor_action_group.g", name="g", email_receiver=receivers)

    hidden = Known(secret, sensitive=True)
    for before, after in (
        (group(hidden), group()),
        (group("x@shop.example", hidden), group()),
        (group("x@shop.example"), group(hidden)),
    ):
        assert secret not in repr(change(before, after).findings)


def test_what_is_sensitive_elsewhere_is_not_told_here_either():
    secret = "hunter2-is-never-shown"
    told = resource("azurerm_key_vault_secret.s", value=Known(secret, sensitive=True))
    before = account(allowed_copy_scope=secret)
    for two in (
        (estate(before, told), estate(account(), told)),
        (estate(before, told), estate(account())),
        (estate(before), estate(account(), told)),
    ):
        (found,) = [f for f in taken_away(*two).findings if f.attribute == "allowed_copy_scope"]
        assert secret not in repr(found)
        assert "(sensitive value)" in found.actual


def test_a_list_that_may_have_gained_something_is_unknown():
    def policy(disabled: object) -> Resource:
        return resource("azurerm_mssql_server_security_alert_policy.p", disabled_alerts=disabled)

    for before in ([], ["Data_Exfiltration"]):
        result = change(policy(before), policy(SOMETHING))
        assert result.outcome is Outcome.UNKNOWN
        assert result.findings[0].actual.startswith("may have gained what is not known")
    assert change(policy(SOMETHING), policy(["Data_Exfiltration"])).findings == ()


def test_what_comes_from_elsewhere_is_not_known_to_be_weaker():
    before = resource("azurerm_log_analytics_workspace.w", name="w", retention_in_days=365)
    days = id_of("azurerm_other.o", "days")
    after = resource("azurerm_log_analytics_workspace.w", name="w", retention_in_days=days)
    assert change(before, after).outcome is Outcome.UNKNOWN
    key = [{"key_vault_key_id": id_of("azurerm_key_vault_key.k")}]
    two = account(customer_managed_key=key), account(customer_managed_key=key)
    assert change(*two).findings == ()


def test_members_are_named_and_what_they_refer_to_may_have_moved():
    def group(name: str) -> Resource:
        return resource(f"azurerm_monitor_action_group.{name}", name="leak")

    def alert(*groups: str) -> Resource:
        actions = [{"action_group_id": id_of(f"azurerm_monitor_action_group.{g}")} for g in groups]
        return resource("azurerm_monitor_activity_log_alert.a", name="a", action=actions)

    moved = taken_away(estate(group("old"), alert("old")), estate(group("new"), alert("new")))
    assert moved.findings == ()
    (found,) = taken_away(
        estate(group("old"), alert("old")), estate(group("old"), alert())
    ).findings
    assert found.actual == "lost azurerm_monitor_action_group.old, by this change"


LOGS = {
    "all": [{"category_group": "allLogs"}],
    "audit": [{"category_group": "audit"}],
    "each": [{"category": "StorageRead"}, {"category": "StorageWrite"}],
    "one": [{"category": "StorageRead"}],
    "none": [],
}


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("each", "one", "lost StorageWrite"),
        ("each", "audit", ""),
        ("each", "all", ""),
        ("audit", "all", ""),
        ("audit", "one", "lost audit"),
        ("all", "audit", "lost allLogs"),
        ("one", "none", "lost StorageRead"),
        ("none", "one", ""),
    ],
)
def test_logs_that_are_no_longer_sent(before, after, lost):
    def setting(logs: str) -> Resource:
        return resource(
            "azurerm_monitor_diagnostic_setting.d",
            name="d",
            target_resource_id=id_of("azurerm_storage_account.a"),
            enabled_log=LOGS[logs],
        )

    found = taken_away(estate(account(), setting(before)), estate(account(), setting(after)))
    assert [finding.actual.partition(",")[0] for finding in found.findings] == (
        [lost] if lost else []
    )


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_days_are_fewer_or_they_are_not(before, after):
    workspace = "azurerm_log_analytics_workspace.w"
    two = (resource(workspace, name="w", retention_in_days=days) for days in (before, after))
    assert bool(change(*two).findings) is (after < before)
    policy = "azurerm_mssql_server_extended_auditing_policy.p"
    two = (resource(policy, retention_in_days=days) for days in (before, after))
    shorter = after != 0 and (before == 0 or after < before)
    assert bool(change(*two).findings) is shorter


def words() -> Iterator[Direction]:
    yield from (
        p.weaker for ps in PROTECTIONS.values() for p in ps if isinstance(p.weaker, Direction)
    )


def test_a_word_that_is_not_known_is_no_protection():
    for direction in words():
        if direction.scale:
            assert direction.is_weaker(direction.scale[-1], "something else")
            assert not direction.protects("something else")
            assert not direction.is_weaker(direction.scale[-1], direction.scale[-1].upper())
    assert not ranked("a", "b").protects("a")


@pytest.mark.parametrize(
    ("before", "after", "later"),
    [
        ("PT5M", "PT1H", True),
        ("P1Y", "P2Y", True),
        ("P1Y", "P365D", False),
        ("P90D", "P3M", False),
        ("P90D", "P4M", True),
        ("P1D", "whenever", True),
        ("whenever", "P1D", False),
    ],
)
def test_a_duration_that_is_longer(before, after, later):
    assert (SOONER.protects(before) and SOONER.is_weaker(before, after)) is later
