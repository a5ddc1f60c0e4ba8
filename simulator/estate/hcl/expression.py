"""Evaluating expressions: what Terraform computes before it has asked any provider.

What only a provider can tell stays a reference, what nobody can tell stays unknown, and both
keep to their own place in the result.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from simulator.estate.hcl import files, functions
from simulator.estate.hcl.access import element, iterate, member
from simulator.estate.hcl.conversion import to_number
from simulator.estate.hcl.effort import spend
from simulator.estate.hcl.operators import DECIDED_BY, operate, truth
from simulator.estate.hcl.scope import NoNames, Scope
from simulator.estate.hcl.source import Expression, JsonExpression
from simulator.estate.hcl.template import For, If, Part, heredoc, quoted, template
from simulator.estate.hcl.value import (
    PARTS,
    Anywhere,
    Evaluated,
    EvaluationError,
    Ref,
    Secret,
    TooLargeError,
    Unknown,
    is_known,
    join,
    reveal,
    secret,
    size_of,
    text_of,
    through,
    unknown,
    why_unknown,
)


def evaluate(expression: Expression | JsonExpression, scope: Scope) -> Evaluated:
    """The value of ``expression``.

    Raises :class:`EvaluationError` for what Terraform itself would refuse.
    """
    spend()
    if isinstance(expression, JsonExpression):
        return _json(expression.value, scope)
    rule = _RULES.get(expression.kind)
    if rule is None:
        return Unknown(f"{expression.text} is not understood here", expression.text)
    return rule(expression, scope)


def render(parts: tuple[Part, ...], scope: Scope) -> Evaluated:
    """The string that a template makes; a lone ``${value}`` keeps the value's type."""
    if len(parts) == 1 and isinstance(parts[0], Expression):
        return evaluate(parts[0], scope)
    return join(list(_pieces(parts, scope)))


def _pieces(parts: tuple[Part, ...], scope: Scope) -> Iterator[Evaluated]:
    for part in parts:
        if isinstance(part, str):
            yield part
        elif isinstance(part, Expression):
            yield evaluate(part, scope)
        elif isinstance(part, If):
            condition, marked = reveal(evaluate(part.condition, scope))
            if not is_known(condition):
                text = f"%{{ if {part.condition.text} }}"
                yield Unknown(why_unknown(condition), text)
                continue
            chosen = part.then if truth(condition) else part.otherwise
            piece = join(list(_pieces(chosen, scope)))
            yield secret(piece) if marked else piece
        else:
            yield from _loop(part, scope)


def _loop(part: For, scope: Scope) -> Iterator[Evaluated]:
    collection = evaluate(part.collection, scope)
    pairs = iterate(collection)
    if pairs is None:
        yield Unknown(why_unknown(collection), f"%{{ for {part.collection.text} }}")
        return
    for key, value in pairs:
        yield from _pieces(part.body, scope.having(_loop_names(part.names, key, value)))


def _loop_names(names: tuple[str, ...], key: Evaluated, value: Evaluated) -> dict[str, Evaluated]:
    return {names[0]: value} if len(names) == 1 else {names[0]: key, names[1]: value}


def _json(value: object, scope: Scope) -> Evaluated:
    if isinstance(value, str):
        return render(template(value), scope)
    if isinstance(value, list):
        return [_json(item, scope) for item in value]
    if isinstance(value, dict):
        return {text_of(render(template(k), scope)): _json(v, scope) for k, v in value.items()}
    return value


def _inner(expression: Expression, scope: Scope) -> Evaluated:
    return evaluate(expression.parts()[0], scope)


def _number_literal(expression: Expression, _scope: Scope) -> Evaluated:
    return to_number(expression.text)


def _literal(expression: Expression, _scope: Scope) -> Evaluated:
    return {"true": True, "false": False, "null": None}[expression.text]


def _string(expression: Expression, scope: Scope) -> Evaluated:
    return render(quoted(expression), scope)


def _heredoc(expression: Expression, scope: Scope) -> Evaluated:
    return join(list(_pieces(heredoc(str(expression.tokens()[0])), scope)))


def _identifier(expression: Expression, scope: Scope) -> Evaluated:
    return scope.find(expression.text)


def _tuple(expression: Expression, scope: Scope) -> Evaluated:
    return [evaluate(part, scope) for part in expression.parts()]


def _object(expression: Expression, scope: Scope) -> Evaluated:
    result: dict[str, Evaluated] = {}
    for pair in expression.parts():
        key, value = pair.parts()
        name, _ = reveal(_object_key(key, scope))
        if not is_known(name):
            return unknown(expression.text, name)
        result[text_of(name)] = evaluate(value, scope)
    return result


def _object_key(key: Expression, scope: Scope) -> Evaluated:
    inner = key.parts()[0]
    while inner.kind == "expr_term" and not inner.tokens():
        inner = inner.parts()[0]
    # A bare word is the key itself; anything else, "(word)" too, is evaluated.
    return inner.text if inner.kind in {"identifier", "keyword"} else evaluate(inner, scope)


def _call(expression: Expression, scope: Scope) -> Evaluated:
    *names, last = expression.parts()
    if last.kind != "arguments":
        names, last = [*names, last], expression
    name = "::".join(part.text for part in names)
    written = [] if last is expression else last.parts()
    if name in {"try", "can"}:
        inside = replace(scope, trying=True)
        return _try(written, inside) if name == "try" else _can(written[0], inside)
    arguments = [evaluate(part, scope) for part in written]
    if any(token.type == "ELLIPSIS" for token in last.tokens()):
        last_argument = arguments.pop()
        spread = iterate(last_argument)
        if spread is None:
            return unknown(expression.text, last_argument)
        arguments += [value for _, value in spread]
    if name in files.FILE_FUNCTIONS:
        directory = scope.names.working_directory
        render_file = _rendered(directory)
        read = files.try_to_call if scope.trying else files.call
        return read(name, arguments, expression.text, directory, render_file)
    return functions.call(name, arguments, expression.text)


def _rendered(directory: Path) -> files.Render:
    """Templates in files see the variables that they are given, and nothing else."""

    def render_file(text: str, variables: Mapping[str, Evaluated]) -> Evaluated:
        return join(list(_pieces(template(text), Scope(NoNames(directory), variables))))

    return render_file


def _try(attempts: list[Expression], scope: Scope) -> Evaluated:
    for attempt in attempts:
        try:
            value = evaluate(attempt, scope)
        except EvaluationError:
            continue
        bare = value.value if isinstance(value, Secret) else value
        # Whether "x[0].y" of a resource exists only the provider can tell, so neither can we
        # tell which attempt succeeds; a plain attribute always exists.
        if isinstance(bare, Ref) and not bare.path.isidentifier():
            return Unknown(f"{attempt.text} may or may not exist", attempt.text)
        return value
    raise EvaluationError("try(): no attempt succeeds")


def _can(attempt: Expression, scope: Scope) -> Evaluated:
    try:
        value = evaluate(attempt, scope)
    except EvaluationError:
        return False
    return True if is_known(value) else unknown(f"can({attempt.text})", value)


def _index(expression: Expression, scope: Scope) -> Evaluated:
    of, key = expression.parts()
    return element(evaluate(of, scope), _key(key, scope))


def _key(key: Expression, scope: Scope) -> Evaluated:
    if key.kind == "short_index":
        return int(key.tokens()[-1])
    return _inner(key, scope)


def _attribute(expression: Expression, scope: Scope) -> Evaluated:
    of, name = expression.parts()
    return member(evaluate(of, scope), name.parts()[0].text)


def _splat(expression: Expression, scope: Scope) -> Evaluated:
    of, steps = expression.parts()
    value = evaluate(of, scope)
    inner = of.parts()[0] if of.kind == "expr_term" and not of.tokens() else of
    if inner.kind in {"full_splat_expr_term", "attr_splat_expr_term"}:
        # "x[*].a[*].b": the second splat is taken of each element of the first.
        return through(value, lambda outer: _each(outer, steps, scope, expression.text))
    return _splat_of(value, steps, scope, expression.text)


def _each(outer: Evaluated, steps: Expression, scope: Scope, text: str) -> Evaluated:
    if not isinstance(outer, list):
        return unknown(text, outer)
    return [_splat_of(item, steps, scope, text) for item in outer]


def _splat_of(value: Evaluated, steps: Expression, scope: Scope, text: str) -> Evaluated:
    match value:
        case Secret():
            return secret(_splat_of(value.value, steps, scope, text))
        case Unknown() | Anywhere():
            return unknown(text, value)
        case Ref():
            rest = steps.text.removeprefix("[*]").removeprefix(".*")
            return Ref(value.address, f"{value.path}[*]{rest}")
        case None:
            return []
    items = value if isinstance(value, list) else [value]
    return [_follow(item, steps, scope) for item in items]


def _follow(value: Evaluated, steps: Expression, scope: Scope) -> Evaluated:
    for step in steps.parts():
        if step.kind == "get_attr":
            value = member(value, step.parts()[0].text)
        else:
            value = element(value, _key(step, scope))
    return value


def _conditional(expression: Expression, scope: Scope) -> Evaluated:
    condition, then, otherwise = expression.parts()
    value, marked = reveal(evaluate(condition, scope))
    if not is_known(value):
        return unknown(expression.text, value)
    result = evaluate(then if truth(value) else otherwise, scope)
    return secret(result) if marked else result


def _unary(expression: Expression, scope: Scope) -> Evaluated:
    value, marked = reveal(_inner(expression, scope))
    if not is_known(value):
        return unknown(expression.text, value)
    negated = expression.tokens()[0].type == "NOT"
    result = not truth(value) if negated else -to_number(value)
    return Secret(result) if marked else result


def _binary(expression: Expression, scope: Scope) -> Evaluated:
    left_part, term = expression.parts()[:2]
    operator, right_part = term.parts()[:2]
    symbol = operator.tokens()[-1].type
    left, left_marked = reveal(evaluate(left_part, scope))
    if symbol in DECIDED_BY and is_known(left) and truth(left) is DECIDED_BY[symbol]:
        return Secret(DECIDED_BY[symbol]) if left_marked else DECIDED_BY[symbol]
    right, right_marked = reveal(evaluate(right_part, scope))
    result = operate(symbol, left, right, expression.text)
    marked = left_marked or right_marked
    return Secret(result) if marked and not isinstance(result, Unknown) else result


def _for(expression: Expression, scope: Scope) -> Evaluated:
    intro, *rest = expression.parts()
    condition = rest.pop() if rest[-1].kind == "for_cond" else None
    *names, source = intro.parts()
    collection = evaluate(source, scope)
    pairs = iterate(collection)
    if pairs is None:
        return unknown(expression.text, collection)
    results: list[tuple[Evaluated, ...]] = []
    size = 0
    for key, value in pairs:
        inner = scope.having(_loop_names(tuple(n.text for n in names), key, value))
        if condition is not None:
            wanted, _ = reveal(_inner(condition, inner))
            if not is_known(wanted):
                return unknown(expression.text, wanted)
            if not truth(wanted):
                continue
        results.append(tuple(evaluate(part, inner) for part in rest))
        size += size_of(results[-1][-1])
        if size > PARTS:
            raise TooLargeError(f"it has more than {PARTS:,} elements")
    if expression.kind == "for_tuple_expr":
        return [value for (value,) in results]
    grouped = any(token.type == "ELLIPSIS" for token in expression.tokens())
    return _gather(results, expression.text, grouped=grouped)


def _gather(pairs: list[tuple[Evaluated, ...]], text: str, *, grouped: bool) -> Evaluated:
    result: dict[str, Evaluated] = {}
    for key, value in pairs:
        name, _ = reveal(key)
        if not is_known(name):
            return unknown(text, name)
        if not grouped:
            result[text_of(name)] = value
            continue
        held = result.setdefault(text_of(name), [])
        if isinstance(held, list):
            held.append(value)
    return result


_RULES: Final[Mapping[str, Callable[[Expression, Scope], Evaluated]]] = {
    "attr_splat_expr_term": _splat,
    "binary_op": _binary,
    "conditional": _conditional,
    "expr_term": _inner,
    "float_lit": _number_literal,
    "for_object_expr": _for,
    "for_tuple_expr": _for,
    "full_splat_expr_term": _splat,
    "function_call": _call,
    "get_attr_expr_term": _attribute,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "identifier": _identifier,
    "index_expr_term": _index,
    "int_lit": _number_literal,
    "literal_value": _literal,
    "object": _object,
    "string": _string,
    "tuple": _tuple,
    "unary_op": _unary,
}
