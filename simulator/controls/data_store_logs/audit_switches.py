"""Databases that write no audit rows until told to: a diagnostic setting alone stays silent."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    effective,
)

_WHY: Final = (
    "the diagnostic setting has nothing to send until auditing is on, so a bulk read leaves no "
    "trace; audit-log management is an audit component of 11 CCR 7123(c)(7)"
)
_POLICIES: Final = (
    ("azurerm_mssql_server_extended_auditing_policy", "server_id"),
    ("azurerm_mssql_database_extended_auditing_policy", "database_id"),
)
_POSTGRES: Final = "azurerm_postgresql_flexible_server_configuration"
_MYSQL: Final = "azurerm_mysql_flexible_server_configuration"
_EVENTS: Final = "CONNECTION,DML,DCL"  # who came, what was read and changed, who was let in


def findings(estate: Estate, store: Resource) -> Iterator[Finding]:
    """What keeps a database's audit log empty."""
    if store.type in {"azurerm_mssql_database", "azurerm_mssql_server"}:
        yield from _sql(estate, store)
    elif store.type == "azurerm_postgresql_flexible_server":
        settings = _settings(estate, store, _POSTGRES)
        loaded = "pgaudit" in settings.get("shared_preload_libraries", "").lower()
        if not loaded or settings.get("pgaudit.log", "none").lower() in {"none", ""}:
            yield _off(
                store,
                "pgaudit.log",
                f"shared_preload_libraries = {settings.get('shared_preload_libraries', 'not set')}"
                f", pgaudit.log = {settings.get('pgaudit.log', 'not set')}",
                "pgaudit loaded and pgaudit.log set to what is to be logged",
                _set(_POSTGRES, store, {"pgaudit.log": "read,write"})
                if loaded
                else _set(
                    _POSTGRES,
                    store,
                    {"shared_preload_libraries": "pgaudit", "pgaudit.log": "read,write"},
                ),
            )
    elif store.type == "azurerm_mysql_flexible_server":
        settings = _settings(estate, store, _MYSQL)
        on = settings.get("audit_log_enabled", "OFF").upper() == "ON"
        missing = {} if settings.get("audit_log_events") else {"audit_log_events": _EVENTS}
        if not on or not settings.get("audit_log_events"):
            yield _off(
                store,
                "audit_log_enabled",
                f"audit_log_enabled = {settings.get('audit_log_enabled', 'not set')}"
                f", audit_log_events = {settings.get('audit_log_events', 'not set')}",
                "audit_log_enabled = ON and audit_log_events set",
                _set(_MYSQL, store, ({} if on else {"audit_log_enabled": "ON"}) | missing),
            )


def _sql(estate: Estate, store: Resource) -> Iterator[Finding]:
    """SQL needs an auditing policy that sends to Azure Monitor, on the server or the database."""
    server = estate.target(store.get("server_id"))
    is_server = store.type == "azurerm_mssql_server"
    if is_server and has_databases(estate, store):
        return  # judged with each of its databases
    owners = {store.address, server.resource.address if server else store.address}
    placed = estate.derived(_policies)
    mine = [one for owner in sorted(owners) for one in placed.get(owner, ())]
    policies = [policy for _, policy in sorted(mine, key=itemgetter(0))]
    lost = [policy for _, policy in placed.get("", ())]
    answers = [_sends(policy) for policy in policies]
    if True in answers:
        return
    if not policies:
        actual = (
            f"none, unless {lost[0].address}, whose owner cannot be told, is it" if lost else "none"
        )
        owner = server.resource if server else store
        kind = "server" if owner.type == "azurerm_mssql_server" else "database"
        remedy = f"azurerm_mssql_{kind}_extended_auditing_policy: {kind}_id = {owner.address}.id"
        off = _off(store, "extended_auditing_policy", actual, "one that is enabled", remedy)
        yield replace(off, unknown=bool(lost))
        return
    policy, answer = policies[0], answers[0]
    switch = "enabled" if effective(policy.get("enabled")) is False else "log_monitoring_enabled"
    yield finding(
        policy,
        switch,
        policy.get(switch),
        expected="true",
        why=_WHY,
        remedy=f"{switch} = true",
        severity=Severity.HIGH,
        unknown=answer is None,
    )


def _policies(estate: Estate) -> Mapping[str, list[tuple[int, Resource]]]:
    """Every auditing policy with its place, by the address that it is of; ``""`` where lost."""
    found: dict[str, list[tuple[int, Resource]]] = {}
    pairs = ((policy, of) for type_, of in _POLICIES for policy in estate.of_type(type_))
    for place, (policy, of) in enumerate(pairs):
        target = estate.target(policy.get(of))
        found.setdefault(target.resource.address if target else "", []).append((place, policy))
    return found


def has_databases(estate: Estate, server: Resource) -> bool:
    """Whether the estate declares a database on this SQL server."""
    return server.address in estate.derived(_with_databases)


def _with_databases(estate: Estate) -> frozenset[str]:
    databases = estate.of_type("azurerm_mssql_database")
    targets = (estate.target(database.get("server_id")) for database in databases)
    return frozenset(target.resource.address for target in targets if target is not None)


def _on(estate: Estate, resource: Resource, attribute: str, owner: Resource) -> bool:
    target = estate.target(resource.get(attribute))
    return target is not None and target.resource.address == owner.address


def _sends(policy: Resource) -> bool | None:
    """Whether an auditing policy is on and sends to Azure Monitor; both are the default."""
    values = [policy.get(name) for name in ("enabled", "log_monitoring_enabled")]
    if any(effective(value) is False for value in values):
        return False
    return None if any(isinstance(v, Reference | Unresolvable) for v in values) else True


def _settings(estate: Estate, server: Resource, type_: str) -> dict[str, str]:
    """The server parameters that are set, by name."""
    found: dict[str, str] = {}
    for setting in estate.of_type(type_):
        link = setting.get("server_id")
        by_name = setting.get("server_name")  # MySQL links by name
        if isinstance(link, Omitted) and isinstance(by_name, Known):
            mine = by_name.value == server.declared_name
        elif isinstance(link, Omitted):
            mine = isinstance(by_name, Reference) and by_name.to == server.address
        else:
            mine = _on(estate, setting, "server_id", server)
        value = effective(setting.get("value"))
        if mine and value is not UNSTATED:
            found[str(effective(setting.get("name"))).lower()] = str(value)
    return found


def _set(type_: str, server: Resource, parameters: Mapping[str, str]) -> str:
    """Server parameters that are to be set, each by a resource of its own."""
    of = (
        f"server_name = {server.address}.name"
        if type_ == _MYSQL
        else f"server_id = {server.address}.id"
    )
    each = (f'name = "{name}", value = "{value}", {of}' for name, value in parameters.items())
    return f"{type_}: {'; and one with '.join(each)}"


def _off(store: Resource, attribute: str, actual: str, expected: str, remedy: str) -> Finding:
    return finding(
        store,
        attribute,
        actual,
        expected=expected,
        why=_WHY,
        remedy=remedy,
        severity=Severity.HIGH,
    )
