"""What Log Analytics copies out of a workspace as it comes in: data export rules.

Microsoft Learn, "Log Analytics workspace data export": one container for each table, called
``am-TABLE``; a rule that is not enabled exports nothing, and nothing from before it is exported.
"""

from dataclasses import dataclass
from typing import Final

from simulator.estate.model import Estate, Known, Resource, effective
from simulator.estate.scopes import Answer
from simulator.estate.workspaces import workspace_of

EXPORT: Final = "azurerm_log_analytics_data_export_rule"
NEVER_EXPORTED: Final = frozenset({"AzureDiagnostics", "AlertHistory", "DatabricksSQL"})
"""Tables that a rule may name and that Azure exports nothing of (Learn)."""


@dataclass(frozen=True, slots=True)
class Export:
    """A data export rule.

    ``workspace`` is what :func:`~simulator.estate.workspaces.workspace_of` says. ``enabled`` and
    ``tables`` are ``None`` where they cannot be told. ``destination`` is what it writes to,
    ``None`` if that is not in the estate.
    """

    rule: Resource
    workspace: str | None
    enabled: Answer
    tables: frozenset[str] | None
    destination: Resource | None


def exports(estate: Estate) -> tuple[Export, ...]:
    """Every data export rule, in the order read."""
    return estate.derived(_exports)


def container_of(table: str) -> str:
    """The container that the export of a table goes to.

    >>> container_of("StorageBlobLogs")
    'am-storagebloblogs'
    """
    return f"am-{table.lower()}"


def _exports(estate: Estate) -> tuple[Export, ...]:
    return tuple(_export(estate, rule) for rule in estate.of_type(EXPORT))


def _export(estate: Estate, rule: Resource) -> Export:
    enabled, target = (
        effective(rule.get("enabled")),
        estate.target(rule.get("destination_resource_id")),
    )
    return Export(
        rule,
        workspace_of(estate, rule.get("workspace_resource_id")),
        enabled if isinstance(enabled, bool) else None,
        _tables(rule),
        target.resource if target is not None else None,
    )


def _tables(rule: Resource) -> frozenset[str] | None:
    names = rule.get("table_names")
    if isinstance(names, Known) and isinstance(names.value, tuple):
        return frozenset(str(name) for name in names.value)
    return None
