-- The keys that sign tokens, one generation after the other.
CREATE TABLE signing_key (
    -- of two replicas that make the next key at once, just one gets to insert it
    generation  INT            NOT NULL,
    kid         VARCHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    -- X.509 SubjectPublicKeyInfo
    public_key  VARBINARY(256) NOT NULL,
    -- PKCS #8, sealed with AES-256-GCM under the configured key-encryption key
    private_key VARBINARY(512) NOT NULL,
    -- it is published before that, so that every verifier knows it when the first token arrives
    signs_from  DATETIME(6)    NOT NULL,
    PRIMARY KEY (generation)
);
