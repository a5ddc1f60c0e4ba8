"""Which API versions a provider has, for types whose version is not settled in ``table.py``."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.estate.azure.table import KINDS

_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}(-[\w.]+)?")


@dataclass(frozen=True, slots=True)
class Versions:
    """The newest version of every type, by the type's name in lower case."""

    newest: Mapping[str, str] = field(default_factory=dict)

    def of(self, type_: str, wanted: str = "") -> tuple[str, ...]:
        """The versions to try for a type, the first first: the one wanted, the newest there is.

        >>> versions = Versions({"microsoft.foo/bars": "2024-01-01"})
        >>> versions.of("Microsoft.Foo/bars"), versions.of("Microsoft.Foo/bars", "2020-01-01")
        (('2024-01-01',), ('2020-01-01', '2024-01-01'))
        >>> versions.of("Microsoft.Storage/storageAccounts"), versions.of("Microsoft.Foo/others")
        (('2023-05-01',), ())
        """
        known = KINDS.get(type_.casefold())
        first = wanted or (known.version if known else "")
        return tuple(dict.fromkeys(v for v in (first, self._newest(type_.casefold())) if v))

    def _newest(self, type_: str) -> str:
        """Of the type itself, else of the type that it sits in: providers list few nested ones."""
        while "/" in type_:
            if type_ in self.newest:
                return self.newest[type_]
            type_ = type_.rpartition("/")[0]
        return ""


def versions(providers: Iterable[Mapping[str, Any]]) -> Versions:
    """Read from ARM's list of providers.

    >>> types = [{"resourceType": "bars", "apiVersions": ["2024-05-01-preview", "2023-01-01"]}]
    >>> versions([{"namespace": "Microsoft.Foo", "resourceTypes": types}]).of("microsoft.foo/bars")
    ('2023-01-01',)
    """
    found: dict[str, str] = {}
    for provider in providers:
        for one in provider.get("resourceTypes") or ():
            if latest := _latest(one.get("apiVersions") or ()):
                found[f"{provider.get('namespace')}/{one.get('resourceType')}".casefold()] = latest
    return Versions(found)


def _latest(names: Iterable[object]) -> str:
    """The newest stable version, or the newest preview where there is no other."""
    dated = [name for name in names if isinstance(name, str) and _DATED.fullmatch(name)]
    return max(dated, key=lambda name: (len(name) == len("2024-01-01"), name), default="")
