"""Microsoft.ApiManagement: gateways, their APIs, products, subscriptions, policies and logging.

Properties: Azure REST API reference, Microsoft.ApiManagement 2022-08-01. azurerm names the gateway
and the API where ARM nests one in the other.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    LAST,
    NAME,
    PARENT,
    PARENT_NAME,
    VALUES,
    Argument,
    Arguments,
    Blocks,
    Codec,
    Kind,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS
from simulator.estate.model import UNSTATED, Block, Known, Node, Omitted, Reference, Unresolvable

_SERVICE: Final = "Microsoft.ApiManagement/service"
_APIS: Final = f"{_SERVICE}/apis"
_PRODUCTS: Final = f"{_SERVICE}/products"
_GATEWAY: Final = Argument("api_management_name", PARENT_NAME)
_GATEWAY_ABOVE: Final = Argument("api_management_name", PARENT_NAME, up=2)
_POLICY: Final = Argument("xml_content", "properties.value")
_PROTOCOLS: Final = "Microsoft.WindowsAzure.ApiManagement.Gateway.Security"
_OLD_TLS: Final = {
    f"{_PROTOCOLS}.{'Backend.' if end == 'backend' else ''}Protocols.{name}".casefold(): (
        f"{end}_{name.casefold()}_enabled"
    )
    for end in ("frontend", "backend")
    for name in ("Tls10", "Tls11", "Ssl30")
}


def _of_service(service: ArmResource) -> Mapping[str, Node]:
    return {**_sku(service), **_security(service)}


def _sku(service: ArmResource) -> Mapping[str, Node]:
    """``sku_name``: azurerm writes the tier and the number of units as one."""
    tier, units = leaf(service.body, "sku.name"), leaf(service.body, "sku.capacity")
    if isinstance(tier, Known) and isinstance(units, Known):
        return {"sku_name": Known(f"{tier.value}_{units.value}")}
    unknown = next((n for n in (tier, units) if isinstance(n, Reference | Unresolvable)), None)
    return {} if unknown is None else {"sku_name": unknown}


def _security(service: ArmResource) -> Mapping[str, Node]:
    """``security``: switches whose names in ARM have dots in them."""
    custom = leaf(service.body, "properties.customProperties")
    if isinstance(custom, Reference | Unresolvable):
        return {"security": custom}
    if not isinstance(custom, Block):
        return {}
    values: dict[str, Node] = {}
    for name, node in custom.values.items():
        argument = _OLD_TLS.get(name.casefold())
        if argument is not None:
            values[argument] = _switch(node)
    return {"security": (Block(MappingProxyType(values), service.origin),)} if values else {}


def _switch(node: Node) -> Node:
    if not isinstance(node, Known):
        return node
    return Known(str(node.value).casefold() == "true")


def _scope(subscription: ArmResource) -> Mapping[str, Node]:
    """``product_id`` or ``api_id``; a subscription to neither is one to every API."""
    scope = leaf(subscription.body, "properties.scope")
    if isinstance(scope, Known):
        path = str(scope.value).rstrip("/")
        for kind, argument in (("products", "product_id"), ("apis", "api_id")):
            if path.casefold().rpartition("/")[0].endswith(f"/{kind}"):
                return {argument: scope}
        return {}
    if isinstance(scope, Reference):
        kind = "product_id" if "product" in scope.to else "api_id"
        return {kind: scope}
    return dict.fromkeys(("product_id", "api_id"), scope) if isinstance(scope, Unresolvable) else {}


def _value(named: ArmResource) -> Mapping[str, Node]:
    """The value of a named value, hidden unless it is known to be no secret."""
    value, secret = leaf(named.body, "properties.value"), leaf(named.body, "properties.secret")
    if not isinstance(value, Known) or value.value is None:
        return {}
    plain = secret is None or isinstance(secret, Omitted)
    plain = plain or (isinstance(secret, Known) and secret.value is not True)
    return {"value": value if plain else Known(value.value, sensitive=True)}


def _message(end: str) -> Arguments:
    """What of requests and responses is logged at one end: the shop's side or the API's."""
    found: list[Argument | Blocks] = []
    for what in ("request", "response"):
        block, source = f"{end}_{what}", f"properties.{end}.{what}"
        masking = f"{block}.data_masking"
        found += (
            Argument(f"{block}.body_bytes", f"{source}.body.bytes"),
            Argument(f"{block}.headers_to_log", f"{source}.headers"),
            *(
                Blocks(
                    f"{masking}.{ours}",
                    f"{source}.dataMasking.{theirs}",
                    (Argument("mode", "mode"), Argument("value", "value")),
                )
                for ours, theirs in (("query_params", "queryParams"), ("headers", "headers"))
            ),
        )
    return tuple(found)


# ARM lists the values of a header, azurerm joins them.
_TOGETHER: Final = Codec(
    lambda value: ",".join(map(str, value)) if isinstance(value, tuple) else value
)
_ALL_ERRORS: Final = Codec(
    lambda value: value == "allErrors", lambda value: "allErrors" if value is True else UNSTATED
)
_DIAGNOSTIC: Final = (
    Argument("identifier", NAME),
    Argument("api_management_logger_id", "properties.loggerId"),
    Argument("sampling_percentage", "properties.sampling.percentage"),
    Argument("log_client_ip", "properties.logClientIp"),
    Argument("verbosity", "properties.verbosity"),
    Argument("always_log_errors", "properties.alwaysLog", _ALL_ERRORS),
    Argument("http_correlation_protocol", "properties.httpCorrelationProtocol"),
    *_message("frontend"),
    *_message("backend"),
)

API_MANAGEMENT: Final = (
    Kind(
        _SERVICE,
        "azurerm_api_management",
        (
            Argument("publisher_name", "properties.publisherName"),
            Argument("publisher_email", "properties.publisherEmail"),
            PUBLIC_ACCESS,
            Argument("virtual_network_type", "properties.virtualNetworkType", default="None"),
            Argument(
                "virtual_network_configuration.subnet_id",
                "properties.virtualNetworkConfiguration.subnetResourceId",
            ),
            Argument(
                "client_certificate_enabled", "properties.enableClientCertificate", default=False
            ),
            Argument("gateway_disabled", "properties.disableGateway", default=False),
            Argument("min_api_version", "properties.apiVersionConstraint.minApiVersion"),
            Argument("gateway_url", "properties.gatewayUrl"),
        ),
        more=_of_service,
    ),
    Kind(
        f"{_SERVICE}/policies",
        "azurerm_api_management_policy",
        (Argument("api_management_id", PARENT), _POLICY),
    ),
    Kind(
        f"{_SERVICE}/policyFragments",
        "azurerm_api_management_policy_fragment",
        (Argument("api_management_id", PARENT), Argument("value", "properties.value")),
    ),
    Kind(
        _APIS,
        "azurerm_api_management_api",
        (
            _GATEWAY,
            Argument("display_name", "properties.displayName"),
            Argument("path", "properties.path"),
            Argument("protocols", "properties.protocols"),
            Argument("service_url", "properties.serviceUrl"),
            Argument("subscription_required", "properties.subscriptionRequired"),
            Argument("revision", "properties.apiRevision"),
            Argument("is_current", "properties.isCurrent"),
            Argument("api_type", "properties.type"),
            Argument(
                "oauth2_authorization.authorization_server_name",
                "properties.authenticationSettings.oAuth2.authorizationServerId",
            ),
            Argument(
                "openid_authentication.openid_provider_name",
                "properties.authenticationSettings.openid.openidProviderId",
            ),
        ),
    ),
    Kind(
        f"{_APIS}/policies",
        "azurerm_api_management_api_policy",
        (_GATEWAY_ABOVE, Argument("api_name", PARENT_NAME), _POLICY),
    ),
    Kind(
        f"{_APIS}/operations",
        "azurerm_api_management_api_operation",
        (
            _GATEWAY_ABOVE,
            Argument("api_name", PARENT_NAME),
            Argument("operation_id", NAME),
            Argument("display_name", "properties.displayName"),
            Argument("method", "properties.method"),
            Argument("url_template", "properties.urlTemplate"),
        ),
    ),
    Kind(
        f"{_APIS}/operations/policies",
        "azurerm_api_management_api_operation_policy",
        (
            Argument("api_management_name", PARENT_NAME, up=4),
            Argument("api_name", PARENT_NAME, up=2),
            Argument("operation_id", PARENT_NAME),
            _POLICY,
        ),
    ),
    Kind(
        f"{_APIS}/diagnostics",
        "azurerm_api_management_api_diagnostic",
        (_GATEWAY_ABOVE, Argument("api_name", PARENT_NAME), *_DIAGNOSTIC),
    ),
    Kind(f"{_SERVICE}/diagnostics", "azurerm_api_management_diagnostic", (_GATEWAY, *_DIAGNOSTIC)),
    Kind(
        _PRODUCTS,
        "azurerm_api_management_product",
        (
            _GATEWAY,
            Argument("product_id", NAME),
            Argument("display_name", "properties.displayName"),
            Argument("subscription_required", "properties.subscriptionRequired"),
            Argument("approval_required", "properties.approvalRequired"),
            Argument("subscriptions_limit", "properties.subscriptionsLimit"),
            Argument(
                "published",
                "properties.state",
                words({"published": True, "notPublished": False}),
            ),
        ),
    ),
    Kind(
        f"{_PRODUCTS}/policies",
        "azurerm_api_management_product_policy",
        (_GATEWAY_ABOVE, Argument("product_id", PARENT_NAME), _POLICY),
    ),
    Kind(
        f"{_PRODUCTS}/apis",
        "azurerm_api_management_product_api",
        (_GATEWAY_ABOVE, Argument("product_id", PARENT_NAME), Argument("api_name", NAME)),
    ),
    Kind(
        f"{_PRODUCTS}/apiLinks",
        "azurerm_api_management_product_api",
        (
            _GATEWAY_ABOVE,
            Argument("product_id", PARENT_NAME),
            Argument("api_name", "properties.apiId", LAST),
        ),
    ),
    Kind(
        f"{_SERVICE}/subscriptions",
        "azurerm_api_management_subscription",
        (
            _GATEWAY,
            Argument("subscription_id", NAME),
            Argument("display_name", "properties.displayName"),
            Argument("state", "properties.state"),
            Argument("allow_tracing", "properties.allowTracing"),
            Argument("user_id", "properties.ownerId"),
            Argument("primary_key", "properties.primaryKey", sensitive=True),
            Argument("secondary_key", "properties.secondaryKey", sensitive=True),
        ),
        more=_scope,
    ),
    Kind(
        f"{_SERVICE}/namedValues",
        "azurerm_api_management_named_value",
        (
            _GATEWAY,
            Argument("display_name", "properties.displayName"),
            Argument("secret", "properties.secret", default=False),
            Argument("value_from_key_vault.secret_id", "properties.keyVault.secretIdentifier"),
            Argument(
                "value_from_key_vault.identity_client_id", "properties.keyVault.identityClientId"
            ),
        ),
        more=_value,
    ),
    Kind(
        f"{_SERVICE}/backends",
        "azurerm_api_management_backend",
        (
            _GATEWAY,
            Argument("url", "properties.url"),
            Argument("protocol", "properties.protocol"),
            Argument("title", "properties.title"),
            Argument("resource_id", "properties.resourceId"),
            Argument("tls.validate_certificate_chain", "properties.tls.validateCertificateChain"),
            Argument("tls.validate_certificate_name", "properties.tls.validateCertificateName"),
            Argument("credentials.certificate", "properties.credentials.certificate"),
            *(
                Argument(
                    f"credentials.{place}",
                    f"properties.credentials.{place}",
                    _TOGETHER,
                    each=VALUES,
                    sensitive=True,
                )
                for place in ("header", "query")
            ),
            Argument(
                "credentials.authorization.scheme", "properties.credentials.authorization.scheme"
            ),
            Argument(
                "credentials.authorization.parameter",
                "properties.credentials.authorization.parameter",
                sensitive=True,
            ),
        ),
    ),
    Kind(
        f"{_SERVICE}/loggers",
        "azurerm_api_management_logger",
        (
            _GATEWAY,
            Argument("buffered", "properties.isBuffered"),
            Argument("resource_id", "properties.resourceId"),
            Argument(
                "application_insights.instrumentation_key",
                "properties.credentials.instrumentationKey",
                sensitive=True,
            ),
            Argument("eventhub.name", "properties.credentials.name"),
            Argument("eventhub.endpoint_uri", "properties.credentials.endpointAddress"),
            Argument(
                "eventhub.connection_string",
                "properties.credentials.connectionString",
                sensitive=True,
            ),
        ),
    ),
)
