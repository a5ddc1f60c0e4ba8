"""What the terminal says at the end of a run, in lines."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from simulator.controls.waivers import WAIVED
from simulator.evidence.ledger import Json
from simulator.evidence.summary import DRILL_OUTCOMES, NOT_HELD, WAIVER_STATES
from simulator.evidence.wording import change_words, counted, duration, read_as

_MOST: Final = 20  # lines of changes; the ledger has them all
_LONGEST: Final = 60  # characters of a value; the ledger has it whole
_SIGNS: Final = {"changed": "~", "added": "+", "removed": "-"}
"""What a line of a change begins with; attributes come first, as they say the most."""
_TIMES: Final = {"detected": "seen", "contained": "shut out", "notified": "people told"}


def terminal_lines(ledger: Mapping[str, Json]) -> list[str]:
    """A line for the estate, each control, drill and waiver, and what differs from the base."""
    return [
        *_estate("estate", ledger["run"]["estate"]),
        *map(_verdict, ledger["controls"]),
        *(
            f"{drill['attack']['id']}  "
            + ("could not be held" if drill["outcome"] in NOT_HELD else drill["outcome"])
            for drill in ledger["drills"]
        ),
        *_waivers(ledger["waivers"]),
        *(_base(ledger["base"], ledger["run"]["estate"]) if "base" in ledger else ()),
    ]


def _estate(name: str, estate: Json) -> Iterator[str]:
    yield f"{name}  {estate['source']}, read as {read_as(estate['reader'], estate['why'])}"
    if estate["removals"]:
        yield f"  the plan removes {counted(len(estate['removals']), 'resource')}"
    if estate["drift"]:
        yield f"  {counted(len(estate['drift']), 'attribute')} changed outside Terraform"


def _verdict(control: Json) -> str:
    findings = control["findings"]
    waived = sum(bool(finding["waivers"]) for finding in findings)
    told = f" ({counted(len(findings), 'finding')}" if findings else ""
    if control["counts_as"] == WAIVED:
        return f"{control['id']}  WAIVED, which is no pass: {control['outcome']}{told})"
    told += f", {waived} of them waived" if waived else ""
    return f"{control['id']}  {control['counts_as']}{told + ')' if told else ''}"


def _waivers(waivers: Sequence[Json]) -> Iterator[str]:
    """Each waiver, those first that cover nothing although somebody counts on them."""
    if not waivers:
        return
    yield ""
    yield counted(len(waivers), "waiver")
    states = list(WAIVER_STATES)
    for waiver in sorted(waivers, key=lambda one: states.index(one["state"])):
        place = f"{waiver['origin']['file']}:{waiver['origin']['line']}"
        where = " ".join(filter(None, (waiver["control"], waiver["address"], waiver["attribute"])))
        if waiver["state"] == "in-force":
            covers = counted(len(waiver["covers"]), "finding")
            yield f"  WAIVED {waiver['why']} by {waiver['owner']}: {where} ({covers}; {place})"
            yield f"    because: {waiver['reason']}"
        else:
            state = WAIVER_STATES[waiver["state"]].partition(":")[0].lower()
            yield f"  {state}: {where} ({waiver['owner']}; {place}): {waiver['why']}"


def _base(base: Json, estate: Json) -> Iterator[str]:
    yield ""
    yield from _estate("against the base estate", base)
    moved = [control for control in base["controls"] if _moved(control)]
    yield from map(_control, moved)
    if same := len(base["controls"]) - len(moved):
        yield f"{counted(same, 'control')} unchanged"
    yield from map(_drill, base["drills"])
    yield from _changes(base, estate)


def _moved(control: Json) -> bool:
    return control["before"] != control["after"] or bool(control["new"] or control["gone"])


def _control(control: Json) -> str:
    parts = [
        f"{counted(len(control[word]), 'finding')} {word}"
        for word in ("gone", "new")
        if control[word]
    ]
    told = f" ({', '.join(parts)})" if parts else ""
    return f"{control['id']}  {control['before']} -> {control['after']}{told}"


def _drill(drill: Json) -> str:
    before, after = drill["before"], drill["after"]
    if before == after:
        return f"{drill['attack']}  unchanged: {after['outcome']}"
    leaked = all(state["outcome"] not in {"prevented", *NOT_HELD} for state in (before, after))
    times = [
        f"{words} {_time(before[name])} -> {_time(after[name])}"
        for name, words in _TIMES.items()
        if leaked and before[name] != after[name]
    ]
    outcomes = " -> ".join(DRILL_OUTCOMES[s["outcome"]].lower() for s in (before, after))
    return f"{drill['attack']}  {outcomes}{' (' + ', '.join(times) + ')' if times else ''}"


def _time(seconds: float | None) -> str:
    return "never" if seconds is None else duration(seconds)


def _changes(base: Json, estate: Json) -> Iterator[str]:
    words = change_words(base["reader"], estate["reader"])
    counts = Counter(change["kind"] for change in base["changes"])
    untold = counts.pop("untold", 0)
    if not counts:
        yield "no change"
    else:
        each = (
            counted(counts[kind], *things) + f" {words[kind]}"
            for kind, things in (
                ("added", ("resource",)),
                ("removed", ("resource",)),
                ("changed", ("attribute",)),
            )
            if counts[kind]
        )
        yield f"{counted(sum(counts.values()), 'change')}: {', '.join(each)}"
    listed = sorted(
        (change for change in base["changes"] if change["kind"] in _SIGNS),
        key=lambda change: list(_SIGNS).index(change["kind"]),
    )
    yield from map(_change, listed[:_MOST])
    if len(listed) > _MOST:
        yield f"  and {len(listed) - _MOST} more in the ledger"
    if untold:
        yield f"  {counted(untold, 'resource')} could not be compared; the ledger says why"


def _change(change: Json) -> str:
    line = f"  {_SIGNS[change['kind']]} {change['address']}"
    if change["kind"] != "changed":
        return line
    values = f"{_short(change['before'])} -> {_short(change['after'])}"
    return f"{line}  {change['attribute']}: {values}"


def _short(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
