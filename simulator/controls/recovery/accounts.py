"""What a storage account keeps of blobs, containers and shares that are deleted or overwritten."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.accounts import storage_of
from simulator.controls.judge import Demand, false, judge, one_of, settle, true
from simulator.controls.policy_made import maker
from simulator.controls.recovery.demands import DAYS, WHY, days_for, kept
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import Block, Estate, Omitted, Resource, effective

SHARE: Final = "azurerm_storage_share"
"""What shows that the file service of an account is in use."""

# Built-in policies that make these settings: soft delete (DeployIfNotExists), versions (Modify).
_MAKES: Final[Mapping[str, str]] = {
    "blob_properties.delete_retention_policy": "9fbd64e3-67b8-489b-98e5-fa0007d17e76",
    "blob_properties.container_delete_retention_policy": "9fbd64e3-67b8-489b-98e5-fa0007d17e76",
    "blob_properties.versioning_enabled": "978deb5d-c9a7-41f8-b4b2-b76880d0de1f",
}
_POLICIES: Final = ("delete_retention_policy", "container_delete_retention_policy")
HCL: Final = (
    "blob_properties { versioning_enabled = true, delete_retention_policy { days = 30 }, "
    "container_delete_retention_policy { days = 30 } }"
)
"""The usual repair."""

_VERSIONS: Final = Demand(
    "blob_properties.versioning_enabled", true, "true", WHY, "versioning_enabled = true"
)
_PURGE: Final = Demand(
    "blob_properties.delete_retention_policy.permanent_delete_enabled",
    false,
    "false",
    WHY,
    "permanent_delete_enabled = false",
)


def account(estate: Estate, one: Resource) -> Iterator[Finding]:
    """What the storage account ``one`` does not keep of what is deleted or overwritten."""
    if not estate.derived(storage_of).holds_no_blobs(one):
        yield from _blobs(estate, one)
    yield from _shares(estate, one)


def _blobs(estate: Estate, account: Resource) -> Iterator[Finding]:
    unread, blocks = account.unresolved("blob_properties"), account.blocks("blob_properties")
    if unread is not None:
        yield from judge(account, _VERSIONS, unread, attribute="blob_properties")
        return
    if blocks and not _is_idle(blocks[0]):
        yield from _properties(estate, account, blocks[0])
    else:
        place = blocks[0] if blocks else account.body
        yield _absent(estate, account, "blob_properties", place, "nothing: what is deleted is gone")


def _is_idle(properties: Block) -> bool:
    """Whether the block keeps nothing: Azure shows one of every account."""
    kept_anyhow = any(properties.blocks(name) or properties.unresolved(name) for name in _POLICIES)
    return effective(properties.get("versioning_enabled")) is False and not kept_anyhow


def _properties(estate: Estate, account: Resource, properties: Block) -> Iterator[Finding]:
    hierarchical = effective(account.get("is_hns_enabled"))
    if hierarchical is not True:  # which can have no versions
        kept_versions = properties.get("versioning_enabled")
        for one in judge(account, _VERSIONS, kept_versions, block=properties):
            unsettled = one.unknown or hierarchical is not False
            yield replace(one, unknown=True) if unsettled else _perhaps(estate, one)
    least = days_for(estate, account)
    for name, days in zip(_POLICIES, (least, DAYS), strict=True):
        yield from _soft_delete(estate, account, properties, name, days)


def _soft_delete(
    estate: Estate, account: Resource, properties: Block, name: str, least: int
) -> Iterator[Finding]:
    path = f"blob_properties.{name}"
    unread, policies = properties.unresolved(name), properties.blocks(name)
    if unread is not None:
        yield from judge(account, kept(path, least), unread)
    elif not policies:
        yield _absent(estate, account, path, properties, "none")
    else:
        policy = policies[0]
        yield from judge(account, kept(f"{path}.days", least), policy.get("days"), block=policy)
        if name == "delete_retention_policy":
            value = policy.get("permanent_delete_enabled")
            yield from judge(account, _PURGE, value, block=policy)


def _absent(
    estate: Estate, account: Resource, attribute: str, place: Block, actual: str
) -> Finding:
    found = finding(
        account,
        attribute,
        actual,
        expected=f"soft delete of blobs and containers ({days_for(estate, account)} days or more), "
        "and versions",
        why=WHY,
        remedy=HCL,
        block=place,
    )
    return _perhaps(estate, found)


def _perhaps(estate: Estate, found: Finding) -> Finding:
    """A setting that is not declared is unknown where an assigned policy may make it."""
    wanted = [one for path, one in _MAKES.items() if path.startswith(found.attribute)]
    assignment = maker(estate, *wanted) if wanted else None
    if assignment is None:
        return found
    actual = f"{found.actual}; only {assignment.address} may make it, once it runs"
    return replace(found, actual=actual, unknown=True)


def _shares(estate: Estate, account: Resource) -> Iterator[Finding]:
    """Soft delete of shares, where there are any; what Azure makes of an omission varies."""
    in_use = account.address in estate.derived(_with_shares)
    if not in_use and not one_of("FileStorage")(effective(account.get("account_kind"))):
        return
    path = "share_properties.retention_policy"
    demand = kept(f"{path}.days", DAYS)
    unread = account.unresolved("share_properties")
    policies = [p for b in account.blocks("share_properties") for p in b.blocks("retention_policy")]
    if policies and unread is None:
        yield from judge(account, demand, policies[0].get("days"), block=policies[0])
        return
    value = unread or Omitted(decided_by="Azure keeps deleted shares by default since 2021")
    remedy = "share_properties { retention_policy { days = 30 } }"
    yield finding(
        account,
        path,
        value,
        expected=f"{DAYS} days or more",
        why=WHY,
        remedy=settle(value, remedy),
        severity=Severity.MEDIUM,
        unknown=True,
    )


def _with_shares(estate: Estate) -> frozenset[str]:
    """The addresses of the accounts that have shares."""
    owners = map(estate.derived(storage_of).account_of, estate.of_type(SHARE))
    return frozenset(owner.address for owner in owners if owner is not None)
