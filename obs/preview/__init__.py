"""A local page that shows the project while it is written: dashboards, rules, routes, pipelines, the graph."""
