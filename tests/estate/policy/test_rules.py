import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import UNSTATED
from simulator.estate.policy.rules import compare, every, matches, mentions, some
from simulator.estate.policy.subjects import Subject, subject_of
from simulator.estate.provider import normalise
from tests.controls.build import SOMETHING, estate, id_of, resource

SHOP = Subject(
    "Microsoft.Storage/storageAccounts",
    name="stshop",
    location="westus2",
    tags={"PII": "true"},
    aliases={"a/b": "Deny", "a/off": False, "a/list[*]": (1, 2)},
)


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"field": "TYPE", "equals": "microsoft.storage/STORAGEACCOUNTS"}, True),
        ({"field": "tags['pii']", "equals": "True"}, True),
        ({"field": "tags.pii", "exists": "true"}, True),
        ({"field": "tags[owner]", "exists": False}, True),
        ({"field": "tags", "containsKey": "pii"}, True),
        ({"field": "tags", "notContainsKey": "owner"}, True),
        ({"field": "tags['owner']", "equals": "x"}, False),
        ({"field": "tags['owner']", "notEquals": "x"}, True),
        ({"field": "A/B", "notEquals": "Deny"}, False),
        ({"field": "a/off", "equals": "false"}, True),
        ({"field": "a/unseen", "equals": "x"}, None),
        ({"field": "a/unseen", "exists": True}, None),
        ({"field": "name", "like": "st*p"}, True),
        ({"field": "name", "notLike": "dev*"}, True),
        ({"field": "name", "contains": "SHOP"}, True),
        ({"field": "location", "in": ["eastus", "westus2"]}, True),
        ({"field": "location", "notIn": ["eastus"]}, True),
        ({"field": "location", "match": "west???"}, None),
        ({"value": "[parameters('x')]", "equals": "y"}, True),
        ({"value": "[utcNow()]", "equals": "y"}, None),
        ({"count": {"field": "a[*]"}, "greater": 0}, None),
        ({"count": {"field": "a/list[*]"}, "greater": 1}, True),
        ({"count": {"field": "a/list[*]"}, "lessOrEquals": 1}, False),
        ({"count": {"field": "a/list[*]", "where": {}}, "greater": 0}, None),
        ({"field": "name", "less": "z"}, None),
        ({"field": "name"}, None),
        ({"field": "name", "equals": "stshop", "in": []}, None),
        ({"not": {"field": "a/b", "equals": "Deny"}}, False),
        ({"not": {"field": "a/unseen", "equals": "Deny"}}, None),
        ({"allOf": [{"field": "a/unseen", "equals": 1}, {"field": "a/b", "equals": "x"}]}, False),
        ({"anyOf": [{"field": "a/unseen", "equals": 1}, {"field": "a/b", "equals": "x"}]}, None),
        ({"anyOf": [{"field": "a/unseen", "equals": 1}, {"field": "a/b", "equals": "deny"}]}, True),
        ({"anyOf": []}, False),
        ({"allOf": "what"}, None),
        ("what", None),
        (None, None),
        (True, None),
    ],
)
def test_a_condition_holds_as_azure_says(condition, answer):
    assert matches(condition, SHOP, {"x": "y"}) is answer


def test_a_rule_as_deep_as_a_hostile_one_is_not_told():
    deep: object = {"field": "name", "equals": "stshop"}
    for _ in range(200):
        deep = {"not": deep}
    assert matches(deep, SHOP, {}) is None


def test_what_a_rule_asks_about_can_be_told_without_understanding_it():
    def asks(rule, name="a/b"):
        return mentions(rule, lambda field: field == name, {"p": "a/b"})

    assert asks({"anyOf": [{"field": "x", "less": 1}, {"field": "a/b", "match": "?"}]}) is True
    assert asks({"field": "[parameters('p')]", "less": 1}) is True
    assert asks({"field": "[parameters('q')]", "less": 1}) is None
    assert asks({"value": "[field('a/b')]", "equals": 1}) is None
    assert asks({"value": "[utcNow()]", "equals": 1}) is False
    assert asks({"count": {"field": "a/b", "where": {"field": "c"}}, "less": 1}) is True
    assert asks({"not": {"field": "x", "equals": "a/b"}}) is False
    nested: object = "x"
    for _ in range(400):
        nested = [nested]
    assert asks({"allOf": nested}) is None


def test_unknown_tags_are_not_missing_tags():
    lost = Subject("x", tags=None)
    assert matches({"field": "tags['pii']", "exists": "false"}, lost, {}) is None
    assert matches({"field": "tags", "containsKey": "pii"}, lost, {}) is None


@given(st.lists(st.sampled_from([True, False, None])))
def test_every_and_some_are_each_others_opposite(answers):
    opposite = {True: False, False: True, None: None}
    assert every(answers) is opposite[some(opposite[one] for one in answers)]


@given(st.sampled_from(["equals", "in", "like", "contains", "containskey", "less"]), st.data())
def test_a_negated_operator_says_the_opposite_of_what_is_there(operator, data):
    values = st.one_of(st.text(max_size=4), st.integers(), st.booleans(), st.just(UNSTATED))
    left, right = data.draw(values), data.draw(values)
    opposite = {True: False, False: True, None: None}
    assert compare(f"not{operator}", left, right) is opposite[compare(operator, left, right)]


GROUP = resource(
    "azurerm_resource_group.g", name="rg", location="West US 2", tags={"owner": "shop"}
)


def test_a_resource_is_seen_by_its_type_its_aliases_its_tags_and_its_group():
    account = normalise(
        resource(
            "azurerm_storage_account.a",
            name="stshop",
            location=id_of("azurerm_resource_group.g", "location"),
            resource_group_name=id_of("azurerm_resource_group.g", "name"),
            allow_nested_items_to_be_public=False,
            public_network_access_enabled=False,
            network_rules=[{"default_action": "Deny"}],
            tags={"pii": "true"},
        )
    )
    seen = subject_of(estate(GROUP, account), account)
    assert seen.type == "Microsoft.Storage/storageAccounts"
    assert seen.location == "West US 2"
    assert seen.tags == {"pii": "true"}
    assert seen.group["tags"] == {"owner": "shop"}
    assert seen.field("Microsoft.Storage/storageAccounts/allowBlobPublicAccess") is False
    assert seen.field("microsoft.storage/storageaccounts/publicnetworkaccess") == "Disabled"
    assert seen.field("Microsoft.Storage/storageAccounts/networkAcls.defaultAction") == "Deny"
    assert seen.field("Microsoft.Storage/storageAccounts/minimumTlsVersion") is not None


def test_a_database_is_where_its_server_is():
    server = resource("azurerm_mssql_server.s", resource_group_name="rg", location="westus2")
    database = resource("azurerm_mssql_database.d", server_id=id_of("azurerm_mssql_server.s"))
    seen = subject_of(estate(GROUP, server, database), database)
    assert (seen.type, seen.location) == ("Microsoft.Sql/servers/databases", "westus2")
    assert seen.group["name"] == "rg"


def test_what_is_not_known_of_a_resource_is_unstated():
    account = resource("azurerm_storage_account.a", tags=SOMETHING, location=SOMETHING)
    seen = subject_of(estate(account), account)
    assert seen.tags is None
    assert (seen.location, seen.group) == (UNSTATED, UNSTATED)
    strange = resource("azurerm_unheard_of.a", name="x")
    assert subject_of(estate(strange), strange).type is UNSTATED
