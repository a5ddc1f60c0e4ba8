"""What gives a secret away: the name of a setting, the shape of a value, where it came from."""

import base64
import binascii
import re
from typing import Final

from simulator.estate.model import Known, Reference, Unresolvable, Value, base_address

# --- names ----------------------------------------------------------------------------------

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")

_SECRET_NAME: Final = re.compile(
    r"(?<!by)(?<!com)pass(word|wd|phrase)?s?(_|$)"
    r"|pwd(_|$)"
    r"|secrets?(_|$)|secretkey"
    r"|(api|access|account|storage|shared|private|signing|encryption|master|host|function"
    r"|subscription|primary|secondary|jwt|hmac|topic)_?keys?(_|$)"
    r"|_key(_setting)?$"
    r"|(connection|conn)_?(string|str)s?(_|$)|cxn_?str"
    r"|(?<!id_)token$"
    r"|(^|_)sas(_?token|_?ur[li])?$"
    r"|^azure_web_jobs_storage$"
    r"|private_cert|cert(ificate)?_?(pass|pfx|key)"
)

# Functions name their triggers' connections so; DB_CONNECTION is commonly a driver's name.
_CONNECTION: Final = re.compile(r"[a-z]connections?$", re.IGNORECASE)

# A name that describes a secret (how long, where, whose) and does not hold it; or a public key.
_DESCRIBES: Final = re.compile(
    r"_(name|policy|url|uri|endpoint|enabled|disabled|ttl|length|version|id|audience|issuer|path"
    r"|file|container|queue|timeout|interval|region|host|port|user|username|header|prefix|type"
    r"|days)$"
    r"|(public|publishable|site|partition|sort|routing)_?keys?$"
    r"|(^|_)(max|min)_([a-z]+_)*connections?$"
)
# A SAS URL carries its signature, whatever the ending says.
_SIGNED_URL: Final = re.compile(r"(^|_)sas_?(url|uri)$")

# Identity-based connections of Azure Functions: they say where and how, never a secret.
_IDENTITY_BASED: Final = re.compile(
    r"__(accountName|credential|clientId|tenantId|fullyQualifiedNamespace|serviceUri"
    r"|(blob|queue|table)ServiceUri|accountEndpoint)$",
    re.IGNORECASE,
)
# Application Insights identifies by these where telemetry goes; they grant no reading.
_IDENTIFIERS: Final = frozenset(
    {"APPINSIGHTS_INSTRUMENTATIONKEY", "APPLICATIONINSIGHTS_CONNECTION_STRING"}
)


def words_of(name: str) -> str:
    """A setting's name as lower-case words joined by ``_``.

    >>> words_of("AzureWebJobsStorage"), words_of("ConnectionStrings__Default"), words_of("apiKey")
    ('azure_web_jobs_storage', 'connection_strings_default', 'api_key')
    """
    return "_".join(word.lower() for word in _CAMEL.split(name) if word)


def describes(name: str) -> bool:
    """Whether a name says something about a secret rather than holding one.

    >>> describes("SECRET_URI"), describes("STRIPE_PUBLISHABLE_KEY"), describes("DB_PASSWORD")
    (True, True, False)
    """
    words = words_of(name)
    return (
        name.upper() in _IDENTIFIERS
        or _IDENTITY_BASED.search(name) is not None
        or (_DESCRIBES.search(words) is not None and not _SIGNED_URL.search(words))
    )


def secret_name(name: str) -> bool:
    """Whether a setting of this name is expected to hold a secret.

    >>> secret_name("DB_PASSWORD"), secret_name("RESET_PASSWORD_POLICY_NAME")
    (True, False)
    """
    found = _SECRET_NAME.search(words_of(name)) or _CONNECTION.search(name)
    return found is not None and not describes(name)


# --- values ---------------------------------------------------------------------------------

_SHAPES: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"AccountKey=[A-Za-z0-9+/]{86}==", "a storage account key"),
        (r"SharedAccessKey=[A-Za-z0-9+/=]{40,}", "a shared access key"),
        (r"[?&]sig=[A-Za-z0-9%+/=]{40,}", "a shared access signature"),
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key"),
        (r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ", "a JSON Web Token"),
        (r"\b[sr]k_live_[A-Za-z0-9]{10,}", "a live payment key"),
        (r"\bAIza[0-9A-Za-z_-]{35}", "a Google API key"),
        (r"\bxox[baprs]-", "a Slack token"),
        (r"\bgh[pousr]_[A-Za-z0-9]{36}", "a GitHub token"),
        (r"\bAKIA[0-9A-Z]{16}\b", "an AWS access key"),
        (
            # A placeholder for a password ({password}, ${…}, <…>) is none.
            r"(?i)\b(password|pwd)\s*=\s*(?![{$<])[^;,&\s]{4,}",
            "a connection string with a password",
        ),
        (r"://[^/:@\s${}]+:[^/@\s${}]{3,}@", "an address with a user and a password"),
        (r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==", "a 64-byte key"),
    )
)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_CREDENTIAL: Final = re.compile(
    r"pass(word|wd|phrase)?|pwd|secret|key|sig(nature)?|token|sas|credential", re.IGNORECASE
)


def secret_value(text: str) -> str | None:
    """What a value looks like if it looks like a secret, in words that do not repeat it.

    >>> secret_value("Server=db;User Id=shop;Password=hunter2!")
    'a connection string with a password'
    >>> secret_value("https://shop.example:443/path@home") is None
    True
    """
    for shape, words in _SHAPES:
        if shape.search(text):
            return words
    inner = _unwrapped(text)
    wrapped = secret_value(inner) if inner else None
    return f"{wrapped}, base64-encoded" if wrapped else None


def _unwrapped(text: str) -> str | None:
    """The text inside a base64 value, if it is text."""
    if not _BASE64.fullmatch(text.strip()):
        return None
    try:
        inner = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    return inner if inner.isprintable() or "-----BEGIN" in inner else None


def harmless(text: str) -> bool:
    """Whether a value cannot be a secret whatever it is called: a switch, or a keyless connection.

    >>> harmless("true"), harmless("Server=db;Authentication=Active Directory Default")
    (True, True)
    >>> harmless("hunter2"), harmless("Server=db;Password=${x.result}")
    (False, False)
    """
    if text.strip().casefold() in {"true", "false", "0", "1"}:
        return True
    parts = [part.partition("=") for part in text.split(";") if part.strip()]
    return (
        len(parts) > 1
        and all(sign and not _CREDENTIAL.search(key) for key, sign, _ in parts)
        and secret_value(text) is None
    )


_VAULT_REFERENCE: Final = re.compile(
    r"@Microsoft\.KeyVault\("
    r"(SecretUri=https://[^)]+|VaultName=[^;)]+;SecretName=[^;)]+(;SecretVersion=[^;)]+)?)\)"
    r"|@Microsoft\.AppConfiguration\(Endpoint=[^)]+\)",
    re.IGNORECASE,
)
_INTERPOLATION: Final = re.compile(r"\$\{([^}]*)\}")
# Ids of Azure Resource Manager, which begin with /subscriptions: no address to fetch anything at.
_RESOURCE_ID: Final = re.compile(r"(^|\.)azurerm_key_vault\..*\.id$|\.resource_(versionless_)?id$")


def attempted_reference(text: str) -> bool:
    """Whether a value is meant to be fetched from Key Vault, whether or not it can be.

    >>> attempted_reference("@Microsoft.KeyVault(SecretUri=)"), attempted_reference("hunter2")
    (True, False)
    """
    return text.strip().casefold().startswith("@microsoft.keyvault(")


def vault_reference(text: str) -> bool:
    """Whether a value tells App Service to fetch the secret itself, from Key Vault.

    >>> vault_reference("@Microsoft.KeyVault(VaultName=shop;SecretName=db)")
    True
    >>> vault_reference("@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.db.id})")
    True
    >>> vault_reference("@Microsoft.KeyVault(SecretUri=http://shop.vault.azure.net/secrets/db)")
    False
    >>> vault_reference("@Microsoft.KeyVault(SecretUri=${azurerm_key_vault.shop.id}/secrets/db)")
    False
    """
    # An interpolated address starts with the vault's, which is https.
    flat = _INTERPOLATION.sub(_stand_in, text).replace("SecretUri=x", "SecretUri=https://x")
    return _VAULT_REFERENCE.fullmatch(flat.strip()) is not None


_OF_A_VERSION: Final = re.compile(
    r"/secrets/[^/)]+/[^/)]+\)$|;SecretVersion=[^;)]+\)$|azurerm_key_vault_secret\.[^}]*\.id\}\)$",
    re.IGNORECASE,
)


def of_one_version(text: str) -> bool:
    """Whether a Key Vault reference names one version: that secret rotated does not arrive.

    >>> of_one_version("@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db/01)")
    True
    >>> of_one_version("@Microsoft.KeyVault(SecretUri=${azurerm_key_vault_secret.db.id})")
    True
    >>> of_one_version("@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db)")
    False
    """
    return _OF_A_VERSION.search(text.strip()) is not None


def _stand_in(interpolated: re.Match[str]) -> str:
    return "/subscriptions/x" if _RESOURCE_ID.search(interpolated[1]) else "x"


# --- provenance -----------------------------------------------------------------------------

_SECRET_ATTRIBUTE: Final = re.compile(
    r"(primary|secondary)_([a-z]+_)*key$|(access|shared|master|api)_key$|connection_string$"
    r"|password$|private_key(_pem|_pem_pkcs8|_openssh)?$|client_secret$|^sas(_url_query_string)?$"
)
_SECRET_RESULT: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("random_password", "result"),
        ("random_string", "result"),
        ("azurerm_key_vault_secret", "value"),
        ("azuread_application_password", "value"),
        ("azuread_service_principal_password", "value"),
    }
)


_NAMED: Final = re.compile(r"[\w.\[\]\"/-]+")


def sources(value: Value) -> tuple[tuple[str, str], ...]:
    """The addresses and attributes that a value is made from.

    Of a value made from several resources a plan keeps their names alone, in the reason why it is
    not known.

    >>> sources(Reference("random_password.db", "result"))
    (('random_password.db', 'result'),)
    >>> sources(Unresolvable("comes from a_b.c.fqdn, random_password.db.result"))
    (('a_b.c', 'fqdn'), ('random_password.db', 'result'))
    """
    first: list[tuple[str, str]] = []
    match value:
        case Reference(to=to, attribute=attribute, text=text):
            first = [(to, attribute)]
            texts = _INTERPOLATION.findall(text or "")
        case Unresolvable(why=why):
            texts = _NAMED.findall(why)
        case _:
            return ()
    parts = (text.rpartition(".") for text in texts)
    inner = [(address, attribute) for address, _, attribute in parts if "." in address]
    return tuple(dict.fromkeys([*first, *inner]))


def secret_sources(value: Value) -> tuple[str, ...]:
    """The ``address.attribute`` of each secret that a value copies.

    >>> secret_sources(Reference("module.a.azurerm_storage_account.s[0]", "primary_access_key"))
    ('module.a.azurerm_storage_account.s[0].primary_access_key',)
    >>> secret_sources(Reference("azurerm_application_insights.a", "connection_string"))
    ()
    """
    return tuple(
        f"{address}.{attribute}"
        for address, attribute in sources(value)
        if _is_secret(address, attribute)
    )


def _is_secret(address: str, attribute: str) -> bool:
    leaf, type_ = attribute.rpartition(".")[2], _type(address)
    if type_ == "azurerm_application_insights":
        return False
    return (type_, leaf) in _SECRET_RESULT or _SECRET_ATTRIBUTE.search(leaf) is not None


def _type(address: str) -> str:
    parts = base_address(address).removeprefix("data.").split(".")
    while parts[0] == "module" and len(parts) > 2:
        parts = parts[2:]
    return parts[1] if parts[0] == "data" else parts[0]


def text_of(value: Value) -> str | None:
    """A value's text with its references spelt out, or ``None`` where there is no text to read."""
    if isinstance(value, Known):
        return str(value.value)
    return value.text if isinstance(value, Reference) else None
