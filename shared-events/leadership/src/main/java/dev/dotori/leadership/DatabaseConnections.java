package dev.dotori.leadership;

import io.agroal.api.AgroalDataSource;
import io.agroal.pool.ConnectionFactory;
import io.quarkus.arc.properties.IfBuildProperty;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Connections like those of the service's pool but beside it: one that is kept for good must not
 * lessen what the service was promised.
 */
@ApplicationScoped
@IfBuildProperty(name = "quarkus.datasource.db-kind", stringValue = "mysql")
class DatabaseConnections implements MySqlElection.ConnectionSource {

  private final AgroalDataSource pool;

  DatabaseConnections(AgroalDataSource pool) {
    this.pool = pool;
  }

  @Override
  public Connection open() throws SQLException {
    return new ConnectionFactory(
            pool.getConfiguration().connectionPoolConfiguration().connectionFactoryConfiguration())
        .createConnection()
        .getConnection();
  }
}
