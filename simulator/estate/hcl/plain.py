"""Terraform's functions over values that are known in full.

Each agrees with Terraform 1.11 on the examples in ``fixtures/estates/hcl/expressions.json``; where
a function's rarer forms would not, it raises :class:`NotEvaluated` rather than guess.
"""

import base64
import hashlib
import ipaddress
import itertools
import json
import math
import posixpath
import re
import urllib.parse
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import yaml

from simulator.estate.hcl import matching, moments
from simulator.estate.hcl.conversion import (
    NotEvaluated,
    among,
    distinct,
    same,
    to_bool,
    to_number,
    to_set,
)
from simulator.estate.hcl.value import (
    LONGEST,
    PARTS,
    Evaluated,
    EvaluationError,
    TooLargeError,
    bounded,
    text_of,
)

Function = Callable[..., Evaluated]


def _on_text(function: Function) -> Function:
    """``function`` with numbers and bools turned into strings, as a string parameter does."""

    def over(*arguments: Evaluated) -> Evaluated:
        return function(*(text_of(argument) for argument in arguments))

    return over


def _regex(pattern: str, text: str) -> Evaluated:
    match = next(matching.find(pattern, text), None)
    if match is None:
        raise EvaluationError(f"{pattern!r} does not match {text!r}")
    return match.captured(text)


def _regex_all(pattern: str, text: str) -> Evaluated:
    return [match.captured(text) for match in matching.find(pattern, text)]


def _replace(text: str, old: str, new: str) -> str:
    if len(text) * max(len(new), 1) > LONGEST:
        most = text.count(old) * len(new) if old else len(text) * len(new)
        if most > LONGEST:
            raise TooLargeError(f"it may have more than {LONGEST:,} characters")
    if len(old) < 2 or not (old.startswith("/") and old.endswith("/")):
        return text.replace(old, new)
    return matching.replaced(old[1:-1], text, new)


def _substr(text: str, offset: int, length: int) -> str:
    start = offset if offset >= 0 else max(len(text) + offset, 0)
    return text[start:] if length < 0 else text[start : start + length]


def _set_product(*sets: list[Evaluated]) -> list[Evaluated]:
    if math.prod(map(len, sets)) * len(sets) > PARTS:
        raise TooLargeError(f"it has more than {PARTS:,} elements")
    return [list(each) for each in itertools.product(*sets)]


def _power(base: Evaluated, exponent: Evaluated) -> Evaluated:
    # Terraform too computes this with floating point numbers.
    return to_number(float(to_number(base)) ** float(to_number(exponent)))


def _split(separator: str, text: str) -> list[Evaluated]:
    if not separator:
        return list(text)
    return list(text.split(separator))


def _range(*limits: float) -> Evaluated:
    start, stop = (0, limits[0]) if len(limits) == 1 else limits[:2]
    step = limits[2] if len(limits) > 2 else (1 if start <= stop else -1)
    if not step or (stop - start) / step > 1024:
        raise EvaluationError("range() needs a step that leads there in at most 1024 numbers")
    count = max(math.ceil((stop - start) / step), 0)
    return [start + step * index for index in range(count)]


def _numbers(values: tuple[Evaluated, ...] | list[Evaluated]) -> list[int | float]:
    return [to_number(value) for value in values]


def _subnet(prefix: str, new_bits: int, number: int) -> str:
    network = ipaddress.ip_network(prefix, strict=False)
    step = 1 << (network.max_prefixlen - network.prefixlen - new_bits)
    if not 0 <= number < 1 << new_bits:
        raise ValueError(f"{prefix} has no subnet number {number}")
    return f"{network.network_address + number * step}/{network.prefixlen + new_bits}"


def _transpose(mapping: dict[str, list[str]]) -> Evaluated:
    turned: dict[str, list[str]] = {}
    for key in sorted(mapping):
        for name in mapping[key]:
            turned.setdefault(name, []).append(key)
    return dict(sorted(turned.items()))


def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: match[0].upper(), text)


def _hash(name: str, text: str) -> str:
    return hashlib.new(name, text.encode(), usedforsecurity=False).hexdigest()


def _base64_hash(name: str, text: str) -> str:
    digest = hashlib.new(name, text.encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


# What YAML 1.1, as PyYAML has it, and Terraform's YAML read differently: "010", "1_000", "y" ...
_YAML_DIFFERS = re.compile(r"[yYnN]|(?!-?(?:0|[1-9]\d*)(?:\.\d+)?$)[-+]?[.\d][\d_:.eE+-]*")


def _yaml(text: str) -> Evaluated:
    tokens = list(yaml.scan(text))
    plain = {t.value for t in tokens if isinstance(t, yaml.ScalarToken) and t.plain}
    aliases = sum(isinstance(token, yaml.AliasToken) for token in tokens)
    # What "<<" merges may itself be merged from twice as much, and so on.
    if any(map(_YAML_DIFFERS.fullmatch, plain)) or (aliases > 20 and "<<" in plain):
        raise NotEvaluated
    value: Evaluated = bounded(yaml.safe_load(text))  # an alias is short, what it stands for not
    try:
        return json.loads(json.dumps(value))  # JSON has text for keys, as Terraform has
    except TypeError as error:
        raise NotEvaluated from error


def _set_operation(keep: Callable[[list[Evaluated], list[Evaluated]], list[Evaluated]]) -> Function:
    def over(first: list[Evaluated], *others: list[Evaluated]) -> Evaluated:
        for other in others:
            first = keep(first, other)
        return to_set(first)

    return over


PLAIN: Final[Mapping[str, Function]] = {
    "abs": lambda value: abs(to_number(value)),
    "alltrue": lambda values: all(to_bool(value) is True for value in values),
    "anytrue": lambda values: any(to_bool(value) is True for value in values),
    "base64decode": lambda text: base64.b64decode(text, validate=True).decode(),
    "base64encode": lambda text: base64.b64encode(text_of(text).encode()).decode(),
    "base64sha256": partial(_base64_hash, "sha256"),
    "base64sha512": partial(_base64_hash, "sha512"),
    "basename": lambda path: posixpath.basename(path.rstrip("/")) or ("/" if path else "."),
    "ceil": lambda value: math.ceil(to_number(value)),
    "chomp": lambda text: text.rstrip("\r\n"),
    "cidrhost": lambda prefix, number: str(ipaddress.ip_network(prefix, strict=False)[number]),
    "cidrnetmask": lambda prefix: str(ipaddress.IPv4Network(prefix, strict=False).netmask),
    "cidrsubnet": _subnet,
    "dirname": lambda path: posixpath.dirname(path) or ".",
    "distinct": distinct,
    "endswith": _on_text(str.endswith),
    "floor": lambda value: math.floor(to_number(value)),
    "indent": lambda spaces, text: text.replace("\n", "\n" + " " * spaces),
    "index": lambda values, wanted: next(i for i, v in enumerate(values) if same(v, wanted)),
    "jsondecode": partial(json.loads, parse_float=to_number),
    "lower": _on_text(str.lower),
    "matchkeys": lambda values, keys, wanted: [
        value for value, key in zip(values, keys, strict=True) if among(key, wanted)
    ],
    "max": lambda *values: max(_numbers(values)),
    "md5": partial(_hash, "md5"),
    "min": lambda *values: min(_numbers(values)),
    "parseint": int,
    "pow": _power,
    "range": lambda *limits: _range(*_numbers(limits)),
    "regex": _regex,
    "regexall": _regex_all,
    "replace": _on_text(_replace),
    "setintersection": _set_operation(lambda a, b: [value for value in a if among(value, b)]),
    "setproduct": _set_product,
    "setsubtract": _set_operation(lambda a, b: [value for value in a if not among(value, b)]),
    "setunion": _set_operation(lambda a, b: [*a, *b]),
    "sha1": partial(_hash, "sha1"),
    "sha256": partial(_hash, "sha256"),
    "sha512": partial(_hash, "sha512"),
    "signum": lambda value: (to_number(value) > 0) - (to_number(value) < 0),
    "sort": lambda values: sorted(map(text_of, values)),
    "split": _on_text(_split),
    "startswith": _on_text(str.startswith),
    "strcontains": _on_text(str.__contains__),
    "strrev": lambda text: text[::-1],
    "substr": lambda text, *limits: _substr(text_of(text), *map(int, limits)),
    "sum": lambda values: sum(_numbers(values)),
    "timeadd": _on_text(moments.later),
    "title": _on_text(_title),
    "tobool": to_bool,
    "tonumber": lambda value: None if value is None else to_number(value),
    "transpose": _transpose,
    "trim": _on_text(str.strip),
    "trimprefix": _on_text(str.removeprefix),
    "trimspace": _on_text(str.strip),
    "trimsuffix": _on_text(str.removesuffix),
    "upper": _on_text(str.upper),
    "urlencode": lambda text: urllib.parse.quote_plus(text, safe="~"),
    "yamldecode": _yaml,
}
