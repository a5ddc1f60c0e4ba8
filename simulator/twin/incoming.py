"""Reading who a request comes from: its credential and its claimed source. Pure."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address

from simulator.telemetry.exchange import AuthKind, Claims, Credential
from simulator.telemetry.storage_blob_logs import authentication_hash
from simulator.twin.signature import key_hash, sas_signer, shared_key_signer
from simulator.twin.target import Target

CLIENT_HEADER = "x-drill-client"
"""The claimed source address of a caller, ``203.0.113.57:51123``; never passed on."""


def read_source(claimed: str | None, peer: tuple[str, int]) -> tuple[str, int]:
    """Address and port of the caller: the claimed ones if they are legal, else the real peer's.

    >>> read_source("203.0.113.57:51123", ("127.0.0.1", 5))
    ('203.0.113.57', 51123)
    >>> read_source("[2001:db8::1]:443", ("127.0.0.1", 5)), read_source("x", ("127.0.0.1", 5))
    (('2001:db8::1', 443), ('127.0.0.1', 5))
    """
    address, _, port = (claimed or "").rpartition(":")
    try:
        return str(ip_address(address.strip("[]"))), int(port)
    except ValueError:
        return peer


def read_credential(
    method: str, target: Target, headers: Mapping[str, str], keys: Mapping[str, str]
) -> Credential:
    """What the request proves itself with. ``headers`` has lower-case names.

    Nothing is verified here: the storage server checks signatures and tokens. ``keys`` are the
    account's keys by name, to tell which of them signed.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if "sig" in target.parameters:
        return _sas(target, keys)
    if scheme.lower() == "bearer":
        token = value.strip()
        return Credential(AuthKind.OAUTH, sha256(token), claims=read_claims(token))
    if scheme.lower() in {"sharedkey", "sharedkeylite"}:
        key = shared_key_signer(keys, method, target, headers)
        return Credential(AuthKind.ACCOUNT_KEY, _hash(AuthKind.ACCOUNT_KEY, key, keys), key)
    return Credential(AuthKind.PREFLIGHT if method == "OPTIONS" else AuthKind.ANONYMOUS)


def _sas(target: Target, keys: Mapping[str, str]) -> Credential:
    signature = sha256(target.parameters["sig"])
    if "skoid" in target.parameters:
        start = _moment(target.parameters.get("skt", ""))
        hashed = _hash(AuthKind.DELEGATION_SAS, "", keys, signature)
        owner = Claims(object_id=target.parameters["skoid"].lower())
        return Credential(AuthKind.DELEGATION_SAS, hashed, claims=owner, delegation_start=start)
    key = sas_signer(keys, target)
    return Credential(AuthKind.SAS, _hash(AuthKind.SAS, key, keys, signature), key)


def sha256(text: str) -> str:
    """The digest that the log shows of a token or signature: upper-case hex."""
    return hashlib.sha256(text.encode()).hexdigest().upper()


def _hash(kind: AuthKind, key: str, keys: Mapping[str, str], token: str = "") -> str:
    return authentication_hash(kind, key, key_hash(keys[key]) if key else "", token)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def read_claims(token: str) -> Claims:
    """The claims of a JWT, unverified; empty where it has none.

    ``drill_iat`` and ``drill_exp`` are the token's lifetime in simulated time: ``iat`` and ``exp``
    are in real time, because the storage server checks them against its own clock.
    """
    try:
        part = token.split(".")[1]
        body = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return Claims()
    if not isinstance(body, dict):
        return Claims()

    def text(name: str) -> str:
        value = body.get(name)
        return value if isinstance(value, str) else ""

    def moment(name: str) -> datetime | None:
        value = body.get(name)
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None

    return Claims(
        object_id=text("oid").lower(),
        upn=text("upn"),
        app_id=text("appid"),
        tenant_id=text("tid"),
        audience=text("aud"),
        issuer=text("iss"),
        issued_at=moment("drill_iat"),
        expires_at=moment("drill_exp"),
    )
