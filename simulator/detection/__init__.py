"""The estate's own Sentinel rules, run as KQL over the drill's log."""
