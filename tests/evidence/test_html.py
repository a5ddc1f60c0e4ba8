import copy
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.controls.verdict import verdict
from simulator.evidence.html import MOST, page
from simulator.evidence.summary import OUTCOMES
from simulator.evidence.wording import visible
from simulator.timeline import Kind
from tests.evidence.build import (
    ACCOUNT,
    FINDINGS,
    GAPS,
    PREVENTED,
    RULE,
    SECRET,
    M,
    bad,
    changed,
    drill,
    drilled,
    good,
    measured,
    modelled,
    run,
    undrilled,
    waived,
)
from tests.evidence.reading import Page, flowed

RUNS = pytest.mark.parametrize("made", [good, bad, undrilled, changed, waived])
KEPT = {
    "holds",
    "means",
    "id",
    "kind",
    "basis",
    "outcome",
    "severity",
    "at",
    "starts",
    "due",
    "started",
    "incident",
}
KEPT |= {"delta", "fate", "counts_as", "state", "expires"}
"""Strings that are no free text: words of the schema, ids and moments."""
SAMPLES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' style='position:fixed",
    "</title></style><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% for %}{#",
    "\x1b[2J\x1b[31mred",
    "\x9b31m",
    "invoice\u202excod.exe",
    "\u2066hidden\u2069\u200b\ufeff",
    "\u2028next\u2029line",
    "W" * 5000,
    "-->]]><!--",
    "&lt;b&gt;&#x3c;",
    "\x00",
    "lone \udcff",
    "https://example.org/x.png",
    "שלום עולم",
    "line one\r\nline two\tand on",
)


def hostile(value, text, key=""):
    """The ledger with every free text in it replaced."""
    if isinstance(value, dict):
        return {k: v if k == "attack" else hostile(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [hostile(item, text, key) for item in value]
    kept = key in KEPT or (key in {"before", "after"} and value in OUTCOMES)
    return text if isinstance(value, str) and value and not kept else value


def hostile_run(text):
    accepted = waived()
    ledger = hostile({**changed(), "waivers": accepted["waivers"]}, text)
    ledger["controls"] += hostile(accepted["controls"], text)
    for number, entry in enumerate(ledger["controls"][-2:]):
        entry["id"] = f"RESP-0{number}"
    for entry in ledger["drills"]:
        entry["attack"] |= {"title": text, "story": text, "techniques": [text]}
    ledger["controls"][0]["frameworks"] = {text: [text]}
    return ledger


BENIGN = Page(page(hostile_run("x"))).tags


@RUNS
def test_the_page_is_well_formed_and_its_links_and_labels_lead_somewhere(made):
    read = Page(page(made()))
    ids = read.of("id")
    assert [name for name, n in Counter(ids).items() if n > 1] == []
    for href in read.of("href"):
        assert href.startswith("#")
        assert href[1:] in ids
    for name in ("aria-labelledby", "aria-describedby"):
        assert set(read.of(name)) <= set(ids)


@RUNS
def test_the_page_loads_and_runs_nothing(made):
    text = page(made())
    read = Page(text)
    used = {tag for tag, _ in read.tags}
    assert not used & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "use"}
    assert not [name for _, name, _ in read.attributes if name in {"src", "srcset", "style"}]
    assert not [name for _, name, _ in read.attributes if name.startswith("on")]
    (style,) = read.styles
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'; style-src 'unsafe-inline'" in read.of("content")
    assert "://" not in text


@RUNS
def test_the_page_can_be_read_without_seeing_it(made):
    read = Page(page(made()))
    assert read.count("h1") == read.count("main") == read.count("header") == 1
    levels = [int(tag[1]) for tag, _ in read.tags if tag in {"h1", "h2", "h3", "h4"}]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert read.count("table") == read.count("caption")
    assert read.count("th") == len(read.of("scope"))
    drawings = read.count("svg", "timeline") + read.count("svg", "map")
    assert drawings == read.of("role").count("img")


@pytest.mark.parametrize("made", [good, bad])
def test_every_event_is_on_the_page(made):
    ledger = made()
    read = Page(page(ledger))
    for entry in ledger["drills"]:
        for event in entry["timeline"]:
            for part in ("what", "basis", "source", "declared"):
                assert event[part] in read.text
            assert event["at"] in read.of("datetime")
    events = sum(len(entry["timeline"]) for entry in ledger["drills"])
    assert sum(read.of("datetime").count(at) for at in set(read.of("datetime"))) >= events


def test_every_finding_is_on_the_page_with_all_that_is_needed_to_act():
    ledger = bad()
    read = Page(page(ledger))
    findings = [finding for control in ledger["controls"] for finding in control["findings"]]
    assert read.count("section", "finding") == len(findings) == 4
    for finding in findings:
        for part in ("address", "attribute", "actual", "expected", "why", "remedy", "default"):
            assert finding[part] in read.text
    assert "storage.tf:12" in read.text
    assert "Decided by azurerm 3.x default" in read.text
    assert "Would settle it give the value with --var-file" in read.text
    assert "Fix allow_nested_items_to_be_public = false" in read.text


def test_a_waived_finding_is_on_the_page_with_who_answers_for_it_and_no_pass():
    read = Page(page(waived()))
    assert "#waivers" in read.of("href")
    assert read.count("section", "finding") == 3
    for shown in (
        "No control failed, but 1 of 2 cannot be judged, 1 more waived",
        "Failed 0 Unknown 1 Waived 1 Passed 0 Not applicable 0",
        "Waived (failed)",
        "Waived until 2026-07-01 by jo@shop.example: the old shop is read until it moves",
        f"as it was: {FINDINGS[0].actual} In force until 2026-07-01 1 finding",
        "as long as RESP-01 passes",
        "waivers.yaml:3",
        "Expired it expired on 2026-06-01 jo@shop.example 2026-06-01",
        "Void: the value changed the value was false when it was waived, and is not known",
        "Void: not made up for the compensating control RESP-03 does not pass",
        "azurerm_redis_cache.* as it was: not known (var.default_action has no value) Unused",
        "Not assessed RESP-04 was not assessed in this run",
    ):
        assert shown in read.text
    expired, in_force = (read.text.rindex(words) for words in ("it expired on", "In force until"))
    assert expired < in_force


def test_a_run_without_waivers_says_nothing_of_any():
    assert 'id="waivers"' not in page(bad())


def test_what_an_unknown_verdict_did_is_told():
    ledger = bad()
    assert "Unknown verdicts fail " in Page(page(ledger)).text
    ledger["run"]["unknown"] = "report"
    assert "are reported and fail nothing; they are no pass" in Page(page(ledger)).text


def test_of_very_many_findings_the_most_urgent_are_on_the_page_and_the_rest_is_counted():
    low = [replace(FINDINGS[0], address=f"a.low{n}", severity="low") for n in range(MOST + 2)]
    read = Page(page(good(*low, replace(FINDINGS[0], address="a.high", severity="high"))))
    assert read.count("section", "finding") == MOST
    assert "a.high" in read.text
    assert "And 3 more, which ledger.json has." in read.text
    every = Page(page(good(*low[:MOST])))
    assert every.count("section", "finding") == MOST
    assert " more, which" not in every.text


def test_what_can_be_fixed_comes_before_what_is_unknown_and_the_worst_first():
    low = replace(FINDINGS[0], severity="low", actual="a low failure")
    text = Page(page(good(FINDINGS[1], low, FINDINGS[0]))).text
    places = [text.index(f) for f in (FINDINGS[0].actual, "a low failure", FINDINGS[1].actual)]
    assert places == sorted(places)


def test_failed_controls_come_before_unknown_ones_and_those_before_passed_ones():
    ledger = bad()
    text = page(ledger)
    assert text.index('id="DATA-07"') < text.index('id="DATA-03"')
    ledger["controls"][2]["counts_as"] = "passed"
    assert page(ledger).index('id="DATA-03"') < page(ledger).index('id="DATA-07"')


@pytest.mark.parametrize("made", [good, bad])
def test_a_control_shows_its_sources_and_what_terraform_cannot_show(made):
    text = Page(page(made())).text
    for control in made()["controls"]:
        shown = [control["title"], *control["cannot_show"], *control["looked_at"]]
        shown += [*control["citations"], *control["techniques"], *control["frameworks"]]
        assert [part for part in shown if part not in text] == []


@pytest.mark.parametrize("made", [good, bad])
def test_what_a_leak_means_is_on_the_page(made):
    ledger = made()
    text = Page(page(ledger)).text
    for exposure in ledger["exposure"]:
        for deadline in exposure["deadlines"]:
            for part in (deadline["title"], deadline["why"], *deadline["provision"].values()):
                assert flowed(part) in text
        assert [note for note in exposure["notes"] if note not in text] == []
        for row in exposure["by_element"]:
            assert f"{row['element']} {row['consumers']} {row['californian']}" in text
        if exposure["damages"]["maximum"]:
            low, high = exposure["damages"]["minimum"], exposure["damages"]["maximum"]
            assert f"${low:,} to ${high:,}" in text
            for condition in exposure["damages"]["conditions"]:
                assert condition["words"] in text
                assert condition["citation"] in text
    assert "driver's licence number 61 43 listed listed" in text
    assert "name 400 280 not listed not listed" in text


def test_the_response_window_never_reads_as_law():
    text = Page(page(good())).text
    assert "72-hour response window: the dossier's target, not a CPRA or California dead" in text
    assert "Response window 72 h: target, not law" in text
    assert text.count("target, not law") >= 2


def test_the_run_says_what_it_was():
    ledger = bad()
    text = Page(page(ledger)).text
    for shown in (ledger["run"]["tool"], "built by hand", "p.toml", "20260101", "72 h", "hcl"):
        assert shown in text
    assert f"{GAPS[0].where} {GAPS[0].why} {GAPS[0].origin}" in text
    assert "2026-06-02 08:00:00 UTC" in text


def test_what_differs_from_the_base_estate_is_on_the_page():
    read = Page(page(changed()))
    assert "#base" in read.of("href")
    for shown in (
        "hcl (no terraform or tofu on the PATH)",
        "The plan removes 1 resource azurerm_key_vault.old: deleted",
        f"{ACCOUNT.address} https_traffic_only_enabled true false",
        "the plan deletes a store of personal information",
        "DATA-01 Failed Failed Worsened 2 findings new, 1 gone",
        "DATA-03 Passed Unknown Worsened 1 finding new, 0 gone",
        f"storage.tf:12, allow_nested_items_to_be_public: {FINDINGS[0].actual} (critical)",
        "public-container base Prevented nothing leaked nothing leaked nothing leaked",
        "public-container Worsened this one Late never 6 d 21 h 2 h",
        "stolen-token base In time 13 min 19 min 15 min",
        "3 differences between the two estates",
        "azurerm_key_vault.new added",
        f'{ACCOUNT.address} min_tls_version changed "TLS1_0" "TLS1_2"',
        "1 resource could not be compared, and why random_password.db: a subscription is not",
    ):
        assert shown in read.text
    assert SECRET not in page(changed())


def test_a_run_without_a_base_estate_says_nothing_of_one():
    text = page(bad())
    assert "Against the base estate" not in text
    assert 'id="base"' not in text


def test_what_exists_is_told_from_what_is_declared():
    ledger = changed()
    ledger["base"]["reader"] = "live"
    text = Page(page(ledger)).text
    assert "azurerm_key_vault.new declared and not in the subscription" in text
    assert "judged on what the Terraform declares" in text
    ledger["run"]["estate"]["reader"] = "live"
    assert "judged on what Azure says that the subscription holds" in Page(page(ledger)).text
    assert "azurerm_key_vault.old in the subscription and not declared" in text


def test_the_page_says_what_it_is_not():
    text = Page(page(undrilled())).text
    assert "not legal advice" in text
    assert "people are invented" in text
    assert "The drill could not be held, which is no pass" in text
    assert "No control was assessed in this run" in text


@pytest.mark.parametrize(
    ("made", "headline"),
    [
        (
            good,
            (
                "Every control that applies passed; "
                "both attacks drilled were prevented, or seen, stopped and told in time."
            ),
        ),
        (
            bad,
            (
                "2 of 3 controls failed; "
                "in 2 of 2 drills the leak was not seen, stopped and told in time."
            ),
        ),
        (undrilled, "No control was assessed; no drill could be held."),
    ],
)
def test_the_headline_says_how_it_went(made, headline):
    assert headline in Page(page(made())).text


def test_a_sensitive_value_is_not_on_the_page():
    text = page(bad())
    assert "(sensitive value)" in text
    assert SECRET not in text


def test_measured_and_modelled_differ_in_shape_and_line():
    events = (
        measured(0 * M, Kind.ATTACK_STARTED, "a"),
        measured(1 * M, Kind.FIRST_ACCESS, "b"),
        modelled(2 * M, Kind.DISCOVERED, "c"),
    )
    read = Page(page(run([], [drilled(drill("stolen-token", events))])))
    legend = 1
    assert read.count("circle") == 2 + legend
    assert read.count("path", "diamond") == 1 + legend
    assert read.count("path", "measured") == 1 + legend
    assert read.count("path", "modelled") == 1 + legend


def test_a_rule_that_fired_on_a_refused_attack_is_not_hidden():
    events = (
        *PREVENTED,
        measured(9 * M, Kind.ALERT, "Refused reads: 3 result rows", RULE),
        modelled(10 * M, Kind.DISCOVERED, "the incident is open", RULE),
    )
    text = Page(page(run([], [drilled(drill("public-container", events))]))).text
    assert "Seen by a declared rule 9 min after the attack began" in text
    assert "Discovered 10 min after the attack began" in text
    assert "kept out from the start" in text


@pytest.mark.parametrize(
    ("name", "address", "state"),
    [
        ("Bulk reads", "nrt.reads", "fired"),
        ("Quiet rule", "scheduled.quiet", "ran and did not fire"),
        ("Switched off", "scheduled.off", "disabled"),
        ("Geo", "scheduled.geo", "not evaluable: externaldata"),
    ],
)
def test_each_rule_tells_what_became_of_it(name, address, state):
    text = Page(page(good())).text
    assert f"{name} azurerm_sentinel_alert_rule_{address} {state}" in text


@pytest.mark.parametrize("text", SAMPLES)
def test_hostile_text_changes_no_tag_and_is_made_to_show(text):
    rendered = page(hostile_run(text))
    read = Page(rendered)
    assert read.tags == BENIGN
    assert flowed(str(visible(text))) in read.text
    assert [c for c in rendered if not c.isprintable() and c not in "\n\t"] == []


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), min_size=1).filter(str.strip))
def test_no_text_changes_a_tag_or_acts_on_the_reader(text):
    rendered = page(hostile_run(text))
    assert Page(rendered).tags == BENIGN
    assert [c for c in rendered if not c.isprintable() and c not in "\n\t"] == []


def test_addresses_of_the_web_stay_text():
    read = Page(page(hostile_run("https://example.org/x.png")))
    assert [value for _, _, value in read.attributes if "example.org" in value] == []


def test_the_page_depends_on_the_ledger_alone_and_leaves_it_alone():
    ledger = bad()
    before = copy.deepcopy(ledger)
    assert page(ledger) == page(ledger)
    assert ledger == before


def test_a_run_of_one_passed_control_is_no_praise_of_what_was_not_drilled():
    text = Page(page(run([verdict("DATA-01", [ACCOUNT], ())], []))).text
    assert "The one control assessed passed; no drill was held." in text
    assert "No drill was held in this run, so nothing is known" in text


def test_how_well_the_controls_see_harm_is_told_if_it_was_measured_with_them():
    counts = {"mutants": 12, "killed": 9, "killed_as_unknown": 1, "survived": 1, "noisy": 0}
    measured = {"estate": "terraform/reference", "score": 0.9, **counts, "not_killed": []}
    text = flowed(Page(page(good() | {"mutation": measured})).text)
    assert "9 of 10 harmful changes to terraform/reference were seen" in text
    assert "score 0.900" in text
    assert "harmful change" not in page(good() | {"mutation": None})
