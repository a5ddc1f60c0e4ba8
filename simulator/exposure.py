"""What a drill's leak means: who is affected, which clocks run, and what it may cost.

It follows from the bytes that the intruder really received, the data set's truth and the dated
tables of ``law.toml``. Ranges and limits to check; neither legal advice nor a prediction.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from simulator.dataset.elements import Element, listed_82, listed_150
from simulator.dataset.truth import Affected, Received, Truth
from simulator.law import (
    DOSSIER_WINDOW,
    Certainty,
    Damages,
    Deadline,
    Provision,
    damages,
    end_of_day,
    law,
    local_date,
    window_title,
)
from simulator.timeline import Event, Kind, Timeline


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What no drill can know about the company; each default is the plain case.

    ``regimes`` holds the ids of other regimes that apply to it (``gdpr33``, ``nydfs``, ``nis2``).
    ``residents_told`` is the date in California on which residents were notified. ``key_taken``
    says that the intruder also has the key to what the shop had encrypted.
    """

    window: timedelta = DOSSIER_WINDOW
    maintains_for_others: bool = False
    key_taken: bool = False
    residents_told: date | None = None
    regimes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = [clock.id for clock in law().clocks.values() if clock.other_regime]
        if unknown := sorted(self.regimes.difference(known)):
            raise ValueError(f"unknown regime {unknown[0]!r}; the regimes are {', '.join(known)}")
        if self.window <= timedelta(0):
            raise ValueError(f"the response window must be longer than nothing, got {self.window}")


PLAIN = Circumstances()


@dataclass(frozen=True, slots=True)
class ElementCount:
    """How many consumers lost one element in the clear, and what the statutes make of it."""

    element: Element
    consumers: int
    californian: int
    el_150: bool
    el_82: bool
    citation: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a leak means. Counts are of consumers, each counted once.

    ``listed_150`` and ``listed_82`` count those who lost an element of Civ. Code 1798.150 and
    1798.82 in the clear (with a ``key_taken``, ``listed_82`` the encrypted ones too).
    ``encrypted_only`` are those of whom nothing arrived in the clear. ``in_part`` are those of whom
    some element is counted because of a record that arrived in part: an upper bound.
    """

    affected: int
    californian: int
    listed_150: int
    listed_150_californian: int
    listed_82: int
    listed_82_californian: int
    encrypted_only: int
    in_part: int
    by_element: tuple[ElementCount, ...]
    unattributed: tuple[tuple[str, str], ...]
    deadlines: tuple[Deadline, ...]
    damages: Damages
    notes: tuple[str, ...]

    @property
    def window(self) -> Deadline:
        """The response window: a target, not law."""
        return self.deadlines[0]

    def deadline(self, id_: str) -> Deadline | None:
        """The deadline called ``id_``, or ``None`` if it was not looked at."""
        return next((d for d in self.deadlines if d.id == id_), None)


def exposure(
    timeline: Timeline, truth: Truth, received: Received, circumstances: Circumstances = PLAIN
) -> Exposure:
    """Who is affected, which clocks run and from when, and the range of statutory damages.

    Raises ``ValueError`` for a negative number of bytes.

    >>> nothing = exposure(Timeline(()), Truth({}, {}), {})
    >>> nothing.affected, nothing.damages.maximum, nothing.window.applies
    (0, 0, False)
    """
    people, unattributed = truth.affected(received), truth.unattributed(received)
    private_action = [a for a in people if listed_150(a.elements)]
    to_notify = [a for a in people if listed_82(_readable(a, circumstances))]
    return Exposure(
        affected=len(people),
        californian=_californians(people),
        listed_150=len(private_action),
        listed_150_californian=_californians(private_action),
        listed_82=len(to_notify),
        listed_82_californian=_californians(to_notify),
        encrypted_only=sum(not a.elements for a in people),
        in_part=sum(a.in_part for a in people),
        by_element=_by_element(people),
        unattributed=unattributed,
        deadlines=(
            _window(timeline, circumstances.window, leaked=bool(people or unattributed)),
            *_limits(timeline, circumstances, people, to_notify),
        ),
        damages=damages(_californians(private_action), _incident(timeline)),
        notes=_notes(people, truth, received, circumstances),
    )


def _readable(person: Affected, circumstances: Circumstances) -> frozenset[Element]:
    """1798.82(a)(1) treats encrypted information taken with its key as it treats the clear."""
    return person.elements | person.encrypted if circumstances.key_taken else person.elements


def _californians(people: Iterable[Affected]) -> int:
    return sum(person.californian for person in people)


def _by_element(people: Iterable[Affected]) -> tuple[ElementCount, ...]:
    counts: Counter[tuple[Element, bool]] = Counter()
    for person in people:
        counts.update((element, person.californian) for element in person.elements)
    return tuple(
        ElementCount(
            element=element,
            consumers=counts[element, True] + counts[element, False],
            californian=counts[element, True],
            el_150=element.el_150,
            el_82=element.el_82,
            citation=element.citation,
            certainty=element.certainty,
        )
        for element in Element
        if counts[element, True] + counts[element, False]
    )


def _incident(timeline: Timeline) -> date | None:
    begun = timeline.first(Kind.FIRST_ACCESS) or timeline.first(Kind.ATTACK_STARTED)
    return None if begun is None else local_date(begun.at)


def _limits(
    timeline: Timeline,
    circumstances: Circumstances,
    people: Sequence[Affected],
    to_notify: Sequence[Affected],
) -> tuple[Deadline, ...]:
    """The limits that law sets."""
    clocks = law().clocks
    discovered = timeline.first(Kind.DISCOVERED)
    found = None if discovered is None else discovered.at
    residents = _californians(to_notify)
    of = f"{residents} residents with an element of Civ. Code 1798.82(h)"
    notice = clocks["ca_resident_notice"].deadline(found, applies=residents > 0, of=of)
    told = circumstances.residents_told
    if told is not None and notice.due is not None:
        notice = replace(notice, met=told <= notice.due.date())
    # Until residents are told, the Attorney General's clock is counted from the last day for it.
    sample = clocks["ca_ag_sample"].deadline(
        notice.due if told is None else end_of_day(told),
        applies=residents > clocks["ca_ag_sample"].more_than,
        of=of,
    )
    if told is None and sample.due is not None:
        why = f"{sample.why}; from the last day for that notice, so earlier if it is given earlier"
        sample = replace(sample, why=why)
    for_others = circumstances.maintains_for_others and bool(to_notify)
    return (
        notice,
        sample,
        clocks["owner_notice"].deadline(found, applies=for_others),
        *(
            clock.deadline(found, applies=bool(people))
            for clock in clocks.values()
            if clock.id in circumstances.regimes
        ),
    )


def _window(timeline: Timeline, window: timedelta, *, leaked: bool) -> Deadline:
    """Met if the leak was contained for good, and those responsible were told, before it closed."""
    discovered = timeline.first(Kind.DISCOVERED)
    starts = None if discovered is None else discovered.at
    due = None if starts is None else starts + window
    met: bool | None = None
    why = "no consumer's data was received"
    if leaked and starts is not None and due is not None:
        steps = {"contained": timeline.contained(), "notified": timeline.first(Kind.NOTIFIED)}
        met = all(step is not None and step.at <= due for step in steps.values())
        why = "; ".join(_step(done, step, starts) for done, step in steps.items())
    elif leaked:
        met, why = False, "the leak was never discovered"
    return Deadline(
        id="dossier_72h",
        title=window_title(window),
        applies=leaked,
        why=why,
        starts=starts,
        due=due,
        met=met,
        law=False,
        provision=Provision(
            "From discovery until the leak is contained and those responsible are notified. No"
            " provision of the CPRA or CCPA with such a limit was found.",
            "target of the dossier",
            Certainty.NOT_LAW,
        ),
    )


def _step(done: str, step: Event | None, starts: datetime) -> str:
    if step is None:
        return f"not {done}"
    hours = (step.at - starts).total_seconds() / 3600
    side = "after" if hours >= 0 else "before"
    return f"{done} {abs(hours):.1f} h {side} discovery ({step.basis})"


def _notes(
    people: Sequence[Affected], truth: Truth, received: Received, circumstances: Circumstances
) -> tuple[str, ...]:
    """What a reader must know to read the counts right."""
    filled = sorted(
        {
            (key[0], truth.blobs[key].recipe)
            for key, n in received.items()
            if n and key in truth.blobs
        }
    )
    notes = ["The consumers are invented, and a container's name decides what it was filled with."]
    notes += [f"Container {container} was filled as: {recipe}." for container, recipe in filled]
    if in_part := sum(a.in_part for a in people):
        notes.append(
            f"Upper bound: {in_part} consumers are counted, for some element, because of a record"
            " that arrived in part."
        )
    if others := len(truth.unattributed(received)):
        blobs = "1 blob received is" if others == 1 else f"{others} blobs received are"
        notes.append(f"{blobs} not of the data set; nobody in them is counted.")
    if encrypted := sum(bool(a.encrypted) for a in people):
        treated = "with it" if circumstances.key_taken else "without it"
        notes.append(
            f"{encrypted} consumers lost elements that the shop had encrypted. Civ. Code 1798.150"
            " speaks of nonencrypted information, so they do not count there; under 1798.82(a)(1)"
            f" they count with the key alone, and the intruder is taken to be {treated}."
        )
    if elsewhere := len(people) - _californians(people):
        notes.append(
            f"{elsewhere} consumers live outside California; the laws of other states are not"
            " looked at."
        )
    return tuple(notes)
