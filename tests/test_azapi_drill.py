"""A shop whose detection azapi declares is drilled as one that azurerm declares."""

from datetime import timedelta
from pathlib import Path

import pytest

from simulator.attacks.catalogue import ATTACKS
from simulator.drill import NotDrillable, run_drill
from simulator.estate.reader import read_estate
from simulator.profile import load_profile
from simulator.timeline import Basis, Kind

WATCHED = Path(__file__).parents[1] / "fixtures/estates/drills/watched/main.tf"
DETECTION = """
resource "azapi_resource" "security" {
  type      = "Microsoft.SecurityInsights/onboardingStates@2023-11-01"
  name      = "default"
  parent_id = azurerm_log_analytics_workspace.security.id
  body      = { properties = {} }
}

resource "azapi_resource" "blobs" {
  type      = "Microsoft.Insights/diagnosticSettings@2021-05-01-preview"
  name      = "audit"
  parent_id = "${azurerm_storage_account.customer.id}/blobServices/default"
  body = {
    properties = {
      workspaceId = azurerm_log_analytics_workspace.security.id
      logs        = [{ categoryGroup = "audit", enabled = true }]
    }
  }
}

resource "azapi_resource" "anonymous_read" {
  type      = "Microsoft.SecurityInsights/alertRules@2023-12-01-preview"
  name      = "anonymous-read"
  parent_id = azurerm_log_analytics_workspace.security.id
  body = {
    kind = "NRT"
    properties = {
      displayName           = "Anonymous read"
      enabled               = ENABLED
      severity              = "High"
      suppressionDuration   = "PT5H"
      suppressionEnabled    = false
      eventGroupingSettings = { aggregationKind = "SingleAlert" }
      query                 = <<-KQL
        StorageBlobLogs
        | where AuthenticationType == "Anonymous" and OperationName == "GetBlob"
        | where StatusText endswith "Success"
        | extend Ip = tostring(split(CallerIpAddress, ":")[0])
        | summarize Reads = count() by Ip, AccountName
      KQL
      entityMappings = [{
        entityType    = "IP"
        fieldMappings = [{ identifier = "Address", columnName = "Ip" }]
      }]
    }
  }
}
"""


def drill(directory: Path, enabled: str):
    shop = WATCHED.read_text(encoding="utf-8").partition(
        'resource "azurerm_sentinel_log_analytics_workspace_onboarding"'
    )[0]
    text = shop + DETECTION.replace("ENABLED", enabled)
    (directory / "main.tf").write_text(text, encoding="utf-8")
    estate = read_estate(str(directory), reader="hcl")
    found = run_drill(
        estate, ATTACKS["public-container"], load_profile(), seed=1, window=timedelta(hours=72)
    )
    assert not isinstance(found, NotDrillable)
    return found


def test_a_rule_that_azapi_declares_sees_the_leak(tmp_path):
    alert = drill(tmp_path, "true").timeline.first(Kind.ALERT)
    assert alert is not None
    assert "Anonymous read" in alert.what
    assert "azapi_resource.anonymous_read" in alert.declared
    assert alert.basis is Basis.MEASURED


@pytest.mark.parametrize(
    ("enabled", "why"),
    [("false", "rule Anonymous read is disabled"), ("var.on", "enabled is not known")],
)
def test_a_rule_that_is_off_or_may_be_sees_nothing(tmp_path, enabled, why):
    found = drill(tmp_path, enabled)
    assert found.timeline.first(Kind.ALERT) is None
    assert any(why in reason for reason in found.reasons)
