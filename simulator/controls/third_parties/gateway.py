"""The gateway's own settings, and what it gives to each partner and to no other."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.judge import Demand, false, judge, one_of, true
from simulator.controls.third_parties.calls import WHY, Call, closed_to_strangers
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.api_gateway import GATEWAY, PRODUCT, SUBSCRIPTION, is_nothing
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Omitted,
    Reference,
    Resource,
    Value,
    effective,
)
from simulator.estate.service_hosts import foreign_hosts, is_azures_own

NAMED_VALUE: Final = f"{GATEWAY}_named_value"
BACKEND: Final = f"{GATEWAY}_backend"
DIAGNOSTICS: Final = (f"{GATEWAY}_diagnostic", f"{GATEWAY}_api_diagnostic")

_TENANT: Final = Demand(
    "tenant_access.enabled",
    false,
    "false",
    "the key of the management API changes every policy there is; " + WHY,
    "tenant_access { enabled = false }",
    default=Omitted(default=False, decided_by="azurerm default"),
)
_APPROVAL: Final = Demand(
    "approval_required",
    true,
    "true",
    WHY,
    "approval_required = true",
    Severity.MEDIUM,
    default=Omitted(default=False, decided_by="Azure default"),
)
_KEY: Final = Demand("subscription_required", true, "true", WHY, "subscription_required = true")
_LIMIT: Final = Demand(
    "subscriptions_limit",
    lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    "a number of subscriptions",
    WHY,
    "subscriptions_limit = 1",
    Severity.MEDIUM,
    default=Omitted(default="no limit", decided_by="Azure default"),
)
_TRACING: Final = Demand(
    "allow_tracing",
    false,
    "false",
    "with a trace a partner sees the policies, the backends and what they answer; " + WHY,
    "allow_tracing = false",
    Severity.MEDIUM,
)
_BODIES: Final = ("frontend_request", "frontend_response", "backend_request", "backend_response")


def judge_gateway(gateway: Resource, calls: tuple[Call, ...]) -> Iterator[Finding]:
    """Whether strangers reach the gateway at all, and its management key."""
    yield from judge(gateway, _TENANT)
    mine = [call for call in calls if call.route.gateway == gateway.address]
    inside = gateway.get("virtual_network_type")
    public = gateway.get("public_network_access_enabled")
    if not mine or one_of("Internal")(effective(inside)) or effective(public) is False:
        return
    open_ = [call for call in mine if not closed_to_strangers(call)]
    if not open_:
        return
    unread = UNSTATED in {effective(inside), effective(public)}
    yield finding(
        gateway,
        "public_network_access_enabled",
        public,
        expected='false, or virtual_network_type "Internal", or calls from known networks alone',
        why="a partner's stolen key and token then work from anywhere; " + WHY,
        remedy='virtual_network_type = "Internal", or <ip-filter action="allow"> or <check-header '
        'name="X-Azure-FDID"> in <inbound>',
        severity=Severity.MEDIUM,
        unknown=unread or all(call.doubtful for call in open_),
    )


def judge_product(product: Resource) -> Iterator[Finding]:
    """Whether somebody decides who gets a product, and how often."""
    if effective(product.get("published")) is False:
        return
    yield from judge(product, _KEY)
    if effective(product.get("subscription_required")) is not False:
        yield from judge(product, _APPROVAL)
        yield from judge(product, _LIMIT)


def judge_subscription(subscription: Resource) -> Iterator[Finding]:
    """Whether one partner's subscription is to what it needs, and can be shut by itself."""
    state = effective(subscription.get("state"))
    if isinstance(state, str) and state.casefold() in {"cancelled", "suspended", "rejected"}:
        return
    product, api = subscription.get("product_id"), subscription.get("api_id")
    if is_nothing(product) and is_nothing(api):
        yield finding(
            subscription,
            "product_id",
            "neither product_id nor api_id: all APIs of the gateway",
            expected="one product or one API",
            why="a partner's key then opens what was never meant for it; " + WHY,
            remedy="product_id = azurerm_api_management_product.partner.id",
        )
    yield from judge(subscription, _TRACING)


def judge_named_value(named: Resource) -> Iterator[Finding]:
    """A secret that is written here, and not in a vault, where it can be changed."""
    literal = named.get("value")
    if effective(named.get("secret")) is not True or is_nothing(literal):
        return
    if not named.blocks("value_from_key_vault"):
        yield finding(
            named,
            "value",
            "a secret that is in the state, wherever its value comes from",
            expected="value_from_key_vault",
            why="a partner's secret that leaked is changed in a vault, not in a release; " + WHY,
            remedy="value_from_key_vault { secret_id = azurerm_key_vault_secret.x.versionless_id }",
        )


def judge_backend(backend: Resource) -> Iterator[Finding]:
    """Where personal information goes out: over TLS, to whom the certificate says it is."""
    url = backend.get("url")
    if is_azures_own(url):
        return
    text = url.text if isinstance(url, Reference) else effective(url)
    if not isinstance(text, str):
        yield finding(
            backend,
            "url",
            url,
            expected="an address that can be read",
            why=WHY,
            remedy='url = "https://api.partner.example"',
            unknown=True,
        )
        return
    if not third_party(url):
        return
    if not text.casefold().startswith("https://") and "://" in text:
        yield finding(
            backend,
            "url",
            url,
            expected="https://",
            why=WHY,
            remedy='url = "https://api.partner.example"',
        )
    for name in ("validate_certificate_chain", "validate_certificate_name"):
        value = backend.get(f"tls.{name}")
        if effective(value) is False:
            yield finding(
                backend,
                f"tls.{name}",
                value,
                expected="true",
                why="whoever is on the way can be the third party; " + WHY,
                remedy=f"tls {{ {name} = true }}",
            )


def third_party(url: Value) -> tuple[str, ...]:
    """The hosts of an address that are nobody's of this estate or of Azure."""
    return tuple(foreign_hosts(url))


def judge_diagnostic(diagnostic: Resource) -> Iterator[Finding]:
    """Whether the gateway keeps a copy of what partners send and get."""
    for part in _BODIES:
        value = diagnostic.get(f"{part}.body_bytes")
        kept = effective(value)
        if isinstance(value, Omitted) or kept is None or kept == 0:
            continue
        yield finding(
            diagnostic,
            f"{part}.body_bytes",
            value,
            expected="0: data_masking covers headers and parameters, no bodies",
            why="the log becomes a second store of personal information; " + WHY,
            remedy=f"{part} {{ body_bytes = 0 }}",
            unknown=kept is UNSTATED,
        )


def parts(estate: Estate) -> tuple[Resource, ...]:
    """Everything about the gateways that is judged here."""
    return estate.of_type(GATEWAY, PRODUCT, SUBSCRIPTION, NAMED_VALUE, BACKEND, *DIAGNOSTICS)
