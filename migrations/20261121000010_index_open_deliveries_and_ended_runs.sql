-- Order within a conversation: a delivery waits for the earlier ones of its conversation, and must find them fast
-- even when many are open.
CREATE INDEX outbox_open_by_conversation ON outbox (conversation_id, created_at)
    WHERE state IN ('pending', 'delivering');
-- The list of runs by state: the common states are found without an index, so ordinary runs pay nothing for it.
CREATE INDEX runs_by_rare_state ON runs (state, id)
    WHERE state IN ('waiting_clarification', 'waiting_approval', 'refused', 'failed', 'cancelled', 'expired');
