"""Sets of numbers, boxes of traffic, and rules over them: priority alone decides."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.network.spans import Spans
from simulator.estate.network.traffic import Box, Line, let_through, port, protocol

SMALL = 12
sets = st.frozensets(st.integers(0, SMALL), max_size=6)
some = st.frozensets(st.integers(0, SMALL), min_size=1, max_size=6)


def spans(numbers: frozenset[int]) -> Spans:
    """The same set as runs."""
    return Spans.of((n, n) for n in numbers)


def numbers(found: Spans) -> frozenset[int]:
    """The same set, written out."""
    return frozenset(n for n in range(SMALL + 1) if n in found)


@given(sets, sets)
def test_spans_are_sets(one: frozenset[int], other: frozenset[int]) -> None:
    a, b = spans(one), spans(other)
    assert numbers(a & b) == one & other
    assert numbers(a | b) == one | other
    assert numbers(a - b) == one - other
    assert a.within(b) == (one <= other)
    assert (bool(a), a.count) == (bool(one), len(one))


boxes = st.builds(lambda s, d, p: Box(spans(s), spans(d), ports=spans(p)), some, some, some)


def points(box: Box) -> set[tuple[int, int, int]]:
    """Source, destination and port of every packet in a box."""
    return {
        (s, d, p)
        for s in numbers(box.source)
        for d in numbers(box.destination)
        for p in numbers(box.ports)
    }


@given(boxes, boxes)
def test_a_box_without_another_is_what_is_left_in_pieces_that_are_apart(one: Box, two: Box) -> None:
    pieces = [points(piece) for piece in one - two]
    assert set().union(*pieces) == points(one) - points(two)
    assert sum(map(len, pieces)) == len(points(one) - points(two))


lines = st.lists(st.builds(Line, st.integers(100, 110), st.booleans(), boxes, st.just("r")))


def opened(rules: list[Line[str]], traffic: Box) -> set[tuple[int, int, int]]:
    """Every packet that is let through."""
    return {point for box, _ in let_through(rules, [traffic]) for point in points(box)}


@given(lines, boxes)
def test_the_first_rule_by_priority_that_matches_a_packet_decides(
    rules: list[Line[str]], traffic: Box
) -> None:
    def allowed(point: tuple[int, int, int]) -> bool:
        ordered = sorted(rules, key=lambda line: line.priority)
        return next((line.allow for line in ordered if point in points(line.box)), False)

    assert opened(rules, traffic) == {p for p in points(traffic) if allowed(p)}


@given(lines, boxes, boxes)
def test_a_deny_rule_of_top_priority_never_opens_anything(
    rules: list[Line[str]], traffic: Box, denied: Box
) -> None:
    more = [*rules, Line(99, False, denied, "deny")]
    assert opened(more, traffic) == opened(rules, traffic) - points(denied)


@given(lines, boxes, boxes, some)
def test_an_allow_rule_with_a_narrower_source_never_opens_more(
    rules: list[Line[str]], traffic: Box, allowed: Box, source: frozenset[int]
) -> None:
    narrow = allowed & Box(source=spans(source))
    wide = [*rules, Line(105, True, allowed, "a")]
    assert opened([*rules, Line(105, True, narrow, "a")], traffic) <= opened(wide, traffic)


def test_each_part_that_is_let_through_names_its_own_rule() -> None:
    web = Line(100, True, Box(ports=port("443") or Spans()), "web")
    rest = Line(200, True, Box(), "rest")
    found = let_through([rest, web], [Box(protocols=protocol("tcp") or Spans())])
    assert [(box.words, rule) for box, rule in found] == [
        ("TCP 443", "web"),
        ("TCP 0-442, 444-65535", "rest"),
    ]


def test_what_is_no_port_or_protocol_is_told() -> None:
    assert (port("https"), port("1-x"), port("-1"), protocol("sctp")) == (None, None, None, None)
