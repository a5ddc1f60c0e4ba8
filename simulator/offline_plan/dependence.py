"""Two plans of one configuration, made with different stand-ins -> the plan that holds for both.

What differs between the plans depends on what a data source would have said, by whatever way:
``locals``, functions, modules. That is not known without asking, so it is made unknown, in the form
in which Terraform itself shows what is known only after apply. Data sources become reads that are
still to be made; a resource instance that only one of the plans has becomes a deferred change.

Format: https://developer.hashicorp.com/terraform/internals/json-format.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]
Tree: TypeAlias = Any

_NOWHERE: Final = object()
_TERRAFORM_ITSELF: Final = "/builtin/terraform"  # it reads terraform_remote_state, for real


def stand_ins(plan: Json) -> tuple[str, ...]:
    """The addresses of the data sources that were answered for this plan."""
    return tuple(resource["address"] for resource in _answered(plan))


def common(first: Json, other: Json) -> Json:
    """The plan ``first`` with all that differs in ``other`` unknown. Neither is changed."""
    changes = {change["address"]: change for change in _changes(first)}
    others = {change["address"]: change for change in _changes(other)}
    both = {a: _common_change(changes[a], others[a]) for a in changes if a in others}
    lone = [change for a, change in (others | changes).items() if a not in both]
    plan = {name: value for name, value in first.items() if name not in {"checks", "prior_state"}}
    plan["resource_changes"] = list(both.values())
    plan["output_changes"] = _common_outputs(first, other)
    plan["planned_values"] = _planned_values(first, both, plan["output_changes"])
    if state := _state(first):
        plan["prior_state"] = state
    if lone:
        deferred = {entry["resource_change"]["address"]: entry for entry in map(_deferred, lone)}
        plan["deferred_changes"] = [*first.get("deferred_changes", []), *deferred.values()]
    return plan


def _answered(plan: Json) -> Iterator[Json]:
    """The data sources in the state that a plan starts from, without Terraform's own."""
    waiting = [plan.get("prior_state", {}).get("values", {}).get("root_module", {})]
    while waiting:
        module = waiting.pop()
        for resource in module.get("resources", []):
            itself = resource.get("provider_name", "").endswith(_TERRAFORM_ITSELF)
            if resource["mode"] == "data" and not itself:
                yield resource
        waiting.extend(module.get("child_modules", []))


def _changes(plan: Json) -> Iterator[Json]:
    """All changes of a plan, and its answered data sources as reads that are still to be made."""
    yield from plan.get("resource_changes", [])
    for resource in _answered(plan):
        told = ("address", "mode", "type", "name", "index", "provider_name")
        read = {name: resource[name] for name in told if name in resource}
        read["change"] = {
            "actions": ["read"],
            "before": None,
            "after": resource.get("values", {}),
            "after_unknown": {},
            "before_sensitive": False,
            "after_sensitive": resource.get("sensitive_values", {}),
        }
        yield read


def _common_change(one: Json, other: Json) -> Json:
    return one | {"change": _agreed(one["change"], other["change"])}


def _common_outputs(first: Json, other: Json) -> Json:
    others = other.get("output_changes", {})
    return {
        name: _agreed(change, others[name])
        for name, change in first.get("output_changes", {}).items()
    }


def _agreed(one: Json, other: Json) -> Json:
    """A change with ``after`` and ``after_unknown`` as both have them."""
    after, unknown = _both(
        one.get("after"),
        other.get("after"),
        one.get("after_unknown", False),
        other.get("after_unknown", False),
    )
    agreed = one | {"after": after, "after_unknown": unknown}
    if after is _NOWHERE:
        del agreed["after"]
    return agreed


def _both(one: Tree, other: Tree, open_one: Tree, open_other: Tree) -> tuple[Tree, Tree]:
    """What two values have in common, and what is unknown of it: trees of ``after_unknown``.

    >>> _both({"a": 1, "b": [2]}, {"a": 1, "b": [3]}, {}, {})
    ({'a': 1, 'b': [None]}, {'b': [True]})
    """
    if open_one is True or open_other is True:
        return _NOWHERE, True
    if isinstance(one, dict) and isinstance(other, dict):
        names = one | _object(open_one)
        if names.keys() == (other | _object(open_other)).keys():
            return _objects(one, other, open_one, open_other)
        return _NOWHERE, True  # a map: which keys it has is not known
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        parts = [
            _both(a, b, _at(open_one, index), _at(open_other, index))
            for index, (a, b) in enumerate(zip(one, other, strict=True))
        ]
        return [None if a is _NOWHERE else a for a, _ in parts], [unknown for _, unknown in parts]
    if type(one) is type(other) and one == other:
        return one, False if open_one is _NOWHERE else open_one
    return _NOWHERE, True


def _objects(one: Json, other: Json, open_one: Tree, open_other: Tree) -> tuple[Json, Json]:
    values, unknown = {}, {}
    for name in one | _object(open_one):
        values[name], unknown[name] = _both(
            one.get(name, _NOWHERE),
            other.get(name, _NOWHERE),
            _at(open_one, name),
            _at(open_other, name),
        )
    return (
        {name: value for name, value in values.items() if value is not _NOWHERE},
        {name: tree for name, tree in unknown.items() if tree is not False},
    )


def _object(tree: Tree) -> Json:
    return tree if isinstance(tree, dict) else {}


def _at(tree: Tree, part: str | int) -> Tree:
    if isinstance(tree, dict):
        return tree.get(part, _NOWHERE)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return _NOWHERE


def _deferred(change: Json) -> Json:
    """A resource of which it is not known how many instances there are, without any values."""
    module = f"{change['module_address']}." if "module_address" in change else ""
    data = "data." if change["mode"] == "data" else ""
    named = {name: change[name] for name in change if name not in {"index", "change"}}
    named["address"] = f"{module}{data}{change['type']}.{change['name']}"
    actions = change["change"]["actions"]
    unknown = {"actions": actions, "before": None, "after": None, "after_unknown": True}
    return {"reason": "instance_count_unknown", "resource_change": named | {"change": unknown}}


def _planned_values(first: Json, changes: Json, outputs: Json) -> Json:
    """The values of a plan once more: in Terraform's format they stand in two places."""

    def agreed(resource: Json) -> Json | None:
        change = changes.get(resource["address"])
        return None if change is None else resource | {"values": change["change"].get("after")}

    values = first.get("planned_values", {})
    planned: Json = {"root_module": _module(values.get("root_module", {}), agreed)}
    if "outputs" in values:
        planned["outputs"] = {
            name: _output(output, outputs[name]) if name in outputs else output
            for name, output in values["outputs"].items()
        }
    return planned


def _output(output: Json, change: Json) -> Json:
    if "value" not in output or "after" in change:
        return output | ({"value": change["after"]} if "value" in output else {})
    return {name: value for name, value in output.items() if name not in {"value", "type"}}


def _state(plan: Json) -> Json:
    """What is real in the state that a plan starts from, which is all but data sources and outputs.

    (There are imported resources in it, and what Terraform itself has read.)
    """
    gone = set(stand_ins(plan))

    def kept(resource: Json) -> Json | None:
        return None if resource["address"] in gone else resource

    state: Json = plan.get("prior_state", {})
    root = _module(state.get("values", {}).get("root_module", {}), kept)
    return state | {"values": {"root_module": root}} if root else {}


def _module(module: Json, each: Callable[[Json], Json | None]) -> Json:
    """A module with ``each`` resource made anew, or left out; modules left empty are left out."""
    resources = [made for one in module.get("resources", []) if (made := each(one)) is not None]
    below = [_module(child, each) for child in module.get("child_modules", [])]
    children = [child for child in below if child.keys() & {"resources", "child_modules"}]
    rest = {k: v for k, v in module.items() if k not in {"resources", "child_modules"}}
    if resources:
        rest["resources"] = resources
    if children:
        rest["child_modules"] = children
    return rest
