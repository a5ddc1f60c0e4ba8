"""A temporary view of a configuration that Terraform may write into.

The configuration's own directory is rebuilt from real directories and links to its files. The
directories above it hold links to their other entries, so that ``../modules/x`` still resolves.
Nothing is ever written through a link: Terraform is given its data directory elsewhere, and the
names of the files that it writes beside a configuration (lock file, state) are never linked.
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

_SKIPPED: Final = frozenset(
    {".terraform", ".terraform.lock.hcl", ".git", "node_modules", ".venv", "__pycache__"}
)
_WRITTEN: Final = ("*.tf", "*.tf.json", "*.tofu", "*.tofu.json")
_VERY_MANY: Final = 500
_LONGEST_NAME: Final = 1000  # characters that are read of a workspace's name
_BACKEND_DECLARED: Final = re.compile(r"""\bbackend\s+"|\bcloud\s*\{|"(backend|cloud)"\s*:""")
_BACKEND: Final = 'terraform {\n  backend "local" {\n    path = "cpra-drill.tfstate"\n  }\n}\n'


def build(directory: Path, root: Path) -> Path:
    """Lay out ``directory`` below ``root`` under its whole path; gives where to run Terraform.

    A backend that the configuration declares is overridden there, so that no state is contacted.
    """
    source = directory.resolve()
    view = root
    mentioned = cache(lambda: _text(source))  # read once, and only if it is needed
    for parent, child in zip(reversed(source.parents), source.parts[1:], strict=True):
        view.mkdir(exist_ok=True)
        if parent != Path(parent.anchor):  # nobody keeps modules in the root directory
            _link_siblings(parent, view, child, mentioned)
        view /= child
    _copy(source, view)
    written = (file for kind in _WRITTEN for file in view.glob(kind))
    if any(_declares_backend(file) for file in written):
        (view / "cpra_drill_override.tf").write_text(_BACKEND, encoding="utf-8")
    return view


def lend_modules(directory: Path, data: Path) -> None:
    """Let Terraform use the remote modules that ``terraform init`` left beside a configuration.

    ``data``: the data directory that Terraform will use. It gets a manifest of its own that
    points to the installed modules, which are only read. A manifest that cannot be read is none.
    """
    installed = directory.resolve() / ".terraform" / "modules"
    try:
        content = json.loads((installed / "modules.json").read_text(encoding="utf-8"))
        modules = list(content["Modules"])
        for module in modules:
            place = PurePosixPath(module["Dir"])
            if place.parts[:2] == (".terraform", "modules"):
                module["Dir"] = str(installed.joinpath(*place.parts[2:]))
    except (OSError, ValueError, KeyError, TypeError):
        return
    (data / "modules").mkdir()
    (data / "modules" / "modules.json").write_text(
        json.dumps({"Modules": modules}), encoding="utf-8"
    )


def workspace(directory: Path) -> str:
    """The workspace that ``terraform workspace select`` wrote down beside a configuration, or "".

    Whether that is the name of one, Terraform says.
    """
    selected = directory / ".terraform" / "environment"
    if not selected.is_file():
        return ""
    with selected.open(encoding="utf-8", errors="replace") as file:
        return file.read(_LONGEST_NAME).strip().replace("\0", "\ufffd")


def _declares_backend(file: Path) -> bool:
    if not file.is_file():
        return False
    return _BACKEND_DECLARED.search(file.read_text("utf-8", errors="replace")) is not None


def _link_siblings(parent: Path, view: Path, but: str, mentioned: Callable[[], str]) -> None:
    """Link the entries of ``parent``; of very many only those that the configuration mentions."""
    try:
        entries = [e for e in parent.iterdir() if e.name != but and e.name not in _SKIPPED]
    except PermissionError:  # it may be passed through, but not listed: no module is found there
        return
    if len(entries) > _VERY_MANY:
        entries = [entry for entry in entries if entry.name in mentioned()]
    for entry in entries:
        (view / entry.name).symlink_to(entry)


def _text(directory: Path) -> str:
    """All that is written in a configuration, also in the modules inside it."""
    files = (file for kind in _WRITTEN for file in directory.rglob(kind))
    return "\n".join(file.read_text("utf-8", errors="replace") for file in files if file.is_file())


def _copy(source: Path, view: Path) -> None:
    view.mkdir(exist_ok=True)
    for entry in source.iterdir():
        if entry.name in _SKIPPED or ".tfstate" in entry.name:
            continue
        target = view / entry.name
        if entry.is_dir() and not entry.is_symlink():
            _copy(entry, target)
        else:
            target.symlink_to(entry.resolve())
