"""Assessing a control, and what its verdict must be."""

from collections.abc import Sequence
from typing import Final

import pytest
from pytest_bdd import parsers, then, when

from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Outcome, Verdict, urgent_first
from simulator.controls.waivers import Standing, State, as_yaml, left
from simulator.estate.model import Estate, printable
from steps.run import THE_DECLARED_ESTATE, Run

MOST = 20
"""How many findings a scenario that fails tells; nobody reads hundreds of them in a terminal."""
VOID: Final = frozenset({State.EXPIRED, State.CHANGED, State.UNCOMPENSATED})
"""What becomes of a waiver that somebody counts on and that covers nothing."""


@when(parsers.parse("control {control} is assessed"), target_fixture="verdict")
def the_control_is_assessed(control: str, estate: Estate, run: Run) -> Verdict:
    """Prove one control on the chosen estate.

    For example: control DATA-01 is assessed
    """
    if control not in CONTROLS:
        pytest.fail(f"no control {control}; there are {', '.join(CONTROLS)}", pytrace=False)
    return run.assess(control, estate)


@when("the change from the base estate is judged", target_fixture="verdict")
def the_change_is_judged(estate: Estate, run: Run) -> Verdict:
    """Look for what protected data before the change and no longer does."""
    verdict = run.change(estate)
    if verdict is None:
        pytest.skip("no change to judge: name the estate before it with --base-estate PATH")
    return verdict


@then("it holds")
def it_holds(verdict: Verdict, estate: Estate, run: Run) -> None:
    """The control passes: nothing failed, and nothing was left unknown.

    What is waived, and with ``--unknown=report`` what is unknown, is an expected failure.
    """
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        pytest.skip(f"{verdict.control} not applicable: no {', '.join(verdict.looked_at)} declared")
    if verdict.outcome is Outcome.PASSED:
        return
    standing = run.standings(verdict, estate)
    rest = left(verdict, standing)
    if not rest:
        pytest.xfail(f"{verdict.control} {verdict.outcome.value}, waived: {accepted(standing)}")
    if run.options.unknown == "report" and all(finding.unknown for finding in rest):
        places = ", ".join(f"{finding.address} {finding.attribute}" for finding in rest[:MOST])
        pytest.xfail(f"{verdict.control} unknown, which is no pass: {places}")
    pytest.fail(explain(verdict, standing), pytrace=False)


@then("no protection is removed")
def no_protection_is_removed(verdict: Verdict, estate: Estate, run: Run) -> None:
    """Whatever protected data before the change still does, or is waived."""
    it_holds(verdict, estate, run)


@then("it cannot be known")
def it_cannot_be_known(verdict: Verdict) -> None:
    """Nothing fails, and something that the control needs does not show."""
    if verdict.outcome is not Outcome.UNKNOWN:
        pytest.fail(explain(verdict), pytrace=False)


@then(parsers.parse('it fails at "{address}" on "{attribute}"'))
def it_fails_at(address: str, attribute: str, verdict: Verdict) -> None:
    """The control fails, and one of its findings is this one.

    For example: it fails at "azurerm_storage_account.a" on "min_tls_version"
    """
    found = {(f.address, f.attribute) for f in verdict.findings if not f.unknown}
    if (address, attribute) not in found:
        pytest.fail(f"no such finding.\n{explain(verdict)}", pytrace=False)


@then("it is not applicable")
def it_is_not_applicable(verdict: Verdict) -> None:
    """The estate declares nothing that the control is about."""
    if verdict.outcome is not Outcome.NOT_APPLICABLE:
        pytest.fail(explain(verdict), pytrace=False)


def explain(verdict: Verdict, standing: Sequence[Standing] = ()) -> str:
    """The verdict in words: what is wrong where, what it should be, why, and the fix.

    Of many findings the most urgent are told, and how many more there are; what is waived is
    counted. The entry that would waive the most urgent one comes last.
    """
    control = CHANGE if verdict.control == CHANGE.id else CONTROLS[verdict.control]
    head = f"{control.id} {verdict.outcome.value}: {control.title}"
    rest = urgent_first(left(verdict, standing))
    told, more = rest[:MOST], len(rest) - MOST
    parts = [head, *map(str, told)]
    if more > 0:
        every = f"the evidence has every finding of {THE_DECLARED_ESTATE}"
        parts.append(f"... and {more} more: {every}")
    if waived := len(verdict.findings) - len(rest):
        parts.append(f"{waived} more waived: {accepted(standing)}")
    parts += [
        printable(f"the waiver at {one.waiver.origin} is no help: {one.why}")
        for one in standing
        if one.waiver.control == verdict.control and one.state in VOID
    ]
    if told:
        entry = as_yaml(verdict.control, told[0])
        parts.append(
            f"To have somebody answer for the first for a while, in waivers.yaml:\n{entry}"
        )
    return "\n\n".join(parts)


def accepted(standing: Sequence[Standing]) -> str:
    """By whom findings are waived, until when, and why."""
    return "; ".join(
        printable(f"by {one.waiver.owner} {one.why} ({one.waiver.origin}): {one.waiver.reason}")
        for one in standing
        if one.covers
    )
