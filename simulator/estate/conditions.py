"""Whether an automation rule's conditions select a new incident.

Every answer is ``True``, ``False`` or ``None``: what depends on run-time facts cannot be told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from simulator.estate.document import as_value, at, text_at
from simulator.estate.model import Reference, Resource, Unresolvable, effective

_COMPARISONS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": lambda actual, wanted: actual == wanted,
    "Contains": lambda actual, wanted: wanted in actual,
    "StartsWith": lambda actual, wanted: actual.startswith(wanted),
    "EndsWith": lambda actual, wanted: actual.endswith(wanted),
}
Answer: TypeAlias = bool | None
_RULE_IDS: Final = frozenset({"IncidentRelatedAnalyticRuleIds", "AlertAnalyticRuleIds"})


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What is known of an incident when it is created: its rule, severity, title and tactics."""

    rule: Resource
    severity: str
    title: str
    tactics: tuple[str, ...] = ()

    @property
    def facts(self) -> Mapping[str, tuple[str, ...]]:
        """The properties that conditions can be checked against, by their API names."""
        return {
            "IncidentSeverity": (self.severity,),
            "IncidentTitle": (self.title,),
            "IncidentStatus": ("New",),
            "IncidentTactics": self.tactics,
        }


def all_hold(conditions: Iterable[object], incident: NewIncident) -> Answer:
    """Whether the incident meets every condition of a parsed ``condition_json``.

    >>> from simulator.estate.model import Block, Origin, Provider
    >>> rule = Resource("r.a", "r", "a", Block(), Origin("main.tf"), Provider("azurerm"))
    >>> high = {"conditionType": "Property", "conditionProperties": {
    ...     "propertyName": "IncidentSeverity", "operator": "Equals", "propertyValues": ("High",)}}
    >>> all_hold([high], NewIncident(rule, "Low", "Mass read"))
    False
    """
    return _all(_holds(condition, incident) for condition in conditions)


def properties(conditions: Iterable[object]) -> frozenset[str]:
    """The names of the incident properties that conditions compare, at any depth."""
    names: set[str] = set()
    for condition in conditions:
        names.add(text_at(condition, "conditionProperties.propertyName"))
        inner = at(condition, "conditionProperties.innerConditions")
        names.update(properties(inner) if isinstance(inner, tuple) else ())
    return frozenset(names - {""})


def _holds(condition: object, incident: NewIncident) -> Answer:
    kind = text_at(condition, "conditionType")
    operator = text_at(condition, "conditionProperties.operator")
    if kind == "Boolean":
        inner = at(condition, "conditionProperties.innerConditions")
        answers = [_holds(c, incident) for c in inner] if isinstance(inner, tuple) else [None]
        return _any(answers) if operator == "Or" else _all(answers)
    wanted = at(condition, "conditionProperties.propertyValues")
    if kind != "Property" or not isinstance(wanted, tuple):
        return None
    name = text_at(condition, "conditionProperties.propertyName")
    answer = _compares(name, operator.removeprefix("Not"), tuple(map(str, wanted)), incident)
    return _not(answer) if operator.startswith("Not") else answer


def _compares(name: str, operator: str, wanted: tuple[str, ...], incident: NewIncident) -> Answer:
    """Whether any of the wanted values fits; several values in one condition are alternatives."""
    if name in _RULE_IDS:
        return _any(_is_rule(value, incident.rule) for value in wanted)
    actual, compare = incident.facts.get(name), _COMPARISONS.get(operator)
    if actual is None or compare is None:
        return None
    pairs = [(a.casefold(), w.casefold()) for a in actual for w in wanted]
    return _any(None if "${" in w else compare(a, w) for a, w in pairs)


def _is_rule(identifier: str, rule: Resource) -> Answer:
    """Whether an analytics rule id in a condition is that of ``rule``."""
    value = as_value(identifier)
    if isinstance(value, Unresolvable):
        return None
    if isinstance(value, Reference) and not value.suffix:
        return value.to == rule.address
    own = {rule.declared_name, effective(rule.get("id"))}
    return identifier in own or identifier.rpartition("/alertRules/")[2] in own


def _all(answers: Iterable[Answer]) -> Answer:
    answers = tuple(answers)
    if False in answers:
        return False
    return None if None in answers else True


def _any(answers: Iterable[Answer]) -> Answer:
    return _not(_all(map(_not, answers)))


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer
