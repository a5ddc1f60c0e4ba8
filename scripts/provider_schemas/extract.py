"""Write the schemas of the providers that ``simulator.offline_plan`` stands in for.

Usage, in the project's directory: ``python -m scripts.provider_schemas.extract [--cache DIR]``

Needs ``npm`` and ``pip`` (both only download; nothing is installed) and about 350 MB of room in the
cache. The result, ``simulator/offline_plan/providers.json.gz``, is committed, so this is run again
only to move to another provider version. See ``corrections.py`` for what is set by hand.
"""

import argparse
import gzip
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.provider_schemas import bindings, corrections, second_opinion
from scripts.provider_schemas.bindings import Json

OUT = Path(__file__).resolve().parents[2] / "simulator/offline_plan/providers.json.gz"

# provider -> (source, npm package of the bindings, npm packages of the second opinion)
NPM: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "azurerm": (
        "hashicorp/azurerm",
        "@cdktf/provider-azurerm@14.23.1",
        ("@pulumi/azure@6.31.0", "@pulumi/azure@6.30.0"),
    ),
    "azuread": ("hashicorp/azuread", "@cdktf/provider-azuread@14.3.1", ("@pulumi/azuread@6.8.0",)),
    "random": ("hashicorp/random", "@cdktf/provider-random@12.0.1", ()),
    "time": ("hashicorp/time", "@cdktf/provider-time@11.0.1", ()),
    "null": ("hashicorp/null", "@cdktf/provider-null@11.0.1", ()),
    "local": ("hashicorp/local", "@cdktf/provider-local@11.1.1", ()),
    "tls": ("hashicorp/tls", "@cdktf/provider-tls@11.0.1", ()),
    "http": ("hashicorp/http", "@cdktf/provider-http@10.0.1", ()),
    "archive": ("hashicorp/archive", "@cdktf/provider-archive@11.0.1", ()),
    "external": ("hashicorp/external", "@cdktf/provider-external@11.0.1", ()),
}
# azapi's bindings are on npm too, but only under a moving version; the wheel is pinned.
WHEEL = {"azapi": ("azure/azapi", "cdktn-provider-azapi==1.0.0")}
LEGACY = {"azurerm", "azuread"}  # built on SDKv2: the legacy type system


def main() -> None:
    """Download, read, merge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cache", type=Path, default=Path(tempfile.gettempdir()) / "provider-schemas"
    )
    cache: Path = parser.parse_args().cache
    cache.mkdir(parents=True, exist_ok=True)
    providers: Json = {}
    for name, (source, package, opinions) in NPM.items():
        provider = _provider(name, source, _npm(package, cache))
        provider["made_from"] = [package, *opinions]
        for opinion in opinions:
            _merge(name, provider, _npm(opinion, cache))
        providers[name] = provider
    for name, (source, requirement) in WHEEL.items():
        providers[name] = _provider(name, source, _wheel(requirement, cache), nested=True)
        providers[name]["made_from"] = [requirement]
    corrections.apply(providers)
    text = json.dumps(providers, separators=(",", ":"), sort_keys=True)
    OUT.write_bytes(gzip.compress(text.encode(), mtime=0))
    for name, provider in providers.items():
        defaults = sum(1 for _ in _walk(provider["resources"], "default"))
        computed = sum(1 for _ in _walk(provider["resources"], "computed"))
        secret = sum(1 for _ in _walk(provider["resources"], "sensitive"))
        print(
            f"{name} {provider['version']}: {len(provider['resources'])} resources, "
            f"{len(provider['data_sources'])} data sources, {defaults} defaults, "
            f"{computed} computed blocks, {secret} sensitive attributes"
        )
    print(f"{OUT}: {OUT.stat().st_size} bytes")


def _npm(package: str, cache: Path) -> Path:
    target = cache / re.sub(r"[@/]", "-", package).strip("-")
    if not target.exists():
        print(f"fetching {package}", file=sys.stderr)
        packed = subprocess.run(
            ["npm", "pack", "--silent", package],
            cwd=cache,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split()[-1]
        with tarfile.open(cache / packed) as archive:
            archive.extractall(target, filter="data")
        (cache / packed).unlink()
    return target / "package"


def _wheel(requirement: str, cache: Path) -> Path:
    target = cache / requirement
    if not target.exists():
        print(f"fetching {requirement}", file=sys.stderr)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
        subprocess.run([*pip, str(target), requirement], check=True)
        wheel = next(target.glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            inner = next(n for n in archive.namelist() if n.endswith(".jsii.tgz"))
            archive.extract(inner, target)
        with tarfile.open(target / inner) as archive:
            archive.extractall(target, filter="data")
    return target / "package"


def _provider(name: str, source: str, root: Path, *, nested: bool = False) -> Json:
    version = _version(json.loads((root / "package.json").read_text("utf-8")))
    provider: Json = {
        "source": source,
        "version": version,
        "legacy": name in LEGACY,
        "config": {"attributes": {}, "blocks": {}},
        "resources": {},
        "data_sources": {},
    }
    for module in bindings.read_package(root, nested_attributes=nested):
        if module.kind == "provider":
            module.block["attributes"].pop("alias", None)  # core's own meta-argument
            provider["config"] = module.block
        else:
            kind = "resources" if module.kind == "resource" else "data_sources"
            provider[kind][module.type_name] = module.block
    return provider


def _version(package: Json) -> str:
    for key in ("cdktf", "cdktn"):
        if key in package and "provider" in package[key]:
            return str(package[key]["provider"]["version"])
    raise bindings.UnreadableBindingError(f"{package['name']}: no provider version")


def _merge(name: str, provider: Json, root: Path) -> None:
    """Add the second opinion: computed blocks, documented defaults, sensitive outputs."""
    resources = {k: v for k, v in provider["resources"].items() if "opinion" not in v}
    names = {
        type_name: frozenset(
            second_opinion.normal(key)
            for key in [*block["attributes"], *block["blocks"]]
            if key not in ("id", "timeouts")
        )
        for type_name, block in resources.items()
    }
    structs = second_opinion.read_structs(root)
    found = list(second_opinion.read_resources(root))
    for type_name, sdk in second_opinion.match_types(names, found, f"{name}_").items():
        block = resources[type_name]
        block["opinion"] = sdk.label
        _merge_block(block, sdk.properties, structs)
        for key, attribute in block["attributes"].items():
            if second_opinion.normal(key) in sdk.secrets:
                attribute["sensitive"] = True


def _merge_block(
    block: Json,
    properties: Any,
    structs: dict[str, dict[str, second_opinion.Property]],
) -> None:
    for key, attribute in block["attributes"].items():
        prop = properties.get(second_opinion.normal(key))
        if prop is None:
            continue
        members = structs.get(prop.struct or "")
        if members is not None and attribute["use"] != "computed":
            _merge_members(attribute, members)
        if prop.default is None or attribute["use"] != "optional":
            continue
        default = _typed(prop.default, attribute.get("type"))
        if default is not None:
            attribute["default"] = default
    for key, nested in block["blocks"].items():
        prop = properties.get(second_opinion.normal(key))
        if prop is None or key == "timeouts":
            continue
        if not prop.optional and not nested.get("min"):
            nested["computed"] = True
        if prop.struct is not None and prop.struct in structs:
            _merge_block(nested, structs[prop.struct], structs)


def _merge_members(attribute: Json, members: dict[str, second_opinion.Property]) -> None:
    """Blocks written as an attribute: the schema has only their type, so note the rest beside."""
    match attribute["type"]:
        case [_, ["object", fields]]:
            pass
        case _:
            return
    notes: Json = {}
    for key, kind in fields.items():
        prop = members.get(second_opinion.normal(key))
        default = None if prop is None or prop.default is None else _typed(prop.default, kind)
        if default is not None:
            notes[key] = {"default": default}
        elif prop is not None and prop.computed:
            notes[key] = {"computed": True}
    if notes:
        attribute["members"] = notes


def _typed(text: str, kind: Any) -> Any:
    """A documented default as a value of the attribute's type, or None if it is not one.

    >>> _typed("true", "bool"), _typed("90", "number"), _typed("TLS1_2", "string")
    (True, 90, 'TLS1_2')
    """
    match kind:
        case "bool":
            return {"true": True, "false": False}.get(text.strip('"').lower())
        case "number":
            if re.fullmatch(r"-?\d+", text):
                return int(text)
            return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else None
        case "string":
            text = text.strip('"')
            return None if text in ("null", "nil", "none", "") or "${" in text else text
        case _:
            return None


def _walk(node: Any, key: str) -> Iterator[Any]:
    if isinstance(node, dict):
        if key in node and not isinstance(node[key], dict):
            yield node[key]
        for value in node.values():
            yield from _walk(value, key)


if __name__ == "__main__":
    main()
