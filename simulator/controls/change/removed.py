"""What protected or held data before a change and is not declared after it."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.change.both import Both
from simulator.controls.change.guards import GUARDS, Guard
from simulator.controls.change.reading import members
from simulator.controls.change.weakened import weakened
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Block, Estate, Fate, Resource, Value, effective, show
from simulator.estate.personal_information import STORES, holding
from simulator.estate.sameness import is_nothing, plain
from simulator.estate.scopes import covers

KEPT_IN: Final = frozenset(
    {
        *STORES,
        "azurerm_key_vault",
        "azurerm_key_vault_managed_hardware_security_module",
        "azurerm_storage_container",
        "azurerm_storage_share",
        "azurerm_storage_queue",
        "azurerm_storage_table",
        "azurerm_cosmosdb_sql_database",
        "azurerm_cosmosdb_sql_container",
        "azurerm_postgresql_flexible_server_database",
        "azurerm_mysql_flexible_database",
        "azurerm_servicebus_queue",
        "azurerm_recovery_services_vault",
        "azurerm_data_protection_backup_vault",
    }
)
"""The types of resource whose deletion deletes data, secrets or the record of what was done."""

_NEW: Final = ("name", "location", "resource_group_name", "server_id", "storage_account_id")
"""Arguments that a store cannot change and stay the one that it is."""
_STEPS: Final = frozenset({"azurerm_logic_app_action_custom", "azurerm_logic_app_action_http"})
_CALLERS: Final = {
    "azurerm_sentinel_automation_rule": "action_playbook.logic_app_id",
    "azurerm_security_center_automation": "action.resource_id",
    "azurerm_monitor_action_group": "logic_app_receiver.resource_id",
}
"""What starts a workflow when there is an incident or an alert, and where it names it."""
_STEP_LOST: Final = "the answer to a leak does less than before (11 CCR 7123(c)(17))"
_GONE: Final = "declared here before the change, and not after it"
_LOST: Final = (
    "what it holds goes with it, the record of a leak too, and so does what was set on it outside "
    "Terraform (11 CCR 7123(c)(7), (18))"
)
_FATES: Final = {
    Fate.DELETED: "this plan deletes it",
    Fate.REPLACED: "this plan deletes it and makes a new one",
    Fate.LEFTOVER: "this plan deletes what a failed replacement left of it",
    Fate.FORGOTTEN: "this plan takes it out of Terraform's care",
}


def removed(made: Both) -> Iterator[Finding]:
    """The findings about guards and stores of the estate before that are no more."""
    for one in made.gone:
        if one.type in GUARDS and not _is_pointless(made, one) and not _is_replaced(made, one):
            guard = GUARDS[one.type]
            yield _no_more(one, guard.what, guard.why, guard.severity)
        elif one.type in _STEPS and _is_of_playbook(made, one):
            yield _no_more(one, "a step of a playbook", _STEP_LOST, Severity.HIGH)
        elif one.type in KEPT_IN and not _goes_with(made, one):
            fate = _fate(made.after, one)
            yield _store(made, one, f"{_GONE}; {_FATES[fate]}" if fate else _GONE)
    for one, why in made.untold:
        guard_or_none = GUARDS.get(one.type)
        if (guard_or_none or one.type in KEPT_IN) and one.address in made.before.by_address:
            what = guard_or_none.what if guard_or_none else "a store of data"
            yield _no_more(one, what, why, Severity.HIGH, unknown=True)


def replaced(made: Both, one: Resource, other: Resource) -> Iterator[Finding]:
    """A store that is made anew: by what the plan says, or by what cannot be changed in place."""
    if one.type not in KEPT_IN:
        return
    fate = _fate(made.after, other)
    if fate in {Fate.REPLACED, Fate.LEFTOVER}:
        yield _store(made, other, _FATES[fate])
        return
    for name in _NEW:
        before, after = plain(one, name), plain(other, name)
        written = name in one.body.values and name in other.body.values
        if written and made.same(before, after, name) is False and _in_place(made, one, other):
            was = f"{name} {show(after)}; before the change: {show(before)}"
            yield _store(made, other, f"another one, with {was}")
            return


def turned_away(made: Both, one: Resource, other: Resource) -> Iterator[Finding]:
    """A guard that is still there and guards something else now."""
    guard = GUARDS.get(one.type)
    away = [] if guard is None else [p for p in guard.alike if _is_another(made, one, other, p)]
    if guard is None or not away or _is_pointless(made, one) or _is_replaced(made, one):
        return
    for path in away:
        before = show(_at(one, path))
        yield finding(
            other,
            path,
            f"{show(_at(other, path))}; before the change: {before}",
            expected=f"{before}, as before the change",
            why=guard.why,
            remedy="guard what is new with another resource, and keep this one",
            severity=guard.severity,
        )


def _is_another(made: Both, one: Resource, other: Resource, path: str) -> bool:
    before, after = _at(one, path), _at(other, path)
    if is_nothing(before):
        return False
    return is_nothing(after) or made.same(before, after, path) is False


def unprotected(made: Both, one: Resource, other: Resource) -> Iterator[Finding]:
    """A store that Terraform was kept from deleting, and is not any more."""
    alike = made.before.reader == made.after.reader  # not every reader is told of a lifecycle
    if alike and one.type in KEPT_IN and _is_kept(one) and not _is_kept(other):
        yield finding(
            other,
            "lifecycle.prevent_destroy",
            "not true; before the change: true",
            expected="true, as before the change",
            why=f"a later change can delete it unnoticed: {_LOST}",
            remedy="lifecycle { prevent_destroy = true }",
            severity=Severity.MEDIUM,
        )


def _is_kept(resource: Resource) -> bool:
    found = resource.blocks("lifecycle")
    return any(effective(block.get("prevent_destroy")) is True for block in found)


def _in_place(made: Both, one: Resource, other: Resource) -> bool:
    """Whether the two are one by address: by name, what differs is only how it is written."""
    return one.address == other.address and made.before.reader == made.after.reader


def _no_more(
    one: Resource, what: str, why: str, severity: Severity, *, unknown: bool = False
) -> Finding:
    actual = f"cannot be told: {why}" if unknown else f"{_GONE}; it was {what}"
    return finding(
        one,
        "resource",
        actual,
        expected="declared, or replaced by what protects the same thing as well",
        why="it may have been taken away" if unknown else why,
        remedy="make the estate after the change readable"
        if unknown
        else f'resource "{one.type}" "{one.name}" as it was before the change',
        severity=severity,
        unknown=unknown,
    )


def _store(made: Both, one: Resource, actual: str) -> Finding:
    surely = holding(made.before, one).surely_holds
    return finding(
        one,
        "resource",
        actual,
        expected="the store that was there before the change",
        why=_LOST,
        remedy="keep it, with lifecycle { prevent_destroy = true }; a moved block renames it",
        severity=Severity.CRITICAL if surely else Severity.HIGH,
    )


def _fate(after: Estate, resource: Resource) -> Fate | None:
    found = (r.fate for r in after.removals if r.resource.address == resource.address)
    return next(found, None)


def _is_of_playbook(made: Both, one: Resource) -> bool:
    """Whether a step is of a workflow that answers incidents or alerts, and that is still there."""
    workflow = made.before.target(plain(one, "logic_app_id"))
    if workflow is None or made.is_gone(workflow.resource):
        return False
    later = made.later(workflow.resource) or workflow.resource
    return any(
        later.address.casefold() in members(made, made.before, caller, path)[0]
        for type_, path in _CALLERS.items()
        for caller in made.before.of_type(type_)
    )


def _goes_with(made: Both, one: Resource) -> bool:
    """Whether a part goes because the whole store that it is in does, which is told already."""
    for name in ("storage_account_id", "server_id", "namespace_id", "account_name"):
        owner = made.before.target(plain(one, name))
        if owner is not None and made.is_gone(owner.resource):
            return True
    return False


def _is_pointless(made: Both, one: Resource) -> bool:
    """Whether what it guarded is not there any more either."""
    guarded = made.before.target(_at(one, GUARDS[one.type].of))
    return guarded is not None and made.is_gone(guarded.resource)


def _is_replaced(made: Both, one: Resource) -> bool:
    """Whether another guard protects the same thing, and no less."""
    guard = GUARDS[one.type]
    return any(
        _guards_alike(made, guard, one, other) and not any(weakened(made, one, other))
        for other in made.after.of_type(*_FAMILIES[_family(one.type)])
    )


def _family(type_: str) -> str:
    guard = GUARDS.get(type_)
    return guard.family or type_ if guard else ""


_FAMILIES: Final = {
    name: tuple(type_ for type_ in GUARDS if _family(type_) == name)
    for name in map(_family, GUARDS)
}


def _guards_alike(made: Both, guard: Guard, one: Resource, other: Resource) -> bool:
    shared = (*guard.alike, *guard.content)
    if not shared:
        return False
    answers = [_alike(made, one, other, path) for path in shared]
    return None not in answers and False not in answers


def _alike(made: Both, one: Resource, other: Resource, path: str) -> bool | None:
    head, _, rest = path.partition(".")
    before, after = one.body.values.get(head), other.body.values.get(head)
    if before is None and after is None:
        return True
    if rest:
        return made.same(_at(one, path), _at(other, path), rest)
    if isinstance(before, Block | tuple) or isinstance(after, Block | tuple):
        return _blocks(made, one, other, path)
    mine, theirs = _at(one, path), _at(other, path)
    if path == "scope":
        guarded = made.before.target(mine)
        later = made.later(guarded.resource) if guarded is not None else None
        if later is not None and covers(made.after, theirs, later):
            return True  # a lock from further up holds below
    return made.same(mine, theirs, path)


def _blocks(made: Both, one: Resource, other: Resource, name: str) -> bool | None:
    """Whether the blocks of a name say the same, each value of each."""
    mine = {path: v for block in one.blocks(name) for path, v in block.walk()}
    theirs = {path: v for block in other.blocks(name) for path, v in block.walk()}
    if mine.keys() != theirs.keys() or len(one.blocks(name)) != len(other.blocks(name)):
        return False
    answers = [made.same(value, theirs[path], path) for path, value in mine.items()]
    return False if False in answers else None if None in answers else True


def _at(resource: Resource, path: str) -> Value:
    return resource.get(path) if "." in path else plain(resource, path)
