-- A run that nobody asked in words: it takes the change of this ticket back.
ALTER TABLE runs ADD COLUMN undoes uuid REFERENCES tickets ON DELETE SET NULL;
