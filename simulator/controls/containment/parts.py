"""What containment of a leak consists of, and how much of it the declared playbooks surely do."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.containment.links import Chain
from simulator.estate.model import Estate, Resource, effective
from simulator.estate.playbook import Effect, Step
from simulator.estate.scopes import covers

BOTH_KEYS: Final = frozenset({"key1", "key2"})


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that containment has to do: by any of these effects, on every storage account."""

    words: str
    effects: frozenset[Effect]
    on_accounts: bool
    remedy: str


STORAGE_PARTS: Final = (
    Part(
        "closes the account to the public",
        frozenset({Effect.DISABLE_PUBLIC_BLOB, Effect.CLOSE_NETWORK}),
        on_accounts=True,
        remedy="PATCH of the account with properties.allowBlobPublicAccess = false, "
        'publicNetworkAccess = "Disabled"',
    ),
    Part(
        "takes the intruder's keys and signed links away",
        frozenset({Effect.ROTATE_STORAGE_KEYS, Effect.REVOKE_USER_DELEGATION_KEYS}),
        on_accounts=True,
        remedy="POST of the account's regenerateKey for key1 and for key2, or of "
        "revokeUserDelegationKeys",
    ),
    Part(
        "shuts out the identity that was used",
        frozenset(
            {
                Effect.REVOKE_SESSIONS,
                Effect.DISABLE_USER,
                Effect.DISABLE_SERVICE_PRINCIPAL,
                Effect.REMOVE_ROLE,
            }
        ),
        on_accounts=False,
        remedy="POST of graph.microsoft.com/v1.0/users/*/revokeSignInSessions",
    ),
)
ANY_PART: Final = (
    Part(
        "takes access away from an intruder",
        frozenset(effect for effect in Effect if effect.contains),
        on_accounts=False,
        remedy='PATCH of the store with properties.publicNetworkAccess = "Disabled"',
    ),
)


def certain(step: Step) -> bool:
    """Whether a step surely runs and is surely allowed to do what it does."""
    doubt = step.condition or step.unsure_permission or Effect.UNKNOWN in step.effects
    return possible(step) and not doubt


def possible(step: Step) -> bool:
    """Whether nothing that is known keeps a step from running by itself."""
    return not step.manual and not step.missing_permission


@dataclass(frozen=True, slots=True)
class Reach:
    """What the chains of an estate together do, and to which of the accounts."""

    estate: Estate
    ways: tuple[Chain, ...]
    accounts: tuple[Resource, ...]

    def needed(self, part: Part) -> frozenset[str]:
        """The accounts on which a part has to be done; ``""`` alone for one about identities."""
        return frozenset(a.address for a in self.accounts) if part.on_accounts else frozenset({""})

    def surely(self, part: Part) -> frozenset[str]:
        """The accounts on which a part is surely done."""
        return self._done(part, (way for way in self.ways if way.holds), certain)

    def perhaps(self, part: Part) -> frozenset[str]:
        """The accounts on which a part is done for all that is known."""
        return self._done(part, (way for way in self.ways if way.may_hold), possible)

    def steps(self, part: Part) -> Iterator[tuple[Chain, Step]]:
        """The steps that do a part, whether or not they come to run."""
        for way in self.ways:
            for step in way.playbook.steps if way.playbook else ():
                if part.effects.intersection(step.effects):
                    yield way, step

    def lock_on(self, account: Resource) -> Resource | None:
        """The read-only lock that keeps anyone, playbooks too, from changing an account."""
        for lock in self.estate.of_type("azurerm_management_lock"):
            read_only = effective(lock.get("lock_level")) == "ReadOnly"
            if read_only and covers(self.estate, lock.get("scope"), account):
                return lock
        return None

    def _done(
        self, part: Part, ways: Iterable[Chain], counts: Callable[[Step], bool]
    ) -> frozenset[str]:
        locked = {a.address for a in self.accounts if part.on_accounts and self.lock_on(a)}
        done: set[str] = set()
        keys: dict[str, frozenset[str]] = {}
        for way in ways:
            if way.playbook is None or way.playbook.unreadable:
                return self.needed(part)  # only a way that may hold: its code may do anything
            for step in filter(counts, way.playbook.steps):
                if Effect.UNKNOWN in step.effects:
                    return self.needed(part)
                reached = frozenset(step.targets if part.on_accounts else {""}) - locked
                effects = part.effects.intersection(step.effects)
                if effects == {Effect.ROTATE_STORAGE_KEYS}:
                    turned = _keys(step, counts)
                    keys.update({a: keys.get(a, frozenset()) | turned for a in reached})
                elif effects:
                    done |= reached
        return frozenset(
            done | {account for account, turned in keys.items() if turned >= BOTH_KEYS}
        )


def _keys(step: Step, counts: Callable[[Step], bool]) -> frozenset[str]:
    """The keys that a step renews: one that only the run decides may be either, surely neither."""
    if step.key:
        return frozenset({step.key})
    return BOTH_KEYS if counts is possible else frozenset()
