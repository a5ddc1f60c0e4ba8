"""The vault side of DATA-07: vaults that cannot be purged, keys, secrets and certificates."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from simulator.controls.judge import Demand, judge, one_of, true
from simulator.controls.network import in_block, openings
from simulator.controls.secrets.secretlike import text_of
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

VAULT: Final = "azurerm_key_vault"
KEY: Final = "azurerm_key_vault_key"
SECRET: Final = "azurerm_key_vault_secret"  # noqa: S105 - a resource type
CERTIFICATE: Final = "azurerm_key_vault_certificate"
VAULT_TYPES: Final = (VAULT, KEY, SECRET, CERTIFICATE)

_MIN_RETENTION: Final = 30
_DURATION: Final = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")

_KEY_ADDRESS: Final = re.compile(r"(?:https://([^./]+)\.[^/]+/|\})keys/([^/\s]+)")

_RECOVER: Final = (
    "whoever gets in could destroy the keys and with them the data and the proof; reasonable "
    "security is owed under Civ. Code 1798.81.5(b), and backups and recovery are an audit "
    "component of 11 CCR 7123(c)(18)"
)
_LEAST: Final = (
    "access policies let any of their holders read every secret of a kind; least privilege is an "
    "audit component of 11 CCR 7123(c)(3), part of the security owed under Civ. Code 1798.81.5(b)"
)
_OPEN: Final = (
    "a stolen token can then read secrets from anywhere; reasonable security is owed under Civ. "
    "Code 1798.81.5(b), and segmentation is an audit component of 11 CCR 7123(c)(10)"
)
_ROTATE: Final = (
    "what leaked once keeps opening personal information until it is replaced; reasonable "
    "security is owed under Civ. Code 1798.81.5(b), and secure configuration is an audit "
    "component of 11 CCR 7123(c)(5)"
)


def _at_least_30(value: object) -> bool:
    return isinstance(value, int | float) and value >= _MIN_RETENTION


_PURGE: Final = Demand(
    "purge_protection_enabled", true, "true", _RECOVER, "purge_protection_enabled = true"
)
_RETENTION: Final = Demand(
    "soft_delete_retention_days",
    _at_least_30,
    "30 days or more",
    _RECOVER,
    "soft_delete_retention_days = 90",
    Severity.MEDIUM,
)
_RBAC: Final = Demand(
    "rbac_authorization_enabled",
    true,
    "true",
    _LEAST,
    "rbac_authorization_enabled = true  # azurerm before 4.42: enable_rbac_authorization = true",
)
_RENEWS: Final = Demand(
    "certificate_policy.lifetime_action.action.action_type",
    one_of("AutoRenew"),
    '"AutoRenew"',
    _ROTATE,
    'lifetime_action { action { action_type = "AutoRenew" } trigger { days_before_expiry = 30 } }',
    default=Omitted(default="no lifetime action", decided_by="Azure default"),
)


def judge_vaults(estate: Estate, today: date) -> Iterator[Finding]:
    """What is wrong with the vaults of ``estate`` and what they hold, on the day ``today``."""
    for vault in estate.of_type(VAULT):
        for demand in (_PURGE, _RETENTION, _RBAC):
            yield from judge(vault, demand)
        firewall = in_block(vault, "network_acls")
        yield from openings(vault, firewall, _OPEN, "public_network_access_enabled = false")
    used, named = _used(estate), frozenset(_named(estate))
    for key in estate.of_type(KEY):
        if key.address in used or _is_named(estate, key, named):
            yield from _rotation(key)
    for secret in estate.of_type(SECRET):
        yield from _expiry(estate, secret, today)
    for certificate in estate.of_type(CERTIFICATE):
        yield from judge(certificate, _RENEWS)


def _users(estate: Estate) -> Iterator[Resource]:
    """What can use a key: a role assignment on it, or another version of it, does not."""
    for resource in estate.resources:
        if resource.mode == "managed" and resource.type not in {"azurerm_role_assignment", KEY}:
            yield resource


def _used(estate: Estate) -> frozenset[str]:
    """The addresses of what some resource refers to; the keys among them encrypt something."""
    used = set()
    for user in _users(estate):
        for _, value in user.body.walk():
            target = estate.target(value)
            if target is not None:
                used.add(target.resource.address)
            if isinstance(value, Reference):
                used.update((value.to, *value.also))
    return frozenset(used)


def _named(estate: Estate) -> Iterator[tuple[str | None, str]]:
    """Vault (``None`` if not known) and key of every key that some resource names in words.

    In words is either ``key_name`` beside a vault's id, or a key's address written out.
    """
    for user in _users(estate):
        name = effective(user.get("key_name"))
        if isinstance(name, str):
            yield _vault_name(estate, user), name
        for _, value in user.body.walk():
            match = _KEY_ADDRESS.search(text_of(value) or "")
            if match:
                yield match[1], match[2]


def _is_named(estate: Estate, key: Resource, named: frozenset[tuple[str | None, str]]) -> bool:
    own = _vault_name(estate, key)
    return any(
        name == key.declared_name and (None in (own, vault) or own == vault)
        for vault, name in named
    )


def _vault_name(estate: Estate, holder: Resource) -> str | None:
    vault = estate.target(holder.get("key_vault_id"))
    return vault.resource.declared_name if vault else None


def _duration(value: object) -> bool:
    return isinstance(value, str) and _DURATION.fullmatch(value) is not None


def _rotation(key: Resource) -> Iterator[Finding]:
    remedy = 'rotation_policy { expire_after = "P1Y" automatic { time_before_expiry = "P30D" } }'
    missing = Omitted(default="never", decided_by="Azure default")
    expires = Demand(
        "rotation_policy.expire_after",
        _duration,
        "an ISO 8601 duration, such as P1Y",
        _ROTATE,
        remedy,
        default=missing,
    )
    yield from judge(key, expires)
    triggers = [
        key.get(f"rotation_policy.automatic.{name}")
        for name in ("time_before_expiry", "time_after_creation")
    ]
    trigger = next((t for t in triggers if not isinstance(t, Omitted)), Omitted())
    automatic = Demand(
        "rotation_policy.automatic",
        _duration,
        "a trigger: time_before_expiry or time_after_creation",
        _ROTATE,
        remedy,
        default=missing,
    )
    yield from judge(key, automatic, trigger)


def _expiry(estate: Estate, secret: Resource, today: date) -> Iterator[Finding]:
    value = _from_time_provider(estate, secret.get("expiration_date"), today)
    latest = _a_year_after(today)
    ends = _day(value.value) if isinstance(value, Known) else None
    if ends is not None and today < ends <= latest:
        return
    unsettled = isinstance(value, Omitted) and _rotated_by_events(estate)
    demand = Demand(
        "expiration_date",
        lambda _: False,
        f"a date after {today} and not after {latest}",
        _ROTATE,
        f'expiration_date = "{today + timedelta(days=180)}T00:00:00Z"',
        default=Omitted(default="never expires", decided_by="Azure default"),
    )
    if not unsettled:
        yield from judge(secret, demand, value)
        return
    yield finding(
        secret,
        demand.attribute,
        "not set, but an Event Grid subscription to the vault's secret events is declared",
        expected=demand.expected,
        why=demand.why,
        remedy=f"show that the subscription rotates it, or {demand.remedy}",
        unknown=True,
    )


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)


def _day(text: object) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError:
        return None


_DAYS: Final = {"years": 365, "months": 30, "days": 1}


def _from_time_provider(estate: Estate, value: Value, today: date) -> Value:
    """A moving date as the date that it gives when applied today.

    ``time_offset`` and ``time_rotating`` count from a base, or from when they are first applied;
    ``timeadd(timestamp(), ...)`` counts from each run.
    """
    if isinstance(value, Unresolvable) and value.after_run is not None:
        return Known((today + value.after_run).isoformat())
    source = estate.by_address.get(value.to) if isinstance(value, Reference) else None
    kinds = {"time_offset": "offset", "time_rotating": "rotation"}
    if source is None or source.type not in kinds:
        return value
    counts = {u: effective(source.get(f"{kinds[source.type]}_{u}")) for u in _DAYS}
    days = sum(n * _DAYS[unit] for unit, n in counts.items() if isinstance(n, int))
    base = source.get("base_rfc3339" if source.type == "time_offset" else "rfc3339")
    start = today if isinstance(base, Omitted) else _day(effective(base))
    if not days or start is None:
        return value
    return Known((start + timedelta(days=days)).isoformat())


def _rotated_by_events(estate: Estate) -> bool:
    """Whether something is told when a secret is about to expire."""
    subscriptions = estate.of_type(
        "azurerm_eventgrid_event_subscription", "azurerm_eventgrid_system_topic_event_subscription"
    )
    return any(
        "Microsoft.KeyVault.Secret" in str(effective(s.get("included_event_types")))
        for s in subscriptions
    )
