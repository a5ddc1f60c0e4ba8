"""One attribute against one demand: met, not met, or not to be known from what is declared."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simulator.controls.verdict import Finding, Severity, finding
from simulator.estate.model import (
    UNSTATED,
    Block,
    Omitted,
    Reference,
    Resource,
    Unresolvable,
    Value,
    effective,
)


@dataclass(frozen=True, slots=True)
class Demand:
    """What one attribute must be, and what to tell the reader if it is not.

    ``attribute`` is a dotted path; ``good`` judges the value in force; ``default`` is the service's
    own default, used only where the reader states none.
    """

    attribute: str
    good: Callable[[object], bool]
    expected: str
    why: str
    remedy: str
    severity: Severity = Severity.HIGH
    default: Omitted = Omitted()  # noqa: RUF009 - frozen


def judge(
    resource: Resource,
    demand: Demand,
    value: Value | None = None,
    *,
    block: Block | None = None,
    attribute: str = "",
) -> Iterator[Finding]:
    """The finding about ``value`` (by default the resource's own), if there is one.

    ``block`` and ``attribute`` say where the value sits if not at ``demand.attribute``.

    >>> from simulator.estate.model import Known, Origin, Provider
    >>> on = Demand("https_only", true, "true", "because", "https_only = true")
    >>> app = Resource("x.a", "x", "a", Block({"https_only": Known(False)}),
    ...     Origin("main.tf", 3), Provider("x"))
    >>> [(f.attribute, f.actual, f.unknown) for f in judge(app, on)]
    [('https_only', 'false', False)]
    >>> [f.unknown for f in judge(app, on, Unresolvable("var.https has no value"))]
    [True]
    """
    value = resource.get(demand.attribute) if value is None else value
    if isinstance(value, Omitted) and value.default is UNSTATED:
        value = value if demand.default.default is UNSTATED else demand.default
    in_force = effective(value)
    unknown = in_force is UNSTATED
    if not unknown and demand.good(in_force):
        return
    yield finding(
        resource,
        attribute or demand.attribute,
        value,
        expected=demand.expected,
        why=demand.why,
        remedy=settle(value, demand.remedy) if unknown else demand.remedy,
        severity=demand.severity,
        unknown=unknown,
        block=block,
    )


def settle(value: Value, remedy: str) -> str:
    """What would turn an unknown value into a verdict: ``remedy`` written out, or a source for it.

    >>> settle(Unresolvable("var.a has no value"), "a = true")
    'give its value with --var-file or a plan, or write it out: a = true'
    """
    match value:
        case Reference(to=to, attribute=attribute):
            return f"{to}.{attribute} cannot be read from here; write it out: {remedy}"
        case Unresolvable():
            return f"give its value with --var-file or a plan, or write it out: {remedy}"
        case Omitted(decided_by=decided_by) if decided_by:
            return f"write it out, so that no default decides ({decided_by}): {remedy}"
    return f"write it out: {remedy}"


def ignored(resource: Resource, argument: str) -> bool:
    """Whether ``lifecycle`` tells Terraform to leave later changes to ``argument`` alone.

    What is written is then only what the resource was made with. A plan does not keep this.

    >>> from simulator.estate.model import Known, Origin, Provider
    >>> kept = Block({"ignore_changes": Known(("tags", "network_rules[0].ip_rules"))})
    >>> body = Block({"lifecycle": (kept,)})
    >>> account = Resource("x.a", "x", "a", body, Origin("main.tf", 3), Provider("x"))
    >>> ignored(account, "network_rules"), ignored(account, "name")
    (True, False)
    """
    for lifecycle in resource.blocks("lifecycle"):
        listed = effective(lifecycle.get("ignore_changes"))
        if listed == "all":
            return True
        names = listed if isinstance(listed, tuple) else ()
        if any(str(name).partition("[")[0].partition(".")[0] == argument for name in names):
            return True
    return False


def true(value: object) -> bool:
    """Whether a value in force is ``true``."""
    return value is True


def false(value: object) -> bool:
    """Whether a value in force is ``false``."""
    return value is False


def one_of(*words: str) -> Callable[[object], bool]:
    """Whether a value in force is one of these words, in any case (Azure ignores it).

    >>> one_of("Deny")("deny"), one_of("Deny")("Allow"), one_of("Deny")(None)
    (True, False, False)
    """
    accepted = {word.casefold() for word in words}
    return lambda value: isinstance(value, str) and value.casefold() in accepted
