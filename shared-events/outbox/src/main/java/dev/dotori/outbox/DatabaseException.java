package dev.dotori.outbox;

import java.sql.SQLException;

/** A statement of the outbox or the inbox failed. */
public class DatabaseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DatabaseException(String doing, SQLException cause) {
    super(doing + " failed: " + cause.getMessage(), cause);
  }
}
