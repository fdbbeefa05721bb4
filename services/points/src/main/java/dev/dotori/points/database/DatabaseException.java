package dev.dotori.points.database;

import java.sql.SQLException;

/** A statement failed; the {@link SQLException} is the cause. */
public class DatabaseException extends RuntimeException {

  private static final int DUPLICATE_KEY = 1062;

  private final int errorCode;

  DatabaseException(SQLException cause) {
    super(cause.getMessage(), cause);
    this.errorCode = cause.getErrorCode();
  }

  /** Whether a row with one of its unique keys was there already. */
  public boolean isDuplicateKey() {
    return errorCode == DUPLICATE_KEY;
  }
}
