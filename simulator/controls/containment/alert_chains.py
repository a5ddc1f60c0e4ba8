"""Playbooks that start without Sentinel: from a Defender alert, or from a log search alert."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.containment.links import (
    Chain,
    containment_finding,
    playbook_cannot_run,
    switched_off,
)
from simulator.controls.findings import once
from simulator.controls.verdict import Finding
from simulator.estate.model import Estate, Known, Reference, Resource, effective
from simulator.estate.playbook import TriggerKind, playbook
from simulator.estate.workflow import logic_app

_DEFENDER: Final = "azurerm_security_center_automation"
_ALERT: Final = "azurerm_monitor_scheduled_query_rules_alert_v2"
_GROUP: Final = "azurerm_monitor_action_group"
_CODE: Final = {
    "automation_runbook_receiver": "a runbook, whose script is not read",
    "azure_function_receiver": "a function, whose code is not in Terraform",
}
_PLANS: Final = ("azurerm_security_center_storage_defender", "azurerm_advanced_threat_protection")


def by_defender(estate: Estate) -> Iterator[Chain]:
    """From a Microsoft Defender alert straight to a Logic App."""
    for automation in estate.of_type(_DEFENDER):
        sources = {effective(block.get("event_source")) for block in automation.blocks("source")}
        if "Alerts" not in sources:
            continue
        for action in automation.blocks("action"):
            if str(effective(action.get("type"))).casefold() != "logicapp":
                continue
            book = playbook(estate, logic_app(estate, action.get("resource_id")))
            broken = (
                *switched_off(automation),
                *_no_plan(estate, automation),
                *playbook_cannot_run(book, (TriggerKind.ALERT, TriggerKind.REQUEST)),
            )
            yield Chain(automation, book, once(broken))


def _no_plan(estate: Estate, automation: Resource) -> Iterator[Finding]:
    on = any(
        effective(plan.get("resource_type")) == "StorageAccounts"
        and effective(plan.get("tier")) == "Standard"
        for plan in estate.of_type("azurerm_security_center_subscription_pricing")
    )
    # A protection of one account that is declared off protects nothing.
    on = on or any(effective(plan.get("enabled")) is not False for plan in estate.of_type(*_PLANS))
    if not on:
        yield containment_finding(
            automation,
            "source.event_source",
            "no Defender plan for storage is on that could raise the alert",
            expected="Microsoft Defender for Storage on",
            remedy="azurerm_security_center_subscription_pricing: "
            'resource_type = "StorageAccounts", tier = "Standard"',
        )


def by_monitor(estate: Estate) -> Iterator[Chain]:
    """From a log search alert through an action group."""
    for alert in estate.of_type(_ALERT):
        for group in _groups(estate, alert):
            off = once((*switched_off(alert), *switched_off(group)))
            for receiver in group.blocks("logic_app_receiver"):
                book = playbook(estate, logic_app(estate, receiver.get("resource_id")))
                broken = (*off, *playbook_cannot_run(book, (TriggerKind.REQUEST,)))
                yield Chain(alert, book, broken)
            for name, words in _CODE.items():
                if group.blocks(name):
                    unread = containment_finding(
                        group,
                        name,
                        f"it starts {words}",
                        expected="containment whose steps can be read",
                        remedy="declare the steps as a Logic App, or prove them by a drill",
                        unknown=True,
                    )
                    yield Chain(alert, None, (*off, unread))


def _groups(estate: Estate, alert: Resource) -> Iterator[Resource]:
    for action in alert.blocks("action"):
        ids = action.get("action_groups")
        addresses = (ids.to, *ids.also) if isinstance(ids, Reference) else ()
        literal = ids.value if isinstance(ids, Known) and isinstance(ids.value, tuple) else ()
        targets = (estate.target(Known(item)) for item in literal)
        found = (*map(estate.by_address.get, addresses), *(t.resource for t in targets if t))
        yield from (group for group in found if group is not None and group.type == _GROUP)
