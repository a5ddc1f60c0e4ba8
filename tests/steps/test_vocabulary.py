"""What pytest-bdd does not check about features and steps."""

from collections import Counter
from pathlib import Path

import pytest
from gherkin.parser import Parser
from pytest_bdd.steps import step_function_context_registry

import steps.controls
import steps.drills
import steps.estates  # noqa: F401 - importing the modules declares the steps
from simulator.attacks.catalogue import ATTACKS
from simulator.attacks.titles import TITLES
from simulator.controls.registry import CONTROLS

ROOT = Path(__file__).parents[2]
FEATURES = sorted(
    path
    for folder in ("features", "tests/acceptance")
    for path in (ROOT / folder).rglob("*.feature")
)


def scenarios_of(node):
    """Every scenario below a feature or rule, with the rule's name and tags."""
    for child in node["children"]:
        if "rule" in child:
            yield from scenarios_of(child["rule"])
        elif "scenario" in child:
            yield child["scenario"]


def features():
    return [Parser().parse(path.read_text(encoding="utf-8"))["feature"] for path in FEATURES]


SCENARIOS = [scenario for feature in features() for scenario in scenarios_of(feature)]


STEPS = [
    context
    for context in step_function_context_registry.values()
    if context.step_func.__module__.startswith("steps.")
]


def lines_of(scenario):
    """The kind and text of each step; of an outline, with each row of its examples filled in."""
    rows = [
        {
            head["value"]: cell["value"]
            for head, cell in zip(example["tableHeader"]["cells"], row["cells"], strict=True)
        }
        for example in scenario["examples"]
        for row in example["tableBody"]
    ]
    for row in rows or [{}]:
        for step in scenario["steps"]:
            text = step["text"]
            for name, value in row.items():
                text = text.replace(f"<{name}>", value)
            yield step["keywordType"], text


LINES = [line for scenario in SCENARIOS for line in lines_of(scenario)]
USED = {(kind, text) for kind, text in LINES if kind != "Conjunction"}


def test_there_are_features():
    assert len(FEATURES) > 5


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s["name"])
def test_a_scenario_asserts_something(scenario):
    """pytest-bdd passes a scenario without steps."""
    keywords = [step["keywordType"] for step in scenario["steps"]]
    assert keywords.count("Outcome") >= 1, "no Then"
    assert keywords.count("Action") == 1, "one When"


def test_scenario_names_are_unique():
    """Equal names in one feature replace one another, in several they get a number."""
    counted = Counter(scenario["name"] for scenario in SCENARIOS)
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s["name"])
def test_examples_carry_no_tags(scenario):
    """Tags on Examples bypass the hook that tells markers from citations."""
    assert [tag for example in scenario["examples"] for tag in example["tags"]] == []


@pytest.mark.parametrize(("kind", "text"), sorted(USED))
def test_a_line_matches_exactly_one_step(kind, text):
    """Two definitions that match one line raise nothing."""
    wanted = {"Context": "given", "Action": "when", "Outcome": "then"}[kind]
    matching = [c for c in STEPS if c.type == wanted and c.parser.is_matching(text)]
    assert len(matching) == 1


@pytest.mark.parametrize("step", STEPS, ids=lambda c: c.parser.name)
def test_every_step_is_used_by_some_feature(step):
    assert any(step.parser.is_matching(text) for _, text in LINES)


def test_every_rule_of_the_controls_names_its_control_and_a_source():
    for feature in features():
        for child in feature["children"]:
            tags = {tag["name"] for tag in child.get("rule", {}).get("tags", [])}
            controls = {tag.removeprefix("@") for tag in tags} & set(CONTROLS)
            if controls:
                assert any("Civ." in tag or "CCR" in tag for tag in tags), tags


def test_every_attack_has_a_marker_and_every_marker_of_an_attack_has_one():
    assert {attack.id: attack.title for attack in ATTACKS.values()} == TITLES
