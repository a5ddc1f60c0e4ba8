"""From an incident to what answers it: the declared automation rules, and people behind them."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime

import simpy

from simulator.detection.sentinel import Alert
from simulator.estate.playbook import playbook
from simulator.estate.sentinel import AutomationRule, automation_rules, matches
from simulator.response.people import people_contain, people_tell
from simulator.response.playbooks import run_playbook
from simulator.response.proof import prove
from simulator.response.scene import Incident, Scene
from simulator.timeline import Kind


@dataclass(slots=True)
class Response:
    """Answers alerts: an incident for the first alert of each rule, then automation and people.

    Later alerts of a rule join its incident, as they would for an analyst.
    """

    scene: Scene
    incidents: int = 0
    _fired: set[str] = field(default_factory=set)

    def on_alert(self, alert: Alert) -> None:
        """Take an alert; what follows happens on the clock."""
        if alert.rule.resource.address in self._fired:
            return
        self._fired.add(alert.rule.resource.address)
        self.scene.measured(
            Kind.ALERT,
            f"{alert.rule.display_name}: {alert.rows} result rows",
            "the rule's own KQL, run at its declared schedule",
            declared=alert.rule.resource,
            seconds=alert.seconds,
        )
        if alert.rule.creates_incident:
            self.scene.clock.begin(self._incident(alert))
        else:
            self.scene.measured(
                Kind.NOTE,
                "the rule makes no incident, so nothing follows",
                "read from the estate",
                declared=alert.rule.resource,
            )

    def discovered_outside(self, what: str, source: str) -> None:
        """Somebody outside tells the company; people take it from there."""
        self.scene.modelled(Kind.DISCOVERED, what, source)
        self.incidents += 1
        self.scene.clock.begin(people_tell(self.scene))
        self.scene.clock.begin(people_contain(self.scene))

    def _incident(self, alert: Alert) -> Generator[simpy.Event, object, None]:
        scene = self.scene
        figure, delay = scene.takes("alert_to_incident")
        yield scene.clock.wait(delay)
        incident = Incident(alert.rule.display_name, alert.rule.severity, scene.clock.now, alert)
        scene.modelled(
            Kind.INCIDENT,
            f"{incident.title} ({incident.severity})",
            figure.cited,
            declared=alert.rule.resource,
        )
        self.incidents += 1
        if self.incidents == 1:
            scene.modelled(Kind.DISCOVERED, "the incident is open in Sentinel", figure.cited)
            scene.clock.begin(people_tell(scene))
            scene.clock.begin(people_contain(scene))
        for rule in automation_rules(scene.estate):
            if self._answers(rule, incident, alert):
                yield from self._automation(rule, incident)

    def _answers(self, rule: AutomationRule, incident: Incident, alert: Alert) -> bool:
        """Whether an automation rule runs on this incident; what cannot be told does not run."""
        if not rule.enabled or rule.triggers_on != "Incidents" or rule.triggers_when != "Created":
            return False
        if rule.workspace != alert.rule.workspace or _expired(rule, self.scene.clock.now):
            return False
        answer = matches(rule, alert.rule, incident.severity, incident.title)
        if answer is None:
            self.scene.measured(
                Kind.NOT_EVALUABLE,
                f"cannot tell whether automation rule {rule.display_name} answers",
                "its condition_json",
                declared=rule.resource,
            )
        return answer is True

    def _automation(
        self, rule: AutomationRule, incident: Incident
    ) -> Generator[simpy.Event, object, None]:
        scene = self.scene
        figure, delay = scene.takes("incident_to_playbook")
        yield scene.clock.wait(delay)
        scene.modelled(
            Kind.NOTE,
            f"automation rule {rule.display_name} answers",
            figure.cited,
            declared=rule.resource,
        )
        for address in rule.playbooks:
            if (yield from run_playbook(scene, playbook(scene.estate, address), incident)):
                yield from prove(scene)


def _expired(rule: AutomationRule, now: datetime) -> bool:
    return bool(rule.expires) and datetime.fromisoformat(rule.expires) <= now
