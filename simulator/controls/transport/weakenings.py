"""Changes to one place of a configuration after which DATA-03 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_APPS: Final = ("azurerm_linux_web_app", "azurerm_linux_function_app")
_BACKEND: Final = "azurerm_api_management_backend"
_PARTNERS: Final = ("RESP-12",)

WEAKENINGS: Final = (
    Weakening(Harm.FLIP, "azurerm_storage_account", "https_traffic_only_enabled", "false"),
    Weakening(Harm.WEAKEN, "azurerm_storage_account", "min_tls_version", '"TLS1_0"'),
    Weakening(Harm.WEAKEN, "azurerm_mssql_server", "minimum_tls_version", '"1.0"'),
    Weakening(Harm.MISSPELL, "azurerm_mssql_server", "minimum_tls_version", '"Disabled"'),
    Weakening(Harm.WEAKEN, "azurerm_servicebus_namespace", "minimum_tls_version", '"1.1"'),
    Weakening(Harm.WEAKEN, "azurerm_eventhub_namespace", "minimum_tls_version", '"1.0"'),
    Weakening(Harm.FLIP, "azurerm_redis_cache", "non_ssl_port_enabled", "true"),
    *(
        weakening
        for app in _APPS
        for weakening in (
            Weakening(Harm.FLIP, app, "https_only", "false"),
            Weakening(Harm.DELETE, app, "https_only"),
            Weakening(Harm.WEAKEN, app, "site_config.minimum_tls_version", '"1.0"'),
            Weakening(Harm.WEAKEN, app, "site_config.scm_minimum_tls_version", '"1.1"'),
            Weakening(Harm.WIDEN, app, "site_config.ftps_state", '"AllAllowed"'),
        )
    ),
    Weakening(
        Harm.WEAKEN,
        "azurerm_linux_web_app",
        "app_settings.ORDERS_DATABASE",
        '"Server=tcp:orders.example,1433;Database=orders;Encrypt=False"',
    ),
    Weakening(Harm.FLIP, "azurerm_api_management", "security.frontend_tls10_enabled", "true"),
    Weakening(Harm.FLIP, "azurerm_api_management", "security.backend_tls11_enabled", "true"),
    Weakening(Harm.FLIP, "azurerm_api_management", "security.frontend_ssl30_enabled", "true"),
    Weakening(Harm.WIDEN, "azurerm_api_management_api", "protocols", '["http", "https"]'),
    # What goes to a third party this way concerns the control of third parties too.
    Weakening(Harm.WEAKEN, _BACKEND, "url", '"http://orders.example/partner"', also=_PARTNERS),
    Weakening(Harm.FLIP, _BACKEND, "tls.validate_certificate_chain", "false", also=_PARTNERS),
    Weakening(Harm.WIDEN, "azurerm_cdn_frontdoor_route", "forwarding_protocol", '"HttpOnly"'),
)
