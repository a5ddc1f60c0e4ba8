"""What Azure leaves out of the cheaper tiers of a service, so that no remedy asks it of them.

Microsoft Learn: "Service Bus premium messaging", "Event Hubs quotas and limits", "Azure AI Search
service limits", "Feature-based comparison of the Azure API Management tiers".
"""

from collections.abc import Mapping
from typing import Final

from simulator.estate.model import Known, Resource

_NO_ENDPOINTS: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "azurerm_servicebus_namespace": (frozenset({"basic", "standard"}), "Premium"),
    "azurerm_eventhub_namespace": (frozenset({"basic"}), "Standard"),
    "azurerm_search_service": (frozenset({"free"}), "basic"),
}
_QUIET: Final = frozenset({"azurerm_servicebus_namespace", "azurerm_eventhub_namespace"})


def with_endpoints(store: Resource) -> str:
    """The argument that gives a store the least tier with private endpoints, ``""`` if it has it.

    A tier that is not known has them.
    """
    without, least = _NO_ENDPOINTS.get(store.type, (frozenset(), ""))
    tier = store.get("sku")
    lacks = isinstance(tier, Known) and str(tier.value).casefold() in without
    return f'sku = "{least}"' if lacks else ""


def with_logs(store: Resource) -> str:
    """The argument that gives a store a tier that logs access to data, ``""`` if it has one.

    Service Bus and Event Hubs write runtime audit logs in their premium tier alone.
    """
    tier = store.get("sku")
    if store.type in _QUIET and isinstance(tier, Known):
        return 'sku = "Premium"' if str(tier.value).casefold() in {"basic", "standard"} else ""
    gateway = store.type == "azurerm_api_management" and is_consumption(store)
    return 'sku_name = "Basic_1"' if gateway else ""


def is_consumption(gateway: Resource) -> bool:
    """Whether an API Management gateway is of the tier that sends no logs of its requests.

    Defender for APIs does not watch it either.
    """
    tier = gateway.get("sku_name")
    return isinstance(tier, Known) and str(tier.value).casefold().startswith("consumption")
