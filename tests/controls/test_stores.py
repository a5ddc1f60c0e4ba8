from itertools import permutations

import pytest

from simulator.controls.registry import CONTROLS
from simulator.controls.stores import stores_of
from tests.controls.build import estate, resource

STORES = (
    resource("azurerm_storage_account.b", name="stb"),
    resource("azurerm_storage_account.a", name="sta"),
    resource("azurerm_key_vault.v", name="kv"),
)


@pytest.mark.parametrize("control", ["RESP-02", "RESP-03", "RESP-04"])
def test_what_is_true_of_all_stores_is_told_of_the_same_one_in_whatever_order_they_come(control):
    told = {
        (found.address, found.attribute)
        for order in permutations(STORES)
        for found in CONTROLS[control].assess(estate(*order)).findings
    }
    assert len(told) == 1


def test_of_accounts_and_others_an_account_is_told_of():
    assert stores_of(estate(*STORES)).first.address == "azurerm_storage_account.a"
    assert stores_of(estate(STORES[2])).first.address == "azurerm_key_vault.v"
