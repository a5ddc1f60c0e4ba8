"""Azure Cache for Redis.

Properties: Azure REST API reference, Microsoft.Cache 2024-11-01. The values of
``redisConfiguration`` are texts there; what is declared of it is not in the estates.
"""

from declared import Declared
from wire import Json, onoff, tracked

from simulator.estate.model import Resource


def redis(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "redisVersion": "6.0",
        "sku": {"name": v["sku_name"], "family": v["family"], "capacity": v["capacity"]},
        "enableNonSslPort": v["non_ssl_port_enabled"],
        "minimumTlsVersion": v.get("minimum_tls_version"),
        "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
        "disableAccessKeyAuthentication": not v["access_keys_authentication_enabled"],
        "redisConfiguration": {"maxclients": "1000"},
        "subnetId": v.get("subnet_id"),
        "hostName": f"{v['name']}.redis.cache.windows.net",
        "port": 6379,
        "sslPort": 6380,
        "linkedServers": [],
    }
    return [tracked(d, r, "Microsoft.Cache/Redis", properties)]


WRITERS = {"azurerm_redis_cache": redis}
INSIDE = ()
