"""The resource instances of a plan: those that are there after it, and those that go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from simulator.estate.address import Address, parse_address
from simulator.estate.model import Fate, printable
from simulator.estate.plan_format import Json, PlanShapeError, mapping, mappings, text
from simulator.estate.plan_trees import Trees, either, named_secrets

_GONE: Final = {("delete",), ("forget",)}


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource instance, before its attributes are read.

    ``gone`` marks one as it was before the plan: all its values are what Azure has.
    """

    address: Address
    trees: Trees
    actions: tuple[str, ...]
    provider: str
    gone: bool = False


def staying(plan: Json) -> dict[Address, Entry]:
    """What is there after the plan: its changes first, then what only its values show.

    Raises :class:`PlanShapeError` if the plan says two things about one resource instance.
    """
    found: dict[Address, Entry] = {}
    written: set[object] = set()
    for where, entry in _changes(plan):
        change, actions = _change(entry, where)
        if actions in _GONE or "deposed" in entry:
            continue
        address = address_of(entry)
        if address in found:
            raise PlanShapeError(f"{where} is {address} once more")
        found[address] = Entry(address, after(plan, change), actions, _provider(entry))
        written.add(entry["address"])
    prior = mapping(plan.get("prior_state"), "prior_state").get("values")
    for values, mode in ((plan.get("planned_values"), "managed"), (prior, "data")):
        for place, resource in _listed(mapping(values, "values").get("root_module")):
            name = text(resource.get("address"), "address")
            if resource.get("mode", "managed") != mode or name in written:
                continue
            address = _within(place, resource)
            if address not in found:
                trees = _trees(plan, resource, "values", "sensitive_values")
                actions = ("read",) if mode == "data" else ()
                found[address] = Entry(address, trees, actions, _provider(resource))
    return found


def going(plan: Json) -> Iterator[tuple[Entry, Fate]]:
    """What is there before the plan and goes, as a whole or to be made anew."""
    for where, entry in _changes(plan):
        change, actions = _change(entry, where)
        fate = _fate(actions, deposed="deposed" in entry)
        if fate is not None and entry.get("mode", "managed") == "managed":
            was = before(plan, change)
            yield Entry(address_of(entry), was, actions, _provider(entry), gone=True), fate


def before(plan: Json, change: Json) -> Trees:
    """The values before a change."""
    return _trees(plan, change, "before", "before_sensitive")


def after(plan: Json, change: Json) -> Trees:
    """The values after a change."""
    trees = _trees(plan, change, "after", "after_sensitive")
    return trees._replace(unknown=change.get("after_unknown"))


def address_of(entry: Json) -> Address:
    """The address of an entry. Raises :class:`PlanShapeError`."""
    return _parsed(text(entry.get("address"), "address"))


def _trees(plan: Json, entry: Json, values: str, sensitive: str) -> Trees:
    value, marks = entry.get(values), entry.get(sensitive)
    if marks is None or str(plan.get("format_version")).startswith("0."):
        marks = either(marks, named_secrets(value))
    return Trees(value, {}, marks)


def _changes(plan: Json) -> Iterator[tuple[str, Json]]:
    for index, entry in enumerate(mappings(plan.get("resource_changes"), "resource_changes")):
        yield f"resource_changes[{index}]", entry


def _change(entry: Json, where: str) -> tuple[Json, tuple[str, ...]]:
    change = mapping(entry.get("change"), f"{where}.change")
    named = change.get("actions")
    return change, tuple(map(str, named)) if isinstance(named, list) else ()


def _fate(actions: tuple[str, ...], *, deposed: bool) -> Fate | None:
    if "forget" in actions:
        return Fate.FORGOTTEN
    if "delete" not in actions:
        return None
    if deposed:
        return Fate.LEFTOVER
    return Fate.REPLACED if "create" in actions else Fate.DELETED


def _provider(entry: Json) -> str:
    return printable(str(entry.get("provider_name", "")))


def _parsed(written: str) -> Address:
    try:
        return parse_address(written)
    except ValueError as error:
        raise PlanShapeError(str(error)) from None


def _within(place: str, resource: Json) -> Address:
    """The address of a resource of a module's values.

    In the state, Terraform 0.12 leaves out the module and the instance's key.
    """
    written = text(resource.get("address"), "address")
    relative = place and not written.startswith(f"{place}.")
    address = _parsed(f"{place}.{written}" if relative else written)
    index = resource.get("index")
    if address.key is None and isinstance(index, str | int) and not isinstance(index, bool):
        return replace(address, key=index)
    return address


def _listed(module: object) -> Iterator[tuple[str, Json]]:
    """The resources of a module's values and of the modules below it, each with its module."""
    waiting = [mapping(module, "module")]
    while waiting:
        current = waiting.pop()
        place = current.get("address")
        for resource in mappings(current.get("resources"), "resources"):
            yield place if isinstance(place, str) else "", resource
        waiting.extend(mappings(current.get("child_modules"), "child_modules"))
