"""What a call of a partner meets at the gateway: who it is, how often, and from where."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from simulator.controls.verdict import Finding, finding
from simulator.estate.api_chain import Chain, Step, chain, lost_policies
from simulator.estate.api_gateway import Route
from simulator.estate.api_policy import Element
from simulator.estate.model import Estate

WHY: Final = (
    "what a third party takes, and whoever has its key, is then neither known nor limited; "
    "oversight of third parties is an audit component of 11 CCR 7123(c)(15), and their reasonable "
    "security is owed by contract under Civ. Code 1798.81.5(c)"
)
TOKENS: Final = ("validate-jwt", "validate-azure-ad-token")
CERTIFICATE: Final = "validate-client-certificate"
RATES: Final = ("rate-limit-by-key", "rate-limit")
QUOTAS: Final = ("quota-by-key", "quota")

_TOO_MANY: Final = 2**24  # the addresses of one /8
_ANY_TENANT: Final = frozenset({"common", "organizations", "consumers"})
_REFUSED: Final = re.compile(r"40[13]")
_OWN_CHECK: Final = re.compile(r"context\.Request\.Certificate", re.IGNORECASE)
_CHECK_IT: Final = (
    '<validate-azure-ad-token tenant-id="..." failed-validation-httpcode="401"> '
    "<audiences>...</audiences> in <inbound>"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One way to call an API, with the policies on it."""

    estate: Estate
    route: Route
    inbound: Chain

    @property
    def doubtful(self) -> bool:
        """Whether nobody can tell if there is such a call, or a policy may hold what it lacks."""
        lost = self.inbound.unread or lost_policies(self.estate)
        return bool(lost) or (self.route.keyed is None and self.route.product is None)


def calls(estate: Estate, routes: tuple[Route, ...]) -> tuple[Call, ...]:
    """Each way, with what it meets."""
    return tuple(Call(estate, route, chain(estate, route)) for route in routes)


def judge_call(call: Call) -> Iterator[Finding]:
    """What a call may do unasked."""
    for policy, why in call.inbound.unread:
        yield _finding(
            policy,
            "xml_content",
            f"not known ({why})",
            expected="a policy that can be read",
            remedy="write its XML into xml_content",
            unknown=True,
        )
    yield from _identified(call)
    yield from _limited(call, RATES, '<rate-limit calls="60" renewal-period="60" /> in <inbound>')
    yield from _limited(call, QUOTAS, '<quota calls="2000" renewal-period="86400" /> in <inbound>')
    for step in call.inbound.steps:
        if step.element.name == "ip-filter":
            yield from _ip_filter(step)


def _identified(call: Call) -> Iterator[Finding]:
    """Whether the caller proves who it is, by a token or a certificate that is looked at whole."""
    checks = call.inbound.surely(*TOKENS, CERTIFICATE)
    weak = [(step, _defect(step.element)) for step in checks]
    if any(not defect for _, defect in weak) or _own_certificate_check(call.inbound):
        return
    if weak:
        step, defect = weak[0]
        yield _finding(
            step.policy,
            f"inbound.{step.element.name}",
            defect,
            expected="a check of who signed it, for whom, and that refuses with 401 or 403",
            remedy=_CHECK_IT,
        )
        return
    yield from _needed(call, (*TOKENS, CERTIFICATE), _CHECK_IT)


def _own_certificate_check(inbound: Chain) -> bool:
    """Whether a ``choose`` refuses what comes without the right client certificate."""
    return any(
        step.sure
        and step.element.name == "choose"
        and any(
            _OWN_CHECK.search(branch.get("condition")) and branch.child("return-response")
            for branch in step.element.children
        )
        for step in inbound.steps
    )


def _defect(check: Element) -> str:
    """What is wrong with a check of a token or a certificate, ``""`` if nothing is."""
    code = check.get("failed-validation-httpcode")
    if code and not code.startswith("@") and not _REFUSED.fullmatch(code):
        return f"a failed check answers {code}"
    return _DEFECTS[check.name](check)


def _jwt(check: Element) -> str:
    for switch in ("require-signed-tokens", "require-expiration-time"):
        if check.get(switch).casefold() == "false":
            return f'{switch}="false"'
    signed = check.child("openid-config", "issuer-signing-keys") is not None
    if not signed:
        return "no openid-config and no issuer-signing-keys: nothing says who signs"
    return _for_us(check)


def _entra(check: Element) -> str:
    tenant = check.get("tenant-id").casefold()
    if not tenant:
        return "no tenant-id"
    applications = check.child("client-application-ids") is not None
    if tenant in _ANY_TENANT and not applications:
        return f'tenant-id="{tenant}": any tenant of Entra'
    return "" if applications else _for_us(check)


def _for_us(check: Element) -> str:
    if check.texts("audience") or check.child("required-claims") is not None:
        return ""
    return "no audiences and no required-claims: a token for anything else will do"


def _certificate(check: Element) -> str:
    if check.get("ignore-error").casefold() == "true":
        return 'ignore-error="true"'
    if check.child("identities") is None:
        return "no identities: any certificate of a known authority will do"
    return ""


_DEFECTS: Final[dict[str, Callable[[Element], str]]] = {
    "validate-jwt": _jwt,
    "validate-azure-ad-token": _entra,
    CERTIFICATE: _certificate,
}


def _limited(call: Call, names: tuple[str, ...], remedy: str) -> Iterator[Finding]:
    """Whether a call is counted: by some key, or by that of its subscription if it needs one."""
    by_any_key, _ = names
    if call.route.keyed is True:
        yield from _needed(call, names, remedy)
        return
    counted = call.route.keyed is None and bool(call.inbound.surely(*names))
    for found in _needed(call, (by_any_key,), remedy.replace(names[1], by_any_key)):
        yield replace(found, unknown=found.unknown or counted)


def _needed(call: Call, names: tuple[str, ...], remedy: str) -> Iterator[Finding]:
    """A finding if none of these policies is surely met: where it got lost, or at the API."""
    inbound, route = call.inbound, call.route
    if inbound.surely(*names):
        return
    name = names[-1] if names[-1] != CERTIFICATE else names[0]
    lost = [step for step in inbound.dropped if step.element.name in names]
    if lost and inbound.dropped_by is not None:
        yield _finding(
            inbound.dropped_by,
            "inbound.base",
            f"no <base />: it drops the {lost[0].element.name} of {lost[0].policy.address}",
            expected="the checks of the scopes above, and then its own",
            remedy="<inbound><base /> ... </inbound>",
            unknown=call.doubtful,
        )
        return
    conditional = inbound.perhaps(*names)
    where = f" through {route.product.address}" if route.product else " past any product"
    keyless = " that needs no subscription key" if route.keyed is False else ""
    yield _finding(
        route.operation or route.api,
        f"inbound.{name}",
        f"only under a condition, in {conditional[0].policy.address}"
        if conditional
        else f"none on a call{where}{keyless}",
        expected=f"{' or '.join(names)} on every call",
        remedy=remedy,
        unknown=call.doubtful or bool(conditional),
    )


def _ip_filter(step: Step) -> Iterator[Finding]:
    """An allow list that allows everybody."""
    if step.element.get("action").casefold() != "allow":
        return
    spans = [
        (one.get("from"), one.get("to"))
        for one in step.element.walk()
        if one.name == "address-range"
    ]
    if any((_width(start, end) or 0) > _TOO_MANY for start, end in spans) or any(
        _is_wide(text) for text in step.element.texts("address")
    ):
        yield _finding(
            step.policy,
            "inbound.ip-filter",
            "it allows more addresses than one /8",
            expected="the addresses of the partners",
            remedy='<ip-filter action="allow"><address>203.0.113.7</address></ip-filter>',
        )


def _is_wide(text: str) -> bool:
    try:
        return ipaddress.ip_network(text, strict=False).num_addresses > _TOO_MANY
    except ValueError:
        return False


def _width(start: str, end: str) -> int | None:
    try:
        return int(ipaddress.IPv4Address(end)) - int(ipaddress.IPv4Address(start)) + 1
    except ValueError:
        return None


def closed_to_strangers(call: Call) -> bool:
    """Whether a call from an unknown network or without a partner's certificate is refused."""
    if call.inbound.surely(CERTIFICATE) or _own_certificate_check(call.inbound):
        return True
    filters = call.inbound.surely("ip-filter")
    headers = call.inbound.surely("check-header")
    return any(step.element.get("action").casefold() == "allow" for step in filters) or any(
        step.element.get("name").casefold() == "x-azure-fdid" for step in headers
    )


_finding: Final = partial(finding, why=WHY)
