"""Logic App playbooks as declared: their trigger, their steps and what each step does.

A step is classified by the call that it makes (method, host, path, body), never by its name.
"""

from dataclasses import dataclass
from enum import StrEnum

from simulator.estate.model import Resource


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


class TriggerKind(StrEnum):
    """What starts the playbook."""

    INCIDENT = "incident"
    ALERT = "alert"
    ENTITY = "entity"
    REQUEST = "request"
    RECURRENCE = "recurrence"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a workflow.

    ``effects`` is empty only for pure data steps. ``key`` is ``key1``/``key2`` for a key rotation.
    ``after`` are the names of the steps it waits for; ``manual`` is true when a human gate lies
    before it. ``missing_permission`` says which permission the workflow's identity lacks for it
    (``""`` if none), in the words of the operation and the role that would grant it.
    """

    name: str
    resource: Resource
    effects: tuple[Effect, ...]
    call: str
    after: tuple[str, ...] = ()
    key: str = ""
    manual: bool = False
    missing_permission: str = ""


@dataclass(frozen=True, slots=True)
class Playbook:
    """A Logic App workflow: ``steps`` are in an order that respects ``after``.

    ``sentinel_may_run_it`` is false when the Azure Security Insights service principal has no
    Automation Contributor role on the playbook's resource group: it deploys, and never runs.
    ``unreadable`` says why the steps could not be read (``""`` if they could).
    """

    workflow: Resource
    enabled: bool
    trigger: TriggerKind
    steps: tuple[Step, ...]
    sentinel_may_run_it: bool
    unreadable: str = ""
