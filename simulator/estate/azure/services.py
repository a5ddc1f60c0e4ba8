"""What handles data on its way: applications, hubs and queues, networks."""

from typing import Final

from simulator.estate.azure.reads import How, Json, Kind, Read, at, lists, ones


def _above_basic(namespace: Json) -> bool:
    """The basic tier has no network rules, and no topics."""
    return at(namespace, "sku.name") != "Basic"


def _front_door(profile: Json) -> bool:
    """A profile of the classic CDN has endpoints of another type."""
    return "AzureFrontDoor" in str(at(profile, "sku.name") or "AzureFrontDoor")


def _site(type_: str, *more: Read) -> Kind:
    return Kind(
        type_,
        "2023-12-01",
        (
            *ones("config/web", "config/logs", "config/authsettingsV2"),
            Read("/config/appsettings", How.SETTINGS, concerns="azurerm_linux_web_app"),
            Read("/config/connectionstrings", How.SETTINGS, concerns="azurerm_linux_web_app"),
            *lists("basicPublishingCredentialsPolicies"),
            *more,
        ),
        diagnosed=True,
    )


APPS: Final = (
    _site("Microsoft.Web/sites", *lists("slots")),
    _site("Microsoft.Web/sites/slots"),
    Kind("Microsoft.Web/staticSites", "2023-12-01", beyond=("azurerm_static_web_app",)),
    Kind("Microsoft.Web/connections", "2016-06-01"),
    Kind("Microsoft.Logic/workflows", "2019-05-01"),
    Kind("Microsoft.App/containerApps", "2024-03-01", lists("authConfigs")),
    Kind("Microsoft.App/managedEnvironments", "2024-03-01"),
    Kind("Microsoft.App/jobs", "2024-03-01"),
    Kind("Microsoft.ContainerInstance/containerGroups", "2023-05-01"),
    Kind("Microsoft.ContainerRegistry/registries", "2023-07-01"),
    Kind(
        "Microsoft.Automation/automationAccounts",
        "2023-11-01",
        (
            *lists("variables", "runbooks", version="2023-11-01"),
            *lists("webhooks", version="2015-10-31"),
        ),
    ),
    Kind(
        "Microsoft.ApiManagement/service",
        "2022-08-01",
        lists(
            "apis", "products", "subscriptions", "namedValues", "backends", "policies",
            "diagnostics", "loggers",
        ),
    ),
    Kind(
        "Microsoft.ApiManagement/service/apis",
        "2022-08-01",
        lists("policies", "diagnostics", "operations"),
    ),
    Kind("Microsoft.ApiManagement/service/products", "2022-08-01", lists("policies", "apis")),
)  # fmt: skip

HUBS: Final = (
    *(
        Kind(
            f"{provider}/namespaces",
            version,
            (
                Read("/networkRuleSets/default", How.ONE, when=_above_basic),
                *lists("authorizationRules", *inside),
                *more,
            ),
        )
        for provider, version, inside, more in (
            ("Microsoft.EventHub", "2024-01-01", ("eventhubs",), ()),
            (
                "Microsoft.ServiceBus",
                "2021-11-01",
                ("queues",),
                (Read("/topics", when=_above_basic),),
            ),
        )
    ),
    Kind("Microsoft.EventHub/namespaces/eventhubs", "2024-01-01", lists("authorizationRules")),
    Kind("Microsoft.ServiceBus/namespaces/queues", "2021-11-01", lists("authorizationRules")),
    Kind(
        "Microsoft.ServiceBus/namespaces/topics",
        "2021-11-01",
        lists("authorizationRules", "subscriptions"),
    ),
    Kind("Microsoft.EventGrid/systemTopics", "2022-06-15", lists("eventSubscriptions")),
    Kind("Microsoft.EventGrid/topics", "2022-06-15", lists("eventSubscriptions")),
)

_NETWORK_VERSION: Final = "2024-05-01"
NETWORK: Final = (
    *(
        Kind(f"Microsoft.Network/{name}", _NETWORK_VERSION)
        for name in (
            "applicationGateways",
            "ApplicationGatewayWebApplicationFirewallPolicies",
            "applicationSecurityGroups",
            "azureFirewalls",
            "bastionHosts",
            "natGateways",
            "networkInterfaces",
            "networkSecurityGroups",
            "networkWatchers/flowLogs",
            "privateLinkServices",
            "publicIPAddresses",
            "routeTables",
            "virtualNetworks",
        )
    ),
    Kind("Microsoft.Network/networkWatchers", _NETWORK_VERSION, lists("flowLogs")),
    Kind("Microsoft.Network/privateEndpoints", _NETWORK_VERSION, lists("privateDnsZoneGroups")),
    Kind("Microsoft.Network/firewallPolicies", _NETWORK_VERSION, lists("ruleCollectionGroups")),
    Kind("Microsoft.Network/privateDnsZones", "2020-06-01", lists("virtualNetworkLinks")),
    Kind("Microsoft.Network/privateDnsZones/virtualNetworkLinks", "2020-06-01"),
    Kind("Microsoft.Network/frontDoorWebApplicationFirewallPolicies", "2024-02-01"),
    Kind(
        "Microsoft.Network/networkSecurityPerimeters",
        "2024-07-01",
        lists("profiles", "resourceAssociations"),
    ),
    Kind(
        "Microsoft.Cdn/profiles",
        "2024-02-01",
        tuple(
            Read(f"/{name}", when=_front_door)
            for name in ("afdEndpoints", "originGroups", "securityPolicies")
        ),
    ),
    Kind("Microsoft.Cdn/profiles/afdEndpoints", "2024-02-01", lists("routes")),
    Kind("Microsoft.Cdn/profiles/originGroups", "2024-02-01", lists("origins")),
)
