"""What runs in the process of ``aside``: a line of JSON in, a line of JSON out.

This file is run by its path, and imports nothing of the project.
"""

import json
import re
import resource
import signal
import sys
import warnings
from contextlib import suppress
from typing import Any, Final

_MEMORY: Final = 3 << 30  # bytes; the native parser's runtime sets 1 GiB aside without using it


def resources(arguments: dict[str, Any]) -> object:
    """The paths of the resources in a Terraform directory, or why it cannot be read."""
    import tfparse  # noqa: PLC0415 - only this work needs it

    try:
        parsed = tfparse.load_from_path(
            arguments["directory"],
            stop_on_hcl_error=True,
            workspace_name=arguments["workspace"],
            vars_paths=arguments["var_files"],
        )
    except tfparse.ParseError as error:
        return {"refused": str(error)}
    blocks = (block["__tfmeta"] for of_type in parsed.values() for block in of_type)
    return {"paths": sorted({b["path"] for b in blocks if b.get("type") in arguments["types"]})}


def matches(arguments: dict[str, Any]) -> object:
    """Each match of a pattern in a text: where it is, and its groups."""
    pattern, text = arguments["pattern"], arguments["text"]
    warnings.simplefilter("ignore")
    return [
        [m.start(), m.end(), m.groups(), m.groupdict()]
        for m in re.finditer(pattern, text, re.ASCII)
    ]


def main() -> None:
    """Do one piece of work after the other until there is no more; the alarm ends the process."""
    with suppress(ValueError, OSError):  # a lower limit is in force, or there is none here
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    for line in sys.stdin:
        task, arguments, seconds = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            answer = {"resources": resources, "matches": matches}[task](arguments)
        except (Exception, RecursionError):  # noqa: BLE001 - no answer is the answer
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
