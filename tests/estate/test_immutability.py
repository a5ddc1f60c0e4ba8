import pytest

from simulator.estate.immutability import container_named, days_of, holds_on, unplaced
from simulator.estate.model import Known, Reference, Unresolvable
from tests.controls.build import estate, id_of, resource

ID = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/sta"
ACCOUNT = resource("azurerm_storage_account.a", name="sta")
BOX = resource(
    "azurerm_storage_container.c", name="Logs", storage_account_id=id_of(ACCOUNT.address)
)
POLICY = "azurerm_storage_container_immutability_policy.p"


def policy(of, **values):
    return resource(POLICY, storage_container_resource_manager_id=of, **values)


@pytest.mark.parametrize(
    "of",
    [
        id_of(BOX.address),
        id_of(BOX.address, "resource_manager_id"),
        id_of(ACCOUNT.address, suffix="/blobServices/default/containers/logs"),
        f"{ID}/blobServices/default/containers/logs",
    ],
)
def test_a_policy_is_over_the_container_that_it_names(of):
    held = estate(ACCOUNT, BOX, policy(of, locked=True))
    (hold,) = holds_on(held, ACCOUNT, "logs")
    assert hold.resource.address == POLICY
    assert holds_on(held, ACCOUNT, "LOGS") == (hold,)
    assert holds_on(held, ACCOUNT, "other") == ()
    assert unplaced(held) == ()


@pytest.mark.parametrize(
    "of",
    [
        Unresolvable("it is not known"),
        id_of(ACCOUNT.address),
        id_of(ACCOUNT.address, suffix="/blobServices/default"),
        Reference("data.azurerm_storage_container.x"),
        "/subscriptions/0",
    ],
)
def test_a_policy_over_no_container_that_can_be_told_is_unplaced(of):
    held = estate(ACCOUNT, BOX, policy(of))
    assert [one.address for one in unplaced(held)] == [POLICY]
    assert holds_on(held, ACCOUNT, "logs") == ()


def test_a_container_whose_name_or_account_is_not_known_is_not_found():
    nameless = resource(BOX.address, storage_account_id=id_of(ACCOUNT.address))
    assert container_named(estate(ACCOUNT, nameless), ACCOUNT, "logs") is None
    assert unplaced(estate(ACCOUNT, nameless, policy(id_of(BOX.address))))
    homeless = resource(BOX.address, name="logs")
    assert container_named(estate(ACCOUNT, homeless), ACCOUNT, "logs") is None
    by_name = resource(BOX.address, name="logs", storage_account_name="sta")
    assert container_named(estate(ACCOUNT, by_name), ACCOUNT, "LOGS") == by_name


def test_what_is_not_stated_is_not_so_and_what_cannot_be_read_is_not_known():
    terms = holds_on(estate(ACCOUNT, BOX, policy(id_of(BOX.address))), ACCOUNT, "logs")[0].terms(90)
    assert [term.holds for term in terms] == [False, False, False]
    unread = dict.fromkeys(("locked", "immutability_period_in_days"), Unresolvable("?"))
    held = estate(ACCOUNT, BOX, policy(id_of(BOX.address), **unread))
    terms = holds_on(held, ACCOUNT, "logs")[0].terms(90)
    assert [term.holds for term in terms] == [None, None, False]


@pytest.mark.parametrize(("value", "days"), [(True, None), (-1, -1), ("07", 7), ("9" * 400, None)])
def test_days_are_numbers(value, days):
    found = days_of(Known(value))
    assert found == days or (days is None and found == float("inf"))
