"""What a control says about an estate."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulator.estate.model import (
    Block,
    Estate,
    Omitted,
    Origin,
    Resource,
    Value,
    printable,
    show,
)


class Outcome(StrEnum):
    """The four outcomes. Only ``PASSED`` is a pass."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Severity(StrEnum):
    """How bad a failed finding is for personal information."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that cannot be known, about one resource.

    ``attribute`` is the dotted attribute (or the missing thing, e.g. ``diagnostic_setting``);
    ``actual`` and ``expected`` are in words; ``why`` says what it means for a leak and cites;
    ``remedy`` is one line of HCL (for an unknown finding: what would settle it); ``default`` names
    the provider default that decided, ``""`` if none did. ``unknown`` marks a finding that could
    not be settled rather than one that failed.
    """

    address: str
    origin: Origin
    attribute: str
    actual: str
    expected: str
    why: str
    remedy: str
    severity: Severity = Severity.HIGH
    default: str = ""
    unknown: bool = False

    def __str__(self) -> str:
        verb = "cannot be known" if self.unknown else "is wrong"
        return (
            f"{self.address} ({self.origin}): {self.attribute} {verb}\n"
            f"    is:        {self.actual}\n"
            f"    should be: {self.expected}\n"
            f"    why:       {self.why}\n"
            f"    {'settle:   ' if self.unknown else 'fix:      '} {self.remedy}"
        )


def finding(  # noqa: PLR0913 - a finding has this many parts, all named by the caller
    resource: Resource,
    attribute: str,
    actual: Value | str,
    *,
    expected: str,
    why: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
    unknown: bool = False,
    block: Block | None = None,
) -> Finding:
    """A finding about ``resource``, with the actual value in words and the default that decided.

    Names and values from the configuration are told on one line. The place is that of ``block``, or
    else of the innermost nested block around the attribute of which there is one alone.
    """
    origin = _place(resource, attribute) if block is None else block.origin or resource.origin
    default = actual.decided_by if isinstance(actual, Omitted) else ""
    return Finding(
        address=resource.address,
        origin=origin,
        attribute=printable(attribute),
        actual=printable(actual) if isinstance(actual, str) else show(actual),
        expected=printable(expected),
        why=why,
        remedy=printable(remedy),
        severity=severity,
        default=default,
        unknown=unknown,
    )


def _place(resource: Resource, attribute: str) -> Origin:
    place, block = resource.origin, resource.body
    for name in attribute.split(".")[:-1]:
        inside = block.blocks(name)
        if len(inside) != 1:
            break
        (block,) = inside
        place = block.origin or place
    return place


def urgent_first(findings: Iterable[Finding]) -> list[Finding]:
    """Failures before what is unknown, the worst first; among equals in the order found."""
    worst_first = list(Severity)
    return sorted(findings, key=lambda one: (one.unknown, worst_first.index(one.severity)))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A control's outcome on an estate.

    ``looked_at`` lists the addresses that were judged, or, for not-applicable, what was looked for.
    ``notes`` are what else a reader has to know, such as data stores that a plan deletes.
    """

    control: str
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    looked_at: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def verdict(control: str, looked_at: Iterable[Resource | str], found: Iterable[Finding]) -> Verdict:
    """Fold findings into a verdict: any failure fails, else any unknown is unknown, else passed.

    Use :func:`not_applicable` where there was nothing to look at; an empty ``looked_at`` here
    raises ``ValueError``, because "nothing was checked" must never read as a pass.
    """
    seen = tuple(x if isinstance(x, str) else x.address for x in looked_at)
    findings = tuple(found)
    if not seen and not findings:
        raise ValueError(f"{control}: nothing was looked at; that is not a pass")
    if any(not f.unknown for f in findings):
        outcome = Outcome.FAILED
    else:
        outcome = Outcome.UNKNOWN if findings else Outcome.PASSED
    return Verdict(control, outcome, findings, seen)


def not_applicable(control: str, *looked_for: str) -> Verdict:
    """The estate declares none of what the control is about; ``looked_for`` says what that is."""
    return Verdict(control, Outcome.NOT_APPLICABLE, (), looked_for)


class Harm(StrEnum):
    """How a change to one place of a configuration undoes a control."""

    DELETE = "delete"
    FLIP = "flip"
    WEAKEN = "weaken"
    WIDEN = "widen"
    EXPIRE = "expire"
    UNLINK = "unlink"
    MISSPELL = "misspell"


@dataclass(frozen=True, slots=True)
class Weakening:
    """One change to a passing configuration after which a control must not pass any more.

    ``type`` is the resource type and ``path`` the dotted argument or nested block in it; ``""`` is
    the whole resource. ``value`` is the HCL expression to put there; ``DELETE`` and ``FLIP`` need
    none. An argument that is not written is added, a block that is not written is not. Where
    ``where`` is given, only resources whose address contains it are changed. ``also`` are the other
    controls that rightly fail too.

    >>> Weakening(Harm.FLIP, "azurerm_key_vault", "purge_protection_enabled").value
    ''
    """

    harm: Harm
    type: str
    path: str = ""
    value: str = ""
    where: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """One CPRA leak-response control: what it demands, why, and the predicate that proves it.

    ``title`` is the desired state. ``gap`` is the dossier's wording of what goes wrong.
    ``citations`` are the California sources, ``frameworks`` maps a framework to its ids,
    ``techniques`` are ATT&CK ids. ``remedy`` is the usual repair in one line of HCL;
    ``cannot_show`` says what Terraform cannot prove. ``weakenings`` are changes that must break it.
    """

    id: str
    title: str
    gap: str
    severity: Severity
    citations: tuple[str, ...]
    frameworks: tuple[tuple[str, tuple[str, ...]], ...]
    techniques: tuple[str, ...]
    remedy: str
    cannot_show: tuple[str, ...]
    assess: Callable[[Estate], Verdict]
    weakenings: tuple[Weakening, ...] = ()
