"""Protections that are still declared and protect less than before the change."""

from collections.abc import Iterator
from dataclasses import replace

from simulator.controls.change.both import Both
from simulator.controls.change.protection import BLIND, Members, Protection
from simulator.controls.change.reading import is_written, members, value_at
from simulator.controls.change.table import PROTECTIONS
from simulator.controls.change.weaker import SET, Direction
from simulator.controls.judge import settle
from simulator.controls.verdict import Finding, finding
from simulator.estate.diagnostic_settings import SETTING, logs_of
from simulator.estate.model import (
    LIVE,
    UNSTATED,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
    show,
)

_ALL_LOGS = "alllogs"
_AUDIT = "audit"
_LOGS = Protection("enabled_log", Members.KEEPS, BLIND)


def weakened(made: Both, one: Resource, other: Resource) -> Iterator[Finding]:
    """The findings about ``other``, which is now what ``one`` was before the change."""
    for protection in PROTECTIONS.get(one.type, ()):
        if not _applies(made.before, one, protection):
            continue
        if isinstance(protection.weaker, Direction):
            yield from _value(made, one, other, protection, protection.weaker)
        else:
            yield from _list(made, one, other, protection)
    if one.type == SETTING:
        yield from _logs(one, other)


def _value(
    made: Both, one: Resource, other: Resource, protection: Protection, direction: Direction
) -> Iterator[Finding]:
    before, _ = value_at(made.before, one, protection.path)
    after, holder = value_at(made.after, other, protection.path)
    was = _in_force(before, direction)
    if was is UNSTATED or not direction.protects(was):
        return
    if made.after.reader == LIVE and isinstance(after, Omitted):
        return  # what Azure does not tell of is no sign that it is not there
    now = _in_force(after, direction)
    if now is UNSTATED and isinstance(after, Omitted):
        # A block that is gone protects nothing; what an argument then is, nobody here knows.
        gone = not is_written(made.after, other, protection.path) or direction is SET
        now = None if gone else UNSTATED
    unknown = now is UNSTATED
    if unknown and isinstance(before, Omitted) and isinstance(after, Omitted):
        return  # nobody has written it, before or after: the change is not about it
    if unknown or direction.is_weaker(was, now):
        argument = protection.path.rpartition(".")[2]
        remedy = f"{argument} = {show(before)}" if isinstance(before, Known) else "write it again"
        found = finding(
            holder,
            protection.path if holder is other else argument,
            after,
            expected=direction.wanted.format(show(before)),
            why=protection.why,
            remedy=settle(after, remedy) if unknown else remedy,
            severity=protection.severity,
            unknown=unknown,
        )
        yield replace(found, actual=f"{found.actual}; before the change: {show(before)}")


def _in_force(value: Value, direction: Direction) -> object:
    """The value in force; what refers to another resource is set, and no more is known of it."""
    return value if isinstance(value, Reference) and direction is SET else effective(value)


def _applies(estate: Estate, resource: Resource, protection: Protection) -> bool:
    if protection.only is None:
        return True
    argument, wanted = protection.only
    found = effective(value_at(estate, resource, argument)[0])
    return isinstance(found, str) and found.casefold() == wanted.casefold()


def _list(made: Both, one: Resource, other: Resource, protection: Protection) -> Iterator[Finding]:
    before, whole_before = members(made, made.before, one, protection.path)
    after, whole_after = members(made, made.after, other, protection.path)
    if made.after.reader == LIVE != made.before.reader and not before:
        return  # a subscription has much that nobody declared
    expected, words = "no more than there was before the change", ""
    if protection.weaker is Members.KEEPS:
        expected, told = "all that there was before the change", before - after
        words = f"lost {_listed(told)}" if told else ""
    elif not whole_before or (protection.weaker is Members.FILTER and not before):
        return  # what is new may have been there; where everybody was let in, it lets in fewer
    elif told := after - before:
        words = f"gained {_listed(told)}"
    elif not whole_after:
        words = "may have gained what is not known"
    elif protection.weaker is Members.FILTER and not after:
        words = f"lost all of {_listed(before)}, and lets everybody in"
    if words:
        # Two readers may word an id differently.
        alike = made.after.reader == made.before.reader or not _ids(told)
        unsure = not whole_after or not alike
        yield _changed(other, protection, words, expected, unknown=unsure)


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))


def _ids(words: frozenset[str]) -> bool:
    return any(word.startswith(("/", "azurerm_", "azuread_", "module.", "data.")) for word in words)


def _changed(
    resource: Resource, protection: Protection, actual: str, expected: str, *, unknown: bool
) -> Finding:
    return finding(
        resource,
        protection.path,
        f"{actual}, by this change",
        expected=expected,
        why=protection.why,
        remedy=f"restore {protection.path} to what it was before the change",
        severity=protection.severity,
        unknown=unknown,
    )


def _logs(one: Resource, other: Resource) -> Iterator[Finding]:
    """What a diagnostic setting no longer sends; a group stands for the categories in it."""
    was, was_groups, _ = logs_of(one)
    now, now_groups, unread = logs_of(other)
    groups = {group.casefold() for group in now_groups}
    if _ALL_LOGS in groups:
        return
    lost = {g for g in was_groups if g.casefold() not in groups}
    if _AUDIT not in groups:
        on = {category.casefold() for category in now}
        lost |= {category for category in was if category.casefold() not in on}
    if lost:
        told = f"lost {', '.join(sorted(lost))}"
        yield _changed(
            other, _LOGS, told, "every log that it sent before the change", unknown=bool(unread)
        )
