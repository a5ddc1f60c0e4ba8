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
    bad,
    changed,
    drill,
    drilled,
    run,
    undrilled,
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
