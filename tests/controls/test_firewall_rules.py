from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.firewall_rules import KINDS, TOO_WIDE, homeless, rules_of, too_wide, width
from simulator.controls.verdict import Severity
from simulator.estate.model import Reference
from tests.controls.build import SOMETHING, estate, id_of, resource

SQL = "azurerm_mssql_server.s"
SERVER = resource(SQL, name="sql-shop")
RULE = "azurerm_mssql_firewall_rule"
addresses = st.integers(0, 2**32 - 1)


def rule(start, end, name="r", **values):
    return resource(
        f"{RULE}.{name}",
        **{"server_id": id_of(SQL), "start_ip_address": start, "end_ip_address": end} | values,
    )


def found(*rules, unsettled=False):
    shop = estate(SERVER, *rules)
    return list(too_wide(shop, SERVER, "because", "close it", unsettled=unsettled))


@given(addresses, addresses)
def test_a_span_has_as_many_addresses_as_lie_between_its_ends(one, other):
    first, last = sorted((one, other))
    assert width(str(IPv4Address(first)), str(IPv4Address(last))) == last - first + 1


@given(st.text(), st.text())
def test_any_text_is_a_span_or_none(one, other):
    count = width(one, other)
    assert count is None or count >= 1


@pytest.mark.parametrize(
    ("start", "end", "severity"),
    [
        ("0.0.0.0", "255.255.255.255", Severity.CRITICAL),
        ("0.0.0.1", "255.255.255.254", Severity.CRITICAL),
        ("10.0.0.0", "10.255.255.255", Severity.CRITICAL),
        ("203.0.0.0", "203.1.0.0", Severity.HIGH),
        ("0.0.0.0", "0.0.0.0", Severity.HIGH),
    ],
)
def test_a_rule_for_the_internet_or_for_all_of_azure_fails(start, end, severity):
    (finding,) = found(rule(start, end))
    assert (finding.address, finding.attribute) == (f"{RULE}.r", "start_ip_address")
    assert finding.severity is severity
    assert not finding.unknown


@pytest.mark.parametrize(
    ("start", "end"),
    [("203.0.113.7", "203.0.113.7"), ("203.0.0.0", "203.0.255.255"), ("0.0.0.1", "0.0.0.1")],
)
def test_a_rule_no_wider_than_a_16_is_fine(start, end):
    assert found(rule(start, end)) == []


def test_rules_side_by_side_count_as_the_one_that_they_are():
    halves = (rule("198.0.0.0", "198.0.255.255"), rule("198.1.0.0", "198.1.255.255", "b"))
    (finding,) = found(*halves)
    assert (finding.address, finding.attribute) == (SQL, "firewall_rules")
    assert "131,072 addresses" in finding.actual


def test_rules_that_overlap_count_once():
    whole, part = rule("198.0.0.0", "198.0.255.255"), rule("198.0.7.0", "198.0.8.0", "b")
    assert found(whole, part, rule("198.0.0.0", "198.0.255.255", "c")) == []


@given(st.lists(st.tuples(addresses, st.integers(0, TOO_WIDE - 1)), min_size=1, max_size=6))
def test_rules_are_too_wide_together_just_if_they_let_in_more_than_a_16(spans):
    spans = [(first, min(first + more, 2**32 - 1)) for first, more in spans]
    spans = [span for span in spans if span != (0, 0)]
    rules = [
        rule(str(IPv4Address(first)), str(IPv4Address(last)), f"r{i}")
        for i, (first, last) in enumerate(spans)
    ]
    covered = 0
    for index, (first, last) in enumerate(spans):  # inclusion by counting each address once
        pieces = [(first, last)]
        for other, upto in spans[:index]:
            pieces = [
                piece
                for start, end in pieces
                for piece in ((start, min(end, other - 1)), (max(start, upto + 1), end))
                if piece[0] <= piece[1]
            ]
        covered += sum(end - start + 1 for start, end in pieces)
    assert bool(found(*rules)) is (covered > TOO_WIDE)


@pytest.mark.parametrize("ends", [(SOMETHING, "203.0.113.7"), ("203.0.113.7", SOMETHING)])
def test_an_end_that_cannot_be_known_leaves_the_rule_unknown(ends):
    (finding,) = found(rule(*ends))
    assert finding.unknown
    assert "--var-file" in finding.remedy


@pytest.mark.parametrize(
    "ends", [("203.0.113.9", "203.0.113.1"), ("office", "home"), ("::1", "::2"), ("x\n<script>", 7)]
)
def test_what_is_no_range_is_unknown(ends):
    (finding,) = found(rule(*ends))
    assert finding.unknown


def test_findings_are_unknown_while_it_is_open_whether_the_server_answers_at_all():
    (finding,) = found(rule("0.0.0.0", "255.255.255.255"), unsettled=True)
    assert finding.unknown


def test_zero_is_no_word_for_azure_to_redis():
    cache = resource("azurerm_redis_cache.c", name="redis-shop")
    zero = resource(
        "azurerm_redis_firewall_rule.z",
        redis_cache_name="redis-shop",
        start_ip="0.0.0.0",
        end_ip="0.0.0.0",
    )
    shop = estate(cache, zero)
    assert rules_of(shop, cache) == (zero,)
    assert list(too_wide(shop, cache, "because", "close it")) == []


@pytest.mark.parametrize("type_", KINDS)
def test_a_rule_stands_on_the_server_that_it_names(type_):
    kind = KINDS[type_]
    server = resource(f"{kind.server.owners[0]}.s", name="shop")
    link = Reference(server.address, "name" if kind.server.by_name else "id")
    bounds = {kind.start: "0.0.0.0", kind.end: "255.255.255.255"}
    mine = resource(f"{type_}.mine", **{kind.server.argument: link}, **bounds)
    lost = resource(f"{type_}.lost", **{kind.server.argument: SOMETHING}, **bounds)
    shop = estate(server, mine, lost)
    assert rules_of(shop, server) == (mine,)
    assert homeless(shop, type_) == (lost,)
    assert [f.address for f in too_wide(shop, server, "why", "how")] == [mine.address]
