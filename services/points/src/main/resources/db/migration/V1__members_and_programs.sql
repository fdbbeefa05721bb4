-- What points knows of members and stores: from events, in any order, or asked of the members
-- service when a request was faster than its event. No personal data.

CREATE TABLE member (
  id BINARY(16) NOT NULL,
  closed_at DATETIME(6) NULL COMMENT 'set: the member left, and earns no more',
  PRIMARY KEY (id)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE store (
  id BINARY(16) NOT NULL,
  currency CHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (id)
) DEFAULT CHARSET = utf8mb4;

-- No foreign key to store: a program.changed may arrive before its store.registered.
CREATE TABLE program_version (
  store_id BINARY(16) NOT NULL,
  version INT NOT NULL,
  earn_rate VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
    COMMENT 'points per minor unit, the decimal as the store gave it',
  min_purchase BIGINT NOT NULL,
  expiry_days INT NULL,
  share_bonus BIGINT NOT NULL,
  share_bonus_daily_cap BIGINT NOT NULL,
  max_participants INT NOT NULL,
  effective_at DATETIME(6) NOT NULL,
  PRIMARY KEY (store_id, version)
) DEFAULT CHARSET = utf8mb4;
