"""Binds the acceptance scenarios."""

from pathlib import Path

from pytest_bdd import scenarios

scenarios(str(Path(__file__).with_name("estates.feature")))
