"""What a plan found changed outside Terraform (``resource_drift``), attribute by attribute."""

from collections.abc import Iterator, Sequence

from simulator.estate.model import Drift, Known, printable, show
from simulator.estate.plan_entries import address_of, after, before
from simulator.estate.plan_format import Json, mapping, mappings
from simulator.estate.plan_secrets import Secrets, is_secret
from simulator.estate.plan_trees import (
    ABSENT,
    Trees,
    are_blocks,
    frozen,
    has_true,
    length,
)


def drift(plan: Json, secrets: Secrets) -> Iterator[Drift]:
    """Every attribute that somebody changed, and every resource that somebody deleted."""
    for index, entry in enumerate(mappings(plan.get("resource_drift"), "resource_drift")):
        if "deposed" in entry or entry.get("mode", "managed") != "managed":
            continue
        change = mapping(entry.get("change"), f"resource_drift[{index}].change")
        address = str(address_of(entry))
        was, is_ = before(change, secrets), after(change, secrets)
        if is_.value is None:
            yield Drift(address, "", "there", "deleted outside Terraform")
        else:
            for path, old, new in _differences("", was, is_):
                yield Drift(address, path, old, new)


def _differences(path: str, was: Trees, is_: Trees) -> Iterator[tuple[str, str, str]]:
    """Each path at which two values differ, and both in words."""
    if was.value == is_.value:
        return
    hidden = was.sensitive is True or is_.sensitive is True
    parts = () if hidden else _parts(was.value, is_.value)
    for part in parts:
        below = f"{path}.{printable(str(part))}" if path else printable(str(part))
        yield from _differences(below, was.at(part), is_.at(part))
    if not parts:
        hidden = hidden or has_true(was.sensitive) or has_true(is_.sensitive)
        hidden = hidden or any(is_secret(path, tree.value) for tree in (was, is_))
        yield path, _words(was.value, hidden=hidden), _words(is_.value, hidden=hidden)


def _parts(was: object, is_: object) -> Sequence[str | int]:
    """The names or places at which two objects, or two runs of as many blocks, can be compared."""
    if isinstance(was, dict) and isinstance(is_, dict):
        return tuple(was | is_)
    if are_blocks(was) and are_blocks(is_) and length(was) == length(is_):
        return range(length(was))
    return ()


def _words(value: object, *, hidden: bool) -> str:
    if value is None or value is ABSENT:
        return "not set"
    return show(Known(frozen(value), sensitive=hidden))
