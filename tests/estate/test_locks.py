import pytest

from simulator.estate.locks import level, locks_over, read_only, undeletable
from simulator.estate.model import Reference, Unresolvable
from tests.controls.build import estate, id_of, resource

GROUP = resource("azurerm_resource_group.g", name="rg-sec")
STORE = resource("azurerm_storage_account.a", name="sta", resource_group_name="rg-sec")
SUBSCRIPTION = "data.azurerm_subscription.current"


def lock(scope, lock_level="CanNotDelete", name="l"):
    return resource(f"azurerm_management_lock.{name}", scope=scope, lock_level=lock_level)


@pytest.mark.parametrize(
    "scope",
    [
        id_of(STORE.address),
        id_of(GROUP.address),
        id_of(SUBSCRIPTION),
        "/subscriptions/0",
        "/subscriptions/0/resourceGroups/RG-SEC",
        Reference(SUBSCRIPTION, text="${" + SUBSCRIPTION + ".id}/resourceGroups/rg-sec"),
    ],
)
def test_a_lock_reaches_what_lies_in_its_scope(scope):
    held = estate(GROUP, STORE, lock(scope))
    assert undeletable(held, STORE) is True


@pytest.mark.parametrize(
    "scope",
    [
        "/subscriptions/0/resourceGroups/rg-security",
        "/subscriptions/0/resourceGroups/rg",
        "/subscriptions/0/resourceGroups/rg-sec/providers/Microsoft.Storage/storageAccounts/stab",
        Reference(SUBSCRIPTION, text="${" + SUBSCRIPTION + ".id}/resourceGroups/rg-other"),
    ],
)
def test_a_lock_on_something_beside_it_does_not(scope):
    assert undeletable(estate(GROUP, STORE, lock(scope)), STORE) is False


def test_a_scope_that_cannot_be_told_may_reach_anything():
    held = estate(GROUP, STORE, lock(Unresolvable("var.scope has no value")))
    assert undeletable(held, STORE) is None
    assert [one.surely for one in locks_over(held, STORE)] == [None]


def test_no_lock_and_one_of_an_unknown_level():
    assert undeletable(estate(GROUP, STORE), STORE) is False
    unknown = lock(id_of(STORE.address), Unresolvable("var.level has no value"))
    assert level(unknown) == ""
    assert undeletable(estate(STORE, unknown), STORE) is None


def test_a_read_only_lock_keeps_automation_out_too():
    both = (lock(id_of(GROUP.address)), lock(id_of(STORE.address), "readonly", "r"))
    assert read_only(estate(GROUP, STORE, *both), STORE) == both[1]
    assert read_only(estate(GROUP, STORE, both[0]), STORE) is None
