"""Role management policies: how a right is activated, told by a list of rules with telling ids.

Rules: Azure REST API reference, Microsoft.Authorization roleManagementPolicies 2020-10-01; their
ids: Microsoft Learn, "Rules in PIM". azurerm tells them in nested blocks.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from simulator.estate.arm.mapping import leaf
from simulator.estate.arm.resource import ArmResource
from simulator.estate.model import Block, Known, Node, Omitted, Reference, Unresolvable, Value

_RULE_BLOCKS: Final[Mapping[str, tuple[tuple[str, str, str], ...]]] = {
    "activation_rules": (
        ("maximum_duration", "Expiration_EndUser_Assignment", "maximumDuration"),
        ("require_approval", "Approval_EndUser_Assignment", "setting.isApprovalRequired"),
        ("", "Enablement_EndUser_Assignment", "enabledRules"),
    ),
    "eligible_assignment_rules": (
        ("expiration_required", "Expiration_Admin_Eligibility", "isExpirationRequired"),
        ("expire_after", "Expiration_Admin_Eligibility", "maximumDuration"),
    ),
    "active_assignment_rules": (
        ("expiration_required", "Expiration_Admin_Assignment", "isExpirationRequired"),
        ("expire_after", "Expiration_Admin_Assignment", "maximumDuration"),
        ("", "Enablement_Admin_Assignment", "enabledRules"),
    ),
}
_ENABLEMENT: Final = {
    "require_multifactor_authentication": "MultiFactorAuthentication",
    "require_justification": "Justification",
    "require_ticket_info": "Ticketing",
}
_APPROVAL: Final = "Approval_EndUser_Assignment"
_CONTEXT: Final = "AuthenticationContext_EndUser_Assignment"
_WHO: Final = (("object_id", "id"), ("type", "userType"))
_TOLD: Final = "Notification_Admin_EndUser_Assignment"


def policy_rules(path: str) -> Callable[[ArmResource], Mapping[str, Node]]:
    """A role management policy: a list of rules, each with an id that says what it is about."""

    def more(one: ArmResource) -> Mapping[str, Node]:
        listed = leaf(one.body, path)
        if isinstance(listed, Reference | Unresolvable):
            return dict.fromkeys(_RULE_BLOCKS, listed)
        by_id: dict[str, Block] = {}
        for rule in _blocks(listed):
            id_ = leaf(rule, "id")
            if not isinstance(id_, Known):
                return dict.fromkeys(_RULE_BLOCKS, Unresolvable("the id of a rule is not known"))
            by_id[str(id_.value)] = rule
        found: dict[str, dict[str, Node]] = {
            name: dict(_settings(by_id, name)) for name in _RULE_BLOCKS
        }
        found["activation_rules"] |= dict(_approval(by_id, one)) | dict(_context(by_id))
        found["notification_rules"] = dict(_notification(by_id, one))
        return {name: (_block(one, values),) for name, values in found.items() if values}

    return more


def _blocks(node: object) -> tuple[Block, ...]:
    """The objects of a list, or the one object that there is."""
    if isinstance(node, Block):
        return (node,)
    return node if isinstance(node, tuple) else ()


def _block(one: ArmResource, values: Mapping[str, Node]) -> Block:
    return Block(MappingProxyType(dict(values)), one.origin)


def _settings(rules: Mapping[str, Block], name: str) -> Iterator[tuple[str, Node]]:
    for argument, id_, path in _RULE_BLOCKS[name]:
        node = _of(rules, id_, path)
        if node is None:
            continue
        if argument:
            yield argument, node
        elif isinstance(node, Known) and isinstance(node.value, tuple):
            yield from ((each, Known(word in node.value)) for each, word in _ENABLEMENT.items())
        else:
            yield from ((each, Unresolvable(f"{path} is not known")) for each in _ENABLEMENT)


def _of(rules: Mapping[str, Block], id_: str, path: str) -> Value | None:
    """What a rule says, ``None`` if there is no such rule or it says nothing."""
    rule = rules.get(id_)
    node = None if rule is None else leaf(rule, path)
    says = isinstance(node, Value) and not isinstance(node, Omitted) and node != Known(None)
    return node if says and isinstance(node, Value) else None


def _approval(rules: Mapping[str, Block], one: ArmResource) -> Iterator[tuple[str, Node]]:
    """Who approves an activation."""
    rule = rules.get(_APPROVAL)
    listed = None if rule is None else leaf(rule, "setting.approvalStages")
    if isinstance(listed, Reference | Unresolvable):
        yield "approval_stage", listed
        return
    stages = []
    for stage in _blocks(listed):
        approvers = leaf(stage, "primaryApprovers")
        if isinstance(approvers, Reference | Unresolvable):
            stages.append(_block(one, {"primary_approver": approvers}))
            continue
        named = tuple(_approver(one, approver) for approver in _blocks(approvers))
        if named:
            stages.append(_block(one, {"primary_approver": named}))
    if stages:
        yield "approval_stage", tuple(stages)


def _approver(one: ArmResource, approver: Block) -> Block:
    said = {ours: leaf(approver, theirs) for ours, theirs in _WHO}
    return _block(one, {ours: node for ours, node in said.items() if isinstance(node, Value)})


def _context(rules: Mapping[str, Block]) -> Iterator[tuple[str, Node]]:
    """The context of Conditional Access that an activation needs, if it is switched on."""
    on, claim = (_of(rules, _CONTEXT, path) for path in ("isEnabled", "claimValue"))
    if on is not None and on != Known(value=False) and claim is not None:
        yield "required_conditional_access_authentication_context", claim


def _notification(rules: Mapping[str, Block], one: ArmResource) -> Iterator[tuple[str, Node]]:
    """Who hears of an activation."""
    told = {
        ours: node
        for ours, theirs in (
            ("default_recipients", "isDefaultRecipientsEnabled"),
            ("additional_recipients", "notificationRecipients"),
            ("notification_level", "notificationLevel"),
        )
        if (node := _of(rules, _TOLD, theirs)) is not None
    }
    if told:
        inner = _block(one, {"admin_notifications": (_block(one, told),)})
        yield "eligible_activations", (inner,)
