from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.offline_plan.planned import planned
from simulator.offline_plan.schema import Attribute, Block, NestedBlock, providers
from simulator.offline_plan.wire import UNKNOWN, decode, encode, is_unknown

AZURERM = providers()["hashicorp/azurerm"]


def proposed(type_name: str, **given: Any) -> dict[str, Any]:
    block = AZURERM.resource(type_name)
    empty = {n: None if b.nesting == "single" else [] for n, b in block.blocks.items()}
    return dict.fromkeys(block.attributes) | empty | given


def created(type_name: str, **given: Any) -> dict[str, Any]:
    return planned(AZURERM.resource(type_name), proposed(type_name, **given), legacy=True)


def test_an_absent_argument_gets_the_schema_default() -> None:
    after = created("azurerm_storage_account", name="a")
    expected = {
        "allow_nested_items_to_be_public": True,
        "public_network_access_enabled": True,
        "shared_access_key_enabled": True,
        "https_traffic_only_enabled": True,
        "min_tls_version": "TLS1_2",
        "cross_tenant_replication_enabled": False,
        "is_hns_enabled": False,
        "tags": None,
        "edge_zone": None,
        "identity": [],
    }
    assert {name: after[name] for name in expected} == expected


@pytest.mark.parametrize(
    "name", ["id", "primary_access_key", "access_tier", "network_rules", "blob_properties"]
)
def test_what_the_service_decides_is_unknown(name: str) -> None:
    assert is_unknown(created("azurerm_storage_account")[name])


def test_what_is_written_wins_over_the_default() -> None:
    after = created("azurerm_storage_account", allow_nested_items_to_be_public=False)
    assert after["allow_nested_items_to_be_public"] is False


def test_an_unknown_argument_stays_unknown_and_does_not_become_the_default() -> None:
    after = created("azurerm_storage_account", allow_nested_items_to_be_public=UNKNOWN)
    assert is_unknown(after["allow_nested_items_to_be_public"])


def test_defaults_apply_inside_a_block_that_is_written() -> None:
    retention: dict[str, Any] = {"days": None, "permanent_delete_enabled": None}
    blob = {"delete_retention_policy": [retention], "versioning_enabled": None}
    (block,) = created("azurerm_storage_account", blob_properties=[blob])["blob_properties"]
    assert block["versioning_enabled"] is False
    assert block["delete_retention_policy"] == [{"days": 7, "permanent_delete_enabled": False}]


def test_an_element_of_a_set_holds_empty_text_and_lists() -> None:
    log = {"category": None, "category_group": "audit", "retention_policy": []}
    after = created("azurerm_monitor_diagnostic_setting", enabled_log=[log])
    assert after["enabled_log"] == [log | {"category": ""}]


def test_a_write_only_argument_is_never_planned() -> None:
    after = created("azurerm_mssql_server", administrator_login_password_wo="s3cr3t")
    assert after["administrator_login_password_wo"] is None


LEAVES = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text()


@given(st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_a_value_is_the_same_after_the_wire(value: Any) -> None:
    assert decode(encode(value)) == value


def test_the_unknown_value_is_unknown_after_the_wire() -> None:
    assert is_unknown(decode(encode({"a": UNKNOWN}))["a"])


USES = st.sampled_from(["required", "optional", "optional_computed", "computed"])
ATTRIBUTES = st.dictionaries(st.sampled_from("abcd"), st.builds(Attribute, st.just("string"), USES))


@given(ATTRIBUTES, st.dictionaries(st.sampled_from("abcd"), st.text()), st.booleans())
def test_no_written_value_is_ever_changed(
    attributes: dict[str, Attribute], values: dict[str, str], legacy: bool
) -> None:
    block = Block(attributes, {"nested": NestedBlock("list", Block(attributes))})
    config: dict[str, Any] = dict.fromkeys(attributes) | {
        name: value for name, value in values.items() if name in attributes
    }
    after = planned(block, config | {"nested": [config]}, legacy=legacy)
    for found in (after, after["nested"][0]):
        assert {n: found[n] for n, v in config.items() if v is not None} == {
            n: v for n, v in config.items() if v is not None
        }
