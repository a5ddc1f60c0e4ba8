"""Who is told, by how many channels: of an action group, a playbook, or all of them together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.notification.words import notification_finding
from simulator.controls.secrets.secretlike import secret_value
from simulator.controls.verdict import Finding, Severity
from simulator.estate.alerts import switched_on
from simulator.estate.model import Resource, effective, printable
from simulator.estate.receivers import Told, told_by_group, unread_receivers

_TWO: Final = 2
EXPECTED: Final = (
    "two channels or more, to two recipients or more, one of them of the privacy office or counsel"
)
_REMEDY: Final = (
    'email_receiver { name = "privacy", email_address = "privacy@<your domain>" } beside '
    'sms_receiver { name = "on-call", country_code = "1", phone_number = "<number>" }'
)
_TOKEN: Final = re.compile(
    r"[?&](?:\w*token|code|sig|api[-_]?key|key|secret|password)=[^&${<]{8,}", re.IGNORECASE
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
    yield from _tokens(group)
    unread = unread_receivers(group)
    yield from short(group, "email_receiver", told, ", ".join(unread))


def _tokens(group: Resource) -> Iterator[Finding]:
    """Addresses of webhooks with the token written out: whoever reads it may raise false alarms."""
    for block in group.blocks("webhook_receiver"):
        address = effective(block.get("service_uri"))
        if isinstance(address, str) and (_TOKEN.search(address) or secret_value(address)):
            yield notification_finding(
                group,
                "webhook_receiver.service_uri",
                "an address with its token written out (not shown)",
                expected="an address from a sensitive variable, or sign-in with aad_auth",
                remedy="service_uri = var.<webhook>, with sensitive = true, and a new token",
                severity=Severity.MEDIUM,
                block=block,
            )
            return


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
