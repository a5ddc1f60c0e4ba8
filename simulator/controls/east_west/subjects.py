"""Which workloads hold personal information: stores that may, and what uses stores that do."""

from collections.abc import Iterable, Mapping
from typing import Final

from simulator.controls.stores import stores_of
from simulator.estate.data_flow import Means
from simulator.estate.data_uses import used
from simulator.estate.model import Estate, Reference, Resource, effective
from simulator.estate.network.ends import End
from simulator.estate.network.standing import Standing
from simulator.estate.personal_information import STORES, Holds, holding
from simulator.estate.private_endpoints import ENDPOINT, endpoints
from simulator.estate.resource_ids import named

_SUBRESOURCES: Final = frozenset(
    {
        *("blob", "dfs", "file", "queue", "table"),
        *("sqlserver", "managedinstance", "sql", "sqlondemand", "postgresqlserver", "mysqlserver"),
        *("mongodb", "mongocluster", "cassandra", "gremlin", "analytical", "coordinator"),
        *("rediscache", "redisenterprise", "namespace", "searchservice", "cluster"),
    }
)
"""Group ids of private endpoints that lead to stores, in lower case."""


def because(estate: Estate, one: End | Standing) -> str:
    """Why a workload counts as one with personal information, in words; ``""`` if it does not."""
    what = one.what if isinstance(one, End) else one
    if what is None:
        return ""
    workload = what.workload
    known = estate.derived(_known)
    if workload.address not in known:
        known[workload.address] = _judge(estate, workload)
    return known[workload.address]


def _known(_: Estate) -> dict[str, str]:
    """The answers so far, by address."""
    return {}


def _judge(estate: Estate, workload: Resource) -> str:
    told = holding(estate, workload)
    if told.holds is Holds.DECLARED_NOT or workload.address in estate.derived(stores_of).exempt:
        return ""
    if told.surely_holds:
        return told.because
    if workload.type in STORES or _leads_to_a_store(estate, workload):
        return told.because
    return estate.derived(_users).get(workload.address, "")


def _users(estate: Estate) -> Mapping[str, str]:
    """What uses a store that surely holds personal information, by address."""
    found: dict[str, str] = {}
    for flow in used(estate):
        store = estate.by_address.get(flow.source)
        if flow.means is Means.USED and store is not None and holding(estate, store).surely_holds:
            found.setdefault(flow.to, f"it uses {flow.source}")
    return found


def _leads_to_a_store(estate: Estate, endpoint: Resource) -> bool:
    """Whether a private endpoint whose target is not declared here leads to a store, or may."""
    if endpoint.type != ENDPOINT:
        return False
    for one in endpoints(estate):
        if one.resource.address != endpoint.address:
            continue
        value = one.leads_to
        text = value.text if isinstance(value, Reference) else effective(value)
        types: Iterable[str] = ()
        if isinstance(text, str):
            types = next((found.types for found in named(text)), ())
        if set(types) & set(STORES):
            return True
        if one.subresources is None or {s.casefold() for s in one.subresources} & _SUBRESOURCES:
            return not types
    return False
