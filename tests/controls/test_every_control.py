"""What holds for every control, on its own estates: how findings are told, waived and left open."""

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Finding, Outcome, finding
from simulator.controls.waivers import Waiver, counts_as, left, standings
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Block, Estate, Known, Origin
from simulator.estate.plan import read_plan
from simulator.estate.provider import normalise
from tests.controls.build import ESTATES, declared, resource

BOTH = pytest.mark.parametrize("reader", ["hcl", "plan"])
EVERY = pytest.mark.parametrize("control", CONTROLS)
TODAY = date(2026, 3, 1)
_DOTTED = re.compile(r"(?:^|, (?:or )?)\w+(?:\.\w+)+ = ")


def failing(control: str, reader: str) -> tuple[Finding, ...]:
    return assess(CONTROLS[control], declared(control, "fail", reader)).findings


@EVERY
@BOTH
def test_one_attribute_of_a_resource_is_told_of_once(control, reader):
    told = Counter((f.address, f.attribute) for f in failing(control, reader))
    assert set(told.values()) == {1}


@EVERY
@BOTH
def test_what_is_waived_counts_as_waived_until_one_of_its_values_changes(control, reader):
    verdict = assess(CONTROLS[control], declared(control, "fail", reader))
    signed = [
        Waiver(control, f.address, f.actual, "jo", "because", TODAY, f.origin, f.attribute)
        for f in verdict.findings
    ]
    in_force = standings(signed, {control: verdict}, TODAY, lambda _: True)
    assert left(verdict, in_force) == ()
    assert counts_as(verdict, in_force) == "waived"
    changed = replace(verdict.findings[0], actual="something else")
    later = replace(verdict, findings=(changed, *verdict.findings[1:]))
    void = standings(signed, {control: later}, TODAY, lambda _: True)
    assert left(later, void) == (changed,)
    assert counts_as(later, void) != "waived"


UNDECIDED = [
    ("DATA-01", "azurerm_storage_account.orders", "allow_nested_items_to_be_public"),
    ("DATA-01", "azurerm_storage_account.profiles", "network_rules.default_action"),
    ("DATA-02", "azurerm_storage_account.couriers", "shared_access_key_enabled"),
    ("DATA-03", "azurerm_linux_web_app.storefront", "https_only"),
    ("DATA-03", "azurerm_postgresql_flexible_server_configuration.tls", "value"),
    ("DATA-04", "azurerm_subscription_policy_assignment.classes", "subscription_id"),
    ("DATA-05", "azurerm_resource_group_policy_assignment.encryption", "parameters"),
    ("DATA-05", "azurerm_storage_account.customers", "queue_encryption_key_type"),
    ("DATA-06", "azurerm_mssql_server.shop", "public_network_access_enabled"),
    ("DATA-06", "azurerm_mssql_server.shop", "azuread_administrator.azuread_authentication_only"),
    ("DATA-07", "azurerm_key_vault.shop", "purge_protection_enabled"),
    ("DATA-07", "azurerm_key_vault_key.storage", "rotation_policy.automatic.time_before_expiry"),
    ("DATA-08", "azurerm_storage_account.customers", "blob_properties.versioning_enabled"),
    ("DATA-09", "azurerm_mssql_server.orders", "public_network_access_enabled"),
    (
        "DATA-09",
        "azurerm_private_endpoint.orders",
        "private_service_connection.is_manual_connection",
    ),
    ("DATA-10", "azurerm_monitor_data_collection_rule.redaction", "kind"),
    ("DATA-10", "azurerm_log_analytics_workspace.shop", "data_collection_rule_id"),
    ("DATA-11", "azurerm_cosmosdb_account.reviews", "public_network_access_enabled"),
    ("DATA-11", "azurerm_cosmosdb_account.reviews", "backup.type"),
]


@pytest.mark.parametrize(("control", "address", "path"), UNDECIDED)
def test_a_variable_without_a_value_leaves_what_it_decides_unknown(
    control, address, path, tmp_path
):
    type_, name = address.split(".")
    text = (ESTATES / control / "pass" / "main.tf").read_text(encoding="utf-8")
    before, head, rest = text.partition(f'resource "{type_}" "{name}" {{')
    written = re.compile(rf"^(\s+{path.rpartition('.')[2]}\s*=).*$", re.MULTILINE)
    rest, found = written.subn(r"\1 var.undecided", rest, count=1)
    assert found
    left_open = f'{before}{head}{rest}\nvariable "undecided" {{}}\n'
    (tmp_path / "main.tf").write_text(left_open, encoding="utf-8")
    verdict = assess(CONTROLS[control], read_hcl(tmp_path))
    assert verdict.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("control", "address", "path"), UNDECIDED)
def test_what_a_plan_gives_only_after_apply_is_unknown(control, address, path, tmp_path):
    plan = json.loads((ESTATES / control / "pass" / "plan.json").read_text(encoding="utf-8"))
    (change,) = [c["change"] for c in plan["resource_changes"] if c["address"] == address]
    after, unknown = change["after"], change["after_unknown"]
    *blocks, leaf = path.split(".")
    for name in blocks:
        unknown[name] = unknown.get(name) or [{}]
        (after,), (unknown,) = after[name], unknown[name]
    assert after.pop(leaf) is not None
    unknown[leaf] = True
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    verdict = assess(CONTROLS[control], read_plan(tmp_path / "plan.json"))
    assert verdict.outcome is Outcome.UNKNOWN


@EVERY
def test_a_remedy_is_one_line_that_terraform_could_read(control):
    """HCL has no dotted names on the left: what is in a block is written in the block."""
    for found in failing(control, "hcl"):
        assert "\n" not in found.remedy
        assert _DOTTED.search(found.remedy) is None, found


@EVERY
def test_a_finding_names_a_line_of_the_resource_that_it_is_about(control):
    held = declared(control, "fail", "hcl")
    for found in assess(CONTROLS[control], held).findings:
        about = held.by_address.get(found.address)
        assert found.origin.line
        assert about is None or found.origin.line >= (about.origin.line or 0)


HOSTILE = (
    None,
    "",
    "\"'<script>alert(1)</script>",
    "a\nb\x1b[31m",
    "${x}",
    "/",
    -1,
    10**30,
    1.5,
    True,
    (),
    ("",),
    (None, 3),
)


def _with(block: Block, value: object) -> Block:
    """The same blocks, with every value in them replaced."""
    made = {
        name: _with(node, value)
        if isinstance(node, Block)
        else tuple(_with(one, value) for one in node)
        if isinstance(node, tuple)
        else node
        if name == "type"
        else Known(value)
        for name, node in block.values.items()
    }
    return Block(made, block.origin)


@EVERY
@pytest.mark.parametrize("value", HOSTILE, ids=repr)
def test_no_value_whatever_crashes_a_control_or_breaks_out_of_a_line(control, value):
    held = declared(control, "fail", "hcl")
    made = tuple(normalise(replace(r, body=_with(r.body, value))) for r in held.resources)
    verdict = assess(CONTROLS[control], Estate(made, "built by hand", "hcl"))
    assert verdict.outcome is not Outcome.PASSED
    assert control not in {f.attribute for f in verdict.findings}
    for found in verdict.findings:
        assert "\n" not in found.remedy
        assert "\x1b" not in found.actual + found.remedy


def test_a_finding_stands_at_the_innermost_block_of_which_there_is_one_alone():
    inner = Block({"days": Known(1)}, Origin("main.tf", 4))
    outer = Block({"one": (inner,), "two": (inner, inner)}, Origin("main.tf", 3))
    account = resource("azurerm_storage_account.a", outer=[outer], origin=Origin("main.tf", 2))

    def line(attribute: str) -> int | None:
        told = finding(account, attribute, "1", expected="7", why="it is", remedy="days = 7")
        return told.origin.line

    assert [line(path) for path in ("tls", "outer", "outer.tls")] == [2, 2, 3]
    assert [line(path) for path in ("outer.one", "outer.one.days", "outer.two.days")] == [3, 4, 3]
    assert line("no.such.block") == 2
