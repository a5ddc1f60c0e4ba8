"""What of a plan is secret: what it marks, the same text anywhere else, and in old plans names.

Terraform marks what a provider or a variable calls sensitive, and loses the mark where a provider
copies a value: ``terraform_data`` shows a sensitive ``input`` in its ``output``, a remote state the
sensitive outputs that it read.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import SHORTEST_SECRET
from simulator.estate.plan_format import Json, listed, mapping, mappings
from simulator.estate.plan_trees import as_object, below

_SECRETS: Final = (
    "access_key",
    "connection_string",
    "password",
    "primary_key",
    "private_key",
    "secondary_key",
    "secret",
    "token",
)
LABELS: Final = frozenset({"name", "type"})
"""What a block is called, which is no secret even where Terraform marks the whole of it."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What is secret in a plan.

    ``texts`` is every text that it marks somewhere; ``unmarked`` says that it may lack marks.
    """

    texts: frozenset[str] = frozenset()
    unmarked: bool = False

    @staticmethod
    def of(plan: Json) -> "Secrets":
        """The secrets of a plan. Raises :class:`PlanShapeError`."""
        texts = (text for value, marks in _marked(plan) for text in _texts(value, marks))
        long_enough = frozenset(text for text in texts if len(text) >= SHORTEST_SECRET)
        return Secrets(long_enough, str(plan.get("format_version")).startswith("0."))

    def marks(self, value: object, marked: object) -> object:
        """What is sensitive in ``value``, as a tree: what is ``marked``, and what is known to be.

        >>> Secrets(frozenset({"hunter2"})).marks({"a": "hunter2", "b": "hunter2"}, {"a": True})
        {'a': True, 'b': True}
        """
        if self.texts and (copied := _copies(value, self.texts)):
            marked = _either(marked, copied)
        return _either(marked, named_secrets(value)) if self.unmarked or marked is None else marked


def is_secret(name: str, value: object) -> bool:
    """Whether a value that nothing marks as sensitive is a secret, by its name.

    Providers mark secrets as sensitive, but Terraform loses the mark inside computed lists: an
    existing web app's ``site_credential[0].password`` is in the plan in plain text and unmarked.
    """
    return isinstance(value, str) and name.lower().endswith(_SECRETS)


def named_secrets(value: object) -> object:
    """What is sensitive in a value by the names in it, as a tree; false if nothing is.

    Terraform before 1.0 marks nothing, or not what a provider calls sensitive. An application's
    settings are free text under any name: all of them count.

    >>> named_secrets({"name": "a", "administrator_login_password": "hunter2", "ports": [1]})
    {'administrator_login_password': True}
    """
    if isinstance(value, list):
        inside = [named_secrets(item) for item in value]
        return inside if any(inside) else False
    found = {
        name: name == "app_settings" or is_secret(name, item) or named_secrets(item)
        for name, item in as_object(value).items()
    }
    return {name: mark for name, mark in found.items() if mark} or False


def _marked(plan: Json) -> Iterator[tuple[object, object]]:
    """Every value that a plan says anything about, with what is marked in it."""
    for part in ("resource_changes", "resource_drift"):
        for entry in mappings(plan.get(part), part):
            change = mapping(entry.get("change"), f"{part}.change")
            for when in ("before", "after"):
                yield change.get(when), change.get(f"{when}_sensitive")
    for name, changed in mapping(plan.get("output_changes"), "output_changes").items():
        for when in ("before", "after"):
            output = mapping(changed, f"output_changes.{name}")
            yield output.get(when), output.get(f"{when}_sensitive")
    prior = mapping(plan.get("prior_state"), "prior_state").get("values")
    for values in (plan.get("planned_values"), prior):
        root = mapping(values, "values")
        for told in mapping(root.get("outputs"), "outputs").values():
            yield as_object(told).get("value"), as_object(told).get("sensitive")
        for _, resource in listed(root.get("root_module")):
            yield resource.get("values"), resource.get("sensitive_values")
    given = mapping(plan.get("variables"), "variables")
    configuration = mapping(plan.get("configuration"), "configuration")
    root = mapping(configuration.get("root_module"), "root_module")
    for name, variable in mapping(root.get("variables"), "variables").items():
        yield as_object(given.get(name)).get("value"), as_object(variable).get("sensitive")


def _texts(value: object, marked: object) -> Iterator[str]:
    """The texts of a value that are marked."""
    if marked is True:
        yield from _every_text(value)
    elif isinstance(value, dict):
        for name, inside in as_object(marked).items():
            if inside:
                yield from _texts(value.get(name), inside)
    elif isinstance(value, list) and isinstance(marked, list):
        for item, inside in zip(value, marked, strict=False):
            yield from _texts(item, inside)


def _every_text(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        # Terraform marks the blocks of a set as wholes; what they are called is no secret.
        for name, item in value.items():
            if name not in LABELS:
                yield from _every_text(item)
    elif isinstance(value, list):
        for item in value:
            yield from _every_text(item)


def _copies(value: object, secrets: frozenset[str]) -> object:
    """Where in a value one of these texts stands, as a tree; false if nowhere."""
    if isinstance(value, str):
        return value in secrets
    if isinstance(value, dict):
        inside = ((name, _copies(item, secrets)) for name, item in value.items())
        return {name: mark for name, mark in inside if mark} or False
    if isinstance(value, list):
        items = [_copies(item, secrets) for item in value]
        return items if any(items) else False
    return False


def _either(one: object, other: object) -> object:
    """Two trees as one that is true where either is."""
    if one is True or other is True:
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return {name: _either(one.get(name), other.get(name)) for name in one | other}
    if isinstance(one, list) and isinstance(other, list):
        longest = max(len(one), len(other))
        return [_either(below(one, i), below(other, i)) for i in range(longest)]
    return other if isinstance(other, dict | list) else one
