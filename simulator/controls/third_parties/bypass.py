"""Third parties that reach a store itself, past the gateway."""

import ipaddress
import re
from collections.abc import Iterator
from typing import Final

from simulator.controls.firewall_rules import KINDS
from simulator.controls.reach import personal_stores, reached_at, reached_powers
from simulator.controls.third_parties.calls import WHY
from simulator.controls.verdict import Finding, finding
from simulator.estate.model import Estate, Known, Reference, Resource, Value, effective, show
from simulator.estate.powers import in_words
from simulator.estate.principals import principal_at
from simulator.estate.roles import role_of

LOCAL_USER: Final = "azurerm_storage_account_local_user"
ASSIGNMENT: Final = "azurerm_role_assignment"

_THEIRS: Final = re.compile(
    r"partner|vendor|supplier|third.?part|3rd.?part|external|contractor|consultan|agency|"
    r"book.?keep|accountant|courier|carrier|saas|b2b|affiliate|reseller",
    re.IGNORECASE,
)
_OURS: Final = re.compile(
    r"office|vpn|head.?quarter|\bhq\b|admin|bastion|jump|pipeline|runner|agent|build|deploy|\bci\b|"
    r"devops|github|internal|developer|engineer|my.?ip",
    re.IGNORECASE,
)
_PRIVATE: Final = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/32"))
)
_PAST: Final = "a third party that reads the store itself meets no quota and no switch; " + WHY
_REMEDY: Final = "an azurerm_api_management_product for the partner, in place of this"


def grants(estate: Estate) -> Iterator[Resource]:
    """The role assignments that say that they are a third party's."""
    for assignment in estate.of_type(ASSIGNMENT):
        if _is_theirs(estate, assignment):
            yield assignment


def _is_theirs(estate: Estate, assignment: Resource) -> bool:
    owner = principal_at(estate, assignment.get("principal_id"))
    if owner is None:
        return _says(Known(assignment.name), assignment.get("description"))
    if not owner.type.startswith("azuread_"):
        return False  # the identity of something of this estate
    if _is_guest(owner) or _is_foreign(owner):
        return True
    names = Known(assignment.name), Known(owner.name)
    return _says(*names, assignment.get("description"), owner.get("display_name"))


def _says(*told: Value) -> bool:
    """Whether a name or a description is that of a third party."""
    return any(_THEIRS.search(text) for text in map(effective, told) if isinstance(text, str))


def _is_guest(user: Resource) -> bool:
    """Whether a user of another organisation was invited."""
    name, kind = (effective(user.get(n)) for n in ("user_principal_name", "user_type"))
    invited = user.type == "azuread_invitation" or str(kind).casefold() == "guest"
    return invited or (isinstance(name, str) and "#ext#" in name.casefold())


def _is_foreign(principal: Resource) -> bool:
    """Whether an application is in the tenant of another organisation than Microsoft."""
    tenant = effective(principal.get("application_tenant_id"))
    return isinstance(tenant, str) and tenant.casefold() not in {"", *_MICROSOFT}


_MICROSOFT: Final = (
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "72f988bf-86f1-41af-91ab-2d7cd011db47",
)


def judge_grant(estate: Estate, assignment: Resource) -> Iterator[Finding]:
    """A third party's role on what may hold personal information."""
    scope, role = assignment.get("scope"), role_of(estate, assignment)
    if role is None:
        if reached_at(estate, scope) is not None:
            yield _past(
                assignment, "scope", scope, "what its role allows is not known", unknown=True
            )
        return
    surely, perhaps = reached_powers(estate, scope, role)
    if surely or perhaps:
        can = f"{role.name}: it can {in_words(surely or perhaps)}"
        yield _past(assignment, "scope", scope, can, unknown=not surely)


def rules(estate: Estate) -> Iterator[Resource]:
    """The firewall rules of data stores that let in somebody's public addresses."""
    for rule in estate.of_type(*KINDS):
        ours = _OURS.search(_called(rule)) and not _THEIRS.search(_called(rule))
        if not ours and not _is_private(rule):
            yield rule


def _called(rule: Resource) -> str:
    return f"{rule.name} {rule.declared_name or ''}"


def _is_private(rule: Resource) -> bool:
    """Whether a rule is for Azure itself or for a private network, and so for nobody outside."""
    kind = KINDS[rule.type]
    ends = (effective(rule.get(name)) for name in (kind.start, kind.end))
    try:
        first, last = (ipaddress.IPv4Address(str(end)) for end in ends)
    except ValueError:
        return False
    return any(first in network and last in network for network in _PRIVATE)


def judge_rule(estate: Estate, rule: Resource) -> Iterator[Finding]:
    """A firewall rule that lets a third party, or nobody says whom, into a store."""
    kind = KINDS[rule.type]
    owner = rule.get(kind.server.argument)
    target = estate.target(owner)
    server = target.resource if target else None
    if server is None and isinstance(owner, Reference):
        server = estate.by_address.get(owner.to)
    personal = {store.address for store in personal_stores(estate)}
    if server is not None and server.mode == "managed" and server.address not in personal:
        return
    if server is not None and effective(server.get("public_network_access_enabled")) is False:
        return
    theirs = _THEIRS.search(_called(rule)) is not None
    addresses = f"{show(rule.get(kind.start))} to {show(rule.get(kind.end))}"
    who = addresses if theirs else f"{addresses}: whose they are, no name says"
    yield _past(rule, kind.start, None, who, unknown=not theirs)


def judge_local_user(estate: Estate, user: Resource) -> Iterator[Finding]:
    """A third party that reads an account over SFTP, with a password that Entra does not know."""
    if not _THEIRS.search(f"{user.name} {user.declared_name or ''}"):
        return
    store = reached_at(estate, user.get("storage_account_id"))
    if store is not None:
        yield _past(user, "permission_scope", None, "SFTP, past Entra as well")


def _past(
    resource: Resource, attribute: str, at: Value | None, how: str, *, unknown: bool = False
) -> Finding:
    return finding(
        resource,
        attribute,
        how if at is None else f"{show(at)} ({how})",
        expected="third parties at the gateway alone",
        why=_PAST,
        remedy=f"name it for whose it is; if a third party's: {_REMEDY}" if unknown else _REMEDY,
        unknown=unknown,
    )
