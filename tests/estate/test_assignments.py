from simulator.estate.assignments import assignments_of
from tests.controls.build import SOMETHING, estate, id_of, resource

APP, OTHER = "azurerm_linux_function_app.a", "azurerm_user_assigned_identity.b"


def role(name, principal):
    return resource(f"azurerm_role_assignment.{name}", principal_id=principal)


def test_the_roles_of_an_identity_are_those_that_refer_to_it():
    mine = role("mine", id_of(APP, "identity[0].principal_id"))
    assigned = role("assigned", id_of(OTHER, "principal_id"))
    held = estate(mine, assigned, role("literal", "8c2f4e61"), role("lost", SOMETHING))
    assert assignments_of(held, APP) == (mine,)
    assert assignments_of(held, OTHER, APP) == (assigned, mine)
    assert assignments_of(held, "azurerm_linux_function_app.none") == ()


def test_what_exists_has_ids_and_the_identity_that_has_one_is_known_by_it():
    app = resource(APP, identity=[{"type": "SystemAssigned", "principal_id": "8C2F4E61"}])
    own = resource(OTHER, principal_id="52f0d7a8")
    mine, assigned = role("mine", "8c2f4e61"), role("assigned", "52f0d7a8")
    held = estate(app, own, mine, assigned, role("nobodys", "00000000"))
    assert assignments_of(held, APP) == (mine,)
    assert assignments_of(held, OTHER) == (assigned,)
