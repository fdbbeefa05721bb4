-- Sessions. All refresh tokens that descend from one sign-in are one session's: their family.
CREATE TABLE session (
    id         BINARY(16)  NOT NULL,
    member_id  BINARY(16)  NOT NULL,
    created_at DATETIME(6) NOT NULL,
    -- when it ends at the latest, however often it is refreshed
    expires_at DATETIME(6) NOT NULL,
    -- when it was ended: by sign-out, or because a spent refresh token came back
    ended_at   DATETIME(6),
    PRIMARY KEY (id),
    -- all of a member's sessions are ended together
    KEY session_member (member_id),
    -- the purge takes the expired ones
    KEY session_expiry (expires_at),
    CONSTRAINT session_of_member FOREIGN KEY (member_id) REFERENCES member (id)
);

CREATE TABLE refresh_token (
    -- SHA-256 of 32 random bytes; the token itself is never stored
    token_hash BINARY(32)  NOT NULL,
    session_id BINARY(16)  NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    -- when it was exchanged for its successor; whoever presents it after that has a copy
    spent_at   DATETIME(6),
    PRIMARY KEY (token_hash),
    -- the purge takes the expired ones
    KEY refresh_token_expiry (expires_at),
    CONSTRAINT refresh_token_of_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
);

-- Sign-in attempts that did not succeed, counted per window of time.
CREATE TABLE sign_in_attempt (
    -- SHA-256 of what is counted (an address, an e-mail, or both): of one size, and no personal data
    subject     BINARY(32)  NOT NULL,
    attempts    INT         NOT NULL,
    window_ends DATETIME(6) NOT NULL,
    PRIMARY KEY (subject),
    -- the purge takes the windows that are over
    KEY sign_in_attempt_over (window_ends)
);
