"""Settings that services other than applications keep, and that may hold secrets."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from simulator.controls.apps import Setting, is_set, map_of
from simulator.controls.secrets.variables import placeholder
from simulator.estate.model import Estate, Known, Omitted, Reference, Resource, Value, effective

_NAMED_VALUE: Final = re.compile(r"(?:Bearer |Basic )?\{\{.+\}\}", re.IGNORECASE)
_DATA_FACTORY: Final = "azurerm_data_factory_linked_service_"
_DATA_FACTORY_SECRETS: Final = (
    "connection_string",
    "connection_string_insecure",
    "sas_uri",
    "account_key",
    "password",
    "service_principal_key",
)


_FROM_VAULT: Final = "azurerm_key_vault_secret.x.versionless_id"
_IN_VAULT: Final = (
    "{{ linked_service_name = azurerm_data_factory_linked_service_key_vault.x.name, "
    'secret_name = "{}" }}'
)
_CONNECTION: Final = f"key_vault_connection_string {_IN_VAULT.format('orders')}"
_PASSWORD: Final = f"key_vault_password {_IN_VAULT.format('password')}"

KEYLESS: Final[Mapping[str, str]] = {
    "azurerm_app_configuration_key": f'type = "vault", vault_key_reference = {_FROM_VAULT}',
    "azurerm_api_management_backend": 'credentials { header = { "x-api-key" = "{{partner-key}}" } }'
    "  # a named value that is read from Key Vault",
    "azurerm_api_management_named_value": f"value_from_key_vault {{ secret_id = {_FROM_VAULT} }}",
    "azurerm_key_vault_secret": "value_wo = var.x, value_wo_version = 1  # given when it is "
    "applied, and never stored; rotate what was written down",
    "azurerm_application_gateway": "ssl_certificate { key_vault_secret_id = "
    "azurerm_key_vault_certificate.x.versionless_secret_id }",
    "azurerm_automation_variable_string": "azurerm_automation_account: identity { type = "
    '"SystemAssigned" }  # and read the secret from Key Vault in the runbook',
    "azurerm_container_app_environment_storage": "nfs_server_url = "
    '"<account>.file.core.windows.net"  # an NFS share needs no key; else have this one waived',
    f"{_DATA_FACTORY}azure_blob_storage": "use_managed_identity = true, service_endpoint = "
    "azurerm_storage_account.x.primary_blob_endpoint",
    f"{_DATA_FACTORY}data_lake_storage_gen2": "use_managed_identity = true",
    f"{_DATA_FACTORY}azure_sql_database": _CONNECTION,
    f"{_DATA_FACTORY}sql_server": _CONNECTION,
    f"{_DATA_FACTORY}azure_file_storage": _PASSWORD,
    f"{_DATA_FACTORY}snowflake": _PASSWORD,
    f"{_DATA_FACTORY}synapse": _PASSWORD,
}
"""How these do without the secret that is written down, in one line of HCL."""


def service_settings(estate: Estate) -> Iterator[Setting]:
    """The settings of services in the estate that are not fetched from Key Vault."""
    linked = {r.type for r in estate.resources if r.type.startswith(_DATA_FACTORY)}
    for service in estate.of_type(*_READ, *linked):
        read = _READ.get(service.type, _linked_service)
        yield from read(service)


def _argument(
    resource: Resource, argument: str, called: Value | None = None, *, secret: bool = False
) -> Iterator[Setting]:
    value = resource.get(argument)
    name = effective(Known(argument) if called is None else called)
    if is_set(value):
        known_name = name if isinstance(name, str) else argument
        yield Setting(resource, argument, known_name, value, secret)


def _configuration(key: Resource) -> Iterator[Setting]:
    if str(effective(key.get("type"))).casefold() != "vault":
        yield from _argument(key, "value", key.get("key"))


def _named_value(named: Resource) -> Iterator[Setting]:
    if not named.blocks("value_from_key_vault"):
        # ``secret`` hides a named value in the portal; it is still written in the configuration.
        hidden = effective(named.get("secret")) is True
        display = named.get("display_name")
        name = named.get("name") if isinstance(display, Omitted) else display
        yield from _argument(named, "value", name, secret=hidden)


def _backend(backend: Resource) -> Iterator[Setting]:
    """What a gateway signs in with, as header, query or token; ``{{name}}`` is a named value."""
    for credentials in backend.blocks("credentials"):
        for place in ("header", "query"):
            for setting in map_of(backend, place, credentials, "credentials.", secret=True):
                if not _is_named_value(setting.value):
                    yield setting
        for authorization in credentials.blocks("authorization"):
            token, where = authorization.get("parameter"), "credentials.authorization.parameter"
            if is_set(token) and not _is_named_value(token):
                yield Setting(backend, where, "parameter", token, secret=True, block=authorization)
    for proxy in backend.blocks("proxy"):
        if is_set(word := proxy.get("password")) and not _is_named_value(word):
            yield Setting(backend, "proxy.password", "password", word, secret=True, block=proxy)


def _is_named_value(value: Value) -> bool:
    text = value.text if isinstance(value, Reference) else effective(value)
    return isinstance(text, str) and _NAMED_VALUE.fullmatch(text.strip()) is not None


def _automation_variable(variable: Resource) -> Iterator[Setting]:
    hidden = effective(variable.get("encrypted")) is True
    yield from _argument(variable, "value", variable.get("name"), secret=hidden)


def _workflow(workflow: Resource) -> Iterator[Setting]:
    return map_of(workflow, "parameters", workflow.body)


def _cluster(cluster: Resource) -> Iterator[Setting]:
    for principal in cluster.blocks("service_principal"):
        path, secret = "service_principal.client_secret", principal.get("client_secret")
        if is_set(secret):
            yield Setting(cluster, path, "client_secret", secret, secret=True, block=principal)


def _mounted_share(mount: Resource) -> Iterator[Setting]:
    return _argument(mount, "access_key", secret=True)


def _listener_certificates(gateway: Resource) -> Iterator[Setting]:
    """Private keys of listeners, with their passwords, that are not fetched from Key Vault."""
    for place, certificate in enumerate(gateway.blocks("ssl_certificate")):
        if is_set(certificate.get("key_vault_secret_id")):
            continue
        name = effective(certificate.get("name"))
        where = f"ssl_certificate.{name if isinstance(name, str) else place}"
        for part in ("password", "data"):
            if is_set(value := certificate.get(part)):
                path = f"{where}.{part}"
                yield Setting(gateway, path, part, value, secret=True, block=certificate)
                break


def _stored_secret(secret: Resource) -> Iterator[Setting]:
    """What is written down to be put into a vault; a plan marks every such value as sensitive."""
    value = secret.get("value")
    if isinstance(value, Known) and not value.sensitive and not placeholder(str(value.value)):
        yield from _argument(secret, "value", secret.get("name"))


def _linked_service(service: Resource) -> Iterator[Setting]:
    for name in _DATA_FACTORY_SECRETS:
        yield from _argument(service, name)


_READ: Final[Mapping[str, Callable[[Resource], Iterator[Setting]]]] = {
    "azurerm_app_configuration_key": _configuration,
    "azurerm_application_gateway": _listener_certificates,
    "azurerm_container_app_environment_storage": _mounted_share,
    "azurerm_key_vault_secret": _stored_secret,
    "azurerm_api_management_backend": _backend,
    "azurerm_api_management_named_value": _named_value,
    "azurerm_automation_variable_string": _automation_variable,
    "azurerm_logic_app_workflow": _workflow,
    "azurerm_kubernetes_cluster": _cluster,
}
