"""What a project holds, as pages for people: dashboards, alerts, metrics, pipelines, routes, and their graph."""
