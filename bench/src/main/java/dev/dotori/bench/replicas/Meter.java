package dev.dotori.bench.replicas;

import dev.dotori.bench.BenchmarkException;
import dev.dotori.bench.RedisConnection;
import dev.dotori.local.servers.MySqlServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Reads what processes and servers have used, from outside of them. */
final class Meter implements AutoCloseable {

  /** MySQL's counters, and what they are called here. */
  private static final Map<String, String> STATUS =
      Map.of(
          "Questions", "sqlStatements",
          "Com_commit", "sqlCommits",
          "Innodb_os_log_written", "redoBytes",
          "Bytes_received", "mysqlBytesIn",
          "Bytes_sent", "mysqlBytesOut");

  /** Redis's counters, and what they are called here. */
  private static final Map<String, String> INFO =
      Map.of(
          "total_commands_processed", "redisCommands",
          "total_net_input_bytes", "redisBytesIn",
          "total_net_output_bytes", "redisBytesOut");

  private final Map<String, Long> pids;
  private final Connection database;
  private final RedisConnection redis;

  Meter(Deployment deployment) throws IOException, SQLException {
    pids = deployment.pids();
    database =
        DriverManager.getConnection(
            deployment.endpoint("/mysql/url"),
            deployment.endpoint("/mysql/user"),
            deployment.endpoint("/mysql/password"));
    redis = new RedisConnection(deployment.endpoint("/redis/url"));
  }

  Usage usage() {
    Map<String, Long> cpu = new TreeMap<>();
    pids.forEach((name, pid) -> cpu.put(name, cpuMicros(pid)));
    Map<String, Long> counters = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet status = statement.executeQuery("SHOW GLOBAL STATUS")) {
      while (status.next()) {
        String name = STATUS.get(status.getString(1));
        if (name != null) {
          counters.put(name, status.getLong(2));
        }
      }
    } catch (SQLException e) {
      throw new BenchmarkException("MySQL's status", e);
    }
    info("stats")
        .forEach((field, value) -> {
          String name = INFO.get(field);
          if (name != null) {
            counters.put(name, Long.parseLong(value));
          }
        });
    counters.put("loopbackBytes", loopbackBytes());
    return new Usage(System.nanoTime(), cpu, counters);
  }

  long cpuMicros(String process) {
    return cpuMicros(pids.get(process));
  }

  private static long cpuMicros(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .map(Duration::toNanos)
            .orElseThrow(() -> new BenchmarkException("process " + pid + " ended"))
        / 1_000;
  }

  /** What went over the loopback, headers included: all hops, each counted once. */
  private static long loopbackBytes() {
    try {
      return Files.readAllLines(Path.of("/proc/net/dev")).stream()
          .map(String::strip)
          .filter(line -> line.startsWith("lo:"))
          .mapToLong(line -> Long.parseLong(line.substring("lo:".length()).strip().split(" +")[0]))
          .findFirst()
          .orElse(0);
    } catch (IOException notLinux) {
      return 0;
    }
  }

  /** Resident memory of each process now and at its peak, in bytes. */
  Map<String, long[]> memory() throws IOException {
    Map<String, long[]> memory = new LinkedHashMap<>();
    for (Map.Entry<String, Long> process : pids.entrySet()) {
      List<String> lines = Files.readAllLines(Path.of("/proc/" + process.getValue() + "/status"));
      memory.put(process.getKey(), new long[] {field(lines, "VmRSS:"), field(lines, "VmHWM:")});
    }
    return memory;
  }

  private static long field(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElse(0);
  }

  long length(String stream) {
    return (Long) call("XLEN", key(stream));
  }

  /** Memory of one entry of each stream that has some, in bytes. */
  Map<String, Object> bytesPerEntry(List<String> streams) {
    Map<String, Object> bytes = new LinkedHashMap<>();
    for (String stream : streams) {
      long length = length(stream);
      if (length > 0) {
        long used = (Long) call("MEMORY", "USAGE", key(stream), "SAMPLES", "0");
        bytes.put(stream, Figures.rounded((double) used / length));
      }
    }
    return bytes;
  }

  /** Rows of each table, and what one takes, its indexes included; small tables tell nothing. */
  Map<String, Object> storage(String schema, int leastRows) throws SQLException {
    Map<String, Object> tables = new LinkedHashMap<>();
    try (Statement statement = database.createStatement()) {
      for (String table : tables(statement, schema)) {
        String name = "`" + schema + "`.`" + table + "`";
        statement.execute("ANALYZE TABLE " + name);
        long rows = number(statement, "SELECT COUNT(*) FROM " + name);
        if (rows >= leastRows) {
          long bytes =
              number(
                  statement,
                  "SELECT data_length + index_length FROM information_schema.tables"
                      + " WHERE table_schema = '%s' AND table_name = '%s'"
                          .formatted(schema, table));
          tables.put(
              table, Map.of("rows", rows, "bytesPerRow", Figures.rounded((double) bytes / rows)));
        }
      }
    }
    return tables;
  }

  private static List<String> tables(Statement statement, String schema) throws SQLException {
    List<String> tables = new ArrayList<>();
    try (ResultSet result =
        statement.executeQuery(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '"
                + schema
                + "' AND table_type = 'BASE TABLE' ORDER BY table_name")) {
      while (result.next()) {
        tables.add(result.getString(1));
      }
    }
    return tables;
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }

  /** Connections that services have to the database at this moment, by user. */
  Map<String, Long> connections() throws SQLException {
    Map<String, Long> connections = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet result = statement.executeQuery("SHOW PROCESSLIST")) {
      while (result.next()) {
        String host = result.getString("Host");
        if (host != null && host.startsWith("127.0.0.1:")) {
          connections.merge(result.getString("User"), 1L, Long::sum);
        }
      }
    }
    connections.remove(MySqlServer.ADMIN);
    return connections;
  }

  String databaseVersion() throws SQLException {
    return database.getMetaData().getDatabaseProductVersion();
  }

  long setting(String name) throws SQLException {
    try (Statement statement = database.createStatement()) {
      return number(statement, "SELECT @@" + name);
    }
  }

  String redisVersion() {
    return info("server").get("redis_version");
  }

  long redisConnections() {
    return Long.parseLong(info("clients").get("connected_clients"));
  }

  private Map<String, String> info(String section) {
    Map<String, String> fields = new LinkedHashMap<>();
    call("INFO", section)
        .toString()
        .lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(line ->
            fields.put(
                line.substring(0, line.indexOf(':')),
                line.substring(line.indexOf(':') + 1).strip()));
    return fields;
  }

  private static String key(String stream) {
    return "dotori:{" + stream + "}";
  }

  private Object call(String... command) {
    try {
      return redis.call(List.of(command));
    } catch (IOException e) {
      throw new BenchmarkException("Redis " + command[0], e);
    }
  }

  /** Looks again and again, at the cost of one small command each time. */
  static void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new BenchmarkException("waited in vain for " + what);
      }
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchmarkException("interrupted");
      }
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    redis.close();
    database.close();
  }
}
