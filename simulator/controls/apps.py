"""Where applications and services keep their settings, as one list: :func:`settings`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.azapi import as_arm, body_of
from simulator.estate.model import (
    Block,
    Estate,
    Omitted,
    Resource,
    Value,
    effective,
)

FUNCTION_APPS: Final = tuple(
    f"azurerm_{system}_function_app{slot}"
    for system in ("linux", "windows")
    for slot in ("", "_slot")
)
WEB_APPS: Final = tuple(name.replace("function", "web") for name in FUNCTION_APPS)
OLD_APPS: Final = (
    "azurerm_app_service",
    "azurerm_app_service_slot",
    "azurerm_function_app",
    "azurerm_function_app_slot",
)
SITES: Final = (
    *WEB_APPS,
    *FUNCTION_APPS,
    *OLD_APPS,
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
    "azurerm_static_web_app",
    "azurerm_static_site",
)
CONTAINER_APPS: Final = ("azurerm_container_app", "azurerm_container_app_job")
CONTAINER_GROUP: Final = "azurerm_container_group"
_SETTINGS: Final = frozenset({"microsoft.web/sites/config", "microsoft.web/sites/slots/config"})

# Arguments of an app, at any depth, that hold a secret by their very purpose.
_SECRET_ARGUMENTS: Final = frozenset(
    {
        "storage_account_access_key",
        "storage_access_key",
        "access_key",
        "docker_registry_password",
        "registry_password",
        "client_secret",
        "app_secret",
        "consumer_secret",
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One named value that an application or service is given.

    ``attribute`` is where it is declared and ``name`` what the application calls it. ``secret``
    marks a place that exists to hold a secret, whatever it is called. ``entire`` marks a whole map
    or list of settings that cannot be read.
    """

    resource: Resource
    attribute: str
    name: str
    value: Value
    secret: bool = False
    block: Block | None = None
    entire: bool = False


def settings(estate: Estate) -> Iterator[Setting]:
    """Every setting of every application in the estate; unset ones are left out.

    A map that cannot be read as a whole is one setting, called by the map's own name.
    """
    for site in estate.of_type(*SITES):
        yield from map_of(site, "app_settings", site.body)
        yield from _connection_strings(site)
        yield from _secret_arguments(site)
    for app in estate.of_type(*CONTAINER_APPS):
        yield from _container_app(app)
    for group in estate.of_type(CONTAINER_GROUP):
        yield from _container_group(group)
    for config in _settings_elsewhere(estate):
        yield from map_of(config, "properties", body_of(config), "body.")


def _settings_elsewhere(estate: Estate) -> Iterator[Resource]:
    """Settings that azapi writes into applications of other estates."""
    for resource in estate.of_type("azapi_resource", "azapi_update_resource"):
        arm = as_arm(resource)
        if arm is None or arm.type.casefold() not in _SETTINGS:
            continue
        if str(effective(arm.name)).casefold() != "appsettings":
            continue
        owner = estate.target(arm.parent if isinstance(arm.id, Omitted) else arm.id)
        if owner is None or owner.resource.type not in SITES:
            yield resource


def is_set(value: Value) -> bool:
    """Whether there is anything in a value: not omitted, not empty."""
    return not isinstance(value, Omitted) and effective(value) not in ("", None)


def map_of(
    resource: Resource, name: str, block: Block, prefix: str = "", *, secret: bool = False
) -> Iterator[Setting]:
    """The entries of the map argument ``name`` of ``block`` as settings of ``resource``."""
    where = f"{prefix}{name}"
    unread = block.unresolved(name)
    if unread is not None:
        yield Setting(resource, where, name, unread, secret, block, entire=True)
    for key, value in block.entries(name).items():
        if is_set(value):
            yield Setting(resource, f"{where}.{key}", key, value, secret, block)


def _connection_strings(site: Resource) -> Iterator[Setting]:
    unread = site.unresolved("connection_string")
    # Where a body was lost as a whole, nobody knows that it has both: it is told once.
    if unread is not None and unread != site.unresolved("app_settings"):
        yield Setting(
            site, "connection_string", "connection_string", unread, secret=True, entire=True
        )
    for block in site.blocks("connection_string"):
        if is_set(block.get("value")):
            name = _name(block, "connection_string")
            where = f"connection_string.{name}.value"
            yield Setting(site, where, name, block.get("value"), secret=True, block=block)


def _name(block: Block, otherwise: str) -> str:
    name = effective(block.get("name"))
    return name if isinstance(name, str) else otherwise


def _secret_arguments(site: Resource) -> Iterator[Setting]:
    for path, value in site.body.walk():
        head, _, leaf = path.rpartition(".")
        if leaf in _SECRET_ARGUMENTS and not head.startswith("app_settings") and is_set(value):
            yield Setting(site, path, leaf, value, secret=True)


def _container_app(app: Resource) -> Iterator[Setting]:
    unread = app.unresolved("secret")
    if unread is not None:
        yield Setting(app, "secret", "secret", unread, secret=True, entire=True)
    for block in app.blocks("secret"):
        from_vault = block.get("key_vault_secret_id")
        # With a vault secret named, Azure ignores any value beside it.
        if not is_set(from_vault) and is_set(block.get("value")):
            name = _name(block, "secret")
            where = f"secret.{name}.value"
            yield Setting(app, where, name, block.get("value"), secret=True, block=block)
    for template in app.blocks("template"):
        for kind in ("container", "init_container"):
            for container in template.blocks(kind):
                for env in container.blocks("env"):
                    if is_set(env.get("value")):
                        name = _name(env, "env")
                        where = f"template.{kind}.env.{name}"
                        yield Setting(app, where, name, env.get("value"), block=env)


def _container_group(group: Resource) -> Iterator[Setting]:
    for kind in ("container", "init_container"):
        for container in group.blocks(kind):
            yield from map_of(group, "environment_variables", container, f"{kind}.")
            # "Secure" only hides it from the portal: the value is still written in the template.
            secure = "secure_environment_variables"
            yield from map_of(group, secure, container, f"{kind}.", secret=True)
            for volume in container.blocks("volume"):
                key = volume.get("storage_account_key")
                if is_set(key):
                    where = f"{kind}.volume.storage_account_key"
                    yield Setting(group, where, "storage_account_key", key, secret=True)
    for registry in group.blocks("image_registry_credential"):
        password = registry.get("password")
        if is_set(password):
            where = "image_registry_credential.password"
            yield Setting(group, where, "password", password, secret=True, block=registry)
