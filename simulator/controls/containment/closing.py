"""The words of RESP-04: what is wrong with a step, or cannot be known about it."""

from collections.abc import Iterator

from simulator.controls.containment.links import containment_finding
from simulator.controls.containment.parts import Part
from simulator.controls.verdict import Finding
from simulator.estate.model import Resource
from simulator.estate.playbook import Effect, Playbook, Step


def gate_before(gate: Step, step: Step) -> Finding:
    """A person has to answer before a step runs."""
    return containment_finding(
        gate.resource,
        f"actions.{gate.name}",
        f"{step.name} waits until a person has answered ({gate.call})",
        expected="containment first, questions to people after it",
        remedy=f"let {step.name} run before {gate.name}: runAfter = {{}}",
    )


def not_permitted(book: Playbook, step: Step) -> Finding:
    """The identity of a playbook lacks a right that a step needs."""
    return containment_finding(
        book.workflow,
        "identity",
        f"{step.name}: {step.missing_permission}",
        expected="the right to make every containing call",
        remedy="azurerm_role_assignment or azuread_app_role_assignment for the workflow's identity",
    )


def one_key(step: Step, keys: set[str]) -> Finding:
    """A rotation leaves one of the two keys as it was."""
    return containment_finding(
        step.resource,
        f"actions.{step.name}",
        f"only {', '.join(sorted(keys))} is renewed",
        expected="key1 and key2 renewed: what was signed with the other key stays valid",
        remedy="a second regenerateKey call with the other keyName",
    )


def read_only(lock: Resource, account: Resource) -> Finding:
    """A lock keeps the playbook from changing an account."""
    return containment_finding(
        lock,
        "lock_level",
        f'"ReadOnly", over {account.address}: Azure refuses the playbook\'s calls',
        expected='"CanNotDelete"',
        remedy='lock_level = "CanNotDelete"',
    )


def out_of_reach(account: Resource, part: Part) -> Finding:
    """A store that no playbook acts on."""
    return containment_finding(
        account,
        "containment",
        f"no playbook that runs by itself {part.words}",
        expected="every store with personal information within reach of containment",
        remedy=f"let the playbook take the account from the incident, or add one: {part.remedy}",
    )


def doubt(book: Playbook, step: Step) -> Iterator[Finding]:
    """What about a step cannot be known."""
    what, settle = "", ""
    if Effect.UNKNOWN in step.effects:
        what, settle = f"what {step.call} does is decided at run time", "write the body out"
    elif step.condition:
        what, settle = f"it runs only {step.condition}", "let containment run in any case"
    elif step.unsure_permission:
        yield containment_finding(
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
        yield containment_finding(
            step.resource,
            f"actions.{step.name}",
            what,
            expected="a step that surely contains the leak",
            remedy=settle,
            unknown=True,
        )
