"""A drill: one attack on one twin of one estate, on one clock, from the first request to the end.

``run_drill`` composes everything below it: it brings the twin up, fills it with fake consumers,
lets the attack run for real, writes the log that Azure would have written when Azure would have
written it, runs the estate's own Sentinel rules over it, lets the declared automation (or people)
answer, and proves containment by replaying the intruder's last successful request.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from simulator.attacks.technique import Attack
from simulator.clock import Clock
from simulator.dataset.blobs import blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.recipes import Rows, recipe_for
from simulator.dataset.truth import Truth
from simulator.detection.sentinel import Watch
from simulator.estate.model import Estate
from simulator.profile import Profile
from simulator.response.scene import Scene
from simulator.stage import Stage
from simulator.timeline import Kind, Outcome, Timeline
from simulator.twin.blueprint import AccountPlan, Blueprint, blueprint
from simulator.twin.twin import Twin


class NotDrillable(Exception):  # noqa: N818 - a fact about the estate, not a fault
    """The estate has nothing that this drill could breach; the message says what was looked for."""


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What became of one declared rule: how often it ran and fired, or why it could not."""

    address: str
    name: str
    enabled: bool
    runs: int
    alerts: int
    not_evaluable: str


@dataclass(frozen=True, slots=True)
class Drill:
    """The result of a drill. ``received`` maps (container, blob) to bytes that the intruder got."""

    attack: Attack
    account: str
    seed: int
    window: timedelta
    outcome: Outcome
    timeline: Timeline
    rules: tuple[RuleReport, ...]
    requests: int
    refused: int
    received: Mapping[tuple[str, str], int]
    truth: Truth
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def detected(self) -> bool:
        """Whether one of the estate's own rules fired on the attack."""
        return self.timeline.first(Kind.ALERT) is not None

    def within_window(self, kind: Kind) -> bool:
        """Whether an event came within the response window, counted from discovery."""
        took = self.timeline.since_discovery(kind)
        return took is not None and took <= self.window


def run_drill(  # noqa: PLR0913 - what a drill is made of
    estate: Estate,
    attack: Attack,
    profile: Profile,
    *,
    seed: int,
    window: timedelta,
    progress: Callable[[str], None] = lambda _: None,
) -> Drill:
    """Run one drill. Raises ``NotDrillable``, or ``TwinError`` if the twin fails."""
    plan = blueprint(estate)
    account = customer_account(plan)
    random = Random(f"{seed}/{attack.id}")  # noqa: S311 - a reproducible drill, not a secret
    clock = Clock(profile.starts)
    progress(f"drill {attack.id}: starting the twin of {account.address}")
    lifetime = profile["access_token_lifetime"].draw(random)
    with Twin.up(plan, lambda: clock.now, progress, token_lifetime=lifetime) as twin:
        truth = seed_account(twin, account, profile, seed)
        intruder = attack.intruder(twin, plan, account, seed=random.randrange(2**32))
        scene = Scene(estate, clock, twin, account, intruder, profile, random)
        with closing(Stage(scene, plan, attack)) as stage:
            progress(f"drill {attack.id}: attacking, and letting time pass")
            stage.play()
            attack.undo(intruder)
            return _result(stage, plan, attack, account, seed, window, truth)


def customer_account(plan: Blueprint) -> AccountPlan:
    """The storage account that holds personal information: by its tags, else by its containers.

    Raises ``NotDrillable`` if no account has a container whose name tells of customers.
    """

    def telling(account: AccountPlan) -> int:
        recipes = (recipe_for(container.name) for container in account.containers)
        return sum(bool(recipe.keywords) and recipe.rows is not Rows.PRODUCTS for recipe in recipes)

    drillable = [a for a in plan.accounts if a.containers and (a.personal or telling(a))]
    if not drillable:
        raise NotDrillable("no storage account with a container of customers' data is declared")
    return max(drillable, key=lambda account: (account.personal, telling(account)))


def seed_account(twin: Twin, account: AccountPlan, profile: Profile, seed: int) -> Truth:
    """Fill the account's containers with fake consumers' blobs; the truth of who is in which."""
    owner = twin.owner(account.name)
    people = consumers(profile.consumers, seed, profile.californian)
    stored = blobs(people, [container.name for container in account.containers], seed)
    for blob in stored:
        client = owner.get_blob_client(blob.container, blob.name)
        client.upload_blob(blob.content, overwrite=True)
    return Truth.of(people, stored)


def _result(  # noqa: PLR0913, PLR0917 - the parts of a result
    stage: Stage,
    plan: Blueprint,
    attack: Attack,
    account: AccountPlan,
    seed: int,
    window: timedelta,
    truth: Truth,
) -> Drill:
    received, intrusions = stage.received(), stage.intrusions()
    events = sorted(stage.scene.events, key=lambda event: event.at)
    timeline = Timeline(tuple(events))
    return Drill(
        attack=attack,
        account=account.address,
        seed=seed,
        window=window,
        outcome=judge(timeline, window, leaked=bool(received)),
        timeline=timeline,
        rules=tuple(_report(watch) for watch in stage.watches),
        requests=len(intrusions),
        refused=sum(exchange.refused for exchange in intrusions),
        received=received,
        truth=truth,
        reasons=tuple(_reasons(stage, timeline, account, leaked=bool(received))),
        assumptions=plan.assumptions,
    )


def _report(watch: Watch) -> RuleReport:
    rule = watch.rule
    return RuleReport(
        rule.resource.address,
        rule.display_name,
        rule.enabled,
        watch.runs,
        watch.alerts,
        watch.not_evaluable,
    )


def _reasons(
    stage: Stage, timeline: Timeline, account: AccountPlan, *, leaked: bool
) -> Iterator[str]:
    """Why the drill went as it did, in words, the deciding one first."""
    if not leaked:
        refused = timeline.first(Kind.REFUSED)
        if refused is not None:
            yield f"{refused.what} ({refused.declared})"
        return
    if timeline.first(Kind.ALERT) is None:
        yield from _blindness(stage, account)
    elif timeline.first(Kind.INCIDENT) is None:
        yield "no rule that fired makes an incident"
    for event in timeline.events:
        if event.kind in {Kind.ACTION_FAILED, Kind.NOT_EVALUABLE}:
            yield f"{event.what} ({event.declared})"


def _blindness(stage: Stage, account: AccountPlan) -> Iterator[str]:
    """Why no rule fired."""
    if not stage.logged:
        read = stage.scene.twin.blueprint.assumptions
        lost = [line for line in read if "azurerm_monitor_diagnostic_setting." in line]
        yield (
            f"no diagnostic setting {'is seen to send' if lost else 'sends'} the blob reads of "
            f"{account.address} to a Log Analytics workspace"
        )
        yield from lost
    if not stage.watches:
        yield "no Sentinel analytics rule is declared"
    for watch in stage.watches:
        name, workspace = watch.rule.display_name, watch.rule.workspace
        if watch.not_evaluable:
            yield f"rule {name} is not evaluable: {watch.not_evaluable}"
        elif not watch.rule.enabled:
            yield f"rule {name} is disabled"
        elif workspace not in stage.logged:
            yield f"rule {name} watches a workspace to which no row about the intruder goes"
        else:
            yield f"rule {name} ran {watch.runs} times over these rows and did not fire"


def judge(timeline: Timeline, window: timedelta, *, leaked: bool) -> Outcome:
    """The outcome of a drill from its timeline."""
    if not leaked:
        return Outcome.PREVENTED
    if timeline.contained() is None:
        return Outcome.NOT_CONTAINED
    steps = (timeline.since_discovery(kind) for kind in (Kind.CONTAINED, Kind.NOTIFIED))
    in_time = all(took is not None and took <= window for took in steps)
    seen = timeline.first(Kind.ALERT) is not None
    return Outcome.IN_TIME if in_time and seen else Outcome.LATE
