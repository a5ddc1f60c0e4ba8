"""Azurerm's three spellings read as one: renames, inversions and defaults of v3, v4 and v5.

Every reader passes what it built through :func:`normalise`; a control then reads the newest v4
spelling alone. Renames were read from the provider's Go source over all tags, v3.0 to v5.2.
"""

from dataclasses import replace
from functools import cache, partial

from simulator.estate.blocks import edit, without_nulls
from simulator.estate.model import UNSTATED, Known, Node, Omitted, Resource, show
from simulator.estate.provider_defaults import DEFAULTS, SUPPORTED_MAJORS, Azure, By
from simulator.estate.provider_spelling import as_terraform_reads, respell


def normalise(resource: Resource) -> Resource:
    """The resource in the newest azurerm v4 spelling, with the defaults in force filled in.

    What is set stays as it is but for its name, its sense (``local_authentication_disabled = true``
    becomes ``local_authentication_enabled = false``) and its type (``"true"`` is ``true``, as
    Terraform reads it). What is not set becomes ``Omitted`` with the default of the provider's
    major version. A block that is absent stays absent: only what is in it has defaults. Resources
    of other providers come back unchanged; the function applied twice changes nothing more.

    >>> from simulator.estate.model import Block, Origin, Provider
    >>> vault = Block({"enable_rbac_authorization": Known(True)})
    >>> old = Resource("azurerm_key_vault.v", "azurerm_key_vault", "v", vault,
    ...     Origin("main.tf"), Provider("azurerm", 3))
    >>> normalise(old).get("rbac_authorization_enabled")
    Known(True)
    >>> normalise(old).get("soft_delete_retention_days")
    Omitted(default=90, decided_by='azurerm 3.x default')
    """
    if not resource.type.startswith("azurerm_"):
        return resource
    body = respell(resource.type, without_nulls(resource.body))
    # A data source reads what exists: nothing is defaulted unless its own schema says so.
    kind = resource.type if resource.mode == "managed" else f"data.{resource.type}"
    for path, sample, omitted in _defaults(kind, resource.provider.major):
        body = edit(body, path, partial(_defaulted, sample=sample, omitted=omitted))
    return resource if body is resource.body else replace(resource, body=body)


def _defaulted(node: "Node | None", sample: object, omitted: Omitted) -> Node:
    if node is None or node == () or (isinstance(node, Omitted) and node.default is UNSTATED):
        return omitted
    if isinstance(node, Known):
        value = as_terraform_reads(node.value, sample)
        return node if value is node.value else Known(value, node.sensitive)
    return node


@cache
def _defaults(kind: str, major: int | None) -> tuple[tuple[str, object, Omitted], ...]:
    """Path, a value of the right type, and what an omitted attribute there then is."""
    return tuple(
        (path, _sample(default), _decide(default, major))
        for path, default in DEFAULTS.get(kind, {}).items()
    )


def _sample(default: object) -> object:
    """One value of a default, for its type."""
    candidates = (default.v4, default.v3, default.v5) if isinstance(default, By) else (default,)
    first = next(stated for stated in candidates if stated is not None)
    return first.value if isinstance(first, Azure) else first


def _decide(default: object, major: int | None) -> Omitted:
    """The default in force for a major version, or why it cannot be told."""
    if major is None:
        spread = _spread(default)
        if len(spread) > 1:
            each = ", ".join(f"{value} in {'/'.join(majors)}" for value, majors in spread.items())
            return Omitted(decided_by=f"azurerm version not stated: default differs ({each})")
        sole = default.v4 if isinstance(default, By) else default
        return Omitted(
            _sample(default), f"{'Azure' if isinstance(sole, Azure) else 'azurerm'} default"
        )
    if major not in SUPPORTED_MAJORS:
        return Omitted(decided_by=f"azurerm {major}.x: its default is not known here")
    stated = default.of(major) if isinstance(default, By) else default
    if stated is None:
        return Omitted(decided_by=f"azurerm {major}.x states no default")
    if isinstance(stated, Azure):
        return Omitted(stated.value, "Azure default")
    return Omitted(stated, f"azurerm {major}.x default")


def _spread(default: object) -> dict[str, list[str]]:
    """Each distinct default in words, with the versions that have it."""
    if not isinstance(default, By):
        return {"": []}
    spread: dict[str, list[str]] = {}
    for major in SUPPORTED_MAJORS:
        stated = default.of(major)
        value = stated.value if isinstance(stated, Azure) else stated
        words = "not stated" if value is None else show(Known(value))
        spread.setdefault(words, []).append(f"{major}.x")
    return spread
