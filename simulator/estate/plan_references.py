"""What a plan's configuration refers to: from the text of a reference to a resource instance.

A plan keeps, of an expression, only the traversals in it: ``["azurerm_storage_account.a.id",
"azurerm_storage_account.a"]`` (each with its shorter forms after it), in the words of the module
that it stands in. Here ``var.x`` is followed to the module call's argument, ``module.m.out`` to the
output's expression and ``each.value`` to the ``for_each`` expression. A ``local`` is a dead end: a
plan does not hold what it stands for.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from simulator.estate.address import Address, Key, Step, parse_steps
from simulator.estate.model import Reference, Unresolvable
from simulator.estate.plan_config import ConfigModule, Place
from simulator.estate.plan_format import Json, mapping
from simulator.estate.plan_trees import has_true

_NOWHERE: Final = object()
_NOT_HOW: Final = "; a plan does not keep how"
_NOT_WHICH: Final = "; a plan does not keep which attribute"
_DEEPEST: Final = 40  # no real chain of modules is deeper; a broken plan must not hang


@dataclass(frozen=True, slots=True)
class _Found:
    """A resource that an expression refers to; ``attribute`` is ``None`` where that was lost.

    ``instances`` are all that it may stand for, where no key was given, and ``bare`` is then the
    address without one.
    """

    to: str
    attribute: str | None
    instances: tuple[str, ...] = field(default=(), compare=False)
    bare: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.to}.{self.attribute}" if self.attribute else self.to


@dataclass(frozen=True, slots=True)
class References:
    """Finds resources behind expressions.

    ``planned`` maps the address of every resource instance of the plan to its values and its
    ``after_unknown``: what the plan already knows cannot be why a value is unknown.
    """

    planned: Mapping[str, tuple[object, object]]
    modules: Mapping[tuple[str, ...], ConfigModule]
    _instances: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _answers: dict[_Found, bool] = field(default_factory=dict)

    @staticmethod
    def over(
        planned: Mapping[Address, tuple[object, object]],
        modules: Mapping[tuple[str, ...], ConfigModule],
    ) -> "References":
        """The references of a plan with these resource instances."""
        instances: dict[str, list[str]] = {}
        for address in planned:
            bare = str(address if address.key is None else replace(address, key=None))
            instances.setdefault(bare, []).append(str(address))
        by_text = {str(address): trees for address, trees in planned.items()}
        return References(by_text, modules, {bare: tuple(all_) for bare, all_ in instances.items()})

    def value(self, expression: Json, place: Place, argument: str) -> Reference | Unresolvable:
        """The reference that one unknown value is, or why it cannot be told.

        The literal part of a text is lost in a plan, so that ``text`` stays ``None``. Where several
        resources went into one value, nothing says how, and no single one is named as its source.
        """
        found = self._candidates(expression, place, argument)
        if isinstance(found, Unresolvable):
            return found
        if len(found) == 1 and found[0].attribute is not None:
            only = found[0]
            # Not copied: every instance of a large ``for_each`` may refer to all of another.
            also = only.instances if len(only.instances) > 1 else ()
            return Reference(only.to, only.attribute or "id", also=also)
        names = ", ".join(map(str, found))
        if len(found) == 1:
            return Unresolvable(f"comes from {names}{_NOT_WHICH}")
        return Unresolvable(f"comes from {names}{_NOT_HOW}")

    def values(self, expression: Json, place: Place, argument: str) -> Reference | Unresolvable:
        """The references that the unknown members of a list are, in the order written."""
        found = self._candidates(expression, place, argument)
        if isinstance(found, Unresolvable):
            return found
        first = found[0]
        if first.attribute is None:
            return Unresolvable(f"comes from {first.to}{_NOT_WHICH}")
        others = [one.to for one in found[1:]] + [a for one in found for a in one.instances]
        also = tuple(dict.fromkeys(address for address in others if address != first.to))
        return Reference(first.to, first.attribute, also=also)

    def _candidates(
        self, expression: Json, place: Place, argument: str
    ) -> "list[_Found] | Unresolvable":
        """The distinct unknown things that an expression refers to: one at least."""
        dead_ends: list[str] = []
        everything = list(self._follow(_texts(expression), place, dead_ends, _DEEPEST))
        named = [_with_attribute(found, argument) for found in everything]
        distinct = list(dict.fromkeys(found for found in named if self._is_unknown(found)))
        if _is_id(argument) and len({found.to for found in distinct}) == 1:
            distinct = [found for found in distinct if found.attribute == "id"] or distinct
        if dead_ends:  # one of those may be the source as well
            names = dict.fromkeys([*map(str, distinct), *dead_ends])
            return Unresolvable(f"comes from {', '.join(names)}{_NOT_HOW if distinct else ''}")
        if distinct:
            return distinct
        return Unresolvable("is not known until apply")

    def _follow(
        self, texts: Sequence[str], place: Place, dead_ends: list[str], left: int
    ) -> Iterator[_Found]:
        # ``x[each.key].id`` is in a plan as ["x", "each.key"].
        by_key = any(text.startswith(("each.key", "count.index")) for text in texts)
        key = _own_key(place) if by_key else ()
        for text in _longest(texts):
            try:
                steps = parse_steps(text)
            except ValueError:
                dead_ends.append(text)
                continue
            found: Iterable[_Found] = ()
            match steps[0].name:
                case _ if left == 0:
                    dead_ends.append(text)
                case "var" if len(steps) > 1:
                    found = self._variable(steps, place, dead_ends, left - 1)
                case "module" if len(steps) > 2:
                    found = self._output(steps, place, dead_ends, left - 1)
                case "each" if len(steps) > 1 and steps[1].name == "value":
                    found = self._each_value(steps[2:], place, dead_ends, left - 1)
                case "each" | "count" | "path" | "terraform":
                    pass  # always known
                case "local" | "var" | "module" | "self" | "ephemeral":
                    dead_ends.append(text)
                case _:
                    found = self._resource(steps, place)
            yield from (self._at_key(one, key) for one in found)

    def _each_value(
        self, rest: Sequence[Step], place: Place, dead_ends: list[str], left: int
    ) -> Iterator[_Found]:
        """What ``for_each`` runs over: the resource or module of that key, or a map's parts."""
        texts = _texts(place.for_each)
        modules = [text for text in texts if text.startswith("module.") and text.count(".") == 1]
        if rest and place.key is not None:
            for name in (text.removeprefix("module.") for text in modules):
                steps = (Step("module"), Step(name, (place.key,)), *rest)
                yield from self._output(steps, place, dead_ends, left)
            texts = [text for text in texts if text not in modules]
        found = self._follow(texts, place, dead_ends, left)
        yield from self._below(rest, [self._at_key(one, _own_key(place)) for one in found])

    def _variable(
        self, steps: Sequence[Step], place: Place, dead_ends: list[str], left: int
    ) -> Iterator[_Found]:
        caller = place.caller
        if caller is None:
            return  # a variable of the root module is known
        arguments = mapping(place.module.call.get("expressions"), "module call expressions")
        argument = arguments.get(steps[1].name)
        if argument is None:
            return  # its default is known
        inner = self._follow(_texts(argument), caller, dead_ends, left)
        keyed = [self._at_key(one, steps[1].keys) for one in inner]
        yield from self._below(steps[2:], keyed)

    def _output(
        self, steps: Sequence[Step], place: Place, dead_ends: list[str], left: int
    ) -> Iterator[_Found]:
        call, output = steps[1], steps[2]
        module = self.modules.get((*(step.name for step in place.path), call.name))
        outputs = mapping(module.config.get("outputs") if module else None, "outputs")
        if module is None or output.name not in outputs:
            dead_ends.append(f"module.{call.name}.{output.name}")
            return
        inside = Place(module, (*place.path, call))
        expression = mapping(outputs[output.name], "output").get("expression")
        inner = self._follow(_texts(expression), inside, dead_ends, left)
        keyed = [self._at_key(one, output.keys) for one in inner]
        yield from self._below(steps[3:], keyed)

    def _resource(self, steps: Sequence[Step], place: Place) -> Iterator[_Found]:
        """The instance that is named; without a key the only one there is, or all of them."""
        mode, own = ("data", steps[1:]) if steps[0].name == "data" else ("managed", steps)
        if len(own) < 2:
            return
        attribute = ".".join(map(str, own[2:])) or None
        bare = Address(place.path, own[0].name, own[1].name, None, mode)
        if own[1].keys:
            yield _Found(str(replace(bare, key=own[1].keys[0])), attribute)
            return
        address = str(bare)
        instances = self._instances.get(address, ())
        only = instances[0] if len(instances) == 1 else address
        yield _Found(only, attribute, instances, address)

    def _below(self, rest: Sequence[Step], found: Sequence[_Found]) -> Iterator[_Found]:
        """What was found, read further: ``var.account.id`` where ``account`` is a resource.

        Where the argument is an object made of several attributes, those of the right name count.
        """
        if not rest:
            yield from found
            return
        for one in found:
            if one.attribute is None:  # a map of instances may be read with a dot
                instance = self._at_key(one, [rest[0].name])
                below = rest[1:] if instance is not one else rest
                yield replace(instance, attribute=".".join(map(str, below)) or None)
        named = [one for one in found if one.attribute is not None]
        matching = [one for one in named if (one.attribute or "").endswith(rest[-1].name)]
        yield from matching or named

    def _at_key(self, found: _Found, keys: Sequence[Key]) -> _Found:
        """Of all instances the one with this key, if there is one."""
        if not keys or not found.instances:
            return found
        one = found.bare + str(Step("", (keys[0],)))
        return _Found(one, found.attribute) if one in self.planned else found

    def _is_unknown(self, found: _Found) -> bool:
        """Whether the plan leaves this open; what the plan does not have is open."""
        if found.attribute is None:
            return True
        if found not in self._answers:
            steps = parse_steps(found.attribute)
            every = (found.to,) if found.to in self.planned else found.instances or (found.to,)
            self._answers[found] = any(
                address not in self.planned or _open_at(*self.planned[address], steps)
                for address in every
            )
        return self._answers[found]


def _own_key(place: Place) -> tuple[Key, ...]:
    return () if place.key is None else (place.key,)


def _texts(expression: object) -> list[str]:
    """The references of an expression."""
    if not isinstance(expression, Mapping):
        return []
    references = expression.get("references")
    return (
        [text for text in references if isinstance(text, str)]
        if isinstance(references, list)
        else []
    )


def _longest(texts: Sequence[str]) -> Iterator[str]:
    """Each traversal once: the shorter forms of it follow it and are left out.

    >>> list(_longest(["a.b[0].id", "a.b[0]", "a.b", "c.d", "a.b.name", "a.b"]))
    ['a.b[0].id', 'c.d', 'a.b.name']
    """
    current = ""
    seen = set()
    for text in texts:
        if current.startswith((f"{text}.", f"{text}[")) or text in seen:
            continue
        current = text
        seen.add(text)
        yield text


def _is_id(argument: str) -> bool:
    return argument in {"id", "scope", "scopes"} or argument.endswith(("_id", "_ids"))


def _with_attribute(found: _Found, argument: str) -> _Found:
    """``x[each.key].id`` loses its attribute in a plan; an argument for an id tells it."""
    return replace(found, attribute="id") if found.attribute is None and _is_id(argument) else found


def _open_at(value: object, unknown: object, steps: Sequence[Step]) -> bool:
    """Whether a path is unknown at it, above it or below it, or is nowhere to be found."""
    for part in (part for step in steps for part in (step.name, *step.keys)):
        if unknown is True:
            return True
        value, unknown = _part(value, part), _part(unknown, part)
    return has_true(unknown) or value is _NOWHERE


def _part(tree: object, part: Key) -> object:
    if isinstance(tree, dict) and isinstance(part, str):
        return tree.get(part, _NOWHERE)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return _NOWHERE
