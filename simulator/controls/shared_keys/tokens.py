"""What is signed with an account's key: shared access signatures, and the policies that bound them.

A signature opens what it names to whoever has its text, until it ends. It cannot be taken back but
by a new key or by its stored policy.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from simulator.controls.accounts import ACCOUNT
from simulator.controls.judge import Demand, judge, settle, true
from simulator.controls.shared_keys.limits import LIMIT, lasts, moment
from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)

SIGNATURES: Final = ("azurerm_storage_account_sas", "azurerm_storage_account_blob_container_sas")
"""The data sources that sign with an account's key."""

SHARED: Final = ("azurerm_storage_share", "azurerm_storage_table")
"""What can have stored access policies in azurerm; containers and queues cannot."""

DISK_SIGNATURE: Final = "azurerm_managed_disk_sas_token"
"""A signature on a whole disk."""

_WHY: Final = (
    "whoever finds the text in a log, a mail or a file reads the data with it until it ends, and "
    "nobody can take it back; credentials are managed under 11 CCR 7123(c)(3), and reasonable "
    "security is owed under Civ. Code 1798.81.5(b)"
)
_PLAIN: Final = (
    "the signature itself can be read on the way, and used by who reads it; encryption in transit "
    "is an audit component of 11 CCR 7123(c)(2)"
)
_EXPECTED: Final = f"at most {LIMIT.days} days after start"
_HTTPS: Final = Demand("https_only", true, "true", _PLAIN, "https_only = true")
_SECONDS: Final = Demand(
    "duration_in_seconds",
    lambda seconds: isinstance(seconds, int) and seconds <= LIMIT.total_seconds(),
    f"at most {int(LIMIT.total_seconds())} ({LIMIT.days} days)",
    _WHY,
    "duration_in_seconds = 3600",
)
_ACCOUNT_NAME: Final = re.compile(r"AccountName=([a-z0-9]{3,24})(?:;|$)", re.IGNORECASE)


def signatures(estate: Estate) -> tuple[Resource, ...]:
    """The signatures that the configuration makes, data sources all."""
    return tuple(r for r in estate.resources if r.mode == "data" and r.type in SIGNATURES)


def signed_for(estate: Estate, signature: Resource) -> Resource | None:
    """The account that a signature is for, declared or read; ``None`` if it cannot be told."""
    value = signature.get("connection_string")
    if isinstance(value, Reference):
        return estate.by_address.get(value.to)
    text = effective(value)
    found = _ACCOUNT_NAME.search(text) if isinstance(text, str) else None
    return estate.named(ACCOUNT, found[1]) if found else None


def signature(one: Resource, *, closed: bool) -> Iterator[Finding]:
    """What is wrong with a signature. Its account may be ``closed`` to the public network."""
    yield from judge(one, _HTTPS)
    yield from _expiry(one, "expiry", one.get("start"), one.get("expiry"))
    container = one.type == SIGNATURES[1]
    attribute = "ip_address" if container else "ip_addresses"
    # Over a private endpoint no public address is seen, so that there is none to name.
    if not closed and effective(one.get(attribute)) in {UNSTATED, None, ""}:
        value = one.get(attribute)
        unknown = isinstance(value, Reference | Unresolvable)
        remedy = f'{attribute} = "203.0.113.7"'
        yield finding(
            one,
            attribute,
            value,
            expected="the addresses that may use it",
            why=_WHY,
            remedy=settle(value, remedy) if unknown else remedy,
            severity=Severity.MEDIUM,
            unknown=unknown,
        )


def disk_token(token: Resource) -> Iterator[Finding]:
    """What is wrong with a signature on a disk."""
    yield from judge(token, _SECONDS)


def stored_policies(holder: Resource) -> Iterator[Finding]:
    """What is wrong with the stored policies of a share or a table: one finding for all of them."""
    unread = holder.unresolved("acl")
    if unread is not None:
        yield _finding(holder, "acl", unread, unknown=True, block=None)
        return
    for acl in holder.blocks("acl"):
        for policy in acl.blocks("access_policy"):
            yield from _expiry(
                holder,
                "acl.access_policy.expiry",
                policy.get("start"),
                policy.get("expiry"),
                block=policy,
            )


def _expiry(
    one: Resource, attribute: str, start: Value, expiry: Value, *, block: Block | None = None
) -> Iterator[Finding]:
    ends, begins = effective(expiry), effective(start)
    if isinstance(expiry, Omitted) or ends in {None, ""}:
        yield _finding(one, attribute, "none: it never ends", unknown=False, block=block)
        return
    length = _from_run_to_run(start, expiry)
    if length is not None:
        if length > LIMIT:
            yield _finding(
                one, attribute, f"{_days(length)} days after start", unknown=False, block=block
            )
        return
    if isinstance(expiry, Reference | Unresolvable):
        yield _finding(one, attribute, expiry, unknown=True, block=block)
        return
    length = lasts(begins, ends)
    if length is None:
        if moment(ends) is None:
            actual = "a text that is no moment"
        elif isinstance(start, Known) and begins not in {None, ""}:
            actual = f"{ends}, from a start that is no moment"
        else:
            actual = f"{ends}, from a start that is not known"
        yield _finding(one, attribute, actual, unknown=True, block=block)
    elif length > LIMIT:
        yield _finding(
            one, attribute, f"{ends}: {_days(length)} days after start", unknown=False, block=block
        )


def _from_run_to_run(start: Value, expiry: Value) -> timedelta | None:
    """How long a signature lasts that both begins and ends a while after Terraform runs."""
    if not isinstance(start, Unresolvable) or not isinstance(expiry, Unresolvable):
        return None
    if start.after_run is None or expiry.after_run is None:
        return None
    return expiry.after_run - start.after_run


def _days(length: timedelta) -> str:
    return f"{length / timedelta(days=1):,.4g}" if length < 2 * LIMIT else f"{length.days:,}"


def _finding(
    one: Resource, attribute: str, actual: Value | str, *, unknown: bool, block: Block | None
) -> Finding:
    remedy = 'start = local.start, expiry = timeadd(local.start, "24h")'
    return finding(
        one,
        attribute,
        actual,
        expected=_EXPECTED,
        why=_WHY,
        remedy=f"give both with --var-file or a plan, or write them out: {remedy}"
        if unknown
        else remedy,
        unknown=unknown,
        block=block,
    )
