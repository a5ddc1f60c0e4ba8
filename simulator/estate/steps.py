"""The actions of a workflow in the order in which they run, each with the call that it makes.

Order comes from ``runAfter`` alone: an action without it starts with its scope. What stands in a
loop, a scope or a branch runs within that action; an action after it waits for all of it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from simulator.estate.document import at, object_at, text_at
from simulator.estate.effects import (
    Call,
    Effect,
    connection_call,
    effects,
    http_call,
    keys_rotated,
)
from simulator.estate.model import Resource
from simulator.estate.workflow import Workflow

_NOT_ACTIONS: Final = frozenset({"definition", "triggers", "actions"})
_WITHIN: Final = ("Foreach", "Scope", "Until")
_CODE: Final = frozenset(
    {"Function", "ServiceProvider", "ApiManagement", "InvokeFunction", "JavaScriptCode", "Workflow"}
)
_PAUSES: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


@dataclass(frozen=True, slots=True)
class Planned:
    """An action in its place.

    ``waits_for`` is all that comes before it, ``after`` what of that must have succeeded. ``http``
    is its call, if it makes one, and ``authentication`` how, as written. ``starts`` is the id of
    the workflow that it starts, ``""`` if none.
    """

    name: str
    resource: Resource
    effects: tuple[Effect, ...]
    call: str
    after: tuple[str, ...]
    waits_for: frozenset[str]
    condition: str
    key: str = ""
    http: Call | None = None
    authentication: object = None
    headers: object = None
    connection: str = ""
    starts: str = ""
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a run of actions stands: what it waits for, on what it depends, in which loop."""

    after: tuple[str, ...] = ()
    waits_for: frozenset[str] = frozenset()
    condition: str = ""
    keys: tuple[str, ...] = ()

    def under(self, condition: str) -> "_Place":
        return replace(self, condition=" and ".join(filter(None, (self.condition, condition))))


def planned(flow: Workflow) -> tuple[Planned, ...]:
    """Every action of the workflow, at any depth, in an order that respects what it waits for."""
    texts = {**_constants(flow.actions), **_parameters(flow)}
    return tuple(_run(flow, _filled(flow.actions, texts), _Place()))


def in_order(actions: Mapping[str, object]) -> tuple[str, ...]:
    """The names of actions so that each follows those it runs after; else in the order written.

    >>> in_order({"b": {"runAfter": {"a": ("Succeeded",)}}, "a": {}})
    ('a', 'b')
    """
    waiting = {name: set(object_at(action, "runAfter")) for name, action in actions.items()}
    done: list[str] = []
    while waiting:
        # A circle cannot run at all; the service refuses it. It is kept, in the order written.
        ready = [n for n, before in waiting.items() if before.isdisjoint(waiting)] or list(waiting)
        done += ready
        waiting = {name: before for name, before in waiting.items() if name not in ready}
    return tuple(done)


def _run(flow: Workflow, actions: Mapping[str, object], place: _Place) -> Iterator[Planned]:
    inside: dict[str, tuple[str, ...]] = {}  # of each action here: its name and those in it
    depends: dict[str, str] = {}
    for name in in_order(actions):
        action = actions[name]
        waits = object_at(action, "runAfter")
        before = {n: inside[n] for n in waits if n in inside}
        succeeded = [n for n in before if "Succeeded" in _statuses(waits[n])]
        tolerant = [n for n in succeeded if len(_statuses(waits[n])) > 1]
        conditions = [  # a step after one that may never run depends on what that depends on
            f"only if {n} ends {' or '.join(_statuses(waits[n]))}"
            if n not in succeeded
            else depends[n]
            for n in before
            if n not in tolerant
        ]
        depends[name] = " and ".join(filter(None, dict.fromkeys(conditions)))
        ends = text_at(action, "type") == "Terminate"
        if ends:
            depends[name] = f"never: {name} ends the run"
        circle = [n for n in waits if n in actions and n not in inside]
        if circle:
            depends[name] = f"never: {name} and {circle[0]} wait for each other"
        strict = tuple(i for n in succeeded if n not in tolerant for i in before[n])
        here = replace(
            place.under("" if ends else depends[name]),
            after=strict or place.after,
            waits_for=place.waits_for.union(*before.values()),
        )
        steps = tuple(_with_inner(flow, name, action, here))
        inside[name] = tuple(step.name for step in steps)
        yield from steps


def _with_inner(flow: Workflow, name: str, action: object, place: _Place) -> Iterator[Planned]:
    own = tuple(_own(flow, name, action, place))
    yield from own
    names = tuple(step.name for step in own)
    within = replace(place, after=(*place.after, *names), waits_for=place.waits_for.union(names))
    for condition, actions in _branches(action):
        loop = _keys_looped(at(action, "foreach")) or place.keys
        yield from _run(flow, actions, replace(within.under(condition), keys=loop))


def _branches(action: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The runs of actions within an action, each with the condition that it depends on."""
    kind = text_at(action, "type")
    if kind in _WITHIN:
        yield "", object_at(action, "actions")
    elif kind == "If":
        test = _short(at(action, "expression"))
        yield f"if {test}", object_at(action, "actions")
        yield f"unless {test}", object_at(action, "else.actions")
    elif kind == "Switch":
        test = _short(at(action, "expression"))
        for case in object_at(action, "cases").values():
            yield f"if {test} is {at(case, 'case')}", object_at(case, "actions")
        yield f"if {test} is none of its cases", object_at(action, "default.actions")


def _own(flow: Workflow, name: str, action: object, place: _Place) -> Iterator[Planned]:
    """The action itself; a rotation in a loop over both keys is one step for each."""
    bare = Planned(
        name,
        flow.sources.get(name, flow.resource),
        (),
        text_at(action, "type"),
        place.after,
        place.waits_for,
        place.condition,
        wait=_pause(action),
    )
    kind = text_at(action, "type")
    if not kind:
        whole = isinstance(action, Mapping) and not _NOT_ACTIONS.isdisjoint(action)
        what = "a whole workflow definition" if whole else "no action type"
        yield replace(bare, effects=(Effect.OTHER,), call=f"invalid: {what} in place of an action")
        return
    call = _call(flow, kind, action)
    if call is None:
        starts = text_at(action, "inputs.host.workflow.id") if kind == "Workflow" else ""
        unseen = (Effect.UNKNOWN,) if kind in _CODE else ()
        yield replace(bare, effects=unseen, starts=starts)
        return
    step = replace(
        bare,
        effects=effects(call),
        call=str(call),
        http=call,
        authentication=at(action, "inputs.authentication"),
        headers=at(action, "inputs.headers"),
        connection=_connection(action),
    )
    keys = keys_rotated(call) or place.keys
    if Effect.ROTATE_STORAGE_KEYS not in step.effects or not keys:
        yield step
    elif len(keys) == 1:
        yield replace(step, key=keys[0])
    else:
        yield from (replace(step, name=f"{name}[{key}]", key=key) for key in keys)


def _call(flow: Workflow, kind: str, action: object) -> Call | None:
    inputs = at(action, "inputs")
    if kind == "Http":
        return http_call(inputs)
    if kind == "HttpWebhook":
        return replace(http_call(at(inputs, "subscribe")), waits=True)
    if kind in {"ApiConnection", "ApiConnectionWebhook"}:
        connection = flow.connections.get(_connection(action))
        connector = connection.connector if connection else _connection(action)
        return connection_call(inputs, connector, waits=kind == "ApiConnectionWebhook")
    return None


def _connection(action: object) -> str:
    """The key of the API connection that an action goes through."""
    named = text_at(action, "inputs.host.connection.name")
    found = re.search(r"\$connections'\)\??\['([^']+)'\]", named)
    return found[1] if found else ""


def _statuses(value: object) -> tuple[str, ...]:
    listed = tuple(map(str, value)) if isinstance(value, tuple) else ()
    return listed or ("Succeeded",)


def _short(expression: object) -> str:
    text = expression if isinstance(expression, str) else json.dumps(expression, default=_open)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _open(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _pause(action: object) -> timedelta:
    """How long a ``Wait`` action waits, where its interval is written out."""
    count = at(action, "inputs.interval.count")
    unit = text_at(action, "inputs.interval.unit").lower()
    if text_at(action, "type") != "Wait" or not isinstance(count, int) or unit not in _PAUSES:
        return timedelta(0)
    return timedelta(seconds=count * _PAUSES[unit])


def _keys_looped(foreach: object) -> tuple[str, ...]:
    """The storage keys that a loop goes through, if it goes through literal ones."""
    items = foreach if isinstance(foreach, tuple) else re.findall(r"key\d", str(foreach or ""))
    return tuple(dict.fromkeys(k for k in items if k in {"key1", "key2"}))


def _parameters(flow: Workflow) -> Mapping[str, str]:
    return {
        f"parameters('{name}')": value
        for name, value in flow.parameters.items()
        if isinstance(value, str) and not name.startswith("$")
    }


def _constants(actions: Mapping[str, object]) -> Mapping[str, str]:
    """The variables that are given a plain text once and never another."""
    text = json.dumps(actions, default=_open)
    found: dict[str, str] = {}
    for action in actions.values():
        listed = at(action, "inputs.variables")
        for variable in listed if isinstance(listed, tuple) else ():
            name, value = text_at(variable, "name"), at(variable, "value")
            written = len(re.findall(rf'"name": "{re.escape(name)}"', text))
            if isinstance(value, str) and "@" not in value and written == 1:
                found[f"variables('{name}')"] = value
    return found


def _filled(value: object, texts: Mapping[str, str]) -> Mapping[str, object]:
    """The actions with those expressions replaced that ``texts`` knows the value of."""
    if not texts:
        return value if isinstance(value, Mapping) else {}
    filled = _fill(value, texts)
    return filled if isinstance(filled, Mapping) else {}


def _fill(value: object, texts: Mapping[str, str]) -> object:
    if isinstance(value, Mapping):
        return {name: _fill(inner, texts) for name, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(_fill(inner, texts) for inner in value)
    if isinstance(value, str):
        for expression, text in texts.items():
            value = value.replace("@{" + expression + "}", text)
            value = text if value == f"@{expression}" else value
    return value
