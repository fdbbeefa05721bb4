-- A member who left: the row stays, since sessions and events name its id, but not the person.
ALTER TABLE member
    MODIFY email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    MODIFY display_name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
    ADD COLUMN closed_at DATETIME(6),
    ADD CONSTRAINT member_is_a_person_until_closed CHECK (
        (closed_at IS NULL AND email IS NOT NULL AND display_name IS NOT NULL)
        OR (closed_at IS NOT NULL AND email IS NULL AND display_name IS NULL
            AND password_hash IS NULL));
