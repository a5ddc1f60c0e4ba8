"""The drawing of the personal-information map."""

from simulator.evidence.map_drawing import BOX, MOST, WIDTH, draw_map

STORE = "azurerm_storage_account.customers"


def told(stores, flows=(), regions=()):
    origin = {"file": "main.tf", "line": 1}
    return {
        "stores": [{"address": a, "holds": h, "because": "", "origin": origin} for a, h in stores],
        "flows": [
            {"source": s, "to": t, "means": m, "by": s, "origin": origin} for s, m, t in flows
        ],
        "regions": dict(regions),
        "unused": [],
    }


def test_without_a_store_that_may_hold_something_there_is_no_drawing():
    assert draw_map(told([])) is None
    assert draw_map(told([(STORE, "declared-not")])) is None


def test_places_stand_in_the_column_of_how_they_are_first_met():
    drawing = draw_map(
        told(
            [(STORE, "declared")],
            [
                (STORE, "is used by", "azurerm_linux_web_app.front"),
                (STORE, "is logged to", "azurerm_log_analytics_workspace.w"),
                (STORE, "is copied to", "the region west"),
                ("azurerm_linux_web_app.front", "is shared with", "api.processor.example"),
            ],
            {STORE: "westus2"},
        )
    )
    at = {place.whole: place.x for place in drawing.places}
    assert at[STORE] < at["azurerm_linux_web_app.front"]
    assert at["azurerm_linux_web_app.front"] < at["azurerm_log_analytics_workspace.w"]
    assert at["the region west"] == at["azurerm_log_analytics_workspace.w"]
    assert at["api.processor.example"] == WIDTH - BOX[0]
    (store,) = (place for place in drawing.places if place.whole == STORE)
    assert (store.title, store.under, store.tone) == (
        "customers",
        "storage account, westus2",
        "declared",
    )
    assert len(drawing.arrows) == 4
    assert drawing.left_out == 0


def test_what_has_no_room_is_counted_and_no_arrow_leads_to_it():
    flows = [(STORE, "is used by", f"azurerm_linux_web_app.a{n}") for n in range(MOST + 3)]
    drawing = draw_map(told([(STORE, "unmarked")], flows))
    assert drawing.left_out == 3
    assert len(drawing.arrows) == MOST
    assert all(place.y + BOX[1] <= drawing.height for place in drawing.places)


def test_names_that_would_act_on_the_screen_are_made_to_show_and_cut():
    hostile = "azurerm_storage_account.x\u202e" + "y" * 200
    (place,) = draw_map(told([(hostile, "declared")])).places
    assert "\u202e" not in place.title
    assert len(place.title) < 30
    assert place.whole == hostile
