import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.dataset.blobs import Blob, Record, blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.elements import Element
from simulator.dataset.truth import Truth

PEOPLE = consumers(120, seed=2)
MADE = blobs(PEOPLE, ["customers", "orders", "invoices", "identity", "accounts", "sealed"], seed=2)
TRUTH = Truth.of(PEOPLE, MADE)
KEYS = sorted(TRUTH.blobs)
RECEIVED = st.dictionaries(st.sampled_from(KEYS), st.integers(0, 60_000), max_size=8)


def first(container):
    blob = next(b for b in MADE if b.container == container)
    return blob, (blob.container, blob.name)


@given(received=RECEIVED)
@settings(max_examples=60, deadline=None)
def test_nobody_is_affected_twice_or_from_nowhere(received):
    affected = TRUTH.affected(received)
    ids = [a.consumer for a in affected]
    subjects = {s for key, n in received.items() if n for s in TRUTH.blobs[key].subjects}
    assert ids == sorted(set(ids))
    assert set(ids) <= subjects
    assert len(ids) <= len(PEOPLE)


@given(received=RECEIVED, more=st.integers(0, 5000), which=st.sampled_from(KEYS))
@settings(max_examples=60, deadline=None)
def test_more_bytes_never_affect_fewer(received, more, which):
    before = {a.consumer: a for a in TRUTH.affected(received)}
    after = TRUTH.affected({**received, which: received.get(which, 0) + more})
    grown = {a.consumer: a for a in after}
    assert set(before) <= set(grown)
    for id_, was in before.items():
        assert was.elements <= grown[id_].elements
        assert was.elements | was.encrypted <= grown[id_].elements | grown[id_].encrypted


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_line_counts_with_its_first_byte_and_is_certain_with_its_last(data):
    blob, key = first(data.draw(st.sampled_from(["customers", "identity", "accounts"])))
    size = data.draw(st.integers(0, len(blob.content)))
    affected = TRUTH.affected({key: size})
    begun = {r.consumer for r in blob.records if r.start < size}
    ended = {r.consumer for r in blob.records if r.end <= size}
    assert {a.consumer for a in affected} == begun
    assert {a.consumer for a in affected if not a.in_part} == ended
    assert len(begun) - len(ended) <= 1


def test_a_header_alone_affects_nobody():
    blob, key = first("customers")
    assert TRUTH.affected({key: blob.content.index(b"\n") + 1}) == ()


def test_more_bytes_than_the_blob_has_are_the_whole_blob():
    blob, key = first("customers")
    assert TRUTH.affected({key: 10**9}) == TRUTH.affected({key: len(blob.content)})


def test_a_document_counts_whole_and_says_that_it_is_an_upper_bound():
    blob, key = first("invoices")
    (cut,), (whole,) = TRUTH.affected({key: 5}), TRUTH.affected({key: len(blob.content)})
    assert cut.elements == whole.elements == blob.elements
    assert (cut.in_part, whole.in_part) == (True, False)


def test_an_encrypted_blob_is_not_in_the_clear():
    blob, key = first("sealed")
    affected = TRUTH.affected({key: len(blob.content)})
    assert {a.consumer for a in affected} == set(blob.subjects)
    assert all(a.encrypted and not a.elements and not a.in_part for a in affected)


def test_a_clear_part_of_what_arrived_whole_in_cipher_is_still_an_upper_bound():
    held = frozenset({Element.NAME})
    clear = Blob("a", "clear", b"x" * 10, "", (Record("C000001", held, 0, 10),), False, "")
    cipher = Blob("a", "cipher", b"x" * 10, "", (Record("C000001", held, 0, 10),), True, "")
    truth = Truth.of(PEOPLE, [clear, cipher])
    (person,) = truth.affected({("a", "cipher"): 10, ("a", "clear"): 4})
    assert (person.elements, person.encrypted, person.in_part) == (held, frozenset(), True)


def test_elements_are_joined_over_blobs():
    person = next(p for p in PEOPLE if p.drivers_licence)
    everything = TRUTH.affected({key: 10**9 for key in KEYS if key[0] in {"customers", "identity"}})
    found = next(a for a in everything if a.consumer == person.id)
    assert {Element.PHONE, Element.DRIVERS_LICENCE} <= found.elements


def test_a_blob_from_elsewhere_is_named_not_counted():
    received = {("customers", "readme.txt"): 10, ("other", "x"): 0}
    assert TRUTH.affected(received) == ()
    assert TRUTH.unattributed(received) == (("customers", "readme.txt"),)


def test_a_negative_size_is_refused():
    with pytest.raises(ValueError, match="customers/x: a negative number"):
        TRUTH.affected({("customers", "x"): -1})
