"""RESP-04: a detected leak starts a playbook that contains it, with nobody to wait for."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.chains import chains
from simulator.controls.findings import once
from simulator.controls.links import WHY
from simulator.controls.parts import (
    ANY_PART,
    BOTH_KEYS,
    STORAGE_PARTS,
    Part,
    Reach,
    possible,
)
from simulator.controls.stores import DATA_STORES, Stores, stores_of
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.playbook import Effect, Playbook, Step, playbooks
from simulator.estate.workspaces import sentinel_workspaces


def _assess(estate: Estate) -> Verdict:
    stores = stores_of(estate)
    if not stores.all:
        return not_applicable("RESP-04", ACCOUNT, *DATA_STORES, *stores.looked_at)
    ways = chains(estate)
    walked = (a for way in ways for a in (way.start.address, *_address(way.playbook)))
    looked_at = dict.fromkeys((*stores.looked_at, *walked))
    if not ways:
        return verdict("RESP-04", looked_at, [_nothing_answers(estate, stores)])
    reach = Reach(estate, ways, stores.accounts)
    parts = STORAGE_PARTS if stores.accounts else ANY_PART
    done = {part for part in parts if any(reach.steps(part)) or reach.perhaps(part)}
    found = (
        *_absent(reach, tuple(part for part in parts if part not in done)),
        *(f for part in parts if part in done for f in _lacks(reach, part)),
        *_half_rotated(reach),
        *_not_allowed(reach),
    )
    return verdict("RESP-04", looked_at, once(found))


def _address(book: Playbook | None) -> tuple[str, ...]:
    return (book.workflow.address,) if book else ()


def _nothing_answers(estate: Estate, stores: Stores) -> Finding:
    """Nothing starts any playbook: told of a playbook, else of the workspace, else of a store."""
    books = [b for b in playbooks(estate) if any(e.contains for s in b.steps for e in s.effects)]
    workspaces = map(estate.by_address.get, sentinel_workspaces(estate))
    places = (*(b.workflow for b in books), *(w for w in workspaces if w), *stores.all)
    return finding(
        places[0],
        "azurerm_sentinel_automation_rule",
        "nothing starts this playbook" if books else "no automation rule runs a playbook",
        expected="an enabled automation rule that runs a containing playbook on a leak",
        why=WHY,
        remedy="azurerm_sentinel_automation_rule: action_playbook { logic_app_id = the playbook }",
        severity=Severity.HIGH,
    )


def _lacks(reach: Reach, part: Part) -> Iterator[Finding]:
    """Nothing if the part is surely done; else what breaks it, or what cannot be known."""
    needed, sure = reach.needed(part), reach.surely(part)
    if needed <= sure:
        return
    if needed <= sure | reach.perhaps(part):
        yield from _doubts(reach, part)
        return
    told = False
    for way, step in reach.steps(part):
        problems = (*way.broken, *_problems(way.playbook, step))
        yield from problems
        told = told or bool(problems)
    for account in reach.accounts:
        if part.on_accounts and account.address not in sure:
            lock = reach.lock_on(account)
            if lock is not None:
                yield _read_only(lock, account)
            elif not told:
                yield _out_of_reach(account, part)


def _doubts(reach: Reach, part: Part) -> Iterator[Finding]:
    for way in reach.ways:
        if not way.may_hold:
            continue
        yield from way.broken
        for step in way.playbook.steps if way.playbook else ():
            does = Effect.UNKNOWN in step.effects or part.effects.intersection(step.effects)
            if way.playbook and does and possible(step):
                yield from _doubt(way.playbook, step)


def _absent(reach: Reach, parts: tuple[Part, ...]) -> Iterator[Finding]:
    """The parts that no step does, told of the playbook that comes nearest to running."""
    if not parts:
        return
    nearest = min(reach.ways, key=lambda way: len(way.broken))
    yield from nearest.broken
    book = nearest.playbook
    calls = ", ".join(f"{s.name} ({s.call})" for s in book.steps if s.effects) if book else ""
    words = [part.words for part in parts]
    yield _told(
        book.workflow if book else nearest.start,
        "actions",
        f"no step {', none '.join(words)}; what it calls: {calls or 'nothing'}",
        expected="; ".join(f"a step that {part}" for part in words),
        remedy="azurerm_logic_app_action_custom: " + "; ".join(part.remedy for part in parts),
    )


def _half_rotated(reach: Reach) -> Iterator[Finding]:
    """A rotation of one key leaves what is signed with the other one alive."""
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
                yield _one_key(steps[0], keys)


def _not_allowed(reach: Reach) -> Iterator[Finding]:
    """The containing steps of playbooks that do run, and may not do what they are to do."""
    for book in _books(reach):
        for step in book.steps:
            if step.missing_permission and any(effect.contains for effect in step.effects):
                yield _not_permitted(book, step)


def _books(reach: Reach) -> tuple[Playbook, ...]:
    """The playbooks that may come to run; where none may, all that are meant to."""
    may_run = [way for way in reach.ways if way.may_hold]
    found = [way.playbook for way in may_run or reach.ways if way.playbook]
    return tuple({book.workflow.address: book for book in found}.values())


def _problems(book: Playbook | None, step: Step) -> Iterator[Finding]:
    if book is None:
        return
    if step.manual:
        yield from (_gate(gate, step) for gate in book.steps if Effect.HUMAN_GATE in gate.effects)
    if step.missing_permission:
        yield _not_permitted(book, step)


def _told(  # noqa: PLR0913 - a finding has this many parts, all named by the caller
    resource: Resource,
    attribute: str,
    actual: str,
    *,
    expected: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
    unknown: bool = False,
) -> Finding:
    return finding(
        resource,
        attribute,
        actual,
        expected=expected,
        why=WHY,
        remedy=remedy,
        severity=severity,
        unknown=unknown,
    )


def _gate(gate: Step, step: Step) -> Finding:
    return _told(
        gate.resource,
        f"actions.{gate.name}",
        f"{step.name} waits until a person has answered ({gate.call})",
        expected="containment first, questions to people after it",
        remedy=f"let {step.name} run before {gate.name}: runAfter = {{}}",
    )


def _not_permitted(book: Playbook, step: Step) -> Finding:
    return _told(
        book.workflow,
        "identity",
        f"{step.name}: {step.missing_permission}",
        expected="the right to make every containing call",
        remedy="azurerm_role_assignment or azuread_app_role_assignment for the workflow's identity",
    )


def _one_key(step: Step, keys: set[str]) -> Finding:
    return _told(
        step.resource,
        f"actions.{step.name}",
        f"only {', '.join(sorted(keys))} is renewed",
        expected="key1 and key2 renewed: what was signed with the other key stays valid",
        remedy="a second regenerateKey call with the other keyName",
    )


def _read_only(lock: Resource, account: Resource) -> Finding:
    return _told(
        lock,
        "lock_level",
        f'"ReadOnly", over {account.address}: Azure refuses the playbook\'s calls',
        expected='"CanNotDelete"',
        remedy='lock_level = "CanNotDelete"',
    )


def _out_of_reach(account: Resource, part: Part) -> Finding:
    return _told(
        account,
        "containment",
        f"no playbook that runs by itself {part.words}",
        expected="every store with personal information within reach of containment",
        remedy=f"let the playbook take the account from the incident, or add one: {part.remedy}",
    )


def _doubt(book: Playbook, step: Step) -> Iterator[Finding]:
    what, settle = "", ""
    if Effect.UNKNOWN in step.effects:
        what, settle = f"what {step.call} does is decided at run time", "write the body out"
    elif step.condition:
        what, settle = f"it runs only {step.condition}", "let containment run in any case"
    elif step.unsure_permission:
        yield _told(
            book.workflow,
            "identity",
            f"{step.name}: it cannot be told {step.unsure_permission}",
            expected="the right to make every containing call",
            remedy="write role and scope of the assignment so that they can be read",
            unknown=True,
        )
    elif Effect.ROTATE_STORAGE_KEYS in step.effects and not step.key:
        what, settle = "which key is renewed is decided at run time", "renew key1 and key2"
    if what:
        yield _told(
            step.resource,
            f"actions.{step.name}",
            what,
            expected="a step that surely contains the leak",
            remedy=settle,
            unknown=True,
        )


RESP_04: Final = Control(
    id="RESP-04",
    title="A detected leak triggers a playbook, without a human in the path, that performs named "
    "containment actions and holds exactly the permissions these actions need",
    gap="Incident response playbooks lack automated containment steps using Azure Policy or Logic "
    "Apps.",
    severity=Severity.HIGH,
    citations=("11 CCR 7123(c)(17)", "Civ. Code 1798.100(e)", "Civ. Code 1798.81.5(b)"),
    frameworks=(
        ("MCSB", ("IR-4", "IR-6", "LT-1")),
        ("NIST SP 800-53", ("IR-4", "IR-4(1)", "IR-4(2)", "IR-6(1)", "SI-4(7)", "CP-10")),
    ),
    techniques=("T1530", "T1537", "T1567", "T1078.004", "T1552.001", "T1528"),
    cannot_show=(
        "that the playbook succeeds, or how long it takes (run history; the drill runs it)",
        "consent of API connections: they are unauthorised until a person consents",
        "Power Automate flows and playbooks deployed from the Content hub",
        "one-shot calls at apply time (azapi_resource_action), which are no incident response",
    ),
    assess=_assess,
)
