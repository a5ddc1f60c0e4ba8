"""The data elements that records hold, and what two Californian statutes make of each.

``el_150`` says whether a leak of the element can open the private action of Civ. Code 1798.150;
``el_82`` whether it must be notified under Civ. Code 1798.82. The lists differ, and most elements
count only in company: a driver's licence number together with the name, a password together with
what it opens.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from simulator.law import Certainty


@dataclass(frozen=True, slots=True)
class Listing:
    """How a statute treats an element.

    ``with_any`` names the elements of which at least one must have leaked with it.
    """

    listed: bool
    with_any: frozenset[str]
    citation: str
    certainty: Certainty


class Element(StrEnum):
    """A data element.

    >>> Element.DRIVERS_LICENCE.el_150, Element.CARD_TOKEN.el_150
    (True, False)
    >>> Element.USERNAME.el_82, listed_82({Element.USERNAME, Element.PASSWORD})
    (False, frozenset({<Element.PASSWORD: 'password'>}))
    """

    NAME = "name"
    EMAIL = "e-mail address"
    USERNAME = "user name"
    PHONE = "telephone number"
    POSTAL_ADDRESS = "postal address"
    ORDER_HISTORY = "order history"
    IP_ADDRESS = "IP address"
    CARD_TOKEN = "processor token"  # noqa: S105 - the name of an element
    DRIVERS_LICENCE = "driver's licence number"
    PASSWORD = "password"  # noqa: S105 - the name of an element

    @property
    def listing_150(self) -> Listing:
        """Its place in Civ. Code 1798.150 and the list of 1798.81.5(d)(1)(A)."""
        return _LISTED_150.get(self, _NOT_LISTED_150)

    @property
    def listing_82(self) -> Listing:
        """Its place in Civ. Code 1798.82(h)."""
        return _LISTED_82.get(self, _NOT_LISTED_82)

    @property
    def el_150(self) -> bool:
        """Whether 1798.150 lists it, in the company that it needs."""
        return self.listing_150.listed

    @property
    def el_82(self) -> bool:
        """Whether 1798.82(h) lists it, in the company that it needs."""
        return self.listing_82.listed

    @property
    def citation(self) -> str:
        """Where both flags come from."""
        return f"{self.listing_150.citation}; {self.listing_82.citation}"

    @property
    def certainty(self) -> str:
        """How sure each of the two is, in words."""
        return "; ".join(
            f"{listing.citation}: {listing.certainty}"
            for listing in (self.listing_150, self.listing_82)
        )


_NOT_LISTED_150 = Listing(
    listed=False,
    with_any=frozenset(),
    citation="not on the list of Civ. Code 1798.81.5(d)(1)(A)(i)-(vii)",
    certainty=Certainty.SECONDARY,
)
_NOT_LISTED_82 = Listing(
    listed=False,
    with_any=frozenset(),
    citation="not on the list of Civ. Code 1798.82(h)",
    certainty=Certainty.SECONDARY,
)
_LISTED_150 = {
    Element.DRIVERS_LICENCE: Listing(
        listed=True,
        with_any=frozenset({Element.NAME}),
        citation="Civ. Code 1798.81.5(d)(1)(A)(ii)",
        certainty=Certainty.TEXT,
    ),
    Element.PASSWORD: Listing(
        listed=True,
        with_any=frozenset({Element.EMAIL}),
        citation="Civ. Code 1798.150(a)(1), e-mail address with password",
        certainty=Certainty.TEXT,
    ),
}
_LISTED_82 = {
    Element.DRIVERS_LICENCE: Listing(
        listed=True,
        with_any=frozenset({Element.NAME}),
        citation="Civ. Code 1798.82(h)",
        certainty=Certainty.SECONDARY,
    ),
    Element.PASSWORD: Listing(
        listed=True,
        with_any=frozenset({Element.EMAIL, Element.USERNAME}),
        citation="Civ. Code 1798.82(h), user name or e-mail address with password",
        certainty=Certainty.SECONDARY,
    ),
}


def listed_150(elements: Iterable[Element]) -> frozenset[Element]:
    """Those of one person's leaked elements that count for Civ. Code 1798.150.

    >>> sorted(listed_150({Element.NAME, Element.DRIVERS_LICENCE, Element.PASSWORD}))
    [<Element.DRIVERS_LICENCE: "driver's licence number">]
    >>> listed_150({Element.NAME, Element.POSTAL_ADDRESS, Element.CARD_TOKEN})
    frozenset()
    """
    had = frozenset(elements)
    return frozenset(e for e in had if e.el_150 and e.listing_150.with_any & had)


def listed_82(elements: Iterable[Element]) -> frozenset[Element]:
    """Those of one person's leaked elements that count for Civ. Code 1798.82.

    >>> listed_82({Element.CARD_TOKEN, Element.IP_ADDRESS})
    frozenset()
    """
    had = frozenset(elements)
    return frozenset(e for e in had if e.el_82 and e.listing_82.with_any & had)
