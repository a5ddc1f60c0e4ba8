from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.dataset.blobs import Blob, Record, blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.elements import Element
from simulator.dataset.truth import Truth
from simulator.exposure import Circumstances, exposure
from simulator.law import CALIFORNIA, Certainty
from simulator.timeline import Basis, Event, Kind, Timeline

E = Element
START = datetime(2026, 6, 1, 9, tzinfo=UTC)
PEOPLE = consumers(600, seed=4)
SHOP = [
    "customers",
    "orders",
    "invoices",
    "identity",
    "accounts",
    "app-insights",
    "sealed",
    "images",
]
MADE = blobs(PEOPLE, SHOP, seed=4)
TRUTH = Truth.of(PEOPLE, MADE)
KEYS = sorted(TRUTH.blobs)


def event(kind, hours, start=START):
    return Event(start + timedelta(hours=hours), kind, "", Basis.MODELLED, "a test")


def timeline(*events, start=START):
    return Timeline(tuple(event(kind, hours, start) for kind, hours in events))


FOUND = ((Kind.FIRST_ACCESS, 0), (Kind.LAST_ACCESS, 1), (Kind.DISCOVERED, 2))
GOOD = timeline(*FOUND, (Kind.CONTAINED, 3), (Kind.NOTIFIED, 4))


def everything(*containers):
    return {k: len(b.content) for k, b in TRUTH.blobs.items() if k[0] in containers}


def leak_of(people, *elements, encrypted=False):
    """A truth in which each of these people lost these elements, and the bytes that show it."""
    records = tuple(Record(p.id, frozenset(elements), n, n + 1) for n, p in enumerate(people))
    content = b"x" * len(people)
    blob = Blob("c", "b", content, "text/plain", records, encrypted, "a test")
    return Truth.of(people, [blob]), {("c", "b"): len(content)}


def californians(count):
    return consumers(count, seed=9, californian=1.0)


def test_a_leak_of_bare_tokens_costs_nothing_and_starts_no_clock_of_california():
    found = exposure(GOOD, TRUTH, everything("app-insights"))
    assert found.affected > 100
    assert {c.element for c in found.by_element} == {E.CARD_TOKEN, E.IP_ADDRESS}
    assert (found.listed_150, found.listed_82) == (0, 0)
    assert (found.damages.minimum, found.damages.maximum) == (0, 0)
    for deadline in found.deadlines:
        if deadline.law:
            assert (deadline.applies, deadline.starts, deadline.due) == (False, None, None)


def test_name_address_and_order_history_are_not_listed():
    found = exposure(GOOD, TRUTH, everything("customers", "orders", "invoices"))
    assert found.affected == len(PEOPLE)
    assert {E.NAME, E.POSTAL_ADDRESS, E.ORDER_HISTORY, E.EMAIL} <= {
        c.element for c in found.by_element
    }
    assert (found.listed_150, found.listed_82, found.damages.maximum) == (0, 0, 0)


def test_identity_checks_count_by_consumer_and_by_californian():
    found = exposure(GOOD, TRUTH, everything("identity"))
    checked = [p for p in PEOPLE if p.drivers_licence]
    residents = sum(p.state == "CA" for p in checked)
    assert 0 < residents < len(checked)
    assert (found.affected, found.californian) == (len(checked), residents)
    assert (found.listed_150, found.listed_150_californian) == (len(checked), residents)
    assert (found.listed_82, found.listed_82_californian) == (len(checked), residents)
    licence = next(c for c in found.by_element if c.element is E.DRIVERS_LICENCE)
    assert (licence.consumers, licence.californian) == (len(checked), residents)
    assert (found.damages.minimum, found.damages.maximum) == (107 * residents, 799 * residents)


def test_a_user_name_with_password_is_notified_but_opens_no_private_action():
    found = exposure(GOOD, *leak_of(californians(10), E.USERNAME, E.PASSWORD))
    assert (found.listed_150_californian, found.listed_82_californian) == (0, 10)
    assert found.damages.maximum == 0
    assert found.deadline("ca_resident_notice").applies


def test_an_email_address_with_password_counts_for_both():
    found = exposure(GOOD, *leak_of(californians(10), E.EMAIL, E.PASSWORD))
    assert (found.listed_150_californian, found.listed_82_californian) == (10, 10)
    assert found.damages.maximum == 7990


@pytest.mark.parametrize(("residents", "due"), [(500, False), (501, True)])
def test_the_attorney_general_gets_a_copy_above_five_hundred_residents(residents, due):
    people = californians(residents) + tuple(
        replace(p, id=f"N{p.id}") for p in consumers(300, seed=1, californian=0.0)
    )
    found = exposure(GOOD, *leak_of(people, E.NAME, E.DRIVERS_LICENCE))
    sample = found.deadline("ca_ag_sample")
    assert found.affected == residents + 300
    assert found.listed_82_californian == residents
    assert sample.applies is due
    assert (sample.due is not None) is due
    assert f"{residents} residents" in sample.why


def test_the_residents_clock_runs_thirty_calendar_days_from_discovery_in_california():
    people = californians(501)
    late = timeline(*FOUND, start=datetime(2026, 6, 2, 3, tzinfo=UTC))  # 1 June in California
    found = exposure(late, *leak_of(people, E.NAME, E.DRIVERS_LICENCE))
    notice, sample = found.deadline("ca_resident_notice"), found.deadline("ca_ag_sample")
    assert notice.starts == late.first(Kind.DISCOVERED).at
    assert notice.due == datetime(2026, 7, 1, 23, 59, 59, tzinfo=CALIFORNIA)
    assert notice.met is None
    assert sample.due == datetime(2026, 7, 16, 23, 59, 59, tzinfo=CALIFORNIA)
    assert "earlier if it is given earlier" in sample.why


@pytest.mark.parametrize(("told", "met"), [(date(2026, 7, 1), True), (date(2026, 7, 2), False)])
def test_the_attorney_generals_clock_runs_from_the_notice_to_residents(told, met):
    people = californians(501)
    when = Circumstances(residents_told=told)
    found = exposure(GOOD, *leak_of(people, E.NAME, E.DRIVERS_LICENCE), when)
    assert found.deadline("ca_resident_notice").met is met
    assert found.deadline("ca_ag_sample").due.date() == told + timedelta(days=15)
    assert "earlier if" not in found.deadline("ca_ag_sample").why


def test_nobody_outside_california_costs_anything_or_starts_a_clock():
    people = consumers(600, seed=9, californian=0.0)
    found = exposure(GOOD, *leak_of(people, E.NAME, E.DRIVERS_LICENCE))
    assert (found.listed_150, found.listed_150_californian) == (600, 0)
    assert found.damages.maximum == 0
    assert not any(d.applies for d in found.deadlines if d.law)
    assert any("other states" in note for note in found.notes)


@pytest.mark.parametrize(
    ("begun", "per_consumer"),
    [
        ("2025-01-01T07:59:00+00:00", (100, 750)),  # still 31 December in California
        ("2025-01-01T08:00:00+00:00", (107, 799)),
        ("2027-01-01T07:59:00+00:00", (107, 799)),
        ("2027-01-01T08:00:00+00:00", None),
    ],
)
def test_the_amount_follows_the_date_of_the_incident_not_of_its_discovery(begun, per_consumer):
    moment = datetime.fromisoformat(begun)
    seen = timeline((Kind.FIRST_ACCESS, 0), (Kind.DISCOVERED, 24 * 40), start=moment)
    found = exposure(seen, *leak_of(californians(3), E.NAME, E.DRIVERS_LICENCE))
    assert found.damages.per_consumer == per_consumer
    assert found.damages.maximum == (None if per_consumer is None else 3 * per_consumer[1])


def test_what_the_shop_encrypted_neither_costs_nor_starts_a_clock():
    people = californians(501)
    found = exposure(GOOD, *leak_of(people, E.NAME, E.DRIVERS_LICENCE, encrypted=True))
    assert (found.affected, found.encrypted_only) == (501, 501)
    assert (found.listed_150, found.listed_82, found.by_element) == (0, 0, ())
    assert not any(d.applies for d in found.deadlines if d.law)


def test_a_key_taken_with_the_cipher_starts_the_clocks_but_is_not_called_nonencrypted():
    leak = leak_of(californians(501), E.NAME, E.DRIVERS_LICENCE, encrypted=True)
    found = exposure(GOOD, *leak, Circumstances(key_taken=True))
    assert (found.listed_150, found.listed_82) == (0, 501)
    assert found.damages.maximum == 0
    assert found.deadline("ca_resident_notice").applies
    assert found.deadline("ca_ag_sample").applies
    assert any("taken to be with it" in note for note in found.notes)


@pytest.mark.parametrize(
    ("then", "met", "why"),
    [
        (((Kind.CONTAINED, 3), (Kind.NOTIFIED, 74)), True, "contained 1.0 h after discovery"),
        (((Kind.CONTAINED, 1), (Kind.NOTIFIED, 3)), True, "contained 1.0 h before discovery"),
        (((Kind.CONTAINED, 74.01), (Kind.NOTIFIED, 3)), False, "contained 72.0 h after"),
        (((Kind.CONTAINED, 3), (Kind.NOTIFIED, 74.01)), False, "notified 72.0 h after"),
        (((Kind.CONTAINED, 3),), False, "not notified"),
        (((Kind.NOTIFIED, 3),), False, "not contained"),
        (((Kind.CONTAINED, 3), (Kind.LAST_ACCESS, 4), (Kind.NOTIFIED, 5)), False, "not contained"),
    ],
)
def test_the_window_is_met_by_containment_for_good_and_by_telling(then, met, why):
    found = exposure(timeline(*FOUND, *then), *leak_of(californians(1), E.NAME))
    assert found.window.met is met
    assert why in found.window.why
    assert found.window.due == START + timedelta(hours=74)


def test_the_window_is_a_target_and_says_so():
    window = exposure(GOOD, TRUTH, {}).window
    assert window.title == (
        "72-hour response window: the dossier's target, not a CPRA or California deadline"
    )
    assert window.law is False
    assert window.provision.certainty is Certainty.NOT_LAW


def test_a_leak_never_discovered_misses_the_window_and_leaves_the_clocks_unstarted():
    unseen = timeline((Kind.FIRST_ACCESS, 0), (Kind.LAST_ACCESS, 1))
    found = exposure(unseen, *leak_of(californians(501), E.NAME, E.DRIVERS_LICENCE))
    assert (found.window.applies, found.window.met) == (True, False)
    assert found.window.why == "the leak was never discovered"
    for id_ in ("ca_resident_notice", "ca_ag_sample"):
        deadline = found.deadline(id_)
        assert (deadline.applies, deadline.starts, deadline.due) == (True, None, None)
        assert "does not run yet" in deadline.why
    assert found.damages.maximum == 501 * 799


def test_an_attack_that_got_nothing_leaves_nothing_to_meet():
    refused = timeline((Kind.ATTACK_STARTED, 0), (Kind.REFUSED, 0))
    found = exposure(refused, TRUTH, {})
    assert (found.affected, found.damages.maximum) == (0, 0)
    assert (found.window.applies, found.window.met) == (False, None)
    assert not any(d.applies for d in found.deadlines)


def test_a_public_catalogue_affects_nobody():
    found = exposure(GOOD, TRUTH, everything("images"))
    assert (found.affected, found.unattributed, found.damages.maximum) == (0, (), 0)


def test_a_blob_from_elsewhere_keeps_the_leak_from_looking_like_none():
    unseen = timeline((Kind.FIRST_ACCESS, 0))
    found = exposure(unseen, TRUTH, {("customers", "other.csv"): 10})
    assert found.unattributed == (("customers", "other.csv"),)
    assert found.window.met is False
    assert any("not of the data set" in note for note in found.notes)


def test_no_day_figure_is_given_for_a_discovery_before_the_amendment():
    seen = timeline(*FOUND, start=datetime(2025, 12, 1, tzinfo=UTC))
    found = exposure(seen, *leak_of(californians(501), E.NAME, E.DRIVERS_LICENCE))
    notice, sample = found.deadline("ca_resident_notice"), found.deadline("ca_ag_sample")
    assert (notice.applies, notice.due, sample.due) == (True, None, None)
    assert "before 2026-01-01" in notice.why


def test_other_regimes_run_only_when_told():
    leak = leak_of(californians(1), E.NAME)
    assert not {d.id for d in exposure(GOOD, *leak).deadlines} & {"gdpr33", "nydfs", "nis2"}
    told = exposure(GOOD, *leak, Circumstances(regimes=frozenset({"gdpr33"})))
    assert told.deadline("nydfs") is None
    assert told.deadline("gdpr33").due == START + timedelta(hours=2 + 72)


def test_the_owner_of_the_data_is_told_at_once_if_it_is_anothers():
    leak = leak_of(californians(1), E.NAME, E.DRIVERS_LICENCE)
    assert not exposure(GOOD, *leak).deadline("owner_notice").applies
    owner = exposure(GOOD, *leak, Circumstances(maintains_for_others=True)).deadline("owner_notice")
    assert owner.due == owner.starts == START + timedelta(hours=2)


@pytest.mark.parametrize("window", [timedelta(0), timedelta(hours=-1)])
def test_a_window_of_nothing_is_refused(window):
    with pytest.raises(ValueError, match="longer than nothing"):
        Circumstances(window=window)


def test_an_unknown_regime_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="'hipaa'; the regimes are gdpr33, nydfs, nis2"):
        Circumstances(regimes=frozenset({"hipaa"}))


def test_a_reader_learns_what_the_counts_rest_on():
    cut = {key: 500 for key in KEYS if key[0] == "customers"}
    found = exposure(GOOD, TRUTH, cut)
    assert found.in_part > 0
    assert any(n.startswith(f"Upper bound: {found.in_part} consumers") for n in found.notes)
    assert "Container customers was filled as: customer export." in found.notes
    assert exposure(GOOD, TRUTH, everything("customers")).in_part == 0


@given(
    received=st.dictionaries(st.sampled_from(KEYS), st.integers(0, 30_000), max_size=12),
    more=st.integers(0, 20_000),
    which=st.sampled_from(KEYS),
)
@settings(max_examples=40, deadline=None)
def test_counts_stay_within_each_other_and_grow_with_the_bytes(received, more, which):
    small = exposure(GOOD, TRUTH, received)
    large = exposure(GOOD, TRUTH, {**received, which: received.get(which, 0) + more})
    for found in (small, large):
        assert found.listed_150 <= found.listed_82 <= found.affected <= len(PEOPLE)
        assert found.listed_150_californian <= found.listed_82_californian <= found.californian
        assert found.californian <= found.affected
        assert found.encrypted_only <= found.affected
        assert found.damages.minimum <= found.damages.maximum
        assert all(c.californian <= c.consumers <= found.affected for c in found.by_element)
    assert small.affected <= large.affected
    assert small.listed_150 <= large.listed_150
    assert small.listed_82 <= large.listed_82
    assert small.damages.maximum <= large.damages.maximum
