"""DATA-07: secrets live in a protected vault and are rotated; applications hold references."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from simulator.clock import wall_clock
from simulator.controls.apps import (
    CONTAINER_APPS,
    CONTAINER_GROUP,
    SITES,
    Setting,
    settings,
)
from simulator.controls.judge import ignored, settle
from simulator.controls.secrets.references import pinned, points_at_vault, without_identity
from simulator.controls.secrets.secretlike import (
    attempted_reference,
    describes,
    harmless,
    secret_name,
    secret_sources,
    secret_value,
    sources,
    text_of,
)
from simulator.controls.secrets.services import KEYLESS, service_settings
from simulator.controls.secrets.variables import Literal, judge, literals, used
from simulator.controls.secrets.vault import VAULT_TYPES, judge_vaults
from simulator.controls.secrets.weakenings import WEAKENINGS
from simulator.controls.verdict import (
    Control,
    Finding,
    Severity,
    Verdict,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.declared import EXISTING
from simulator.estate.model import Estate, Known, Reference, Resource, Unresolvable

_WHY: Final = (
    "whoever reads the configuration, the state or the pipeline's logs can open personal "
    "information with it; reasonable security is owed under Civ. Code 1798.81.5(b), and secure "
    "configuration is an audit component of 11 CCR 7123(c)(5)"
)
_EXPECTED: Final = "a Key Vault reference, or an identity instead of a secret"
_BROKEN: Final = (
    "a Key Vault reference that cannot be followed, because it names no secret by its https "
    "address, so that the application is given its text and the secret has to come another way"
)
# What a resource tells about itself that opens nothing.
_NO_SECRET: Final = frozenset(
    {
        *("id", "name", "versionless_id", "resource_id", "resource_versionless_id"),
        *("principal_id", "client_id", "tenant_id", "vault_uri"),
        *("fqdn", "fully_qualified_domain_name", "hostname"),
        *("public_key_pem", "public_key_openssh"),
    }
)
_REMEDIES: Final[Mapping[str, str]] = {
    "storage_account_access_key": "storage_uses_managed_identity = true",
    "storage_access_key": 'storage_authentication_type = "SystemAssignedIdentity"',
    "access_key": "read the files with an identity and a role instead of a mounted key",
    "docker_registry_password": "container_registry_use_managed_identity = true",
    "registry_password": "container_registry_use_managed_identity = true",
    "client_secret": 'client_secret_setting_name = "…"  # a Key Vault reference',
    "app_secret": 'app_secret_setting_name = "…"  # a Key Vault reference',
    "consumer_secret": 'consumer_secret_setting_name = "…"  # a Key Vault reference',
}


@dataclass(frozen=True, slots=True)
class _Suspicion:
    """Why a setting is thought to hold a secret; ``unknown`` if nothing here can tell.

    The words never repeat a value.
    """

    words: str
    severity: Severity = Severity.CRITICAL
    unknown: bool = False


def _suspect(setting: Setting) -> _Suspicion | None:
    """By where the value comes from, then by what it looks like, then by what it is called."""
    copied = ", ".join(secret_sources(setting.value))
    if copied:
        return _Suspicion(f"the value of {copied}, copied into the configuration", Severity.HIGH)
    if points_at_vault(setting):
        return None
    text = text_of(setting.value)
    if text is not None and attempted_reference(text):
        return _Suspicion(_BROKEN, Severity.HIGH)
    looks_like = secret_value(text) if text is not None else None
    return _Suspicion(f"looks like {looks_like}") if looks_like else _by_name(setting)


def _by_name(setting: Setting) -> _Suspicion | None:
    expected = setting.secret or secret_name(setting.name)
    match setting.value:
        case Known() as value:
            return _literal(setting, value, expected=expected)
        case Reference() as value if expected:
            return _made_from(value)
        case Unresolvable(why=why) if expected or setting.entire:
            return _Suspicion(f"not known ({why})", Severity.HIGH, unknown=True)
    return None


def _literal(setting: Setting, value: Known, *, expected: bool) -> _Suspicion | None:
    if harmless(str(value.value)):
        return None
    if expected:
        return _Suspicion("a literal where a secret is expected")
    # Whatever a live application is set to is masked: that it is says nothing about it.
    marked = value.sensitive and setting.resource.provider != EXISTING
    if marked and not describes(setting.name):
        return _Suspicion("made from a value that Terraform marks as sensitive", Severity.HIGH)
    return None


def _made_from(value: Reference) -> _Suspicion | None:
    """Something named like a secret, made from attributes that are not known to be secret."""
    made_from = ", ".join(f"{address}.{attribute}" for address, attribute in sources(value))
    if value.sensitive:
        words = f"made from {made_from} and a value that Terraform marks as sensitive"
        return _Suspicion(words, Severity.HIGH)
    if value.text is None:
        words = f"made from {made_from}; the text around that is lost in a plan"
        return _Suspicion(words, Severity.HIGH, unknown=True)
    bare = value.suffix == ""
    if harmless(value.text) or (bare and value.attribute.rpartition(".")[2] in _NO_SECRET):
        return None
    words = f"made from {made_from}; whether that is a secret is not known"
    return _Suspicion(words, Severity.HIGH, unknown=True)


def _setting(setting: Setting, given: Sequence[Literal]) -> Iterator[Finding]:
    suspicion = _suspect(setting)
    if suspicion is None:
        return
    remedy = _remedy(setting)
    same = used(given, text_of(setting.value) or "")
    yield finding(
        setting.resource,
        setting.attribute,
        f"{suspicion.words}; {same.place} holds it" if same else suspicion.words,
        expected="a Key Vault reference, or an identity in place of the secret",
        why=_WHY,
        remedy=settle(setting.value, remedy) if suspicion.unknown else remedy,
        severity=suspicion.severity,
        unknown=suspicion.unknown,
        block=setting.block,
    )


def _remedy(setting: Setting) -> str:
    known = _REMEDIES.get(setting.name) if setting.attribute.endswith(setting.name) else None
    source = "azurerm_key_vault_secret.x.versionless_id"
    if setting.resource.type in SITES or setting.resource.type.startswith("azapi_"):
        name = f"{setting.name} = {{ NAME" if setting.entire else setting.name
        end = " }" if setting.entire else ""
        return known or f'{name} = "@Microsoft.KeyVault(SecretUri=${{{source}}})"{end}'
    if setting.resource.type in KEYLESS:
        return KEYLESS[setting.resource.type]
    if setting.resource.type in CONTAINER_APPS:
        name = setting.name.lower().replace("_", "-")
        return f'secret {{ name = "{name}", key_vault_secret_id = {source}, identity = "System" }}'
    return 'identity { type = "SystemAssigned" }  # and read the secret from Key Vault when needed'


def _variables(written: Iterable[Literal], told: Sequence[str]) -> Iterator[Finding]:
    """Secrets in the values of variables, but for those that a finding about a setting names."""
    once: dict[tuple[str, str], Finding] = {}
    for literal in written:
        if not any(literal.place in words for words in told):
            found = judge(literal)
            once.setdefault((found.address, found.attribute), found)
    yield from once.values()


def _ignored(sites: Iterable[Resource]) -> Iterator[Finding]:
    """Sites whose settings Terraform leaves alone: a pipeline sets what runs."""
    for site in sites:
        if ignored(site, "app_settings"):
            yield finding(
                site,
                "app_settings",
                "in ignore_changes: what runs is set by something else",
                expected="settings that Terraform keeps as they are written",
                why=_WHY,
                remedy="take app_settings out of ignore_changes",
                unknown=True,
            )


def data_07(today: Callable[[], date]) -> Control:
    """The control, with the day on which secrets' expiry dates are judged."""

    def assess(estate: Estate) -> Verdict:
        given = (*settings(estate), *service_settings(estate))
        holders = estate.of_type(*VAULT_TYPES, *SITES, *CONTAINER_APPS, CONTAINER_GROUP)
        written = tuple(literals(estate))
        set_to = [f for setting in given for f in _setting(setting, written)]
        in_variables = [*_variables(written, [f.actual for f in set_to])]
        places = [r.address for r in (*holders, *(setting.resource for setting in given))]
        seen = dict.fromkeys((*places, *(f.address for f in in_variables)))
        if not seen:
            looked_for = ("key vaults", "applications", "their settings", "secrets in variables")
            return not_applicable("DATA-07", *looked_for)
        found = (
            *judge_vaults(estate, today()),
            *set_to,
            *in_variables,
            *without_identity(given),
            *_ignored(estate.of_type(*SITES)),
        )
        return replace(verdict("DATA-07", seen, found), notes=tuple(pinned(given)))

    return Control(
        id="DATA-07",
        title="Secrets live in a protected, role-governed and rotated Key Vault, and applications "
        "hold references to them, not values",
        gap="Azure Key Vault is not integrated for credential rotation, leaving static secrets in "
        "application configurations",
        severity=Severity.CRITICAL,
        citations=(
            "Civ. Code 1798.81.5(b)",
            "Civ. Code 1798.100(e)",
            "11 CCR 7123(c)(3)",
            "11 CCR 7123(c)(5)",
            "11 CCR 7123(c)(10)",
            "11 CCR 7123(c)(18)",
        ),
        frameworks=(
            ("CIS Azure 2.0", ("8.1-8.8", "9.11")),
            ("CIS Azure 3.0", ("3.3.1-3.3.8",)),
            ("CIS Azure 4.0", ("9.3.1-9.3.9",)),
            ("CIS Azure 5.0", ("8.3.1-8.3.10",)),
            ("CIS Azure 6.0", ("8.3.1-8.3.10",)),
            ("MCSB", ("DP-6", "DP-7", "DP-8", "PA-7", "IM-8")),
            ("NIST SP 800-53", ("IA-5", "CP-9", "SC-12")),
        ),
        techniques=("T1552.001", "T1552.007", "T1555.006", "T1528"),
        remedy='app_settings = { API_KEY = "@Microsoft.KeyVault(SecretUri=...)" }, '
        "rbac_authorization_enabled = true",
        cannot_show=(
            "whether rotation ever ran",
            "whether a reference resolves: the role on the vault may be given elsewhere",
            "secrets typed in the portal, or set by a pipeline after apply",
            "who has read a secret, and values in the history of the Terraform state",
            "literal text around a computed value, where a plan was read: it keeps none",
        ),
        assess=assess,
        weakenings=WEAKENINGS,
    )


DATA_07: Final = data_07(lambda: wall_clock().date())
