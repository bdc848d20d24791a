-- What people teach: the words of a team, and answers that somebody confirmed.

-- What a word means for a source, checked by planning it when it was defined.
CREATE TABLE glossary (
    source      text         NOT NULL,
    -- The term in lower case, words apart by one space.
    term_key    text         NOT NULL CHECK (octet_length(term_key) BETWEEN 1 AND 240),
    term        text         NOT NULL,
    meaning     text         NOT NULL CHECK (octet_length(meaning) BETWEEN 1 AND 2000),
    -- The statement it came to then, for people.
    sql         text         NOT NULL,
    defined_by  text         NOT NULL,
    defined_at  timestamptz  NOT NULL DEFAULT now(),
    PRIMARY KEY (source, term_key)
);

-- A question whose answer somebody confirmed. The same question is answered by the same draft as long as the tables
-- are what they were; a planner that learns from examples is shown those that are near.
CREATE TABLE verified_answers (
    id            uuid         PRIMARY KEY,
    source        text         NOT NULL,
    question_key  text         NOT NULL,
    question      text         NOT NULL,
    -- What was planned, in the worker's words.
    draft         jsonb        NOT NULL,
    -- The statement that ran.
    sql           text         NOT NULL,
    -- The catalogue's fingerprint for which it is known to hold.
    schema        text         NOT NULL,
    -- Whether the very same question means the same again: it needed no conversation and no calendar.
    reusable      boolean      NOT NULL,
    run_id        uuid         REFERENCES runs ON DELETE SET NULL,
    verified_by   text         NOT NULL,
    verified_at   timestamptz  NOT NULL DEFAULT now(),
    -- Not used any more, and why.
    set_aside     text,
    UNIQUE (source, question_key)
);
CREATE INDEX verified_answers_by_run ON verified_answers (run_id);

-- A definition is a run, too: only the worker knows the tables.
ALTER TABLE runs
    DROP CONSTRAINT runs_ask_check,
    ADD CONSTRAINT runs_ask_check CHECK (ask IN ('question', 'show_sql', 'sql', 'define'));
