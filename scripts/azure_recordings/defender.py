"""Microsoft Defender for Cloud."""

from declared import Declared
from wire import Json, answer, listed, tracked

from simulator.estate.model import Resource


def pricing(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    extensions = [{"name": e["name"], "isEnabled": "True"} for e in v.get("extension") or []]
    properties = {
        "pricingTier": v["tier"],
        "subPlan": v.get("subplan"),
        "extensions": extensions or None,
    }
    return [answer(d.id(r), "Microsoft.Security/pricings", properties)]


def storage_defender(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "isEnabled": True,
        "overrideSubscriptionLevelSettings": v["override_subscription_settings_enabled"],
        "malwareScanning": {
            "onUpload": {
                "isEnabled": v["malware_scanning_on_upload_enabled"],
                "capGBPerMonth": v.get("malware_scanning_on_upload_cap_gb_per_month") or -1,
            }
        },
        "sensitiveDataDiscovery": {"isEnabled": v["sensitive_data_discovery_enabled"]},
    }
    return [answer(d.id(r), "Microsoft.Security/defenderForStorageSettings", properties)]


def security_contact(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    sources = [{"sourceType": "Alert", "minimalSeverity": "High"}]
    properties = {
        "emails": v["email"],
        "phone": v.get("phone"),
        "isEnabled": True,
        "notificationsSources": sources if v["alert_notifications"] else [],
        "notificationsByRole": {
            "state": "On" if v["alerts_to_admins"] else "Off",
            "roles": ["Owner"] if v["alerts_to_admins"] else [],
        },
    }
    return [answer(d.id(r), "Microsoft.Security/securityContacts", properties)]


def security_automation(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "isEnabled": v["enabled"],
        "scopes": [{"scopePath": one} for one in listed(v["scopes"])],
        "sources": [{"eventSource": one["event_source"]} for one in v["source"]],
        "actions": [
            {"actionType": "Workspace", "workspaceResourceId": one["resource_id"]}
            for one in v["action"]
        ],
    }
    return [tracked(d, r, "Microsoft.Security/automations", properties)]


WRITERS = {
    "azurerm_security_center_subscription_pricing": pricing,
    "azurerm_security_center_storage_defender": storage_defender,
    "azurerm_security_center_contact": security_contact,
    "azurerm_security_center_automation": security_automation,
}
INSIDE = ()
