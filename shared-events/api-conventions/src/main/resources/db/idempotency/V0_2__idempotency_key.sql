-- Answers to requests with an Idempotency-Key, written in the transaction of their effect.
-- VARBINARY, since 'a' and 'a ' are two keys. A row without a status is one whose request is
-- running: its transaction has not committed, so only itself sees it.
CREATE TABLE idempotency_key (
  caller          VARBINARY(100) NOT NULL,
  idempotency_key VARBINARY(255) NOT NULL,
  request_hash    BINARY(32)     NOT NULL,
  status          SMALLINT       NULL,
  location        VARCHAR(512)   NULL,
  body            MEDIUMTEXT     NULL,
  created_at      DATETIME(6)    NOT NULL,
  PRIMARY KEY (caller, idempotency_key),
  INDEX idempotency_key_purge (created_at) -- the purge of what is older than a day
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
