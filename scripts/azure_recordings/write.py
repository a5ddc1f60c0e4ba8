"""Writes fixtures/azure/*.json: what Azure would hold after `terraform apply` of the two estates.

No subscription was recorded: these are answers in the wire format of Azure Resource Manager, made
from the declared estates by hand-written rules that share nothing with the reader under test.

    python scripts/azure_recordings/write.py

It needs Terraform on the PATH, for a plan of each estate. Directory objects (``azuread_*``) and
data-plane resources are not in ARM, and not in the files.
"""

import json
import sys
import tempfile
from pathlib import Path

import access
import builtin
import caches
import containers
import defender
import gateway
import logs
import messaging
import network
import sentinel
import sites
import sql
import storage
import vault
from declared import Declared
from ids import TEMPLATES

from simulator.estate.hcl import read_hcl
from simulator.estate.joined import join
from simulator.estate.plan import read_plan
from simulator.offline_plan import plan

ROOT = Path(__file__).parents[2]
TENANT = "8c2f4e61-7d3b-4a90-b5e8-1f6a92d70c34"
SUBSCRIPTIONS = {
    "reference": "3f1d8c52-6b0e-4c7a-9d24-5a7e10c9b816",
    "exposed": "b1e84d37-9c50-4f2a-8d16-73a0c5e9f842",
}
FAMILIES = (
    access,
    caches,
    containers,
    defender,
    gateway,
    logs,
    messaging,
    network,
    sentinel,
    sites,
    sql,
    storage,
    vault,
)
WRITERS = {type_: write for family in FAMILIES for type_, write in family.WRITERS.items()}
INSIDE = {type_ for family in FAMILIES for type_ in family.INSIDE}
ELSEWHERE = ("azuread_", "azapi_data_plane_resource")


def declared(name: str) -> Declared:
    """The estate in terraform/NAME as Terraform plans it."""
    directory = ROOT / "terraform" / name
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "plan.json"
        file.write_text(json.dumps(plan(directory).json), encoding="utf-8")
        estate = join(read_plan(file), read_hcl(directory))
    return Declared(estate, SUBSCRIPTIONS[name], TENANT, TEMPLATES)


def main() -> None:
    for name in SUBSCRIPTIONS:
        d = declared(name)
        made = []
        for resource in d.estate.resources:
            if resource.mode != "managed" or resource.type.startswith(ELSEWHERE):
                continue
            if resource.type in INSIDE:
                continue
            made += WRITERS[resource.type](d, resource)
        made += builtin.used(d, made)
        made.sort(key=lambda one: one["id"].lower())
        target = ROOT / "fixtures" / "azure" / f"{name}.json"
        text = json.dumps(made, indent=1, ensure_ascii=False, sort_keys=True)
        target.write_text(f"{text}\n", encoding="utf-8")
        print(f"{target.relative_to(ROOT)}: {len(made)} resources", file=sys.stderr)


if __name__ == "__main__":
    main()
