"""The file side of a plan: bytes -> the JSON object of ``terraform show -json``, or a clear error.

Format: https://developer.hashicorp.com/terraform/internals/json-format. Its rule is kept here: a
newer minor version is read, a newer major version is refused.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

from simulator.estate.errors import EstateError
from simulator.estate.values import printable

Json: TypeAlias = dict[str, object]

_LARGEST: Final = 512 << 20  # bytes; reading takes four times as much memory
HOW: Final = "`terraform show -json tfplan > plan.json`"
_MAJOR: Final = 1  # 0.1 and 0.2 were Terraform 0.12 to 1.0; they have the same shape


class PlanShapeError(EstateError):
    """A part of the plan that has another shape than the format gives it."""


def load_plan(path: Path) -> Json:
    """The plan in the file at ``path``, checked to be a plan of a version that can be read.

    Raises :class:`EstateError` for anything else, with what was found and what to do.
    """
    plan = _parse(_text(path), path)
    version = plan.get("format_version")
    if "encrypted_data" in plan:
        raise EstateError(
            f"{path}: an encrypted plan of OpenTofu, which only OpenTofu can open; "
            "in its configuration's directory run `tofu show -json tfplan > plan.json`"
        )
    if not isinstance(version, str) or not _is_plan(plan):
        raise EstateError(f"{path}: {_what_it_is(plan)}; make a plan's JSON with {HOW}")
    major = version.partition(".")[0]
    if not major.isdecimal():
        raise EstateError(f"{path}: format_version {version!r} is no version; make it with {HOW}")
    if int(major) > _MAJOR:
        raise EstateError(
            f"{path}: plan format {printable(version)} is newer than {_MAJOR}.x, the newest "
            "that can be read; "
            "use a Terraform release that writes it, or a newer release of this suite"
        )
    return plan


def _text(path: Path) -> str:
    try:
        if (size := path.stat().st_size) > _LARGEST:
            raise EstateError(
                f"{path}: {size >> 20} MiB, more than the {_LARGEST >> 20} MiB that can be read; "
                "plan the configuration in parts, each with a state of its own"
            )
        content = path.read_bytes()
    except FileNotFoundError:
        raise EstateError(f"{path}: there is no such file; make it with {HOW}") from None
    except IsADirectoryError:
        raise EstateError(f"{path}: a directory, not a plan's JSON; make that with {HOW}") from None
    except OSError as error:
        raise EstateError(f"{path}: cannot be read: {error.strerror}") from None
    if content.startswith(b"PK"):
        raise EstateError(
            f"{path}: a binary plan file, as `terraform plan -out` writes it; "
            f"turn it into JSON with `terraform show -json {path.name} > plan.json`"
        )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise EstateError(
            f"{path}: UTF-16 text, as `>` writes it in Windows PowerShell; "
            "write UTF-8: `terraform show -json tfplan | Out-File -Encoding utf8 plan.json`"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EstateError(f"{path}: no UTF-8 text at byte {error.start + 1}; use {HOW}") from None
    if not text.strip():
        raise EstateError(f"{path}: an empty file; make it with {HOW}")
    return text


def _parse(text: str, path: Path) -> Json:
    try:
        plan = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith('{"@level"'):
            raise EstateError(
                f"{path}: the log of `terraform plan -json`, not a plan; "
                f"run `terraform plan -out tfplan`, then {HOW}"
            ) from None
        where = f"{path}:{error.lineno}:{error.colno}"
        if not text[error.pos :].strip() or error.msg.startswith("Unterminated"):
            raise EstateError(
                f"{where}: the JSON ends too early; make it anew with {HOW}"
            ) from None
        raise EstateError(f"{where}: not JSON: {error.msg}; make it with {HOW}") from None
    except (ValueError, RecursionError) as error:
        raise EstateError(f"{path}: not the JSON of a plan: {error}; make it with {HOW}") from None
    if not isinstance(plan, dict):
        raise EstateError(f"{path}: {_kind(plan)}, not a plan; make a plan's JSON with {HOW}")
    return plan


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _object(pairs: list[tuple[str, object]]) -> Json:
    """An object, each name of which stands in it once: Terraform never writes one twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice!r} stands twice in one object")
    return found


def _is_plan(plan: Json) -> bool:
    return not plan.keys().isdisjoint({"resource_changes", "planned_values", "configuration"})


def _what_it_is(plan: Json) -> str:
    """What a JSON object that is no plan looks like."""
    if "lineage" in plan or ("format_version" in plan and "values" in plan):
        return "a state, not a plan: it has what exists and not what is declared"
    if "@level" in plan:
        return "the log of `terraform plan -json`, not a plan"
    found = printable(", ".join(sorted(plan)[:6])) or "no keys at all"
    missing = "no format_version" if "format_version" not in plan else "no planned values"
    return f"not a plan: {missing} (found {found})"


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean"}
    if value is None:
        return "null"
    return names.get(type(value), "a number")


def mapping(value: object, where: str) -> Json:
    """``value`` as an object, empty where it is absent. Raises :class:`PlanShapeError`."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PlanShapeError(f"{where} is {_kind(value)} where a plan has an object")
    return value


def mappings(value: object, where: str) -> Sequence[Json]:
    """``value`` as a list of objects; none where it is absent. Raises :class:`PlanShapeError`."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise PlanShapeError(f"{where} is {_kind(value)} where a plan has a list")
    return [mapping(item, f"{where}[{index}]") for index, item in enumerate(value)]


def text(value: object, where: str) -> str:
    """``value`` as text. Raises :class:`PlanShapeError`."""
    if not isinstance(value, str):
        raise PlanShapeError(f"{where} is {_kind(value)} where a plan has text")
    return value


def listed(module: object) -> Iterator[tuple[str, Json]]:
    """The resources of a module's values and of the modules below it, each with its module."""
    waiting = [mapping(module, "module")]
    while waiting:
        current = waiting.pop()
        place = current.get("address")
        for resource in mappings(current.get("resources"), "resources"):
            yield place if isinstance(place, str) else "", resource
        waiting.extend(mappings(current.get("child_modules"), "child_modules"))
