"""Changes to one place of a configuration after which RESP-01 must not pass."""

from typing import Final

from simulator.controls.verdict import Harm, Weakening

_SETTING: Final = "azurerm_monitor_diagnostic_setting"
_AUDITING: Final = "azurerm_mssql_server_extended_auditing_policy"
_PLACE: Final = ("RESP-02",)  # nor can it be told where the rows are kept
_AUDIT: Final = ("DATA-06",)
_ANOTHER: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/"
    "Microsoft.Sql/servers/another"
)

WEAKENINGS: Final = (
    Weakening(Harm.DELETE, _SETTING, where="customer_storage"),
    Weakening(
        Harm.UNLINK,
        _SETTING,
        "target_resource_id",
        "azurerm_storage_account.customer.id",
        where="customer_storage",
        also=_PLACE,
    ),
    Weakening(
        Harm.MISSPELL,
        _SETTING,
        "target_resource_id",
        '"${azurerm_storage_account.customer.id}/blobService/default"',
        where="customer_storage",
        also=_PLACE,
    ),
    Weakening(Harm.DELETE, _SETTING, "enabled_log", where="customer_storage"),
    Weakening(Harm.DELETE, _SETTING, "log_analytics_workspace_id", where="customer_storage"),
    Weakening(
        Harm.WEAKEN, _SETTING, "enabled_log.category", '"StorageWrite"', where="customer_storage"
    ),
    Weakening(
        Harm.MISSPELL,
        _SETTING,
        "enabled_log.category",
        '"AuditEvent"',
        where="customer_storage",
    ),
    *(
        weakening
        for where in ("key_vault", "setting.servicebus", "partner_gateway", "response", "purview")
        for weakening in (
            Weakening(Harm.DELETE, _SETTING, where=where),
            Weakening(Harm.DELETE, _SETTING, "enabled_log", where=where),
            Weakening(Harm.DELETE, _SETTING, "log_analytics_workspace_id", where=where),
            Weakening(
                Harm.UNLINK,
                _SETTING,
                "target_resource_id",
                '"/subscriptions/00000000-0000-0000-0000-000000000000"',
                where=where,
            ),
        )
    ),
    *(
        Weakening(Harm.WEAKEN, _SETTING, "enabled_log.category", '"Alert"', where=where)
        for where in ("key_vault", "setting.servicebus", "partner_gateway", "response")
    ),
    # What alerts and dates a breach of the database reads the same rows.
    Weakening(Harm.DELETE, _AUDITING, also=_AUDIT),
    Weakening(Harm.FLIP, _AUDITING, "enabled", "false", also=_AUDIT),
    Weakening(Harm.FLIP, _AUDITING, "log_monitoring_enabled", "false", also=_AUDIT),
    Weakening(Harm.UNLINK, _AUDITING, "server_id", f'"{_ANOTHER}"', also=_AUDIT),
    # What is dropped is not kept either.
    Weakening(
        Harm.WEAKEN, "azurerm_log_analytics_workspace", "daily_quota_gb", "1", also=("RESP-02",)
    ),
    Weakening(Harm.WEAKEN, "azurerm_log_analytics_workspace_table", "plan", '"Basic"'),
    Weakening(
        Harm.WIDEN,
        "azurerm_monitor_data_collection_rule",
        "data_flow.streams",
        '["Microsoft-Table-StorageBlobLogs"]',
        also=("DATA-10",),  # which then redacts nothing else
    ),
)
