-- needs_approval update [catalogue]
UPDATE orders SET total = 1
-- needs_approval delete [catalogue]
DELETE FROM public.events
-- refuse target_not_allowed [catalogue]
UPDATE totals SET id = 1
-- refuse target_not_allowed
UPDATE pg_class SET relname = 'x'
-- refuse target_not_allowed
INSERT INTO pg_catalog.pg_authid VALUES (1)
-- refuse target_not_allowed
DELETE FROM information_schema.sql_features
-- refuse relation_not_allowed
INSERT INTO rowcall.applied_change VALUES (1)
-- refuse relation_unknown [catalogue]
DELETE FROM no_such
-- refuse relation_unknown [catalogue]: a name from WITH is no target
WITH a AS (SELECT 1) DELETE FROM a
-- refuse relation_not_allowed
INSERT INTO t SELECT * FROM pg_authid
-- refuse relation_not_allowed
WITH d AS (DELETE FROM rowcall.applied_change RETURNING *) SELECT * FROM d
