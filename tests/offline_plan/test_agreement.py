"""The same directory through the HCL reader and through an offline plan: the same verdicts."""

import json
import re
from pathlib import Path

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Finding
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Estate
from simulator.estate.plan import read_plan
from simulator.offline_plan import plan
from tests.offline_plan.planning import PROGRAM, ROOT, needs_terraform

pytestmark = needs_terraform

# What only the plan leaves open, and why. A plan keeps of "${account.id}/blobServices/default" that
# it refers to the account, and not the rest; so which part of the account a diagnostic setting
# stands on is not known, nor whether the tables are fed that rules read. It keeps nothing of a
# local, and of an id that comes out of a map of several, not which one is under which key.
LOST_IN_A_PLAN = {
    "DATA-05": "(comes from local.refused)",
    "DATA-09": "(comes from local.dns_zone_ids",
    "RESP-01": "its target has lost what follows the id of the store",
    "RESP-03": "which no diagnostic setting is seen to feed",
    "RESP-07": "; a plan does not keep how)",
    "RESP-08": ": for it at another scope)",
    "RESP-09": "(comes from local.subnet_ids",
    "RESP-11": ", unless one whose scope cannot be told is on it",
    "RESP-13": "(comes from local.refused)",
}

_WORDS = re.compile(r"\$\{([^}]*)\}")
_PLACE = re.compile(r"(?<=; var\.sql_password) \([\w.]+(:\d+)?\)(?= holds it)")


def both(directory: Path, tmp_path: Path) -> tuple[Estate, Estate]:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(directory, program=PROGRAM).json), encoding="utf-8")
    return read_hcl(directory, ()), read_plan(path)


def told(finding: Finding) -> tuple[object, ...]:
    """All of a finding but where it is declared, and in which words: a plan has neither."""
    return (
        finding.address,
        finding.attribute,
        _WORDS.sub(r"a reference to \1", _PLACE.sub("", finding.actual)),
        finding.expected,
        finding.remedy,
        finding.severity,
        finding.unknown,
    )


def test_the_exposed_shop_has_the_same_findings_to_the_letter(tmp_path: Path) -> None:
    hcl, planned = both(ROOT / "terraform/exposed", tmp_path)
    assert planned.by_address.keys() == hcl.by_address.keys()
    assert planned.gaps == ()
    for control in CONTROLS.values():
        declared, read = assess(control, hcl), assess(control, planned)
        assert read.outcome is declared.outcome, control.id
        assert set(map(told, read.findings)) == set(map(told, declared.findings)), control.id


def test_the_reference_shop_differs_only_in_what_a_plan_has_lost(tmp_path: Path) -> None:
    hcl, planned = both(ROOT / "terraform/reference", tmp_path)
    assert planned.by_address.keys() == hcl.by_address.keys()
    assert planned.gaps == ()
    for control in CONTROLS.values():
        declared, read = assess(control, hcl), assess(control, planned)
        known = set(map(told, declared.findings))
        more = [finding for finding in read.findings if told(finding) not in known]
        assert known <= set(map(told, read.findings)), control.id
        assert all(finding.unknown for finding in more)
        assert all(LOST_IN_A_PLAN.get(control.id, "-") in f.actual for f in more), control.id
        if not more:
            assert read.outcome is declared.outcome, control.id
