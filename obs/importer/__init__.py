"""Other people's configuration - rule files, manifests, dashboards, Alertmanager, Promtail, Helm values - as a Subject.

`obs.importer.subject.read` is the way in.
"""
