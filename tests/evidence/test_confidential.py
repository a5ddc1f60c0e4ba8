import pytest

from simulator.estate.model import Known, Omitted, Reference, Unresolvable
from simulator.evidence.confidential import confidential


@pytest.mark.parametrize(
    ("attribute", "inner"),
    [
        ("app_settings.DB_PASSWORD", "hunter2"),
        ("connection_string.main.value", "Server=db;User Id=shop;Password=hunter2!"),
        ("anything", "-----BEGIN RSA PRIVATE KEY-----"),
        ("body", '{"parameters": {"stripe_api_key": "hunter2"}}'),
        ("body", '[{"token": "hunter2"}]'),
        ("values", ("harmless", "postgres://shop:hunter2@db/shop")),
    ],
)
def test_what_may_be_a_secret_is_confidential(attribute, inner):
    assert confidential(attribute, Known(inner))


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("min_tls_version", Known("TLS1_2")),
        ("shared_access_key_enabled", Known(True)),
        ("app_settings.DB_PASSWORD", Known("@Microsoft.KeyVault(VaultName=shop;SecretName=db)")),
        ("app_settings.DB_PASSWORD", Known("")),
        ("app_settings.DB_PASSWORD", Omitted()),
        ("app_settings.DB_PASSWORD", Unresolvable("var.password has no value")),
        ("query", Known("StorageBlobLogs | where x == '{'")),
        ("body", Known("{not JSON")),
        ("key_vault_id", Reference("azurerm_key_vault.v", text="${azurerm_key_vault.v.id}")),
    ],
)
def test_what_is_none_is_told(attribute, value):
    assert not confidential(attribute, value)


def test_the_literal_part_of_a_reference_may_be_one():
    text = "Password=hunter2;Server=${azurerm_mssql_server.s.fully_qualified_domain_name}"
    assert confidential("x", Reference("azurerm_mssql_server.s", text=text))
