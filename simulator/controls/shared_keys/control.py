"""DATA-02: account keys are off, and what must be signed is short-lived, HTTPS-only and blocked.

A limit on signatures does not limit the key that signs them: an account with a strict SAS policy
and its keys on is still opened, whole and for ever, by one line of text. So the policy makes a
finding less severe, and not go away; who needs a key has that waived, by name and until a day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from simulator.controls.accounts import ACCOUNT, CONTAINER, Storage, storage_of
from simulator.controls.findings import once
from simulator.controls.judge import Demand, false, judge, one_of, settle
from simulator.controls.shared_keys import tokens
from simulator.controls.shared_keys.limits import LIMIT, period
from simulator.controls.verdict import (
    Control,
    Finding,
    Harm,
    Severity,
    Verdict,
    Weakening,
    finding,
    not_applicable,
    verdict,
)
from simulator.estate.model import (
    UNSTATED,
    Estate,
    Omitted,
    Resource,
    Unresolvable,
    Value,
    effective,
)
from simulator.estate.personal_information import holding

_USER: Final = "azurerm_storage_account_local_user"
_PARTS: Final = (CONTAINER, "azurerm_storage_queue", *tokens.SHARED, _USER)

_WHY: Final = (
    "one line of text in a file, a log or a connection string opens all of the account, for ever, "
    "and the log names nobody; account management is an audit component of 11 CCR 7123(c)(3), and "
    "reasonable security is owed under Civ. Code 1798.81.5(b)"
)
_LIMITS: Final = (
    "a signature that leaks is then good for longer than anyone watches for it; secure "
    "configuration is an audit component of 11 CCR 7123(c)(5)"
)
_REMEDY: Final = "shared_access_key_enabled = false"
_POLICY: Final = 'sas_policy { expiration_period = "01.00:00:00", expiration_action = "Block" }'
_KEYS: Final = Demand("shared_access_key_enabled", false, "false", _WHY, _REMEDY)
_BLOCK: Final = Demand(
    "sas_policy.expiration_action",
    one_of("Block"),
    '"Block": "Log" stops nothing',
    _LIMITS,
    _POLICY,
)
_PASSWORD: Final = Demand(
    "ssh_password_enabled",
    false,
    "false, with an SSH key",
    "a password of an SFTP user outlives the account keys and is typed by people; " + _WHY,
    "ssh_password_enabled = false, ssh_key_enabled = true",
    Severity.MEDIUM,
)


def _assess(estate: Estate) -> Verdict:
    storage = storage_of(estate)
    signed = tokens.signatures(estate)
    disks = estate.of_type(tokens.DISK_SIGNATURE)
    outside = _outside(storage, signed)
    left_out = {a.address: why for a in storage.accounts.values() if (why := _exempt(estate, a))}
    accounts = tuple(a for a in storage.accounts.values() if a.address not in left_out)
    said = tuple(f"{address} (left out: {why})" for address, why in left_out.items())
    parts = tuple(_judged(storage, left_out))
    judged = tuple(s for s in signed if _address(tokens.signed_for(estate, s)) not in left_out)
    disks = tuple(d for d in disks if _disk_matters(estate, d))
    about = (*accounts, *outside, *parts, *judged, *disks)
    if not about:
        return not_applicable("DATA-02", ACCOUNT, *tokens.SIGNATURES, tokens.DISK_SIGNATURE, *said)
    found = (
        *(f for account in accounts for f in _account(account)),
        *(_unseen(account) for account in outside),
        *(f for part in parts for f in _part(storage, part)),
        *(f for one in judged for f in _signature(storage, one)),
        *(f for disk in disks for f in tokens.disk_token(disk)),
    )
    return verdict("DATA-02", (*(r.address for r in about), *said), once(found))


def _exempt(estate: Estate, account: Resource) -> str:
    """Why an account is not judged: it holds nothing personal, or the runtime of a function app.

    A Consumption plan needs the key of the account that its functions run from.
    """
    held = holding(estate, account)
    if not held.may_hold:
        return held.because
    tags = {name.casefold(): effective(value) for name, value in account.entries("tags").items()}
    if one_of("function-runtime")(tags.get("purpose")) and not held.surely_holds:
        return "tag purpose = function-runtime"
    return ""


def _address(resource: Resource | None) -> str:
    return "" if resource is None else resource.address


def _judged(storage: Storage, left_out: Mapping[str, str]) -> Iterator[Resource]:
    """What stands in an account that is judged, or in one that is not declared here."""
    for part in storage.estate.of_type(*_PARTS):
        if _address(storage.account_of(part)) not in left_out:
            yield part


def _disk_matters(estate: Estate, token: Resource) -> bool:
    target = estate.target(token.get("managed_disk_id"))
    return target is None or holding(estate, target.resource).may_hold


# --- accounts ------------------------------------------------------------------------------------


def _account(account: Resource) -> Iterator[Finding]:
    keys = tuple(judge(account, _KEYS))
    if not keys:
        return  # nothing that is signed with them is accepted
    limits = tuple(_limits(account))
    bounded = bool(account.blocks("sas_policy")) and not limits
    for one in keys:
        if bounded:
            yield replace(
                one,
                severity=Severity.MEDIUM,
                actual=f"{one.actual}; signatures are limited, the keys are not",
            )
        else:
            yield one
    yield from (replace(one, unknown=True) for one in limits) if keys[0].unknown else limits


def _limits(account: Resource) -> Iterator[Finding]:
    """What is wrong with a SAS policy that is there; none is told with the keys."""
    unread = account.unresolved("sas_policy")
    if unread is not None:
        yield _limit(account, "sas_policy", unread, unknown=True)
    for policy in account.blocks("sas_policy"):
        value = policy.get("expiration_period")
        length = period(effective(value))
        if length is None or length > LIMIT:
            yield replace(
                _limit(account, "sas_policy.expiration_period", value, unknown=length is None),
                origin=policy.origin or account.origin,
            )
        yield from judge(account, _BLOCK, policy.get("expiration_action"), block=policy)


def _limit(account: Resource, attribute: str, value: Value, *, unknown: bool) -> Finding:
    return finding(
        account,
        attribute,
        value,
        expected=f"at most {LIMIT.days:02}.00:00:00 (days.hours:minutes:seconds)",
        why=_LIMITS,
        remedy=settle(value, _POLICY) if unknown else _POLICY,
        unknown=unknown,
    )


def _outside(storage: Storage, signed: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """The accounts that are only read, where this estate keeps or signs something, or no other."""
    if not storage.accounts:
        return storage.outside
    owners = {_address(storage.account_of(part)) for part in storage.estate.of_type(*_PARTS)}
    owners |= {_address(tokens.signed_for(storage.estate, one)) for one in signed}
    return tuple(account for account in storage.outside if account.address in owners)


def _unseen(account: Resource) -> Finding:
    return finding(
        account,
        _KEYS.attribute,
        Unresolvable("the account is read as a data source"),
        expected="false",
        why=_WHY,
        remedy="declare the account in the same estate, or check the estate that declares it",
        unknown=True,
    )


# --- what belongs to accounts --------------------------------------------------------------------


def _part(storage: Storage, part: Resource) -> Iterator[Finding]:
    account = storage.account_of(part)
    if account is None:
        yield _homeless(part, "storage_account_id")
    if part.type == _USER:
        yield from _user(account, part)
    elif part.type in tokens.SHARED and not _keys_are_off(account):
        yield from tokens.stored_policies(part)


def _homeless(one: Resource, link: str) -> Finding:
    value = one.get(link)
    if isinstance(value, Omitted) and link == "storage_account_id":
        value = one.get("storage_account_name")
    return finding(
        one,
        link,
        value,
        expected="an account whose keys are known to be off",
        why=_WHY,
        remedy="declare the account in the same estate, or check the estate that declares it",
        unknown=True,
    )


def _user(account: Resource | None, user: Resource) -> Iterator[Finding]:
    """An SFTP user's password: it works without account keys, as long as the account has SFTP."""
    switches = ("sftp_enabled", "local_user_enabled")
    values = [effective(account.get(name)) if account else UNSTATED for name in switches]
    if any(value is False for value in values):
        return
    unsettled = any(value is UNSTATED for value in values)
    for one in judge(user, _PASSWORD):
        yield replace(one, unknown=True) if unsettled else one


def _signature(storage: Storage, one: Resource) -> Iterator[Finding]:
    account = tokens.signed_for(storage.estate, one)
    if account is None:
        yield _homeless(one, "connection_string")
    if not _keys_are_off(account):
        yield from tokens.signature(one, closed=_is_closed(account))


def _keys_are_off(account: Resource | None) -> bool:
    return account is not None and effective(account.get(_KEYS.attribute)) is False


def _is_closed(account: Resource | None) -> bool:
    return account is not None and effective(account.get("public_network_access_enabled")) is False


DATA_02: Final = Control(
    id="DATA-02",
    title="Account keys are off; where a signature must exist it is short-lived, HTTPS-only and "
    "blocked past its limit",
    gap="leaving static secrets in application configurations",
    severity=Severity.HIGH,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "11 CCR 7123(c)(1)",
        "11 CCR 7123(c)(3)",
        "11 CCR 7123(c)(5)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("3.3", "3.4", "3.6")),
        ("CIS Azure 3.0", ("4.3", "4.4", "4.5")),
        ("CIS Azure 4.0", ("10.3.1.1", "10.3.1.2", "10.3.1.3", "10.3.3.1")),
        ("CIS Azure 5.0", ("9.3.1.1", "9.3.1.2", "9.3.1.3", "9.3.3.1")),
        ("CIS Azure 6.0", ("9.3.1.1", "9.3.1.2", "9.3.1.3", "9.3.3.1")),
        ("MCSB", ("IM-1",)),
        ("NIST SP 800-53", ("AC-2", "AC-3", "IA-5")),
    ),
    techniques=("T1552.001", "T1528", "T1530"),
    remedy="shared_access_key_enabled = false  # and storage_use_azuread = true in the provider",
    cannot_show=(
        "signatures that were handed out already",
        "how old the keys are, and who listed them",
        "whether a signature permits more than it has to: its length and its way are judged",
        "stored access policies of containers and queues, which azurerm cannot declare",
        "signatures made with Entra ID, which work without account keys for up to seven days",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.FLIP, ACCOUNT, "shared_access_key_enabled", where="customer"),
        Weakening(Harm.DELETE, ACCOUNT, "shared_access_key_enabled", where="customer"),
        Weakening(Harm.WEAKEN, ACCOUNT, "shared_access_key_enabled", "null", where="customer"),
    ),
)
