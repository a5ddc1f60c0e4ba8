"""The ways by which people are told of a leak without anybody having to think of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulator.controls.containment.chains import chains
from simulator.controls.notification.leak_alerts import LeakAlert, defects
from simulator.estate.alerts import switched_on
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.playbook import Effect, Playbook
from simulator.estate.receivers import Told, told_by_group, told_by_step
from simulator.estate.steps import planned
from simulator.estate.workflow import workflow

_CONTACT: Final = "azurerm_security_center_contact"
_PLAN: Final = "azurerm_security_center_subscription_pricing"
_STORE_PLANS: Final = frozenset({"StorageAccounts", "SqlServers", "KeyVaults", "CosmosDbs"})


@dataclass(frozen=True, slots=True)
class Way:
    """A way to people: what it goes ``through``, whom it tells, and whether it surely does."""

    through: Resource
    told: tuple[Told, ...]
    sure: bool


def ways(estate: Estate, leaks: tuple[LeakAlert, ...], now: datetime) -> tuple[Way, ...]:
    """Every way that is not known to be broken."""
    return (*_by_alerts(estate, leaks), *_by_playbooks(estate, now), *_by_defender(estate))


def _by_alerts(estate: Estate, leaks: tuple[LeakAlert, ...]) -> Iterator[Way]:
    for leak in leaks:
        wrong = tuple(defects(estate, leak))
        if all(found.unknown for found in wrong):
            for group in leak.alert.groups.resources:
                on = switched_on(group)
                if on is not False:
                    yield Way(group, told_by_group(group), sure=not wrong and on is True)


def _by_playbooks(estate: Estate, now: datetime) -> Iterator[Way]:
    for chain in chains(estate, now):
        if chain.playbook is not None and chain.may_hold:
            yield from _by_playbook(estate, chain.playbook, holds=chain.holds)


def unread_playbook(estate: Estate, now: datetime) -> Playbook | None:
    """A playbook that a leak may start and whose steps cannot be read: it may tell anybody."""
    books = (chain.playbook for chain in chains(estate, now) if chain.may_hold)
    return next((book for book in books if book is not None and book.unreadable), None)


def _by_playbook(estate: Estate, book: Playbook, *, holds: bool) -> Iterator[Way]:
    """The steps that tell somebody, but for those that wait for a person."""
    bodies = {step.name: step for step in planned(workflow(estate, book.workflow.address))}
    for step in book.steps:
        if Effect.NOTIFY not in step.effects or step.manual or step.missing_permission:
            continue
        written = bodies.get(step.name)
        told = told_by_step(written) if written else (Told("mail", step.call, step.name),)
        certain = not step.condition and not step.unsure_permission
        yield Way(book.workflow, told, sure=holds and certain)


def _by_defender(estate: Estate) -> Iterator[Way]:
    """Defender's own mail, where a plan over stores is on that could raise an alert."""
    plans = estate.of_type(_PLAN)
    on = any(
        effective(plan.get("tier")) == "Standard"
        and effective(plan.get("resource_type")) in _STORE_PLANS
        for plan in plans
    )
    for contact in estate.of_type(_CONTACT):
        if on and effective(contact.get("alert_notifications")) is True:
            address = effective(contact.get("email"))
            who = address.casefold() if isinstance(address, str) else contact.address
            yield Way(contact, (Told("mail", who),), sure=isinstance(address, str))
