import string
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from simulator.controls.secrets.control import data_07
from simulator.controls.secrets.secretlike import (
    describes,
    harmless,
    secret_name,
    secret_sources,
    secret_value,
    vault_reference,
    words_of,
)
from simulator.controls.verdict import Outcome
from simulator.estate.model import Known, Reference, Resource, Unresolvable
from tests.controls.build import (
    SOMETHING,
    block,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
DATA_07 = data_07(lambda: date(2026, 6, 1))
APP = "azurerm_linux_web_app.a"
IDENTITY = {"identity": [{"type": "SystemAssigned"}]}
STORAGE_KEY = "A" * 85 + "B=="


def assess(*resources: Resource):
    return DATA_07.assess(estate(*resources))


def app(address: str = APP, **settings: object) -> Resource:
    return resource(address, app_settings=block(**settings), **IDENTITY)


def outcome_of(name: str, value: object) -> Outcome:
    return assess(app(**{name: value})).outcome


# --- three estates, two readers ---------------------------------------------------------------


@READERS
def test_an_estate_that_keeps_its_secrets_in_a_vault_passes(reader):
    verdict = DATA_07.assess(declared("DATA-07", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    assert {"azurerm_key_vault.shop", "azurerm_container_app.checkout"} <= set(verdict.looked_at)


@READERS
def test_an_estate_with_loose_secrets_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = DATA_07.assess(declared("DATA-07", "fail", reader))
    assert verdict.outcome is Outcome.FAILED
    assert wrong(verdict, unknown=True) == set()
    assert wrong(verdict) == {
        ("azurerm_key_vault.shop", "purge_protection_enabled"),
        ("azurerm_key_vault.shop", "soft_delete_retention_days"),
        ("azurerm_key_vault.shop", "rbac_authorization_enabled"),
        ("azurerm_key_vault.shop", "network_acls.default_action"),
        ("azurerm_key_vault_key.storage", "rotation_policy.expire_after"),
        ("azurerm_key_vault_key.storage", "rotation_policy.automatic"),
        ("azurerm_key_vault_secret.database", "expiration_date"),
        ("azurerm_key_vault_secret.old", "expiration_date"),
        ("azurerm_key_vault_secret.eternal", "expiration_date"),
        (
            "azurerm_key_vault_certificate.shop",
            "certificate_policy.lifetime_action.action.action_type",
        ),
        ("azurerm_linux_web_app.storefront", "app_settings.DB_PASSWORD"),
        ("azurerm_linux_web_app.storefront", "app_settings.LOYALTY_DATABASE"),
        ("azurerm_linux_web_app.storefront", "app_settings.COOKIE_IV"),
        ("azurerm_linux_web_app.storefront", "identity"),
        ("azurerm_linux_function_app.orders", "storage_account_access_key"),
        ("azurerm_container_app.checkout", "secret.processor.value"),
        ("azurerm_container_app.checkout", "template.container.env.DB_PASSWORD"),
        ("var.courier_key", "default"),
    }


@READERS
def test_an_estate_without_vaults_or_applications_is_not_applicable(reader):
    assert DATA_07.assess(declared("DATA-07", "absent", reader)).outcome is Outcome.NOT_APPLICABLE


@READERS
def test_no_finding_repeats_a_secret(reader):
    verdict = DATA_07.assess(declared("DATA-07", "fail", reader))
    assert "not-a-real" not in "\n".join(map(str, verdict.findings))


def test_an_application_without_secrets_passes_without_any_vault():
    assert assess(app(LOG_LEVEL="info")).outcome is Outcome.PASSED


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "DbPassword", "dbPwd", "SMTP_PASS", "PASSPHRASE", "DBPASSWORD"),
        *("CLIENT_SECRET", "clientSecret", "SECRETS", "SESSION_SECRET", "SECRET_KEY_BASE"),
        *("API_KEY", "ApiKey", "APIKEY", "Stripe__ApiKey", "STORAGE_ACCOUNT_KEY", "JWT_KEY"),
        *("SIGNING_KEY", "PRIMARY_KEY", "SHARED_KEY", "COSMOS_KEY", "TopicKey", "HOST_KEYS"),
        *("SQL_CONNECTION_STRING", "ConnectionStrings__Default", "SQLCONNSTR", "CONN_STR"),
        *("RedisConnection", "SERVICEBUSCONNECTION", "CXN_STR"),
        *("GITHUB_TOKEN", "AccessToken", "BLOB_SAS", "SasToken", "SAS_URL", "BLOB_SAS_URI"),
        *("AzureWebJobsStorage", "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING"),
        *("PRIVATE_CERT", "CERT_PASSWORD", "CertificateKey", "TWITTER_SECRET_KEY_SETTING"),
    ],
)
def test_a_name_that_promises_a_secret_is_believed(name):
    assert secret_name(name)
    assert outcome_of(name, "kFh3k2hd9s") is Outcome.FAILED


@pytest.mark.parametrize(
    "name",
    [
        *("RESET_PASSWORD_POLICY_NAME", "TOKEN_ENDPOINT", "SECRET_URI", "PASSWORD_MIN_LENGTH"),
        *("JWT_AUDIENCE", "JWT_ISSUER", "SECRET_NAME", "API_KEY_HEADER", "CSRF_TOKEN_HEADER"),
        *("APPINSIGHTS_INSTRUMENTATIONKEY", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
        *("AzureWebJobsStorage__accountName", "AzureWebJobsStorage__credential"),
        *("ApiKey__credential", "SharedKeys__tenantId"),
        *("Orders__fullyQualifiedNamespace", "Orders__blobServiceUri", "Orders__clientId"),
        *("PUBLIC_KEY", "STRIPE_PUBLISHABLE_KEY", "RECAPTCHA_SITE_KEY", "PARTITION_KEY"),
        *("ID_TOKEN", "TOKEN_TTL", "SECRET_VERSION", "MAX_CONNECTIONS", "MIN_DB_CONNECTIONS"),
        *("BYPASS_CACHE", "COMPASS", "MONKEY", "LOG_LEVEL", "KEYBOARD", "SECRETARY", "SASSY"),
        *("FUNCTIONS_WORKER_RUNTIME", "WEBSITE_RUN_FROM_PACKAGE", "DB_HOST", "DB_USERNAME"),
        *("DB_CONNECTION", "MaxConnections"),
    ],
)
def test_a_name_that_only_describes_a_secret_or_has_none_is_left_alone(name):
    assert not secret_name(name)
    assert outcome_of(name, "kFh3k2hd9s") is Outcome.PASSED


WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=8)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_all_styles_of_writing_a_name_are_one_name(words):
    assume(all(len(word) > 1 for word in words))
    styles = ("_".join(words), "_".join(words).upper(), "-".join(words), ":".join(words))
    camel = "".join(word.title() for word in words)
    assert {words_of(style) for style in (*styles, camel)} == {"_".join(words)}


@given(
    st.lists(WORDS, max_size=3),
    st.sampled_from(["password", "secret", "api_key", "connection_string", "access_token"]),
)
def test_whatever_comes_before_it_a_secrets_word_at_the_end_is_noticed(prefix, word):
    name = "_".join((*prefix, word))
    assert secret_name(name)
    assert secret_name(name.upper())
    assert not secret_name(f"{name}_name")
    assert describes(f"{name}_name")


@given(st.text(max_size=40))
def test_a_name_never_both_holds_and_describes(name):
    assert not (secret_name(name) and describes(name))


# --- values -----------------------------------------------------------------------------------

SECRETS = {
    f"DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={STORAGE_KEY}": "storage account",
    f"Endpoint=sb://shop;SharedAccessKeyName=root;SharedAccessKey={'c' * 43}=": "shared access key",
    f"https://shop.blob.core.windows.net/orders?sv=2024&sig={'a' * 43}%3D": "signature",
    "Server=sql-shop;User Id=shop;Password=hunter22": "password",
    "Server=sql-shop;Pwd = pa$$word;": "password",
    "postgres://shop:hunter22@psql-shop/loyalty": "user and a password",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE": "private key",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x": "JSON Web Token",
    "sk_" + "live_4eC39HqLyjWDarjtT1zd": "payment key",
    "rk_" + "live_4eC39HqLyjWDarjtT1zd": "payment key",
    "AIza" + "x" * 35: "Google",
    "xoxb-1-2-x": "Slack",
    "ghp_" + "x" * 36: "GitHub",
    "AKIA" + "X" * 16: "AWS",
    STORAGE_KEY: "64-byte key",
}


@pytest.mark.parametrize(("value", "words"), SECRETS.items())
def test_a_value_that_looks_like_a_secret_fails_under_the_dullest_name(value, words):
    verdict = assess(app(COLOUR=value))
    assert wrong(verdict) == {(APP, "app_settings.COLOUR")}
    assert words in verdict.findings[0].actual
    assert value not in str(verdict.findings[0])


@pytest.mark.parametrize(
    "value",
    [
        *("info", "true", "1", "https://shop.example:443/path@home", "kv-shop", "westus2"),
        "Server=sql-shop;User Id=shop;Password={password}",
        "Server=sql-shop;Password=${password}",
        "pk_" + "live_4eC39HqLyjWDarjtT1zd",
        "sk_test_key",
        "0123456789abcdef0123456789abcdef",
        "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ=",  # base64 of a greeting
        "11111111-1111-1111-1111-111111111111",
    ],
)
def test_a_harmless_value_under_a_dull_name_passes(value):
    assert outcome_of("COLOUR", value) is Outcome.PASSED


def test_a_secret_wrapped_in_base64_is_unwrapped():
    wrapped = "U2VydmVyPXNxbC1zaG9wO1Bhc3N3b3JkPWh1bnRlcjIy"  # Server=sql-shop;Password=hunter22
    verdict = assess(app(COLOUR=wrapped))
    assert "base64" in verdict.findings[0].actual


@given(st.text(string.digits + "#!", min_size=4, max_size=80))
def test_what_a_value_looks_like_never_repeats_the_value(password):
    words = secret_value(f"Server=sql-shop;Password={password}")
    assert words == "a connection string with a password"


@given(st.text(string.ascii_letters + string.digits + "+/", min_size=86, max_size=86))
def test_every_storage_account_key_is_recognised(key):
    assert secret_value(f"AccountName=shop;AccountKey={key}==") == "a storage account key"
    assert secret_value(f"{key}==") == "a 64-byte key"


@pytest.mark.parametrize(
    "value",
    [
        "true",
        "0",
        "Server=tcp:sql-shop;Database=orders;Authentication=Active Directory Default",
        "Endpoint=sb://shop.servicebus.windows.net/;Authentication=ManagedIdentity",
    ],
)
def test_a_connection_without_a_key_passes_under_the_name_of_a_secret(value):
    assert outcome_of("ORDERS_CONNECTION_STRING", value) is Outcome.PASSED


def test_a_connection_with_a_secret_in_a_dull_part_is_not_harmless():
    assert not harmless("Server=sql-shop;Source=postgres://shop:hunter22@psql-shop/loyalty")


@pytest.mark.parametrize(
    "value", ["hunter2", "123456", "a=b", "Server=x;Key=abc", "Server=x;AccessToken=abc"]
)
def test_other_values_under_the_name_of_a_secret_are_not_harmless(value):
    assert not harmless(value)
    assert outcome_of("ORDERS_CONNECTION_STRING", value) is Outcome.FAILED


# --- references -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "@Microsoft.KeyVault(SecretUri=https://kv-shop.vault.azure.net/secrets/db)",
        "@Microsoft.KeyVault(SecretUri=https://kv-shop.vault.azure.net/secrets/db/0123abcd)",
        "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)",
        "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db;SecretVersion=0123abcd)",
        "@Microsoft.AppConfiguration(Endpoint=https://appcs-shop.azconfig.io; Key=db)",
    ],
)
def test_a_key_vault_reference_is_accepted(value):
    assert vault_reference(value)
    assert outcome_of("DB_PASSWORD", value) is Outcome.PASSED


IN_VAULT = "@Microsoft.KeyVault(SecretUri="
SECRET = "azurerm_key_vault_secret.db"


@pytest.mark.parametrize(
    ("value", "pinned"),
    [
        (f"{IN_VAULT}https://kv-shop.vault.azure.net/secrets/db)", False),
        (f"{IN_VAULT}https://kv-shop.vault.azure.net/secrets/db/0123abcd)", True),
        ("@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)", False),
        ("@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db;SecretVersion=0123abcd)", True),
        (Reference(SECRET, "id", f"{IN_VAULT}${{{SECRET}.id}})"), True),
        (Reference(SECRET, "versionless_id", f"{IN_VAULT}${{{SECRET}.versionless_id}})"), False),
        (Reference(SECRET, "id"), True),
        (Reference(SECRET, "versionless_id"), False),
    ],
)
def test_a_reference_to_one_version_of_a_secret_is_noted_and_no_fault(value, pinned):
    settings = {"DB_PASSWORD": value}
    app = resource(
        "azurerm_linux_web_app.a", app_settings=settings, identity=[{"type": "SystemAssigned"}]
    )
    verdict = DATA_07.assess(estate(app))
    assert verdict.outcome is Outcome.PASSED
    assert ["names one version" in note for note in verdict.notes] == [True] * pinned


@pytest.mark.parametrize(
    "value",
    [
        "@Microsoft.KeyVault(SecretUri=http://kv-shop.vault.azure.net/secrets/db)",
        "@Microsoft.KeyVault(SecretUri=)",
        "@Microsoft.KeyVault(VaultName=kv-shop)",
        "@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db",
        "x@Microsoft.KeyVault(VaultName=kv-shop;SecretName=db)",
        "",
    ],
)
def test_what_only_looks_like_a_reference_is_none(value):
    assert not vault_reference(value)
    assert outcome_of("DB_PASSWORD", value) is (Outcome.FAILED if value else Outcome.PASSED)


@pytest.mark.parametrize("name", ["DB_PASSWORD", "COLOUR"])
@pytest.mark.parametrize(
    ("address", "attribute", "rest"),
    [
        ("module.safe.azurerm_key_vault.v[0]", "id", "/secrets/db"),
        ("azurerm_key_vault_secret.db", "resource_versionless_id", ""),
    ],
)
def test_a_reference_made_from_a_resource_id_cannot_be_followed(name, address, attribute, rest):
    start = "${" + f"{address}.{attribute}" + "}"
    value = Reference(address, attribute, f"@Microsoft.KeyVault(SecretUri={start}{rest})")
    (found,) = assess(app(**{name: value})).findings
    assert not found.unknown
    assert "cannot be followed" in found.actual
    assert "versionless_id" in found.remedy


SECRET_ID = id_of("azurerm_key_vault_secret.db", "versionless_id")


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        (
            Reference(
                "azurerm_key_vault_secret.db",
                "versionless_id",
                "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.db.versionless_id})",
            ),
            Outcome.PASSED,
        ),
        (
            Reference(
                "azurerm_key_vault.v",
                "vault_uri",
                "@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.v.vault_uri}secrets/db)",
            ),
            Outcome.PASSED,
        ),
        (SECRET_ID, Outcome.PASSED),
        # A plan keeps the reference alone; what stood around it decides.
        (id_of("azurerm_key_vault.v", "vault_uri"), Outcome.UNKNOWN),
        (id_of("azurerm_mssql_server.s", "fully_qualified_domain_name"), Outcome.UNKNOWN),
        (id_of("azurerm_key_vault_key.k", "versionless_id", ""), Outcome.PASSED),
        (id_of("terraform_data.t", "output", ""), Outcome.UNKNOWN),
        (SOMETHING, Outcome.UNKNOWN),
        (
            Unresolvable("comes from a_b.c.fqdn, d_e.f.name; a plan does not keep how"),
            Outcome.UNKNOWN,
        ),
    ],
)
def test_a_computed_value_under_the_name_of_a_secret(value, outcome):
    assert outcome_of("DB_PASSWORD", value) is outcome


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("payment-api-key", "kFh3k2hd9s", True),
        ("notes", f"AccountKey={STORAGE_KEY}", True),
        ("payment-api-key", "set-by-the-release-pipeline", False),
        ("payment-api-key", Known("kFh3k2hd9s", sensitive=True), False),
        ("payment-api-key", id_of("azurerm_storage_account.s", "primary_access_key", ""), False),
        ("sql-admin-username", "shopadmin", False),
    ],
)
def test_a_secret_that_is_written_down_to_be_put_into_a_vault_is_told(name, value, written):
    secret = resource("azurerm_key_vault_secret.s", name=name, value=value)
    found = [f for f in assess(secret).findings if f.attribute == "value"]
    assert bool(found) is written
    assert all("value_wo" in f.remedy and "kFh3k2hd9s" not in str(f) for f in found)


def test_a_connection_made_with_a_sensitive_value_holds_it():
    value = Reference("azurerm_mssql_server.s", "fully_qualified_domain_name", sensitive=True)
    site = resource(APP, connection_string=[{"name": "db", "type": "SQLAzure", "value": value}])
    (found,) = assess(site).findings
    assert not found.unknown
    assert "marks as sensitive" in found.actual
    assert outcome_of("LOG_LEVEL", value) is Outcome.PASSED


def test_a_variable_without_a_value_under_a_dull_name_is_left_alone():
    assert outcome_of("LOG_LEVEL", SOMETHING) is Outcome.PASSED


def test_a_setting_named_like_an_argument_is_told_once():
    assert len(assess(app(client_secret="kFh3k2hd9s")).findings) == 1


def test_settings_that_cannot_be_read_as_a_whole_are_unknown():
    verdict = assess(resource(APP, app_settings=SOMETHING))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(APP, "app_settings")}


def test_a_body_that_is_lost_as_a_whole_is_told_of_once():
    lost = Unresolvable("comes from azurerm_storage_account.s.primary_access_key")
    verdict = assess(resource(APP, app_settings=lost, connection_string=lost, **IDENTITY))
    assert wrong(verdict) == {(APP, "app_settings")}


@pytest.mark.parametrize("names", [("tags", "app_settings"), ('app_settings["DB"]',), "all"])
def test_settings_that_a_pipeline_sets_after_apply_are_unknown(names):
    site = resource(APP, app_settings={"A": "b"}, lifecycle=[{"ignore_changes": names}])
    verdict = assess(site)
    assert wrong(verdict, unknown=True) == {(APP, "app_settings")}


def test_a_site_that_cannot_resolve_its_references_fails():
    silent = resource(APP, app_settings={"DB": "@Microsoft.KeyVault(VaultName=kv;SecretName=db)"})
    assert wrong(assess(silent)) == {(APP, "identity")}


# --- provenance -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        ("azurerm_storage_account.a", "primary_access_key"),
        ("azurerm_storage_account.a", "secondary_access_key"),
        ("azurerm_storage_account.a", "primary_connection_string"),
        ("module.data.azurerm_storage_account.a[0]", "primary_blob_connection_string"),
        ("azurerm_cosmosdb_account.c", "primary_key"),
        ("azurerm_cosmosdb_account.c", "primary_sql_connection_string"),
        ("azurerm_eventhub_namespace.e", "default_primary_connection_string"),
        ("azurerm_redis_cache.r", "primary_connection_string"),
        ("azurerm_mssql_server.s", "administrator_login_password"),
        ("azurerm_container_registry.r", "admin_password"),
        ('module.my_app["a.b"].random_password.p["x.y"]', "result"),
        ("data.azurerm_key_vault_secret.db", "value"),
        ("module.m.data.azurerm_key_vault_secret.db", "value"),
        ("azurerm_key_vault_secret.db", "value"),
        ("tls_private_key.k", "private_key_pem"),
        ("azuread_application_password.p", "value"),
        ("azurerm_log_analytics_workspace.w", "primary_shared_key"),
    ],
)
def test_a_value_copied_from_a_secret_fails_under_the_dullest_name(address, attribute):
    verdict = assess(app(COOKIE_IV=Reference(address, attribute)))
    assert wrong(verdict) == {(APP, "app_settings.COOKIE_IV")}
    assert f"{address}.{attribute}" in verdict.findings[0].actual


@pytest.mark.parametrize(
    ("address", "attribute"),
    [
        ("azurerm_application_insights.a", "connection_string"),
        ("azurerm_application_insights.a", "instrumentation_key"),
        ("azurerm_storage_account.a", "primary_blob_endpoint"),
        ("azurerm_storage_account.a", "name"),
        ("tls_private_key.k", "public_key_pem"),
        ("azurerm_key_vault_secret.db", "name"),
        ("azurerm_user_assigned_identity.i", "client_id"),
        ("my_module.random_password", "id"),
    ],
)
def test_a_value_copied_from_something_open_passes(address, attribute):
    value = Reference(address, attribute, "${" + f"{address}.{attribute}" + "}")
    assert secret_sources(value) == ()
    assert outcome_of("TELEMETRY", value) is Outcome.PASSED


@pytest.mark.parametrize(
    "value",
    [
        Reference(
            "azurerm_mssql_server.s",
            "fqdn",
            "Server=${azurerm_mssql_server.s.fqdn};Password=${random_password.p.result}",
        ),
        Unresolvable(
            "comes from azurerm_mssql_server.s.fqdn, random_password.p.result; "
            "a plan does not keep how"
        ),
    ],
)
def test_one_secret_among_several_sources_is_enough(value):
    verdict = assess(app(DATABASE=value))
    assert wrong(verdict) == {(APP, "app_settings.DATABASE")}
    assert "random_password.p.result" in verdict.findings[0].actual


def test_of_settings_that_are_merged_with_what_is_not_known_every_secret_is_named():
    merged = Unresolvable(
        "merge(data.azurerm_linux_web_app.a.app_settings, { A = azurerm_storage_account.s."
        "primary_access_key, B = random_password.p.result }): it is known only to the provider"
    )
    (found,) = assess(resource(APP, app_settings=merged, **IDENTITY)).findings
    for secret in ("azurerm_storage_account.s.primary_access_key", "random_password.p.result"):
        assert secret in found.actual
    assert found.remedy.startswith("app_settings = { NAME = ")


def test_a_reason_that_only_mentions_a_password_variable_is_no_provenance():
    assert secret_sources(Unresolvable("var.db_password has no value")) == ()


def test_a_sensitive_value_fails_unless_its_name_says_that_it_is_no_secret():
    hidden = Known("kFh3k2hd9s", sensitive=True)
    assert outcome_of("COOKIE_IV", hidden) is Outcome.FAILED
    assert outcome_of("DB_USERNAME", hidden) is Outcome.PASSED
    assert outcome_of("APPLICATIONINSIGHTS_CONNECTION_STRING", hidden) is Outcome.PASSED
    reference = Known("@Microsoft.KeyVault(VaultName=kv;SecretName=db)", sensitive=True)
    assert outcome_of("COOKIE_IV", reference) is Outcome.PASSED


@given(st.text(min_size=1, max_size=30), st.booleans())
def test_a_literal_under_the_name_of_a_secret_is_never_shown(text, sensitive):
    assume(not harmless(text) and not vault_reference(text))
    marked = f"#{text}#"
    verdict = assess(app(DB_PASSWORD=Known(marked, sensitive)))
    assert verdict.outcome is Outcome.FAILED
    assert marked not in str(verdict.findings[0])


# --- every place that keeps settings ----------------------------------------------------------

LITERAL = "kFh3k2hd9s"
NAMED = {"name": "A", "value": LITERAL}
PRINCIPAL = {"client_secret": LITERAL}
SETTINGS = {"DB_PASSWORD": LITERAL}
FROM_VAULT = {
    "name": "db",
    "key_vault_secret_id": SECRET_ID,
    "identity": "System",
}


@pytest.mark.parametrize(
    ("place", "attribute"),
    [
        *(
            (
                resource(f"{type_}.x", app_settings={"DB_PASSWORD": LITERAL}),
                "app_settings.DB_PASSWORD",
            )
            for type_ in (
                "azurerm_windows_web_app",
                "azurerm_linux_web_app_slot",
                "azurerm_linux_function_app",
                "azurerm_windows_function_app_slot",
                "azurerm_function_app_flex_consumption",
                "azurerm_logic_app_standard",
                "azurerm_static_web_app",
                "azurerm_app_service",
                "azurerm_function_app",
            )
        ),
        (
            resource(
                "azurerm_linux_web_app.x", connection_string=[{"name": "A", "value": LITERAL}]
            ),
            "connection_string.A.value",
        ),
        (
            resource("azurerm_linux_web_app.x", connection_string=SOMETHING),
            "connection_string",
        ),
        (
            resource("azurerm_linux_function_app.x", storage_account_access_key=LITERAL),
            "storage_account_access_key",
        ),
        (
            resource("azurerm_function_app_flex_consumption.x", storage_access_key=LITERAL),
            "storage_access_key",
        ),
        (
            resource(
                "azurerm_linux_web_app.x",
                site_config=[{"application_stack": [{"docker_registry_password": LITERAL}]}],
            ),
            "site_config.0.application_stack.0.docker_registry_password",
        ),
        (
            resource("azurerm_linux_web_app.x", storage_account=[{"access_key": LITERAL}]),
            "storage_account.0.access_key",
        ),
        (
            resource(
                "azurerm_linux_web_app.x",
                auth_settings=[{"google": [{"client_secret": LITERAL}]}],
            ),
            "auth_settings.0.google.0.client_secret",
        ),
        (
            resource("azurerm_container_app.x", secret=[{"name": "db", "value": LITERAL}]),
            "secret.db.value",
        ),
        (resource("azurerm_container_app.x", secret=SOMETHING), "secret"),
        (
            resource(
                "azurerm_container_app_job.x",
                template=[{"init_container": [{"env": [{"name": "API_KEY", "value": LITERAL}]}]}],
            ),
            "template.init_container.env.API_KEY",
        ),
        (
            resource(
                "azurerm_container_group.x",
                container=[{"environment_variables": {"API_KEY": LITERAL}}],
            ),
            "container.environment_variables.API_KEY",
        ),
        (
            resource(
                "azurerm_container_group.x",
                container=[{"secure_environment_variables": {"COLOUR": LITERAL}}],
            ),
            "container.secure_environment_variables.COLOUR",
        ),
        (
            resource(
                "azurerm_container_group.x",
                container=[{"volume": [{"storage_account_key": LITERAL}]}],
            ),
            "container.volume.storage_account_key",
        ),
        (
            resource(
                "azurerm_container_group.x", image_registry_credential=[{"password": LITERAL}]
            ),
            "image_registry_credential.password",
        ),
        (
            resource("azurerm_app_configuration_key.x", key="db-password", value=LITERAL),
            "value",
        ),
        (
            resource("azurerm_api_management_named_value.x", display_name="api-key", value=LITERAL),
            "value",
        ),
        (
            resource(
                "azurerm_api_management_named_value.x",
                display_name="colour",
                value=LITERAL,
                secret=True,
            ),
            "value",
        ),
        (
            resource(
                "azurerm_api_management_backend.x",
                credentials=[{"header": {"x-courier": LITERAL, "x-other": "{{courier-key}}"}}],
            ),
            "credentials.header.x-courier",
        ),
        (
            resource(
                "azurerm_api_management_backend.x",
                credentials=[{"authorization": [{"scheme": "Bearer", "parameter": LITERAL}]}],
            ),
            "credentials.authorization.parameter",
        ),
        (
            resource(
                "azurerm_api_management_backend.x",
                proxy=[{"url": "https://p", "username": "shop", "password": LITERAL}],
            ),
            "proxy.password",
        ),
        (resource("azurerm_automation_variable_string.x", name="ApiKey", value=LITERAL), "value"),
        (
            resource("azurerm_logic_app_workflow.x", parameters={"ApiKey": LITERAL}),
            "parameters.ApiKey",
        ),
        (
            resource("azurerm_container_app_environment_storage.x", access_key=LITERAL),
            "access_key",
        ),
        (
            resource(
                "azurerm_application_gateway.x",
                ssl_certificate=[
                    {"name": "shop", "data": SOMETHING, "password": LITERAL},
                    {"name": "blog", "key_vault_secret_id": SECRET_ID},
                ],
            ),
            "ssl_certificate.shop.password",
        ),
        (
            resource("azurerm_application_gateway.x", ssl_certificate=[{"data": LITERAL}]),
            "ssl_certificate.0.data",
        ),
        (
            resource("azurerm_kubernetes_cluster.x", service_principal=[PRINCIPAL]),
            "service_principal.client_secret",
        ),
        (
            resource(
                "azurerm_data_factory_linked_service_azure_blob_storage.x",
                connection_string=f"AccountName=shop;AccountKey={STORAGE_KEY}",
            ),
            "connection_string",
        ),
        (
            resource(
                "azapi_resource.x",
                type="Microsoft.Web/sites/config@2023-12-01",
                name="appsettings",
                body={"properties": {"DB_PASSWORD": LITERAL}},
            ),
            "body.properties.DB_PASSWORD",
        ),
    ],
)
def test_every_place_for_settings_is_searched(place, attribute):
    verdict = assess(place)
    assert {f.attribute for f in verdict.findings} == {attribute}
    assert verdict.outcome is not Outcome.PASSED
    assert LITERAL not in str(verdict.findings[0])


@pytest.mark.parametrize(
    "place",
    [
        resource("azurerm_container_app.x", secret=[FROM_VAULT]),
        resource("azurerm_container_app.x", secret=[FROM_VAULT | {"value": "ignored by Azure"}]),
        resource(
            "azurerm_container_app.x",
            template=[{"container": [{"env": [{"name": "API_KEY", "secret_name": "db"}]}]}],
        ),
        resource("azurerm_linux_function_app.x", storage_uses_managed_identity=True),
        resource(
            "azurerm_linux_web_app.x",
            auth_settings=[{"google": [{"client_secret_setting_name": "GOOGLE"}]}],
        ),
        resource("azurerm_app_service.x"),
        resource("azurerm_container_group.x", container=[{"name": "a"}]),
    ],
)
def test_the_good_form_of_each_place_passes(place):
    assert assess(place).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "place",
    [
        resource("azurerm_app_configuration_key.x", type="vault", key="password", value=SOMETHING),
        resource("azurerm_container_app_environment_storage.x", nfs_server_url="s.example"),
        resource(
            "azurerm_application_gateway.x", ssl_certificate=[{"key_vault_secret_id": SECRET_ID}]
        ),
        resource(
            "azurerm_api_management_named_value.x",
            secret=True,
            value=SOMETHING,  # computed from the vault
            value_from_key_vault=[{"secret_id": SECRET_ID}],
        ),
        resource(
            "azurerm_api_management_backend.x",
            credentials=[
                {
                    "header": {"x-courier": "{{courier-key}}"},
                    "query": {"code": Reference("azurerm_x.n", "name", "{{${azurerm_x.n.name}}}")},
                    "authorization": [{"scheme": "Basic", "parameter": "Basic {{login}}"}],
                }
            ],
            proxy=[{"url": "https://p", "username": "shop", "password": "{{proxy-password}}"}],
        ),
        resource("azurerm_logic_app_workflow.x"),
    ],
)
def test_a_service_that_keeps_no_settings_of_its_own_is_not_what_this_is_about(place):
    assert assess(place).outcome is Outcome.NOT_APPLICABLE


def test_settings_of_a_site_that_azapi_writes_are_told_with_a_vault_reference():
    written = resource(
        "azapi_resource.s",
        type="Microsoft.Web/sites/config@2022-09-01",
        name="appsettings",
        parent_id="/subscriptions/0/resourceGroups/r/providers/Microsoft.Web/sites/shop",
        body={"properties": {"DB_PASSWORD": "hunter2hunter2"}},
    )
    (found,) = DATA_07.assess(from_azapi(written)).findings
    assert found.attribute == "body.properties.DB_PASSWORD"
    assert found.remedy.startswith('DB_PASSWORD = "@Microsoft.KeyVault(SecretUri=')
    assert "hunter2" not in str(found)


def test_a_key_that_is_off_and_copied_into_a_setting_is_told_all_the_same():
    """It opens nothing today; switched on again, it stands in the configuration."""
    off = resource("azurerm_storage_account.s", shared_access_key_enabled=False)
    copy = id_of("azurerm_storage_account.s", "primary_connection_string")
    app = resource("azurerm_linux_web_app.a", app_settings={"BLOBS": copy})
    verdict = DATA_07.assess(estate(off, app))
    assert {(f.address, f.attribute) for f in verdict.findings} == {
        (app.address, "app_settings.BLOBS")
    }


@pytest.mark.parametrize(
    ("type_", "values", "words"),
    [
        ("azurerm_data_factory_linked_service_azure_blob_storage", "sas_uri", "managed_identity"),
        (
            "azurerm_data_factory_linked_service_azure_sql_database",
            "connection_string",
            "key_vault",
        ),
        (
            "azurerm_data_factory_linked_service_snowflake",
            "connection_string",
            "key_vault_password",
        ),
        ("azurerm_app_configuration_key", "value", "vault_key_reference"),
        ("azurerm_api_management_named_value", "value", "value_from_key_vault"),
        ("azurerm_automation_variable_string", "value", "azurerm_automation_account: identity"),
    ],
)
def test_a_remedy_names_what_the_service_has_to_do_without_the_secret(type_, values, words):
    """A linked service, a key and a variable have no identity of their own."""
    held = resource(f"{type_}.x", **{values: "https://s.example/?sig=" + "a" * 44})
    (found,) = DATA_07.assess(estate(held)).findings
    assert words in found.remedy
    assert found.actual == "looks like a shared access signature"
