from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.azure.ids import name_of, parent_of, type_of

_words = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789-._()é ", min_size=1, max_size=8).filter(
    lambda word: word.casefold() != "providers" and word.strip("/") == word
)
_scopes = st.sampled_from(
    [
        "",
        "/subscriptions/s",
        "/subscriptions/s/resourceGroups/g",
        "/SUBSCRIPTIONS/s/resourcegroups/G",
    ]
)
_pairs = st.lists(st.tuples(_words, _words), min_size=1, max_size=4)
_provider = st.sampled_from(["/providers/", "/Providers/"])


@given(_scopes, _provider, _words, _pairs)
def test_an_id_is_taken_apart_as_it_was_put_together(scope, provider, namespace, pairs):
    id_ = f"{scope}{provider}{namespace}" + "".join(f"/{type_}/{name}" for type_, name in pairs)
    assert type_of(id_) == "/".join([namespace, *(type_ for type_, _ in pairs)])
    assert name_of(id_) == pairs[-1][1]
    above = id_.rsplit("/", 2)[0]
    assert parent_of(id_) == (above if len(pairs) > 1 else scope)


@given(_scopes, _words, _words, _words, _words)
def test_what_an_extension_is_on_is_its_parent(scope, namespace, type_, name, more):
    target = f"{scope}/providers/{namespace}/{type_}/{name}"
    extension = f"{target}/providers/{more}/{type_}/{name}"
    assert parent_of(extension) == target
    assert type_of(extension) == f"{more}/{type_}"
