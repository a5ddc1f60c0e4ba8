"""Givens: which estate a scenario is about."""

import pytest
from pytest_bdd import given, parsers

from simulator.estate.errors import EstateError
from simulator.estate.model import Estate
from steps.run import THE_DECLARED_ESTATE, Run


@pytest.fixture(scope="session")
def declared_estate(run: Run) -> Estate:
    """The estate of ``--estate``."""
    return run.declared_estate()


@given(THE_DECLARED_ESTATE, target_fixture="estate")
def the_declared_estate(declared_estate: Estate) -> Estate:
    """Choose the estate under test."""
    return declared_estate


@given(parsers.parse('the estate in "{directory}"'), target_fixture="estate")
def the_estate_in(directory: str, run: Run, pytestconfig: pytest.Config) -> Estate:
    """Choose another estate, by its path from the project's root.

    For example: the estate in "terraform/reference"
    """
    try:
        return run.estate_in(pytestconfig.rootpath / directory)
    except EstateError as error:
        pytest.fail(str(error), pytrace=False)
