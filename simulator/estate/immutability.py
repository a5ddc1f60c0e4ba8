"""Write once, read many: the time-based retention policies that keep blobs as they were written.

Microsoft Learn, "Immutable storage for Azure Blob Storage": only a locked policy binds its owner;
without protected append writes nothing can be added to an append blob, which is what Azure Monitor
writes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
)
from simulator.estate.scopes import Answer

POLICY: Final = "azurerm_storage_container_immutability_policy"
CONTAINER: Final = "azurerm_storage_container"
ACCOUNT: Final = "azurerm_storage_account"
_IN_ACCOUNT: Final = re.compile(r"/blobServices/default/containers/([^/]+)", re.IGNORECASE)
_IN_ID: Final = re.compile(
    r"/storageAccounts/([^/]+)/blobServices/default/containers/([^/]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a policy states: ``holds`` is whether it is as asked, ``None`` if unknown."""

    attribute: str
    value: Value
    holds: Answer
    expected: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Hold:
    """A declared time-based retention policy over the blobs of a container.

    ``resource`` declares it, in the nested ``block`` if it is the account's. ``locked``,
    ``period`` and ``appends`` are arguments of it, as (attribute, value that is wanted).
    """

    resource: Resource
    block: Block | None = None

    def terms(self, days: int) -> tuple[Term, ...]:
        """What the policy states, asked for a lock, ``days`` days and protected appends."""
        if self.block is None:
            return (
                self._is_true("locked"),
                self._period(days),
                self._appends(),
            )
        state, period = self.block.get("state"), self.block.get(_SINCE)
        appends = self.block.get(_APPENDS)
        return (
            Term(
                f"{_BLOCK}.state",
                state,
                _is(state, "locked"),
                '"Locked"',
                f'{_BLOCK} {{ state = "Locked" }}',
            ),
            _at_least(period, f"{_BLOCK}.{_SINCE}", days),
            Term(
                f"{_BLOCK}.{_APPENDS}",
                appends,
                _is(appends, "true"),
                "true",
                f"{_BLOCK} {{ {_APPENDS} = true }}",
            ),
        )

    def _period(self, days: int) -> Term:
        """The period of a container's own policy: azurerm 4 and 5 lets no locked one be raised.

        Its check is the wrong way round (``CustomizeDiff`` as of v4.55 and v5.2).
        """
        term = _at_least(self.resource.get(_PERIOD), _PERIOD, days)
        if _is(self.resource.get("locked"), "true") is not True:
            return term
        extend = f"az storage container immutability-policy extend --period {days}"
        return replace(term, remedy=f"{term.remedy}, after {extend}: azurerm refuses to raise it")

    def _is_true(self, attribute: str) -> Term:
        value = self.resource.get(attribute)
        return Term(attribute, value, _is(value, "true"), "true", f"{attribute} = true")

    def _appends(self) -> Term:
        """Either argument lets append blobs grow; what is told is of the one that is set."""
        either = [self._is_true(name) for name in _EITHER]
        for answer in (True, None):
            found = next((term for term in either if term.holds is answer), None)
            if found is not None:
                return found
        return either[0]


_PERIOD: Final = "immutability_period_in_days"
_EITHER: Final = ("protected_append_writes_all_enabled", "protected_append_writes_enabled")
_BLOCK: Final = "immutability_policy"
_SINCE: Final = "period_since_creation_in_days"
_APPENDS: Final = "allow_protected_append_writes"


def holds_on(estate: Estate, account: Resource, container: str) -> tuple[Hold, ...]:
    """The policies over a container of an account: its own first, then the account's."""
    mine = estate.derived(_policies).get((account.address, container.casefold()), ())
    return (
        *(Hold(policy) for policy in mine),
        *(Hold(account, block) for block in account.blocks(_BLOCK)),
    )


def unplaced(estate: Estate) -> tuple[Resource, ...]:
    """The policies of which it cannot be told over which container of which account they are."""
    return estate.derived(_policies).get(("", ""), ())


def container_named(estate: Estate, account: Resource, container: str) -> Resource | None:
    """The declared container with this name in this account."""
    return estate.derived(_containers).get((account.address, container.casefold()))


def days_of(value: Value) -> float | None:
    """A number of days, ``None`` if it is not known; a text of digits is one too.

    >>> days_of(Known(90)), days_of(Known("365")), days_of(Known("ninety")), days_of(Omitted())
    (90, 365.0, None, None)
    """
    known = effective(value)
    if isinstance(known, bool):
        return None
    if isinstance(known, int | float):
        return known
    return float(known) if isinstance(known, str) and known.isdecimal() else None


def _at_least(value: Value, attribute: str, days: int) -> Term:
    known = days_of(value)
    set_ = not isinstance(value, Omitted)
    holds = None if known is None and set_ else known is not None and known >= days
    name = attribute.rpartition(".")[2]
    return Term(attribute, value, holds, f"{days} or more", f"{name} = {days}")


def _is(value: Value, word: str) -> Answer:
    known = effective(value)
    if known is UNSTATED:
        return False if isinstance(value, Omitted) else None
    return str(known).casefold() == word


def _policies(estate: Estate) -> Mapping[tuple[str, str], tuple[Resource, ...]]:
    """The policies by account and container; under empty names those that have no known place."""
    found: dict[tuple[str, str], tuple[Resource, ...]] = {}
    for policy in estate.of_type(POLICY):
        place = _place(estate, policy.get("storage_container_resource_manager_id"))
        found[place] = (*found.get(place, ()), policy)
    return MappingProxyType(found)


def _place(estate: Estate, value: Value) -> tuple[str, str]:
    target = estate.target(value)
    if target is None:
        return _by_id(estate, value)
    if target.resource.type == CONTAINER:
        return _of_container(estate, target.resource)
    named = _IN_ACCOUNT.fullmatch(target.suffix or "")
    if target.resource.type == ACCOUNT and named is not None:
        return target.resource.address, named[1].casefold()
    return "", ""


def _by_id(estate: Estate, value: Value) -> tuple[str, str]:
    text = value.text if isinstance(value, Reference) else effective(value)
    named = _IN_ID.search(text) if isinstance(text, str) else None
    account = estate.named(ACCOUNT, named[1]) if named else None
    return (account.address, named[2].casefold()) if named and account else ("", "")


def _of_container(estate: Estate, container: Resource) -> tuple[str, str]:
    name, account = container.declared_name, _account_of(estate, container)
    return ("", "") if name is None or account is None else (account.address, name.casefold())


def _account_of(estate: Estate, container: Resource) -> Resource | None:
    target = estate.target(container.get("storage_account_id"))
    if target is not None:
        return target.resource
    by_name = container.get("storage_account_name")
    if isinstance(by_name, Reference):
        return estate.by_address.get(by_name.to)
    name = by_name.value if isinstance(by_name, Known) else None
    return estate.named(ACCOUNT, name) if isinstance(name, str) else None


def _containers(estate: Estate) -> Mapping[tuple[str, str], Resource]:
    return MappingProxyType(dict(_each_container(estate)))


def _each_container(estate: Estate) -> Iterator[tuple[tuple[str, str], Resource]]:
    for container in estate.of_type(CONTAINER):
        place = _of_container(estate, container)
        if place != ("", ""):
            yield place, container
