"""Whether the worker can get at every store in which a consumer's information may be."""

import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.consumer_requests.parts import (
    Pipeline,
    is_on_queue,
    owner_of,
    rights_of,
    settings_of,
)
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.data_flow import place
from simulator.estate.model import Estate, Reference, Resource, Unresolvable, effective
from simulator.estate.personal_information import Holding, holdings, owner_of_part
from simulator.estate.scopes import covers
from simulator.estate.service_hosts import services_named, text_in

_WHY: Final = (
    "what the worker cannot reach is neither told, corrected nor deleted: Civ. Code 1798.105, "
    "1798.106 and 1798.110 are about all personal information that is held of the consumer"
)
# Logs are searched by people, and caches and buses hold what is stored elsewhere too.
_SENDER: Final = "Azure Service Bus Data Sender"
_NOT_ASKED: Final = frozenset(
    {
        "azurerm_application_insights",
        "azurerm_log_analytics_workspace",
        "azurerm_servicebus_namespace",
        "azurerm_eventhub_namespace",
        "azurerm_redis_cache",
        "azurerm_redis_enterprise_cluster",
        "azurerm_managed_redis",
    }
)
_ABOVE: Final = ("azurerm_resource_group", "azurerm_subscription", "azurerm_management_group")
_BY_ROLE_ALONE: Final = frozenset({"azurerm_storage_account"})


def findings(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    """What the workers of a pipeline cannot get at: their queue, and the stores."""
    for queue in parts.queues:
        yield from _queue(estate, parts, queue)
    yield from _stores(estate, parts)


def _queue(estate: Estate, parts: Pipeline, queue: Resource) -> Iterator[Finding]:
    """A queue whose namespace takes no keys is read with a role, or not at all."""
    owner = owner_of(estate, queue)
    namespace = owner_of(estate, owner) if owner is not None else None
    bus = namespace or owner
    if bus is None or not parts.workers or effective(bus.get("local_auth_enabled")) is not False:
        return
    rights = [r for worker in parts.workers for r in rights_of(estate, worker)]
    here = [
        r for r in rights if is_on_queue(estate, r, queue) or covers(estate, r.get("scope"), bus)
    ]
    roles = {str(effective(right.get("role_definition_name"))) for right in here}
    if roles <= {_SENDER}:
        yield finding(
            parts.workers[0],
            "queue_access",
            f"{bus.address} takes no keys, and no role lets it read {queue.address}",
            expected="the role Azure Service Bus Data Receiver on the queue",
            why=_WHY,
            remedy='azurerm_role_assignment: role_definition_name = "Azure Service Bus Data '
            f'Receiver", scope = {queue.address}.id',
            severity=Severity.HIGH,
        )


def _stores(estate: Estate, parts: Pipeline) -> Iterator[Finding]:
    """The stores that no worker of the pipeline reaches, one finding for all of them."""
    owners = {owner.address for q in parts.queues if (owner := owner_of(estate, q)) is not None}
    asked = [
        one
        for one in holdings(estate)
        if one.may_hold and one.store.type not in _NOT_ASKED and one.store.address not in owners
    ]
    if not asked or not parts.workers:
        return
    reached = {a for worker in parts.workers for a in _reached(estate, worker, asked)}
    whole = _with_servers(estate, reached)
    # A server is reached with any database on it; a database only by itself, or by its server.
    missed = [
        one
        for one in asked
        if one.store.address not in whole and not _within(estate, one.store, reached)
    ]
    if not missed:
        return
    sure = [one for one in missed if one.surely_holds]
    told = sure or missed
    worker = parts.workers[0]
    hidden = next((h for one in parts.workers for h in _unread(one)), "")
    yield finding(
        worker,
        "store_access",
        f"nothing lets it reach {', '.join(one.store.address for one in told)}"
        + (f", unless {hidden} does, which cannot be read" if hidden else ""),
        expected="a role on, or a setting that names, each store of personal information",
        why=_WHY,
        remedy="azurerm_role_assignment: scope = <store>.id, principal_id = "
        f"{worker.address}.identity[0].principal_id"
        if sure
        else 'say whether it holds personal information: tags = { pii = "false" }, or give it a '
        "role there",
        severity=Severity.HIGH,
        unknown=not sure or bool(hidden),
    )


def _unread(worker: Resource) -> Iterator[str]:
    """The settings of a worker that cannot be read, and may name a store."""
    if worker.unresolved("app_settings") is not None:
        yield "app_settings"
    for name, value in worker.entries("app_settings").items():
        if isinstance(value, Unresolvable):
            yield f"app_settings.{name}"


def _reached(estate: Estate, worker: Resource, asked: list[Holding]) -> Iterator[str]:
    """The addresses of the stores that a worker has a right on, or is told how to reach."""
    uses = _told_of(estate, worker)
    scopes = [right.get("scope") for right in rights_of(estate, worker)]
    parts = [(scope, place(estate, scope)) for scope in scopes]
    on = {part.address for _, part in parts if part is not None}
    wide = [scope for scope, part in parts if part is None or part.type in _ABOVE]
    for store in (one.store for one in asked):
        # The name of an account opens nothing; the name of a database server goes with a login.
        told = store.address in uses and (
            store.type not in _BY_ROLE_ALONE or _has_key(estate, worker, store)
        )
        if (
            told
            or store.address in on
            or any(covers(estate, scope, store) is True for scope in wide)
        ):
            yield store.address


def _told_of(estate: Estate, worker: Resource) -> frozenset[str]:
    """The addresses of the stores that a worker's settings name or refer to."""
    found: set[str] = set()
    for setting in settings_of(estate, worker):
        value = setting.value
        found |= {service.address for service in services_named(estate, text_in(value))}
        if isinstance(value, Reference):
            named = (estate.by_address.get(address) for address in (value.to, *value.also))
            found |= {(owner_of_part(estate, r) or r).address for r in named if r is not None}
    return frozenset(found)


def _has_key(estate: Estate, worker: Resource, store: Resource) -> bool:
    """Whether the worker is given a key of a storage account, which opens all of it."""
    name = store.declared_name or "\0"
    for value in (setting.value for setting in settings_of(estate, worker)):
        if isinstance(value, Reference):
            of_store = store.address in {value.to, *value.also}
            if of_store and re.fullmatch(
                r"(?:primary|secondary)_.*(?:key|string)", value.attribute
            ):
                return True
        text = effective(value)
        if isinstance(text, str) and f"AccountName={name};" in text and "AccountKey=" in text:
            return True
    return False


def _with_servers(estate: Estate, reached: set[str]) -> set[str]:
    """What is reached, and the servers of the databases among it."""
    servers = (estate.target(estate.by_address[a].get("server_id")) for a in reached)
    return reached | {server.resource.address for server in servers if server is not None}


def _within(estate: Estate, store: Resource, reached: set[str]) -> bool:
    """Whether a store or the server that it is on is reached."""
    server = estate.target(store.get("server_id"))
    return store.address in reached or (server is not None and server.resource.address in reached)
