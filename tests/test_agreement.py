"""One estate, read in several ways: the same values and the same verdicts, or a stated reason.

The committed plans in ``fixtures/plans/estates`` are offline plans of the estates in
``terraform/``; a test that needs Terraform proves that they are still what it plans. What Azure
would answer (``fixtures/azure``) is modelled from them, and read from a server on loopback.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from simulator.controls.registry import CONTROLS, assess
from simulator.controls.verdict import Verdict
from simulator.estate.azure import read_subscription
from simulator.estate.changes import Kind, changes
from simulator.estate.hcl import read_hcl
from simulator.estate.joined import join
from simulator.estate.model import (
    UNSTATED,
    Block,
    Estate,
    Known,
    Node,
    Omitted,
    Reference,
    Value,
    effective,
)
from simulator.estate.plan import read_plan
from simulator.offline_plan import plan
from tests.estate.azure.arm_server import ArmServer
from tests.estate.azure.shop import Signed
from tests.offline_plan.planning import needs_terraform

ROOT = Path(__file__).parents[1]
ESTATES = ("reference", "exposed")
PLANS = ROOT / "fixtures/plans/estates"


@pytest.fixture(scope="module", params=ESTATES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def written(name: str) -> Estate:
    return read_hcl(ROOT / "terraform" / name)


@pytest.fixture(scope="module")
def committed(name: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("plan") / f"{name}.json"
    file.write_bytes(gzip.decompress((PLANS / f"{name}.json.gz").read_bytes()))
    return file


@pytest.fixture(scope="module")
def planned(committed: Path) -> Estate:
    return read_plan(committed)


def alike(node: Node) -> object:
    """A node without what says nothing: the order of sets and of blocks, and empty lists."""
    match node:
        case Block(values=values):
            inside = ((name, alike(inner)) for name, inner in sorted(values.items()))
            return {name: found for name, found in inside if found}
        case tuple():
            return sorted(map(repr, map(alike, node))) or None
        case Known(value=value, sensitive=False):
            return None if value is None else _plain(value)
        case Omitted():
            return None
    return repr(node)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in sorted(value.items())}
    if isinstance(value, tuple):
        return sorted(map(repr, map(_plain, value))) or None
    # Terraform makes texts of the numbers in a map of texts, such as ``app_settings``.
    return value if isinstance(value, str) else json.dumps(value)


def differences(one: Estate, other: Estate) -> Iterator[tuple[str, str, str, str]]:
    """Type, argument and both values, of all that two readings say differently."""
    assert one.by_address.keys() == other.by_address.keys()
    for resource in one.resources:
        values, others = resource.body.values, other.by_address[resource.address].body.values
        for argument in sorted(values.keys() | others.keys()):
            pair = [alike(side.get(argument, Omitted())) for side in (values, others)]
            if pair[0] != pair[1]:
                yield resource.type, argument, str(pair[0]), str(pair[1])


def test_hcl_and_plan_agree_attribute_by_attribute(written: Estate, planned: Estate) -> None:
    assert list(differences(join(planned, written), written)) == []


def test_hcl_and_plan_know_the_same_defaults(written: Estate, planned: Estate) -> None:
    """A plan also has defaults that no control reads; where both have one, it is the same."""
    for resource in planned.resources:
        other = dict(written.by_address[resource.address].body.walk())
        for path, value in resource.body.walk():
            default = other.get(path)
            if isinstance(value, Omitted) and isinstance(default, Omitted):
                both = effective(value), effective(default)
                assert UNSTATED in both or both[0] == both[1], f"{resource.address}.{path}"


def test_hcl_and_plan_give_the_same_verdicts(written: Estate, planned: Estate) -> None:
    joined = join(planned, written)
    for control in CONTROLS.values():
        one, other = assess(control, written), assess(control, joined)
        assert one.outcome is other.outcome, control.id
        where = [
            Counter((f.address, f.attribute, f.origin, f.unknown) for f in verdict.findings)
            for verdict in (one, other)
        ]
        assert where[0] == where[1], control.id


_NO_LOCALS = "it comes through a local, of which a plan keeps nothing"
_NO_TEXTS = 'of "${x.id}/blobServices/default" a plan keeps the reference to x alone'
_NO_MAPS = (
    "it comes through a map of several ids, and a plan does not keep which is under which key"
)
LOST: Mapping[str, str] = {
    "DATA-05": _NO_LOCALS,
    "DATA-09": _NO_LOCALS,
    "RESP-01": _NO_TEXTS,
    "RESP-03": _NO_TEXTS,
    "RESP-07": _NO_MAPS,
    "RESP-08": _NO_MAPS,
    "RESP-09": _NO_LOCALS,
    "RESP-11": _NO_MAPS,
    "RESP-13": _NO_LOCALS,
}
"""Control -> what a plan of the reference, before its first apply, lost."""


def test_a_plan_alone_leaves_open_only_what_its_json_lost(
    name: str, planned: Estate, written: Estate
) -> None:
    differing = set()
    for control in CONTROLS.values():
        alone, verdict = assess(control, planned), assess(control, written)
        told = {(f.address, f.attribute) for f in verdict.findings}
        sure = {(f.address, f.attribute) for f in alone.findings if not f.unknown}
        assert sure <= told, control.id
        if alone.outcome is not verdict.outcome:
            assert alone.outcome.value == "unknown", control.id
            differing.add(control.id)
    assert differing == (set(LOST) if name == "reference" else set())


@needs_terraform
def test_the_committed_plan_is_the_one_that_terraform_makes(name: str, committed: Path) -> None:
    made = json.dumps(plan(ROOT / "terraform" / name).json)
    fresh = json.loads(re.sub(r"registry\.[\w.]+(?=/)", "providers.example.net", made))
    kept = json.loads(committed.read_text(encoding="utf-8"))
    for part in ("resource_changes", "planned_values", "configuration", "variables"):
        assert fresh[part] == kept[part], f"{part}: plan terraform/{name} anew"


def test_each_reference_of_the_joined_plan_has_its_words(planned: Estate, written: Estate) -> None:
    lost: list[Value] = [
        value
        for resource in join(planned, written).resources
        for _, value in resource.body.walk()
        if isinstance(value, Reference) and value.text is None
    ]
    assert all(isinstance(v, Reference) and "connection_string" in v.attribute for v in lost)


# --- live -----------------------------------------------------------------------------------

SUBSCRIPTIONS = {
    "reference": "3f1d8c52-6b0e-4c7a-9d24-5a7e10c9b816",
    "exposed": "b1e84d37-9c50-4f2a-8d16-73a0c5e9f842",
}
_NO_CERTIFICATES = "a vault's certificates are no part of Resource Manager"
_NO_DIRECTORY = (
    "whose service principal Sentinel's is, and what Microsoft Graph allows, only Graph tells"
)
_NO_GRAPH = "who holds rights in Microsoft Entra, and on which terms, only Microsoft Graph tells"
_NO_DATA_MAP = "sources, scans and triggers are in Purview's data plane"
LIVE_VERDICTS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("reference", "DATA-07"): ("unknown", _NO_CERTIFICATES),
    ("reference", "RESP-04"): ("unknown", _NO_DIRECTORY),
    ("reference", "RESP-07"): ("unknown", _NO_GRAPH),
    ("reference", "RESP-08"): ("unknown", _NO_GRAPH),
    ("reference", "RESP-11"): ("unknown", _NO_DATA_MAP),
}
"""Estate and control -> the verdict that a live reading gives instead, and why."""

LIVE_FINDINGS: Mapping[tuple[str, str], str] = {
    ("RESP-04", "role_assignment"): _NO_DIRECTORY,
    ("RESP-04", "identity"): _NO_DIRECTORY,
    ("RESP-07", "configuration"): _NO_GRAPH,
    ("RESP-08", "configuration"): _NO_GRAPH,
    ("RESP-11", "purview_source"): _NO_DATA_MAP,
    ("RESP-12", "scope"): "that it is a partner's, its name in Terraform says; Azure keeps none",
    ("DATA-07", "app_settings.AzureWebJobsStorage"): (
        "azurerm's storage_account_access_key is this setting of the app"
    ),
    ("DATA-07", "storage_account_access_key"): "Azure has it as the setting AzureWebJobsStorage",
    ("DATA-07", "value"): "Azure does not show what a secret in a vault is set to",
    ("DATA-07", "configuration"): _NO_CERTIFICATES,
}
"""Control and attribute -> why it is found in one of the readings alone."""


@pytest.fixture(scope="module")
def live(name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    resources = json.loads((ROOT / f"fixtures/azure/{name}.json").read_text(encoding="utf-8"))
    with ArmServer(resources) as server, pytest.MonkeyPatch.context() as patch:
        trusted = server.trust(tmp_path_factory.mktemp("trust"))
        patch.setenv("REQUESTS_CA_BUNDLE", str(trusted))
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield read_subscription(SUBSCRIPTIONS[name], credential=Signed(), endpoint=server.endpoint)


def found_by(verdict: Verdict, estate: Estate) -> Counter[tuple[str, str, str]]:
    """Type, Azure name and attribute of each finding: live addresses are other words.

    A role assignment is called by a GUID, which Azure makes up where it is not declared.
    """
    what: Counter[tuple[str, str, str]] = Counter()
    for finding in verdict.findings:
        resource = estate.by_address.get(finding.address)
        type_ = resource.type if resource else finding.address.partition(".")[0]
        named = (resource and resource.declared_name) or ""
        named = "" if type_ == "azurerm_role_assignment" else named
        what[(type_, named, finding.attribute)] += 1
    return what


def test_live_gives_the_same_verdicts_or_a_stated_reason(
    name: str, written: Estate, live: Estate
) -> None:
    for control in CONTROLS.values():
        declared, exists = assess(control, written), assess(control, live)
        expected, _ = LIVE_VERDICTS.get((name, control.id), (declared.outcome.value, ""))
        assert exists.outcome.value == expected, control.id
        ours, theirs = found_by(declared, written), found_by(exists, live)
        for _, _, attribute in (ours - theirs) + (theirs - ours):
            assert (control.id, attribute) in LIVE_FINDINGS, (control.id, ours, theirs)


def test_what_azure_answers_is_what_was_declared(
    planned: Estate, written: Estate, live: Estate
) -> None:
    """No attribute of any resource, of the types that both have, is told as drift."""
    drift = changes(join(planned, written), live)
    assert [change for change in drift if change.kind is not Kind.UNTOLD] == []
