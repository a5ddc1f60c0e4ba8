import pytest

from simulator.dataset.elements import Element, listed_82, listed_150
from simulator.law import Certainty

E = Element


@pytest.mark.parametrize(
    ("leaked", "for_150", "for_82"),
    [
        ({E.NAME, E.DRIVERS_LICENCE}, {E.DRIVERS_LICENCE}, {E.DRIVERS_LICENCE}),
        ({E.DRIVERS_LICENCE}, set(), set()),
        ({E.EMAIL, E.DRIVERS_LICENCE}, set(), set()),
        ({E.EMAIL, E.PASSWORD}, {E.PASSWORD}, {E.PASSWORD}),
        ({E.USERNAME, E.PASSWORD}, set(), {E.PASSWORD}),
        ({E.NAME, E.PASSWORD}, set(), set()),
        ({E.PASSWORD}, set(), set()),
        ({E.CARD_TOKEN}, set(), set()),
        ({E.NAME, E.EMAIL, E.PHONE, E.POSTAL_ADDRESS, E.ORDER_HISTORY}, set(), set()),
        ({E.NAME, E.IP_ADDRESS, E.CARD_TOKEN}, set(), set()),
        (set(), set(), set()),
    ],
)
def test_an_element_counts_only_in_the_company_the_statute_names(leaked, for_150, for_82):
    assert listed_150(leaked) == for_150
    assert listed_82(leaked) == for_82


def test_everything_that_counts_for_the_private_action_must_also_be_notified():
    assert all(element.el_82 for element in Element if element.el_150)


def test_every_element_says_where_its_flags_come_from_and_how_sure_they_are():
    for element in Element:
        assert "1798.8" in element.citation
        assert "1798.82" in element.citation
        assert any(str(certainty) in element.certainty for certainty in Certainty)


def test_nothing_unlisted_claims_that_the_official_list_was_read():
    for element in Element:
        if not element.el_150:
            assert element.listing_150.certainty is Certainty.SECONDARY
            assert "not on the list" in element.listing_150.citation
