"""DATA-10: payment tokens do not reach the stored telemetry."""
