"""Defender for Cloud's findings, sent on as they come: continuous export to a workspace."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.policy_guards import places
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Known,
    Omitted,
    Resource,
    effective,
    show,
)
from simulator.estate.policy.enforcement import scopes_in
from simulator.estate.policy.places import contains
from simulator.estate.policy.rules import some
from simulator.estate.scopes import Answer

AUTOMATION: Final = "azurerm_security_center_automation"
_WHY: Final = (
    "what Defender for Cloud finds stays in its own pages, where no rule of ours looks; monitoring "
    "of logs is an audit component of 11 CCR 7123(c)(7), secure configuration of (c)(5)"
)
_REMEDY: Final = (
    f'{AUTOMATION}: source {{ event_source = "Alerts" }} source {{ event_source = "Assessments" }} '
    'action { type = "Workspace", resource_id = azurerm_log_analytics_workspace.x.id }'
)
_EITHER: Final = frozenset({"assessments", "regulatorycomplianceassessment"})
_WANTED: Final = "Alerts, and Assessments or RegulatoryComplianceAssessment, sent to a workspace"


@dataclass(frozen=True, slots=True)
class _Fault:
    attribute: str
    actual: str
    remedy: str
    unknown: bool = False


def judge_export(estate: Estate, stores: tuple[Resource, ...]) -> Iterator[Finding]:
    """What keeps Defender's findings about ``stores`` from reaching a workspace."""
    automations = sorted(estate.of_type(AUTOMATION), key=lambda one: one.address)
    if not automations:
        for place in places(estate, stores)[:1]:
            yield _finding(place, _Fault(AUTOMATION, "none", _REMEDY))
        return
    faults = {one.address: tuple(_faults(estate, one, stores)) for one in automations}
    working = [one for one in automations if not faults[one.address]]
    if working:
        yield from _sources(working)
        return
    maybe = [one for one in automations if all(fault.unknown for fault in faults[one.address])]
    nearest = (maybe or automations)[0]
    yield from (_finding(nearest, fault) for fault in faults[nearest.address])


def _faults(estate: Estate, one: Resource, stores: tuple[Resource, ...]) -> Iterator[_Fault]:
    enabled = effective(one.get("enabled"))
    if enabled is not True:
        unknown = enabled is not False
        yield _Fault("enabled", show(one.get("enabled")), "enabled = true", unknown=unknown)
    yield from _destination(one)
    held = some(_covered(estate, one, store) for store in stores) if stores else True
    if held is not True:
        yield _Fault(
            "scopes",
            show(one.get("scopes")),
            "scopes = [data.azurerm_subscription.current.id]",
            unknown=held is None,
        )


def _covered(estate: Estate, one: Resource, store: Resource) -> Answer:
    return some(
        None if scope is None else contains(estate, scope, store)
        for scope in scopes_in(one, "scopes")
    )


def _destination(one: Resource) -> Iterator[_Fault]:
    if one.unresolved("action") is not None:
        yield _Fault("action", "not known", _REMEDY, unknown=True)
        return
    types = [effective(block.get("type")) for block in one.blocks("action")]
    to_workspace = [b for b in one.blocks("action") if _is(b.get("type"), "workspace")]
    if any(not isinstance(block.get("resource_id"), Omitted) for block in to_workspace):
        return
    if to_workspace:
        yield _Fault("action.resource_id", "not set", _REMEDY)
    elif UNSTATED in types:
        yield _Fault("action.type", "not known", _REMEDY, unknown=True)
    elif any(str(type_).casefold() == "eventhub" for type_ in types):
        settle = f"show what reads the event hub and looks at it, or {_REMEDY}"
        yield _Fault("action.type", '"EventHub", read by nobody knows whom', settle, unknown=True)
    else:
        yield _Fault("action.type", ", ".join(map(str, types)) or "no action", _REMEDY)


def _is(value: object, word: str) -> bool:
    return isinstance(value, Known) and str(value.value).casefold() == word


def _sources(working: list[Resource]) -> Iterator[Finding]:
    """What the exports that work leave out, all of them together."""
    unknown = any(one.unresolved("source") is not None for one in working)
    sent: set[str] = set()
    for block in (block for one in working for block in one.blocks("source")):
        source = effective(block.get("event_source"))
        unknown |= source is UNSTATED
        sent.add(str(source).casefold())
    if "alerts" in sent and sent & _EITHER:
        return
    said = ", ".join(sorted(sent)) or "nothing"
    yield _finding(working[0], _Fault("source", said, _REMEDY, unknown=unknown))


def _finding(resource: Resource, fault: _Fault) -> Finding:
    return finding(
        resource,
        fault.attribute,
        fault.actual,
        expected=_WANTED,
        why=_WHY,
        remedy=fault.remedy,
        severity=Severity.MEDIUM,
        unknown=fault.unknown,
    )
