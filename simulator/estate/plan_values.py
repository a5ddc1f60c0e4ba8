"""One resource of a plan as a Block: each attribute in the state that it is in.

Three trees of the same shape are read side by side: the values, what is unknown and what is
sensitive. The configuration's expressions say which attributes were written.

Terraform leaves ``dynamic`` blocks out of the configuration, so that a block which the plan has and
the configuration does not is one of those (or comes from Azure): what is in it counts as given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from simulator.estate.model import Block, Known, Node, Omitted, Unresolvable, freeze
from simulator.estate.plan_config import Place
from simulator.estate.plan_format import Json
from simulator.estate.plan_references import References, has_unknown

_ABSENT: Final = object()
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

# Blocks that the provider never computes: unknown and not configured, they are dynamic blocks over
# something unknown. Of any other block that is as likely to mean "left to Azure".
_NEVER_COMPUTED: Final[Mapping[str, frozenset[str]]] = {
    "azurerm_monitor_diagnostic_setting": frozenset({"enabled_log"}),
    "azurerm_storage_account": frozenset(
        {"customer_managed_key", "immutability_policy", "sas_policy"}
    ),
    "azurerm_container_app": frozenset({"secret"}),
    "azurerm_monitor_activity_log_alert": frozenset({"action"}),
    "azurerm_sentinel_alert_rule_nrt": frozenset({"entity_mapping"}),
    "azurerm_sentinel_alert_rule_scheduled": frozenset({"entity_mapping"}),
    "azurerm_sentinel_automation_rule": frozenset({"action_incident", "action_playbook"}),
}


class Trees(NamedTuple):
    """A value with what is unknown and what is sensitive about it."""

    value: object
    unknown: object = False
    sensitive: object = False

    def at(self, part: str | int) -> "Trees":
        """The three trees below a name or an index; ``True`` holds for all that is below it."""
        return Trees(
            _at(self.value, part),
            True if self.unknown is True else _at(self.unknown, part),
            True if self.sensitive is True else _at(self.sensitive, part),
        )

    @property
    def names(self) -> dict[str, object]:
        """Every attribute that the plan says anything about."""
        return _object(self.value) | _object(self.unknown)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read one resource: its type, its place, and what an unset value means.

    ``unset`` says whose value an attribute has that nobody set. ``given`` is true where everything
    counts as given: in a data source, in a deleted resource, in a dynamic block.
    """

    type: str
    place: Place
    references: References
    unset: str
    given: bool = False

    def body(self, trees: Trees, expressions: Json) -> Block:
        """The resource, or a block in it, with the expressions that configure it."""
        known, unknown = _object(trees.value), _object(trees.unknown)
        if self.given:
            named = known | unknown | expressions
        else:
            # What is unknown and not configured is computed, but for these.
            dynamic = _NEVER_COMPUTED.get(self.type, ())
            named = known | expressions | {name: True for name in dynamic if name in unknown}
        values: dict[str, Node] = {}
        for name, value in named.items():
            expression = expressions.get(name, _ABSENT)
            if value is None and expression is _ABSENT:
                continue
            below = trees.at(name)
            node = self._node(name, below, expression)
            if node is not None:
                values[name] = node
        return Block(values)

    def _node(self, name: str, trees: Trees, expression: object) -> "Node | None":
        configured = expression is not _ABSENT
        if trees.unknown is True or (configured and trees.value is _ABSENT):
            return self._unknown(name, expression)
        if not configured:
            return self._unset(name, trees)
        if not isinstance(expression, dict) or not _is_attribute(expression):
            return self._blocks(trees, expression)
        if trees.value is None and name.endswith("_wo"):
            return Unresolvable("is set, but write-only: a plan never holds its value")
        return self._set(name, trees, expression)

    def _unknown(self, name: str, expression: object) -> Node:
        if isinstance(expression, list):
            return Unresolvable("how many of these blocks there are is not known until apply")
        if isinstance(expression, dict) or self.given:
            return self._source(name, expression)
        return Unresolvable("comes from a dynamic block over what is not known until apply")

    def _unset(self, name: str, trees: Trees) -> "Node | None":
        """An attribute that the configuration does not set: a default, or what Azure has."""
        value = trees.value
        if value in (_ABSENT, None, "", [], {}):
            return None
        if _are_blocks(value):
            given = replace(self, given=True)
            return tuple(given.body(trees.at(i), {}) for i in range(_length(value)))
        if _is_secret(name, value):
            trees = trees._replace(sensitive=True)
        # An ``Omitted`` value would show itself, a ``Known`` one that is sensitive does not.
        secret_or_open = has_unknown(trees.sensitive) or has_unknown(trees.unknown)
        if self.given or name == "id" or secret_or_open:
            return self._set(name, trees, None)
        return Omitted(freeze(value), self.unset)

    def _set(self, name: str, trees: Trees, expression: Json | None) -> "Node | None":
        """A value that is given, as a whole or in parts: ``expression`` is that of the whole."""
        value = trees.value
        if isinstance(value, dict):
            if has_unknown(trees.unknown) or _partly(trees.sensitive):
                return self._parts(trees, expression)
            return Known(freeze(value), trees.sensitive is True)
        if _are_blocks(value):
            return tuple(self._parts(trees.at(i), expression) for i in range(_length(value)))
        if has_unknown(trees.unknown):
            return self._source(name, expression, many=trees.unknown is not True)
        if value is None or value is _ABSENT:
            return None
        return Known(freeze(value), has_unknown(trees.sensitive))

    def _parts(self, trees: Trees, expression: Json | None) -> Block:
        """A map, or an object in an attribute: one expression stands for all that is in it."""
        nodes = ((name, self._set(name, trees.at(name), expression)) for name in trees.names)
        return Block({name: node for name, node in nodes if node is not None})

    def _source(self, name: str, expression: object, *, many: bool = False) -> Node:
        """Where an unknown value comes from."""
        if not isinstance(expression, dict):
            return Unresolvable("is not known until apply, and a plan keeps no reference for it")
        find = self.references.values if many else self.references.value
        return find(expression, self.place, name)

    def _blocks(self, trees: Trees, expression: object) -> "Node | None":
        """Nested blocks, each with the expressions that it was written with."""
        value = trees.value
        if isinstance(value, dict) and isinstance(expression, dict):
            return self.body(trees, expression)
        if not isinstance(value, list):
            return None
        items = expression if isinstance(expression, list) else []
        written = [item for item in items if isinstance(item, dict)]
        dynamic = replace(self, given=True)
        blocks = (
            dynamic.body(trees.at(index), {})
            if found is None
            else self.body(trees.at(index), found)
            for index, found in enumerate(_paired(value, written))
        )
        return tuple(blocks) or None


def _is_secret(name: str, value: object) -> bool:
    """Whether a computed value is a secret, by its name.

    Providers mark secrets as sensitive, but Terraform loses the mark inside computed lists: an
    existing web app's ``site_credential[0].password`` is in the plan in plain text and unmarked.
    """
    return isinstance(value, str) and name.endswith(_SECRETS)


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _object(tree: object) -> dict[str, object]:
    return tree if isinstance(tree, dict) else {}


def _at(tree: object, part: str | int) -> object:
    if isinstance(tree, dict):
        return tree.get(part, _ABSENT)
    if isinstance(tree, list) and isinstance(part, int) and part < len(tree):
        return tree[part]
    return _ABSENT


def _is_attribute(expression: Json) -> bool:
    """Whether an expression is that of an attribute and not that of a single nested block."""
    return expression.keys() <= {"constant_value", "references"}


def _are_blocks(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) for v in value)


def _partly(sensitive: object) -> bool:
    return sensitive is not True and has_unknown(sensitive)


def _paired(values: Sequence[object], written: Sequence[Json]) -> Sequence[Json | None]:
    """For each block of the plan the expressions that it came from, ``None`` if it is dynamic.

    Lists of blocks stand in the order written. Sets do not, and dynamic blocks stand among the
    others: then the constants decide, and who wrote more of them has the first choice.
    """
    if len(values) == len(written) and all(map(_fits, values, written)):
        return written
    pairs: list[Json | None] = [None] * len(values)
    for expressions in sorted(written, key=_constants, reverse=True):
        fitting = (i for i, v in enumerate(values) if pairs[i] is None and _fits(v, expressions))
        if (index := next(fitting, None)) is not None:
            pairs[index] = expressions
    return pairs


def _constants(expressions: Json) -> int:
    return sum(isinstance(e, dict) and "constant_value" in e for e in expressions.values())


def _fits(value: object, expressions: Json) -> bool:
    """Whether a block can have been written with these expressions."""
    if not isinstance(value, dict):
        return True
    for name, expression in expressions.items():
        if isinstance(expression, dict) and "constant_value" in expression:
            if name in value and not _alike(value[name], expression["constant_value"]):
                return False
        elif isinstance(expression, list) and expression and value.get(name, _ABSENT) == []:
            return False
    return True


def _alike(value: object, constant: object) -> bool:
    """Whether a value is a constant, but for Terraform's conversions of primitives and sets."""
    if isinstance(value, list) and isinstance(constant, list):
        return sorted(map(repr, value)) == sorted(map(repr, constant))
    if isinstance(value, dict | list) or isinstance(constant, dict | list):
        return value == constant
    return value == constant or str(value).lower() == str(constant).lower()
