-- Stores, each with every version of its program, and the client it signs in with.
CREATE TABLE store (
    id              BINARY(16)   NOT NULL,
    name            VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    currency        CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- the version in force; the ETag
    program_version INT          NOT NULL,
    created_at      DATETIME(6)  NOT NULL,
    PRIMARY KEY (id)
);

-- Never changed once written: purchases keep the version that they were made under.
CREATE TABLE program_version (
    store_id              BINARY(16)  NOT NULL,
    version               INT         NOT NULL,
    -- points per minor unit: text, so that it stays the decimal that was given
    earn_rate             VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    min_purchase          BIGINT      NOT NULL,
    -- null: points of this program never expire
    expiry_days           INT,
    share_bonus           BIGINT      NOT NULL,
    share_bonus_daily_cap BIGINT      NOT NULL,
    max_participants      INT         NOT NULL,
    effective_at          DATETIME(6) NOT NULL,
    PRIMARY KEY (store_id, version),
    CONSTRAINT program_version_of_store FOREIGN KEY (store_id) REFERENCES store (id),
    CONSTRAINT program_version_counts_from_one CHECK (version >= 1),
    CONSTRAINT program_version_gives_points CHECK (
        min_purchase >= 0 AND expiry_days >= 1 AND share_bonus >= 0
        AND share_bonus_daily_cap >= 0 AND max_participants >= 1)
);

CREATE TABLE store_client (
    client_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    store_id    BINARY(16)  NOT NULL,
    -- SHA-256 of 32 random bytes: nothing to guess, so a slow hash would add nothing
    secret_hash BINARY(32)  NOT NULL,
    created_at  DATETIME(6) NOT NULL,
    PRIMARY KEY (client_id),
    CONSTRAINT store_client_of_store FOREIGN KEY (store_id) REFERENCES store (id)
);
