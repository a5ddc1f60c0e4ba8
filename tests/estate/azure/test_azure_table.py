import re

import pytest

from simulator.estate.azure.duties import DIAGNOSTICS
from simulator.estate.azure.ids import type_of
from simulator.estate.azure.reads import How
from simulator.estate.azure.table import ABSENT, KINDS, OTHER_VERSION, UNDIAGNOSED
from simulator.estate.azure.tasks import Found
from tests.estate.azure.shop import GROUP, ROOT, ids, read, resource

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}(-preview)?")


def id_of(type_: str) -> str:
    if type_ == "Microsoft.Resources/subscriptions":
        return ROOT
    if type_ == "Microsoft.Resources/resourceGroups":
        return GROUP
    namespace, *parts = type_.split("/")
    return "/".join([GROUP, "providers", namespace, *(f"{part}/x" for part in parts)])


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.type)
def test_every_read_of_a_kind_has_a_type_and_a_version(kind):
    assert type_of(id_of(kind.type)) == kind.type
    assert _DATED.fullmatch(kind.version)
    for task in Found(id_of(kind.type), {}).tasks():
        own = KINDS.get(task.type.casefold())
        version = task.version or (own.version if own else "")
        assert _DATED.fullmatch(version), task.path
        assert "//" not in task.path
        if task.how is How.LIST:
            assert task.type.rpartition("/")[2] == task.path.rpartition("/")[2]


def test_what_hangs_below_a_kind_is_reached_from_the_top():
    """A kind below another one is of no use if nothing lists it."""
    listed = {task.type.casefold() for kind in KINDS.values() for task in tasks(kind)}
    nested = {type_ for type_ in KINDS if type_.count("/") > 1}
    assert nested - listed == set()


def tasks(kind):
    return Found(id_of(kind.type), {}).tasks()


def one_of_everything():
    """A resource of every kind, and one wherever anything is read below it."""
    made: dict[str, dict] = {}
    extensions = ("Microsoft.SecurityInsights/", "Microsoft.Insights/diagnosticSettings")
    top = [kind.type for kind in KINDS.values() if kind.type.count("/") == 1]
    todo = [id_of(type_) for type_ in top if not type_.startswith(extensions)]
    while todo:
        id_ = todo.pop()
        if id_.casefold() in made or id_.count("/x/apis/x") > 1:
            continue
        made[id_.casefold()] = resource(id_)
        below = Found(id_, {}).tasks()
        todo.extend(f"{t.path}/x" if t.how is How.LIST else t.path for t in below)
    return list(made.values())


def test_one_of_everything_is_found(serve):
    every = one_of_everything()
    resources, gaps = read(serve(every, page=50))
    missed = {one["id"].casefold() for one in every} - {id_.casefold() for id_ in ids(resources)}
    assert missed == set()
    assert {gap.where.partition(".")[0] for gap in gaps} == {
        name for kind in KINDS.values() for name in kind.beyond
    }
    assert {r.type for r in resources} >= {kind.type for kind in KINDS.values()}


def test_parts_with_logs_of_their_own_are_asked_for_their_diagnostic_settings():
    for service in ("blob", "queue", "table", "file"):
        kind = KINDS[f"microsoft.storage/storageaccounts/{service}services"]
        assert DIAGNOSTICS in [task.read for task in tasks(kind)]


def test_codes_mean_one_thing():
    assert not ABSENT & OTHER_VERSION
    assert all(prefix == prefix.casefold() for prefix in UNDIAGNOSED)
