"""Log Analytics workspaces, and which of them have Microsoft Sentinel on."""

from collections.abc import Mapping
from typing import Final

from simulator.estate.model import Estate, Known, Omitted, Reference, Resource, Value, effective

WORKSPACE: Final = "azurerm_log_analytics_workspace"
ONBOARDING: Final = "azurerm_sentinel_log_analytics_workspace_onboarding"
SOLUTION: Final = "azurerm_log_analytics_solution"


def workspace_of(estate: Estate, value: Value) -> str | None:
    """The workspace that an id argument means, through onboarding or the legacy solution.

    Its address; its id in lower case if it is not in the estate; ``""`` if the argument is not set
    and ``None`` if it cannot be told.
    """
    if isinstance(value, Omitted):
        return ""
    found = estate.target(value)
    if found is None:
        literal = value.value if isinstance(value, Known) else None
        return literal.rstrip("/").lower() if isinstance(literal, str) else None
    resource = found.resource
    if resource.type in {ONBOARDING, SOLUTION}:
        return onboarded_workspace(estate, resource)
    return resource.address


def onboarded_workspace(estate: Estate, resource: Resource) -> str | None:
    """The workspace that an onboarding, or a legacy ``SecurityInsights`` solution, stands on."""
    for attribute in ("workspace_id", "workspace_resource_id"):
        if not isinstance(resource.get(attribute), Omitted):
            return workspace_of(estate, resource.get(attribute))
    name = resource.get("workspace_name")  # azurerm 3.x
    if isinstance(name, Reference):
        return name.to
    found = estate.named(WORKSPACE, str(effective(name)))
    return found.address if found else None


def sentinel_workspaces(estate: Estate) -> Mapping[str, Resource]:
    """The workspaces on which Microsoft Sentinel is switched on, and what switches it on."""
    legacy = (r for r in estate.of_type(SOLUTION) if _is_sentinel(r))
    places = ((onboarded_workspace(estate, r), r) for r in (*estate.of_type(ONBOARDING), *legacy))
    return {workspace: resource for workspace, resource in places if workspace}


def _is_sentinel(solution: Resource) -> bool:
    return effective(solution.get("solution_name")) == "SecurityInsights"
