"""Microsoft.Cache: Redis of every generation.

Properties and defaults: Azure REST API reference, Microsoft.Cache 2024-11-01 and 2025-04-01 (Redis
Enterprise and managed Redis).
"""

from typing import Final

from simulator.estate.arm.mapping import (
    ANY,
    ENABLED,
    OPPOSITE,
    PARENT_NAME,
    Argument,
    Kind,
    OneOf,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import CUSTOMER_MANAGED_KEY, PUBLIC_BY_DEFAULT
from simulator.estate.model import Known

_REDIS: Final = "Microsoft.Cache/Redis"
_ENTERPRISE: Final = "Microsoft.Cache/redisEnterprise"


def _enterprise(resource: ArmResource) -> str | None:
    """Both generations have one ARM type; only the older one's SKUs begin with its name."""
    sku = leaf(resource.body, "sku.name")
    if not isinstance(sku, Known):
        return None
    old = str(sku.value).casefold().startswith("enterprise")
    return "azurerm_redis_enterprise_cluster" if old else "azurerm_managed_redis"


_TRUE: Final = words({"true": True, "false": False})
_NOT_TRUE: Final = words({"true": False, "false": True})

CACHES: Final = (
    Kind(
        _REDIS,
        "azurerm_redis_cache",
        (
            Argument("sku_name", "properties.sku.name"),
            Argument("family", "properties.sku.family"),
            Argument("capacity", "properties.sku.capacity"),
            Argument("non_ssl_port_enabled", "properties.enableNonSslPort", default=False),
            Argument("minimum_tls_version", "properties.minimumTlsVersion"),
            PUBLIC_BY_DEFAULT,
            Argument(
                "access_keys_authentication_enabled",
                "properties.disableAccessKeyAuthentication",
                OPPOSITE,
                default=True,
            ),
            Argument("subnet_id", "properties.subnetId"),
            Argument("hostname", "properties.hostName"),
            Argument(
                "redis_configuration.active_directory_authentication_enabled",
                "properties.redisConfiguration.aad-enabled",
                _TRUE,
            ),
            Argument(
                "redis_configuration.authentication_enabled",
                "properties.redisConfiguration.authnotrequired",
                _NOT_TRUE,
            ),
            Argument(
                "redis_configuration.rdb_backup_enabled",
                "properties.redisConfiguration.rdb-backup-enabled",
                _TRUE,
            ),
            Argument(
                "redis_configuration.rdb_storage_connection_string",
                "properties.redisConfiguration.rdb-storage-connection-string",
                sensitive=True,
            ),
        ),
    ),
    Kind(
        f"{_REDIS}/firewallRules",
        "azurerm_redis_firewall_rule",
        (
            Argument("redis_cache_name", PARENT_NAME),
            Argument("start_ip", "properties.startIP"),
            Argument("end_ip", "properties.endIP"),
        ),
    ),
    Kind(
        _ENTERPRISE,
        OneOf(("azurerm_managed_redis", "azurerm_redis_enterprise_cluster"), _enterprise),
        (
            Argument("sku_name", "sku.name"),
            Argument("minimum_tls_version", "properties.minimumTlsVersion"),
            Argument("public_network_access", "properties.publicNetworkAccess"),
            Argument("hostname", "properties.hostName"),
            *CUSTOMER_MANAGED_KEY,
        ),
    ),
    # Its one database is a block of the newer cluster; the older one is read like it.
    Kind(
        f"{_ENTERPRISE}/databases",
        ANY,
        (
            Argument("default_database.client_protocol", "properties.clientProtocol"),
            Argument(
                "default_database.access_keys_authentication_enabled",
                "properties.accessKeysAuthentication",
                ENABLED,
            ),
            Argument("default_database.clustering_policy", "properties.clusteringPolicy"),
            Argument("default_database.eviction_policy", "properties.evictionPolicy"),
        ),
        part=True,
    ),
)
