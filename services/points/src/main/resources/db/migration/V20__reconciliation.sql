-- How far a reconciliation has come, so that it reads each entry once: entries never change. One row.
CREATE TABLE reconciliation (
  id TINYINT NOT NULL,
  summed_through BINARY(16) NOT NULL COMMENT 'the last transaction whose entries are in the sum',
  points BIGINT NOT NULL COMMENT 'what the entries up to it gave to members, less what they took',
  next_member BINARY(16) NOT NULL COMMENT 'the last member whose balance was compared',
  PRIMARY KEY (id),
  CONSTRAINT reconciliation_one_row CHECK (id = 1)
) DEFAULT CHARSET = utf8mb4;

INSERT INTO reconciliation (id, summed_through, points, next_member)
  VALUES (1, REPEAT(CHAR(0), 16), 0, REPEAT(CHAR(0), 16));

-- Members who are told another balance than their entries sum to. Should be empty.
CREATE TABLE balance_difference (
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL COMMENT 'balance less debt, less what the entries sum to',
  found_at DATETIME(6) NOT NULL,
  PRIMARY KEY (member_id)
) DEFAULT CHARSET = utf8mb4;
