"""A registry, a service and a gateway of Spring, with a real database and cache, and some requests through them."""

from __future__ import annotations

import urllib.error
import urllib.request

from obs.testing.servers import Servers, free_ports
from obs.testing.tools import Tools
from tests.real.exporters.debian import command

SECONDS = 120.0
COMMON = {
    "server.address": "127.0.0.1",
    "management.endpoints.web.exposure.include": "prometheus,health",
    "management.metrics.distribution.percentiles-histogram[http.server.requests]": "true",
    "management.metrics.distribution.percentiles-histogram[spring.cloud.gateway.requests]": "true",
    "spring.main.banner-mode": "off",
    "eureka.instance.hostname": "127.0.0.1",
    "eureka.instance.lease-renewal-interval-in-seconds": "1",
}


class Spring:
    """Start with `launch`, which takes a while, then `wait`; `pages` are the addresses."""

    def __init__(self, servers: Servers, tools: Tools, *, postgres: int, redis: int) -> None:
        self.servers, self.tools = servers, tools
        self.stores = {
            "spring.datasource.url": f"jdbc:postgresql://127.0.0.1:{postgres}/shop",
            "spring.datasource.username": "obs",
            "spring.data.redis.host": "127.0.0.1",
            "spring.data.redis.port": str(redis),
        }
        names = ("registry", "service", "gateway")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))

    def launch(self) -> None:
        """Start all three; returns at once."""
        zone = {"eureka.client.service-url.defaultZone": f"http://127.0.0.1:{self.ports['registry']}/eureka/"}
        alone = {"eureka.client.register-with-eureka": "false", "eureka.client.fetch-registry": "false"}
        self._run("registry", {**zone, **alone, "eureka.server.metrics.enabled": "true"})
        tomcat = {"server.tomcat.mbeanregistry.enabled": "true", "spring.application.name": "user"}
        self._run(
            "service",
            {
                **zone,
                **tomcat,
                **self.stores,
                "eureka.client.initial-instance-info-replication-interval-seconds": "1",
            },
        )
        routes = "spring.cloud.gateway.server.webflux"
        self._run(
            "gateway",
            {
                f"{routes}.httpclient.pool.metrics": "true",
                f"{routes}.metrics.enabled": "true",
                f"{routes}.routes[0].id": "user",
                f"{routes}.routes[0].uri": self._url("service", ""),
                f"{routes}.routes[0].predicates[0]": "Path=/users/**,/broken",
            },
        )

    def wait(self) -> None:
        """Until requests have gone through them and the registry knows the service."""
        for name in self.ports:
            self.servers.wait_for(
                lambda name=name: self._asks(name, "/actuator/health"), SECONDS, f"the {name} is up"
            )
        self.work()
        self.servers.wait_for(
            lambda: 'application="USER",status="UP"' in self._text("registry", "/actuator/prometheus"),
            SECONDS,
            "it is registered",
        )

    def work(self) -> None:
        """Requests that work and that fail, through the gateway and without."""
        for path in ("/users/1", "/broken"):
            self._asks("gateway", path)
        for path in (f"/called/{self.ports['service']}", "/nowhere"):
            self._asks("service", path)

    @property
    def pages(self) -> dict[str, tuple[str, ...]]:
        each = {name: self._url(name, "/actuator/prometheus") for name in self.ports}
        return {
            "spring-boot": (each["service"],),
            "spring-cloud-gateway": (each["gateway"],),
            "eureka": (each["registry"],),
        }

    def _run(self, name: str, properties: dict[str, str]) -> None:
        given = {**COMMON, "server.port": str(self.ports[name]), **properties}
        # As the JVM of a small container, and quick to start.
        options = ("-Xmx192m", "-XX:TieredStopAtLevel=1", "-XX:+UseG1GC", "-Djava.io.tmpdir=.")
        self.servers.spawn(
            f"spring-{name}", command("java"), *options, "-jar", str(self.tools.path(f"spring-{name}.jar")),
            *(f"--{key}={value}" for key, value in given.items()),
        )  # fmt: skip

    def _url(self, name: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}{path}"

    def _asks(self, name: str, path: str) -> bool:
        """Whether a path is answered well."""
        try:
            urllib.request.urlopen(self._url(name, path), timeout=30).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    def _text(self, name: str, path: str) -> str:
        with urllib.request.urlopen(self._url(name, path), timeout=30) as answer:
            text: str = answer.read().decode()
            return text
