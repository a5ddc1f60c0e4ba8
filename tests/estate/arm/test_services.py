"""Messaging, containers, API Management, analytics and Purview, as Azure answers them."""

import pytest

from simulator.estate.model import Known, Omitted
from tests.estate.arm.live import an_id, estate, one, said

HUBS = an_id("Microsoft.EventHub/namespaces/evh-shop")
BUS = an_id("Microsoft.ServiceBus/namespaces/sb-shop")
SUBNET = an_id("Microsoft.Network/virtualNetworks/vnet/subnets/apps")
RULES = {
    "publicNetworkAccess": "Enabled",
    "defaultAction": "Deny",
    "virtualNetworkRules": [{"subnet": {"id": SUBNET}, "ignoreMissingVnetServiceEndpoint": False}],
    "ipRules": [{"ipMask": "203.0.113.0/24", "action": "Allow"}],
    "trustedServiceAccessEnabled": True,
}


def child(of: str, path: str, /, **properties: object) -> dict[str, object]:
    return {"id": f"{of}/{path}", "name": path.rpartition("/")[2], "properties": properties}


def namespace(id_: str, **properties: object) -> dict[str, object]:
    name = id_.rpartition("/")[2]
    given = {"minimumTlsVersion": "1.2", "publicNetworkAccess": "Enabled", **properties}
    return {"id": id_, "name": name, "sku": {"name": "Premium", "capacity": 1}, "properties": given}


def test_an_event_hub_namespace_has_its_network_rules_within() -> None:
    rule = "network_rulesets.0.virtual_network_rule.0"
    assert said(
        "azurerm_eventhub_namespace",
        namespace(HUBS, disableLocalAuth=True),
        child(HUBS, "networkRuleSets/default", **RULES),
    ) == {
        "sku": "Premium",
        "capacity": 1,
        "minimum_tls_version": "1.2",
        "public_network_access_enabled": True,
        "local_authentication_enabled": False,
        "network_rulesets.0.default_action": "Deny",
        "network_rulesets.0.public_network_access_enabled": True,
        "network_rulesets.0.trusted_service_access_enabled": True,
        "network_rulesets.0.ip_rule.0.ip_mask": "203.0.113.0/24",
        "network_rulesets.0.ip_rule.0.action": "Allow",
        f"{rule}.subnet_id": SUBNET,
        f"{rule}.ignore_missing_virtual_network_service_endpoint": False,
    }


def test_a_service_bus_namespace_has_its_network_rules_and_its_key_within() -> None:
    encryption = {
        "keySource": "Microsoft.KeyVault",
        "keyVaultProperties": [
            {
                "keyName": "cmk",
                "keyVaultUri": "https://kv-shop.vault.azure.net",
                "identity": {"userAssignedIdentity": "/subscriptions/s/id"},
            }
        ],
        "requireInfrastructureEncryption": True,
    }
    bus = one(
        "azurerm_servicebus_namespace",
        namespace(BUS, encryption=encryption),
        child(BUS, "networkRuleSets/default", **RULES),
    )
    assert bus.get("local_auth_enabled") == Omitted(True, "Azure default")
    assert bus.get("network_rule_set.ip_rules") == Known(("203.0.113.0/24",))
    assert bus.get("network_rule_set.network_rules.subnet_id") == Known(SUBNET)
    assert bus.get("customer_managed_key.key_vault_key_id") == Known(
        "https://kv-shop.vault.azure.net/keys/cmk"
    )


def test_queues_and_rules_of_who_may_use_them_belong_to_their_namespace() -> None:
    found = estate(
        child(
            BUS,
            "queues/dsr",
            defaultMessageTimeToLive="P45D",
            deadLetteringOnMessageExpiration=True,
        ),
        child(BUS, "authorizationRules/send", rights=["Send"]),
        child(HUBS, "eventhubs/orders/authorizationRules/all", rights=["Manage", "Listen", "Send"]),
        child(HUBS, "eventhubs/orders", partitionCount=4, messageRetentionInDays=7),
    )
    (queue,) = found.of_type("azurerm_servicebus_queue")
    assert queue.get("default_message_ttl") == Known("P45D")
    assert queue.get("dead_lettering_on_message_expiration") == Known(True)
    (rule,) = found.of_type("azurerm_servicebus_namespace_authorization_rule")
    assert [rule.get(right) for right in ("send", "listen", "manage")] == [
        Known(True),
        Known(False),
        Known(False),
    ]
    (rule,) = found.of_type("azurerm_eventhub_authorization_rule")
    assert rule.get("manage") == Known(True)
    assert rule.get("eventhub_name") == Known("orders")
    assert rule.get("namespace_name") == Known("evh-shop")


def test_where_events_go_has_an_argument_of_its_own() -> None:
    topic = an_id("Microsoft.EventGrid/systemTopics/kv")
    subscription = child(
        topic,
        "eventSubscriptions/rotate",
        filter={"includedEventTypes": ["Microsoft.KeyVault.SecretNearExpiry"]},
        destination={
            "endpointType": "AzureFunction",
            "properties": {"resourceId": "/subscriptions/s/f", "maxEventsPerBatch": 1},
        },
    )
    told = one("azurerm_eventgrid_system_topic_event_subscription", subscription)
    assert told.get("system_topic") == Known("kv")
    assert told.get("included_event_types") == Known(("Microsoft.KeyVault.SecretNearExpiry",))
    assert told.get("azure_function_endpoint.function_id") == Known("/subscriptions/s/f")


APP = {
    "id": an_id("Microsoft.App/containerApps/ca-shop"),
    "name": "ca-shop",
    "identity": {"type": "SystemAssigned", "principalId": "p"},
    "properties": {
        "managedEnvironmentId": an_id("Microsoft.App/managedEnvironments/cae"),
        "environmentId": an_id("Microsoft.App/managedEnvironments/cae"),
        "configuration": {
            "secrets": [
                {"name": "db"},
                {"name": "kv", "keyVaultUrl": "https://kv/secrets/x", "identity": "System"},
            ],
            "activeRevisionsMode": "Single",
            "ingress": {
                "fqdn": "ca-shop.westus.azurecontainerapps.io",
                "external": True,
                "targetPort": 80,
                "allowInsecure": True,
                "transport": "Auto",
            },
        },
        "template": {
            "containers": [
                {
                    "image": "shop/app",
                    "name": "app",
                    "env": [{"name": "A", "value": "1"}, {"name": "DB", "secretRef": "db"}],
                }
            ]
        },
    },
}


def test_a_container_app_is_told_in_azurerm_s_words() -> None:
    app = one("azurerm_container_app", APP)
    assert app.get("ingress.allow_insecure_connections") == Known(True)
    assert app.get("ingress.external_enabled") == Known(True)
    db, vault = app.blocks("secret")
    assert db.get("value") == Omitted()
    assert vault.get("key_vault_secret_id") == Known("https://kv/secrets/x")
    (template,) = app.blocks("template")
    (container,) = template.blocks("container")
    plain, from_secret = container.blocks("env")
    assert plain.get("value") == Known("1")
    assert from_secret.get("secret_name") == Known("db")


def test_a_secret_of_a_container_app_stays_hidden() -> None:
    secret = {"configuration": {"secrets": [{"name": "db", "value": "hunter2"}]}}
    app = one("azurerm_container_app", APP | {"properties": secret})
    assert app.get("secret.value") == Known("hunter2", sensitive=True)


def test_a_container_group_s_variables_are_maps() -> None:
    group = {
        "id": an_id("Microsoft.ContainerInstance/containerGroups/cg"),
        "name": "cg",
        "properties": {
            "osType": "Linux",
            "containers": [
                {
                    "name": "app",
                    "properties": {
                        "image": "shop/app",
                        "environmentVariables": [
                            {"name": "A", "value": "1"},
                            {"name": "DB_PASSWORD", "secureValue": "hunter2"},
                        ],
                    },
                }
            ],
            "imageRegistryCredentials": [{"server": "x", "username": "u", "password": "p"}],
        },
    }
    told = one("azurerm_container_group", group)
    (container,) = told.blocks("container")
    assert container.entries("environment_variables")["A"] == Known("1")
    secure = container.entries("secure_environment_variables")
    assert secure["DB_PASSWORD"] == Known("hunter2", sensitive=True)
    assert told.get("image_registry_credential.password") == Known("p", sensitive=True)


def test_a_container_has_the_shares_that_it_mounts_and_their_keys_stay_hidden() -> None:
    def container(name: str, *mounts: str) -> dict[str, object]:
        mounted = [{"name": mount, "mountPath": f"/{mount}"} for mount in mounts]
        return {"name": name, "properties": {"image": "shop/app", "volumeMounts": mounted}}

    share = {"shareName": "orders", "storageAccountName": "st", "storageAccountKey": "hunter2"}
    group = {
        "id": an_id("Microsoft.ContainerInstance/containerGroups/cg"),
        "name": "cg",
        "properties": {
            "containers": [container("app", "orders", "scratch"), container("bare")],
            "volumes": [
                {"name": "orders", "azureFile": share},
                {"name": "scratch", "emptyDir": {}},
            ],
        },
    }
    app, bare = one("azurerm_container_group", group).blocks("container")
    (volume,) = app.blocks("volume")
    assert volume.get("share_name") == Known("orders")
    assert volume.get("storage_account_key") == Known("hunter2", sensitive=True)
    assert bare.blocks("volume") == ()


@pytest.mark.parametrize(("client", "principals"), [("msi", 0), ("an-app", 1)])
def test_a_cluster_with_an_identity_has_no_service_principal(client: str, principals: int) -> None:
    cluster = {
        "id": an_id("Microsoft.ContainerService/managedClusters/aks"),
        "name": "aks",
        "properties": {
            "servicePrincipalProfile": {"clientId": client},
            "disableLocalAccounts": True,
            "enableRBAC": True,
            "aadProfile": {"managed": True, "enableAzureRBAC": True},
            "addonProfiles": {
                "azurepolicy": {"enabled": True},
                "omsagent": {
                    "enabled": True,
                    "config": {"logAnalyticsWorkspaceResourceID": "/subscriptions/s/w"},
                },
            },
        },
    }
    told = one("azurerm_kubernetes_cluster", cluster)
    assert len(told.blocks("service_principal")) == principals
    assert told.get("local_account_disabled") == Known(True)
    assert told.get("azure_policy_enabled") == Known(True)
    assert told.get("oms_agent.log_analytics_workspace_id") == Known("/subscriptions/s/w")
    role_based = "azure_active_directory_role_based_access_control"
    assert told.get(f"{role_based}.azure_rbac_enabled") == Known(True)


def test_a_registry_is_told_in_azurerm_s_words() -> None:
    registry = {
        "id": an_id("Microsoft.ContainerRegistry/registries/acr"),
        "name": "acr",
        "sku": {"name": "Premium"},
        "properties": {
            "adminUserEnabled": True,
            "anonymousPullEnabled": False,
            "publicNetworkAccess": "Disabled",
            "networkRuleSet": {"defaultAction": "Deny", "ipRules": []},
            "zoneRedundancy": "Enabled",
        },
    }
    told = one("azurerm_container_registry", registry)
    assert told.get("admin_enabled") == Known(True)
    assert told.get("network_rule_set.default_action") == Known("Deny")


GATEWAY = an_id("Microsoft.ApiManagement/service/apim-shop")
PRODUCT = f"{GATEWAY}/products/partner"


def test_a_gateway_is_told_in_azurerm_s_words() -> None:
    answer = {
        "id": GATEWAY,
        "name": "apim-shop",
        "sku": {"name": "Developer", "capacity": 1},
        "properties": {
            "publisherEmail": "apis@shop.example",
            "publisherName": "Shop",
            "gatewayUrl": "https://apim-shop.azure-api.net",
            "virtualNetworkType": "Internal",
            "virtualNetworkConfiguration": {"subnetResourceId": SUBNET},
            "publicNetworkAccess": "Enabled",
            "customProperties": {
                "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "True",
                "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Backend.Protocols.Tls11": (
                    "False"
                ),
            },
        },
    }
    assert said("azurerm_api_management", answer) == {
        "sku_name": "Developer_1",
        "publisher_name": "Shop",
        "publisher_email": "apis@shop.example",
        "public_network_access_enabled": True,
        "virtual_network_type": "Internal",
        "virtual_network_configuration.0.subnet_id": SUBNET,
        "gateway_url": "https://apim-shop.azure-api.net",
        "security.0.frontend_tls10_enabled": True,
        "security.0.backend_tls11_enabled": False,
    }


def test_what_a_gateway_holds_names_it_and_the_api() -> None:
    found = estate(
        child(
            GATEWAY, "apis/orders", path="orders", protocols=["https"], subscriptionRequired=True
        ),
        child(GATEWAY, "apis/orders/policies/policy", value="<policies/>", format="rawxml"),
        child(GATEWAY, "apis/orders/operations/get", method="GET", urlTemplate="/"),
        child(GATEWAY, "apis/orders/operations/get/policies/policy", value="<policies/>"),
        child(
            GATEWAY,
            "apis/orders/diagnostics/applicationinsights",
            loggerId=f"{GATEWAY}/loggers/ai",
            alwaysLog="allErrors",
            logClientIp=True,
            frontend={
                "request": {
                    "headers": ["Authorization"],
                    "body": {"bytes": 512},
                    "dataMasking": {"headers": [{"value": "Authorization", "mode": "Mask"}]},
                }
            },
        ),
        child(GATEWAY, "products/partner", state="published", approvalRequired=True),
        child(PRODUCT, "apis/orders", path="orders"),
        child(PRODUCT, "policies/policy", value="<policies/>"),
    )
    assert {
        r.type.removeprefix("azurerm_api_management_"): r.get("api_management_name")
        for r in found.resources
    } == dict.fromkeys(
        (
            "api",
            "api_policy",
            "api_operation",
            "api_operation_policy",
            "api_diagnostic",
            "product",
            "product_api",
            "product_policy",
        ),
        Known("apim-shop"),
    )
    (policy,) = found.of_type("azurerm_api_management_api_operation_policy")
    assert policy.get("api_name") == Known("orders")
    assert policy.get("operation_id") == Known("get")
    assert policy.get("xml_content") == Known("<policies/>")
    (diagnostic,) = found.of_type("azurerm_api_management_api_diagnostic")
    assert diagnostic.get("identifier") == Known("applicationinsights")
    assert diagnostic.get("always_log_errors") == Known(True)
    assert diagnostic.get("frontend_request.body_bytes") == Known(512)
    assert diagnostic.get("frontend_request.data_masking.headers.mode") == Known("Mask")
    (product,) = found.of_type("azurerm_api_management_product")
    assert product.get("published") == Known(True)
    (tie,) = found.of_type("azurerm_api_management_product_api")
    assert (tie.get("product_id"), tie.get("api_name")) == (Known("partner"), Known("orders"))


@pytest.mark.parametrize(
    ("scope", "arguments"),
    [
        (PRODUCT, {"product_id": PRODUCT}),
        (f"{GATEWAY}/apis/orders", {"api_id": f"{GATEWAY}/apis/orders"}),
        (f"{GATEWAY}/apis", {}),
    ],
)
def test_a_subscription_is_to_a_product_an_api_or_all(
    scope: str, arguments: dict[str, str]
) -> None:
    told = said(
        "azurerm_api_management_subscription",
        child(GATEWAY, "subscriptions/acme", scope=scope, state="active", allowTracing=False),
    )
    assert told == {
        "api_management_name": "apim-shop",
        "subscription_id": "acme",
        "state": "active",
        "allow_tracing": False,
        **arguments,
    }


def test_secrets_of_a_gateway_stay_hidden() -> None:
    found = estate(
        child(GATEWAY, "namedValues/key", displayName="key", secret=True, value="hunter2"),
        child(GATEWAY, "namedValues/kv", keyVault={"secretIdentifier": "https://kv/secrets/x"}),
        child(
            GATEWAY,
            "backends/pay",
            url="https://pay.example",
            tls={"validateCertificateChain": False},
            credentials={
                "header": {"x-key": ["hunter2", "x"]},
                "authorization": {"scheme": "Basic", "parameter": "hunter2"},
            },
        ),
        child(
            GATEWAY,
            "loggers/ai",
            loggerType="applicationInsights",
            credentials={"instrumentationKey": "hunter2"},
        ),
    )
    key, vault = found.of_type("azurerm_api_management_named_value")
    assert key.get("value") == Known("hunter2", sensitive=True)
    assert vault.get("value_from_key_vault.secret_id") == Known("https://kv/secrets/x")
    (backend,) = found.of_type("azurerm_api_management_backend")
    assert backend.get("tls.validate_certificate_chain") == Known(False)
    assert backend.get("credentials.header.x-key") == Known("hunter2,x", sensitive=True)
    assert backend.get("credentials.authorization.parameter") == Known("hunter2", sensitive=True)
    (logger,) = found.of_type("azurerm_api_management_logger")
    assert logger.get("application_insights.instrumentation_key") == Known("hunter2", True)


def test_analytics_services_are_told_in_azurerm_s_words() -> None:
    synapse = an_id("Microsoft.Synapse/workspaces/syn")
    kusto = an_id("Microsoft.Kusto/clusters/adx")
    found = estate(
        {
            "id": synapse,
            "name": "syn",
            "properties": {
                "publicNetworkAccess": "Disabled",
                "managedVirtualNetwork": "default",
                "managedVirtualNetworkSettings": {"preventDataExfiltration": True},
                "encryption": {"cmk": {"key": {"name": "k", "keyVaultUrl": "https://kv/keys/k"}}},
            },
        },
        child(synapse, "azureADOnlyAuthentications/default", azureADOnlyAuthentication=True),
        child(synapse, "sqlPools/dw"),
        child(synapse, "sqlPools/dw/transparentDataEncryption/current", status="Enabled"),
        {
            "id": kusto,
            "name": "adx",
            "sku": {"name": "Standard_E8ads_v5", "capacity": 2},
            "properties": {
                "publicNetworkAccess": "Enabled",
                "enableDiskEncryption": True,
                "trustedExternalTenants": [{"value": "*"}],
            },
        },
        {
            "id": an_id("Microsoft.Search/searchServices/srch"),
            "name": "srch",
            "sku": {"name": "standard"},
            "properties": {
                "publicNetworkAccess": "enabled",
                "disableLocalAuth": False,
                "networkRuleSet": {"ipRules": [{"value": "203.0.113.0/24"}], "bypass": "None"},
            },
        },
        {
            "id": an_id("Microsoft.Purview/accounts/pv"),
            "name": "pv",
            "properties": {
                "publicNetworkAccess": "Disabled",
                "endpoints": {"catalog": "https://pv.purview.azure.com/catalog"},
            },
        },
        {
            "id": an_id("Microsoft.AppConfiguration/configurationStores/cfg"),
            "name": "cfg",
            "sku": {"name": "standard"},
            "properties": {"publicNetworkAccess": "Disabled", "disableLocalAuth": True},
        },
        {
            "id": an_id("Microsoft.Databricks/workspaces/dbw"),
            "name": "dbw",
            "sku": {"name": "premium"},
            "properties": {
                "publicNetworkAccess": "Disabled",
                "parameters": {"enableNoPublicIp": {"type": "Bool", "value": True}},
            },
        },
    )
    (workspace,) = found.of_type("azurerm_synapse_workspace")
    assert workspace.get("azuread_authentication_only") == Known(True)
    assert workspace.get("customer_managed_key.key_versionless_id") == Known("https://kv/keys/k")
    assert workspace.get("managed_virtual_network_enabled") == Known(True)
    (pool,) = found.of_type("azurerm_synapse_sql_pool")
    assert pool.get("data_encrypted") == Known(True)
    (cluster,) = found.of_type("azurerm_kusto_cluster")
    assert cluster.get("trusted_external_tenants") == Known(("*",))
    (search,) = found.of_type("azurerm_search_service")
    assert search.get("public_network_access_enabled") == Known(True)
    assert search.get("allowed_ips") == Known(("203.0.113.0/24",))
    (purview,) = found.of_type("azurerm_purview_account")
    assert purview.get("public_network_enabled") == Known(False)
    (store,) = found.of_type("azurerm_app_configuration")
    assert store.get("local_auth_enabled") == Known(False)
    (databricks,) = found.of_type("azurerm_databricks_workspace")
    assert databricks.get("custom_parameters.no_public_ip") == Known(True)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("Server=x;Password=hunter2", Known("Server=x;Password=hunter2", sensitive=True)),
        ({"type": "SecureString", "value": "hunter2"}, Known("hunter2", sensitive=True)),
        ({"type": "AzureKeyVaultSecret", "secretName": "db"}, Omitted()),
    ],
)
def test_a_factory_s_connection_string_is_a_secret_unless_a_vault_has_it(
    written: object, told: object
) -> None:
    factory = an_id("Microsoft.DataFactory/factories/adf")
    service = child(
        factory,
        "linkedservices/sql",
        type="AzureSqlDatabase",
        typeProperties={"connectionString": written},
    )
    linked = one("azurerm_data_factory_linked_service_azure_sql_database", service)
    assert linked.get("data_factory_id") == Known(factory)
    assert linked.get("connection_string") == told


def test_backup_vaults_say_whether_backups_can_be_deleted() -> None:
    found = estate(
        {
            "id": an_id("Microsoft.RecoveryServices/vaults/rsv"),
            "name": "rsv",
            "sku": {"name": "RS0"},
            "properties": {
                "publicNetworkAccess": "Disabled",
                "securitySettings": {
                    "immutabilitySettings": {"state": "Locked"},
                    "softDeleteSettings": {"softDeleteState": "AlwaysON"},
                },
            },
        },
        {
            "id": an_id("Microsoft.DataProtection/backupVaults/bv"),
            "name": "bv",
            "properties": {
                "securitySettings": {
                    "immutabilitySettings": {"state": "Unlocked"},
                    "softDeleteSettings": {"state": "On", "retentionDurationInDays": 30},
                }
            },
        },
    )
    (vault,) = found.of_type("azurerm_recovery_services_vault")
    assert vault.get("immutability") == Known("Locked")
    assert vault.get("soft_delete_enabled") == Known(True)
    (vault,) = found.of_type("azurerm_data_protection_backup_vault")
    assert vault.get("retention_duration_in_days") == Known(30)
