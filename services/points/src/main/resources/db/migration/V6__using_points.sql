-- What using points needs of the ledger; docs/ledger.md has the rules.
--
-- The release before goes on working: it doesn't say next_expiry and part, and gets their defaults.
-- Two of these statements copy their table (ledger_entry, lot): some seconds per million rows, in
-- which distributions wait. They are events, so none is lost by it, and requests don't wait.

-- A transfer or an adjustment belongs to no purchase.
ALTER TABLE ledger_transaction
  MODIFY purchase_id BINARY(16) NULL COMMENT 'the one it belongs to, if any';

-- 4 points that are held for a redemption, by redemption; 5 what a store took in for redemptions;
-- 6 what operators gave and took; 7 what expired; 8 what a member owes.
ALTER TABLE ledger_entry
  DROP CONSTRAINT entry_classes,
  ADD CONSTRAINT entry_account_classes
    CHECK (debit_class BETWEEN 1 AND 8 AND credit_class BETWEEN 1 AND 8);

-- A transfer brings points of several expiries: a lot for each.
ALTER TABLE lot
  ADD COLUMN part SMALLINT NOT NULL DEFAULT 0 COMMENT 'tells the lots of one transaction apart',
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (member_id, transaction_id, part);

-- When to look for lots that expired: not after the earliest expiry of what the member has left,
-- NULL when none of it expires. Kept here and not found by an index of lot, since that index would
-- be written by each earning, and this one only when a member's first expiring lot arrives. The
-- default is long past: a row that the release before has made is looked at soon.
ALTER TABLE balance
  ADD COLUMN next_expiry DATETIME(6) NULL DEFAULT '1970-01-01 00:00:00',
  ADD KEY balance_next_expiry (next_expiry);

-- Which points a transaction used: of a lot, what remains is its points less its uses. Returned
-- points, of a hold that was not captured, are a use of less than nothing.
CREATE TABLE lot_use (
  member_id BINARY(16) NOT NULL,
  lot_transaction_id BINARY(16) NOT NULL,
  lot_part SMALLINT NOT NULL,
  transaction_id BINARY(16) NOT NULL COMMENT 'the one that used them',
  points BIGINT NOT NULL,
  -- What a member's lots were at a past time.
  PRIMARY KEY (member_id, lot_transaction_id, lot_part, transaction_id),
  -- What a hold has used, to return it.
  KEY lot_use_transaction (transaction_id),
  CONSTRAINT lot_use_points CHECK (points <> 0),
  CONSTRAINT lot_use_by FOREIGN KEY (transaction_id) REFERENCES ledger_transaction (id),
  CONSTRAINT lot_use_of FOREIGN KEY (member_id, lot_transaction_id, lot_part)
    REFERENCES lot (member_id, transaction_id, part)
) DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER lot_use_no_update BEFORE UPDATE ON lot_use FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'uses of lots are immutable';

CREATE TRIGGER lot_use_no_delete BEFORE DELETE ON lot_use FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'uses of lots are immutable';

-- What a member owes: points that a refund took back when they were spent already. Only those who
-- owe have a row. A table of its own, so that earnings, the hot path, don't know of it.
CREATE TABLE debt (
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (member_id),
  CONSTRAINT debt_points CHECK (points >= 0)
) DEFAULT CHARSET = utf8mb4;
