"""What Azure decides before a request reaches the storage server, and Azurite does not. Pure.

The order is Azure's: transport, network, then the credential. What a container's own access level,
a signature or a SAS allows is left to Azurite, which really checks it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from simulator.estate.playbook import Effect
from simulator.telemetry.exchange import AuthKind, Claims, Credential
from simulator.telemetry.operations import Category, Operation, Scope
from simulator.twin.plan import AccountPlan, Grant, Range, Right, object_id


@dataclass(frozen=True, slots=True)
class Request:
    """What a decision needs to know about a request. ``source`` is the caller's address."""

    account: str
    container: str
    blob: str
    operation: Operation
    credential: Credential
    source: str
    scheme: str = "https"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request may reach the storage server; if not, the answer and what decided it."""

    allowed: bool
    status: int = 0
    error_code: str = ""
    reason: str = ""
    declared: str = ""


ALLOWED: Final = Decision(allowed=True)


@dataclass(frozen=True, slots=True)
class Change:
    """Something taken away after the estate was deployed, in force from ``effective_at`` on.

    ``principal`` and ``address`` narrow it where the effect is about one identity or one caller.
    ``keys_until`` is the real time up to which user delegation keys are revoked.
    """

    effect: Effect
    effective_at: datetime
    principal: str = ""
    address: str = ""
    keys_until: datetime | None = None

    def __str__(self) -> str:
        about = self.principal or self.address
        return f"containment {self.effect.value}{f' of {about}' if about else ''}"


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as declared, and what has been changed since, in order. Never edited in place."""

    plan: AccountPlan
    changes: tuple[Change, ...] = ()

    def changed(self, change: Change) -> "AccountState":
        """This account with one more change."""
        return replace(self, changes=(*self.changes, change))

    def in_force(self, effect: Effect, at: datetime) -> Iterator[Change]:
        """The changes of one effect that are in force at a moment."""
        return (c for c in self.changes if c.effect is effect and c.effective_at <= at)


def decide(account: AccountState, request: Request, at: datetime) -> Decision:
    """Whether ``request`` may reach the storage server of ``account`` at simulated time ``at``."""
    for refusal in (
        _transport(account, request),
        network_refusal(account, request.source, at),
        _credential(account, request, at),
    ):
        if refusal is not None:
            return refusal
    return ALLOWED


def _transport(account: AccountState, request: Request) -> Decision | None:
    if account.plan.https_only.value and request.scheme != "https":
        reason = "the account takes HTTPS alone"
        declared = account.plan.https_only.declared
        return _refuse(400, "AccountRequiresHttps", reason, declared)
    return None


def network_refusal(account: AccountState, source: str, at: datetime) -> Decision | None:
    """Why an address does not reach the account, ``None`` if it does.

    A private endpoint passes; else the public endpoint must be on and the firewall agree.
    """
    plan = account.plan
    if within(source, plan.private) is not None:
        return None
    if not plan.public_network.value:
        reason = f"public network access is off, and {source} has no private way in"
        return _unauthorized(reason, plan.public_network.declared)
    closed = next(account.in_force(Effect.CLOSE_NETWORK, at), None)
    if plan.default_action.value == "Allow" and closed is None:
        return None
    blocked = {change.address for change in account.in_force(Effect.BLOCK_IP, at)}
    if within(source, plan.allowed) is not None and source not in blocked:
        return None
    declared = plan.default_action.declared if closed is None else str(closed)
    return _unauthorized(f"the firewall lets {source} in by no rule", declared)


def within(source: str, ranges: tuple[Range, ...]) -> Range | None:
    """The first range that holds an address; ``None`` if none does, or if it is no address."""
    try:
        address = ip_address(source)
    except ValueError:
        return None
    return next((r for r in ranges if address in r.network), None)


def _refuse(status: int, error_code: str, reason: str, declared: str = "") -> Decision:
    return Decision(
        allowed=False, status=status, error_code=error_code, reason=reason, declared=declared
    )


def _unauthorized(reason: str, declared: str) -> Decision:
    return _refuse(403, "AuthorizationFailure", reason, declared)


def _credential(account: AccountState, request: Request, at: datetime) -> Decision | None:
    match request.credential.kind:
        case AuthKind.ANONYMOUS:
            return _anonymous(account, at)
        case AuthKind.ACCOUNT_KEY | AuthKind.SAS:
            return _account_key(account, request, at)
        case AuthKind.DELEGATION_SAS:
            return _delegation(account, request, at)
        case AuthKind.OAUTH:
            return _oauth(account, request, at)
        case AuthKind.PREFLIGHT:
            return None


def _anonymous(account: AccountState, at: datetime) -> Decision | None:
    change = next(account.in_force(Effect.DISABLE_PUBLIC_BLOB, at), None)
    if account.plan.public_blob.value and change is None:
        return None
    declared = account.plan.public_blob.declared if change is None else str(change)
    reason = "the account permits no anonymous access"
    return _refuse(409, "PublicAccessNotPermitted", reason, declared)


def _account_key(account: AccountState, request: Request, at: datetime) -> Decision | None:
    """Account keys, and every SAS that one of them signed."""
    change = next(account.in_force(Effect.DISABLE_SHARED_KEY, at), None)
    if account.plan.shared_key.value and change is None:
        return _bad_signature(account, request)
    declared = account.plan.shared_key.declared if change is None else str(change)
    reason = "the account takes no account key, nor what one has signed"
    return _refuse(403, "KeyBasedAuthenticationNotPermitted", reason, declared)


def _bad_signature(account: AccountState, request: Request) -> Decision | None:
    """Azurite serves a public container to any caller, Azure never to one with a bad signature."""
    container = account.plan.container(request.container)
    if request.credential.key or container is None or container.access.value == "private":
        return None
    return _refuse(403, "AuthenticationFailed", "no key of the account has signed this request")


def _delegation(account: AccountState, request: Request, at: datetime) -> Decision | None:
    """A user delegation SAS: it allows at most what whoever asked for its key is allowed."""
    start = request.credential.delegation_start
    for change in account.in_force(Effect.REVOKE_USER_DELEGATION_KEYS, at):
        if start is None or change.keys_until is None or start <= change.keys_until:
            reason = "the user delegation key that signed this SAS is revoked"
            return _refuse(403, "AuthenticationFailed", reason, str(change))
    return _role(account, request, at)


def _oauth(account: AccountState, request: Request, at: datetime) -> Decision | None:
    claims = request.credential.claims or Claims()
    if claims.expires_at is not None and at >= claims.expires_at:
        reason = f"the token expired at {claims.expires_at:%Y-%m-%d %H:%M:%S}"
        return _refuse(401, "InvalidAuthenticationInfo", reason)
    stale = _issued_after_the_end(account, claims, at)
    if stale is not None:
        reason = "the token was issued after the identity had been cut off"
        return _refuse(401, "InvalidAuthenticationInfo", reason, str(stale))
    return _role(account, request, at)


def _role(account: AccountState, request: Request, at: datetime) -> Decision | None:
    claims = request.credential.claims or Claims()
    needed = right_for(request.operation)
    held = tuple(g for g in account.plan.grants if _is_usable(g, claims, request, needed))
    removed = tuple(account.in_force(Effect.REMOVE_ROLE, at))
    for grant in held:
        if not any(not c.principal or c.principal == grant.principal for c in removed):
            return None
    declared = str(removed[0]) if held else f"{account.plan.address}: no role assignment gives it"
    reason = f"{claims.object_id or 'the caller'} has no right to {needed.value} here"
    return _refuse(403, "AuthorizationPermissionMismatch", reason, declared)


def _issued_after_the_end(account: AccountState, claims: Claims, at: datetime) -> Change | None:
    """The change that ended an identity's tokens before this one was issued.

    A token issued earlier stays valid until it expires: Azure Storage does not ask Entra again.
    """
    for effect in CUTS_OFF:
        for change in account.in_force(effect, at):
            same = object_id(change.principal) == claims.object_id
            if same and (claims.issued_at is None or claims.issued_at > change.effective_at):
                return change
    return None


CUTS_OFF: Final = (Effect.REVOKE_SESSIONS, Effect.DISABLE_USER, Effect.DISABLE_SERVICE_PRINCIPAL)
"""Effects after which the directory issues no new token."""


def _is_usable(grant: Grant, claims: Claims, request: Request, needed: Right) -> bool:
    where = "" if request.operation.scope is Scope.ACCOUNT else request.container
    mine = object_id(grant.principal) == claims.object_id
    return mine and needed in grant.rights and grant.covers(where)


def right_for(operation: Operation) -> Right:
    """The right that an operation needs over OAuth."""
    if operation.name == "GetUserDelegationKey":
        return Right.DELEGATE
    return {
        Category.READ: Right.READ,
        Category.WRITE: Right.WRITE,
        Category.DELETE: Right.DELETE,
    }[operation.category]
