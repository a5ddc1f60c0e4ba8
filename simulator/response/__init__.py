"""What happens after an alert: automation rules, playbooks and people, acting on the twin."""
