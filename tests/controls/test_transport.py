import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.controls.registry import assess as assess_control
from simulator.controls.transport.control import DATA_03, tls_1_2
from simulator.controls.verdict import Outcome
from simulator.estate.model import Known, Provider, Reference, Resource
from simulator.estate.provider import normalise
from tests.controls.build import SOMETHING, azurerm, declared, estate, id_of, resource, wrong

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])


def one(type_: str, *, major: int = 4, **values: object) -> Resource:
    return normalise(resource(f"{type_}.x", provider=azurerm(major), **values))


def assess(*resources: Resource):
    return DATA_03.assess(estate(*resources))


def app(type_: str = "azurerm_linux_web_app", **values: object) -> Resource:
    return one(type_, **{"https_only": True, "site_config": [{}]} | values)


# --- three estates, two readers ---------------------------------------------------------------


@READERS
def test_an_estate_that_encrypts_every_path_passes(reader):
    verdict = DATA_03.assess(declared("DATA-03", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert "azurerm_postgresql_flexible_server.loyalty" in verdict.looked_at


@READERS
def test_an_estate_with_plain_paths_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_03.assess(declared("DATA-03", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_storage_account.orders", "https_traffic_only_enabled"),
        ("azurerm_storage_account.orders", "min_tls_version"),
        ("azurerm_mssql_server.shop", "minimum_tls_version"),
        ("azurerm_redis_cache.baskets", "non_ssl_port_enabled"),
        ("azurerm_redis_cache.baskets", "minimum_tls_version"),
        ("azurerm_cosmosdb_account.carts", "minimal_tls_version"),
        ("azurerm_eventhub_namespace.orders", "minimum_tls_version"),
        ("azurerm_servicebus_namespace.orders", "minimum_tls_version"),
        ("azurerm_postgresql_flexible_server_configuration.transport", "value"),
        ("azurerm_mysql_flexible_server_configuration.tls", "value"),
        ("azurerm_linux_web_app.storefront", "https_only"),
        ("azurerm_linux_web_app.storefront", "site_config.minimum_tls_version"),
        ("azurerm_linux_web_app.storefront", "site_config.ftps_state"),
        ("azurerm_linux_web_app.storefront", "app_settings.LOYALTY_DATABASE"),
    }


@READERS
def test_an_estate_without_data_paths_is_not_applicable(reader):
    verdict = DATA_03.assess(declared("DATA-03", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE


def test_a_finding_names_file_line_default_and_remedy():
    verdict = DATA_03.assess(declared("DATA-03", "fail", "hcl"))
    (finding,) = [f for f in verdict.findings if f.attribute == "https_only"]
    assert finding.origin.line is not None
    assert finding.default == "azurerm 4.x default"
    assert finding.remedy == "https_only = true"
    assert "11 CCR 7123(c)(2)" in finding.why


# --- storage -----------------------------------------------------------------------------------


def test_an_omitted_storage_tls_version_is_no_fault():
    assert assess(one("azurerm_storage_account")).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", ["https_traffic_only_enabled", "enable_https_traffic_only"])
def test_storage_over_plain_http_fails_in_either_spelling(name):
    major = 4 if name.startswith("https") else 3
    verdict = assess(one("azurerm_storage_account", major=major, **{name: False}))
    assert wrong(verdict) == {("azurerm_storage_account.x", "https_traffic_only_enabled")}


def test_nfs_accounts_are_excused_from_https_but_not_from_tls():
    nfs = {"nfsv3_enabled": True, "https_traffic_only_enabled": False}
    assert assess(one("azurerm_storage_account", **nfs)).outcome is Outcome.PASSED
    old = one("azurerm_storage_account", **nfs, min_tls_version="TLS1_1")
    assert wrong(assess(old)) == {("azurerm_storage_account.x", "min_tls_version")}


# --- servers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "attribute", "bad", "good"),
    [
        ("azurerm_mssql_server", "minimum_tls_version", "1.1", "1.2"),
        ("azurerm_mssql_server", "minimum_tls_version", "Disabled", 1.2),
        ("azurerm_mssql_managed_instance", "minimum_tls_version", "1.0", "1.2"),
        ("azurerm_cosmosdb_account", "minimal_tls_version", "Tls11", "Tls12"),
        ("azurerm_eventhub_namespace", "minimum_tls_version", "1.0", "1.2"),
        ("azurerm_servicebus_namespace", "minimum_tls_version", "1.1", "1.2"),
        ("azurerm_redis_cache", "minimum_tls_version", "1.0", "1.2"),
        ("azurerm_redis_cache", "non_ssl_port_enabled", True, False),
        ("azurerm_postgresql_server", "ssl_enforcement_enabled", False, True),
    ],
)
def test_a_server_is_judged_by_its_own_words_for_tls(type_, attribute, bad, good):
    rest = (
        {"ssl_minimal_tls_version_enforced": "TLS1_2"}
        if type_.endswith("postgresql_server")
        else {}
    )
    assert wrong(assess(one(type_, **{attribute: bad}, **rest))) == {(f"{type_}.x", attribute)}
    assert assess(one(type_, **{attribute: good}, **rest)).outcome is Outcome.PASSED
    assert assess(one(type_, **{attribute: SOMETHING}, **rest)).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "type_",
    ["azurerm_cosmosdb_account", "azurerm_eventhub_namespace", "azurerm_servicebus_namespace"],
)
def test_version_3_leaves_an_omitted_version_to_the_service_and_so_unknown(type_):
    assert assess(one(type_, major=3)).outcome is Outcome.UNKNOWN
    assert assess(one(type_, major=4)).outcome is Outcome.PASSED


def test_managed_redis_is_judged_by_its_database_if_it_has_one():
    plain = one("azurerm_managed_redis", default_database=[{"client_protocol": "Plaintext"}])
    assert wrong(assess(plain)) == {("azurerm_managed_redis.x", "default_database.client_protocol")}
    assert assess(one("azurerm_managed_redis", default_database=[{}])).outcome is Outcome.PASSED
    assert assess(one("azurerm_managed_redis")).outcome is Outcome.PASSED


# --- database parameters -------------------------------------------------------------------------

PG = "azurerm_postgresql_flexible_server_configuration"
MY = "azurerm_mysql_flexible_server_configuration"


@pytest.mark.parametrize("type_", ["azurerm_postgresql_flexible_server", MY.rsplit("_", 1)[0]])
def test_a_flexible_server_encrypts_unless_a_parameter_says_otherwise(type_):
    assert assess(one(type_)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("type_", "name", "value", "outcome"),
    [
        (PG, "require_secure_transport", "off", Outcome.FAILED),
        (PG, "require_secure_transport", "ON", Outcome.PASSED),
        (PG, "ssl_min_protocol_version", "TLSv1.1", Outcome.FAILED),
        (PG, "ssl_min_protocol_version", "TLSv1", Outcome.FAILED),
        (PG, "ssl_min_protocol_version", "TLSv1.3", Outcome.PASSED),
        (PG, "Require_Secure_Transport", "off", Outcome.FAILED),
        (PG, "log_connections", "off", Outcome.PASSED),
        (MY, "require_secure_transport", "OFF", Outcome.FAILED),
        (MY, "tls_version", "TLSv1.2,TLSv1", Outcome.FAILED),
        (MY, "tls_version", "TLSv1.2, TLSv1.3", Outcome.PASSED),
        (PG, "require_secure_transport", SOMETHING, Outcome.UNKNOWN),
        (PG, SOMETHING, "off", Outcome.UNKNOWN),
    ],
)
def test_a_database_parameter_can_turn_encryption_off(type_, name, value, outcome):
    assert assess(one(type_, name=name, value=value)).outcome is outcome


# --- applications --------------------------------------------------------------------------------

SITES = [
    *(
        f"azurerm_{system}_{kind}_app{slot}"
        for system in ("linux", "windows")
        for kind in ("web", "function")
        for slot in ("", "_slot")
    ),
    "azurerm_function_app_flex_consumption",
    "azurerm_logic_app_standard",
    "azurerm_app_service",
    "azurerm_function_app",
]


@pytest.mark.parametrize("type_", SITES)
def test_a_site_must_say_https_only_itself(type_):
    major = 4 if "app_service" not in type_ and type_ != "azurerm_function_app" else 3
    silent = one(type_, major=major, site_config=[{}])
    assert wrong(assess(silent)) == {(f"{type_}.x", "https_only")}
    spoken = one(type_, major=major, site_config=[{}], https_only=True)
    assert assess(spoken).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("type_", "attribute", "value"),
    [
        ("azurerm_linux_web_app", "minimum_tls_version", "1.0"),
        ("azurerm_linux_web_app_slot", "minimum_tls_version", "1.1"),
        ("azurerm_windows_function_app", "scm_minimum_tls_version", "1.0"),
        ("azurerm_linux_web_app", "ftps_state", "AllAllowed"),
        ("azurerm_function_app_flex_consumption", "minimum_tls_version", "1.0"),
        ("azurerm_logic_app_standard", "min_tls_version", "1.1"),
    ],
)
def test_a_site_that_accepts_old_tls_or_plain_ftp_fails(type_, attribute, value):
    verdict = assess(app(type_, site_config=[{attribute: value}]))
    assert wrong(verdict) == {(f"{type_}.x", f"site_config.{attribute}")}


def test_a_site_whose_configuration_cannot_be_read_is_unknown():
    assert assess(app(site_config=SOMETHING)).outcome is Outcome.UNKNOWN


def test_a_site_behind_a_private_endpoint_is_still_asked_for_https():
    endpoint = resource("azurerm_private_endpoint.x")
    assert assess(app(https_only=False), endpoint).outcome is Outcome.FAILED


def test_a_container_app_may_not_allow_insecure_connections():
    bad = one("azurerm_container_app", ingress=[{"allow_insecure_connections": True}])
    assert wrong(assess(bad)) == {("azurerm_container_app.x", "ingress.allow_insecure_connections")}
    assert assess(one("azurerm_container_app", ingress=[{}])).outcome is Outcome.PASSED
    assert assess(one("azurerm_container_app")).outcome is Outcome.PASSED


# --- the ways in ----------------------------------------------------------------------------------


def route(**values: object) -> Resource:
    return resource("azurerm_cdn_frontdoor_route.x", **values)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"supported_protocols": ["Http", "Https"]}, Outcome.PASSED),
        (
            {"supported_protocols": ["Http", "Https"], "https_redirect_enabled": False},
            Outcome.FAILED,
        ),
        ({"supported_protocols": ["Https"], "https_redirect_enabled": False}, Outcome.PASSED),
        ({"supported_protocols": SOMETHING, "https_redirect_enabled": False}, Outcome.UNKNOWN),
        ({"supported_protocols": SOMETHING}, Outcome.PASSED),
        (
            {"supported_protocols": ["Http", "Https"], "https_redirect_enabled": SOMETHING},
            Outcome.UNKNOWN,
        ),
        ({"supported_protocols": ["Https"], "forwarding_protocol": "HttpOnly"}, Outcome.FAILED),
    ],
)
def test_a_front_door_route_must_redirect_plain_http(values, outcome):
    assert assess(route(**values)).outcome is outcome


HTTP = {"name": "http", "protocol": "Http"}
HTTPS = {"name": "https", "protocol": "Https"}


def gateway(**values: object) -> Resource:
    return resource("azurerm_application_gateway.x", **values)


def redirecting(**redirect: object) -> Resource:
    return gateway(
        http_listener=[HTTP, HTTPS],
        request_routing_rule=[
            {"http_listener_name": "http", "redirect_configuration_name": "up"},
            {"http_listener_name": "https", "backend_address_pool_name": "shop"},
        ],
        redirect_configuration=[{"name": "up", **redirect}],
    )


@pytest.mark.parametrize(
    ("resource_", "outcome"),
    [
        (gateway(http_listener=[HTTPS]), Outcome.PASSED),
        (gateway(http_listener=[HTTP]), Outcome.FAILED),
        (gateway(http_listener=[{"name": "a", "protocol": SOMETHING}]), Outcome.UNKNOWN),
        (gateway(http_listener=SOMETHING), Outcome.UNKNOWN),
        (
            gateway(
                http_listener=[HTTP],
                request_routing_rule=[
                    {"http_listener_name": "http", "backend_address_pool_name": "shop"}
                ],
            ),
            Outcome.FAILED,
        ),
        (redirecting(target_listener_name="https"), Outcome.PASSED),
        (redirecting(target_url="https://shop.example"), Outcome.PASSED),
        (redirecting(target_url="http://shop.example"), Outcome.FAILED),
        (redirecting(target_listener_name="http"), Outcome.FAILED),
        (
            gateway(http_listener=[HTTP], request_routing_rule=[{"http_listener_name": SOMETHING}]),
            Outcome.UNKNOWN,
        ),
        (
            gateway(http_listener=[HTTPS], ssl_policy=[{"policy_name": "AppGwSslPolicy20150501"}]),
            Outcome.FAILED,
        ),
        (
            gateway(http_listener=[HTTPS], ssl_policy=[{"min_protocol_version": "TLSv1_1"}]),
            Outcome.FAILED,
        ),
        (
            gateway(http_listener=[HTTPS], ssl_policy=[{"min_protocol_version": "TLSv1_2"}]),
            Outcome.PASSED,
        ),
    ],
)
def test_a_gateway_listener_on_http_may_only_redirect_to_https(resource_, outcome):
    assert assess(resource_).outcome is outcome


def test_two_plain_listeners_of_one_gateway_are_one_finding_that_names_both():
    """Their rules send nobody to HTTPS."""
    other = {"name": "admin", "protocol": "Http"}
    shop = gateway(http_listener=[HTTP, HTTPS, other])
    (found,) = assess_control(DATA_03, estate(shop)).findings
    assert found.actual == '"Http" on the listener http; "Http" on the listener admin'
    nameless = gateway(http_listener=[{"name": SOMETHING, "protocol": "Http"}])
    (found,) = assess_control(DATA_03, estate(nameless)).findings
    assert found.actual == '"Http"'


# --- connection strings ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "Server=tcp:sql-shop;Database=orders;Encrypt=False;Password=s3cr3t-thing",
        "Server=sql-shop;Encrypt = no",
        "host=pg user=shop sslmode=disable",
        "Host=pg;Username=shop;SSL Mode=Disable",
        "jdbc:mysql://mysql-shop/reviews?useSSL=false",
        "redis-shop:6379,ssl=False",
        "DefaultEndpointsProtocol=http;AccountName=shop",
    ],
)
def test_a_connection_string_without_encryption_fails_and_is_not_repeated(text):
    verdict = assess(app(app_settings={"ORDERS": text}))
    assert wrong(verdict) == {("azurerm_linux_web_app.x", "app_settings.ORDERS")}
    assert text not in str(verdict.findings[0])
    assert "s3cr3t" not in str(verdict.findings[0])


@pytest.mark.parametrize(
    "text",
    [
        "Server=tcp:sql-shop;Encrypt=True",
        "host=pg sslmode=require",
        "redis-shop:6380,ssl=True",
        "DefaultEndpointsProtocol=https;AccountName=shop",
        "http://localhost:8080/health",
    ],
)
def test_an_encrypted_connection_string_passes(text):
    assert assess(app(app_settings={"ORDERS": text})).outcome is Outcome.PASSED


def test_connection_strings_are_found_wherever_an_application_keeps_them():
    text = "Server=sql-shop;Encrypt=False"
    built = Reference(
        "azurerm_mssql_server.s",
        "fully_qualified_domain_name",
        "Server=${azurerm_mssql_server.s.fully_qualified_domain_name};Encrypt=False",
    )
    strings = app(connection_string=[{"name": "Orders", "value": Known(text, sensitive=True)}])
    settings = app("azurerm_windows_web_app", app_settings={"ORDERS": built})
    container = one(
        "azurerm_container_app",
        template=[{"container": [{"env": [{"name": "ORDERS", "value": text}]}]}],
    )
    assert wrong(assess(strings, settings, container)) == {
        ("azurerm_linux_web_app.x", "connection_string.Orders.value"),
        ("azurerm_windows_web_app.x", "app_settings.ORDERS"),
        ("azurerm_container_app.x", "template.container.env.ORDERS"),
    }


# --- the words for TLS ----------------------------------------------------------------------------

SPELLINGS = ("TLS{0}_{1}", "{0}.{1}", "Tls{0}{1}", "TLSv{0}.{1}", "TLSv{0}_{1}", "TLS{0}{1}")


@given(st.sampled_from(SPELLINGS), st.integers(min_value=1, max_value=2), st.integers(0, 9))
def test_every_spelling_of_a_version_is_read_alike(spelling, major, minor):
    assert tls_1_2(spelling.format(major, minor)) is ((major, minor) >= (1, 2))


@given(st.text(max_size=12))
def test_words_without_a_version_are_never_good_enough(text):
    if not any(c.isdigit() for c in text):
        assert tls_1_2(text) is False


def test_a_resource_of_another_provider_is_not_judged():
    bucket = resource("aws_s3_bucket.x", provider=Provider("aws"))
    assert assess(bucket).outcome is Outcome.NOT_APPLICABLE
    assert assess(bucket, app()).looked_at == ("azurerm_linux_web_app.x",)


def test_a_reference_where_a_version_is_wanted_is_unknown():
    server = one("azurerm_mssql_server", minimum_tls_version=id_of("terraform_data.tls", "output"))
    verdict = assess(server)
    assert verdict.outcome is Outcome.UNKNOWN
    assert "terraform_data.tls.output" in verdict.findings[0].remedy


# --- API Management ---------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["frontend", "backend"])
@pytest.mark.parametrize("protocol", ["ssl30", "tls10", "tls11"])
@pytest.mark.parametrize(("major", "spelling"), [(3, "enable_{}"), (4, "{}_enabled")])
def test_an_api_gateway_may_not_take_old_protocols(end, protocol, major, spelling):
    written = {spelling.format(f"{end}_{protocol}"): True}
    verdict = assess(one("azurerm_api_management", major=major, security=[written]))
    assert wrong(verdict) == {
        ("azurerm_api_management.x", f"security.{end}_{protocol}_enabled"),
    }


@pytest.mark.parametrize("security", [{}, {"security": [{}]}])
def test_an_api_gateway_takes_no_old_protocols_by_itself(security):
    assert assess(one("azurerm_api_management", **security)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("protocols", "outcome"),
    [
        (("https",), Outcome.PASSED),
        (("wss", "https"), Outcome.PASSED),
        (("http", "https"), Outcome.FAILED),
        (("WS",), Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_an_api_is_offered_over_https_alone(protocols, outcome):
    assert assess(one("azurerm_api_management_api", protocols=protocols)).outcome is outcome


def test_an_api_that_names_no_protocol_has_https():
    assert assess(one("azurerm_api_management_api")).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("https://orders.example/", Outcome.PASSED),
        ("HTTP://orders.example/", Outcome.FAILED),
        (Reference("azurerm_linux_web_app.a", "x", "https://${azurerm_x.a.x}/"), Outcome.PASSED),
        (Reference("azurerm_linux_web_app.a", "x", "http://${azurerm_x.a.x}/"), Outcome.FAILED),
        (Reference("azurerm_linux_web_app.a", "x", "${azurerm_x.a.x}/"), Outcome.UNKNOWN),
        (Reference("azurerm_linux_web_app.a", "x"), Outcome.UNKNOWN),
        (Reference('azurerm_cognitive_account.a["x"]', "endpoint"), Outcome.PASSED),
        (
            Reference("azurerm_key_vault.v", "vault_uri", "${azurerm_key_vault.v.vault_uri}keys"),
            Outcome.PASSED,
        ),
        (Reference("partner_service.a", "endpoint"), Outcome.UNKNOWN),
        (
            Reference("azurerm_key_vault.v", "vault_uri", "http://x/?${azurerm_key_vault.v.x}"),
            Outcome.FAILED,
        ),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_a_backend_is_reached_over_https(url, outcome):
    assert assess(one("azurerm_api_management_backend", url=url)).outcome is outcome


@pytest.mark.parametrize("check", ["validate_certificate_chain", "validate_certificate_name"])
def test_a_backend_is_asked_who_it_is(check):
    backend = one("azurerm_api_management_backend", url="https://x.example", tls=[{check: False}])
    assert wrong(assess(backend)) == {(backend.address, f"tls.{check}")}
