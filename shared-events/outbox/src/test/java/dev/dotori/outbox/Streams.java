package dev.dotori.outbox;

import io.quarkus.redis.datasource.RedisDataSource;
import io.quarkus.redis.datasource.stream.StreamMessage;
import io.quarkus.redis.datasource.stream.StreamRange;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/** The streams as the tests read and write them, by Redis's own commands. */
@ApplicationScoped
class Streams {

  private final RedisDataSource redis;

  Streams(RedisDataSource redis) {
    this.redis = redis;
  }

  /** The fields of a stream's entries, oldest first. */
  List<Map<String, String>> entries(String stream) {
    return messages(stream).stream().map(StreamMessage::payload).toList();
  }

  /** The CloudEvents ids of a stream's entries, oldest first. */
  List<String> eventIds(String stream) {
    return entries(stream).stream().map(fields -> fields.get("ce_id")).toList();
  }

  List<StreamMessage<String, String, String>> messages(String stream) {
    return redis.stream(String.class, String.class, String.class)
        .xrange("dotori:{" + stream + "}", StreamRange.of("-", "+"));
  }

  void add(String stream, Map<String, String> fields) {
    redis.stream(String.class, String.class, String.class).xadd("dotori:{" + stream + "}", fields);
  }

  void addGroup(String stream, String group) {
    redis.stream(String.class, String.class, String.class)
        .xgroupCreate("dotori:{" + stream + "}", group, "0");
  }

  void removeGroup(String stream, String group) {
    redis.stream(String.class, String.class, String.class)
        .xgroupDestroy("dotori:{" + stream + "}", group);
  }

  void delete(String stream) {
    redis.key().del("dotori:{" + stream + "}");
  }

  void flushAll() {
    redis.flushall();
  }
}
