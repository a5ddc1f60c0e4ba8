"""Azure Resource Manager templates, as far as a playbook in one needs: its strings made plain.

Template expressions (``[concat('a', parameters('b'))]``) are worked out where they consist of
parameters, variables and literals; any other becomes ``${expression}``, which refers to nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.estate.document import at, object_at
from simulator.estate.model import freeze

UNKNOWN_EXPRESSION: Final = "${expression}"
_TOKEN = re.compile(r"\s*(?:'((?:[^']|'')*)'|(\w+)|([(),])|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template with the parameter values of its deployment (``{name: {value: …}}``).

    >>> greeting = {"type": "A/b", "name": "[concat(parameters('who'), '-', variables('n'))]"}
    >>> parts = {"resources": (greeting,), "variables": {"n": "1"}}
    >>> Template(parts, {"who": {"value": "shop"}}).resources("a/B")[0]["name"]
    'shop-1'
    """

    body: object
    parameters: object

    def resources(self, kind: str) -> tuple[Mapping[str, object], ...]:
        """The template's resources of an Azure type, with their strings made plain."""
        listed = at(self.body, "resources")
        if isinstance(listed, Mapping):  # languageVersion 2.0 names its resources
            listed = tuple(listed.values())
        found = listed if isinstance(listed, tuple) else ()
        mine = (r for r in found if str(at(r, "type")).casefold() == kind.casefold())
        plain = (freeze(self._plain(resource)) for resource in mine)
        return tuple(resource for resource in plain if isinstance(resource, Mapping))

    def _plain(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {name: self._plain(inner) for name, inner in value.items()}
        if isinstance(value, tuple):
            return [self._plain(inner) for inner in value]
        if isinstance(value, str) and value.startswith("[["):
            return value[1:]
        if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
            return self._expression(value[1:-1])
        return value

    def _expression(self, text: str) -> object:
        tokens = [m for m in reversed(tuple(_TOKEN.finditer(text))) if m[0].strip()]
        try:
            value = self._term(tokens)
        except (IndexError, _NotWorkedOutError):
            return UNKNOWN_EXPRESSION
        return UNKNOWN_EXPRESSION if tokens else value

    def _term(self, tokens: list[re.Match[str]]) -> object:
        """The value of the term that the tokens, last first, begin with; they are used up."""
        token = tokens.pop()
        if token[1] is not None:
            return token[1].replace("''", "'")
        if token[2] is None or tokens.pop()[3] != "(":
            raise _NotWorkedOutError
        arguments: list[object] = []
        while tokens[-1][3] != ")":
            arguments.append(self._term(tokens))
            if tokens[-1][3] == ",":
                tokens.pop()
        tokens.pop()
        match token[2].casefold(), arguments:
            case "parameters", [str(name)]:
                return self._parameter(name)
            case "variables", [str(name)]:
                return self._plain(object_at(self.body, "variables").get(name))
            case "concat", parts if all(isinstance(part, str) for part in parts):
                return "".join(map(str, parts))
        return UNKNOWN_EXPRESSION

    def _parameter(self, name: str) -> object:
        given = object_at(self.parameters, name)
        if "value" in given:
            return given["value"]
        declared = object_at(self.body, "parameters").get(name)
        default = object_at(declared, "defaultValue") or at(declared, "defaultValue")
        return UNKNOWN_EXPRESSION if default is None else self._plain(default)


class _NotWorkedOutError(Exception):
    """The expression uses more than is understood here."""
