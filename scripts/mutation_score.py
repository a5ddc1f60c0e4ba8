"""Measures the controls on the reference estate anew: ``python scripts/mutation_score.py``.

Writes simulator/mutation/reference.json and docs/mutation.md. It takes some minutes; tests say when
it has to be done again. ``--page`` only writes the page anew, from the record that is there.
"""

import json
import os
import sys
from pathlib import Path

from simulator.controls.registry import CONTROLS
from simulator.mutation.command import measure, processors
from simulator.mutation.score import record
from simulator.mutation.shipped import SHIPPED, digests_of
from simulator.mutation.wording import page

ROOT = Path(__file__).parents[1]
ESTATE = Path("terraform/reference")
PAGE = ROOT / "docs/mutation.md"


def main() -> int:
    """Measure, and write the record and the page; or the page alone."""
    os.chdir(ROOT)  # so that the record names the estate as everybody does
    if "--page" not in sys.argv:
        digests = digests_of(ESTATE)
        report = measure(ESTATE, CONTROLS, jobs=processors(), say=print)
        if digests != digests_of(ESTATE):
            print("the controls or the estate changed meanwhile: run it again")
            return 1
        made = record(report, digests)
        SHIPPED.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    text = page(json.loads(SHIPPED.read_text(encoding="utf-8")))
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
