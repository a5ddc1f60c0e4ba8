"""What a playbook's call does to Azure: told by method, host, path and body, never by its name.

Expressions of the workflow language are wildcards here. A change whose body or host is an
expression is ``UNKNOWN``: it may contain a leak, and it may not.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from simulator.estate.document import at, object_at, references, text_at
from simulator.estate.model import freeze


class Effect(StrEnum):
    """What a step of a playbook does, by the call it makes."""

    DISABLE_PUBLIC_BLOB = "disable-public-blob"
    CLOSE_NETWORK = "close-network"
    PRIVATE_CONTAINER = "private-container"
    DISABLE_SHARED_KEY = "disable-shared-key"
    ROTATE_STORAGE_KEYS = "rotate-storage-keys"
    REVOKE_USER_DELEGATION_KEYS = "revoke-user-delegation-keys"
    REMOVE_ROLE = "remove-role"
    REVOKE_SESSIONS = "revoke-sessions"
    DISABLE_USER = "disable-user"
    DISABLE_SERVICE_PRINCIPAL = "disable-service-principal"
    BLOCK_IP = "block-ip"
    PRESERVE_EVIDENCE = "preserve-evidence"
    NOTIFY = "notify"
    HUMAN_GATE = "human-gate"
    OTHER = "other"
    UNKNOWN = "unknown"

    @property
    def contains(self) -> bool:
        """Whether this effect takes access away from an intruder."""
        return self not in _NOT_CONTAINMENT


_NOT_CONTAINMENT = frozenset(
    {Effect.PRESERVE_EVIDENCE, Effect.NOTIFY, Effect.HUMAN_GATE, Effect.OTHER, Effect.UNKNOWN}
)
ARM: Final = "management.azure.com"
GRAPH: Final = "graph.microsoft.com"
_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_TELLS: Final = frozenset(
    {
        "acsemail",
        "office365",
        "outlook",
        "teams",
        "slack",
        "sendgrid",
        "smtp",
        "twilio",
        "servicenow",
        "jira",
    }
)
_TELLS_BY_HOST: Final = (
    "hooks.slack.com",
    "webhook.office.com",
    "events.pagerduty.com",
    "api.opsgenie.com",
)
_RUNS_CODE: Final = ("azurewebsites.net", "azure-automation.net", "logic.azure.com")
_TYPES: Final = {
    "azurerm_storage_account": "Microsoft.Storage/storageAccounts",
    "azurerm_mssql_server": "Microsoft.Sql/servers",
    "azurerm_key_vault": "Microsoft.KeyVault/vaults",
    "azurerm_cosmosdb_account": "Microsoft.DocumentDB/databaseAccounts",
    "azurerm_network_security_group": "Microsoft.Network/networkSecurityGroups",
}
_EXPRESSION: Final = re.compile(r"@\{((?:[^{}']|'[^']*')*)\}")
# One argument of a call: literals, brackets two deep, and anything else that is no comma.
_ARGUMENT: Final = re.compile(r"(?:'[^']*'|\((?:[^()]|\([^()]*\))*\)|\[[^\]]*\]|[^,'()\[\]])+")
_UNREAD: Final = "@"  # a body that is an expression
_OPEN: Final = ("@", "${")  # what begins so is decided at run time, or known after apply


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a workflow action, with ``*`` for what is only known at run time.

    ``host`` is in lower case, or the name of the connector for a call through an API connection;
    ``path`` has no query. ``target`` is the text of the address before wildcards were put in.
    ``waits`` is whether the action waits to be called back.
    """

    method: str
    host: str
    path: str
    body: object
    target: str
    waits: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.host}{self.path}"


def http_call(inputs: object) -> Call:
    """The call of an ``Http`` action.

    >>> str(http_call({"method": "post", "uri":
    ...     "https://management.azure.com@{variables('id')}/regenerateKey?api-version=2023-05-01"}))
    'POST management.azure.com*/regenerateKey'
    """
    raw = text_at(inputs, "uri")
    host, path = _split(_wildcards(raw))
    method = text_at(inputs, "method").upper() or "GET"
    return Call(method, host, path, _body(at(inputs, "body")), raw)


def connection_call(inputs: object, connector: str, *, waits: bool) -> Call:
    """The call of an ``ApiConnection`` or, waiting, of an ``ApiConnectionWebhook`` action."""
    raw = text_at(inputs, "path")
    method = text_at(inputs, "method").upper() or "POST"
    path = _wildcards(raw).partition("?")[0]
    return Call(method, connector, path, _body(at(inputs, "body")), raw, waits)


def effects(call: Call) -> tuple[Effect, ...]:
    """What the call does.

    >>> close = {"properties": {"allowBlobPublicAccess": False, "publicNetworkAccess": "Disabled"}}
    >>> [e.value for e in effects(Call("PATCH", ARM, "*", close, ""))]
    ['disable-public-blob', 'close-network']
    """
    host = call.host
    found: tuple[Effect, ...] = (Effect.OTHER,)
    if call.waits or "/approvalmail" in call.path:
        found = (Effect.HUMAN_GATE,)
    elif call.method.startswith(_OPEN):
        found = (Effect.UNKNOWN,)
    elif host in {ARM, "arm"}:
        found = _on_azure(call)
    elif host in {GRAPH, "azuread"}:
        found = _on_entra(call)
    elif host.startswith(tuple(_TELLS)) or host.endswith(_TELLS_BY_HOST):
        found = (Effect.NOTIFY,)
    elif host == "azureautomation" or (
        call.method in _CHANGES and (host in {"*", ""} or host.endswith(_RUNS_CODE))
    ):
        found = (Effect.UNKNOWN,)
    return found


def keys_rotated(call: Call) -> tuple[str, ...]:
    """The storage keys that a ``regenerateKey`` call names; none if that is decided at run time."""
    name = text_at(call.body, "keyName")
    return (name,) if re.fullmatch(r"key[12]", name) else ()


def _on_azure(call: Call) -> tuple[Effect, ...]:
    path = call.path.lower()
    match call.method:
        case "POST":
            return (_posted(path, call.body),)
        case "DELETE" if "/roleassignments/" in path:
            return (Effect.REMOVE_ROLE,)
        case "PUT" | "PATCH":
            return _written(path, call.body) or (Effect.OTHER,)
    return (Effect.OTHER,)


def _written(path: str, body: object) -> tuple[Effect, ...]:
    if "/immutabilitypolicies" in path:
        return (Effect.PRESERVE_EVIDENCE,)
    if body == _UNREAD:
        return (Effect.UNKNOWN,)
    if re.search(r"/(ipgroups|firewallpolicies)/", path):
        return (Effect.BLOCK_IP,)
    return tuple(_properties(path, object_at(body, "properties")))


def _posted(path: str, body: object) -> Effect:
    if path.endswith("/regeneratekey"):
        other = "databaseaccounts" in path or at(body, "keyKind") is not None
        return Effect.OTHER if other else Effect.ROTATE_STORAGE_KEYS
    if path.endswith("/revokeuserdelegationkeys"):
        return Effect.REVOKE_USER_DELEGATION_KEYS
    if path.endswith(("/setlegalhold", "/snapshots")):
        return Effect.PRESERVE_EVIDENCE
    return Effect.OTHER


def _properties(path: str, properties: Mapping[str, object]) -> list[Effect]:
    """The effects of a body's properties; a property set to an expression may have any."""
    wanted = (
        ("allowBlobPublicAccess", False, Effect.DISABLE_PUBLIC_BLOB),
        ("allowSharedKeyAccess", False, Effect.DISABLE_SHARED_KEY),
        ("publicNetworkAccess", "disabled", Effect.CLOSE_NETWORK),
        ("networkAcls.defaultAction", "deny", Effect.CLOSE_NETWORK),
        ("access", "deny", Effect.BLOCK_IP if "/securityrules/" in path else Effect.OTHER),
        (
            "publicAccess",
            "none",
            Effect.PRIVATE_CONTAINER if "/containers/" in path else Effect.OTHER,
        ),
    )
    found: list[Effect] = []
    for name, value, effect in wanted:
        given = at(properties, name)
        if isinstance(given, str) and given.startswith(_OPEN):
            found.append(Effect.UNKNOWN)
        elif given is not None and str(given).casefold() == str(value).casefold():
            found.append(effect)
    return list(dict.fromkeys(e for e in found if e is not Effect.OTHER))


def _on_entra(call: Call) -> tuple[Effect, ...]:
    path = call.path.lower().rstrip("/")
    effect = Effect.OTHER
    if path.endswith(("/revokesigninsessions", "/invalidateallrefreshtokens")):
        effect = Effect.REVOKE_SESSIONS
    elif path.endswith("/sendmail"):
        effect = Effect.NOTIFY
    elif path.endswith("/removepassword") or "/federatedidentitycredentials/" in path:
        effect = Effect.DISABLE_SERVICE_PRINCIPAL
    elif "/namedlocations/" in path or path.endswith("/tiindicators"):
        effect = Effect.BLOCK_IP
    elif call.method == "PATCH":
        effect = _account_patched(path, call.body)
    return (effect if call.method in _CHANGES else Effect.OTHER,)


def _account_patched(path: str, body: object) -> Effect:
    enabled = at(body, "accountEnabled") if isinstance(body, Mapping) else body
    if isinstance(enabled, str) and enabled.startswith(_OPEN):
        return Effect.UNKNOWN
    if str(enabled).casefold() != "false":
        return Effect.OTHER
    is_service = "/serviceprincipals" in path
    return Effect.DISABLE_SERVICE_PRINCIPAL if is_service else Effect.DISABLE_USER


def _body(value: object) -> object:
    """A body as JSON; ``_UNREAD`` if it is an expression as a whole, or not known."""
    if not isinstance(value, str):
        return value
    if value.startswith("@") and not value.startswith("@{"):
        return _UNREAD
    try:
        return freeze(json.loads(value))
    except ValueError:
        whole = _EXPRESSION.fullmatch(value) or re.fullmatch(r"\$\{[^}]*\}", value)
        return _UNREAD if whole else value


def _wildcards(text: str) -> str:
    """An address with the resource type for each reference, and ``*`` for each expression."""
    for reference in references(text):
        written = "${" + f"{reference.to}.{reference.attribute}" + "}"
        kind = re.search(r"(?:^|\.)(azurerm_\w+)\.\w+(?:\[.*)?$", reference.to)
        known = _TYPES.get(kind[1]) if kind and reference.attribute == "id" else None
        text = text.replace(written, f"/{known}/*" if known else "*")
    text = re.sub(r"\$\{[^}]*\}", "*", text)
    if text.startswith("@") and not text.startswith("@{"):
        text = "@{" + text[1:] + "}"
    return re.sub(r"\*+", "*", _EXPRESSION.sub(lambda m: _literal_parts(m[1]), text))


def _literal_parts(expression: str) -> str:
    """The literals that an expression strings together; ``*`` if it does anything else.

    >>> _literal_parts("concat('https://management.azure.com', variables('id'))")
    'https://management.azure.com*'
    >>> _literal_parts("encodeURIComponent('Microsoft.Storage')")
    'Microsoft.Storage'
    """
    encoded = re.fullmatch(r"\s*encodeURIComponent\(\s*'([^']*)'\s*\)\s*", expression)
    if encoded:
        return encoded[1]
    joined = re.fullmatch(r"\s*concat\((.*)\)\s*", expression, re.DOTALL)
    if not joined:
        return "*"
    return "".join(
        literal[1] if (literal := re.fullmatch(r"\s*'([^']*)'\s*", argument)) else "*"
        for argument in _ARGUMENT.findall(joined[1])
    )


def _split(uri: str) -> tuple[str, str]:
    """The host and the path of an address that may have wildcards anywhere."""
    bare = uri.removeprefix("https://").removeprefix("http://").partition("?")[0]
    end = re.search(r"[/*]", bare)
    if end is None:
        return bare.lower(), ""
    if end.start() == 0:
        return "*", bare
    return bare[: end.start()].lower(), bare[end.start() :]
