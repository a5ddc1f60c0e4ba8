"""A Terraform directory as an :class:`Estate`: what its HCL declares, before any plan.

The expressions are evaluated from their source (``expression``), so that each value keeps its
state: known, a reference, omitted, or not to be told. ``tfparse`` evaluates the same directory
independently, with HCL's own parser: it refuses what is no HCL, and a resource that it finds and
this reader does not becomes a gap. Comments are no part of the estate.
"""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from simulator.estate.address import Address, Step
from simulator.estate.azapi import with_azapi
from simulator.estate.errors import EstateError
from simulator.estate.hcl.configuration import Configuration, all_var_files
from simulator.estate.hcl.directory import configuration_files
from simulator.estate.hcl.effort import SECONDS, Effort, Progress, reading, uncollected
from simulator.estate.hcl.expansion import Instance
from simulator.estate.hcl.module import MANAGED, Module
from simulator.estate.hcl.node import resource_body
from simulator.estate.hcl.second_reading import SecondReading, second_reading
from simulator.estate.hcl.source import NotHclError, SourceBlock
from simulator.estate.model import Estate, Gap, Resource, base_address
from simulator.estate.provider import normalise
from simulator.estate.values import printable

_UNCONFIRMED = (
    "a second reading of it came to no end in time, so that nothing confirms that this one found "
    "every resource; read a plan's JSON (`terraform show -json`)"
)
_ASTRAY = (
    "the list of installed modules in it leads to {}, so that no second reading confirms that this "
    "one found every resource; run `terraform init`"
)
_UNINSTALLED = "the resources of this module are not in the estate"


def read_hcl(
    directory: Path,
    var_files: Sequence[Path] = (),
    *,
    limit: float = SECONDS,
    progress: Progress = lambda _: None,
) -> Estate:
    """Everything that the Terraform configuration in ``directory`` declares.

    Variables take their values as Terraform gives them: ``terraform.tfvars``, ``*.auto.tfvars``,
    then ``var_files`` in order. Environment variables are not read, so neither ``TF_VAR_x`` nor
    ``TF_WORKSPACE`` counts; the workspace is the one that ``.terraform/environment`` names. Called
    modules are read from local paths and from ``.terraform/modules``; nothing is downloaded.

    ``limit`` is how many seconds it may take. ``progress`` is told where a reading of more than two
    seconds is, about once a second.

    Raises :class:`EstateError` for a directory that is no configuration, that declares nothing, or
    that cannot be read within the limit.
    """
    effort = Effort(str(directory), limit, progress)
    try:
        _check(directory)
        with reading(effort), uncollected():
            return _read(directory, var_files, effort)
    except EstateError as error:
        if (shown := printable(str(error))) == str(error):
            raise
        raise EstateError(shown) from error  # the name of a file can be anything
    except RecursionError as error:
        raise EstateError(
            f"{directory}: nested too deeply to be read, at {effort.where}. Write it flatter."
        ) from error


def _read(directory: Path, var_files: Sequence[Path], effort: Effort) -> Estate:
    files = all_var_files(directory, var_files)
    configuration = Configuration(directory, files)
    stray = configuration.stray
    with (
        second_reading(directory, files, configuration.workspace, effort.left)
        if stray is None
        else nullcontext(SecondReading(directory, None))  # it would follow the list
    ) as second:
        try:
            modules = list(_modules(configuration.module))
        except NotHclError:
            # If it refuses the file too, it says why more exactly.
            second.addresses(effort.patience)
            raise
        resources = tuple(_resources(configuration, modules, effort))
        with effort.at("the second reading"):
            effort.tell()
            seen = second.addresses(effort.patience)
    gaps = tuple(_gaps(modules))
    if seen is None:
        why = _UNCONFIRMED if stray is None else _ASTRAY.format(stray)
        gaps = (*gaps, Gap(str(directory), why))
    elif not any(module.directory.tofu for module in modules):
        gaps = (*gaps, *_unread(modules, resources, seen))
    if not resources and not gaps:
        raise EstateError(f"{directory}: declares no resources. Is it the root of the estate?")
    variables = tuple(configuration.variables())
    return with_azapi(Estate(resources, str(directory), "hcl", gaps, variables=variables))


def _check(directory: Path) -> None:
    if not directory.exists():
        raise EstateError(f"{directory}: no such directory. Check the path.")
    if not directory.is_dir():
        raise EstateError(f"{directory}: not a directory. Give the directory of the .tf files.")
    if not configuration_files(directory):
        raise EstateError(f"{directory}: holds no .tf file. Give the root of the configuration.")


def _modules(root: Module) -> Iterator[Module]:
    """Every module instance that can be read, the root first."""
    yield root
    for block in root.calls():
        made = root.call(block.labels[0])
        if not isinstance(made, str):
            for _, module in made:
                yield from _modules(module)


def _resources(
    configuration: Configuration, modules: Sequence[Module], effort: Effort
) -> Iterator[Resource]:
    for module in modules:
        for block in module.resources.values():
            for found in module.instances_of(block):
                type_, name = block.labels
                with effort.at(f"{found.name} ({block.origin})"):
                    body = resource_body(block, found.instance.scope, type_)
                yield normalise(
                    Resource(
                        found.name,
                        type_,
                        name,
                        body,
                        block.origin,
                        configuration.provider_of(block),
                        MANAGED[block.type],
                    )
                )


def _gaps(modules: Sequence[Module]) -> Iterator[Gap]:
    for module in modules:
        for block in module.resources.values():
            for found in module.instances_of(block):
                yield from _uncounted(found.name, block, found.instance)
        for block in module.calls():
            yield from _module_gaps(module, block)


def _unread(
    modules: Sequence[Module], resources: Sequence[Resource], seen: frozenset[str]
) -> Iterator[Gap]:
    """What only the second reading found."""
    known = {base_address(resource.address) for resource in resources}
    for module in modules:
        known.update(_none_of(module))
        known.update(_replaced(module))
    for address in sorted(seen):
        # "module.a" stands for all that is in it, where it is known that there is no module.a.
        if known.isdisjoint(_address_and_modules(address)):
            yield Gap(address, "a second reading finds this resource, and this one did not")


def _module_gaps(module: Module, block: SourceBlock) -> Iterator[Gap]:
    (name,) = block.labels
    where = ".".join(f"module.{step}" for step in (*module.path, Step(name)))
    made = module.call(name)
    if isinstance(made, str):
        yield Gap(where, f"{made}; {_UNINSTALLED}", block.origin)
        return
    for instance, inside in made:
        # What there may be more of is what the module declares, and nothing else.
        for inner in _modules(inside) if instance.unexpanded else ():
            for (mode, type_, called), declared in inner.resources.items():
                if inner.instances_of(declared):
                    address = str(Address(inner.path, type_, called, None, mode).base)
                    yield from _uncounted(address, block, instance)


def _uncounted(where: str, block: SourceBlock, instance: Instance) -> Iterator[Gap]:
    if instance.unexpanded:
        yield Gap(where, f"how many there are is not known: {instance.unexpanded}", block.origin)


def _none_of(module: Module) -> Iterator[str]:
    """The resources and modules in ``module`` that are not there, or are a gap already."""
    for (mode, type_, name), block in module.resources.items():
        if not module.instances_of(block):
            yield str(Address(module.path, type_, name, None, mode).base)
    for block in module.calls():
        made = module.call(block.labels[0])
        if isinstance(made, str) or not made:
            yield _shown((*module.path, Step(block.labels[0])))


def _replaced(module: Module) -> Iterator[str]:
    """The modules whose source an override file sets: the second reading follows the first one."""
    for block in module.calls():
        source = block.body.arguments.get("source")
        if source is not None and source.origin.file in module.directory.overrides:
            yield _shown((*module.path, Step(block.labels[0])))


def _shown(path: Sequence[Step]) -> str:
    return ".".join(f"module.{step.name}" for step in path)


def _address_and_modules(address: str) -> Iterator[str]:
    """An address without keys, and those of the modules around it.

    >>> list(_address_and_modules("module.a.module.b.azurerm_x.c"))
    ['module.a.module.b.azurerm_x.c', 'module.a', 'module.a.module.b']
    """
    yield address
    parts = address.split(".")
    for end in range(2, len(parts), 2):
        if parts[end - 2] != "module":
            return
        yield ".".join(parts[:end])
