"""The providers of a plan, and the major version that each of them has."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from simulator.estate.model import Provider, printable
from simulator.estate.plan_format import Json, mapping
from simulator.estate.versions import major_version

LOCK_FILE: Final = ".terraform.lock.hcl"
_LOCKED: Final = re.compile(
    r'^provider\s+"([^"\n]+)"\s*\{\s*^\s*version\s*=\s*"([^"\n]+)"\s*$', re.MULTILINE
)


def providers(configuration: Json, locked: Mapping[str, str]) -> Mapping[str, Provider]:
    """Each provider of a plan's configuration, by its full name and by its local name.

    All modules share one version of a provider, so that their constraints add up. Where those
    leave the major version open, ``locked`` decides (see :func:`locked_versions`).
    """
    stated: dict[tuple[str, str], dict[str, None]] = {}
    entries = mapping(configuration.get("provider_config"), "provider_config")
    for key, entry in entries.items():
        config = mapping(entry, f"provider_config.{key}")
        name = str(config.get("name") or key.rpartition(":")[2].partition(".")[0])
        constraints = stated.setdefault((str(config.get("full_name") or name), name), {})
        if constraint := config.get("version_constraint"):
            constraints[str(constraint)] = None
    found: dict[str, Provider] = {}
    for (full, name), constraints in stated.items():
        provider = _provider(full, tuple(constraints), locked)
        found[full] = provider
        found.setdefault(name, provider)
    return found


def provider_of(
    full: str, type_: str, known: Mapping[str, Provider], locked: Mapping[str, str]
) -> Provider:
    """The provider of a resource: ``full`` is its name in the plan, in 0.12 only its last part."""
    name = full.rpartition("/")[2] or type_.partition("_")[0]
    return known.get(full) or known.get(name) or _provider(full or name, (), locked)


def locked_versions(directory: Path) -> Mapping[str, str]:
    """The versions in the lock file of ``directory``, by namespace and name; none without one.

    Terraform writes that file itself, and always in this form.
    """
    file = directory / LOCK_FILE
    try:
        content = file.read_text(encoding="utf-8") if file.is_file() else ""
    except (OSError, UnicodeDecodeError):
        return {}
    return {_source(name): version for name, version in _LOCKED.findall(content)}


def _provider(full: str, constraints: tuple[str, ...], locked: Mapping[str, str]) -> Provider:
    kind = printable(full.rpartition("/")[2])  # a local name may differ from the provider's own
    stated = ", ".join(map(printable, constraints))
    major = major_version(constraints)
    version = locked.get(_source(full))
    if major is None and version is not None:
        return Provider(kind, major_version([version]), f"{version} ({LOCK_FILE})")
    return Provider(kind, major, stated)


def _source(full: str) -> str:
    """Namespace and name of a provider, whatever host it comes from; ``hashicorp`` if unsaid."""
    namespace, _, name = full.rpartition("/")
    return f"{namespace.rpartition('/')[2] or 'hashicorp'}/{name}"
