"""DATA-10: what a transformation lets through, when sample rows are run through it."""

import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.registry import assess
from simulator.controls.telemetry_redaction.control import DATA_10
from simulator.controls.telemetry_redaction.dialect import in_engine_words, refusals
from simulator.controls.telemetry_redaction.inspection import inspect
from simulator.controls.telemetry_redaction.payment_data import CARDS, TOKENS, found_in, secrets
from simulator.controls.telemetry_redaction.samples import MARK, MARKED, TABLES, sample_rows
from simulator.controls.verdict import Outcome
from simulator.estate.hcl import read_hcl
from simulator.estate.model import LIVE
from tests.controls.build import (
    SOMETHING,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

PATTERN = r"(?:\d(?:%20|[ +.-])?){13,19}|(?:tok|pm|card|src)_[A-Za-z0-9]+"
APP, WORKSPACE, RULE = (
    "azurerm_application_insights.checkout",
    "azurerm_log_analytics_workspace.shop",
    "azurerm_monitor_data_collection_rule.redaction",
)
RULE_ID = (
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Insights/dataCollectionRules/redaction"
)


def hiding(*columns: str) -> str:
    texts = (f"{c} = iif({c} matches regex @'{PATTERN}', '', {c})" for c in columns)
    more = f"Properties = parse_json(replace(@'{PATTERN}', '*', tostring(Properties)))"
    return f"source | extend {', '.join(texts)}, {more}"


GOOD = {
    "AppTraces": hiding("Message", "OperationName"),
    "AppRequests": hiding("Url", "Name", "OperationName"),
    "AppDependencies": hiding("Data", "Name", "OperationName"),
    "AppExceptions": hiding("Message", "OuterMessage", "InnermostMessage", "OperationName")
    + " | project-away Details",
    "AppEvents": hiding("Name", "OperationName"),
    "AppPageViews": hiding("Url", "Name", "OperationName"),
    "AppBrowserTimings": hiding("Url", "Name", "OperationName"),
}


def flow(table, transform, **values):
    body = {"streams": [f"Microsoft-Table-{table}"], "destinations": ["shop"], **values}
    return body if transform is None else {**body, "transform_kql": transform}


def rule(flows=None, **values):
    given = {
        "name": "redaction",
        "kind": "WorkspaceTransforms",
        "destinations": [
            {"log_analytics": [{"name": "shop", "workspace_resource_id": id_of(WORKSPACE)}]}
        ],
        "data_flow": [flow(t, kql) for t, kql in {**GOOD, **(flows or {})}.items() if kql != ""],
    }
    return resource(RULE, **{**given, **values})


def workspace(**values):
    return resource(WORKSPACE, **{"name": "shop", "data_collection_rule_id": id_of(RULE), **values})


def component(**values):
    given = {
        "workspace_id": id_of(WORKSPACE),
        "local_authentication_enabled": False,
        "ip_masking_enabled": True,
    }
    return resource(APP, **{**given, **values})


def shop(**changes):
    parts = {"component": component(), "workspace": workspace(), "rule": rule(), **changes}
    return estate(*(part for part in parts.values() if part is not None))


def verdict_of(held):
    return assess(DATA_10, held)


# --- the estate -----------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["hcl", "plan"])
@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ("pass", Outcome.PASSED),
        ("fail", Outcome.FAILED),
        ("absent", Outcome.NOT_APPLICABLE),
    ],
)
def test_the_small_estates(case, outcome, reader):
    assert verdict_of(declared("DATA-10", case, reader)).outcome is outcome


@pytest.mark.parametrize("reader", ["hcl", "plan"])
def test_what_is_wrong_with_the_failing_one(reader):
    gateway = "azurerm_api_management_diagnostic.insights"
    verdict = verdict_of(declared("DATA-10", "fail", reader))
    assert wrong(verdict) == {
        (APP, "local_authentication_enabled"),
        (APP, "ip_masking_enabled"),
        *(
            (RULE, f"data_flow.{table}")
            for table in ("AppTraces", "AppRequests", "AppDependencies", "AppExceptions")
        ),
        (RULE, "data_flow.AppEvents"),
        (gateway, "frontend_request.body_bytes"),
        (gateway, "frontend_request.headers_to_log"),
    }
    assert not wrong(verdict, unknown=True)


def test_a_shop_that_redacts_everything_passes_and_says_what_it_leaves():
    verdict = verdict_of(shop())
    assert verdict.outcome is Outcome.PASSED, verdict.findings
    assert set(verdict.looked_at) == {APP, WORKSPACE, RULE}
    (note,) = verdict.notes
    assert "tokens of Adyen" in note
    assert "Stripe" not in note


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_forgotten_leaks(table):
    """A transformation of AppTraces alone leaves the tokens in AppRequests.Url."""
    verdict = verdict_of(shop(rule=rule({table: ""})))
    assert wrong(verdict) == {(RULE, f"data_flow.{table}")}


def test_a_rule_that_no_workspace_names_does_nothing():
    verdict = verdict_of(shop(workspace=resource(WORKSPACE, name="shop")))
    assert wrong(verdict) == {(WORKSPACE, "data_collection_rule_id")}
    assert RULE in verdict.findings[0].actual


def test_a_link_by_literal_id_counts():
    assert verdict_of(shop(workspace=workspace(data_collection_rule_id=RULE_ID))).outcome is (
        Outcome.PASSED
    )


def test_a_link_by_azapi_update_counts_and_without_it_nobody_knows():
    ignoring = resource(
        WORKSPACE, name="shop", lifecycle=[{"ignore_changes": ["data_collection_rule_id"]}]
    )
    link = resource(
        "azapi_update_resource.link",
        type="Microsoft.OperationalInsights/workspaces@2023-09-01",
        resource_id=id_of(WORKSPACE, suffix=""),
        body={"properties": {"defaultDataCollectionRuleResourceId": id_of(RULE, suffix="")}},
    )
    assert verdict_of(from_azapi(component(), ignoring, rule(), link)).outcome is Outcome.PASSED
    verdict = verdict_of(estate(component(), ignoring, rule()))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(WORKSPACE, "data_collection_rule_id")}


def test_an_azapi_update_of_an_unknown_workspace_may_be_the_link():
    link = resource(
        "azapi_update_resource.link",
        type="Microsoft.OperationalInsights/workspaces@2023-09-01",
        resource_id=SOMETHING,
    )
    verdict = verdict_of(estate(component(), resource(WORKSPACE, name="shop"), rule(), link))
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "changes",
    [
        {"workspace": workspace(data_collection_rule_id="/subscriptions/s/dcr/elsewhere")},
        {"workspace": workspace(data_collection_rule_id=SOMETHING)},
        {"workspace": None},
        {"component": component(workspace_id=SOMETHING)},
        {"component": component(workspace_id="/subscriptions/hub/workspaces/central")},
        {"component": component(local_authentication_enabled=SOMETHING)},
        {"rule": rule({"AppTraces": SOMETHING})},
        {"rule": rule({"AppTraces": "source | parse Message with a 'card' b"})},
        {"rule": rule({"AppTraces": "source | where AppRoleName == 'billing-v2'"})},
        {"rule": rule(data_flow=SOMETHING)},
        {"rule": rule(kind=SOMETHING)},
    ],
)
def test_what_cannot_be_known_is_unknown_and_says_what_would_settle_it(changes):
    verdict = verdict_of(shop(**changes))
    assert verdict.outcome is Outcome.UNKNOWN
    assert all(finding.remedy for finding in verdict.findings)


def test_sampling_is_no_redaction():
    """One row in twenty is still a leak."""
    few = component(sampling_percentage=5)
    verdict = verdict_of(shop(component=few, rule=rule({"AppTraces": "source"})))
    assert wrong(verdict) == {(RULE, "data_flow.AppTraces")}


def test_a_workspace_that_is_only_read_may_have_its_rule_where_it_is_declared():
    """A shared landing zone keeps the rule."""
    read = resource(f"data.{WORKSPACE}", name="shared")
    verdict = verdict_of(estate(component(workspace_id=id_of(f"data.{WORKSPACE}")), read))
    assert wrong(verdict) == set()
    assert wrong(verdict, unknown=True) == {(APP, "workspace_id")}


def test_a_component_without_a_workspace_fails():
    verdict = verdict_of(shop(component=resource(APP, local_authentication_enabled=False)))
    assert (APP, "workspace_id") in wrong(verdict)


@pytest.mark.parametrize("tag", ["pci", "cpra_scope"])
def test_an_application_that_nobody_pays_in_is_left_out(tag):
    quiet = component(tags={tag: "false"}, workspace_id="", local_authentication_enabled=True)
    verdict = verdict_of(estate(quiet))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert f"tag {tag} = false" in verdict.looked_at[0]
    loud = component(tags={tag: "true"}, local_authentication_enabled=True)
    assert wrong(verdict_of(shop(component=loud))) == {(APP, "local_authentication_enabled")}


def test_a_rule_of_the_agents_is_none():
    assert wrong(verdict_of(shop(rule=rule(kind="Linux")))) == {(RULE, "kind")}


def test_a_rule_that_sends_elsewhere_is_none():
    other = resource("azurerm_log_analytics_workspace.other", name="other")
    lost = rule(
        destinations=[
            {"log_analytics": [{"name": "x", "workspace_resource_id": id_of(other.address)}]}
        ]
    )
    verdict = verdict_of(estate(component(), workspace(), other, lost))
    assert wrong(verdict) == {(RULE, "destinations.log_analytics.workspace_resource_id")}


def test_two_flows_of_one_table_are_both_judged():
    flows = [*(flow(t, kql) for t, kql in GOOD.items()), flow("AppTraces", "source")]
    assert wrong(verdict_of(shop(rule=rule(data_flow=flows)))) == {(RULE, "data_flow.AppTraces")}


def test_what_is_deployed_has_been_accepted_whatever_the_list_says():
    kql = GOOD["AppTraces"].replace("replace(", "replace_string(")
    trimmed = kql + " | extend Note = trim(' ', 'a')"
    assert refusals(trimmed)
    planned = rule({"AppTraces": GOOD["AppTraces"] + " | extend Note = trim(' ', 'a')"})
    assert wrong(verdict_of(shop(rule=planned))) == {(RULE, "data_flow.AppTraces")}
    there = replace(planned, actions=("no-op",))
    assert verdict_of(shop(rule=there)).outcome is Outcome.PASSED


def test_an_output_without_its_time_is_refused_too():
    timeless = rule({"AppTraces": "source | project OrderId = tostring(Properties.orderId)"})
    verdict = verdict_of(shop(rule=timeless))
    assert wrong(verdict) == {(RULE, "data_flow.AppTraces")}
    assert "TimeGenerated" in verdict.findings[0].actual


def test_a_transformation_that_is_read_from_azure_is_run_all_the_same():
    there = rule({"AppTraces": "source | extend Message = trim(' ', Message)"})
    parts = (component(), workspace(), there)
    verdict = verdict_of(estate(*parts, reader=LIVE))
    assert wrong(verdict) == {(RULE, "data_flow.AppTraces")}
    assert "card numbers" in verdict.findings[0].actual


def test_one_workspace_of_many_applications_is_judged_once():
    second = resource(
        "azurerm_application_insights.b",
        workspace_id=id_of(WORKSPACE),
        local_authentication_enabled=False,
        ip_masking_enabled=True,
    )
    verdict = verdict_of(estate(component(), second, workspace(), rule({"AppEvents": "source"})))
    assert wrong(verdict) == {(RULE, "data_flow.AppEvents")}


@pytest.mark.parametrize(
    ("major", "values"),
    [
        (3, {"local_authentication_disabled": True, "disable_ip_masking": False}),
        (4, {"local_authentication_disabled": True}),
        (5, {"local_authentication_enabled": False, "ip_masking_enabled": True}),
    ],
)
def test_every_spelling_of_the_switches(major, values, tmp_path):
    written = "\n".join(f"{k} = {str(v).lower()}" for k, v in values.items())
    (tmp_path / "main.tf").write_text(
        f'terraform {{\n required_providers {{\n azurerm = {{ source = "hashicorp/azurerm", '
        f'version = "~> {major}.0" }}\n }}\n}}\n'
        f'resource "azurerm_application_insights" "checkout" {{\n name = "a"\n'
        f' workspace_id = "/subscriptions/x"\n application_type = "web"\n {written}\n}}\n'
    )
    verdict = verdict_of(read_hcl(tmp_path))
    assert wrong(verdict) == set()
    assert wrong(verdict, unknown=True) == {(APP, "workspace_id")}


def test_an_azapi_component_is_read_in_its_own_words():
    written = resource(
        "azapi_resource.app",
        type="Microsoft.Insights/components@2020-02-02",
        name="app",
        body={"kind": "web", "properties": {"Application_Type": "web", "DisableLocalAuth": True}},
    )
    verdict = verdict_of(from_azapi(written))
    assert verdict.outcome is Outcome.FAILED
    assert [f.address for f in verdict.findings] == ["azapi_resource.app"]


@pytest.mark.parametrize(
    ("side", "attribute"),
    [
        ({"body_bytes": 512}, "body_bytes"),
        ({"body_bytes": 1}, "body_bytes"),
        ({"headers_to_log": ["Authorization"]}, "headers_to_log"),
        ({"headers_to_log": ["Ocp-Apim-Subscription-Key"]}, "headers_to_log"),
        ({"headers_to_log": ["x-payment-token"]}, "headers_to_log"),
        ({"headers_to_log": ["x-session-tokens"]}, "headers_to_log"),
        ({"headers_to_log": ["Set-Cookie"]}, "headers_to_log"),
    ],
)
def test_a_gateway_logs_no_bodies_and_no_credentials(side, attribute):
    address = "azurerm_api_management_api_diagnostic.d"
    verdict = verdict_of(estate(resource(address, backend_response=[side])))
    assert wrong(verdict) == {(address, f"backend_response.{attribute}")}


@pytest.mark.parametrize(
    "header", ["x-ratelimit-remaining-tokens", "consumed-tokens", "x-tokens-remaining"]
)
def test_how_many_tokens_are_left_is_no_credential(header):
    block = {"headers_to_log": ["retry-after", header]}
    held = estate(resource("azurerm_api_management_diagnostic.d", backend_response=[block]))
    assert verdict_of(held).outcome is Outcome.PASSED


def test_a_gateway_that_masks_a_header_or_logs_nothing_passes():
    masked = {
        "body_bytes": 0,
        "headers_to_log": ["Authorization", "content-type"],
        "data_masking": [{"headers": [{"mode": "Mask", "value": "authorization"}]}],
    }
    for block in (masked, {}):
        held = estate(resource("azurerm_api_management_diagnostic.d", frontend_request=[block]))
        assert verdict_of(held).outcome is Outcome.PASSED
    held = estate(resource("azurerm_api_management_diagnostic.d", frontend_request=SOMETHING))
    assert verdict_of(held).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "a\nb", "x" * 5000, "${var.nothing}", "'; DROP TABLE source; --"],
)
def test_hostile_texts_do_no_harm(name):
    hostile = rule({"AppTraces": f"source | where Message == '{name}'", "AppEvents": name})
    verdict = verdict_of(shop(rule=hostile, component=component(tags={name: name})))
    assert verdict.outcome is Outcome.FAILED
    assert not any("crashed" in f.actual for f in verdict.findings)
    assert all("\n" not in f.actual for f in verdict.findings)


# --- the engine's answer --------------------------------------------------------------------------


MIDDLE = "@'([0-9]{4})(?:[0-9]|%20|[ +-])+([0-9]{4})'"
"""PCI DSS lets the first and the last digits be kept."""


def columns(inspection):
    return {leak.column for leak in inspection.cards}


def test_the_card_numbers_pass_the_luhn_check():
    def checked(number):
        doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(number))]
        return sum(d - 9 * (d > 9) for d in doubled) % 10 == 0

    assert all(map(checked, CARDS.values()))


def test_every_column_that_carries_words_of_the_application_is_a_sample():
    for table in TABLES:
        marked = {
            name
            for group in sample_rows(table)
            for row in group
            for name in row
            if MARK in str(row[name])
        }
        assert {"Properties", "OperationName", *(n for one in MARKED[table] for n in one)} == marked
        assert columns(inspect(table, "source | where true")) == marked


@pytest.mark.parametrize(
    ("transform", "leaks"),
    [
        ("source | where SeverityLevel >= 3", {"Message", "Properties", "OperationName"}),
        ("source | project TimeGenerated, Message = toupper(Message)", {"Message"}),
        ("source | project Message = base64_encodestring(Message)", {"Message"}),
        ("source | project M = hash_sha256(extract(@'([0-9]{13,16})', 1, Message))", {"M"}),
        ("source | project Message = hash_sha256(Message)", {"Message"}),
        ("source | project-rename Text = Message | project Text", {"Text"}),
        ("source | project P = tostring(Properties.payment)", {"P"}),
        ("source | project P = Properties.request.body", {"P"}),
        ("source | project Message = replace(@'[0-9]{13,19}', '****', Message)", {"Message"}),
        ("source | project Message = substring(Message, 0, 30)", {"Message"}),
        ("source | project OrderId = tostring(Properties.orderId)", set()),
        (f"source | project Message = replace({MIDDLE}, @'\\1****\\2', Message)", set()),
        ("source | where 1 == 0", set()),
        ("source | where false", set()),
        (f"source | where not(Message matches regex @'{PATTERN}') | project Message", set()),
        (GOOD["AppTraces"] + " | where SeverityLevel >= 3", set()),
    ],
)
def test_what_comes_out_of_a_transformation_is_read(transform, leaks):
    inspection = inspect("AppTraces", transform)
    assert not inspection.unknown
    assert columns(inspection) == leaks


def test_a_spelling_that_a_pattern_misses_is_named():
    seen = inspect("AppTraces", "source | project M = replace(@'[0-9]{13,19}', '*', Message)")
    assert {leak.how for leak in seen.cards} == {
        "with spaces",
        "with dashes",
        "url-encoded",
        "with plus signs",
    }
    short = inspect("AppTraces", "source | project M = replace(@'([0-9][ +-]?){16}', '*', Message)")
    assert {leak.name for leak in short.cards if leak.how == "whole"} == {
        "American Express",
        "Diners Club",
    }


def test_the_tokens_of_one_processor_are_enough_and_of_none_are_not():
    only_cards = hiding("Message", "OperationName").replace("|(?:tok|pm|card|src)_[A-Za-z0-9]+", "")
    assert inspect("AppTraces", only_cards).redacted == ()
    assert wrong(verdict_of(shop(rule=rule({"AppTraces": only_cards})))) == {
        (RULE, "data_flow.AppTraces")
    }
    adyen = hiding("Message", "OperationName").replace("(?:tok|pm|card|src)_", "[A-Z0-9]{15}")
    assert inspect("AppTraces", adyen).redacted == ("Adyen",)
    assert inspect("AppTraces", "source | where false").redacted == tuple(TOKENS)


def test_cutting_the_name_off_a_token_does_not_take_its_worth():
    renamed = "source | project Message = replace(@'(tok|pm|card|src)_', 'x', Message)"
    assert "Stripe" not in inspect("AppTraces", renamed).redacted


@pytest.mark.parametrize(
    ("transform", "refused"),
    [
        ("source | summarize count()", "the operator summarize"),
        ("source | mv-expand Properties", "the operator mv-expand"),
        ("source | join (source) on Id", "the operator join"),
        ("AppTraces | extend Message = ''", "a source other than source"),
        ("source | extend M = replace_regex(Message, 'a', 'b')", "the function replace_regex()"),
        ("source | extend P = bag_remove_keys(Properties, pack_array('a'))", "bag_remove_keys"),
        ("source | extend P = dynamic({})", "the function dynamic()"),
        ("source | where Message has_any ('a', 'b')", "the comparison has_any"),
        ("source | where Name in~ ('a')", "the comparison in~"),
        ("source | project-keep Message", "the operator project-keep"),
    ],
)
def test_what_azure_does_not_allow_is_refused(transform, refused):
    assert any(refused in one for one in refusals(transform))


@pytest.mark.parametrize(
    "transform",
    [
        "source",
        *GOOD.values(),
        "source | extend Message = iff(Message has 'summarize count()', '', Message) // join x",
        "let f = (t:string) { iif(t has 'tok_', '', t) }; source | extend Message = f(Message)",
        "source | where not(Name in ('a', 'b')) and TimeGenerated > datetime(2026-01-01)",
        "source | extend E = replace_string(E, substring(E, 0, indexof(E, '@')), '*')",
        "source | parse Message with 'card ' Card:string ' ' *",
    ],
)
def test_what_azure_allows_is_not(transform):
    assert refusals(transform) == ()


def test_an_old_replace_is_the_regular_expression_that_it_is_in_a_transformation():
    """``replace`` gives the pattern first and the text last; other KQL takes it otherwise."""
    assert in_engine_words("source | extend M = replace(',', ')', replace('a', 'b', M))", {}) == (
        "source | extend M = replace_regex(replace_regex(M, 'a', 'b'), ',', ')')"
    )
    assert in_engine_words("source | where M == 'replace(1,2,3)'", {}) == (
        "source | where M == 'replace(1,2,3)'"
    )


@given(
    st.sampled_from([(s, text) for s in secrets() for text in s.spellings]), st.text(), st.text()
)
def test_whatever_stands_around_it_a_secret_is_found(secret_text, before, after):
    secret, text = secret_text
    around = f"{before} | {text} | {after}"
    assert secret in {found for found, _ in found_in(around)}


@given(st.text(alphabet="abcdefghij /?=&.", max_size=200))
def test_nothing_is_found_in_what_has_no_digits(text):
    assert list(found_in(text)) == []


def test_without_a_transformation_to_run_no_engine_is_loaded():
    loaded = {"duckdb", "duckdb_kql"} & set(sys.modules)
    verdict_of(shop(rule=rule(dict.fromkeys(GOOD, "source"))))
    assert {"duckdb", "duckdb_kql"} & set(sys.modules) == loaded
