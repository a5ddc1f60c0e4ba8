"""How hypothesis runs: by what it finds, not by how busy the machine is."""

import os

from hypothesis import settings

settings.register_profile("calm", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("calm")
