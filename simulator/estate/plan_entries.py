"""The resource instances of a plan: those that are there after it, and those that go."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from simulator.estate.address import Address, parse_address
from simulator.estate.declared import GONE
from simulator.estate.model import Fate, printable
from simulator.estate.plan_format import Json, PlanShapeError, listed, mapping, mappings, text
from simulator.estate.plan_secrets import Secrets
from simulator.estate.plan_trees import Trees


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


def staying(plan: Json, secrets: Secrets) -> dict[Address, Entry]:
    """What is there after the plan: its changes first, then what only its values show.

    Raises :class:`PlanShapeError` if the plan says two things about one resource instance.
    """
    found: dict[Address, Entry] = {}
    written: set[object] = set()
    for where, entry in _changes(plan):
        if "deposed" in entry:
            continue
        change, actions = _change(entry, where)
        address = address_of(entry)
        written.add(entry["address"])
        if actions in GONE:  # what is forgotten is among the planned values even so
            continue
        if address in found:
            raise PlanShapeError(f"{where} is {address} once more")
        found[address] = Entry(address, after(change, secrets), actions, _provider(entry))
    prior = mapping(plan.get("prior_state"), "prior_state").get("values")
    for values, mode in ((plan.get("planned_values"), "managed"), (prior, "data")):
        for place, resource in listed(mapping(values, "values").get("root_module")):
            name = text(resource.get("address"), "address")
            if resource.get("mode", "managed") != mode or name in written:
                continue
            address = _within(place, resource)
            if address not in found:
                value = resource.get("values")
                trees = Trees(value, {}, secrets.marks(value, resource.get("sensitive_values")))
                actions = ("read",) if mode == "data" else ()
                found[address] = Entry(address, trees, actions, _provider(resource))
    return found


def going(plan: Json, secrets: Secrets) -> Iterator[tuple[Entry, Fate]]:
    """What is there before the plan and goes, as a whole or to be made anew."""
    for where, entry in _changes(plan):
        change, actions = _change(entry, where)
        fate = _fate(actions, deposed="deposed" in entry)
        if fate is not None and entry.get("mode", "managed") == "managed":
            was = before(change, secrets)
            yield Entry(address_of(entry), was, actions, _provider(entry), gone=True), fate


def before(change: Json, secrets: Secrets) -> Trees:
    """The values before a change."""
    value = change.get("before")
    return Trees(value, {}, secrets.marks(value, change.get("before_sensitive")))


def after(change: Json, secrets: Secrets) -> Trees:
    """The values after a change."""
    value = change.get("after")
    marks = secrets.marks(value, change.get("after_sensitive"))
    return Trees(value, change.get("after_unknown"), marks)


def address_of(entry: Json) -> Address:
    """The address of an entry. Raises :class:`PlanShapeError`."""
    return _parsed(text(entry.get("address"), "address"))


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
