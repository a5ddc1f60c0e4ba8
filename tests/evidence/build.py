"""Runs built by hand from the real dataclasses: one that went well and one that did not."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from simulator.attacks.catalogue import ATTACKS
from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Finding, Severity, Verdict, finding, not_applicable, verdict
from simulator.controls.waivers import Waiver, standings
from simulator.dataset.blobs import Blob, blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.truth import Truth
from simulator.drill import Drill, Outcome, RuleReport, judge
from simulator.estate.changes import Change
from simulator.estate.changes import Kind as ChangeKind
from simulator.estate.model import Gap, Known, Omitted, Origin, Unresolvable
from simulator.evidence.comparison import compared
from simulator.evidence.ledger import Drilled, Header, Json, ledger
from simulator.exposure import Circumstances, exposure
from simulator.timeline import Basis, Event, Kind, Timeline
from tests.controls.build import estate, resource

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
WINDOW = timedelta(hours=72)
SECRET = "hunter2-is-never-shown"
ACCOUNT = resource("azurerm_storage_account.customers", origin=Origin("storage.tf", 12))
RULE = "azurerm_sentinel_alert_rule_nrt.reads (detection.tf:40)"
PLAYBOOK = "azurerm_logic_app_workflow.contain (response.tf:8)"

M, H, D = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_MODELLED = "profile {}: Microsoft Learn, an invented citation"


def measured(
    after: timedelta, kind: Kind, what: str, declared: str = "", seconds: float | None = 0.0123
) -> Event:
    """Something that really ran, so long after the start."""
    return Event(START + after, kind, what, Basis.MEASURED, "it really ran", declared, seconds)


def modelled(after: timedelta, kind: Kind, what: str, declared: str = "") -> Event:
    """Something whose time a figure gives, so long after the start."""
    source = _MODELLED.format(kind.value.replace("-", "_"))
    return Event(START + after, kind, what, Basis.MODELLED, source, declared)


SEEN_AND_STOPPED = (
    measured(0 * M, Kind.ATTACK_STARTED, "A stolen workload token reads blobs", seconds=None),
    measured(M / 60, Kind.REFUSED, "GetBlob audit/2026.log: 403 AuthorizationFailure"),
    measured(M / 20, Kind.FIRST_ACCESS, "ListBlobs customers: 200 OK"),
    measured(3 * M, Kind.LAST_ACCESS, "GetBlob identity/checks.csv: 200 OK"),
    modelled(6 * M, Kind.LOG_INGESTED, "the first row about the intruder can be queried"),
    measured(13 * M, Kind.ALERT, "Bulk reads by a workload identity: 4 result rows", RULE, 0.214),
    modelled(14 * M, Kind.INCIDENT, "Bulk reads by a workload identity (High)", RULE),
    modelled(14 * M, Kind.DISCOVERED, "the incident is open in Sentinel", RULE),
    modelled(16 * M, Kind.NOTE, "automation rule Contain and tell answers", PLAYBOOK),
    measured(17 * M, Kind.ACTION, "removes the role assignment of the storefront", PLAYBOOK),
    measured(17.1 * M, Kind.ACTION, "closes the account to the public network", PLAYBOOK),
    modelled(29 * M, Kind.NOTIFIED, "privacy and legal are told by e-mail", PLAYBOOK),
    measured(33 * M, Kind.CONTAINED, "GetBlob customers is refused (replay 17)"),
)
SEEN_BY_OUTSIDERS = (
    measured(0 * M, Kind.ATTACK_STARTED, "Anonymous download of a public container", seconds=None),
    measured(M / 20, Kind.FIRST_ACCESS, "ListBlobs customers: 200 OK"),
    measured(2 * M, Kind.LAST_ACCESS, "GetBlob customers/exports.csv: 200 OK"),
    modelled(25 * D + 3 * H, Kind.DISCOVERED, "somebody outside tells the shop"),
    modelled(25 * D + 5 * H, Kind.NOTIFIED, "an analyst tells privacy and legal"),
    measured(25 * D + 6 * H, Kind.ACTION_FAILED, "the playbook may not change the container"),
    measured(32 * D, Kind.ACTION, "people make the container private", seconds=None),
    measured(32 * D + 2 * M, Kind.CONTAINED, "ListBlobs customers is refused (replay 3)"),
)
NEVER_STOPPED = (
    measured(0 * M, Kind.ATTACK_STARTED, "A stolen workload token reads blobs", seconds=None),
    measured(M / 20, Kind.FIRST_ACCESS, "ListBlobs customers: 200 OK"),
    modelled(6 * M, Kind.LOG_INGESTED, "the first row about the intruder can be queried"),
    measured(7 * M, Kind.NOT_EVALUABLE, "rule Geo reads cannot be run: externaldata", RULE),
)
PREVENTED = (
    measured(0 * M, Kind.ATTACK_STARTED, "Anonymous download of a public container", seconds=None),
    measured(
        M / 30,
        Kind.REFUSED,
        "ListBlobs backups: 409 PublicAccessNotPermitted",
        f"{ACCOUNT.address}.allow_nested_items_to_be_public (storage.tf:18)",
    ),
)
RULES = (
    RuleReport("azurerm_sentinel_alert_rule_nrt.reads", "Bulk reads", True, 33, 1, ""),
    RuleReport("azurerm_sentinel_alert_rule_scheduled.quiet", "Quiet rule", True, 6, 0, ""),
    RuleReport("azurerm_sentinel_alert_rule_scheduled.off", "Switched off", False, 0, 0, ""),
    RuleReport("azurerm_sentinel_alert_rule_scheduled.geo", "Geo", True, 0, 0, "externaldata"),
)


@cache
def truth(*containers: str) -> Truth:
    """A small data set in these containers."""
    people = consumers(400, seed=7)
    return Truth.of(people, blobs(people, containers, seed=7))


def drill(
    attack: str,
    events: Iterable[Event],
    *,
    containers: tuple[str, ...] = ("customers", "identity", "images"),
    rules: tuple[RuleReport, ...] = RULES,
    reasons: tuple[str, ...] = (),
    outcome: Outcome | None = None,
    extra: tuple[Blob, ...] = (),
) -> Drill:
    """A drill with these events, in which every blob of the containers was received.

    ``extra`` blobs were received too, without being of the data set.
    """
    timeline = Timeline(tuple(events))
    held = truth(*containers)
    leaked = timeline.first(Kind.FIRST_ACCESS) is not None
    received = {key: len(blob.content) for key, blob in held.blobs.items()} if leaked else {}
    received |= {(blob.container, blob.name): len(blob.content) for blob in extra}
    return Drill(
        attack=ATTACKS[attack],
        account=ACCOUNT.address,
        seed=20260101,
        window=WINDOW,
        outcome=outcome or judge(timeline, WINDOW, leaked=leaked),
        timeline=timeline,
        rules=rules,
        requests=24,
        refused=20 if leaked else 24,
        received=received,
        truth=held,
        reasons=reasons,
        assumptions=("the Function's outbound addresses are not declared: 198.51.100.7 is taken",),
    )


def drilled(one: Drill) -> Drilled:
    """A drill with what its leak means."""
    found = exposure(one.timeline, one.truth, one.received, Circumstances(window=one.window))
    return Drilled(one.attack.id, one, found)


FINDINGS = (
    finding(
        ACCOUNT,
        "allow_nested_items_to_be_public",
        Omitted(default=True, decided_by="azurerm 3.x default"),
        expected="false",
        why="anyone could read personal information; Civ. Code 1798.81.5(b)",
        remedy="allow_nested_items_to_be_public = false",
        severity=Severity.CRITICAL,
    ),
    finding(
        ACCOUNT,
        "network_rules.default_action",
        Unresolvable("var.default_action has no value"),
        expected='"Deny"',
        why="a leaked key can be used from anywhere; 11 CCR 7123(c)(10)",
        remedy="give the value with --var-file",
        unknown=True,
    ),
)
SENSITIVE = finding(
    resource("azurerm_linux_web_app.shop", origin=Origin("plan.json")),
    "app_settings.STRIPE_KEY",
    Known(SECRET, sensitive=True),
    expected="a Key Vault reference",
    why="a secret in the settings is read with them",
    remedy='"@Microsoft.KeyVault(SecretUri=...)"',
)
HEADER = Header("cpra-drill 0.1.0", datetime(2026, 6, 2, 8, tzinfo=UTC), 20260101, WINDOW, "p.toml")
GAPS = (Gap("module.edge", "the module is not on this machine", Origin("main.tf", 4)),)


def run(
    verdicts: Iterable[Verdict],
    drills: Iterable[Drilled],
    *,
    header: Header = HEADER,
    gaps: tuple[Gap, ...] = (),
    waivers: Iterable[Waiver] = (),
) -> dict[str, Json]:
    """The ledger of a run with these verdicts of the real controls, drills and waivers."""
    judged = {verdict.control: verdict for verdict in verdicts}
    assessed = [({**CONTROLS, CHANGE.id: CHANGE}[id_], one) for id_, one in judged.items()]
    standing = standings(waivers, judged, header.started.date(), lambda id_: id_ == "RESP-01")
    return ledger(header, estate(ACCOUNT, gaps=gaps), assessed, drills, standing)


def good(*findings: Finding) -> dict[str, Json]:
    """A run in which nothing failed but for ``findings``."""
    return run(
        [
            verdict("DATA-01", [ACCOUNT], findings),
            verdict("DATA-03", [ACCOUNT], ()),
            not_applicable("DATA-07", "azurerm_linux_web_app", "azurerm_linux_function_app"),
        ],
        [
            drilled(drill("public-container", PREVENTED, reasons=("the account refuses it",))),
            drilled(drill("stolen-token", SEEN_AND_STOPPED)),
        ],
    )


def bad() -> dict[str, Json]:
    """A run in which much went wrong."""
    stray = Blob("images", "stray.bin", b"xyz", "", (), encrypted=False, recipe="")
    return run(
        [
            verdict("DATA-01", [ACCOUNT], FINDINGS),
            verdict("DATA-03", [ACCOUNT], [replace(FINDINGS[1], attribute="min_tls_version")]),
            verdict("DATA-07", ["azurerm_linux_web_app.shop"], [SENSITIVE]),
        ],
        [
            drilled(
                drill(
                    "public-container",
                    SEEN_BY_OUTSIDERS,
                    reasons=("no rule saw it", "the playbook may not change the container"),
                    extra=(stray,),
                )
            ),
            drilled(drill("stolen-token", NEVER_STOPPED, reasons=("rule Geo is not evaluable",))),
        ],
        gaps=GAPS,
    )


def waiver(one: Finding, control: str = "DATA-01", **parts: Any) -> Waiver:
    """A waiver of a finding, or of what ``parts`` say."""
    made = Waiver(
        control,
        one.address,
        one.actual,
        "jo@shop.example",
        "the old shop is read until it moves",
        date(2026, 7, 1),
        Origin("waivers.yaml", 3),
    )
    return replace(made, **parts)


WAIVERS = (
    waiver(FINDINGS[0]),
    waiver(FINDINGS[1], attribute="network_rules.default_action", compensating="RESP-01"),
    waiver(FINDINGS[1], "DATA-03", expires=date(2026, 6, 1), origin=Origin("waivers.yaml", 19)),
    waiver(FINDINGS[1], "DATA-03", actual="false"),
    waiver(FINDINGS[1], "DATA-03", compensating="RESP-03"),
    waiver(FINDINGS[1], "DATA-03", address="azurerm_redis_cache.*"),
    waiver(FINDINGS[1], "RESP-04"),
)
"""One waiver in each state, and two that are in force."""


def waived() -> dict[str, Json]:
    """A run in which DATA-01 does not hold and is waived, and the waivers of others are no good."""
    rest = verdict("DATA-03", [ACCOUNT], [replace(FINDINGS[1], attribute="min_tls_version")])
    return run([verdict("DATA-01", [ACCOUNT], FINDINGS), rest], [], waivers=WAIVERS)


CHANGES = (
    Change(ChangeKind.REMOVED, "azurerm_key_vault.old"),
    Change(ChangeKind.ADDED, "azurerm_key_vault.new"),
    Change(ChangeKind.CHANGED, ACCOUNT.address, "min_tls_version", '"TLS1_0"', '"TLS1_2"'),
    Change(
        ChangeKind.UNTOLD, "random_password.db", after="a subscription is not read for this type"
    ),
)


def changed() -> dict[str, Json]:
    """A run in which much went wrong, after a change that made it so; and a plan's own words."""
    after = bad()
    after["run"]["estate"] |= {
        "why": "no terraform or tofu on the PATH",
        "removals": [{"address": "azurerm_key_vault.old", "fate": "deleted"}],
        "drift": [
            {
                "address": ACCOUNT.address,
                "attribute": "https_traffic_only_enabled",
                "before": "true",
                "after": "false",
            }
        ],
    }
    after["controls"][0]["notes"] = ["the plan deletes a store of personal information"]
    return compared(after, good(SENSITIVE), CHANGES, {})


def undrilled() -> dict[str, Json]:
    """A run without a control whose only drill could not be held."""
    return run([], [Drilled("stolen-token", None, None, "no storage account is declared")])
