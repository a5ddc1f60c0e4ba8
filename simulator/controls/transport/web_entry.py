"""Where shoppers come in: Front Door routes and Application Gateway listeners, and plain HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.judge import Demand, judge, one_of, true
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Omitted,
    Resource,
    Value,
    effective,
    show,
)

FRONT_DOOR_ROUTE: Final = "azurerm_cdn_frontdoor_route"
APPLICATION_GATEWAY: Final = "azurerm_application_gateway"

_PREDEFINED_TLS_1_2: Final = one_of(
    "AppGwSslPolicy20170401S", "AppGwSslPolicy20220101", "AppGwSslPolicy20220101S"
)


def route(resource: Resource, why: str) -> Iterator[Finding]:
    """A route that answers plain HTTP without redirecting, or speaks it to the origin."""
    protocols = resource.get("supported_protocols")
    listed = effective(protocols)
    if not isinstance(listed, tuple) or any(one_of("Http")(p) for p in listed):
        redirect = Demand(
            "https_redirect_enabled",
            true,
            "true, or HTTPS as the only supported protocol",
            why,
            "https_redirect_enabled = true",
            default=Omitted(default=True, decided_by="azurerm default"),
        )
        for found in judge(resource, redirect):
            yield replace(found, unknown=True) if listed is UNSTATED else found
    to_origin = Demand(
        "forwarding_protocol",
        one_of("HttpsOnly", "MatchRequest"),
        '"HttpsOnly" or "MatchRequest"',
        why,
        'forwarding_protocol = "HttpsOnly"',
        default=Omitted("MatchRequest", "azurerm default"),
    )
    yield from judge(resource, to_origin)


def gateway(resource: Resource, why: str, tls_1_2: Callable[[object], bool]) -> Iterator[Finding]:
    """Listeners that serve plain HTTP, and TLS policies that accept old versions.

    A listener is fine on HTTP if all that its rules do is redirect to HTTPS.
    """
    unread = resource.unresolved("http_listener")
    if unread is not None:
        yield _listener(resource, unread, why)
    for listener in resource.blocks("http_listener"):
        protocol = listener.get("protocol")
        if one_of("Https")(effective(protocol)):
            continue
        redirects = _only_redirects(resource, listener)
        if redirects is not True:
            yield _listener(resource, protocol, why, listener, unknown=redirects is None)
    for policy in resource.blocks("ssl_policy"):
        name = policy.get("policy_name")
        if not isinstance(name, Omitted):
            modern = Demand(
                "ssl_policy.policy_name",
                _PREDEFINED_TLS_1_2,
                "a predefined policy of TLS 1.2 or newer",
                why,
                'policy_name = "AppGwSslPolicy20220101"',
            )
            yield from judge(resource, modern, name, block=policy)
        version = policy.get("min_protocol_version")
        if not isinstance(version, Omitted):
            newer = Demand(
                "ssl_policy.min_protocol_version",
                tls_1_2,
                "TLS 1.2 or newer",
                why,
                'min_protocol_version = "TLSv1_2"',
            )
            yield from judge(resource, newer, version, block=policy)


def _listener(
    resource: Resource,
    protocol: Value,
    why: str,
    block: Block | None = None,
    *,
    unknown: bool = False,
) -> Finding:
    name = effective(block.get("name")) if block else None
    return finding(
        resource,
        "http_listener.protocol",
        f"{show(protocol)} on the listener {name}" if isinstance(name, str) else protocol,
        expected='"Https", or a rule that redirects to an HTTPS listener',
        why=why,
        remedy='protocol = "Https"',
        severity=Severity.HIGH,
        unknown=unknown or effective(protocol) is UNSTATED,
        block=block,
    )


def _only_redirects(resource: Resource, listener: Block) -> bool | None:
    """Whether every rule on a listener sends the browser on to HTTPS, and there is one.

    ``None`` if the names that tie rules to listeners cannot be read.
    """
    name = effective(listener.get("name"))
    rules = resource.blocks("request_routing_rule")
    tied_to = [effective(rule.get("http_listener_name")) for rule in rules]
    if UNSTATED in (name, *tied_to) or resource.unresolved("request_routing_rule"):
        return None
    targets = [
        effective(rule.get("redirect_configuration_name"))
        for rule, listener_name in zip(rules, tied_to, strict=True)
        if listener_name == name
    ]
    return bool(targets) and all(_to_https(resource, target) for target in targets)


def _to_https(resource: Resource, redirect_name: object) -> bool:
    """Whether the redirect of this name exists and leads to HTTPS."""
    secure = {
        effective(listener.get("name"))
        for listener in resource.blocks("http_listener")
        if one_of("Https")(effective(listener.get("protocol")))
    }
    return any(
        effective(redirect.get("target_listener_name")) in secure
        or str(effective(redirect.get("target_url"))).casefold().startswith("https://")
        for redirect in resource.blocks("redirect_configuration")
        if redirect_name is not UNSTATED and effective(redirect.get("name")) == redirect_name
    )
