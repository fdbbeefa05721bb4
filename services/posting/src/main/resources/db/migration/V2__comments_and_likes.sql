CREATE TABLE post_comment (
  id         BINARY(16)    NOT NULL,
  post_id    BINARY(16)    NOT NULL,
  author_id  BINARY(16)    NOT NULL,
  text       VARCHAR(2000) NOT NULL,
  created_at DATETIME(6)   NOT NULL,
  PRIMARY KEY (id),
  INDEX post_comment_of_post (post_id, id),   -- a post's comments
  INDEX post_comment_of_author (author_id),   -- all that a member who leaves wrote
  CONSTRAINT post_comment_post FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The key is what makes a like count once.
CREATE TABLE post_like (
  post_id   BINARY(16) NOT NULL,
  member_id BINARY(16) NOT NULL,
  PRIMARY KEY (post_id, member_id),
  INDEX post_like_of_member (member_id), -- all likes of a member who leaves
  CONSTRAINT post_like_post FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
