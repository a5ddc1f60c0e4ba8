"""Addresses as numbers on one line: IPv4, then IPv6, then those that nobody can tell.

A subnet whose prefixes are not known still has addresses, and they are nobody else's: it gets a
number beyond all that can be written. What a rule says by name (``VirtualNetwork``, ``*``) can
then be told of it, and what it says by prefix cannot.
"""

import ipaddress
from functools import lru_cache
from typing import Final

from simulator.estate.network.spans import Spans, one

_V4: Final = 2**32
_UNTOLD: Final = 2**129
_MOST: Final = 2**32

IPV4: Final = Spans(((0, _V4 - 1),))
UNTOLD: Final = Spans(((_UNTOLD, _UNTOLD + _MOST - 1),))
"""The addresses that are not known; each is an IPv4 address, and which one nobody can tell."""
EVERYWHERE: Final = Spans(((0, _V4 + 2**128 - 1),)) | UNTOLD


def untold(number: int) -> Spans:
    """The addresses, not known, of the subnet with this number."""
    return one(_UNTOLD + number)


@lru_cache(maxsize=4096)
def prefix(text: str) -> Spans | None:
    """The addresses of a CIDR prefix or of one address; ``None`` if it is neither.

    >>> prefix("10.0.0.0/31")
    Spans(runs=((167772160, 167772161),))
    >>> prefix("VirtualNetwork") is None
    True
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    offset = 0 if network.version == 4 else _V4
    first, last = int(network.network_address), int(network.broadcast_address)
    found = Spans(((first + offset, last + offset),))
    # Whatever the addresses that cannot be told are, they are in the whole of IPv4.
    return found | UNTOLD if IPV4.within(found) else found


def words(spans: Spans) -> str:
    """Addresses in words.

    >>> words(Spans(((167772160, 167772415),))), words(EVERYWHERE)
    ('10.0.0.0/24', 'any address')
    """
    if IPV4.within(spans):
        return "any address"
    shown = [_run(first, last) for first, last in spans.runs]
    more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
    return ", ".join(shown[:4]) + more


def _run(first: int, last: int) -> str:
    if first >= _UNTOLD:
        return "addresses that are not known"
    kind, offset = (ipaddress.IPv4Address, 0) if last < _V4 else (ipaddress.IPv6Address, _V4)
    start, end = kind(first - offset), kind(last - offset)
    if start == end:
        return str(start)
    nets = list(ipaddress.summarize_address_range(start, end))
    return str(nets[0]) if len(nets) == 1 else f"{start}-{end}"
