"""What is asked of Azure, what it answered, and how a refusal is told."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.azure.client import Unread
from simulator.estate.azure.duties import DIAGNOSTICS
from simulator.estate.azure.ids import name_of, parent_of, type_of
from simulator.estate.azure.reads import How, Json, Kind, Read, at
from simulator.estate.azure.table import ABSENT, KINDS, OTHER_VERSION, UNDIAGNOSED
from simulator.estate.model import Gap

_ACTION: Final = re.compile(r"perform action '([^']+)'")
_UNSUPPORTED: Final = re.compile(r"not support(ed)?\b", re.IGNORECASE)
_NO_LABEL: Final = re.compile(r"[^\w-]")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to ask for: ``read`` below the resource ``base``, or ``base`` itself.

    ``listed`` marks a resource that the subscription's own list has.
    """

    base: str
    read: Read | None = None
    listed: bool = False

    @property
    def path(self) -> str:
        """Where it is asked for."""
        if self.read is None:
            return self.base
        if self.read.tenant:
            return self.read.path
        return f"{parent_of(self.base) if self.read.beside else self.base}{self.read.path}"

    @property
    def how(self) -> How:
        """How it is asked for."""
        return How.ONE if self.read is None else self.read.how

    @property
    def type(self) -> str:
        """The type of what it gives."""
        return type_of(f"{self.path}/x" if self.how is How.LIST else self.path)

    @property
    def version(self) -> str:
        """The API version that is wanted: the read's own, else that of what it is below."""
        if self.read is None or self.type.casefold() in KINDS:
            return "" if self.read is None else self.read.version
        base = KINDS.get(type_of(self.base).casefold())
        return self.read.version or (base.version if base else "")


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as Azure answered; ``partial`` if the answer leaves properties out."""

    id: str
    body: Json
    listed: bool = False
    partial: bool = False

    @property
    def kind(self) -> Kind | None:
        """What ``table.py`` has about its type."""
        return KINDS.get(type_of(self.id).casefold())

    @property
    def type(self) -> str:
        """Its type, spelled as ``table.py`` does where that has it."""
        return self.kind.type if self.kind else str(self.body.get("type") or type_of(self.id))

    def tasks(self) -> Iterator[Task]:
        """What to ask for next: what lies below it, what it refers to, its diagnostic settings."""
        kind = self.kind
        for read in kind.below if kind else ():
            if read.when(self.body):
                yield Task(self.id, read)
        for name in kind.refers if kind else ():
            target = at(self.body, f"properties.{name}")
            if isinstance(target, str) and target.startswith("/"):
                yield Task(target)
        diagnosed = self.listed or (kind is not None and kind.diagnosed)
        if diagnosed and not type_of(self.id).casefold().startswith(UNDIAGNOSED):
            yield Task(self.id, DIAGNOSTICS)

    def beyond(self) -> Iterator[Gap]:
        """What Azure keeps of it outside the reads of ARM."""
        for azurerm in self.kind.beyond if self.kind else ():
            why = f"what {self.id} holds of this type is not in Azure Resource Manager's reads"
            yield Gap(f"{azurerm}.{_label(self.id)}", why)


def found(task: Task, answer: Json) -> Found:
    """A member of an answer as a resource. Raises :class:`Unread` where it says not which it is."""
    id_, name = answer.get("id"), answer.get("name")
    if task.how is not How.LIST:
        # Settings come under the id of the question; some parts do not say their id.
        id_ = id_ if isinstance(id_, str) and task.how is How.ONE else task.path
    elif not isinstance(id_, str):
        if not isinstance(name, str):
            raise Unread(200, "", "a resource without id and name")
        id_ = f"{task.path}/{name}"
    partial = task.read is not None and task.read.whole
    return Found("/" + id_.strip("/"), answer, task.listed, partial)


def absent(task: Task, unread: Unread) -> bool:
    """Whether a refusal means that there is no such thing, and not that it cannot be read."""
    if task.read is None:
        return False
    if unread.code in ABSENT | task.read.absent:
        return True
    if task.read == DIAGNOSTICS and _UNSUPPORTED.search(unread.message):
        return True
    return unread.status == 404 and task.how is How.ONE and unread.code not in OTHER_VERSION


def gap(task: Task, unread: Unread) -> Gap:
    """A refusal as a gap that says what it takes to read on.

    >>> refused = Unread(403, "AuthorizationFailed", "may not perform action 'A.B/c/read' over …")
    >>> print(gap(Task("/subscriptions/s"), refused).why)
    not readable: HTTP 403 AuthorizationFailed; it takes the permission A.B/c/read (role Reader)
    """
    concerns = task.read.concerns if task.read else ""
    where = f"{concerns}.{_label(task.base)}" if concerns else task.path
    what = f"{task.path} is not readable" if concerns else "not readable"
    return Gap(where, f"{what}: {_words(unread)}{_permission(task, unread)}")


def _words(unread: Unread) -> str:
    status = f"HTTP {unread.status}" if unread.status else "no answer"
    if unread.status == 200:
        return unread.message
    told = "" if unread.status == 403 else unread.message[:160]
    return f"{status} {unread.code}".rstrip() + (f" ({told})" if told else "")


def _permission(task: Task, unread: Unread) -> str:
    if unread.status not in {401, 403}:
        return ""
    named = _ACTION.search(unread.message)
    verb = "list/action" if task.how is How.SETTINGS else "read"
    type_ = task.type
    action = named[1] if named else f"{type_}/{verb}"
    if action.casefold().endswith("/read"):
        return f"; it takes the permission {action} (role Reader)"
    return f"; it takes the permission {action}, which Reader does not have"


def _label(id_: str) -> str:
    """A name that an address can have."""
    return _NO_LABEL.sub("-", name_of(id_)) or "tenant"
