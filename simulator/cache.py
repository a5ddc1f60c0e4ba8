"""Where what is installed or made once is kept between runs."""

import os
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

CACHE_VARIABLE: Final = "CPRA_DRILL_CACHE"


def cache_directory() -> Path:
    """``$CPRA_DRILL_CACHE``, else the user's cache directory."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    if os.name == "posix" and not os.environ.get("HOME", "unset"):
        # HOME="" would make it a directory at the root; without HOME the user database is asked.
        import pwd  # noqa: PLC0415 - not on Windows

        return Path(pwd.getpwuid(os.getuid()).pw_dir) / ".cache" / "cpra-drill"
    return user_cache_path("cpra-drill")
