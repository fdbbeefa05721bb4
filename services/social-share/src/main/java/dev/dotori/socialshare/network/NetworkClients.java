package dev.dotori.socialshare.network;

import dev.dotori.socialshare.SocialShareConfig;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.concurrent.TimeUnit;

/**
 * HTTP clients of the networks: bound to the configured base URLs, with the configured patience.
 */
class NetworkClients {

  private final SocialShareConfig config;

  NetworkClients(SocialShareConfig config) {
    this.config = config;
  }

  @Produces
  @Singleton
  GraphApi graphApi() {
    return client(config.facebook().apiBaseUrl(), GraphApi.class);
  }

  @Produces
  @Singleton
  XApi xApi() {
    return client(config.x().apiBaseUrl(), XApi.class);
  }

  private <T> T client(URI baseUrl, Class<T> api) {
    return QuarkusRestClientBuilder.newBuilder()
        .baseUri(baseUrl)
        .connectTimeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .readTimeout(config.requestTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .followRedirects(false)
        // Refusals are answers, which the networks' classes read.
        .property("microprofile.rest.client.disable.default.mapper", true)
        .build(api);
  }
}
