"""Microsoft.Security: Defender's plans, whom it tells, and what it exports.

Properties: Azure REST API reference, Microsoft.Security (pricings 2024-01-01,
defenderForStorageSettings 2022-12-01-preview, advancedThreatProtectionSettings 2019-01-01,
securityContacts 2017-08-01-preview to 2023-12-01-preview, automations 2019-01-01-preview, settings
2022-05-01, workspaceSettings and autoProvisioningSettings 2017-08-01-preview).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import NAME, NOTHING, PARENT, Argument, Blocks, Kind, OneOf, leaf
from simulator.estate.arm.policy import level_of
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import (
    Block,
    Known,
    Node,
    Omitted,
    Reference,
    Unresolvable,
    Value,
)

_PRICING: Final = "azurerm_security_center_subscription_pricing"


def _pricing(one: ArmResource) -> str | None:
    """A plan of the whole subscription; azurerm has none of a single resource."""
    return None if level_of(one.parent) in {"resource", "resource_group"} else _PRICING


def _extensions(one: ArmResource) -> Mapping[str, Node]:
    """The extensions that are on; ARM writes that as the text ``True``."""
    listed = leaf(one.body, "properties.extensions")
    if isinstance(listed, Reference | Unresolvable):
        return {"extension": listed}
    each = (listed,) if isinstance(listed, Block) else listed
    blocks = [_extension(one, e) for e in each] if isinstance(each, tuple) else []
    on = tuple(block for block in blocks if block is not None)
    return {"extension": on} if on else {}


def _extension(one: ArmResource, extension: Block) -> Block | None:
    on, name = leaf(extension, "isEnabled"), leaf(extension, "name")
    if isinstance(on, Reference | Unresolvable):
        name = Unresolvable("whether this extension is on is not known")
    elif not isinstance(on, Known) or str(on.value).casefold() != "true":
        return None
    more = leaf(extension, "additionalExtensionProperties")
    pairs = (("name", name), ("additional_extension_properties", more))
    values = {n: v for n, v in pairs if v is not None and v != Known(None)}
    return Block(MappingProxyType(values), one.origin)


def _if_on(type_: str) -> OneOf:
    """What is on is declared in azurerm; what is off is nothing there, and what may be, unread."""

    def choose(one: ArmResource) -> str | None:
        on = leaf(one.body, "properties.isEnabled")
        if on == Known(value=False):
            return NOTHING
        return type_ if on == Known(value=True) else None

    return OneOf((type_,), choose)


def _contact(one: ArmResource) -> Mapping[str, Node]:
    """Who is told, in the words of three API versions."""
    found: dict[str, Node] = {}
    for name, paths in _CONTACT.items():
        nodes = (leaf(one.body, path) for path in paths)
        node = next((n for n in nodes if isinstance(n, Value) and not _absent(n)), None)
        if isinstance(node, Known):
            found[name] = Known(str(node.value).casefold() == "on")
        elif node is not None:
            found[name] = Unresolvable(f"{paths[0]} is not known")
    sources = leaf(one.body, "properties.notificationsSources")
    if isinstance(sources, tuple | Block):  # 2023-12-01: what is told, in place of whether
        each = (sources,) if isinstance(sources, Block) else sources
        kinds = [leaf(source, "sourceType") for source in each]
        unknown = any(not isinstance(kind, Known) for kind in kinds)
        on = leaf(one.body, "properties.isEnabled") != Known(value=False)
        found["alert_notifications"] = (
            Unresolvable("what a contact is told of is not known")
            if unknown
            else Known(on and Known("Alert") in kinds)
        )
    return found


def _absent(node: Value) -> bool:
    return isinstance(node, Omitted) or node == Known(None)


_CONTACT: Final = {
    "alert_notifications": ("properties.alertNotifications.state", "properties.alertNotifications"),
    "alerts_to_admins": ("properties.notificationsByRole.state", "properties.alertsToAdmins"),
}

SECURITY: Final = (
    Kind(
        "Microsoft.Security/pricings",
        OneOf((_PRICING,), _pricing),
        (
            Argument("resource_type", NAME),
            Argument("tier", "properties.pricingTier"),
            Argument("subplan", "properties.subPlan"),
        ),
        more=_extensions,
    ),
    Kind(
        "Microsoft.Security/defenderForStorageSettings",
        _if_on("azurerm_security_center_storage_defender"),
        (
            Argument("storage_account_id", PARENT),
            Argument(
                "override_subscription_settings_enabled",
                "properties.overrideSubscriptionLevelSettings",
            ),
            Argument(
                "malware_scanning_on_upload_enabled",
                "properties.malwareScanning.onUpload.isEnabled",
            ),
            Argument(
                "malware_scanning_on_upload_cap_gb_per_month",
                "properties.malwareScanning.onUpload.capGBPerMonth",
            ),
            Argument(
                "scan_results_event_grid_topic_id",
                "properties.malwareScanning.scanResultsEventGridTopicResourceId",
            ),
            Argument(
                "sensitive_data_discovery_enabled", "properties.sensitiveDataDiscovery.isEnabled"
            ),
        ),
    ),
    Kind(
        "Microsoft.Security/advancedThreatProtectionSettings",
        _if_on("azurerm_advanced_threat_protection"),
        (
            Argument("target_resource_id", PARENT),
            Argument("enabled", "properties.isEnabled"),
        ),
    ),
    Kind(
        "Microsoft.Security/securityContacts",
        "azurerm_security_center_contact",
        (
            Argument("email", "properties.email"),
            Argument("email", "properties.emails"),
            Argument("phone", "properties.phone"),
        ),
        more=_contact,
    ),
    Kind(
        "Microsoft.Security/automations",
        "azurerm_security_center_automation",
        (
            Argument("description", "properties.description"),
            Argument("enabled", "properties.isEnabled"),
            Argument("scopes", "properties.scopes", each="scopePath"),
            Blocks(
                "source",
                "properties.sources",
                (
                    Argument("event_source", "eventSource"),
                    Blocks(
                        "rule_set",
                        "ruleSets",
                        (
                            Blocks(
                                "rule",
                                "rules",
                                (
                                    Argument("property_path", "propertyJPath"),
                                    Argument("property_type", "propertyType"),
                                    Argument("expected_value", "expectedValue"),
                                    Argument("operator", "operator"),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
            Blocks(
                "action",
                "properties.actions",
                (
                    Argument("type", "actionType"),
                    Argument("resource_id", "logicAppResourceId"),
                    Argument("resource_id", "eventHubResourceId"),
                    Argument("resource_id", "workspaceResourceId"),
                    Argument("trigger_url", "uri", sensitive=True),
                    Argument("connection_string", "connectionString", sensitive=True),
                ),
            ),
        ),
    ),
    Kind(
        "Microsoft.Security/settings",
        "azurerm_security_center_setting",
        (Argument("setting_name", NAME), Argument("enabled", "properties.enabled")),
    ),
    Kind(
        "Microsoft.Security/workspaceSettings",
        "azurerm_security_center_workspace",
        (
            Argument("scope", "properties.scope"),
            Argument("workspace_id", "properties.workspaceId"),
        ),
    ),
    Kind(
        "Microsoft.Security/autoProvisioningSettings",
        "azurerm_security_center_auto_provisioning",
        (Argument("auto_provision", "properties.autoProvision"),),
    ),
    Kind(
        "Microsoft.Security/serverVulnerabilityAssessmentsSettings",
        "azurerm_security_center_server_vulnerability_assessments_setting",
        (Argument("vulnerability_assessment_provider", "properties.selectedProvider"),),
    ),
)
