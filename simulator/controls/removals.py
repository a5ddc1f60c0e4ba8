"""What a plan removes, in a verdict: the findings that this led to, and the resources that go.

A resource that goes is not declared any more, so that no control sees it. What it did is missing
then, without a word of why. Here each control is asked a second time, about the estate in which the
resource is still there: what is wrong only without it, its removal led to.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final, TypeAlias

from simulator.controls.verdict import Control, Finding, Outcome, Verdict
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Estate, Fate, Removal

_FEW: Final = 12  # removals that are tried one by one; each costs an assessment of the estate
_MANY: Final = 20  # removals of one type that are counted and not listed
_Removals: TypeAlias = tuple[Removal, ...]

_VERBS: Final = {
    Fate.DELETED: "deletes",
    Fate.REPLACED: "replaces",
    Fate.FORGOTTEN: "takes out of Terraform's care",
    Fate.LEFTOVER: "deletes what a failed replacement left of",
}
_THEN: Final = {
    Fate.DELETED: "what is deleted is not judged",
    Fate.REPLACED: "the new one is judged, and what the old one holds goes with it",
    Fate.FORGOTTEN: "it stays in Azure as it is, and is not judged",
    Fate.LEFTOVER: "what it holds goes with it",
}


def with_removals(control: Control, estate: Estate, result: Verdict) -> Verdict:
    """``result`` with what the plan removes: in the findings it led to, and as notes.

    >>> from simulator.controls.public_access import DATA_01
    >>> bare = Estate((), "plan.json", "plan")
    >>> with_removals(DATA_01, bare, DATA_01.assess(bare)).notes
    ()
    """
    if not estate.removals:
        return result
    before = _Before(control, estate)
    findings = tuple(before.explained(finding) for finding in result.findings)
    notes = (*result.notes, *_notes(control, estate))
    return replace(result, findings=findings, notes=notes)


@dataclass(frozen=True, slots=True)
class _Before:
    """The verdicts on an estate with what the plan removes still in it."""

    control: Control
    estate: Estate
    _verdicts: dict[tuple[str, ...], Verdict | None] = field(default_factory=dict)

    def explained(self, finding: Finding) -> Finding:
        """``finding`` with the removals that led to it, if any did."""
        gone = tuple(
            removal
            for removal in self.estate.removals
            if removal.fate in {Fate.DELETED, Fate.FORGOTTEN}
            and removal.resource.address not in self.estate.by_address
        )

        def undone(kept: _Removals) -> bool:
            verdict = self._verdict(kept)
            # Where something was open before, nobody knows that it was in order.
            return verdict is not None and _place(finding) not in map(_place, verdict.findings)

        if not gone or not undone(gone):
            return finding
        culprits = _culprits(gone, undone)
        return replace(finding, actual=f"{finding.actual}; this plan {_list(culprits)}")

    def _verdict(self, kept: _Removals) -> Verdict | None:
        """What the control says if these stay; ``None`` if it cannot say."""
        key = tuple(removal.resource.address for removal in kept)
        if key not in self._verdicts:
            stay = (replace(removal.resource, actions=("no-op",)) for removal in kept)
            before = replace(self.estate, resources=(*self.estate.resources, *stay))
            try:
                self._verdicts[key] = self.control.assess(with_azapi(before))
            except Exception:  # noqa: BLE001 - the verdict proper stands without this
                self._verdicts[key] = None
        return self._verdicts[key]


def _place(finding: Finding) -> tuple[str, str]:
    return finding.address, finding.attribute


def _culprits(gone: _Removals, undone: Callable[[_Removals], bool]) -> _Removals:
    """Those of ``gone`` that a finding comes from; of many whole types, if those are many too."""
    if len(gone) <= _FEW:
        return _needed([(removal,) for removal in gone], undone)
    guilty = _needed(_by_type(gone), undone)
    return _culprits(guilty, undone) if len(guilty) < len(gone) else guilty


def _needed(groups: Sequence[_Removals], undone: Callable[[_Removals], bool]) -> _Removals:
    """The groups that undo a finding each by itself; if none does, the fewest that do together."""
    enough = [group for group in groups if undone(group)]
    if not enough:
        enough = list(groups)
        for group in groups:
            others = [one for one in enough if one is not group]
            enough = others if undone(_flat(others)) else enough
    return _flat(enough)


def _flat(groups: Iterable[_Removals]) -> _Removals:
    return tuple(removal for group in groups for removal in group)


def _by_type(removals: Iterable[Removal]) -> list[_Removals]:
    ordered = sorted(removals, key=_type)
    return [tuple(group) for _, group in groupby(ordered, key=_type)]


def _type(removal: Removal) -> str:
    return removal.resource.type


def _list(culprits: _Removals) -> str:
    """``deletes azurerm_x.a, which led to it``."""
    return " and ".join(_verbs(culprits)) + ", which led to it"


def _verbs(removals: Iterable[Removal]) -> Iterator[str]:
    for fate in Fate:
        for group in _by_type(removal for removal in removals if removal.fate is fate):
            yield f"{_VERBS[fate]} {_named(group)}"


def _named(group: _Removals) -> str:
    if len(group) > _MANY:
        return f"{len(group)} resources of type {_type(group[0])}"
    return ", ".join(removal.resource.address for removal in group)


def _notes(control: Control, estate: Estate) -> Iterator[str]:
    """What goes of that which the control is about."""
    for group in _by_type(estate.removals):
        if not _is_about(control, group):
            continue
        for fate in Fate:
            told = tuple(removal for removal in group if removal.fate is fate)
            each = [told] if len(told) > _MANY else [(removal,) for removal in told]
            yield from (f"this plan {_VERBS[fate]} {_named(one)}: {_THEN[fate]}" for one in each)


def _is_about(control: Control, group: _Removals) -> bool:
    """Whether the control would judge these: it is asked about an estate of them alone."""
    resources = tuple(replace(removal.resource, actions=()) for removal in group)
    try:
        alone = control.assess(with_azapi(Estate(resources, "removals", "plan")))
    except Exception:  # noqa: BLE001 - it was asked, so it is about it
        return True
    return alone.outcome is not Outcome.NOT_APPLICABLE
