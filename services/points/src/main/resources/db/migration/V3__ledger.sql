-- The double-entry ledger; its rules are in docs/ledger.md.

-- One posting. Its reference, the purchase or share that caused it, can occur once: that is what
-- makes a redelivered event harmless. Its id is made when it is posted, so that id order is the
-- order of posting.
CREATE TABLE ledger_transaction (
  id BINARY(16) NOT NULL,
  type TINYINT NOT NULL COMMENT '1 purchase, 2 share bonus',
  reference BINARY(16) NOT NULL COMMENT 'purchase id | share id',
  purchase_id BINARY(16) NOT NULL,
  posted_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY transaction_reference (reference)
) DEFAULT CHARSET = utf8mb4;

-- Each row moves points from one account to another, so that it, its transaction and the whole
-- ledger sum to zero by construction. Account classes: 1 a member's points, 2 what a store gave
-- for purchases, 3 what a store gave for shares.
CREATE TABLE ledger_entry (
  transaction_id BINARY(16) NOT NULL,
  line SMALLINT NOT NULL,
  debit_class TINYINT NOT NULL,
  debit_account BINARY(16) NOT NULL,
  credit_class TINYINT NOT NULL,
  credit_account BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (transaction_id, line),
  -- A member's statement: what came in.
  KEY entry_credit (credit_account, transaction_id),
  -- A store's statement, and a member's: what went out.
  KEY entry_debit (debit_account, transaction_id),
  CONSTRAINT entry_transaction FOREIGN KEY (transaction_id) REFERENCES ledger_transaction (id),
  CONSTRAINT entry_points CHECK (points > 0),
  CONSTRAINT entry_classes CHECK (debit_class BETWEEN 1 AND 3 AND credit_class BETWEEN 1 AND 3),
  CONSTRAINT entry_moves CHECK (debit_class <> credit_class OR debit_account <> credit_account)
) DEFAULT CHARSET = utf8mb4;

-- A member's points as the entries sum to, kept beside them so that reading costs one row.
CREATE TABLE balance (
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  lifetime_earned BIGINT NOT NULL,
  PRIMARY KEY (member_id),
  CONSTRAINT balance_points CHECK (points >= 0)
) DEFAULT CHARSET = utf8mb4;

-- What one transaction gave one member, until it is used or expires. By member first: every use
-- reads one member's lots, and no other index is needed.
CREATE TABLE lot (
  member_id BINARY(16) NOT NULL,
  transaction_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  remaining BIGINT NOT NULL,
  expires_at DATETIME(6) NULL,
  PRIMARY KEY (member_id, transaction_id),
  CONSTRAINT lot_remaining CHECK (remaining BETWEEN 0 AND points)
) DEFAULT CHARSET = utf8mb4;
