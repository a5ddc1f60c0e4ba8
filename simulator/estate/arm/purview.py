"""Microsoft.Purview 2021-12-01: accounts, by the Azure REST API reference."""

from typing import Final

from simulator.estate.arm.mapping import ENABLED, Argument, Kind

PURVIEW: Final = (
    Kind(
        "Microsoft.Purview/accounts",
        "azurerm_purview_account",
        (
            Argument(
                "public_network_enabled", "properties.publicNetworkAccess", ENABLED, default=True
            ),
            Argument("managed_event_hub_enabled", "properties.managedEventHubState", ENABLED),
            Argument("managed_resource_group_name", "properties.managedResourceGroupName"),
            Argument("catalog_endpoint", "properties.endpoints.catalog"),
            Argument("scan_endpoint", "properties.endpoints.scan"),
        ),
    ),
)
