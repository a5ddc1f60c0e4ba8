"""Microsoft.EventHub, Microsoft.ServiceBus, Microsoft.EventGrid: what messages go through.

Properties and defaults: Azure REST API reference, Microsoft.EventHub and Microsoft.ServiceBus
2024-01-01, Microsoft.EventGrid 2022-06-15. A namespace's network rules are a resource beside it in
ARM and a block of it in azurerm.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.keys import key_id
from simulator.estate.arm.mapping import (
    ENABLED,
    OPPOSITE,
    PARENT,
    PARENT_NAME,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS, PUBLIC_BY_DEFAULT
from simulator.estate.model import Block, Known, Node, Omitted, Reference, Unresolvable, Value

_HUBS: Final = "Microsoft.EventHub/namespaces"
_BUSES: Final = "Microsoft.ServiceBus/namespaces"
_RIGHTS: Final = ("listen", "send", "manage")


def _rights(rule: ArmResource) -> Mapping[str, Node]:
    """``listen``, ``send`` and ``manage`` from one list of words."""
    rights = leaf(rule.body, "properties.rights")
    if isinstance(rights, Known) and isinstance(rights.value, tuple):
        given = {str(right).casefold() for right in rights.value}
        return {right: Known(right in given) for right in _RIGHTS}
    return dict.fromkeys(_RIGHTS, rights) if isinstance(rights, Reference | Unresolvable) else {}


def _namespace(local_auth: str) -> Arguments:
    return (
        Argument("sku", "sku.name"),
        Argument("capacity", "sku.capacity"),
        Argument("minimum_tls_version", "properties.minimumTlsVersion"),
        PUBLIC_BY_DEFAULT,
        Argument(local_auth, "properties.disableLocalAuth", OPPOSITE, default=True),
    )


def _authorization(arm: str, azurerm: str, *holders: Argument) -> Kind:
    return Kind(f"{arm}/authorizationRules", azurerm, holders, more=_rights)


def _customer_managed_key(namespace: ArmResource) -> Mapping[str, Node]:
    """The first of a namespace's keys: azurerm has no more."""
    encryption = leaf(namespace.body, "properties.encryption")
    if isinstance(encryption, Reference | Unresolvable):
        return {"customer_managed_key": encryption}
    if not isinstance(encryption, Block):
        return {}
    first = "keyVaultProperties"
    key = key_id(encryption, *(f"{first}.{n}" for n in ("keyVaultUri", "keyName", "keyVersion")))
    if key is None:
        return {}
    values: dict[str, Node] = {"key_vault_key_id": key}
    for name, source in (
        ("identity_id", f"{first}.identity.userAssignedIdentity"),
        ("infrastructure_encryption_enabled", "requireInfrastructureEncryption"),
    ):
        node = leaf(encryption, source)
        if node is not None:
            values[name] = node
    return {"customer_managed_key": (Block(MappingProxyType(values), namespace.origin),)}


_EVENT_HUBS: Final = (
    Kind(_HUBS, "azurerm_eventhub_namespace", _namespace("local_authentication_enabled")),
    Kind(
        f"{_HUBS}/networkRuleSets",
        "azurerm_eventhub_namespace",
        (
            Argument("network_rulesets.default_action", "properties.defaultAction"),
            Argument(
                "network_rulesets.public_network_access_enabled",
                "properties.publicNetworkAccess",
                ENABLED,
            ),
            Argument(
                "network_rulesets.trusted_service_access_enabled",
                "properties.trustedServiceAccessEnabled",
                default=False,
            ),
            Blocks(
                "network_rulesets.ip_rule",
                "properties.ipRules",
                (Argument("ip_mask", "ipMask"), Argument("action", "action")),
            ),
            Blocks(
                "network_rulesets.virtual_network_rule",
                "properties.virtualNetworkRules",
                (
                    Argument("subnet_id", "subnet.id"),
                    Argument(
                        "ignore_missing_virtual_network_service_endpoint",
                        "ignoreMissingVnetServiceEndpoint",
                    ),
                ),
            ),
        ),
        part=True,
    ),
    Kind(
        f"{_HUBS}/eventhubs",
        "azurerm_eventhub",
        (
            Argument("namespace_id", PARENT),
            Argument("namespace_name", PARENT_NAME),
            Argument("partition_count", "properties.partitionCount"),
            Argument("message_retention", "properties.messageRetentionInDays"),
            Argument("status", "properties.status"),
            Argument("capture_description.enabled", "properties.captureDescription.enabled"),
            Argument(
                "capture_description.destination.storage_account_id",
                "properties.captureDescription.destination.properties.storageAccountResourceId",
            ),
            Argument(
                "capture_description.destination.blob_container_name",
                "properties.captureDescription.destination.properties.blobContainer",
            ),
        ),
    ),
    _authorization(
        _HUBS,
        "azurerm_eventhub_namespace_authorization_rule",
        Argument("namespace_name", PARENT_NAME),
    ),
    _authorization(
        f"{_HUBS}/eventhubs",
        "azurerm_eventhub_authorization_rule",
        Argument("eventhub_name", PARENT_NAME),
        Argument("namespace_name", PARENT_NAME, up=2),
    ),
    Kind(
        f"{_HUBS}/eventhubs/consumergroups",
        "azurerm_eventhub_consumer_group",
        (
            Argument("eventhub_name", PARENT_NAME),
            Argument("namespace_name", PARENT_NAME, up=2),
        ),
    ),
)

_QUEUED: Final = (
    Argument("default_message_ttl", "properties.defaultMessageTimeToLive"),
    Argument("status", "properties.status"),
)
_DEAD_LETTERS: Final = (
    Argument(
        "dead_lettering_on_message_expiration",
        "properties.deadLetteringOnMessageExpiration",
        default=False,
    ),
    Argument("forward_dead_lettered_messages_to", "properties.forwardDeadLetteredMessagesTo"),
    Argument("auto_delete_on_idle", "properties.autoDeleteOnIdle"),
)

_SERVICE_BUSES: Final = (
    Kind(
        _BUSES,
        "azurerm_servicebus_namespace",
        _namespace("local_auth_enabled"),
        more=_customer_managed_key,
    ),
    Kind(
        f"{_BUSES}/networkRuleSets",
        "azurerm_servicebus_namespace",
        (
            Argument("network_rule_set.default_action", "properties.defaultAction"),
            Argument(
                "network_rule_set.public_network_access_enabled",
                "properties.publicNetworkAccess",
                ENABLED,
            ),
            Argument(
                "network_rule_set.trusted_services_allowed",
                "properties.trustedServiceAccessEnabled",
                default=False,
            ),
            Argument("network_rule_set.ip_rules", "properties.ipRules", each="ipMask"),
            Blocks(
                "network_rule_set.network_rules",
                "properties.virtualNetworkRules",
                (
                    Argument("subnet_id", "subnet.id"),
                    Argument(
                        "ignore_missing_vnet_service_endpoint", "ignoreMissingVnetServiceEndpoint"
                    ),
                ),
            ),
        ),
        part=True,
    ),
    Kind(
        f"{_BUSES}/queues",
        "azurerm_servicebus_queue",
        (Argument("namespace_id", PARENT), *_QUEUED, *_DEAD_LETTERS),
    ),
    Kind(
        f"{_BUSES}/topics",
        "azurerm_servicebus_topic",
        (Argument("namespace_id", PARENT), *_QUEUED),
    ),
    Kind(
        f"{_BUSES}/topics/subscriptions",
        "azurerm_servicebus_subscription",
        (Argument("topic_id", PARENT), *_QUEUED, *_DEAD_LETTERS),
    ),
    _authorization(
        _BUSES,
        "azurerm_servicebus_namespace_authorization_rule",
        Argument("namespace_id", PARENT),
    ),
    _authorization(
        f"{_BUSES}/queues",
        "azurerm_servicebus_queue_authorization_rule",
        Argument("queue_id", PARENT),
    ),
    _authorization(
        f"{_BUSES}/topics",
        "azurerm_servicebus_topic_authorization_rule",
        Argument("topic_id", PARENT),
    ),
)

_SUBSCRIPTION: Final = (
    Argument("included_event_types", "properties.filter.includedEventTypes"),
    Argument("expiration_time_utc", "properties.expirationTimeUtc"),
    Argument("event_delivery_schema", "properties.eventDeliverySchema"),
    Argument("subject_filter.subject_begins_with", "properties.filter.subjectBeginsWith"),
    Argument("subject_filter.subject_ends_with", "properties.filter.subjectEndsWith"),
)
# Where events go: ARM has one destination and its type, azurerm an argument for each type.
_TO: Final = {
    "webhook": ("webhook_endpoint", "url", "endpointUrl"),
    "azurefunction": ("azure_function_endpoint", "function_id", "resourceId"),
    "eventhub": ("eventhub_endpoint_id", "", "resourceId"),
    "servicebusqueue": ("service_bus_queue_endpoint_id", "", "resourceId"),
    "servicebustopic": ("service_bus_topic_endpoint_id", "", "resourceId"),
    "storagequeue": ("storage_queue_endpoint", "storage_account_id", "resourceId"),
}


def _destination(subscription: ArmResource) -> Mapping[str, Node]:
    found: dict[str, Node] = {}
    for path in ("properties.destination", "properties.deliveryWithResourceIdentity.destination"):
        type_ = leaf(subscription.body, f"{path}.endpointType")
        word = str(type_.value).casefold() if isinstance(type_, Known) else ""
        if word not in _TO:
            continue
        name, inner, source = _TO[word]
        node = leaf(subscription.body, f"{path}.properties.{source}")
        if word == "webhook" and isinstance(node, Known):
            node = Known(node.value, sensitive=True)  # the address may carry the key
        value: Value = node if isinstance(node, Value) else Omitted()
        block = Block(MappingProxyType({inner: value}), subscription.origin)
        found[name] = (block,) if inner else value
    return found


_GRID: Final = (
    Kind(
        "Microsoft.EventGrid/topics",
        "azurerm_eventgrid_topic",
        (
            PUBLIC_ACCESS,
            Argument("local_auth_enabled", "properties.disableLocalAuth", OPPOSITE, default=True),
            Argument("endpoint", "properties.endpoint"),
        ),
    ),
    Kind(
        "Microsoft.EventGrid/systemTopics",
        "azurerm_eventgrid_system_topic",
        (
            Argument("source_arm_resource_id", "properties.source"),
            Argument("topic_type", "properties.topicType"),
        ),
    ),
    Kind(
        "Microsoft.EventGrid/systemTopics/eventSubscriptions",
        "azurerm_eventgrid_system_topic_event_subscription",
        (Argument("system_topic", PARENT_NAME), *_SUBSCRIPTION),
        more=_destination,
    ),
    *(
        Kind(
            f"Microsoft.EventGrid/{of}eventSubscriptions",
            "azurerm_eventgrid_event_subscription",
            (Argument("scope", PARENT), *_SUBSCRIPTION),
            more=_destination,
        )
        for of in ("", "topics/")
    ),
)

MESSAGING: Final = (*_EVENT_HUBS, *_SERVICE_BUSES, *_GRID)
