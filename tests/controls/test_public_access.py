import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.network import TOO_MANY_ADDRESSES, addresses
from simulator.controls.public_access import DATA_01
from simulator.controls.registry import assess as assess_control
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap, Known, Resource
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
A = "azurerm_storage_account.a"
CLOSED = {"allow_nested_items_to_be_public": False, "public_network_access_enabled": False}
FIREWALLED = {
    "allow_nested_items_to_be_public": False,
    "network_rules": [{"default_action": "Deny"}],
}


def account(address: str = A, *, major: int = 4, **values: object) -> Resource:
    return normalise(resource(address, provider=azurerm(major), **values))


def container(access: object = "private", **values: object) -> Resource:
    link = {"storage_account_id": id_of(A)} | values
    return normalise(resource("azurerm_storage_container.c", container_access_type=access, **link))


def assess(*resources: Resource):
    return DATA_01.assess(estate(*resources))


# --- three estates, two readers ---------------------------------------------------------------


@READERS
def test_an_estate_that_closes_its_storage_passes(reader):
    verdict = DATA_01.assess(declared("DATA-01", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_storage_container.returns" in verdict.looked_at


@READERS
def test_an_estate_with_every_opening_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_01.assess(declared("DATA-01", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.orders", "allow_nested_items_to_be_public"),
        ("azurerm_storage_account.orders", "network_rules.default_action"),
        ("azurerm_storage_container.receipts", "container_access_type"),
        ("azurerm_storage_account.profiles", "network_rules.ip_rules"),
        ("azurerm_storage_container.drafts", "container_access_type"),
        ("azurerm_storage_account.exports", "network_rules.default_action"),
        ("azurerm_storage_account.logs", "network_rules"),
        ("azurerm_storage_account.public", "network_rules.default_action"),
        ("azurerm_storage_account.public", "static_website"),
    }


@READERS
def test_an_estate_without_storage_is_not_applicable(reader):
    verdict = DATA_01.assess(declared("DATA-01", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_storage_account" in verdict.looked_at


def test_a_finding_names_file_line_default_and_remedy():
    verdict = DATA_01.assess(declared("DATA-01", "fail", "hcl"))
    (finding,) = [
        f
        for f in verdict.findings
        if (f.address, f.attribute)
        == ("azurerm_storage_account.orders", "allow_nested_items_to_be_public")
    ]
    assert finding.origin.file.endswith("main.tf")
    assert finding.origin.line == 25
    assert finding.default == "azurerm 4.x default"
    assert finding.remedy == "allow_nested_items_to_be_public = false"
    assert finding.severity is Severity.CRITICAL
    assert "Civ. Code 1798.81.5(b)" in finding.why


# --- which default decides ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("major", "expected"), [(3, Outcome.FAILED), (4, Outcome.FAILED), (5, Outcome.PASSED)]
)
def test_the_provider_version_decides_what_an_omitted_flag_means(major, expected):
    verdict = assess(account(major=major, public_network_access_enabled=False))
    assert verdict.outcome is expected


def test_an_omitted_flag_is_unknown_while_no_provider_version_is_stated():
    silent = normalise(
        resource(A, provider=azurerm(4).__class__("azurerm"), public_network_access_enabled=False)
    )
    verdict = assess(silent)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "true in 3.x/4.x, false in 5.x" in verdict.findings[0].remedy


# --- the network ---------------------------------------------------------------------------------


def test_a_closed_endpoint_needs_no_firewall_as_well():
    assert assess(account(**CLOSED)).outcome is Outcome.PASSED


def test_a_closed_endpoint_makes_an_allowing_firewall_and_double_rules_harmless():
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=id_of(A),
        default_action="Allow",
    )
    closed = account(**CLOSED, network_rules=[{"default_action": "Allow"}])
    assert assess(closed, rules).outcome is Outcome.PASSED


def test_separate_rules_count_for_the_account_that_they_name_alone():
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=id_of(A),
        default_action="Deny",
    )
    first = account(allow_nested_items_to_be_public=False)
    second = account("azurerm_storage_account.b", allow_nested_items_to_be_public=False)
    assert assess(first, rules).outcome is Outcome.PASSED
    assert wrong(assess(first, second, rules)) == {
        ("azurerm_storage_account.b", "network_rules.default_action")
    }


def test_separate_rules_are_judged_where_they_are_written():
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=id_of(A),
        default_action="Deny",
        ip_rules=["10.0.0.0/8"],
    )
    verdict = assess(account(allow_nested_items_to_be_public=False), rules)
    assert wrong(verdict) == {("azurerm_storage_account_network_rules.r", "ip_rules")}


def test_rules_for_an_account_that_cannot_be_told_leave_an_open_account_unknown():
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=SOMETHING,
        default_action="Deny",
    )
    verdict = assess(account(allow_nested_items_to_be_public=False), rules)
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(A, "network_rules.default_action")}


def test_inline_and_separate_rules_on_one_account_are_a_conflict():
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=id_of(A),
        default_action="Deny",
    )
    verdict = assess(account(**FIREWALLED), rules)
    assert wrong(verdict) == {(A, "network_rules")}
    assert "azurerm_storage_account_network_rules.r" in verdict.findings[0].actual


@pytest.mark.parametrize(
    ("ranges", "outcome"),
    [
        (["0.0.0.0/1", "128.0.0.0/1"], Outcome.FAILED),
        (["0.0.0.0/1"], Outcome.FAILED),
        (["10.0.0.0/8"], Outcome.FAILED),
        (["10.0.0.0/9", "10.128.0.0/9"], Outcome.FAILED),
        (["10.0.0.0/9"], Outcome.PASSED),
        (["203.0.113.7"], Outcome.PASSED),
        ([], Outcome.PASSED),
        (["the office"], Outcome.UNKNOWN),
        (SOMETHING, Outcome.UNKNOWN),
        (id_of("azurerm_public_ip.nat", "ip_address"), Outcome.UNKNOWN),
    ],
)
def test_a_firewall_is_only_as_good_as_the_ranges_that_it_lets_in(ranges, outcome):
    rules = [{"default_action": "Deny", "ip_rules": ranges}]
    verdict = assess(account(allow_nested_items_to_be_public=False, network_rules=rules))
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    "rules", [SOMETHING, [{"default_action": SOMETHING}], [{"default_action": id_of("x.y")}]]
)
def test_a_firewall_that_cannot_be_read_is_unknown_and_says_what_would_settle_it(rules):
    verdict = assess(account(allow_nested_items_to_be_public=False, network_rules=rules))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "public_network_access_enabled = false" in verdict.findings[0].remedy


def test_rules_that_terraform_does_not_keep_are_unknown_unless_another_resource_keeps_them():
    kept = {"lifecycle": [{"ignore_changes": ("network_rules",)}]}
    verdict = assess(account(**FIREWALLED, **kept))
    assert wrong(verdict, unknown=True) == {(A, "network_rules")}
    denying = {"network_rules": FIREWALLED["network_rules"]}
    assert assess(account(**CLOSED, **denying, **kept)).outcome is Outcome.PASSED
    rules = resource(
        "azurerm_storage_account_network_rules.r",
        storage_account_id=id_of(A),
        default_action="Deny",
    )
    bare = account(allow_nested_items_to_be_public=False, **kept)
    assert assess(bare, rules).outcome is Outcome.PASSED
    assert assess(bare).outcome is Outcome.FAILED


SYNAPSE = "/subscriptions/0/resourceGroups/r/providers/Microsoft.Synapse/workspaces"
TENANT = "8c2f4e61-7d3b-4a90-b5e8-1f6a92d70c34"


@pytest.mark.parametrize(
    ("instance", "outcome"),
    [
        ({"endpoint_resource_id": id_of("azurerm_synapse_workspace.w")}, Outcome.PASSED),
        ({"endpoint_resource_id": f"{SYNAPSE}/shop"}, Outcome.PASSED),
        ({"endpoint_resource_id": f"{SYNAPSE}/shop", "endpoint_tenant_id": None}, Outcome.PASSED),
        (
            {
                "endpoint_resource_id": f"{SYNAPSE}/shop",
                "endpoint_tenant_id": id_of("data.azurerm_client_config.me", "tenant_id"),
            },
            Outcome.PASSED,
        ),
        ({"endpoint_resource_id": f"{SYNAPSE}/*"}, Outcome.FAILED),
        (
            {"endpoint_resource_id": f"{SYNAPSE}/shop", "endpoint_tenant_id": TENANT},
            Outcome.UNKNOWN,
        ),
    ],
)
@pytest.mark.parametrize("inline", [True, False])
def test_a_firewall_lets_in_one_resource_of_the_tenant_and_not_all_or_a_strangers(
    instance, outcome, inline
):
    written = {"default_action": "Deny", "private_link_access": [instance]}
    values = {"allow_nested_items_to_be_public": False}
    rules = resource(
        f"{A.replace('.a', '_network_rules.a')}", storage_account_id=id_of(A), **written
    )
    made = [account(**values, network_rules=[written])] if inline else [account(**values), rules]
    assert assess(*made).outcome is outcome
    closed = account(**CLOSED, **({"network_rules": [written]} if inline else {}))
    assert assess(closed, *made[1:]).outcome is Outcome.PASSED


@pytest.mark.parametrize("bypass", [["AzureServices"], ["None"], ["Logging", "Metrics"], SOMETHING])
def test_trusted_services_may_pass_a_firewall_that_denies(bypass):
    """Azure Monitor and backup need the way in, and CIS asks for it."""
    rules = [{"default_action": "Deny", "bypass": bypass}]
    closed = account(allow_nested_items_to_be_public=False, network_rules=rules)
    assert assess(closed).outcome is Outcome.PASSED


def test_an_open_firewall_is_unknown_while_the_endpoint_may_be_off():
    unsure = account(allow_nested_items_to_be_public=False, public_network_access_enabled=SOMETHING)
    assert assess(unsure).outcome is Outcome.UNKNOWN


# --- anonymous reading -----------------------------------------------------------------------


def test_a_flag_from_a_variable_without_a_value_is_unknown():
    verdict = assess(account(**CLOSED | {"allow_nested_items_to_be_public": SOMETHING}))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "--var-file" in verdict.findings[0].remedy


@pytest.mark.parametrize("access", ["blob", "container"])
def test_a_public_container_fails_even_behind_an_account_that_forbids_it_but_less_gravely(access):
    behind = assess(account(**CLOSED), container(access))
    open_ = assess(account(**CLOSED | {"allow_nested_items_to_be_public": True}), container(access))
    by_severity = [
        next(f.severity for f in v.findings if f.attribute == "container_access_type")
        for v in (behind, open_)
    ]
    assert behind.outcome is Outcome.FAILED
    assert by_severity == [Severity.MEDIUM, Severity.CRITICAL]


@pytest.mark.parametrize("access", [SOMETHING, id_of("local.x", "access")])
def test_an_access_type_that_cannot_be_read_is_unknown_where_checkov_says_nothing(access):
    verdict = assess(account(**CLOSED), container(access))
    assert wrong(verdict, unknown=True) == {
        ("azurerm_storage_container.c", "container_access_type")
    }


def test_a_container_that_names_no_access_type_is_private():
    bare = normalise(resource("azurerm_storage_container.c", storage_account_id=id_of(A)))
    assert assess(account(**CLOSED), bare).outcome is Outcome.PASSED


def test_containers_of_logs_are_judged_like_any_other():
    """checkov passes one whose alert is declared (CKV2_AZURE_8)."""
    logs = container("container", name="insights-activity-logs")
    assert assess(account(**CLOSED), logs).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "link",
    [
        {"storage_account_id": id_of(A)},
        {"storage_account_id": Known("/subscriptions/0/x/storageAccounts/shop")},
        {"storage_account_id": SOMETHING.__class__("x"), "storage_account_name": "shop"},
        {"storage_account_id": None, "storage_account_name": "shop"},
        {"storage_account_id": None, "storage_account_name": id_of(A, "name", "")},
    ],
)
def test_a_container_finds_its_account_by_id_or_by_name(link):
    verdict = assess(account(**CLOSED, name="shop"), container(**link))
    assert verdict.outcome is Outcome.PASSED


def test_a_container_in_an_account_that_nobody_declares_is_unknown():
    verdict = assess(container(storage_account_id=SOMETHING))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {("azurerm_storage_container.c", "storage_account_id")}


def test_a_container_in_an_account_read_as_data_leaves_the_account_unknown():
    outside = resource("data.azurerm_storage_account.shared", name="shared")
    inside = container(storage_account_id=id_of("data.azurerm_storage_account.shared"))
    verdict = assess(account(**CLOSED), outside, inside)
    assert verdict.outcome is Outcome.UNKNOWN
    assert {address for address, _ in wrong(verdict, unknown=True)} == {
        "data.azurerm_storage_account.shared"
    }


def test_an_account_known_only_as_data_is_unknown_not_absent():
    assert assess(resource("data.azurerm_storage_account.x")).outcome is Outcome.UNKNOWN


def test_an_account_read_as_data_that_holds_nothing_of_this_estate_is_another_estates_business():
    outside = resource("data.azurerm_storage_account.shared", name="shared")
    assert assess(account(**CLOSED), outside).outcome is Outcome.PASSED


# --- what is meant to be public, or cannot be ---------------------------------------------------


@pytest.mark.parametrize("key", ["dataclassification", "DataClassification"])
def test_the_tag_for_public_data_excuses_account_and_containers(key):
    tagged = account(tags={key: "Public"})
    assert assess(tagged, container("blob")).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "values",
    [
        {"name": "publicassets"},
        {"tags": {"dataclassification": "internal"}},
        {"tags": {"public": "true"}},
        {"tags": {"zone": "public"}},
        {"tags": SOMETHING},
    ],
)
def test_no_name_and_no_other_tag_excuses_anything(values):
    assert assess(account(**values)).outcome is Outcome.FAILED


def test_file_storage_has_no_blobs_to_read_anonymously():
    files = account(account_kind="FileStorage", public_network_access_enabled=False)
    assert assess(files).outcome is Outcome.PASSED


def test_an_account_of_shares_and_queues_alone_has_no_blobs_either():
    share = resource("azurerm_storage_share.s", storage_account_id=id_of(A))
    closed = account(public_network_access_enabled=False)
    assert assess(closed, share).outcome is Outcome.PASSED
    assert assess(closed, share, container()).outcome is Outcome.FAILED
    assert assess(closed).outcome is Outcome.FAILED


def test_a_static_website_is_public_whatever_the_flag_says():
    site = resource("azurerm_storage_account_static_website.w", storage_account_id=id_of(A))
    inline = {"allow_nested_items_to_be_public": False, "static_website": [{}]}
    for verdict in (
        assess(account(allow_nested_items_to_be_public=False), site),
        assess(account(**inline)),
    ):
        assert (A, "static_website") in wrong(verdict)


def test_a_static_website_behind_a_closed_endpoint_is_not_public():
    site = resource("azurerm_storage_account_static_website.w", storage_account_id=id_of(A))
    assert assess(account(**CLOSED), site).outcome is Outcome.PASSED


def test_an_account_that_is_being_deleted_is_not_judged():
    assert assess(resource(A, actions=("delete",))).outcome is Outcome.NOT_APPLICABLE


# --- azapi ---------------------------------------------------------------------------------------

GOOD = {"allowBlobPublicAccess": False, "publicNetworkAccess": "Disabled"}
BAD = {
    "allowBlobPublicAccess": True,
    "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "0.0.0.0/1"}]},
}


def assess_azapi(*resources: Resource):
    return assess_control(DATA_01, from_azapi(*resources))


def azapi(body: object, kind: str = "Microsoft.Storage/storageAccounts", **values: object):
    name = "azapi_resource.c" if "containers" in kind else "azapi_resource.a"
    return resource(name, type=f"{kind}@2023-05-01", body=body, **values)


@pytest.mark.parametrize(
    "body",
    [
        Known({"properties": GOOD}),
        {"properties": GOOD},
        '{"properties": {"allowBlobPublicAccess": false, "publicNetworkAccess": "Disabled"}}',
    ],
)
def test_an_account_made_with_azapi_passes_by_its_rest_properties(body):
    assert assess_azapi(azapi(body)).outcome is Outcome.PASSED


def test_an_account_made_with_azapi_fails_in_the_words_of_its_author():
    verdict = assess_azapi(azapi({"properties": BAD}))
    assert wrong(verdict) == {
        ("azapi_resource.a", "body.properties.allowBlobPublicAccess"),
        ("azapi_resource.a", "body.properties.networkAcls.ipRules"),
    }
    assert verdict.findings[0].remedy == "allowBlobPublicAccess = false"


def test_an_account_made_with_azapi_that_says_little_is_open_and_its_flag_unknown():
    verdict = assess_azapi(azapi({"properties": {"minimumTlsVersion": "TLS1_2"}}))
    default_action = ("azapi_resource.a", "body.properties.networkAcls.defaultAction")
    flag = ("azapi_resource.a", "body.properties.allowBlobPublicAccess")
    assert wrong(verdict) == {default_action}
    assert wrong(verdict, unknown=True) == {flag}


@pytest.mark.parametrize("body", [SOMETHING, "{not json"])
def test_an_azapi_body_that_cannot_be_read_is_unknown(body):
    assert assess_azapi(azapi(body)).outcome is Outcome.UNKNOWN


def test_a_container_made_with_azapi_is_judged_too():
    public = azapi(
        {"properties": {"publicAccess": "Container"}},
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        parent_id=id_of("azapi_resource.a", suffix="/blobServices/default"),
    )
    verdict = assess_azapi(azapi({"properties": GOOD}), public)
    assert wrong(verdict) == {("azapi_resource.c", "body.properties.publicAccess")}
    assert verdict.findings[0].severity is Severity.MEDIUM


# --- how wide ranges are -----------------------------------------------------------------------

NETWORKS = st.builds(
    lambda address, prefix: f"{address}/{prefix}",
    st.ip_addresses(v=4),
    st.integers(min_value=0, max_value=32),
)


@given(st.lists(NETWORKS, min_size=1, max_size=8))
def test_ranges_together_are_at_least_the_widest_and_at_most_the_sum(ranges):
    sizes = [2 ** (32 - int(text.partition("/")[2])) for text in ranges]
    assert max(sizes) <= (addresses(ranges) or 0) <= min(sum(sizes), 2**32)


@given(st.lists(NETWORKS, max_size=6), st.lists(NETWORKS, max_size=6))
def test_another_range_never_makes_a_firewall_narrower(some, more):
    assert (addresses(some + more) or 0) >= (addresses(some) or 0)


@given(st.ip_addresses(v=4), st.integers(min_value=0, max_value=32))
def test_one_range_is_too_wide_up_to_a_slash_8(address, prefix):
    count = addresses([f"{address}/{prefix}"])
    assert count is not None
    assert (count >= TOO_MANY_ADDRESSES) is (prefix <= 8)


def test_gaps_are_left_to_the_registry():
    holes = estate(account(**CLOSED), gaps=(Gap("module.x", "not installed"),))
    assert DATA_01.assess(holes).outcome is Outcome.PASSED
