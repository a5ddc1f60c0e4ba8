"""Bearer tokens that Azurite's basic OAuth accepts: unsigned, and with a simulated lifetime.

Azurite checks issuer, audience and lifetime against the real clock, never a signature. So ``nbf``
and ``exp`` span every real date, and the lifetime that counts stands beside them, in simulated
time, for the gateway.
"""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from simulator.twin.plan import PrincipalKind, object_id

AUDIENCE: Final = "https://storage.azure.com"
TENANT: Final = str(uuid5(NAMESPACE_URL, "cpra-drill:tenant"))
_ALWAYS: Final = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def bearer_token(
    principal: str, kind: PrincipalKind, issued_at: datetime, lifetime: timedelta
) -> str:
    """A token for a principal; the same arguments give the same token."""
    start, end = (int(moment.timestamp()) for moment in _ALWAYS)
    claims: dict[str, object] = {
        "aud": AUDIENCE,
        "iss": f"https://sts.windows.net/{TENANT}/",
        "iat": start,
        "nbf": start,
        "exp": end,
        "oid": object_id(principal),
        "tid": TENANT,
        "appid": str(uuid5(NAMESPACE_URL, f"application:{principal}")),
        "drill_iat": issued_at.timestamp(),
        "drill_exp": (issued_at + lifetime).timestamp(),
    }
    if kind is PrincipalKind.USER:
        claims["upn"] = f"{principal.rpartition('.')[2]}@drill.example"
    header = {"alg": "none", "typ": "JWT"}
    return ".".join((_part(header), _part(claims), "unsigned"))


def _part(content: Mapping[str, object]) -> str:
    text = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
