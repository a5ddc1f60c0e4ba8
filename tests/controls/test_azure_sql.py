from dataclasses import replace

import pytest

from simulator.controls.azure_sql.control import DATA_06
from simulator.controls.registry import assess as assessed
from simulator.controls.verdict import Outcome
from simulator.estate.azapi import with_azapi
from simulator.estate.model import Gap, Known, Provider, Unresolvable
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
MAJORS = pytest.mark.parametrize("major", [3, 4, 5])
S, D = "azurerm_mssql_server.s", "azurerm_mssql_database.d"
POLICY = "azurerm_mssql_server_extended_auditing_policy"
OF_DATABASE = "azurerm_mssql_database_extended_auditing_policy"
ALERTS = "azurerm_mssql_server_security_alert_policy"
ENTRA = [{"login_username": "dba", "azuread_authentication_only": True}]
SERVER_ID = "/subscriptions/0/resourceGroups/r/providers/Microsoft.Sql/servers/sql-shop"


def made(address, *, major=4, **values):
    return normalise(resource(address, provider=azurerm(major), **values))


def server(address=S, *, major=4, **values):
    good = {
        "name": "sql-shop",
        "public_network_access_enabled": False,
        "azuread_administrator": ENTRA,
    }
    kept = {name: value for name, value in (good | values).items() if value is not None}
    return made(address, major=major, **kept)


def database(address=D, **values):
    return made(address, **{"name": "orders", "server_id": id_of(S)} | values)


def policy(**values):
    return made(f"{POLICY}.p", **{"server_id": id_of(S)} | values)


def of_database(owner=D, **values):
    return made(f"{OF_DATABASE}.{owner.rpartition('.')[2]}", database_id=id_of(owner), **values)


def alerts(**values):
    link = {"server_name": id_of(S, "name"), "state": "Enabled"}
    return made(f"{ALERTS}.a", **link | values)


def assess(*resources, gaps=()):
    return DATA_06.assess(with_azapi(estate(*resources, gaps=gaps)))


def shop(*more, **values):
    return assess(server(**values), database(), policy(), alerts(), *more)


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_servers_that_are_closed_audited_and_watched_pass(reader):
    verdict = DATA_06.assess(declared("DATA-06", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert (
        "azurerm_mssql_server.catalogue (left out: tag dataclassification = public)"
        in verdict.looked_at
    )


@READERS
def test_servers_with_every_gap_fail_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_06.assess(declared("DATA-06", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_mssql_server.shop", "public_network_access_enabled"),
        ("azurerm_mssql_server.shop", "azuread_administrator.azuread_authentication_only"),
        ("azurerm_mssql_firewall_rule.nearly", "start_ip_address"),
        ("azurerm_mssql_firewall_rule.azure", "start_ip_address"),
        ("azurerm_mssql_server_extended_auditing_policy.shop", "enabled"),
        ("azurerm_mssql_server_security_alert_policy.shop", "disabled_alerts"),
        ("azurerm_mssql_database.orders", "transparent_data_encryption_enabled"),
        ("azurerm_mssql_server.returns", "public_network_access_enabled"),
        ("azurerm_mssql_server.returns", "firewall_rules"),
        ("azurerm_mssql_server.returns", "security_alert_policy"),
        ("azurerm_mssql_server_extended_auditing_policy.returns", "retention_in_days"),
        ("azurerm_mssql_server_extended_auditing_policy.returns", "audit_actions_and_groups"),
        ("azurerm_mssql_server_transparent_data_encryption.returns", "auto_rotation_enabled"),
        ("azurerm_mssql_managed_instance.loyalty", "customer_managed_key"),
        ("azurerm_mssql_managed_instance.loyalty", "public_data_endpoint_enabled"),
        ("azurerm_mssql_managed_instance.loyalty", "azure_active_directory_administrator"),
        ("azurerm_mssql_managed_instance.loyalty", "security_alert_policy"),
    }


@READERS
def test_an_estate_without_sql_is_not_applicable(reader):
    verdict = DATA_06.assess(declared("DATA-06", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_mssql_server" in verdict.looked_at


def test_a_finding_names_place_default_law_and_remedy():
    verdict = DATA_06.assess(declared("DATA-06", "fail", "hcl"))
    (entra,) = [f for f in verdict.findings if f.attribute.endswith("authentication_only")]
    assert entra.origin.line == 34
    assert entra.remedy == "azuread_authentication_only = true"
    assert entra.default == "Azure default"
    assert "11 CCR 7123(c)(1)" in entra.why


# --- the public network --------------------------------------------------------------------------


@MAJORS
def test_a_server_answers_everyone_unless_told_otherwise(major):
    bare = server(major=major, public_network_access_enabled=None)
    verdict = assess(bare, database(), policy(), alerts())
    assert wrong(verdict) == {(S, "public_network_access_enabled")}
    assert verdict.findings[0].default == f"azurerm {major}.x default"


def test_a_private_endpoint_does_not_close_the_public_one():
    endpoint = resource(
        "azurerm_private_endpoint.e",
        private_service_connection=[{"private_connection_resource_id": id_of(S)}],
    )
    assert wrong(shop(endpoint, public_network_access_enabled=True)) == {
        (S, "public_network_access_enabled")
    }


def rule(start, end, **values):
    link = {"server_id": id_of(S), "start_ip_address": start, "end_ip_address": end}
    return resource("azurerm_mssql_firewall_rule.r", **link | values)


def test_a_rule_on_a_server_that_is_closed_lets_nobody_in():
    assert shop(rule("0.0.0.0", "255.255.255.255")).outcome is Outcome.PASSED


def test_a_rule_is_unknown_while_the_endpoint_is():
    verdict = shop(rule("0.0.0.0", "0.0.0.0"), public_network_access_enabled=SOMETHING)
    assert wrong(verdict) == set()
    assert ("azurerm_mssql_firewall_rule.r", "start_ip_address") in wrong(verdict, unknown=True)


def test_a_rule_of_a_server_elsewhere_is_unknown():
    verdict = shop(rule("0.0.0.0", "0.0.0.0", server_id=SERVER_ID + "-other"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        ("azurerm_mssql_firewall_rule.r", "server_id"),
        ("azurerm_mssql_firewall_rule.r", "start_ip_address"),
    }


# --- sign-in -------------------------------------------------------------------------------------


def test_an_entra_administrator_beside_sql_logins_is_not_enough():
    mixed = [{"login_username": "dba", "azuread_authentication_only": False}]
    assert wrong(shop(azuread_administrator=mixed)) == {
        (S, "azuread_administrator.azuread_authentication_only")
    }


def test_no_administrator_at_all_fails():
    assert wrong(shop(azuread_administrator=None)) == {(S, "azuread_administrator")}


def test_an_administrator_that_cannot_be_read_is_unknown():
    verdict = shop(azuread_administrator=SOMETHING)
    assert verdict.outcome is Outcome.UNKNOWN


def test_an_instance_may_have_its_administrator_beside_it():
    instance = made(
        "azurerm_mssql_managed_instance.i", name="mi", public_data_endpoint_enabled=False
    )
    beside = made(
        "azurerm_mssql_managed_instance_active_directory_administrator.a",
        managed_instance_id=id_of(instance.address),
        azuread_authentication_only=True,
    )
    plan = resource(
        "azurerm_security_center_subscription_pricing.p",
        resource_type="SqlServers",
        tier="Standard",
    )
    assert assess(instance, beside, plan).outcome is Outcome.PASSED
    mixed = made(
        "azurerm_mssql_managed_instance_active_directory_administrator.a",
        managed_instance_id=id_of(instance.address),
    )
    assert wrong(assess(instance, mixed, plan)) == {(mixed.address, "azuread_authentication_only")}


# --- auditing ------------------------------------------------------------------------------------


ORDERS = (database(),)


def audited(*policies, databases=ORDERS):
    return assess(server(), alerts(), *databases, *policies)


def test_no_auditing_fails():
    assert wrong(audited()) == {(S, "extended_auditing_policy")}


def test_a_policy_that_is_off_fails_where_checkov_passes_it():
    assert wrong(audited(policy(enabled=False))) == {(f"{POLICY}.p", "enabled")}
    kept = policy(enabled=False, storage_endpoint="https://x", retention_in_days=120)
    assert wrong(audited(kept)) == {(f"{POLICY}.p", "enabled")}


@pytest.mark.parametrize(
    ("days", "outcome"), [(0, "passed"), (90, "passed"), (89, "failed"), (SOMETHING, "unknown")]
)
def test_rows_in_storage_are_kept_for_ever_or_for_90_days(days, outcome):
    stored = policy(
        log_monitoring_enabled=False, storage_endpoint="https://x", retention_in_days=days
    )
    assert audited(stored).outcome.value == outcome


def test_a_policy_that_sends_its_rows_nowhere_fails():
    assert wrong(audited(policy(log_monitoring_enabled=False))) == {
        (f"{POLICY}.p", "log_monitoring_enabled")
    }


@pytest.mark.parametrize(
    ("groups", "good"),
    [
        ((), True),
        (
            (
                "BATCH_COMPLETED_GROUP",
                "SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP",
                "FAILED_DATABASE_AUTHENTICATION_GROUP",
            ),
            True,
        ),
        (
            (
                "schema_object_access_group",
                "successful_database_authentication_group",
                "failed_database_authentication_group",
            ),
            True,
        ),
        (("BATCH_COMPLETED_GROUP",), False),
        (
            (
                "SUCCESSFUL_DATABASE_AUTHENTICATION_GROUP",
                "FAILED_DATABASE_AUTHENTICATION_GROUP",
            ),
            False,
        ),
    ],
)
def test_what_is_written_down_includes_reads_and_sign_ins(groups, good):
    verdict = audited(policy(audit_actions_and_groups=Known(groups)))
    expected = set() if good else {(f"{POLICY}.p", "audit_actions_and_groups")}
    assert wrong(verdict) == expected


def test_what_is_written_down_may_be_unknown_with_what_would_settle_it():
    verdict = audited(policy(audit_actions_and_groups=SOMETHING))
    assert wrong(verdict) == set()
    assert wrong(verdict, unknown=True) == {(f"{POLICY}.p", "audit_actions_and_groups")}
    assert "--var-file" in verdict.findings[0].remedy
    narrow = audited(policy(audit_actions_and_groups=Known(("BATCH_COMPLETED_GROUP",))))
    assert narrow.findings[0].remedy.startswith("audit_actions_and_groups = [")


def test_a_filter_on_rows_is_unknown_because_nobody_can_tell_what_it_hides():
    verdict = audited(policy(predicate_expression="statement not like '%select%'"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(f"{POLICY}.p", "predicate_expression")}


def test_a_weak_policy_of_a_database_takes_nothing_from_the_server_s():
    assert audited(policy(), of_database(enabled=False)).outcome is Outcome.PASSED


def test_policies_of_all_databases_make_up_for_none_on_the_server():
    two = (database(), database("azurerm_mssql_database.e", name="returns"))
    both = (of_database(), of_database("azurerm_mssql_database.e"))
    assert audited(*both, databases=two).outcome is Outcome.PASSED
    verdict = audited(both[0], databases=two)
    assert wrong(verdict) == {(S, "extended_auditing_policy")}
    assert "azurerm_mssql_database.e" in verdict.findings[0].actual
    weak = (both[0], of_database("azurerm_mssql_database.e", enabled=False))
    assert wrong(audited(*weak, databases=two)) == {(f"{OF_DATABASE}.e", "enabled")}


def test_a_policy_whose_server_cannot_be_told_may_be_this_one_s():
    verdict = audited(policy(server_id=SOMETHING))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        (S, "extended_auditing_policy"),
        (f"{POLICY}.p", "server_id"),
    }


def test_auditing_that_a_policy_may_switch_on_is_unknown():
    assignment = resource(
        "azurerm_subscription_policy_assignment.audit",
        policy_definition_id="/providers/Microsoft.Authorization/policyDefinitions/"
        "25da7dfb-0666-4a15-a8f5-402127efd8bb",
        location="westus2",
        identity=[{"type": "SystemAssigned"}],
    )
    verdict = audited(assignment)
    assert wrong(verdict, unknown=True) == {(S, "extended_auditing_policy")}
    assert "once it runs" in verdict.findings[0].actual


def test_the_v5_name_of_the_storage_endpoint_is_understood():
    stored = made(
        f"{POLICY}.p",
        major=5,
        server_id=id_of(S),
        log_monitoring_enabled=False,
        blob_storage_endpoint="https://x",
    )
    assert audited(stored).outcome is Outcome.PASSED


def test_what_is_absent_is_unknown_while_a_module_could_not_be_read():
    gap = Gap("module.audit", "its source could not be loaded")
    verdict = assess(server(), database(), alerts(), gaps=(gap,))
    assert wrong(verdict) == set()
    assert wrong(verdict, unknown=True) == {(S, "extended_auditing_policy")}


# --- threat detection ----------------------------------------------------------------------------


def watched(*more, databases=ORDERS):
    return assess(server(), policy(), *databases, *more)


def pricing(**values):
    good = {"resource_type": "SqlServers", "tier": "Standard"}
    return resource("azurerm_security_center_subscription_pricing.p", **good | values)


def test_nothing_that_raises_an_alarm_fails():
    assert wrong(watched()) == {(S, "security_alert_policy")}


@pytest.mark.parametrize(
    ("plan", "outcome"),
    [
        (pricing(), "passed"),
        (pricing(tier="Free"), "failed"),
        (pricing(resource_type="SqlServerVirtualMachines"), "failed"),
        (pricing(tier=SOMETHING), "unknown"),
        (pricing(resource_type=SOMETHING), "unknown"),
    ],
)
def test_defender_for_all_servers_of_the_subscription_is_enough(plan, outcome):
    assert watched(plan).outcome.value == outcome


def test_a_policy_that_takes_one_server_out_of_the_plan_fails():
    assert wrong(watched(pricing(), alerts(state="Disabled"))) == {(f"{ALERTS}.a", "state")}


@pytest.mark.parametrize(
    ("muted", "outcome"), [((), "passed"), (("",), "passed"), (("Data_Exfiltration",), "failed")]
)
def test_alerts_that_are_muted_are_not_raised(muted, outcome):
    assert watched(alerts(disabled_alerts=Known(muted))).outcome.value == outcome


def test_muted_alerts_that_cannot_be_known_are_unknown():
    assert watched(alerts(disabled_alerts=SOMETHING)).outcome is Outcome.UNKNOWN


def test_every_database_with_its_own_alerts_is_enough():
    own = database(threat_detection_policy=[{"state": "Enabled"}])
    assert watched(databases=(own,)).outcome is Outcome.PASSED
    off = database("azurerm_mssql_database.e", name="e", threat_detection_policy=[{}])
    assert wrong(watched(databases=(own, off))) == {(S, "security_alert_policy")}


# --- encryption ----------------------------------------------------------------------------------


def test_a_database_that_is_not_encrypted_fails():
    clear = database(transparent_data_encryption_enabled=False)
    verdict = assess(server(), clear, policy(), alerts())
    assert wrong(verdict) == {(D, "transparent_data_encryption_enabled")}


def test_encryption_that_cannot_be_known_is_no_silence():
    hidden = database(transparent_data_encryption_enabled=SOMETHING)
    assert assess(server(), hidden, policy(), alerts()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("mode", ["Secondary", "OnlineSecondary"])
def test_a_secondary_is_encrypted_as_its_primary_is(mode):
    copy = database(create_mode=mode, transparent_data_encryption_enabled=False)
    assert assess(server(), copy, policy(), alerts()).outcome is Outcome.PASSED


# --- with whose key ------------------------------------------------------------------------------

PERSONAL = {"dataclassification": "restricted"}
KEY = id_of("azurerm_key_vault_key.data")
KEY_OF_DATABASE = {
    "transparent_data_encryption_key_vault_key_id": KEY,
    "transparent_data_encryption_key_automatic_rotation_enabled": True,
}
PROTECTOR = "azurerm_mssql_server_transparent_data_encryption.t"
MICROSOFT_S = (S, "customer_managed_key")


def protector(major=4, **values):
    good = {"server_id": id_of(S), "key_vault_key_id": KEY, "auto_rotation_enabled": True}
    return made(PROTECTOR, major=major, **good | values)


def test_a_key_of_microsoft_s_will_do_unless_personal_information_is_declared():
    assert shop().outcome is Outcome.PASSED
    assert wrong(shop(tags=PERSONAL)) == {MICROSOFT_S}
    tagged = database(tags={"pii": "true"})
    assert wrong(assess(server(), tagged, policy(), alerts())) == {MICROSOFT_S}


@pytest.mark.parametrize(
    ("major", "name"),
    [
        (3, "key_vault_key_id"),
        (3, "managed_hsm_key_id"),
        (4, "managed_hsm_key_id"),
        (5, "key_vault_key_id"),
    ],
)
def test_a_protector_beside_the_server_gives_it_the_team_s_key(major, name):
    theirs = protector(major, **{"key_vault_key_id": None, name: KEY})
    assert shop(theirs, tags=PERSONAL).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"auto_rotation_enabled": False}, {(PROTECTOR, "auto_rotation_enabled")}),
        ({"auto_rotation_enabled": None}, {(PROTECTOR, "auto_rotation_enabled")}),
        ({"key_vault_key_id": None}, {MICROSOFT_S}),
        ({"key_vault_key_id": ""}, {MICROSOFT_S}),
    ],
)
def test_a_protector_without_key_or_rotation_is_not_enough(values, found):
    assert wrong(shop(protector(**values), tags=PERSONAL)) == found


def test_a_key_on_the_server_or_on_each_database_that_needs_one_is_as_good():
    assert shop(tags=PERSONAL, transparent_data_encryption_key_vault_key_id=KEY).findings == ()
    tagged = database(tags=PERSONAL, **KEY_OF_DATABASE)
    assert assess(server(), tagged, policy(), alerts()).findings == ()
    other = database("azurerm_mssql_database.e", tags=PERSONAL)
    assert wrong(assess(server(), tagged, other, policy(), alerts())) == {MICROSOFT_S}
    still = KEY_OF_DATABASE | {"transparent_data_encryption_key_automatic_rotation_enabled": False}
    verdict = assess(server(), database(tags=PERSONAL, **still), policy(), alerts())
    assert wrong(verdict) == {(D, "transparent_data_encryption_key_automatic_rotation_enabled")}


def test_a_protector_in_azapi_is_judged_the_same():
    written = resource(
        "azapi_resource.t",
        type="Microsoft.Sql/servers/encryptionProtector@2021-11-01",
        name="current",
        parent_id=id_of(S),
        body={
            "properties": {
                "serverKeyType": "AzureKeyVault",
                "uri": "https://kv-shop.vault.azure.net/keys/data/0123",
                "autoRotationEnabled": False,
            }
        },
    )
    held = from_azapi(server(tags=PERSONAL), database(), policy(), alerts(), written)
    assert wrong(assessed(DATA_06, held)) == {
        ("azapi_resource.t", "body.properties.autoRotationEnabled")
    }


def test_a_copy_has_the_key_of_its_primary():
    copy = database(tags=PERSONAL, create_mode="Secondary")
    assert assess(server(), copy, policy(), alerts()).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "more",
    [
        [protector(key_vault_key_id=SOMETHING)],
        [protector(server_id=SOMETHING)],
    ],
)
def test_a_key_that_cannot_be_known_is_unknown_and_says_what_would_settle_it(more):
    verdict = shop(*more, tags=PERSONAL)
    assert verdict.outcome is Outcome.UNKNOWN
    told = next(f for f in verdict.findings if f.attribute == "customer_managed_key")
    assert "say which key it is" in told.remedy


def test_a_missing_key_may_be_in_a_part_that_could_not_be_read_but_clear_text_is_clear():
    gap = Gap("module.key", "not installed")
    clear = database(tags=PERSONAL, transparent_data_encryption_enabled=False)
    verdict = assess(server(), clear, policy(), alerts(), gaps=(gap,))
    assert wrong(verdict) == {(D, "transparent_data_encryption_enabled")}
    assert wrong(verdict, unknown=True) == {MICROSOFT_S}


def synapse(**values):
    good = {
        "name": "syn-shop",
        "public_network_access_enabled": False,
        "azuread_authentication_only": True,
    }
    return made("azurerm_synapse_workspace.w", **good | values)


def test_a_synapse_pool_is_not_encrypted_unless_told():
    w = id_of("azurerm_synapse_workspace.w")
    pool = made("azurerm_synapse_sql_pool.p", name="sales", synapse_workspace_id=w)
    audit = made("azurerm_synapse_workspace_extended_auditing_policy.a", synapse_workspace_id=w)
    verdict = assess(synapse(), pool, audit, pricing())
    assert wrong(verdict) == {("azurerm_synapse_sql_pool.p", "data_encrypted")}
    verdict = assess(synapse(public_network_access_enabled=True), audit, pricing())
    assert wrong(verdict) == {("azurerm_synapse_workspace.w", "public_network_access_enabled")}
    verdict = assess(synapse(azuread_authentication_only=False), audit, pricing())
    assert wrong(verdict) == {("azurerm_synapse_workspace.w", "azuread_authentication_only")}
    (absent,) = assess(synapse(), pricing()).findings
    assert absent.attribute == "extended_auditing_policy"
    assert absent.remedy.startswith("azurerm_synapse_workspace_extended_auditing_policy: ")
    (absent,) = audited().findings
    assert absent.remedy.startswith("azurerm_mssql_server_extended_auditing_policy: server_id = ")


# --- what is in scope ----------------------------------------------------------------------------


def test_a_workspace_of_synapse_with_personal_information_has_the_team_s_key():
    alert = made(
        "azurerm_synapse_workspace_security_alert_policy.a",
        synapse_workspace_id=id_of("azurerm_synapse_workspace.w"),
        policy_state="Enabled",
    )
    audit = made(
        "azurerm_synapse_workspace_extended_auditing_policy.p",
        synapse_workspace_id=id_of("azurerm_synapse_workspace.w"),
    )
    key = [{"key_name": "data", "key_versionless_id": KEY}]
    for values, outcome in (
        ({}, Outcome.FAILED),
        ({"customer_managed_key": key}, Outcome.PASSED),
        ({"customer_managed_key": SOMETHING}, Outcome.UNKNOWN),
    ):
        assert assess(synapse(tags=PERSONAL, **values), alert, audit).outcome is outcome


def test_a_server_without_personal_information_is_left_out_and_said_so():
    bare = server(tags={"pii": "false"}, public_network_access_enabled=True)
    plain = database(name="wines", tags={"pii": "false"})
    verdict = assess(bare, plain)
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert f"{S} (left out: tag pii = false)" in verdict.looked_at


def test_a_database_with_personal_information_brings_its_server_into_scope():
    bare = server(tags={"pii": "false"}, public_network_access_enabled=True)
    own = database(tags={"pii": "true"}, **KEY_OF_DATABASE)
    verdict = assess(bare, own, policy(), alerts())
    assert wrong(verdict) == {(S, "public_network_access_enabled")}


def test_a_database_on_a_server_of_another_estate_is_unknown():
    read = resource("data.azurerm_mssql_server.s", name="sql-shop")
    lone = database(server_id=id_of("data.azurerm_mssql_server.s"))
    verdict = assess(read, lone)
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(D, "server_id")}


def test_an_auditing_policy_without_its_server_proves_nothing():
    assert assess(policy()).outcome is Outcome.UNKNOWN


def test_the_resources_that_azurerm_4_dropped_are_unknown_not_absent():
    old = resource("azurerm_sql_server.s", provider=azurerm(3), name="sql-shop")
    verdict = assess(old)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "azurerm_mssql_server" in verdict.findings[0].remedy


# --- azapi, versions, hostile input --------------------------------------------------------------


def azapi(address, type_, body, **values):
    return resource(
        f"azapi_resource.{address}",
        provider=Provider("azapi", 2),
        type=type_,
        body=Known(body),
        **values,
    )


def test_a_server_in_azapi_is_judged_the_same():
    open_ = azapi(
        "s",
        "Microsoft.Sql/servers@2023-08-01",
        {"properties": {"publicNetworkAccess": "Enabled", "administratorLogin": "sa"}},
        name="sql-shop",
    )
    verdict = DATA_06.assess(from_azapi(open_))
    assert wrong(verdict) == {
        ("azapi_resource.s", "public_network_access_enabled"),
        ("azapi_resource.s", "azuread_administrator"),
        ("azapi_resource.s", "extended_auditing_policy"),
        ("azapi_resource.s", "security_alert_policy"),
    }


@pytest.mark.parametrize(
    "name", ['"', "<script>alert(1)</script>", "a\nb", "x" * 5000, "${var.x}", "", "\u202e"]
)
def test_hostile_names_do_not_crash(name):
    hostile = server(name=name, public_network_access_enabled=True)
    other = rule(name, name)
    verdict = assessed(DATA_06, estate(hostile, database(name=name), policy(), alerts(), other))
    assert (S, "public_network_access_enabled") in wrong(verdict)
    assert all("crashed" not in finding.actual for finding in verdict.findings)


def test_a_password_is_never_shown():
    secret = server(
        administrator_login_password=Known("hunter2-hunter2", sensitive=True),
        public_network_access_enabled=True,
    )
    verdict = assess(secret, database(), policy(), alerts())
    assert "hunter2" not in "".join(map(str, verdict.findings))


@pytest.mark.parametrize("type_", [S, D, f"{POLICY}.p", f"{ALERTS}.a", "azurerm_sql_server.o"])
def test_a_resource_that_could_not_be_read_at_all_is_never_a_pass(type_):
    unread = resource(type_, value=Unresolvable("403"))
    assert DATA_06.assess(estate(unread)).outcome is not Outcome.PASSED
    assert DATA_06.assess(estate(unread)).outcome is not Outcome.NOT_APPLICABLE


def test_an_attribute_is_found_wrong_once():
    both = (policy(enabled=False), replace(policy(enabled=False), address=f"{POLICY}.q"))
    verdict = audited(*both)
    places = [(f.address, f.attribute) for f in verdict.findings]
    assert len(places) == len(set(places))
