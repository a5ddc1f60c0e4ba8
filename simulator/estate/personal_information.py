"""Which of the declared stores hold personal information, and what says so.

Terraform never shows what is in a store. A tag can say it, a team can, a name can suggest it; where
nothing does, a store counts as one that may, because nobody has said that it does not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from simulator.estate.document import azapi_of_kind
from simulator.estate.model import Estate, Reference, Resource, Statement, Value, effective
from simulator.estate.service_hosts import services_named, text_in

STORES: Final = (
    "azurerm_storage_account",
    "azurerm_mssql_server",
    "azurerm_mssql_database",
    "azurerm_mssql_managed_instance",
    "azurerm_mssql_managed_database",
    "azurerm_cosmosdb_account",
    "azurerm_cosmosdb_postgresql_cluster",
    "azurerm_cosmosdb_cassandra_cluster",
    "azurerm_mongo_cluster",
    "azurerm_postgresql_server",
    "azurerm_postgresql_flexible_server",
    "azurerm_mysql_flexible_server",
    "azurerm_mariadb_server",
    "azurerm_redis_cache",
    "azurerm_redis_enterprise_cluster",
    "azurerm_managed_redis",
    "azurerm_synapse_workspace",
    "azurerm_synapse_sql_pool",
    "azurerm_kusto_cluster",
    "azurerm_databricks_workspace",
    "azurerm_search_service",
    "azurerm_eventhub_namespace",
    "azurerm_servicebus_namespace",
    "azurerm_application_insights",
    "azurerm_log_analytics_workspace",
)
"""The kinds of resource that can hold personal information of consumers."""


class Holds(StrEnum):
    """What is known about personal information in a store."""

    DECLARED = "declared"
    """A tag or the team says that it holds personal information."""
    SUGGESTED = "suggested"
    """Its name, that of something in it, or a Purview scan of it suggests it."""
    UNMARKED = "unmarked"
    """Nothing says that it does or does not."""
    DECLARED_NOT = "declared-not"
    """A tag or the team says that it does not."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A store, whether it holds personal information, and what says so, in words."""

    store: Resource
    holds: Holds
    because: str

    @property
    def may_hold(self) -> bool:
        """Whether a control must treat the store as one that holds personal information."""
        return self.holds is not Holds.DECLARED_NOT

    @property
    def surely_holds(self) -> bool:
        """Whether somebody or something says that it does."""
        return self.holds in {Holds.DECLARED, Holds.SUGGESTED}


_CLASSIFICATION: Final = frozenset(
    {"dataclassification", "dataclass", "classification", "datasensitivity", "sensitivity"}
)
_PERSONAL: Final = frozenset({"pii", "containspii", "personaldata", "personalinformation"})
_HIGH: Final = frozenset({"restricted", "confidential", "highlyconfidential", "pii", "personal"})
_LOW: Final = frozenset({"public", "internal", "nonconfidential", "general"})
_NAMES: Final = re.compile(
    r"customer|consumer|client-?data|crm|order|invoice|receipt|payment|checkout|shopper|"
    r"profile|member|loyalty|subscriber|pii|gdpr|ccpa|cpra|dsar|privacy|personal|"
    r"account-?holder|patient|identity-?doc|kyc|passport|commerce",
    re.IGNORECASE,
)


def holding(estate: Estate, store: Resource) -> Holding:
    """What is known about personal information in ``store``, which need not be of ``STORES``."""
    known = estate.derived(_holdings).get(store.address)
    return known if known is not None else _judge(estate, store)


def holdings(estate: Estate) -> tuple[Holding, ...]:
    """Every declared store of the kinds ``STORES``, in the order read."""
    return tuple(estate.derived(_holdings).values())


def _holdings(estate: Estate) -> Mapping[str, Holding]:
    found = {store.address: _judge(estate, store) for store in estate.of_type(*STORES)}
    return MappingProxyType(found)


def _judge(estate: Estate, store: Resource) -> Holding:
    """The team's word first, then labels and tags, then what names and the catalogue suggest."""
    said = _by_team(estate, store) or _by_label(estate, store) or _by_tags(store)
    if said is not None:
        return said
    for called, where in _names(estate, store):
        match = _NAMES.search(called)
        if match:
            return Holding(store, Holds.SUGGESTED, f"{where} has {match[0].lower()!r} in its name")
    source = estate.derived(_catalogued).get(store.address)
    if source is not None:
        return Holding(store, Holds.SUGGESTED, f"Purview scans it ({source.address})")
    return Holding(store, Holds.UNMARKED, "nothing says whether it does")


_SOURCES: Final = re.compile(r"microsoft\.purview/accounts/scanning/datasources@", re.IGNORECASE)


def _catalogued(estate: Estate) -> Mapping[str, Resource]:
    """The stores that are sources of a Purview data map, by address, and what registers them."""
    found: dict[str, Resource] = {}
    for source in estate.of_type("azapi_data_plane_resource"):
        if _SOURCES.match(str(effective(source.get("type")))):
            for _, value in source.body.walk():
                named = (_owner(estate, value), *services_named(estate, text_in(value)))
                for store in named:
                    if store is not None:
                        found.setdefault(store.address, source)
    return found


def _by_team(estate: Estate, store: Resource) -> Holding | None:
    """What the team says of it: of several statements the last, as with any list of exceptions."""
    for one in reversed(estate.statements):
        if one.about(store.address):
            holds = Holds.DECLARED if one.holds else Holds.DECLARED_NOT
            return Holding(store, holds, f"{one.owner} says so: {one.reason} ({one.where})")
    return None


_LABEL: Final = "Microsoft.Sql/servers/databases/schemas/tables/columns/sensitivityLabels"


def _by_label(estate: Estate, store: Resource) -> Holding | None:
    """What sensitivity labels on columns of a database say: they are put on what is personal."""
    for label in azapi_of_kind(estate, _LABEL) if store.type.startswith("azurerm_mssql_") else ():
        database = _owner(estate, label.get("parent_id"))
        above = () if database is None else (database, owner_of_part(estate, database))
        if any(one is not None and one.address == store.address for one in above):
            return Holding(store, Holds.DECLARED, f"sensitivity label {label.address}")
    return None


def unused_statements(estate: Estate) -> tuple[Statement, ...]:
    """The team's statements that are about no store of the estate: a misspelt address, perhaps."""
    return tuple(
        one
        for one in estate.statements
        if not any(one.about(holding.store.address) for holding in holdings(estate))
    )


def _by_tags(store: Resource) -> Holding | None:
    """What the tags say: ``pii`` decides before a classification does."""
    tags = {_plain(key): effective(value) for key, value in store.entries("tags").items()}
    for key in sorted(_PERSONAL & tags.keys()):
        said = str(tags[key]).casefold()
        if said in {"true", "yes", "1", "false", "no", "0"}:
            holds = Holds.DECLARED if said in {"true", "yes", "1"} else Holds.DECLARED_NOT
            return Holding(store, holds, f"tag {key} = {said}")
    for key in sorted(_CLASSIFICATION & tags.keys()):
        said = _plain(str(tags[key]))
        if said in _HIGH | _LOW:
            holds = Holds.DECLARED if said in _HIGH else Holds.DECLARED_NOT
            return Holding(store, holds, f"tag {key} = {said}")
    return None


def classification(tags: Mapping[str, object]) -> tuple[str, object] | None:
    """The tag that says how sensitive what is in a store is, as written; ``None`` if none does.

    Of several, the first that has a class for a value.

    >>> classification({"owner": "shop", "Data_Classification": "Restricted"})
    ('Data_Classification', 'Restricted')
    """
    found = [(key, tags[key]) for key in sorted(tags) if is_classification(key)]
    return next((pair for pair in found if is_class(pair[1])), found[0] if found else None)


def is_classification(key: str) -> bool:
    """Whether a tag of this name says how sensitive something is, however it is spelt."""
    return _plain(key) in _CLASSIFICATION


def is_class(value: object) -> bool:
    """Whether a value of such a tag is a class that can be told high or low."""
    return isinstance(value, str) and _plain(value) in _HIGH | _LOW


def _plain(text: str) -> str:
    """A tag's key or value without what people spell differently.

    >>> _plain("Data_Classification")
    'dataclassification'
    """
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _names(estate: Estate, store: Resource) -> Iterator[tuple[str, str]]:
    for called in dict.fromkeys((store.declared_name, store.name)):
        if called:
            yield called, store.address
    for part in estate.derived(_parts).get(store.address, ()):
        for called in dict.fromkeys((part.declared_name, part.name)):
            if called:
                yield called, part.address


_PART_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "azurerm_storage_container": ("storage_account_id", "storage_account_name"),
    "azurerm_storage_share": ("storage_account_id", "storage_account_name"),
    "azurerm_storage_queue": ("storage_account_id", "storage_account_name"),
    "azurerm_storage_table": ("storage_account_id", "storage_account_name"),
    "azurerm_storage_data_lake_gen2_filesystem": ("storage_account_id",),
    "azurerm_mssql_database": ("server_id",),
    "azurerm_cosmosdb_sql_database": ("account_name",),
    "azurerm_cosmosdb_mongo_database": ("account_name",),
    "azurerm_postgresql_flexible_server_database": ("server_id",),
    "azurerm_mysql_flexible_database": ("server_name",),
    "azurerm_eventhub": ("namespace_id", "namespace_name"),
    "azurerm_servicebus_queue": ("namespace_id",),
    "azurerm_servicebus_topic": ("namespace_id",),
}


def owner_of_part(estate: Estate, part: Resource) -> Resource | None:
    """The store that ``part``, such as a container or an event hub, is in; ``None`` if in none."""
    return estate.derived(_owners).get(part.address)


def _owners(estate: Estate) -> Mapping[str, Resource]:
    found: dict[str, Resource] = {}
    for type_, attributes in _PART_OF.items():
        for part in estate.of_type(type_):
            owners = (_owner(estate, part.get(attribute)) for attribute in attributes)
            owner = next((one for one in owners if one is not None), None)
            if owner is not None:
                found[part.address] = owner
    return found


def _owner(estate: Estate, value: Value) -> Resource | None:
    target = estate.target(value)
    if target is not None:
        return target.resource
    return estate.by_address.get(value.to) if isinstance(value, Reference) else None


def _parts(estate: Estate) -> Mapping[str, list[Resource]]:
    """What is in each store, by the store's address."""
    found: dict[str, list[Resource]] = {}
    for address, owner in estate.derived(_owners).items():
        found.setdefault(owner.address, []).append(estate.by_address[address])
    return found
