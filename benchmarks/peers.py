"""The peers: each in an environment of its own, at the versions and hashes of a file here."""

import hashlib
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from measure import ROOT, FailedError

CACHE: Final = ROOT / ".benchmarks"
_OURS: Final = Path(__file__).parent / "terraform_compliance"

# What checkov has about what our six controls are about, for a comparison of like with like.
_ALIKE: Final = (
    "CKV_AZURE_3,CKV_AZURE_14,CKV_AZURE_15,CKV_AZURE_33,CKV_AZURE_34,CKV_AZURE_35,CKV_AZURE_42,"
    "CKV_AZURE_44,CKV_AZURE_52,CKV_AZURE_59,CKV_AZURE_109,CKV_AZURE_110,CKV_AZURE_190"
)


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool, what it is installed from, and the arguments with which it judges a plan."""

    name: str
    package: str
    requirements: Path
    arguments: tuple[str, ...]
    note: str

    def command(self, plan: Path) -> list[str]:
        """The command line that judges ``plan``; the environment is made on first use.

        Raises :class:`FailedError` if it cannot be installed.
        """
        scripts = _environment(self.package, self.requirements) / "bin"
        given = [str(plan) if argument == "PLAN" else argument for argument in self.arguments]
        # With its interpreter named, a script works wherever the cache was moved to.
        return [str(scripts / "python"), str(scripts / self.package), *given]

    @property
    def version(self) -> str:
        """The version in the file of requirements."""
        lines = self.requirements.read_text(encoding="utf-8").splitlines()
        pinned = next(line for line in lines if line.startswith(f"{self.package}=="))
        return pinned.removeprefix(f"{self.package}==").split()[0]


_CHECKOV: Final = (
    *("-f", "PLAN", "--framework", "terraform_plan"),
    *("--skip-download", "--compact", "--quiet", "-o", "json"),
)
PEERS: Final = (
    Peer(
        "checkov",
        "checkov",
        ROOT / "requirements" / "second-opinion.txt",
        _CHECKOV,
        "all its checks",
    ),
    Peer(
        "checkov, 13 checks",
        "checkov",
        ROOT / "requirements" / "second-opinion.txt",
        (*_CHECKOV, "--check", _ALIKE),
        "those about storage, TLS and Key Vault",
    ),
    Peer(
        "terraform-compliance",
        "terraform-compliance",
        _OURS / "requirements.txt",
        ("-f", str(_OURS), "-p", "PLAN", "--no-ansi"),
        "5 scenarios of benchmarks/terraform_compliance",
    ),
)


def _environment(name: str, requirements: Path) -> Path:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
    place = CACHE / f"{name}-{digest}-{sys.version_info[0]}.{sys.version_info[1]}"
    if (place / "done").exists():
        return place
    print(f"installing {name} (once)", file=sys.stderr, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    venv.create(place, with_pip=True)
    pip = [str(place / "bin" / "python"), "-m", "pip", "install", "-q", "--require-hashes"]
    made = subprocess.run(  # noqa: S603 - pip, on files of the project
        [*pip, "--disable-pip-version-check", "-r", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        raise FailedError(f"it cannot be installed: {made.stderr.strip()[-300:]}")
    (place / "done").touch()
    return place
