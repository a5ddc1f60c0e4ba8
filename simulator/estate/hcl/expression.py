"""Evaluating expressions: what Terraform computes before it has asked any provider.

What only a provider can tell stays a reference, what nobody can tell stays unknown, and both
keep to their own place in the result.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from simulator.estate.hcl import functions
from simulator.estate.hcl.source import Expression, JsonExpression, read_text
from simulator.estate.hcl.template import For, If, Part, heredoc, quoted, template
from simulator.estate.hcl.value import (
    Anywhere,
    Evaluated,
    EvaluationError,
    Members,
    Ref,
    Secret,
    Set,
    Text,
    Unknown,
    is_known,
    join,
    reveal,
    secret,
    text_of,
    through,
    unknown,
    why_unknown,
)


class Names(Protocol):
    """What the first name of an expression can mean."""

    @property
    def working_directory(self) -> Path:
        """The directory that relative file names start from."""

    def find(self, name: str) -> Evaluated:
        """The value of ``name``. Raises :class:`EvaluationError` if there is none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Names that a module gives, and those that a loop or block adds."""

    names: Names
    local: Mapping[str, Evaluated]

    def find(self, name: str) -> Evaluated:
        """The value of ``name``, the innermost first."""
        return self.local[name] if name in self.local else self.names.find(name)

    def having(self, added: Mapping[str, Evaluated]) -> "Scope":
        """This scope with more names."""
        return Scope(self.names, {**self.local, **added})


def evaluate(expression: Expression | JsonExpression, scope: Scope) -> Evaluated:
    """The value of ``expression``.

    Raises :class:`EvaluationError` for what Terraform itself would refuse.
    """
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
            chosen = part.then if _truth(condition) else part.otherwise
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


def iterate(collection: Evaluated) -> list[tuple[Evaluated, Evaluated]] | None:
    """The keys and values of ``collection``; ``None`` if it is not known how many it has."""
    if isinstance(collection, Secret):
        pairs = iterate(collection.value)
        return None if pairs is None else [(key, secret(value)) for key, value in pairs]
    if isinstance(collection, Set):
        return [(value, value) for value in collection]
    if isinstance(collection, list):
        return list(enumerate(collection))
    if isinstance(collection, dict):
        return [(key, collection[key]) for key in sorted(collection)]
    if isinstance(collection, Ref | Unknown | Members):
        return None
    raise EvaluationError(f"{collection!r} cannot be iterated over")


def member(value: Evaluated, name: str) -> Evaluated:
    """``value.name``."""
    match value:
        case Secret():
            return through(value, lambda inner: member(inner, name))
        case Members():
            return value.member(name)
        case Ref():
            return Ref(value.address, f"{value.path}.{name}")
        case Unknown():
            return Unknown(value.why, f"{value.text}.{name}")
        case dict() if name in value:
            return value[name]
        case dict():
            raise EvaluationError(f"there is no attribute {name!r}")
    raise EvaluationError(f"attribute {name!r} of a value that has none")


def element(value: Evaluated, key: Evaluated) -> Evaluated:
    """``value[key]``."""
    if isinstance(value, Secret):
        return through(value, lambda inner: element(inner, key))
    if isinstance(value, Anywhere):
        return value
    plain, _ = reveal(key)
    shown = f'"{plain}"' if isinstance(plain, str) else str(plain)
    if isinstance(value, Unknown):
        return Unknown(value.why, f"{value.text}[{shown}]")
    if not is_known(plain):
        return unknown(f"[{shown}]", plain)
    if isinstance(value, Ref):
        return Ref(value.address, f"{value.path}[{shown}]")
    if isinstance(value, dict | Members):
        return member(value, text_of(plain))
    if isinstance(value, list):
        position = functions.to_number(plain)
        if not isinstance(position, int) or not 0 <= position < len(value):
            raise EvaluationError(f"there is no element [{shown}]")
        return value[position]
    raise EvaluationError(f"element [{shown}] of a value that has none")


def _truth(value: Evaluated) -> bool:
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return value == "true"
    raise EvaluationError("a condition must be true or false")


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
    return functions.to_number(expression.text)


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
        return _try(written, scope) if name == "try" else _can(written[0], scope)
    arguments = [evaluate(part, scope) for part in written]
    if any(token.type == "ELLIPSIS" for token in last.tokens()):
        last_argument = arguments.pop()
        spread = iterate(last_argument)
        if spread is None:
            return unknown(expression.text, last_argument)
        arguments += [value for _, value in spread]
    if name in _FILES:
        return _file(name, arguments, expression.text, scope)
    return functions.call(name, arguments, expression.text)


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


_FILES: Final = frozenset(
    {"file", "fileexists", "templatefile", "filebase64", "filesha256", "filemd5"}
)


def _file(name: str, arguments: list[Evaluated], text: str, scope: Scope) -> Evaluated:
    plain, marked = reveal(arguments[0])
    if not isinstance(plain, str):
        return unknown(text, plain)
    path = scope.names.working_directory / plain
    if name == "fileexists":
        return path.is_file()
    if not path.is_file():
        return Unknown(f"{text}: there is no file {plain}", text)
    content: Evaluated = Unknown(f"{text} is not evaluated here", text)
    if name == "file":
        content = read_text(path)
    elif name == "templatefile":
        variables, _ = arguments[1], marked
        given = variables.value if isinstance(variables, Secret) else variables
        if not isinstance(given, dict):
            return unknown(text, given)
        content = join(list(_pieces(template(read_text(path)), Scope(scope.names, given))))
    return secret(content) if marked else content


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
    bare = value.value if isinstance(value, Secret) else value
    if isinstance(bare, Unknown | Anywhere):
        return unknown(expression.text, bare)
    if isinstance(bare, Ref):
        return Ref(
            bare.address, bare.path + "[*]" + steps.text.removeprefix("[*]").removeprefix(".*")
        )
    if bare is None:
        return []
    items = bare if isinstance(bare, list) else [bare]
    results = [_follow(item, steps, scope) for item in items]
    return secret(results) if isinstance(value, Secret) else results


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
    result = evaluate(then if _truth(value) else otherwise, scope)
    return secret(result) if marked else result


def _unary(expression: Expression, scope: Scope) -> Evaluated:
    value, marked = reveal(_inner(expression, scope))
    if not is_known(value):
        return unknown(expression.text, value)
    negated = expression.tokens()[0].type == "NOT"
    result = not _truth(value) if negated else -functions.to_number(value)
    return Secret(result) if marked else result


def _binary(expression: Expression, scope: Scope) -> Evaluated:
    left_part, term = expression.parts()[:2]
    operator, right_part = term.parts()[:2]
    symbol = operator.tokens()[-1].type
    left, left_marked = reveal(evaluate(left_part, scope))
    if symbol in _DECIDED_BY and is_known(left) and _truth(left) is _DECIDED_BY[symbol]:
        return Secret(_DECIDED_BY[symbol]) if left_marked else _DECIDED_BY[symbol]
    right, right_marked = reveal(evaluate(right_part, scope))
    result = _operate(symbol, left, right, expression.text)
    marked = left_marked or right_marked
    return Secret(result) if marked and not isinstance(result, Unknown) else result


_DECIDED_BY: Final = {"DOUBLE_AMP": False, "DOUBLE_PIPE": True}


def _operate(symbol: str, left: Evaluated, right: Evaluated, text: str) -> Evaluated:
    if symbol in {"DOUBLE_EQ", "NEQ"}:
        equal = _equal(left, right)
        if equal is not None:
            return equal if symbol == "DOUBLE_EQ" else not equal
    if symbol in _DECIDED_BY and is_known(right) and _truth(right) is _DECIDED_BY[symbol]:
        return _DECIDED_BY[symbol]
    if not (is_known(left) and is_known(right)):
        return unknown(text, left, right)
    if symbol in _DECIDED_BY:
        return not _DECIDED_BY[symbol]
    try:
        return _ARITHMETIC[symbol](functions.to_number(left), functions.to_number(right))
    except (ValueError, ZeroDivisionError) as error:
        raise EvaluationError(f"{text}: {error}") from error


def _equal(left: Evaluated, right: Evaluated) -> bool | None:
    """Whether two values are equal; ``None`` if that cannot be told."""
    for one, other in ((left, right), (right, left)):
        # A resource that is declared is there, and so is its id.
        exists = isinstance(one, Members) or (isinstance(one, Ref) and one.path == "id")
        if exists and (other is None or other == ""):
            return False
        if isinstance(one, Text) and (other is None or other == ""):
            return False if other is None or any(isinstance(p, str) for p in one.parts) else None
    if is_known(left) and is_known(right):
        return functions.same(left, right)
    return None


def _divide(left: float, right: float) -> float:
    quotient = left / right
    return int(quotient) if quotient == int(quotient) else quotient


_ARITHMETIC: Final[Mapping[str, Callable[[int | float, int | float], Evaluated]]] = {
    "PLUS": lambda a, b: a + b,
    "MINUS": lambda a, b: a - b,
    "ASTERISK": lambda a, b: a * b,
    "SLASH": _divide,
    "PERCENT": lambda a, b: a % b,
    "LT": lambda a, b: a < b,
    "GT": lambda a, b: a > b,
    "LEQ": lambda a, b: a <= b,
    "GEQ": lambda a, b: a >= b,
}


def _for(expression: Expression, scope: Scope) -> Evaluated:
    intro, *rest = expression.parts()
    condition = rest.pop() if rest[-1].kind == "for_cond" else None
    *names, source = intro.parts()
    collection = evaluate(source, scope)
    pairs = iterate(collection)
    if pairs is None:
        return unknown(expression.text, collection)
    results: list[tuple[Evaluated, ...]] = []
    for key, value in pairs:
        inner = scope.having(_loop_names(tuple(n.text for n in names), key, value))
        if condition is not None:
            wanted, _ = reveal(_inner(condition, inner))
            if not is_known(wanted):
                return unknown(expression.text, wanted)
            if not _truth(wanted):
                continue
        results.append(tuple(evaluate(part, inner) for part in rest))
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
