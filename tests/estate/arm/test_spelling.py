"""Every table writes arguments that azurerm has."""

import pytest

from simulator.estate.arm.kinds import KINDS
from simulator.estate.arm.mapping import Kind
from tests.estate.arm.spelling import has, misspelt

_ALL = tuple(kind for kinds in KINDS.values() for kind in kinds)


@pytest.mark.parametrize("kind", _ALL, ids=lambda kind: f"{kind.arm}-{'/'.join(kind.types)}")
def test_every_argument_that_a_table_writes_is_one_of_azurerm_s(kind: Kind) -> None:
    assert misspelt(kind, _ALL) == []


def test_a_misspelt_argument_is_noticed() -> None:
    assert has("azurerm_storage_account", "network_rules.default_action")
    assert not has("azurerm_storage_account", "network_rules.default_acton")
    assert not has("azurerm_storage_account", "blob_propertys.versioning_enabled")
