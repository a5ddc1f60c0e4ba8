from datetime import date

import pytest

from simulator.controls.classification_tags import TAGGED, data_04
from simulator.controls.registry import assess as assess_control
from simulator.controls.verdict import Outcome
from simulator.estate.model import Gap, Known
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
from tests.estate.policy.declared import (
    ADD_TAG,
    INHERIT_TAG,
    REQUIRE_TAG,
    REQUIRE_VALUE,
    SUBSCRIPTION,
    assignment,
    definition,
)

DATA_04 = data_04(lambda: date(2026, 11, 24))
READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
RG = "azurerm_resource_group.data"
A = "azurerm_storage_account.a"
GROUP = resource(RG, name="rg-data", location="westus2", tags={"dataclassification": "internal"})
ASKED = assignment(REQUIRE_TAG, name="tag", parameters={"tagName": "dataclassification"})
POLICY = "azurerm_subscription_policy_assignment.tag"


def store(address=A, *, major=4, **values):
    place = {"name": "stshop", "resource_group_name": "rg-data", "location": "westus2"}
    return normalise(resource(address, provider=azurerm(major), **place | values))


def labelled(value="restricted", key="dataclassification", **values):
    return store(tags={"owner": "shop", key: value}, **values)


def assess(*resources, policy=ASKED, group=GROUP):
    return DATA_04.assess(estate(group, *resources, *((policy,) if policy else ())))


# --- three estates, two readers -------------------------------------------------------------------


@READERS
def test_an_estate_with_a_label_on_every_store_passes(reader):
    verdict = DATA_04.assess(declared("DATA-04", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert set(verdict.looked_at) == {
        "azurerm_storage_account.customers",
        "azurerm_storage_account.state",
        "azurerm_mssql_server.shop",
        "azurerm_mssql_database.orders",
    }


@READERS
def test_an_estate_with_every_gap_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_04.assess(declared("DATA-04", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.customers", "tags"),
        ("azurerm_mssql_server.shop", "tags"),
        ("azurerm_mssql_database.orders", "tags"),
        ("azurerm_key_vault.shop", "tags"),
        ("azurerm_resource_group.data", "policy_assignment"),
    }


@READERS
def test_an_estate_without_stores_is_not_applicable(reader):
    verdict = DATA_04.assess(declared("DATA-04", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_storage_account" in verdict.looked_at


def test_a_finding_names_the_tags_that_are_there_and_the_remedy():
    verdict = DATA_04.assess(declared("DATA-04", "fail", "hcl"))
    by_address = {f.address: f for f in verdict.findings}
    misspelt = by_address["azurerm_mssql_database.orders"]
    assert misspelt.actual == "tags without one: dataclasification"
    assert misspelt.remedy == 'tags = merge(local.tags, { dataclassification = "restricted" })'
    bare = by_address["azurerm_storage_account.customers"]
    assert bare.remedy == 'tags = { dataclassification = "restricted" }'
    assert misspelt.origin.line
    assert "11 CCR 7123(c)(4)" in misspelt.why


# --- the label ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["dataclassification", "DataClassification", "DATACLASSIFICATION"])
@pytest.mark.parametrize(
    "value",
    ["public", "internal", "confidential", "restricted", "Restricted", "highly-confidential"],
)
def test_a_label_is_one_whatever_its_case(key, value):
    assert assess(labelled(value, key)).outcome is Outcome.PASSED


@pytest.mark.parametrize("key", ["data_classification", "data-classification"])
def test_a_label_may_be_spelt_otherwise_if_the_policy_asks_for_that_spelling(key):
    asked = assignment(REQUIRE_TAG, name="tag", parameters={"tagName": key})
    assert assess(labelled(key=key), policy=asked).outcome is Outcome.PASSED
    assert wrong(assess(labelled(key=key))) == {(RG, "policy_assignment")}


@pytest.mark.parametrize("value", ["", "tbd", "todo", "x" * 5000, "<script>", "secret stuff\n", 3])
def test_a_value_that_is_no_class_is_no_label(value):
    assert wrong(assess(labelled(value))) == {(A, "tags")}


def test_no_tags_empty_tags_and_other_tags_are_no_label():
    for tags in ({}, {"owner": "x"}, {"pii": "true"}, {"dataclasification": "restricted"}):
        assert wrong(assess(store(tags=tags))) == {(A, "tags")}
    assert wrong(assess(store())) == {(A, "tags")}


@pytest.mark.parametrize("major", [3, 4, 5])
def test_no_version_of_the_provider_has_default_tags(major):
    assert wrong(assess(store(major=major))) == {(A, "tags")}


def test_tags_that_are_not_known_are_unknown():
    assert wrong(assess(store(tags=SOMETHING)), unknown=True) == {(A, "tags")}
    assert wrong(assess(store(tags=id_of("azurerm_x.y", "tags"))), unknown=True) == {(A, "tags")}
    assert wrong(assess(labelled(SOMETHING)), unknown=True) == {(A, "tags")}
    whole = Known({"dataclassification": "restricted"})
    assert assess(store(tags=whole)).outcome is Outcome.PASSED


def test_a_database_needs_a_label_of_its_own_and_a_container_does_not():
    server = store("azurerm_mssql_server.s", tags={"dataclassification": "restricted"})
    database = resource("azurerm_mssql_database.d", server_id=id_of("azurerm_mssql_server.s"))
    part = resource("azurerm_storage_container.c", storage_account_id=id_of(A))
    verdict = assess(server, database, labelled(), part)
    assert wrong(verdict) == {("azurerm_mssql_database.d", "tags")}


def test_every_store_is_asked_platform_logs_as_well():
    stores = [store(f"{type_}.x") for type_ in TAGGED]
    verdict = assess(*stores)
    assert wrong(verdict) == {(f"{type_}.x", "tags") for type_ in TAGGED}
    state = store(tags={"purpose": "tfstate", "dataclassification": "internal"})
    assert assess(state).outcome is Outcome.PASSED


# --- the policy -----------------------------------------------------------------------------------

IDENTITY = {"identity": [{"type": "SystemAssigned"}], "location": "westus2"}
GRANT = resource(
    "azurerm_role_assignment.r",
    scope=SUBSCRIPTION,
    role_definition_name="Contributor",
    principal_id=id_of(POLICY, "identity[0].principal_id"),
)


def tagging(guid, **values):
    parameters = {"tagName": "dataclassification", "tagValue": "restricted"}
    return assignment(guid, **{"name": "tag", "parameters": parameters, **IDENTITY, **values})


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (None, {(RG, "policy_assignment", False)}),
        (tagging(REQUIRE_TAG), set()),
        (tagging(REQUIRE_TAG, parameters={"tagName": "DataClassification"}), set()),
        (tagging(REQUIRE_VALUE), set()),
        (tagging(INHERIT_TAG), set()),
        (tagging(ADD_TAG), set()),
        (
            tagging(REQUIRE_TAG, parameters={"tagName": "owner"}),
            {(RG, "policy_assignment", False)},
        ),
        (
            tagging("96670d01-0a4d-4649-9c89-2d3abc0a5025"),
            {(RG, "policy_assignment", False)},
        ),
        # It would put one label over every other.
        (
            tagging(
                "5ffd78d9-436d-4b41-a421-5baa819e3008",
                parameters={"tagName": "dataclassification", "tagValue": "internal"},
            ),
            {(RG, "policy_assignment", False)},
        ),
        (tagging("5ffd78d9-436d-4b41-a421-5baa819e3008"), set()),
        # The same words, and the opposite: it refuses what has the tag.
        (tagging("36fd7371-8eb7-4321-9c30-a7100022d048"), {(RG, "policy_assignment", False)}),
        (tagging(REQUIRE_TAG, parameters=SOMETHING), {(POLICY, "policy_definition_id", True)}),
        (tagging(REQUIRE_TAG, enforce=False), {(POLICY, "enforce", False)}),
        (
            tagging(REQUIRE_TAG, not_scopes=[f"{SUBSCRIPTION}/resourceGroups/rg-data"]),
            {(POLICY, "not_scopes", False)},
        ),
        (tagging(INHERIT_TAG, identity=[]), {(POLICY, "identity", False)}),
        (tagging(SOMETHING), {(POLICY, "policy_definition_id", True)}),
    ],
)
def test_a_policy_counts_if_it_keeps_unlabelled_stores_out(policy, expected):
    verdict = assess(labelled(), GRANT, policy=policy)
    assert {(f.address, f.attribute, f.unknown) for f in verdict.findings} == expected


def test_a_label_can_only_be_inherited_from_a_group_that_has_one():
    bare = resource(RG, name="rg-data", location="westus2")
    verdict = assess(labelled(), GRANT, policy=tagging(INHERIT_TAG), group=bare)
    assert wrong(verdict) == {(RG, "policy_assignment")}
    from_above = tagging("40df99da-1232-49b1-a39a-6da8d878f469")
    verdict = assess(labelled(), GRANT, policy=from_above)
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "outcome"),
    [
        ({"field": "tags['dataclassification']", "exists": "false"}, Outcome.PASSED),
        ({"field": "tags", "notContainsKey": "dataclassification"}, Outcome.PASSED),
        ({"field": "tags.dataclassification", "notIn": ["restricted", "public"]}, Outcome.PASSED),
        ({"field": "tags.dataclassification", "notIn": ["tier-1"]}, Outcome.FAILED),
        ({"field": "tags['dataclassification']", "exists": "true"}, Outcome.FAILED),
        ({"field": "tags['owner']", "exists": "false"}, Outcome.FAILED),
    ],
)
def test_a_definition_of_the_teams_own_counts_for_what_it_refuses(rule, outcome):
    made = definition(rule)
    own = assignment(id_of("azurerm_policy_definition.d"), name="own")
    assert assess(labelled(), made, policy=own).outcome is outcome


def test_a_policy_about_something_else_that_cannot_be_told_leaves_no_doubt():
    """Whether it refuses this account for its encryption does not matter to the label."""
    rule = {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Storage/storageAccounts"},
            {"field": "Microsoft.Storage/storageAccounts/encryption.keySource", "equals": "x"},
        ]
    }
    own = assignment(id_of("azurerm_policy_definition.d"), name="own")
    verdict = assess(labelled(), definition(rule), policy=own)
    assert wrong(verdict) == {(RG, "policy_assignment")}


def test_a_store_that_a_policy_labels_is_labelled_if_terraform_lets_it():
    kept = {"lifecycle": [{"ignore_changes": ("tags",)}]}
    assert assess(store(**kept), GRANT, policy=tagging(INHERIT_TAG)).outcome is Outcome.PASSED
    fought = assess(store(), GRANT, policy=tagging(INHERIT_TAG))
    assert wrong(fought, unknown=True) == {(A, "tags")}
    assert "takes it away" in fought.findings[0].actual
    # One that only refuses labels nothing, and one without rights neither.
    assert wrong(assess(store(**kept))) == {(A, "tags")}
    unable = tagging(INHERIT_TAG, identity=[])
    assert (A, "tags") in wrong(assess(store(**kept), policy=unable))
    lost = tagging(INHERIT_TAG, parameters=SOMETHING)
    assert (A, "tags") in wrong(assess(store(**kept), GRANT, policy=lost), unknown=True)


# --- other words, other places --------------------------------------------------------------------


def test_the_same_in_arms_own_words():
    made = resource(
        "azapi_resource.a",
        type="Microsoft.Storage/storageAccounts@2023-05-01",
        name="a",
        parent_id=f"{SUBSCRIPTION}/resourceGroups/rg-data",
        tags={"dataclassification": "restricted"},
        body={"kind": "StorageV2"},
    )
    assert DATA_04.assess(from_azapi(GROUP, made, ASKED)).outcome is Outcome.PASSED


def test_a_part_that_cannot_be_read_may_hold_the_policy_or_a_store():
    gap = Gap("module.governance", "its source could not be loaded")
    verdict = assess_control(DATA_04, estate(GROUP, labelled(), gaps=(gap,)))
    assert verdict.outcome is Outcome.UNKNOWN
    gap = Gap("azurerm_redis_cache.x", "403")
    verdict = assess_control(DATA_04, estate(GROUP, labelled(), ASKED, gaps=(gap,)))
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("name", ["\"'<script>alert(1)</script>", "a\nb", "x" * 5000, "${var.x}"])
def test_hostile_names_change_nothing(name):
    assert wrong(assess(store(name=name, tags={name: name}))) == {(A, "tags")}
    both = store(name=name, tags={name: name, "dataclassification": "public"})
    assert assess(both).outcome is Outcome.PASSED
