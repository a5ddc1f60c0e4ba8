import pytest

from simulator.controls.control_plane.control import RESP_14
from simulator.controls.registry import assess as registered
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Block, Gap, Reference
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
from tests.estate.policy.declared import assignment, definition

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
W, E = "azurerm_log_analytics_workspace.w", "azurerm_storage_account.evidence"
GROUP = "azurerm_resource_group.sec"
SETTING = "azurerm_monitor_diagnostic_setting"
ACTIVITY, AUDIT = f"{SETTING}.activity", f"{SETTING}.audit"
ENTRA = "azurerm_monitor_aad_diagnostic_setting.entra"
LOCK = "azurerm_management_lock.keep"
POLICY = "azurerm_storage_container_immutability_policy.p"
RULE = "azurerm_log_analytics_data_export_rule.r"
SUBSCRIPTION = "data.azurerm_subscription.current"
NEEDED = ("Administrative", "Security", "Alert", "Policy")
ENTRA_NEEDED = (
    "AuditLogs",
    "SignInLogs",
    "NonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs",
)


def logs(*names):
    return [{"category": name} for name in names]


def made(address, **values):
    return normalise(resource(address, **values))


def activity(name="activity", **values):
    return made(
        f"{SETTING}.{name}",
        **{
            "target_resource_id": id_of(SUBSCRIPTION),
            "log_analytics_workspace_id": id_of(W),
            "storage_account_id": id_of(E),
            "enabled_log": logs(*NEEDED),
        }
        | values,
    )


def entra(**values):
    base = {"log_analytics_workspace_id": id_of(W), "enabled_log": logs(*ENTRA_NEEDED)}
    return made(ENTRA, **base | values)


def audit(**values):
    base = {"target_resource_id": id_of(W), "log_analytics_workspace_id": id_of(W)}
    return made(AUDIT, **base | {"enabled_log": logs("Audit")} | values)


def lock(**values):
    return made(LOCK, **{"scope": id_of(GROUP), "lock_level": "CanNotDelete"} | values)


WORM = [
    {
        "state": "Locked",
        "period_since_creation_in_days": 365,
        "allow_protected_append_writes": True,
    }
]


def evidence(**values):
    base = {"name": "stevidence", "resource_group_name": "rg-sec", "immutability_policy": WORM}
    return made(E, **base | {"tags": {"purpose": "evidence"}} | values)


def export(**values):
    base = {"workspace_resource_id": id_of(W), "destination_resource_id": id_of(E)}
    return made(
        RULE, **base | {"table_names": ["SigninLogs", "AuditLogs"], "enabled": True} | values
    )


GOOD = {
    "group": made(GROUP, name="rg-sec"),
    "w": made(W, name="w", resource_group_name="rg-sec"),
    "activity": activity(),
    "entra": entra(),
    "audit": audit(),
    "evidence": evidence(),
    "export": export(),
    "lock": lock(),
}


def assess(*more, without=(), gaps=(), **changed):
    kept = [part for name, part in (GOOD | changed).items() if name not in without]
    return RESP_14.assess(with_azapi(estate(*kept, *more, gaps=gaps)))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_a_record_that_is_exported_copied_and_protected_passes(reader):
    verdict = RESP_14.assess(declared("RESP-14", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_everything_that_is_wrong_is_found_once(reader):
    verdict = RESP_14.assess(declared("RESP-14", "fail", reader))
    assert wrong(verdict) == {
        (ACTIVITY, "enabled_log"),
        ("azurerm_storage_container_immutability_policy.activity", "locked"),
        ("azurerm_management_group_subscription_association.returns", "diagnostic_setting"),
        (ENTRA, "log_analytics_workspace_id"),
        (E, "immutability_policy"),
        (E, "management_lock"),
        ("azurerm_log_analytics_workspace.sec", "diagnostic_setting"),
        ("azurerm_log_analytics_workspace.sec", "management_lock"),
    }
    places = [(f.address, f.attribute) for f in verdict.findings]
    assert len(places) == len(set(places))


@READERS
def test_a_network_alone_is_not_what_it_is_about(reader):
    verdict = RESP_14.assess(declared("RESP-14", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_the_small_estate_passes():
    assert assess().findings == ()


# --- the activity log ----------------------------------------------------------------------------


def test_without_a_setting_it_is_told_of_the_resource_group():
    verdict = assess(without=("activity",))
    assert wrong(verdict) == {(GROUP, "diagnostic_setting")}


@pytest.mark.parametrize("category", NEEDED)
def test_each_category_counts(category):
    rest = logs(*(name for name in NEEDED if name != category))
    verdict = assess(activity=activity(enabled_log=rest))
    assert wrong(verdict) == {(ACTIVITY, "enabled_log")}
    assert verdict.findings[0].actual.endswith(f"without {category}")


def test_two_settings_of_one_subscription_are_put_together():
    one = activity(enabled_log=logs("Administrative", "Security"))
    other = activity("other", enabled_log=logs("Alert", "Policy"))
    assert assess(other, activity=one).findings == ()


def test_the_group_of_all_logs_is_every_category():
    every = [{"category_group": "allLogs"}]
    assert assess(activity=activity(enabled_log=every)).findings == ()
    some = [{"category_group": "audit"}]
    assert wrong(assess(activity=activity(enabled_log=some)), unknown=True) == {
        (ACTIVITY, "enabled_log")
    }


def test_categories_that_cannot_be_read_are_unknown():
    verdict = assess(activity=activity(enabled_log=SOMETHING))
    assert wrong(verdict, unknown=True) == {(ACTIVITY, "enabled_log")}


def test_false_negative_storage_alone_is_watched_by_no_rule():
    only = made(
        ACTIVITY,
        target_resource_id=id_of(SUBSCRIPTION),
        storage_account_id=id_of(E),
        enabled_log=logs(*NEEDED),
    )
    assert wrong(assess(activity=only)) == {(ACTIVITY, "log_analytics_workspace_id")}


def test_false_negative_a_resource_group_is_no_subscription():
    verdict = assess(activity=activity(target_resource_id=id_of(GROUP)))
    assert (GROUP, "diagnostic_setting") in wrong(verdict) | wrong(verdict, unknown=True)
    assert verdict.outcome is not Outcome.PASSED


@pytest.mark.parametrize("target", ["/subscriptions/0", Reference(SUBSCRIPTION)])
def test_a_subscription_may_be_written_in_any_way(target):
    assert assess(activity=activity(target_resource_id=target)).findings == ()


MADE = "azurerm_subscription.returns"


def test_false_negative_only_one_of_several_subscriptions():
    other = made(MADE, subscription_name="returns")
    assert wrong(assess(other)) == {(MADE, "diagnostic_setting")}
    on_it = activity(
        "other",
        target_resource_id=Reference(
            MADE, "subscription_id", "/subscriptions/${" + MADE + ".subscription_id}"
        ),
    )
    assert assess(other, on_it).findings == ()
    assert wrong(assess(other, on_it, without=("activity",))) == {(GROUP, "diagnostic_setting")}


def test_a_subscription_whose_id_cannot_be_told_is_unknown():
    association = "azurerm_management_group_subscription_association.a"
    verdict = assess(made(association, subscription_id=SOMETHING))
    assert wrong(verdict, unknown=True) == {(association, "diagnostic_setting")}


def test_a_setting_on_some_subscription_may_be_that_of_any():
    somewhere = activity(
        "some",
        target_resource_id=Reference(
            "data.azurerm_subscriptions.all",
            "subscriptions",
            "/subscriptions/${data.azurerm_subscriptions.all.subscriptions[0].subscription_id}",
        ),
    )
    verdict = assess(made(MADE, subscription_name="returns"), somewhere)
    assert wrong(verdict, unknown=True) == {(MADE, "diagnostic_setting")}


def test_false_positive_a_policy_may_make_the_setting():
    policy = made(
        "azurerm_management_group_policy_assignment.activity",
        policy_definition_id="/providers/Microsoft.Authorization/policyDefinitions/"
        "2465583e-4e78-4c15-b6be-a36cbc7c8b0f",
        location="westus2",
        identity=[{"type": "SystemAssigned"}],
    )
    verdict = assess(policy, without=("activity",))
    assert wrong(verdict, unknown=True) == {(GROUP, "diagnostic_setting")}
    assert policy.address in verdict.findings[0].actual
    idle = made(policy.address, **{**policy.body.values, "enforce": False})
    assert wrong(assess(idle, without=("activity",))) == {(GROUP, "diagnostic_setting")}


# --- its copy ------------------------------------------------------------------------------------


def to_workspace_alone():
    return made(
        ACTIVITY,
        target_resource_id=id_of(SUBSCRIPTION),
        log_analytics_workspace_id=id_of(W),
        enabled_log=logs(*NEEDED),
    )


def test_the_activity_log_may_be_copied_by_the_export():
    tables = ["SigninLogs", "AuditLogs", "AzureActivity"]
    verdict = assess(activity=to_workspace_alone(), export=export(table_names=tables))
    assert verdict.findings == ()
    assert wrong(assess(activity=to_workspace_alone())) == {(RULE, "table_names")}


def test_a_copy_that_anybody_may_change_is_none():
    verdict = assess(evidence=evidence(immutability_policy=[WORM[0] | {"state": "Unlocked"}]))
    assert wrong(verdict) == {(E, "immutability_policy.state")}


def test_a_copy_outside_cannot_be_judged():
    verdict = assess(activity=activity(storage_account_id="/subscriptions/0/x"))
    assert wrong(verdict, unknown=True) == {(ACTIVITY, "storage_account_id")}


def test_an_account_that_is_only_read_is_unknown_and_no_lock_is_asked_of_it():
    read = made("data.azurerm_storage_account.central", name="stcentral")
    verdict = assess(read, activity=activity(storage_account_id=id_of(read.address)))
    assert wrong(verdict, unknown=True) == {(ACTIVITY, "storage_account_id")}
    assert not wrong(verdict)
    verdict = assess(read, export=export(destination_resource_id=id_of(read.address)))
    assert not wrong(verdict)
    assert wrong(verdict, unknown=True) == {(RULE, "destination_resource_id")}


def test_a_workspace_outside_that_may_be_exported_is_unknown():
    central = "/subscriptions/0/resourceGroups/g/providers/x/workspaces/central"
    alone = made(
        ACTIVITY,
        target_resource_id=id_of(SUBSCRIPTION),
        log_analytics_workspace_id=central,
        enabled_log=logs(*NEEDED),
    )
    verdict = assess(activity=alone)
    assert wrong(verdict, unknown=True) == {(ACTIVITY, "storage_account_id")}


# --- Entra ---------------------------------------------------------------------------------------


def test_without_the_entra_logs_nobody_knows_who_signed_in():
    assert wrong(assess(without=("entra",))) == {(GROUP, "aad_diagnostic_setting")}


@pytest.mark.parametrize("category", ENTRA_NEEDED)
def test_each_entra_category_counts(category):
    rest = logs(*(name for name in ENTRA_NEEDED if name != category))
    assert wrong(assess(entra=entra(enabled_log=rest))) == {(ENTRA, "enabled_log")}


def test_the_log_blocks_of_version_3_are_read():
    old = normalise(
        resource(
            ENTRA,
            provider=azurerm(3),
            log_analytics_workspace_id=id_of(W),
            log=[{"category": name, "enabled": True} for name in ENTRA_NEEDED],
        )
    )
    assert assess(entra=old).findings == ()
    off = normalise(
        resource(
            ENTRA,
            provider=azurerm(3),
            log_analytics_workspace_id=id_of(W),
            log=[{"category": name, "enabled": name != "SignInLogs"} for name in ENTRA_NEEDED],
        )
    )
    assert wrong(assess(entra=off)) == {(ENTRA, "enabled_log")}


def test_entra_logs_may_go_straight_to_storage_as_well():
    verdict = assess(entra=entra(storage_account_id=id_of(E)), without=("export",))
    assert verdict.findings == ()
    assert wrong(assess(without=("export",))) == {(W, "data_export_rule")}


# --- protection ----------------------------------------------------------------------------------


def test_without_a_lock_the_evidence_goes_in_one_call():
    assert wrong(assess(without=("lock",))) == {(W, "management_lock"), (E, "management_lock")}


def test_a_lock_on_one_of_them_does_not_hold_the_other():
    assert wrong(assess(lock=lock(scope=id_of(W)))) == {(E, "management_lock")}


def test_false_negative_a_lock_on_a_group_that_does_not_hold_the_account():
    other = evidence(resource_group_name="rg-other")
    assert wrong(assess(evidence=other)) == {(E, "management_lock")}


@pytest.mark.parametrize("scope", [id_of(SUBSCRIPTION), "/subscriptions/0"])
def test_a_lock_is_inherited_downward(scope):
    assert assess(lock=lock(scope=scope)).findings == ()


def test_a_read_only_lock_keeps_from_deleting_too():
    assert assess(lock=lock(lock_level="ReadOnly")).findings == ()


@pytest.mark.parametrize("attribute", ["scope", "lock_level"])
def test_a_lock_that_cannot_be_read_is_unknown(attribute):
    verdict = assess(lock=lock(**{attribute: SOMETHING}))
    assert wrong(verdict, unknown=True) == {(W, "management_lock"), (E, "management_lock")}
    assert LOCK in verdict.findings[0].actual


def denying(details=None, condition=None, **values):
    types = ["Microsoft.OperationalInsights/workspaces", "Microsoft.Storage/storageAccounts"]
    kept = definition(
        condition or {"field": "type", "in": types},
        effect="denyAction",
        details=details or {"actionNames": ["delete"]},
    )
    return kept, assignment(id_of("azurerm_policy_definition.d"), **values)


def test_false_positive_a_policy_that_denies_deletion_is_as_good_as_a_lock():
    assert assess(*denying(), without=("lock",)).findings == ()
    both = {(W, "management_lock"), (E, "management_lock")}
    for idle in (
        denying(enforce=False),
        denying(not_scopes=["/subscriptions/0/resourceGroups/rg-sec"]),
        denying(details={"actionNames": ["read"]}),
        denying(condition={"field": "type", "equals": "Microsoft.KeyVault/vaults"}),
        denying(level="resource_group", scope="/subscriptions/0/resourceGroups/rg-other"),
    ):
        assert wrong(assess(*idle, without=("lock",))) == both
    only = {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}
    assert wrong(assess(*denying(condition=only), without=("lock",))) == {(W, "management_lock")}
    unread = assess(*denying(enforce=SOMETHING), without=("lock",))
    assert wrong(unread, unknown=True) == both
    assert "azurerm_subscription_policy_assignment.a" in unread.findings[0].actual


@pytest.mark.parametrize("text", ["temporary, for the migration", "TMP", "remove after go-live"])
def test_false_negative_a_lock_that_says_it_will_not_stay_is_noted(text):
    verdict = assess(lock=lock(notes=text))
    assert verdict.findings == ()
    assert verdict.notes == (f"{LOCK} says of itself that it will not stay: {text}",)
    assert assess(lock=lock(notes="Evidence of a breach; attempted deletion is told")).notes == ()


def test_who_searches_the_evidence_is_evidence():
    assert wrong(assess(without=("audit",))) == {(W, "diagnostic_setting")}
    assert wrong(assess(audit=audit(enabled_log=logs("SummaryLogs")))) == {
        (W, "diagnostic_setting")
    }
    assert assess(audit=audit(enabled_log=[{"category_group": "audit"}])).findings == ()
    to_storage = made(
        AUDIT,
        target_resource_id=id_of(W),
        storage_account_id=id_of(E),
        enabled_log=logs("Audit"),
    )
    assert wrong(assess(audit=to_storage)) == {(W, "diagnostic_setting")}


def test_a_setting_without_a_target_may_be_the_one():
    verdict = assess(audit=audit(target_resource_id=SOMETHING))
    assert wrong(verdict, unknown=True) == {(W, "diagnostic_setting")}


def test_what_is_missing_may_be_in_a_part_that_could_not_be_read():
    gap = Gap("module.central", "the module is not there")
    verdict = assess(without=("lock", "entra"), gaps=(gap,))
    assert not wrong(verdict)
    assert verdict.outcome is Outcome.UNKNOWN


# --- spellings -----------------------------------------------------------------------------------


def azapi(name, kind, parent, **properties):
    return resource(
        f"azapi_resource.{name}",
        type=f"{kind}@2021-05-01",
        name=name,
        parent_id=parent,
        body=Block({"properties": block(**properties)}),
    )


def azapi_lock(level="CanNotDelete"):
    return azapi("keep", "Microsoft.Authorization/locks", id_of(GROUP), level=level)


def azapi_setting():
    return azapi(
        "activity",
        "Microsoft.Insights/diagnosticSettings",
        id_of(SUBSCRIPTION),
        workspaceId=id_of(W),
        storageAccountId=id_of(E),
        logs=[{"category": name, "enabled": True} for name in NEEDED],
    )


def test_azapi_says_the_same():
    others = [part for name, part in GOOD.items() if name not in {"lock", "activity"}]
    assert RESP_14.assess(from_azapi(*others, azapi_lock(), azapi_setting())).findings == ()
    verdict = registered(RESP_14, from_azapi(*others, azapi_setting()))
    assert wrong(verdict) == {(W, "management_lock"), (E, "management_lock")}


HOSTILE = ('a"b', "<script>alert(1)</script>", "x\ny", "${evil}", "z" * 5000, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_not_crash(name):
    verdict = assess(
        w=made(W, name=name, resource_group_name=name),
        activity=activity(storage_account_id=name, enabled_log=logs(name)),
        entra=entra(log_analytics_workspace_id=name),
        lock=lock(scope=name, lock_level=name),
        export=export(destination_resource_id=name),
    )
    assert verdict.outcome is Outcome.FAILED
    assert all("\n" not in f.actual for f in verdict.findings)
