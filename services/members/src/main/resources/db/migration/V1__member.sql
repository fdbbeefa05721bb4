-- Members: people who collect points, whether they registered themselves or were enrolled at a till.
CREATE TABLE member (
    id            BINARY(16)   NOT NULL,
    -- trimmed and in lower case; how many bytes an address may have is RFC 5321's limit
    email         VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    display_name  VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    -- bcrypt in modular crypt format; null for a member who was enrolled at a till and has set none
    password_hash VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin,
    -- counts changes; the ETag
    version       INT          NOT NULL,
    created_at    DATETIME(6)  NOT NULL,
    PRIMARY KEY (id),
    -- sign-in finds a member by address; and of two registrations at once, just one wins
    UNIQUE KEY member_email (email)
);
