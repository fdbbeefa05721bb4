-- The outbox: an event is a row here in the transaction that made it true, and stays until its
-- retention is over, so that what a stream lost can be sent again.
CREATE TABLE outbox (
  id              BINARY(16)    NOT NULL COMMENT 'CloudEvents id, UUIDv7: rows are appended in the order of their making',
  type            VARCHAR(64)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'CloudEvents type; without its version the name of the stream',
  source          VARCHAR(32)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  subject         VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  occurred_at     DATETIME(6)   NOT NULL COMMENT 'CloudEvents time, UTC',
  trace_parent    VARCHAR(55)   CHARACTER SET ascii COLLATE ascii_bin NULL,
  idempotency_key VARCHAR(255)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  data            MEDIUMBLOB    NOT NULL COMMENT 'the event as JSON, UTF-8',
  created_at      DATETIME(6)   NOT NULL COMMENT 'UTC, by the clock of the database: the sweeper must not depend on the clocks of the replicas',
  entry_ms        BIGINT        NULL COMMENT 'first half of the entry id that the stream gave; NULL: not known to be sent',
  entry_seq       BIGINT        NULL COMMENT 'second half of the entry id',
  PRIMARY KEY (id),
  -- The sweeper reads what is unsent (NULL) in id order; the purge and the audit read by entry time.
  KEY outbox_entry (entry_ms)
);

-- What is known of each stream that this service writes to.
CREATE TABLE outbox_stream (
  stream        VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  epoch         BIGINT       NOT NULL COMMENT 'counts how often the stream may have lost entries; rows sent under an older one are not taken as sent',
  run_id        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the run of the Redis server that held the stream when last looked at',
  audit_from_ms BIGINT       NULL COMMENT 'not NULL: entries from this time on may be lost and are yet to be compared',
  PRIMARY KEY (stream)
);

-- The inbox: an event is a row here in the transaction of its effect, so that a repeated delivery
-- has none.
CREATE TABLE inbox (
  consumer    VARCHAR(64)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'the consumer group',
  event_id    BINARY(16)   NOT NULL,
  claim       BIGINT       NOT NULL COMMENT 'the transaction that wrote the row: tells it which of its INSERT IGNOREs were new',
  received_at DATETIME(6)  NOT NULL COMMENT 'UTC, by the clock of the database',
  PRIMARY KEY (consumer, event_id),
  -- The purge reads by age. Not by the time within the event's id: an old event may arrive today.
  KEY inbox_received (received_at)
);
