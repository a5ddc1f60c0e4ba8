"""The pytest plugin: options, markers, the estate under test, and the evidence of the run."""

import gc
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from pytest_bdd.parser import Feature, Step
from pytest_bdd.scenario import scenario_wrapper_template_registry

from simulator.attacks.titles import TITLES
from simulator.controls.change.control import CHANGE
from simulator.controls.registry import CONTROLS
from simulator.estate.errors import EstateError
from simulator.evidence.terminal import terminal_lines
from simulator.evidence.wording import visible
from steps.interruption import ended_as_interrupted
from steps.options import Options, add_options, asks_for_steps, own_features, read_options
from steps.rootdir import CHECKOUT
from steps.run import THE_DECLARED_ESTATE, Run

pytest_plugins = ("steps.rootdir", "steps.controls", "steps.drills", "steps.estates")

RUN = pytest.StashKey[Run]()
WRITTEN = pytest.StashKey[tuple[list[str], tuple[Path, ...]]]()
_FEATURES: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of cpra-drill."""
    add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the options, register the markers, and let JUnit go to the evidence by default."""
    options = read_options(config)
    config.stash[RUN] = Run(options, _progress(config))
    _FEATURES[:] = own_features(config)
    for control in (*CONTROLS.values(), CHANGE):
        config.addinivalue_line("markers", f"{control.id}: {control.title}")
    for attack, title in TITLES.items():
        config.addinivalue_line("markers", f"{attack}: {title}")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """With ``--steps`` there is nothing to run."""
    if not asks_for_steps(config):
        return None
    from steps.vocabulary import told  # noqa: PLC0415 - no other run asks for it

    print("\n".join(told()))  # noqa: T201 - it is what was asked for
    return pytest.ExitCode.OK


def pytest_bdd_step_func_lookup_error(feature: Feature, step: Step) -> None:
    """A sentence that is not in the vocabulary is told with the nearest that are."""
    from steps.vocabulary import unknown_step  # noqa: PLC0415 - no other run asks for it

    told = unknown_step(step.type, step.name)
    pytest.fail(f"{feature.filename}:{step.line_number}: {told}", pytrace=False)


def extra_features() -> tuple[str, ...]:
    """The directories of ``--features``, for the module that binds the scenarios."""
    return tuple(_FEATURES)


def pytest_bdd_apply_tag(tag: str) -> bool | None:
    """A tag that is a marker selects tests; any other tag is a citation, for readers."""
    known = {"controls", "drill", *CONTROLS, CHANGE.id, *TITLES}
    return None if tag in known else True


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Read the estates before the first scenario, so that a bad one is one clear error."""
    if config.option.collectonly or not any(map(_is_about_the_declared_estate, items)):
        return
    try:
        with ended_as_interrupted():
            config.stash[RUN].declared_estate()
            config.stash[RUN].base_estate()
    except EstateError as error:
        raise pytest.UsageError(str(visible(str(error)))) from error
    gc.freeze()  # what was read stays to the end: no collection of garbage has to look through it


def _is_about_the_declared_estate(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    scenario = scenario_wrapper_template_registry.get(item.function)
    return scenario is not None and any(s.name == THE_DECLARED_ESTATE for s in scenario.steps)


@pytest.fixture(scope="session")
def run(pytestconfig: pytest.Config) -> Run:
    """The run: its options, its estates, and what it has found so far."""
    return pytestconfig.stash[RUN]


@pytest.fixture(scope="session")
def options(run: Run) -> Options:
    """The options of the run."""
    return run.options


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write the evidence of a run that came to its end; an interrupted one leaves none."""
    run = session.config.stash[RUN]
    if not run.found:
        return
    if exitstatus in {pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR}:
        run.progress("the run was cut short: no evidence written, earlier evidence left as it was")
        return
    # Only a run that found something writes, and what renders a page takes its time to load.
    from simulator.evidence.write import EvidenceError, write_evidence  # noqa: PLC0415

    try:
        ledger = run.ledger()
        written = write_evidence(ledger, run.options.evidence)
        session.config.stash[WRITTEN] = (terminal_lines(ledger), written)
    except EvidenceError as error:
        run.progress(str(error))
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say where the evidence is, and what it says; or where the scenarios are, if none was run."""
    lines, paths = config.stash.get(WRITTEN, ([], ()))
    if not paths:
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and config.rootpath != CHECKOUT:
            terminalreporter.write_line(
                f"cpra-drill: no scenario was run; the features are in {CHECKOUT}: run pytest there"
            )
        return
    terminalreporter.section("evidence")
    for line in lines:
        terminalreporter.write_line(str(visible(line)))
    for path in paths:
        terminalreporter.write_line(f"wrote {path}")


def _progress(config: pytest.Config) -> Callable[[str], None]:
    """Progress for the person who waits, past pytest's capture of what tests print."""

    def show(text: str) -> None:
        reporter = config.pluginmanager.getplugin("terminalreporter")
        capture = config.pluginmanager.getplugin("capturemanager")
        if reporter is None or config.option.verbose < 0:
            return
        with capture.global_and_fixture_disabled() if capture else nullcontext():
            reporter.ensure_newline()
            reporter.write_line(f"cpra-drill: {visible(text)}", light=True)
            reporter.flush()

    return show
