from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from simulator.evidence.drawing import KINDS, LEFT, RIGHT, draw
from simulator.evidence.ledger import plain
from simulator.timeline import Basis, Event, Kind
from tests.evidence.build import NEVER_STOPPED, SEEN_AND_STOPPED, SEEN_BY_OUTSIDERS, START

WINDOW = 72 * 3600.0
WEEKS = timedelta(days=400)


def event(kind, seconds):
    return Event(START + timedelta(seconds=seconds), kind, "w", Basis.MEASURED, "s")


@st.composite
def timelines(draw_):
    kinds = st.sampled_from(list(Kind))
    seconds = st.integers(0, int(WEEKS.total_seconds()))
    made = draw_(st.lists(st.builds(event, kinds, seconds), min_size=1, max_size=12))
    return sorted(made, key=lambda e: e.at)


@given(timelines(), st.floats(60, 1e7))
def test_marks_stay_on_the_axis_and_in_the_order_of_time(events, window):
    drawing = draw(plain(events), window)
    xs = [mark.x for mark in drawing.marks]
    assert len(xs) == len(events)
    assert xs == sorted(xs)
    assert all(LEFT <= x <= RIGHT for x in xs)
    ys = [mark.y for mark in drawing.marks]
    assert ys == sorted(set(ys))
    assert ys[-1] < drawing.height


@given(timelines(), st.floats(60, 1e7))
@example([event(Kind.ATTACK_STARTED, 0), event(Kind.DISCOVERED, 1)], 60.0)
@example(
    [
        event(Kind.ATTACK_STARTED, 0),
        event(Kind.ATTACK_STARTED, 34_027_310),
        event(Kind.DISCOVERED, 34_032_431),
    ],
    60.0,
)
def test_the_window_is_open_from_discovery_for_its_length(events, window):
    drawing = draw(plain(events), window)
    found = next((e for e in events if e.kind is Kind.DISCOVERED), None)
    if found is None:
        assert drawing.window is None
        return
    opens, closes = drawing.window
    assert LEFT <= opens < closes <= RIGHT
    for mark, e in zip(drawing.marks, events, strict=True):
        late = (e.at - found.at).total_seconds()
        if late < 0:
            assert mark.x <= opens
        elif late > window:
            assert mark.x >= closes
        else:
            assert opens <= mark.x <= closes


@given(timelines(), st.floats(60, 1e7))
def test_labels_of_the_axis_do_not_run_into_each_other(events, window):
    drawing = draw(plain(events), window)
    xs = sorted(tick.x for tick in drawing.ticks)
    # The window's end may stand near to discovery; nothing else is placed without room.
    near = [b - a for a, b in pairwise(xs) if b - a < 40]
    assert len(near) <= 1


def test_minutes_and_weeks_are_both_told_apart():
    quick, slow = (draw(plain(e), WINDOW) for e in (SEEN_AND_STOPPED, SEEN_BY_OUTSIDERS))
    for drawing in (quick, slow):
        by_title = {mark.title: mark.x for mark in drawing.marks}
        gaps = [
            by_title["Discovered"] - by_title["First access"],
            by_title["Contained"] - by_title["Discovered"],
        ]
        assert min(gaps) > 60
    assert slow.marks[-1].x > slow.window[1]
    assert quick.marks[-1].x < quick.window[1]


def test_times_are_told_from_the_zero_of_their_stretch():
    times = {mark.title: mark.time for mark in draw(plain(SEEN_BY_OUTSIDERS), WINDOW).marks}
    assert times["First access"] == "3 s"
    assert times["Discovered"] == "25 d 3 h"
    assert times["People told"] == "+2 h"
    assert times["Contained"] == "+6 d 21 h"


def test_a_leak_that_is_never_discovered_has_no_window():
    drawing = draw(plain(NEVER_STOPPED), WINDOW)
    assert drawing.window is None
    assert [stretch.title for stretch in drawing.stretches] == ["since the attack began"]


def test_a_discovery_at_the_very_start_leaves_the_axis_to_what_follows():
    drawing = draw(plain([event(Kind.DISCOVERED, 0), event(Kind.CONTAINED, 60)]), WINDOW)
    assert drawing.window[0] == LEFT
    assert drawing.marks[1].time == "+1 min"


def test_nothing_to_draw_is_no_drawing():
    assert draw([], WINDOW) is None


def test_a_modelled_wait_that_only_a_note_tells_of_is_drawn_as_modelled():
    waited = (
        event(Kind.DISCOVERED, 0),
        replace(event(Kind.NOTE, 7 * 86_400), basis=Basis.MODELLED),
        event(Kind.ACTION, 7 * 86_400),
    )
    _, note, action = draw(plain(waited), WINDOW).marks
    assert (note.basis, note.x > note.before) == ("modelled", True)
    assert (action.basis, action.x) == ("measured", action.before)


def test_every_kind_of_event_has_a_name():
    assert set(KINDS) == set(Kind)


def test_a_long_label_is_cut_and_the_whole_kept():
    long = Event(datetime(2026, 6, 1, tzinfo=UTC), Kind.ALERT, "x" * 99, Basis.MEASURED, "s")
    (mark,) = draw(plain([long]), WINDOW).marks
    assert len(mark.title + mark.what) <= 42
    assert mark.what.endswith("…")
    assert mark.whole == "x" * 99
