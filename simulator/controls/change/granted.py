"""Rights that a change gives on what was there before it."""

from collections.abc import Iterator
from typing import Final

from simulator.controls.change.both import Both
from simulator.controls.verdict import Finding, finding
from simulator.estate.entra import privileged_role, wide_permission
from simulator.estate.model import Estate, Resource, show
from simulator.estate.powers import Power, in_words, powers
from simulator.estate.roles import role_of
from simulator.estate.sameness import plain

_ASSIGNMENTS: Final = ("azurerm_role_assignment", "azurerm_pim_active_role_assignment")
_ABOVE: Final = ("azurerm_resource_group", "azurerm_subscription", "azurerm_management_group")
_IN_ENTRA: Final = {
    "azuread_directory_role_assignment": "role_id",
    "azuread_app_role_assignment": "app_role_id",
}
"""Assignments of Entra's own, and what names the role of each."""
_POLICY: Final = "azurerm_key_vault_access_policy"
_WHY: Final = "whoever takes over the identity can do more to the data (11 CCR 7123(c)(3))"


def granted(made: Both) -> Iterator[Finding]:
    """The findings about rights that are new, or that allow more than before.

    A right on what is itself new takes nothing away, and neither does one more reader of one store.
    """
    for other in made.after.of_type(*_ASSIGNMENTS):
        yield from _right(made, other)
    for other in made.after.of_type(*_IN_ENTRA):
        yield from _in_entra(made, other)
    for other in made.after.of_type(_POLICY):
        vault = made.after.target(plain(other, "key_vault_id"))
        old = vault is None or made.earlier(vault.resource) is not None
        if old and made.is_fresh(other):
            yield finding(
                other,
                "resource",
                f"it is new, for {show(plain(other, 'object_id'))}",
                expected="no access to the vault that was not there before the change",
                why=_WHY,
                remedy="a role on the secrets that are needed: rbac_authorization_enabled = true",
            )


def _in_entra(made: Both, other: Resource) -> Iterator[Finding]:
    argument = _IN_ENTRA[other.type]
    one, value = made.earlier(other), plain(other, argument)
    if one is not None and made.same(plain(one, argument), value, argument) is not False:
        return
    untold = one is None and not made.is_fresh(other)
    wide = other.type == "azuread_app_role_assignment"
    name = wide_permission(value) if wide else privileged_role(made.after, value)
    if name != "":
        what = "a role that is not known" if name is None else f'"{name}", which reaches everybody'
        yield finding(
            other,
            argument,
            f"{what}; not given before the change",
            expected="no right that was not there before the change",
            why=_WHY,
            remedy="a permission for one thing alone, or a role to be taken for hours (PIM)",
            unknown=untold or name is None,
        )


def _right(made: Both, other: Resource) -> Iterator[Finding]:
    """A role assignment by which somebody can do more on what was there before the change."""
    one = made.earlier(other)
    after = role_of(made.after, other)
    if one is not None and _is_same_right(made, one, other):
        return
    if after is None:
        yield _granted(other, "a role that is not known", unknown=True)
        return
    if not _was_there(made, other):
        return
    gained = powers(after) - _had(made, other)
    if gained == {Power.READ} and not _is_wide(made.after, other):
        return  # one more reader of one store is no hole: it is what a new feature needs
    if gained:
        untold = one is None and not made.is_fresh(other)  # it may have been there
        what = f'"{after.name}": its holder can {in_words(gained)}'
        yield _granted(other, what, unknown=untold)


def _is_same_right(made: Both, one: Resource, other: Resource) -> bool:
    """Whether the same principal may do no more on the same scope."""
    before, after = role_of(made.before, one), role_of(made.after, other)
    names = ["scope", "principal_id"]
    if before is None or after is None:
        names += ["role_definition_name", "role_definition_id"]
    elif not powers(after) <= powers(before):
        return False
    return all(made.same(plain(one, n), plain(other, n), n) is not False for n in names)


def _had(made: Both, other: Resource) -> frozenset[Power]:
    """The powers that the same principal had on the same scope before."""
    found: set[Power] = set()
    for one in made.before.of_type(*_ASSIGNMENTS):
        alike = (
            made.same(plain(one, name), plain(other, name), name)
            for name in ("principal_id", "scope")
        )
        if all(answer is True for answer in alike):
            role = role_of(made.before, one)
            found |= powers(role) if role else set()
    return frozenset(found)


def _was_there(made: Both, assignment: Resource) -> bool:
    """Whether the scope was there before; one that is not known may have been."""
    target = made.after.target(plain(assignment, "scope"))
    if target is None:
        return True
    return target.resource.mode == "data" or made.earlier(target.resource) is not None


def _is_wide(estate: Estate, assignment: Resource) -> bool:
    """Whether a scope is more than one resource, or may be."""
    target = estate.target(plain(assignment, "scope"))
    return target is None or target.resource.type in _ABOVE


def _granted(assignment: Resource, what: str, *, unknown: bool = False) -> Finding:
    return finding(
        assignment,
        "role_definition_name",
        f"{what}, which it could not before the change, on {show(plain(assignment, 'scope'))}",
        expected="no right that was not there before the change",
        why=_WHY,
        remedy="a narrower role, on a narrower scope, or one to be taken for hours (PIM)",
        unknown=unknown,
    )
