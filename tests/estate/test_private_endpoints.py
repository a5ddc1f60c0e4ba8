"""Which resource a private endpoint leads to, however a team wrote it."""

import pytest

from simulator.estate.model import Estate, Resource, Unresolvable
from simulator.estate.private_endpoints import endpoints, endpoints_of, perhaps_of
from tests.controls.build import SOMETHING, block, estate, id_of, resource

ACCOUNT = resource("azurerm_storage_account.a", name="stshop")
OTHER = resource("azurerm_storage_account.b", name="stother")
SUBNET = resource("azurerm_subnet.data", name="snet-data")
ZONE = resource("azurerm_private_dns_zone.blob", name="privatelink.blob.core.windows.net")
ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stshop"


def endpoint(leads_to: object, *, connection: object = None, **values: object) -> Resource:
    """A private endpoint for blobs; ``connection`` replaces the whole block."""
    made = [
        {
            "private_connection_resource_id": leads_to,
            "subresource_names": ["blob"],
            "is_manual_connection": False,
        }
    ]
    values.setdefault("subnet_id", id_of("azurerm_subnet.data"))
    return resource(
        "azurerm_private_endpoint.pe",
        private_service_connection=made if connection is None else connection,
        **values,
    )


def shop(one: Resource, *more: Resource) -> Estate:
    """An estate with two accounts and this endpoint."""
    return estate(ACCOUNT, OTHER, SUBNET, ZONE, one, *more)


@pytest.mark.parametrize(
    "leads_to",
    [
        id_of("azurerm_storage_account.a"),
        ID,
        ID.upper(),
        ID + "/",
        id_of(
            "data.azurerm_subscription.current",
            suffix="/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stshop",
        ),
        id_of("data.azurerm_storage_account.same"),
    ],
)
def test_an_endpoint_is_found_by_reference_by_id_and_through_a_data_source(
    leads_to: object,
) -> None:
    same = resource("data.azurerm_storage_account.same", name="stshop")
    made = shop(endpoint(leads_to), same)
    (found,) = endpoints_of(made, ACCOUNT)
    assert found.resource.address == "azurerm_private_endpoint.pe"
    assert (found.subresources, found.manual, found.subnet) == (("blob",), False, SUBNET)
    assert (endpoints_of(made, OTHER), perhaps_of(made, OTHER)) == ((), ())


@pytest.mark.parametrize(
    "leads_to", [SOMETHING, "pasted", id_of("module.hub.azurerm_storage_account.gone")]
)
def test_an_endpoint_whose_target_cannot_be_told_is_perhaps_that_of_each(leads_to: object) -> None:
    made = shop(endpoint(leads_to))
    assert endpoints_of(made, ACCOUNT) == ()
    assert len(perhaps_of(made, ACCOUNT)) == len(perhaps_of(made, OTHER)) == 1


def test_a_block_that_cannot_be_read_leaves_all_of_it_untold() -> None:
    made = shop(endpoint("", connection=Unresolvable("dynamic")))
    (found,) = perhaps_of(made, ACCOUNT)
    assert (found.subresources, found.manual) == (None, None)


def test_an_alias_leads_to_a_private_link_service_and_to_no_store() -> None:
    service = resource("azurerm_private_link_service.s", name="pls-shop")
    alias = "pls-shop.8d2b9ad5-1a77-4a7d-9b0e-0f7d0a7f1c11.westus.azure.privatelinkservice"
    for value in (alias, id_of("azurerm_private_link_service.s", "alias")):
        connection = [block(private_connection_resource_alias=value, is_manual_connection=True)]
        made = shop(endpoint("", connection=connection), service)
        (found,) = endpoints_of(made, service)
        assert (found.manual, found.subresources) == (True, ())
        assert (endpoints_of(made, ACCOUNT), perhaps_of(made, ACCOUNT)) == ((), ())


@pytest.mark.parametrize(
    ("ids", "zones"),
    [
        (id_of("azurerm_private_dns_zone.blob", suffix=""), {"privatelink.blob.core.windows.net"}),
        (
            ["/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/privateDnsZones/P.x"],
            {"p.x"},
        ),
        (SOMETHING, None),
        (id_of("data.azurerm_private_dns_zone.hub"), None),
    ],
)
def test_the_zones_that_get_the_address_are_named(ids: object, zones: set[str] | None) -> None:
    (found,) = endpoints(shop(endpoint(ID, private_dns_zone_group=[{"private_dns_zone_ids": ids}])))
    assert found.zones == zones


def test_without_a_zone_group_no_zone_gets_the_address() -> None:
    (found,) = endpoints(shop(endpoint(ID)))
    assert found.zones == frozenset()


def test_an_account_whose_name_is_not_known_may_be_the_one_with_the_id() -> None:
    unnamed = resource("azurerm_storage_account.c", name=SOMETHING)
    made = shop(endpoint(ID.replace("stshop", "stgone")), unnamed)
    assert (len(perhaps_of(made, unnamed)), perhaps_of(made, ACCOUNT)) == (1, ())
