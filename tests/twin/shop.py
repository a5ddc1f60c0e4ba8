"""Small shops to run: storage accounts with their containers, roles, networks and logs."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from simulator.estate.model import Estate, Resource
from simulator.estate.provider import normalise
from tests.controls.build import estate, id_of, resource

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
APP = "azurerm_linux_web_app.storefront"
OTHER_APP = "azurerm_linux_web_app.checkout"
DOOMED_APP = "azurerm_linux_web_app.doomed"
"""The app whose identity a test disables."""
WORKSPACE = "azurerm_log_analytics_workspace.security"
OFFICE = "198.51.100.7"
STRANGER = "203.0.113.57"
APP_ADDRESS = "10.40.1.9"
SOMEWHERE_INSIDE = "10.40.77.7"
PUBLIC = {"allow_nested_items_to_be_public": True}
"""What azurerm 4 lets an account be unless it is told otherwise."""


class Moment:
    """Simulated time, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, duration: timedelta) -> None:
        self.now += duration


def address(name: str) -> str:
    return f"azurerm_storage_account.{name}"


def account(
    name: str, containers: Mapping[str, str] | None = None, **values: object
) -> tuple[Resource, ...]:
    """An account called ``name`` with containers (name to access type)."""
    made = [resource(address(name), name=name, **values)]
    for container, access in (containers or {"customers": "private"}).items():
        made.append(
            resource(
                f"azurerm_storage_container.{name}_{container}",
                name=container,
                storage_account_id=id_of(address(name), suffix=""),
                container_access_type=access,
            )
        )
    return tuple(made)


def role(
    name: str,
    role_name: str = "Storage Blob Data Reader",
    *,
    on: str = "",
    to: str = APP,
    **values: object,
) -> Resource:
    """A role assignment on an account (``on`` is what follows its id) for an app's identity."""
    given = {
        "scope": id_of(address(name), suffix=on),
        "role_definition_name": role_name,
        "principal_id": id_of(to, "identity[0].principal_id"),
    } | values
    key = f"{name}_{role_name}_{to}{on}".replace(" ", "_").replace("/", "_").replace(".", "_")
    return resource(f"azurerm_role_assignment.{key}", **given)


def logged(name: str, categories: Sequence[str] = ("StorageRead", "StorageWrite", "StorageDelete")):
    """A diagnostic setting that sends an account's blob log to the workspace."""
    return resource(
        f"azurerm_monitor_diagnostic_setting.{name}",
        target_resource_id=id_of(address(name), suffix="/blobServices/default"),
        log_analytics_workspace_id=id_of(WORKSPACE, suffix=""),
        enabled_log=[{"category": category} for category in categories],
    )


def endpoint(name: str) -> Resource:
    """A private endpoint for an account's blobs in the data subnet."""
    return resource(
        f"azurerm_private_endpoint.{name}",
        subnet_id=id_of("azurerm_subnet.data", suffix=""),
        private_service_connection=[
            {
                "private_connection_resource_id": id_of(address(name), suffix=""),
                "subresource_names": ["blob"],
            }
        ],
    )


def surroundings() -> tuple[Resource, ...]:
    """A virtual network with two subnets, apps in it, and a workspace."""
    network = "azurerm_virtual_network.shop"
    subnets = {"apps": "10.40.1.0/24", "data": "10.40.10.0/24"}
    return (
        resource(network, name="vnet", address_space=["10.40.0.0/16"]),
        *(
            resource(
                f"azurerm_subnet.{name}",
                name=name,
                virtual_network_name=id_of(network, "name", suffix=""),
                address_prefixes=[prefix],
            )
            for name, prefix in subnets.items()
        ),
        *(
            resource(
                app,
                identity=[{"type": "SystemAssigned"}],
                virtual_network_subnet_id=id_of("azurerm_subnet.apps", suffix=""),
            )
            for app in (APP, OTHER_APP, DOOMED_APP)
        ),
        resource(WORKSPACE, name="security"),
    )


def shop(*resources: Resource | Sequence[Resource]) -> Estate:
    """An estate of these resources and the surroundings, as a reader would hand it on."""
    flat: list[Resource] = [*surroundings()]
    for one in resources:
        flat.extend([one] if isinstance(one, Resource) else one)
    return estate(*map(normalise, flat))
