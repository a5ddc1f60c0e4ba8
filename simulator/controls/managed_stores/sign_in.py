"""Who signs in to a database, a cache or a queue: people and workloads, or whoever has its key."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.judge import Demand, false, judge, one_of, true
from simulator.controls.owners import LOST, Link, placed
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import UNSTATED, Estate, Omitted, Resource, Unresolvable, effective

_WHY: Final = (
    "a key or a shared password leaks with a connection string, is the same for everyone, and the "
    "log names nobody; authentication is an audit component of 11 CCR 7123(c)(1)"
)
_COSMOS: Final = "azurerm_cosmosdb_account"
_POSTGRES: Final = "azurerm_postgresql_flexible_server"
_MYSQL: Final = "azurerm_mysql_flexible_server"
_PARAMETERS: Final = "azurerm_mysql_flexible_server_configuration"

# APIs of Cosmos DB for which the switch does not exist: they know keys alone (Cosmos DB
# documentation on role-based access control, which is for the API for NoSQL).
_KEYS_ONLY: Final = frozenset(
    {
        "enablemongo",
        "enablecassandra",
        "enablegremlin",
        "enabletable",
        "enablemongorolebasedaccesscontrol",
    }
)
_DERIVED: Final = one_of("Replica", "PointInTimeRestore", "GeoRestore", "Update")


def _off(attribute: str) -> Demand:
    leaf = attribute.rpartition(".")[2]
    on = Omitted(default=True, decided_by="Azure default")
    return Demand(attribute, false, "false", _WHY, f"{leaf} = false", default=on)


def _entra_alone(methods: object) -> bool:
    named = {str(one).casefold() for one in methods} if isinstance(methods, tuple) else set()
    return bool(named) and named <= {"microsoftentraid"}


_SWITCHES: Final[Mapping[str, Demand]] = {
    "azurerm_redis_cache": _off("access_keys_authentication_enabled"),
    "azurerm_eventhub_namespace": _off("local_authentication_enabled"),
    "azurerm_servicebus_namespace": _off("local_auth_enabled"),
    "azurerm_mongo_cluster": Demand(
        "authentication_methods",
        _entra_alone,
        '["MicrosoftEntraID"]',
        _WHY,
        'authentication_methods = ["MicrosoftEntraID"]',
        default=Omitted(default=("NativeAuth",), decided_by="Azure default"),
    ),
}
_LOCAL: Final = replace(
    _off("local_authentication_enabled"),
    remedy="local_authentication_enabled = false  "
    "# azurerm before 4.78: local_authentication_disabled = true",
)
_METADATA: Final = replace(_off("access_key_metadata_writes_enabled"), severity=Severity.MEDIUM)
_ANONYMOUS: Final = Demand(
    "redis_configuration.authentication_enabled",
    true,
    "true",
    "whoever reaches the cache reads every session in it; " + _WHY,
    "authentication_enabled = true",
    Severity.CRITICAL,
)
_OF_DATABASE: Final = _off("default_database.access_keys_authentication_enabled")
_PASSWORD: Final = _off("authentication.password_auth_enabled")
_ENTRA: Final = Demand(
    "authentication.active_directory_auth_enabled",
    true,
    "true",
    _WHY,
    "active_directory_auth_enabled = true",
)
_ONLY: Final = Demand(
    "value", one_of("on", "1", "true"), '"ON"', _WHY, 'value = "ON"', Severity.MEDIUM
)

_parameters = placed({_PARAMETERS: Link("server_name", (_MYSQL,), by_name=True)})


def sign_in(estate: Estate, store: Resource) -> Iterator[Finding]:
    """What opens ``store`` to whoever has a text, and not to an identity."""
    if store.type in _SWITCHES:
        yield from judge(store, _SWITCHES[store.type])
    if store.type == "azurerm_redis_cache" and store.blocks("redis_configuration"):
        yield from judge(store, _ANONYMOUS)
    elif store.type == "azurerm_managed_redis" and store.blocks("default_database"):
        yield from judge(store, _OF_DATABASE)
    elif store.type == _COSMOS:
        yield from _cosmos(store)
    elif store.type == _POSTGRES:
        yield from _postgres(store)
    elif store.type == _MYSQL:
        yield from _mysql(estate, store)


def _cosmos(account: Resource) -> Iterator[Finding]:
    kind, unread = account.get("kind"), account.unresolved("capabilities")
    names = [effective(block.get("name")) for block in account.blocks("capabilities")]
    if any(str(name).casefold() in _KEYS_ONLY for name in names):
        return
    if not isinstance(kind, Unresolvable) and not one_of("GlobalDocumentDB")(effective(kind)):
        return
    unsettled = unread is not None or isinstance(kind, Unresolvable)
    keys = tuple(judge(account, _LOCAL))
    # Without keys there is nothing that keys could write.
    for one in (*keys, *(judge(account, _METADATA) if keys else ())):
        yield replace(one, unknown=True) if unsettled or keys[0].unknown else one


def _postgres(server: Resource) -> Iterator[Finding]:
    derived = _DERIVED(effective(server.get("create_mode")))
    written = server.blocks("authentication") or server.unresolved("authentication")
    if derived and not written:
        return  # it signs people in as the server that it was made from does
    password = tuple(judge(server, _PASSWORD))
    yield from password
    if not password and written:
        yield from judge(server, _ENTRA)


def _mysql(estate: Estate, server: Resource) -> Iterator[Finding]:
    """MySQL has no argument for it: a server parameter says whether passwords sign in."""
    if _DERIVED(effective(server.get("create_mode"))):
        return
    settings = estate.derived(_parameters)
    mine = [one for one in settings.get(server.address, ()) if _may_be_it(one)]
    lost = [one for one in settings.get(LOST, ()) if _may_be_it(one)]
    sure = [one for one in mine if effective(one.get("name")) is not UNSTATED]
    for one in sure:
        yield from judge(one, _ONLY)
    perhaps = next(iter((*mine, *lost)), None)
    if not sure:
        yield finding(
            server,
            "aad_auth_only",
            "not set" if perhaps is None else f"not set, unless {perhaps.address} sets it here",
            expected="aad_auth_only = ON: Entra sign-ins alone",
            why=_WHY,
            remedy=f'{_PARAMETERS}: name = "aad_auth_only", value = "ON"',
            severity=Severity.MEDIUM,
            unknown=perhaps is not None,
        )


def _may_be_it(parameter: Resource) -> bool:
    name = effective(parameter.get("name"))
    return name is UNSTATED or one_of("aad_auth_only")(name)
