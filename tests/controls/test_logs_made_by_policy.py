"""RESP-01 where nobody declares a diagnostic setting and an assigned policy might make it."""

import pytest

from simulator.controls.data_store_logs.control import RESP_01
from simulator.controls.verdict import Outcome
from simulator.estate.model import Unresolvable
from tests.controls.build import estate, id_of, resource, wrong
from tests.estate.policy.declared import BLOB_LOGS, INHERIT_TAG, SETS, SUBSCRIPTION, definition
from tests.estate.policy.declared import assignment as assigned

A, P = "azurerm_storage_account.a", "azurerm_subscription_policy_assignment.a"
GROUP = resource("azurerm_resource_group.data", name="rg-data", location="westus2")
OTHER = resource("azurerm_resource_group.other", name="rg-other", location="westus2")
ACCOUNT = resource(A, name="sta", resource_group_name="rg-data", location="westus2")
VAULT = resource("azurerm_key_vault.v", name="v", resource_group_name="rg-data")
IDENTITY = [{"type": "SystemAssigned"}]
AUDIT, ALL_LOGS = "f5b29bc4-feca-4cc6-a58a-772dd5e290a5", "0884adba-2312-4468-abeb-5422caed1038"
SETTINGS = "Microsoft.Insights/diagnosticSettings"


def repairing(policy=BLOB_LOGS, **values):
    return assigned(policy, **{"location": "westus2", "identity": IDENTITY, **values})


def grant(role, scope=SUBSCRIPTION, principal=P):
    return resource(
        f"azurerm_role_assignment.{role.split()[0].lower()}",
        scope=scope,
        role_definition_name=role,
        principal_id=id_of(principal, "identity[0].principal_id"),
    )


GRANTS = [grant("Monitoring Contributor"), grant("Log Analytics Contributor")]


def assess(*resources):
    return RESP_01.assess(estate(GROUP, OTHER, *resources))


def told(*resources, of=A):
    verdict = assess(*resources)
    assert verdict.outcome is Outcome.FAILED
    return next(f.actual for f in verdict.findings if f.address == of)


def test_a_policy_that_can_work_leaves_it_unknown_and_is_never_a_pass():
    verdict = assess(ACCOUNT, repairing(), *GRANTS)
    assert wrong(verdict, unknown=True) == {(A, "diagnostic_setting")}
    assert verdict.outcome is Outcome.UNKNOWN
    assert verdict.findings[0].actual == (
        f"blobServices: only {P} may make the setting, once it has run"
    )
    assert "or the subscription itself (azure:SUBSCRIPTION_ID)" in verdict.findings[0].remedy


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"enforce": False}, "enforce: false"),
        ({"identity": []}, "identity: none"),
        ({"location": None}, "location: "),
        ({"parameters": {"effect": "AuditIfNotExists"}}, "parameters: the effect of"),
        ({"parameters": {"effect": "Disabled"}}, "is disabled (set in parameters)"),
        ({"overrides": [{"value": "Disabled"}]}, "overrides: the effect of"),
        ({"not_scopes": [f"{SUBSCRIPTION}/resourceGroups/rg-data"]}, "not_scopes: "),
        (
            {
                "resource_selectors": [
                    {"selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}
                ]
            },
            "resource_selectors: selectors that do not select it",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_assignment_that_cannot_work_is_no_doubt_and_the_finding_says_why(values, why):
    actual = told(ACCOUNT, repairing(**values), *GRANTS)
    assert actual.startswith(f"blobServices: no diagnostic setting, and {P} cannot make one (")
    assert why in actual


@pytest.mark.parametrize(
    ("grants", "why"),
    [
        ([], "no grant of Monitoring Contributor, Log Analytics Contributor"),
        (GRANTS[:1], "no grant of Log Analytics Contributor"),
        (
            [grant("Monitoring Contributor", id_of(OTHER.address)),
             grant("Log Analytics Contributor", id_of(OTHER.address))],
            f"its roles are granted, but not on {A}",
        ),
        (
            [grant("Monitoring Contributor", principal="azurerm_user_assigned_identity.x"),
             GRANTS[1]],
            "no grant of Monitoring Contributor",
        ),
    ],
)  # fmt: skip
def test_without_the_roles_of_its_definition_an_assignment_makes_nothing(grants, why):
    assert f"(role_assignment: {why})" in told(ACCOUNT, repairing(), *grants)


def test_an_exemption_takes_the_store_out():
    exempt = resource(
        "azurerm_resource_group_policy_exemption.x",
        name="x",
        exemption_category="Waiver",
        policy_assignment_id=id_of(P),
        resource_group_id=id_of(GROUP.address),
    )
    actual = told(ACCOUNT, repairing(), *GRANTS, exempt)
    assert f"{exempt.address}, exemption_category" in actual
    ended = {**exempt.body.values, "expires_on": "2020-01-01"}
    over = resource(exempt.address, **ended)
    assert assess(ACCOUNT, repairing(), *GRANTS, over).outcome is Outcome.UNKNOWN


def test_an_assignment_of_another_group_is_not_about_the_store():
    away = repairing(level="resource_group", scope=id_of(OTHER.address))
    here = repairing(level="resource_group", scope=id_of(GROUP.address))
    grants = [grant("Owner", principal=here.address)]
    assert told(ACCOUNT, away, *grants) == "blobServices: no diagnostic setting"
    assert assess(ACCOUNT, here, *grants).outcome is Outcome.UNKNOWN


def test_a_policy_that_sends_metrics_alone_makes_no_log():
    metrics = repairing(parameters={"logsEnabled": False})
    on_account = repairing("59759c62-9a22-4cdf-ae64-074495983fef")
    assert told(ACCOUNT, metrics, *GRANTS) == "blobServices: no diagnostic setting"
    assert told(ACCOUNT, on_account, *GRANTS) == "blobServices: no diagnostic setting"


def test_each_sub_service_has_a_policy_of_its_own():
    share = resource("azurerm_storage_share.s", name="s", storage_account_id=id_of(A))
    assert told(ACCOUNT, share, repairing(), *GRANTS) == "fileServices: no diagnostic setting"
    files = repairing("25a70cc8-2bd4-47f1-90b6-1478e4662c96", name="files")
    both = [*GRANTS, *(grant("Owner", principal=files.address),)]
    assert assess(ACCOUNT, share, repairing(), files, *both).outcome is Outcome.UNKNOWN


def test_the_assignment_that_comes_nearest_counts():
    hindered = repairing(name="hindered", enforce=False)
    assert assess(ACCOUNT, hindered, repairing(), *GRANTS).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("initiative", [AUDIT, ALL_LOGS])
def test_the_built_in_initiatives_have_vaults_in_them_and_no_storage(initiative):
    made = [repairing(f"{SETS}/{initiative}"), grant("Log Analytics Contributor")]
    verdict = assess(ACCOUNT, VAULT, *made)
    assert wrong(verdict) == {(A, "diagnostic_setting")}
    assert wrong(verdict, unknown=True) == {(VAULT.address, "diagnostic_setting")}


def test_an_initiative_that_is_narrowed_to_other_kinds_makes_nothing_here():
    narrowed = repairing(
        f"{SETS}/{AUDIT}", parameters={"resourceTypeList": ["microsoft.search/searchservices"]}
    )
    actual = told(VAULT, narrowed, grant("Log Analytics Contributor"), of=VAULT.address)
    assert "is disabled (set in parameters)" in actual
    lost = repairing(f"{SETS}/{AUDIT}", parameters={"resourceTypeList": ["${azurerm_x.y.type}"]})
    assert assess(VAULT, lost, grant("Log Analytics Contributor")).outcome is Outcome.UNKNOWN


def test_a_cluster_has_no_audit_group_and_is_only_in_the_other_initiative():
    cluster = resource("azurerm_kubernetes_cluster.k", name="k", resource_group_name="rg-data")
    role = grant("Log Analytics Contributor")
    assert told(cluster, repairing(f"{SETS}/{AUDIT}"), role, of=cluster.address) == (
        "no diagnostic setting"
    )
    assert assess(cluster, repairing(f"{SETS}/{ALL_LOGS}"), role).outcome is Outcome.UNKNOWN


def test_the_policy_for_one_kind_may_be_assigned_alone():
    vaults = repairing("6B359D8F-f88d-4052-aa7c-32015963ecc1")
    assert assess(VAULT, vaults, grant("Log Analytics Contributor")).outcome is Outcome.UNKNOWN
    search = resource("azurerm_search_service.s", name="s", resource_group_name="rg-data")
    assert assess(search, vaults, *GRANTS).outcome is Outcome.FAILED


def own(details, sees="All", type_="Microsoft.Storage/storageAccounts"):
    return definition(
        {"field": "type", "equals": type_},
        effect="deployIfNotExists",
        details={"type": SETTINGS, "roleDefinitionIds": [], **details},
        sees=sees,
    )


def test_a_template_on_the_account_may_reach_its_services():
    mine = repairing(id_of("azurerm_policy_definition.d"))
    reaching = own({"deployment": "…/blobServices/default/providers/diagnosticSettings"})
    assert assess(ACCOUNT, mine, reaching).outcome is Outcome.UNKNOWN
    assert told(ACCOUNT, mine, own({})) == "blobServices: no diagnostic setting"
    part = "Microsoft.Storage/storageAccounts/blobServices"
    assert assess(ACCOUNT, mine, own({}, type_=part)).outcome is Outcome.UNKNOWN
    assert told(ACCOUNT, mine, own({}, "Indexed", part)) == "blobServices: no diagnostic setting"


@pytest.mark.parametrize(
    "policy",
    [Unresolvable("var.policy has no value"), "11111111-2222-3333-4444-555555555555"],
    ids=["unresolvable", "not known here"],
)
def test_a_policy_that_cannot_be_read_may_be_the_one_if_it_repairs_anything(policy):
    assert assess(ACCOUNT, repairing(policy)).outcome is Outcome.UNKNOWN
    assert "identity: none" in told(ACCOUNT, assigned(policy))
    audits = repairing(policy, parameters={"effect": "Audit"})
    assert told(ACCOUNT, audits) == "blobServices: no diagnostic setting"


def test_a_policy_about_something_else_is_no_doubt():
    assert told(ACCOUNT, repairing(INHERIT_TAG), *GRANTS) == "blobServices: no diagnostic setting"
