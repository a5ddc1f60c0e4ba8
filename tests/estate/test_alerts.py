import pytest

from simulator.estate.alerts import Named, alerts, named, reaches, switched_on
from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from tests.controls.build import estate, id_of, resource

W = resource("azurerm_log_analytics_workspace.w", name="w", resource_group_name="rg")
RG = resource("azurerm_resource_group.g", name="rg")
GROUPS = tuple(resource(f"azurerm_monitor_action_group.{n}", name=n) for n in ("a", "b"))
QUERY = "azurerm_monitor_scheduled_query_rules_alert_v2.q"
UNREAD = Unresolvable("var.x has no value")


def alert(address=QUERY, **values):
    base = {"scopes": id_of(W.address), "severity": 1}
    return resource(address, **base | values)


def only(*more):
    return alerts(estate(W, RG, *GROUPS, *more))[0]


def rule(kind="suppression", **values):
    address = f"azurerm_monitor_alert_processing_rule_{kind}.r"
    return resource(address, **{"scopes": id_of(W.address)} | values)


@pytest.mark.parametrize(
    ("value", "known", "others", "unread"),
    [
        (Omitted(), (), (), False),
        (UNREAD, (), (), True),
        (id_of(GROUPS[0].address), ("a",), (), False),
        (Reference(GROUPS[0].address, also=(GROUPS[1].address,)), ("a", "b"), (), False),
        (Reference("data.azurerm_monitor_action_group.x"), (), (), False),
        (Known(("/subscriptions/0/x",)), (), ("/subscriptions/0/x",), False),
        (Known("/subscriptions/0/x"), (), ("/subscriptions/0/x",), False),
    ],
)
def test_a_list_of_ids_names_what_is_declared_and_what_is_not(value, known, others, unread):
    found = named(estate(*GROUPS), value)
    assert tuple(one.name for one in found.resources) == known
    if others:
        assert found.others == others
    assert found.unread is unread


def test_what_is_not_declared_is_among_the_others():
    found = named(estate(), Reference("data.azurerm_monitor_action_group.x"))
    assert found == Named((), ("data.azurerm_monitor_action_group.x",))


def test_every_action_of_an_alert_counts():
    actions = [{"action_groups": id_of(one.address)} for one in GROUPS]
    assert [one.name for one in only(alert(action=actions)).groups.resources] == ["a", "b"]
    assert only(alert(action=UNREAD)).groups.unread


def test_a_switch_is_on_off_or_not_known():
    assert switched_on(alert()) is True
    assert switched_on(alert(enabled=False)) is False
    assert switched_on(alert(enabled=UNREAD)) is None


@pytest.mark.parametrize(
    ("values", "answer"),
    [
        ({}, True),
        ({"scopes": id_of(RG.address)}, True),
        ({"scopes": "/subscriptions/0"}, None),
        ({"scopes": ["/subscriptions/0"]}, True),
        ({"scopes": ["/subscriptions/0/resourceGroups/other"]}, False),
        ({"scopes": UNREAD}, None),
        ({"enabled": False}, False),
        ({"enabled": UNREAD}, None),
        ({"condition": UNREAD}, None),
        ({"condition": [{"severity": [{"operator": "Equals", "values": ["Sev1"]}]}]}, True),
        ({"condition": [{"severity": [{"operator": "Equals", "values": ["Sev2"]}]}]}, False),
        ({"condition": [{"severity": [{"operator": "NotEquals", "values": ["Sev1"]}]}]}, False),
        ({"condition": [{"severity": [{"operator": "Equals", "values": UNREAD}]}]}, None),
        ({"condition": [{"alert_rule_id": [{"operator": "Equals", "values": ["x"]}]}]}, None),
    ],
)
def test_a_processing_rule_acts_within_its_scopes_and_conditions(values, answer):
    held = estate(W, RG, alert())
    assert reaches(held, rule(**values), alerts(held)[0]) is answer


def test_an_alert_on_something_outside_is_reached_through_the_subscription():
    outside = "/subscriptions/0/resourceGroups/x/providers/y/workspaces/central"
    held = estate(alert(scopes=[outside]))
    assert reaches(held, rule(scopes=["/subscriptions/0"]), alerts(held)[0]) is True
    assert reaches(held, rule(scopes=[outside.upper()]), alerts(held)[0]) is True
    assert (
        reaches(held, rule(scopes=["/subscriptions/0/resourceGroups/x"]), alerts(held)[0]) is None
    )


def test_groups_are_added_by_a_rule_that_surely_acts():
    added = id_of(GROUPS[0].address)
    assert only(alert(), rule("action_group", add_action_group_ids=added)).groups == Named(
        (GROUPS[0],)
    )
    unsure = rule("action_group", add_action_group_ids=added, enabled=UNREAD)
    assert only(alert(), unsure).groups == Named(unread=True)
