-- What the notes of the tests are kept in.
CREATE TABLE note (
  id   BINARY(16)   NOT NULL PRIMARY KEY,
  text VARCHAR(255) NOT NULL
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
