"""What a provider answers to ``PlanResourceChange``, derived from its schema alone. Pure.

Three things happen to the configured values of a new resource: schema defaults are filled in,
computed attributes become unknown, and blocks that the service fills in become unknown. Inside
sets, SDKv2 providers also turn absent strings and collections into empty ones, because a set
element is rebuilt whole (helper/schema's ``diffSet`` in terraform-plugin-sdk).
"""

from collections.abc import Mapping

from simulator.offline_plan.schema import Attribute, Block, Member, NestedBlock, Type
from simulator.offline_plan.wire import UNKNOWN, Value, is_unknown


def planned(block: Block, config: Mapping[str, Value], *, legacy: bool) -> dict[str, Value]:
    """The planned state of a resource.

    ``config``: the proposed new state, with every attribute of the schema present. Of a resource
    that is imported, Terraform has put into it what is known already. ``legacy`` is for providers
    that are built on SDKv2.

    >>> body = Block({"id": Attribute("string", "computed"),
    ...               "on": Attribute("bool", "optional", default=True)})
    >>> planned(body, {"id": None, "on": None}, legacy=True)["on"]
    True
    """
    return _block(block, config, legacy=legacy, in_set=False)


def _block(
    block: Block, config: Mapping[str, Value], *, legacy: bool, in_set: bool
) -> dict[str, Value]:
    state = {
        name: _attribute(attribute, config.get(name), legacy=legacy, in_set=in_set)
        for name, attribute in block.attributes.items()
    }
    for name, nested in block.blocks.items():
        state[name] = _nested(nested, config.get(name), legacy=legacy, in_set=in_set)
    return state


def _attribute(  # noqa: PLR0911 - one per way to fill a value in
    attribute: Attribute, value: Value, *, legacy: bool, in_set: bool
) -> Value:
    if attribute.write_only:
        return None  # never in a plan or a state
    if value is None:
        if attribute.default is not None:
            return attribute.default
        if attribute.computed:
            return UNKNOWN
        return _empty(attribute.type) if legacy and in_set else None
    if is_unknown(value):
        return value
    if attribute.nested is not None:
        return {
            name: _attribute(inner, value.get(name), legacy=legacy, in_set=in_set)
            for name, inner in attribute.nested.items()
        }
    return _filled(attribute.type, value, attribute.members) if legacy else value


def _nested(nested: NestedBlock, value: Value, *, legacy: bool, in_set: bool) -> Value:
    if is_unknown(value):
        return value
    if nested.nesting == "single":
        return None if value is None else _block(nested.body, value, legacy=legacy, in_set=in_set)
    if not value:
        return UNKNOWN if nested.computed and not in_set else []
    in_set = in_set or nested.nesting == "set"
    return [
        item if is_unknown(item) else _block(nested.body, item, legacy=legacy, in_set=in_set)
        for item in value
    ]


def _empty(kind: Type) -> Value:
    """What SDKv2 leaves for an absent member of a set element.

    >>> _empty("string"), _empty("bool"), _empty(["set", "string"])
    ('', None, [])
    """
    if kind == "string":
        return ""
    if isinstance(kind, list) and kind[0] in ("list", "set"):
        return []
    if isinstance(kind, list) and kind[0] == "map":
        return {}
    return None


def _filled(kind: Type, value: Value, members: Mapping[str, Member]) -> Value:
    """A collection of objects written as an attribute: absent members are filled in."""
    match kind:
        case [_, ["object", fields]] if isinstance(value, list):
            return [
                item if item is None or is_unknown(item) else _object(fields, item, members)
                for item in value
            ]
        case _:
            return value


def _object(
    fields: Mapping[str, Type], item: Mapping[str, Value], members: Mapping[str, Member]
) -> dict[str, Value]:
    filled = {}
    for name, kind in fields.items():
        member = members.get(name, Member())
        value = item.get(name)
        if value is not None:
            filled[name] = _filled(kind, value, {})
        elif member.default is not None:
            filled[name] = member.default
        else:
            filled[name] = UNKNOWN if member.computed else _empty(kind)
    return filled
