package obs;

import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.embedded.netty.NettyServerCustomizer;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;

/** A gateway whose routes are given by its configuration, with the meters of Reactor Netty switched on. */
@SpringBootApplication
public class Gateway {
  private static final Function<String, String> ANY = path -> "/";

  public static void main(String[] arguments) {
    SpringApplication.run(Gateway.class, arguments);
  }

  @Bean
  NettyServerCustomizer serverMeters() {
    return server -> server.metrics(true, ANY);
  }

  @Bean
  HttpClientCustomizer clientMeters() {
    return client -> client.metrics(true, ANY);
  }
}
