"""Diagnostic settings: which store's logs each of them sends to which workspace.

A store's logs reach Log Analytics through a diagnostic setting alone. For storage the setting must
stand on a sub-service (``…/blobServices/default``): on the account itself it takes metrics only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.estate.model import (
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Target,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.workspaces import workspace_of

SETTING: Final = "azurerm_monitor_diagnostic_setting"
AUDIT_GROUPS: Final = frozenset({"audit", "alllogs"})

# Microsoft Learn, supported resource logs: always resource-specific tables.
STORAGE_TABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "blobServices": "StorageBlobLogs",
        "fileServices": "StorageFileLogs",
        "queueServices": "StorageQueueLogs",
        "tableServices": "StorageTableLogs",
    }
)
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/(?:[^/{}]|\$\{[^}]*\})+/?")


@dataclass(frozen=True, slots=True)
class Feed:
    """One diagnostic setting on one store.

    ``service`` is what follows the store's id in the setting's target, without slashes and
    ``/default``: ``blobServices``, ``databases/master``, ``""`` for the store itself, ``None``
    where the source lost it. ``categories`` and ``groups`` are the logs that are on (as written);
    ``unread`` says why they are not all known, ``""`` if they are. ``workspace`` is the address of
    the Log Analytics workspace, or its id in lower case if it is not in the estate; ``""`` if the
    setting has none and ``None`` if it cannot be told. ``dedicated`` is whether rows go to
    resource-specific tables, ``None`` if the setting does not say. ``elsewhere`` names the other
    kinds of destination that are set.
    """

    store: Resource
    service: str | None
    categories: frozenset[str]
    groups: frozenset[str]
    unread: str
    workspace: str | None
    setting: Resource
    dedicated: bool | None
    elsewhere: tuple[str, ...] = ()

    @property
    def by_group(self) -> bool:
        """Whether a category group is on that holds every log of access to data."""
        return any(group.casefold() in AUDIT_GROUPS for group in self.groups)

    def carries(self, *categories: str) -> bool:
        """Whether all these categories are on, by name or through a category group."""
        if self.by_group:
            return True
        on = {category.casefold() for category in self.categories}
        return all(category.casefold() in on for category in categories)


def feeds(estate: Estate) -> tuple[Feed, ...]:
    """Every diagnostic setting whose target is in the estate, in the order read."""
    return tuple(feed for feed, _ in estate.derived(_settings) if feed is not None)


def unplaced(estate: Estate) -> tuple[Resource, ...]:
    """The diagnostic settings whose target cannot be told from this source."""
    return tuple(setting for feed, setting in estate.derived(_settings) if feed is None)


def _settings(estate: Estate) -> tuple[tuple[Feed | None, Resource], ...]:
    return tuple(_each_setting(estate))


def _each_setting(estate: Estate) -> Iterator[tuple[Feed | None, Resource]]:
    for setting in estate.of_type(SETTING):
        if is_subscription(setting.get("target_resource_id")):
            continue
        target = _whole(estate, estate.target(setting.get("target_resource_id")))
        log = logs_of(setting)
        yield (
            None
            if target is None
            else Feed(
                target.resource,
                _service(target),
                *log,
                workspace_of(estate, setting.get("log_analytics_workspace_id")),
                setting,
                _dedicated(effective(setting.get("log_analytics_destination_type"))),
                _elsewhere(setting),
            ),
            setting,
        )


def _whole(estate: Estate, target: Target | None) -> Target | None:
    """The target through a part that azapi writes on its own: of the account, what is in it."""
    kind = "" if target is None else str(effective(target.resource.get("type"))).partition("@")[0]
    if target is None or not target.resource.type.startswith("azapi_") or kind.count("/") < 2:
        return target
    above = estate.target(target.resource.get("parent_id"))
    name, rest = target.resource.declared_name, target.suffix
    if above is None or above.suffix is None or name is None or rest is None:
        return target if above is None else Target(above.resource, None)
    return Target(above.resource, f"{above.suffix}/{kind.rpartition('/')[2]}/{name}{rest}")


def _service(target: Target) -> str | None:
    if target.suffix is None:
        return None
    service = re.sub(r"/default$", "", target.suffix.strip("/"), flags=re.IGNORECASE)
    # Azure ignores case in ids; everything here compares with the documented spelling.
    spelling = {name.casefold(): name for name in STORAGE_TABLES}
    return spelling.get(service.casefold(), service)


def logs_of(setting: Resource) -> tuple[frozenset[str], frozenset[str], str]:
    """The categories and groups that are on, and why not all are known (``""`` if they are)."""
    categories: set[str] = set()
    groups: set[str] = set()
    unread = setting.unresolved("enabled_log")
    for block in setting.blocks("enabled_log"):
        for name, names in (("category", categories), ("category_group", groups)):
            value = block.get(name)
            if isinstance(value, Known) and isinstance(value.value, str):
                names.add(value.value)
            elif isinstance(value, Reference | Unresolvable):
                unread = unread or Unresolvable(f"enabled_log.{name} is not known")
    return frozenset(categories), frozenset(groups), unread.why if unread else ""


def _dedicated(destination: object) -> bool | None:
    return destination == "Dedicated" if isinstance(destination, str) else None


def _elsewhere(setting: Resource) -> tuple[str, ...]:
    others = {
        "storage_account_id": "a storage account",
        "eventhub_authorization_rule_id": "an Event Hub",
        "partner_solution_id": "a partner solution",
    }
    return tuple(
        words for name, words in others.items() if not isinstance(setting.get(name), Omitted)
    )


def is_subscription(target: Value) -> bool:
    """Whether a setting stands on a subscription, so that it carries the activity log."""
    if isinstance(target, Reference):
        if target.text and _SUBSCRIPTION.fullmatch(target.text):
            return True
        whole = target.suffix in {None, "", "/"}
        return whole and target.to.rpartition("data.")[2].startswith("azurerm_subscription.")
    literal = target.value if isinstance(target, Known) else None
    return isinstance(literal, str) and _SUBSCRIPTION.fullmatch(literal) is not None
