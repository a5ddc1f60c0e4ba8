"""What the generated bindings cannot tell and was looked up in the providers' source, by hand.

Each entry names the provider version it was read at. ``UNSET`` removes a documented default that
is the service's, not the schema's: a plan then shows null.
"""

import re
from collections.abc import Iterator
from typing import Any

from scripts.provider_schemas.bindings import Json

UNSET = object()

_RANDOM: dict[str, Any] = {
    "lower": True,
    "upper": True,
    "numeric": True,
    "number": True,
    "special": True,
    "min_lower": 0,
    "min_upper": 0,
    "min_numeric": 0,
    "min_special": 0,
}
_AZAPI: dict[str, Any] = {"ignore_casing": False, "ignore_missing_property": True}

_WEB_APP: dict[str, Any] = {
    "client_affinity_enabled": False,
    "client_certificate_enabled": False,
    "site_config.ftps_state": "Disabled",
    "site_config.http2_enabled": False,
    "site_config.scm_use_main_ip_restriction": False,
    "site_config.container_registry_use_managed_identity": False,
}

_FUNCTION_APP: dict[str, Any] = {
    "client_certificate_enabled": False,
    "content_share_force_disabled": False,
    "storage_uses_managed_identity": False,
    "site_config.scm_use_main_ip_restriction": False,
}

# azurerm 4.55.0: resource -> path of the attribute -> schema Default that its documentation omits
# or states otherwise.
DEFAULTS: dict[str, dict[str, Any]] = {
    "azurerm_api_management": {"client_certificate_enabled": False},
    "azurerm_container_app": {"ingress.allow_insecure_connections": False},
    "azurerm_cosmosdb_account": {
        "kind": "GlobalDocumentDB",
        "public_network_access_enabled": True,
        "access_key_metadata_writes_enabled": True,
        "is_virtual_network_filter_enabled": False,
        "network_acl_bypass_for_azure_services": False,
        "local_authentication_disabled": False,
        "analytical_storage_enabled": False,
        "automatic_failover_enabled": False,
        "free_tier_enabled": False,
        "multiple_write_locations_enabled": False,
    },
    "azurerm_eventhub_namespace": {"auto_inflate_enabled": False},
    "azurerm_linux_function_app": _FUNCTION_APP,
    "azurerm_linux_function_app_slot": _FUNCTION_APP,
    "azurerm_linux_web_app": _WEB_APP,
    "azurerm_linux_web_app_slot": _WEB_APP,
    "azurerm_mssql_server_transparent_data_encryption": {"auto_rotation_enabled": False},
    "azurerm_redis_cache": {"minimum_tls_version": "1.2"},
    "azurerm_servicebus_namespace": {"network_rule_set.trusted_services_allowed": False},
    "azurerm_storage_account": {
        "shared_access_key_enabled": True,
        "is_hns_enabled": False,
        "sftp_enabled": False,
    },
    "azurerm_storage_container_immutability_policy": {"locked": False},
    "azurerm_windows_function_app": _FUNCTION_APP,
    "azurerm_windows_function_app_slot": _FUNCTION_APP,
    "azurerm_windows_web_app": _WEB_APP,
    "azurerm_windows_web_app_slot": _WEB_APP,
    # random 3.7, tls 4.1, azapi 2: defaults of computed attributes, known in a plan
    "random_password": _RANDOM,
    "random_string": _RANDOM,
    "tls_private_key": {"rsa_bits": 2048, "ecdsa_curve": "P224"},
    "azapi_resource": {
        **_AZAPI,
        "ignore_null_property": False,
        "schema_validation_enabled": True,
    },
    "azapi_update_resource": _AZAPI,
}

# Framework providers (random 3.7, tls 4.1, local 2.6): what their documentation marks sensitive.
SENSITIVE: dict[str, tuple[str, ...]] = {
    "random_password": ("result", "bcrypt_hash"),
    "tls_private_key": (
        "private_key_pem",
        "private_key_openssh",
        "private_key_pem_pkcs8",
    ),
    "tls_self_signed_cert": ("private_key_pem",),
    "tls_cert_request": ("private_key_pem",),
    "tls_locally_signed_cert": ("ca_private_key_pem",),
    "local_sensitive_file": ("content", "content_base64"),
    "local_file": ("sensitive_content",),
    "azapi_resource": ("sensitive_body",),
    "azapi_update_resource": ("sensitive_body",),
    "azapi_resource_action": ("sensitive_body", "sensitive_output"),
}

# Names that azurerm and azuread mark sensitive wherever they stand inside a block.
_SECRET = re.compile(
    r"(^|_)(password|passphrase|client_secret|shared_access_key|account_key|access_key|"
    r"connection_string|primary_key|secondary_key|sas_token|private_key|storage_account_url|"
    r"sas_url|admin_password|protected_settings|shared_key)$"
)
_SECRET_DATA = re.compile(_SECRET.pattern.replace("$", "") + r"$|^kube_(admin_)?config_raw$")


def apply(providers: Json) -> None:
    """Put the corrections into the extracted schemas, in place."""
    features = providers["azurerm"]["config"]["blocks"]["features"]
    features["min"] = features["max"] = 1
    for provider in providers.values():
        for type_name, block in provider["resources"].items():
            for path, value in DEFAULTS.get(type_name, {}).items():
                attribute = _attribute(block, path, type_name)
                if value is UNSET:
                    attribute.pop("default", None)
                else:
                    attribute["default"] = value
            for name in SENSITIVE.get(type_name, ()):
                block["attributes"][name]["sensitive"] = True
            if provider["legacy"]:
                _mark_inside(block)
        if provider["legacy"]:
            for block in provider["data_sources"].values():
                _mark(block, _SECRET_DATA)


def _attribute(block: Json, path: str, type_name: str) -> Json:
    *parents, name = path.split(".")
    for parent in parents:
        block = block["blocks"][parent]
    if name not in block["attributes"]:
        raise KeyError(f"{type_name}.{path} is not in the schema")
    found: Json = block["attributes"][name]
    return found


def _nested(block: Json) -> Iterator[Json]:
    for inner in block["blocks"].values():
        yield inner
        yield from _nested(inner)


def _mark_inside(block: Json) -> None:
    for inner in _nested(block):
        _mark(inner, _SECRET)
    for strings in _called(block, "connection_string"):
        strings["attributes"]["value"]["sensitive"] = True


def _called(block: Json, name: str) -> Iterator[Json]:
    for own, inner in block["blocks"].items():
        if own == name:
            yield inner
        yield from _called(inner, name)


def _mark(block: Json, pattern: re.Pattern[str]) -> None:
    for name, attribute in block["attributes"].items():
        if pattern.search(name) and attribute.get("type") == "string":
            attribute["sensitive"] = True
