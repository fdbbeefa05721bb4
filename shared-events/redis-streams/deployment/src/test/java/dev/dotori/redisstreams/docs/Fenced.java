package dev.dotori.redisstreams.docs;

import dev.dotori.redisstreams.IncomingRedisStreamMetadata;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

public class Fenced {

  // region fenced
  void pay(Order order, IncomingRedisStreamMetadata entry, Connection database)
      throws SQLException {
    try (PreparedStatement update =
        database.prepareStatement(
            "UPDATE account SET cents = cents - ?, fence = ? WHERE customer = ? AND fence <= ?")) {
      update.setInt(1, order.cents());
      update.setLong(2, entry.fence().orElseThrow());
      update.setString(3, order.customer());
      update.setLong(4, entry.fence().orElseThrow());
      if (update.executeUpdate() == 0) {
        throw new IllegalStateException("a later owner of the partition was here before");
      }
    }
  }
  // endregion
}
