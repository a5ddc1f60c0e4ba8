"""Whether azurerm has an argument, by the schema of it that the project ships."""

from collections.abc import Iterator, Sequence

from simulator.estate.arm.mapping import ANY, Arguments, Blocks, Kind
from simulator.estate.model import Block as Body
from simulator.offline_plan.schema import Attribute, Block, providers

# What the schema that is shipped (4.55) does not have yet, and newer 4.x do; and what every body
# carries for Terraform's own sake.
_NEWER = {
    ("azurerm_storage_table", "storage_account_id"),
    ("azurerm_cosmosdb_account", "local_authentication_enabled"),
    ("azurerm_application_insights", "ip_masking_enabled"),
    ("azurerm_application_insights", "local_authentication_enabled"),
    ("azurerm_log_analytics_workspace", "local_authentication_enabled"),
}
# A site's configuration is a resource that does not say what kind of site it is of; what logic apps
# call otherwise is written under both names.
_OF_LOGIC_APPS = frozenset(
    {
        "site_config.min_tls_version",
        "site_config.scm_min_tls_version",
        "scm_publish_basic_authentication_enabled",
    }
)
_ALWAYS = frozenset(
    {"id", "name", "tags", "location", "resource_group_name", "lifecycle", "identity"}
)


def has(type_: str, path: str) -> bool:
    """Whether resources of ``type_`` have the argument or attribute at a dotted path."""
    head = path.partition(".")[0]
    if head in _ALWAYS or (type_, path) in _NEWER:
        return True
    node: object = providers()["hashicorp/azurerm"].resource(type_)
    for name in path.split("."):
        node = _inside(node, name)
        if node is None:
            return False
    return True


def _inside(node: object, name: str) -> object:
    if isinstance(node, Block):
        nested = node.blocks.get(name)
        return node.attributes.get(name) if nested is None else nested.body
    if isinstance(node, Attribute):
        if node.nested is not None:
            return node.nested.get(name)
        node = node.type
    if isinstance(node, list | tuple):
        kind, inner = node[0], node[1]
        if kind == "object":
            return inner.get(name)
        if kind == "map":
            return inner
        return _inside(inner, name)
    return None


def paths(arguments: Arguments, prefix: str = "") -> Iterator[str]:
    """Every dotted path that a table writes."""
    for argument in arguments:
        path = f"{prefix}{argument.name}"
        yield path
        if isinstance(argument, Blocks):
            yield from paths(argument.arguments, f"{path}.")


def misspelt(kind: Kind, kinds: Sequence[Kind]) -> list[str]:
    """What a table writes that none of its azurerm types has."""
    types = [type_ for type_ in kind.types if type_ not in {ANY, ""}]
    if ANY in kind.types:
        holder = kind.arm.rpartition("/")[0]
        types = [t for other in kinds if other.arm == holder for t in other.types]
    return [path for path in paths(kind.arguments) if not any(has(t, path) for t in types)]


def unheard_of(type_: str, body: Body, prefix: str = "") -> list[str]:
    """What a resource's body has that azurerm has no such argument for."""
    found = []
    for name, node in body.values.items():
        path = f"{prefix}{name}"
        if not has(type_, path) and path not in _OF_LOGIC_APPS:
            found.append(path)
        elif name not in _ALWAYS and isinstance(node, tuple):
            for block in node:
                found += unheard_of(type_, block, f"{path}.")
    return found
