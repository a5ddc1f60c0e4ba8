"""What exists in a subscription: every resource, what lies below it, and what could not be read.

Decisions:

* ARM's generic list has top-level resources and tracked nested ones, without their properties; each
  is asked for by its id. What the list leaves out is read by ``table.py``, breadth first: a round
  of requests finds resources, the next round reads below those.
* A read that is refused, broken or missing is a :class:`Gap` and the rest goes on. Only where
  nothing can be known is it an error: no sign-in, no such subscription, no list of resources.
* What a resource cannot have is no gap: a single part that answers 404, an error code that says
  "not supported".
* The list shows a caller only what its roles reach, without saying so. Whether the caller reads the
  whole subscription is asked (``Microsoft.Authorization/permissions``); if not, that is a gap.
* The result is in order of ids: the same subscription gives the same estate.
"""

from collections.abc import Callable, Iterable, Mapping
from threading import Event
from typing import Final

from simulator.estate.arm.resource import ArmResource
from simulator.estate.azure.client import Arm, Unread, signed_out
from simulator.estate.azure.confidential import body_of
from simulator.estate.azure.ids import name_of, parent_of
from simulator.estate.azure.reads import How, Json, Read
from simulator.estate.azure.table import OTHER_VERSION
from simulator.estate.azure.tasks import Found, Task, absent, found, gap
from simulator.estate.azure.threads import each
from simulator.estate.azure.versions import Versions, versions
from simulator.estate.declared import EXISTING
from simulator.estate.errors import EstateError
from simulator.estate.model import Gap, Known, Omitted, Origin

Progress = Callable[[str], None]

_RESOURCES: Final = "2021-04-01"  # of Microsoft.Resources: lists of resources, groups, providers
_SUBSCRIPTIONS: Final = "2022-12-01"
_TOLD: Final = 20  # times in a round at most, and not for less than so many answers
_GROUPS: Final = Read("/resourceGroups", version=_RESOURCES)
_PROVIDERS: Final = Read("/providers", version=_RESOURCES)
_RIGHTS: Final = Read("/providers/Microsoft.Authorization/permissions", version="2022-04-01")
_BUILT_IN: Final = ("BuiltIn", "Static")  # policies that Azure keeps
_PARTLY: Final = (
    "the caller may not read the whole subscription, and Azure lists only what it may; "
    "give it the role Reader on the subscription"
)


def crawl(
    arm: Arm, subscription: str, stop: Event, progress: Progress = lambda _: None
) -> tuple[tuple[ArmResource, ...], tuple[Gap, ...]]:
    """Every resource of the subscription in ARM's words, and what could not be read.

    Raises :class:`EstateError` where nothing can be read at all.
    """
    return _Crawl(arm, subscription, stop, progress).run()


class _Crawl:
    """One reading of one subscription."""

    def __init__(self, arm: Arm, subscription: str, stop: Event, progress: Progress) -> None:
        self._arm = arm
        self._root = f"/subscriptions/{subscription}"
        self._source = f"azure:{subscription}"
        self._stop = stop
        self._progress = progress
        self._versions = Versions()
        self._gaps: list[Gap] = []
        self._found: dict[str, Found] = {}
        self._asked: set[str] = set()

    def run(self) -> tuple[tuple[ArmResource, ...], tuple[Gap, ...]]:
        """Round after round, until nothing new is found."""
        self._progress(f"reading {self._source}: listing its resources")
        own, listed = self._essentials()
        self._versions = versions(self._at_root(_PROVIDERS) or ())
        rights = self._at_root(_RIGHTS)
        if rights is not None and not any(map(_reads_all, rights)):
            self._gaps.append(Gap(self._root, _PARTLY))
        tasks = [Task(self._root, _GROUPS), *(Task(id_, listed=True) for id_ in listed)]
        tasks = self._new([*tasks, *self._taken([Found(self._root, own)])])
        what = "resources"
        while tasks:
            answers = each(self._ask, tasks, self._stop, self._teller(len(tasks), what))
            tasks = self._new(self._taken(one for answer in answers for one in answer))
            what = "settings and parts"
        resources = sorted(self._found.values(), key=lambda one: one.id.casefold())
        gaps = sorted(self._gaps, key=lambda one: (one.where, one.why))
        return tuple(map(self._resource, resources)), tuple(gaps)

    def _essentials(self) -> tuple[Json, list[str]]:
        """The subscription, and the ids of what it lists."""
        try:
            own = self._arm.get(self._root, _SUBSCRIPTIONS)
            listed = self._arm.pages(f"{self._root}/resources", _RESOURCES)
        except Unread as unread:
            raise self._hopeless(unread) from None
        ids = [str(one.get("id") or "") for one in listed]
        if not all(id_.startswith("/") for id_ in ids):
            raise self._hopeless(Unread(200, "", "a resource in its list has no id"))
        return own, ids

    def _hopeless(self, unread: Unread) -> EstateError:
        match unread.status:
            case 401:
                return signed_out(unread.message)
            case None:
                words = f"Azure Resource Manager did not answer: {unread.message}"
                step = f"Check the network, the proxy and that {self._arm.endpoint} is reachable."
            case 403 | 404:
                words = f"no such subscription, or no access to it (HTTP {unread})"
                step = (
                    "Check the id with `az account list`, sign in to its tenant with "
                    "`az login --tenant TENANT`, and give the caller the role Reader on it."
                )
            case _:
                words = f"its resources cannot be listed: HTTP {unread} {unread.message}".rstrip()
                step = "Try again; if it stays so, see the health of Azure Resource Manager."
        return EstateError(f"{self._source}: {words.rstrip('.')}. {step}")

    def _at_root(self, read: Read) -> list[Json] | None:
        """What the subscription lists under a path; ``None``, and a gap, if it cannot be read."""
        task = Task(self._root, read)
        try:
            return self._arm.pages(task.path, read.version)
        except Unread as unread:
            self._gaps.append(gap(task, unread))
            return None

    def _ask(self, task: Task) -> list[Found | Gap]:
        """What a task gives; runs beside others, so it changes nothing here."""
        candidates = self._versions.of(task.type, task.version)
        refusal = Unread(None, "", f"no API version of {task.type} is known")
        for version in candidates:
            try:
                return [found(task, answer) for answer in self._answers(task, version)]
            except Unread as unread:
                refusal = unread
            if refusal.code not in OTHER_VERSION:
                break
        if refusal.status == 401 and not (task.read and task.read.tenant):
            raise signed_out(refusal.message)
        return [] if absent(task, refusal) else [gap(task, refusal)]

    def _answers(self, task: Task, version: str) -> list[Json]:
        match task.how:
            case How.ONE:
                return [self._arm.get(task.path, version)]
            case How.SETTINGS:
                return [self._arm.settings(f"{task.path}/list", version)]
        if task.read is None:
            return []
        members = self._arm.pages(task.path, version, task.read.filter)
        return [member for member in members if task.read.keep(member)]

    def _taken(self, answers: Iterable[Found | Gap]) -> list[Task]:
        """Notes what was found or missed, and gives what to ask for next."""
        tasks: list[Task] = []
        for one in answers:
            if isinstance(one, Gap):
                self._gaps.append(one)
            elif one.partial:
                tasks.append(Task(one.id))
            elif one.id.casefold() not in self._found:
                self._found[one.id.casefold()] = one
                self._gaps.extend(one.beyond())
                tasks.extend(one.tasks())
        return tasks

    def _new(self, tasks: Iterable[Task]) -> list[Task]:
        """The tasks that were not asked yet, and whose resource is not known from elsewhere."""
        fresh: list[Task] = []
        for task in tasks:
            path = task.path.casefold()
            if path not in self._asked and path not in self._found:
                self._asked.add(path)
                fresh.append(task)
        return fresh

    def _teller(self, total: int, what: str) -> Callable[[int], None]:
        step = max(-(-total // _TOLD), _TOLD)

        def tell(done: int) -> None:
            if done % step == 0 or done == total:
                self._progress(f"reading {self._source}: {done} of {total} {what}")

        return tell

    def _resource(self, one: Found) -> ArmResource:
        above = parent_of(one.id)
        name = name_of(one.id)
        return ArmResource(
            address=one.id,
            type=one.type,
            name=Known(name),
            parent=Known(above) if above else Omitted(),
            body=body_of(one.type, name, one.body),
            origin=Origin(self._source),
            provider=EXISTING,
            id=Known(one.id),
            mode="data" if _is_azures_own(one.body) else "managed",
        )


def _is_azures_own(body: Json) -> bool:
    """Whether it is a role or policy that Azure has in every subscription: nobody made it."""
    properties = body.get("properties")
    if not isinstance(properties, Mapping):
        return False
    return properties.get("type") == "BuiltInRole" or properties.get("policyType") in _BUILT_IN


def _reads_all(right: Json) -> bool:
    """Whether one of the caller's permissions reads everything in its scope."""
    allowed = {str(action) for action in right.get("actions") or ()}
    denied = [str(action).casefold() for action in right.get("notActions") or ()]
    cut = any(action == "*" or action.endswith(("/*", "/read")) for action in denied)
    return bool(allowed & {"*", "*/read"}) and not cut
