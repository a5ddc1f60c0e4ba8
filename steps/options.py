"""The options of a run, from the command line or from pytest's configuration file."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.clock import wall_clock
from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS
from simulator.controls.waivers import Waiver
from simulator.estate.reader import LIVE, READERS
from simulator.evidence.wording import visible
from simulator.profile import Profile, ProfileError, load_profile, parse_duration

_TEXTS = (
    (
        "estate",
        "PATH",
        "terraform/reference",
        "a Terraform directory, a `terraform show -json` file, or azure:SUBSCRIPTION_ID",
    ),
    (
        "base-estate",
        "PATH",
        "",
        "the estate before the change: what differs from it is told too",
    ),
    (
        "reader",
        "HOW",
        "auto",
        "how a Terraform directory is read: plan, hcl, or auto for the first that can be",
    ),
    (
        "unknown",
        "HOW",
        "fail",
        "what a control that cannot be judged does to its scenario: fail, or report it as unknown",
    ),
    (
        "waivers",
        "FILE",
        "",
        "accepted findings with owner, reason and expiry; default waivers.yaml beside the estate",
    ),
    (
        "personal-information",
        "FILE",
        "",
        "the team's word on stores; default personal-information.yaml beside the estate",
    ),
    ("window", "DURATION", "72h", "the response window, counted from discovery"),
    ("profile", "FILE", "", "TOML with your own modelled durations"),
    ("seed", "N", "20260101", "decides everything that is drawn at random"),
    ("evidence", "DIR", "evidence", "where the ledger and the reports go"),
)
_LISTS = (
    ("var-file", "F", "tfvars for a Terraform directory (repeatable)"),
    ("features", "DIR", "your own feature files over the same vocabulary (repeatable)"),
)
_SWITCHES = (
    ("second-opinion", "ask checkov too, in an environment of its own; it decides no verdict"),
)
_LATER = (("runs", "N", "drills per attack in the Monte Carlo"),)
"""Options that this version refuses, so that nobody believes that they did something."""

FLAGS = frozenset(f"--{entry[0]}" for entry in (*_TEXTS, *_LISTS, *_LATER))
"""Every option that takes a value, as it is typed."""

SWITCHES = frozenset({*(f"--{name}" for name, _ in _SWITCHES), "--steps"})
"""Every option that takes none."""

UNKNOWN = ("fail", "report")
"""What may be made of a control that cannot be judged; neither is a pass."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked to do; paths are absolute, except for ``azure:`` estates.

    ``base_estate`` is ``""`` if there is nothing to compare with; ``unknown`` is one of
    ``UNKNOWN``; ``personal_information`` is ``None`` for the file beside an estate, if any.
    """

    estate: str
    base_estate: str
    reader: str
    var_files: tuple[Path, ...]
    window: timedelta
    profile: Profile
    seed: int
    evidence: Path
    unknown: str = "fail"
    waivers: tuple[Waiver, ...] = ()
    personal_information: Path | None = None
    second_opinion: bool = False


def add_options(parser: pytest.Parser) -> None:
    """Declare every option, on the command line and under the same name in the configuration."""
    group = parser.getgroup("cpra-drill", "cpra-drill: controls and drills on a Terraform estate")
    for name, metavar, default, text in _TEXTS:
        shown = f"{text}; default {default}" if default else text
        group.addoption(f"--{name}", dest=_dest(name), metavar=metavar, default=None, help=shown)
        parser.addini(name, shown, default=default)
    for name, metavar, text in _LISTS:
        group.addoption(
            f"--{name}", dest=_dest(name), metavar=metavar, action="append", default=None, help=text
        )
        parser.addini(name, text, type="args", default=[])
    for name, text in _SWITCHES:
        group.addoption(f"--{name}", dest=_dest(name), action="store_true", default=None, help=text)
        parser.addini(name, text, type="bool", default=False)
    group.addoption(
        "--steps", dest=_dest("steps"), action="store_true", help="print the vocabulary and end"
    )
    for name, metavar, text in _LATER:
        group.addoption(
            f"--{name}", dest=_dest(name), metavar=metavar, default=None, help=f"(not yet) {text}"
        )


def read_options(config: pytest.Config) -> Options:
    """The options in force. Raises ``pytest.UsageError`` (exit code 4) for one that is no good."""
    for name, _, _ in _LATER:
        if config.getoption(_dest(name)) is not None:
            raise pytest.UsageError(f"--{name} is not available in this version; leave it out")
    profile = _text(config, "profile")
    try:
        window = parse_duration(_text(config, "window"))
        loaded = load_profile(_path(config, "profile", profile) if profile else None)
    except ProfileError as error:
        raise pytest.UsageError(str(error)) from error
    if window <= timedelta(0):
        raise pytest.UsageError("--window must be longer than nothing")
    seed = _text(config, "seed")
    if not seed.lstrip("-").isdigit():
        raise pytest.UsageError(f"--seed must be a whole number, not {seed!r}")
    reader = _text(config, "reader")
    if reader not in READERS:
        raise pytest.UsageError(f"--reader must be one of {', '.join(READERS)}, not {reader!r}")
    unknown = _text(config, "unknown")
    if unknown not in UNKNOWN:
        raise pytest.UsageError(f"--unknown must be one of {', '.join(UNKNOWN)}, not {unknown!r}")
    return Options(
        estate=_source(config, "estate"),
        base_estate=_source(config, "base-estate"),
        reader=reader,
        var_files=tuple(_path(config, "var-file", file) for file in _list(config, "var-file")),
        window=window,
        profile=loaded,
        seed=int(seed),
        evidence=_path(config, "evidence", _text(config, "evidence")),
        unknown=unknown,
        waivers=_waivers(_waivers_file(config)),
        personal_information=_personal_information(config),
        second_opinion=_switch(config, "second-opinion"),
    )


def asks_for_steps(config: pytest.Config) -> bool:
    """Whether the run is only asked to print the vocabulary."""
    return bool(config.getoption(_dest("steps")))


def _switch(config: pytest.Config, name: str) -> bool:
    given = config.getoption(_dest(name))
    return bool(config.getini(name) if given is None else given)


def _personal_information(config: pytest.Config) -> Path | None:
    given = _text(config, "personal-information")
    return _path(config, "personal-information", given) if given else None


def _waivers_file(config: pytest.Config) -> Path | None:
    """The file that was named, else the one in the estate's directory or beside its plan."""
    if given := _text(config, "waivers"):
        return _path(config, "waivers", given)
    return beside(_source(config, "estate"), "waivers.yaml")


def beside(source: str, name: str) -> Path | None:
    """The file of this name in an estate's directory, or beside its plan; ``None`` if none."""
    if source.startswith(LIVE):
        return None
    estate = Path(source)
    file = (estate if estate.is_dir() else estate.parent) / name
    return file if file.exists() else None


def _waivers(file: Path | None) -> tuple[Waiver, ...]:
    if file is None:
        return ()
    # Most runs have none, and YAML takes its time to load.
    from simulator.waiver_file import read_waivers  # noqa: PLC0415
    from simulator.yaml_entries import EntriesError  # noqa: PLC0415

    try:
        return read_waivers(file, wall_clock().date(), (*CONTROLS, CHANGE.id), tuple(CONTROLS))
    except EntriesError as error:
        raise pytest.UsageError(str(visible(str(error)))) from error


def own_features(config: pytest.Config) -> tuple[str, ...]:
    """The directories of ``--features``. Raises ``pytest.UsageError`` for one that is not there."""
    directories = [_path(config, "features", name) for name in _list(config, "features")]
    for directory in directories:
        if not any(directory.rglob("*.feature")):
            raise pytest.UsageError(f"--features {directory}: no .feature file there")
    return tuple(map(str, directories))


def _dest(name: str) -> str:
    """A name of our own among the options: pytest-bdd has a ``features`` too."""
    return f"cpra_{name.replace('-', '_')}"


def _text(config: pytest.Config, name: str) -> str:
    given = config.getoption(_dest(name))
    return str(config.getini(name) if given is None else given)


def _source(config: pytest.Config, name: str) -> str:
    """Where an estate is read from; ``""`` for none."""
    given = _text(config, name)
    return given if not given or given.startswith(LIVE) else str(_path(config, name, given))


def _list(config: pytest.Config, name: str) -> list[str]:
    given = config.getoption(_dest(name))
    return list(config.getini(name) if given is None else given)


def _path(config: pytest.Config, name: str, text: str) -> Path:
    """Relative to where the command was typed, or to the configuration file that says it."""
    typed = config.getoption(_dest(name)) is not None
    return (config.invocation_params.dir if typed else config.rootpath) / text
