"""From an estate to what the twin runs: ``blueprint(estate)``. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from simulator.estate.diagnostics import feeds
from simulator.estate.model import Estate, Known, Resource, effective, show
from simulator.estate.personal_information import Holds, holding
from simulator.telemetry.operations import Category
from simulator.telemetry.storage_blob_logs import LogFeed, LogSource
from simulator.twin.declared import Survey
from simulator.twin.grants import grants
from simulator.twin.networks import prefixes, reach
from simulator.twin.plan import (
    AccountPlan,
    Blueprint,
    ContainerPlan,
    Grant,
    PrincipalKind,
    Range,
    Right,
    Setting,
    Workload,
    object_id,
)

__all__ = [
    "AccountPlan",
    "Blueprint",
    "ContainerPlan",
    "Grant",
    "PrincipalKind",
    "Range",
    "Right",
    "Setting",
    "Workload",
    "blueprint",
    "object_id",
]

ACCOUNT: Final = "azurerm_storage_account"
CONTAINER: Final = "azurerm_storage_container"
FILESYSTEM: Final = "azurerm_storage_data_lake_gen2_filesystem"
_ACCESS: Final = ("private", "blob", "container")
_ACCOUNT_NAME: Final = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER_NAME: Final = re.compile(r"\$(?:root|web|logs)|[a-z0-9](?:-?[a-z0-9]){2,62}")
_SUBSCRIPTION: Final = str(uuid5(NAMESPACE_URL, "cpra-drill:subscription"))
_APPS: Final = frozenset(
    {
        "azurerm_linux_web_app",
        "azurerm_windows_web_app",
        "azurerm_app_service",
        "azurerm_linux_function_app",
        "azurerm_windows_function_app",
        "azurerm_function_app_flex_consumption",
        "azurerm_container_app",
        "azurerm_container_group",
        "azurerm_kubernetes_cluster",
        "azurerm_linux_virtual_machine",
        "azurerm_windows_virtual_machine",
        "azurerm_linux_virtual_machine_scale_set",
        "azurerm_windows_virtual_machine_scale_set",
    }
)


def blueprint(estate: Estate) -> Blueprint:
    """What of ``estate`` the twin runs.

    Every declared storage account with its containers, who reaches it, who holds roles on it and
    which of its requests are logged. A name or setting that cannot be known gets a stand-in, named
    in ``assumptions``; what cannot be known never counts as protection.
    """
    survey = Survey(estate)
    accounts = estate.of_type(ACCOUNT)
    names = dict(_names(survey, accounts, _ACCOUNT_NAME, "st"))
    children = estate.of_type(CONTAINER, FILESYSTEM)
    names |= dict(_names(survey, children, _CONTAINER_NAME, "c-"))
    granted = grants(survey, names)
    plans = tuple(_account(survey, account, names, granted, children) for account in accounts)
    workloads = tuple(_workloads(survey))
    return Blueprint(plans, workloads, tuple(survey.assumptions))


def _account(
    survey: Survey,
    account: Resource,
    names: Mapping[str, str],
    granted: tuple[Grant, ...],
    children: tuple[Resource, ...],
) -> AccountPlan:
    name = names[account.address]
    network = reach(survey, account)
    own = (c for c in children if _belongs(survey, c, account))
    return AccountPlan(
        name=name,
        address=account.address,
        personal=holding(survey.estate, account).holds is Holds.DECLARED,
        containers=_unique(_container(survey, child, names) for child in own),
        public_blob=survey.flag(account, "allow_nested_items_to_be_public", if_unknown=True),
        shared_key=survey.flag(account, "shared_access_key_enabled", if_unknown=True),
        https_only=survey.flag(account, "https_traffic_only_enabled", if_unknown=False),
        public_network=network.public_network,
        default_action=network.default_action,
        bypass=network.bypass,
        addresses=network.addresses,
        subnets=network.subnets,
        private=network.private,
        grants=tuple(grant for grant in granted if grant.account == name),
        log=_log(survey, account, name),
    )


def _belongs(survey: Survey, child: Resource, account: Resource) -> bool:
    holder = survey.holder(child)
    return holder is not None and holder.address == account.address


def _container(survey: Survey, child: Resource, names: Mapping[str, str]) -> ContainerPlan:
    if child.type == FILESYSTEM:
        declared = f"{child.address} ({child.origin}): a file system is private"
        return ContainerPlan(names[child.address], child.address, Setting("private", declared))
    access = survey.word(child, "container_access_type", _ACCESS, "container")
    return ContainerPlan(names[child.address], child.address, access)


def _unique(containers: Iterator[ContainerPlan]) -> tuple[ContainerPlan, ...]:
    return tuple({container.name: container for container in containers}.values())


def _names(
    survey: Survey, resources: tuple[Resource, ...], valid: re.Pattern[str], prefix: str
) -> Iterator[tuple[str, str]]:
    """The Azure name of each resource by address; a stand-in where it is not known or not legal."""
    for resource in resources:
        declared = resource.declared_name
        if declared is not None and valid.fullmatch(declared):
            yield resource.address, declared
            continue
        name = prefix + hashlib.sha256(resource.address.encode()).hexdigest()[:16]
        survey.assume(resource, "name", f"is {show(resource.get('name'))}", f'the name "{name}"')
        yield resource.address, name


def _log(survey: Survey, account: Resource, name: str) -> LogSource:
    group = effective(account.get("resource_group_name"))
    location = effective(account.get("location"))
    subscription = f"/subscriptions/{_SUBSCRIPTION}"
    return LogSource(
        account=name,
        resource_id=f"{subscription}/resourceGroups/{group if isinstance(group, str) else 'rg'}"
        f"/providers/Microsoft.Storage/storageAccounts/{name}",
        subscription=_SUBSCRIPTION,
        location=location if isinstance(location, str) else "",
        feeds=tuple(dict.fromkeys(_feeds(survey, account))),
    )


def _feeds(survey: Survey, account: Resource) -> Iterator[LogFeed]:
    """The blob log categories that declared diagnostic settings send to a workspace."""
    for feed in feeds(survey.estate):
        if feed.store.address != account.address:
            continue
        setting = feed.setting
        if feed.service is None:
            why = "lost what follows the account in the plan"
            survey.assume(setting, "target_resource_id", why, "not the blob service: no log")
        elif feed.service == "blobServices":
            if feed.unread:
                survey.assume(setting, "enabled_log", feed.unread, "the categories written out")
            if feed.workspace is None:
                why = "cannot be told"
                survey.assume(setting, "log_analytics_workspace_id", why, "no workspace: no log")
            elif feed.workspace:
                for category in Category:
                    if feed.carries(category.value):
                        line = f"{setting.address} ({setting.origin}): {category.value} is logged"
                        yield LogFeed(category, feed.workspace, line)


def _workloads(survey: Survey) -> Iterator[Workload]:
    for app in survey.estate.resources:
        if app.type not in _APPS or not app.stays:
            continue
        principals = tuple(dict.fromkeys(_identities(survey, app)))
        if principals:
            line = f"{app.address} ({app.origin})"
            yield Workload(
                app.address, principals, tuple(_outbound(survey, app)), _exposed(app), line
            )


def _exposed(app: Resource) -> bool:
    if app.type == "azurerm_container_app":
        ingresses = app.blocks("ingress")
        return any(effective(i.get("external_enabled")) is not False for i in ingresses)
    return effective(app.get("public_network_access_enabled")) is not False


def _identities(survey: Survey, app: Resource) -> Iterator[str]:
    """The principals that an app can ask tokens for: its own, and the user-assigned ones."""
    for identity in app.blocks("identity"):
        kind = effective(identity.get("type"))
        if isinstance(kind, str) and "SystemAssigned" in kind:
            yield app.address
        ids = identity.get("identity_ids")
        if isinstance(ids, Known) and not ids.value:
            continue
        for found in survey.referenced(app, "identity.identity_ids", ids):
            yield found.address


def _outbound(survey: Survey, app: Resource) -> Iterator[Range]:
    """The subnets that an app's own traffic comes from."""
    for attribute in ("virtual_network_subnet_id", "infrastructure_subnet_id"):
        for subnet in survey.referenced(app, attribute, app.get(attribute)):
            if subnet.type == "azurerm_subnet":
                yield from prefixes(survey, subnet)
