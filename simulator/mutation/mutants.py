"""The mutants of a directory: each weakening of each control, at each resource block it fits."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lark.exceptions import LarkError

from simulator.controls.secrets.secretlike import secret_name, secret_value
from simulator.controls.verdict import Control, Harm, Weakening
from simulator.estate.errors import EstateError
from simulator.estate.hcl.directory import configuration_files
from simulator.estate.hcl.sensitive import is_sensitive
from simulator.estate.hcl.source import read_text
from simulator.estate.model import Estate, base_address, effective
from simulator.estate.provider_spelling import RESPELLINGS, Rename
from simulator.mutation.edits import Change, Edit, edits
from simulator.mutation.syntax import (
    File,
    FragmentError,
    Syntax,
    blocks,
    body,
    parsed,
    same_words,
    written,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A configuration file after one weakening of ``control`` at one resource block.

    ``address`` is the block's, without keys. ``file`` is its path from the root of the
    configuration, ``line`` where the change is, ``text`` the whole file after it. ``before`` and
    ``after`` are what was written and what is, on one line, without secrets.
    """

    control: str
    weakening: Weakening
    address: str
    file: str
    line: int
    before: str
    after: str
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One block that says something of a resource, and the file that it is in."""

    name: str
    file: File
    node: Syntax


@dataclass(frozen=True, slots=True, eq=False)
class _Declared:
    """A resource as its files declare it, the overriding ones last, and its addresses."""

    type: str
    addresses: tuple[str, ...]
    parts: tuple[_Part, ...]


class WeakeningError(ValueError):
    """A weakening that says nothing that can be done: a fault of the control's author."""


def mutants(root: Path, estate: Estate, controls: Iterable[Control]) -> Iterator[Mutant]:
    """The mutants of the configuration in ``root``, which ``estate`` was read from.

    Raises :class:`EstateError` for a file that cannot be written back, and
    :class:`WeakeningError` for a weakening that can never be done.
    """
    controls = tuple(controls)
    types = frozenset(w.type for control in controls for w in control.weakenings)
    declared = tuple(_declared(root, estate, types))
    for control in controls:
        for weakening in control.weakenings:
            for resource in declared:
                yield from _mutant(estate, control.id, weakening, resource)


def _declared(root: Path, estate: Estate, types: frozenset[str]) -> Iterator[_Declared]:
    """The resources of these types, as they are written."""
    addresses: dict[tuple[str, str, str], list[str]] = {}
    for resource in estate.resources:
        type_, name = base_address(resource.address).split(".")[-2:]
        if resource.mode == "managed" and type_ in types:
            folder = str(PurePosixPath(resource.origin.file).parent)
            addresses.setdefault((folder, type_, name), []).append(resource.address)
    parts: dict[tuple[str, str, str], list[_Part]] = {}
    for folder in dict.fromkeys(folder for folder, _, _ in addresses):
        for part_of, part in _parts(root, folder, types):
            parts.setdefault((folder, *part_of), []).append(part)
    for key, found in parts.items():
        if key in addresses:
            yield _Declared(key[1], tuple(addresses[key]), tuple(found))


def _parts(
    root: Path, folder: str, types: frozenset[str]
) -> Iterator[tuple[tuple[str, str], _Part]]:
    """The resource blocks of a directory by type and name, those of override files last."""
    files = [path for path in configuration_files(root / folder) if path.suffix != ".json"]
    for path in sorted(files, key=lambda path: path.stem.endswith("override")):
        text = read_text(path)
        if not any(type_ in text for type_ in types):
            continue
        name = path.name if folder == "." else f"{folder}/{path.name}"
        file = _file(path, text)
        for labels, node in blocks(body(file.tree)):
            if labels[0] == "resource" and len(labels) == 3 and labels[1] in types:
                yield (labels[1], labels[2]), _Part(name, file, node)


def _file(path: Path, text: str) -> File:
    """The file, once it is sure that nothing but white space is lost where it is written back."""
    file = parsed(text)
    try:
        kept = same_words(parsed(written(file.tree)).tree, file.tree)
    except LarkError:
        kept = False
    if not kept:
        raise EstateError(
            f"{path}: cannot be written back as it is, so no change to it can be tried. Write it "
            "as `terraform fmt` does."
        )
    return file


def _mutant(
    estate: Estate, control: str, weakening: Weakening, resource: _Declared
) -> Iterator[Mutant]:
    if resource.type != weakening.type:
        return
    addresses = [one for one in resource.addresses if weakening.where in one]
    if not addresses:
        return
    try:
        part, made = _made(estate, weakening, resource, addresses[0])
    except FragmentError as error:
        raise WeakeningError(f"{control}: {weakening}: {error}") from error
    if not made:
        return
    changes = {node: by for edit in made for node, by in edit.changes.items()}
    yield Mutant(
        control,
        weakening,
        base_address(addresses[0]),
        part.name,
        made[0].line,
        _shown(estate, weakening, made[0].before),
        _on_one_line(made[0].after),
        part.file.changed(changes),
    )


def _made(
    estate: Estate, weakening: Weakening, resource: _Declared, address: str
) -> tuple[_Part, tuple[Edit, ...]]:
    """Where the weakening is done, and how: what is written last counts, else it is added first."""
    for path, change in _spellings(weakening):
        for part in reversed(resource.parts):
            if made := edits(part.file, part.node, path, change):
                return part, made
    first = resource.parts[0]
    absent: str | None = weakening.value or None
    if weakening.harm is Harm.FLIP and absent is None:
        absent = _opposite_of_default(estate, address, weakening.path)
    if absent is None:
        return first, ()
    change = Change(weakening.harm, weakening.value, absent)
    return first, edits(first.file, first.node, weakening.path, change)


def _spellings(weakening: Weakening) -> Iterator[tuple[str, Change]]:
    """The path, and what other major versions of the provider call it, with what to do there."""
    change = Change(weakening.harm, weakening.value)
    yield weakening.path, change
    for other in RESPELLINGS.get(weakening.type, ()):
        if other.read_as != weakening.path or not isinstance(other.rule, Rename):
            continue
        if other.rule.convert is None or not weakening.value:
            yield other.written, change


def _opposite_of_default(estate: Estate, address: str, path: str) -> str | None:
    try:
        default = effective(estate.by_address[address].get(path))
    except TypeError:  # a block
        return None
    return {True: "false", False: "true"}[default] if isinstance(default, bool) else None


def _shown(estate: Estate, weakening: Weakening, text: str) -> str:
    """What was written, unless it is a secret or may well be one."""
    parent, _, leaf = weakening.path.rpartition(".")
    secret = (
        is_sensitive(weakening.type, leaf, parent.rpartition(".")[2])
        or secret_name(leaf)
        or secret_value(text) is not None
        or any(word in text for word in estate.sensitive_texts)
    )
    return "(may be a secret)" if text and secret else _on_one_line(text)


def _on_one_line(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 160 else f"{words[:157]}..."


def in_json(estate: Estate, controls: Iterable[Control]) -> tuple[str, ...]:
    """The resources that a weakening may fit and that are written in JSON: they are left alone."""
    types = {weakening.type for control in controls for weakening in control.weakenings}
    return tuple(
        r.address
        for r in estate.resources
        if r.mode == "managed" and r.type in types and r.origin.file.endswith(".json")
    )


def idle(
    controls: Sequence[Control], found: Sequence[Mutant]
) -> Mapping[str, tuple[Weakening, ...]]:
    """The weakenings of each control that fit no resource of the estate."""
    used = {(mutant.control, mutant.weakening) for mutant in found}
    left = {
        control.id: tuple(w for w in control.weakenings if (control.id, w) not in used)
        for control in controls
    }
    return {control: weakenings for control, weakenings in left.items() if weakenings}
