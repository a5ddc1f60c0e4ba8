"""Microsoft.SecurityInsights/dataConnectors: what Sentinel takes in from other services.

Properties: Azure REST API reference, Microsoft.SecurityInsights 2023-12-01-preview.
"""

from collections.abc import Mapping
from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    NOTHING,
    PARENT,
    Argument,
    Arguments,
    Kind,
    OneOf,
    by_property,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import UNSTATED, Known

_WORKSPACE: Final = Argument("log_analytics_workspace_id", PARENT)
_CONNECTORS: Final = {
    "AmazonWebServicesCloudTrail": "aws_cloud_trail",
    "AmazonWebServicesS3": "aws_s3",
    "AzureActiveDirectory": "azure_active_directory",
    "AzureAdvancedThreatProtection": "azure_advanced_threat_protection",
    "AzureSecurityCenter": "azure_security_center",
    "Dynamics365": "dynamics_365",
    "IOT": "iot",
    "MicrosoftCloudAppSecurity": "microsoft_cloud_app_security",
    "MicrosoftDefenderAdvancedThreatProtection": "microsoft_defender_advanced_threat_protection",
    "MicrosoftThreatIntelligence": "microsoft_threat_intelligence",
    "MicrosoftThreatProtection": "microsoft_threat_protection",
    "Office365": "office_365",
    "Office365Project": "office_365_project",
    "OfficeATP": "office_atp",
    "OfficeIRM": "office_irm",
    "OfficePowerBI": "office_power_bi",
    "ThreatIntelligence": "threat_intelligence",
    "ThreatIntelligenceTaxii": "threat_intelligence_taxii",
}
_SUBSCRIPTIONS: Final = frozenset({"AzureSecurityCenter", "IOT"})
_SWITCHES: Final[Mapping[str, Arguments]] = {
    "MicrosoftCloudAppSecurity": (
        Argument("alerts_enabled", "properties.dataTypes.alerts.state", ENABLED),
        Argument("discovery_logs_enabled", "properties.dataTypes.discoveryLogs.state", ENABLED),
    ),
    "Office365": (
        Argument("exchange_enabled", "properties.dataTypes.exchange.state", ENABLED),
        Argument("sharepoint_enabled", "properties.dataTypes.sharePoint.state", ENABLED),
        Argument("teams_enabled", "properties.dataTypes.teams.state", ENABLED),
    ),
}


def _connector(kind: str, name: str) -> Kind:
    """A connector by its kind; azurerm has no word for one whose only data is switched off."""
    type_ = f"azurerm_sentinel_data_connector_{name}"
    of_kind = by_property("kind", {kind: type_})

    def choose(one: ArmResource) -> str | None:
        found = of_kind(one)
        state = leaf(one.body, "properties.dataTypes.alerts.state")
        if found is None or state is None or kind in _SWITCHES:
            return found
        on = ENABLED.read(state.value) if isinstance(state, Known) else UNSTATED
        if not isinstance(on, bool):
            return None
        return found if on else NOTHING

    place = (
        Argument("subscription_id", "properties.subscriptionId")
        if kind in _SUBSCRIPTIONS
        else Argument("tenant_id", "properties.tenantId")
    )
    whose = () if kind.startswith("Amazon") else (place,)
    arguments = (_WORKSPACE, *whose, *_SWITCHES.get(kind, ()))
    return Kind("Microsoft.SecurityInsights/dataConnectors", OneOf((type_,), choose), arguments)


CONNECTORS: Final = tuple(_connector(kind, name) for kind, name in _CONNECTORS.items())
