-- A source may say how many runs work on it at once, whoever asks (at_once in its settings). They hold numbered places as the runs of
-- one person do, by the same means: counted are only runs that work, and the index lets no two have the same.
ALTER TABLE sources ADD COLUMN at_once integer GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(settings -> 'at_once') = 'number'
         THEN least(greatest((settings ->> 'at_once')::numeric, 1), 1000)::integer END) STORED;
ALTER TABLE runs ADD COLUMN source_turn integer CHECK (source_turn > 0);
CREATE UNIQUE INDEX runs_one_a_source_turn ON runs (source, source_turn) WHERE state = 'running' AND source_turn IS NOT NULL;
-- Those that wait for theirs, the first one first.
CREATE INDEX runs_waiting_for_a_source ON runs (source, due_at) WHERE state = 'queued';
