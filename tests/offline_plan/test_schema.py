import gzip
import json
import re

import pytest

from simulator.offline_plan import schema
from simulator.offline_plan.schema import Block, providers

AZURERM = providers()["hashicorp/azurerm"]
PACKED = (schema.files("simulator.offline_plan") / "providers.json.gz").read_bytes()
REGISTRY = re.compile(rb"registry\.[a-z0-9-]+\.[a-z]+|[a-z0-9.-]+\.[a-z]+/(?:hashicorp|azure)/")


def test_resources_whose_name_starts_with_data_are_resources() -> None:
    named = [name for name in AZURERM.resource_types() if name.startswith("azurerm_data_")]
    assert len(named) == 71
    assert "azurerm_data_factory" in named


def test_every_provider_has_a_source_without_a_host() -> None:
    assert sorted(providers()) == [
        "azure/azapi",
        *(
            f"hashicorp/{name}"
            for name in (
                "archive",
                "azuread",
                "azurerm",
                "external",
                "http",
                "local",
                "null",
                "random",
                "time",
                "tls",
            )
        ),
    ]


def test_the_data_name_no_registry() -> None:
    text = gzip.decompress(PACKED)
    assert len(json.loads(text)) == len(providers())
    assert REGISTRY.findall(text) == []


@pytest.mark.parametrize("source", sorted(providers()))
def test_every_schema_parses_and_every_default_fits_its_type(source: str) -> None:
    provider = providers()[source]
    python = {"string": str, "bool": bool, "number": (int, float)}
    for type_name in provider.resource_types():
        waiting: list[Block] = [provider.resource(type_name)]
        while waiting:
            block = waiting.pop()
            waiting.extend(nested.body for nested in block.blocks.values())
            for attribute in block.attributes.values():
                if attribute.default is not None:
                    assert isinstance(attribute.default, python[attribute.type])
                assert attribute.use != "required" or attribute.default is None
    for type_name in provider.data_source_types():
        assert provider.data_source(type_name).attributes


def test_features_is_required_once() -> None:
    features = AZURERM.config.blocks["features"]
    assert (features.min_items, features.max_items) == (1, 1)


@pytest.mark.parametrize(
    ("type_name", "block", "nesting", "most"),
    [
        ("azurerm_storage_account", "network_rules", "list", 1),
        ("azurerm_monitor_diagnostic_setting", "enabled_log", "set", 0),
        ("azurerm_sentinel_alert_rule_scheduled", "entity_mapping", "list", 0),
        ("azurerm_linux_web_app", "timeouts", "single", 0),
    ],
)
def test_blocks_nest_as_in_the_provider(
    type_name: str, block: str, nesting: str, most: int
) -> None:
    nested = AZURERM.resource(type_name).blocks[block]
    assert (nested.nesting, nested.max_items) == (nesting, most)


def test_secrets_are_sensitive_at_the_top_and_inside_blocks() -> None:
    account = AZURERM.resource("azurerm_storage_account")
    assert account.attributes["primary_access_key"].sensitive
    assert not account.attributes["primary_blob_endpoint"].sensitive
    backup = AZURERM.resource("azurerm_linux_web_app").blocks["backup"]
    assert backup.body.attributes["storage_account_url"].sensitive
