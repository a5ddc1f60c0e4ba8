"""Writes what checkov says of the two shipped estates: ``python scripts/second_opinion.py``.

The tests compare it with the controls' verdicts without needing checkov. Only checks that are about
some control are kept, in order.
"""

import json
import sys
from pathlib import Path

from simulator.second_opinion.checkov import ask_checkov
from simulator.second_opinion.checks import CHECKS

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Ask, and write ``fixtures/second_opinion/*.json``."""
    wanted = {check for checks in CHECKS.values() for check in checks}
    place = ROOT / "fixtures/second_opinion"
    place.mkdir(exist_ok=True)
    for name in ("reference", "exposed"):
        opinion = ask_checkov(str(ROOT / "terraform" / name), print)
        rows = sorted(
            [a.check, a.address, a.passed, a.file, a.line, a.title]
            for a in opinion.answers
            if a.check in wanted
        )
        lines = ",\n".join(f"  {json.dumps(row)}" for row in rows)
        text = f'{{"version": {json.dumps(opinion.version)}, "answers": [\n{lines}\n]}}\n'
        (place / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}: {len(rows)} answers of checkov {opinion.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
