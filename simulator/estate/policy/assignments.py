"""Policy assignments: the policies that each brings, and the effect that each then has.

The effect that counts is the first of: an override of the assignment; its parameters, through those
of the initiative; the definition's own default; the effect written in the rule.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Omitted,
    Resource,
    Value,
    effective,
    show,
)
from simulator.estate.policy import built_in
from simulator.estate.policy.definitions import (
    Definition,
    Initiative,
    Member,
    Unread,
    assigned,
    values_in,
)
from simulator.estate.policy.expressions import Context, Parameters, evaluate
from simulator.estate.policy.rules import every
from simulator.estate.policy.subjects import Subject
from simulator.estate.scopes import Answer

LEVELS: Final = ("subscription", "resource_group", "management_group", "resource")
ASSIGNMENTS: Final = tuple(f"azurerm_{level}_policy_assignment" for level in LEVELS)
ABOVE: Final = frozenset({"subscription", "management_group"})
"""The levels at which an assignment contains everything that an estate declares."""
ENFORCING: Final = frozenset({"deny", "modify", "append", "deployifnotexists"})
"""The effects that change or refuse something, in lower case."""
REPAIRING: Final = frozenset({"modify", "deployifnotexists"})
"""Those that act with the identity of the assignment."""
_SET: Final = "set in parameters"
_PER_POLICY: Final = "effect-"  # how the built-in standards name the effect of one member


@dataclass(frozen=True, slots=True)
class Policy:
    """One definition as an assignment brings it, with the parameters in force.

    ``parameters`` is ``None`` where they cannot be told. ``set_by`` says in words what sets its
    effect, ``""`` if that is left to the definition.
    """

    definition: Definition
    reference_id: str = ""
    parameters: Parameters = None
    set_by: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect in lower case, ``None`` if it cannot be told; where it was decided, and how."""

    word: str | None
    attribute: str
    said: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A policy assignment, and the policies that it brings.

    ``unread`` says why what it brings cannot be told, or not wholly; ``""`` if it can. Of such,
    ``audits`` says that its parameters make it an audit, or switch it off.
    """

    resource: Resource
    level: str
    scope: Value
    policies: tuple[Policy, ...]
    name: str = ""
    benchmark: bool = False
    initiative: Initiative | None = None
    unread: str = ""
    audits: bool = False

    @property
    def declared(self) -> bool:
        """Whether this estate makes the assignment."""
        return self.resource.mode == "managed"

    @property
    def enforced(self) -> Answer:
        """Whether the assignment does more than look: ``enforce``."""
        answer = effective(self.resource.get("enforce"))
        return answer if isinstance(answer, bool) else None

    @property
    def effects(self) -> frozenset[str | None]:
        """The effects of its policies, wherever the resource is; ``None`` for one not known."""
        anything = Subject(UNSTATED)
        return frozenset(self.effect(policy, anything).word for policy in self.policies)

    def effect(self, policy: Policy, subject: Subject) -> Effect:
        """The effect that ``policy`` has on ``subject``."""
        for block in self.resource.blocks("overrides"):
            applies = selects(block, subject, policy.reference_id)
            value = block.get("value")
            if applies is not False:
                word = effective(value) if applies else UNSTATED
                return Effect(_word(word), "overrides", f"overrides: {show(value)}")
        if self.resource.unresolved("overrides") is not None:
            return Effect(None, "overrides", "overrides that are not known")
        return _effect(policy)


def _effect(policy: Policy) -> Effect:
    definition = policy.definition
    if definition.unread:
        return Effect(None, "policy_definition_id", definition.unread)
    word = _word(evaluate(definition.effect, Context(policy.parameters)))
    if word is None:
        return Effect(None, "parameters", f"the effect of {definition.name!r} is not known")
    whose = "the definition's default" if "[" in str(definition.effect) else "written in its rule"
    said = f"{word} ({policy.set_by or whose})"
    return Effect(word, "parameters", said)


def _word(value: object) -> str | None:
    return value.casefold() if isinstance(value, str) else None


def selects(block: Block, subject: Subject, reference_id: str = "") -> Answer:
    """Whether the ``selectors`` of a block select ``subject`` (all of them must)."""
    if block.unresolved("selectors") is not None:
        return None
    return every(_selects(one, subject, reference_id) for one in block.blocks("selectors"))


def _selects(selector: Block, subject: Subject, reference_id: str) -> Answer:
    kind = effective(selector.get("kind"))
    kind = "policyDefinitionReferenceId" if kind is UNSTATED else kind
    known = {
        "policydefinitionreferenceid": reference_id,
        "resourcetype": subject.type,
        "resourcelocation": subject.location,
    }
    value = known.get(str(kind).casefold(), UNSTATED)
    if not isinstance(value, str):
        return None
    wanted, unwanted = _listed(selector.get("in")), _listed(selector.get("not_in"))
    if wanted is None or unwanted is None:
        return None
    inside = not wanted or _folded(value) in wanted
    return inside and _folded(value) not in unwanted


def _listed(value: Value) -> frozenset[str] | None:
    if isinstance(value, Omitted) or value == Known(None):
        return frozenset()
    known = effective(value)
    return frozenset(map(_folded, known)) if isinstance(known, tuple) else None


def _folded(text: object) -> str:
    return str(text).replace(" ", "").casefold()


def assignments(estate: Estate) -> tuple[Assignment, ...]:
    """Every policy assignment that an estate declares, and every one that it reads."""
    return estate.derived(_assignments)


def _assignments(estate: Estate) -> tuple[Assignment, ...]:
    found = [
        _assignment(estate, resource, level, resource.get(f"{level}_id"))
        for level, type_ in zip(LEVELS, ASSIGNMENTS, strict=True)
        for resource in estate.of_type(type_)
    ]
    read = (r for r in estate.resources if r.type == "azurerm_policy_assignment")
    found += [_assignment(estate, r, "", r.get("scope_id")) for r in read if r.mode == "data"]
    return tuple(found)


def _assignment(estate: Estate, resource: Resource, level: str, scope: Value) -> Assignment:
    what = assigned(estate, resource.get("policy_definition_id"))
    values = values_in(resource.get("parameters"))
    if resource.mode == "data" and isinstance(resource.get("parameters"), Omitted):
        values = None  # not read yet
    if isinstance(what, Unread):
        word = _word((values or {}).get("effect"))
        audits = word in {"audit", "auditifnotexists", "disabled"}
        return Assignment(resource, level, scope, (), unread=what.why, audits=audits)
    if isinstance(what, Definition):
        brought = (_alone(what, values),)
        return Assignment(resource, level, scope, brought, what.name, unread=what.unread)
    policies = tuple(_brought(what, values))
    raised = _raised(resource, policies) if what.benchmark else ""
    return Assignment(
        resource,
        level,
        scope,
        policies,
        what.name,
        benchmark=what.benchmark,
        initiative=what,
        unread=what.unread or raised,
    )


def _alone(definition: Definition, values: Mapping[str, object] | None) -> Policy:
    if values is None:
        return Policy(definition)
    in_force = {**definition.defaults, **values}
    return Policy(definition, "", in_force, _SET if "effect" in values else "")


def _brought(what: Initiative, values: Mapping[str, object] | None) -> Iterator[Policy]:
    outer: Parameters = None if values is None else {**what.defaults, **values}
    for member in what.members:
        yield _member(what, member, outer)
    for name, value in (values or {}).items() if what.benchmark else ():
        definition = built_in.DEFINITIONS.get(name.removeprefix(_PER_POLICY).lower())
        if name.startswith(_PER_POLICY) and definition is not None:
            yield Policy(definition, "", {**definition.defaults, "effect": value}, _SET)


def _member(what: Initiative, member: Member, outer: Parameters) -> Policy:
    if member.values is None:
        return Policy(member.definition, member.reference_id)
    here, without = (
        {name: evaluate(value, Context(given)) for name, value in member.values.items()}
        for given in (outer, what.defaults)
    )
    set_by = "" if "effect" not in here else "set by the initiative"
    if here.get("effect") != without.get("effect"):
        set_by = _SET
    in_force = {**member.definition.defaults, **here}
    return Policy(member.definition, member.reference_id, in_force, set_by)


def _raised(resource: Resource, policies: tuple[Policy, ...]) -> str:
    """A standard only audits, unless its assignment turns members of it into something else."""
    known = {policy.reference_id.casefold() for policy in policies}
    for block in resource.blocks("overrides"):
        about = [_listed(one.get("in")) for one in block.blocks("selectors")]
        word = _word(effective(block.get("value")))
        if word in ENFORCING | {None} and not any(ids and ids <= known for ids in about):
            return "its overrides may change the effect of members that are not known here"
    return ""
