"""The files around a configuration: variable values, installed modules, provider versions."""

import json
import os
import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from simulator.estate.errors import EstateError
from simulator.estate.hcl.directory import Directory, read_directory
from simulator.estate.hcl.expansion import safely
from simulator.estate.hcl.expression import evaluate
from simulator.estate.hcl.module import Call, Module, Surroundings
from simulator.estate.hcl.scope import NoNames, Scope
from simulator.estate.hcl.source import JsonExpression, SourceBlock, read_file, read_text
from simulator.estate.hcl.value import (
    Evaluated,
    EvaluationError,
    Secret,
    Unknown,
    is_known,
    reveal,
    why_unknown,
)
from simulator.estate.model import (
    Given,
    Known,
    Origin,
    Provider,
    Unresolvable,
    Variable,
    freeze,
)
from simulator.estate.plan_providers import LOCK_FILE, locked_versions
from simulator.estate.versions import major_version


@dataclass(frozen=True)
class Configuration:
    """A Terraform directory with the values of its variables."""

    root: Path
    var_files: tuple[Path, ...]

    @cached_property
    def module(self) -> Module:
        """The root module. Raises :class:`EstateError` if a file cannot be read."""
        given = {name: partial(_itself, value) for name, (value, _) in self._values.items()}
        return Module(self._read("."), (), Surroundings(self._find, self.workspace), given)

    @cached_property
    def _values(self) -> Mapping[str, "tuple[Evaluated, Origin]"]:
        return _variable_values(self.root, self.var_files)

    def variables(self) -> Iterator[Variable]:
        """The variables that are declared, or given all the same, each with its value's place."""
        declared = self.module.variables
        for name in dict.fromkeys((*declared, *self._values)):
            value, origin = self._values.get(name, (None, None))
            if (block := declared.get(name)) is not None:
                value = _attempted(self.module.variable, name)
                default = block.body.arguments.get("default")
                origin = origin or (default.origin if default else block.origin)
            shown, marked = reveal(value)
            known = Known(freeze(shown), marked)
            yield Variable(
                name,
                known if is_known(shown) else Unresolvable(why_unknown(shown)),
                sensitive=isinstance(value, Secret),
                origin=origin or Origin(str(self.root)),
                given=Given.FILE if name in self._values else Given.DEFAULT,
            )

    @cached_property
    def workspace(self) -> str:
        """The workspace that ``terraform workspace select`` wrote down, else ``default``."""
        selected = self.root / ".terraform" / "environment"
        return (read_text(selected).strip() if selected.is_file() else "") or "default"

    @cached_property
    def _directories(self) -> dict[str, Directory]:
        return {}

    def _read(self, name: str) -> Directory:
        if name not in self._directories:
            self._directories[name] = read_directory(self.root, name)
        return self._directories[name]

    @cached_property
    def _installed(self) -> Mapping[str, tuple[str, str]]:
        """The source and the directory of modules by key, as ``terraform init`` lists them."""
        listing = self.root / ".terraform" / "modules" / "modules.json"
        if not listing.is_file():
            return {}
        try:
            modules = json.loads(read_text(listing))["Modules"]
            return {
                str(module["Key"]): (str(module.get("Source", "")), str(module["Dir"]))
                for module in modules
            }
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise EstateError(
                f"{listing}: not a list of modules ({error}). Run `terraform init` again."
            ) from error

    def _find(self, call: Call) -> Directory | str:
        """The directory of a module call, or why there is none."""
        argument = call.block.body.arguments.get("source")
        source = safely(argument, Scope(call.caller, {})) if argument else None
        if not isinstance(source, str):
            return "its source is not a literal text"
        if _is_local(source):
            name = posixpath.normpath(posixpath.join(call.caller.directory.name, source))
            missing = f"its source {source} does not exist"
            outside = f"its source {source} leaves the installed module that it is in"
            installed = _is_installed(call.caller.directory.name)
        else:
            name = posixpath.normpath(self._installed.get(call.key, ("", ""))[1])
            missing = f"its source {source} is not installed; run `terraform init`"
            outside = f"it is said to be installed in {name}, which is outside of the directory"
            installed = True
            if name == ".":
                return missing
        if installed and not self._inside(name):
            return outside
        if not (self.root / name).is_dir():
            return missing
        found = self._read(posixpath.normpath(name))
        return found if found.blocks else f"its source {source} has no .tf files"

    def _inside(self, name: str) -> bool:
        """Whether an installed module's directory is below the root, links followed."""
        return (self.root / name).resolve().is_relative_to(self.root.resolve())

    @property
    def stray(self) -> str | None:
        """A directory that the list of installed modules leads to, and no module can be in.

        That is one outside of the root, unless a module's own local source leads there.
        """
        for key, (source, name) in self._installed.items():
            _, above = self._installed.get(key.rpartition(".")[0], ("", "."))
            local = _is_local(source) and posixpath.normpath(posixpath.join(above, source))
            if local != posixpath.normpath(name) and not self._inside(name):
                return name
        return None

    def provider_of(self, resource: SourceBlock) -> Provider:
        """The provider of a resource: its local name, and the version that is asked for."""
        name = resource.labels[0].partition("_")[0]
        if (argument := resource.body.arguments.get("provider")) is not None:
            name = argument.expression.text.strip('"').partition(".")[0]
        if name not in self._providers:
            self._providers[name] = self._provider(name)
        return self._providers[name]

    @cached_property
    def _providers(self) -> dict[str, Provider]:
        return {}

    def _provider(self, name: str) -> Provider:
        """The lock file decides, else the root's constraint, else all modules' together."""
        # The root was read first, so it comes first.
        asked = [self._required(directory, name) for directory in self._directories.values()]
        source = next((r["source"] for r in asked if "source" in r), f"hashicorp/{name}")
        if (locked := self._locked.get("/".join(source.split("/")[-2:]))) is not None:
            return Provider(name, major_version([locked]), f"{locked} ({LOCK_FILE})")
        stated = [r["version"] for r in asked if "version" in r]
        root = [asked[0]["version"]] if asked and "version" in asked[0] else []
        for constraints in (root, stated):
            if (major := major_version(constraints)) is not None:
                return Provider(name, major, ", ".join(dict.fromkeys(constraints)))
        return Provider(name, None, ", ".join(dict.fromkeys(stated)))

    def _required(self, directory: Directory, name: str) -> Mapping[str, str]:
        """What a module's ``required_providers`` says about the provider ``name``."""
        scope = Scope(self.module, {})
        stated: dict[str, str] = {}
        for terraform in (block for block in directory.blocks if block.type == "terraform"):
            for required in terraform.body.of("required_providers"):
                argument = required.body.arguments.get(name)
                value = safely(argument, scope) if argument else None
                if isinstance(value, str):
                    stated["version"] = value
                elif isinstance(value, dict):
                    stated |= {k: v for k, v in value.items() if isinstance(v, str)}
        return stated

    @cached_property
    def _locked(self) -> Mapping[str, str]:
        return locked_versions(self.root)


def all_var_files(directory: Path, given: Sequence[Path]) -> tuple[Path, ...]:
    """The variable files that Terraform loads, the last one winning: its own, then ``given``.

    Raises :class:`EstateError` if a given one does not exist.
    """
    for path in given:
        if not path.is_file():
            raise EstateError(f"{path}: no such variable file. Check --var-file.")
    fixed = (directory / "terraform.tfvars", directory / "terraform.tfvars.json")
    endings = (".auto.tfvars", ".auto.tfvars.json")
    automatic = sorted(path for path in directory.iterdir() if path.name.endswith(endings))
    return (*(path for path in fixed if path.is_file()), *automatic, *given)


def _variable_values(root: Path, files: Sequence[Path]) -> Mapping[str, tuple[Evaluated, Origin]]:
    """The value of each variable that a file gives, and where."""
    values: dict[str, tuple[Evaluated, Origin]] = {}
    for path in files:
        shown = Path(os.path.relpath(path, root)).as_posix()
        for name, argument in read_file(path, shown).arguments.items():
            value: Evaluated
            if isinstance(argument.expression, JsonExpression):
                value = argument.expression.value  # no template here, unlike in .tf.json
            else:
                try:
                    value = evaluate(argument.expression, Scope(NoNames(path.parent), {}))
                except EvaluationError as error:
                    raise EstateError(
                        f"{path}:{argument.origin.line}: {name}: {error}. Write a literal value."
                    ) from error
            values[name] = value, argument.origin
    return values


def _itself(value: Evaluated) -> Evaluated:
    return value


def _attempted(find: Callable[[str], Evaluated], name: str) -> Evaluated:
    try:
        return find(name)
    except EvaluationError as error:
        return Unknown(str(error), f"var.{name}")


def _is_local(source: str) -> bool:
    return source.startswith(("./", "../")) or source in {".", ".."}


def _is_installed(name: str) -> bool:
    """Whether a module's directory is one that ``terraform init`` made."""
    return name.startswith(".terraform/")
