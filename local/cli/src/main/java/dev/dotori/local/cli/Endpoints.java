package dev.dotori.local.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Map;

/** Where everything is that runs, and how to get in: the content of {@code endpoints.json}. */
@JsonPropertyOrder({"gateway", "services", "mysql", "redis", "s3", "sandbox", "operator"})
public record Endpoints(
    Service gateway,
    Map<String, Service> services,
    MySql mysql,
    Redis redis,
    S3 s3,
    Sandbox sandbox,
    Operator operator) {

  public record Service(String url, long pid) {}

  /** The administrator's account, with a JDBC URL. */
  public record MySql(String url, String user, String password, long pid) {}

  /** The administrator's URL, its password included. */
  public record Redis(String url, long pid) {}

  public record S3(String url, String accessKey, String secretKey, String bucket) {}

  public record Sandbox(String url) {}

  public record Operator(String clientId, String clientSecret) {}
}
