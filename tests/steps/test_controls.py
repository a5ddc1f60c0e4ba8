"""What a scenario that fails tells of its verdict."""

from dataclasses import replace

from simulator.controls.verdict import Finding, Outcome, Severity, Verdict
from simulator.estate.model import Origin
from steps.controls import MOST, explain


def finding(address, severity=Severity.HIGH, *, unknown=False):
    return Finding(
        address, Origin("main.tf", 1), "a", "b", "c", "d", "e", severity=severity, unknown=unknown
    )


def told(*findings):
    return explain(Verdict("DATA-01", Outcome.FAILED, findings))


def test_every_finding_is_told_where_there_are_few():
    text = told(*(finding(f"x.f{n}") for n in range(MOST)))
    assert all(f"x.f{n} (main.tf:1): a is wrong" in text for n in range(MOST))
    assert "more" not in text


def test_of_many_findings_the_most_urgent_are_told_and_the_rest_is_counted():
    many = [finding(f"x.low{n}", Severity.LOW) for n in range(MOST)]
    text = told(finding("x.unknown", unknown=True), *many, finding("x.worst", Severity.CRITICAL))
    assert text.index("x.worst") < text.index("x.low0 ") < text.index(f"x.low{MOST - 2} ")
    assert f"x.low{MOST - 1} " not in text
    assert "x.unknown" not in text
    assert "\n\n... and 2 more: the evidence has every finding of the declared estate\n\n" in text


def test_the_entry_that_would_waive_the_most_urgent_one_comes_last():
    text = told(finding("x.low", Severity.LOW), finding("x.worst", Severity.CRITICAL))
    assert text.partition("in waivers.yaml:\n")[2].startswith(
        '- control: DATA-01\n  address: "x.worst"'
    )


def test_findings_of_one_urgency_stay_in_order():
    one = finding("x.first")
    text = told(one, replace(one, address="x.second"))
    assert text.index("x.first") < text.index("x.second")
