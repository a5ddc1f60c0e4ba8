import pytest

from simulator.estate.errors import EstateError
from simulator.estate.model import Known, Omitted
from tests.estate.azure.arm_server import Fault
from tests.estate.azure.shop import (
    ACCOUNT,
    GROUP,
    OWNER,
    ROOT,
    SHOP,
    SITE,
    SUB,
    VAULT,
    VAULT_REFERENCE,
    WORKSPACE,
    diagnostic,
    ids,
    read,
    resource,
)


def one(resources, id_):
    (found,) = [r for r in resources if r.address == id_]
    return found


def gaps_at(gaps, where):
    return [gap.why for gap in gaps if gap.where == where]


def test_everything_that_exists_is_found_once_and_in_order(serve):
    resources, gaps = read(serve(SHOP))
    expected = {*(r["id"] for r in SHOP), ROOT, GROUP, f"{SITE}/config/connectionstrings"}
    assert ids(resources) == sorted(expected, key=str.casefold)
    assert [gap.where for gap in gaps] == ["azurerm_key_vault_certificate.keys"]


def test_a_resource_has_its_parts_in_arms_words(serve):
    resources, _ = read(serve(SHOP))
    account = one(resources, ACCOUNT)
    assert account.type == "Microsoft.Storage/storageAccounts"
    assert (account.name, account.parent, account.id) == (
        Known("orders"),
        Known(GROUP),
        Known(ACCOUNT),
    )
    assert account.body.get("properties.allowBlobPublicAccess") == Known(False)
    assert account.body.get("kind") == Known("StorageV2")
    assert account.body.get("id") == Omitted()
    assert str(account.origin) == f"azure:{SUB}"
    container = one(resources, f"{ACCOUNT}/blobServices/default/containers/logos")
    assert container.parent == Known(f"{ACCOUNT}/blobServices/default")
    setting = one(resources, diagnostic(f"{ACCOUNT}/blobServices/default")["id"])
    assert setting.parent == Known(f"{ACCOUNT}/blobServices/default")
    assert one(resources, ROOT).parent == Omitted()


def test_types_are_spelled_alike_however_azure_spells_them(serve):
    odd = resource(f"{GROUP}/providers/microsoft.insights/actiongroups/people")
    resources, _ = read(serve([odd]))
    assert one(resources, odd["id"]).type == "Microsoft.Insights/actionGroups"


def test_what_a_list_leaves_out_is_asked_for(serve):
    resources, _ = read(serve(SHOP))
    assert one(resources, f"{VAULT}/keys/cmk").body.get("properties.rotationPolicy.x") == Known(1)


def test_the_role_that_an_assignment_gives_is_read_too(serve):
    resources, _ = read(serve(SHOP))
    assert one(resources, OWNER).body.get("properties.roleName") == Known("Owner")


def test_settings_never_show_themselves_but_for_vault_references(serve):
    resources, _ = read(serve(SHOP))
    settings = one(resources, f"{SITE}/config/appsettings").body
    assert settings.get("properties.DB") == Known(VAULT_REFERENCE)
    stripe = settings.get("properties.STRIPE")
    assert isinstance(stripe, Known)
    assert stripe.sensitive
    assert "hunter2" not in repr(resources)


def test_a_container_without_an_immutability_policy_is_not_asked_for_one(serve):
    server = serve(SHOP)
    read(server)
    asked = [p for p in server.paths() if p.endswith("/immutabilityPolicies/default")]
    assert sorted(p.split("/")[-3] for p in asked) == ["invoices", "logos"]


def test_a_workspace_without_sentinel_has_no_rules_and_that_is_no_gap(serve):
    server = serve([resource(WORKSPACE)])
    resources, gaps = read(server)
    assert not [r for r in resources if "SecurityInsights" in r.type]
    assert not [gap for gap in gaps if "SecurityInsights" in gap.where]
    assert not [path for path in server.paths() if path.endswith("alertRules")]


def test_only_reads_are_sent(serve):
    server = serve(SHOP)
    read(server)
    assert {request.method for request in server.requests} == {"GET", "POST"}
    assert sorted(server.paths("POST")) == [
        f"{SITE}/config/appsettings/list",
        f"{SITE}/config/connectionstrings/list",
    ]


def test_a_provider_that_is_not_registered_stays_so(serve):
    fault = Fault("pricings$", 409, "MissingSubscriptionRegistration", "namespace 'A.B'")
    server = serve(SHOP, faults=[fault])
    _, gaps = read(server)
    assert not [path for path in server.paths("POST") if path.endswith("/register")]
    assert not [gap for gap in gaps if "pricings" in gap.where]


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AuthorizationFailed"), (404, "Gone"), (405, "NotAllowed"), (409, "ScopeLocked")],
)
def test_a_part_that_is_refused_is_a_gap_and_the_rest_goes_on(serve, status, code):
    message = "does not have authorization to perform action 'Microsoft.Storage/x/read' over"
    fault = Fault("blobServices/default/containers$", status, code, message)
    resources, gaps = read(serve(SHOP, faults=[fault]))
    (why,) = gaps_at(gaps, f"{ACCOUNT}/blobServices/default/containers")
    assert f"HTTP {status} {code}" in why
    assert ("permission Microsoft.Storage/x/read (role Reader)" in why) is (status == 403)
    assert one(resources, f"{ACCOUNT}/blobServices/default")


def test_a_resource_that_is_listed_but_cannot_be_read_is_a_gap(serve):
    resources, gaps = read(serve(SHOP, faults=[Fault("vaults/keys$", 404, "ResourceNotFound")]))
    assert VAULT not in ids(resources)
    assert gaps_at(gaps, VAULT)


@pytest.mark.parametrize(
    ("code", "message", "missing"),
    [
        ("ResourceTypeNotSupported", "", False),
        ("BadRequest", "The resource type 'a/b' does not support diagnostic settings.", False),
        ("BadRequest", "Resource provider not supported: a", False),
        ("BadRequest", "The request is bad.", True),
    ],
)
def test_a_resource_without_diagnostic_settings_is_no_gap(serve, code, message, missing):
    fault = Fault("vaults/keys/providers/Microsoft.Insights", 400, code, message)
    _, gaps = read(serve(SHOP, faults=[fault]))
    assert any("diagnosticSettings" in gap.where for gap in gaps) is missing


def test_a_list_without_an_envelope_is_a_list(serve):
    contact = b'[{"id": "%s/providers/Microsoft.Security/securityContacts/x"}]' % ROOT.encode()
    resources, _ = read(serve(SHOP, faults=[Fault("securityContacts$", 200, raw=contact)]))
    assert one(resources, f"{ROOT}/providers/Microsoft.Security/securityContacts/x")


@pytest.mark.parametrize(
    ("id_", "body", "part", "asked"),
    [
        ("Microsoft.Sql/servers/s/databases/master", {"kind": "v12.0,system"}, "trans", False),
        ("Microsoft.Sql/servers/s/databases/db", {"kind": "v12.0,user"}, "transparent", True),
        ("Microsoft.ServiceBus/namespaces/b", {"sku": {"name": "Basic"}}, "topics", False),
        ("Microsoft.ServiceBus/namespaces/b", {"sku": {"name": "Premium"}}, "topics", True),
        ("Microsoft.Cdn/profiles/c", {"sku": {"name": "Standard_Microsoft"}}, "afd", False),
        ("Microsoft.Cdn/profiles/c", {"sku": {"name": "Premium_AzureFrontDoor"}}, "afd", True),
    ],
)
def test_what_a_resource_cannot_have_is_not_asked_for(serve, id_, body, part, asked):
    server = serve([{**resource(f"{GROUP}/providers/{id_}"), **body}])
    read(server)
    assert any(path.startswith(f"{GROUP}/providers/{id_}/{part}") for path in server.paths()) is (
        asked
    )


def test_settings_need_more_than_reader_and_the_gap_says_so(serve):
    fault = Fault("appsettings/list$", 403, "AuthorizationFailed", "no")
    _, gaps = read(serve(SHOP, faults=[fault]))
    (why,) = gaps_at(gaps, "azurerm_linux_web_app.front")
    assert f"{SITE}/config/appsettings" in why
    assert "Microsoft.Web/sites/config/list/action, which Reader does not have" in why


def test_the_directorys_log_settings_may_be_forbidden_to_us(serve):
    for status in (401, 403):
        _, gaps = read(serve(SHOP, faults=[Fault("microsoft.aadiam", status, "Forbidden")]))
        (why,) = gaps_at(gaps, f"azurerm_monitor_aad_diagnostic_setting.{SUB}")
        assert f"HTTP {status}" in why


def test_passing_faults_leave_no_trace(serve, waits):
    faults = [
        Fault("/resources$", 429, "TooManyRequests", headers={"Retry-After": "7"}, times=2),
        Fault("vaults/keys$", 500, times=1),
        Fault("sites/front$", reset=True, times=1),
        Fault("appsettings/list$", 429, "TooManyRequests", headers={"Retry-After": "3"}, times=1),
        Fault("appsettings/list$", reset=True, times=1),
    ]
    quiet, loud = read(serve(SHOP)), read(serve(SHOP, faults=faults))
    assert quiet == loud
    assert waits.count(7.0) == 2
    assert waits.count(3.0) == 1


def test_lasting_faults_are_gaps(serve, waits):
    faults = [
        Fault("vaults/keys$", 503, "ServiceUnavailable"),
        Fault("sites/front$", reset=True),
        Fault("workspaces/logs$", 200, raw=b'{"id": "cut o'),
        Fault("blobServices/default$", 200, raw=b"[]"),
        Fault("containers$", 200, raw=b'{"value": "no list"}'),
    ]
    _, gaps = read(serve(SHOP, faults=faults))
    assert "HTTP 503" in gaps_at(gaps, VAULT)[0]
    assert "no answer" in gaps_at(gaps, SITE)[0]
    assert gaps_at(gaps, WORKSPACE) == ["not readable: the answer is no JSON object"]
    assert gaps_at(gaps, f"{ACCOUNT}/blobServices/default")
    assert waits


def test_a_version_that_the_cloud_does_not_have_falls_back_to_its_newest_stable_one(serve):
    versions = {"Microsoft.KeyVault/vaults": ["2019-09-01", "2018-02-14", "2021-01-01-preview"]}
    server = serve(SHOP, versions=versions)
    resources, _ = read(server)
    assert one(resources, VAULT)
    asked = [r.query["api-version"] for r in server.requests if r.path == VAULT]
    assert asked == ["2023-07-01", "2019-09-01"]


def test_a_type_nobody_knows_here_is_read_with_its_newest_stable_version(serve):
    bar = resource(f"{GROUP}/providers/Contoso.Foo/bars/b", depth=3)
    versions = {"Contoso.Foo/bars": ["2025-01-01-preview", "2024-06-01", "2023-01-01"]}
    server = serve([bar], versions=versions)
    resources, gaps = read(server)
    assert one(resources, bar["id"]).body.get("properties.depth") == Known(3)
    assert {r.query["api-version"] for r in server.requests if r.path == bar["id"]} == {
        "2024-06-01"
    }
    assert gaps == ()


def test_without_the_list_of_providers_an_unknown_type_is_a_gap(serve):
    bar = resource(f"{GROUP}/providers/Contoso.Foo/bars/b")
    _, gaps = read(serve([bar], faults=[Fault(f"{ROOT}/providers$", 403, "AuthorizationFailed")]))
    assert "no API version" in gaps_at(gaps, bar["id"])[0]
    assert gaps_at(gaps, f"{ROOT}/providers")


@pytest.mark.parametrize(
    ("rights", "whole"),
    [
        ([{"actions": ["*/read"], "notActions": []}], True),
        ([{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/Write"]}], True),
        ([{"actions": ["*"], "notActions": ["Microsoft.Sql/*"]}], False),
        ([{"actions": ["Microsoft.Storage/*/read"]}], False),
        ([], False),
    ],
)
def test_what_the_callers_roles_do_not_reach_is_a_gap(serve, rights, whole):
    _, gaps = read(serve(SHOP, rights=rights))
    assert bool(gaps_at(gaps, ROOT)) is not whole


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(f"{ROOT}$", 404, "SubscriptionNotFound"), "az account list"),
        (Fault(f"{ROOT}$", 403, "AuthorizationFailed"), "role Reader"),
        (Fault("/resources$", 403, "AuthorizationFailed"), "role Reader"),
        (Fault("/resources$", 500), "cannot be listed: HTTP 500"),
        (Fault("/resources$", 200, raw=b'{"value": [{"name": "x"}]}'), "no id"),
        (Fault("/resources$", reset=True), "did not answer"),
        (Fault(f"{ROOT}$", 401, "InvalidAuthenticationTokenTenant", "wrong tenant"), "az login"),
        (Fault("vaults/keys$", 401, "ExpiredAuthenticationToken", "expired"), "az login"),
    ],
)
@pytest.mark.usefixtures("waits")
def test_where_nothing_can_be_read_the_error_says_what_to_do(serve, fault, words):
    with pytest.raises(EstateError, match=words):
        read(serve(SHOP, faults=[fault]))


def test_pages_are_followed_to_the_end_and_not_to_other_hosts(serve):
    many = [resource(f"{ACCOUNT}/blobServices/default/containers/c{n}") for n in range(25)]
    resources, _ = read(serve([*SHOP, *many], page=3))
    assert len([r for r in resources if "/containers/c" in r.address]) == 25
    for link in (
        "https://evil.example/x?api-version=1",
        "https://127.0.0.1:x/",
        "http://127.0.0.1",
    ):
        body = b'{"value": [], "nextLink": "%s"}' % link.encode()
        _, gaps = read(serve(SHOP, faults=[Fault("containers$", 200, raw=body)]))
        assert "another host" in gaps_at(gaps, f"{ACCOUNT}/blobServices/default/containers")[0]


def test_pages_in_a_circle_end(serve):
    server = serve(SHOP)
    url = f"{server.endpoint}{ACCOUNT}/blobServices/default/containers?api-version=2023-05-01"
    server.faults.append(
        Fault("containers$", 200, raw=b'{"value":[],"nextLink":"%s"}' % url.encode())
    )
    _, gaps = read(server)
    assert "circle" in gaps_at(gaps, f"{ACCOUNT}/blobServices/default/containers")[0]


def test_progress_counts_up_to_all_of_them(serve):
    lines: list[str] = []
    read(serve(SHOP), lines.append)
    assert lines[0] == f"reading azure:{SUB}: listing its resources"
    counts = [line.split(": ")[1] for line in lines[1:]]
    rounds = [line for line in counts if line.split(" ")[0] == line.split(" ")[2]]
    assert rounds[0].endswith("resources")
    assert len(rounds) >= 3
    assert len(lines) < 1 + 21 * len(rounds)


def test_an_odd_name_is_asked_for_as_it_is(serve):
    odd = resource(f"{GROUP}/providers/Microsoft.OperationsManagement/solutions/Insights(a b)%#é")
    resources, gaps = read(serve([odd]))
    assert odd["id"] in ids(resources)
    assert gaps == ()
