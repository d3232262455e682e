"""The workloads of the platform, under the names that the cluster gives them.

A new service is one more line, below the others: its scrape, its place on dashboards and in alerts, its objectives and
its colour follow from its kind.
"""

from obs import Service

community = Service(
    "community", namespace="community", port=8082, kind="spring", routes=["/inquiries", "/notices"]
)
study = Service("study", namespace="study", port=8083, kind="spring", routes=["/study-groups"])
user = Service("user", namespace="user", port=8081, kind="spring", routes=["/users", "/auth"])
store = Service(
    "store", namespace="store", port=8084, kind="spring", routes=["/products", "/badges", "/points"]
)
gateway = Service(
    "gateway", namespace="gateway", port=8080, kind="gateway", about="Spring Cloud Gateway, api.checkmate"
)
eureka = Service("eureka", namespace="eureka", port=8761, kind="registry")
sample_postgres = Service("sample-postgres", namespace="data", port=5432, kind="database")
redis = Service("redis", namespace="data", port=6379, kind="cache")

everything = [one for one in list(globals().values()) if isinstance(one, Service)]
spring = [one for one in everything if one.kind in ("spring", "gateway", "registry")]
behind = [one for one in spring if one.kind == "spring"]  # what the gateway leads to
clients = [one for one in spring if one is not eureka]  # what registers with Eureka
namespaces = "|".join(one.namespace for one in spring)
