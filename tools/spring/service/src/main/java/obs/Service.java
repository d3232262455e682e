package obs;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.client.RestTemplateBuilder;
import org.springframework.cloud.client.circuitbreaker.CircuitBreakerFactory;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestTemplate;

/** A service with a database, a cache, a call to itself behind a circuit breaker, and an error of its own. */
@SpringBootApplication
@RestController
public class Service {
  private static final Logger LOG = LoggerFactory.getLogger(Service.class);

  private final JdbcTemplate database;
  private final StringRedisTemplate cache;
  private final RestTemplate client;
  private final CircuitBreakerFactory<?, ?> breakers;

  Service(
      JdbcTemplate database, StringRedisTemplate cache, RestTemplateBuilder client, CircuitBreakerFactory<?, ?> breakers) {
    this.database = database;
    this.cache = cache;
    this.client = client.build();
    this.breakers = breakers;
  }

  public static void main(String[] arguments) {
    SpringApplication.run(Service.class, arguments);
  }

  @GetMapping("/users/{id}")
  List<Map<String, Object>> user(@PathVariable int id) {
    cache.opsForValue().increment("asked");
    return database.queryForList("select ?::int as id", id);
  }

  @GetMapping("/called/{port}")
  String called(@PathVariable int port) {
    String address = "http://127.0.0.1:" + port + "/users/{id}";
    return breakers.create("self").run(() -> client.getForObject(address, String.class, 1));
  }

  @GetMapping("/broken")
  String broken() {
    LOG.error("boom");
    throw new IllegalStateException("boom");
  }
}
