"""Anonymous enumeration of public containers, and the download of all that they hold."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Final

from simulator.attacks.places import keeps_out, outside
from simulator.attacks.technique import Attack, Intruder, NotPossible, Origin
from simulator.attacks.titles import TITLES
from simulator.estate.playbook import Effect
from simulator.twin.blueprint import AccountPlan, Blueprint
from simulator.twin.twin import Twin

WORDLIST: Final = (
    "assets",
    "backup",
    "backups",
    "customers",
    "data",
    "documents",
    "exports",
    "files",
    "images",
    "invoices",
    "logs",
    "media",
    "orders",
    "public",
    "reports",
    "uploads",
)
"""Container names that such tools try first."""
_USER_AGENT: Final = "Mozilla/5.0 (compatible; blob enumeration)"


def _enter(twin: Twin, plan: Blueprint, account: AccountPlan, *, seed: int) -> Intruder:  # noqa: ARG001
    source = outside(account, Random(seed))  # noqa: S311 - reproducible, not secret
    return Intruder(twin, account, Origin(source, _USER_AGENT), seed=seed)


def _act(intruder: Intruder) -> Iterator[timedelta]:
    """Try container names, list what answers, fetch every blob of it.

    The declared names are among those tried: a name is no secret.
    """
    names = list(dict.fromkeys((*WORDLIST, *intruder.containers)))
    intruder.random.shuffle(names)
    for container in names:
        blobs = intruder.list(container)
        yield intruder.pause()
        for blob in blobs or ():
            intruder.download(container, blob)
            yield intruder.pause()


def _possible(plan: Blueprint, account: AccountPlan) -> NotPossible | None:  # noqa: ARG001
    if not account.public_blob.value:
        return NotPossible("the account permits no anonymous access", account.public_blob.declared)
    barrier = keeps_out(account, outside(account, Random(0)))  # noqa: S311 - as above
    if barrier:
        return NotPossible("the account is closed to strangers' networks", barrier)
    open_ones = [c for c in account.containers if c.access.value == "container"]
    if not open_ones:
        declared = account.containers[0].access.declared if account.containers else account.address
        return NotPossible("no container lists its blobs to anyone", declared)
    return None


PUBLIC_CONTAINER: Final = Attack(
    id="public-container",
    title=TITLES["public-container"],
    techniques=("T1619", "T1530"),
    story=(
        "A stranger guesses container names of the storage account, finds one that answers without "
        "a credential, lists it and downloads every blob."
    ),
    needs=(
        "anonymous access permitted on the account",
        "a container whose access level is container",
        "the account reachable from the internet",
    ),
    leaves=("anonymous ListBlobs and GetBlob rows with StatusText AnonymousSuccess",),
    stopped_by=(Effect.DISABLE_PUBLIC_BLOB, Effect.PRIVATE_CONTAINER, Effect.CLOSE_NETWORK),
    intruder=_enter,
    act=_act,
    undo=Intruder.leave,
    possible=_possible,
)
