"""A workload identity's token, taken from the app that holds it and used to read its blobs."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Final

from simulator.attacks.places import inside, keeps_out, outside, reaches
from simulator.attacks.technique import Attack, Intruder, NotPossible, Origin
from simulator.attacks.titles import TITLES
from simulator.estate.playbook import Effect
from simulator.twin.blueprint import AccountPlan, Blueprint, PrincipalKind, Right, Workload
from simulator.twin.twin import Twin

_NOBODY: Final = "an identity without any role"
_USER_AGENT: Final = "azsdk-python-storage-blob/12.24.0 Python/3.12.3 (Linux-6.8.0-x86_64)"


def readable(account: AccountPlan, principal: str) -> tuple[str, ...]:
    """The declared containers that an identity may read."""
    held = [g for g in account.grants if g.principal == principal and Right.READ in g.rights]
    return tuple(c.name for c in account.containers if any(g.covers(c.name) for g in held))


def victim(plan: Blueprint, account: AccountPlan) -> tuple[str, Workload | None]:
    """The identity that an intruder gets hold of, and the app that holds it.

    Among those that read anything: one of an app that the internet reaches before any other, then
    the one that reads most, then an app's before another, then the first declared. Without any, an
    identity that reads nothing: the attack is then tried in vain.
    """
    holders = {p: w for w in reversed(plan.workloads) for p in w.principals}
    granted = (g.principal for g in account.grants if g.kind is not PrincipalKind.GROUP)
    candidates = list(dict.fromkeys((*(p for w in plan.workloads for p in w.principals), *granted)))

    def worth(principal: str) -> tuple[bool, int, bool]:
        reads, app = len(readable(account, principal)), holders.get(principal)
        return bool(reads and app and app.exposed), reads, app is not None

    if not candidates:
        return _NOBODY, None
    best = max(candidates, key=worth)
    return best, holders.get(best)


def _source(account: AccountPlan, workload: Workload | None, random: Random) -> str:
    """From outside if the account can be reached from there, else from inside the network."""
    stranger = outside(account, random)
    if reaches(account, stranger):
        return stranger
    subnets = workload.subnets if workload else ()
    for ranges in (subnets, account.private, account.subnets):
        address = inside(ranges, random)
        if address is not None and reaches(account, address):
            return address
    return stranger


def _enter(twin: Twin, plan: Blueprint, account: AccountPlan, *, seed: int) -> Intruder:
    principal, workload = victim(plan, account)
    source = _source(account, workload, Random(seed))  # noqa: S311 - reproducible, not secret
    return Intruder(twin, account, Origin(source, _USER_AGENT), seed=seed, principal=principal)


def _act(intruder: Intruder) -> Iterator[timedelta]:
    """List every container by name and fetch what the identity may read."""
    for container in intruder.containers:
        blobs = intruder.list(container)
        yield intruder.pause()
        for blob in blobs or ():
            intruder.download(container, blob)
            yield intruder.pause()


def _possible(plan: Blueprint, account: AccountPlan) -> NotPossible | None:
    principal, workload = victim(plan, account)
    if not readable(account, principal):
        declared = f"{account.address}: no role assignment that reads its blobs"
        return NotPossible("no identity may read a blob of this account", declared)
    barrier = keeps_out(account, _source(account, workload, Random(0)))  # noqa: S311 - as above
    return NotPossible("the account cannot be reached from anywhere", barrier) if barrier else None


STOLEN_TOKEN: Final = Attack(
    id="stolen-token",
    title=TITLES["stolen-token"],
    techniques=("T1528", "T1550.001", "T1530"),
    story=(
        "An intruder who runs code in the shop's app asks its identity endpoint for a token and "
        "reads, as the app, every blob that the app may read: from outside if the account can be "
        "reached from there, else from the app's own network. While it stays in the app it gets a "
        "new token whenever one expires."
    ),
    needs=(
        "a workload identity with a role that reads blobs",
        "a way to the account from outside or from the app's network",
    ),
    leaves=(
        "OAuth ListBlobs and GetBlob rows with the app's RequesterObjectId and RequesterAppId",
    ),
    stopped_by=(Effect.REMOVE_ROLE, Effect.DISABLE_SERVICE_PRINCIPAL),
    intruder=_enter,
    act=_act,
    undo=Intruder.leave,
    possible=_possible,
)
