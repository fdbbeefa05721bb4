-- What a member gave to another; the points are in the ledger, by this id as the reference.
CREATE TABLE transfer (
  id BINARY(16) NOT NULL,
  from_member_id BINARY(16) NOT NULL,
  to_member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  note VARCHAR(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL
    COMMENT 'the sender''s words: NULL again once the sender has left',
  transferred_at DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  -- Whose notes are to be forgotten.
  KEY transfer_from (from_member_id),
  CONSTRAINT transfer_points CHECK (points > 0),
  CONSTRAINT transfer_between_two CHECK (from_member_id <> to_member_id)
) DEFAULT CHARSET = utf8mb4;
