"""Where intruders come from: addresses outside and inside the declared networks."""

from datetime import UTC, datetime
from ipaddress import ip_network
from random import Random
from typing import Final

from simulator.twin.blueprint import AccountPlan, Range
from simulator.twin.policy import AccountState, network_refusal, within

# RFC 5737: addresses that nobody has, so that no drill ever names a real one.
_OUTSIDE: Final = tuple(map(ip_network, ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24")))
_ANY_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)


def outside(account: AccountPlan, random: Random) -> str:
    """An address on the internet that no rule of the account lets in, if there is one."""
    host = random.randrange(1, 255)
    addresses = [str(network.network_address + host) for network in _OUTSIDE]
    strangers = (a for a in addresses if within(a, account.allowed) is None)
    return next(strangers, addresses[0])


def inside(ranges: tuple[Range, ...], random: Random) -> str | None:
    """An address in the first of the ranges; ``None`` if there are none.

    Azure keeps the first four addresses of a subnet, and the last, for itself.
    """
    if not ranges:
        return None
    network = ranges[0].network
    last = min(network.num_addresses - 2, 250)
    return str(network.network_address + (random.randrange(4, last) if last > 4 else 0))


def reaches(account: AccountPlan, source: str) -> bool:
    """Whether an address reaches the account as declared."""
    return network_refusal(AccountState(account), source, _ANY_TIME) is None


def keeps_out(account: AccountPlan, source: str) -> str:
    """The declaration that keeps an address out, ``""`` if it reaches the account."""
    refusal = network_refusal(AccountState(account), source, _ANY_TIME)
    return "" if refusal is None else refusal.declared
