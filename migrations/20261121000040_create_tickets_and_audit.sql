-- Changes that wait for a decision: tickets with their votes and cards, what undoes them, and the audit log.

-- Which installation of Rowcall this is: with a ticket's id, it names a change on its source for all time.
CREATE TABLE installation (
    id   uuid     NOT NULL,
    one  boolean  PRIMARY KEY DEFAULT true CHECK (one)
);
INSERT INTO installation (id) VALUES (gen_random_uuid());

-- What a source asks of changes. Not among the settings: those are the worker's, these are the whole installation's.
ALTER TABLE sources ADD COLUMN change_rules jsonb NOT NULL DEFAULT '{}';

-- An administrator said that this is a person of their own: only such people count as approvers.
ALTER TABLE principals
    ADD COLUMN registered_at  timestamptz,
    ADD COLUMN registered_by  text;

-- What a platform last said of somebody's roles in a guild. A decision may rest on what they held hours ago; a newer
-- word, from whatever event, corrects it.
CREATE TABLE role_snapshots (
    subject  text         NOT NULL REFERENCES identities,
    space    text         NOT NULL,
    roles    text[]       NOT NULL,
    seen_at  timestamptz  NOT NULL,
    PRIMARY KEY (subject, space)
);

-- A change. Who asked, where and for whose eyes, is the run's to say.
CREATE TABLE tickets (
    id            uuid         PRIMARY KEY,
    run_id        uuid         NOT NULL REFERENCES runs ON DELETE CASCADE,
    source        text         NOT NULL,
    requester_id  uuid         NOT NULL REFERENCES principals,
    statement     text         NOT NULL,
    params        jsonb        NOT NULL,
    operation     text         NOT NULL,
    table_name    text         NOT NULL,
    impact        jsonb        NOT NULL,
    -- Cascades counted; NULL where it could not be measured.
    rows          bigint       CHECK (rows >= 0),
    risk          text         NOT NULL CHECK (risk IN ('low', 'medium', 'high', 'critical')),
    -- What was asked of it when it was opened, and the words in which that was shown.
    rule          jsonb        NOT NULL,
    rule_words    text         NOT NULL,
    fingerprint   bytea        NOT NULL CHECK (octet_length(fingerprint) = 32),
    -- What it was made of, in the words of whoever measured: by it, what moved can be named.
    evidence      jsonb,
    state         text         NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'approved', 'executing',
                               'in_doubt', 'executed', 'failed', 'rejected', 'expired', 'cancelled', 'stale')),
    -- Counts what a card shows anew.
    revision      integer      NOT NULL DEFAULT 0,
    -- Where rows are unknown: the most that may be touched, by those who approved.
    row_cap       bigint       CHECK (row_cap >= 0),
    created_at    timestamptz  NOT NULL DEFAULT now(),
    expires_at    timestamptz  NOT NULL,
    remind_at     timestamptz,
    decided_at    timestamptz,
    -- The account whose word settled it, and the name it had.
    decided_by    text,
    decided_name  text,
    executed_at   timestamptz,
    outcome       text,
    result_rows   bigint,
    replaces      uuid         UNIQUE REFERENCES tickets ON DELETE SET NULL,
    replaced_by   uuid         REFERENCES tickets ON DELETE SET NULL,
    undoes        uuid         REFERENCES tickets ON DELETE SET NULL,
    -- The lease, as runs have it.
    attempt       integer      NOT NULL DEFAULT 0,
    lease_owner   text,
    lease_epoch   bigint       NOT NULL DEFAULT 0,
    lease_until   timestamptz,
    due_at        timestamptz  NOT NULL DEFAULT now(),
    CHECK ((state = 'executing') = (lease_owner IS NOT NULL AND lease_until IS NOT NULL)),
    CHECK (state NOT IN ('approved', 'rejected') OR decided_at IS NOT NULL)
);
CREATE UNIQUE INDEX tickets_one_open ON tickets (run_id)
    WHERE state IN ('pending', 'approved', 'executing', 'in_doubt');
CREATE UNIQUE INDEX tickets_one_undo ON tickets (undoes)
    WHERE state IN ('pending', 'approved', 'executing', 'in_doubt', 'executed');
CREATE INDEX tickets_by_run ON tickets (run_id);
CREATE INDEX tickets_by_source ON tickets (source, id);
CREATE INDEX tickets_waiting ON tickets (expires_at) WHERE state IN ('pending', 'approved');
CREATE INDEX tickets_reminding ON tickets (remind_at) WHERE state = 'pending';
CREATE INDEX tickets_due ON tickets (due_at) WHERE state IN ('approved', 'executing', 'in_doubt');
-- How much somebody changed lately, and is about to.
CREATE INDEX tickets_by_requester ON tickets (requester_id, source, table_name, executed_at);

-- One vote of a person. A later one takes the place of an earlier one as long as the ticket waits; the audit log
-- keeps both.
CREATE TABLE ticket_votes (
    ticket_id     uuid         NOT NULL REFERENCES tickets ON DELETE CASCADE,
    principal_id  uuid         NOT NULL REFERENCES principals,
    subject       text         NOT NULL,
    name          text         NOT NULL,
    -- Who voted and from where, as the platform showed them then.
    actor         jsonb        NOT NULL,
    decision      text         NOT NULL CHECK (decision IN ('approve', 'reject', 'ask_change', 'break_glass')),
    comment       text,
    row_cap       bigint       CHECK (row_cap >= 0),
    fingerprint   bytea        NOT NULL,
    at            timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (ticket_id, principal_id)
);

CREATE TABLE ticket_comments (
    id          uuid         PRIMARY KEY,
    ticket_id   uuid         NOT NULL REFERENCES tickets ON DELETE CASCADE,
    subject     text         NOT NULL,
    name        text         NOT NULL,
    body        text         NOT NULL,
    at          timestamptz  NOT NULL DEFAULT now()
);
CREATE INDEX ticket_comments_by_ticket ON ticket_comments (ticket_id, at);

-- Where a ticket's card stands. The one in the run's own place (`own`) stands where the run's answer stands: `posts`
-- knows where that is.
CREATE TABLE ticket_posts (
    id          uuid         PRIMARY KEY,
    ticket_id   uuid         NOT NULL REFERENCES tickets ON DELETE CASCADE,
    platform    text         NOT NULL,
    place       text         NOT NULL,
    own         boolean      NOT NULL DEFAULT false,
    -- In the front end's words; NULL: it makes them from the place.
    address     jsonb,
    message_id  text,
    created_at  timestamptz  NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (ticket_id, platform, place, message_id)
);
CREATE UNIQUE INDEX ticket_posts_one_own ON ticket_posts (ticket_id) WHERE own;

-- The outbox also delivers cards that changed, and reminders: one row for each card, and one for what is said below
-- it, which wait anew with every change. What is delivered is the ticket as it is then, so one delivery stands for every
-- change before it; a change that comes while it is on its way (`again`) has it delivered once more.
ALTER TABLE outbox
    DROP CONSTRAINT outbox_run_id_key,
    ALTER COLUMN message_id DROP NOT NULL,
    ADD COLUMN kind     text     NOT NULL DEFAULT 'reply' CHECK (kind IN ('reply', 'card', 'reminder')),
    ADD COLUMN post_id  uuid     REFERENCES ticket_posts ON DELETE CASCADE,
    ADD COLUMN again    boolean  NOT NULL DEFAULT false,
    ADD CHECK ((kind = 'reply') = (post_id IS NULL)),
    ADD CHECK ((kind = 'reply') = (message_id IS NOT NULL));
-- A run has one reply.
CREATE UNIQUE INDEX outbox_one_of_a_kind ON outbox (run_id, kind, post_id) NULLS NOT DISTINCT;
CREATE INDEX outbox_by_post ON outbox (post_id) WHERE post_id IS NOT NULL;

-- The rows of a change as they were, and as it left them: compressed by whoever captured them, and here before the
-- source is told to commit.
CREATE TABLE undo_images (
    ticket_id   uuid         PRIMARY KEY REFERENCES tickets ON DELETE CASCADE,
    data        bytea        NOT NULL,
    rows        bigint       NOT NULL,
    created_at  timestamptz  NOT NULL DEFAULT now(),
    expires_at  timestamptz  NOT NULL
);
ALTER TABLE undo_images ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX undo_images_by_expiry ON undo_images (expires_at);

-- Who did what. Each entry is chained to the one before it by an HMAC whose key is not in this database.
CREATE TABLE audit_log (
    seq       bigint       PRIMARY KEY CHECK (seq > 0),
    at        timestamptz  NOT NULL,
    actor     text         NOT NULL,
    action    text         NOT NULL,
    subject   text         NOT NULL,
    -- Not jsonb: the HMAC is over this very text.
    details   json         NOT NULL,
    -- Which key; empty for entries from before there was one.
    key_id    text         NOT NULL,
    -- An entry follows one other, and no two follow the same.
    previous  bytea        NOT NULL UNIQUE CHECK (octet_length(previous) = 32),
    mac       bytea        NOT NULL UNIQUE CHECK (octet_length(mac) = 32)
);
CREATE INDEX audit_log_by_subject ON audit_log (subject, seq);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_log_is_kept BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
