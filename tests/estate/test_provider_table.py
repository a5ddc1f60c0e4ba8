"""The provider tables against what the providers themselves have, argument by argument."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from simulator.estate.model import (
    Block,
    Known,
    Node,
    Omitted,
    Origin,
    Provider,
    Resource,
    Unresolvable,
    freeze,
)
from simulator.estate.provider import normalise
from simulator.estate.provider_defaults import DEFAULTS, MAJORS, Azure, By, provider_of, sample
from simulator.estate.provider_spelling import RESPELLINGS, Identify
from simulator.estate.provider_table import kinds
from simulator.offline_plan import schema

ABSENT: Final = "-"
ROWS: Final = Path(__file__).parent / "provider_arguments.txt"


def arguments() -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """The rows of ``provider_arguments.txt``: what each version has, by type and argument."""
    heading: list[str] = []
    above = True
    for line in ROWS.read_text("utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith(" "):
            path, _, cells = line.strip().partition(": ")
            yield from (((kind, path), tuple(cells.split(" | "))) for kind in heading)
        else:
            heading = [*heading, line] if above else [line]
        above = not line.startswith(" ")


ARGUMENTS: Final = dict(arguments())
RESPELT: Final = [(kind, each) for kind, rows in RESPELLINGS.items() for each in rows]
DEFAULTED: Final = [(kind, path) for kind, rows in DEFAULTS.items() for path in rows]


def test_every_argument_of_the_tables_is_one_of_the_provider_s() -> None:
    named = {(kind, path) for kind, path in DEFAULTED}
    named |= {(kind, each.written) for kind, each in RESPELT}
    named |= {(kind, each.read_as) for kind, each in RESPELT}
    assert named == set(ARGUMENTS)


# Older than the oldest version that was read.
VERSION_2: Final = {
    ("azurerm_storage_account", "allow_blob_public_access"),
    ("azurerm_subnet", "address_prefix"),
}


def test_some_version_has_each_argument() -> None:
    for (kind, path), had in ARGUMENTS.items():
        assert len(had) == len(MAJORS[provider_of(kind)]), (kind, path)
        assert (set(had) == {ABSENT}) == ((kind, path) in VERSION_2), (kind, path)


# --- defaults -------------------------------------------------------------------------------

# (type, path, column): why the table says otherwise.
OTHERWISE: Final = {
    ("azurerm_storage_account", "https_traffic_only_enabled", 0): "to 3.113 its old name's default",
    ("azurerm_redis_cache", "minimum_tls_version", 0): "documented as 1.0; the source says 1.2",
    ("azurerm_redis_cache", "minimum_tls_version", 1): "documented as 1.0; the source says 1.2",
    ("azurerm_redis_cache", "non_ssl_port_enabled", 0): "to 3.113 its old name's default",
    ("azurerm_redis_cache", "redis_configuration.authentication_enabled", 0): "its old name's",
    ("azurerm_cdn_frontdoor_custom_domain", "tls.minimum_version", 1): "the older name's default",
    **{
        ("azurerm_api_management", f"security.{name}_enabled", 1): "the older name's default"
        for end in ("frontend", "backend")
        for name in (f"{end}_ssl30", f"{end}_tls10", f"{end}_tls11")
    },
}


def stated(kind: str, path: str, major: int) -> object:
    default = DEFAULTS[kind][path]
    return default.of(major) if isinstance(default, By) else default


@pytest.mark.parametrize("kind", DEFAULTS)
def test_a_default_is_what_the_provider_has(kind: str) -> None:
    for path in DEFAULTS[kind]:
        _check_default(kind, path)


def _check_default(kind: str, path: str) -> None:
    had = ARGUMENTS[kind, path]
    for column, (major, word) in enumerate(zip(MAJORS[provider_of(kind)], had, strict=True)):
        if (kind, path, column) in OTHERWISE:
            continue
        default = stated(kind, path, major)
        match word:
            case "required":
                assert default is None, (path, major)
            case "computed":
                assert default is None or isinstance(default, Azure), (path, major)
            case "optional" | "-":  # nothing that a default could contradict
                pass
            case _:
                value = default.value if isinstance(default, Azure) else default
                assert value == freeze(json.loads(word)), (path, major)


@pytest.mark.parametrize(("kind", "path", "column"), list(OTHERWISE))
def test_an_exception_is_still_one(kind: str, path: str, column: int) -> None:
    word = ARGUMENTS[kind, path][column]
    default = stated(kind, path, MAJORS[provider_of(kind)][column])
    assert default is not None
    assert word == "computed" or default != freeze(json.loads(word))


# --- the schema of azurerm 4.55 and azuread 3.7 that the project ships ----------------------

# In no schema of 4.55: later names, or types and names of other versions.
LATER: Final = {
    "azurerm_application_insights": {"ip_masking_enabled", "local_authentication_enabled"},
    "azurerm_cosmosdb_account": {"local_authentication_enabled"},
    "azurerm_cdn_frontdoor_custom_domain": {"tls.minimum_version"},
    "azurerm_data_factory_linked_service_azure_blob_storage": {"sas_token_linked_key_vault_key"},
    "azurerm_federated_identity_credential": {"user_assigned_identity_id"},
    "azurerm_storage_account_customer_managed_key": {"key_vault_key_id"},
    "azurerm_storage_blob": {"storage_container_id"},
    "azurerm_storage_table": {"storage_account_id"},
}

# Defaults of which the documentation of the argument is silent and the 4.0 upgrade guide tells.
UPGRADE_GUIDE: Final = {("azurerm_servicebus_topic", "default_message_ttl")}


def shipped(kind: str, path: str) -> schema.Attribute | schema.NestedBlock | None:
    provider = schema.providers()[f"hashicorp/{provider_of(kind)}"]
    plain = kind.removeprefix("data.")
    managed = plain in set(provider.resource_types()) and plain == kind
    block = provider.resource(plain) if managed else provider.data_source(plain)
    *outer, leaf = path.split(".")
    for name in outer:
        if name in block.attributes:  # blocks that are written as an attribute
            return _member(block.attributes[name], leaf)
        if name not in block.blocks:
            return None
        block = block.blocks[name].body
    return block.attributes.get(leaf) or block.blocks.get(leaf)


def _member(of: schema.Attribute, leaf: str) -> schema.Attribute | None:
    match of.type:
        case [_, ["object", fields]] if leaf in fields:
            default = of.members.get(leaf, schema.Member()).default
            return schema.Attribute(fields[leaf], "optional", default)
    return None


@pytest.mark.parametrize("kind", sorted({*DEFAULTS, *RESPELLINGS}))
def test_the_newest_names_are_in_the_shipped_schema(kind: str) -> None:
    paths = {*DEFAULTS.get(kind, ()), *(each.read_as for each in RESPELLINGS.get(kind, ()))}
    found = {path: shipped(kind, path) for path in paths}
    assert {path for path in paths if found[path] is None} == LATER.get(kind, set())
    types: Mapping[type, schema.Type] = {bool: "bool", str: "string", int: "number"}
    for path, default in DEFAULTS.get(kind, {}).items():
        there = found[path]
        if not isinstance(there, schema.Attribute):
            assert there is None  # a block has no default
            continue
        assert there.type == types.get(type(sample(default)), ["set", "string"]), path
        if (kind, path) in UPGRADE_GUIDE:
            assert there.default is None
        elif kind.startswith("azurerm_"):  # the shipped schema has no defaults of data sources
            _check_shipped_default(there, stated(kind, path, 4))


def _check_shipped_default(found: schema.Attribute, default: object) -> None:
    if isinstance(default, Azure):
        assert found.use in {"optional", "optional_computed"}
        assert found.default in {None, freeze(default.value)}
    elif default is not None:
        assert found.default == default or found.use == "optional_computed"


# --- spellings ------------------------------------------------------------------------------

SPELLINGS: Final = """
azurerm_storage_account
  enable_https_traffic_only = false -> https_traffic_only_enabled = false
  allow_blob_public_access = true -> allow_nested_items_to_be_public = true
  public_network_access = "Disabled" -> public_network_access_enabled = false
  public_network_access = "Enabled" -> public_network_access_enabled = true
  public_network_access = "SecuredByPerimeter" -> public_network_access_enabled ?
  customer_managed_key.managed_hsm_key_id = "k" -> customer_managed_key.key_vault_key_id = "k"
azurerm_storage_account_customer_managed_key
  managed_hsm_key_id = "k" -> key_vault_key_id = "k"
azurerm_disk_encryption_set
  managed_hsm_key_id = "k" -> key_vault_key_id = "k"
azurerm_mssql_{server,managed_instance}_transparent_data_encryption
  managed_hsm_key_id = "k" -> key_vault_key_id = "k"
azurerm_mssql_{server,database}_extended_auditing_policy
  blob_storage_endpoint = "https://x" -> storage_endpoint = "https://x"
azurerm_mssql_server_security_alert_policy
  email_account_admins_enabled = true -> email_account_admins = true
azurerm_mssql_database
  threat_detection_policy.email_account_admins_enabled = true \
-> threat_detection_policy.email_account_admins = "Enabled"
azurerm_cosmosdb_account
  local_authentication_disabled = true -> local_authentication_enabled = false
  local_authentication_disabled = "false" -> local_authentication_enabled = true
  managed_hsm_key_id = "k" -> key_vault_key_id = "k"
  ip_range_filter = "1.2.3.4, 0.0.0.0" -> ip_range_filter = ["1.2.3.4", "0.0.0.0"]
  ip_range_filter = "" -> ip_range_filter = []
  ip_range_filter = ["10.0.0.0/8"] -> ip_range_filter = ["10.0.0.0/8"]
azurerm_cosmosdb_sql_container
  partition_key_path = "/id" -> partition_key_paths = ["/id"]
azurerm_mysql_flexible_server
  public_network_access_enabled = false -> public_network_access = "Disabled"
  public_network_access_enabled = true -> public_network_access = "Enabled"
  customer_managed_key.managed_hsm_key_id = "k" -> customer_managed_key.key_vault_key_id = "k"
azurerm_data_factory_linked_service_azure_blob_storage
  key_vault_sas_token.secret_name = "s" -> sas_token_linked_key_vault_key.secret_name = "s"
azurerm_redis_cache
  enable_non_ssl_port = true -> non_ssl_port_enabled = true
  redis_configuration.enable_authentication = false \
-> redis_configuration.authentication_enabled = false
azurerm_eventgrid_{,system_topic_}event_subscription
  eventhub_id = "h" -> eventhub_endpoint_id = "h"
  hybrid_connection_id = "h" -> hybrid_connection_endpoint_id = "h"
  service_bus_queue_id = "q" -> service_bus_queue_endpoint_id = "q"
  service_bus_topic_id = "t" -> service_bus_topic_endpoint_id = "t"
azurerm_container_app_job
  secrets.name = "db" -> secret.name = "db"
  registries.server = "r" -> registry.server = "r"
azurerm_kubernetes_cluster
  network_profile.ebpf_data_plane = "cilium" -> network_profile.network_data_plane = "cilium"
azurerm_api_management
  protocols.enable_http2 = true -> protocols.http2_enabled = true
  security.enable_backend_ssl30 = true -> security.backend_ssl30_enabled = true
  security.enable_backend_tls10 = true -> security.backend_tls10_enabled = true
  security.enable_backend_tls11 = true -> security.backend_tls11_enabled = true
  security.enable_frontend_ssl30 = true -> security.frontend_ssl30_enabled = true
  security.enable_frontend_tls10 = true -> security.frontend_tls10_enabled = true
  security.enable_frontend_tls11 = true -> security.frontend_tls11_enabled = true
  hostname_configuration.developer_portal.key_vault_id = "c" \
-> hostname_configuration.developer_portal.key_vault_certificate_id = "c"
  hostname_configuration.management.key_vault_id = "c" \
-> hostname_configuration.management.key_vault_certificate_id = "c"
  hostname_configuration.portal.key_vault_id = "c" \
-> hostname_configuration.portal.key_vault_certificate_id = "c"
  hostname_configuration.proxy.key_vault_id = "c" \
-> hostname_configuration.proxy.key_vault_certificate_id = "c"
  hostname_configuration.scm.key_vault_id = "c" \
-> hostname_configuration.scm.key_vault_certificate_id = "c"
azurerm_federated_identity_credential
  parent_id = "i" -> user_assigned_identity_id = "i"
azurerm_key_vault
  enable_rbac_authorization = true -> rbac_authorization_enabled = true
azurerm_subnet
  address_prefix = "10.0.0.0/24" -> address_prefixes = ["10.0.0.0/24"]
  private_endpoint_network_policies_enabled = true \
-> private_endpoint_network_policies = "Enabled"
  private_endpoint_network_policies_enabled = false \
-> private_endpoint_network_policies = "Disabled"
  enforce_private_link_endpoint_network_policies = true \
-> private_endpoint_network_policies = "Disabled"
  enforce_private_link_endpoint_network_policies = false \
-> private_endpoint_network_policies = "Enabled"
azurerm_virtual_network
  subnet.address_prefix = "10.0.0.0/24" -> subnet.address_prefixes = ["10.0.0.0/24"]
azurerm_route_table
  disable_bgp_route_propagation = true -> bgp_route_propagation_enabled = false
azurerm_network_interface
  enable_ip_forwarding = true -> ip_forwarding_enabled = true
azurerm_network_watcher_flow_log
  network_security_group_id = "n" -> target_resource_id = "n"
azurerm_cdn_frontdoor_custom_domain
  tls.minimum_tls_version = "TLS10" -> tls.minimum_version = "TLS10"
azurerm_application_insights
  local_authentication_disabled = true -> local_authentication_enabled = false
  disable_ip_masking = true -> ip_masking_enabled = false
azurerm_log_analytics_workspace
  local_authentication_disabled = true -> local_authentication_enabled = false
  internet_query_access_type = "Enabled" -> internet_query_enabled = true
  internet_query_access_type = "SecuredByPerimeter" -> internet_query_enabled ?
  internet_ingestion_access_type = "Disabled" -> internet_ingestion_enabled = false
azurerm_sentinel_alert_rule_scheduled
  incident_configuration.create_incident = false -> incident.create_incident_enabled = false
  incident_configuration.grouping.group_by_entities = ["IP"] \
-> incident.grouping.by_entities = ["IP"]
  incident_configuration.grouping.group_by_alert_details = ["x"] \
-> incident.grouping.by_alert_details = ["x"]
  incident_configuration.grouping.group_by_custom_details = ["x"] \
-> incident.grouping.by_custom_details = ["x"]
azurerm_security_center_automation
  action.type = "logicapp" -> action.type = "LogicApp"
  action.type = "eventhub" -> action.type = "EventHub"
  action.type = "loganalytics" -> action.type = "Workspace"
  action.type = "LogicApp" -> action.type = "LogicApp"
azurerm_{management_group,subscription,resource_group,resource}_policy_remediation
  policy_definition_id = "d" -> policy_definition_reference_id = "d"
azuread_{application,service_principal}
  application_id = "a" -> client_id = "a"
azuread_service_principals
  application_ids = ["a"] -> client_ids = ["a"]
azuread_application_{certificate,federated_identity_credential,password,pre_authorized}
  application_object_id = "o" -> application_id = "o"
azuread_application_pre_authorized
  authorized_app_id = "a" -> authorized_client_id = "a"
azuread_directory_role_assignment
  app_scope_object_id = "/a" -> app_scope_id = "/a"
  directory_scope_object_id = "/d" -> directory_scope_id = "/d"
"""
UNKNOWN: Final = object()


class Spelling(NamedTuple):
    kind: str
    old: str
    given: object
    new: str
    expected: object


def spellings() -> Iterator[Spelling]:
    heading = ""
    for line in filter(None, SPELLINGS.splitlines()):
        if not line.startswith(" "):
            heading = line
            continue
        written, _, read = (part.strip() for part in line.partition("->"))
        old, _, given = written.partition(" = ")
        new, _, expected = read.partition(" = ")
        for kind in kinds(heading):
            value = UNKNOWN if new.endswith(" ?") else freeze(json.loads(expected))
            yield Spelling(kind, old, freeze(json.loads(given)), new.removesuffix(" ?"), value)


def made(kind: str, major: int | None, path: str, node: Node) -> Resource:
    *outer, leaf = path.split(".")
    body = Block({leaf: node})
    for name in reversed(outer):
        body = Block({name: (body,)})
    provider = Provider(provider_of(kind), major)
    return Resource(f"{kind}.x", kind, "x", body, Origin("main.tf", 1), provider)


@pytest.mark.parametrize(
    "row", list(spellings()), ids=lambda row: f"{row.kind}.{row.old}={row.given}"
)
def test_a_spelling_of_any_version_is_read_as_the_newest(row: Spelling) -> None:
    for major in (*MAJORS[provider_of(row.kind)], None):
        resource = normalise(made(row.kind, major, row.old, Known(row.given)))
        value = resource.get(row.new)
        if row.expected is UNKNOWN:
            assert isinstance(value, Unresolvable)
        else:
            assert value == Known(row.expected)
        if row.old != row.new:
            assert row.old not in dict(resource.body.walk())


def test_every_respelling_is_tried() -> None:
    tried = {(row.kind, row.old, row.new) for row in spellings()}
    for kind, each in RESPELT:
        if isinstance(each.rule, Identify):  # in test_provider.py
            continue
        assert any(
            row == kind
            and f"{old}.".startswith(f"{each.written}.")
            and f"{new}.".startswith(f"{each.read_as}.")
            for row, old, new in tried
        ), (kind, each.written)


@pytest.mark.parametrize("kind", DEFAULTS)
def test_a_default_is_filled_in_for_every_version(kind: str) -> None:
    plain = kind.removeprefix("data.")
    for path, major in product(DEFAULTS[kind], MAJORS[provider_of(kind)]):
        resource = made(plain, major, path, Omitted())
        resource = replace(resource, mode="managed" if plain == kind else "data")
        value = normalise(resource).get(path)
        default = stated(kind, path, major)
        by = f"{provider_of(kind)} {major}.x"
        if default is None:
            assert value == Omitted(decided_by=f"{by} states no default")
        elif isinstance(default, Azure):
            assert value == Omitted(default.value, "Azure default")
        else:
            assert value == Omitted(default, f"{by} default")
