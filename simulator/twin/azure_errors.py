"""Azure's error answers, and Azurite's refusals put into Azure's words. Pure.

Azurite refuses a private container and a wrong signature alike, with 403 AuthorizationFailure, and
a wrong key as if it were a bad token; Azure says the first of its firewall alone. Rules and clients
tell them apart by status and code, so what Azurite decided is answered as Azure answers it:

* anonymous, private container: 401 NoAuthenticationInformation from service version 2019-12-12 on
  (it supports the bearer challenge), 404 ResourceNotFound before - Microsoft Learn, "Remediate
  anonymous read access to blob data", responses to anonymous requests;
* a signature that is not right: 403 AuthenticationFailed - Microsoft Learn, "Common REST API error
  codes".
"""

import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from simulator.telemetry.exchange import AuthKind

_BEARER_CHALLENGE_SINCE: Final = "2019-12-12"
_CODE: Final = re.compile(rb"<Code>(\w+)</Code>")
_SIGNED: Final = frozenset({AuthKind.ACCOUNT_KEY, AuthKind.SAS, AuthKind.DELEGATION_SAS})
_MESSAGES: Final = {
    "AccountRequiresHttps": "The account being accessed does not support http.",
    "AuthenticationFailed": "Server failed to authenticate the request. Make sure the value of the "
    "Authorization header is formed correctly including the signature.",
    "AuthorizationFailure": "This request is not authorized to perform this operation.",
    "AuthorizationPermissionMismatch": "This request is not authorized to perform this operation "
    "using this permission.",
    "InternalError": "The server encountered an internal error. Please retry the request.",
    "InvalidAuthenticationInfo": "Server failed to authenticate the request. Please refer to the "
    "information in the www-authenticate header.",
    "InvalidUri": "The requested URI does not represent any resource on the server.",
    "KeyBasedAuthenticationNotPermitted": "Key based authentication is not permitted on this "
    "storage account.",
    "NoAuthenticationInformation": "Server failed to authenticate the request. Please refer to the "
    "information in the www-authenticate header.",
    "PublicAccessNotPermitted": "Public access is not permitted on this storage account.",
    "ResourceNotFound": "The specified resource does not exist.",
}


@dataclass(frozen=True, slots=True)
class AzureError:
    """An error answer: HTTP status and error code."""

    status: int
    code: str

    def body(self, request_id: str, at: str) -> bytes:
        """The XML that Azure sends with it; ``at`` is the time in words."""
        message = escape(
            f"{_MESSAGES.get(self.code, self.code)}\nRequestId:{request_id}\nTime:{at}"
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{message}</Message></Error>"
        ).encode()

    @property
    def challenges(self) -> bool:
        """Whether the answer asks for a bearer token (``WWW-Authenticate``)."""
        return self.status == 401


def in_azures_words(kind: AuthKind, version: str, status: int, code: str) -> AzureError | None:
    """What Azure answers where Azurite refused with ``status`` and ``code``; ``None`` if the same.

    ``version`` is the request's x-ms-version, ``""`` if it has none.

    >>> in_azures_words(AuthKind.ANONYMOUS, "2026-02-06", 403, "AuthorizationFailure")
    AzureError(status=401, code='NoAuthenticationInformation')
    >>> in_azures_words(AuthKind.ANONYMOUS, "", 403, "AuthorizationFailure")
    AzureError(status=404, code='ResourceNotFound')
    >>> in_azures_words(AuthKind.SAS, "2026-02-06", 403, "AuthorizationFailure")
    AzureError(status=403, code='AuthenticationFailed')
    """
    if kind is AuthKind.ACCOUNT_KEY and (status, code) == (400, "InvalidAuthenticationInfo"):
        return AzureError(403, "AuthenticationFailed")  # tried as a token, after the key had failed
    if (status, code) != (403, "AuthorizationFailure"):
        return None
    if kind is AuthKind.ANONYMOUS:
        if version >= _BEARER_CHALLENGE_SINCE:
            return AzureError(401, "NoAuthenticationInformation")
        return AzureError(404, "ResourceNotFound")
    return AzureError(403, "AuthenticationFailed") if kind in _SIGNED else None


def error_code_in(body: bytes) -> str:
    """The error code that an XML error body names, ``""`` if it names none.

    >>> error_code_in(b"<Error><Code>BlobNotFound</Code></Error>")
    'BlobNotFound'
    """
    found = _CODE.search(body)
    return found[1].decode() if found else ""
