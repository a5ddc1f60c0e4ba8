from simulator.estate.exports import container_of, exports
from simulator.estate.model import Unresolvable
from tests.controls.build import estate, id_of, resource

W = "azurerm_log_analytics_workspace.w"


def test_a_rule_says_what_it_exports_from_where_to_where():
    store = resource("azurerm_storage_account.a", name="sta")
    rule = resource(
        "azurerm_log_analytics_data_export_rule.r",
        workspace_resource_id=id_of(W),
        destination_resource_id=id_of(store.address),
        table_names=["SigninLogs", "AuditLogs"],
        enabled=True,
    )
    (found,) = exports(estate(resource(W, name="w"), store, rule))
    assert (found.workspace, found.enabled, found.destination) == (W, True, store)
    assert found.tables == {"SigninLogs", "AuditLogs"}
    assert container_of("SigninLogs") == "am-signinlogs"


def test_what_cannot_be_read_is_not_known():
    unread = Unresolvable("var.x has no value")
    names = ("workspace_resource_id", "destination_resource_id", "table_names", "enabled")
    rule = resource("azurerm_log_analytics_data_export_rule.r", **dict.fromkeys(names, unread))
    (found,) = exports(estate(rule))
    assert (found.workspace, found.enabled, found.tables, found.destination) == (None,) * 4
