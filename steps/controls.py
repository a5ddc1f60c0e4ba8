"""Assessing a control, and what its verdict must be."""

import pytest
from pytest_bdd import parsers, then, when

from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Outcome, Verdict, urgent_first
from simulator.estate.model import Estate
from steps.run import THE_DECLARED_ESTATE, Run

MOST = 20
"""How many findings a scenario that fails tells; nobody reads hundreds of them in a terminal."""


@when(parsers.parse("control {control} is assessed"), target_fixture="verdict")
def the_control_is_assessed(control: str, estate: Estate, run: Run) -> Verdict:
    """Prove one control on the chosen estate."""
    if control not in CONTROLS:
        pytest.fail(f"no control {control}; there are {', '.join(CONTROLS)}", pytrace=False)
    return run.assess(control, estate)


@then("it holds")
def it_holds(verdict: Verdict) -> None:
    """The control passes: nothing failed, and nothing was left unknown."""
    if verdict.outcome is Outcome.NOT_APPLICABLE:
        pytest.skip(f"{verdict.control} not applicable: no {', '.join(verdict.looked_at)} declared")
    if verdict.outcome is not Outcome.PASSED:
        pytest.fail(explain(verdict), pytrace=False)


@then(parsers.parse('it fails at "{address}" on "{attribute}"'))
def it_fails_at(address: str, attribute: str, verdict: Verdict) -> None:
    """The control fails, and one of its findings is this one."""
    found = {(f.address, f.attribute) for f in verdict.findings if not f.unknown}
    if (address, attribute) not in found:
        pytest.fail(f"no such finding.\n{explain(verdict)}", pytrace=False)


@then("it is not applicable")
def it_is_not_applicable(verdict: Verdict) -> None:
    """The estate declares nothing that the control is about."""
    if verdict.outcome is not Outcome.NOT_APPLICABLE:
        pytest.fail(explain(verdict), pytrace=False)


def explain(verdict: Verdict) -> str:
    """The verdict in words: what is wrong where, what it should be, why, and the fix.

    Of many findings the most urgent are told, and how many more there are.
    """
    control = CONTROLS[verdict.control]
    head = f"{control.id} {verdict.outcome.value}: {control.title}"
    told = urgent_first(verdict.findings)[:MOST]
    more = len(verdict.findings) - len(told)
    rest = [f"... and {more} more: the evidence has every finding of {THE_DECLARED_ESTATE}"]
    return "\n\n".join([head, *map(str, told), *(rest if more else ())])
