"""Lifecycle rules that throw away what soft delete and versions would have kept."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from simulator.controls.judge import judge
from simulator.controls.recovery.demands import kept
from simulator.controls.verdict import Finding
from simulator.estate.model import Block, Omitted, Resource, effective

LIFECYCLE: Final = "azurerm_storage_management_policy"
"""The type that declares them."""


def too_early(policy: Resource, least: int) -> Iterator[Finding]:
    """Rules that throw versions away too early, or empty a whole account by the clock.

    A rule for one prefix that deletes its blobs early is disposal, which is owed too (11 CCR
    7123(c)(16)): soft delete keeps them for as long as any other blob.
    """
    unread = policy.unresolved("rule")
    if unread is not None:
        yield from judge(policy, kept("rule", least), unread)
    for rule in policy.blocks("rule"):
        enabled = effective(rule.get("enabled"))
        for found in () if enabled is False else _rule(policy, rule, least):
            yield found if enabled is True else replace(found, unknown=True)


def _rule(policy: Resource, rule: Block, least: int) -> Iterator[Finding]:
    kinds = ("version", "snapshot") if _is_narrow(rule) else ("version", "snapshot", "base_blob")
    unread = rule.unresolved("actions")
    if unread is not None:
        yield from judge(policy, kept("rule.actions", least), unread)
    for actions in rule.blocks("actions"):
        for kind in kinds:
            yield from _too_soon(policy, actions, kind, least)


def _is_narrow(rule: Block) -> bool:
    """Whether a rule is for some of the blobs alone: by prefix or by tag."""
    for filters in rule.blocks("filters"):
        prefix = filters.get("prefix_match")
        if not isinstance(prefix, Omitted) and effective(prefix) not in {None, (), ("",)}:
            return True
        if filters.blocks("match_blob_index_tag"):
            return True
    return False


def _too_soon(policy: Resource, actions: Block, kind: str, least: int) -> Iterator[Finding]:
    for block in actions.blocks(kind):
        for name, value in block.values.items():
            # -1 is how the provider writes "not at all".
            if not name.startswith("delete_after") or isinstance(value, Block | tuple):
                continue
            if isinstance(value, Omitted) or effective(value) in {None, -1}:
                continue
            demand = kept(f"rule.actions.{kind}.{name}", least)
            yield from judge(policy, demand, value, block=block)
