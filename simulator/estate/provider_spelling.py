"""Azurerm's spellings of v2, v3 and v5 as the newest of v4: renames, inversions, changed shapes.

Read from the provider's Go source over all tags, v3.0 to v5.2.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, TypeAlias

from simulator.estate.blocks import edit_block
from simulator.estate.model import (
    UNSTATED,
    Block,
    Known,
    Node,
    Omitted,
    Reference,
    Unresolvable,
    effective,
)

Convert: TypeAlias = Callable[[object], object]


def respell(kind: str, body: Block) -> Block:
    """The body of a resource of type ``kind`` with every older or newer name replaced.

    >>> respell("azurerm_redis_cache", Block({"enable_non_ssl_port": Known(True)})).values
    mappingproxy({'non_ssl_port_enabled': Known(True)})
    """
    for rename in _RENAMES.get(kind, ()):
        body = rename(body)
    rewrite = _REWRITES.get(kind)
    return body if rewrite is None else rewrite(body)


def as_terraform_reads(value: object, sample: object) -> object:
    """``value`` converted to the type of ``sample`` as Terraform converts primitives.

    >>> as_terraform_reads("false", True), as_terraform_reads(1.2, "1.2")
    (False, '1.2')
    """
    if isinstance(sample, bool):
        return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
    if isinstance(sample, str):
        if isinstance(value, bool):
            return "true" if value else "false"
        return f"{value:g}" if isinstance(value, int | float) else value
    if isinstance(sample, int) and isinstance(value, str):
        return int(value) if value.removeprefix("-").isdecimal() else value
    return value


# --- renames --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rename:
    """``old`` (a dotted path) is now called ``new``, within the same block.

    ``convert`` changes a value on the way; it gives ``UNSTATED`` for one it has no answer to.
    """

    old: str
    new: str
    convert: Convert | None = None

    def __call__(self, body: Block) -> Block:
        """The block with the old name gone; where both are set, the new one counts."""
        parent, _, leaf = self.old.rpartition(".")
        return edit_block(body, parent, lambda block: self._apply(block, leaf))

    def _apply(self, block: Block, leaf: str) -> Block:
        if leaf not in block.values:
            return block
        values = dict(block.values)
        old = self._converted(values.pop(leaf))
        present = values.get(self.new)
        values[self.new] = old if present is None else _prefer(present, old)
        return replace(block, values=MappingProxyType(values))

    def _converted(self, node: Node) -> Node:
        if self.convert is None:
            return node
        match node:
            case Known(value=value, sensitive=sensitive):
                changed = self.convert(value)
                if changed is UNSTATED:
                    return Unresolvable(f"{self.old} has a value that cannot be read as {self.new}")
                return Known(changed, sensitive)
            case Omitted(default=default, decided_by=decided_by) if default is not UNSTATED:
                return Omitted(self.convert(default), decided_by)
            case Reference(to=to, attribute=attribute):
                return Unresolvable(f"{self.old} comes from {to}.{attribute}")
        return node


def _prefer(new: Node, old: Node) -> Node:
    """Of two spellings, the one that is set; of two that are not, the one with a default."""
    if not isinstance(new, Omitted):
        return new
    if not isinstance(old, Omitted):
        return old
    return new if new.default is not UNSTATED else old


def _opposite(value: object) -> object:
    value = as_terraform_reads(value, sample=True)
    return not value if isinstance(value, bool) else UNSTATED


def _choice(choices: Mapping[object, object]) -> Convert:
    def convert(value: object) -> object:
        value = as_terraform_reads(value, sample=True)
        return choices.get(value, UNSTATED) if isinstance(value, str | bool) else UNSTATED

    return convert


_SWITCH: Final = _choice({True: "Enabled", False: "Disabled"})
_SWITCHED: Final = _choice({"Enabled": True, "Disabled": False, "SecuredByPerimeter": False})
_NO_LOCAL_AUTH: Final = Rename(
    "local_authentication_disabled", "local_authentication_enabled", _opposite
)
_AUDIT_ENDPOINT: Final = Rename("blob_storage_endpoint", "storage_endpoint")
_INCIDENT: Final = (
    Rename("incident_configuration", "incident"),
    Rename("incident.create_incident", "create_incident_enabled"),
    Rename("incident.grouping.group_by_entities", "by_entities"),
    Rename("incident.grouping.group_by_alert_details", "by_alert_details"),
    Rename("incident.grouping.group_by_custom_details", "by_custom_details"),
)

_RENAMES: Final[Mapping[str, tuple[Rename, ...]]] = {
    "azurerm_storage_account": (
        Rename("enable_https_traffic_only", "https_traffic_only_enabled"),
        Rename("allow_blob_public_access", "allow_nested_items_to_be_public"),
    ),
    "azurerm_key_vault": (Rename("enable_rbac_authorization", "rbac_authorization_enabled"),),
    "azurerm_redis_cache": (Rename("enable_non_ssl_port", "non_ssl_port_enabled"),),
    "azurerm_mysql_flexible_server": (
        Rename("public_network_access_enabled", "public_network_access", _SWITCH),
    ),
    "azurerm_cosmosdb_account": (_NO_LOCAL_AUTH,),
    "azurerm_application_insights": (
        _NO_LOCAL_AUTH,
        Rename("disable_ip_masking", "ip_masking_enabled", _opposite),
    ),
    "azurerm_log_analytics_workspace": (
        _NO_LOCAL_AUTH,
        Rename("internet_query_access_type", "internet_query_enabled", _SWITCHED),
        Rename("internet_ingestion_access_type", "internet_ingestion_enabled", _SWITCHED),
    ),
    "azurerm_mssql_server_extended_auditing_policy": (_AUDIT_ENDPOINT,),
    "azurerm_mssql_database_extended_auditing_policy": (_AUDIT_ENDPOINT,),
    "azurerm_mssql_server_security_alert_policy": (
        Rename("email_account_admins_enabled", "email_account_admins"),
    ),
    "azurerm_subnet": (
        Rename(
            "private_endpoint_network_policies_enabled",
            "private_endpoint_network_policies",
            _SWITCH,
        ),
        Rename(
            "enforce_private_link_endpoint_network_policies",
            "private_endpoint_network_policies",
            _choice({True: "Disabled", False: "Enabled"}),
        ),
    ),
    "azurerm_sentinel_alert_rule_scheduled": _INCIDENT,
    "azurerm_sentinel_alert_rule_nrt": _INCIDENT,
}


# --- shapes that changed --------------------------------------------------------------------


def _diagnostic_setting(body: Block) -> Block:
    """``log``/``metric`` blocks of v3 as ``enabled_log``/``enabled_metric``: off ones drop out."""
    for old, new in (("log", "enabled_log"), ("metric", "enabled_metric")):
        node = body.values.get(old)
        if node is None:
            continue
        values = dict(body.values)
        del values[old]
        if isinstance(node, tuple):
            written = tuple(block for block in map(_if_enabled, node) if block is not None)
            present = values.get(new)
            values[new] = written + (present if isinstance(present, tuple) else ())
        elif new not in values:
            values[new] = node
        body = replace(body, values=MappingProxyType(values))
    return body


def _if_enabled(block: Block) -> Block | None:
    enabled = block.get("enabled")
    values = {name: node for name, node in block.values.items() if name != "enabled"}
    if isinstance(enabled, Reference | Unresolvable):
        values = dict.fromkeys(values, Unresolvable("whether this log is enabled is not known"))
    elif as_terraform_reads(effective(enabled), sample=True) is False:  # v3 default: true
        return None
    return replace(block, values=MappingProxyType(values))


def _automation_rule(body: Block) -> Block:
    """``condition`` blocks of v3 as the ``condition_json`` that replaced them."""
    conditions = body.values.get("condition")
    if not isinstance(conditions, tuple) or not conditions:
        return body
    values = {name: node for name, node in body.values.items() if name != "condition"}
    if isinstance(values.get("condition_json", Omitted()), Omitted):
        values["condition_json"] = _condition_json(conditions)
    return replace(body, values=MappingProxyType(values))


def _condition_json(conditions: tuple[Block, ...]) -> Known | Unresolvable:
    rows: list[object] = []
    for block in conditions:
        fields = [block.get(name) for name in ("property", "operator", "values")]
        if not all(isinstance(field, Known) for field in fields):
            return Unresolvable("a condition of the automation rule is not known")
        name, operator, operands = (field.value for field in fields if isinstance(field, Known))
        properties = {
            "propertyName": name,
            "operator": operator,
            "propertyValues": list(operands) if isinstance(operands, tuple) else operands,
        }
        rows.append({"conditionType": "Property", "conditionProperties": properties})
    return Known(json.dumps(rows))


def _cosmos(body: Block) -> Block:
    """``ip_range_filter``, a comma-separated text in v3, as the set that v4 made of it."""
    node = body.values.get("ip_range_filter")
    if not isinstance(node, Known) or not isinstance(node.value, str):
        return body
    ranges = tuple(part.strip() for part in node.value.split(",") if part.strip())
    values = {**body.values, "ip_range_filter": replace(node, value=ranges)}
    return replace(body, values=MappingProxyType(values))


def _container(body: Block) -> Block:
    """A container that names its account by reference also has that account's id.

    ``storage_account_name = azurerm_storage_account.a.name`` (v3, deprecated in v4) says which
    account it is as surely as ``storage_account_id`` does; a literal name stays a name.
    """
    name = body.get("storage_account_name")
    if not isinstance(body.get("storage_account_id"), Omitted):
        return body
    if not isinstance(name, Reference) or name.attribute != "name" or name.suffix:
        return body
    account = Reference(name.to, text="${" + name.to + ".id}", also=name.also)
    return replace(body, values=MappingProxyType({**body.values, "storage_account_id": account}))


_REWRITES: Final[Mapping[str, Callable[[Block], Block]]] = {
    "azurerm_cosmosdb_account": _cosmos,
    "azurerm_monitor_diagnostic_setting": _diagnostic_setting,
    "azurerm_sentinel_automation_rule": _automation_rule,
    "azurerm_storage_container": _container,
    "azurerm_storage_queue": _container,
    "azurerm_storage_share": _container,
    "azurerm_storage_table": _container,
}
