-- What language models were asked and what it cost. Kept when a run goes: the money stays spent.
CREATE TABLE model_calls (
    id                 uuid        PRIMARY KEY,
    run_id             uuid        NOT NULL,
    attempt            integer     NOT NULL,
    -- On whose account, as in `runs`.
    subject            text        NOT NULL,
    place              text        NOT NULL,
    model              text        NOT NULL,
    -- SHA-256 of the request.
    prompt_sha256      bytea       NOT NULL CHECK (octet_length(prompt_sha256) = 32),
    prompt_tokens      bigint      NOT NULL CHECK (prompt_tokens >= 0),
    completion_tokens  bigint      NOT NULL CHECK (completion_tokens >= 0),
    -- The server did not count, so we guessed.
    estimated          boolean     NOT NULL,
    cost_micro_usd     bigint      NOT NULL CHECK (cost_micro_usd >= 0),
    ms                 bigint      NOT NULL,
    -- What came of it: plan, sql, clarify, refuse, tools, unusable, abandoned, or why there was no answer.
    outcome            text        NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX model_calls_by_run ON model_calls (run_id);
-- Sums over the last 24 hours, whoever they are for.
CREATE INDEX model_calls_by_time ON model_calls (created_at)
    INCLUDE (subject, place, prompt_tokens, completion_tokens, cost_micro_usd);

-- Whole requests and answers, only where the configuration says so. They go with their run.
CREATE TABLE model_prompts (
    call_id  uuid   PRIMARY KEY REFERENCES model_calls ON DELETE CASCADE,
    run_id   uuid   NOT NULL REFERENCES runs ON DELETE CASCADE,
    prompt   jsonb  NOT NULL
);
CREATE INDEX model_prompts_by_run ON model_prompts (run_id);
