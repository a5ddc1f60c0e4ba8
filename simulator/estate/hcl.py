"""A Terraform directory as an :class:`Estate`."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simulator.estate.errors import EstateError
from simulator.estate.model import (
    Block,
    Estate,
    Gap,
    Known,
    Node,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    freeze,
)

_META_ARGUMENTS = frozenset({"id", "count", "for_each", "depends_on", "provider", "__tfmeta"})
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


def read_hcl(directory: Path, var_files: Sequence[Path] = ()) -> Estate:
    """Everything that the Terraform configuration in ``directory`` declares.

    Raises :class:`EstateError` if it cannot be read.
    """
    import tfparse  # noqa: PLC0415 - a native library: loaded only when a directory is read

    if not directory.is_dir():
        raise EstateError(f"{directory}: no such directory. Give a directory with .tf files.")
    automatic = [directory / "terraform.tfvars", *sorted(directory.glob("*.auto.tfvars"))]
    files = [os.path.relpath(f, directory) for f in (*automatic, *var_files) if f.is_file()]
    try:
        parsed = tfparse.load_from_path(str(directory), stop_on_hcl_error=True, vars_paths=files)
    except tfparse.ParseError as error:
        raise EstateError(f"{directory}: {error}") from error
    blocks = [
        b
        for of_type in parsed.values()
        for b in of_type
        if b.get("__tfmeta", {}).get("type") in {"resource", "data"}
    ]
    if not blocks:
        raise EstateError(f"{directory}: declares no resources.")
    ids = {b["id"]: b["__tfmeta"]["path"] for b in blocks}
    majors = _providers(parsed)
    resources = tuple(_resource(block, ids, majors) for block in blocks)
    return Estate(resources, str(directory), "hcl", tuple(_gaps(parsed, ids)))


def _gaps(parsed: Mapping[str, list[dict[str, object]]], ids: Mapping[str, str]) -> Iterator[Gap]:
    for call in parsed.get("module", ()):
        meta = call["__tfmeta"]
        assert isinstance(meta, dict)
        path = str(meta["path"])
        if not any(address.startswith(f"{path}.") for address in ids.values()):
            why = f"module source {call.get('source')!r} could not be loaded; run `terraform init`"
            yield Gap(path, why, Origin(meta["filename"], meta["line_start"]))


def _providers(parsed: Mapping[str, list[dict[str, object]]]) -> Mapping[str, str]:
    stated = {}
    for block in parsed.get("terraform", ()):
        required = block.get("required_providers")
        if isinstance(required, dict):
            for name, spec in required.items():
                if isinstance(spec, dict) and "version" in spec:
                    stated[name] = str(spec["version"])
    return stated


def _resource(
    block: dict[str, object], ids: Mapping[str, str], stated: Mapping[str, str]
) -> Resource:
    meta = block["__tfmeta"]
    assert isinstance(meta, dict)
    address = str(meta["path"])
    kind = str(meta["label"])
    prefix, _, local = (
        address.rpartition(".")
        if not address.endswith("]")
        else (address[: address.index("[", address.rindex(f"{kind}."))].rpartition("."))
    )
    local = local or address
    origin = Origin(str(meta["filename"]), int(meta["line_start"]))
    module = prefix[: -len(kind)].removesuffix("data.") if prefix.endswith(kind) else ""
    name = kind.partition("_")[0]
    constraint = stated.get(name, "")
    found = re.search(r"(?:~>|=|^|<=)\s*(\d+)", constraint)
    provider = Provider(name, int(found[1]) if found else None, constraint)
    return Resource(
        address,
        kind,
        local,
        _block(block, origin, ids, module),
        origin,
        provider,
        mode="data" if meta["type"] == "data" else "managed",
    )


def _block(
    raw: dict[str, object], origin: Origin | None, ids: Mapping[str, str], module: str
) -> Block:
    values = {}
    for key, value in raw.items():
        if key in _META_ARGUMENTS:
            continue
        node = _node(value, ids, module)
        if node is not None:
            values[key] = node
    return Block(values, origin)


def _node(value: object, ids: Mapping[str, str], module: str) -> "Node | None":
    if value is None:
        return None
    if isinstance(value, dict):
        if "__attribute__" in value:
            return _attribute(str(value["__attribute__"]), module)
        if "__tfmeta" in value:
            return (_nested(value, ids, module),)
        if not _has_null(value) and not _UUID.search(repr(value)):
            return Known(freeze(value))
        return Block(
            {
                k: _node(v, ids, module) or Unresolvable(f"{k} is not known")
                for k, v in value.items()
            }
        )
    if isinstance(value, list):
        if value and all(isinstance(v, dict) and "__tfmeta" in v for v in value):
            return tuple(_nested(v, ids, module) for v in value)
        if _has_null(value):
            return Unresolvable("part of the list is not known")
        if not _UUID.search(repr(value)):
            return Known(freeze(value))
        return _text(value[0] if len(value) == 1 else json.dumps(value), ids)
    if isinstance(value, str):
        return _text(value, ids)
    return Known(value)


def _nested(value: dict[str, object], ids: Mapping[str, str], module: str) -> Block:
    meta = value["__tfmeta"]
    assert isinstance(meta, dict)
    return _block(value, Origin(str(meta["filename"]), int(meta["line_start"])), ids, module)


def _has_null(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_null, value.values()))
    return any(map(_has_null, value)) if isinstance(value, list) else value is None


def _attribute(path: str, module: str) -> Node:
    parts = path.split(".")
    if parts[0] in {"var", "local", "module", "each", "count", "path"}:
        return Unresolvable(f"{path} has no value")
    size = 3 if parts[0] == "data" else 2
    head, rest = parts[:size], parts[size:]
    address = ".".join(head)
    while rest and rest[0].startswith("["):
        key = rest.pop(0)[1:-1]
        address += f"[{key}]" if key.isdigit() else f'["{key}"]'
    return Reference(module + address, ".".join(rest) or "id")


def _text(value: str, ids: Mapping[str, str]) -> Node:
    found = [ids[u] for u in _UUID.findall(value) if u in ids]
    if not found:
        return Known(value)
    text = _UUID.sub(lambda m: "${" + ids[m[0]] + ".id}" if m[0] in ids else m[0], value)
    return Reference(found[0], "id", text, tuple(dict.fromkeys(a for a in found if a != found[0])))
