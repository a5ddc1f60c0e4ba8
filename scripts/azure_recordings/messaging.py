"""Service Bus and Purview."""

from declared import Declared
from wire import Json, answer, onoff, tracked

from simulator.estate.model import Resource


def service_bus(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    type_ = "Microsoft.ServiceBus/namespaces"
    access = onoff(v["public_network_access_enabled"])
    namespace = tracked(
        d,
        r,
        type_,
        {
            "minimumTlsVersion": v["minimum_tls_version"],
            "publicNetworkAccess": access,
            "disableLocalAuth": not v["local_auth_enabled"],
        },
        sku={"name": v["sku"], "tier": v["sku"], "capacity": v.get("capacity")},
    )
    rules = answer(
        f"{d.id(r)}/networkRuleSets/default",
        f"{type_}/networkRuleSets",
        {"publicNetworkAccess": access, "defaultAction": "Allow", "ipRules": []},
    )
    return [namespace, rules]


def queue(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "deadLetteringOnMessageExpiration": v["dead_lettering_on_message_expiration"],
        "defaultMessageTimeToLive": v.get("default_message_ttl"),
        "maxDeliveryCount": v["max_delivery_count"],
        "lockDuration": v["lock_duration"],
        "requiresDuplicateDetection": v.get("requires_duplicate_detection"),
        "status": "Active",
    }
    return [answer(d.id(r), "Microsoft.ServiceBus/namespaces/queues", properties)]


def purview(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        tracked(
            d,
            r,
            "Microsoft.Purview/accounts",
            {
                "publicNetworkAccess": onoff(v["public_network_enabled"]),
                "managedResourceGroupName": v.get("managed_resource_group_name"),
                "managedEventHubState": onoff(v.get("managed_event_hub_enabled")),
                "managedResourcesPublicNetworkAccess": "Disabled",
            },
            sku={"name": "Standard", "capacity": 1},
        )
    ]


WRITERS = {
    "azurerm_servicebus_namespace": service_bus,
    "azurerm_servicebus_queue": queue,
    "azurerm_purview_account": purview,
}
INSIDE = ()
