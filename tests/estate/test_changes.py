"""What differs between two estates, whoever has read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.estate.changes import Change, Kind, changes
from simulator.estate.hcl import read_hcl
from simulator.estate.model import Block, Estate, Gap, Known, Omitted, Reference, Unresolvable, show
from simulator.estate.plan import read_plan
from tests.controls.build import ESTATES, SOMETHING, block, estate, id_of, resource

A = "azurerm_storage_account.a"
ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stshop"
LIVE_A = f"{ID}"
DEFAULT = Omitted(default="TLS1_2", decided_by="azurerm 4.x default")
BOTH = sorted(path.parent for path in ESTATES.glob("*/*/plan.json"))


def account(**values):
    return resource(A, **values)


def between(one, other, readers=("hcl", "hcl"), **more):
    """The changed attributes between two states of one account: path, before, after."""
    found = changes(
        estate(account(**one), reader=readers[0]),
        estate(account(**other), reader=readers[1]),
        **more,
    )
    assert all(c.kind is Kind.CHANGED and c.address == A for c in found)
    return [(c.attribute, c.before, c.after) for c in found]


def live(name="stshop", id_=ID, gaps=(), type_="azurerm_storage_account", **values):
    made = resource(f"{type_}.x", name=name, id=id_, **values)
    found = type(made)(id_, made.type, name, made.body, made.origin, made.provider, "managed", ())
    return Estate((found,), "azure:s", "live", tuple(gaps))


def test_resources_that_come_and_go_are_named():
    first = estate(account(), resource("azurerm_key_vault.old"))
    second = estate(resource("azurerm_key_vault.new"), account())
    assert changes(first, second) == (
        Change(Kind.REMOVED, "azurerm_key_vault.old"),
        Change(Kind.ADDED, "azurerm_key_vault.new"),
    )


def test_what_a_plan_deletes_or_lets_go_and_data_sources_are_no_resources():
    for gone in (
        account(actions=("delete",)),
        account(actions=("forget",)),
        resource("data.azurerm_client_config.me"),
    ):
        assert changes(estate(), estate(gone)) == ()
        assert changes(estate(gone), estate()) == ()
    removed = changes(estate(account()), estate(account(actions=("delete",)), reader="plan"))
    assert removed == (Change(Kind.REMOVED, A),)


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"a": 1}, {"a": 2}, [("a", "1", "2")]),
        ({"a": True}, {"a": 1}, [("a", "true", "1")]),
        ({"a": "1"}, {}, [("a", '"1"', "not set")]),
        ({"a": "x"}, {"a": Known(None)}, [("a", '"x"', "null")]),
        ({"a": ["1", "2"]}, {"a": ["2", "1"]}, [("a", '["1", "2"]', '["2", "1"]')]),
        ({"tags": {"pii": "true"}}, {}, [("tags.pii", '"true"', "not set")]),
        (
            {"tags": {"pii": "true", "x": "1"}},
            {"tags": Known({"pii": "false", "x": "1"})},
            [("tags.pii", '"true"', '"false"')],
        ),
        (
            {"network_rules": [{"default_action": "Deny"}]},
            {"network_rules": [{"default_action": "Allow"}]},
            [("network_rules.default_action", '"Deny"', '"Allow"')],
        ),
        ({}, {"static_website": [block()]}, [("static_website", "not set", "{}")]),
        ({"static_website": [block()]}, {}, [("static_website", "{}", "not set")]),
        (
            {"rule": [{"name": "a", "access": "Deny"}, {"name": "b", "access": "Deny"}]},
            {"rule": [{"name": "b", "access": "Allow"}, {"name": "a", "access": "Deny"}]},
            [("rule.b.access", '"Deny"', '"Allow"')],
        ),
        (
            {"rule": [{"x": 1}, {"x": 2}, {"x": 3}]},
            {"rule": [{"x": 0}, {"x": 1}, {"x": 3}]},
            [("rule.0.x", "2", "0")],
        ),
        (
            {"rule": [{"x": 1}]},
            {"rule": [{"x": 1}, {"x": 2}]},
            [("rule.1.x", "not set", "2")],
        ),
        (
            {"a": id_of("azurerm_x.y", suffix="/b")},
            {"a": id_of("azurerm_x.y", suffix="/c")},
            [("a", "${azurerm_x.y.id}/b", "${azurerm_x.y.id}/c")],
        ),
        (
            {"a": id_of("azurerm_x.y")},
            {"a": id_of("azurerm_x.z")},
            [("a", "a reference to azurerm_x.y.id", "a reference to azurerm_x.z.id")],
        ),
        ({"a": id_of("azurerm_x.y")}, {}, [("a", "a reference to azurerm_x.y.id", "not set")]),
        (
            {"v": DEFAULT},
            {"v": "TLS1_0"},
            [("v", show(DEFAULT), '"TLS1_0"')],
        ),
        (
            {"v": DEFAULT},
            {"v": Omitted("TLS1_0", "azurerm 3.x default")},
            [
                (
                    "v",
                    'not set (azurerm 4.x default: "TLS1_2")',
                    'not set (azurerm 3.x default: "TLS1_0")',
                )
            ],
        ),
        ({"body": '{"a": 1}'}, {"body": '{"a": 2}'}, [("body", '"{"a": 1}"', '"{"a": 2}"')]),
    ],
)
def test_an_attribute_that_changes_is_told_with_both_values(one, other, found):
    assert between(one, other) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"v": DEFAULT}, {"v": "TLS1_2"}),
        ({"v": DEFAULT}, {"v": Omitted()}),
        ({"v": "x"}, {"v": SOMETHING}),
        ({"v": [{"a": 1}]}, {"v": SOMETHING}),
        ({"v": [{"a": 1}]}, {"v": id_of("azurerm_x.y")}),
        ({"v": id_of("azurerm_x.y")}, {"v": SOMETHING}),
        ({"v": id_of("azurerm_x.y")}, {"v": DEFAULT}),
        ({"v": id_of("azurerm_x.y")}, {"v": "whatever that comes to"}),
        ({"v": id_of("azurerm_x.y")}, {"v": id_of("azurerm_x.y", suffix="/lost")}),
        ({"v": Known(())}, {}),
        ({"v": ""}, {"v": Known(None)}),
        ({"v": {}}, {"v": []}),
        ({"body": '{"a": 1, "b": [2]}'}, {"body": '{ "b": [2],\n "a": 1 }'}),
        ({"location": "West US 2"}, {"location": "westus2"}),
        ({"lifecycle": [{"prevent_destroy": True}]}, {}),
        ({"id": "/subscriptions/s/x"}, {}),
        ({"tags": {"a": "1"}}, {"tags": Known({"a": "1"})}),
        ({"m": [{"a": 1}]}, {"m": block(a=1)}),
    ],
)
def test_what_is_the_same_or_not_known_is_no_change(one, other):
    assert between(one, other) == []
    assert between(other, one) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"v": 1}, {"v": "1"}),
        ({"v": True}, {"v": "true"}),
        ({"v": ["a", "b"]}, {"v": ["b", "a"]}),
        ({"v": "/subscriptions/S/resourceGroups/RG"}, {"v": "/subscriptions/s/resourcegroups/rg"}),
        ({"v": id_of("module.a.azurerm_x.y")}, {"v": id_of("azurerm_x.y")}),
    ],
)
def test_two_readers_may_word_the_same_differently(one, other):
    assert between(one, other, ("hcl", "plan")) == []
    assert between(one, other) != []


@pytest.mark.parametrize("directory", BOTH, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_a_directory_and_its_plan_are_the_same_estate(directory):
    assert changes(read_hcl(directory), read_plan(directory / "plan.json")) == ()


def test_there_are_directories_with_plans():
    assert len(BOTH) > 10


def test_a_sensitive_value_on_either_side_hides_both():
    secret = Known("hunter2", sensitive=True)
    for one, other in ((secret, Known("hunter1")), (Known("hunter1"), secret)):
        ((_, before, after),) = between({"password": one}, {"password": other})
        assert before == after == "(sensitive value)"
    assert between({"p": secret}, {}) == [("p", "(sensitive value)", "not set")]
    whole = Known({"KEY": "hunter2"}, sensitive=True)
    ((path, before, _),) = between({"settings": whole}, {"settings": Known({"KEY": "x"}, True)})
    assert (path, before) == ("settings.KEY", "(sensitive value)")


def test_a_sensitive_name_of_a_block_is_no_part_of_the_path():
    def blocks(value):
        return [{"name": Known(f"hunter2{n}", sensitive=True), "x": value} for n in (1, 2)]

    found = between({"settings": blocks(1)}, {"settings": blocks(2)})
    assert [path for path, _, _ in found] == ["settings.0.x", "settings.1.x"]


def test_further_values_can_be_hidden():
    def secret(attribute, value):
        return attribute == "settings.KEY" and isinstance(value, Known)

    one, other = {"settings": {"KEY": "hunter2", "X": "1"}}, {"settings": {"KEY": "y", "X": "2"}}
    assert between(one, other, secret=secret) == [
        ("settings.KEY", "(sensitive value)", "(sensitive value)"),
        ("settings.X", '"1"', '"2"'),
    ]


@pytest.mark.parametrize("where", [A, "module.a", "plan"])
def test_what_may_be_in_a_part_that_could_not_be_read_is_not_said_to_be_gone(where):
    address = A if where == A else f"module.a.{A}"
    whole = estate(resource(f"{address}[0]"))
    partly = estate(gaps=(Gap(where, "not on this machine"),))
    for found in (changes(whole, partly), changes(partly, whole)):
        assert found == (
            Change(
                Kind.UNTOLD,
                f"{address}[0]",
                after=f"{where} could not be read there: not on this machine",
            ),
        )


DECLARED = {
    "name": "stshop",
    "resource_group_name": "RG",
    "min_tls_version": "TLS1_2",
    "tags": {"pii": "true", "owner": "shop"},
    "network_rules": [{"default_action": "Deny", "bypass": ["Logging", "Metrics"]}],
    "edge_zone": Omitted(),
    "https_traffic_only_enabled": Omitted(True, "azurerm 4.x default"),
}


def drift(**values):
    declared = estate(account(**DECLARED), reader="plan")
    return [
        (c.kind.value, c.attribute, c.before, c.after) for c in changes(declared, live(**values))
    ]


def test_a_live_resource_is_the_one_of_the_same_type_name_and_place():
    assert drift(resource_group_name="rg", name="STSHOP", tags=DECLARED["tags"]) == []


def test_drift_is_what_the_declaration_sets_and_azure_has_otherwise():
    assert drift(
        resource_group_name="rg",
        min_tls_version="TLS1_0",
        tags={"owner": "shop", "made_by": "a policy"},
        network_rules=[{"default_action": "Allow", "bypass": ["Metrics", "Logging"]}],
        edge_zone="somewhere",
        https_traffic_only_enabled=False,
        primary_location="westus2",
    ) == [
        ("changed", "min_tls_version", '"TLS1_2"', '"TLS1_0"'),
        ("changed", "tags.pii", '"true"', "not set"),
        ("changed", "network_rules.default_action", '"Deny"', '"Allow"'),
        (
            "changed",
            "https_traffic_only_enabled",
            "not set (azurerm 4.x default: true)",
            "false",
        ),
    ]


def test_what_azure_does_not_tell_of_has_not_drifted_but_it_tells_all_tags():
    assert [attribute for _, attribute, _, _ in drift()] == ["tags.pii", "tags.owner"]


def test_a_resource_of_the_same_name_elsewhere_is_another_one():
    found = changes(estate(account(**DECLARED)), live(resource_group_name="other"))
    assert [(c.kind, c.address) for c in found] == [(Kind.REMOVED, A), (Kind.ADDED, ID)]


def test_where_the_place_is_not_known_what_is_left_over_is_taken():
    declared = estate(
        resource("azurerm_storage_account.b", name="st", resource_group_name=SOMETHING, x=1),
        resource("azurerm_storage_account.a", name="st", resource_group_name="one", x=1),
    )
    there = [
        live("st", f"/{g}/st", resource_group_name=g, x=2).resources[0] for g in ("one", "two")
    ]
    found = changes(declared, Estate(tuple(there), "azure:s", "live"))
    assert sorted((c.kind.value, c.address, c.attribute) for c in found) == [
        ("changed", "azurerm_storage_account.a", "x"),
        ("changed", "azurerm_storage_account.b", "x"),
    ]


def test_a_name_that_is_unique_only_in_its_place_is_looked_for_there():
    containers = [
        resource(
            f"azurerm_storage_container.{name}",
            name="data",
            storage_account_id=id_of(f"azurerm_storage_account.{name}"),
            container_access_type=access,
        )
        for name, access in (("a", "private"), ("b", "blob"))
    ]
    accounts = [
        resource(f"azurerm_storage_account.{name}", name=f"st{name}") for name in ("a", "b")
    ]
    there = [live(f"st{name}", f"/x/st{name}").resources[0] for name in ("b", "a")] + [
        live(
            "data",
            f"/x/st{name}/data",
            type_="azurerm_storage_container",
            storage_account_id=f"/x/st{name}",
            container_access_type=access,
        ).resources[0]
        for name, access in (("b", "blob"), ("a", "container"))
    ]
    found = changes(estate(*accounts, *containers), Estate(tuple(there), "azure:s", "live"))
    assert [(c.address, c.before, c.after) for c in found] == [
        ("azurerm_storage_container.a", '"private"', '"container"')
    ]


@pytest.mark.parametrize(
    ("value", "id_", "drifted"),
    [
        (id_of("azurerm_key_vault.v"), "/subscriptions/s/providers/x/vaults/KV-Shop", False),
        (id_of("azurerm_key_vault.v"), "/subscriptions/s/providers/x/vaults/kv-other", True),
        (id_of("azurerm_key_vault.v", suffix="/keys/k"), "/s/vaults/kv-shop/keys/k", False),
        (id_of("azurerm_key_vault.v", suffix="/keys/k"), "/s/vaults/kv-shop/keys/j", True),
        (id_of("azurerm_key_vault.v", "name"), "kv-shop", False),
        (id_of("azurerm_key_vault.v", "name"), "kv-other", True),
        (id_of("azurerm_key_vault.v", "vault_uri"), "https://anything", False),
        (id_of("azurerm_key_vault.absent"), "/s/vaults/kv-other", False),
        (id_of("azurerm_key_vault.nameless"), "/s/vaults/kv-other", False),
    ],
)
def test_a_reference_is_the_id_or_name_of_what_it_refers_to(value, id_, drifted):
    declared = estate(
        account(name="stshop", vault=value),
        resource("azurerm_key_vault.v", name="kv-shop"),
        resource("azurerm_key_vault.nameless", name=SOMETHING),
    )
    for found in (
        changes(declared, live(vault=id_)),
        changes(live(vault=id_), declared),
    ):
        assert any(c.attribute == "vault" for c in found) is drifted


def test_what_cannot_be_looked_for_in_a_subscription_is_not_said_to_be_missing():
    nameless = resource("azurerm_storage_account.b", name=SOMETHING)
    declared = estate(account(name="stshop"), resource("random_password.db"), nameless)
    assert changes(declared, live()) == (
        Change(Kind.REMOVED, nameless.address),  # there is no other one that it could be
        Change(Kind.UNTOLD, "random_password.db", after="a subscription is not read for this type"),
    )
    assert changes(estate(nameless), live()) == (
        Change(
            Kind.UNTOLD,
            nameless.address,
            after="its name is not known, so it cannot be looked for",
        ),
        Change(Kind.UNTOLD, ID, after="one of its type is declared with a name that is not known"),
    )


def test_what_azurerm_has_no_word_for_here_is_not_said_to_be_undeclared():
    there = live("bastion", "/s/bastionHosts/bastion", type_="azapi_resource")
    (found,) = changes(estate(), there)
    assert (found.kind, found.after) == (
        Kind.UNTOLD,
        "it is read in Azure's words, and may be declared in azurerm's",
    )


@pytest.mark.parametrize(
    ("where", "hidden"),
    [
        ("/subscriptions/s", True),
        ("azurerm_storage_account.of_something", True),
        (f"{ID}/blobServices/default", True),
        ("/subscriptions/s/resourceGroups/other/providers/Microsoft.Storage/x/stother", False),
        ("azuread_group.directory", False),
    ],
)
def test_what_a_subscription_did_not_let_us_read_is_not_said_to_be_missing(where, hidden):
    there = Estate((), "azure:s", "live", (Gap(where, "HTTP 403"),))
    (found,) = changes(estate(account(name="stshop")), there)
    assert (found.kind is Kind.UNTOLD) is hidden


def test_what_has_no_name_is_known_by_what_it_ties_together():
    tied = "azurerm_sentinel_log_analytics_workspace_onboarding"
    workspaces = [
        resource(f"azurerm_log_analytics_workspace.{n}", name=f"log-{n}") for n in ("a", "b")
    ]
    declared = estate(
        *workspaces,
        *(
            resource(f"{tied}.{w.name}", workspace_id=id_of(w.address), customer=False)
            for w in workspaces
        ),
    )
    there = [
        live(f"log-{n}", f"/s/log-{n}", type_="azurerm_log_analytics_workspace").resources[0]
        for n in ("a", "b")
    ]
    onboarded = live(
        "default", "/s/log-b/o", type_=tied, workspace_id="/s/log-b", customer=True
    ).resources[0]
    found = changes(declared, Estate((*there, onboarded), "azure:s", "live"))
    assert [(c.kind.value, c.address, c.attribute) for c in found] == [
        ("removed", f"{tied}.a", ""),
        ("changed", f"{tied}.b", "customer"),
    ]


def test_two_readings_of_a_subscription_are_matched_by_id_in_any_case():
    found = changes(live(min_tls_version="TLS1_2"), live(id_=ID.upper(), min_tls_version="TLS1_0"))
    assert [(c.attribute, c.after) for c in found] == [("min_tls_version", '"TLS1_0"')]


# --- properties -----------------------------------------------------------------------------

SCALARS = st.one_of(
    st.sampled_from(["", "a", "b", "1", "true", '{"a": 1}']), st.integers(0, 2), st.booleans()
)
VALUES = st.one_of(
    st.builds(Known, SCALARS, st.booleans()),
    st.builds(Known, st.lists(SCALARS, max_size=3).map(tuple)),
    st.builds(Omitted, SCALARS, st.just("default")),
    st.just(Omitted()),
    st.builds(Reference, st.sampled_from(["azurerm_x.y", "azurerm_x.z"]), st.just("id")),
    st.builds(Unresolvable, st.just("why")),
)
NAMES = st.sampled_from(["name", "a", "b", "tags"])
BLOCKS = st.recursive(
    st.builds(Block, st.dictionaries(NAMES, VALUES, max_size=3)),
    lambda inner: st.builds(
        Block,
        st.dictionaries(NAMES, VALUES | inner | st.lists(inner, max_size=3).map(tuple), max_size=3),
    ),
    max_leaves=6,
)


@st.composite
def estates(draw, reader=None):
    names = draw(st.sets(st.sampled_from("abcd"), max_size=4))
    made = tuple(
        resource(f"azurerm_storage_account.{name}", **draw(BLOCKS).values) for name in sorted(names)
    )
    how = reader or draw(st.sampled_from(["hcl", "plan", "live"]))
    return Estate(made, "made up", how)


@given(estates())
def test_an_estate_has_not_changed_from_itself(one):
    assert changes(one, one) == ()


SWAPPED = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}


def told(found, *, swapped=False):
    """What is said, without the numbers of like blocks, in an order of its own."""
    return sorted(
        (
            SWAPPED.get(c.kind, c.kind) if swapped else c.kind,
            c.address,
            "".join(letter for letter in c.attribute if not letter.isdigit()),
            *((c.after, c.before) if swapped and c.kind is Kind.CHANGED else (c.before, c.after)),
        )
        for c in found
    )


@given(estates(), estates())
def test_swapping_the_estates_swaps_what_is_said(one, other):
    assert told(changes(one, other)) == told(changes(other, one), swapped=True)


@given(estates(), estates())
def test_a_sensitive_value_is_never_told(one, other):
    def marked(found):
        values = {
            name: Known("hunter2", sensitive=True)
            if isinstance(node, Known) and node.sensitive
            else node
            for name, node in found.body.values.items()
        }
        return type(found)(
            found.address, found.type, found.name, Block(values), found.origin, found.provider
        )

    hidden = [Estate(tuple(map(marked, e.resources)), e.source, e.reader) for e in (one, other)]
    assert "hunter2" not in repr(changes(*hidden))
