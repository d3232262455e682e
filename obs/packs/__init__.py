"""Systems as they are usually observed: scrape, dashboard and alerts, as functions that any project can call.

    from obs.packs import traefik

    target = traefik.target()  # services/
    dashboard = traefik.dashboard(prometheus)  # dashboards/
    alerts = traefik.alerts(dashboard)  # rules/

Each module stands alone; `rows` holds the rows of panels that several dashboards share.
"""
