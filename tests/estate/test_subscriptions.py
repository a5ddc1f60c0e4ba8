import pytest

from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from simulator.estate.subscriptions import CURRENT, subscription_of, subscriptions
from tests.controls.build import estate, resource

MADE = resource("azurerm_subscription.shop", subscription_name="shop")
CURRENT_ONE = resource("data.azurerm_subscription.current")
NAMED = resource("data.azurerm_subscription.named", subscription_id="AA")
ASSOCIATION = "azurerm_management_group_subscription_association.a"


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (Known("/subscriptions/AA/"), "aa"),
        (Known("aa"), "aa"),
        (Reference(MADE.address), MADE.address),
        (Reference(MADE.address, "subscription_id"), MADE.address),
        (Reference(CURRENT_ONE.address), CURRENT),
        (Reference("data.azurerm_subscription.unread"), CURRENT),
        (Reference(NAMED.address), "aa"),
        (Unresolvable("each.value"), None),
        (Omitted(), None),
        (Known("/subscriptions/a/resourceGroups/b"), None),
        (Known("/subscriptions/${var.id}"), None),
        (Known(7), None),
        (Reference("azurerm_resource_group.g"), None),
        (Reference(MADE.address, text="${azurerm_subscription.shop.id}/resourceGroups/g"), None),
    ],
)
def test_an_id_means_one_subscription_or_cannot_be_told(value, key):
    assert subscription_of(estate(MADE, CURRENT_ONE, NAMED), value) == key


def test_the_current_subscription_is_always_there_and_every_other_once():
    def association(name, of):
        return resource(f"{ASSOCIATION}{name}", subscription_id=of)

    held = estate(
        MADE,
        association("1", Reference(MADE.address)),
        association("2", Known("/subscriptions/AA")),
        association("3", Reference(CURRENT_ONE.address)),
        association("4", Unresolvable("var.id has no value")),
    )
    assert [one.key for one in subscriptions(held)] == [
        CURRENT,
        MADE.address,
        "aa",
        f"{ASSOCIATION}4",
    ]
    assert subscriptions(estate())[0].declared is None
