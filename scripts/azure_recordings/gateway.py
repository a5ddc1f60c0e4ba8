"""API Management."""

from typing import Any

from declared import Declared
from wire import Json, answer, onoff, tracked

from simulator.estate.model import Resource

APIM = "Microsoft.ApiManagement/service"


def api_management(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    security = (v.get("security") or [{}])[0]
    prefix = "Microsoft.WindowsAzure.ApiManagement.Gateway"
    protocols = {
        "Security.Protocols.Tls10": security.get("frontend_tls10_enabled"),
        "Security.Protocols.Tls11": security.get("frontend_tls11_enabled"),
        "Security.Protocols.Ssl30": security.get("frontend_ssl30_enabled"),
        "Security.Backend.Protocols.Tls10": security.get("backend_tls10_enabled"),
        "Security.Backend.Protocols.Tls11": security.get("backend_tls11_enabled"),
        "Security.Backend.Protocols.Ssl30": security.get("backend_ssl30_enabled"),
    }
    name, _, capacity = v["sku_name"].partition("_")
    network = (v.get("virtual_network_configuration") or [None])[0]
    access = (v.get("tenant_access") or [{}])[0]
    service = tracked(
        d,
        r,
        APIM,
        {
            "publisherEmail": v["publisher_email"],
            "publisherName": v["publisher_name"],
            "virtualNetworkType": v["virtual_network_type"],
            "virtualNetworkConfiguration": network and {"subnetResourceId": network["subnet_id"]},
            "publicNetworkAccess": onoff(v["public_network_access_enabled"]),
            "enableClientCertificate": v.get("client_certificate_enabled") or None,
            "apiVersionConstraint": {"minApiVersion": v.get("min_api_version")},
            "customProperties": {
                f"{prefix}.{part}": str(bool(on)) for part, on in protocols.items()
            },
        },
        sku={"name": name, "capacity": int(capacity)},
    )
    tenant = answer(
        f"{d.id(r)}/tenant/access", f"{APIM}/tenant", {"enabled": access.get("enabled") or False}
    )
    return [service, tenant]


def api(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        answer(
            d.id(r),
            f"{APIM}/apis",
            {
                "displayName": v["display_name"],
                "path": v["path"],
                "protocols": v["protocols"],
                "apiRevision": v["revision"],
                "subscriptionRequired": v["subscription_required"],
                "isCurrent": True,
            },
        )
    ]


def _policy(type_: str) -> Any:
    def write(d: Declared, r: Resource) -> list[Json]:
        content = {"format": "xml", "value": d.values(r)["xml_content"]}
        return [answer(d.id(r), f"{APIM}/{type_}/policies", content)]

    return write


def backend(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    credentials = (v.get("credentials") or [None])[0]
    tls = (v.get("tls") or [{}])[0]
    headers = credentials and {
        name: [text] for name, text in (credentials.get("header") or {}).items()
    }
    return [
        answer(
            d.id(r),
            f"{APIM}/backends",
            {
                "url": v["url"],
                "protocol": v["protocol"],
                "credentials": headers and {"header": headers},
                "tls": {
                    "validateCertificateChain": tls.get("validate_certificate_chain"),
                    "validateCertificateName": tls.get("validate_certificate_name"),
                },
                "circuitBreaker": {
                    "rules": [
                        {
                            "name": rule["name"],
                            "tripDuration": rule["trip_duration"],
                            "failureCondition": {
                                "count": rule["failure_condition"][0]["count"],
                                "interval": rule["failure_condition"][0]["interval_duration"],
                            },
                        }
                        for rule in v.get("circuit_breaker_rule") or []
                    ]
                },
            },
        )
    ]


def diagnostic(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)

    def side(name: str) -> Json:
        return {
            part: {
                "headers": (v.get(f"{name}_{part}") or [{}])[0].get("headers_to_log") or [],
                "body": {"bytes": (v.get(f"{name}_{part}") or [{}])[0].get("body_bytes") or 0},
            }
            for part in ("request", "response")
        }

    return [
        answer(
            d.id(r),
            f"{APIM}/diagnostics",
            {
                "loggerId": v["api_management_logger_id"],
                "alwaysLog": "allErrors" if v.get("always_log_errors") else None,
                "logClientIp": v.get("log_client_ip"),
                "verbosity": v.get("verbosity"),
                "sampling": {"samplingType": "fixed", "percentage": v.get("sampling_percentage")},
                "frontend": side("frontend"),
                "backend": side("backend"),
            },
        )
    ]


def named_value(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    vault = (v.get("value_from_key_vault") or [None])[0]
    return [
        answer(
            d.id(r),
            f"{APIM}/namedValues",
            {
                "displayName": v["display_name"],
                "secret": v["secret"],
                "keyVault": vault and {"secretIdentifier": vault["secret_id"]},
            },
        )
    ]


def product(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    return [
        answer(
            d.id(r),
            f"{APIM}/products",
            {
                "displayName": v["display_name"],
                "state": "published" if v["published"] else "notPublished",
                "subscriptionRequired": v["subscription_required"],
                "approvalRequired": v.get("approval_required"),
                "subscriptionsLimit": v.get("subscriptions_limit"),
            },
        )
    ]


def product_api(d: Declared, r: Resource) -> list[Json]:
    return [answer(d.id(r), f"{APIM}/products/apis", {"isCurrent": True})]


def partner_subscription(d: Declared, r: Resource) -> list[Json]:
    v = d.values(r)
    properties = {
        "displayName": v["display_name"],
        "scope": v.get("product_id") or v.get("api_id"),
        "state": v["state"],
        "allowTracing": v["allow_tracing"],
    }
    return [answer(d.id(r), f"{APIM}/subscriptions", properties)]


WRITERS = {
    "azurerm_api_management": api_management,
    "azurerm_api_management_api": api,
    "azurerm_api_management_api_policy": _policy("apis"),
    "azurerm_api_management_product_policy": _policy("products"),
    "azurerm_api_management_backend": backend,
    "azurerm_api_management_diagnostic": diagnostic,
    "azurerm_api_management_named_value": named_value,
    "azurerm_api_management_product": product,
    "azurerm_api_management_product_api": product_api,
    "azurerm_api_management_subscription": partner_subscription,
}
INSIDE = ()
