"""Durations and profiles."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.profile import ProfileError, load_profile, parse_duration


@given(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(days, hours, minutes, seconds):
    text = f"{days}d{hours}h {minutes}m{seconds}s"
    expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(text) == expected


@pytest.mark.parametrize("text", ["", "72", "h", "72h!", "three days", "-1h", "1h 2x"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ProfileError, match="is not a duration"):
        parse_duration(text)


def test_every_shipped_figure_has_a_source_and_a_range_that_holds_it():
    profile = load_profile()
    assert profile.starts == datetime(2026, 6, 1, 9, tzinfo=UTC)
    for figure in profile.figures.values():
        assert figure.source
        assert figure.low <= figure.typical <= figure.high
        assert figure.low <= figure.draw(Random(1)) <= figure.high


def test_a_profile_of_ones_own_replaces_the_figures_that_it_names(tmp_path):
    own = tmp_path / "ours.toml"
    own.write_text('[analyst_triage]\ntypical = "20m"\nsource = "our on-call log, 2026"\n')
    profile = load_profile(own)
    assert profile["analyst_triage"].typical == timedelta(minutes=20)
    assert profile["outside_discovery"].typical == timedelta(days=25)
    assert (profile.consumers, profile.californian) == (2000, 0.7)


def test_a_profile_says_how_many_consumers_there_are_and_how_many_of_them_californian(tmp_path):
    own = tmp_path / "ours.toml"
    own.write_text("consumers = 500\ncalifornian = 1\n")
    profile = load_profile(own)
    assert (profile.consumers, profile.californian) == (500, 1.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[nonsense]\ntypical = '1m'\nsource = 'x'\n", "unknown figure 'nonsense'"),
        ("[analyst_triage]\ntypical = '1m'\n", "analyst_triage needs both typical and source"),
        ("[analyst_triage]\ntypical = 'soon'\nsource = 'x'\n", "'soon' is not a duration"),
        ("analyst_triage = 3\n", "analyst_triage must be a table"),
        ("starts = 2026-06-01T09:00:00\n", "starts must be a date and time with an offset"),
        (
            "[analyst_triage]\ntypical = '1m'\nlow = '2m'\nsource = 'x'\n",
            "typical must lie between low and high",
        ),
        ("not toml", "not TOML"),
        ("consumers = 0\n", "consumers must be a whole number from 1 to 1,000,000"),
        ("consumers = 'many'\n", "consumers must be a whole number"),
        ("californian = 70\n", "californian must be a number from 0 to 1"),
    ],
)
def test_a_profile_that_is_no_good_is_refused_with_the_file_and_the_place(tmp_path, text, message):
    own = tmp_path / "ours.toml"
    own.write_text(text)
    with pytest.raises(ProfileError, match=message) as error:
        load_profile(own)
    assert "ours.toml" in str(error.value)


def test_a_profile_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(tmp_path / "absent.toml")


def test_a_figure_that_nobody_has_written_down_is_refused():
    with pytest.raises(ProfileError, match="no figure called 'wishful'"):
        load_profile()["wishful"]
