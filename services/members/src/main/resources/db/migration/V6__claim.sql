-- Who asked for a mail by which the e-mail's owner sets a password. Kept for a while after it was
-- sent, so that nobody's mailbox is filled by asking again and again.
CREATE TABLE claim_request (
    -- as asked for, a member's or not: the answer is the same, and so is the work
    email        VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    requested_at DATETIME(6)  NOT NULL,
    -- when it is to be mailed, or tried again; null once that is done
    due_at       DATETIME(6),
    attempts     INT          NOT NULL,
    PRIMARY KEY (email),
    -- the mailing takes what is due
    KEY claim_request_due (due_at),
    -- the purge takes what is old
    KEY claim_request_age (requested_at)
);

-- A token that was mailed and lets its bearer set the member's password, once.
CREATE TABLE claim (
    -- SHA-256 of 32 random bytes; the token itself is in the mail and nowhere else
    token_hash BINARY(32)  NOT NULL,
    member_id  BINARY(16)  NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    PRIMARY KEY (token_hash),
    -- when one is used, the member's others end
    KEY claim_member (member_id),
    -- the purge takes the expired ones
    KEY claim_expiry (expires_at),
    CONSTRAINT claim_of_member FOREIGN KEY (member_id) REFERENCES member (id)
);
