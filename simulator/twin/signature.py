"""Which account key signed a request, by computing the signature with each of them. Pure.

Azurite checks signatures but does not say which key matched, and the log names that key: it is what
has to be rotated. Strings to sign: Microsoft Learn, "Authorize with Shared Key", "Create a service
SAS" and "Create an account SAS" (service versions from 2020-12-06 on, which the clients use).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from simulator.twin.target import Target

_SIGNED_HEADERS = (
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
)
_SERVICE_SAS = (
    ("sp", "st", "se"),
    ("si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct"),
)
_ACCOUNT_SAS = ("sp", "ss", "srt", "st", "se", "sip", "spr", "sv", "ses")


def key_hash(key: str) -> str:
    """SHA-256 of an account key (base64 text), in upper-case hex, as the log shows it."""
    return hashlib.sha256(base64.b64decode(key)).hexdigest().upper()


def shared_key_signer(
    keys: Mapping[str, str], method: str, target: Target, headers: Mapping[str, str]
) -> str:
    """``key1``/``key2`` if that key made the SharedKey signature in the headers, else ``""``.

    ``headers`` has lower-case names.
    """
    signed = dict(headers)
    if signed.get("content-length") == "0":
        del signed["content-length"]
    private = sorted((name, value) for name, value in headers.items() if name.startswith("x-ms-"))
    lines = (
        method,
        *(signed.get(name, "") for name in _SIGNED_HEADERS),
        *(f"{name}:{value}" for name, value in private),
        f"/{target.account}{target.raw_path}",
        *(f"{name}:{value}" for name, value in sorted(target.parameters.items())),
    )
    signature = headers.get("authorization", "").rpartition(":")[2]
    return _signer(keys, signature, "\n".join(lines))


def sas_signer(keys: Mapping[str, str], target: Target) -> str:
    """``key1``/``key2`` if that key signed the service or account SAS of a target, else ``""``."""
    given = target.parameters
    if "ss" in given:
        lines = [target.account, *(given.get(name, "") for name in _ACCOUNT_SAS), ""]
    else:
        blob = f"/{target.blob}" if given.get("sr") != "c" else ""
        before, after = _SERVICE_SAS
        lines = [
            *(given.get(name, "") for name in before),
            f"/blob/{target.account}/{target.container}{blob}",
            *(given.get(name, "") for name in after),
        ]
    return _signer(keys, given.get("sig", ""), "\n".join(lines))


def _signer(keys: Mapping[str, str], signature: str, text: str) -> str:
    for name, key in keys.items():
        made = hmac.digest(base64.b64decode(key), text.encode(), "sha256")
        if hmac.compare_digest(base64.b64encode(made).decode(), signature):
            return name
    return ""
