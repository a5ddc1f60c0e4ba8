"""Settings that tell an application where its secret is, and what keeps it from arriving."""

from collections.abc import Iterable, Iterator
from typing import Final

from simulator.controls.apps import SITES, Setting
from simulator.controls.secrets.secretlike import (
    of_one_version,
    sources,
    text_of,
    vault_reference,
)
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Reference

_VAULT_SECRET_ID: Final = frozenset({"id", "versionless_id"})


def points_at_vault(setting: Setting) -> bool:
    """Whether a setting tells the application where its secret is, and is no secret itself.

    Of ``@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.x.versionless_id})`` a plan keeps
    the reference alone; an id of a secret opens nothing, so that it counts as one.
    """
    text = text_of(setting.value)
    if text is not None:
        return vault_reference(text)
    made_from = sources(setting.value)
    return isinstance(setting.value, Reference) and all(
        "azurerm_key_vault_secret." in address and attribute in _VAULT_SECRET_ID
        for address, attribute in made_from
    )


def without_identity(given: Iterable[Setting]) -> Iterator[Finding]:
    """Sites with Key Vault references and no identity: they get the reference's text instead."""
    sites = {
        s.resource.address: s for s in given if s.resource.type in SITES and points_at_vault(s)
    }
    for setting in sites.values():
        site = setting.resource
        if not site.blocks("identity") and site.unresolved("identity") is None:
            yield finding(
                site,
                "identity",
                f"none, so that {setting.attribute} cannot be resolved",
                expected="an identity that may read the vault's secrets",
                why="without one the application is given the reference's text and the secret "
                "ends up as a literal again; least privilege and accounts are an audit component "
                "of 11 CCR 7123(c)(3)",
                remedy='identity { type = "SystemAssigned" }',
                severity=Severity.MEDIUM,
            )


def pinned(given: Iterable[Setting]) -> Iterator[str]:
    """What is not demanded: a reference without a version, which a rotated secret reaches.

    App Service reads such a secret anew within a day (Key Vault references documentation).
    """
    for setting in given:
        if points_at_vault(setting):
            text, made_from = text_of(setting.value), sources(setting.value)
            if of_one_version(text) if text else any(name == "id" for _, name in made_from):
                yield (
                    f"{setting.attribute} of {setting.resource.address} names one version of its "
                    "secret: a rotated one does not arrive by itself"
                )
