"""Azure Firewall: its policies and rules.

Properties: Azure REST API reference, Microsoft.Network 2024-05-01.
"""

from typing import Final

from simulator.estate.arm.mapping import (
    PARENT,
    Argument,
    Blocks,
    Kind,
    only,
)

_NETWORK: Final = "Microsoft.Network"
_POLICIES: Final = f"{_NETWORK}/firewallPolicies"


def _collection(kind: str, *of_its_own: Argument | Blocks) -> Blocks:
    """The collections of one kind of rules: ARM has one list, and says in each rule what it is."""
    fqdns = "targetFqdns" if kind == "application" else "destinationFqdns"
    return Blocks(
        f"{kind}_rule_collection",
        "properties.ruleCollections",
        (
            Argument("name", "name"),
            Argument("priority", "priority"),
            Argument("action", "action.type"),
            Blocks(
                "rule",
                "rules",
                (
                    Argument("name", "name"),
                    Argument("source_addresses", "sourceAddresses"),
                    Argument("source_ip_groups", "sourceIpGroups"),
                    Argument("destination_addresses", "destinationAddresses"),
                    Argument("destination_fqdns", fqdns),
                    *of_its_own,
                ),
            ),
        ),
        when=only("rules.ruleType", f"{kind}Rule"),
    )


FIREWALLS: Final = (
    Kind(
        f"{_NETWORK}/azureFirewalls",
        "azurerm_firewall",
        (
            Argument("sku_name", "properties.sku.name"),
            Argument("sku_tier", "properties.sku.tier"),
            Argument("firewall_policy_id", "properties.firewallPolicy.id"),
            Argument("threat_intel_mode", "properties.threatIntelMode"),
            Blocks(
                "ip_configuration",
                "properties.ipConfigurations",
                (
                    Argument("name", "name"),
                    Argument("subnet_id", "properties.subnet.id"),
                    Argument("public_ip_address_id", "properties.publicIPAddress.id"),
                    Argument("private_ip_address", "properties.privateIPAddress"),
                ),
            ),
        ),
    ),
    Kind(
        _POLICIES,
        "azurerm_firewall_policy",
        (
            Argument("sku", "properties.sku.tier"),
            Argument("base_policy_id", "properties.basePolicy.id"),
            Argument("threat_intelligence_mode", "properties.threatIntelMode"),
            Argument("intrusion_detection.mode", "properties.intrusionDetection.mode"),
        ),
    ),
    Kind(
        f"{_POLICIES}/ruleCollectionGroups",
        "azurerm_firewall_policy_rule_collection_group",
        (
            Argument("firewall_policy_id", PARENT),
            Argument("priority", "properties.priority"),
            _collection(
                "network",
                Argument("destination_ports", "destinationPorts"),
                Argument("protocols", "ipProtocols"),
            ),
            _collection(
                "application",
                Argument("destination_urls", "targetUrls"),
                Argument("destination_fqdn_tags", "fqdnTags"),
                Blocks(
                    "protocols",
                    "protocols",
                    (Argument("type", "protocolType"), Argument("port", "port")),
                ),
            ),
        ),
    ),
)
