"""Microsoft.Logic and what playbooks go through: workflows, API connections, runbooks.

azurerm declares each trigger and action of a workflow on its own. Here the definition stays with
the workflow, as ``definition``, an argument that azurerm itself has not: it is read as the triggers
and actions that azurerm would declare. Properties: Azure REST API reference, Microsoft.Logic
2019-05-01, Microsoft.Web/connections 2016-06-01, Microsoft.Automation 2023-11-01.
"""

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    OPPOSITE,
    PARENT_NAME,
    Argument,
    Codec,
    Kind,
    OneOf,
    leaf,
    words,
)
from simulator.estate.arm.resource import ArmResource
from simulator.estate.document import as_json
from simulator.estate.model import UNSTATED, Block, Known, Node, Omitted, Value, freeze
from simulator.estate.workflow import DEFINITION

_STATE: Final = words(
    {"Enabled": True, "Completed": True, "Disabled": False, "Suspended": False, "Deleted": False}
)
_AUTOMATION: Final = "Microsoft.Automation/automationAccounts"


def _workflow(one: ArmResource) -> Mapping[str, Node]:
    """The definition, and its parameters with their values: texts, as azurerm has them."""
    definition = leaf(one.body, "properties.definition")
    made: dict[str, Node] = {} if definition is None else {DEFINITION: definition}
    declared = leaf(one.body, "properties.definition.parameters")
    if isinstance(declared, Block):
        made["workflow_parameters"] = _texts(declared)
    given = leaf(one.body, "properties.parameters")
    if isinstance(given, Block):
        values = {n: leaf(p, "value") for n, p in given.values.items() if isinstance(p, Block)}
        hidden = {n: p for n, p in given.values.items() if isinstance(p, Value)}
        made["parameters"] = _texts(Block({**hidden, **{n: v for n, v in values.items() if v}}))
    elif isinstance(given, Value) and given != Known(None):
        made["parameters"] = given
    return made


def _texts(block: Block) -> Block:
    return Block(MappingProxyType({name: _text(node) for name, node in block.values.items()}))


def _text(node: Node) -> Value:
    """A text as it is, anything else as JSON."""
    if isinstance(node, Known) and not isinstance(node.value, str):
        return as_json(node) if node.value is not None else Omitted()
    return node if isinstance(node, Value) else as_json(node)


def _json(value: object) -> object:
    """A variable is kept as JSON: a text in quotes."""
    try:
        return freeze(json.loads(value)) if isinstance(value, str) else UNSTATED
    except ValueError:
        return UNSTATED


def _variable(one: ArmResource) -> str | None:
    """The kind of a variable by its value; an encrypted one, which no answer shows, is a text."""
    value = leaf(one.body, "properties.value")
    if value is None or value == Known(None):
        return f"{_VARIABLE}_string"
    if not isinstance(value, Known):
        return None
    kept = _json(value.value)
    found = {bool: "bool", int: "int", str: "string"}.get(type(kept))
    if isinstance(kept, str) and kept.startswith("/Date("):
        found = "datetime"
    return f"{_VARIABLE}_{found}" if found else None


_VARIABLE: Final = "azurerm_automation_variable"

LOGIC: Final = (
    Kind(
        "Microsoft.Logic/workflows",
        "azurerm_logic_app_workflow",
        (
            Argument("enabled", "properties.state", _STATE, default=True),
            Argument(
                "access_control.trigger.allowed_caller_ip_address_range",
                "properties.accessControl.triggers.allowedCallerIpAddresses",
                each="addressRange",
            ),
            Argument(
                "access_control.action.allowed_caller_ip_address_range",
                "properties.accessControl.actions.allowedCallerIpAddresses",
                each="addressRange",
            ),
            Argument(
                "access_control.content.allowed_caller_ip_address_range",
                "properties.accessControl.contents.allowedCallerIpAddresses",
                each="addressRange",
            ),
            Argument("logic_app_integration_account_id", "properties.integrationAccount.id"),
        ),
        more=_workflow,
    ),
    Kind(
        "Microsoft.Web/connections",
        "azurerm_api_connection",
        (
            Argument("managed_api_id", "properties.api.id"),
            Argument("display_name", "properties.displayName"),
            Argument("parameter_values", "properties.parameterValues", sensitive=True),
        ),
    ),
    Kind(
        _AUTOMATION,
        "azurerm_automation_account",
        (
            Argument("sku_name", "properties.sku.name"),
            Argument("public_network_access_enabled", "properties.publicNetworkAccess"),
            Argument("local_authentication_enabled", "properties.disableLocalAuth", OPPOSITE),
        ),
    ),
    Kind(
        f"{_AUTOMATION}/runbooks",
        "azurerm_automation_runbook",
        (
            Argument("automation_account_name", PARENT_NAME),
            Argument("runbook_type", "properties.runbookType"),
            Argument("description", "properties.description"),
            Argument("log_verbose", "properties.logVerbose"),
            Argument("log_progress", "properties.logProgress"),
            Argument("publish_content_link.uri", "properties.publishContentLink.uri"),
        ),
    ),
    Kind(
        f"{_AUTOMATION}/webhooks",
        "azurerm_automation_webhook",
        (
            Argument("automation_account_name", PARENT_NAME),
            Argument("enabled", "properties.isEnabled"),
            Argument("expiry_time", "properties.expiryTime"),
            Argument("runbook_name", "properties.runbook.name"),
            Argument("uri", "properties.uri", sensitive=True),
        ),
    ),
    Kind(
        f"{_AUTOMATION}/variables",
        OneOf(tuple(f"{_VARIABLE}_{t}" for t in ("string", "bool", "int", "datetime")), _variable),
        (
            Argument("automation_account_name", PARENT_NAME),
            Argument("description", "properties.description"),
            Argument("encrypted", "properties.isEncrypted"),
            Argument("value", "properties.value", Codec(_json), sensitive=True),
        ),
    ),
)
