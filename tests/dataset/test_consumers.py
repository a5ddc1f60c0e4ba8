import re
import subprocess
import sys
from fractions import Fraction
from os import environ

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.clock import stopwatch
from simulator.dataset.consumers import consumers

HASH = """
import hashlib
from simulator.dataset.blobs import blobs
from simulator.dataset.consumers import consumers
people = consumers(300, seed=7)
digest = hashlib.sha256(repr(people).encode())
for blob in blobs(people, ["customers", "orders", "accounts", "identity", "sealed", "web"], 7):
    digest.update(repr(blob.name).encode() + blob.content)
    digest.update(repr([(r.consumer, sorted(r.elements), r.end) for r in blob.records]).encode())
print(digest.hexdigest())
"""


@given(count=st.integers(0, 120), percent=st.integers(0, 100), seed=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_exactly_the_asked_share_is_californian(count, percent, seed):
    share = percent / 100
    people = consumers(count, seed, share)
    assert len(people) == count
    assert sum(p.californian for p in people) == round(count * share)
    assert abs(sum(p.californian for p in people) - Fraction(percent, 100) * count) <= Fraction(
        1, 2
    )


def test_the_same_seed_gives_the_same_bytes_in_every_process():
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", HASH],
            env={**environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": "."},
            stdout=subprocess.PIPE,
            text=True,
        )
        for hash_seed in (1, 4242)
    ]
    digests = {run.communicate(timeout=60)[0] for run in runs}
    assert len(digests) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\n", digests.pop())


def test_another_seed_gives_other_people():
    assert consumers(20, seed=1) != consumers(20, seed=2)


def test_ids_and_addresses_are_unique_and_nobody_is_real():
    people = consumers(2000, seed=3)
    assert len({p.id for p in people}) == len({p.email for p in people}) == 2000
    assert len({p.card_token for p in people}) == 2000
    for person in people:
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d+@example\.(com|net|org)", person.email)
        assert re.fullmatch(r"\+1-\d{3}-555-01\d\d", person.phone)
        assert not re.search(r"\d{12,}", person.card_token)


def test_only_a_part_has_a_licence_a_password_or_a_user_name():
    people = consumers(2000, seed=3)
    licences = sum(p.drivers_licence is not None for p in people)
    passwords = sum(p.password is not None for p in people)
    usernames = sum(p.username is not None for p in people)
    assert 0 < usernames < passwords < licences < len(people) / 2
    assert all(p.password for p in people if p.username)


def test_a_californian_licence_is_a_letter_and_seven_digits():
    for person in consumers(500, seed=5):
        if person.drivers_licence is not None:
            shape = r"[A-Z]\d{7}" if person.californian else r"\d{7}"
            assert re.fullmatch(shape, person.drivers_licence)


@pytest.mark.parametrize(("count", "share"), [(-1, 0.5), (1, -0.1), (1, 1.1)])
def test_nonsense_is_refused(count, share):
    with pytest.raises(ValueError, match=r"must not be negative|from 0 to 1"):
        consumers(count, 1, share)


def test_ten_thousand_take_less_than_one_and_a_half_seconds():
    with stopwatch() as watch:
        consumers(10_000, seed=987654)
    assert watch.seconds < 1.5
