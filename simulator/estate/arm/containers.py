"""Microsoft.App, Microsoft.ContainerInstance, .ContainerRegistry, .ContainerService: containers.

Properties and defaults: Azure REST API reference, Microsoft.App 2024-03-01,
Microsoft.ContainerInstance 2023-05-01, Microsoft.ContainerRegistry 2023-07-01,
Microsoft.ContainerService 2024-09-01. Azure never answers with a secret's value.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import (
    ENABLED,
    PAIRS,
    Argument,
    Arguments,
    Blocks,
    Kind,
    leaf,
    unless,
)
from simulator.estate.arm.reading import Reading
from simulator.estate.arm.resource import ArmResource
from simulator.estate.arm.shared import PUBLIC_ACCESS
from simulator.estate.model import Block, Node, Reference, Unresolvable

_CONFIGURATION: Final = "properties.configuration"
_ENV: Final = (
    Argument("name", "name"),
    Argument("value", "value"),
    Argument("secret_name", "secretRef"),
)
_IN_APP: Final = (
    Argument("name", "name"),
    Argument("image", "image"),
    Blocks("env", "env", _ENV),
)


def _app(environment: str) -> Arguments:
    return (
        Argument("container_app_environment_id", "properties.environmentId"),
        Argument("container_app_environment_id", environment),
        Argument("workload_profile_name", "properties.workloadProfileName"),
        Blocks(
            "secret",
            f"{_CONFIGURATION}.secrets",
            (
                Argument("name", "name"),
                Argument("value", "value", sensitive=True),
                Argument("key_vault_secret_id", "keyVaultUrl"),
                Argument("identity", "identity"),
            ),
        ),
        Blocks(
            "registry",
            f"{_CONFIGURATION}.registries",
            (
                Argument("server", "server"),
                Argument("username", "username"),
                Argument("password_secret_name", "passwordSecretRef"),
                Argument("identity", "identity"),
            ),
        ),
        Blocks("template.container", "properties.template.containers", _IN_APP),
        Blocks("template.init_container", "properties.template.initContainers", _IN_APP),
    )


_INGRESS: Final = f"{_CONFIGURATION}.ingress"
_APPS: Final = (
    Kind(
        "Microsoft.App/containerApps",
        "azurerm_container_app",
        (
            *_app("properties.managedEnvironmentId"),
            Argument("revision_mode", f"{_CONFIGURATION}.activeRevisionsMode"),
            Argument("ingress.external_enabled", f"{_INGRESS}.external", default=False),
            Argument(
                "ingress.allow_insecure_connections", f"{_INGRESS}.allowInsecure", default=False
            ),
            Argument("ingress.target_port", f"{_INGRESS}.targetPort"),
            Argument("ingress.transport", f"{_INGRESS}.transport"),
            Argument("ingress.client_certificate_mode", f"{_INGRESS}.clientCertificateMode"),
            Argument("ingress.fqdn", f"{_INGRESS}.fqdn"),
            Blocks(
                "ingress.ip_security_restriction",
                f"{_INGRESS}.ipSecurityRestrictions",
                (
                    Argument("name", "name"),
                    Argument("action", "action"),
                    Argument("ip_address_range", "ipAddressRange"),
                    Argument("description", "description"),
                ),
            ),
        ),
    ),
    Kind("Microsoft.App/jobs", "azurerm_container_app_job", _app("properties.environmentId")),
    Kind(
        "Microsoft.App/managedEnvironments",
        "azurerm_container_app_environment",
        (
            Argument("logs_destination", "properties.appLogsConfiguration.destination"),
            Argument(
                "infrastructure_subnet_id",
                "properties.vnetConfiguration.infrastructureSubnetId",
            ),
            Argument(
                "internal_load_balancer_enabled",
                "properties.vnetConfiguration.internal",
                default=False,
            ),
            Argument("public_network_access", "properties.publicNetworkAccess"),
            Argument("mutual_tls_enabled", "properties.peerAuthentication.mtls.enabled"),
            Argument("zone_redundancy_enabled", "properties.zoneRedundant"),
            Argument(
                "dapr_application_insights_connection_string",
                "properties.daprAIConnectionString",
                sensitive=True,
            ),
        ),
    ),
)

_IN_GROUP: Final = (
    Argument("name", "name"),
    Argument("image", "properties.image"),
    Argument("environment_variables", "properties.environmentVariables", each=PAIRS),
    Argument(
        "secure_environment_variables",
        "properties.environmentVariables",
        each=f"{PAIRS}:secureValue",
        sensitive=True,
    ),
)

_VOLUME: Final = (
    Argument("name", "name"),
    Argument("share_name", "azureFile.shareName"),
    Argument("storage_account_name", "azureFile.storageAccountName"),
    Argument("storage_account_key", "azureFile.storageAccountKey", sensitive=True),
)
_CONTAINERS: Final = (
    Blocks("container", "properties.containers", _IN_GROUP),
    Blocks("init_container", "properties.initContainers", _IN_GROUP),
)


def _with_volumes(group: ArmResource) -> Mapping[str, Node]:
    """The containers of a group with the volumes that they mount, which ARM lists for the group."""
    shares = Blocks("volume", "properties.volumes", _VOLUME, when=_is_a_share)
    made = dict(Reading(group, {}).arguments(group.body, (*_CONTAINERS, shares)))
    volumes = made.pop("volume", ())
    for blocks in _CONTAINERS:
        written, told = leaf(group.body, blocks.source), made.get(blocks.name)
        if isinstance(told, tuple) and volumes:
            objects = (written,) if isinstance(written, Block) else written
            pairs = zip(told, objects if isinstance(objects, tuple) else (), strict=True)
            made[blocks.name] = tuple(_mounting(block, one, volumes) for block, one in pairs)
    return made


def _is_a_share(volume: Block) -> bool:
    return leaf(volume, "azureFile") is not None


def _mounting(container: Block, written: Block, volumes: Node) -> Block:
    """A container with those of the volumes that it names, or with all if its names are unknown."""
    mounts = leaf(written, "properties.volumeMounts")
    if isinstance(volumes, tuple) and not isinstance(mounts, Reference | Unresolvable):
        listed = (mounts,) if isinstance(mounts, Block) else mounts
        names = [leaf(one, "name") for one in listed] if isinstance(listed, tuple) else []
        volumes = tuple(volume for volume in volumes if leaf(volume, "name") in names)
    values = {**container.values, "volume": volumes} if volumes else container.values
    return Block(MappingProxyType(values), container.origin)


_GROUPS: Final = (
    Kind(
        "Microsoft.ContainerInstance/containerGroups",
        "azurerm_container_group",
        (
            Argument("os_type", "properties.osType"),
            Argument("ip_address_type", "properties.ipAddress.type"),
            Argument("ip_address", "properties.ipAddress.ip"),
            Argument("subnet_ids", "properties.subnetIds", each="id"),
            *_CONTAINERS,
            Blocks(
                "image_registry_credential",
                "properties.imageRegistryCredentials",
                (
                    Argument("server", "server"),
                    Argument("username", "username"),
                    Argument("password", "password", sensitive=True),
                    Argument("user_assigned_identity_id", "identity"),
                ),
            ),
        ),
        more=_with_volumes,
    ),
)

_REGISTRIES: Final = (
    Kind(
        "Microsoft.ContainerRegistry/registries",
        "azurerm_container_registry",
        (
            Argument("sku", "sku.name"),
            Argument("admin_enabled", "properties.adminUserEnabled", default=False),
            Argument("anonymous_pull_enabled", "properties.anonymousPullEnabled", default=False),
            PUBLIC_ACCESS,
            Argument("network_rule_bypass_option", "properties.networkRuleBypassOptions"),
            Argument("network_rule_set.default_action", "properties.networkRuleSet.defaultAction"),
            Argument("zone_redundancy_enabled", "properties.zoneRedundancy", ENABLED),
            Argument("login_server", "properties.loginServer"),
        ),
    ),
)

_PROFILES: Final = "properties.addonProfiles"
_CLUSTERS: Final = (
    Kind(
        "Microsoft.ContainerService/managedClusters",
        "azurerm_kubernetes_cluster",
        (
            Argument("kubernetes_version", "properties.kubernetesVersion"),
            Argument("local_account_disabled", "properties.disableLocalAccounts", default=False),
            Argument("role_based_access_control_enabled", "properties.enableRBAC"),
            Argument(
                "private_cluster_enabled",
                "properties.apiServerAccessProfile.enablePrivateCluster",
                default=False,
            ),
            Argument(
                "api_server_access_profile.authorized_ip_ranges",
                "properties.apiServerAccessProfile.authorizedIPRanges",
            ),
            Argument("azure_policy_enabled", f"{_PROFILES}.azurepolicy.enabled"),
            Argument("network_profile.network_policy", "properties.networkProfile.networkPolicy"),
            Blocks(
                "default_node_pool",
                "properties.agentPoolProfiles",
                (
                    Argument("name", "name"),
                    Argument("vnet_subnet_id", "vnetSubnetID"),
                    Argument("pod_subnet_id", "podSubnetID"),
                ),
            ),
            Argument("disk_encryption_set_id", "properties.diskEncryptionSetID"),
            Argument("oidc_issuer_enabled", "properties.oidcIssuerProfile.enabled"),
            Argument(
                "workload_identity_enabled",
                "properties.securityProfile.workloadIdentity.enabled",
            ),
            Blocks(
                "oms_agent",
                f"{_PROFILES}.omsagent",
                (Argument("log_analytics_workspace_id", "config.logAnalyticsWorkspaceResourceID"),),
                switch="enabled",
            ),
            Blocks(
                "azure_active_directory_role_based_access_control",
                "properties.aadProfile",
                (
                    Argument("azure_rbac_enabled", "enableAzureRBAC", default=False),
                    Argument("admin_group_object_ids", "adminGroupObjectIDs"),
                    Argument("tenant_id", "tenantID"),
                ),
                switch="managed",
            ),
            # A cluster with an identity answers with the word "msi" here.
            Blocks(
                "service_principal",
                "properties.servicePrincipalProfile",
                (
                    Argument("client_id", "clientId"),
                    Argument("client_secret", "secret", sensitive=True),
                ),
                when=unless("clientId", "msi"),
            ),
        ),
    ),
)

CONTAINERS: Final = (*_APPS, *_GROUPS, *_REGISTRIES, *_CLUSTERS)
