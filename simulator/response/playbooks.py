"""Running a declared playbook on the twin: its steps in order, with the rights it really holds."""

from collections.abc import Generator
from datetime import timedelta

import simpy

from simulator.clock import stopwatch
from simulator.estate.model import Resource
from simulator.estate.playbook import Effect, Playbook, Step, TriggerKind
from simulator.response.scene import Incident, Scene
from simulator.timeline import Kind
from simulator.twin.twin import Containment

_ON_AN_IDENTITY = frozenset(
    {
        Effect.REMOVE_ROLE,
        Effect.REVOKE_SESSIONS,
        Effect.DISABLE_USER,
        Effect.DISABLE_SERVICE_PRINCIPAL,
    }
)


def run_playbook(
    scene: Scene, playbook: Playbook, incident: Incident
) -> Generator[simpy.Event, object, bool]:
    """Run the playbook for an incident; true if at least one containment step was carried out."""
    reason = cannot_start(playbook)
    if reason:
        _failed(scene, playbook.workflow, f"the playbook does not run: {reason}")
        return False
    succeeded: dict[str, bool] = {}
    contained = False
    for step in playbook.steps:
        figure, duration = scene.takes(
            "human_approval" if Effect.HUMAN_GATE in step.effects else "playbook_step"
        )
        if not all(succeeded.get(name, True) for name in step.after):
            succeeded[step.name] = False
            _failed(scene, step.resource, f"{step.name}: skipped, a step before it failed")
            continue
        if _undecided(scene, step):
            succeeded[step.name] = False
            continue
        yield scene.clock.wait(step.wait + (duration if step.effects else timedelta(0)))
        reason = step.missing_permission or _no_target(scene, step, incident)
        succeeded[step.name] = not reason
        if reason:
            _failed(scene, step.resource, f"{step.name}: {reason}")
            continue
        for effect in step.effects:
            contained = carry_out(scene, step, effect, figure.cited) or contained
    return contained


def cannot_start(playbook: Playbook) -> str:
    """Why Sentinel could not start this playbook on an incident, ``""`` if it could."""
    if not playbook.enabled:
        return "the workflow is disabled"
    if playbook.unreadable:
        return playbook.unreadable
    if playbook.trigger is not TriggerKind.INCIDENT:
        return f"its trigger is {playbook.trigger.value}, an automation rule on incidents needs one"
    if playbook.sentinel_may_run_it is None:
        return "it cannot be told whether Azure Security Insights may start it"
    if not playbook.sentinel_may_run_it:
        return (
            "Azure Security Insights lacks Microsoft Sentinel Automation Contributor on the "
            "playbook's resource group"
        )
    return ""


def carry_out(scene: Scene, step: Step, effect: Effect, source: str) -> bool:
    """Carry out one effect of a step on the twin; true if it takes access away."""
    if effect is Effect.NOTIFY:
        scene.tell(f"{step.name}: {step.call}", source, declared=step.resource)
        return False
    if not effect.contains:
        scene.modelled(Kind.ACTION, f"{step.name}: {step.call}", source, declared=step.resource)
        return False
    act(scene, effect, step.key, f"{step.name}: ", step)
    return True


def _undecided(scene: Scene, step: Step) -> bool:
    """Whether only a real run could tell if a step is carried out; then it is not, and we say so.

    Behind a person who is asked, the answer is taken to be yes.
    """
    if step.unsure_permission:
        why = f"it cannot be told whether it is permitted: {step.unsure_permission}"
    elif step.condition and not step.manual:
        why = f"it depends on {step.condition}"
    elif Effect.ROTATE_STORAGE_KEYS in step.effects and not step.key:
        why = "which key it renews is decided by the run"
    else:
        return False
    scene.measured(
        Kind.NOT_EVALUABLE, f"{step.name}: {why}", "read from the estate", declared=step.resource
    )
    return True


def act(scene: Scene, effect: Effect, key: str, prefix: str, step: Step | None = None) -> None:
    """Apply one containment effect to the attacked account, and record what it did.

    A removed role takes effect some time after the call (profile figure); an identity that is cut
    off keeps what tokens it has until they expire, which the twin sees to.
    """
    source, delay = "carried out on the twin", timedelta(0)
    if effect is Effect.REMOVE_ROLE:
        figure, delay = scene.takes("role_removal_takes_effect")
        source = f"carried out on the twin, in force after {delay} ({figure.cited})"
    with stopwatch() as watch:
        applied = scene.twin.apply(
            Containment(
                effect=effect,
                account=scene.account.name,
                principal=scene.intruder.principal,
                key=key,
                address=scene.intruder.source,
                effective_at=scene.clock.now + delay,
            )
        )
    scene.measured(
        Kind.ACTION,
        f"{prefix}{applied.what}; {applied.detail}",
        source,
        declared=None if step is None else step.resource,
        seconds=watch.seconds,
    )


def _no_target(scene: Scene, step: Step, incident: Incident) -> str:
    """Why a step does not reach what was attacked, ``""`` if it does.

    An action on an identity needs that identity among the entities of the alert.
    """
    if step.targets and scene.account.address not in step.targets:
        return f"it acts on {', '.join(step.targets)}, not on {scene.account.address}"
    if not _ON_AN_IDENTITY & set(step.effects) or not scene.intruder.principal:
        return ""
    found = incident.alert.entities if incident.alert is not None else {}
    known = {value for values in found.values() for value in values}
    if scene.intruder.object_id in known:
        return ""
    return "the alert maps no account entity, so the step has no identity to act on"


def _failed(scene: Scene, declared: Resource, what: str) -> None:
    scene.measured(Kind.ACTION_FAILED, what, "read from the estate", declared=declared)
