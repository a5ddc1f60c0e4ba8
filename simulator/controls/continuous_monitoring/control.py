"""RESP-13: Azure Policy and Defender for Cloud check the configuration, and are listened to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.accounts import ACCOUNT
from simulator.controls.continuous_monitoring.benchmark import judge_benchmark
from simulator.controls.continuous_monitoring.export import AUTOMATION, judge_export
from simulator.controls.findings import once
from simulator.controls.policy_guards import (
    MAKERS,
    MISSING,
    NO_LOGS,
    PUBLIC_ACCESS,
    WEAK_ENCRYPTION,
    Words,
    as_findings,
    judge_guard,
)
from simulator.controls.stores import personal_stores
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import UNSTATED, Estate, Resource
from simulator.estate.personal_information import STORES
from simulator.estate.policy.assignments import (
    ASSIGNMENTS,
    REPAIRING,
    Assignment,
    Policy,
    assignments,
)
from simulator.estate.policy.definitions import DEFINITION, INITIATIVES
from simulator.estate.policy.enforcement import obstacle_of
from simulator.estate.policy.exemptions import EXEMPTIONS
from simulator.estate.policy.repair import REMEDIATIONS, repairs
from simulator.estate.policy.subjects import Subject

_CHECKED: Final = Words(
    "a setting that somebody changes by hand stays unnoticed until the data is gone; secure "
    "configuration is an audit component of 11 CCR 7123(c)(5), part of the security owed under "
    "Civ. Code 1798.100(e)",
    "azurerm_subscription_policy_assignment: policy_definition_id = "
    '"/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8"',
    Severity.MEDIUM,
)
_GUARDED: Final = (
    "what is only audited is open until somebody reads the report, and a leak takes minutes; "
)
_BUILT_IN: Final = (
    "azurerm_subscription_policy_assignment: policy_definition_id = "
    '"/providers/Microsoft.Authorization/policyDefinitions/{}"'
)
_DENIED: Final = ', parameters = jsonencode({ effect = { value = "Deny" } })'
_GUARDS: Final = (
    (
        PUBLIC_ACCESS,
        Words(
            f"{_GUARDED}secure configuration is an audit component of 11 CCR 7123(c)(5)",
            _BUILT_IN.format("4fa4b6c0-31ca-4c0d-b10d-24b96f62a751") + _DENIED,
            attribute=f"{MISSING}.public_access",
        ),
    ),
    (
        WEAK_ENCRYPTION,
        Words(
            f"{_GUARDED}encryption at rest is an audit component of 11 CCR 7123(c)(2)",
            _BUILT_IN.format("4733ea7b-a883-42fe-8cac-97454c2a9e4a") + _DENIED,
            attribute=f"{MISSING}.encryption",
        ),
    ),
    (
        NO_LOGS,
        Words(
            "a store that is made without logs is read without a trace; audit-log management is an "
            "audit component of 11 CCR 7123(c)(7)",
            _BUILT_IN.format("b4fe1a3b-0715-4c6c-a5ea-ffc33cf823cb")
            + ', identity { type = "SystemAssigned" }, location = var.location',
            attribute=f"{MISSING}.logging",
        ),
    ),
)
_REPAIR: Final = Words(
    "the assignment reports what is wrong and repairs nothing, without a word of it; secure "
    "configuration is an audit component of 11 CCR 7123(c)(5)",
    "",
)
_POLICIES: Final = (DEFINITION, *INITIATIVES, *EXEMPTIONS, *REMEDIATIONS)


def _assess(estate: Estate, today: date) -> Verdict:
    stores = personal_stores(estate)
    accounts = tuple(store for store in stores if store.type == ACCOUNT)
    made = tuple(one for one in assignments(estate) if one.declared)
    rest = estate.of_type(*_POLICIES, AUTOMATION)
    if not (stores or made or rest):
        return not_applicable("RESP-13", *STORES, *ASSIGNMENTS, AUTOMATION)
    found = (
        *judge_benchmark(estate, stores, _CHECKED, today),
        *(
            one
            for guard, words in _GUARDS
            for one in judge_guard(estate, guard, words, accounts, today)
        ),
        *(f for one in made for f in _unable(estate, one)),
        *judge_export(estate, stores),
        *(() if stores or made else (_unassigned(rest[0]),)),
        *(() if stores else _without_a_benchmark(made)),
    )
    looked_at = (*stores, *(one.resource for one in made), *rest)
    doubted = in_doubt(estate, once(found), (MISSING, AUTOMATION), (*MAKERS, AUTOMATION))
    notes = tuple(_notes(estate, made))
    return replace(verdict("RESP-13", looked_at, doubted), notes=notes)


def _repairing(one: Assignment) -> Iterator[Policy]:
    """The policies of an assignment that would repair what they find."""
    for policy in one.policies if one.enforced else ():
        if one.effect(policy, Subject(UNSTATED)).word in REPAIRING:
            yield policy


def _unable(estate: Estate, one: Assignment) -> Iterator[Finding]:
    """What an assignment lacks to repair anything, wherever it is."""
    for policy in _repairing(one):
        lacks = repairs(estate, one.resource, policy.definition, None)
        yield from as_findings((obstacle_of(one, lack) for lack in lacks), _REPAIR)


def _unassigned(policy: Resource) -> Finding:
    return finding(
        policy,
        MISSING,
        "policies are declared, and neither a store nor an assignment",
        expected="assignments of them that cover the stores",
        why=_CHECKED.why,
        remedy="check the estate that assigns them",
        unknown=True,
    )


def _without_a_benchmark(made: tuple[Assignment, ...]) -> Iterator[Finding]:
    """Policies of a platform, and no standard among them: the stores may have one elsewhere."""
    if made and not any(one.benchmark for one in made):
        yield finding(
            made[0].resource,
            MISSING,
            "no benchmark is among the policies that are assigned here, and no store is declared",
            expected="a standard that is assigned where the stores are",
            why=_CHECKED.why,
            remedy=f"check the estate that declares the stores; else {_CHECKED.remedy}",
            unknown=True,
        )


def _notes(estate: Estate, made: tuple[Assignment, ...]) -> Iterator[str]:
    """Assignments that repair what is new, while nothing repairs what is there already."""
    repaired = set()
    for remediation in estate.of_type(*REMEDIATIONS):
        target = estate.target(remediation.get("policy_assignment_id"))
        repaired.add(target.resource.address if target else "")
    for one in made:
        if any(_repairing(one)) and one.resource.address not in repaired and "" not in repaired:
            yield (
                f"{one.resource.address} repairs what is made or changed from now on; no "
                "policy remediation is declared that repairs what is there"
            )


def resp_13(today: Callable[[], date]) -> Control:
    """RESP-13 on the day that ``today`` gives."""
    assignment = "azurerm_subscription_policy_assignment"
    benchmark, logging = "benchmark", "blob_logging"
    return Control(
        id="RESP-13",
        title="The configuration of every store of personal information is checked against a "
        "benchmark, what is wrong is refused or repaired, and findings reach a workspace",
        gap="Maintaining CPRA compliance requires continuous monitoring of Azure resource "
        "configurations",
        severity=Severity.HIGH,
        citations=(
            "11 CCR 7123(c)(2)",
            "11 CCR 7123(c)(5)",
            "11 CCR 7123(c)(7)",
            "Civ. Code 1798.100(e)",
            "Civ. Code 1798.81.5(b)",
        ),
        frameworks=(
            ("CIS Azure 5.0", ("8.1.1.1",)),
            ("MCSB", ("PV-1", "PV-2", "AM-2", "LT-1")),
            (
                "NIST SP 800-53",
                ("CA-2", "CA-7", "CA-7(4)", "CM-2", "CM-3", "CM-6", "CM-6(1)", "RA-5", "SI-4"),
            ),
        ),
        techniques=("T1578", "T1530", "T1562.008"),
        remedy=_CHECKED.remedy,
        cannot_show=(
            "the present state of compliance, and the secure score",
            "changes between two applies",
            "assignments and exemptions made in another estate or in the portal",
            "how long a full evaluation takes",
        ),
        assess=lambda estate: _assess(estate, today()),
        weakenings=(
            Weakening(Harm.DELETE, assignment, where=benchmark),
            Weakening(Harm.WEAKEN, assignment, "enforce", "false", where=benchmark),
            Weakening(
                Harm.WEAKEN, assignment, "not_scopes", "[var.subscription_scope]", where=benchmark
            ),
            # The roles that are left then are for nobody knows whom.
            Weakening(Harm.DELETE, assignment, where=logging, also=("RESP-07",)),
            Weakening(Harm.DELETE, assignment, "identity", where=logging),
            Weakening(Harm.DELETE, assignment, "location", where=logging),
            Weakening(
                Harm.WEAKEN,
                assignment,
                "parameters",
                'jsonencode({ effect = { value = "AuditIfNotExists" } })',
                where=logging,
            ),
            Weakening(Harm.DELETE, "azurerm_role_assignment", where="repair_settings"),
            Weakening(Harm.DELETE, AUTOMATION),
            Weakening(Harm.WEAKEN, AUTOMATION, "enabled", "false"),
            Weakening(Harm.WIDEN, AUTOMATION, "scopes", "[]"),
            Weakening(
                Harm.MISSPELL,
                assignment,
                "policy_definition_id",
                '"/providers/Microsoft.Authorization/policySetDefinitions/'
                'f5b29bc4-feca-4cc6-a58a-772dd5e290a5"',
                where=benchmark,
            ),
        ),
    )


RESP_13: Final = resp_13(lambda: wall_clock().date())
