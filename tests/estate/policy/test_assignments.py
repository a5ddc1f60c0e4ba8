import json
from dataclasses import replace

import pytest

from simulator.estate.model import Block, Reference
from simulator.estate.policy import built_in
from simulator.estate.policy.assignments import assignments
from simulator.estate.policy.subjects import subject_of
from tests.controls.build import SOMETHING, estate, from_azapi, id_of, resource
from tests.estate.policy.declared import (
    BENCHMARK,
    CIS,
    CUSTOMER_KEY,
    DEFINITIONS,
    INFRASTRUCTURE,
    PUBLIC_BLOBS,
    REQUIRE_TAG,
    SETS,
    SUBSCRIPTION,
    assignment,
    benchmark,
    definition,
)

RULE = {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}
D = id_of("azurerm_policy_definition.d")


def effects(*resources, of=None):
    found = assignments(estate(*resources))
    return {word for one in found for word in one.effects} if of is None else found[of].effects


@pytest.mark.parametrize(
    ("policy", "parameters", "effect"),
    [
        (INFRASTRUCTURE, {}, "audit"),
        (INFRASTRUCTURE, {"effect": "Deny"}, "deny"),
        (INFRASTRUCTURE, {"effect": "DISABLED"}, "disabled"),
        (CUSTOMER_KEY, {}, "audit"),
        (REQUIRE_TAG, {"tagName": "x"}, "deny"),
        (REQUIRE_TAG.upper(), {"tagName": "x"}, "deny"),
    ],
)
def test_the_parameter_decides_else_the_default_else_the_rule(policy, parameters, effect):
    assert effects(assignment(policy, parameters=parameters)) == {effect}


def test_an_id_that_is_no_guid_is_one_of_the_built_in_too():
    found = assignments(estate(assignment("17k78e20-9358-41c9-923c-fb736d382a12")))
    assert found[0].name == "Transparent Data Encryption on SQL databases should be enabled"
    assert found[0].effects == {"auditifnotexists"}


def test_an_id_that_is_put_together_from_a_name_means_what_has_the_name():
    group = "/providers/Microsoft.Management/managementGroups/shop"
    made = "azurerm_policy_definition.d"
    plain = definition(RULE)
    lost = Reference("random_string.r", "result", "tls_${random_string.r.result}")
    named = replace(plain, body=Block({**plain.body.values, "name": lost}))
    by_name = Reference(made, "name", f"{group}{DEFINITIONS}/${{{made}.name}}")
    random = resource("random_string.r", length=3)
    (found,) = assignments(estate(random, named, assignment(by_name)))
    assert (found.unread, found.effects) == ("", {"deny"})


def test_parameters_that_cannot_be_read_leave_the_effect_unknown():
    assert effects(assignment(INFRASTRUCTURE, parameters=SOMETHING)) == {None}
    lost = Reference("azurerm_log_analytics_workspace.w")
    assert effects(assignment(INFRASTRUCTURE, parameters=lost)) == {None}
    text = '{"effect": {"value": "${var.effect}"}}'
    assert effects(assignment(INFRASTRUCTURE, parameters=text)) == {None}
    assert effects(assignment(INFRASTRUCTURE, parameters="not json")) == {None}


def test_a_rule_says_its_effect_itself_or_by_a_parameter_with_a_default():
    plain = definition(RULE, effect="Deny")
    assert effects(plain, assignment(D)) == {"deny"}
    parameters = json.dumps({"effect": {"type": "String", "defaultValue": "Audit"}})
    free = definition(RULE, effect="[parameters('effect')]", parameters=parameters)
    assert effects(free, assignment(D)) == {"audit"}
    assert effects(free, assignment(D, parameters={"effect": "Deny"})) == {"deny"}


def test_a_definition_is_found_by_reference_by_id_and_by_its_name():
    plain = definition(RULE, effect="deny", id="/providers/x/policyDefinitions/d")
    assert effects(plain, assignment("/providers/x/policyDefinitions/d")) == {"deny"}
    named = f"{SUBSCRIPTION}{DEFINITIONS}/d"
    assert effects(definition(RULE), assignment(named)) == {"deny"}


def test_a_built_in_is_found_by_the_name_that_a_data_source_looks_for():
    source = resource(
        "data.azurerm_policy_set_definition.m", display_name="Microsoft cloud security benchmark"
    )
    found = assignments(
        estate(source, assignment(id_of("data.azurerm_policy_set_definition.m"))),
    )
    assert found[0].benchmark
    older = resource(
        "data.azurerm_policy_definition.p",
        display_name="[Preview]: Storage account public access should be disallowed",
    )
    found = assignments(estate(older, assignment(id_of("data.azurerm_policy_definition.p"))))
    assert found[0].effects == {"audit"}


@pytest.mark.parametrize(
    "policy",
    [SOMETHING, id_of("azurerm_policy_definition.none"), "/x/policyDefinitions/y", f"{SETS}/none"],
)
def test_what_is_not_declared_here_is_unread_and_not_guessed(policy):
    found = assignments(estate(assignment(policy)))
    assert found[0].policies == ()
    assert found[0].unread


def test_what_cannot_be_told_is_an_audit_if_its_parameters_say_so():
    unheard_of = "00000000-0000-0000-0000-000000000000"
    for effect, audits in (("Audit", True), ("disabled", True), ("Deny", False), ("", False)):
        made = assignment(unheard_of, parameters={"effect": effect} if effect else {})
        (found,) = assignments(estate(made))
        assert found.audits is audits
        assert "a built-in that is not known here" in found.unread


def test_a_rule_that_cannot_be_read_leaves_the_assignment_unread():
    found = assignments(estate(definition(RULE, policy_rule=SOMETHING), assignment(D)))
    assert "policy_rule" in found[0].unread
    assert found[0].effects == {None}


SET = "azurerm_policy_set_definition.s"


def members(*references, **values):
    return resource(SET, name="s", policy_definition_reference=list(references), **values)


def test_an_initiative_hands_its_parameters_on_to_its_members():
    own = members(
        {
            "policy_definition_id": f"{DEFINITIONS}/{INFRASTRUCTURE}",
            "reference_id": "infra",
            "parameter_values": '{"effect": {"value": "[parameters(\'storageEffect\')]"}}',
        },
        {
            "policy_definition_id": f"{DEFINITIONS}/{PUBLIC_BLOBS}",
            "parameter_values": '{"effect": {"value": "Deny"}}',
        },
        {"policy_definition_id": D},
        parameters=json.dumps({"storageEffect": {"type": "String", "defaultValue": "Audit"}}),
    )
    shop = (own, definition(RULE, effect="modify"))
    assert effects(*shop, assignment(id_of(SET))) == {"audit", "deny", "modify"}
    raised = assignment(id_of(SET), parameters={"storageEffect": "Deny"})
    assert effects(*shop, raised) == {"deny", "modify"}


def test_an_initiative_with_a_member_that_is_not_here_is_read_as_far_as_it_goes():
    own = members({"policy_definition_id": f"{DEFINITIONS}/{PUBLIC_BLOBS}"}, {"x": "y"})
    (found,) = assignments(estate(own, assignment(id_of(SET))))
    assert found.effects == {"audit"}
    assert "a member of azurerm_policy_set_definition.s" in found.unread
    dynamic = resource(SET, name="s", policy_definition_reference=SOMETHING)
    (found,) = assignments(estate(dynamic, assignment(id_of(SET))))
    assert "policy_definition_reference" in found.unread


def test_an_initiative_that_has_itself_as_a_member_is_not_followed():
    (found,) = assignments(
        estate(members({"policy_definition_id": id_of(SET)}), assignment(id_of(SET)))
    )
    assert found.unread.endswith(f"{SET} is an initiative")


def test_a_rule_that_is_nested_too_deep_to_be_read_is_unread():
    deep = '{"not": ' * 100_000
    (found,) = assignments(estate(definition(RULE, policy_rule=deep), assignment(D)))
    assert "nested too deep" in found.unread


def test_the_benchmark_audits_unless_its_own_parameter_says_otherwise():
    assert effects(benchmark()) == {"audit"}
    raised = benchmark(parameters={"disallowPublicBlobAccessEffect": "Deny"})
    assert effects(raised) == {"deny"}
    cis = assignment(f"{SETS}/{CIS}", parameters={f"effect-{INFRASTRUCTURE}": "Deny"})
    assert effects(cis) == {"deny"}


def test_an_override_comes_before_everything():
    off = [{"value": "Disabled"}]
    assert effects(assignment(PUBLIC_BLOBS, parameters={"effect": "Deny"}, overrides=off)) == {
        "disabled"
    }
    one = [{"value": "Deny", "selectors": [{"in": ["StorageDisallowPublicAccess"]}]}]
    assert effects(benchmark(overrides=one)) == {"deny"}
    (found,) = assignments(estate(benchmark(overrides=one)))
    assert not found.unread
    other = [{"value": "Deny", "selectors": [{"in": ["another"]}]}]
    (found,) = assignments(estate(benchmark(overrides=other)))
    assert found.effects == {"audit"}
    assert "overrides" in found.unread
    assert effects(benchmark(overrides=[{"value": SOMETHING}])) == {None}
    assert effects(benchmark(overrides=SOMETHING)) == {None}


def test_an_override_may_be_for_one_place_or_one_type_alone():
    here = [{"value": "Deny", "selectors": [{"kind": "resourceLocation", "in": ["West US 2"]}]}]
    made = assignment(PUBLIC_BLOBS, overrides=here)
    account = resource("azurerm_storage_account.a", location="westus2")
    held = estate(made, account)
    (found,) = assignments(held)
    assert found.effects == {None}
    assert found.effect(found.policies[0], subject_of(held, account)).word == "deny"
    far = resource("azurerm_storage_account.b", location="eastus")
    assert found.effect(found.policies[0], subject_of(held, far)).word == "audit"


@pytest.mark.parametrize(("written", "enforced"), [(True, True), (False, False), (SOMETHING, None)])
def test_enforce_is_read_as_it_is_written(written, enforced):
    (found,) = assignments(estate(assignment(PUBLIC_BLOBS, enforce=written)))
    assert found.enforced is enforced


@pytest.mark.parametrize("major", [3, 4, 5])
def test_enforce_is_on_where_nothing_is_written(major):
    (found,) = assignments(estate(assignment(PUBLIC_BLOBS, major=major)))
    assert found.enforced is True


def test_an_assignment_in_arms_own_words_is_the_same():
    made = resource(
        "azapi_resource.a",
        type="Microsoft.Authorization/policyAssignments@2022-06-01",
        name="a",
        parent_id=SUBSCRIPTION,
        body={
            "properties": {
                "policyDefinitionId": f"{DEFINITIONS}/{PUBLIC_BLOBS}",
                "enforcementMode": "DoNotEnforce",
                "parameters": {"effect": {"value": "Deny"}},
            }
        },
    )
    (found,) = assignments(from_azapi(made))
    assert (found.level, found.effects, found.enforced) == ("subscription", {"deny"}, False)


def test_an_assignment_that_is_only_read_is_not_declared():
    read = resource(
        "data.azurerm_policy_assignment.p",
        scope_id=SUBSCRIPTION,
        policy_definition_id=f"{SETS}/{BENCHMARK}",
    )
    (found,) = assignments(estate(read))
    assert (found.declared, found.benchmark, found.enforced) == (False, True, None)


def test_every_built_in_can_have_the_effect_that_it_has_by_default():
    for id_, one in built_in.DEFINITIONS.items():
        assert id_ == id_.lower()
        default = one.defaults.get("effect", one.effect)
        assert not one.can or str(default).casefold() in {can.casefold() for can in one.can}
