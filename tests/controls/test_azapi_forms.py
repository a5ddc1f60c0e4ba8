"""The same shop in azurerm's and in ARM's own words: the same verdicts, whatever reads it."""

import shutil
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Outcome
from simulator.estate.reader import read_estate
from simulator.estate.sentinel import analytics_rules, automation_rules
from tests.controls.build import ESTATES
from tests.offline_plan.planning import needs_terraform

FORMS = ("azurerm", "azapi")
JUDGED = ("RESP-01", "RESP-03", "RESP-04")


def text(form: str) -> str:
    return (ESTATES / "azapi" / form / "main.tf").read_text(encoding="utf-8")


def outcomes(source: Path, reader: str = "auto") -> dict[str, Outcome]:
    estate = read_estate(str(source), reader=reader)
    return {control: assess(CONTROLS[control], estate).outcome for control in JUDGED}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("reader", ["hcl", pytest.param("plan", marks=needs_terraform)])
def test_the_whole_shop_passes_in_both_forms(form, reader):
    assert outcomes(ESTATES / "azapi" / form, reader) == dict.fromkeys(JUDGED, Outcome.PASSED)


def test_a_plan_alone_has_lost_the_same_in_both_forms(tmp_path):
    """Its JSON keeps no literal part of an id: what a setting stands on, and which rules start."""
    plans = [ESTATES / "azapi" / form / "plan.json" for form in FORMS]
    planned = [outcomes(Path(shutil.copy(plan, tmp_path))) for plan in plans]
    assert planned[0] == planned[1] == dict.fromkeys(JUDGED, Outcome.UNKNOWN)


OTHER = "/subscriptions/s/resourceGroups/g/providers/x/workspaces/other"
MASS = "azurerm_sentinel_alert_rule_scheduled.mass_read"
CLOSED = '{ properties = { allowBlobPublicAccess = false, publicNetworkAccess = "Disabled" } }'
NO_VALUE = 'variable "v" {}\n'
GAPS = [
    (
        "a category is off",
        "RESP-01",
        ('category_group = "audit"', 'category = "StorageRead"'),
        ('categoryGroup = "audit", enabled = true', 'categoryGroup = "audit", enabled = false'),
        Outcome.FAILED,
    ),
    (
        "whether a category is on is not known",
        "RESP-01",
        ('category_group = "audit"', "category_group = var.v"),
        ('categoryGroup = "audit", enabled = true', 'categoryGroup = "audit", enabled = var.v'),
        Outcome.UNKNOWN,
    ),
    (
        "the workspace is not known",
        "RESP-01",
        (
            "log_analytics_workspace_id = azurerm_log_analytics_workspace.sec.id",
            "log_analytics_workspace_id = var.v",
        ),
        ("workspaceId = azapi_resource.sec.id", "workspaceId = var.v"),
        Outcome.UNKNOWN,
    ),
    (
        "Sentinel is on nowhere",
        "RESP-03",
        (
            "  workspace_id = azurerm_log_analytics_workspace.sec.id",
            f'  workspace_id = "{OTHER}"',
        ),
        (
            'name      = "default"\n  parent_id = azapi_resource.sec.id',
            f'name      = "default"\n  parent_id = "{OTHER}"',
        ),
        Outcome.FAILED,
    ),
    (
        "a rule is off",
        "RESP-03",
        ('name                       = "mass-read"', 'enabled = false\n  name = "mass-read"'),
        (
            'one caller"\n      enabled             = true',
            'one caller"\n      enabled             = false',
        ),
        Outcome.FAILED,
    ),
    (
        "whether a rule is on is not known",
        "RESP-03",
        ('name                       = "mass-read"', 'enabled = var.v\n  name = "mass-read"'),
        (
            'one caller"\n      enabled             = true',
            'one caller"\n      enabled             = var.v',
        ),
        Outcome.UNKNOWN,
    ),
    (
        "a query leaves gaps",
        "RESP-03",
        ('query_period               = "PT1H"', 'query_period = "PT5M"'),
        ('queryPeriod         = "PT1H"', 'queryPeriod = "PT5M"'),
        Outcome.FAILED,
    ),
    (
        "a query is not known",
        "RESP-03",
        ("| where Reads > 500\n  KQL", "| where Reads > ${var.v}\n  KQL"),
        ("| where Reads > 500\n      KQL", "| where Reads > ${var.v}\n      KQL"),
        Outcome.UNKNOWN,
    ),
    (
        "automation is off",
        "RESP-04",
        ("  order                      = 1", "  order = 1\n  enabled = false"),
        ("isEnabled    = true", "isEnabled    = false"),
        Outcome.FAILED,
    ),
    (
        "automation is for another rule",
        "RESP-04",
        (
            f"azurerm_sentinel_alert_rule_nrt.unsigned_read.id,\n          {MASS}.id,",
            '"another",',
        ),
        ("[azapi_resource.unsigned_read.id, azapi_resource.mass_read.id]", '["another"]'),
        Outcome.FAILED,
    ),
    (
        "Sentinel may not run the playbook",
        "RESP-04",
        ('"Microsoft Sentinel Automation Contributor"', '"Reader"'),
        ("f4c81013-99ee-4d62-a7ee-b3f1f648599a", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
        Outcome.FAILED,
    ),
    (
        "the playbook may not change the account",
        "RESP-04",
        ('"Storage Account Contributor"', '"Reader"'),
        ("17d1049b-9a84-46fb-8f53-869881c3d3ab", "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
        Outcome.FAILED,
    ),
    (
        "what the playbook sends is not known",
        "RESP-04",
        (
            f"body           = {CLOSED}",
            "body           = var.v",
        ),
        (
            f"body           = {CLOSED}",
            "body           = var.v",
        ),
        Outcome.UNKNOWN,
    ),
]


@pytest.mark.parametrize("gap", GAPS, ids=[gap[0] for gap in GAPS])
def test_a_gap_is_the_same_gap_in_both_forms(gap, tmp_path):
    _, control, *changes, outcome = gap
    found = {}
    for form, (old, new) in zip(FORMS, changes, strict=True):
        assert old in text(form)
        (tmp_path / form).mkdir()
        changed = NO_VALUE + text(form).replace(old, new)
        (tmp_path / form / "main.tf").write_text(changed, encoding="utf-8")
        found[form] = outcomes(tmp_path / form, "hcl")[control]
    assert found == dict.fromkeys(FORMS, outcome)


def test_rules_have_the_same_values_in_both_forms():
    azurerm, azapi = (read_estate(str(ESTATES / "azapi" / form), reader="hcl") for form in FORMS)
    for name in (
        "display_name", "enabled", "severity", "query", "unreadable", "frequency", "period",
        "operator", "threshold", "creates_incident", "suppression", "alert_per_result", "entities",
    ):  # fmt: skip
        both = [
            {rule.kind: getattr(rule, name) for rule in analytics_rules(estate)}
            for estate in (azurerm, azapi)
        ]
        assert both[0] == both[1], name
    (one,), (other,) = automation_rules(azurerm), automation_rules(azapi)
    assert (one.order, one.enabled, one.expires) == (other.order, other.enabled, other.expires)
    assert one.playbooks == ("azurerm_logic_app_workflow.contain",)
    assert other.playbooks == ("azapi_resource.contain",)
