"""Scenarios: what happens to the platform, told in Python, and what came of it at the other end.

A scenario is plain data (`inputs.py`), so the same one can run in the emulator and on real servers. The emulator
(`emulation.py`) runs the whole chain: log line, Promtail, scrape, rules, Alertmanager, Discord.
"""
