"""DATA-01: no blob can be read anonymously, and storage is closed to the public network."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.accounts import ACCOUNT, CONTAINER, RULES, WEBSITE, Storage, storage_of
from simulator.controls.judge import Demand, false, ignored, judge, one_of
from simulator.controls.network import Firewall, in_block, openings, resource_instances
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
    Estate,
    Omitted,
    Resource,
    Unresolvable,
    effective,
)

_ANONYMOUS: Final = (
    "anyone on the internet could read personal information in it without signing in; reasonable "
    "security is owed under Civ. Code 1798.81.5(b), and least privilege and secure configuration "
    "are audit components of 11 CCR 7123(c)(3) and (5)"
)
_OPEN: Final = (
    "a leaked key, token or public container can then be used from anywhere; reasonable security "
    "is owed under Civ. Code 1798.81.5(b), and segmentation is an audit component of 11 CCR "
    "7123(c)(10)"
)
_UNSEEN: Final = (
    "whether its data can be read anonymously or from any network is decided outside this estate; "
    "11 CCR 7123(c)(5) has secure configuration audited"
)
_NESTED: Final = Demand(
    "allow_nested_items_to_be_public",
    false,
    "false",
    _ANONYMOUS,
    "allow_nested_items_to_be_public = false",
    Severity.CRITICAL,
)
_PRIVATE: Final = Demand(
    "container_access_type",
    one_of("private"),
    '"private"',
    _ANONYMOUS,
    'container_access_type = "private"',
    Severity.CRITICAL,
)
_CLOSE: Final = "public_network_access_enabled = false"


def _assess(estate: Estate) -> Verdict:
    storage = storage_of(estate)
    websites = estate.of_type(WEBSITE)
    outside = _accounts_outside(storage)
    looked_at = (*storage.accounts.values(), *storage.containers.values(), *websites, *outside)
    if not looked_at:
        return not_applicable("DATA-01", ACCOUNT, CONTAINER)
    found = (
        *(f for a in storage.accounts.values() for f in _account(storage, a)),
        *(f for c in storage.containers.values() for f in _container(storage, c)),
        *(f for w in websites for f in _homeless_website(storage, w)),
        *(_unseen(account) for account in outside),
    )
    return verdict("DATA-01", looked_at, found)


def _deliberately_public(account: Resource) -> bool:
    """Whether the account carries the one accepted mark of a public origin: a tag, not a name."""
    return any(
        key.casefold() == "dataclassification" and one_of("public")(effective(value))
        for key, value in account.entries("tags").items()
    )


def _account(storage: Storage, account: Resource) -> Iterator[Finding]:
    if _deliberately_public(account):
        return
    if not storage.holds_no_blobs(account):  # else the flag is inert
        yield from judge(account, _NESTED)
    network = tuple(_network(storage, account))
    yield from network
    if network:
        unknown = all(f.unknown for f in network)
        yield from _static_website(storage, account, unknown=unknown)


def _network(storage: Storage, account: Resource) -> Iterator[Finding]:
    inline = bool(account.blocks("network_rules") or account.unresolved("network_rules"))
    separate = tuple(storage.held_by(account, RULES))
    if effective(account.get("public_network_access_enabled")) is not False:
        yield from _conflict(account, separate, inline=inline)
    if inline or not separate:
        adrift = not inline and any(
            storage.account_of(r) is None for r in storage.estate.of_type(RULES)
        )
        found = openings(account, in_block(account, "network_rules"), _OPEN, _CLOSE)
        yield from (_maybe_closed_elsewhere(f) for f in found) if adrift else found
    if inline and not separate:
        yield from _may_have_been_opened(account)
    if effective(account.get("public_network_access_enabled")) is not False:
        for block in account.blocks("network_rules"):
            yield from resource_instances(account, "network_rules", block, _OPEN)
        for rules in separate:
            yield from resource_instances(rules, "", rules.body, _OPEN)
    for rules in separate:
        firewall = Firewall(rules, "", rules.get("default_action"), rules.get("ip_rules"))
        yield from openings(account, firewall, _OPEN, _CLOSE)


def _may_have_been_opened(account: Resource) -> Iterator[Finding]:
    closed = effective(account.get("public_network_access_enabled")) is False
    if ignored(account, "network_rules") and not closed:
        yield finding(
            account,
            "network_rules",
            "written, but in ignore_changes: only what the account was made with",
            expected="rules that Terraform keeps as they are written",
            why=_OPEN,
            remedy=f"take network_rules out of ignore_changes, or {_CLOSE}",
            unknown=True,
        )


def _conflict(
    account: Resource, separate: tuple[Resource, ...], *, inline: bool
) -> Iterator[Finding]:
    writers = ("network_rules here", *(r.address for r in separate))[0 if inline else 1 :]
    if len(writers) > 1:
        yield finding(
            account,
            "network_rules",
            f"declared more than once: {', '.join(writers)}",
            expected="one declaration of the account's network rules",
            why=f"the last one to be applied wins, so that {_OPEN}",
            remedy=f"keep one of them, or {_CLOSE}",
        )


def _maybe_closed_elsewhere(found: Finding) -> Finding:
    """An open account, while a network-rules resource that could close it has no known account."""
    return replace(found, unknown=True, remedy=f"give {RULES} an account id that can be read")


def _static_website(storage: Storage, account: Resource, *, unknown: bool) -> Iterator[Finding]:
    """A website on an account that is not closed: ``$web`` answers without any sign-in."""
    inline = account.blocks("static_website")
    if inline or any(storage.held_by(account, WEBSITE)):
        yield finding(
            account,
            "static_website",
            "served to everyone, whatever allow_nested_items_to_be_public says",
            expected='no static website, or the tag dataclassification = "public"',
            why=_ANONYMOUS,
            remedy='tags = { dataclassification = "public" }  # only if all of it is meant for all',
            unknown=unknown,
            block=inline[0] if inline else None,
        )


def _homeless_website(storage: Storage, website: Resource) -> Iterator[Finding]:
    if storage.account_of(website) is None:
        yield _no_account(website)


def _container(storage: Storage, container: Resource) -> Iterator[Finding]:
    account = storage.account_of(container)
    if account is None:
        yield _no_account(container)
    elif _deliberately_public(account):
        return
    # Behind an account that forbids it, a public container is harmless until that flag flips.
    shut = account is not None and effective(account.get(_NESTED.attribute)) is False
    severity = Severity.MEDIUM if shut else Severity.CRITICAL
    yield from judge(container, replace(_PRIVATE, severity=severity))


def _no_account(child: Resource) -> Finding:
    by_id = child.get("storage_account_id")
    link = child.get("storage_account_name") if isinstance(by_id, Omitted) else by_id
    return finding(
        child,
        "storage_account_id",
        link,
        expected="a storage account whose settings can be read",
        why=_UNSEEN,
        remedy="declare the account in the same estate, or check the estate that declares it",
        unknown=True,
    )


def _accounts_outside(storage: Storage) -> tuple[Resource, ...]:
    """Accounts known only as data sources, where this estate keeps something or has no other."""
    if not storage.accounts:
        return storage.outside
    children = (*storage.containers.values(), *storage.estate.of_type(WEBSITE))
    owners = {owner.address for c in children if (owner := storage.account_of(c)) is not None}
    return tuple(r for r in storage.outside if r.address in owners)


def _unseen(account: Resource) -> Finding:
    return finding(
        account,
        _NESTED.attribute,
        Unresolvable("the account is read as a data source"),
        expected="false, on an account closed to the public network",
        why=_UNSEEN,
        remedy="declare the account in the same estate, or check the estate that declares it",
        severity=Severity.CRITICAL,
        unknown=True,
    )


_ANOTHER: Final = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/"
    "Microsoft.Storage/storageAccounts/another"
)

DATA_01: Final = Control(
    id="DATA-01",
    title="No blob, container or storage account is reachable anonymously, and the account is "
    "closed to the public network",
    gap="Azure Blob Storage with public read access misconfigured for customer data",
    severity=Severity.CRITICAL,
    citations=(
        "Civ. Code 1798.81.5(b)",
        "Civ. Code 1798.100(e)",
        "Civ. Code 1798.150(a)(1)",
        "11 CCR 7123(c)(3)",
        "11 CCR 7123(c)(5)",
        "11 CCR 7123(c)(10)",
    ),
    frameworks=(
        ("CIS Azure 2.0", ("3.7", "3.8")),
        ("CIS Azure 3.0", ("4.6", "4.7", "4.17")),
        ("CIS Azure 4.0", ("10.3.2.2", "10.3.2.3", "10.3.8", "10.3.9")),
        ("CIS Azure 5.0", ("9.3.2.2", "9.3.2.3", "9.3.8")),
        ("CIS Azure 6.0", ("9.3.2.2", "9.3.2.3", "9.3.8")),
        ("MCSB", ("NS-2",)),
        ("NIST SP 800-53", ("AC-4", "SC-7", "SC-7(3)")),
        ("PCI DSS 4.0.1", ("1.4.4",)),
    ),
    techniques=("T1530", "T1619", "T1537"),
    remedy="allow_nested_items_to_be_public = false, public_network_access_enabled = false",
    cannot_show=(
        "containers made by the application or in the portal, and access levels changed since",
        "shared access signatures already handed out",
        "whether the blobs hold personal information",
        "firewall exceptions added by hand",
        "what trusted services of Azure do, which a firewall lets in unless bypass says otherwise",
    ),
    assess=_assess,
    weakenings=(
        Weakening(Harm.FLIP, ACCOUNT, _NESTED.attribute, "true"),
        Weakening(Harm.DELETE, ACCOUNT, _NESTED.attribute),
        Weakening(Harm.WEAKEN, ACCOUNT, _NESTED.attribute, "null"),
        Weakening(Harm.WEAKEN, CONTAINER, _PRIVATE.attribute, '"blob"'),
        Weakening(Harm.WIDEN, CONTAINER, _PRIVATE.attribute, '"container"'),
        Weakening(Harm.MISSPELL, CONTAINER, _PRIVATE.attribute, '"privat"'),
        Weakening(
            Harm.UNLINK,
            CONTAINER,
            "storage_account_id",
            f'"{_ANOTHER}"',
            # Nobody can tell what protects a container whose account is not here.
            also=("DATA-02", "DATA-08", "RESP-02", "RESP-14"),
        ),
    ),
)
