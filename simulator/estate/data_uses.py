"""Who uses personal information: applications, identities, and third parties through them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from simulator.estate.data_flow import Flow, Means, place
from simulator.estate.model import Block, Estate, Known, Reference, Resource, Value, effective
from simulator.estate.personal_information import holdings, owner_of_part
from simulator.estate.service_hosts import foreign_hosts, services_named, text_in

USERS: Final = (
    "azurerm_linux_web_app",
    "azurerm_windows_web_app",
    "azurerm_linux_web_app_slot",
    "azurerm_windows_web_app_slot",
    "azurerm_linux_function_app",
    "azurerm_windows_function_app",
    "azurerm_function_app_flex_consumption",
    "azurerm_app_service",
    "azurerm_function_app",
    "azurerm_logic_app_standard",
    "azurerm_logic_app_workflow",
    "azurerm_container_app",
    "azurerm_container_app_job",
    "azurerm_container_group",
    "azurerm_kubernetes_cluster",
    "azurerm_linux_virtual_machine",
    "azurerm_windows_virtual_machine",
    "azurerm_linux_virtual_machine_scale_set",
    "azurerm_windows_virtual_machine_scale_set",
    "azurerm_data_factory",
    "azurerm_stream_analytics_job",
    "azurerm_api_management",
    "azurerm_search_service",
    "azurerm_databricks_workspace",
    "azurerm_synapse_workspace",
)
"""What can read a store: applications, jobs and services with an identity."""

_TAKES_OUT: Final = re.compile(r"listen|read|contributor|owner|receiver|user", re.IGNORECASE)


def used(estate: Estate) -> Iterator[Flow]:
    """Every flow to an application, an identity, or from those on to a third party."""
    yield from _references(estate)
    yield from _rights(estate)
    yield from _hosts(estate)
    yield from _partners(estate)


def _references(estate: Estate) -> Iterator[Flow]:
    """An application whose declaration refers to a store, or to something in it, uses it."""
    stores = {holding.store.address for holding in holdings(estate)}
    for user, mentioned in estate.derived(_mentions):
        for one in mentioned.values():
            # What an application writes its own telemetry to is no store that it reads.
            if one.address in stores and one.type not in TELEMETRY:
                yield Flow(one.address, user.address, Means.USED, user)
            elif one.type in TELEMETRY:
                yield Flow(user.address, one.address, Means.LOGGED, user)
    for component in estate.of_type("azurerm_application_insights"):
        workspace = place(estate, component.get("workspace_id"))
        if workspace is not None:
            yield Flow(component.address, workspace.address, Means.LOGGED, component)


TELEMETRY: Final = frozenset({"azurerm_application_insights", "azurerm_log_analytics_workspace"})


def _mentions(estate: Estate) -> tuple[tuple[Resource, Mapping[str, Resource]], ...]:
    """Each user and what its declaration refers to, by address."""
    return tuple(
        (user, {one.address: one for one in _referred(estate, user.body)})
        for user in estate.of_type(*USERS)
    )


def _referred(estate: Estate, body: Block) -> Iterator[Resource]:
    for _, value in body.walk():
        if isinstance(value, Reference):
            for address in (value.to, *(also.partition("#")[0] for also in value.also)):
                one = estate.by_address.get(address)
                if one is not None:
                    yield owner_of_part(estate, one) or one
        found = estate.target(value) if isinstance(value, Known) else None
        if found is not None:
            yield owner_of_part(estate, found.resource) or found.resource
        yield from services_named(estate, text_in(value))


def _rights(estate: Estate) -> Iterator[Flow]:
    """Who holds a role on a store reads it: an application, or a principal from elsewhere."""
    stores = {holding.store.address for holding in holdings(estate)}
    for assignment in estate.of_type("azurerm_role_assignment"):
        store = place(estate, assignment.get("scope"))
        role = str(effective(assignment.get("role_definition_name")))
        if store is None or store.address not in stores or not _TAKES_OUT.search(role):
            continue
        principal = assignment.get("principal_id")
        owner = estate.by_address.get(principal.to) if isinstance(principal, Reference) else None
        if owner is not None and owner.type in USERS:
            yield Flow(store.address, owner.address, Means.USED, assignment)
        elif owner is not None and owner.type == "azurerm_user_assigned_identity":
            for user, mentioned in estate.derived(_mentions):
                if owner.address in mentioned:
                    yield Flow(store.address, user.address, Means.USED, assignment)
        elif owner is None and isinstance(principal, Known):
            yield Flow(store.address, f"{assignment.name}, by role", Means.SHARED, assignment)


def _hosts(estate: Estate) -> Iterator[Flow]:
    """Hosts outside Azure that an application is told of: payment processors, mailers, partners."""
    for user in (*estate.of_type(*USERS), *estate.of_type(*_STEPS)):
        source = _workflow_of(estate, user) if user.type in _STEPS else user
        hosts = {host for _, value in user.body.walk() for host in foreign_hosts(value)}
        for host in sorted(hosts):
            yield Flow(source.address, host, Means.SHARED, user)


_STEPS: Final = ("azurerm_logic_app_action_custom", "azurerm_logic_app_action_http")


def _workflow_of(estate: Estate, step: Resource) -> Resource:
    return place(estate, step.get("logic_app_id")) or step


def _partners(estate: Estate) -> Iterator[Flow]:
    """Through API Management, from what it stands before to its subscribers; and past firewalls."""
    for front in estate.of_type(*_FRONTS):
        service = _named(estate, "azurerm_api_management", front.get("api_management_name"))
        if service is not None:
            for source in behind(estate, front):
                yield Flow(source.address, service.address, Means.USED, front)
    for subscription in estate.of_type("azurerm_api_management_subscription"):
        service = _named(estate, "azurerm_api_management", subscription.get("api_management_name"))
        if service is not None:
            called = effective(subscription.get("display_name"))
            who = called if isinstance(called, str) else subscription.name
            yield Flow(service.address, f"{who}, by API", Means.SHARED, subscription)
    for rule in estate.of_type("azurerm_mssql_firewall_rule"):
        server = place(estate, rule.get("server_id"))
        if server is not None:
            who = f"{rule.declared_name or rule.name}, by firewall rule"
            yield Flow(server.address, who, Means.SHARED, rule)


_FRONTS: Final = ("azurerm_api_management_api", "azurerm_api_management_backend")


def behind(estate: Estate, front: Resource) -> Iterator[Resource]:
    """What an API or a backend of API Management leads to, of what is declared here."""
    for attribute in ("url", "service_url", "resource_id"):
        value = front.get(attribute)
        referred = place(estate, value)
        if referred is not None:
            yield referred
        yield from services_named(estate, text_in(value))


def _named(estate: Estate, type_: str, value: Value) -> Resource | None:
    found = place(estate, value)
    return found or estate.named(type_, str(effective(value)))
