"""Networks, security groups and private endpoints."""

from declared import Declared
from wire import Json, answer, listed, told_of, tracked

from simulator.estate.model import Resource

NETWORK = "Microsoft.Network"


def virtual_network(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    own = [s for s in d.estate.of_type("azurerm_subnet") if d.id(s).startswith(f"{d.id(r)}/")]
    space = {"addressPrefixes": v["address_space"]}
    subnets = [_subnet(d, subnet) for subnet in own]
    properties = {"addressSpace": space, "subnets": subnets}
    return [tracked(d, r, f"{NETWORK}/virtualNetworks", properties)]


def _subnet(d: Declared, r: Resource) -> Json:
    v = d.values(r)
    id_ = d.id(r)
    joined = told_of(d, "azurerm_subnet_network_security_group_association", "subnet_id", id_)
    group = d.values(joined)["network_security_group_id"] if joined else None
    endpoints = [{"service": name} for name in v.get("service_endpoints") or []]
    prefixes = v["address_prefixes"]
    return answer(
        id_,
        f"{NETWORK}/virtualNetworks/subnets",
        {
            "addressPrefix": prefixes[0] if len(prefixes) == 1 else None,
            "addressPrefixes": prefixes if len(prefixes) != 1 else None,
            "networkSecurityGroup": {"id": group} if group else None,
            "serviceEndpoints": endpoints,
            "delegations": [
                {
                    "name": one["name"],
                    "properties": {"serviceName": one["service_delegation"][0]["name"]},
                }
                for one in v.get("delegation") or []
            ],
            "defaultOutboundAccess": v.get("default_outbound_access_enabled"),
            "privateEndpointNetworkPolicies": v.get("private_endpoint_network_policies"),
        },
    )


def security_group(d: Declared, r: Resource) -> list[Json]:
    id_ = d.id(r)
    rules = [
        answer(
            f"{id_}/securityRules/{rule['name']}",
            f"{NETWORK}/networkSecurityGroups/securityRules",
            {
                "access": rule["access"],
                "direction": rule["direction"],
                "priority": rule["priority"],
                "protocol": rule["protocol"],
                "sourceAddressPrefix": rule.get("source_address_prefix"),
                "sourceAddressPrefixes": rule.get("source_address_prefixes") or [],
                "sourcePortRange": rule.get("source_port_range"),
                "sourcePortRanges": rule.get("source_port_ranges") or [],
                "destinationAddressPrefix": rule.get("destination_address_prefix"),
                "destinationAddressPrefixes": rule.get("destination_address_prefixes") or [],
                "destinationPortRange": rule.get("destination_port_range"),
                "destinationPortRanges": rule.get("destination_port_ranges") or [],
            },
        )
        for rule in d.values(r).get("security_rule") or []
    ]
    return [tracked(d, r, f"{NETWORK}/networkSecurityGroups", {"securityRules": rules})]


def private_endpoint(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    connections = [
        {
            "name": one["name"],
            "properties": {
                "privateLinkServiceId": one["private_connection_resource_id"],
                "groupIds": one["subresource_names"],
                "privateLinkServiceConnectionState": {"status": "Approved"},
            },
        }
        for one in v["private_service_connection"]
    ]
    properties = {
        "subnet": {"id": v["subnet_id"]},
        "privateLinkServiceConnections": connections,
        "manualPrivateLinkServiceConnections": [],
    }
    made = [tracked(d, r, f"{NETWORK}/privateEndpoints", properties)]
    for group in v.get("private_dns_zone_group") or []:
        zones = [
            {"name": id_.rpartition("/")[2], "properties": {"privateDnsZoneId": id_}}
            for id_ in listed(group["private_dns_zone_ids"])
        ]
        id_ = f"{d.id(r)}/privateDnsZoneGroups/{group['name']}"
        type_ = f"{NETWORK}/privateEndpoints/privateDnsZoneGroups"
        made.append(answer(id_, type_, {"privateDnsZoneConfigs": zones}))
    return made


def private_dns_zone(d: Declared, r: Resource) -> list[Json]:
    zone = tracked(d, r, f"{NETWORK}/privateDnsZones", {})
    return [{**zone, "location": "global"}]


def private_dns_link(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    type_ = f"{NETWORK}/privateDnsZones/virtualNetworkLinks"
    properties = {
        "virtualNetwork": {"id": v["virtual_network_id"]},
        "registrationEnabled": v.get("registration_enabled") or False,
    }
    return [answer(d.id(r), type_, properties, location="global", tags=v.get("tags") or None)]


WRITERS = {
    "azurerm_virtual_network": virtual_network,
    "azurerm_network_security_group": security_group,
    "azurerm_private_endpoint": private_endpoint,
    "azurerm_private_dns_zone": private_dns_zone,
    "azurerm_private_dns_zone_virtual_network_link": private_dns_link,
}
INSIDE = (
    "azurerm_subnet",
    "azurerm_subnet_network_security_group_association",
)
