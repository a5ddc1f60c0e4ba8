"""Read a Terraform provider's schema back out of its generated CDK bindings.

The npm packages ``@cdktf/provider-*`` (and their successors) are generated from
``terraform providers schema -json``. Each compiled module carries its TypeScript source in an
inline source map, and that source keeps, for every attribute, a comment of the form::

    // name - computed: false, optional: true, required: false

together with enough of the type (getter, nested class, HCL mapper) to rebuild the schema.
What it does not keep: sensitivity, defaults, min/max of repeated blocks.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_MAP = re.compile(r"sourceMappingURL=data:application/json;base64,(\S+)")
_CLASS = re.compile(r"^export class (\w+) extends cdkt[fn]\.(\w+)", re.MULTILINE)
_MEMBER = re.compile(
    r"// (\w+) - computed: (\w+), optional: (\w+), required: (\w+)\s*\n"
    r"(.*?)(?=\n  // (?!Temporarily)|\Z)",
    re.DOTALL,
)
_NEW = re.compile(r"private _\w+ = new ([\w.]+)\(this, \"\w+\"(?:, (true|false))?\)")
_GETTER = re.compile(r"public get \w+\(\) \{\s*return ([^;]*);")
_PRIVATE = re.compile(r"private _\w+\??: ([^;=]*);")
_HCL = re.compile(
    r"^\s+(\w+): \{\s*value: (.*),\s*isBlock: (\w+),\s*type: \"(\w+)\",\s*"
    r"storageClassType: \"(\w+)\"",
    re.MULTILINE,
)
_INTERFACE = re.compile(r"^export interface (\w+).*?^\}", re.MULTILINE | re.DOTALL)
_FUNCTION = re.compile(r"^export function (\w+)ToHclTerraform\(.*?^\}", re.MULTILINE | re.DOTALL)

_SCALARS = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
    "getStringMapAttribute": ["map", "string"],
    "getNumberMapAttribute": ["map", "number"],
    "getBooleanMapAttribute": ["map", "bool"],
    "getAnyMapAttribute": "dynamic",
}
_MAPS = {
    "StringMap": ["map", "string"],
    "NumberMap": ["map", "number"],
    "BooleanMap": ["map", "bool"],
    "AnyMap": "dynamic",
    "StringListMap": ["map", ["list", "string"]],
    "StringMapList": ["list", ["map", "string"]],
    "BooleanList": ["list", "bool"],
}
_STORED = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "stringList": ["list", "string"],
    "numberList": ["list", "number"],
    "numberListList": ["list", ["list", "number"]],
    "stringListList": ["list", ["list", "string"]],
    "stringMap": ["map", "string"],
    "stringListMap": ["map", ["list", "string"]],
    "anyMap": "dynamic",
    "any": "dynamic",
}


class UnreadableBindingError(Exception):
    """A construct in the generated code that this reader does not know."""


@dataclass(frozen=True, slots=True)
class Module:
    """One generated module: the Terraform type it binds and its schema block."""

    kind: str  # "provider", "resource" or "data"
    type_name: str
    block: Json


def typescript(path: Path) -> str:
    """The TypeScript source embedded in a compiled module."""
    found = _MAP.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise UnreadableBindingError(f"{path}: no inline source map")
    sources = json.loads(base64.b64decode(found[1]))["sourcesContent"]
    return "\n".join(sources)


def read_package(root: Path, *, nested_attributes: bool = False) -> Iterator[Module]:
    """Every provider, resource and data source bound by the package at ``root``.

    ``nested_attributes``: single nested objects are attributes (plugin framework providers that
    use them, such as azapi), not blocks.
    """
    for path in sorted(root.glob("lib/*/index.js")):
        module = _Source(typescript(path), path, nested_attributes=nested_attributes).module()
        if module is not None:
            yield module


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]


class _Source:
    def __init__(self, text: str, path: Path, *, nested_attributes: bool) -> None:
        self.path = path
        self.nested_attributes = nested_attributes
        starts = list(_CLASS.finditer(text))
        self.classes: dict[str, tuple[str, str]] = {}
        for match in starts:
            end = text.find("\n}\n", match.end())
            self.classes[match[1]] = (match[2], text[match.start() : end if end > 0 else None])
        self.interfaces = {m[1]: m[0] for m in _INTERFACE.finditer(text)}
        self.functions = {m[1]: m[0] for m in _FUNCTION.finditer(text)}

    def module(self) -> Module | None:
        kinds = {
            "TerraformProvider": "provider",
            "TerraformResource": "resource",
            "TerraformDataSource": "data",
        }
        for base, body in self.classes.values():
            if base in kinds:
                name = re.search(r'tfResourceType = "(\w+)"', body)
                if name is None:
                    raise UnreadableBindingError(f"{self.path}: no tfResourceType")
                return Module(kinds[base], name[1], self._block(body, body))
        return None

    def _block(self, body: str, mapper: str) -> Json:
        """A schema block from a class body and the text of its HCL mapper."""
        hcl = {m[1]: m.groups()[1:] for m in _HCL.finditer(mapper)}
        attributes: Json = {}
        blocks: Json = {}
        for name, computed, optional, required, text in (
            m.groups() for m in _MEMBER.finditer(body)
        ):
            use = {"computed": computed == "true", "optional": optional == "true"}
            if required == "true":
                usage = "required"
            elif use["computed"]:
                usage = "optional_computed" if use["optional"] else "computed"
            else:
                usage = "optional"
            new = _NEW.search(text)
            if new is not None and "." not in new[1]:
                self._nested(name, usage, new[1], new[2], hcl.get(name), attributes, blocks)
                continue
            if name in hcl and hcl[name][3][0].isupper():  # provider configuration: no classes
                blocks[name] = self._plain(hcl[name])
                continue
            attribute: Json = {"type": self._type(name, text, hcl.get(name)), "use": usage}
            if "markWriteOnly" in (hcl[name][0] if name in hcl else "") or name.endswith("_wo"):
                attribute["write_only"] = True
            attributes[name] = attribute
        return {"attributes": attributes, "blocks": blocks}

    def _nested(  # noqa: PLR0913, PLR0917 - one per part of the member
        self,
        name: str,
        usage: str,
        cls: str,
        wraps_set: str | None,
        hcl: tuple[str, ...] | None,
        attributes: Json,
        blocks: Json,
    ) -> None:
        """File one nested object under attributes or blocks."""
        base, text = self.classes[cls]
        if base == "MapList":  # a list of lists of objects, always computed
            inner_list = self._returned(text)
            wrapped: Json = {}
            self._nested(name, usage, inner_list, wraps_set, None, wrapped, {})
            attributes[name] = {"type": ["list", wrapped[name]["type"]], "use": usage}
            return
        if base == "ComplexMap":
            raise UnreadableBindingError(f"{self.path}: {name} is a map of objects")
        single = base == "ComplexObject"
        element = cls if single else self._returned(text)
        mapper = self.functions.get(_lower_first(element.removesuffix("OutputReference")), "")
        inner = self._block(self.classes[element][1], mapper)
        if hcl is None:  # never configured: a computed attribute of objects
            nesting = "set" if wraps_set == "true" else "list"
            attributes[name] = {"type": [nesting, object_type(inner)], "use": usage}
            return
        value, _, kind, _ = hcl
        if kind == "struct":
            if self.nested_attributes and name != "timeouts":
                attributes[name] = {
                    "nesting": "single",
                    "attributes": inner["attributes"],
                    "use": usage,
                }
            else:
                blocks[name] = {"nesting": "single", **inner}
            return
        written_as_attribute = usage == "optional_computed" or (
            "listMapperHcl(" in value and re.search(r", false\)\((this|struct)", value) is not None
        )
        if written_as_attribute:
            attributes[name] = {"type": [kind, object_type(inner)], "use": usage}
            return
        block: Json = {"nesting": kind, **inner}
        if usage == "required":
            block["min"] = 1
        if single:
            block["max"] = 1
        blocks[name] = block

    def _plain(self, hcl: tuple[str, ...]) -> Json:
        """A configuration-only nested block, read from its mapper and interface alone."""
        value, _, kind, _ = hcl
        called = re.search(r"(\w+)ToHclTerraform", value)
        if called is None or called[1] not in self.functions:
            raise UnreadableBindingError(f"{self.path}: no mapper in {value}")
        interface = self.interfaces[called[1][0].upper() + called[1][1:]]
        block: Json = {"nesting": "single" if kind == "struct" else kind}
        block.update({"attributes": {}, "blocks": {}})
        for match in _HCL.finditer(self.functions[called[1]]):
            name, inner = match[1], match.groups()[1:]
            camel = re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)
            optional = f" {camel}?:" in interface
            if inner[3][0].isupper():
                block["blocks"][name] = self._plain(inner)
            else:
                use = "optional" if optional else "required"
                block["attributes"][name] = {"type": self._type(name, "", inner), "use": use}
        return block

    def _returned(self, text: str) -> str:
        """The element class of a list class."""
        found = re.search(r"public get\(index: number\): (\w+)", text)
        if found is None or found[1] not in self.classes:
            raise UnreadableBindingError(f"{self.path}: a list without a readable element class")
        return found[1]

    def _type(self, name: str, text: str, hcl: tuple[str, ...] | None) -> Any:
        if hcl is not None:
            _, _, kind, stored = hcl
            if stored not in _STORED:
                raise UnreadableBindingError(f"{self.path}: {name} stored as {stored}")
            found: Any = _STORED[stored]
            return ["set", found[1]] if kind == "set" else found
        new = _NEW.search(text)
        if new is not None:
            base = new[1].split(".")[-1]
            if base not in _MAPS:
                raise UnreadableBindingError(f"{self.path}: {name} is a {new[1]}")
            return _MAPS[base]
        getter = _GETTER.search(text)
        if getter is None:
            raise UnreadableBindingError(f"{self.path}: {name} has no getter")
        call = re.search(r"this\.(get\w+Attribute)\(", getter[1])
        if call is None:
            if "interpolationForAttribute" in getter[1]:
                return "dynamic"
            if getter[1].startswith("this._"):  # provider configuration without a mapper
                private = _PRIVATE.search(text)
                raise UnreadableBindingError(f"{self.path}: {name}: {private and private[1]}")
            raise UnreadableBindingError(f"{self.path}: {name}: {getter[1]}")
        scalar: Any = _SCALARS[call[1]]
        return ["set", scalar[1]] if "Fn.tolist" in getter[1] else scalar


def object_type(block: Json) -> Any:
    """The cty object type of a block's content.

    >>> object_type({"attributes": {"a": {"type": "string"}}, "blocks": {}})
    ['object', {'a': 'string'}]
    """
    fields: Json = {}
    for name, attribute in block["attributes"].items():
        fields[name] = attribute["type"]
    for name, nested in block["blocks"].items():
        fields[name] = [nested["nesting"], object_type(nested)]
    return ["object", fields]
