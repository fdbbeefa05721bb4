package dev.dotori.bench.replicas;

import dev.dotori.bench.BenchmarkException;
import io.quarkus.elytron.security.common.BcryptUtil;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * What the same machine and servers do without Dotori: the least that its work could cost.
 *
 * <ul>
 *   <li>{@code commit}: one row of 500 B, committed, on 16 connections
 *   <li>{@code select}: one row by its key, on 16 connections
 *   <li>{@code bcrypt}: one hash of cost 11
 *   <li>{@code picture}: the same photo decoded and encoded once, by the JDK
 * </ul>
 */
final class Limits {

  private static final int CONNECTIONS = 16;
  private static final int ROUNDS = 3;
  private static final String SCHEMA = "bench_limits";

  private final Deployment deployment;
  private final Meter meter;
  private final Usage.Rate idle;
  private final int scale;

  /**
   * @param scale divides how much is done, for a quick look
   */
  Limits(Deployment deployment, Meter meter, Usage.Rate idle, int scale) {
    this.deployment = deployment;
    this.meter = meter;
    this.idle = idle;
    this.scale = scale;
  }

  /** By name; CPU time under {@code cpuMicros}, rates under {@code perSecond}. */
  Map<String, Map<String, Double>> measure(byte[] photo) throws SQLException, IOException {
    Map<String, Map<String, Double>> limits = new LinkedHashMap<>();
    try (Connection admin = connect();
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + SCHEMA);
      statement.execute(
          "CREATE TABLE "
              + SCHEMA
              + ".plain (id BIGINT PRIMARY KEY, data VARBINARY(500) NOT NULL)");
      int commits = 6_000 / scale;
      limits.put("commit", onConnections(commits, commits, this::insert));
      limits.put("select", onConnections(30_000 / scale, commits, this::select));
      statement.execute("DROP DATABASE " + SCHEMA);
    }
    String hash = BcryptUtil.bcryptHash("a password to try", 11);
    limits.put(
        "bcrypt",
        Map.of(
            "cpuMicros",
            cpuMicros(
                Math.max(1, 8 / scale), () -> BcryptUtil.matches("a password to try", hash))));
    limits.put(
        "picture", Map.of("cpuMicros", cpuMicros(Math.max(1, 4 / scale), () -> recode(photo))));
    return limits;
  }

  private interface Access {
    void run(PreparedStatement statement, long number) throws SQLException;
  }

  private void insert(PreparedStatement statement, long number) throws SQLException {
    statement.setLong(1, number);
    statement.setBytes(2, new byte[500]);
    statement.executeUpdate();
  }

  private void select(PreparedStatement statement, long number) throws SQLException {
    statement.setLong(1, number);
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("row " + number + " is not there");
      }
    }
  }

  private Map<String, Double> onConnections(int count, int rows, Access access)
      throws SQLException {
    boolean reads = count != rows;
    String sql =
        reads
            ? "SELECT data FROM " + SCHEMA + ".plain WHERE id = ?"
            : "INSERT INTO " + SCHEMA + ".plain VALUES (?, ?)";
    List<Connection> connections = new ArrayList<>();
    List<PreparedStatement> statements = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        Connection connection = connect();
        connections.add(connection);
        statements.add(connection.prepareStatement(sql));
      }
      List<Map<String, Double>> rounds = new ArrayList<>();
      // One more that warms up.
      for (int round = 0; round <= ROUNDS; round++) {
        long first = reads ? 0 : (long) round * count;
        Usage before = meter.usage();
        Load.run(
            CONNECTIONS,
            CONNECTIONS,
            connection -> {
              for (int i = connection; i < count; i += CONNECTIONS) {
                access.run(statements.get(connection), first + (reads ? i % rows : i));
              }
            });
        Usage after = meter.usage();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("perSecond", count / after.secondsSince(before));
        Map<String, Double> each = after.perRequestSince(before, count, idle);
        figures.put("cpuMicros", each.get(Figures.CPU + "mysql"));
        figures.put("redoBytes", each.get("redoBytes"));
        if (round > 0) {
          rounds.add(figures);
        }
      }
      return Figures.medians(rounds);
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        deployment.endpoint("/mysql/url"),
        deployment.endpoint("/mysql/user"),
        deployment.endpoint("/mysql/password"));
  }

  /** CPU time of this thread for one, the median of several. */
  private static double cpuMicros(int times, Runnable work) {
    work.run();
    var threads = ManagementFactory.getThreadMXBean();
    List<Map<String, Double>> rounds = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      long before = threads.getCurrentThreadCpuTime();
      work.run();
      rounds.add(Map.of("micros", (threads.getCurrentThreadCpuTime() - before) / 1e3));
    }
    return Figures.medians(rounds).get("micros");
  }

  private static void recode(byte[] photo) {
    try {
      var picture = ImageIO.read(new ByteArrayInputStream(photo));
      ImageIO.write(picture, "jpeg", new ByteArrayOutputStream(photo.length));
    } catch (IOException e) {
      throw new BenchmarkException("the photo can't be decoded", e);
    }
  }
}
