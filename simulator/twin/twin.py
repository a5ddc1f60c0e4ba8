"""The twin: the estate's storage, running, with what its declarations allow and no more."""

import base64
import hashlib
import ssl
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import trustme
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient

from simulator.clock import wall_clock
from simulator.estate.playbook import Effect
from simulator.telemetry.exchange import Exchange, received
from simulator.twin.azurite import Azurite, Files, Keys
from simulator.twin.containment import (
    NOW_ONLY,
    Applied,
    Containment,
    change_for,
    in_words,
    pointless,
)
from simulator.twin.errors import SignInRefusedError, TwinError
from simulator.twin.gateway import Gateway
from simulator.twin.install import installed_azurite
from simulator.twin.node import find_node
from simulator.twin.plan import AccountPlan, Blueprint, object_id
from simulator.twin.policy import CUTS_OFF, AccountState
from simulator.twin.tokens import bearer_token
from simulator.twin.visit import Behind

__all__ = ["Applied", "Containment", "SignInRefusedError", "Twin", "TwinError"]

TOKEN_LIFETIME: Final = timedelta(minutes=75)
"""Middle of the 60-90 minutes that Microsoft Learn gives for access tokens."""
_KEY_NAMES: Final = ("key1", "key2")


class Twin:
    """A running copy of the declared storage. Use ``with Twin.up(...) as twin``.

    ``now`` gives simulated time.
    """

    def __init__(
        self, plan: Blueprint, now: Callable[[], datetime], token_lifetime: timedelta
    ) -> None:
        self.blueprint = plan
        self.now = now
        self._token_lifetime = token_lifetime
        self._states = {a.name: AccountState(a) for a in plan.accounts}
        self._rotations = {(a.name, key): 0 for a in plan.accounts for key in _KEY_NAMES}
        self._owners: dict[str, BlobServiceClient] = {}
        self._stack = ExitStack()

    @classmethod
    def up(
        cls,
        plan: Blueprint,
        now: Callable[[], datetime],
        progress: Callable[[str], None] = lambda _: None,
        *,
        token_lifetime: timedelta = TOKEN_LIFETIME,
    ) -> Self:
        """Start the storage server and the gateway, and create the declared containers.

        ``now`` gives simulated time. Raises ``TwinError`` if anything cannot be started; nothing is
        left running then.
        """
        if not plan.accounts:
            raise TwinError("nothing to run: the estate declares no azurerm_storage_account")
        twin = cls(plan, now, token_lifetime)
        try:
            twin._start(progress)
        except BaseException:
            twin.down()
            raise
        return twin

    def _start(self, progress: Callable[[str], None]) -> None:
        node = find_node()
        main = installed_azurite(node, progress)
        place = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="cpra-drill-")))
        self.ca_file = place / "ca.pem"
        authority, certificate = _certificates(place)
        files = Files(node.node, main, place / "cert.pem", place / "key.pem", place / "data")
        progress(f"starting Azurite for {len(self.blueprint.accounts)} storage accounts")
        self._azurite = Azurite(files)
        self._stack.callback(self._azurite.stop)
        self._azurite.start(self._keys())
        behind = Behind(self._states.get, self._named_keys, lambda: self._azurite.url, self.now)
        self._gateway = Gateway(behind, *_contexts(authority, certificate))
        self._stack.callback(self._gateway.close)
        self._stack.callback(self._close_owners)
        self._create_containers()
        progress("the twin is up")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.down()

    def down(self) -> None:
        """Stop everything and remove the data. Idempotent."""
        self._stack.close()

    def check(self) -> None:
        """Raise ``TwinError`` if the storage server has died."""
        self._azurite.check()

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Every request through the gateway so far. Raises ``TwinError`` if Azurite has died."""
        self.check()
        return self._gateway.exchanges()

    def endpoint(self, account: str, scheme: str = "https") -> str:
        """The account's blob endpoint through the gateway (path style)."""
        return f"{self._gateway.url(scheme)}/{self._plan(account).name}"

    def owner(self, account: str) -> BlobServiceClient:
        """The owner's client, straight to the storage server: not judged, and not in the log."""
        self.check()
        if account not in self._owners:
            self._owners[account] = BlobServiceClient(
                f"{self._azurite.url}/{account}",
                credential=self.account_key(account, "key1"),
                connection_verify=str(self.ca_file),
                retry_total=0,
            )
        return self._owners[account]

    def account_key(self, account: str, key: str = "key1") -> str:
        """An account key that is valid now, base64 text."""
        return self._named_keys(self._plan(account).name)[key]

    def token(self, principal: str, since: datetime | None = None) -> str:
        """A bearer token for an identity, valid for the token lifetime.

        ``since`` is when somebody began to ask for one, and again whenever the last expired: the
        token is the one they hold now. Without it, it is asked for now. An identity that has been
        cut off gets none from then on; raises ``SignInRefusedError`` if that was before ``since``.
        """
        begun, end = since or self.now(), self.now()
        for state in self._states.values():
            for effect in CUTS_OFF:
                for change in state.in_force(effect, end):
                    if object_id(change.principal) != object_id(principal):
                        continue
                    if since is None or change.effective_at < begun:
                        raise SignInRefusedError(f"{principal}: no token since {change}")
                    end = min(end, change.effective_at)
        issued = begun + (end - begun) // self._token_lifetime * self._token_lifetime
        kind = self.blueprint.kind_of(principal)
        return bearer_token(principal, kind, issued, self._token_lifetime)

    def state(self, account: str) -> AccountState:
        """An account as declared, with what has been changed since."""
        return self._states[self._plan(account).name]

    def received(self, source: str) -> Mapping[tuple[str, str, str], int]:
        """Distinct bytes that a source address really got, by (account, container, blob)."""
        return received(self.exchanges, source)

    def apply(self, asked: Containment) -> Applied:
        """Take something away.

        Raises ``ValueError`` for an effect that takes nothing away, an unknown key name, or a real
        action that is asked for before its time; ``TwinError`` if Azurite fails.
        """
        effect = asked.effect
        if not effect.contains:
            raise ValueError(f"{effect.value} takes no access away")
        if effect in NOW_ONLY and asked.effective_at and asked.effective_at > self.now():
            raise ValueError(f"{effect.value} is carried out at once: ask for it when it is due")
        accounts = self.blueprint.accounts
        if asked.account is not None:
            accounts = (self._plan(asked.account),)
        if effect is Effect.ROTATE_STORAGE_KEYS:
            return self._rotate(accounts, asked.key)
        if effect is Effect.PRIVATE_CONTAINER:
            return self._make_private(accounts, asked.container)
        why = pointless(asked, self.blueprint, accounts)
        if why:
            return Applied(f"{effect.value}: nothing changed", why, real=False, changed=False)
        touched = self.blueprint.accounts if effect in CUTS_OFF else accounts
        change = change_for(asked, self.now(), wall_clock())
        for account in touched:
            self._states[account.name] = self._states[account.name].changed(change)
        detail = f"the gateway refuses from {change.effective_at:%Y-%m-%d %H:%M:%S} UTC on"
        if effect in CUTS_OFF:
            detail += ", for tokens issued from then on"
        return Applied(in_words(asked, accounts), detail, real=False)

    def _rotate(self, accounts: tuple[AccountPlan, ...], key: str) -> Applied:
        if key not in _KEY_NAMES:
            raise ValueError(f"{key!r} is no account key; give key1 or key2")
        for account in accounts:
            self._rotations[account.name, key] += 1
        self._close_owners()
        self._gateway.hang_up()
        self._azurite.restart(self._keys())
        names = ", ".join(account.name for account in accounts)
        detail = f"Azurite was restarted with a new {key}: what the old one signed is refused"
        return Applied(f"{key} of {names} rotated", detail, real=True)

    def _make_private(self, accounts: tuple[AccountPlan, ...], container: str | None) -> Applied:
        made = [
            f"{account.name}/{plan.name}"
            for account in accounts
            for plan in account.containers
            if container in {None, plan.name} and self._close_container(account, plan.name)
        ]
        if not made:
            why = "every such container is private already"
            return Applied("private-container: nothing changed", why, real=True, changed=False)
        what = f"anonymous access to {', '.join(made)} taken away"
        return Applied(what, "the containers' access level was really set", real=True)

    def _close_container(self, account: AccountPlan, name: str) -> bool:
        """Make a container private, keeping its stored access policies; false if it was."""
        client = self.owner(account.name).get_container_client(name)
        try:
            policy = client.get_container_access_policy()
            if policy["public_access"] is None:
                return False
            kept = {entry.id: entry.access_policy for entry in policy["signed_identifiers"]}
            client.set_container_access_policy(signed_identifiers=kept)
        except AzureError as error:
            self._azurite.check()
            raise TwinError(f"{account.name}/{name} cannot be made private: {error}") from error
        return True

    def _create_containers(self) -> None:
        for account in self.blueprint.accounts:
            for plan in account.containers:
                level = None if plan.access.value == "private" else plan.access.value
                try:
                    self.owner(account.name).create_container(plan.name, public_access=level)
                except AzureError as error:
                    self._azurite.check()
                    raise TwinError(
                        f"{plan.address}: Azurite made no container {plan.name!r}: {error}"
                    ) from error

    def _plan(self, account: str) -> AccountPlan:
        try:
            return self.blueprint.by_name[account]
        except KeyError:
            known = ", ".join(self.blueprint.by_name)
            raise TwinError(f"the twin has no storage account {account!r}, only {known}") from None

    def _keys(self) -> Mapping[str, Keys]:
        return {a.name: Keys(**self._named_keys(a.name)) for a in self.blueprint.accounts}

    def _named_keys(self, account: str) -> Mapping[str, str]:
        """An account's keys by name: made from its name, so that a run can be repeated."""
        made = {}
        for key in _KEY_NAMES:
            seed = f"cpra-drill:{account}:{key}:{self._rotations[account, key]}"
            made[key] = base64.b64encode(hashlib.sha512(seed.encode()).digest()).decode()
        return made

    def _close_owners(self) -> None:
        while self._owners:
            self._owners.popitem()[1].close()


def _certificates(place: Path) -> tuple[trustme.CA, trustme.LeafCert]:
    """A certificate authority for this twin alone, and a certificate for loopback, as files too."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(place / "ca.pem")
    certificate.private_key_pem.write_to_path(place / "key.pem")
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    (place / "cert.pem").write_bytes(chain)
    return authority, certificate


def _contexts(
    authority: trustme.CA, certificate: trustme.LeafCert
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What the gateway shows its callers, and what it expects of the storage server."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(server)
    client = ssl.create_default_context()
    authority.configure_trust(client)
    return server, client
