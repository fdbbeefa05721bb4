-- Refunds of purchases, whole or in part. What is refunded of a purchase so far is in one row, which
-- is the lock of its refunds, too; what was taken back of each participant is beside it. Tables of
-- their own: a purchase and its split still never change, and most are never refunded.

CREATE TABLE refunded_purchase (
  purchase_id BINARY(16) NOT NULL,
  amount BIGINT NOT NULL COMMENT 'of the purchase, minor units',
  earned BIGINT NOT NULL COMMENT 'of the purchase',
  refunded BIGINT NOT NULL COMMENT 'of the amount, by all refunds so far',
  taken_back BIGINT NOT NULL COMMENT 'of what was earned, by all refunds so far',
  PRIMARY KEY (purchase_id),
  CONSTRAINT refunded_purchase_of FOREIGN KEY (purchase_id) REFERENCES purchase (id),
  CONSTRAINT refunded_amount CHECK (refunded BETWEEN 0 AND amount),
  CONSTRAINT refunded_points CHECK (taken_back BETWEEN 0 AND earned),
  CONSTRAINT refunded_whole CHECK (refunded < amount OR taken_back = earned)
) DEFAULT CHARSET = utf8mb4;

CREATE TABLE refunded_portion (
  purchase_id BINARY(16) NOT NULL,
  position SMALLINT NOT NULL,
  points BIGINT NOT NULL COMMENT 'that the participant got',
  taken_back BIGINT NOT NULL COMMENT 'of them, by all refunds so far',
  PRIMARY KEY (purchase_id, position),
  CONSTRAINT refunded_portion_of FOREIGN KEY (purchase_id, position)
    REFERENCES purchase_participant (purchase_id, position),
  CONSTRAINT refunded_portion_points CHECK (taken_back BETWEEN 0 AND points)
) DEFAULT CHARSET = utf8mb4;

-- One refund; its points are in the ledger, by this id as the reference.
CREATE TABLE refund (
  id BINARY(16) NOT NULL,
  purchase_id BINARY(16) NOT NULL,
  amount BIGINT NOT NULL COMMENT 'minor units, in the purchase''s currency',
  points BIGINT NOT NULL COMMENT 'taken back',
  reason VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
  refunded_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT refund_of FOREIGN KEY (purchase_id) REFERENCES purchase (id),
  CONSTRAINT refund_amount CHECK (amount > 0),
  CONSTRAINT refund_points CHECK (points >= 0)
) DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER refund_no_update BEFORE UPDATE ON refund FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refunds are immutable';

CREATE TRIGGER refund_no_delete BEFORE DELETE ON refund FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refunds are immutable';
