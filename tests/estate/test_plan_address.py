import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.address import Address, Key, Step, parse_address, parse_steps
from simulator.estate.model import base_address
from simulator.estate.versions import major_version

NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"module", "data"}
)
KEYS: st.SearchStrategy[Key] = st.one_of(
    st.text(max_size=8),
    st.sampled_from(['a.b["c"]', "${x}", "%{", "\\", "]", "\x00", "\U000e0001"]),
    st.integers(0, 10**6),
)
STEPS = st.builds(
    lambda name, key: Step(name, () if key is None else (key,)), NAMES, st.none() | KEYS
)
ADDRESSES = st.builds(
    Address,
    st.lists(STEPS, max_size=3).map(tuple),
    NAMES,
    NAMES,
    st.none() | KEYS,
    st.sampled_from(["managed", "data"]),
)


@given(ADDRESSES)
def test_an_address_survives_being_written_and_read(address: Address) -> None:
    assert parse_address(str(address)) == address


@given(ADDRESSES)
def test_the_base_of_an_address_is_the_model_s_base_address(address: Address) -> None:
    assert str(address.base) == base_address(str(address))


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        steps = parse_steps(text)
    except ValueError:
        return
    assert ".".join(map(str, steps)) == text or '"' in text or "[0" in text


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('azurerm_subnet.s["a.b"]', "a.b"),
        (r'azurerm_subnet.s["say \"hi\" \\o/"]', r'say "hi" \o/'),
        ('azurerm_subnet.s["$${x} 5%"]', "${x} 5%"),
        (r'azurerm_subnet.s["tab\there"]', "tab\there"),
        (r'azurerm_subnet.s["\u00a0"]', "\u00a0"),
        ("azurerm_subnet.s[12]", 12),
        ("azurerm_subnet.s", None),
    ],
)
def test_a_key_is_read_as_terraform_writes_it(text: str, key: Key | None) -> None:
    address = parse_address(text)
    assert address.key == key
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "azurerm_subnet",
        "azurerm_subnet.s[",
        'azurerm_subnet.s["a"',
        'azurerm_subnet.s["a',
        "azurerm_subnet.s[-1]",
        "azurerm_subnet.s[²]",
        r'azurerm_subnet.s["\q"]',
        r'azurerm_subnet.s["\Uffffffff"]',
        "azurerm_subnet.s[0]x",
        "azurerm_subnet..s",
        "module.a",
        "module.a.azurerm_subnet.s.id",
    ],
)
def test_what_is_no_resource_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"azurerm|module|name|address"):
        parse_address(text)


@pytest.mark.parametrize(
    ("constraints", "major"),
    [
        (["~> 4.55"], 4),
        (["~> 4.55.0"], 4),
        (["~> 4"], 4),
        (["= 3.117.1"], 3),
        (["3.0.0"], 3),
        ([">= 4.0, < 5.0"], 4),
        ([">= 4.0, < 5.0.0"], 4),
        ([">= 4.0, <= 4.99"], 4),
        ([">= 3.0", "~> 4.0"], 4),
        ([">= 4.0, != 4.3.0, < 5"], 4),
        ([">= 3.0, < 5.0"], None),
        ([">= 4.0"], None),
        ([">= 4.0, <= 5.0"], None),
        (["> 4.9, < 4.1"], None),
        (["~> 5.0-beta1"], 5),
        ([""], None),
        (["latest"], None),
        ([], None),
    ],
)
def test_constraints_leave_one_major_version_or_none(
    constraints: list[str], major: int | None
) -> None:
    assert major_version(constraints) == major
