import pytest

from simulator.controls.just_in_time.control import RESP_08
from simulator.controls.registry import assess as whole
from simulator.controls.verdict import Outcome, Severity
from simulator.estate.model import Gap, Known, Reference
from simulator.estate.provider import normalise
from tests.controls.build import (
    SOMETHING,
    azurerm,
    block,
    declared,
    estate,
    from_azapi,
    id_of,
    resource,
    wrong,
)

READERS = pytest.mark.parametrize("reader", ["hcl", "plan"])
SUBSCRIPTION = "/subscriptions/3c1d9a54-7f02-4b7e-9a35-0e6d21f4b8c7"
ROLES = "/providers/Microsoft.Authorization/roleDefinitions"
BLOB_READER = f"{ROLES}/2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
READER = f"{ROLES}/acdd72a7-3385-48ef-bd42-f606fba81ae7"
A, G = "azurerm_storage_account.a", "azuread_group.g"
ACCOUNT = resource(A, name="sta", resource_group_name="rg")
GROUP = resource(G, display_name="privacy-office")
TEAM = id_of(G, "object_id")
E, P = "azurerm_pim_eligible_role_assignment.e", "azurerm_role_management_policy.p"
R, T = "azurerm_role_assignment.r", "azurerm_pim_active_role_assignment.t"
STANDING = "pim_eligible_role_assignment"

GOOD = {
    "maximum_duration": "PT4H",
    "require_approval": True,
    "require_justification": True,
    "require_multifactor_authentication": True,
    "approval_stage": [{"primary_approver": [{"object_id": "leads", "type": "Group"}]}],
}


def eligible(scope=None, role=BLOB_READER, who=TEAM, **values):
    scope = id_of(A) if scope is None else scope
    given = {"scope": scope, "role_definition_id": role, "principal_id": who}
    return resource(E, **given | values)


def policy(scope=None, role=BLOB_READER, address=P, **values):
    rules = {
        "activation_rules": [GOOD | values.pop("activation", {})],
        "active_assignment_rules": [{"expiration_required": True}],
    }
    scope = id_of(A) if scope is None else scope
    return resource(address, scope=scope, role_definition_id=role, **rules | values)


def standing(name="Storage Blob Data Reader", scope=None, who=TEAM, **values):
    scope = id_of(A) if scope is None else scope
    given = {"role_definition_name": name, "scope": scope, "principal_id": who}
    return resource(R, **given | values)


def assess(*resources, **values):
    return RESP_08.assess(estate(ACCOUNT, GROUP, *resources, **values))


def outcome(*resources):
    return assess(*resources).outcome


# --- three estates, two readers -----------------------------------------------------------------


@READERS
def test_rights_that_are_activated_pass(reader):
    verdict = RESP_08.assess(declared("RESP-08", "pass", reader))
    assert verdict.findings == ()
    assert verdict.outcome is Outcome.PASSED


@READERS
def test_an_estate_with_every_gap_fails_on_each_of_them_and_on_nothing_else(reader):
    verdict = RESP_08.assess(declared("RESP-08", "fail", reader))
    assert wrong(verdict, unknown=True) == set()
    account, rules = "azurerm_role_management_policy.account", "activation_rules"
    assert wrong(verdict) == {
        ("azurerm_role_assignment.standing", STANDING),
        ("azurerm_role_assignment.keepers", STANDING),
        ("azurerm_pim_active_role_assignment.permanent", "schedule.expiration"),
        ("azurerm_pim_active_role_assignment.year", "schedule.expiration"),
        ("azurerm_pim_eligible_role_assignment.secrets", "role_management_policy"),
        (account, f"{rules}.maximum_duration"),
        (account, f"{rules}.require_approval"),
        (account, f"{rules}.require_justification"),
        (account, f"{rules}.require_multifactor_authentication"),
        (account, "active_assignment_rules.expiration_required"),
        (account, "notification_rules.eligible_activations.admin_notifications"),
        (
            "azurerm_role_management_policy.orders",
            f"{rules}.approval_stage.primary_approver.object_id",
        ),
        (
            "azuread_privileged_access_group_eligibility_schedule.keepers",
            "group_role_management_policy",
        ),
    }


@READERS
def test_an_estate_that_gives_people_nothing_is_not_applicable(reader):
    verdict = RESP_08.assess(declared("RESP-08", "absent", reader))
    assert verdict.outcome is Outcome.NOT_APPLICABLE
    assert E.partition(".")[0] in verdict.looked_at


def test_a_finding_says_who_may_do_what_at_any_time():
    (finding,) = assess(standing("Owner", SUBSCRIPTION)).findings
    assert finding.actual.startswith("Owner for people (")
    assert "day and night: it can give anybody any role" in finding.actual
    assert "7123(c)(3)" in finding.why
    assert finding.severity is Severity.CRITICAL
    assert "\n" not in finding.remedy


# --- standing rights ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "scope", "expected"),
    [
        ("Storage Blob Data Reader", None, Outcome.FAILED),
        ("Storage Blob Data Contributor", SUBSCRIPTION, Outcome.FAILED),
        ("Storage Account Key Operator Service Role", None, Outcome.FAILED),
        ("User Access Administrator", SUBSCRIPTION, Outcome.FAILED),
        ("Contributor", f"{SUBSCRIPTION}/resourceGroups/rg", Outcome.FAILED),
        ("Contributor", f"{SUBSCRIPTION}/resourceGroups/other", Outcome.NOT_APPLICABLE),
        ("Key Vault Secrets User", None, Outcome.NOT_APPLICABLE),
        ("Reader", SUBSCRIPTION, Outcome.NOT_APPLICABLE),
        ("Microsoft Sentinel Responder", SUBSCRIPTION, Outcome.NOT_APPLICABLE),
        ("Storage Blob Data Reader", SOMETHING, Outcome.UNKNOWN),
        ("A role that nobody declares", None, Outcome.UNKNOWN),
        ("A role that nobody declares", id_of("azurerm_subnet.s"), Outcome.NOT_APPLICABLE),
    ],
)
def test_what_people_hold_day_and_night(name, scope, expected):
    assert outcome(standing(name, scope)) is expected


def test_what_is_said_to_hold_nothing_personal_may_be_read_at_any_time():
    plain = resource(A, name="sta", tags={"pii": "false"})
    assert RESP_08.assess(estate(plain, standing())).outcome is Outcome.NOT_APPLICABLE


def test_keys_that_are_off_open_nothing():
    off = resource(A, name="sta", shared_access_key_enabled=False)
    keys = standing("Storage Account Key Operator Service Role")
    assert RESP_08.assess(estate(off, GROUP, keys)).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"who": "x", "principal_type": "User"}, Outcome.FAILED),
        ({"who": "x", "principal_type": "ServicePrincipal"}, Outcome.NOT_APPLICABLE),
        ({"who": "x"}, Outcome.UNKNOWN),
        ({"who": SOMETHING}, Outcome.UNKNOWN),
        ({"who": id_of("azurerm_linux_web_app.w", "identity[0].principal_id")},
         Outcome.NOT_APPLICABLE),
        ({"who": id_of("data.azuread_group.d", "object_id")}, Outcome.FAILED),
        ({"who": "x", "principal_type": "Group", "description": "break glass"},
         Outcome.NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_whose_right_it_is_decides(values, expected):
    assert outcome(standing(**values)) is expected


def test_a_standing_right_above_makes_an_activation_pointless():
    verdict = assess(standing(scope=SUBSCRIPTION), eligible(), policy())
    assert wrong(verdict) == {(R, STANDING)}


# --- groups that people join for a while --------------------------------------------------------

JOIN = "azuread_privileged_access_group_eligibility_schedule.j"
RULES = "azuread_group_role_management_policy.p"


def joining(**values):
    given = {"group_id": TEAM, "principal_id": "p", "assignment_type": "member"}
    return resource(JOIN, **given | values)


def joined_by(**values):
    return policy(address=RULES, group_id=TEAM, role_id="member", **values)


def test_a_right_of_a_group_that_people_join_for_a_while_is_just_in_time():
    assert outcome(standing(), joining(), joined_by()) is Outcome.PASSED
    assert wrong(assess(standing(), joining())) == {(JOIN, "group_role_management_policy")}
    other = joined_by()
    other = resource(RULES, **{**dict(other.body.values), "role_id": "owner"})
    assert outcome(standing(), joining(), other) is Outcome.FAILED
    weak = joined_by(activation={"require_approval": False})
    assert wrong(assess(standing(), joining(), weak)) == {
        (RULES, "activation_rules.require_approval")
    }


ALICE = resource("azuread_user.alice", display_name="Alice")
ME = id_of(ALICE.address, "object_id")
MEMBERSHIP = "azuread_privileged_access_group_assignment_schedule.a"


@pytest.mark.parametrize(
    "extra",
    [
        resource("azuread_group_member.m", group_object_id=TEAM, member_object_id=ME),
        resource(MEMBERSHIP, group_id=TEAM, assignment_type="member", permanent_assignment=True),
        resource(MEMBERSHIP, group_id=TEAM, assignment_type="member"),
    ],
)
def test_who_is_always_in_the_group_always_has_the_right(extra):
    found = assess(standing(), joining(), joined_by(), ALICE, extra)
    assert wrong(found) == {(R, STANDING)}
    assert extra.address in found.findings[0].actual


def test_an_assignment_to_the_group_that_ends_is_not_for_good():
    brief = resource(MEMBERSHIP, group_id=TEAM, duration="P7D")
    assert outcome(standing(), joining(), joined_by(), brief) is Outcome.PASSED


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"members": ["alice"]}, Outcome.FAILED),
        ({"members": ME}, Outcome.FAILED),
        ({"members": []}, Outcome.PASSED),
        ({"members": SOMETHING}, Outcome.UNKNOWN),
        ({"owners": ME}, Outcome.FAILED),
        ({"owners": id_of("azuread_service_principal.s", "object_id")}, Outcome.PASSED),
    ],
)
def test_members_and_people_who_own_the_group(values, expected):
    group = resource(G, display_name="keepers", **values)
    verdict = RESP_08.assess(estate(ACCOUNT, group, ALICE, standing(), joining(), joined_by()))
    assert verdict.outcome is expected


def test_a_group_by_its_id_is_the_same_group():
    right = standing(who="ABC-1", principal_type="Group")
    schedule = joining(group_id="abc-1")
    rules = resource(RULES, **{**dict(joined_by().body.values), "group_id": "abc-1"})
    assert outcome(right, schedule, rules) is Outcome.PASSED
    assert outcome(right, joining(group_id="abc-2"), rules) is Outcome.FAILED


# --- the policy of exactly this role and scope --------------------------------------------------


def test_an_eligible_right_needs_the_policy_of_its_own_role_and_scope():
    assert outcome(eligible(), policy()) is Outcome.PASSED
    for other in (policy(SUBSCRIPTION), policy(role=READER), policy(id_of("azurerm_key_vault.v"))):
        assert wrong(assess(eligible(), other)) == {(E, "role_management_policy")}
    assert wrong(assess(eligible())) == {(E, "role_management_policy")}


def test_one_scope_and_role_may_be_written_in_several_ways():
    whole_id = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sta"
    data = resource("data.azurerm_role_definition.b", name="Storage Blob Data Reader")
    sub = "data.azurerm_subscription.s"
    text = f"${{{sub}.id}}${{{data.address}.id}}"
    roles = [
        SUBSCRIPTION + BLOB_READER.upper().replace("ROLEDEFINITIONS", "roleDefinitions"),
        id_of(data.address),
        Reference(sub, "id", text, (data.address,)),
    ]
    for scope in (whole_id, whole_id.upper() + "/", id_of(A, suffix="")):
        for role in roles:
            assert outcome(data, eligible(), policy(scope, role)) is Outcome.PASSED
    away = whole_id.replace("sta", "elsewhere")
    assert outcome(eligible(away), policy(away.upper() + "/")) is Outcome.PASSED
    part = f"{whole_id}/blobServices/default/containers/orders"
    assert outcome(eligible(part), policy(part.upper())) is Outcome.PASSED
    assert outcome(eligible(part), policy(whole_id)) is Outcome.FAILED


@pytest.mark.parametrize("lost", [{"scope": SOMETHING}, {"role": SOMETHING}])
def test_a_policy_of_nobody_knows_what_may_be_the_one(lost):
    verdict = assess(eligible(), policy(**lost))
    assert wrong(verdict, unknown=True) == {(E, "role_management_policy")}
    assert verdict.outcome is Outcome.UNKNOWN


def test_two_scopes_of_which_nobody_knows_either_are_not_the_same():
    assert outcome(eligible(SOMETHING), policy(SOMETHING)) is Outcome.UNKNOWN
    assert outcome(eligible(role=SOMETHING), policy(role=SOMETHING)) is Outcome.UNKNOWN


def test_a_policy_in_a_module_that_could_not_be_read_may_be_the_one():
    gap = Gap("module.pim", "its source could not be loaded")
    assert assess(eligible(), gaps=(gap,)).outcome is Outcome.UNKNOWN
    assert whole(RESP_08, estate(ACCOUNT, gaps=(gap,))).outcome is Outcome.UNKNOWN


def test_an_eligible_reader_of_nothing_personal_needs_no_policy():
    assert outcome(eligible(role=READER)) is Outcome.NOT_APPLICABLE


# --- what an activation takes -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "good"),
    [
        ("PT30M", True),
        ("PT4H", True),
        ("PT4H30M", False),
        ("P1D", False),
        ("4h", False),
        ("", False),
    ],
)
def test_an_activation_is_short(length, good):
    found = assess(eligible(), policy(activation={"maximum_duration": length}))
    expected = set() if good else {(P, "activation_rules.maximum_duration")}
    assert wrong(found) == expected


@pytest.mark.parametrize(
    "name",
    ["require_approval", "require_justification", "require_multifactor_authentication"],
)
def test_an_activation_takes_approval_a_reason_and_strong_authentication(name):
    found = assess(eligible(), policy(activation={name: False}))
    assert wrong(found) == {(P, f"activation_rules.{name}")}


def without(*names):
    rules = {name: value for name, value in GOOD.items() if name not in names}
    return resource(
        P,
        scope=id_of(A),
        role_definition_id=BLOB_READER,
        activation_rules=[rules],
        active_assignment_rules=[{"expiration_required": True}],
    )


@pytest.mark.parametrize(
    "name",
    [
        "maximum_duration",
        "require_approval",
        "require_justification",
        "require_multifactor_authentication",
    ],
)
def test_what_a_policy_leaves_out_stays_as_the_tenant_has_it_which_is_unknown(name):
    found = assess(eligible(), without(name))
    assert wrong(found, unknown=True) == {(P, f"activation_rules.{name}")}
    assert found.outcome is Outcome.UNKNOWN
    assert "Azure keeps what the policy of the tenant says" in found.findings[0].default


def test_an_authentication_context_is_strong_authentication():
    context = {"required_conditional_access_authentication_context": "c1"}
    rules = {k: v for k, v in GOOD.items() if k != "require_multifactor_authentication"} | context
    strong = policy(activation_rules=[rules])
    assert outcome(eligible(), strong) is Outcome.PASSED
    none = policy(activation_rules=[rules | {next(iter(context)): None}])
    assert outcome(eligible(), none) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("stage", "attribute"),
    [
        ([], "activation_rules.approval_stage"),
        ([block(primary_approver=())], "activation_rules.approval_stage"),
        (
            [block(primary_approver=[{"object_id": TEAM}])],
            "activation_rules.approval_stage.primary_approver.object_id",
        ),
    ],
)
def test_somebody_else_approves(stage, attribute):
    found = assess(eligible(), policy(activation={"approval_stage": tuple(stage)}))
    assert wrong(found) == {(P, attribute)}


def test_one_approver_who_is_somebody_else_is_enough():
    both = [block(primary_approver=[{"object_id": TEAM}, {"object_id": "leads"}])]
    assert outcome(eligible(), policy(activation={"approval_stage": tuple(both)})) is Outcome.PASSED
    same = [block(primary_approver=[{"object_id": "ABC"}])]
    me = eligible(who="abc", principal_type="Group")
    assert outcome(me, policy(activation={"approval_stage": tuple(same)})) is Outcome.FAILED


def test_approvers_that_cannot_be_read_are_unknown():
    found = assess(eligible(), policy(activation={"approval_stage": SOMETHING}))
    assert wrong(found, unknown=True) == {(P, "activation_rules.approval_stage")}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([{"expiration_required": True}], Outcome.PASSED),
        ([{"expire_after": "P30D"}], Outcome.PASSED),
        ([{"expiration_required": False, "expire_after": "P30D"}], Outcome.FAILED),
        ([{"require_justification": True}], Outcome.UNKNOWN),
        ([{}], Outcome.UNKNOWN),
        (SOMETHING, Outcome.UNKNOWN),
    ],
)
def test_an_assignment_past_the_activation_ends(rules, expected):
    assert outcome(eligible(), policy(active_assignment_rules=rules)) is expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"default_recipients": True}, Outcome.PASSED),
        ({"default_recipients": False, "additional_recipients": ["a@b.example"]}, Outcome.PASSED),
        ({"default_recipients": False}, Outcome.FAILED),
        ({"default_recipients": False, "additional_recipients": []}, Outcome.FAILED),
    ],
)
def test_somebody_hears_of_an_activation(told, expected):
    rules = [{"eligible_activations": [{"admin_notifications": [told]}]}]
    assert outcome(eligible(), policy(notification_rules=rules)) is expected


# --- active through PIM -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (None, Outcome.FAILED),
        ([{"start_date_time": "2026-11-01T00:00:00Z"}], Outcome.FAILED),
        ([{"expiration": [{"duration_hours": 8}]}], Outcome.PASSED),
        ([{"expiration": [{"duration_days": 30}]}], Outcome.PASSED),
        ([{"expiration": [{"duration_days": 31}]}], Outcome.FAILED),
        ([{"expiration": [{"duration_hours": 8760}]}], Outcome.FAILED),
        ([{"expiration": [{"end_date_time": "2026-12-01T00:00:00Z"}]}], Outcome.PASSED),
        ([{"start_date_time": "2026-11-01T00:00:00Z",
           "expiration": [{"end_date_time": "2027-11-01T00:00:00Z"}]}], Outcome.FAILED),
        ([{"expiration": [{"duration_days": SOMETHING}]}], Outcome.PASSED),
        ([{"expiration": [{"duration_days": None}]}], Outcome.FAILED),
        (SOMETHING, Outcome.UNKNOWN),
        ([{"expiration": SOMETHING}], Outcome.UNKNOWN),
    ],
)  # fmt: skip
def test_an_active_assignment_ends_soon(schedule, expected):
    values = {} if schedule is None else {"schedule": schedule}
    given = resource(T, scope=id_of(A), role_definition_id=BLOB_READER, principal_id=TEAM, **values)
    assert outcome(given) is expected


# --- Cosmos DB ----------------------------------------------------------------------------------


def test_a_role_on_cosmos_data_is_just_in_time_through_a_group_alone():
    account = resource("azurerm_cosmosdb_account.c", name="c")
    kind = "azurerm_cosmosdb_sql_role_assignment.r"
    right = resource(kind, account_name=id_of(account.address, "name"), principal_id=TEAM)
    assert wrong(assess(account, right)) == {(kind, "principal_id")}
    assert outcome(account, right, joining(), joined_by()) is Outcome.PASSED
    app = resource(kind, account_name="c", principal_id=id_of("azurerm_linux_web_app.w", "x"))
    assert outcome(account, app) is Outcome.PASSED
    plain = resource("azurerm_cosmosdb_account.c", name="c", tags={"pii": "no"})
    assert outcome(plain, right) is Outcome.PASSED


# --- spellings, and hostile names ---------------------------------------------------------------


@pytest.mark.parametrize("major", [3, 4, 5])
def test_every_version_of_the_provider(major):
    for one, expected in (
        (standing(), {(R, STANDING)}),
        (eligible(), {(E, "role_management_policy")}),
    ):
        given = normalise(resource(one.address, provider=azurerm(major), **dict(one.body.values)))
        assert wrong(assess(given)) == expected


def test_a_right_given_with_azapi():
    body = {
        "properties": {
            "roleDefinitionId": SUBSCRIPTION + BLOB_READER,
            "principalId": "11111111-2222-3333-4444-555555555555",
            "principalType": "Group",
            "requestType": "AdminAssign",
        }
    }
    kinds = ("roleEligibilityScheduleRequests", "roleAssignments", "roleAssignmentScheduleRequests")
    for kind in kinds:
        made = resource(
            "azapi_resource.x",
            type=f"Microsoft.Authorization/{kind}@2022-04-01",
            name="11111111-2222-3333-4444-555555555556",
            parent_id=SUBSCRIPTION,
            body=body,
        )
        found = RESP_08.assess(from_azapi(made))
        assert {address for address, _ in wrong(found)} == {made.address}


@pytest.mark.parametrize(
    "text", ['"', "<script>alert(1)</script>", "a\nb", "x" * 100_000, "${x}", "\u202e", "P", ""]
)
def test_hostile_texts_do_not_crash(text):
    hostile = (
        standing(text, text, text, principal_type=text),
        eligible(text, text, text),
        policy(text, text, activation={"maximum_duration": text}),
        eligible(),
        policy(id_of(A), address="azurerm_role_management_policy.q",
               activation={"maximum_duration": text}),
        resource(T, scope=SUBSCRIPTION, role_definition_id=BLOB_READER, principal_id=TEAM,
                 schedule=[{"start_date_time": text, "expiration": [{"end_date_time": text}]}]),
    )  # fmt: skip
    assert assess(*hostile).outcome is Outcome.FAILED


def test_a_sensitive_id_is_not_told():
    secret = Known("hunter2-hunter2", sensitive=True)
    (finding,) = assess(standing(who=secret, principal_type="User")).findings
    assert "hunter2" not in str(finding)
