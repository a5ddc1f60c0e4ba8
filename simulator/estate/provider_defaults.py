"""What azurerm and azuread, or the service behind them, use where a configuration sets nothing.

The table is ``provider_defaults.toml``; here is what it means. A default that the table does not
hold is not known, and no verdict rests on it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from simulator.estate.model import Known, Omitted, freeze, show
from simulator.estate.provider_table import read_table

SUPPORTED_MAJORS: Final = (3, 4, 5)
"""The major versions of azurerm."""

MAJORS: Final[Mapping[str, tuple[int, ...]]] = MappingProxyType(
    {"azurerm": SUPPORTED_MAJORS, "azuread": (2, 3)}
)
"""The major versions that are known, by provider."""


@dataclass(frozen=True, slots=True)
class Azure:
    """A default that is the service's own: the provider sends nothing."""

    value: object


@dataclass(frozen=True, slots=True)
class By:
    """A default for each major version that has any, bare or :class:`Azure`."""

    majors: Mapping[int, object]

    def of(self, major: int) -> object:
        """The default of ``major``, ``None`` if it has none."""
        return self.majors.get(major)


def _default(stated: object) -> object:
    match stated:
        case {"azure": value}:
            return Azure(freeze(value))
        case {}:
            return By({int(major[1:]): _default(value) for major, value in stated.items()})
    return freeze(stated)


DEFAULTS: Final[Mapping[str, Mapping[str, object]]] = MappingProxyType(
    {
        kind: MappingProxyType({path: _default(stated) for path, stated in rows.items()})
        for kind, rows in read_table("provider_defaults.toml").items()
    }
)
"""Resource type (a data source's with ``data.`` before it) -> dotted path -> default.

A bare value is the schema's default in every supported major version.
"""


@cache
def in_force(
    kind: str, major: int | None, allowed: tuple[int, ...] = ()
) -> tuple[tuple[str, object, Omitted], ...]:
    """Path, a value of the right type, and what an omitted argument there then is.

    ``allowed`` are the major versions that may be in use where ``major`` is not known.
    """
    provider = provider_of(kind)
    return tuple(
        (path, sample(default), _decide(default, provider, major, allowed))
        for path, default in DEFAULTS.get(kind, {}).items()
    )


def provider_of(kind: str) -> str:
    """The provider that a type belongs to, by its prefix.

    >>> provider_of("data.azurerm_storage_account_sas")
    'azurerm'
    """
    return kind.removeprefix("data.").partition("_")[0]


def sample(default: object) -> object:
    """One value of a default, for its type."""
    return next(
        stated.value if isinstance(stated, Azure) else stated for stated in _stated(default)
    )


def _stated(default: object) -> Iterator[object]:
    if isinstance(default, By):
        yield from default.majors.values()
    else:
        yield default


def _decide(default: object, provider: str, major: int | None, allowed: tuple[int, ...]) -> Omitted:
    """The default in force for a major version, or why it cannot be told."""
    if major is None:
        return _in_any(default, provider, allowed)
    if major not in MAJORS[provider]:
        return Omitted(decided_by=f"{provider} {major}.x: its default is not known here")
    stated = default.of(major) if isinstance(default, By) else default
    if stated is None:
        return Omitted(decided_by=f"{provider} {major}.x states no default")
    if isinstance(stated, Azure):
        return Omitted(stated.value, "Azure default")
    return Omitted(stated, f"{provider} {major}.x default")


def _in_any(default: object, provider: str, allowed: tuple[int, ...]) -> Omitted:
    """The default that each of the versions that may be in use has, if it is one."""
    majors = allowed or MAJORS[provider]
    spread = _spread(default, majors)
    if len(spread) > 1:
        each = ", ".join(f"{value} in {'/'.join(texts)}" for value, texts in spread.items())
        why = "version may be of several majors" if allowed else "version not stated"
        return Omitted(decided_by=f"{provider} {why}: default differs ({each})")
    if isinstance(default, By) and allowed:
        one = _decide(default, provider, majors[0], ())
        each = "/".join(f"{major}.x" for major in majors)
        return replace(one, decided_by=one.decided_by.replace(f"{majors[0]}.x", each, 1))
    services = all(isinstance(stated, Azure) for stated in _stated(default))
    return Omitted(sample(default), f"{'Azure' if services else provider} default")


def _spread(default: object, majors: tuple[int, ...]) -> dict[str, list[str]]:
    """Each distinct default in words, with the versions that have it."""
    spread: dict[str, list[str]] = {}
    for major in majors:
        stated = default.of(major) if isinstance(default, By) else default
        value = stated.value if isinstance(stated, Azure) else stated
        words = "not stated" if value is None else show(Known(value))
        spread.setdefault(words, []).append(f"{major}.x")
    return spread
