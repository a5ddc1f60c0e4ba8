"""One resource of a plan as a Block: each attribute in the state that it is in.

Three trees of the same shape are read side by side: the values, what is unknown and what is
sensitive. The configuration's expressions say which attributes were written.

Terraform leaves ``dynamic`` blocks out of the configuration, so that a block which the plan has and
the configuration does not is one of those (or comes from Azure): what is in it counts as given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.estate.model import Block, Known, Node, Omitted, Unresolvable
from simulator.estate.plan_config import Place
from simulator.estate.plan_format import Json
from simulator.estate.plan_references import References
from simulator.estate.plan_secrets import LABELS, is_secret
from simulator.estate.plan_trees import (
    ABSENT,
    Trees,
    are_blocks,
    as_object,
    frozen,
    has_true,
    length,
)

_WRITE_ONLY: Final = ("_wo", "_wo_version", "sensitive_body")  # the last is azapi's
_NULL: Final = {"constant_value": None}

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
        known, unknown = as_object(trees.value), as_object(trees.unknown)
        if self.given:
            named = known | unknown | expressions
        else:
            # What is unknown and not configured is computed, but for these.
            dynamic = _NEVER_COMPUTED.get(self.type, ())
            named = known | expressions | {name: True for name in dynamic if name in unknown}
        values: dict[str, Node] = _write_only(trees, expressions)
        for name, value in named.items():
            expression = expressions.get(name, ABSENT)
            if value is None and (expression is ABSENT or name.endswith(_WRITE_ONLY)):
                continue
            below = trees.at(name)
            # Terraform marks a set of blocks as a whole; what one is called stands in the source.
            if trees.sensitive is True and name in LABELS and expression == _literal(below.value):
                below = below._replace(sensitive=False)
            node = self._node(name, below, expression)
            if node is not None:
                values[name] = node
        return Block(values)

    def _node(self, name: str, trees: Trees, expression: object) -> "Node | None":
        configured = expression is not ABSENT
        if trees.unknown is True or (configured and trees.value is ABSENT):
            return self._unknown(name, expression)
        if not configured:
            return self._unset(name, trees)
        if not isinstance(expression, dict) or not _is_attribute(expression):
            return self._blocks(trees, expression)
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
        if value in (ABSENT, None, "", [], {}):
            return None
        if are_blocks(value):
            given = replace(self, given=True)
            return tuple(given.body(trees.at(i), {}) for i in range(length(value)))
        if is_secret(name, value):
            trees = trees._replace(sensitive=True)
        # An ``Omitted`` value would show itself, a ``Known`` one that is sensitive does not.
        secret_or_open = has_true(trees.sensitive) or has_true(trees.unknown)
        if self.given or name == "id" or secret_or_open:
            return self._set(name, trees, None)
        return Omitted(frozen(value), self.unset)

    def _set(self, name: str, trees: Trees, expression: Json | None) -> "Node | None":
        """A value that is given, as a whole or in parts: ``expression`` is that of the whole."""
        value = trees.value
        if isinstance(value, dict):
            if has_true(trees.unknown) or _partly(trees.sensitive):
                return self._parts(trees, expression)
            return Known(frozen(value), trees.sensitive is True)
        if are_blocks(value):
            return tuple(self._parts(trees.at(i), expression) for i in range(length(value)))
        if has_true(trees.unknown):
            return self._source(name, expression, many=trees.unknown is not True)
        if value is None or value is ABSENT:
            return None
        return Known(frozen(value), has_true(trees.sensitive))

    def _parts(self, trees: Trees, expression: Json | None) -> Block:
        """A map, or an object in an attribute: one expression stands for all that is in it."""
        nodes = ((name, self._set(name, trees.at(name), expression)) for name in trees.names)
        parts = _write_only(trees, {}) | {name: node for name, node in nodes if node is not None}
        return Block(parts)

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


def _write_only(trees: Trees, expressions: Json) -> dict[str, Node]:
    """The write-only arguments that are set: in a plan their values are always null.

    ``x_wo`` goes with an ``x_wo_version``, which is set if and only if ``x_wo`` is. Where there is
    no such version, what is written decides.
    """
    known, unknown = as_object(trees.value), as_object(trees.unknown)
    named = [name for name in (*trees.names, *expressions) if name.endswith(_WRITE_ONLY)]
    found: dict[str, Node] = {}
    for name in dict.fromkeys(name.removesuffix("_version") for name in named):
        version = f"{name}_version"
        if name.endswith("_wo") and version in trees.names:
            is_set = known.get(version) is not None or unknown.get(version) is True
        else:
            is_set = expressions.get(name, _NULL) != _NULL or unknown.get(name) is True
        if is_set and known.get(name) is None:
            found[name] = Unresolvable("is set, but write-only: a plan never holds its value")
    return found


def _literal(value: object) -> Json:
    """The expression of a value that is written as it is."""
    return {"constant_value": value}


def _is_attribute(expression: Json) -> bool:
    """Whether an expression is that of an attribute and not that of a single nested block."""
    return expression.keys() <= {"constant_value", "references"}


def _partly(sensitive: object) -> bool:
    return sensitive is not True and has_true(sensitive)


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
        elif isinstance(expression, list) and expression and value.get(name, ABSENT) == []:
            return False
    return True


def _alike(value: object, constant: object) -> bool:
    """Whether a value is a constant, but for Terraform's conversions of primitives and sets."""
    if isinstance(value, list) and isinstance(constant, list):
        return sorted(map(repr, value)) == sorted(map(repr, constant))
    if isinstance(value, dict | list) or isinstance(constant, dict | list):
        return value == constant
    return value == constant or str(value).lower() == str(constant).lower()
