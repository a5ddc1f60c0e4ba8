"""A mutation report in words: for a terminal, and as a page of the documentation."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from simulator.controls.registry import CONTROLS
from simulator.controls.verdict import Harm, Outcome
from simulator.mutation.score import Report, Tally
from simulator.mutation.trial import Mark, Trial

Paint = Callable[[str, str], str]
"""A text in a colour: ``good``, ``bad`` or ``doubtful``."""

_DONE: Final = {
    Harm.DELETE: "taken out",
    Harm.FLIP: "turned round",
    Harm.WEAKEN: "weakened",
    Harm.WIDEN: "opened wider",
    Harm.EXPIRE: "made to run out",
    Harm.UNLINK: "pointed elsewhere",
    Harm.MISSPELL: "misspelt",
}


def plain(text: str, _: str) -> str:
    """The text without any colour."""
    return text


def lines(report: Report, paint: Paint = plain) -> Iterator[str]:
    """The report, line by line: what lives, then a line for each control, then the score."""
    for trial in report.trials:
        if trial.mark in {Mark.SURVIVED, Mark.NOISY, Mark.INVALID}:
            yield from _trial(trial, paint)
            yield ""
    for tally in report.tallies:
        yield _control(tally, paint)
    for control, weakenings in report.idle.items():
        shown = ", ".join(
            " ".join(filter(None, (w.harm, w.type, w.path, w.where and f"({w.where})")))
            for w in weakenings
        )
        yield f"{control}: fits nothing here: {shown}"
    if report.in_json:
        yield f"left alone, as it is written in JSON: {', '.join(report.in_json)}"
    yield ""
    yield _score(report)


def _trial(trial: Trial, paint: Paint) -> Iterator[str]:
    mutant = trial.mutant
    colour = "bad" if trial.mark is Mark.SURVIVED else "doubtful"
    head = paint(str(trial.mark), colour)
    yield f"{head}: {mutant.control} {mutant.file}:{mutant.line} {mutant.address}"
    what = mutant.weakening.path or "the whole resource"
    yield f"  change: {what} {_DONE[mutant.weakening.harm]}"
    yield f"    was: {mutant.before or '(not written)'}"
    yield f"    is:  {mutant.after or '(nothing)'}"
    yield f"  means: {meaning(trial)}"


def meaning(trial: Trial) -> str:  # noqa: PLR0911 - one answer for each mark
    """What it says of the controls that a mutant was not killed."""
    control = trial.mutant.control
    title = CONTROLS[control].title
    others = ", ".join(f"{id_} is now {outcome}" for id_, outcome in trial.others)
    match trial.mark:
        case Mark.SURVIVED if trial.outcome is Outcome.NOT_APPLICABLE:
            return f"{control} finds nothing left to judge, and so does not tell that this is gone"
        case Mark.SURVIVED:
            seen = f" ({others})" if others else ""
            return f'{control} would not see it{seen}: it still holds that "{title}"'
        case Mark.NOISY:
            return f"{control} sees it, but {others}: this is not about them"
        case Mark.INVALID:
            return f"the changed configuration cannot be read: {trial.why}"
        case Mark.UNSCORED:
            return f"{control} did not pass before, so that it proves nothing that it fails now"
        case Mark.EQUAL:
            return "the change changes no value of the estate"
        case Mark.KILLED:
            return f"{control} sees it"


def _control(tally: Tally, paint: Paint) -> str:
    if tally.before is not Outcome.PASSED:
        return f"{tally.control}  not scored: it is {tally.before} on this estate as it is"
    if not tally.counted:
        return f"{tally.control}  not scored: no mutant of it counts"
    killed = tally.marks.get(Mark.KILLED, 0)
    colour = "good" if killed == tally.counted else "bad"
    rest = ", ".join(
        f"{tally.marks[mark]} {mark}"
        for mark in Mark
        if mark is not Mark.KILLED and tally.marks.get(mark)
    )
    return (
        f"{tally.control}  "
        + paint(f"{killed} of {tally.counted} killed", colour)
        + (f" ({rest})" if rest else "")
    )


def _score(report: Report) -> str:
    total = report.total
    tried = f"{len(report.trials)} of {report.of} mutants tried"
    if total.score is None:
        return f"{report.source}: {tried}; nothing could be scored"
    return (
        f"{report.source}: {tried}; {total.marks.get(Mark.KILLED, 0)} of the {total.counted} that "
        f"count were killed: score {total.score:.3f}"
    )


_PAGE: Final = """\
# Mutation score of the controls

A control that passes says something only if it fails where it should. `cpra-drill mutate` takes an
estate that passes, breaks one argument, block or resource at a time (through python-hcl2's syntax
tree, in a copy), reads it again and asks every control. A mutant is killed when the control that it
is meant for fails, or can no longer tell, and no other control changes its outcome except those
that rightly do. The changes are those that each control lists itself: what no list names is not
measured, and lists were corrected where a mutant showed a change to be harmless.

Mutants that survive, and noisy ones for which other controls change too, count against the score.
Changes that change no value, and configurations that can no longer be read, are not counted.

On `{estate}`: {mutants} mutants, of which {killed} were killed ({killed_as_unknown} of them by a
control that can no longer tell; the others by one that fails), {survived} survived, {noisy} were
noisy; {equal} changed nothing and {invalid} could not be read. **Score: {score:.3f}**

| control | outcome before | killed | survived | noisy | equal | invalid | score |
|---|---|---|---|---|---|---|---|
{rows}
{listed}
Run it on your own estate: `cpra-drill mutate DIR`. This page is made by
`scripts/mutation_score.py`; do not edit it by hand.
"""


def page(made: Mapping[str, Any]) -> str:
    """A record (see :func:`~simulator.mutation.score.record`) as a page in Markdown."""
    rows = "\n".join(_row(control) for control in made["controls"])
    left = [one for one in made["not_killed"] if one["mark"] in {Mark.SURVIVED, Mark.NOISY}]
    listed = "\n".join(_item(one) for one in left)
    listed = f"\n## Not killed\n\n{listed}\n" if left else ""
    return _PAGE.format(**{**made, "rows": rows, "listed": listed, "score": made["score"] or 0})


def _row(control: Mapping[str, Any]) -> str:
    score = "not scored" if control["score"] is None else f"{control['score']:.3f}"
    counts = (str(control[mark]) for mark in (*_COLUMNS,))
    return f"| {control['id']} | {control['outcome']} | {' | '.join(counts)} | {score} |"


_COLUMNS: Final = (Mark.KILLED, Mark.SURVIVED, Mark.NOISY, Mark.EQUAL, Mark.INVALID)


def _item(one: Mapping[str, Any]) -> str:
    others = ", ".join(f"{id_} {outcome}" for id_, outcome in one["others"].items())
    after = one["after"] or "nothing"
    return (
        f"- {one['mark']}: {one['control']}, `{one['file']}:{one['line']}`, `{one['address']}` "
        f"`{one['path']}`: `{one['before'] or 'not written'}` becomes `{after}`"
        + (f" ({others})" if others else "")
    )
