"""RESP-04: a detected leak starts a playbook that contains it, with nobody to wait for."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.accounts import ACCOUNT
from simulator.controls.containment.chains import chains
from simulator.controls.containment.closing import (
    doubt,
    gate_before,
    not_permitted,
    one_key,
    out_of_reach,
    read_only,
)
from simulator.controls.containment.links import WHY, containment_finding
from simulator.controls.containment.parts import (
    ANY_PART,
    BOTH_KEYS,
    STORAGE_PARTS,
    Part,
    Reach,
    possible,
)
from simulator.controls.containment.weakenings import WEAKENINGS
from simulator.controls.findings import once
from simulator.controls.stores import DATA_STORES, Stores, stores_of, told_first
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, effective
from simulator.estate.playbook import Effect, Playbook, Step, playbooks
from simulator.estate.workflow import DEFINITION, TEMPLATE
from simulator.estate.workspaces import sentinel_workspaces

_STEPS: Final = (
    "azurerm_sentinel_automation_rule",
    "actions",
    "containment",
    "log_analytics_workspace_id",
)
_RIGHTS: Final = ("identity", "role_assignment")
_STEP_MAKERS: Final = (
    "azurerm_sentinel_",
    "azurerm_logic_app_",
    "azurerm_resource_group_template_deployment",
    "azurerm_security_center_",
    "azurerm_monitor_",
    "azapi_",
)
_RIGHT_MAKERS: Final = (*_STEP_MAKERS, "azurerm_role_", "azuread_")


def _assess(estate: Estate, now: datetime) -> Verdict:
    stores = stores_of(estate)
    if not stores.all:
        return not_applicable("RESP-04", ACCOUNT, *DATA_STORES, *stores.looked_at)
    ways = chains(estate, now)
    walked = (a for way in ways for a in (way.start.address, *_address(way.playbook)))
    looked_at = dict.fromkeys((*stores.looked_at, *walked))
    if not ways:
        found = (_nothing_answers(estate, stores),)
        return verdict("RESP-04", looked_at, _in_doubt(estate, found))
    reach = Reach(estate, ways, stores.accounts)
    parts = STORAGE_PARTS if stores.accounts else ANY_PART
    done = {part for part in parts if any(reach.steps(part)) or reach.perhaps(part)}
    half = dict(_half_rotated(reach))
    problems = (
        *_absent(reach, tuple(part for part in parts if part not in done)),
        *(f for part in parts if part in done for f in _lacks(reach, part, frozenset(half))),
        *half.values(),
        *_not_allowed(reach),
    )
    return verdict("RESP-04", looked_at, _in_doubt(estate, once(problems)))


def _in_doubt(estate: Estate, found: Iterable[Finding]) -> Iterator[Finding]:
    """What an unread part may hold is not known to be missing; the directory holds no steps."""
    steps = in_doubt(estate, found, _STEPS, _STEP_MAKERS)
    return in_doubt(estate, steps, _RIGHTS, _RIGHT_MAKERS)


def _address(book: Playbook | None) -> tuple[str, ...]:
    return (book.workflow.address,) if book else ()


def _nothing_answers(estate: Estate, stores: Stores) -> Finding:
    """Nothing starts any playbook: told of a playbook, else of the workspace, else of a store."""
    books = [b for b in playbooks(estate) if any(e.contains for s in b.steps for e in s.effects)]
    workspaces = filter(None, map(estate.by_address.get, sentinel_workspaces(estate)))
    places = sorted((b.workflow for b in books), key=told_first) or sorted(
        workspaces, key=told_first
    )
    return finding(
        places[0] if places else stores.first,
        "azurerm_sentinel_automation_rule",
        "nothing starts this playbook" if books else "no automation rule runs a playbook",
        expected="an enabled automation rule that runs a containing playbook on a leak",
        why=WHY,
        remedy="azurerm_sentinel_automation_rule: action_playbook { logic_app_id = the playbook }",
        severity=Severity.HIGH,
    )


def _lacks(reach: Reach, part: Part, half_rotated: frozenset[str]) -> Iterator[Finding]:
    """Nothing if the part is surely done; else what breaks it, or what cannot be known."""
    needed, sure = reach.needed(part), reach.surely(part)
    if needed <= sure:
        return
    if needed <= sure | reach.perhaps(part):
        yield from _doubts(reach, part)
        return
    explained = False
    for way, step in reach.steps(part):
        problems = (*way.broken, *_problems(way.playbook, step))
        yield from problems
        explained = explained or bool(problems)
    for account in reach.accounts:
        if part.on_accounts and account.address not in sure:
            lock = reach.lock_on(account)
            if lock is not None:
                yield read_only(lock, account)
            elif not explained and account.address not in half_rotated:
                yield out_of_reach(account, part)


def _doubts(reach: Reach, part: Part) -> Iterator[Finding]:
    for way in reach.ways:
        if not way.may_hold:
            continue
        yield from way.broken
        for step in way.playbook.steps if way.playbook else ():
            does = Effect.UNKNOWN in step.effects or part.effects.intersection(step.effects)
            if way.playbook and does and possible(step):
                yield from doubt(way.playbook, step)


def _absent(reach: Reach, parts: tuple[Part, ...]) -> Iterator[Finding]:
    """The parts that no step does, told of the playbook that comes nearest to running."""
    if not parts:
        return
    nearest = min(reach.ways, key=lambda way: len(way.broken))
    yield from nearest.broken
    book = nearest.playbook
    calls = ", ".join(f"{s.name} ({s.call})" for s in book.steps if s.effects) if book else ""
    words = [part.words for part in parts]
    yield containment_finding(
        book.workflow if book else nearest.start,
        "actions",
        f"no step {', none '.join(words)}; what it calls: {calls or 'nothing'}",
        expected="; ".join(f"a step that {part}" for part in words),
        remedy=f"{_where(book)}: " + "; ".join(part.remedy for part in parts),
    )


def _where(book: Playbook | None) -> str:
    """Where a step is added: azapi and templates hold the whole definition, azurerm none."""
    flow = book.workflow if book else None
    if flow and (flow.type == TEMPLATE or DEFINITION in flow.body.values):
        return "an action in its definition"
    return "azurerm_logic_app_action_custom"


def _half_rotated(reach: Reach) -> Iterator[tuple[str, Finding]]:
    """The accounts of which one key is renewed: what the other one has signed stays alive."""
    for book in _books(reach):
        turned: dict[str, list[Step]] = {}
        for step in book.steps:
            if Effect.ROTATE_STORAGE_KEYS in step.effects and step.key:
                for address in step.targets or ("",):
                    turned.setdefault(address, []).append(step)
        for address, steps in turned.items():
            keys = {step.key for step in steps}
            account = reach.estate.by_address.get(address)
            off = account and effective(account.get("shared_access_key_enabled")) is False
            if keys != BOTH_KEYS and not off:
                yield address, one_key(steps[0], keys)


def _not_allowed(reach: Reach) -> Iterator[Finding]:
    """The containing steps of playbooks that do run, and may not do what they are to do."""
    for book in _books(reach):
        for step in book.steps:
            if step.missing_permission and any(effect.contains for effect in step.effects):
                yield not_permitted(book, step)


def _books(reach: Reach) -> tuple[Playbook, ...]:
    """The playbooks that may come to run; where none may, all that are meant to."""
    may_run = [way for way in reach.ways if way.may_hold]
    found = [way.playbook for way in may_run or reach.ways if way.playbook]
    return tuple({book.workflow.address: book for book in found}.values())


def _problems(book: Playbook | None, step: Step) -> Iterator[Finding]:
    if book is None:
        return
    if step.manual:
        yield from (
            gate_before(gate, step) for gate in book.steps if Effect.HUMAN_GATE in gate.effects
        )
    if step.missing_permission:
        yield not_permitted(book, step)


def resp_04(now: Callable[[], datetime]) -> Control:
    """The control as it judges at the moment that ``now`` gives: automation rules can expire."""
    return Control(
        id="RESP-04",
        title="A detected leak triggers a playbook, without a human in the path, that performs "
        "named containment actions and holds exactly the permissions these actions need",
        gap="Incident response playbooks lack automated containment steps using Azure Policy or "
        "Logic Apps.",
        severity=Severity.HIGH,
        citations=("11 CCR 7123(c)(17)", "Civ. Code 1798.100(e)", "Civ. Code 1798.81.5(b)"),
        frameworks=(
            ("MCSB", ("IR-4", "IR-6", "LT-1")),
            ("NIST SP 800-53", ("IR-4", "IR-4(1)", "IR-4(2)", "IR-6(1)", "SI-4(7)", "CP-10")),
        ),
        techniques=("T1530", "T1537", "T1567", "T1078.004", "T1552.001", "T1528"),
        remedy="azurerm_sentinel_automation_rule: action_playbook { logic_app_id = ... }, "
        "and a role for its identity that covers each step",
        cannot_show=(
            "that the playbook succeeds, or how long it takes (run history; the drill runs it)",
            "consent of API connections: they are unauthorised until a person consents",
            "Power Automate flows and playbooks deployed from the Content hub",
            "one-shot calls at apply time (azapi_resource_action), which are no incident response",
        ),
        assess=lambda estate: _assess(estate, now()),
        weakenings=WEAKENINGS,
    )


RESP_04: Final = resp_04(wall_clock)
