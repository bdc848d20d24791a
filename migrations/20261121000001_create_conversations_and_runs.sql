-- The store: the one source of truth. Redis may be wiped at any time; nothing in here can be rebuilt from it.

-- A database that questions are asked about. Its URL is never kept here, only where to find it.
CREATE TABLE sources (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9_-]{0,62}$'),
    -- "env:NAME" or "file:/path"
    url_ref     text        NOT NULL CHECK (url_ref ~ '^(env|file):.+'),
    settings    jsonb       NOT NULL DEFAULT '{}',
    is_default  boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX sources_one_default ON sources (is_default) WHERE is_default;

-- A thread, a direct message, a console chat.
CREATE TABLE conversations (
    id          uuid        PRIMARY KEY,
    platform    text        NOT NULL CHECK (platform IN ('console', 'cli', 'discord', 'telegram')),
    key         text        NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 200),
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (platform, key)
);

-- What people said and what Rowcall answered. `seq` gives the order within a conversation.
CREATE TABLE messages (
    id               uuid        PRIMARY KEY,
    seq              bigint      GENERATED ALWAYS AS IDENTITY,
    conversation_id  uuid        NOT NULL REFERENCES conversations ON DELETE CASCADE,
    run_id           uuid        NOT NULL,
    author           text        NOT NULL CHECK (author IN ('person', 'rowcall')),
    author_name      text        NOT NULL,
    -- The platform's own id of the event; a second event with it is the same event. NULL for our own words.
    dedup_key        text        UNIQUE,
    body             text        NOT NULL,
    -- For our own words: the whole reply, and the query plan that a follow-up changes.
    reply            jsonb,
    plan             jsonb,
    created_at       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX messages_by_conversation ON messages (conversation_id, seq);
-- One run, one reply: the last line of defence against answering twice.
CREATE UNIQUE INDEX messages_one_reply ON messages (run_id) WHERE author = 'rowcall';

-- One question from its acceptance to its reply.
CREATE TABLE runs (
    id                uuid        PRIMARY KEY,
    conversation_id   uuid        NOT NULL REFERENCES conversations ON DELETE CASCADE,
    message_id        uuid        NOT NULL REFERENCES messages ON DELETE CASCADE,
    platform          text        NOT NULL,
    source            text        NOT NULL,
    state             text        NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running',
                                  'waiting_clarification', 'waiting_approval', 'succeeded', 'refused', 'failed',
                                  'cancelled', 'expired')),
    -- Times a worker took it. The queue's own attempt count does not rise when a worker dies; this one does.
    attempt           integer     NOT NULL DEFAULT 0,
    -- The lease. `lease_owner` is new at every claim, so a claim that a crash of the server undid can never be
    -- mistaken for a later one; `lease_epoch` orders them for people who read the run.
    lease_owner       text,
    lease_epoch       bigint      NOT NULL DEFAULT 0,
    lease_until       timestamptz,
    -- Not before: backoff between attempts.
    due_at            timestamptz NOT NULL DEFAULT now(),
    cancel_requested  boolean     NOT NULL DEFAULT false,
    -- Why the last attempt failed, for people.
    last_error        text,
    planner           text,
    sql               text,
    row_count         bigint,
    failure_code      text,
    created_at        timestamptz NOT NULL DEFAULT now(),
    started_at        timestamptz,
    finished_at       timestamptz,
    CHECK ((state = 'running') = (lease_owner IS NOT NULL AND lease_until IS NOT NULL))
);
CREATE INDEX runs_queued ON runs (due_at) WHERE state = 'queued';
CREATE INDEX runs_leased ON runs (lease_until) WHERE state = 'running';
CREATE INDEX runs_waiting ON runs (conversation_id) WHERE state = 'waiting_clarification';
CREATE INDEX runs_by_conversation ON runs (conversation_id, id);

-- One attempt at one stage of a run. The input of a step is the output of the completed step before it, so only
-- the first step keeps one.
CREATE TABLE steps (
    run_id           uuid        NOT NULL REFERENCES runs ON DELETE CASCADE,
    position         integer     NOT NULL,
    attempt          integer     NOT NULL,
    name             text        NOT NULL,
    state            text        NOT NULL CHECK (state IN ('completed', 'ended', 'failed')),
    idempotency_key  text        NOT NULL,
    input            jsonb,
    output           jsonb,
    error            text,
    started_at       timestamptz NOT NULL,
    finished_at      timestamptz NOT NULL,
    PRIMARY KEY (run_id, position, attempt)
);
-- A step is completed once, whatever its attempts.
CREATE UNIQUE INDEX steps_completed_once ON steps (run_id, position) WHERE state <> 'failed';

-- Charts and files. The bytes lie in chunks, so that a large file is written and read in bounded memory.
CREATE TABLE artifacts (
    id          uuid        PRIMARY KEY,
    run_id      uuid        NOT NULL REFERENCES runs ON DELETE CASCADE,
    kind        text        NOT NULL CHECK (kind IN ('chart', 'csv')),
    name        text        NOT NULL,
    mime        text        NOT NULL,
    alt         text        NOT NULL,
    bytes       bigint      NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX artifacts_by_run ON artifacts (run_id);
CREATE TABLE artifact_chunks (
    artifact_id  uuid     NOT NULL REFERENCES artifacts ON DELETE CASCADE,
    position     integer  NOT NULL,
    data         bytea    NOT NULL,
    PRIMARY KEY (artifact_id, position)
);
-- Charts are compressed already; compressing a CSV would cost more time than the query that made it.
ALTER TABLE artifact_chunks ALTER COLUMN data SET STORAGE EXTERNAL;

-- What must be delivered. Written in the transaction that ends the run.
CREATE TABLE outbox (
    id                   uuid        PRIMARY KEY,
    run_id               uuid        NOT NULL UNIQUE REFERENCES runs ON DELETE CASCADE,
    conversation_id      uuid        NOT NULL REFERENCES conversations ON DELETE CASCADE,
    message_id           uuid        NOT NULL REFERENCES messages ON DELETE CASCADE,
    platform             text        NOT NULL,
    state                text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivering', 'delivered', 'dead')),
    attempts             integer     NOT NULL DEFAULT 0,
    due_at               timestamptz NOT NULL DEFAULT now(),
    lease_owner          text,
    lease_until          timestamptz,
    platform_message_id  text,
    last_error           text,
    created_at           timestamptz NOT NULL DEFAULT now(),
    delivered_at         timestamptz
);
CREATE INDEX outbox_open ON outbox (platform, due_at) WHERE state IN ('pending', 'delivering');
