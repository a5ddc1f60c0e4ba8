import csv
import html
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.dataset.blobs import _rows, blobs
from simulator.dataset.consumers import consumers
from simulator.dataset.elements import Element
from simulator.dataset.orders import orders
from simulator.dataset.recipes import Format, Rows, Split, recipe_for, recipes

SHOP = ["customers", "orders", "invoices", "identity-checks", "accounts", "app-insights", "images"]
PEOPLE = consumers(400, seed=11)
BY_ID = {p.id: p for p in PEOPLE}
MADE = blobs(PEOPLE, SHOP, seed=11)
TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12)


def held(record, blob):
    return html.unescape(blob.content[record.start : record.end].decode())


def test_a_shop_of_five_containers_has_some_forty_to_eighty_blobs():
    assert 40 <= len(blobs(PEOPLE, SHOP[:5], seed=1)) <= 80
    assert all(any(b.container == container for b in MADE) for container in SHOP)


def test_names_are_unique_within_a_container():
    assert len({(b.container, b.name) for b in MADE}) == len(MADE)


def test_the_truth_says_what_the_bytes_say():
    seen = set()
    for blob in MADE:
        for record in blob.records:
            text, person = held(record, blob), BY_ID[record.consumer]
            claimed = {
                Element.EMAIL: person.email,
                Element.PHONE: person.phone,
                Element.CARD_TOKEN: person.card_token,
                Element.DRIVERS_LICENCE: person.drivers_licence,
                Element.PASSWORD: person.password,
                Element.POSTAL_ADDRESS: person.street,
            }
            for element, value in claimed.items():
                assert (element in record.elements) == (value is not None and value in text)
            if Element.NAME in record.elements:
                assert person.first_name in text
                assert person.last_name in text
            seen |= record.elements
    assert seen == set(Element)


def test_every_line_of_data_belongs_to_one_record_in_order():
    for blob in MADE:
        lines = blob.content.splitlines()
        if blob.content_type.startswith("text/csv"):
            lines = lines[1:]
        if blob.records and not blob.content_type.startswith("text/html"):
            assert [blob.content[r.start : r.end] for r in blob.records] == lines


def test_the_whole_customer_base_is_in_the_export_and_nobody_in_the_catalogue():
    export = [s for b in MADE if b.container == "customers" for s in b.subjects]
    assert sorted(export) == sorted(BY_ID)
    assert all(
        b.subjects == () and b.elements == frozenset() for b in MADE if b.container == "images"
    )


def test_identity_checks_hold_exactly_the_age_checked():
    checked = {s for b in MADE if b.container == "identity-checks" for s in b.subjects}
    assert checked == {p.id for p in PEOPLE if p.drivers_licence}


@given(names=st.lists(TEXT, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_record_is_found_by_its_bytes_whatever_the_names_hold(names):
    people = tuple(
        replace(PEOPLE[i], first_name=name, last_name=name[::-1], password="x", username=name)
        for i, name in enumerate(names)
    )
    for blob in blobs(people, ["customers", "accounts"], seed=1):
        for record in blob.records:
            text = blob.content[record.start : record.end].decode()
            person = next(p for p in people if p.id == record.consumer)
            if blob.container == "customers":
                (row,) = csv.reader(io.StringIO(text, newline=""))
                assert row[:3] == [person.id, person.first_name, person.last_name]
            else:
                assert json.loads(text)["username"] == person.username


def test_what_the_shop_encrypted_shows_nobody():
    (first, *_) = made = blobs(PEOPLE, ["sealed-exports"], seed=2)
    assert all(b.encrypted for b in made)
    assert {s for b in made for s in b.subjects} == set(BY_ID)
    assert not any(p.email.encode() in b.content for b in made for p in PEOPLE)
    assert first.content != blobs(PEOPLE, ["sealed-exports"], seed=3)[0].content


def test_a_container_is_filled_alike_whatever_stands_beside_it():
    alone = blobs(PEOPLE, ["orders"], seed=11)
    assert alone == tuple(b for b in MADE if b.container == "orders")


def test_a_container_named_twice_is_filled_once():
    assert blobs(PEOPLE, ["orders", "orders"], seed=1) == blobs(PEOPLE, ["orders"], seed=1)


def test_no_consumers_no_records():
    assert all(not b.records for b in blobs((), SHOP, seed=1))


@pytest.mark.parametrize(
    ("container", "recipe"),
    [
        ("customers", "customer export"),
        ("customer-orders", "orders"),
        ("invoices", "invoices"),
        ("age-checks", "identity checks"),
        ("public-exports", "customer export"),
        ("product-catalogs", "catalogue"),
        ("$web", "catalogue"),
        ("insights-logs-storageread", "checkout traces"),
        ("PGP-dumps", "sealed export"),
        ("x", "general export"),
    ],
)
def test_a_container_gets_the_recipe_of_its_name(container, recipe):
    assert recipe_for(container).name == recipe


def test_the_recipes_are_sound():
    assert len({r.name for r in recipes()}) == len(recipes())
    assert [r.name for r in recipes() if not r.keywords] == [recipes()[-1].name]
    for recipe in recipes():
        assert recipe.blobs > 0
        assert recipe.keywords == tuple(k.lower() for k in recipe.keywords)
        assert recipe.split is Split.PARTS or recipe.rows is Rows.ORDERS
        assert (recipe.format is Format.HTML) == (recipe.split is Split.EACH)
        assert ("last_name" in recipe.fields) == ("first_name" in recipe.fields)
        assert set(recipe.fields) <= set(_fields(recipe.rows))


def _fields(rows):
    people = [replace(p, drivers_licence="A0000000", password="x") for p in PEOPLE[:2]]
    return _rows(rows, people, orders(people, seed=1))[0].values
