"""Facts that the CDK bindings drop, from the typings of the Pulumi SDK of the same provider.

The npm packages ``@pulumi/azure`` and ``@pulumi/azuread`` are generated from the same Terraform
schema. Their ``.d.ts`` files still tell, for each property:

* whether an optional block is also computed (an output that can be ``undefined`` is not),
* the default that the documentation states,

and their ``.js`` files list the outputs that are secret (``additionalSecretOutputs``).

Property names are camel-cased and lists are put in the plural, so properties are matched by a
normal form; resource names are matched by their whole set of properties.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

_PROPERTY = re.compile(
    r"(?:/\*\*(?P<doc>(?:(?!\*/).)*)\*/\s*)?"
    r"readonly (?P<name>\w+): pulumi\.Output<(?P<type>.*?)>;$",
    re.DOTALL | re.MULTILINE,
)
_FIELD = re.compile(
    r"(?:/\*\*(?P<doc>(?:(?!\*/).)*)\*/\s*)?"
    r"^\s+(?P<name>\w+)(?P<opt>\??): (?P<type>\{.*?^\s+\}|[^\n{]*);$",
    re.DOTALL | re.MULTILINE,
)
_CLASS = re.compile(r"^export declare class (\w+) extends pulumi\.CustomResource", re.MULTILINE)
_SECRETS = re.compile(r"additionalSecretOutputs: \[([^\]]*)\]")
_OUTPUT = re.compile(r"outputs\.([\w.]+)")
_DEFAULT = re.compile(
    r"(?:[Dd]efaults? to|[Dd]efault value is|[Tt]he default is|[Dd]efaults? is|[Dd]efault)\s+"
    r"(?:`([^`\n]+)`?|'(\d+)'|(true|false|-?\d+)\b)"
)
_DEFAULT_FIRST = re.compile(r"`?(\w+)`? \((?:the )?default\)")
_OFF = re.compile(r"[Dd]isabled by default")


@dataclass(frozen=True, slots=True)
class Property:
    """One output property: may it be absent, what its documentation says is the default.

    ``computed``, for members of nested interfaces only: an output that is always there although
    it may be left out of, or has no place in, the input.
    """

    name: str
    optional: bool
    default: str | None
    struct: str | None  # the nested interface, "storage.AccountNetworkRules"
    computed: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource class: ``label`` is ``module/ClassName``."""

    label: str
    properties: Mapping[str, Property]
    secrets: frozenset[str] = field(default=frozenset())


def normal(name: str) -> str:
    """A form in which Terraform's and the SDK's spelling of a name agree.

    >>> normal("ip_rules") == normal("ipRules") == normal("ipRule")
    True
    >>> normal("policy") == normal("policies")
    True
    """
    flat = name.replace("_", "").lower()
    if flat.endswith("ies"):
        flat = flat[:-3] + "y"
    elif flat.endswith(("sses", "xes", "ches", "shes")):
        flat = flat[:-2]
    return flat.rstrip("s")


def documented_default(doc: str | None) -> str | None:
    """The default stated in a documentation comment, as text.

    >>> documented_default("Is it on? Defaults to `true`.")
    'true'
    >>> documented_default("Between `7` and `90` (the default) days.")
    '90'
    >>> documented_default("Enable the non-SSL port (6379) - disabled by default.")
    'false'
    """
    if doc is None:
        return None
    first = re.split(r"\n\s*\*\s*>", doc)[0]  # a note is about exceptions
    text = re.sub(r"\n\s*\*\s?", " ", first)
    values = {m[1] or m[2] or m[3] for m in _DEFAULT.finditer(text)}
    if not values:
        values = {m[1] for m in _DEFAULT_FIRST.finditer(text)}
    if not values and _OFF.search(text):
        values = {"false"}
    return values.pop() if len(values) == 1 else None


def _property(name: str, text: str, doc: str | None, *, optional: bool) -> Property:
    found = _OUTPUT.search(text)
    return Property(name, optional, documented_default(doc), found[1] if found else None)


def read_resources(root: Path) -> Iterator[Resource]:
    """Every resource class of an SDK package."""
    for path in sorted(root.rglob("*.d.ts")):
        text = path.read_text(encoding="utf-8")
        found = _CLASS.search(text)
        if found is None:
            continue
        body = text[found.end() : text.find("\nexport ", found.end())]
        properties = {}
        for match in _PROPERTY.finditer(body):
            optional = match["type"].endswith("| undefined")
            prop = _property(match["name"], match["type"], match["doc"], optional=optional)
            properties[normal(match["name"])] = prop
        script = path.with_name(path.name.removesuffix(".d.ts") + ".js").read_text("utf-8")
        secrets = _SECRETS.search(script)
        names = re.findall(r'"(\w+)"', secrets[1]) if secrets else []
        module = path.parent.relative_to(root).as_posix()
        yield Resource(
            f"{module}/{found[1]}", properties, frozenset(normal(name) for name in names)
        )


def read_structs(root: Path) -> dict[str, dict[str, Property]]:
    """Every nested output interface by its qualified name, ``module.Interface``."""
    inputs = dict(_interfaces(root / "types" / "input.d.ts"))
    structs: dict[str, dict[str, Property]] = {}
    for name, fields in _interfaces(root / "types" / "output.d.ts"):
        given = inputs.get(name)
        structs[name] = fields
        if given is None:
            continue
        for key, prop in fields.items():
            if not prop.optional and (key not in given or given[key].optional):
                fields[key] = replace(prop, computed=True)
    return structs


def _interfaces(path: Path) -> Iterator[tuple[str, dict[str, Property]]]:
    text = path.read_text(encoding="utf-8")
    for part in re.split(r"^export declare namespace ", text, flags=re.MULTILINE)[1:]:
        module = part[: part.find(" ")]
        for match in re.finditer(
            r"^    interface (\w+) \{\n(.*?)^    \}", part, re.MULTILINE | re.DOTALL
        ):
            yield f"{module}.{match[1]}", _fields(match[2])
    for match in re.finditer(
        r"^export interface (\w+) \{\n(.*?)^\}", text, re.MULTILINE | re.DOTALL
    ):
        yield match[1], _fields(match[2])


def _fields(body: str) -> dict[str, Property]:
    return {
        normal(m["name"]): _property(m["name"], m["type"], m["doc"], optional=m["opt"] == "?")
        for m in _FIELD.finditer(body)
    }


def match_types(
    schema_names: Mapping[str, frozenset[str]], resources: list[Resource], prefix: str
) -> dict[str, Resource]:
    """Pair Terraform types with SDK classes by their property names, best pairs first.

    ``schema_names``: Terraform type -> normal forms of its top-level names. Only pairs that
    agree on nine tenths of the names are kept.
    """
    scored: list[tuple[float, float, str, int]] = []
    sdk = [frozenset(resource.properties) for resource in resources]
    labels = [normal(resource.label.replace("/", "")) for resource in resources]
    short = [normal(resource.label.split("/")[-1]) for resource in resources]
    for type_name, names in schema_names.items():
        plain = normal(type_name.removeprefix(prefix))
        for index, properties in enumerate(sdk):
            union = len(names | properties)
            overlap = len(names & properties) / union if union else 0.0
            if overlap < 0.9:
                continue
            likeness = max(_likeness(plain, labels[index]), _likeness(plain, short[index]))
            scored.append((overlap + likeness, overlap, type_name, index))
    scored.sort(reverse=True)
    pairs: dict[str, Resource] = {}
    taken: set[int] = set()
    for _, _, type_name, index in scored:
        if type_name not in pairs and index not in taken:
            pairs[type_name] = resources[index]
            taken.add(index)
    return pairs


def _likeness(left: str, right: str) -> float:
    """Share of common three-letter runs.

    >>> _likeness("storageaccount", "storageaccount")
    1.0
    """
    a = {left[i : i + 3] for i in range(len(left) - 2)}
    b = {right[i : i + 3] for i in range(len(right) - 2)}
    return len(a & b) / len(a | b) if a | b else 0.0
