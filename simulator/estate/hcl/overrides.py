"""Override files, merged into the blocks that they override.

https://developer.hashicorp.com/terraform/language/files/override: an argument replaces the one of
its name, a nested block all those of its type, and ``lifecycle`` and ``required_providers`` merge
argument by argument. What is overridden has to be declared in a normal file.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from simulator.estate.errors import EstateError
from simulator.estate.hcl.source import Body, SourceBlock

_NAMED: Final = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1}
_NOT_OVERRIDABLE: Final = frozenset({"moved", "import", "removed"})
_MERGED_INSIDE: Final = frozenset({"lifecycle"})


def overridden(
    root: Path, primary: Sequence[SourceBlock], overriding: Sequence[SourceBlock]
) -> tuple[SourceBlock, ...]:
    """The blocks of a directory's normal files with those of its override files merged in.

    A block that was overridden has the origin of the block that did it last, and so has each of
    its arguments and nested blocks that came from there.

    Raises :class:`EstateError` where Terraform refuses an override.
    """
    blocks = list(primary)
    places: dict[tuple[str, ...], int] = {}
    for place, block in enumerate(blocks):
        places.setdefault(_key(block), place)
    for block in overriding:
        if block.type in _NOT_OVERRIDABLE:
            raise _refused(root, block, f"{block.type} blocks have no place in an override file")
        if block.type == "locals":
            _override_locals(root, blocks, block)
        elif block.type == "terraform":
            blocks = [_without(old, block) if old.type == block.type else old for old in blocks]
            blocks.append(block)
        elif (place := places.get(_key(block), -1)) >= 0:
            blocks[place] = _merge(root, blocks[place], block)
        elif block.type in _NAMED:
            shown = ".".join((block.type, *block.labels))
            raise _refused(root, block, f"{shown} overrides nothing: no normal file declares it")
        else:
            places[_key(block)] = len(blocks)
            blocks.append(block)
    return tuple(blocks)


def _refused(root: Path, block: SourceBlock, why: str) -> EstateError:
    return EstateError(
        f"{root / str(block.origin)}: {why}. Move it to a file that is no override file."
    )


def _key(block: SourceBlock) -> tuple[str, ...]:
    """What says that two blocks declare the same thing."""
    alias = block.body.arguments.get("alias") if block.type == "provider" else None
    return (block.type, *block.labels, *((alias.expression.text,) if alias else ()))


def _override_locals(root: Path, blocks: list[SourceBlock], override: SourceBlock) -> None:
    for name, argument in override.body.arguments.items():
        for place, block in enumerate(blocks):
            if block.type == "locals" and name in block.body.arguments:
                arguments = {**block.body.arguments, name: argument}
                blocks[place] = replace(block, body=replace(block.body, arguments=arguments))
                break
        else:
            raise _refused(root, override, f"local.{name} overrides nothing: it is not declared")


def _without(base: SourceBlock, override: SourceBlock) -> SourceBlock:
    """A ``terraform`` block without what another one sets, provider by provider."""
    required = {n for b in override.body.of("required_providers") for n in b.body.arguments}
    replaced = {block.type for block in override.body.blocks} - {"required_providers"}
    blocks = []
    for block in base.body.blocks:
        if block.type == "required_providers":
            kept = {n: a for n, a in block.body.arguments.items() if n not in required}
            blocks.append(replace(block, body=replace(block.body, arguments=kept)))
        elif block.type not in replaced:
            blocks.append(block)
    arguments = {
        name: argument
        for name, argument in base.body.arguments.items()
        if name not in override.body.arguments
    }
    return replace(base, body=Body(arguments, tuple(blocks)))


def _merge(root: Path, base: SourceBlock, override: SourceBlock) -> SourceBlock:
    if "depends_on" in override.body.arguments and base.type != "output":
        raise _refused(root, override, "depends_on cannot be overridden")
    # A nested block in JSON syntax is an argument, so the two kinds replace each other by name.
    new = {_nested(block) for block in override.body.blocks} - _MERGED_INSIDE
    replaced = new | override.body.arguments.keys()
    arguments = {n: a for n, a in base.body.arguments.items() if n not in new}
    kept = [block for block in base.body.blocks if _nested(block) not in replaced]
    added = list(override.body.blocks)
    for type_ in _MERGED_INSIDE:
        both = [block for block in (*kept, *added) if block.type == type_]
        if len(both) > 1:
            kept = [block for block in kept if block.type != type_]
            added = [block for block in added if block.type != type_]
            added.append(_joined(both))
    body = Body({**arguments, **override.body.arguments}, (*kept, *added))
    return SourceBlock(base.type, base.labels, body, override.origin)


def _nested(block: SourceBlock) -> str:
    """The type of the nested blocks that a block makes: its own, or what it makes dynamically."""
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _joined(blocks: Sequence[SourceBlock]) -> SourceBlock:
    arguments = {n: a for block in blocks for n, a in block.body.arguments.items()}
    inner = tuple(nested for block in blocks for nested in block.body.blocks)
    return replace(blocks[-1], body=Body(arguments, inner))
