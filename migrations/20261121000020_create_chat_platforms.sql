-- What the chat platforms need: people and their roles, where an answer is posted, who works for a platform.

-- One person, on however many platforms. A principal that was merged into another points to it: everyone ever
-- linked counts as one.
CREATE TABLE principals (
    id           uuid        PRIMARY KEY,
    merged_into  uuid        REFERENCES principals,
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- An account of a platform, by the platform's own id ("discord:123"). The name is for people's eyes.
CREATE TABLE identities (
    subject       text        PRIMARY KEY CHECK (octet_length(subject) BETWEEN 3 AND 200),
    principal_id  uuid        NOT NULL REFERENCES principals,
    name          text        NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identities_by_principal ON identities (principal_id);

-- A code that links two identities of one person: shown once in private, kept as a hash, valid for minutes. The
-- other side enters it and confirms, then the side that asked for it is shown who did and confirms.
CREATE TABLE link_codes (
    code_hash     bytea       PRIMARY KEY,
    subject       text        NOT NULL REFERENCES identities,
    expires_at    timestamptz NOT NULL,
    -- The other side, for good once it is there; confirmed_at: it said that it is the same person.
    entered_by    text        REFERENCES identities,
    confirmed_at  timestamptz,
    -- The side that asked was shown who entered the code; only then can it confirm, which links.
    shown_at      timestamptz,
    linked_at     timestamptz,
    -- Called off by one side, or replaced by a newer code.
    cancelled_at  timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX link_codes_by_subject ON link_codes (subject, created_at);
CREATE INDEX link_codes_by_entered ON link_codes (entered_by, created_at);
-- Codes that led nowhere, so that nobody guesses for long.
CREATE TABLE link_guesses (
    subject     text        NOT NULL,
    guessed_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX link_guesses_by_subject ON link_guesses (subject, guessed_at);

-- Who has which role. A grant goes to a person (a principal's id), to a role of a platform ("discord:guild:role"), to everyone in
-- a place ("telegram:-100123"), or to anyone; for one source or all, in one place or all.
CREATE TABLE grants (
    id          uuid        PRIMARY KEY,
    kind        text        NOT NULL CHECK (kind IN ('person', 'platform_role', 'place', 'anyone')),
    subject     text        NOT NULL,
    role        text        NOT NULL CHECK (role IN ('viewer', 'analyst', 'editor', 'approver', 'admin')),
    source      text        REFERENCES sources (name) ON DELETE CASCADE,
    place       text,
    granted_by  text        NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (kind, subject, role, source, place)
);

-- A source with places is asked only from them.
CREATE TABLE source_places (
    source  text  NOT NULL REFERENCES sources (name) ON DELETE CASCADE,
    place   text  NOT NULL,
    PRIMARY KEY (source, place)
);
-- Answers from this source are shown to their asker alone.
ALTER TABLE sources ADD COLUMN private_results boolean NOT NULL DEFAULT false;

-- What a place does by default, and what a person wants.
CREATE TABLE place_settings (
    place    text     PRIMARY KEY,
    source   text     REFERENCES sources (name) ON DELETE SET NULL,
    threads  boolean  NOT NULL DEFAULT false
);
CREATE TABLE person_settings (
    principal_id  uuid     PRIMARY KEY REFERENCES principals,
    private       boolean  NOT NULL DEFAULT false
);

-- What is wanted of a run's text; who asks, as the platform showed them then; whether the answer is theirs alone.
ALTER TABLE runs
    ADD COLUMN ask      text     NOT NULL DEFAULT 'question' CHECK (ask IN ('question', 'show_sql', 'sql')),
    ADD COLUMN actor    jsonb,
    ADD COLUMN subject  text,
    ADD COLUMN place    text,
    ADD COLUMN private  boolean  NOT NULL DEFAULT false;
-- Quotas count the runs of a person and of a place in the last minute and day.
CREATE INDEX runs_by_subject ON runs (subject, created_at);
CREATE INDEX runs_by_place ON runs (place, created_at);

-- Where an answer stands on a platform. The row is there before anything is posted: whoever holds the claim posts
-- the placeholder and writes its id down; from then on it is only edited.
CREATE TABLE posts (
    run_id         uuid        PRIMARY KEY REFERENCES runs ON DELETE CASCADE,
    platform       text        NOT NULL,
    address        jsonb       NOT NULL,
    message_id     text,
    claimed_until  timestamptz NOT NULL,
    created_at     timestamptz NOT NULL DEFAULT now()
);

-- Thumbs up or down, one per person and run.
CREATE TABLE feedback (
    run_id      uuid        NOT NULL REFERENCES runs ON DELETE CASCADE,
    subject     text        NOT NULL,
    rating      smallint    NOT NULL CHECK (rating IN (-1, 1)),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, subject)
);

-- Work that one process does at a time: polling Telegram, owning Discord's shards.
CREATE TABLE duties (
    name   text         PRIMARY KEY,
    owner  text         NOT NULL,
    until  timestamptz  NOT NULL
);
