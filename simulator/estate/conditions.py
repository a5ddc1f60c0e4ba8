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


Test: TypeAlias = Callable[[NewIncident], Answer]
_FACTS: Final[Mapping[str, Callable[[NewIncident], tuple[str, ...]]]] = {
    "IncidentSeverity": lambda incident: (incident.severity,),
    "IncidentTitle": lambda incident: (incident.title,),
    "IncidentStatus": lambda _: ("New",),
    "IncidentTactics": lambda incident: incident.tactics,
}
"""The properties that conditions can be checked against, by their API names."""


def selector(conditions: Iterable[object]) -> Test:
    """Whether an incident meets every condition of a parsed ``condition_json``.

    The conditions are read once, for all the incidents that are asked about.

    >>> from simulator.estate.model import Block, Origin, Provider
    >>> rule = Resource("r.a", "r", "a", Block(), Origin("main.tf"), Provider("azurerm"))
    >>> high = {"conditionType": "Property", "conditionProperties": {
    ...     "propertyName": "IncidentSeverity", "operator": "Equals", "propertyValues": ("High",)}}
    >>> selector([high])(NewIncident(rule, "Low", "Mass read"))
    False
    """
    tests = [_test(condition) for condition in conditions]
    return lambda incident: _all(test(incident) for test in tests)


def properties(conditions: Iterable[object]) -> frozenset[str]:
    """The names of the incident properties that conditions compare, at any depth."""
    names: set[str] = set()
    for condition in conditions:
        names.add(text_at(condition, "conditionProperties.propertyName"))
        inner = at(condition, "conditionProperties.innerConditions")
        names.update(properties(inner) if isinstance(inner, tuple) else ())
    return frozenset(names - {""})


def _test(condition: object) -> Test:
    kind = text_at(condition, "conditionType")
    operator = text_at(condition, "conditionProperties.operator")
    if kind == "Boolean":
        inner = at(condition, "conditionProperties.innerConditions")
        tests = [_test(one) for one in inner] if isinstance(inner, tuple) else [_untold]
        fold = _any if operator == "Or" else _all
        return lambda incident: fold(test(incident) for test in tests)
    wanted = at(condition, "conditionProperties.propertyValues")
    if kind != "Property" or not isinstance(wanted, tuple):
        return _untold
    name = text_at(condition, "conditionProperties.propertyName")
    test = _comparison(name, operator.removeprefix("Not"), tuple(map(str, wanted)))
    return (lambda incident: _not(test(incident))) if operator.startswith("Not") else test


def _comparison(name: str, operator: str, wanted: tuple[str, ...]) -> Test:
    """Whether any of the wanted values fits; several values in one condition are alternatives."""
    if name in _RULE_IDS:
        rules = [_is_rule(value) for value in wanted]
        return lambda incident: _any(test(incident.rule) for test in rules)
    fact, compare = _FACTS.get(name), _COMPARISONS.get(operator)
    if fact is None or compare is None:
        return _untold
    folded = [value.casefold() for value in wanted]
    return lambda incident: _any(
        None if "${" in value else compare(actual.casefold(), value)
        for actual in fact(incident)
        for value in folded
    )


def _is_rule(identifier: str) -> Callable[[Resource], Answer]:
    """Whether an analytics rule is the one of this id in a condition."""
    value = as_value(identifier)
    if isinstance(value, Unresolvable):
        return lambda _: None
    if isinstance(value, Reference) and not value.suffix:
        return lambda rule: value.to == rule.address
    names = {identifier, identifier.rpartition("/alertRules/")[2]}
    return lambda rule: not names.isdisjoint({rule.declared_name, effective(rule.get("id"))})


def _untold(_: NewIncident) -> Answer:
    """What no estate shows."""
    return None


def _all(answers: Iterable[Answer]) -> Answer:
    answers = tuple(answers)
    if False in answers:
        return False
    return None if None in answers else True


def _any(answers: Iterable[Answer]) -> Answer:
    return _not(_all(map(_not, answers)))


def _not(answer: Answer) -> Answer:
    return None if answer is None else not answer
