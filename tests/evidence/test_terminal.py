"""The lines at the end of a run."""

import pytest

from simulator.controls.verdict import verdict
from simulator.estate.changes import Change, Kind
from simulator.evidence.comparison import compared
from simulator.evidence.terminal import terminal_lines
from tests.evidence.build import (
    ACCOUNT,
    FINDINGS,
    PREVENTED,
    SECRET,
    SEEN_AND_STOPPED,
    SEEN_BY_OUTSIDERS,
    WAIVERS,
    bad,
    changed,
    drill,
    drilled,
    run,
    undrilled,
    waived,
)


def test_a_line_for_the_estate_each_control_and_each_drill():
    assert terminal_lines(bad()) == [
        "estate  built by hand, read as hcl",
        "DATA-01  failed (2 findings)",
        "DATA-03  unknown (1 finding)",
        "DATA-07  failed (1 finding)",
        "public-container  late",
        "stolen-token  not-contained",
    ]
    assert terminal_lines(undrilled())[1:] == ["stolen-token  could not be held"]


def test_what_is_waived_is_told_by_whom_until_when_and_why_and_what_is_no_good_first():
    assert terminal_lines(waived())[1:] == [
        "DATA-01  WAIVED, which is no pass: failed (2 findings)",
        "DATA-03  unknown (1 finding)",
        "",
        "7 waivers",
        (
            f"  expired: DATA-03 {ACCOUNT.address} (jo@shop.example; waivers.yaml:19): "
            "it expired on 2026-06-01"
        ),
        (
            f"  void: DATA-03 {ACCOUNT.address} (jo@shop.example; waivers.yaml:3): the value was "
            "false when it was waived, and is not known (var.default_action has no value)"
        ),
        (
            f"  void: DATA-03 {ACCOUNT.address} (jo@shop.example; waivers.yaml:3): "
            "the compensating control RESP-03 does not pass"
        ),
        (
            f"  WAIVED until 2026-07-01 by jo@shop.example: DATA-01 {ACCOUNT.address} "
            "(1 finding; waivers.yaml:3)"
        ),
        "    because: the old shop is read until it moves",
        (
            f"  WAIVED until 2026-07-01 by jo@shop.example: DATA-01 {ACCOUNT.address} "
            "network_rules.default_action (1 finding; waivers.yaml:3)"
        ),
        "    because: the old shop is read until it moves",
        (
            "  unused: DATA-03 azurerm_redis_cache.* (jo@shop.example; waivers.yaml:3): "
            "it matches no finding: take it out"
        ),
        (
            f"  not assessed: RESP-04 {ACCOUNT.address} (jo@shop.example; waivers.yaml:3): "
            "RESP-04 was not assessed in this run"
        ),
    ]


def test_a_control_that_is_waived_in_part_still_counts_as_what_is_left():
    ledger = run([verdict("DATA-01", [ACCOUNT], FINDINGS)], [], waivers=WAIVERS[1:2])
    assert terminal_lines(ledger)[1] == "DATA-01  failed (2 findings, 1 of them waived)"


def test_what_differs_from_the_base_estate_comes_after_it():
    lines = terminal_lines(changed())
    assert lines[0] == "estate  built by hand, read as hcl (no terraform or tofu on the PATH)"
    assert lines[1] == "  the plan removes 1 resource"
    assert lines[2] == "  1 attribute changed outside Terraform"
    assert lines[lines.index("") + 1 :] == [
        "against the base estate  built by hand, read as hcl",
        "DATA-01  failed -> failed (1 finding gone, 2 findings new)",
        "DATA-03  passed -> unknown (1 finding new)",
        "DATA-07  not-applicable -> failed (1 finding new)",
        "public-container  prevented -> late",
        (
            "stolen-token  in time -> not contained "
            "(seen 13 min -> never, shut out 19 min -> never, people told 15 min -> never)"
        ),
        "3 changes: 1 resource added, 1 resource removed, 1 attribute changed",
        f'  ~ {ACCOUNT.address}  min_tls_version: "TLS1_0" -> "TLS1_2"',
        "  + azurerm_key_vault.new",
        "  - azurerm_key_vault.old",
        "  1 resource could not be compared; the ledger says why",
    ]
    assert SECRET not in "\n".join(lines)


def against(before, after, changes=(), base_reader="hcl"):
    base = run(*before)
    base["run"]["estate"]["reader"] = base_reader
    lines = terminal_lines(compared(run(*after), base, changes, {}))
    return lines[lines.index("") + 2 :]


def test_what_has_got_better_is_told_in_the_same_way():
    wrong, right = (verdict("RESP-01", [ACCOUNT], f) for f in ((FINDINGS[0],) * 3, ()))
    same = verdict("DATA-03", [ACCOUNT], ())
    late, soon = (drilled(drill("stolen-token", e)) for e in (SEEN_BY_OUTSIDERS, SEEN_AND_STOPPED))
    assert against(([same, wrong], [late]), ([same, right], [soon])) == [
        "RESP-01  failed -> passed (3 findings gone)",
        "1 control unchanged",
        (
            "stolen-token  late -> in time (seen never -> 13 min, shut out 6 d 21 h -> 19 min, "
            "people told 2 h -> 15 min)"
        ),
        "no change",
    ]


def test_nothing_that_changed_is_said_too():
    one = ([verdict("DATA-01", [ACCOUNT], ())], [drilled(drill("public-container", PREVENTED))])
    assert against(one, one) == [
        "1 control unchanged",
        "public-container  unchanged: prevented",
        "no change",
    ]


def test_many_changes_and_long_values_are_in_the_ledger():
    changes = [Change(Kind.CHANGED, f"azurerm_x.n{n}", "a", "1", "y" * 100) for n in range(23)]
    lines = against(([], []), ([], []), changes)
    assert lines[0] == "23 changes: 23 attributes changed"
    assert lines[1] == f"  ~ azurerm_x.n0  a: 1 -> {'y' * 60}..."
    assert lines[-1] == "  and 3 more in the ledger"
    assert len(lines) == 22


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        ("plan", "2 changes: 1 resource added, 1 resource removed"),
        (
            "live",
            (
                "2 changes: 1 resource declared and not in the subscription, "
                "1 resource in the subscription and not declared"
            ),
        ),
    ],
)
def test_what_exists_was_not_removed_by_what_is_declared(reader, words):
    changes = [Change(Kind.ADDED, "azurerm_x.a"), Change(Kind.REMOVED, "azurerm_x.b")]
    assert against(([], []), ([], []), changes, reader)[0] == words
