"""The parts of a pipeline for consumers' requests: its queues, its workers, and what feeds it.

What a part is for shows in its name, or in that of the module that it is in. A name proves nothing:
it only says which queue and which application the rest of the control has to look at.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.controls.apps import CONTAINER_APPS, SITES, Setting, settings
from simulator.estate.assignments import assignments_of
from simulator.estate.data_uses import USERS
from simulator.estate.document import text_at
from simulator.estate.model import Block, Estate, Known, Reference, Resource, effective
from simulator.estate.service_hosts import text_in
from simulator.estate.workflow import WORKFLOW, declares, workflow

QUEUE: Final = "azurerm_servicebus_queue"
SUBSCRIPTION: Final = "azurerm_servicebus_subscription"
STORAGE_QUEUE: Final = "azurerm_storage_queue"
QUEUES: Final = (QUEUE, SUBSCRIPTION, STORAGE_QUEUE)
APPS: Final = (*SITES, *CONTAINER_APPS, "azurerm_container_group", "azurerm_kubernetes_cluster")
FRONTS: Final = tuple(t for t in APPS if "function" not in t and "logic" not in t)
_WORD: Final = re.compile(r"[\w.-]+")
_PARTS: Final = (
    "azurerm_function_app_function",
    "azurerm_logic_app_trigger_custom",
    "azurerm_logic_app_action_custom",
    "azurerm_logic_app_action_http",
)
_FLOWS: Final = "powerplatform_"
_NAMED: Final = re.compile(
    r"(?<![a-z])(?:dsr|dsar|sar)s?(?![a-z])|(?:data[-_ ]?)?subject[-_ ]?(?:access|request|rights)|"
    r"consumer[-_ ]?(?:request|right)|privacy|rights[-_ ]?request|(?:ccpa|cpra|gdpr)[-_ ]?request",
    re.IGNORECASE,
)
_ELSEWHERE: Final = re.compile(
    r"onetrust|transcend|datagrail|trustarc|securiti|osano|ketch|bigid|priva\b|didomi|mineos|"
    r"ethyca|fides",
    re.IGNORECASE,
)


def is_named_for_requests(text: str) -> bool:
    """Whether a name says that a thing is for consumers' requests.

    >>> [is_named_for_requests(t) for t in ("sb-shop-privacy", "dsar_queue", "mydsrx", "orders")]
    [True, True, False, False]
    """
    return _NAMED.search(text) is not None


def _is_for_requests(resource: Resource) -> bool:
    names = (resource.address, resource.declared_name or "")
    tags = (f"{key} {effective(value)}" for key, value in resource.entries("tags").items())
    return any(map(is_named_for_requests, (*names, *tags)))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts that an estate declares: queues, who works them, who fills them.

    ``elsewhere`` are signs that requests are worked in a service that does not show here.
    """

    queues: tuple[Resource, ...]
    workers: tuple[Resource, ...]
    intake: tuple[Resource, ...]
    elsewhere: tuple[str, ...]


def pipeline(estate: Estate) -> Pipeline:
    """The pipeline of an estate, as far as it shows."""
    queues = tuple(q for q in estate.of_type(*QUEUES) if _queue_is_for_requests(estate, q))
    users = estate.of_type(*USERS, *(t for t in APPS if t not in USERS))
    knowing = _told_of_any(estate, queues)
    named = [user for user in users if _is_for_requests(user) and _works(user)]
    # Of those that know the queue, what may only send, or has pages of its own, fills it.
    workers = {
        user.address: user
        for user in (*named, *(u for u in knowing if _works(u)))
        if not any(_only_sends(estate, user, queue) for queue in queues)
    }
    intake = [user for user in knowing if user.address not in workers]
    started = [w for w in workers.values() if _is_started_by_request(estate, w)]
    apis = [
        a for a in estate.of_type("azurerm_api_management_api_operation") if _is_for_requests(a)
    ]
    return Pipeline(
        queues, tuple(workers.values()), (*intake, *started, *apis), tuple(_elsewhere(estate))
    )


def _only_sends(estate: Estate, user: Resource, queue: Resource) -> bool:
    roles = {
        str(effective(right.get("role_definition_name")))
        for right in rights_of(estate, user)
        if is_on_queue(estate, right, queue)
    }
    return roles == {"Azure Service Bus Data Sender"}


def is_on_queue(estate: Estate, right: Resource, queue: Resource) -> bool:
    """Whether a role assignment is on a queue, or on the namespace or topic that it is in."""
    target = estate.target(right.get("scope"))
    owner = owner_of(estate, queue)
    above = owner_of(estate, owner) if owner is not None else None
    places = {one.address for one in (queue, owner, above) if one is not None}
    return target is not None and target.resource.address in places


def _works(user: Resource) -> bool:
    return user.type not in FRONTS or user.type in {*CONTAINER_APPS, "azurerm_container_group"}


def _queue_is_for_requests(estate: Estate, queue: Resource) -> bool:
    owner = owner_of(estate, queue)
    return _is_for_requests(queue) or (owner is not None and _is_for_requests(owner))


def owner_of(estate: Estate, queue: Resource) -> Resource | None:
    """The namespace, topic or account that a queue is in; ``None`` if it is not in the estate."""
    for argument in ("namespace_id", "topic_id", "storage_account_id"):
        found = estate.target(queue.get(argument))
        if found is not None:
            return found.resource
    return None


def _told_of_any(estate: Estate, queues: tuple[Resource, ...]) -> list[Resource]:
    """The applications whose settings, or a right of whose identity, are about these queues."""
    addresses = {queue.address for queue in queues}
    names = {queue.declared_name for queue in queues}
    told = estate.derived(_told).items()
    knowing = (user for user, of in told if of.addresses & addresses or of.words & names)
    return [estate.by_address[user] for user in knowing]


@dataclass(frozen=True, slots=True)
class _Told:
    """What an application is told of: resources by address, and every word in its settings."""

    addresses: frozenset[str]
    words: frozenset[str]


def _told(estate: Estate) -> Mapping[str, _Told]:
    users = estate.of_type(*USERS, *(t for t in APPS if t not in USERS))
    return {user.address: _told_of(estate, user) for user in users}


def _told_of(estate: Estate, user: Resource) -> _Told:
    values = [value for _, value in user.body.walk()]
    texts = [t for v in values if isinstance(v, Known) for t in _texts(v.value)]
    texts += estate.derived(_children).get(user.address, ())
    to = [a for v in values if isinstance(v, Reference) for a in (v.to, *v.also)]
    scopes = (estate.target(right.get("scope")) for right in rights_of(estate, user))
    to += [scope.resource.address for scope in scopes if scope is not None]
    words = (word for text in texts for word in (text, *_WORD.findall(text)))
    return _Told(frozenset(to), frozenset(words))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | Mapping):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def _children(estate: Estate) -> Mapping[str, tuple[str, ...]]:
    """The texts of the functions of each function app and the steps of each workflow."""
    found: dict[str, list[str]] = {}
    for child in estate.of_type(*_PARTS):
        for argument in ("function_app_id", "logic_app_id"):
            owner = estate.target(child.get(argument))
            if owner is not None:
                texts = (text_in(value) for _, value in child.body.walk())
                found.setdefault(owner.resource.address, []).extend(texts)
    return {address: tuple(texts) for address, texts in found.items()}


def rights_of(estate: Estate, user: Resource) -> tuple[Resource, ...]:
    """The role assignments of an application's own identity and of those assigned to it."""
    return assignments_of(estate, user.address, *_identities(estate, user.body))


def _identities(estate: Estate, body: Block) -> Iterator[str]:
    for block in body.blocks("identity"):
        ids = block.get("identity_ids")
        if isinstance(ids, Reference):
            yield from (ids.to, *ids.also)
        elif isinstance(ids, Known) and isinstance(ids.value, tuple):
            found = (estate.target(Known(one)) for one in ids.value)
            yield from (one.resource.address for one in found if one is not None)


def _is_started_by_request(estate: Estate, worker: Resource) -> bool:
    triggers = estate.of_type("azurerm_logic_app_trigger_http_request")
    functions = (
        function
        for function in estate.of_type("azurerm_function_app_function")
        if "httptrigger" in text_in(function.get("config_json")).casefold()
    )
    targets = (
        *(estate.target(trigger.get("logic_app_id")) for trigger in triggers),
        *(estate.target(function.get("function_app_id")) for function in functions),
    )
    if any(target and target.resource.address == worker.address for target in targets):
        return True
    if not is_workflow(worker):
        return False
    started = workflow(estate, worker.address).triggers.values()
    return any(text_at(trigger, "type") in {"Request", "HttpWebhook"} for trigger in started)


def _elsewhere(estate: Estate) -> Iterator[str]:
    for cluster in estate.of_type("azurerm_kubernetes_cluster"):
        yield f"what runs in {cluster.address} does not show"
    for resource in estate.resources:
        if resource.type.startswith(_FLOWS) and resource.mode == "managed":
            yield f"{resource.address} may hold a Power Automate flow, which does not show"
    for setting in settings(estate):
        text = f"{setting.name} {text_in(setting.value)}"
        found = _ELSEWHERE.search(text)
        if found:
            yield f"{setting.resource.address} has a setting for {found[0]}"


def settings_of(estate: Estate, user: Resource) -> tuple[Setting, ...]:
    """The settings of one application."""
    return estate.derived(_settings).get(user.address, ())


def _settings(estate: Estate) -> Mapping[str, tuple[Setting, ...]]:
    found: dict[str, list[Setting]] = {}
    for setting in settings(estate):
        found.setdefault(setting.resource.address, []).append(setting)
    return {address: tuple(some) for address, some in found.items()}


def is_workflow(user: Resource) -> bool:
    """Whether a worker is a Logic App, which keeps the state of each request itself."""
    return user.type == WORKFLOW and declares(user)
