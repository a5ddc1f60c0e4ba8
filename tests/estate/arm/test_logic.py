"""Workflows, API connections and runbooks as Azure answers them."""

import json

import pytest

from simulator.estate.model import Known
from tests.estate.arm.answers import GROUP, SUBSCRIPTION, flat, told, unheard

API = f"{SUBSCRIPTION}/providers/Microsoft.Web/locations/westus/managedApis/azuresentinel"
CONNECTION = f"{GROUP}/providers/Microsoft.Web/connections/sentinel"
ACCOUNT = f"{GROUP}/providers/Microsoft.Automation/automationAccounts/aa"
ACTION = {"type": "Http", "inputs": {"method": "GET", "uri": "https://example.com"}}
CONNECTIONS = {
    "azuresentinel": {
        "connectionId": CONNECTION,
        "connectionProperties": {"authentication": {"type": "ManagedServiceIdentity"}},
        "id": API,
    }
}
WORKFLOW = {
    "id": f"{GROUP}/providers/Microsoft.Logic/workflows/contain",
    "location": "westus",
    "identity": {"type": "SystemAssigned", "principalId": "p1", "tenantId": "t1"},
    "properties": {
        "provisioningState": "Succeeded",
        "state": "Disabled",
        "version": "08584",
        "accessEndpoint": "https://prod-01.westus.logic.azure.com:443/workflows/x",
        "accessControl": {
            "triggers": {"allowedCallerIpAddresses": [{"addressRange": "192.0.2.0/24"}]}
        },
        "definition": {
            "$schema": "https://schema.management.azure.com/x#",
            "contentVersion": "1.0.0.0",
            "parameters": {"$connections": {"defaultValue": {}, "type": "Object"}},
            "triggers": {"Incident": {"type": "ApiConnectionWebhook"}},
            "actions": {"Get": ACTION},
        },
        "parameters": {
            "$connections": {"value": CONNECTIONS},
            "account": {"value": "stshop"},
            "days": {"value": 3},
        },
    },
}


def test_a_workflow_keeps_its_definition():
    made = told(WORKFLOW)
    assert made.type == "azurerm_logic_app_workflow"
    assert made.get("enabled") == Known(value=False)
    assert made.get("identity.type") == Known("SystemAssigned")
    assert made.get("identity.principal_id") == Known("p1")
    assert made.get("definition.actions.Get.inputs.method") == Known("GET")
    ranges = made.get("access_control.trigger.allowed_caller_ip_address_range")
    assert ranges == Known(("192.0.2.0/24",))
    parameters = made.entries("parameters")
    assert json.loads(parameters["$connections"].value) == CONNECTIONS
    assert (parameters["account"], parameters["days"]) == (Known("stshop"), Known("3"))
    declared = made.entries("workflow_parameters")["$connections"]
    assert json.loads(declared.value) == {"defaultValue": {}, "type": "Object"}
    assert unheard(made) == set()


@pytest.mark.parametrize(
    ("answer", "type_", "expected"),
    [
        (
            {
                "id": CONNECTION,
                "kind": "V1",
                "properties": {
                    "displayName": "sentinel",
                    "overallStatus": "Ready",
                    "parameterValueType": "Alternative",
                    "alternativeParameterValues": {},
                    "api": {"name": "azuresentinel", "displayName": "Sentinel", "id": API},
                },
            },
            "azurerm_api_connection",
            {"managed_api_id": API, "display_name": "sentinel"},
        ),
        (
            {
                "id": ACCOUNT,
                "properties": {
                    "sku": {"name": "Basic", "capacity": None},
                    "state": "Ok",
                    "publicNetworkAccess": False,
                    "disableLocalAuth": True,
                },
            },
            "azurerm_automation_account",
            {
                "sku_name": "Basic",
                "public_network_access_enabled": False,
                "local_authentication_enabled": False,
            },
        ),
        (
            {
                "id": f"{ACCOUNT}/runbooks/contain",
                "properties": {
                    "runbookType": "PowerShell72",
                    "state": "Published",
                    "description": None,
                    "logVerbose": False,
                    "logProgress": True,
                },
            },
            "azurerm_automation_runbook",
            {
                "automation_account_name": "aa",
                "runbook_type": "PowerShell72",
                "log_verbose": False,
                "log_progress": True,
            },
        ),
        (
            {
                "id": f"{ACCOUNT}/webhooks/w",
                "properties": {
                    "isEnabled": True,
                    "uri": None,
                    "expiryTime": "2027-03-29T22:18:13Z",
                    "runbook": {"name": "contain"},
                },
            },
            "azurerm_automation_webhook",
            {
                "automation_account_name": "aa",
                "enabled": True,
                "expiry_time": "2027-03-29T22:18:13Z",
                "runbook_name": "contain",
            },
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_of_azure_is_that_azurerm_resource(answer, type_, expected):
    made = told(answer)
    assert made.type == type_
    assert flat(made) == expected
    assert unheard(made) == set()


def test_what_a_connection_is_given_stays_secret():
    made = told({"id": CONNECTION, "properties": {"parameterValues": {"apiKey": "k"}}})
    assert made.entries("parameter_values")["apiKey"] == Known("k", sensitive=True)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ('"AccountKey=k"', "string", "AccountKey=k"),
        ("true", "bool", True),
        ("7", "int", 7),
        (r'"\/Date(1700000000000)\/"', "datetime", "/Date(1700000000000)/"),
    ],
)
def test_a_variable_is_of_the_kind_of_its_value(value, kind, expected):
    made = told(
        {"id": f"{ACCOUNT}/variables/v", "properties": {"value": value, "isEncrypted": False}}
    )
    assert made.type == f"azurerm_automation_variable_{kind}"
    assert made.get("value") == Known(expected, sensitive=True)
    assert flat(made)["automation_account_name"] == "aa"
    assert unheard(made) == set()


def test_an_encrypted_variable_shows_no_value():
    made = told(
        {"id": f"{ACCOUNT}/variables/v", "properties": {"value": None, "isEncrypted": True}}
    )
    assert made.type == "azurerm_automation_variable_string"
    assert "value" not in made.body.values
    assert made.get("encrypted") == Known(value=True)


@pytest.mark.parametrize("value", ["{", '{"a": 1}', "[1]"])
def test_a_variable_that_is_an_object_or_no_json_is_not_read(value):
    made = told({"id": f"{ACCOUNT}/variables/v", "properties": {"value": value}})
    assert made.type == "azapi_resource"
