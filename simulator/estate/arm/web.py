"""Microsoft.Web: sites of every kind, their slots, settings and plans.

One ARM type, ``Microsoft.Web/sites``, is several in azurerm: ``kind`` tells them apart. What ARM
keeps in resources of its own beside a site (``config/web``, ``config/appsettings``) azurerm has as
arguments of the site. Properties: Azure REST API reference, Microsoft.Web 2024-04-01.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    ANY,
    PAIRS,
    PARENT,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    OneOf,
    by_name,
    leaf,
    unless,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS
from simulator.estate.model import Block, Known, Node, Reference, Unresolvable

_SITES: Final = "Microsoft.Web/sites"
_SLOTS: Final = f"{_SITES}/slots"
_LOGIC: Final = "azurerm_logic_app_standard"
_FLEX: Final = "azurerm_function_app_flex_consumption"
_APPS: Final = tuple(
    f"azurerm_{system}_{app}_app" for system in ("linux", "windows") for app in ("web", "function")
)


def _system_and_app(site: ArmResource) -> tuple[str, str] | None:
    """``linux`` or ``windows``, and ``web`` or ``function``; ``None`` if the kind is not known."""
    kind = leaf(site.body, "kind")
    if isinstance(kind, Reference | Unresolvable):
        return None
    # A site without a kind is a web app for Windows.
    marks = str(kind.value).casefold().split(",") if isinstance(kind, Known) else ["app"]
    reserved = leaf(site.body, "properties.reserved")
    linux = "linux" in marks or (isinstance(reserved, Known) and reserved.value is True)
    return "linux" if linux else "windows", "function" if "functionapp" in marks else "web"


def _is_workflow(site: ArmResource) -> bool:
    kind = leaf(site.body, "kind")
    return isinstance(kind, Known) and "workflowapp" in str(kind.value).casefold()


def _is_flex(site: ArmResource) -> bool:
    return isinstance(leaf(site.body, "properties.functionAppConfig"), Block)


def _app(site: ArmResource) -> str | None:
    found = _system_and_app(site)
    if found is None or _is_workflow(site) or _is_flex(site):
        return None
    return "azurerm_{}_{}_app".format(*found)


def _slot_of(what: str) -> Callable[[ArmResource], str | None]:
    def slot(site: ArmResource) -> str | None:
        app = _app(site)
        return f"{app}_slot" if app is not None and f"_{what}_" in app else None

    return slot


def _is_address(value: object) -> bool:
    return isinstance(value, str) and (value[:1].isdecimal() or ":" in value or value == "Any")


# One property in ARM holds an address range or the name of a service tag.
_ADDRESS: Final = Codec(lambda value: value if _is_address(value) else None)
_SERVICE_TAG: Final = Codec(lambda value: None if _is_address(value) else value)


def _restrictions(name: str, source: str) -> Blocks:
    """Access restrictions by address, service tag or subnet.

    Azure writes the one rule that stands for "no rules" out, by its priority; azurerm does not.
    """
    return Blocks(
        name,
        source,
        (
            Argument("name", "name"),
            Argument("action", "action", default="Allow"),
            Argument("priority", "priority"),
            Argument("ip_address", "ipAddress", _ADDRESS),
            Argument("service_tag", "ipAddress", _SERVICE_TAG),
            Argument("virtual_network_subnet_id", "vnetSubnetResourceId"),
        ),
        when=unless("priority", "2147483647"),
    )


_TLS: Final = (
    ("minimum_tls_version", "minTlsVersion"),
    ("scm_minimum_tls_version", "scmMinTlsVersion"),
)
_OLD_TLS: Final = (
    ("min_tls_version", "minTlsVersion"),
    ("scm_min_tls_version", "scmMinTlsVersion"),
)
_CONFIG: Final = (
    ("http2_enabled", "http20Enabled"),
    ("websockets_enabled", "webSocketsEnabled"),
    ("vnet_route_all_enabled", "vnetRouteAllEnabled"),
    ("health_check_path", "healthCheckPath"),
    ("scm_type", "scmType"),
    ("scm_use_main_ip_restriction", "scmIpSecurityRestrictionsUseMain"),
    ("cors.allowed_origins", "cors.allowedOrigins"),
    ("cors.support_credentials", "cors.supportCredentials"),
)
_ON_A_SERVER: Final = (
    ("always_on", "alwaysOn"),
    ("ftps_state", "ftpsState"),
    ("linux_fx_version", "linuxFxVersion"),
)
_OF_AN_APP: Final = (
    ("remote_debugging_enabled", "remoteDebuggingEnabled"),
    ("container_registry_use_managed_identity", "acrUseManagedIdentityCreds"),
    ("ip_restriction_default_action", "ipSecurityRestrictionsDefaultAction"),
    ("scm_ip_restriction_default_action", "scmIpSecurityRestrictionsDefaultAction"),
)
_LOGIC_CONFIG: Final = (*_CONFIG, *_ON_A_SERVER, *_OLD_TLS)
_FLEX_CONFIG: Final = (*_CONFIG, *_OF_AN_APP, *_TLS)
_APP_CONFIG: Final = (*_CONFIG, *_ON_A_SERVER, *_OF_AN_APP, *_TLS)


def _site_config(prefix: str, names: tuple[tuple[str, str], ...]) -> Arguments:
    """``site_config``, from below ``prefix``: it is in the site and in its ``config/web``."""
    return (
        *(Argument(f"site_config.{name}", f"{prefix}.{source}") for name, source in names),
        _restrictions("site_config.ip_restriction", f"{prefix}.ipSecurityRestrictions"),
        _restrictions("site_config.scm_ip_restriction", f"{prefix}.scmIpSecurityRestrictions"),
        Argument("app_settings", f"{prefix}.appSettings", each=PAIRS),
        Blocks(
            "connection_string",
            f"{prefix}.connectionStrings",
            (
                Argument("name", "name"),
                Argument("type", "type"),
                Argument("value", "connectionString", sensitive=True),
            ),
        ),
    )


_OPEN: Final = words({"Enabled": True, "Disabled": False, "": True})
_SITE: Final = (
    Argument("enabled", "properties.enabled", default=True),
    Argument("https_only", "properties.httpsOnly", default=False),
    Argument("client_certificate_mode", "properties.clientCertMode"),
    Argument("virtual_network_subnet_id", "properties.virtualNetworkSubnetId"),
    Argument("default_hostname", "properties.defaultHostName"),
    Argument("kind", "kind"),
)
_IN_SITE: Final = "properties.siteConfig"
_CERTIFICATE: Final = Argument(
    "client_certificate_enabled", "properties.clientCertEnabled", default=False
)
_VAULT_IDENTITY: Final = Argument(
    "key_vault_reference_identity_id", "properties.keyVaultReferenceIdentity"
)
_PUBLIC: Final = Argument("public_network_access_enabled", "properties.publicNetworkAccess", _OPEN)
_PLAN: Final = Argument("service_plan_id", "properties.serverFarmId")


_APP: Final = (
    _PLAN,
    _PUBLIC,
    _CERTIFICATE,
    _VAULT_IDENTITY,
    *_SITE,
    *_site_config(_IN_SITE, _APP_CONFIG),
)


def _named_strings(config: ArmResource) -> Mapping[str, Node]:
    """Connection strings by name as blocks with a name."""
    strings = leaf(config.body, "properties")
    if isinstance(strings, Reference | Unresolvable):
        return {"connection_string": strings}
    if not isinstance(strings, Block):
        return {}
    return {"connection_string": tuple(_string(strings, name) for name in strings.values)}


def _string(strings: Block, name: str) -> Block:
    values: dict[str, Node] = {"name": Known(name)}
    for argument in ("type", "value"):
        node = leaf(strings, f"{name}.{argument}")
        if node is not None:
            values[argument] = node
            if argument == "value" and isinstance(node, Known):
                values[argument] = Known(node.value, sensitive=True)
    return Block(MappingProxyType(values), strings.origin)


def _configs(of: str, *older: tuple[str, str]) -> tuple[Kind, ...]:
    """What ARM keeps beside a site or a slot.

    ``older`` names are those that logic apps alone have; on other sites nothing reads them.
    """

    def part(name: str, arguments: Arguments) -> Kind:
        return Kind(f"{of}/config", by_name({name: ANY}), arguments, part=True)

    publishing = f"{of}/basicPublishingCredentialsPolicies"
    allow = "properties.allow"
    return (
        part("web", _site_config("properties", (*_APP_CONFIG, *older))),
        part("appsettings", (Argument("app_settings", "properties"),)),
        Kind(
            f"{of}/config", by_name({"connectionstrings": ANY}), (), part=True, more=_named_strings
        ),
        part(
            "authsettingsV2",
            (
                Argument("auth_settings_v2.auth_enabled", "properties.platform.enabled"),
                Argument(
                    "auth_settings_v2.require_authentication",
                    "properties.globalValidation.requireAuthentication",
                ),
                Argument(
                    "auth_settings_v2.unauthenticated_action",
                    "properties.globalValidation.unauthenticatedClientAction",
                ),
                Argument("auth_settings_v2.require_https", "properties.httpSettings.requireHttps"),
            ),
        ),
        part(
            "logs",
            (
                Argument(
                    "logs.detailed_error_messages", "properties.detailedErrorMessages.enabled"
                ),
                Argument("logs.failed_request_tracing", "properties.failedRequestsTracing.enabled"),
                Blocks(
                    "logs.http_logs.file_system",
                    "properties.httpLogs.fileSystem",
                    (
                        Argument("retention_in_days", "retentionInDays"),
                        Argument("retention_in_mb", "retentionInMb"),
                    ),
                    switch="enabled",
                ),
            ),
        ),
        Kind(
            publishing,
            by_name({"ftp": ANY}),
            (Argument("ftp_publish_basic_authentication_enabled", allow),),
            part=True,
        ),
        Kind(
            publishing,
            by_name({"scm": ANY}),
            tuple(
                Argument(f"{tool}_publish_basic_authentication_enabled", allow)
                for tool in (("webdeploy", "scm") if older else ("webdeploy",))
            ),
            part=True,
        ),
    )


def _system(reserved: object) -> object:
    return "Linux" if reserved is True else "Windows"


_STORAGE: Final = "properties.functionAppConfig.deployment.storage"

WEB: Final = (
    Kind(
        _SITES,
        OneOf((_LOGIC,), lambda site: _LOGIC if _is_workflow(site) else None),
        (
            Argument("app_service_plan_id", "properties.serverFarmId"),
            Argument("public_network_access", "properties.publicNetworkAccess"),
            *_SITE,
            *_site_config(_IN_SITE, _LOGIC_CONFIG),
        ),
    ),
    Kind(
        _SITES,
        OneOf((_FLEX,), lambda site: _FLEX if _is_flex(site) else None),
        (
            _PLAN,
            _PUBLIC,
            _CERTIFICATE,
            *_SITE,
            *_site_config(_IN_SITE, _FLEX_CONFIG),
            Argument("storage_container_type", f"{_STORAGE}.type"),
            Argument("storage_container_endpoint", f"{_STORAGE}.value"),
            Argument("storage_authentication_type", f"{_STORAGE}.authentication.type"),
            Argument(
                "storage_user_assigned_identity_id",
                f"{_STORAGE}.authentication.userAssignedIdentityResourceId",
            ),
            Argument("runtime_name", "properties.functionAppConfig.runtime.name"),
            Argument("runtime_version", "properties.functionAppConfig.runtime.version"),
        ),
    ),
    Kind(_SITES, OneOf(_APPS, _app), _APP),
    *(
        Kind(
            _SLOTS,
            OneOf(tuple(f"{app}_slot" for app in _APPS if what in app), _slot_of(what)),
            (Argument(holder, PARENT), *_APP),
        )
        for what, holder in (("web", "app_service_id"), ("function", "function_app_id"))
    ),
    *_configs(_SITES, *_OLD_TLS),
    *_configs(_SLOTS),
    Kind(
        "Microsoft.Web/serverfarms",
        "azurerm_service_plan",
        (
            Argument("sku_name", "sku.name"),
            Argument("worker_count", "sku.capacity"),
            Argument("zone_balancing_enabled", "properties.zoneRedundant"),
            Argument("kind", "kind"),
            Argument("reserved", "properties.reserved"),
            Argument(
                "os_type",
                "properties.reserved",
                Codec(_system, lambda os: os == "Linux"),
                default="Windows",
            ),
        ),
    ),
    Kind(
        "Microsoft.Web/staticSites",
        "azurerm_static_web_app",
        (
            Argument("sku_tier", "sku.tier"),
            Argument("sku_size", "sku.name"),
            PUBLIC_ACCESS,
            Argument("repository_url", "properties.repositoryUrl"),
            Argument("repository_branch", "properties.branch"),
            Argument("repository_token", "properties.repositoryToken", sensitive=True),
            Argument("default_host_name", "properties.defaultHostname"),
        ),
    ),
    Kind(
        "Microsoft.Web/staticSites/config",
        by_name({"appsettings": "azurerm_static_web_app"}),
        (Argument("app_settings", "properties"),),
        part=True,
    ),
)
