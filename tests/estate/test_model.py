"""The Estate's values: what is set, what is not, and what points where."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Origin,
    Provider,
    Reference,
    Resource,
    Unresolvable,
    base_address,
    effective,
    freeze,
    show,
)

ORIGIN = Origin("main.tf", 1)


def resource(address, mode="managed", actions=(), **values):
    type_, _, name = base_address(address).rpartition(".")
    return Resource(
        address,
        type_.rpartition(".")[2],
        name,
        Block(values),
        ORIGIN,
        Provider("azurerm", 4),
        mode,
        actions,
    )


def test_a_path_leads_through_blocks_maps_and_known_objects():
    block = Block(
        {
            "rules": (Block({"port": Known(1)}), Block({"port": Known(2)})),
            "tags": Block({"pii": Known("true")}),
            "body": Known(freeze({"properties": {"on": True}})),
        }
    )
    assert block.get("rules.port") == Known(1)
    assert block.get("tags.pii") == Known("true")
    assert block.get("body.properties.on") == Known(value=True)
    assert block.get("body.properties.off") == Omitted()
    assert block.get("absent.at.all") == Omitted()


@pytest.mark.parametrize(
    "state", [Unresolvable("var.x has no value"), Reference("azurerm_x.a", "rules")]
)
def test_below_a_block_that_is_not_known_nothing_is_omitted(state):
    block = Block({"rules": state})
    assert block.get("rules.port") == state
    assert isinstance(block.unresolved("rules"), Unresolvable)
    assert block.blocks("rules") == ()


def test_below_an_omitted_block_everything_is_omitted():
    assert Block({"rules": Omitted(default=())}).get("rules.port") == Omitted()
    assert Block({"rules": ()}).get("rules.port") == Omitted()
    assert Block({"rules": ()}).unresolved("rules") is None


def test_a_block_where_a_value_was_asked_for_is_a_mistake_in_the_caller():
    with pytest.raises(TypeError, match="rules"):
        Block({"rules": (Block(),)}).get("rules")


def test_entries_of_a_map_keep_its_sensitivity():
    known = Block({"m": Known(freeze({"a": 1}), sensitive=True)})
    assert known.entries("m") == {"a": Known(1, sensitive=True)}
    assert Block({"m": Unresolvable("x")}).entries("m") == {}
    assert Block({"m": Block({"a": Known(1), "b": Block()})}).entries("m") == {"a": Known(1)}


def test_walk_gives_every_value_with_its_path():
    block = Block({"a": Known(1), "r": (Block({"p": Known(2)}), Block({"p": Omitted()}))})
    assert dict(block.walk()) == {"a": Known(1), "r.0.p": Known(2), "r.1.p": Omitted()}


TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=20)


@given(TEXT, st.sampled_from(["id", "workspace_id", "identity[0].principal_id"]))
def test_the_suffix_is_what_follows_the_reference(suffix, attribute):
    head = "${azurerm_x.a." + attribute + "}"
    assert Reference("azurerm_x.a", attribute, head + suffix).suffix == suffix
    assert Reference("azurerm_x.a", attribute, None).suffix is None
    assert Reference("azurerm_x.a", attribute, "x" + head).suffix is None


@given(TEXT)
def test_base_address_takes_any_key_away(key):
    quoted = json.dumps(key, ensure_ascii=False)
    assert base_address(f"module.m[{quoted}].azurerm_x.a[{quoted}]") == "module.m.azurerm_x.a"
    assert base_address("azurerm_x.a[12]") == "azurerm_x.a"


WORKSPACE = resource("azurerm_log_analytics_workspace.law")
ONBOARDING = resource(
    "azurerm_sentinel_log_analytics_workspace_onboarding.on",
    workspace_id=Reference(
        "azurerm_log_analytics_workspace.law",
        text="${azurerm_log_analytics_workspace.law.id}",
    ),
)
LIVE = resource("azurerm_storage_account.live", id=Known("/subscriptions/S/storageAccounts/live"))
LOOP = resource("azurerm_x.loop", a=Reference("azurerm_x.loop", "a"))
ESTATE = Estate((WORKSPACE, ONBOARDING, LIVE, LOOP), "here", "hcl")


def pointed(value):
    target = ESTATE.target(value)
    return target and (target.resource.address, target.suffix)


def test_a_target_is_found_through_references_that_pass_an_id_on():
    on = ONBOARDING.address
    through = Reference(on, "workspace_id", "${" + on + ".workspace_id}")
    assert pointed(through) == (WORKSPACE.address, "")
    longer = Reference(on, "workspace_id", "${" + on + ".workspace_id}/tables/x/")
    assert pointed(longer) == (WORKSPACE.address, "/tables/x")
    assert pointed(Reference(on, "id", "${" + on + ".id}/x")) == (on, "/x")
    assert pointed(Reference(on, "id")) == (on, None)


def test_a_target_is_found_by_a_literal_id_whatever_its_case():
    assert pointed(Known("/SUBSCRIPTIONS/s/storageaccounts/LIVE/blobServices/default/")) == (
        LIVE.address,
        "/blobServices/default",
    )
    assert pointed(Known("/subscriptions/other")) is None


@pytest.mark.parametrize(
    "value",
    [
        Omitted(),
        Unresolvable("x"),
        Known(3),
        Reference("azurerm_x.missing"),
        Reference("azurerm_x.loop", "a"),
    ],
)
def test_what_points_nowhere_has_no_target(value):
    assert pointed(value) is None


def test_resources_that_are_deleted_or_only_read_are_not_listed_by_type():
    kept = resource("azurerm_x.kept", name=Known("n"))
    gone = resource("azurerm_x.gone", actions=("delete",), name=Known("n"))
    data = resource("data.azurerm_x.read", mode="data")
    estate = Estate((gone, data, kept), "here", "plan")
    assert estate.of_type("azurerm_x") == (kept,)
    assert estate.named("azurerm_x", "n") is kept
    assert estate.named("azurerm_x", "m") is None


@pytest.mark.parametrize(
    ("value", "in_force", "words"),
    [
        (Known("Deny"), "Deny", '"Deny"'),
        (Known(("a", 1, None)), ("a", 1, None), '["a", 1, null]'),
        (Known("pw", sensitive=True), "pw", "(sensitive value)"),
        (Omitted(), UNSTATED, "not set"),
        (Omitted(3, "azurerm 4.x default"), 3, "not set (azurerm 4.x default: 3)"),
        (Known(value=False), False, "false"),
        (Reference("azurerm_x.a"), UNSTATED, "a reference to azurerm_x.a.id"),
        (Reference("azurerm_x.a", text="${azurerm_x.a.id}/b"), UNSTATED, "${azurerm_x.a.id}/b"),
        (Unresolvable("var.x has no value"), UNSTATED, "not known (var.x has no value)"),
    ],
)
def test_a_value_in_force_and_in_words(value, in_force, words):
    assert effective(value) == in_force
    assert show(value) == words


def test_a_sensitive_value_does_not_show_itself():
    assert "pw" not in repr(Known("pw", sensitive=True))
    assert "pw" not in f"{Block({'a': Known('pw', sensitive=True)})}"


def test_a_frozen_value_cannot_be_changed():
    frozen = freeze({"a": [1, {"b": 2}]})
    assert frozen == {"a": (1, {"b": 2})}
    with pytest.raises(TypeError):
        frozen["a"] = 1
    with pytest.raises(TypeError):
        frozen["a"][1]["b"] = 1


def test_origins_and_providers_in_words():
    assert (str(Origin("a.tf", 3)), str(Origin("plan.json"))) == ("a.tf:3", "plan.json")
    assert (str(Provider("azurerm", 4)), str(Provider("random"))) == ("azurerm 4.x", "random")
