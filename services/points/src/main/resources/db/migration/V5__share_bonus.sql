-- A bonus that was given: once per purchase and network.
CREATE TABLE share_bonus (
  purchase_id BINARY(16) NOT NULL,
  network VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  share_id BINARY(16) NOT NULL,
  member_id BINARY(16) NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (purchase_id, network),
  CONSTRAINT share_bonus_points CHECK (points > 0)
) DEFAULT CHARSET = utf8mb4;

-- What a member got from a store's bonuses in a UTC day. Its row lock makes the daily cap exact
-- however many workers decide at once.
CREATE TABLE share_bonus_day (
  member_id BINARY(16) NOT NULL,
  store_id BINARY(16) NOT NULL,
  day DATE NOT NULL,
  points BIGINT NOT NULL,
  PRIMARY KEY (member_id, store_id, day),
  CONSTRAINT share_bonus_day_points CHECK (points >= 0)
) DEFAULT CHARSET = utf8mb4;
