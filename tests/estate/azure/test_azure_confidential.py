import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.azure.confidential import body_of
from simulator.estate.model import Block, Known
from tests.estate.azure.shop import VAULT_REFERENCE

SECRET = "hunter2hunter2"
_names = st.text(min_size=1, max_size=12)
_trees = st.recursive(
    st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize("slot", ["", "/slots"])
@given(st.dictionaries(_names, _trees, max_size=5))
def test_no_setting_shows_itself_however_it_is_nested(slot, settings):
    for name in ("appsettings", "connectionstrings", "AppSettings"):
        body = body_of(f"Microsoft.Web/sites{slot}/config", name, {"properties": settings})
        assert SECRET not in repr(list(body.walk()))


@pytest.mark.parametrize(
    ("type_", "properties"),
    [
        ("Microsoft.ApiManagement/service/namedValues", {"value": SECRET}),
        (
            "Microsoft.ApiManagement/service/backends",
            {"credentials": {"header": {"x-key": [SECRET]}}},
        ),
        (
            "Microsoft.App/containerApps",
            {"template": {"containers": [{"env": [{"name": "A", "value": SECRET}]}]}},
        ),
        ("Microsoft.Insights/components", {"InstrumentationKey": SECRET}),
        ("Microsoft.Insights/components", {"ConnectionString": SECRET}),
        ("Microsoft.Any/things", {"administratorLoginPassword": SECRET}),
        ("Microsoft.Any/things", {"url": f"https://a.example/?sv=1&sig={SECRET}"}),
        ("Microsoft.Any/things", {"urls": [f"AccountKey={SECRET}"]}),
        ("Microsoft.Any/things", {"deep": [{"er": {"connection": f"Password = {SECRET}"}}]}),
        ("Microsoft.Automation/automationAccounts/variables", {"value": f'"{SECRET}"'}),
    ],
)
def test_what_is_called_or_shaped_like_a_secret_does_not_show_itself(type_, properties):
    body = body_of(type_, "x", {"properties": properties})
    assert SECRET not in repr(list(body.walk()))
    assert "sensitive" in repr(list(body.walk()))


def test_what_is_no_secret_stays_readable():
    plain = {
        "primaryKeyVault": "vault",
        "passwordAuth": "Disabled",
        "sites": [{"host": "shop.example"}],
        "keyVaultUrl": "https://keys.vault.azure.net/secrets/db",
        "clientSecret": None,
        "adminPassword": VAULT_REFERENCE,
        "count": 3,
    }
    body = body_of("Microsoft.Any/things", "x", {"properties": plain})
    assert "sensitive" not in repr(body)


def test_a_setting_may_show_its_vault_reference_and_its_name():
    settings = {"DB": VAULT_REFERENCE, "STRIPE": SECRET, "EMPTY": ""}
    body = body_of("Microsoft.Web/sites/config", "appsettings", {"properties": settings})
    assert body.get("properties.DB") == Known(VAULT_REFERENCE)
    (properties,) = body.blocks("properties")
    assert isinstance(properties, Block)
    assert list(properties.values) == ["DB", "STRIPE", "EMPTY"]
