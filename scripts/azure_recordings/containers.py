"""Container groups of Azure Container Instances.

Properties: Azure REST API reference, Microsoft.ContainerInstance 2023-05-01.
"""

from declared import Declared
from wire import Json, listed, tracked

from simulator.estate.model import Resource


def group(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    containers = [_container(one) for one in v["container"]]
    ports = [port for one in containers for port in one["properties"]["ports"]]
    shown = v["ip_address_type"]
    properties = {
        "sku": v.get("sku") or "Standard",
        "osType": v["os_type"],
        "restartPolicy": v.get("restart_policy") or "Always",
        "containers": containers,
        "initContainers": [],
        "ipAddress": {"type": shown, "ports": ports} if shown != "None" else None,
        "subnetIds": [{"id": one} for one in listed(v.get("subnet_ids"))],
    }
    return [tracked(d, r, "Microsoft.ContainerInstance/containerGroups", properties)]


def _container(one: Json) -> Json:
    given = one.get("environment_variables") or {}
    return {
        "name": one["name"],
        "properties": {
            "image": one["image"],
            "ports": [
                {"port": port["port"], "protocol": port["protocol"]}
                for port in one.get("ports") or []
            ],
            "environmentVariables": [{"name": k, "value": value} for k, value in given.items()],
            "resources": {"requests": {"cpu": one["cpu"], "memoryInGB": one["memory"]}},
        },
    }


WRITERS = {"azurerm_container_group": group}
INSIDE = ()
