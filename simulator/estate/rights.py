"""Whether a step of a playbook may do what it does, with the identity that it calls with."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate.document import references, text_at
from simulator.estate.effects import ARM, GRAPH, Effect
from simulator.estate.model import Estate, Resource
from simulator.estate.permissions import holds_graph, may, may_on
from simulator.estate.steps import Planned
from simulator.estate.workflow import Workflow
from simulator.estate.workspaces import sentinel_workspaces

_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_CONTRIBUTOR: Final = "Storage Account Contributor"
_NEEDS: Final = {
    Effect.DISABLE_PUBLIC_BLOB: (f"{_STORAGE}/write", _CONTRIBUTOR),
    Effect.DISABLE_SHARED_KEY: (f"{_STORAGE}/write", _CONTRIBUTOR),
    Effect.PRIVATE_CONTAINER: (f"{_STORAGE}/blobServices/containers/write", _CONTRIBUTOR),
    Effect.ROTATE_STORAGE_KEYS: (
        f"{_STORAGE}/regenerateKey/action",
        "Storage Account Key Operator Service Role",
    ),
    Effect.REVOKE_USER_DELEGATION_KEYS: (
        f"{_STORAGE}/revokeUserDelegationKeys/action",
        _CONTRIBUTOR,
    ),
    Effect.REMOVE_ROLE: (
        "Microsoft.Authorization/roleAssignments/delete",
        "Role Based Access Control Administrator",
    ),
}
_CLOSES: Final = (
    ("microsoft.sql/servers", "Microsoft.Sql/servers/write", "SQL Server Contributor"),
    ("microsoft.keyvault/vaults", "Microsoft.KeyVault/vaults/write", "Key Vault Contributor"),
    (
        "microsoft.documentdb/databaseaccounts",
        "Microsoft.DocumentDB/databaseAccounts/write",
        "DocumentDB Account Contributor",
    ),
)
_KINDS: Final = {
    "Microsoft.Sql": "azurerm_mssql_server",
    "Microsoft.KeyVault": "azurerm_key_vault",
    "Microsoft.DocumentDB": "azurerm_cosmosdb_account",
    "Microsoft.Network": "azurerm_network_security_group",
}
_ON_ENTRA: Final = {
    Effect.REVOKE_SESSIONS: (
        {"User.RevokeSessions.All"},
        {"User.ReadWrite.All"},
        {"Directory.ReadWrite.All"},
        {"microsoft.directory/users/invalidateAllRefreshTokens"},
        {"User Administrator"},
        {"Global Administrator"},
    ),
    Effect.DISABLE_USER: (
        {"User.EnableDisableAccount.All", "User.Read.All"},
        {"User.EnableDisableAccount.All", "Directory.Read.All"},
        {"User.ReadWrite.All"},
        {"Directory.ReadWrite.All"},
        {"microsoft.directory/users/disable"},
        {"User Administrator"},
        {"Global Administrator"},
    ),
    Effect.DISABLE_SERVICE_PRINCIPAL: (
        {"Application.ReadWrite.All"},
        {"Directory.ReadWrite.All"},
        {"microsoft.directory/servicePrincipals/disable"},
        {"Application Administrator"},
        {"Cloud Application Administrator"},
        {"Global Administrator"},
    ),
}
_COMMENT: Final = (
    "Microsoft.SecurityInsights/incidents/comments/write",
    "Microsoft Sentinel Responder",
)
_NAMED: Final = re.compile(
    r"/(?:storageAccounts|servers|vaults|databaseAccounts)/([\w-]+)(?=[/?]|$)", re.IGNORECASE
)
_AUDIENCES: Final = {
    ARM: ("https://management.azure.com", "https://management.core.windows.net"),
    GRAPH: ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000"),
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What a step lacks, what cannot be told, and the declared resources that it reaches."""

    missing: str = ""
    unsure: str = ""
    targets: tuple[str, ...] = ()


def rights(estate: Estate, flow: Workflow, step: Planned) -> Rights:
    """The rights with which a step makes its call."""
    host = step.http.host if step.http else ""
    if host == "azuresentinel":
        return _comment(estate, flow, step)
    contains = any(effect.contains for effect in step.effects)
    reached = tuple(r.address for r in _reached(estate, step, "")) if contains else ()
    if host not in {ARM, GRAPH}:
        # A connector carries its own consent, which no Terraform shows.
        return Rights(targets=reached)
    missing = _refused(flow, step)
    who = _principals(flow, step)
    if missing:
        return Rights(missing)
    if who is None:
        return Rights(unsure="it signs in as a principal that does not show", targets=reached)
    if not contains:
        return Rights()
    return _on_entra(estate, step, who) if host == GRAPH else _on_azure(estate, step, who)


def _refused(flow: Workflow, step: Planned) -> str:
    """Why the call is refused whatever roles are held, ``""`` if it is not."""
    host = step.http.host if step.http else ARM
    kind = text_at(step.authentication, "type")
    if not kind and not _has_token(step.headers):
        return (
            f"{step.call} carries no identity and is refused: it needs authentication of type "
            "ManagedServiceIdentity, which azurerm_logic_app_action_http cannot have"
        )
    if kind != "ManagedServiceIdentity":
        return ""
    named = text_at(step.authentication, "identity")
    if not named and not flow.identity.own:
        return f"{step.call} uses the workflow's own identity, and the workflow has none"
    if any(reference.to not in flow.identity.assigned for reference in references(named)):
        return f"{step.call} uses {named}, which is not assigned to the workflow"
    audience = text_at(step.authentication, "audience") or _AUDIENCES[ARM][0]
    if "@" in audience or "$" in audience or audience.startswith(_AUDIENCES[host]):
        return ""
    return f"{step.call} presents a token for {audience}, which {host} refuses"


def _has_token(headers: object) -> bool:
    names = headers if isinstance(headers, Mapping) else ()
    return any(str(name).casefold() == "authorization" for name in names)


def _principals(flow: Workflow, step: Planned) -> frozenset[str] | None:
    """The resources whose identity the call uses; ``None`` for one that does not show."""
    if text_at(step.authentication, "type") != "ManagedServiceIdentity":
        return None
    named = text_at(step.authentication, "identity")
    if not named:
        return frozenset({flow.resource.address})
    found = frozenset(reference.to for reference in references(named))
    return found or frozenset(flow.identity.assigned) or None


def _on_entra(estate: Estate, step: Planned, who: frozenset[str]) -> Rights:
    for effect in step.effects:
        alternatives = [frozenset(names) for names in _ON_ENTRA.get(effect, ())]
        held = holds_graph(estate, who, alternatives) if alternatives else True
        needed = " and ".join(sorted(alternatives[0])) if alternatives else ""
        if held is False:
            return Rights(missing=f"{step.http} needs the Microsoft Graph permission {needed}")
        if held is None:
            return Rights(unsure=f"whether {step.name} has the Graph permission {needed}")
    return Rights()


def _on_azure(estate: Estate, step: Planned, who: frozenset[str]) -> Rights:
    reached: list[str] = []
    unsure = ""
    for operation, role in _operations(step):
        candidates = _reached(estate, step, operation)
        answers = may_on(estate, who, operation, candidates)
        reached = list(answers)
        if candidates and not reached:
            return Rights(f"{step.call} needs {_needs(operation, role, candidates)}")
        if reached and not any(answers.values()):
            unsure = f"whether its identity has {_needs(operation, role, candidates)}"
    return Rights(unsure=unsure, targets=tuple(reached))


def _needs(operation: str, role: str, targets: Iterable[Resource]) -> str:
    return f"{operation} ({role}) on {', '.join(target.address for target in targets)}"


def _operations(step: Planned) -> Iterator[tuple[str, str]]:
    path = step.http.path.casefold() if step.http else ""
    for effect in step.effects:
        if effect is Effect.CLOSE_NETWORK:
            other = (need[1:] for need in _CLOSES if need[0] in path)
            yield next(other, _NEEDS[Effect.DISABLE_PUBLIC_BLOB])
        elif effect is Effect.BLOCK_IP and "/networksecuritygroups/" in path:
            yield (
                "Microsoft.Network/networkSecurityGroups/securityRules/write",
                "Network Contributor",
            )
        elif effect in _NEEDS:
            yield _NEEDS[effect]


def _reached(estate: Estate, step: Planned, operation: str) -> tuple[Resource, ...]:
    """The declared resources that a call may be about."""
    raw = step.http.target if step.http else ""
    for reference in references(raw):
        found = _whole(estate, reference.to)
        named = _NAMED.search(reference.suffix or "")
        if named is not None:
            return _by_name(estate, named[1])
        return (found,) if found is not None else ()
    literal = _NAMED.search(raw)
    if literal is not None:
        return _by_name(estate, literal[1])
    kind = _KINDS.get(operation.partition("/")[0])
    return estate.of_type(kind) if kind else storage_accounts(estate)


def storage_accounts(estate: Estate) -> tuple[Resource, ...]:
    """The storage accounts that the estate declares."""
    return estate.of_type("azurerm_storage_account")


def _by_name(estate: Estate, name: str) -> tuple[Resource, ...]:
    return estate.derived(_names).get(name, ())


def _names(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    """The managed resources by what they are called in Azure."""
    named: dict[str, tuple[Resource, ...]] = {}
    for resource in estate.resources:
        if resource.mode == "managed" and (name := resource.declared_name) is not None:
            named[name] = (*named.get(name, ()), resource)
    return named


def _whole(estate: Estate, address: str) -> Resource | None:
    """The resource at an address; for a container, the account that it is in."""
    resource = estate.by_address.get(address)
    if resource is not None and resource.type == "azurerm_storage_container":
        account = estate.target(resource.get("storage_account_id"))
        return account.resource if account else resource
    return resource


def _comment(estate: Estate, flow: Workflow, step: Planned) -> Rights:
    """A comment on the incident, made with the workflow's identity, needs a role on Sentinel."""
    connection = flow.connections.get(step.connection)
    comments = step.http is not None and "comment" in step.http.path.lower()
    if not comments or connection is None or not connection.managed_identity:
        return Rights()
    operation, role = _COMMENT
    who = frozenset({flow.resource.address, *flow.identity.assigned})
    places = (estate.by_address.get(address) for address in sentinel_workspaces(estate))
    answers = [may(estate, who, operation, place) for place in places if place is not None]
    if answers and not any(answer is not False for answer in answers):
        return Rights(missing=f"{step.http} needs {operation} ({role}) on the workspace")
    return Rights()
