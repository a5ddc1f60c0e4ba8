"""Read one plan and say how long that took: ``python benchmarks/reading.py PLAN``."""

import json
import sys
import time
from pathlib import Path

from simulator.estate.plan import read_plan

if __name__ == "__main__":
    began = time.perf_counter()
    estate = read_plan(Path(sys.argv[1]))
    took = time.perf_counter() - began
    print(json.dumps({"seconds": took, "resources": len(estate.resources)}))
