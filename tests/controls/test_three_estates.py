"""What is asked of every control alike, on its three small estates: pass, fail and absent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Harm, Outcome, Weakening
from simulator.estate.model import (
    Block,
    Estate,
    Known,
    Node,
    Resource,
    Unresolvable,
    effective,
    freeze,
)
from simulator.evidence.html import page
from simulator.evidence.ledger import ledger
from tests.controls.build import declared
from tests.evidence.build import HEADER

EXPECTED = {
    "pass": Outcome.PASSED,
    "fail": Outcome.FAILED,
    "absent": Outcome.NOT_APPLICABLE,
}
LOST_IN_A_PLAN = {"RESP-01", "RESP-03"}
"""Their passing estates are unknown from a fresh plan, whose JSON loses what follows an id."""
SET_IS_ENOUGH = {
    # One of the endpoints leads to a service of an account that nothing needs.
    "DATA-09": {"private_service_connection.subresource_names"},
    # An address that is set is somebody's, and whose no configuration shows.
    "RESP-05": {"email"},
    "RESP-06": {"email_receiver.email_address"},
    # A setting whose name speaks of no secret may hold anything, and most do.
    "DATA-07": {"app_settings.ORDERS_DATABASE"},
}
UNREADABLE = Unresolvable("var.something has no value")
HOSTILE = "<script>alert('x')</script>\"'`${var.x}%{if}\u202e\x1b[31m\n|{{7*7}}"


@pytest.mark.parametrize("reader", ["hcl", "plan"])
@pytest.mark.parametrize("case", EXPECTED)
@pytest.mark.parametrize("id_", CONTROLS)
def test_the_three_estates_pass_fail_and_have_nothing_to_look_at(id_, case, reader):
    outcome = assess(CONTROLS[id_], declared(id_, case, reader)).outcome
    lost = case == "pass" and reader == "plan" and id_ in LOST_IN_A_PLAN
    assert outcome is (Outcome.UNKNOWN if lost else EXPECTED[case])


def with_other(estate: Estate, old: Resource, new: Resource) -> Estate:
    return replace(estate, resources=tuple(new if r is old else r for r in estate.resources))


def unreadable(estate: Estate) -> Iterator[Estate]:
    """The estate with all that one of its resources says unreadable, for each of them."""
    for resource in estate.resources:
        if resource.mode == "managed":
            values = {name: UNREADABLE for name in resource.body.values if name != "name"}
            body = replace(resource.body, values=MappingProxyType(values))
            yield with_other(estate, resource, replace(resource, body=body))


@pytest.mark.parametrize("id_", CONTROLS)
def test_where_a_resource_cannot_be_read_the_control_is_unknown(id_):
    """Of each resource in turn nothing can be read: somewhere that leaves the control unknown."""
    outcomes = [assess(CONTROLS[id_], e).outcome for e in unreadable(declared(id_, "pass", "hcl"))]
    assert Outcome.UNKNOWN in outcomes


@pytest.mark.parametrize("id_", CONTROLS)
def test_a_resource_that_could_not_be_read_is_no_crash(id_):
    for case in ("pass", "fail"):
        for estate in unreadable(declared(id_, case, "hcl")):
            crashed = [f for f in assess(CONTROLS[id_], estate).findings if f.attribute == id_]
            assert crashed == []


def put(block: Block, names: list[str], value: Node) -> Block:
    """The block with this value at the dotted path, in each of several nested blocks."""
    inner = block.values.get(names[0])
    made = value
    if len(names) > 1 and isinstance(inner, Block):
        made = put(inner, names[1:], value)
    elif len(names) > 1 and isinstance(inner, tuple):
        made = tuple(put(one, names[1:], value) if isinstance(one, Block) else one for one in inner)
    return replace(block, values=MappingProxyType({**block.values, names[0]: made}))


def weaker(weakening: Weakening, resource: Resource) -> Known | None:
    """What a weakening puts there, where it is a plain value."""
    if weakening.harm is Harm.FLIP:
        now = effective(resource.get(weakening.path))
        return Known(not now) if isinstance(now, bool) else None
    try:
        return Known(freeze(json.loads(weakening.value)))
    except ValueError:
        return None


@pytest.mark.parametrize("id_", CONTROLS)
def test_what_would_fail_if_it_were_weaker_is_no_pass_where_it_cannot_be_read(id_):
    control, passing = CONTROLS[id_], declared(id_, "pass", "hcl")
    passed = []
    for weakening in control.weakenings:
        names = weakening.path.split(".")
        for resource in passing.of_type(weakening.type):
            if not weakening.path or names[0] not in resource.body.values:
                continue
            weak = weaker(weakening, resource)

            def outcome(value: Node, names=names, resource=resource) -> Outcome:
                body = put(resource.body, names, value)
                return assess(
                    control, with_other(passing, resource, replace(resource, body=body))
                ).outcome

            failed = weak is not None and outcome(weak) is Outcome.FAILED
            if failed and outcome(UNREADABLE) is Outcome.PASSED:
                passed.append(weakening.path)
    assert set(passed) == SET_IS_ENOUGH.get(id_, set())


def hostile(node: Node) -> Node:
    """Names, tags and other texts with what would act on a report in them."""
    match node:
        case Known(value=str(text), sensitive=sensitive):
            return Known(text + HOSTILE, sensitive=sensitive)
        case Block(values=values):
            made = {name: hostile(value) for name, value in values.items()}
            return replace(node, values=MappingProxyType(made))
        case tuple():
            return tuple(hostile(inner) for inner in node)
    return node


def hostile_resource(resource: Resource) -> Resource:
    body = hostile(resource.body)
    assert isinstance(body, Block)
    return replace(resource, address=f'{resource.address}["{HOSTILE}"]', body=body)


@pytest.mark.parametrize("id_", CONTROLS)
def test_hostile_names_tags_and_values_break_neither_verdict_nor_report(id_):
    estate = declared(id_, "fail", "hcl")
    estate = replace(estate, resources=tuple(map(hostile_resource, estate.resources)))
    verdict = assess(CONTROLS[id_], estate)
    assert [f for f in verdict.findings if f.attribute == id_] == [], "it crashed"
    made = ledger(HEADER, estate, [(CONTROLS[id_], verdict)], [])
    json.dumps(made)
    shown = page(made)
    assert "<script" not in shown
    assert "\u202e" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("id_", CONTROLS)
def test_every_control_says_which_changes_must_break_it(id_):
    weakenings = CONTROLS[id_].weakenings
    assert len(weakenings) >= 3
    assert len({w.harm for w in weakenings}) >= 2
    assert all(also in CONTROLS for w in weakenings for also in w.also)


def test_every_kind_of_harm_is_tried_by_some_control():
    assert {w.harm for c in CONTROLS.values() for w in c.weakenings} == set(Harm)
