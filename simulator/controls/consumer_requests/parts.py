"""The parts of a pipeline for consumers' requests: its queues, its workers, and what feeds it.

What a part is for shows in its name, or in that of the module that it is in. A name proves nothing:
it only says which queue and which application the rest of the control has to look at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.controls.apps import CONTAINER_APPS, SITES, Setting, settings
from simulator.estate.data_uses import USERS
from simulator.estate.document import text_at
from simulator.estate.model import Block, Estate, Known, Reference, Resource, Value, effective
from simulator.estate.service_hosts import text_in
from simulator.estate.workflow import WORKFLOW, declares, workflow

QUEUE: Final = "azurerm_servicebus_queue"
SUBSCRIPTION: Final = "azurerm_servicebus_subscription"
STORAGE_QUEUE: Final = "azurerm_storage_queue"
QUEUES: Final = (QUEUE, SUBSCRIPTION, STORAGE_QUEUE)
APPS: Final = (*SITES, *CONTAINER_APPS, "azurerm_container_group", "azurerm_kubernetes_cluster")
FRONTS: Final = tuple(t for t in APPS if "function" not in t and "logic" not in t)
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
    knowing = [user for user in users if any(mentions(estate, user, queue) for queue in queues)]
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


def mentions(estate: Estate, user: Resource, queue: Resource) -> bool:
    """Whether an application's settings, or a right of its identity, are about this queue."""
    name = queue.declared_name
    for _, value in user.body.walk():
        if isinstance(value, Reference) and queue.address in {value.to, *value.also}:
            return True
        if name and isinstance(value, Known) and _says(value.value, name):
            return True
    if any(_says(text_in(v), name or "\0") for child in _children(estate, user) for v in child):
        return True
    return any(_is_about(estate, a.get("scope"), queue) for a in rights_of(estate, user))


def _says(value: object, name: str) -> bool:
    if isinstance(value, str):
        return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", value) is not None
    if isinstance(value, tuple):
        return any(_says(one, name) for one in value)
    return hasattr(value, "values") and any(_says(one, name) for one in value.values())


def _children(estate: Estate, user: Resource) -> Iterator[tuple[Value, ...]]:
    """The functions of a function app, and the steps of a workflow, that are declared apart."""
    for child in estate.of_type(
        "azurerm_function_app_function",
        "azurerm_logic_app_trigger_custom",
        "azurerm_logic_app_action_custom",
        "azurerm_logic_app_action_http",
    ):
        for argument in ("function_app_id", "logic_app_id"):
            owner = estate.target(child.get(argument))
            if owner is not None and owner.resource.address == user.address:
                yield tuple(value for _, value in child.body.walk())


def rights_of(estate: Estate, user: Resource) -> Iterator[Resource]:
    """The role assignments of an application's own identity and of those assigned to it."""
    given = {user.address, *_identities(user.body)}
    for assignment in estate.of_type("azurerm_role_assignment"):
        principal = assignment.get("principal_id")
        if isinstance(principal, Reference) and principal.to in given:
            yield assignment


def _identities(body: Block) -> Iterator[str]:
    for block in body.blocks("identity"):
        ids = block.get("identity_ids")
        if isinstance(ids, Reference):
            yield from (ids.to, *ids.also)


def _is_about(estate: Estate, scope: Value, queue: Resource) -> bool:
    target = estate.target(scope)
    return target is not None and target.resource.address == queue.address


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
    return tuple(s for s in settings(estate) if s.resource.address == user.address)


def is_workflow(user: Resource) -> bool:
    """Whether a worker is a Logic App, which keeps the state of each request itself."""
    return user.type == WORKFLOW and declares(user)
