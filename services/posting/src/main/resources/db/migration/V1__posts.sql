-- Members who write, and whether they have left. A row is locked while its member posts, so that a
-- post and its author's leaving never pass each other by.
CREATE TABLE author (
  member_id BINARY(16)  NOT NULL,
  closed_at DATETIME(6) NULL,
  PRIMARY KEY (member_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What is known of media, from the media service's events. A post locks the rows of its media while
-- it is written, and an event locks the row that it changes: so of a post and the news that its
-- media is ready, the second always sees the first.
CREATE TABLE media_state (
  media_id BINARY(16)  NOT NULL,
  owner_id BINARY(16)  NULL, -- null until known
  status   VARCHAR(8)  NOT NULL,
  reason   VARCHAR(64) NULL, -- why it was rejected
  PRIMARY KEY (media_id),
  CONSTRAINT media_state_status CHECK (status IN ('unknown', 'ready', 'rejected'))
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE post (
  id           BINARY(16)    NOT NULL,
  author_id    BINARY(16)    NOT NULL,
  text         VARCHAR(5000) NOT NULL,
  visibility   VARCHAR(7)    NOT NULL,
  share_to     VARCHAR(64)   NOT NULL, -- networks, separated by commas
  store_id     BINARY(16)    NULL,
  purchase_id  BINARY(16)    NULL,
  status       VARCHAR(14)   NOT NULL,
  publish_at   DATETIME(6)   NULL,     -- not before this; null for at once
  created_at   DATETIME(6)   NOT NULL,
  published_at DATETIME(6)   NULL,
  edited_at    DATETIME(6)   NULL,
  version      INT           NOT NULL,
  rejected_media_id BINARY(16)  NULL,
  rejected_reason   VARCHAR(64) NULL,
  -- When everyone could see it; null while they can't. What public lists are sorted by.
  public_since DATETIME(6) AS (CASE WHEN visibility = 'public' THEN published_at END) VIRTUAL,
  PRIMARY KEY (id),
  INDEX post_feed (public_since, id),               -- the feed
  INDEX post_of_store (store_id, public_since, id), -- a store's public posts
  INDEX post_of_author (author_id, id),             -- all posts of a member, for themselves
  INDEX post_public_of_author (author_id, public_since, id), -- and for others
  INDEX post_due (status, publish_at),              -- the poller of scheduled posts
  CONSTRAINT post_visibility CHECK (visibility IN ('public', 'private')),
  CONSTRAINT post_status CHECK (status IN ('scheduled', 'awaiting_media', 'published', 'rejected')),
  CONSTRAINT post_published CHECK ((status = 'published') = (published_at IS NOT NULL))
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE post_media (
  post_id  BINARY(16) NOT NULL,
  position TINYINT    NOT NULL,
  media_id BINARY(16) NOT NULL,
  PRIMARY KEY (post_id, position),
  INDEX post_media_of (media_id), -- posts that wait for a media
  CONSTRAINT post_media_post FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What a post said before each edit.
CREATE TABLE post_edit (
  post_id     BINARY(16)    NOT NULL,
  version     INT           NOT NULL, -- the version that said so
  text        VARCHAR(5000) NOT NULL,
  replaced_at DATETIME(6)   NOT NULL,
  PRIMARY KEY (post_id, version),
  CONSTRAINT post_edit_post FOREIGN KEY (post_id) REFERENCES post (id) ON DELETE CASCADE
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
