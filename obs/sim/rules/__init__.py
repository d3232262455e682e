"""Rules evaluated over time: the interface, Prometheus's own engine, and an evaluator of our own."""
