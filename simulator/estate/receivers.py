"""Whom an action group, or a step of a playbook, tells: by which channel, and at which address."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.estate.document import at
from simulator.estate.effects import Effect
from simulator.estate.model import Block, Resource, Value, effective, show
from simulator.estate.steps import Planned

_PEOPLE: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "email_receiver": ("mail", "email_address"),
        "sms_receiver": ("text message", "phone_number"),
        "voice_receiver": ("call", "phone_number"),
        "azure_app_push_receiver": ("push message", "email_address"),
        "arm_role_receiver": ("mail to a role", "role_id"),
        "webhook_receiver": ("webhook", "service_uri"),
        "itsm_receiver": ("ticket", "connection_id"),
    }
)
"""The receivers behind which a person sits: the channel, and the argument that says who."""

RECEIVERS: Final = tuple(_PEOPLE)
_BY_CALL: Final = (
    (re.compile(r"teams|slack|webhook\.office\.com"), "chat"),
    (re.compile(r"twilio"), "text message"),
    (re.compile(r"servicenow|jira"), "ticket"),
    (re.compile(r"pagerduty|opsgenie"), "webhook"),
)
# Reserved by RFC 2606 and 6761, or Microsoft's own examples: nobody reads mail there.
_NOBODY: Final = re.compile(
    r"@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|contoso\.com|fabrikam\.com|localhost|[\w-]+\.(?:test|"
    r"invalid))$",
    re.IGNORECASE,
)
_PRIVACY: Final = re.compile(
    r"privacy|legal|counsel|\bdpo\b|data-?protection|compliance|attorney|general-?counsel",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who is told: by which ``channel``, at which address (``who``).

    ``called`` is what the configuration calls them. An address that is not known stands for itself.
    """

    channel: str
    who: str
    called: str = ""

    @property
    def is_nobody(self) -> bool:
        """Whether no person can be at the address: a placeholder, or nothing."""
        return not self.who or _NOBODY.search(self.who) is not None

    @property
    def is_privacy(self) -> bool:
        """Whether the address or the name says that it is of the privacy office or of counsel."""
        return _PRIVACY.search(f"{self.called} {self.who}") is not None


def told_by_group(group: Resource) -> tuple[Told, ...]:
    """Whom an action group tells."""
    return tuple(_each(group))


def unread_receivers(group: Resource) -> tuple[str, ...]:
    """The kinds of receiver of which a group may have some that cannot be read."""
    return tuple(name for name in RECEIVERS if group.unresolved(name) is not None)


def _each(group: Resource) -> Iterator[Told]:
    for name, (channel, argument) in _PEOPLE.items():
        for block in group.blocks(name):
            called = effective(block.get("name"))
            yield Told(channel, _who(block, argument), called if isinstance(called, str) else "")


def _who(block: Block, argument: str) -> str:
    value: Value = block.get(argument)
    known = effective(value)
    if isinstance(known, str):
        return known.strip().casefold()
    return show(value)  # not known, but somebody


def told_by_step(step: Planned) -> tuple[Told, ...]:
    """Whom a step of a playbook tells, none if it does something else."""
    if Effect.NOTIFY not in step.effects:
        return ()
    channel = next((word for form, word in _BY_CALL if form.search(step.call.lower())), "mail")
    body = step.http.body if step.http is not None else None
    to = tuple(_addresses(body)) if channel == "mail" else ()
    return tuple(Told(channel, who, step.name) for who in to) or (
        Told(channel, step.call, step.name),
    )


def _addresses(body: object) -> Iterator[str]:
    """The recipients of a mail, in the words of the connectors of Outlook and of Graph."""
    for name in ("To", "to", "emailMessage.To", "Cc"):
        found = at(body, name)
        if isinstance(found, str):
            yield from (one.strip().casefold() for one in re.split("[;,]", found) if one.strip())
    for path in ("message.toRecipients", "recipients.to"):
        for one in _listed(at(body, path)):
            address = at(one, "emailAddress.address") or at(one, "address")
            if isinstance(address, str):
                yield address.strip().casefold()


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else ()
