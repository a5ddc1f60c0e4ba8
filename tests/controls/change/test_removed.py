"""Guards and stores that go, and what is no removal of one."""

from dataclasses import replace

import pytest

from simulator.controls.change.guards import GUARDS
from simulator.controls.change.judge import taken_away
from simulator.controls.change.removed import KEPT_IN
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.hcl import read_hcl
from simulator.estate.model import LIVE, Estate, Fate, Gap, Removal, Resource
from simulator.estate.plan import read_plan
from tests.controls.build import ESTATES, SOMETHING, estate, id_of, resource, wrong

ACCOUNT = resource("azurerm_storage_account.a", name="stcustomers")
WORKSPACE = resource("azurerm_log_analytics_workspace.w", name="w")


def setting(name: str = "d", target: str = ACCOUNT.address, **values: object) -> Resource:
    usual = {
        "name": name,
        "target_resource_id": id_of(target, suffix="/blobServices/default"),
        "log_analytics_workspace_id": id_of(WORKSPACE.address, suffix=""),
        "enabled_log": [{"category_group": "audit"}],
    }
    return resource(f"azurerm_monitor_diagnostic_setting.{name}", **usual | values)


def change(before: list[Resource], after: list[Resource]):
    return taken_away(estate(*before), estate(*after))


@pytest.mark.parametrize("kind", sorted(GUARDS))
def test_every_guard_that_is_deleted_is_told(kind):
    guard = resource(f"{kind}.g", name="g", query="Heartbeat", criteria=[{"operation": "x"}])
    result = change([guard], [])
    assert wrong(result) == {(guard.address, "resource")}
    assert result.findings[0].severity is GUARDS[kind].severity
    assert change([guard], [guard]).outcome is Outcome.PASSED


@pytest.mark.parametrize("kind", sorted(KEPT_IN))
def test_every_store_that_is_deleted_is_told(kind):
    store = resource(f"{kind}.s", name="sshop")
    assert wrong(change([store], [])) == {(store.address, "resource")}


def test_a_store_that_surely_holds_personal_information_is_worse():
    (sure,) = change([ACCOUNT], []).findings
    (unmarked,) = change([resource("azurerm_storage_account.b", name="stb")], []).findings
    assert (sure.severity, unmarked.severity) == (Severity.CRITICAL, Severity.HIGH)


def test_what_guarded_a_store_that_is_gone_is_not_told_beside_it():
    container = resource(
        "azurerm_storage_container.c", name="c", storage_account_id=id_of(ACCOUNT.address)
    )
    result = change([ACCOUNT, WORKSPACE, setting(), container], [WORKSPACE])
    assert wrong(result) == {(ACCOUNT.address, "resource")}


@pytest.mark.parametrize("name", ["name", "location", "resource_group_name"])
def test_a_store_that_is_made_anew_under_its_address_is_replaced(name):
    before, after = (
        resource(ACCOUNT.address, **{"name": "sta", name: value}) for value in ("sta1", "sta2")
    )
    (found,) = change([before], [after]).findings
    assert (found.attribute, found.unknown) == ("resource", False)
    assert f'another one, with {name} "sta2"; before the change: "sta1"' in found.actual


def test_a_store_whose_name_nobody_knows_is_not_said_to_be_another():
    before = resource(ACCOUNT.address, name=SOMETHING)
    assert change([before], [resource(ACCOUNT.address, name="sta")]).findings == ()


@pytest.mark.parametrize("fate", [Fate.REPLACED, Fate.LEFTOVER])
def test_a_store_that_the_plan_replaces_is_told(fate):
    after = replace(estate(ACCOUNT, reader="plan"), removals=(Removal(ACCOUNT, fate),))
    (found,) = taken_away(estate(ACCOUNT, reader="plan"), after).findings
    assert "this plan deletes" in found.actual


def test_what_a_plan_deletes_counts_though_the_base_no_longer_has_it():
    plan = replace(estate(WORKSPACE, reader="plan"), removals=(Removal(setting(), Fate.DELETED),))
    assert wrong(taken_away(estate(WORKSPACE), plan)) == {(setting().address, "resource")}


def test_a_resource_that_was_renamed_or_moved_in_terraform_is_no_removal():
    lock = resource("azurerm_management_lock.l", name="keep", scope=id_of(ACCOUNT.address))
    account = replace(ACCOUNT, address="module.data.azurerm_storage_account.customers")
    after = [
        account,
        WORKSPACE,
        replace(
            setting("d", account.address), address="azurerm_monitor_diagnostic_setting.renamed"
        ),
        resource(
            "module.data.azurerm_management_lock.l", name="keep", scope=id_of(account.address)
        ),
    ]
    assert change([ACCOUNT, WORKSPACE, setting(), lock], after).findings == ()


def test_a_resource_that_is_moved_and_weakened_is_told_at_its_new_place():
    old = resource("azurerm_key_vault.v", name="kv", purge_protection_enabled=True)
    new = resource("module.m.azurerm_key_vault.v", name="KV", purge_protection_enabled=False)
    assert wrong(change([old], [new])) == {(new.address, "purge_protection_enabled")}


def test_a_name_that_is_not_known_is_matched_by_its_own_name_in_terraform():
    old = resource("azurerm_key_vault.v", name=SOMETHING)
    moved = replace(old, address="module.m.azurerm_key_vault.v")
    assert change([old], [moved]).findings == ()
    other = resource("azurerm_key_vault.other", name=SOMETHING)
    assert wrong(change([old], [other])) == {(old.address, "resource")}


def test_of_two_that_may_be_it_neither_is():
    old = resource("azurerm_key_vault.v", name=SOMETHING)
    two = [replace(old, address=f"module.{m}.azurerm_key_vault.v") for m in "ab"]
    assert wrong(change([old], two)) == {(old.address, "resource")}


def test_of_two_that_may_have_become_it_neither_has():
    new = resource("azurerm_key_vault.v", name=SOMETHING)
    two = [replace(new, address=f"module.{m}.azurerm_key_vault.v") for m in "ab"]
    assert wrong(change(two, [new])) == {(one.address, "resource") for one in two}


def test_one_of_the_same_name_elsewhere_is_another():
    def container(address: str, account: str) -> Resource:
        return resource(address, name="orders", storage_account_id=f"/storageAccounts/{account}")

    old = container("azurerm_storage_container.old", "a")
    result = change([old], [container("azurerm_storage_container.new", "b")])
    assert wrong(result) == {(old.address, "resource")}
    moved = container("azurerm_storage_container.new", "a")
    assert change([old], [moved]).findings == ()


def test_another_guard_of_the_same_thing_takes_its_place():
    both = [ACCOUNT, WORKSPACE]
    assert change([*both, setting("a")], [*both, setting("b")]).findings == ()
    assert change([*both, setting("a"), setting("b")], [*both, setting("b")]).findings == ()


@pytest.mark.parametrize(
    "weaker",
    [
        {"enabled_log": [{"category": "StorageDelete"}]},
        {"target_resource_id": id_of(ACCOUNT.address, suffix="/queueServices/default")},
        {"log_analytics_workspace_id": id_of("azurerm_log_analytics_workspace.other", suffix="")},
        {"target_resource_id": SOMETHING},
    ],
)
def test_a_guard_that_does_less_does_not(weaker):
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    both = [ACCOUNT, WORKSPACE, other]
    result = change([*both, setting("a")], [*both, setting("b", **weaker)])
    assert wrong(result) == {(setting("a").address, "resource")}


def test_a_rule_with_the_same_query_takes_the_place_of_a_rule():
    def rule(kind: str, query: str) -> Resource:
        workspace = id_of(WORKSPACE.address, suffix="")
        return resource(
            f"azurerm_sentinel_alert_rule_{kind}.r",
            name=kind,
            query=query,
            log_analytics_workspace_id=workspace,
        )

    reads, writes = "StorageBlobLogs | where x", "StorageBlobLogs | where y"
    assert (
        change([WORKSPACE, rule("scheduled", reads)], [WORKSPACE, rule("nrt", reads)]).findings
        == ()
    )
    result = change([WORKSPACE, rule("scheduled", reads)], [WORKSPACE, rule("nrt", writes)])
    assert wrong(result) == {("azurerm_sentinel_alert_rule_scheduled.r", "resource")}


def test_a_lock_from_further_up_takes_the_place_of_a_lock():
    group = resource("azurerm_resource_group.g", name="rg")
    account = resource(
        ACCOUNT.address, name="sta", resource_group_name=id_of(group.address, "name")
    )
    near = resource("azurerm_management_lock.near", name="near", scope=id_of(account.address))
    level = {"lock_level": "CanNotDelete"}
    far = resource("azurerm_management_lock.far", name="far", scope=id_of(group.address), **level)
    elsewhere = resource("azurerm_management_lock.far", name="far", scope=id_of("azurerm_x.y"))
    assert change([group, account, near], [group, account, far]).findings == ()
    assert wrong(change([group, account, near], [group, account, elsewhere])) == {
        (near.address, "resource")
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("target_resource_id", id_of("azurerm_storage_account.b", suffix="/blobServices/default")),
        ("log_analytics_workspace_id", id_of("azurerm_log_analytics_workspace.other", suffix="")),
        ("log_analytics_workspace_id", None),
    ],
)
def test_a_guard_that_guards_something_else_now(path, value):
    others = [
        resource("azurerm_storage_account.b", name="stb"),
        resource("azurerm_log_analytics_workspace.other", name="other"),
    ]
    there = [ACCOUNT, WORKSPACE, *others]
    away = setting("d", **{path: value})
    (found,) = change([*there, setting("d")], [*there, away]).findings
    assert (found.address, found.attribute) == (away.address, path)
    assert "; before the change: ${" in found.actual
    instead = change([*there, setting("d")], [*there, away, setting("e")])
    assert instead.findings == ()
    assert change([*there, away], [*there, setting("d")]).findings == () or value is not None


def test_a_step_of_a_playbook_that_answers_incidents():
    flow = resource("azurerm_logic_app_workflow.contain", name="contain")
    step = resource("azurerm_logic_app_action_custom.s", name="s", logic_app_id=id_of(flow.address))
    playbook = [{"logic_app_id": id_of(flow.address)}]
    rule = resource("azurerm_sentinel_automation_rule.r", name="r", action_playbook=playbook)
    assert wrong(change([ACCOUNT, flow, step, rule], [ACCOUNT, flow, rule])) == {
        (step.address, "resource")
    }
    assert change([ACCOUNT, flow, step], [ACCOUNT, flow]).findings == ()  # it answers nothing


def test_a_private_endpoint_for_another_service_does_not():
    def endpoint(name: str, service: str) -> Resource:
        leads = {
            "private_connection_resource_id": id_of(ACCOUNT.address, suffix=""),
            "subresource_names": [service],
        }
        return resource(
            f"azurerm_private_endpoint.{name}", name=name, private_service_connection=[leads]
        )

    blob = endpoint("a", "blob")
    assert change([ACCOUNT, blob], [ACCOUNT, endpoint("b", "blob")]).findings == ()
    assert wrong(change([ACCOUNT, blob], [ACCOUNT, endpoint("b", "file")])) == {
        (blob.address, "resource")
    }


def test_a_store_that_terraform_may_delete_again():
    kept = resource(ACCOUNT.address, name="sta", lifecycle=[{"prevent_destroy": True}])
    loose = resource(ACCOUNT.address, name="sta", lifecycle=[{"prevent_destroy": False}])
    bare = resource(ACCOUNT.address, name="sta")
    for after in (loose, bare):
        assert wrong(change([kept], [after])) == {(ACCOUNT.address, "lifecycle.prevent_destroy")}
    assert change([bare], [kept]).findings == change([kept], [kept]).findings == ()
    plan = estate(bare, reader="plan")  # it does not say
    assert taken_away(estate(kept), plan).findings == ()


def test_where_a_part_could_not_be_read_nothing_passes():
    gap = Gap("module.edge", "the module is not on this machine")
    for before, after in (((gap,), ()), ((), (gap,)), ((gap,), (gap,))):
        result = taken_away(estate(ACCOUNT, gaps=before), estate(ACCOUNT, gaps=after))
        assert result.outcome is Outcome.UNKNOWN
        assert wrong(result, unknown=True) == {("module.edge", "configuration")}


def test_what_may_be_in_the_part_that_could_not_be_read_is_not_said_to_be_gone():
    lock = resource("module.edge.azurerm_management_lock.l", name="l")
    gap = Gap("module.edge", "the module is not on this machine")
    result = taken_away(estate(ACCOUNT, lock), estate(ACCOUNT, gaps=(gap,)))
    assert result.outcome is Outcome.UNKNOWN
    assert (lock.address, "resource") in wrong(result, unknown=True)


def test_a_part_that_no_protection_can_be_in_does_not_matter():
    gap = Gap("azurerm_resource_group.g", "count is not known")
    result = taken_away(estate(ACCOUNT), estate(ACCOUNT, gaps=(gap,)))
    assert result.outcome is Outcome.PASSED


def test_without_a_protection_before_there_is_nothing_to_take_away():
    group = resource("azurerm_resource_group.g", name="g")
    assert change([group], []).outcome is Outcome.NOT_APPLICABLE


def test_what_azure_does_not_tell_of_is_not_said_to_be_lost():
    before = resource("azurerm_key_vault.v", name="kv", purge_protection_enabled=True)
    live = Estate((_live(before),), "azure", LIVE)
    assert taken_away(estate(before), live).findings == ()


def _live(one: Resource) -> Resource:
    bare = resource(one.address, name="kv")
    return replace(bare, address="/subscriptions/s/providers/Microsoft.KeyVault/vaults/kv")


PAIRS = sorted(
    plan.parent for plan in ESTATES.glob("*/*/plan.json") if any(plan.parent.glob("*.tf"))
)


@pytest.mark.parametrize("directory", PAIRS, ids=lambda d: f"{d.parent.name}-{d.name}")
def test_an_estate_that_does_not_change_loses_nothing_whoever_reads_it(directory):
    written, planned = read_hcl(directory), read_plan(directory / "plan.json")
    for before in (written, planned):
        assert taken_away(before, before).outcome is not Outcome.FAILED
    for before, after in ((written, planned), (planned, written)):
        assert wrong(taken_away(before, after)) == set()
