"""DATA-10: a transformation removes payment data before telemetry is stored, and is seen to."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.findings import once
from simulator.controls.judge import Demand, false, judge, settle, true
from simulator.controls.telemetry_redaction import gateways, transforms
from simulator.controls.telemetry_redaction.dialect import passes_through, refusals
from simulator.controls.telemetry_redaction.inspection import Inspection, Leak, inspect
from simulator.controls.telemetry_redaction.payment_data import CARDS, TOKENS
from simulator.controls.telemetry_redaction.samples import MARKED, TABLES
from simulator.controls.telemetry_redaction.transforms import Flow
from simulator.controls.telemetry_redaction.weakenings import WEAKENINGS
from simulator.controls.unread import in_doubt
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import LIVE, Estate, Omitted, Resource, effective, printable
from simulator.estate.workspaces import WORKSPACE

COMPONENT: Final = "azurerm_application_insights"
_WHY: Final = (
    "whoever reads the logs can pay with what is in them, and a card number with its code and a "
    "name is personal information (Civ. Code 1798.81.5(d)(1)(A)); masking of sensitive personal "
    "information is part of what 11 CCR 7123(c)(5) has audited"
)
_LOCAL: Final = Demand(
    "local_authentication_enabled",
    false,
    "false",
    "anyone with the connection string, which is in every browser, can write to it; 11 CCR "
    "7123(c)(1) has authentication audited",
    "local_authentication_enabled = false  "
    "# azurerm before 4.78: local_authentication_disabled = true",
    Severity.MEDIUM,
)
_MASKED: Final = Demand(
    "ip_masking_enabled",
    true,
    "true",
    "the addresses of consumers are stored whole beside what they bought; Civ. Code 1798.100(e) "
    "asks for reasonable security",
    "ip_masking_enabled = true  # azurerm before 4.78: disable_ip_masking = false",
    Severity.LOW,
)


def _assess(estate: Estate) -> Verdict:
    components = estate.of_type(COMPONENT)
    diagnostics = estate.of_type(*gateways.DIAGNOSTICS)
    left_out = {c.address: said for c in components if (said := _out_of_scope(c))}
    told = tuple(f"{address} (left out: {said})" for address, said in left_out.items())
    judged = tuple(c for c in components if c.address not in left_out)
    if not judged and not diagnostics:
        return not_applicable("DATA-10", *(told or (COMPONENT, *gateways.DIAGNOSTICS)))
    flowing = _Telemetry(estate)
    found = (
        *(f for component in judged for f in flowing.component(component)),
        *(f for diagnostic in diagnostics for f in gateways.findings(diagnostic)),
    )
    doubted = in_doubt(estate, found, (transforms.LINK,), ("azapi_", transforms.RULE))
    looked_at = (*(r.address for r in (*judged, *diagnostics)), *flowing.looked_at, *told)
    result = verdict("DATA-10", looked_at, once(doubted))
    return replace(result, notes=flowing.notes)


def _out_of_scope(component: Resource) -> str:
    """What takes a component out of scope: a tag that says that nobody pays there."""
    for key, value in component.entries("tags").items():
        said = str(effective(value)).casefold()
        if key.casefold() in {"cpra_scope", "pci", "pci_scope"} and said in {"false", "no"}:
            return f"tag {key} = {said}"
    return ""


class _Telemetry:
    """The judging of components: what else was looked at, and what a reader has to know."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._done: set[str] = set()
        self.looked_at: list[str] = []
        self._through: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What else than card numbers and one processor's tokens is let through to which tables."""
        return tuple(
            f"{rule} lets these through to {', '.join(tables)}: {', '.join(what)}"
            for (rule, what), tables in self._through.items()
        )

    def component(self, component: Resource) -> Iterator[Finding]:
        """What is wrong with a component and with the workspace that it writes to."""
        yield from judge(component, _LOCAL)
        yield from judge(component, _MASKED)
        link = component.get("workspace_id")
        target = self._estate.target(link)
        if target is not None and target.resource.type == WORKSPACE:
            workspace = target.resource
            if workspace.mode == "managed":
                yield from self._workspace(workspace)
                return
        nowhere = isinstance(link, Omitted)
        expected = "a workspace whose data collection rule redacts what comes in"
        yield finding(
            component,
            "workspace_id",
            link,
            expected=expected,
            why=f"no transformation can stand before a store of its own; {_WHY}"
            if nowhere
            else _WHY,
            remedy=f"workspace_id = {WORKSPACE}.<name>.id"
            if nowhere
            else "declare the workspace in the same estate, or check the estate that declares it",
            unknown=not nowhere,
        )

    def _workspace(self, workspace: Resource) -> Iterator[Finding]:
        if workspace.address in self._done:
            return
        self._done.add(workspace.address)
        self.looked_at.append(workspace.address)
        rule = transforms.rule_of(self._estate, workspace)
        if isinstance(rule, Finding):
            yield rule
            return
        self.looked_at.append(rule.address)
        yield from transforms.rule_findings(self._estate, rule, workspace)
        for table in TABLES:
            flows = transforms.flows(rule, table)
            if not flows:
                yield _no_flow(rule, table)
            for flow in flows:
                yield from self._flow(flow)

    def _flow(self, flow: Flow) -> Iterator[Finding]:
        transform = effective(flow.transform)
        if isinstance(flow.transform, Omitted):
            yield _finding(flow, "not set: what comes in is stored")
            return
        if not isinstance(transform, str):
            yield replace(
                _finding(flow, "not known"),
                unknown=True,
                remedy=settle(flow.transform, "transform_kql = ..."),
            )
            return
        if passes_through(transform):
            yield _finding(flow, f'"{printable(transform)}": what comes in is stored')
            return
        # What is deployed has been accepted, whatever the list says.
        deployed = self._estate.reader == LIVE or flow.rule.actions == ("no-op",)
        refused = () if deployed else refusals(transform)
        if refused:
            yield _finding(
                flow,
                f"Azure does not allow {', '.join(map(printable, refused))} in a transformation, "
                "and refuses the rule when it is applied",
            )
            return
        seen = inspect(flow.table, transform)
        if not seen.timed and not deployed:
            yield _finding(flow, "its output has no TimeGenerated, and Azure refuses such a rule")
            return
        yield from self._inspected(flow, seen)

    def _inspected(self, flow: Flow, seen: Inspection) -> Iterator[Finding]:
        if seen.unknown:
            yield replace(
                _finding(flow, f"could not be run on sample rows: {printable(seen.unknown)}"),
                unknown=True,
                remedy="try it on rows with test card numbers in Azure's own editor of "
                "transformations, or write it with extend, iif, matches regex and project-away",
            )
            return
        tokens = () if seen.redacted else tuple(k for k in seen.leaks if k not in seen.cards)
        if seen.cards or tokens:
            said = f"run on sample rows, it lets through {_words(seen.cards, tokens)}"
            yield _finding(flow, said, (*seen.cards, *tokens))
            return
        kept = [processor for processor in TOKENS if processor not in seen.redacted]
        through = [*(f"tokens of {name}" for name in kept), *seen.also]
        if through:
            self._through.setdefault((flow.rule.address, tuple(through)), []).append(flow.table)


def _no_flow(rule: Resource, table: str) -> Finding:
    unread = transforms.unread(rule)
    return finding(
        rule,
        f"data_flow.{table}",
        "no data flow for it" if unread is None else unread,
        expected=f"a transformation of Microsoft-Table-{table} that removes payment data",
        why=f"{table} holds what the application writes, too; {_WHY}",
        remedy=_remedy(table, ()),
        unknown=unread is not None,
    )


def _finding(flow: Flow, actual: str, leaks: tuple[Leak, ...] = ()) -> Finding:
    return finding(
        flow.rule,
        f"data_flow.{flow.table}",
        actual,
        expected="no card number and no payment token in any column of what is stored",
        why=_WHY,
        remedy=_remedy(flow.table, leaks),
        block=flow.block,
    )


def _remedy(table: str, leaks: tuple[Leak, ...]) -> str:
    column = leaks[0].column if leaks else next(iter(MARKED[table][0]))
    hidden = f"{column} = iif({column} matches regex @'<pattern>', '[redacted]', {column})"
    stream = f'streams = ["Microsoft-Table-{table}"]'
    return f'data_flow {{ {stream}, transform_kql = "source | extend {hidden}" }}'


def _words(cards: tuple[Leak, ...], tokens: tuple[Leak, ...]) -> str:
    """The leaks by column: ``card numbers with dashes in Message, Url; tokens in Properties``."""
    columns: dict[tuple[str, ...], list[str]] = {}
    for column in dict.fromkeys(leak.column for leak in (*cards, *tokens)):
        said = tuple(_of_column(column, cards, tokens))
        columns.setdefault(said, []).append(column)
    return "; ".join(f"{' and '.join(said)} in {', '.join(c)}" for said, c in columns.items())


def _of_column(column: str, cards: tuple[Leak, ...], tokens: tuple[Leak, ...]) -> Iterator[str]:
    here = [leak for leak in cards if leak.column == column]
    if here:
        names = [name for name in CARDS if any(leak.name == name for leak in here)]
        brands = "" if len(names) == len(CARDS) else f" of {', '.join(names)}"
        yield f"card numbers{brands} ({', '.join(dict.fromkeys(leak.how for leak in here))})"
    if any(leak.column == column for leak in tokens):
        yield f"the tokens of every processor ({', '.join(TOKENS)})"


DATA_10: Final = Control(
    id="DATA-10",
    title="Telemetry passes a transformation that removes card numbers and payment tokens before "
    "it is stored; gateways log no bodies and no credentials; Application Insights writes to a "
    "workspace and takes Entra tokens only",
    gap="Checkout flows store full payment tokens in Application Insights logs without redaction",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.81.5(d)(1)(A)",
        "Civ. Code 1798.100(e)",
        "11 CCR 7123(c)(1)",
        "11 CCR 7123(c)(5)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("5.3.1",)),
        ("CIS Azure 4.0", ("7.1.3.1",)),
        ("CIS Azure 5.0", ("6.1.3.1",)),
        ("CIS Azure 6.0", ("6.1.3.1",)),
        ("MCSB", ("NS-2", "DP-2", "LT-3")),
        ("NIST SP 800-53", ("SI-12", "AU-9", "PT-2", "PT-3")),
        ("PCI DSS 4.0.1", ("3.3.1", "3.4.1", "3.5.1", "10.3.2")),
    ),
    techniques=("T1213", "T1552.001"),
    remedy='data_flow { streams = ["Microsoft-Table-AppTraces"], transform_kql = "source | extend '
    "Message = iif(Message matches regex @'<pattern>', '[redacted]', Message)\" }",
    cannot_show=(
        "what the application really logs, and redaction in its code or in a collector",
        "tokens of a format that the samples do not have, and those stored before the rule was",
        "what goes past the transformations: live metrics, profiler, snapshots, container logs",
        "query strings in the access logs of gateways and web servers",
        "that the engine used here answers every expression as Azure's does",
    ),
    assess=_assess,
    weakenings=WEAKENINGS,
)
