"""From declarations to what is run: every setting, its declaration, and what had to be assumed."""

from ipaddress import ip_network

import pytest

from simulator.estate.model import Known, Origin, Reference, Unresolvable
from simulator.telemetry.operations import Category
from simulator.twin.blueprint import AccountPlan, Blueprint, PrincipalKind, Right, blueprint
from tests.controls.build import SOMETHING, azurerm, block, id_of, resource
from tests.twin.shop import (
    APP,
    OTHER_APP,
    WORKSPACE,
    account,
    address,
    endpoint,
    logged,
    role,
    shop,
)

A = address("stshop")
GROUP = "azurerm_resource_group.data"


def drawn(*resources: object, **values: object) -> Blueprint:
    return blueprint(shop(account("stshop", **values), *resources))  # type: ignore[arg-type]


def one(*resources: object, **values: object) -> AccountPlan:
    return drawn(*resources, **values).accounts[0]


def assumed(plan: Blueprint, text: str) -> bool:
    return any(text in line for line in plan.assumptions)


def test_an_estate_without_accounts_has_an_empty_blueprint():
    assert blueprint(shop()) == Blueprint((), blueprint(shop()).workloads, ())


def test_what_is_not_set_is_the_providers_default_and_names_it():
    plan = one()
    assert plan.public_blob.value
    assert plan.public_blob.declared.endswith("(azurerm 4.x default: true)")
    assert plan.public_network.value
    assert plan.shared_key.value
    assert plan.https_only.value
    assert plan.default_action.value == "Allow"
    assert plan.log.feeds == ()


def test_the_default_of_anonymous_access_depends_on_the_provider():
    made = resource(A, provider=azurerm(5), name="stshop")
    assert not blueprint(shop(made)).accounts[0].public_blob.value


def test_settings_are_taken_as_declared_with_their_line():
    made = resource(
        A,
        origin=Origin("storage.tf", 12),
        name="stshop",
        shared_access_key_enabled=False,
        https_traffic_only_enabled=False,
        public_network_access_enabled=False,
        allow_nested_items_to_be_public=False,
    )
    plan = blueprint(shop(made)).accounts[0]
    assert not any(
        s.value for s in (plan.shared_key, plan.https_only, plan.public_network, plan.public_blob)
    )
    assert plan.shared_key.declared == f"{A} (storage.tf:12): shared_access_key_enabled = false"


@pytest.mark.parametrize("unknown", [SOMETHING, Reference("azurerm_x.y", "z"), Known(None)])
def test_what_cannot_be_known_never_counts_as_protection(unknown):
    plan = drawn(
        allow_nested_items_to_be_public=unknown,
        public_network_access_enabled=unknown,
        shared_access_key_enabled=unknown,
        https_traffic_only_enabled=unknown,
        network_rules=[{"default_action": unknown}],
    )
    made = plan.accounts[0]
    assert made.public_blob.value
    assert made.public_network.value
    assert made.shared_key.value
    assert not made.https_only.value or unknown == Known(None)  # null is the provider's default
    assert made.default_action.value == "Allow"
    assert assumed(plan, "default_action")


def test_an_unknown_access_level_is_taken_as_public_and_said_so():
    plan = drawn(containers={"customers": SOMETHING})
    assert plan.accounts[0].containers[0].access.value == "container"
    assert assumed(plan, "container_access_type is not known")


@pytest.mark.parametrize("name", [SOMETHING, "Not A Legal Name"])
def test_an_unusable_name_gets_a_stand_in_that_is_always_the_same(name):
    made = resource(A, name=name)
    first, second = blueprint(shop(made)), blueprint(shop(made))
    assert first.accounts[0].name == second.accounts[0].name
    assert first.accounts[0].name.isalnum()
    assert assumed(first, f'taken as the name "{first.accounts[0].name}"')


def test_containers_are_found_by_id_by_name_and_by_literal_name():
    by = {
        "one": {"storage_account_id": id_of(A, suffix="")},
        "two": {"storage_account_name": id_of(A, "name", suffix="")},
        "three": {"storage_account_name": "stshop"},
        "four": {
            "storage_account_id": "/subscriptions/s/resourceGroups/r/providers/"
            "Microsoft.Storage/storageAccounts/stshop"
        },
        "other": {"storage_account_name": "stother"},
    }
    made = [
        resource(f"azurerm_storage_container.{n}", name=n + "s", **link) for n, link in by.items()
    ]
    plan = blueprint(shop(resource(A, name="stshop"), made)).accounts[0]
    assert {c.name for c in plan.containers} == {"ones", "twos", "threes", "fours"}
    assert {c.access.value for c in plan.containers} == {"private"}


def test_a_file_system_is_a_private_container():
    lake = resource(
        "azurerm_storage_data_lake_gen2_filesystem.raw",
        name="raw",
        storage_account_id=id_of(A, suffix=""),
    )
    assert one(lake).container("raw").access.value == "private"


def test_network_rules_are_read_inline():
    rules = {
        "default_action": "Deny",
        "bypass": ["AzureServices"],
        "ip_rules": ["198.51.100.7", "203.0.113.0/24"],
        "virtual_network_subnet_ids": id_of("azurerm_subnet.apps", suffix=""),
    }
    plan = one(network_rules=[block(**rules)])
    assert plan.default_action.value == "Deny"
    assert plan.bypass.value == ("AzureServices",)
    assert [str(r.network) for r in plan.allowed] == [
        "198.51.100.7/32",
        "203.0.113.0/24",
        "10.40.1.0/24",
    ]
    assert "azurerm_subnet.apps" in plan.allowed[-1].declared


def test_network_rules_of_their_own_count_and_win_over_inline_ones():
    separate = resource(
        "azurerm_storage_account_network_rules.shop",
        storage_account_id=id_of(A, suffix=""),
        default_action="Deny",
    )
    plan = drawn(separate)
    assert plan.accounts[0].default_action.value == "Deny"
    assert plan.accounts[0].default_action.declared.startswith(separate.address)
    assert not plan.assumptions
    both = drawn(separate, network_rules=[{"default_action": "Allow"}])
    assert both.accounts[0].default_action.value == "Deny"
    assert assumed(both, "the last to be applied wins")


def test_several_subnets_in_one_reference_are_all_followed():
    several = Reference("azurerm_subnet.apps", also=("azurerm_subnet.data", "azurerm_subnet.gone"))
    rules = [block(default_action="Deny", virtual_network_subnet_ids=several)]
    plan = drawn(network_rules=rules)
    networks = [str(r.network) for r in plan.accounts[0].allowed]
    assert networks == ["10.40.1.0/24", "10.40.10.0/24"]
    assert assumed(plan, "names azurerm_subnet.gone, not declared here")


def test_an_address_rule_that_is_none_lets_nobody_in_and_is_said():
    plan = drawn(network_rules=[{"default_action": "Deny", "ip_rules": ["office"]}])
    assert plan.accounts[0].allowed == ()
    assert assumed(plan, "'office'")


def test_address_rules_that_are_unknown_keep_nobody_out_and_are_said():
    plan = drawn(network_rules=[{"default_action": "Deny", "ip_rules": SOMETHING}])
    assert [str(r.network) for r in plan.accounts[0].allowed] == ["0.0.0.0/0"]
    assert assumed(plan, "taken as any address")


def test_unknown_network_rules_are_taken_as_absent():
    plan = drawn(network_rules=SOMETHING)
    assert plan.accounts[0].default_action.value == "Allow"
    assert assumed(plan, "absent: all networks")


def test_a_private_endpoint_for_blobs_opens_its_virtual_network():
    plan = one(endpoint("stshop"))
    assert [str(r.network) for r in plan.private] == ["10.40.0.0/16"]
    assert "azurerm_private_endpoint.stshop" in plan.private[0].declared


@pytest.mark.parametrize("subnet", [SOMETHING, id_of("azurerm_subnet.elsewhere", suffix="")])
def test_a_private_endpoint_in_an_unknown_network_keeps_no_insider_out(subnet):
    unplaced = resource(
        "azurerm_private_endpoint.blob",
        subnet_id=subnet,
        private_service_connection=[
            {
                "private_connection_resource_id": id_of(A, suffix=""),
                "subresource_names": ["blob"],
            }
        ],
    )
    plan = drawn(unplaced)
    assert [str(r.network) for r in plan.accounts[0].private] == ["10.0.0.0/8"]
    assert assumed(plan, "leads to no address that is known; taken as somewhere in 10.0.0.0/8")


def test_a_private_endpoint_for_something_else_does_not():
    other = resource(
        "azurerm_private_endpoint.files",
        subnet_id=id_of("azurerm_subnet.data", suffix=""),
        private_service_connection=[
            {
                "private_connection_resource_id": id_of(A, suffix=""),
                "subresource_names": ["file"],
            }
        ],
    )
    assert one(other).private == ()


def test_a_subnet_whose_network_is_unknown_counts_alone():
    lost = resource(
        "azurerm_subnet.lost", virtual_network_name="elsewhere", address_prefixes=["10.9.0.0/24"]
    )
    link = resource(
        "azurerm_private_endpoint.shop",
        subnet_id=id_of(lost.address, suffix=""),
        private_service_connection=[
            {"private_connection_resource_id": id_of(A, suffix=""), "subresource_names": ["blob"]}
        ],
    )
    plan = drawn(lost, link)
    assert [r.network for r in plan.accounts[0].private] == [ip_network("10.9.0.0/24")]
    assert assumed(plan, "the subnet alone")


@pytest.mark.parametrize(
    ("on", "container"),
    [
        ("", None),
        ("/blobServices/default", None),
        ("/blobServices/default/containers/customers", "customers"),
    ],
)
def test_a_role_on_the_account_or_one_of_its_containers(on, container):
    (grant,) = one(role("stshop", on=on)).grants
    assert (grant.principal, grant.container) == (APP, container)
    assert grant.kind is PrincipalKind.WORKLOAD
    assert grant.rights == {Right.READ, Right.DELEGATE}
    assert "Storage Blob Data Reader on stshop" in grant.declared


def test_a_role_on_the_container_resource():
    container = id_of("azurerm_storage_container.stshop_customers", suffix="")
    (grant,) = one(role("stshop", scope=container)).grants
    assert grant.container == "customers"


def test_a_role_whose_scope_lost_its_end_is_taken_as_the_whole_account():
    plan = drawn(role("stshop", scope=id_of(A)))
    assert plan.accounts[0].grants[0].container is None
    assert assumed(plan, "the whole account")


def test_a_role_on_another_service_of_the_account_is_none_on_blobs():
    assert one(role("stshop", on="/queueServices/default/queues/q")).grants == ()


PROVIDER = "/resourceGroups/rg-data/providers/Microsoft.Storage"
SUBSCRIPTION = "/subscriptions/11059fcc-5514-4800-b5f8-49808b9cfab6"


@pytest.mark.parametrize(
    ("scope", "reaches"),
    [
        (id_of(GROUP, suffix=""), True),
        (id_of("azurerm_resource_group.other", suffix=""), False),
        (id_of("data.azurerm_subscription.current", suffix=""), True),
        (id_of("data.azurerm_subscription.current", suffix="/resourceGroups/rg-data"), True),
        (id_of("data.azurerm_subscription.current", suffix="/resourceGroups/rg-x"), False),
        (SUBSCRIPTION, True),
        (f"{SUBSCRIPTION}/resourceGroups/rg-data", True),
        (f"{SUBSCRIPTION}/resourceGroups/RG-DATA/", True),
        (f"{SUBSCRIPTION}/resourceGroups/rg-x", False),
        ("/providers/Microsoft.Management/managementGroups/root", True),
        (
            f"{SUBSCRIPTION}{PROVIDER}/storageAccounts/stshop",
            True,
        ),
        (
            f"{SUBSCRIPTION}{PROVIDER}/storageAccounts/stother",
            False,
        ),
        (f"{SUBSCRIPTION}/resourceGroups/rg-data/providers/Microsoft.KeyVault/vaults/v", False),
    ],
)
@pytest.mark.parametrize("group", ["rg-data", id_of(GROUP, "name", suffix="")])
def test_a_role_above_the_account_reaches_it(scope, reaches, group):
    around = (
        resource(GROUP, name="rg-data"),
        resource("azurerm_resource_group.other", name="rg-other"),
        resource("data.azurerm_subscription.current"),
    )
    plan = one(*around, role("stshop", scope=scope), resource_group_name=group)
    assert bool(plan.grants) is reaches


def test_a_role_by_id_a_role_by_name_and_roles_that_read_nothing():
    reader = (
        "/providers/Microsoft.Authorization/roleDefinitions/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
    )
    plan = one(
        role("stshop", role_definition_name=Known(None), role_definition_id=reader),
        role("stshop", "Owner", to=OTHER_APP),
        role("stshop", "Key Vault Secrets User", to=OTHER_APP),
    )
    assert [(g.role, g.rights) for g in plan.grants] == [
        ("Storage Blob Data Reader", {Right.READ, Right.DELEGATE}),
        ("Owner", {Right.LIST_KEYS}),
    ]


def test_an_identity_that_cannot_be_known_counts_as_one_of_its_own():
    plan = drawn(role("stshop", principal_id=SOMETHING))
    (grant,) = plan.accounts[0].grants
    assert grant.principal.startswith("azurerm_role_assignment.")
    assert assumed(plan, "taken as an identity of its own")


def test_an_unknown_role_or_scope_gives_nothing_and_is_said():
    for values, word in (
        ({"role_definition_name": SOMETHING}, "role_definition_name"),
        ({"scope": SOMETHING}, "scope"),
    ):
        plan = drawn(role("stshop", **values))
        assert plan.accounts[0].grants == ()
        assert assumed(plan, word)


def test_a_principal_may_be_an_object_id_and_says_its_type():
    user = "11059fcc-5514-4800-b5f8-49808b9cfab6"
    plan = drawn(role("stshop", principal_id=user, principal_type="User"))
    (grant,) = plan.accounts[0].grants
    assert (grant.principal, grant.kind) == (user, PrincipalKind.USER)
    assert plan.kind_of(user) is PrincipalKind.USER
    assert plan.kind_of("nobody") is PrincipalKind.UNKNOWN


def test_only_declared_blob_categories_with_a_workspace_are_logged():
    plan = one(logged("stshop", ["StorageRead", "StorageDelete"]))
    assert [feed.category for feed in plan.log.feeds] == [Category.READ, Category.DELETE]
    assert {feed.workspace for feed in plan.log.feeds} == {WORKSPACE}
    assert "StorageRead is logged" in plan.log.feeds[0].declared


def test_a_setting_on_the_account_itself_or_without_a_workspace_logs_no_blob_request():
    common = {"enabled_log": [{"category_group": "audit"}]}
    on_account = resource(
        "azurerm_monitor_diagnostic_setting.a",
        target_resource_id=id_of(A, suffix=""),
        log_analytics_workspace_id=id_of(WORKSPACE, suffix=""),
        **common,
    )
    to_archive = resource(
        "azurerm_monitor_diagnostic_setting.b",
        target_resource_id=id_of(A, suffix="/blobServices/default"),
        storage_account_id=id_of("azurerm_storage_account.archive", suffix=""),
        **common,
    )
    assert one(on_account, to_archive).log.feeds == ()


def test_a_category_group_logs_everything():
    setting = resource(
        "azurerm_monitor_diagnostic_setting.a",
        target_resource_id=id_of(A, suffix="/blobServices/default"),
        log_analytics_workspace_id=id_of(WORKSPACE, suffix=""),
        enabled_log=[{"category_group": "allLogs"}],
    )
    assert len(one(setting).log.feeds) == 3


@pytest.mark.parametrize(
    ("tags", "personal"),
    [
        ({"pii": "true"}, True),
        ({"pii": "false", "dataclassification": "restricted"}, False),
        ({"DataClassification": "confidential"}, True),
        ({"data_classification": "internal"}, False),
        ({}, False),
    ],
)
def test_personal_accounts_are_known_by_their_tags(tags, personal):
    assert one(tags=tags).personal is personal


def test_apps_are_workloads_with_their_identities_and_subnets():
    own = resource("azurerm_user_assigned_identity.jobs")
    jobs = resource(
        "azurerm_container_app.jobs",
        identity=[block(type="UserAssigned", identity_ids=id_of(own.address, suffix=""))],
    )
    nobody = resource("azurerm_linux_web_app.static")
    workloads = {w.address: w for w in drawn(own, jobs, nobody).workloads}
    assert workloads[APP].principals == (APP,)
    assert [str(r.network) for r in workloads[APP].subnets] == ["10.40.1.0/24"]
    assert workloads["azurerm_container_app.jobs"].principals == (own.address,)
    assert nobody.address not in workloads


def test_an_app_is_exposed_unless_it_is_declared_closed():
    def exposed(type_: str, **values: object) -> bool:
        app = resource(f"{type_}.a", identity=[{"type": "SystemAssigned"}], **values)
        return {w.address: w for w in drawn(app).workloads}[app.address].exposed

    assert exposed("azurerm_linux_web_app")
    assert not exposed("azurerm_linux_web_app", public_network_access_enabled=False)
    assert not exposed("azurerm_container_app")
    assert exposed("azurerm_container_app", ingress=[{"external_enabled": True}])
    assert not exposed("azurerm_container_app", ingress=[{"external_enabled": False}])


def test_resources_that_are_going_are_not_run():
    gone = resource(A, name="stshop", actions=("delete",))
    assert blueprint(shop(gone)).accounts == ()


def test_an_unresolvable_identity_list_is_said():
    app = resource(
        "azurerm_linux_function_app.jobs",
        identity=[block(type="UserAssigned", identity_ids=Unresolvable("a function"))],
    )
    plan = drawn(app)
    assert assumed(plan, "identity.identity_ids is not known (a function)")
