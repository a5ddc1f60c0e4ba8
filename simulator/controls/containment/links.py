"""A way from an alert to a playbook, and the words for where it is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from simulator.controls.verdict import Finding, finding
from simulator.estate.model import Reference, Resource, Unresolvable, effective
from simulator.estate.playbook import Playbook, TriggerKind

WHY: Final = (
    "containment that does not start by itself waits for a person while the data goes on leaving; "
    "a documented and tested incident response is an audit component of 11 CCR 7123(c)(17)"
)


@dataclass(frozen=True, slots=True)
class Chain:
    """A way from an alert to a playbook.

    ``broken`` says where it is broken, or cannot be followed; a chain without a playbook ends in
    code that is not read.
    """

    start: Resource
    playbook: Playbook | None
    broken: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether it surely leads from an alert to the playbook."""
        return not self.broken and self.playbook is not None

    @property
    def may_hold(self) -> bool:
        """Whether nothing that is known breaks it."""
        return all(f.unknown for f in self.broken)


containment_finding: Final = partial(finding, why=WHY)
"""A finding about containment that does not come about, with its citation."""


def switched_off(resource: Resource, *, attribute: str = "enabled") -> Iterator[Finding]:
    """A resource that is off, or may be."""
    value = resource.get(attribute)
    unknown = isinstance(value, Reference | Unresolvable)
    if unknown or effective(value) is False:
        yield containment_finding(
            resource,
            attribute,
            value,
            expected="true",
            remedy=f"{attribute} = true",
            unknown=unknown,
        )


def playbook_cannot_run(book: Playbook, wanted: tuple[TriggerKind, ...]) -> Iterator[Finding]:
    """What keeps a playbook from running when it is started in one of the wanted ways."""
    off = tuple(switched_off(book.workflow))
    yield from off
    if not book.enabled and not off:
        yield containment_finding(
            book.workflow,
            "state",
            '"Disabled"',
            expected='"Enabled"',
            remedy='properties.state = "Enabled"',
        )
    if book.unreadable:
        yield containment_finding(
            book.workflow,
            "definition",
            book.unreadable,
            expected="a definition whose steps can be read",
            remedy="read the HCL directory; declare the steps as azurerm_logic_app_action_custom",
            unknown=True,
        )
    elif book.trigger not in wanted:
        yield containment_finding(
            book.workflow,
            "trigger",
            f"its trigger is of kind {book.trigger.value}",
            expected=f"a trigger of kind {' or '.join(kind.value for kind in wanted)}",
            remedy='azurerm_logic_app_trigger_custom: type = "ApiConnectionWebhook", path = '
            '"/incident-creation"',
            unknown=book.trigger is TriggerKind.UNKNOWN,
        )
