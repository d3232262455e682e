"""Scenarios on the real servers: Prometheus, Alertmanager, Promtail and Loki on this machine, on a faster clock."""
