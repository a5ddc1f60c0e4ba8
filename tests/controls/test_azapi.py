"""The same estate in azapi's words and in azurerm's: one verdict, each told to its author."""

import pytest

from simulator.controls.azapi import in_azapi_words
from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Finding, Outcome, Verdict
from simulator.estate.azapi import with_azapi
from simulator.estate.hcl import read_hcl
from simulator.estate.joined import join
from simulator.estate.model import Estate, Known
from simulator.estate.plan import read_plan
from tests.controls.build import ESTATES, ORIGIN, estate, from_azapi, id_of, resource

_HERE = ESTATES / "azapi-data"
READERS = pytest.mark.parametrize("reader", ["hcl", "plan", "plan with its HCL"])
JUDGED = pytest.mark.parametrize("control", ["DATA-01", "DATA-03", "DATA-07"])


def read(provider: str, reader: str) -> Estate:
    directory = _HERE / provider
    if reader == "hcl":
        return read_hcl(directory)
    planned = read_plan(directory / "plan.json")
    return planned if reader == "plan" else join(planned, read_hcl(directory))


def about(verdict: Verdict) -> set[tuple[str, str, str]]:
    """What findings are about, how bad and how sure, in words that both providers share."""
    return {
        (f.address.partition(".")[2], f.severity, "unknown" if f.unknown else "wrong")
        for f in verdict.findings
    }


@JUDGED
@READERS
def test_azapi_and_azurerm_get_the_same_verdict(control: str, reader: str) -> None:
    by_azapi, by_azurerm = (
        assess(CONTROLS[control], read(provider, reader)) for provider in ("azapi", "azurerm")
    )
    assert by_azapi.outcome is by_azurerm.outcome is Outcome.FAILED
    if reader != "plan":  # a plan has lost which part of the site an update changes
        assert about(by_azapi) == about(by_azurerm)
        assert len(by_azapi.findings) == len(by_azurerm.findings)


@JUDGED
@READERS
def test_findings_about_azapi_s_resources_are_in_azapi_s_words(control: str, reader: str) -> None:
    verdict = assess(CONTROLS[control], read("azapi", reader))
    assert {f.attribute.partition(".")[0] for f in verdict.findings} == {"body"}
    assert not any("azurerm" in f.remedy for f in verdict.findings if "Vault" not in f.remedy)


def test_a_remedy_is_written_as_the_body_sends_it() -> None:
    verdict = assess(CONTROLS["DATA-03"], read("azapi", "hcl"))
    remedies = {f.attribute: f.remedy for f in verdict.findings}
    assert remedies["body.properties.supportsHttpsTrafficOnly"] == "supportsHttpsTrafficOnly = true"
    assert remedies["body.properties.siteConfig.minTlsVersion"] == 'minTlsVersion = "1.2"'
    vault = {
        f.attribute: f.remedy for f in assess(CONTROLS["DATA-07"], read("azapi", "hcl")).findings
    }
    assert vault["body.properties.enablePurgeProtection"] == "enablePurgeProtection = true"


def test_what_a_plan_lost_is_not_taken_for_known() -> None:
    verdict = assess(CONTROLS["DATA-03"], read("azapi", "plan"))
    tls = "body.properties.siteConfig.minTlsVersion"
    (found,) = (f for f in verdict.findings if f.attribute == tls)
    assert found.unknown
    assert "azapi_update_resource.tls" in found.actual


def told(made: Estate, attribute: str, remedy: str) -> Finding:
    found = Finding("azapi_resource.a", ORIGIN, attribute, "", "", "", remedy)
    (one,) = in_azapi_words(made, Verdict("X", Outcome.FAILED, (found,))).findings
    return one


IMMUTABLE = "body.properties.immutableStorageWithVersioning.immutabilityPolicy"
ACCOUNT = from_azapi(
    resource("azapi_resource.a", type="Microsoft.Storage/storageAccounts@2023-05-01", body={})
)


@pytest.mark.parametrize(
    ("attribute", "remedy", "property_", "sent"),
    [
        (
            "network_rules.ip_rules",
            'ip_rules = ["203.0.113.0/24"]',
            "body.properties.networkAcls.ipRules",
            'ipRules = [{ value = "203.0.113.0/24" }]',
        ),
        (
            "public_network_access_enabled",
            "public_network_access_enabled = false",
            "body.properties.publicNetworkAccess",
            'publicNetworkAccess = "Disabled"',
        ),
        (
            "network_rules",
            "keep one of them, or public_network_access_enabled = false",
            "body.properties.networkAcls",
            'keep one of them, or publicNetworkAccess = "Disabled"',
        ),
        (
            "allow_nested_items_to_be_public",
            "write it out: allow_nested_items_to_be_public = false",
            "body.properties.allowBlobPublicAccess",
            "write it out: allowBlobPublicAccess = false",
        ),
        (
            "blob_properties.versioning_enabled",
            "versioning_enabled = true",
            "body.properties.isVersioningEnabled of Microsoft.Storage/storageAccounts/blobServices",
            "isVersioningEnabled = true",
        ),
        (
            "immutability_policy",
            'immutability_policy { state = "Locked" }',
            IMMUTABLE,
            f'immutability_policy {{ state = "Locked" }}, as {IMMUTABLE}',
        ),
        (
            "account_tier",
            'account_tier = "Premium"',
            "body.sku.name",
            'account_tier = "Premium", as body.sku.name',
        ),
        ("diagnostic_setting", "declare one", "diagnostic_setting", "declare one"),
    ],
)
def test_each_kind_of_finding_is_told_to_its_author(
    attribute: str, remedy: str, property_: str, sent: str
) -> None:
    found = told(ACCOUNT, attribute, remedy)
    assert (found.attribute, found.remedy) == (property_, sent)


def test_findings_about_azurerm_s_own_resources_stay_as_they_are() -> None:
    own = estate(resource("azurerm_storage_account.a"))
    found = Finding("azurerm_storage_account.a", ORIGIN, "min_tls_version", "", "", "", "x = 1")
    verdict = Verdict("X", Outcome.FAILED, (found,))
    assert in_azapi_words(own, verdict) == verdict


def test_an_update_of_an_azurerm_account_is_judged_and_told_as_azurerm_s() -> None:
    account = resource(
        "azurerm_storage_account.a",
        allow_nested_items_to_be_public=True,
        public_network_access_enabled=False,
    )
    update = resource(
        "azapi_update_resource.u",
        type="Microsoft.Storage/storageAccounts@2023-05-01",
        resource_id=id_of("azurerm_storage_account.a", suffix=""),
        body={"properties": {"allowBlobPublicAccess": False}},
    )
    changed = with_azapi(estate(account, update))
    (told_account,) = changed.of_type("azurerm_storage_account")
    assert told_account.get("allow_nested_items_to_be_public") == Known(False)
    assert assess(CONTROLS["DATA-01"], changed).outcome is Outcome.PASSED
