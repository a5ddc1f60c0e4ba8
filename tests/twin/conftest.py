"""One running twin with many accounts, each with one thing that the others have not."""

from collections.abc import Iterator

import pytest

from simulator.estate.model import Estate
from simulator.twin.twin import Twin
from tests.twin.running import fill, up
from tests.twin.shop import (
    APP,
    DOOMED_APP,
    PUBLIC,
    Moment,
    account,
    endpoint,
    id_of,
    logged,
    role,
    shop,
)

MIXED = {"customers": "container", "avatars": "blob", "orders": "private"}
OFFICE_ONLY = [{"default_action": "Deny", "ip_rules": ["198.51.100.0/28"]}]
APPS_ONLY = [
    {
        "default_action": "Deny",
        "virtual_network_subnet_ids": id_of("azurerm_subnet.apps", suffix=""),
    }
]


def many_accounts() -> Estate:
    """What the tests run. An account that a test changes has ``change`` in its name."""
    return shop(
        account("stopen", MIXED, **PUBLIC, https_traffic_only_enabled=False),
        account("stnoanon", MIXED, allow_nested_items_to_be_public=False),
        account("stnokeys", MIXED, **PUBLIC, shared_access_key_enabled=False),
        account("stoffice", MIXED, **PUBLIC, network_rules=OFFICE_ONLY),
        account("stapps", MIXED, **PUBLIC, network_rules=APPS_ONLY),
        account("stprivate", MIXED, **PUBLIC, public_network_access_enabled=False),
        endpoint("stprivate"),
        account("strole", MIXED, **PUBLIC),
        role("strole", on="/blobServices/default/containers/orders"),
        role("strole", to=DOOMED_APP),
        logged("stopen"),
        logged("strole", ["StorageRead"]),
        *(account(f"stchange{n}", MIXED, **PUBLIC) for n in range(9)),
        *(role(f"stchange{n}") for n in range(9)),
    )


@pytest.fixture(scope="session")
def now() -> Moment:
    return Moment()


@pytest.fixture(scope="session")
def twin(now: Moment) -> Iterator[Twin]:
    with up(many_accounts(), now) as running:
        fill(running)
        yield running


@pytest.fixture
def app_token(twin: Twin) -> str:
    return twin.token(APP)
