-- What a model would have people look at before they decide: {"by": …, "text": …}. It decides nothing.
ALTER TABLE tickets ADD COLUMN advice jsonb;
