-- A person's runs take turns on a source. A run that works holds one of the person's numbered places there, so that two workers that
-- take two runs of one person at the same moment cannot both have the last place. It counts only while the run works; whoever the
-- front end lets in without asking who they are (console, command line) takes no turns.
ALTER TABLE runs ADD COLUMN turn integer CHECK (turn > 0);
CREATE UNIQUE INDEX runs_one_a_turn ON runs (subject, source, turn) WHERE state = 'running' AND turn IS NOT NULL;
-- Those that wait for theirs, the first one first.
CREATE INDEX runs_waiting_for_a_turn ON runs (subject, source, due_at)
    WHERE state = 'queued' AND platform NOT IN ('console', 'cli');
