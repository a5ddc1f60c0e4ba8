"""The types of resource that are there to protect data, and what two of one kind must share.

A guard that is deleted is no loss where another one protects the same thing as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from simulator.controls.verdict import Severity
from simulator.estate.provider_table import kinds


@dataclass(frozen=True, slots=True)
class Guard:
    """A kind of resource that protects.

    ``of`` is the argument that names what it protects (``""`` for the whole tenant or
    subscription), ``what`` says what it does, and ``why`` what its loss means for a leak. Another
    guard must share ``alike`` and ``content`` to take its place; with another value in ``alike`` it
    guards something else, while ``content`` may be written anew. ``family`` is the kind of those
    that can stand in for one another, the type itself if empty.
    """

    of: str
    what: str
    why: str
    alike: tuple[str, ...] = ()
    severity: Severity = Severity.HIGH
    content: tuple[str, ...] = ()
    family: str = ""


_UNSEEN: Final = "what an intruder does is no longer seen (11 CCR 7123(c)(7), (8))"
_UNTOLD: Final = "nobody learns of a leak this way any more (11 CCR 7123(c)(17))"
_UNSTOPPED: Final = "a leak that is seen is no longer stopped by itself (11 CCR 7123(c)(17))"
_UNDONE: Final = "data or its record can be deleted for good (11 CCR 7123(c)(7), (18))"
_OPEN: Final = "more places reach the data (11 CCR 7123(c)(10))"
_FREE: Final = "nothing keeps later changes from weakening a protection (11 CCR 7123(c)(5))"
_READ: Final = "what is read off the disk can be used (11 CCR 7123(c)(2))"
_MEDIUM: Final = Severity.MEDIUM

_SENTINEL: Final = "log_analytics_workspace_id"

_ROWS: Final[Mapping[str, Guard]] = {
    "azurerm_monitor_diagnostic_setting": Guard(
        "target_resource_id",
        "logs",
        _UNSEEN,
        ("target_resource_id", "log_analytics_workspace_id", "storage_account_id"),
    ),
    "azurerm_monitor_aad_diagnostic_setting": Guard("", "logs of sign-ins", _UNSEEN),
    "azurerm_network_watcher_flow_log": Guard(
        "target_resource_id", "flow logs", _UNSEEN, ("target_resource_id",), _MEDIUM
    ),
    "azurerm_log_analytics_data_export_rule": Guard(
        "workspace_resource_id", "a second copy of logs", _UNDONE, ("workspace_resource_id",)
    ),
    "azurerm_mssql_{server,database}_extended_auditing_policy": Guard(
        "server_id", "an audit log", _UNSEEN, ("server_id", "database_id")
    ),
    "azurerm_mssql_server_security_alert_policy": Guard(
        "server_name", "alarms about the database", _UNTOLD, ("server_name",)
    ),
    "azurerm_mssql_server_vulnerability_assessment": Guard(
        "server_security_alert_policy_id", "scans", _UNSEEN, (), _MEDIUM
    ),
    "azurerm_mssql_server_transparent_data_encryption": Guard(
        "server_id", "encryption under the shop's own key", _READ, ("server_id",), _MEDIUM
    ),
    "azurerm_sentinel_log_analytics_workspace_onboarding": Guard(
        "workspace_id", "Microsoft Sentinel", _UNSEEN, ("workspace_id",), Severity.CRITICAL
    ),
    "azurerm_sentinel_alert_rule_{scheduled,nrt}": Guard(
        _SENTINEL, "a detection", _UNSEEN, (_SENTINEL,), content=("query",), family="query"
    ),
    "azurerm_sentinel_alert_rule_{fusion,ms_security_incident}": Guard(
        _SENTINEL, "a detection", _UNSEEN, (_SENTINEL,)
    ),
    "azurerm_sentinel_alert_rule_machine_learning_behavior_analytics": Guard(
        _SENTINEL, "a detection", _UNSEEN, (_SENTINEL,)
    ),
    "azurerm_sentinel_alert_rule_{threat_intelligence,anomaly_built_in,anomaly_duplicate}": Guard(
        _SENTINEL, "a detection", _UNSEEN, (_SENTINEL,), _MEDIUM
    ),
    "azurerm_sentinel_automation_rule": Guard(
        _SENTINEL, "an answer to incidents", _UNSTOPPED, (_SENTINEL,), content=("action_playbook",)
    ),
    "azurerm_sentinel_data_connector_{azure_active_directory,azure_security_center,office_365}": (
        Guard(_SENTINEL, "a source of alerts", _UNSEEN, (_SENTINEL,))
    ),
    "azurerm_sentinel_data_connector_{microsoft_threat_protection,threat_intelligence}": Guard(
        _SENTINEL, "a source of alerts", _UNSEEN, (_SENTINEL,)
    ),
    "azurerm_log_analytics_workspace_table": Guard(
        "workspace_id",
        "a retention of its own for a table",
        "the record of what leaked may be kept for less time (11 CCR 7123(c)(7))",
        ("workspace_id", "name"),
        _MEDIUM,
    ),
    "azurerm_monitor_data_collection_rule": Guard(
        "",
        "rules on what is recorded, and without what",
        _UNSEEN,
        severity=_MEDIUM,
        content=("data_flow",),
    ),
    "azurerm_api_management_{api,product}_policy": Guard(
        "",
        "checks on the calls of an API",
        _OPEN,
        ("api_name", "product_id"),
        content=("xml_content",),
    ),
    "azurerm_monitor_action_group": Guard("", "people or systems to tell", _UNTOLD),
    "azurerm_monitor_activity_log_alert": Guard(
        "", "an alert", _UNTOLD, content=("criteria", "scopes")
    ),
    "azurerm_monitor_metric_alert": Guard(
        "", "an alert", _UNTOLD, severity=_MEDIUM, content=("criteria", "scopes")
    ),
    "azurerm_monitor_scheduled_query_rules_alert_v2": Guard(
        "", "an alert", _UNTOLD, content=("criteria", "scopes")
    ),
    "azurerm_security_center_subscription_pricing": Guard(
        "", "a plan of Microsoft Defender", _UNSEEN, ("resource_type",)
    ),
    "azurerm_security_center_storage_defender": Guard(
        "storage_account_id", "Microsoft Defender", _UNSEEN, ("storage_account_id",)
    ),
    "azurerm_advanced_threat_protection": Guard(
        "target_resource_id", "Microsoft Defender", _UNSEEN, ("target_resource_id",)
    ),
    "azurerm_security_center_contact": Guard("", "whom Defender tells", _UNTOLD),
    "azurerm_security_center_automation": Guard("", "an answer of Defender", _UNSTOPPED),
    "azurerm_security_center_setting": Guard(
        "", "a setting of Defender", _UNSEEN, ("setting_name",), _MEDIUM
    ),
    "azurerm_management_lock": Guard("scope", "a lock", _UNDONE, ("scope",)),
    "azurerm_storage_container_immutability_policy": Guard(
        "storage_container_resource_manager_id",
        "write-once storage",
        _UNDONE,
        ("storage_container_resource_manager_id",),
    ),
    "azurerm_storage_management_policy": Guard(
        "storage_account_id",
        "deletion of what is old",
        "data is kept for longer, so that more can leak (Civ. Code 1798.100(c))",
        ("storage_account_id",),
        _MEDIUM,
    ),
    "azurerm_private_endpoint": Guard(
        "private_service_connection.private_connection_resource_id",
        "a private way to the data",
        _OPEN,
        (
            "private_service_connection.private_connection_resource_id",
            "private_service_connection.subresource_names",
        ),
    ),
    "azurerm_network_security_group": Guard("", "a network boundary", _OPEN),
    "azurerm_subnet_network_security_group_association": Guard(
        "subnet_id", "a network boundary", _OPEN, ("subnet_id",)
    ),
    "azurerm_firewall": Guard("", "a firewall", _OPEN),
    "azurerm_{cdn_frontdoor,web_application}_firewall_policy": Guard("", "a web firewall", _OPEN),
    "azurerm_cdn_frontdoor_security_policy": Guard("", "a web firewall in force", _OPEN),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_assignment": Guard(
        "", "a policy in force", _FREE, ("policy_definition_id",)
    ),
    "azurerm_{resource,resource_group,subscription,management_group}_policy_remediation": Guard(
        "", "the repair of what breaks a policy", _FREE, ("policy_assignment_id",), _MEDIUM
    ),
    "azurerm_role_management_policy": Guard(
        "scope", "conditions on taking a role", _FREE, ("scope", "role_definition_id")
    ),
    "azuread_conditional_access_policy": Guard(
        "", "conditions on signing in", "a stolen password is enough (11 CCR 7123(c)(1))"
    ),
    "azurerm_data_protection_backup_instance_{blob_storage,postgresql_flexible_server}": Guard(
        "", "a backup", _UNDONE, ("storage_account_id", "database_id", "server_id")
    ),
    "azurerm_backup_protected_{file_share,vm}": Guard("", "a backup", _UNDONE),
    "azurerm_purview_account": Guard(
        "", "the map of personal data", "nobody finds where it is (11 CCR 7123(c)(4))", (), _MEDIUM
    ),
}

GUARDS: Final[Mapping[str, Guard]] = MappingProxyType(
    {kind: guard for heading, guard in _ROWS.items() for kind in kinds(heading)}
)
"""Resource type -> what it guards."""
