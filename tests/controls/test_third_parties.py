import pytest

from simulator.controls.registry import assess as whole
from simulator.controls.third_parties.control import RESP_12
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap, Known, Reference
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    block,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
IN = {"api_management_name": "apim"}
TOKEN = (
    '<validate-azure-ad-token tenant-id="8c2f4e61-7d3b-4a90-b5e8-1f6a92d70c34">'
    "<audiences><audience>api://shop</audience></audiences></validate-azure-ad-token>"
)
LIMITS = '<rate-limit calls="60" renewal-period="60"/><quota calls="9" renewal-period="86400"/>'
A = "azurerm_api_management_api.a"
X = "azurerm_api_management_api_policy.x"
P = "azurerm_api_management_product.p"
S = "azurerm_api_management_subscription.s"
GATEWAY = normalise(
    resource("azurerm_api_management.g", name="apim", virtual_network_type="Internal")
)


def api(**values):
    return normalise(resource(A, **{"name": "orders"} | IN | values))


def policy(inbound, **values):
    text = f"<policies><inbound>{inbound}</inbound></policies>"
    return resource(X, **{"api_name": "orders", "xml_content": text} | IN | values)


def product(**values):
    given = {"published": True, "approval_required": True, "subscriptions_limit": 1}
    return normalise(resource(P, **{"product_id": "gold"} | IN | given | values))


def subscription(**values):
    given = {"product_id": id_of(P), "state": "active", "allow_tracing": False}
    return normalise(resource(S, **IN | given | values))


LINK = resource("azurerm_api_management_product_api.l", product_id="gold", api_name="orders", **IN)


def shop(inbound=TOKEN + LIMITS, *, gateway=GATEWAY, of=None, more=()):
    parts = {"api": api(), "product": product(), "subscription": subscription()} | (of or {})
    return estate(gateway, *parts.values(), LINK, policy(inbound), *more)


def assess(*args, **values):
    return RESP_12.assess(shop(*args, **values))


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_partners_that_are_known_and_limited_pass(reader):
    verdict = RESP_12.assess(declared("RESP-12", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED
    called = "azurerm_api_management_backend.courier (it calls api.redwood-courier.example, "
    assert any(text.startswith(called) for text in verdict.looked_at)


@READERS
def test_an_estate_with_every_gap_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = RESP_12.assess(declared("RESP-12", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    gateway = "azurerm_api_management"
    apis = {
        (f'{gateway}_api.shop["{name}"]', f"inbound.{what}")
        for name in ("bare", "weak", "dropped")
        for what in ("rate-limit", "quota")
    }
    assert wrong(verdict) == apis | {
        (f'{gateway}_api.shop["bare"]', "inbound.validate-jwt"),
        (f"{gateway}_api_policy.weak", "inbound.validate-jwt"),
        (f"{gateway}_api_policy.weak", "inbound.ip-filter"),
        (f"{gateway}_api_policy.dropped", "inbound.base"),
        (f"{gateway}.open", "tenant_access.enabled"),
        (f"{gateway}.open", "public_network_access_enabled"),
        (f"{gateway}_product.partners", "approval_required"),
        (f"{gateway}_product.partners", "subscriptions_limit"),
        (f"{gateway}_subscription.everything", "product_id"),
        (f"{gateway}_subscription.everything", "allow_tracing"),
        (f"{gateway}_named_value.courier_key", "value"),
        (f"{gateway}_backend.courier", "url"),
        (f"{gateway}_backend.courier", "tls.validate_certificate_name"),
        (f"{gateway}_diagnostic.monitor", "frontend_response.body_bytes"),
        ("azurerm_role_assignment.courier", "scope"),
        ("azurerm_storage_account_local_user.vendor", "permission_scope"),
        ("azurerm_postgresql_flexible_server_firewall_rule.reseller", "start_ip_address"),
    }


@READERS
def test_an_estate_without_third_parties_is_not_applicable(reader):
    verdict = RESP_12.assess(declared("RESP-12", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_api_management" in verdict.looked_at


def test_a_finding_says_what_is_missing_on_which_way():
    (finding,) = assess(LIMITS).findings
    assert (finding.address, finding.attribute) == (A, "inbound.validate-jwt")
    assert finding.actual == f"none on a call through {P}"
    assert "7123(c)(15)" in finding.why
    assert finding.severity is Severity.HIGH
    assert "\n" not in finding.remedy


def test_no_secret_of_a_partner_is_told():
    named = "azurerm_api_management_named_value.k"
    key = resource(named, secret=True, value=Known("hunter2-hunter2", sensitive=True), **IN)
    (finding,) = RESP_12.assess(estate(key)).findings
    assert "hunter2" not in str(finding)


# --- who calls ----------------------------------------------------------------------------------

CONFIG = '<openid-config url="https://x.example/c"/>'
CERT, CODE = "validate-client-certificate", "failed-validation-httpcode"
CLAIMS = "<required-claims><claim name='c'/></required-claims>"
IDENTITIES = "<identities><identity thumbprint='x'/></identities>"
CLIENTS = "<client-application-ids><application-id>x</application-id></client-application-ids>"
AUDIENCE = "<audiences><audience>a</audience></audiences>"
OWN = (
    '<choose><when condition="@(context.Request.Certificate == null || '
    '!context.Request.Certificate.Verify())"><return-response>'
    '<set-status code="403" reason="no"/></return-response></when></choose>'
)


@pytest.mark.parametrize(
    "check",
    [
        TOKEN,
        f'<validate-jwt header-name="Authorization">{CONFIG}{AUDIENCE}</validate-jwt>',
        f"<validate-jwt>{CONFIG}{CLAIMS}</validate-jwt>",
        f'<validate-jwt failed-validation-httpcode="403">{CONFIG}{AUDIENCE}</validate-jwt>',
        f"<validate-jwt><issuer-signing-keys/>{AUDIENCE}</validate-jwt>",
        f'<validate-azure-ad-token tenant-id="common">{CLIENTS}</validate-azure-ad-token>',
        f"<validate-client-certificate>{IDENTITIES}</validate-client-certificate>",
        OWN,
    ],
)
def test_a_caller_proves_who_it_is(check):
    assert assess(check + LIMITS).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (f'<validate-jwt {CODE}="200">{CONFIG}{AUDIENCE}</validate-jwt>', "jwt"),
        (f"<validate-jwt>{AUDIENCE}</validate-jwt>", "jwt"),
        (f"<validate-jwt>{CONFIG}</validate-jwt>", "jwt"),
        (f"<validate-jwt>{CONFIG}<audiences/></validate-jwt>", "jwt"),
        (f'<validate-jwt require-signed-tokens="false">{CONFIG}{AUDIENCE}</validate-jwt>', "jwt"),
        (f'<validate-jwt require-expiration-time="False">{CONFIG}{AUDIENCE}</validate-jwt>', "jwt"),
        ("<validate-azure-ad-token/>", "azure-ad-token"),
        ("<validate-azure-ad-token tenant-id='t'/>", "azure-ad-token"),
        (f"<validate-azure-ad-token tenant-id='common'>{AUDIENCE}</validate-azure-ad-token>",
         "azure-ad-token"),
        ("<validate-client-certificate/>", "client-certificate"),
        (f"<{CERT} ignore-error='true'>{IDENTITIES}</{CERT}>", "client-certificate"),
    ],
)  # fmt: skip
def test_a_check_that_lets_others_by_is_none(check, name):
    assert wrong(assess(check + LIMITS)) == {(X, f"inbound.validate-{name}")}
    assert assess(check + TOKEN + LIMITS).outcome is Outcome.PASSED


def test_false_negative_a_check_in_a_fragment_is_read_and_may_be_none():
    def included(inside):
        text = f"<fragment>{inside}</fragment>"
        part = resource("azurerm_api_management_policy_fragment.f", name="who", value=text,
                        api_management_id=id_of(GATEWAY.address))  # fmt: skip
        return assess('<include-fragment fragment-id="who"/>' + LIMITS, more=(part,))

    assert included(TOKEN).outcome is Outcome.PASSED
    assert wrong(included("<set-variable/>")) == {(A, "inbound.validate-jwt")}
    assert assess('<include-fragment fragment-id="who"/>' + LIMITS).outcome is Outcome.UNKNOWN


def test_false_positive_a_certificate_that_the_gateway_asks_for_has_to_be_looked_at_too():
    """``negotiate_client_certificate`` asks for one; only a policy refuses a caller without."""
    proxy = [{"host_name": "api.shop.co", "negotiate_client_certificate": True}]
    asking = normalise(
        resource(GATEWAY.address, name="apim", virtual_network_type="Internal",
                 hostname_configuration=[{"proxy": proxy}])
    )  # fmt: skip
    assert wrong(assess(LIMITS, gateway=asking)) == {(A, "inbound.validate-jwt")}
    assert assess(OWN + LIMITS, gateway=asking).outcome is Outcome.PASSED


def test_what_an_api_tells_the_developer_portal_checks_nothing():
    """``oauth2_authorization`` is for the portal's console; no call is refused for it."""
    told = api(oauth2_authorization=[{"authorization_server_name": "entra"}])
    assert wrong(assess(LIMITS, of={"api": told})) == {(A, "inbound.validate-jwt")}


def test_a_check_under_a_condition_is_not_known_to_happen():
    under = f"<choose><when condition='@(x)'>{TOKEN}</when></choose>{LIMITS}"
    verdict = assess(under)
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {(A, "inbound.validate-jwt")}


def test_a_check_of_the_outbound_section_comes_too_late():
    text = f"<policies><inbound>{LIMITS}</inbound><outbound>{TOKEN}</outbound></policies>"
    late = policy("", xml_content=text)
    found = RESP_12.assess(estate(GATEWAY, api(), product(), LINK, late))
    assert wrong(found) == {(A, "inbound.validate-jwt")}


def test_an_operation_that_drops_the_checks_is_told_itself():
    operation = "azurerm_api_management_api_operation_policy.o"
    values = {"api_name": "orders", "operation_id": "get"} | IN
    text = "<policies><inbound>{}</inbound></policies>"
    drops = resource(operation, xml_content=text.format("<set-variable/>"), **values)
    assert wrong(assess(more=(drops,))) == {(operation, "inbound.base")}
    keeps = resource(operation, xml_content=text.format("<base/>"), **values)
    assert assess(more=(keeps,)).outcome is Outcome.PASSED


# --- how much -----------------------------------------------------------------------------------


def test_a_call_is_limited():
    assert wrong(assess(TOKEN)) == {(A, "inbound.rate-limit"), (A, "inbound.quota")}
    by_key = (
        '<rate-limit-by-key calls="1" counter-key="@(context.Request.IpAddress)"/>'
        '<quota-by-key calls="1" renewal-period="9" counter-key="k"/>'
    )
    assert assess(TOKEN + by_key).outcome is Outcome.PASSED


def test_limits_by_subscription_do_nothing_without_a_key():
    open_ = api(subscription_required=False)
    found = assess(of={"api": open_})
    assert wrong(found) == {(A, "inbound.rate-limit-by-key"), (A, "inbound.quota-by-key")}
    unknown = api(subscription_required=SOMETHING)
    assert assess(TOKEN, of={"api": unknown}).outcome is Outcome.FAILED
    assert assess(of={"api": unknown}).outcome is Outcome.UNKNOWN
    counted = '<rate-limit-by-key counter-key="k"/><quota-by-key counter-key="k"/>'
    assert assess(TOKEN + counted, of={"api": unknown}).outcome is Outcome.PASSED
    assert RESP_12.assess(estate(GATEWAY, unknown)).outcome is Outcome.UNKNOWN


def test_a_gateway_on_which_nothing_is_published_is_not_what_this_is_about():
    bare = RESP_12.assess(estate(GATEWAY))
    assert bare.outcome is Outcome.NOT_APPLICABLE
    assert "azurerm_api_management_api" in bare.looked_at
    managed = GATEWAY.body.values | {"tenant_access": [{"enabled": True}]}
    assert RESP_12.assess(estate(resource(G, **managed))).outcome is Outcome.FAILED


def test_an_api_of_which_nobody_has_a_key_is_closed():
    alone = RESP_12.assess(estate(GATEWAY, api()))
    assert alone.outcome is Outcome.PASSED
    to_it = subscription(product_id=None, api_id=id_of(A))
    found = RESP_12.assess(estate(GATEWAY, api(), to_it))
    assert (A, "inbound.validate-jwt") in wrong(found)


# --- from where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "good"),
    [
        ("<address>203.0.113.7</address>", True),
        ("<address-range from='203.0.113.0' to='203.0.113.255'/>", True),
        ("<address-range from='0.0.0.0' to='255.255.255.255'/>", False),
        ("<address-range from='0.0.0.1' to='126.0.0.0'/>", False),
        ("<address>0.0.0.0/0</address>", False),
        ("<address>@(x)</address>", True),
    ],
)
def test_an_allow_list_is_a_list(inside, good):
    found = assess(f'<ip-filter action="allow">{inside}</ip-filter>{TOKEN}{LIMITS}')
    assert wrong(found) == (set() if good else {(X, "inbound.ip-filter")})
    forbidden = assess(f'<ip-filter action="forbid">{inside}</ip-filter>{TOKEN}{LIMITS}')
    assert forbidden.outcome is Outcome.PASSED


G = GATEWAY.address
PUBLIC = {(G, "public_network_access_enabled")}


@pytest.mark.parametrize(
    ("values", "inbound", "expected"),
    [
        ({}, "", PUBLIC),
        ({"virtual_network_type": "External"}, "", PUBLIC),
        ({"virtual_network_type": "Internal"}, "", set()),
        ({"public_network_access_enabled": False}, "", set()),
        ({}, '<ip-filter action="allow"><address>203.0.113.7</address></ip-filter>', set()),
        ({}, '<ip-filter action="forbid"><address>203.0.113.7</address></ip-filter>', PUBLIC),
        ({}, '<check-header name="X-Azure-FDID"><value>x</value></check-header>', set()),
        ({}, '<check-header name="X-Other"><value>x</value></check-header>', PUBLIC),
        ({}, OWN, set()),
    ],
)
def test_strangers_do_not_reach_the_gateway(values, inbound, expected):
    gateway = normalise(resource(G, name="apim", **values))
    assert wrong(assess(inbound + TOKEN + LIMITS, gateway=gateway)) == expected


def test_a_public_gateway_without_apis_has_nothing_to_give():
    other = normalise(resource("azurerm_api_management.other", name="apim-eu"))
    assert assess(more=(other,)).outcome is Outcome.PASSED


def test_a_gateway_of_unknown_network_is_unknown():
    gateway = normalise(resource(G, name="apim", virtual_network_type=SOMETHING))
    assert wrong(assess(gateway=gateway), unknown=True) == PUBLIC


def test_the_key_of_the_management_api_is_off():
    on = resource(
        G, name="apim", virtual_network_type="Internal", tenant_access=[{"enabled": True}]
    )
    assert wrong(assess(gateway=on)) == {(G, "tenant_access.enabled")}


# --- one partner, one key -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ({}, set()),
        ({"approval_required": False}, {"approval_required"}),
        ({"subscriptions_limit": None}, {"subscriptions_limit"}),
        ({"subscriptions_limit": 0}, {"subscriptions_limit"}),
        ({"published": False, "approval_required": False}, set()),
    ],
)
def test_a_product_is_given_by_somebody_and_so_many_times(values, attributes):
    found = assess(of={"product": product(**values)})
    assert wrong(found) == {(P, attribute) for attribute in attributes}


def test_a_product_without_keys_is_for_everybody():
    found = assess(of={"product": product(subscription_required=False, approval_required=False)})
    assert (P, "subscription_required") in wrong(found)
    assert (P, "approval_required") not in wrong(found)


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ({}, set()),
        ({"product_id": None, "api_id": id_of(A)}, set()),
        ({"product_id": None}, {"product_id"}),
        ({"allow_tracing": True}, {"allow_tracing"}),
        ({"allow_tracing": True, "state": "suspended"}, set()),
    ],
)
def test_a_subscription_is_to_one_thing_and_shows_nothing_else(values, attributes):
    found = assess(of={"subscription": subscription(**values)})
    assert wrong(found) == {(S, attribute) for attribute in attributes}


def test_tracing_is_allowed_unless_it_is_not():
    bare = normalise(resource(S, product_id=id_of(P), state="active", **IN))
    (finding,) = assess(of={"subscription": bare}).findings
    assert (finding.attribute, finding.default) == ("allow_tracing", "azurerm 4.x default")


@pytest.mark.parametrize(
    ("values", "bad"),
    [
        ({"secret": True, "value": "fake"}, True),
        ({"secret": True, "value": SOMETHING}, True),
        ({"secret": False, "value": "https://x"}, False),
        ({"secret": True}, False),
        ({"secret": True, "value": None}, False),
        ({"secret": True, "value_from_key_vault": [{"secret_id": "x"}]}, False),
    ],
)
def test_a_secret_is_in_a_vault(values, bad):
    named = resource("azurerm_api_management_named_value.k", name="k", **IN | values)
    assert (RESP_12.assess(estate(named)).outcome is Outcome.FAILED) is bad


# --- what goes out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "attributes"),
    [
        ({"url": "https://api.partner.example"}, set()),
        ({"url": "http://api.partner.example"}, {"url"}),
        ({"url": "HTTP://api.partner.example"}, {"url"}),
        ({"url": "http://app.azurewebsites.net"}, set()),  # of Azure: DATA-03 judges those
        ({"url": "https://a.partner.example", "tls": [{"validate_certificate_chain": False}]},
         {"tls.validate_certificate_chain"}),
    ],
)  # fmt: skip
def test_a_third_party_is_called_over_tls_and_looked_at(values, attributes):
    kind = "azurerm_api_management_backend.b"
    found = RESP_12.assess(estate(resource(kind, **IN | values)))
    assert wrong(found) == {(kind, attribute) for attribute in attributes}


def test_a_service_of_azure_is_no_third_party():
    kind, account = "azurerm_api_management_backend.b", "module.m.azurerm_cognitive_account.a"
    own = resource(kind, url=Reference(account, "endpoint"), **IN)
    other = resource(kind, url=Reference(account, "custom_subdomain_name"), **IN)
    assert (kind, "url") not in wrong(RESP_12.assess(estate(own)), unknown=True)
    assert (kind, "url") in wrong(RESP_12.assess(estate(other)), unknown=True)


def test_an_address_that_cannot_be_read_is_unknown():
    kind = "azurerm_api_management_backend.b"
    found = RESP_12.assess(estate(resource(kind, url=SOMETHING, **IN)))
    assert wrong(found, unknown=True) == {(kind, "url")}


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, Outcome.PASSED),
        (None, Outcome.PASSED),
        (1, Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_bodies_are_not_kept(size, expected):
    kind = "azurerm_api_management_api_diagnostic.d"
    kept = resource(kind, backend_response=[{"body_bytes": size}], **IN)
    assert RESP_12.assess(estate(kept)).outcome is expected


# --- past the gateway ---------------------------------------------------------------------------

ACCOUNT = resource("azurerm_storage_account.a", name="sta")
R = "azurerm_role_assignment"


def grant(name, role="Storage Blob Data Reader", **values):
    given = {"scope": id_of(ACCOUNT.address), "role_definition_name": role, "principal_id": "x"}
    return resource(f"{R}.{name}", **given | values)


@pytest.mark.parametrize(
    ("right", "expected"),
    [
        (grant("bookkeeper"), Outcome.FAILED),
        (grant("x", description="For our 3rd-party courier"), Outcome.FAILED),
        (grant("pipeline"), Outcome.NOT_APPLICABLE),
        (grant("courier", "Reader"), Outcome.PASSED),
        (grant("courier", SOMETHING), Outcome.UNKNOWN),
        (grant("courier", scope="/subscriptions/s"), Outcome.FAILED),
        (grant("courier", scope=SOMETHING), Outcome.UNKNOWN),
        (grant("courier", principal_id=id_of("azurerm_linux_web_app.courier", "x")),
         Outcome.NOT_APPLICABLE),
        (grant("x", principal_id=id_of("azuread_user.guest", "object_id")), Outcome.FAILED),
        (grant("x", principal_id=id_of("azuread_service_principal.crm", "object_id")),
         Outcome.FAILED),
        (grant("x", principal_id=id_of("azuread_service_principal.ms", "object_id")),
         Outcome.NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_a_third_party_holds_nothing_on_a_store_itself(right, expected):
    who = (
        resource("azurerm_linux_web_app.courier", name="courier"),
        resource("azuread_user.guest", user_principal_name="bob_x.example#EXT#@shop.example"),
        resource("azuread_service_principal.crm", application_tenant_id="not-ours"),
        resource(
            "azuread_service_principal.ms",
            application_tenant_id="F8cdef31-a31e-4b4a-93e4-5f571e91255a",
        ),
    )
    assert RESP_12.assess(estate(ACCOUNT, *who, right)).outcome is expected


SERVER = resource("azurerm_mssql_server.s", name="sql")


@pytest.mark.parametrize(
    ("name", "start", "end", "expected"),
    [
        ("bookkeeper", "203.0.113.0", "203.0.113.255", Outcome.FAILED),
        ("office", "203.0.113.0", "203.0.113.255", Outcome.NOT_APPLICABLE),
        ("partner-vpn", "203.0.113.0", "203.0.113.255", Outcome.FAILED),
        ("rule1", "203.0.113.0", "203.0.113.255", Outcome.UNKNOWN),
        ("azure", "0.0.0.0", "0.0.0.0", Outcome.NOT_APPLICABLE),
        ("rule1", "10.0.0.4", "10.0.0.9", Outcome.NOT_APPLICABLE),
        ("rule1", "0.0.0.0", "255.255.255.255", Outcome.UNKNOWN),
        ("rule1", SOMETHING, SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_a_third_party_does_not_reach_a_database_itself(name, start, end, expected):
    rule = resource(
        "azurerm_mssql_firewall_rule.r",
        name=name,
        server_id=id_of(SERVER.address),
        start_ip_address=start,
        end_ip_address=end,
    )
    assert RESP_12.assess(estate(SERVER, rule)).outcome is expected


def test_a_rule_on_a_closed_or_a_harmless_server_lets_nobody_in():
    rule = resource(
        "azurerm_mssql_firewall_rule.bookkeeper",
        server_id=id_of(SERVER.address),
        start_ip_address="203.0.113.0",
        end_ip_address="203.0.113.255",
    )
    for values in ({"public_network_access_enabled": False}, {"tags": {"pii": "false"}}):
        server = resource(SERVER.address, name="sql", **values)
        assert RESP_12.assess(estate(server, rule)).outcome is Outcome.NOT_APPLICABLE
    assert RESP_12.assess(estate(rule)).outcome is Outcome.FAILED  # a server of another estate


@pytest.mark.parametrize(
    ("name", "expected"), [("vendor", Outcome.FAILED), ("ops", Outcome.NOT_APPLICABLE)]
)
def test_a_partner_with_sftp_is_past_the_gateway(name, expected):
    user = resource(
        f"azurerm_storage_account_local_user.{name}", storage_account_id=id_of(ACCOUNT.address)
    )
    assert RESP_12.assess(estate(ACCOUNT, user)).outcome is expected
    plain = resource(ACCOUNT.address, name="sta", tags={"pii": "false"})
    assert RESP_12.assess(estate(plain, user)).outcome is Outcome.NOT_APPLICABLE


# --- what cannot be known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"xml_content": SOMETHING},
        {"xml_content": "<policies>"},
        {"xml_content": '<!DOCTYPE x [<!ENTITY a "b">]><policies/>'},
        {"xml_content": id_of("local_file.x")},
        {"xml_link": "https://x.example/p.xml"},
    ],
)
def test_a_policy_that_cannot_be_read_is_unknown_and_so_is_what_it_may_hold(values):
    unread = policy("", **values)
    verdict = RESP_12.assess(estate(GATEWAY, api(), product(), subscription(), LINK, unread))
    assert verdict.outcome is Outcome.UNKNOWN
    assert wrong(verdict, unknown=True) == {
        (X, "xml_content"),
        (A, "inbound.validate-jwt"),
        (A, "inbound.rate-limit"),
        (A, "inbound.quota"),
    }


def test_a_policy_of_nobody_knows_what_may_be_the_one():
    lost = policy(TOKEN + LIMITS, api_name=SOMETHING)
    verdict = RESP_12.assess(estate(GATEWAY, api(), product(), subscription(), LINK, lost))
    assert verdict.outcome is Outcome.UNKNOWN


def test_a_part_that_could_not_be_read_may_hold_the_policy():
    gaps = (Gap("module.policies", "not loaded"),)
    missing = estate(GATEWAY, api(), product(), subscription(), LINK, gaps=gaps)
    assert RESP_12.assess(missing).outcome is Outcome.UNKNOWN
    assert whole(RESP_12, estate(gaps=gaps)).outcome is Outcome.UNKNOWN


# --- spellings, and hostile names ---------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_version_of_the_provider(major):
    provider = azurerm(major)
    bare = normalise(resource(S, provider=provider, product_id=id_of(P), **IN))
    assert wrong(RESP_12.assess(estate(bare))) == {(S, "allow_tracing")}
    gateway = normalise(resource(G, provider=provider, name="apim"))
    assert wrong(assess(gateway=gateway)) == PUBLIC


def test_the_policy_that_a_gateway_of_azurerm_3_holds_itself():
    text = f"<policies><inbound>{TOKEN}{LIMITS}</inbound></policies>"
    old = normalise(
        resource(
            G,
            provider=azurerm(3),
            name="apim",
            virtual_network_type="Internal",
            policy=[block(xml_content=text)],
        )
    )
    held = estate(old, api(), product(), subscription(), LINK)
    assert RESP_12.assess(held).outcome is Outcome.PASSED


def test_a_gateway_made_with_azapi():
    kind = "Microsoft.ApiManagement/service"
    subscribed = resource(
        "azapi_resource.s",
        type=f"{kind}/subscriptions@2022-08-01",
        name="all",
        parent_id=id_of("azapi_resource.g"),
        body={"properties": {"displayName": "all", "scope": "/apis", "allowTracing": True}},
    )
    made = resource("azapi_resource.g", type=f"{kind}@2022-08-01", name="apim", body={})
    found = RESP_12.assess(from_azapi(made, subscribed))
    assert {(f.address, f.attribute) for f in found.findings} >= {
        ("azapi_resource.s", "allow_tracing"),
        ("azapi_resource.s", "product_id"),
    }


@pytest.mark.parametrize(
    "text",
    ['"', "<script>alert(1)</script>", "a\nb", "x" * 100_000, "${x}", "\u202e", "@(", "<!--", ""],
)
def test_hostile_texts_do_not_crash(text):
    hostile = (
        resource(G, name=text, virtual_network_type=text),
        api(name=text),
        policy(text, api_name=text),
        product(product_id=text, subscriptions_limit=text),
        subscription(product_id=text, state=text),
        LINK,
        resource("azurerm_api_management_backend.b", url=text),
        grant("courier", text, scope=text, principal_id=text, description=text),
        resource("azurerm_mssql_firewall_rule.r", name=text, start_ip_address=text),
    )
    assert RESP_12.assess(estate(*hostile)).outcome in {Outcome.FAILED, Outcome.UNKNOWN}


# --- past the gateway, to what stands behind it ---------------------------------------------------

APP = "azurerm_linux_web_app.orders"
RESTRICTED = {"ip_restriction": [{"service_tag": "ApiManagement"}]}


def backend(**values):
    return resource(
        "azurerm_api_management_backend.b", url="https://orders.azurewebsites.net", **IN | values
    )


@pytest.mark.parametrize(
    ("values", "failed", "unknown"),
    [
        ({}, True, False),
        ({"public_network_access_enabled": False}, False, False),
        ({"site_config": [{"ip_restriction_default_action": "Deny"}]}, False, False),
        ({"site_config": [RESTRICTED]}, False, False),
        ({"auth_settings_v2": [{"require_authentication": True}]}, False, False),
        ({"auth_settings_v2": [{"require_authentication": False}]}, True, False),
        ({"public_network_access_enabled": SOMETHING}, False, True),
        ({"public_network_access_enabled": SOMETHING, "site_config": [RESTRICTED]}, False, False),
    ],
)
def test_an_application_behind_the_gateway_must_not_be_callable_past_it(values, failed, unknown):
    app = normalise(resource(APP, name="orders", **values))
    verdict = RESP_12.assess(shop(more=(app, backend())))
    place = (APP, "public_network_access_enabled")
    assert (place in wrong(verdict)) is failed
    assert (place in wrong(verdict, unknown=True)) is unknown


def test_an_application_that_no_api_leads_to_is_none_of_the_gateways():
    app = normalise(resource(APP, name="other"))
    assert RESP_12.assess(shop(more=(app, backend()))).findings == ()
