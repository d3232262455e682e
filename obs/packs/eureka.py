"""Eureka: which services are registered, in which state, and how the registry itself does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from obs.catalogue.eureka import eureka_server_instances
from obs.catalogue.prometheus_synthetic import up
from obs.model.dashboard import Dashboard
from obs.model.datasource import Prometheus
from obs.model.link import Link
from obs.model.panel import Row
from obs.model.rule import Alert
from obs.model.service import Service, Target
from obs.packs import rows, spring, style
from obs.packs.panels import counts, listing, number, stacked

NAME = "eureka"


def target(service: Service, *, enabled: bool = False, version: str = "") -> Target:
    """The registry's actuator; its instances are counted only when that is switched on too."""
    made = spring.target(service, enabled=enabled, more=["eureka_server_*"], system=NAME, version=version)
    if enabled:
        return made
    return Target(
        made.name,
        service=service,
        path=made.path,
        exposes=made.exposes,
        enabled=False,
        switch_on=f"eureka.server.metrics.enabled=true; {made.switch_on}",
        system=NAME,
        version=version,
    )


def dashboard(
    data: Prometheus,
    service: Service,
    *,
    uid: str = "eureka-registry",
    title: str = "Eureka",
    tags: Sequence[str] = (),
    links: Sequence[Link] = (),
) -> Dashboard:
    """Who is registered; then the registry as any other Spring service."""
    instances = eureka_server_instances
    return Dashboard(
        uid=uid, title=title, data=data, tags=[*tags, NAME], links=style.links(tags, links),
        description="Eureka에 등록된 인스턴스와 레지스트리의 상태. actuator와 eureka.server.metrics.enabled를 켜야 보입니다.",
        rows=[
            [
                number("Instances UP", "UP으로 등록된 인스턴스 수.", f"sum({instances(status='UP')})", style.ONE),
                listing("Instances by application", "애플리케이션과 상태별 인스턴스 수.",
                        {"application": "애플리케이션", "status": "상태", "Value": "인스턴스"},
                        f"sum by (application, status) ({instances}) > 0"),
                stacked("Instances over time", "애플리케이션별 UP 인스턴스. 레지스트리에 일이 있을 때만 바뀝니다.", "short",
                        f"sum by (application) ({instances(status='UP')})", legend="{{application}}"),
                counts("Instances not UP", "UP이 아닌 인스턴스. 게이트웨이가 보내지 않습니다. 그 서비스의 readiness를 확인하세요.",
                       f"sum by (application, status) ({instances(status='!=UP')})",
                       legend="{{application}} {{status}}"),
            ],
            Row("레지스트리의 요청", rows.red(service)),
            Row("레지스트리의 JVM", rows.jvm(service)),
            Row("레지스트리의 자원", rows.use(service)),
        ],
    )  # fmt: skip


def alerts(
    board: Dashboard, service: Service, clients: Iterable[Service], *, owner: str = "backend"
) -> tuple[Alert, ...]:
    """An instance that is not UP, and for each client its absence, as long as the registry itself is scraped."""
    labels, instances = {"owner": owner}, eureka_server_instances
    down = f"sum by (application, status) ({instances(status='!=UP')})"
    asked = f"max by (job) ({up(job=service.name)}) == 1"
    missing = [
        Alert(f"Eureka{client.name.capitalize()}Missing", for_="5m", labels=labels | {"service": client.name},
              expr=f"{asked}\nunless on ()\nsum({instances(application=client.name.upper(), status='UP')}) > 0",
              summary=f"Eureka에 없음: {client.name}",
              description=f"{client.name} 서비스의 UP 인스턴스가 5분 넘게 Eureka에 없습니다. 게이트웨이가 503을 돌려줍니다.",
              runbook="파드와 EUREKA_CLIENT_SERVICEURL_DEFAULTZONE을 확인하세요.",
              dashboard=board, panel="Instances over time")
        for client in clients
    ]  # fmt: skip
    return (
        Alert("EurekaInstanceNotUp", expr=f"{down} > 0", for_="5m", labels=labels | {"service": NAME},
              summary="Eureka 인스턴스 이상: {{ $labels.application }}",
              description="{{ $labels.application }}에 {{ $labels.status }} 인스턴스가 5분 넘게 있습니다. "
              "게이트웨이가 보내지 않습니다.",
              runbook="서비스의 readiness와 health 엔드포인트를 확인하세요.",
              dashboard=board, panel="Instances not UP"),
        *missing,
    )  # fmt: skip
