"""Virtual networks, private endpoints, gateways and firewalls, as Azure answers them."""

from simulator.estate.azapi import with_azapi
from simulator.estate.model import Known, Reference
from tests.controls.build import estate as written
from tests.controls.build import id_of, resource
from tests.estate.arm.live import an_id, estate, one, said

NETWORK = an_id("Microsoft.Network/virtualNetworks/vnet-shop")
SUBNET = f"{NETWORK}/subnets/data"
GROUP = an_id("Microsoft.Network/networkSecurityGroups/nsg-data")
TABLE = an_id("Microsoft.Network/routeTables/rt-data")
ANSWER = {
    "name": "vnet-shop",
    "id": NETWORK,
    "location": "westus",
    "properties": {
        "provisioningState": "Succeeded",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "name": "data",
                "id": SUBNET,
                "properties": {
                    "addressPrefix": "10.0.1.0/24",
                    "networkSecurityGroup": {"id": GROUP},
                    "routeTable": {"id": TABLE},
                    "serviceEndpoints": [{"service": "Microsoft.Storage", "locations": ["westus"]}],
                    "delegations": [
                        {
                            "name": "pg",
                            "properties": {
                                "serviceName": "Microsoft.DBforPostgreSQL/flexibleServers",
                                "actions": [
                                    "Microsoft.Network/virtualNetworks/subnets/join/action"
                                ],
                            },
                        }
                    ],
                    "privateEndpointNetworkPolicies": "Disabled",
                    "privateLinkServiceNetworkPolicies": "Enabled",
                },
            },
            {"name": "bare", "id": f"{NETWORK}/subnets/bare", "properties": {}},
        ],
        "virtualNetworkPeerings": [
            {
                "name": "to-hub",
                "id": f"{NETWORK}/virtualNetworkPeerings/to-hub",
                "properties": {
                    "remoteVirtualNetwork": {"id": an_id("Microsoft.Network/virtualNetworks/hub")},
                    "allowVirtualNetworkAccess": True,
                    "allowForwardedTraffic": False,
                },
            }
        ],
        "enableDdosProtection": False,
    },
}
RULE = {
    "name": "https",
    "id": f"{GROUP}/securityRules/https",
    "properties": {
        "protocol": "Tcp",
        "sourcePortRange": "*",
        "destinationPortRange": "443",
        "sourceAddressPrefix": "Internet",
        "destinationAddressPrefix": "*",
        "access": "Allow",
        "priority": 100,
        "direction": "Inbound",
        "sourcePortRanges": [],
        "destinationPortRanges": [],
        "sourceAddressPrefixes": [],
        "destinationAddressPrefixes": [],
    },
}


def test_a_live_network_s_subnets_and_what_they_are_tied_to_are_resources() -> None:
    found = estate(ANSWER)
    (network,) = found.of_type("azurerm_virtual_network")
    assert network.get("address_space") == Known(("10.0.0.0/16",))
    data, bare = found.of_type("azurerm_subnet")
    assert data.address == SUBNET
    assert data.get("virtual_network_name") == Known("vnet-shop")
    assert data.get("address_prefixes") == Known(("10.0.1.0/24",))
    assert data.get("private_endpoint_network_policies") == Known("Disabled")
    assert data.get("service_endpoints") == Known(("Microsoft.Storage",))
    assert data.get("delegation.service_delegation.name") == Known(
        "Microsoft.DBforPostgreSQL/flexibleServers"
    )
    assert data.get("resource_group_name") == Known("rg-soc")
    assert bare.declared_name == "bare"
    (tied,) = found.of_type("azurerm_subnet_network_security_group_association")
    assert tied.get("subnet_id") == Known(SUBNET)
    assert tied.get("network_security_group_id") == Known(GROUP)
    (routed,) = found.of_type("azurerm_subnet_route_table_association")
    assert routed.get("route_table_id") == Known(TABLE)
    (peering,) = found.of_type("azurerm_virtual_network_peering")
    assert peering.get("virtual_network_name") == Known("vnet-shop")
    assert peering.get("allow_forwarded_traffic") == Known(False)


def test_a_subnet_that_is_also_listed_by_itself_is_there_once() -> None:
    alone = {"id": SUBNET.upper().replace("/SUBNETS/", "/subnets/"), "name": "data"}
    listed = alone | {"properties": {"addressPrefixes": ["10.0.1.0/24", "fd00::/64"]}}
    found = estate(ANSWER, listed)
    prefixes = [subnet.get("address_prefixes") for subnet in found.of_type("azurerm_subnet")]
    assert Known(("10.0.1.0/24", "fd00::/64")) in prefixes
    assert len(prefixes) == 2


def test_a_network_of_azapi_keeps_its_subnets_within_and_a_subnet_its_association() -> None:
    group = id_of("azurerm_network_security_group.data")
    subnet = {"name": "data", "properties": {"addressPrefix": "10.0.1.0/24"}}
    network = resource(
        "azapi_resource.v",
        type="Microsoft.Network/virtualNetworks@2024-05-01",
        name="vnet",
        body={"properties": {"subnets": [subnet]}},
    )
    apart = resource(
        "azapi_resource.s",
        type="Microsoft.Network/virtualNetworks/subnets@2024-05-01",
        name="apps",
        parent_id=id_of("azapi_resource.v", suffix=""),
        body={"properties": {"networkSecurityGroup": {"id": group}}},
    )
    found = with_azapi(written(network, apart))
    (told,) = found.of_type("azurerm_virtual_network")
    assert told.get("subnet.address_prefixes") == Known(("10.0.1.0/24",))
    (told,) = found.of_type("azurerm_subnet")
    name = told.get("virtual_network_name")
    assert isinstance(name, Reference)
    assert (name.to, name.attribute) == ("azapi_resource.v", "name")
    (tied,) = found.of_type("azurerm_subnet_network_security_group_association")
    assert tied.get("network_security_group_id") == group
    target = found.target(tied.get("subnet_id"))
    assert target is not None
    assert target.resource.address == "azapi_resource.s"


def test_a_security_group_has_its_rules_within() -> None:
    group = {
        "name": "nsg-data",
        "id": GROUP,
        "properties": {"securityRules": [RULE], "defaultSecurityRules": [RULE]},
    }
    rule = "security_rule.0"
    assert said("azurerm_network_security_group", group) == {
        f"{rule}.name": "https",
        f"{rule}.access": "Allow",
        f"{rule}.direction": "Inbound",
        f"{rule}.protocol": "Tcp",
        f"{rule}.priority": 100,
        f"{rule}.source_port_range": "*",
        f"{rule}.source_port_ranges": (),
        f"{rule}.source_address_prefix": "Internet",
        f"{rule}.source_address_prefixes": (),
        f"{rule}.destination_port_range": "443",
        f"{rule}.destination_port_ranges": (),
        f"{rule}.destination_address_prefix": "*",
        f"{rule}.destination_address_prefixes": (),
    }
    alone = one("azurerm_network_security_rule", RULE)
    assert alone.get("network_security_group_name") == Known("nsg-data")
    assert alone.get("access") == Known("Allow")


def test_routes_and_public_addresses_are_told_in_azurerm_s_words() -> None:
    hop = {
        "addressPrefix": "0.0.0.0/0",
        "nextHopType": "VirtualAppliance",
        "nextHopIpAddress": "10.0.0.4",
    }
    found = estate(
        {
            "id": TABLE,
            "name": "rt-data",
            "properties": {"routes": [{"name": "out", "properties": hop}]},
        },
        {
            "id": an_id("Microsoft.Network/publicIPAddresses/pip"),
            "name": "pip",
            "sku": {"name": "Standard"},
            "properties": {"publicIPAllocationMethod": "Static", "ipAddress": "203.0.113.4"},
        },
    )
    (table,) = found.of_type("azurerm_route_table")
    assert table.get("route.next_hop_in_ip_address") == Known("10.0.0.4")
    (address,) = found.of_type("azurerm_public_ip")
    assert address.get("ip_address") == Known("203.0.113.4")


ACCOUNT = an_id("Microsoft.Storage/storageAccounts/stshop")
ENDPOINT = an_id("Microsoft.Network/privateEndpoints/pe-st")
ZONE = an_id("Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net")


def test_a_private_endpoint_s_connections_and_zones_are_blocks_of_it() -> None:
    connection = {
        "name": "st",
        "properties": {
            "privateLinkServiceId": ACCOUNT,
            "groupIds": ["blob"],
            "privateLinkServiceConnectionState": {"status": "Approved"},
        },
    }
    endpoint = {
        "id": ENDPOINT,
        "name": "pe-st",
        "properties": {
            "privateLinkServiceConnections": [connection],
            "manualPrivateLinkServiceConnections": [],
            "subnet": {"id": SUBNET},
        },
    }
    zones = {
        "id": f"{ENDPOINT}/privateDnsZoneGroups/default",
        "name": "default",
        "properties": {
            "privateDnsZoneConfigs": [{"name": "z", "properties": {"privateDnsZoneId": ZONE}}]
        },
    }
    assert said("azurerm_private_endpoint", endpoint, zones) == {
        "subnet_id": SUBNET,
        "private_service_connection.0.name": "st",
        "private_service_connection.0.is_manual_connection": False,
        "private_service_connection.0.private_connection_resource_id": ACCOUNT,
        "private_service_connection.0.subresource_names": ("blob",),
        "private_dns_zone_group.0.name": "default",
        "private_dns_zone_group.0.private_dns_zone_ids": (ZONE,),
    }
    by_hand = endpoint | {
        "properties": {
            "manualPrivateLinkServiceConnections": [connection],
            "subnet": {"id": SUBNET},
        }
    }
    told = one("azurerm_private_endpoint", by_hand)
    assert told.get("private_service_connection.is_manual_connection") == Known(True)


def test_a_zone_s_link_and_a_flow_log_name_what_they_are_in() -> None:
    found = estate(
        {"id": ZONE, "name": "privatelink.blob.core.windows.net", "properties": {}},
        {
            "id": f"{ZONE}/virtualNetworkLinks/vnet",
            "name": "vnet",
            "properties": {"virtualNetwork": {"id": NETWORK}, "registrationEnabled": False},
        },
        {
            "id": an_id("Microsoft.Network/networkWatchers/nw/flowLogs/vnet"),
            "name": "vnet",
            "properties": {
                "targetResourceId": NETWORK,
                "storageId": ACCOUNT,
                "enabled": True,
                "retentionPolicy": {"days": 90, "enabled": True},
                "flowAnalyticsConfiguration": {
                    "networkWatcherFlowAnalyticsConfiguration": {
                        "enabled": True,
                        "workspaceResourceId": an_id("Microsoft.OperationalInsights/workspaces/w"),
                        "trafficAnalyticsInterval": 10,
                    }
                },
            },
        },
    )
    (link,) = found.of_type("azurerm_private_dns_zone_virtual_network_link")
    assert link.get("private_dns_zone_name") == Known("privatelink.blob.core.windows.net")
    assert link.get("virtual_network_id") == Known(NETWORK)
    (log,) = found.of_type("azurerm_network_watcher_flow_log")
    assert log.get("network_watcher_name") == Known("nw")
    assert log.get("retention_policy.days") == Known(90)
    assert log.get("traffic_analytics.enabled") == Known(True)


GATEWAY = an_id("Microsoft.Network/applicationGateways/agw-shop")


def test_an_application_gateway_s_parts_point_at_each_other_by_name() -> None:
    answer = {
        "id": GATEWAY,
        "name": "agw-shop",
        "properties": {
            "sku": {"name": "WAF_v2", "tier": "WAF_v2"},
            "firewallPolicy": {"id": an_id("Microsoft.Network/x/waf")},
            "httpListeners": [
                {
                    "name": "plain",
                    "properties": {
                        "protocol": "Http",
                        "frontendPort": {"id": f"{GATEWAY}/frontendPorts/80"},
                    },
                },
                {"name": "tls", "properties": {"protocol": "Https"}},
            ],
            "requestRoutingRules": [
                {
                    "name": "up",
                    "properties": {
                        "ruleType": "Basic",
                        "httpListener": {"id": f"{GATEWAY}/httpListeners/plain"},
                        "redirectConfiguration": {"id": f"{GATEWAY}/redirectConfigurations/up"},
                    },
                }
            ],
            "redirectConfigurations": [
                {
                    "name": "up",
                    "properties": {
                        "redirectType": "Permanent",
                        "targetListener": {"id": f"{GATEWAY}/httpListeners/tls"},
                    },
                }
            ],
            "sslPolicy": {"policyType": "Predefined", "policyName": "AppGwSslPolicy20220101"},
        },
    }
    gateway = one("azurerm_application_gateway", answer)
    assert [b.get("protocol") for b in gateway.blocks("http_listener")] == [
        Known("Http"),
        Known("Https"),
    ]
    assert gateway.get("http_listener.frontend_port_name") == Known("80")
    assert gateway.get("request_routing_rule.http_listener_name") == Known("plain")
    assert gateway.get("request_routing_rule.redirect_configuration_name") == Known("up")
    assert gateway.get("redirect_configuration.target_listener_name") == Known("tls")
    assert gateway.get("ssl_policy.policy_name") == Known("AppGwSslPolicy20220101")


def test_front_door_and_the_firewalls_policies_are_told_in_azurerm_s_words() -> None:
    profile = an_id("Microsoft.Cdn/profiles/afd-shop")
    scrubbing = {
        "state": "Enabled",
        "scrubbingRules": [
            {
                "matchVariable": "RequestHeaderNames",
                "selectorMatchOperator": "Equals",
                "selector": "cookie",
                "state": "Enabled",
            }
        ],
    }
    found = estate(
        {
            "id": profile,
            "name": "afd-shop",
            "sku": {"name": "Premium_AzureFrontDoor"},
            "properties": {},
        },
        {
            "id": f"{profile}/afdEndpoints/shop/routes/all",
            "name": "all",
            "properties": {
                "supportedProtocols": ["Http", "Https"],
                "patternsToMatch": ["/*"],
                "forwardingProtocol": "HttpsOnly",
                "httpsRedirect": "Disabled",
                "enabledState": "Enabled",
            },
        },
        {
            "id": an_id("Microsoft.Network/frontDoorWebApplicationFirewallPolicies/waf"),
            "name": "waf",
            "sku": {"name": "Premium_AzureFrontDoor"},
            "properties": {
                "policySettings": {
                    "enabledState": "Enabled",
                    "mode": "Prevention",
                    "logScrubbing": scrubbing,
                }
            },
        },
        {
            "id": an_id("Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies/agw"),
            "name": "agw",
            "properties": {
                "policySettings": {
                    "state": "Enabled",
                    "mode": "Detection",
                    "logScrubbing": scrubbing,
                }
            },
        },
    )
    assert len(found.of_type("azurerm_cdn_frontdoor_profile")) == 1
    (route,) = found.of_type("azurerm_cdn_frontdoor_route")
    assert route.get("https_redirect_enabled") == Known(False)
    assert route.get("forwarding_protocol") == Known("HttpsOnly")
    (waf,) = found.of_type("azurerm_cdn_frontdoor_firewall_policy")
    assert waf.get("mode") == Known("Prevention")
    assert waf.get("log_scrubbing.scrubbing_rule.selector") == Known("cookie")
    (waf,) = found.of_type("azurerm_web_application_firewall_policy")
    assert waf.get("policy_settings.mode") == Known("Detection")
    assert waf.get("policy_settings.log_scrubbing.rule.match_variable") == Known(
        "RequestHeaderNames"
    )


def test_a_firewall_policy_s_rules_are_told_by_their_kind() -> None:
    group = {
        "id": an_id("Microsoft.Network/firewallPolicies/fw/ruleCollectionGroups/out"),
        "name": "out",
        "properties": {
            "priority": 200,
            "ruleCollections": [
                {
                    "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                    "name": "net",
                    "priority": 100,
                    "action": {"type": "Deny"},
                    "rules": [
                        {
                            "ruleType": "NetworkRule",
                            "name": "r",
                            "ipProtocols": ["TCP"],
                            "sourceAddresses": ["10.0.0.0/16"],
                            "destinationAddresses": ["*"],
                            "destinationPorts": ["443"],
                        }
                    ],
                },
                {
                    "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
                    "name": "app",
                    "action": {"type": "Allow"},
                    "rules": [{"ruleType": "ApplicationRule", "name": "a", "targetFqdns": ["*.x"]}],
                },
            ],
        },
    }
    told = one("azurerm_firewall_policy_rule_collection_group", group)
    assert told.get("network_rule_collection.action") == Known("Deny")
    assert told.get("network_rule_collection.rule.destination_ports") == Known(("443",))
    assert told.get("application_rule_collection.rule.destination_fqdns") == Known(("*.x",))
    assert len(told.blocks("network_rule_collection")) == 1
