import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.arm_template import UNKNOWN_EXPRESSION, Template
from simulator.estate.document import UNKNOWN_TEXT, as_value, document, references
from simulator.estate.model import Known, Omitted, Reference, Unresolvable, freeze
from tests.controls.build import block, id_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_a_document_is_what_its_text_says(value):
    assert document(Known(json.dumps(value))) == freeze(value)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Known("{"), "not JSON"),
        (Reference("azurerm_storage_account.a"), "known only after apply"),
        (Unresolvable("var.body has no value"), "var.body"),
        (Omitted(), "not set"),
        (None, "not set"),
    ],
)
def test_a_document_that_cannot_be_read_says_why(value, why):
    found = document(value)
    assert isinstance(found, Unresolvable)
    assert why in found.why


def test_an_object_with_references_is_a_document():
    body = block(
        properties={"id": id_of("azurerm_key_vault.v", suffix="/x"), "n": Unresolvable("?")}
    )
    assert document(body) == {
        "properties": {"id": "${azurerm_key_vault.v.id}/x", "n": UNKNOWN_TEXT}
    }


@pytest.mark.parametrize(
    ("text", "to", "attribute", "suffix"),
    [
        ("${azurerm_a.b.id}/c", "azurerm_a.b", "id", "/c"),
        ("${data.azurerm_a.b.id}", "data.azurerm_a.b", "id", ""),
        ('${module.m["x.y"].azurerm_a.b[0].id}', 'module.m["x.y"].azurerm_a.b[0]', "id", ""),
        ("${azurerm_a.b.identity[0].principal_id}", "azurerm_a.b", "identity[0].principal_id", ""),
        ("${azurerm_a.b.id}/c?api-version=1", "azurerm_a.b", "id", "/c"),
    ],
)
def test_a_reference_in_a_text_is_read_whole(text, to, attribute, suffix):
    (found,) = references(text)
    assert (found.to, found.attribute, found.suffix) == (to, attribute, suffix)


@pytest.mark.parametrize("text", ["${var.x}", "${each.key}", "${upper(var.x)}", UNKNOWN_TEXT, "a"])
def test_what_is_no_reference_refers_to_nothing(text):
    assert references(text) == ()


def test_a_text_that_is_not_known_is_no_literal():
    assert isinstance(as_value("${var.rule_id}"), Unresolvable)
    assert as_value("plain") == Known("plain")
    assert as_value("") == Omitted()


# --- ARM templates ------------------------------------------------------------------------------


def named(name, **template):
    body = freeze({"resources": [{"type": "A/b", "name": name}], **template})
    return Template(body, freeze({"given": {"value": "g"}})).resources("a/B")[0]["name"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("plain", "plain"),
        ("[[escaped]", "[escaped]"),
        ("[parameters('given')]", "g"),
        ("[parameters('defaulted')]", "d"),
        ("[variables('v')]", "g-v"),
        ("[concat('it''s ', variables('v'), '/', parameters('given'))]", "it's g-v/g"),
        ("[parameters('absent')]", UNKNOWN_EXPRESSION),
        ("[resourceGroup().location]", UNKNOWN_EXPRESSION),
        ("[concat('a', resourceId('x'))]", f"a{UNKNOWN_EXPRESSION}"),
        ("[concat('a'", "[concat('a'"),
        ("[concat('a']", UNKNOWN_EXPRESSION),
        ("[parameters('given').inner]", UNKNOWN_EXPRESSION),
    ],
)
def test_template_expressions_are_worked_out_or_marked(expression, value):
    template = {
        "parameters": {"defaulted": {"defaultValue": "d"}},
        "variables": {"v": "[concat(parameters('given'), '-v')]"},
    }
    assert named(expression, **template) == value


def test_named_resources_of_a_template_are_found_too():
    body = freeze({"languageVersion": "2.0", "resources": {"x": {"type": "A/b", "name": "n"}}})
    assert Template(body, None).resources("A/b")[0]["name"] == "n"
