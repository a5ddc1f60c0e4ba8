"""Binds the scenarios of this directory, and those of ``--features``, to pytest."""

from pytest_bdd import scenarios

from steps.plugin import extra_features

scenarios("controls", "drills", *extra_features())
