from urllib.parse import quote, unquote

from hypothesis import given
from hypothesis import strategies as st

from simulator.twin.target import parse_target

NAME = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=3, max_size=24)
BLOB = st.text(min_size=1, max_size=40).filter(lambda text: "\\" not in text)


def as_the_server_does(raw: str) -> tuple[str, str, str]:
    """The storage server decodes the path once, then splits it."""
    account, _, rest = unquote(raw.partition("?")[0]).removeprefix("/").partition("/")
    container, _, blob = rest.partition("/")
    return account, container, blob.replace("\\", "/")


@given(NAME, NAME, BLOB)
def test_an_encoded_path_comes_back_as_its_parts(account, container, blob):
    target = parse_target(f"/{account}/{container}/{quote(blob)}")
    assert target is not None
    assert (target.account, target.container, target.blob) == (account, container, blob)
    assert target.path == f"/{container}/{quote(blob)}"


@given(NAME, st.lists(st.sampled_from(["a", "%2F", "/", "%5C", ".", "%2e", "%25"]), max_size=12))
def test_a_target_is_judged_as_the_server_will_serve_it(account, pieces):
    raw = f"/{account}/{''.join(pieces)}"
    target = parse_target(raw)
    assert target is not None
    assert (target.account, target.container, target.blob) == as_the_server_does(raw)


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_none(text):
    target = parse_target(text)
    assert target is None or target.raw_path.startswith("/")


def test_a_parameter_given_twice_is_no_target():
    assert parse_target("/stshop/customers?comp=list&comp=metadata") is None
    assert parse_target("/stshop/customers?comp=list&COMP=metadata") is None
    assert parse_target("/stshop/customers?comp[]=list") is None


def test_parameters_are_decoded_and_their_names_lowered():
    target = parse_target("/stshop/customers?resType=container&prefix=a%2Fb&empty")
    assert target is not None
    assert target.parameters == {"restype": "container", "prefix": "a/b", "empty": ""}
    assert target.query == "resType=container&prefix=a%2Fb&empty"
