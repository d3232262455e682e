"""The workloads of the platform, under the names that the cluster gives them."""

from obs import Service

gateway = Service(
    "gateway", namespace="gateway", port=8080, kind="gateway", about="Spring Cloud Gateway, api.checkmate"
)
user = Service("user", namespace="user", port=8081, kind="spring", routes=["/users", "/auth"])
community = Service(
    "community", namespace="community", port=8082, kind="spring", routes=["/inquiries", "/notices"]
)
study = Service("study", namespace="study", port=8083, kind="spring", routes=["/study-groups"])
store = Service(
    "store", namespace="store", port=8084, kind="spring", routes=["/products", "/badges", "/points"]
)
eureka = Service("eureka", namespace="eureka", port=8761, kind="registry")
sample_postgres = Service("sample-postgres", namespace="data", port=5432, kind="database")
redis = Service("redis", namespace="data", port=6379, kind="cache")

spring = [community, study, user, store, gateway, eureka]
clients = [service for service in spring if service is not eureka]  # what registers with Eureka
namespaces = "|".join(service.namespace for service in spring)
