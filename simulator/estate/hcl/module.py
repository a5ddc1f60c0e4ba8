"""Modules and resources as Terraform expands them: variables, locals, ``count``, ``for_each``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.estate.address import Address, Step
from simulator.estate.errors import EstateError
from simulator.estate.hcl.constraints import convert
from simulator.estate.hcl.directory import Directory
from simulator.estate.hcl.effort import current
from simulator.estate.hcl.expansion import Instance, instances, safely
from simulator.estate.hcl.expression import evaluate
from simulator.estate.hcl.scope import Scope
from simulator.estate.hcl.sensitive import is_sensitive
from simulator.estate.hcl.source import Argument, Expression, SourceBlock
from simulator.estate.hcl.value import (
    Anywhere,
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    TooLargeError,
    Unknown,
    bounded,
    is_known,
    reveal,
    secret,
)
from simulator.estate.values import Origin, printable

Finder = Callable[["Call"], Directory | str]
"""Gives the directory of a module call, or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for all modules of a configuration."""

    find: Finder
    workspace: str


MANAGED: Final = {"resource": "managed", "data": "data"}


class ResourceInstance(Members):
    """A resource instance as a value: what its configuration gives, else a reference to it."""

    def __init__(self, block: SourceBlock, instance: Instance, address: str) -> None:
        super().__init__(self._attribute, address)
        self.block = block
        self.instance = instance
        self._known: dict[str, Evaluated] = {}

    def _attribute(self, name: str) -> Evaluated:
        if name not in self._known:
            self._known[name] = self._compute(name)
        return self._known[name]

    def _compute(self, name: str) -> Evaluated:
        argument = self.block.body.arguments.get(name)
        reference = Ref(self.name, name)
        if argument is None:
            return reference
        value = safely(argument, self.instance.scope)
        if is_sensitive(self.block.labels[0], name):
            value = secret(value)
        return value if is_known(value) and reveal(value)[0] is not None else reference


class _AnyInstance(ResourceInstance, Anywhere):
    """The same where nobody knows how many there are."""


class Module:
    """One module instance: it knows what the names in its expressions mean."""

    def __init__(
        self,
        directory: Directory,
        path: tuple[Step, ...],
        around: "Surroundings",
        given: "Mapping[str, Callable[[], Evaluated]]",
        within: frozenset[Path] = frozenset(),
    ) -> None:
        self.directory = directory
        self._within = within | {directory.path.resolve()}
        self.path = path
        self._around = around
        self._given = given
        self._values: dict[str, Evaluated] = {}
        self._refused: dict[str, str] = {}
        self._open: set[str] = set()
        self.resources = _resources(directory)
        self.variables = _named(directory, "variable")
        self._outputs = _named(directory, "output")
        self._calls = _named(directory, "module")
        self._locals = _locals(directory)

    @property
    def working_directory(self) -> Path:
        """Where Terraform runs: the root of the configuration."""
        return self.directory.root

    def find(self, name: str) -> Evaluated:
        """What the first name of an expression stands for in this module."""
        spaces: dict[str, Callable[[str], Evaluated]] = {
            "var": self.variable,
            "local": self._local,
            "module": self._call,
            "path": self._path_value,
            "terraform": self._terraform,
        }
        if name in spaces:
            return Members(spaces[name], name)
        if name == "data":
            return Members(
                lambda type_: Members(lambda n: self._resource("data", type_, n), f"data.{type_}"),
                "data",
            )
        if name in {"each", "count", "self"}:
            raise EvaluationError(f"{name} has no meaning here")
        return Members(lambda own: self._resource("managed", name, own), name)

    def _once(self, name: str, compute: Callable[[], Evaluated]) -> Evaluated:
        if name in self._values:
            return self._values[name]
        if name in self._refused:
            raise EvaluationError(self._refused[name])
        if name in self._open:
            return Unknown(f"{name} depends on itself", name)
        self._open.add(name)
        try:
            with current().at(".".join((*(f"module.{step}" for step in self.path), name))):
                self._values[name] = bounded(compute())
        except TooLargeError as error:
            self._values[name] = Unknown(f"{name}: {error}", name)
        except EvaluationError as error:
            self._refused[name] = str(error)
            raise
        finally:
            self._open.discard(name)
        return self._values[name]

    def variable(self, name: str) -> Evaluated:
        """The value of ``var.name``."""
        return self._once(f"var.{name}", lambda: self._variable(name))

    def _variable(self, name: str) -> Evaluated:
        try:
            return self._checked(name)
        except EvaluationError as error:
            raise EvaluationError(f"var.{name}: {error}") from error

    def _checked(self, name: str) -> Evaluated:
        block = self.variables.get(name)
        if block is None:
            return Unknown(f"var.{name} is not declared", f"var.{name}")
        scope = Scope(self, {})
        default = block.body.arguments.get("default")
        value: Evaluated = Unknown(f"var.{name} has no value", f"var.{name}")
        if name in self._given:
            value = self._given[name]()
        # A null for a variable that is not nullable stands for its default.
        refused = value is None and self._says(block, "nullable", is_=False)
        wants_default = refused or name not in self._given
        if wants_default and default is not None:
            value = evaluate(default.expression, scope)
        sensitive = self._says(block, "sensitive", is_=True)
        constraint = block.body.arguments.get("type")
        if constraint is not None and isinstance(constraint.expression, Expression):
            try:
                value = convert(value, constraint.expression, lambda e: evaluate(e, scope))
            except EvaluationError as error:
                if sensitive or reveal(value)[1]:
                    raise EvaluationError("its value is not of its type") from error
                raise
        return secret(value) if sensitive else value

    def _says(self, block: SourceBlock, name: str, *, is_: bool) -> bool:
        argument = block.body.arguments.get(name)
        return argument is not None and evaluate(argument.expression, Scope(self, {})) is is_

    def _local(self, name: str) -> Evaluated:
        argument = self._locals.get(name)
        if argument is None:
            return Unknown(f"local.{name} is not declared", f"local.{name}")
        return self._once(f"local.{name}", lambda: evaluate(argument.expression, Scope(self, {})))

    def output(self, name: str) -> Evaluated:
        """The value of this module's output ``name``."""
        block = self._outputs.get(name)
        argument = block.body.arguments.get("value") if block else None
        if block is None or argument is None:
            shown = ".".join(f"module.{step}" for step in self.path)
            return Unknown(f"{shown} has no output {name!r}", f"{shown}.{name}")
        value = self._once(f"output.{name}", lambda: evaluate(argument.expression, Scope(self, {})))
        return secret(value) if self._says(block, "sensitive", is_=True) else value

    def _call(self, name: str) -> Evaluated:
        if name not in self._calls:
            return Unknown(f"module.{name} is not declared", f"module.{name}")
        call = self.call(name)
        if isinstance(call, str):
            return Unknown(f"module.{name}: {call}", f"module.{name}")
        found = [
            (instance, Anywhere(module.output, f"module.{name}"))
            if instance.unexpanded
            else (instance, Members(module.output, f"module.{module.path[-1]}"))
            for instance, module in call
        ]
        return _collected(self._calls[name], found)

    def call(self, name: str) -> "tuple[tuple[Instance, Module], ...] | str":
        """The instances of the module call ``name``, or why its module cannot be read."""
        made = self._once(f"module.{name}", lambda: self._make(name))
        if isinstance(made, Unknown):
            return made.why
        return made if isinstance(made, tuple) else str(made)

    def _make(self, name: str) -> "tuple[tuple[Instance, Module], ...] | str":
        block = self._calls[name]
        found = self._around.find(Call(self, block))
        if isinstance(found, str):
            return found
        if found.path.resolve() in self._within:
            raise EstateError(
                f"{found.root / str(block.origin)}: module {name!r} calls a directory that it is "
                f"itself part of ({found.name}). Take the call out."
            )
        made = []
        for instance in instances(block, self):
            step = Step(name, () if instance.key is None else (instance.key,))
            given = {
                argument: _later(written, instance.scope)
                for argument, written in block.body.arguments.items()
                if argument not in CALL_ARGUMENTS
            }
            path = (*self.path, step)
            module = Module(found, path, self._around, given, self._within)
            made.append((instance, module))
        return tuple(made)

    def _path_value(self, name: str) -> Evaluated:
        if name == "cwd":
            return Unknown("path.cwd depends on where Terraform runs", "path.cwd")
        known: dict[str, Evaluated] = {"root": ".", "module": self.directory.name}
        if name not in known:
            raise EvaluationError(f"path.{name} is not known here")
        return known[name]

    def _terraform(self, name: str) -> Evaluated:
        if name != "workspace":
            raise EvaluationError(f"terraform.{name} is not known here")
        return self._around.workspace

    def instances_of(self, block: SourceBlock) -> tuple[ResourceInstance, ...]:
        """The instances of a resource block of this module."""
        mode, type_, name = MANAGED[block.type], *block.labels
        made = self._once(
            f"{mode} {type_}.{name}",
            lambda: tuple(
                (_AnyInstance if instance.unexpanded else ResourceInstance)(
                    block, instance, str(Address(self.path, type_, name, instance.key, mode))
                )
                for instance in instances(block, self)
            ),
        )
        return made if isinstance(made, tuple) else ()

    def _resource(self, mode: str, type_: str, name: str) -> Evaluated:
        block = self.resources.get((mode, type_, name))
        shown = str(Address(self.path, type_, name, None, mode))
        if block is None:
            return Unknown(f"{shown} is not declared", shown)
        if f"{mode} {type_}.{name}" in self._open:
            return Unknown(f"{shown} depends on itself", shown)
        return _collected(block, [(r.instance, r) for r in self.instances_of(block)])

    def calls(self) -> Iterator[SourceBlock]:
        """The module calls of this module."""
        yield from self._calls.values()


CALL_ARGUMENTS: Final = frozenset(
    {"source", "version", "count", "for_each", "providers", "depends_on"}
)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A module call: the calling module, and the block."""

    caller: Module
    block: SourceBlock

    @property
    def key(self) -> str:
        """The call's key in Terraform's list of installed modules: names joined by dots."""
        return ".".join((*(step.name for step in self.caller.path), *self.block.labels))


def _resources(directory: Directory) -> dict[tuple[str, str, str], SourceBlock]:
    """The resource blocks by mode, type and name."""
    found: dict[tuple[str, str, str], SourceBlock] = {}
    for block in directory.blocks:
        if block.type in MANAGED and len(block.labels) == 2:
            type_, name = block.labels
            first = found.setdefault((MANAGED[block.type], type_, name), block)
            if first is not block:
                raise _twice(directory, f"{type_}.{name}", first.origin, block.origin)
    return found


def _named(directory: Directory, type_: str) -> dict[str, SourceBlock]:
    """The blocks of this type by their name."""
    found: dict[str, SourceBlock] = {}
    for block in directory.blocks:
        if block.type == type_ and block.labels:
            first = found.setdefault(block.labels[0], block)
            if first is not block:
                shown = f"{type_} {printable(block.labels[0])}"
                raise _twice(directory, shown, first.origin, block.origin)
    return found


def _locals(directory: Directory) -> dict[str, Argument]:
    """The local values by name."""
    found: dict[str, Argument] = {}
    for block in directory.blocks:
        for name, argument in block.body.arguments.items() if block.type == "locals" else ():
            if (first := found.setdefault(name, argument)) is not argument:
                shown = f"local.{printable(name)}"
                raise _twice(directory, shown, first.origin, argument.origin)
    return found


def _twice(directory: Directory, what: str, first: Origin, second: Origin) -> EstateError:
    return EstateError(
        f"{directory.root / str(second)}: {what} is declared at {first} already. "
        "Rename one of them."
    )


def _later(argument: Argument, scope: Scope) -> Callable[[], Evaluated]:
    return lambda: evaluate(argument.expression, scope)


def _collected(block: SourceBlock, found: "list[tuple[Instance, Members]]") -> Evaluated:
    """What the block's bare name stands for: one instance, a list of them, or a map."""
    if len(found) == 1 and found[0][0].key is None:
        return found[0][1]
    if "count" in block.body.arguments:
        return [value for _, value in found]
    return {str(instance.key): value for instance, value in found}
