"""Writes fixtures/plans/estates/*.json.gz, the offline plans of the two shipped estates.

    python scripts/shipped_plans.py

It needs Terraform on the PATH. Terraform's registry host is replaced by one that is nobody's.
"""

import gzip
import json
import re
import sys
from pathlib import Path

from simulator.offline_plan import plan

ROOT = Path(__file__).parents[1]
_HOST = re.compile(r"registry\.terraform\.[a-z]+")


def main() -> int:
    """Plan, and write."""
    for name in ("reference", "exposed"):
        text = json.dumps(plan(ROOT / "terraform" / name).json)
        place = ROOT / "fixtures/plans/estates" / f"{name}.json.gz"
        # Without a time and a name in it, the same plan is the same file.
        place.write_bytes(gzip.compress(_HOST.sub("providers.example.net", text).encode(), mtime=0))
        print(f"wrote {place.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
