import pytest

from simulator.controls.verdict import not_applicable, verdict
from simulator.drill import Outcome
from simulator.evidence.ledger import Drilled
from simulator.evidence.summary import drill_sentence, headline, tally
from simulator.timeline import Kind
from tests.evidence.build import (
    ACCOUNT,
    FINDINGS,
    NEVER_STOPPED,
    PREVENTED,
    RULE,
    SEEN_AND_STOPPED,
    SEEN_BY_OUTSIDERS,
    WAIVERS,
    D,
    H,
    M,
    drill,
    drilled,
    measured,
    modelled,
    run,
)

PASSED = verdict("DATA-01", [ACCOUNT], ())
FAILED = verdict("DATA-01", [ACCOUNT], FINDINGS)
UNKNOWN = verdict("DATA-03", [ACCOUNT], FINDINGS[1:])
PASSED_TOO = verdict("DATA-03", [ACCOUNT], ())
FAILED_TOO = verdict("DATA-03", [ACCOUNT], FINDINGS)
ABSENT = not_applicable("DATA-07", "azurerm_linux_web_app")
CANNOT = Drilled("stolen-token", None, None, "no storage account is declared")


def held(events, attack="stolen-token"):
    return drilled(drill(attack, events))


def told(events):
    ledger = run([], [held(events)])
    return drill_sentence(ledger["drills"][0], ledger["exposure"][0]["deadlines"][0])


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ([], "No control was assessed"),
        ([PASSED], "The one control assessed passed"),
        ([FAILED, UNKNOWN, ABSENT], "1 of 3 controls failed"),
        ([PASSED, UNKNOWN], "No control failed, but 1 of 2 cannot be judged"),
        ([PASSED, ABSENT], "Every control that applies passed"),
        ([ABSENT], "None of 1 control applies"),
        ([PASSED, verdict("DATA-03", [ACCOUNT], ())], "All 2 controls passed"),
    ],
)
def test_controls_in_one_clause(verdicts, words):
    assert headline(run(verdicts, [])) == f"{words}; no drill was held."


@pytest.mark.parametrize(
    ("verdicts", "waivers", "words"),
    [
        ([FAILED], WAIVERS[:2], "1 of 1 control does not pass and is waived"),
        ([FAILED, PASSED_TOO], WAIVERS[:2], "1 of 2 controls does not pass and is waived"),
        ([FAILED, FAILED_TOO], WAIVERS[:2], "1 of 2 controls failed, 1 more waived"),
        (
            [FAILED, UNKNOWN],
            WAIVERS[:2],
            "No control failed, but 1 of 2 cannot be judged, 1 more waived",
        ),
        ([FAILED], WAIVERS[1:], "1 of 1 control failed"),
    ],
)
def test_what_is_waived_never_reads_as_passed(verdicts, waivers, words):
    assert headline(run(verdicts, [], waivers=waivers)) == f"{words}; no drill was held."


@pytest.mark.parametrize(
    ("drills", "words"),
    [
        ([CANNOT], "no drill could be held"),
        ([held(PREVENTED)], "the attack drilled was prevented"),
        ([held(SEEN_AND_STOPPED)], "the attack drilled was seen, stopped and told in time"),
        (
            [held(PREVENTED, "public-container"), CANNOT],
            "the attack drilled was prevented, 1 could not be held",
        ),
        (
            [held(SEEN_BY_OUTSIDERS), CANNOT],
            "in 1 of 1 drill the leak was not seen, stopped and told in time, 1 could not be held",
        ),
        (
            [held(PREVENTED, "public-container"), held(NEVER_STOPPED)],
            "in 1 of 2 drills the leak was not seen, stopped and told in time",
        ),
    ],
)
def test_drills_in_one_clause(drills, words):
    assert headline(run([PASSED], drills)).endswith(f"; {words}.")


def test_every_control_is_counted_as_what_it_counts_as():
    counted = tally(run([FAILED, UNKNOWN, ABSENT], []))
    assert counted == {"failed": 1, "unknown": 1, "waived": 0, "passed": 0, "not-applicable": 1}
    assert tally(run([FAILED, UNKNOWN], [], waivers=WAIVERS[:2]))["waived"] == 1


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (
            PREVENTED,
            "prevented. It was really tried: 24 of 24 requests refused, no customer data received.",
        ),
        (
            SEEN_AND_STOPPED,
            (
                "seen by a declared rule 13 min after first access, shut out 19 min after "
                "discovery, people told 15 min after discovery. Response window 72 h: met."
            ),
        ),
        (
            SEEN_BY_OUTSIDERS,
            (
                "seen by no declared rule, discovered 25 d 3 h after first access, shut out 6 d "
                "21 h after discovery, people told 2 h after discovery. Response window 72 h: not "
                "met."
            ),
        ),
        (
            NEVER_STOPPED,
            (
                "seen by no declared rule, never discovered, never shut out, nobody told. "
                "Response window 72 h: not met."
            ),
        ),
    ],
)
def test_a_drill_in_one_sentence(events, sentence):
    assert told(events) == sentence


def test_what_came_before_discovery_says_so():
    events = (
        measured(0 * M, Kind.FIRST_ACCESS, "ListBlobs"),
        measured(2 * M, Kind.CONTAINED, "refused"),
        measured(3 * M, Kind.ALERT, "a rule", RULE),
        modelled(4 * M, Kind.DISCOVERED, "an incident"),
        modelled(4 * M, Kind.NOTIFIED, "mail"),
    )
    assert told(events) == (
        "seen by a declared rule 3 min after first access, shut out 2 min before discovery, people "
        "told at once. Response window 72 h: met."
    )


def test_a_leak_shut_out_but_never_discovered_is_told_as_it_was():
    events = (
        measured(0 * M, Kind.ATTACK_STARTED, "begins"),
        measured(1 * M, Kind.FIRST_ACCESS, "ListBlobs"),
        measured(2 * H, Kind.CONTAINED, "refused"),
    )
    assert told(events) == (
        "seen by no declared rule, never discovered, shut out 2 h after the attack began, nobody "
        "told. Response window 72 h: not met."
    )


def test_a_leak_seen_in_time_by_outsiders_alone_is_still_late():
    events = (
        measured(0 * M, Kind.FIRST_ACCESS, "ListBlobs"),
        modelled(20 * D, Kind.DISCOVERED, "somebody tells"),
        modelled(20 * D + H, Kind.NOTIFIED, "told"),
        measured(20 * D + 2 * H, Kind.CONTAINED, "refused"),
    )
    assert drill("stolen-token", events).outcome is Outcome.LATE
    assert "seen by no declared rule" in told(events)
    assert told(events).endswith("Response window 72 h: met.")


def test_a_drill_that_was_not_held_gives_its_reason():
    ledger = run([], [CANNOT])
    assert drill_sentence(ledger["drills"][0], None) == (
        "not drilled: no storage account is declared."
    )
