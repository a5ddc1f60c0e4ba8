"""Policies of API Management: what is read of them, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.api_chain import chain
from simulator.estate.api_gateway import routes
from simulator.estate.api_policy import Element, Policy, parse_policy, policy_in
from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from tests.controls.build import block, estate, id_of, resource


def inbound(inside):
    found = parse_policy(f"<policies><inbound>{inside}</inbound></policies>")
    assert isinstance(found, Policy), found
    return found.section("inbound")


def why(text):
    found = parse_policy(text)
    assert isinstance(found, Unresolvable)
    return found.why


# --- reading ------------------------------------------------------------------------------------


def test_names_are_read_in_any_case_and_values_as_they_are():
    (one,) = inbound(
        '<Validate-JWT Header-Name="Authorization"><Audience> A </Audience></Validate-JWT>'
    )
    assert (one.name, one.get("header-name"), one.texts("audience")) == (
        "validate-jwt",
        "Authorization",
        ("A",),
    )


@pytest.mark.parametrize(
    "expression",
    [
        '@(context.Request.Headers.GetValueOrDefault("Authorization", "").Split(\' \')[0])',
        "@(a < b && c > d)",
        '@(")")',
        '@("@(" + x)',
        '@("\\")")',
        '@(@"a""b)" + "c")',
        "@('(' + ')' + x)",
        "@(list[0] + (1 + (2)))",
        "@(&quot;)&quot;)",
        "@(As<JObject>())",
        '@{ if (a) { return "}"; } /* } */ return b; // }\n }',
    ],
)
def test_an_expression_is_taken_as_it_is_wherever_it_stands(expression):
    first, second = inbound(f'<a value="{expression}" /><b>{expression}</b>')
    assert first.get("value") == expression.strip()
    assert second.text == expression


def test_an_expression_in_quotes_of_the_other_kind():
    (one,) = inbound("<a value='@(x.Get(\"y\"))' other='z' />")
    assert (one.get("value"), one.get("other")) == ('@(x.Get("y"))', "z")


def test_a_section_that_is_not_written_is_that_of_the_scope_above():
    found = parse_policy("<policies><inbound/></policies>")
    assert isinstance(found, Policy)
    assert found.section("inbound") == ()
    assert found.section("outbound") == (Element("base"),)


def test_what_is_commented_out_is_not_there():
    assert inbound("<!-- <validate-jwt /> --><base />") == (Element("base", {}),)


def test_a_bare_ampersand_is_a_text():
    (one,) = inbound('<a value="x&y&amp;z" />')
    assert one.get("value") == "x&y&z"


def test_a_fragment_has_no_sections():
    found = parse_policy("<fragment><quota calls='1'/></fragment>")
    assert isinstance(found, Policy)
    assert [one.name for one in found.fragment] == ["quota"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('<!DOCTYPE p [<!ENTITY a "b">]><policies/>', "document type"),
        ('<! doctype p SYSTEM "file:///etc/passwd"><policies/>', "document type"),
        ("<policies><inbound>", "not well-formed"),
        ("", "not well-formed"),
        ("just text", "not well-formed"),
        ("<policies/><policies/>", "not well-formed"),
        ('<policies a="1" a="2"/>', "not well-formed"),
        ("<policies>\x00</policies>", "not well-formed"),
        ("<policies>\ud800</policies>", "not well-formed"),
        ("<configuration/>", "its root is <configuration>"),
        ('<policies><a value="@(x" /></policies>', "has no end"),
        ("<policies>" + "<a>" * 100 + "</a>" * 100 + "</policies>", "elements in one another"),
        ("<policies>" + " " * 600_000 + "</policies>", "characters"),
        ("<policies>\ue0000\ue001</policies>", "private"),
    ],
)
def test_what_cannot_be_read_says_why(text, part):
    assert part in why(text)


def test_an_entity_is_never_expanded():
    """Only the five of XML itself: the rest stay texts."""
    (one,) = inbound("<a>&lt;&lol;&#65;</a>")
    assert one.text == "<&lol;A"


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (Reference("azurerm_x.a"), "depends on azurerm_x.a"),
        (Unresolvable("var.xml has no value"), "var.xml"),
        (Omitted(), "not set"),
        (Known(7), "no text"),
    ],
)
def test_an_argument_that_is_no_text_says_why(value, part):
    found = policy_in(value)
    assert isinstance(found, Unresolvable)
    assert part in found.why


def test_references_in_the_text_are_read_around():
    text = '<policies><inbound><a value="${azurerm_x.a.id}"/></inbound></policies>'
    found = policy_in(Reference("azurerm_x.a", "id", text))
    assert isinstance(found, Policy)
    assert found.section("inbound")[0].get("value") == "${azurerm_x.a.id}"


@given(st.text(alphabet="<>/@(){}\"'&;!- \nabcDOCTYPE", max_size=60))
def test_no_text_crashes_the_parser(text):
    assert isinstance(parse_policy(text), Policy | Unresolvable)
    assert isinstance(
        parse_policy(f"<policies><inbound>{text}</inbound></policies>"), Policy | Unresolvable
    )


@given(
    st.recursive(
        st.just("x"),
        lambda inner: st.lists(inner, max_size=3).map(lambda some: f"({''.join(some)})"),
        max_leaves=8,
    )
)
def test_balanced_brackets_end_where_they_end(inner):
    (one,) = inbound(f'<a value="@({inner})" after="1" />')
    assert (one.get("value"), one.get("after")) == (f"@({inner})", "1")


# --- chains -------------------------------------------------------------------------------------

G = resource("azurerm_api_management.g", name="apim")
IN = {"api_management_name": "apim"}
API = resource("azurerm_api_management_api.a", name="orders", subscription_required=True, **IN)
P = resource(
    "azurerm_api_management_product.p",
    product_id="gold",
    subscription_required=True,
    published=True,
    **IN,
)
LINK = resource("azurerm_api_management_product_api.l", product_id="gold", api_name="orders", **IN)


def changed(one, address="", **values):
    return resource(address or one.address, **{**dict(one.body.values), **values})


def xml(inside):
    return f"<policies><inbound>{inside}</inbound></policies>"


def api_policy(inside, **values):
    given_ = {"api_name": "orders", "xml_content": xml(inside)} | IN | values
    return resource("azurerm_api_management_api_policy.x", **given_)


def product_policy(inside, **values):
    given_ = {"product_id": "gold", "xml_content": xml(inside)} | IN | values
    return resource("azurerm_api_management_product_policy.x", **given_)


def all_policy(inside):
    return resource(
        "azurerm_api_management_policy.x",
        api_management_id=id_of(G.address),
        xml_content=xml(inside),
    )


def met(*resources, base=(G, API, P, LINK)):
    shop = estate(*base, *resources)
    (route,) = [r for r in routes(shop) if r.operation is None]
    return chain(shop, route)


def names(some):
    return [step.element.name for step in some]


def test_the_scopes_are_put_together_at_base():
    found = met(
        api_policy("<a1/><base/><a2/>"), product_policy("<p1/><base/><p2/>"), all_policy("<g/>")
    )
    assert names(found.steps) == ["a1", "p1", "g", "p2", "a2"]
    assert (found.dropped, found.unread) == ((), ())


def test_a_policy_without_base_drops_what_is_above():
    found = met(api_policy("<a/>"), product_policy("<p/><base/>"), all_policy("<g/>"))
    assert names(found.steps) == ["a"]
    assert sorted(names(found.dropped)) == ["g", "p"]
    assert found.dropped_by.address == "azurerm_api_management_api_policy.x"


def test_a_scope_without_a_policy_passes_on_what_is_above():
    assert names(met(all_policy("<g/>")).steps) == ["g"]


def test_a_gateway_of_azurerm_3_holds_its_policy_itself():
    old = resource(G.address, name="apim", policy=[block(xml_content=xml("<g/>"))])
    assert names(met(base=(old, API, P, LINK)).steps) == ["g"]


def test_names_of_another_gateway_are_other_things():
    twin = [
        resource("azurerm_api_management.h", name="apim-eu"),
        changed(API, api_management_name="apim-eu", address="azurerm_api_management_api.b"),
        api_policy("<eu/>", api_management_name="apim-eu"),
    ]
    here = changed(api_policy("<us/>"), address="azurerm_api_management_api_policy.y")
    assert names(met(*twin, here).steps) == ["us"]


def test_names_may_be_references_ids_and_revisions():
    ways = [
        {"api_name": id_of(API.address, "name")},
        {"api_name": "ORDERS;rev=2"},
        {"api_management_name": id_of(G.address, "name")},
    ]
    for way in ways:
        assert names(met(api_policy("<a/>", **way)).steps) == ["a"]


@pytest.mark.parametrize(
    ("inside", "sure"),
    [
        ("<choose><when condition='@(x)'><quota/></when></choose>", False),
        (
            "<choose><when condition='x'><quota/></when><otherwise><quota/></otherwise></choose>",
            True,
        ),
        ("<choose><when condition='@(x)'><quota/></when><otherwise/></choose>", False),
        ("<limit-concurrency key='k' max-count='3'><quota/></limit-concurrency>", True),
        ("<retry><quota/></retry>", True),
    ],
)
def test_what_stands_in_branches_is_met_only_if_it_is_in_all(inside, sure):
    found = met(api_policy(inside))
    assert bool(found.surely("quota")) is sure
    assert bool(found.perhaps("quota")) is not sure


def fragment(value, name="f", gateway=G.address):
    return resource(
        f"azurerm_api_management_policy_fragment.{name}",
        name=name,
        api_management_id=id_of(gateway),
        value=value,
    )


def test_a_fragment_is_read_in_its_place():
    use = api_policy('<include-fragment fragment-id="f"/>')
    found = met(use, fragment("<fragment><quota/></fragment>"))
    assert names(found.steps) == ["quota"]
    other = fragment("<fragment><quota/></fragment>", gateway="azurerm_api_management.h")
    for missing in ((), (other,), (fragment("<fragment>"),), (fragment(Unresolvable("?")),)):
        found = met(use, *missing)
        assert found.steps == ()
        assert "fragment" in found.unread[0][1] or "policy_fragment.f" in found.unread[0][1]


def test_a_fragment_that_includes_itself_ends():
    circle = fragment('<fragment><include-fragment fragment-id="f"/></fragment>')
    assert met(api_policy('<include-fragment fragment-id="f"/>'), circle).unread


def test_a_link_is_not_followed():
    found = met(api_policy("<a/>", xml_link="https://x.example/policy.xml"))
    assert "behind a link" in found.unread[0][1]


def ways(*resources):
    return [
        (r.api.name, r.product and r.product.name, r.operation and r.operation.name, r.keyed)
        for r in routes(estate(G, API, P, *resources))
    ]


def test_a_call_without_a_key():
    open_api = changed(API, subscription_required=False)
    found = routes(estate(G, open_api, P, LINK))
    assert [(r.product is None, r.keyed) for r in found] == [(False, False), (True, False)]
    open_product = changed(P, subscription_required=False)
    assert [r.keyed for r in routes(estate(G, API, open_product, LINK))] == [False]
    closed = changed(P, published=False)
    assert routes(estate(G, API, closed, LINK)) == ()
    unknown = changed(API, subscription_required=Unresolvable("?"))
    assert [r.keyed for r in routes(estate(G, unknown))] == [None]
