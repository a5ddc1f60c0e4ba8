"""What a responder asks the twin to take away, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from simulator.estate.playbook import Effect
from simulator.twin.plan import AccountPlan, Blueprint, PrincipalKind
from simulator.twin.policy import Change


@dataclass(frozen=True, slots=True)
class Containment:
    """One action.

    ``account`` is an account's name, ``None`` for all of them; ``container`` likewise within it.
    ``principal`` names the identity (address or object id) and ``address`` the caller that it is
    about. ``key`` is ``key1`` or ``key2`` for a rotation. ``effective_at`` is the simulated time
    from which it holds, ``None`` for now. Cutting off an identity holds for the tokens issued from
    then on: earlier ones stay good until they expire, which the twin sees to by itself.
    """

    effect: Effect
    account: str | None = None
    container: str | None = None
    principal: str | None = None
    key: str = ""
    address: str = ""
    effective_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of a containment.

    ``real`` is whether the storage server itself was changed; otherwise the gateway refuses in its
    place. ``changed`` is false when there was nothing for the action to change.
    """

    what: str
    detail: str
    real: bool
    changed: bool = True


NOW_ONLY: Final = frozenset({Effect.PRIVATE_CONTAINER, Effect.ROTATE_STORAGE_KEYS})
"""Effects that are really carried out on the storage server, when they are asked for."""

_ON_ACCOUNTS: Final = {
    Effect.DISABLE_PUBLIC_BLOB: "anonymous access to {} switched off",
    Effect.CLOSE_NETWORK: "firewall of {} closed to all but its rules",
    Effect.DISABLE_SHARED_KEY: "account keys of {} switched off",
    Effect.REVOKE_USER_DELEGATION_KEYS: "user delegation keys of {} revoked",
    Effect.BLOCK_IP: "{1} taken out of the address rules of {0}",
}
_ON_IDENTITIES: Final = {
    Effect.REMOVE_ROLE: "roles of {} on blobs removed",
    Effect.REVOKE_SESSIONS: "sessions of {} revoked",
    Effect.DISABLE_USER: "user {} disabled",
    Effect.DISABLE_SERVICE_PRINCIPAL: "service principal of {} disabled",
}
_FOR_USERS: Final = frozenset({Effect.REVOKE_SESSIONS, Effect.DISABLE_USER})


def change_for(asked: Containment, at: datetime, real_time: datetime) -> Change:
    """The change of state that an action makes."""
    return Change(
        effect=asked.effect,
        effective_at=asked.effective_at or at,
        principal=asked.principal or "",
        address=asked.address,
        keys_until=real_time if asked.effect is Effect.REVOKE_USER_DELEGATION_KEYS else None,
    )


def in_words(asked: Containment, accounts: tuple[AccountPlan, ...]) -> str:
    """What an action does, for a timeline."""
    names = ", ".join(account.name for account in accounts)
    if asked.effect in _ON_IDENTITIES:
        return _ON_IDENTITIES[asked.effect].format(asked.principal)
    return _ON_ACCOUNTS[asked.effect].format(names, asked.address)


def pointless(asked: Containment, plan: Blueprint, accounts: tuple[AccountPlan, ...]) -> str:
    """Why an action would change nothing, ``""`` if it would change something."""
    effect = asked.effect
    if effect in _ON_IDENTITIES:
        return _pointless_on_identity(asked, plan, accounts)
    if effect is Effect.BLOCK_IP:
        if not asked.address:
            return "no address is known to block"
        if all(account.default_action.value == "Allow" for account in accounts):
            return "a storage firewall that lets all networks in has no rule to refuse one address"
    if not accounts:
        return "no such account"
    return ""


def _pointless_on_identity(
    asked: Containment, plan: Blueprint, accounts: tuple[AccountPlan, ...]
) -> str:
    if not asked.principal:
        return "no identity is known to act on"
    if asked.effect is Effect.REMOVE_ROLE:
        held = any(g.principal == asked.principal for a in accounts for g in a.grants)
        return "" if held else f"{asked.principal} holds no role on blobs"
    kind = plan.kind_of(asked.principal)
    if asked.effect in _FOR_USERS and kind is not PrincipalKind.USER:
        return f"{asked.principal} is a {kind.value} identity, not a user"
    if asked.effect is Effect.DISABLE_SERVICE_PRINCIPAL and kind is PrincipalKind.USER:
        return f"{asked.principal} is a user"
    return ""
