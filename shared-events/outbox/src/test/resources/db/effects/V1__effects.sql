-- What the handlers of the tests do: an effect that would show if it happened twice.
CREATE TABLE effect (
  member_id BINARY(16) NOT NULL,
  times     INT        NOT NULL,
  PRIMARY KEY (member_id)
);
