"""Logic App playbooks as declared: their trigger, their steps and what each step does.

A step is classified by the call that it makes (method, host, path, body), never by its name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from simulator.estate.document import text_at
from simulator.estate.effects import Effect
from simulator.estate.model import Estate, Resource, Unresolvable
from simulator.estate.permissions import sentinel_may_run
from simulator.estate.rights import Rights, rights
from simulator.estate.steps import Planned, planned
from simulator.estate.workflow import Workflow, logic_app_by_text, workflow, workflow_addresses

__all__ = ["Effect", "Playbook", "Step", "TriggerKind", "playbook", "playbooks"]


class TriggerKind(StrEnum):
    """What starts the playbook."""

    INCIDENT = "incident"
    ALERT = "alert"
    ENTITY = "entity"
    REQUEST = "request"
    RECURRENCE = "recurrence"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a workflow.

    ``effects`` is empty only for pure data steps. ``key`` is ``key1``/``key2`` for a key rotation,
    ``""`` if only the run decides which. ``after`` are the names of the steps that must have
    succeeded before it; ``manual`` is true when a human gate lies before it; ``condition`` says on
    what else it depends (a branch, the failure of another step), ``""`` if on nothing.

    ``targets`` are the addresses of the declared resources that the call acts on: the one it
    names, or, where the incident names it at run time, every one on which the identity has the
    right. ``missing_permission`` says which permission the workflow's identity lacks for the call
    (``""`` if none), in the words of the operation and the role that would grant it;
    ``unsure_permission`` says why that cannot be told, if it cannot. ``wait`` is how long the
    workflow itself pauses at this step.
    """

    name: str
    resource: Resource
    effects: tuple[Effect, ...]
    call: str
    after: tuple[str, ...] = ()
    key: str = ""
    manual: bool = False
    missing_permission: str = ""
    condition: str = ""
    targets: tuple[str, ...] = ()
    unsure_permission: str = ""
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Playbook:
    """A Logic App workflow: ``steps`` are in an order that respects ``after``.

    ``sentinel_may_run_it`` is false when the Azure Security Insights service principal has no
    Automation Contributor role on the playbook's resource group: it deploys, and never runs. It is
    ``None`` if that cannot be told. ``unreadable`` says why the steps could not be read (``""`` if
    they could).
    """

    workflow: Resource
    enabled: bool
    trigger: TriggerKind
    steps: tuple[Step, ...]
    sentinel_may_run_it: bool | None
    unreadable: str = ""


def playbooks(estate: Estate) -> tuple[Playbook, ...]:
    """Every workflow that the estate declares, in the order read."""
    return tuple(playbook(estate, address) for address in workflow_addresses(estate))


def playbook(estate: Estate, address: str) -> Playbook:
    """The playbook at a workflow's address; unreadable if the estate does not declare it."""
    flow = workflow(estate, address)
    steps = tuple(_steps(estate, flow, frozenset({address})))
    return Playbook(
        flow.resource,
        flow.enabled,
        _trigger(flow),
        () if flow.unreadable else steps,
        sentinel_may_run(estate, flow.resource),
        flow.unreadable,
    )


def _trigger(flow: Workflow) -> TriggerKind:
    """The kind of trigger; of several, the first that Sentinel can use."""
    kinds = [_kind(trigger) for trigger in flow.triggers.values()]
    if not kinds:
        return TriggerKind.UNKNOWN if flow.unreadable else TriggerKind.NONE
    for_sentinel = (k for k in kinds if k in {TriggerKind.INCIDENT, TriggerKind.ALERT})
    return next(for_sentinel, kinds[0])


def _kind(trigger: object) -> TriggerKind:
    if isinstance(trigger, Unresolvable):
        return TriggerKind.UNKNOWN
    match text_at(trigger, "type"):
        case "Request":
            return TriggerKind.REQUEST
        case "Recurrence" | "SlidingWindow" | "ApiConnection" | "Http":
            return TriggerKind.RECURRENCE
    path = text_at(trigger, "inputs.path").lower().rstrip("/")
    if path.endswith("/incident-creation"):
        return TriggerKind.INCIDENT
    if path.endswith("/subscribe"):
        return TriggerKind.ALERT
    return TriggerKind.ENTITY if path.startswith("/entity/") else TriggerKind.UNKNOWN


def _steps(estate: Estate, flow: Workflow, above: frozenset[str]) -> Iterator[Step]:
    """The steps of a workflow, with those of the workflows that it starts in their place."""
    gates: set[str] = set()
    for item in planned(flow):
        step = _step(estate, flow, item, manual=not gates.isdisjoint(item.waits_for))
        started = _started(estate, item, above)
        if started is None:
            yield step
        else:
            yield replace(step, call=f"starts {started.resource.address}", effects=())
            for inner in _steps(estate, started, above | {started.resource.address}):
                yield _inlined(inner, step)
        if Effect.HUMAN_GATE in step.effects:
            gates.add(step.name)


def _step(estate: Estate, flow: Workflow, item: Planned, *, manual: bool) -> Step:
    held = rights(estate, flow, item) if item.effects else Rights()
    return Step(
        name=item.name,
        resource=item.resource,
        effects=item.effects,
        call=item.call,
        after=item.after,
        key=item.key,
        manual=manual,
        missing_permission=held.missing,
        condition=item.condition,
        targets=held.targets,
        unsure_permission=held.unsure,
        wait=item.wait,
    )


def _started(estate: Estate, item: Planned, above: frozenset[str]) -> Workflow | None:
    """The workflow that a step starts, if it can be read and does not lead back here."""
    if not item.starts:
        return None
    address = logic_app_by_text(estate, item.starts)
    flow = workflow(estate, address)
    return None if address in above or flow.unreadable or not flow.enabled else flow


def _inlined(inner: Step, parent: Step) -> Step:
    after = tuple(f"{parent.name}/{name}" for name in inner.after) or (*parent.after, parent.name)
    return replace(
        inner,
        name=f"{parent.name}/{inner.name}",
        after=after,
        manual=inner.manual or parent.manual,
        condition=" and ".join(filter(None, (parent.condition, inner.condition))),
    )
