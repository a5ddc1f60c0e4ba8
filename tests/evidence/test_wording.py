import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from simulator.evidence.wording import duration, limit, stopwatch, visible

UNITS = {"d": 86_400, "h": 3600, "min": 60, "s": 1}


def seconds_of(words):
    parts = words.lstrip("-").split()
    return sum(int(n) * UNITS[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))


@given(st.floats(0, 1e9))
def test_a_duration_in_words_is_as_exact_as_its_smallest_unit(seconds):
    step = 1 if seconds < 600 else 60 if seconds < 86_400 else 3600
    assert abs(seconds_of(duration(seconds)) - seconds) <= step / 2
    assert "60 min" not in duration(seconds)
    assert "24 h" not in duration(seconds)


@given(st.integers(1, 10**7))
def test_a_negative_duration_is_marked(seconds):
    assert duration(-seconds) == f"-{duration(seconds)}"


@given(st.integers(0, 10**8))
def test_a_stopwatch_is_exact(seconds):
    days, _, clock = stopwatch(seconds).rpartition(" d ")
    hours, minutes, rest = clock.split(":")
    total = int(days or 0) * 86_400 + int(hours) * 3600 + int(minutes) * 60 + int(rest)
    assert total == seconds


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(259_200, "72 h"), (3600, "1 h"), (2_592_000, "720 h"), (90, "1 min 30 s")],
)
def test_limits_are_spoken_of_in_hours(seconds, words):
    assert limit(seconds) == words


@given(st.text(st.characters()))
def test_visible_text_shows_every_character(text):
    shown = visible(text)
    assert all(c.isprintable() or c in "\n\t" for c in shown)
    assert visible(shown) == shown


def test_what_shows_already_stays_as_it_is():
    for value in ("Zoë, 商店, עולם", 3, None, Markup("<b>\x1b</b>")):
        assert visible(value) == value
