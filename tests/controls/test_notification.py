import json
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from simulator.controls.notification.control import resp_06
from simulator.controls.notification.operations import operations
from simulator.controls.registry import assess as registered
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Block, Gap, Known, Reference, effective
from simulator.estate.provider import normalise
from simulator.estate.reader import read_estate
from tests.controls.build import (
    ESTATES,
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
RESP_06 = resp_06(lambda: datetime(2027, 1, 1, tzinfo=UTC))
SHOP, GROUP = "azurerm_resource_group.shop", "azurerm_monitor_action_group.leak"
W, A = "azurerm_log_analytics_workspace.w", "azurerm_storage_account.a"
INCIDENT = "azurerm_monitor_scheduled_query_rules_alert_v2.incident"
EVERY = "azurerm_monitor_activity_log_alert.every"
SUBSCRIPTION = "data.azurerm_subscription.current"
PRIVACY = {"name": "privacy", "email_address": "privacy@shop.co"}
ON_CALL = {"name": "on-call", "country_code": "1", "phone_number": "4155550142"}
QUERY = "SecurityIncident | where Severity == 'High'"


def made(address, **values):
    return normalise(resource(address, **values))


def group(address=GROUP, **values):
    base = {"email_receiver": [PRIVACY], "sms_receiver": [ON_CALL]}
    return made(address, **{"name": "ag", "resource_group_name": "rg"} | base | values)


def incident(address=INCIDENT, query=QUERY, failing=None, counts=(), **values):
    criteria = {"query": query} | ({"failing_periods": [failing]} if failing else {})
    if counts:
        named = zip(("operator", "threshold", "time_aggregation_method"), counts, strict=False)
        criteria |= {"time_aggregation_method": "Count", **dict(named)}
    base = {
        "scopes": id_of(W),
        "severity": 0,
        "evaluation_frequency": "PT5M",
        "resource_group_name": "rg",
        "criteria": [criteria],
        "action": [{"action_groups": id_of(GROUP)}],
    }
    return made(address, **base | values)


def watch(address=EVERY, criteria=None, **values):
    """An alert on everything that is done to the subscription, unless told otherwise."""
    base = {
        "scopes": id_of(SUBSCRIPTION),
        "criteria": [{"category": "Administrative"} | (criteria or {})],
        "action": [{"action_group_id": id_of(GROUP)}],
    }
    return made(address, **base | values)


GOOD = {
    "shop": made(SHOP, name="rg"),
    "w": made(W, name="w", resource_group_name="rg"),
    "a": made(A, name="sta", resource_group_name="rg"),
    "group": group(),
    "incident": incident(),
    "watch": watch(),
}


def assess(*more, without=(), gaps=(), **changed):
    kept = [part for name, part in (GOOD | changed).items() if name not in without]
    return RESP_06.assess(with_azapi(estate(*kept, *more, gaps=gaps)))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_people_who_are_told_by_two_channels_pass(reader):
    verdict = RESP_06.assess(declared("RESP-06", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_everything_that_is_wrong_is_found_once(reader):
    verdict = RESP_06.assess(declared("RESP-06", "fail", reader))
    quiet = "azurerm_monitor_scheduled_query_rules_alert_v2.quiet"
    assert wrong(verdict) == {
        (INCIDENT, "evaluation_frequency"),
        (INCIDENT, "mute_actions_after_alert_duration"),
        (INCIDENT, "severity"),
        (quiet, "action"),
        (quiet, "criteria.query"),
        ("azurerm_monitor_alert_processing_rule_suppression.noise", "schedule.effective_until"),
        (GROUP, "enabled"),
        (GROUP, "email_receiver"),
        (GROUP, "email_receiver.email_address"),
        (SHOP, "notification"),
        (SHOP, "activity_log_alert"),
        ("azurerm_monitor_activity_log_alert.locks", "scopes"),
        ("azurerm_monitor_activity_log_alert.settings", "enabled"),
    }
    places = [(f.address, f.attribute) for f in verdict.findings]
    assert len(places) == len(set(places))


@READERS
def test_a_network_alone_is_not_what_it_is_about(reader):
    verdict = RESP_06.assess(declared("RESP-06", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_the_small_estate_passes():
    assert assess().findings == ()


# --- whom ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"sms_receiver": []},
        {"email_receiver": []},
        {"sms_receiver": [], "email_receiver": [PRIVACY, {"name": "b", "email_address": "b@s.co"}]},
        {"email_receiver": [], "sms_receiver": [ON_CALL], "voice_receiver": [ON_CALL]},
        {"email_receiver": [PRIVACY], "sms_receiver": [], "event_hub_receiver": [{"name": "h"}]},
    ],
)
def test_one_channel_or_one_person_is_too_little(changed):
    assert wrong(assess(group=group(**changed))) == {(GROUP, "email_receiver")}


@pytest.mark.parametrize(
    "receiver",
    [
        {"arm_role_receiver": [{"name": "owners", "role_id": "8e3af657"}]},
        {"webhook_receiver": [{"name": "pager", "service_uri": "https://events.pagerduty.com/x"}]},
        {"voice_receiver": [ON_CALL]},
        {"azure_app_push_receiver": [{"name": "app", "email_address": "lead@shop.co"}]},
        {"itsm_receiver": [{"name": "tickets", "connection_id": "x"}]},
    ],
)
def test_false_positive_every_kind_of_receiver_with_people_behind_it_is_a_channel(receiver):
    assert assess(group=group(sms_receiver=[], **receiver)).findings == ()


@pytest.mark.parametrize(
    "address", ["x@example.com", "X@Mail.Example.ORG", "y@contoso.com", "z@a.test", ""]
)
def test_false_negative_nobody_is_at_a_placeholder(address):
    nobody = [PRIVACY | {"email_address": address}]
    verdict = assess(group=group(email_receiver=nobody))
    assert (GROUP, "email_receiver.email_address") in wrong(verdict)
    assert (GROUP, "email_receiver") in wrong(verdict)


TOKEN = "q8Zr4TnXw2LkJ9vBs7Yd"


def test_false_negative_a_token_in_the_address_of_a_webhook_is_told_and_not_shown():
    def hook(uri):
        return assess(group=group(webhook_receiver=[{"name": "pd", "service_uri": uri}]))

    for uri in (
        f"https://events.pagerduty.com/x?token={TOKEN}",
        f"https://x.azurewebsites.net/api/f?a=b&code={TOKEN}",
        f"https://shop:{TOKEN}@hook.shop.co/leak",
    ):
        verdict = hook(uri)
        assert wrong(verdict) == {(GROUP, "webhook_receiver.service_uri")}
        assert TOKEN not in str(verdict.findings)
    assert hook("https://hook.shop.co/leak?team=privacy&token=").findings == ()
    assert hook("https://hook.shop.co/leak?token=${var.token_of_the_hook}").findings == ()
    assert hook(SOMETHING).findings == ()


def test_whether_privacy_is_told_does_not_always_show():
    plain = [{"name": "a", "email_address": "team@shop.co"}]
    verdict = assess(group=group(email_receiver=plain))
    assert wrong(verdict, unknown=True) == {(GROUP, "email_receiver")}
    named = [{"name": "General Counsel", "email_address": "team@shop.co"}]
    assert assess(group=group(email_receiver=named)).findings == ()


def test_an_address_that_is_not_known_is_somebody():
    unread = [{"name": "privacy", "email_address": SOMETHING}]
    assert assess(group=group(email_receiver=unread)).findings == ()


def test_receivers_that_cannot_be_read_are_unknown():
    verdict = assess(group=group(sms_receiver=SOMETHING))
    assert wrong(verdict, unknown=True) == {(GROUP, "email_receiver")}
    assert "sms_receiver cannot be read" in verdict.findings[0].actual


def test_false_negative_a_group_that_is_off_tells_nobody():
    verdict = assess(group=group(enabled=False))
    assert (GROUP, "enabled") in wrong(verdict)
    assert (SHOP, "notification") in wrong(verdict)
    assert (EVERY, "action") in wrong(verdict)
    assert wrong(assess(group=group(enabled=SOMETHING)), unknown=True) >= {(GROUP, "enabled")}


def test_a_group_for_other_things_may_be_small():
    other = group("azurerm_monitor_action_group.cpu", sms_receiver=[])
    assert assess(other).findings == ()


# --- by what -------------------------------------------------------------------------------------


def test_without_any_alert_nobody_is_told():
    verdict = assess(without=("incident",))
    assert wrong(verdict) == {(SHOP, "notification")}


def test_an_alert_without_an_action_is_legal_and_tells_nobody():
    verdict = assess(incident=incident(action=[]))
    assert wrong(verdict) == {(INCIDENT, "action"), (SHOP, "notification")}


def test_false_positive_a_processing_rule_may_add_the_group():
    adds = made(
        "azurerm_monitor_alert_processing_rule_action_group.tell",
        scopes=id_of(SHOP),
        add_action_group_ids=id_of(GROUP),
    )
    assert assess(adds, incident=incident(action=[])).findings == ()
    off = made(adds.address, enabled=False, scopes=id_of(SHOP), add_action_group_ids=id_of(GROUP))
    assert (INCIDENT, "action") in wrong(assess(off, incident=incident(action=[])))


def test_a_processing_rule_under_conditions_may_add_the_group():
    adds = made(
        "azurerm_monitor_alert_processing_rule_action_group.tell",
        scopes=id_of(SHOP),
        add_action_group_ids=id_of(GROUP),
        condition=[{"alert_rule_name": [{"operator": "Contains", "values": ["x"]}]}],
    )
    verdict = assess(adds, incident=incident(action=[]))
    assert (INCIDENT, "action") in wrong(verdict, unknown=True)


def test_a_processing_rule_acts_on_what_fires_not_on_where_the_alert_is_declared():
    elsewhere = made("azurerm_resource_group.alerts", name="rg-alerts")
    adds = made(
        "azurerm_monitor_alert_processing_rule_action_group.tell",
        scopes=id_of(elsewhere.address),
        add_action_group_ids=id_of(GROUP),
    )
    moved = incident(action=[], resource_group_name="rg-alerts")
    assert (INCIDENT, "action") in wrong(assess(elsewhere, adds, incident=moved))


def test_an_alert_on_incidents_has_to_be_right_though_another_is():
    other = incident(f"{INCIDENT}2")
    assert wrong(assess(other, incident=incident(severity=4))) == {(INCIDENT, "severity")}
    assert assess(other, incident=incident(severity=4, enabled=False)).findings == ()


def test_a_group_of_another_configuration_is_unknown():
    central = [
        "/subscriptions/0/resourceGroups/x/providers/Microsoft.Insights/actionGroups/central"
    ]
    alert = incident(action=[{"action_groups": central}])
    verdict = assess(incident=alert)
    assert (INCIDENT, "action") in wrong(verdict, unknown=True)
    read = made("data.azurerm_monitor_action_group.central", name="central")
    verdict = assess(read, incident=incident(action=[{"action_groups": id_of(read.address)}]))
    assert (INCIDENT, "action") in wrong(verdict, unknown=True)
    assert not any(address == read.address for address, _ in wrong(verdict))


@pytest.mark.parametrize(
    ("changed", "attribute"),
    [
        ({"evaluation_frequency": "P1D"}, "evaluation_frequency"),
        (
            {
                "evaluation_frequency": "PT15M",
                "failing": {"minimum_failing_periods_to_trigger_alert": 6},
            },
            "evaluation_frequency",
        ),
        ({"mute_actions_after_alert_duration": "P2D"}, "mute_actions_after_alert_duration"),
        ({"severity": 3}, "severity"),
        ({"query": "SecurityIncident | where false"}, "criteria.query"),
        ({"query": f"{QUERY} | take 5", "counts": ("GreaterThan", 5)}, "criteria.threshold"),
        ({"query": f"{QUERY} | count", "counts": ("GreaterThanOrEqual", 2)}, "criteria.threshold"),
        ({"query": f"{QUERY} | count", "counts": ("Equal", 2)}, "criteria.threshold"),
        ({"counts": ("LessThan", 0)}, "criteria.threshold"),
        ({"counts": ("LessThanOrEqual", -1)}, "criteria.threshold"),
    ],
)
def test_false_negative_an_alert_that_comes_too_late_or_never(changed, attribute):
    assert (INCIDENT, attribute) in wrong(assess(incident=incident(**changed)))


@pytest.mark.parametrize(
    "attribute",
    ["evaluation_frequency", "mute_actions_after_alert_duration", "severity", "enabled"],
)
def test_what_cannot_be_read_of_an_alert_is_unknown(attribute):
    verdict = assess(incident=incident(**{attribute: SOMETHING}))
    assert (INCIDENT, attribute) in wrong(verdict, unknown=True)
    assert not wrong(verdict)


def test_an_hour_and_a_quiet_day_are_in_time():
    slow = incident(
        evaluation_frequency="PT1H", mute_actions_after_alert_duration="P1D", severity=1
    )
    assert assess(incident=slow).findings == ()


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        (QUERY, ("GreaterThan", 0)),
        (f"{QUERY} | take 5", ("GreaterThan", 4)),
        (f"{QUERY} | count", ("GreaterThanOrEqual", 1)),
        (f"{QUERY} | count", ("Equal", 1)),
        (QUERY, ("LessThan", 1)),
        (QUERY, ("LessThanOrEqual", 0)),
        (f"{QUERY} | count", ("GreaterThan", 100, "Total")),
    ],
)
def test_a_threshold_that_some_number_of_rows_reaches_is_one(query, counts):
    assert assess(incident=incident(query=query, counts=counts)).findings == ()


def test_an_alert_about_something_else_is_not_judged():
    other = incident(f"{INCIDENT}2", "AppTraces | where SeverityLevel > 2", severity=4, action=[])
    assert assess(other).findings == ()
    assert (SHOP, "notification") in wrong(assess(other, without=("incident",)))


def test_an_alert_on_the_stores_own_logs_tells_too():
    store = incident(query="StorageBlobLogs | where AuthenticationType == 'Anonymous'")
    assert assess(incident=store).findings == ()
    verdict = assess(incident=store, group=group(sms_receiver=[]))
    assert wrong(verdict) == {(GROUP, "email_receiver")}
    audits = "AzureDiagnostics | where Category == 'SQLSecurityAuditEvents'"
    assert assess(incident=incident(query=audits)).findings == ()
    egress = made(
        "azurerm_monitor_metric_alert.egress",
        scopes=id_of(A),
        severity=1,
        frequency="PT5M",
        action=[{"action_group_id": id_of(GROUP)}],
    )
    assert assess(egress, without=("incident",)).findings == ()


def test_a_version_1_alert_counts_in_minutes():
    old = {
        "data_source_id": id_of(W),
        "query": QUERY,
        "severity": 0,
        "action": [{"action_group": id_of(GROUP)}],
    }
    address = "azurerm_monitor_scheduled_query_rules_alert.old"
    assert assess(made(address, frequency=5, **old), without=("incident",)).findings == ()
    late = made(address, frequency=1440, throttling=2880, **old)
    assert wrong(assess(late, without=("incident",))) >= {
        (address, "frequency"),
        (address, "throttling"),
    }
    told = {f.attribute: f.remedy for f in assess(late, without=("incident",)).findings}
    assert told["frequency"] == "frequency = 5"
    never = made(address, frequency=5, trigger=[{"operator": "LessThan", "threshold": 0}], **old)
    assert (address, "trigger.threshold") in wrong(assess(never, without=("incident",)))


# --- silence -------------------------------------------------------------------------------------

SILENCE = "azurerm_monitor_alert_processing_rule_suppression.s"


def silence(**values):
    return made(SILENCE, **{"scopes": id_of(SHOP)} | values)


def test_a_silence_without_an_end_undoes_it():
    assert (SILENCE, "schedule.effective_until") in wrong(assess(silence()))


@pytest.mark.parametrize(
    "values",
    [
        {"enabled": False},
        {"schedule": [{"effective_until": "2027-01-11T04:00:00"}]},
        {"scopes": "/subscriptions/0/resourceGroups/other"},
        {"condition": [{"severity": [{"operator": "NotEquals", "values": ["Sev0", "Sev1"]}]}]},
        {"condition": [{"severity": [{"operator": "Equals", "values": ["Sev3", "Sev4"]}]}]},
    ],
)
def test_a_silence_that_ends_or_leaves_leaks_out_does_not(values):
    values = {k: [v] if k == "scopes" else v for k, v in values.items()}
    assert assess(silence(**values)).findings == ()


def test_a_silence_under_conditions_that_are_not_read_is_unknown():
    names = [{"alert_rule_name": [{"operator": "Contains", "values": ["x"]}]}]
    verdict = assess(silence(condition=names))
    assert wrong(verdict, unknown=True) >= {(SILENCE, "schedule.effective_until")}


# --- playbooks and Defender ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def told_by_playbook():
    """The reference's own playbook, in an estate without alerts on incidents."""
    whole = read_estate(str(ESTATES.parents[1] / "terraform" / "reference"), reader="hcl")
    gone = {INCIDENT}
    return [one for one in whole.resources if one.address not in gone]


def test_false_positive_a_playbook_may_tell_them(told_by_playbook):
    verdict = RESP_06.assess(estate(*told_by_playbook))
    assert verdict.findings == ()
    assert any("contain_leak" in seen for seen in verdict.looked_at)


def test_a_playbook_that_tells_one_channel_alone_is_too_little(told_by_playbook):
    fewer = [one for one in told_by_playbook if not one.address.endswith(".notify_channel")]
    verdict = RESP_06.assess(estate(*fewer))
    assert {attribute for _, attribute in wrong(verdict)} == {"notification"}


def test_a_playbook_that_may_not_be_started_is_unknown(told_by_playbook):
    automation = "module.response.azurerm_sentinel_automation_rule.contain_leak"
    unclear = [
        replace(one, body=Block(MappingProxyType({**one.body.values, "condition_json": SOMETHING})))
        if one.address == automation
        else one
        for one in told_by_playbook
    ]
    verdict = RESP_06.assess(estate(*unclear))
    assert not wrong(verdict)
    assert {attribute for _, attribute in wrong(verdict, unknown=True)} == {"notification"}


def test_a_step_under_a_condition_may_tell_nobody(told_by_playbook):
    """What runs only after a failure is not sure to run when all goes well."""
    late = [
        replace(
            one, body=Block(MappingProxyType({**one.body.values, "body": after_a_failure(one)}))
        )
        if one.address.endswith(".notify_channel")
        else one
        for one in told_by_playbook
    ]
    verdict = RESP_06.assess(estate(*late))
    assert not wrong(verdict)
    assert {attribute for _, attribute in wrong(verdict, unknown=True)} == {"notification"}


def after_a_failure(action):
    """The body of an action, made to run only when the first step before it has failed."""
    text = effective(action.get("body"))
    body = json.loads(text if isinstance(text, str) else action.get("body").text)
    before = next(iter(body["runAfter"]))
    return Known(json.dumps({**body, "runAfter": {before: ["Failed"]}}))


def test_a_playbook_whose_steps_are_made_elsewhere_may_tell_anybody(told_by_playbook):
    parts = ("azurerm_logic_app_trigger_", "azurerm_logic_app_action_")
    bare = [one for one in told_by_playbook if not one.type.startswith(parts)]
    verdict = RESP_06.assess(estate(*bare))
    assert not wrong(verdict)
    ((_, attribute),) = wrong(verdict, unknown=True)
    assert attribute == "notification"
    assert "azurerm_logic_app_workflow" in verdict.findings[0].actual
    mail = [one for one in told_by_playbook if not one.type.startswith(parts[1])]
    assert {attribute for _, attribute in wrong(RESP_06.assess(estate(*mail)))} == {"notification"}


def test_defenders_mail_alone_is_one_channel():
    contact = made(
        "azurerm_security_center_contact.c",
        email="privacy@shop.co",
        alert_notifications=True,
        alerts_to_admins=True,
    )
    plan = made(
        "azurerm_security_center_subscription_pricing.p",
        tier="Standard",
        resource_type="StorageAccounts",
    )
    verdict = assess(contact, plan, without=("incident",))
    assert wrong(verdict) == {(contact.address, "notification")}
    assert (SHOP, "notification") in wrong(assess(contact, without=("incident",)))


# --- changes of the control plane ----------------------------------------------------------------


def test_nobody_hears_of_a_change_without_an_alert():
    verdict = assess(without=("watch",))
    assert wrong(verdict) == {(SHOP, "activity_log_alert")}
    assert "Microsoft.Authorization/locks/delete" in verdict.findings[0].actual
    assert "Sql" not in verdict.findings[0].actual


def test_the_firewall_of_sql_counts_where_there_is_one():
    server = made("azurerm_mssql_server.s", name="s", tags={"pii": "false"})
    verdict = assess(server, without=("watch",))
    assert "Microsoft.Sql/servers/firewallRules/write" in verdict.findings[0].actual


@pytest.mark.parametrize(
    ("changed", "attribute"),
    [
        ({"enabled": False}, "enabled"),
        ({"scopes": id_of(SHOP)}, "scopes"),
        ({"action": []}, "action"),
        ({"criteria": {"resource_group": "rg"}}, "criteria"),
        ({"criteria": {"status": "Failed"}}, "criteria"),
    ],
)
def test_false_negative_an_alert_that_does_not_see_or_does_not_tell(changed, attribute):
    assert wrong(assess(watch=watch(**changed))) == {(EVERY, attribute)}


def test_what_is_wrong_with_an_alert_on_an_operation_is_put_right_on_that_alert():
    bare = "leave only category and operation_name in criteria"
    for changed, remedy in (
        ({"enabled": False}, "enabled = true"),
        ({"scopes": id_of(SHOP)}, "scopes = [data.azurerm_subscription.current.id]"),
        ({"criteria": {"caller": "x@shop.co"}}, bare),
        ({"criteria": {"level": "Error"}}, bare),
        ({"criteria": {"levels": ["Critical", "Error"]}}, bare),
        ({"action": []}, "action { action_group_id = azurerm_monitor_action_group.<leak>.id }"),
    ):
        (finding,) = assess(watch=watch(**changed)).findings
        assert (finding.address, finding.remedy) == (EVERY, remedy)
    for level in ({"level": "Informational"}, {"levels": ["Error", "Warning"]}):
        assert assess(watch=watch(criteria=level)).findings == ()
    (finding,) = assess(without=("watch",)).findings
    assert 'operation_name = "Microsoft.Authorization/policyAssignments/write"' in finding.remedy


@pytest.mark.parametrize("category", ["ServiceHealth", "Recommendation", "Security"])
def test_an_alert_of_another_category_sees_none_of_it(category):
    assert wrong(assess(watch=watch(criteria={"category": category}))) == {
        (SHOP, "activity_log_alert")
    }


def test_an_operation_that_cannot_be_read_is_unknown():
    verdict = assess(watch=watch(criteria={"operation_name": SOMETHING}))
    assert wrong(verdict, unknown=True) == {(SHOP, "activity_log_alert")}
    assert EVERY in verdict.findings[0].actual


def test_false_positive_sentinel_may_see_the_change_instead():
    names = ", ".join(f'"{name.upper()}"' for name in operations(estate()))
    rule = made(
        "azurerm_sentinel_alert_rule_nrt.r",
        display_name="r",
        severity="High",
        log_analytics_workspace_id=id_of(W),
        query=f"AzureActivity | where OperationNameValue in~ ({names})",
    )
    assert assess(rule, without=("watch",)).findings == ()
    other = made(
        rule.address, **dict(rule.body.values) | {"query": f"AppTraces | where x in ({names})"}
    )
    assert (SHOP, "activity_log_alert") in wrong(assess(other, without=("watch",)))
    off = made(rule.address, **dict(rule.body.values) | {"enabled": False})
    assert (SHOP, "activity_log_alert") in wrong(assess(off, without=("watch",)))


def test_what_is_missing_may_be_in_a_part_that_could_not_be_read():
    gap = Gap("module.central", "the module is not there")
    verdict = assess(without=("incident", "watch"), gaps=(gap,))
    assert wrong(verdict, unknown=True) == {(SHOP, "notification"), (SHOP, "activity_log_alert")}


# --- spellings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_major_version_is_read(major):
    bare = normalise(
        resource(
            GROUP,
            provider=azurerm(major),
            name="ag",
            email_receiver=[PRIVACY],
            sms_receiver=[ON_CALL],
        )
    )
    assert assess(group=bare).findings == ()


def azapi_group(**receivers):
    return resource(
        "azapi_resource.ag",
        type="Microsoft.Insights/actionGroups@2023-01-01",
        name="ag",
        parent_id=id_of(SHOP),
        body=Block({"properties": block(groupShortName="leak", enabled=True, **receivers)}),
    )


def test_azapi_says_the_same():
    mail = [{"name": "privacy", "emailAddress": "privacy@shop.co"}]
    text = [{"name": "on-call", "countryCode": "1", "phoneNumber": "4155550142"}]
    through = {
        "incident": incident(action=[{"action_groups": id_of("azapi_resource.ag")}]),
        "watch": watch(action=[{"action_group_id": id_of("azapi_resource.ag")}]),
    }
    parts = [part for name, part in (GOOD | through).items() if name != "group"]
    whole = azapi_group(emailReceivers=mail, smsReceivers=text)
    assert RESP_06.assess(from_azapi(*parts, whole)).findings == ()
    verdict = registered(RESP_06, from_azapi(*parts, azapi_group(emailReceivers=mail)))
    assert wrong(verdict) == {("azapi_resource.ag", "body.properties.emailReceivers")}


HOSTILE = ('a"b', "<script>alert(1)</script>", "x\ny", "${evil}", "z" * 5000, "")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_not_crash(name):
    verdict = assess(
        group=group(name=name, email_receiver=[{"name": name, "email_address": name}]),
        incident=incident(query=name, evaluation_frequency=name, severity=name),
        watch=watch(criteria={"operation_name": name, "category": name}, scopes=[name]),
    )
    assert verdict.outcome is not Outcome.PASSED
    assert all("\n" not in f.actual for f in verdict.findings)


def test_several_groups_in_one_list_are_all_found():
    other = group("azurerm_monitor_action_group.second", sms_receiver=[])
    both = Reference(GROUP, "id", None, (other.address,))
    verdict = assess(other, incident=incident(action=[{"action_groups": both}]))
    assert wrong(verdict) == {(other.address, "email_receiver")}
    assert Known(verdict)
