import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import UNSTATED
from simulator.estate.policy.expressions import Context, evaluate

CONTEXT = Context(
    {"tagName": "it's", "n": 3, "lost": "${azurerm_x.y.id}", "kinds": ("a",), "some": ("${x}",)},
    field=lambda name: {"location": "westus2"}.get(name, UNSTATED),
    group={"tags": {"Owner": "shop"}},
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("[parameters('tagName')]", "it's"),
        ("[Parameters('TAGNAME')]", "it's"),
        ("[concat('a''b', parameters('n'), '-', 'c')]", "a'b3-c"),
        ("[concat(  'a' ,\n'b' )]", "ab"),
        ("[toLower(concat('A','B'))]", "ab"),
        ("[field('location')]", "westus2"),
        ("[resourceGroup().tags['owner']]", "shop"),
        ("[resourceGroup().tags.owner]", "shop"),
        ("[resourceGroup().tags['none']]", ""),
        ("[[escaped]", "[escaped]"),
        ("[true]", True),
        ("[contains(parameters('kinds'), 'a')]", True),
        ("[contains(parameters('kinds'), 'b')]", False),
        ("[if(contains(parameters('kinds'), 'a'), 'yes', 'no')]", "yes"),
        ("[if(contains(parameters('kinds'), 'b'), 'yes', 'no')]", "no"),
    ],
)
def test_an_expression_has_the_value_that_azure_gives_it(text, value):
    assert evaluate(text, CONTEXT) == value


@pytest.mark.parametrize(
    "text",
    [
        "[parameters('other')]",
        "[parameters('lost')]",
        "[subscription().tags['owner']]",
        "[utcNow()]",
        "[contains(parameters('some'), 'b')]",
        "[if(contains(parameters('some'), 'b'), 'yes', 'no')]",
        "[concat('a', utcNow())]",
        "[concat('a']",
        "[concat('a' 'b')]",
        "['a' 'b']",
        "[]",
        "[" + "concat(" * 500 + ")" * 500 + "]",
        "[" + "x" * 10_000 + "]",
        "tags-${azurerm_x.y.name}",
        "[1 + 1]",
    ],
)
def test_what_cannot_be_told_is_not_guessed(text):
    assert evaluate(text, CONTEXT) is UNSTATED


def test_without_parameters_nothing_is_known_of_them():
    assert evaluate("[parameters('n')]", Context(None)) is UNSTATED


@given(st.text(alphabet="[]()'.,abc1 \n$\u202e-", max_size=60))
def test_no_text_breaks_the_reader(text):
    evaluate(text, CONTEXT)
