"""Whether an assigned Azure Policy really keeps something from happening to a store.

Not the name of a policy counts but what it does: the store is made worse in thought, and the rule
is asked whether it refuses, or repairs, exactly that. "Assigned" is not "enforced".
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Estate, Resource
from simulator.estate.policy.assignments import Assignment, Policy, assignments
from simulator.estate.policy.coverage import assigned_to
from simulator.estate.policy.enforcement import in_scope, obstacles
from simulator.estate.policy.obstacle import Obstacle
from simulator.estate.policy.places import group_of
from simulator.estate.policy.rules import every, matches, mentions, some
from simulator.estate.policy.subjects import Subject, subject_of
from simulator.estate.scopes import Answer

MISSING: Final = "policy_assignment"
"""The attribute under which the absence of a policy is told."""
MAKERS: Final = (
    "azurerm_policy_",
    "azurerm_subscription_policy_",
    "azurerm_resource_group_policy_",
    "azurerm_management_group_policy_",
    "azurerm_resource_policy_",
    "azapi_",
)
"""The beginnings of the resource types that could make up for that absence."""

_FEW: Final = 3
_SETTINGS: Final = "microsoft.insights/diagnosticsettings"
_ELSEWHERE: Final = ("azurerm_management_group", "azurerm_policy_")


@dataclass(frozen=True, slots=True)
class Guard:
    """What a policy has to keep from happening.

    ``what`` says it in words, after "refuses or repairs". ``noticed`` tells whether the rule of a
    policy is about it, of a store.
    """

    what: str
    noticed: Callable[[Policy, Subject], Answer]


def refuses(
    what: str,
    about: Callable[[str], bool],
    strong: Callable[[Subject], Subject],
    *weaker: Callable[[Subject], Subject],
) -> Guard:
    """A guard against each of these changes: the rule holds for what is weak, not what is strong.

    A rule that holds for both is about something else, or the wrong way round; so is one that asks
    for no field that they are ``about``.
    """

    def noticed(policy: Policy, subject: Subject) -> Answer:
        good = strong(subject)
        condition, parameters = policy.definition.condition, policy.parameters
        if not policy.definition.unread and (
            not _looks_at(policy, good) or mentions(condition, about, parameters) is False
        ):
            return False
        held = matches(condition, good, parameters)
        spares = None if held is None else not held
        worse = (matches(condition, change(good), parameters) for change in weaker)
        return every((spares, some(worse)))

    return Guard(what, noticed)


def _looks_at(policy: Policy, subject: Subject) -> bool:
    """Whether a definition of this mode sees such a resource at all."""
    mode = policy.definition.mode.casefold()
    return mode == "all" or (mode == "indexed" and subject.indexed)


def _closed(subject: Subject) -> Subject:
    nobody = {"networkAcls__ipRules[*]": (), "networkAcls__virtualNetworkRules[*]": ()}
    return subject.but(
        allowBlobPublicAccess=False,
        publicNetworkAccess="Disabled",
        networkAcls__defaultAction="Deny",
        **nobody,
    )


def _encrypted(subject: Subject) -> Subject:
    return subject.but(
        encryption__keySource="Microsoft.Keyvault",
        encryption__requireInfrastructureEncryption=True,
        encryption__services__queue__keyType="Account",
        encryption__services__table__keyType="Account",
    )


def _any_of(*properties: str) -> Callable[[str], bool]:
    """Whether an alias is that of one of these properties, or of what is in one."""
    return lambda alias: alias.partition("/")[2].partition("/")[2].casefold().startswith(properties)


PUBLIC_ACCESS: Final = refuses(
    "public access to its storage",
    _any_of("allowblobpublicaccess", "publicnetworkaccess", "networkacls"),
    _closed,
    lambda closed: closed.but(allowBlobPublicAccess=True),
    lambda closed: closed.but(publicNetworkAccess="Enabled"),
    lambda closed: closed.but(networkAcls__defaultAction="Allow"),
)
WEAK_ENCRYPTION: Final = refuses(
    "storage without a customer-managed key or infrastructure encryption",
    _any_of("encryption"),
    _encrypted,
    lambda strong: strong.but(encryption__keySource="Microsoft.Storage"),
    lambda strong: strong.but(encryption__requireInfrastructureEncryption=False),
)


def _logged(policy: Policy, account: Subject) -> Answer:
    definition, parameters = policy.definition, policy.parameters
    if definition.unread:
        return None
    if definition.makes != _SETTINGS:
        return False
    if parameters is not None and str(parameters.get("logsEnabled", True)).casefold() == "false":
        return False
    files = account.aliases.get("kind") == "FileStorage"
    service = Subject(
        f"{account.type}/{'fileServices' if files else 'blobServices'}",
        name="default",
        location=account.location,
        tags={},
        group=account.group,
        indexed=False,
    )
    seen = [service] if _looks_at(policy, service) else []
    # On the account itself there are metrics only; a template may still reach its services.
    if _looks_at(policy, account) and "blobservices" in str(definition.details).casefold():
        seen.append(account)
    return some(matches(definition.condition, one, parameters) for one in seen)


NO_LOGS: Final = Guard("storage whose reads are not logged", _logged)


def unguarded(
    estate: Estate, guard: Guard, store: Resource, today: date
) -> tuple[Obstacle, ...] | None:
    """What keeps the nearest policy from guarding ``store``; empty if one does, ``None`` if none.

    Where one may do it that cannot be read, the obstacles are all unknown.
    """
    candidates: list[tuple[Obstacle, ...]] = []
    for assignment in assigned_to(estate, store):
        subject = subject_of(estate, store)  # once, and only where something is assigned
        if (
            assignment.unread
            and not assignment.audits
            and in_scope(estate, assignment, store) is not False
        ):
            candidates.append((_unread(assignment, assignment.unread),))
        for policy in assignment.policies:
            noticed = guard.noticed(policy, subject)
            if noticed is False or _only_audits(assignment, policy, subject):
                continue
            found = obstacles(estate, assignment, policy, store, today)
            if found is not None:
                lost = noticed is None
                doubt = (_unread(assignment, f"what {policy.definition.name!r} asks"),)
                candidates.append((*found, *doubt) if lost else found)
    return nearest(candidates)


def nearest(candidates: Iterable[tuple[Obstacle, ...]]) -> tuple[Obstacle, ...] | None:
    """What stands against the policy that least does; ``None`` if there is none.

    Against one that may work nothing stands for sure.
    """
    return min(candidates, key=_far, default=None)


def _only_audits(assignment: Assignment, policy: Policy, subject: Subject) -> bool:
    """A standard audits everything: that it does not enforce one thing is nothing amiss with it."""
    word = assignment.effect(policy, subject).word
    return assignment.benchmark and word is not None and word.startswith(("audit", "disabled"))


def _far(candidate: tuple[Obstacle, ...]) -> tuple[int, int, str]:
    failing = sum(not one.unknown for one in candidate)
    return failing, len(candidate), candidate[0].resource.address if candidate else ""


def _unread(assignment: Assignment, why: str) -> Obstacle:
    return Obstacle(
        assignment.resource,
        "policy_definition_id",
        f"{why} cannot be told" if why.startswith("what ") else why,
        "a definition whose rule can be read",
        "read the estate that declares it, or assign a built-in that is named by its id",
        unknown=True,
    )


@dataclass(frozen=True, slots=True)
class Words:
    """How a control tells its findings about policies: why, the usual remedy, and under what name.

    ``attribute`` is where the absence of a policy is told.
    """

    why: str
    remedy: str
    severity: Severity = Severity.HIGH
    attribute: str = MISSING


def as_findings(found: Iterable[Obstacle], words: Words) -> Iterator[Finding]:
    """Obstacles, as a control tells them."""
    for one in found:
        yield finding(
            one.resource,
            one.attribute,
            one.actual,
            expected=one.expected,
            why=words.why,
            remedy=one.remedy,
            severity=words.severity,
            unknown=one.unknown,
            block=one.block,
        )


def judge_guard(
    estate: Estate, guard: Guard, words: Words, stores: Iterable[Resource], today: date
) -> Iterator[Finding]:
    """The findings about policies that should guard ``stores`` and do not."""
    bare = []
    for store in stores:
        found = unguarded(estate, guard, store, today)
        if found is None:
            bare.append(store)
        else:
            yield from as_findings(found, words)
    yield from missing(estate, bare, f"nothing refuses or repairs {guard.what}", words)


def missing(
    estate: Estate, stores: Sequence[Resource], lack: str, words: Words
) -> Iterator[Finding]:
    """That no policy is assigned, told once: of the resource group with most such stores in it."""
    if not stores:
        return
    first, *others = places(estate, stores)
    named = ", ".join(one.address for one in others[:_FEW])
    more = f" and {len(others) - _FEW} more" if len(others) > _FEW else ""
    actual = f"{lack}, here or in {named}{more}" if others else lack
    elsewhere = _assigned_elsewhere(estate)
    if elsewhere:
        actual = f"{actual}, unless what {elsewhere} stands for does"
    told = finding(
        first,
        words.attribute,
        actual,
        expected="an assignment that covers every store of personal information, and is enforced",
        why=words.why,
        remedy=words.remedy,
        severity=words.severity,
        unknown=bool(elsewhere),
    )
    settle = "check the estate that assigns the policies of the landing zone as well"
    yield replace(told, remedy=settle) if elsewhere else told


def places(estate: Estate, stores: Iterable[Resource]) -> list[Resource]:
    """The resource groups of ``stores``, or they themselves, that with most of them first."""
    found = [group_of(estate, store) or store for store in stores]
    often = Counter(one.address for one in found)
    by_address = {one.address: one for one in found}
    return [by_address[a] for a in sorted(often, key=lambda a: (-often[a], a))]


def _assigned_elsewhere(estate: Estate) -> str:
    """What shows that policies are assigned in another estate, ``""`` if nothing does."""
    if any(assignment.declared for assignment in assignments(estate)):
        return ""
    read = (r for r in estate.resources if r.mode == "data" and r.type.startswith(_ELSEWHERE))
    return next((r.address for r in read), "")
