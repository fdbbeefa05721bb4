-- A purchase and its split as they were decided when it was recorded. Neither row ever changes:
-- whether it is distributed is told by its ledger transaction, and stored nowhere else.

CREATE TABLE purchase (
  id BINARY(16) NOT NULL,
  store_id BINARY(16) NOT NULL,
  member_id BINARY(16) NOT NULL COMMENT 'the buyer',
  amount BIGINT NOT NULL COMMENT 'minor units',
  currency CHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  receipt_no VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  program_version INT NOT NULL COMMENT 'the terms it was made under, the share bonus included',
  earned BIGINT NOT NULL,
  expires_at DATETIME(6) NULL,
  occurred_at DATETIME(6) NOT NULL,
  recorded_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  -- One purchase per receipt; finds the one that is there when a receipt comes twice.
  UNIQUE KEY purchase_receipt (store_id, receipt_no),
  CONSTRAINT purchase_amount CHECK (amount >= 0),
  CONSTRAINT purchase_earned CHECK (earned >= 0)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE purchase_participant (
  purchase_id BINARY(16) NOT NULL,
  position SMALLINT NOT NULL COMMENT '0 is the buyer; the order breaks ties in the split',
  member_id BINARY(16) NOT NULL,
  weight SMALLINT NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (purchase_id, position),
  -- A member's history, newest first, and what is pending of it, from the index alone.
  UNIQUE KEY participant_member (member_id, purchase_id, points),
  CONSTRAINT participant_weight CHECK (weight BETWEEN 1 AND 1000),
  CONSTRAINT participant_points CHECK (points >= 0),
  CONSTRAINT participant_purchase FOREIGN KEY (purchase_id) REFERENCES purchase (id)
) DEFAULT CHARSET = utf8mb4;
