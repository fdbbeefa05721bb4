-- A member's account at a network. The tokens are encrypted (TokenCipher): neither a copy of this
-- table nor another member's row tells them.
CREATE TABLE connection (
  member_id        BINARY(16)     NOT NULL,
  network          VARCHAR(20)    NOT NULL,
  account_id       VARCHAR(64)    NOT NULL,
  account_name     VARCHAR(255)   NOT NULL COLLATE utf8mb4_unicode_ci,
  account_handle   VARCHAR(255)   NULL,
  access_token     VARBINARY(4096) NOT NULL,
  renewal_token    VARBINARY(4096) NULL,
  token_key_id     VARCHAR(16)    NOT NULL,
  expires_at       DATETIME(6)    NULL,     -- null: the access token doesn't expire
  broken_reason    VARCHAR(255)   NULL COLLATE utf8mb4_unicode_ci, -- null: the connection works
  connected_at     DATETIME(6)    NOT NULL,
  version          BIGINT         NOT NULL, -- changes with the tokens
  renewing_until   DATETIME(6)    NULL,     -- a worker exchanges the renewal token until then
  PRIMARY KEY (member_id, network)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A member is at a network's consent page. The row goes when they come back, so it works once.
CREATE TABLE authorization_request (
  state_hash    BINARY(32)     NOT NULL,    -- SHA-256 of the state parameter
  member_id     BINARY(16)     NOT NULL,
  network       VARCHAR(20)    NOT NULL,
  code_verifier VARBINARY(512) NOT NULL,    -- encrypted as the tokens are
  token_key_id  VARCHAR(16)    NOT NULL,
  return_to     VARCHAR(2048)  NOT NULL,
  expires_at    DATETIME(6)    NOT NULL,
  PRIMARY KEY (state_hash),
  INDEX authorization_request_member (member_id),   -- removal when the member leaves
  INDEX authorization_request_expiry (expires_at)   -- removal of what nobody came back with
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What is known of a post: from post.published, or only that it is gone, from post.deleted; the
-- two may come in either order.
CREATE TABLE post (
  id           BINARY(16)  NOT NULL,
  author_id    BINARY(16)  NOT NULL,
  text         MEDIUMTEXT  NOT NULL,
  media_ids    VARCHAR(255) NOT NULL,       -- ids with commas between them, in the post's order
  store_id     BINARY(16)  NULL,
  purchase_id  BINARY(16)  NULL,
  published_at DATETIME(6) NULL,
  deleted_at   DATETIME(6) NULL,
  PRIMARY KEY (id),
  INDEX post_author (author_id)             -- removal when the author leaves
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- A post on its way to one network.
CREATE TABLE share (
  id             BINARY(16)    NOT NULL,
  post_id        BINARY(16)    NOT NULL,
  network        VARCHAR(20)   NOT NULL,
  author_id      BINARY(16)    NOT NULL,
  status         VARCHAR(12)   NOT NULL,
  attempts       INT           NOT NULL DEFAULT 0,
  attempt_limit  INT           NOT NULL,
  -- When the share must be looked at next: the next attempt, or the end of the lease of the worker
  -- that is at it. Null: never, unless the author asks for it.
  due_at         DATETIME(6)   NULL,
  claim          BINARY(16)    NULL,        -- of the worker that is at it; fences off earlier ones
  -- Since when the network may show the post without our knowing: set before the request that
  -- publishes it, cleared when that is refused for certain. While it is set, the network is asked
  -- for the post before it is sent again.
  sent_at        DATETIME(6)   NULL,
  sent_media_ids VARCHAR(255)  NULL,        -- the network's ids of the pictures that went with it
  post_anyway    BOOLEAN       NOT NULL DEFAULT FALSE, -- the author accepts that it may be there twice
  remote_id      VARCHAR(128)  NULL,
  remote_url     VARCHAR(512)  NULL,
  error_class    VARCHAR(40)   NULL,
  error          VARCHAR(500)  NULL COLLATE utf8mb4_unicode_ci,
  trace_parent   VARCHAR(55)   NULL,        -- of post.published, for the events that follow from it
  idempotency_key VARCHAR(255) NULL,        -- the same
  created_at     DATETIME(6)   NOT NULL,
  published_at   DATETIME(6)   NULL,
  PRIMARY KEY (id),
  UNIQUE INDEX share_post_network (post_id, network),       -- one share per network; a post's shares
  UNIQUE INDEX share_remote (network, remote_id),           -- a network's post belongs to one share
  INDEX share_due (due_at),                                 -- the dispatcher's look for work
  INDEX share_author (author_id, network),                  -- removal when the author leaves
  CONSTRAINT share_status CHECK (status IN ('queued', 'publishing', 'published', 'failed', 'unknown')),
  CONSTRAINT share_published_has_remote CHECK (status <> 'published' OR remote_id IS NOT NULL)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What each attempt came to, for whoever has to find out why a share is where it is.
CREATE TABLE share_attempt (
  share_id    BINARY(16)   NOT NULL,
  attempt     INT          NOT NULL,
  started_at  DATETIME(6)  NOT NULL,
  finished_at DATETIME(6)  NULL,            -- null: it goes on, or its worker died
  outcome     VARCHAR(12)  NULL,
  error_class VARCHAR(40)  NULL,
  error       VARCHAR(500) NULL COLLATE utf8mb4_unicode_ci,
  PRIMARY KEY (share_id, attempt)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Members who left: nothing of theirs is taken in again, should an older event come late.
CREATE TABLE closed_member (
  member_id BINARY(16)  NOT NULL,
  closed_at DATETIME(6) NOT NULL,
  PRIMARY KEY (member_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
