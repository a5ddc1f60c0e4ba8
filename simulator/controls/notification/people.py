"""Who is told, by how many channels: of an action group, a playbook, or all of them together."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.notification.words import notification_finding
from simulator.controls.verdict import Finding
from simulator.estate.alerts import switched_on
from simulator.estate.model import Resource, printable
from simulator.estate.receivers import Told, told_by_group, unread_receivers

_TWO: Final = 2
EXPECTED: Final = (
    "two channels or more, to two recipients or more, one of them of the privacy office or counsel"
)
_REMEDY: Final = (
    'email_receiver { name = "privacy", email_address = ... } beside sms_receiver { name = '
    '"on-call", phone_number = ... }'
)


@dataclass(frozen=True, slots=True)
class People:
    """Those who are told in some way."""

    told: frozenset[Told]

    @property
    def real(self) -> frozenset[Told]:
        """Those who can be there at all."""
        return frozenset(one for one in self.told if not one.is_nobody)

    @property
    def enough(self) -> bool:
        """Whether there are two channels, and two recipients."""
        channels = {one.channel for one in self.real}
        return len(channels) >= _TWO and len({one.who for one in self.real}) >= _TWO

    @property
    def with_privacy(self) -> bool:
        """Whether one of them is said to be of the privacy office or counsel."""
        return any(one.is_privacy for one in self.real)

    def __str__(self) -> str:
        by_channel: dict[str, set[str]] = {}
        for one in self.real:
            by_channel.setdefault(one.channel, set()).add(one.who)
        return (
            "; ".join(
                f"{channel}: {len(whos)} recipient{'s' if len(whos) > 1 else ''}"
                for channel, whos in sorted(by_channel.items())
            )
            or "nobody"
        )


def people(told: Iterable[Told]) -> People:
    """Those who are told, each once."""
    return People(frozenset(told))


def group_findings(group: Resource) -> Iterator[Finding]:
    """What is wrong with an action group that has to tell of a leak."""
    on = switched_on(group)
    if on is not True:
        yield notification_finding(
            group,
            "enabled",
            group.get("enabled"),
            expected="true",
            remedy="enabled = true",
            unknown=on is None,
        )
    told = people(told_by_group(group))
    nobody = sorted({one.who for one in told.told if one.is_nobody})
    if nobody:
        yield notification_finding(
            group,
            "email_receiver.email_address",
            f"nobody is at {printable(', '.join(nobody) or 'an empty address')}",
            expected="addresses at which somebody is",
            remedy='email_address = "privacy@<your domain>"',
        )
    unread = unread_receivers(group)
    yield from short(group, "email_receiver", told, ", ".join(unread))


def short(resource: Resource, attribute: str, told: People, unread: str) -> Iterator[Finding]:
    """That those who are told are too few, or that it does not show whether the right ones are."""
    if not told.enough:
        yield notification_finding(
            resource,
            attribute,
            f"{told}; but {unread} cannot be read" if unread else str(told),
            expected=EXPECTED,
            remedy=_REMEDY,
            unknown=bool(unread),
        )
    elif not told.with_privacy:
        yield notification_finding(
            resource,
            attribute,
            f"{told}, of whom none is called privacy, legal, counsel or the like",
            expected=EXPECTED,
            remedy='name the receiver for what it is: email_receiver { name = "privacy" }',
            unknown=True,
        )
