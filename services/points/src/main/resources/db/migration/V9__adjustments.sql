-- What operators gave and took, and why; the points are in the ledger, by this id as the reference.
CREATE TABLE adjustment (
  id BINARY(16) NOT NULL,
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL COMMENT 'negative when they were taken',
  reason VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  operator VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL COMMENT 'who, as the token says',
  adjusted_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT adjustment_points CHECK (points <> 0),
  CONSTRAINT adjustment_reason CHECK (reason <> '')
) DEFAULT CHARSET = utf8mb4;

CREATE TRIGGER adjustment_no_update BEFORE UPDATE ON adjustment FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'adjustments are immutable';

CREATE TRIGGER adjustment_no_delete BEFORE DELETE ON adjustment FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'adjustments are immutable';
