-- Points that a store wants for something. They are held first: out of the balance and owed still.
-- A hold ends once, by capture, cancellation or its time.
CREATE TABLE redemption (
  id BINARY(16) NOT NULL,
  store_id BINARY(16) NOT NULL,
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  reference VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
    COMMENT 'the store''s own',
  status TINYINT NOT NULL COMMENT '1 held, 2 captured, 3 cancelled, 4 released',
  hold_transaction_id BINARY(16) NOT NULL COMMENT 'whose lot uses a return gives back',
  ending_reference BINARY(16) NOT NULL
    COMMENT 'reference of the transaction that ends the hold: unique there, so that but one can',
  held_at DATETIME(6) NOT NULL,
  held_until DATETIME(6) NOT NULL COMMENT 'when it is released unless captured before',
  ended_at DATETIME(6) NULL,
  PRIMARY KEY (id),
  -- What is due to be released, oldest first.
  KEY redemption_due (status, held_until),
  CONSTRAINT redemption_points CHECK (points > 0),
  CONSTRAINT redemption_status CHECK (status BETWEEN 1 AND 4),
  CONSTRAINT redemption_ended CHECK ((status = 1) = (ended_at IS NULL)),
  CONSTRAINT redemption_hold FOREIGN KEY (hold_transaction_id) REFERENCES ledger_transaction (id)
) DEFAULT CHARSET = utf8mb4;

DELIMITER //
CREATE TRIGGER redemption_ends_once BEFORE UPDATE ON redemption FOR EACH ROW
BEGIN
  IF OLD.status <> 1 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a redemption ends once';
  END IF;
END//
DELIMITER ;
