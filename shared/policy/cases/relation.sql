-- allow_read
SELECT * FROM anything JOIN any_schema.any_table USING (id)
-- allow_read
SELECT table_name FROM information_schema.tables
-- allow_read
SELECT relname FROM pg_class JOIN pg_catalog.pg_namespace n ON n.oid = relnamespace
-- refuse relation_not_allowed
SELECT * FROM pg_authid
-- refuse relation_not_allowed
SELECT * FROM pg_catalog.pg_shadow
-- refuse relation_not_allowed
SELECT * FROM pg_stat_activity
-- refuse relation_not_allowed
SELECT * FROM pg_settings
-- refuse relation_not_allowed
SELECT * FROM pg_statistic, pg_stats
-- refuse relation_not_allowed
SELECT * FROM pg_file_settings, pg_hba_file_rules, pg_user_mapping, pg_largeobject
-- refuse relation_not_allowed
SELECT * FROM information_schema.user_mapping_options
-- refuse relation_not_allowed
SELECT * FROM pg_temp.t
-- refuse relation_not_allowed
SELECT * FROM pg_temp_3.t
-- refuse relation_not_allowed
SELECT * FROM pg_toast.pg_toast_1260
-- refuse relation_not_allowed
SELECT * FROM rowcall.applied_change
-- refuse relation_not_allowed [catalogue]
SELECT * FROM rowcall.applied_change
-- refuse relation_not_allowed
DELETE FROM rowcall.applied_change
-- refuse relation_not_allowed
SELECT * FROM db.public.t
-- refuse relation_not_allowed
SELECT * FROM pg_stat_statements
-- refuse relation_not_allowed [catalogue]
SELECT * FROM public.pg_stat_statements
-- refuse relation_unknown
SELECT * FROM pg_catalog.no_such
-- allow_read [catalogue]
SELECT * FROM orders o, shop.customers c, events, public.events e
-- allow_read [catalogue]
SELECT * FROM hidden.secrets
-- refuse relation_unknown [catalogue]: not on the search path
SELECT * FROM secrets
-- refuse relation_unknown [catalogue]
SELECT * FROM no_such
-- refuse relation_unknown [catalogue]
SELECT * FROM shop.no_such
-- refuse relation_unknown [catalogue]: names are as written in quotes
SELECT * FROM "Orders"
-- allow_read [catalogue]
WITH a AS (SELECT * FROM orders), b AS (SELECT * FROM a) SELECT * FROM b
-- refuse relation_unknown [catalogue]: a later name is not visible yet
WITH b AS (SELECT * FROM a), a AS (SELECT * FROM orders) SELECT * FROM b
-- allow_read [catalogue]
WITH RECURSIVE b AS (SELECT * FROM a), a AS (SELECT * FROM orders) SELECT * FROM b
-- refuse relation_unknown [catalogue]: without RECURSIVE it is not its own
WITH a AS (SELECT 1 UNION ALL SELECT * FROM a) SELECT * FROM a
-- refuse relation_unknown [catalogue]: the name ends with its query
SELECT * FROM (WITH a AS (SELECT 1) SELECT * FROM a) x, a
-- refuse relation_unknown [catalogue]: a qualified name is never one from WITH
WITH a AS (SELECT 1) SELECT * FROM shop.a
-- allow_read: a name from WITH covers the catalogue's
WITH pg_authid AS (SELECT 1) SELECT * FROM pg_authid
-- refuse relation_not_allowed
WITH a AS (SELECT 1) SELECT * FROM pg_authid, a
-- refuse relation_not_allowed
SELECT (SELECT rolpassword FROM pg_authid LIMIT 1)
-- refuse relation_not_allowed
SELECT 1 WHERE EXISTS (SELECT 1 FROM pg_shadow)
-- refuse relation_not_allowed
TABLE pg_authid
-- refuse relation_not_allowed
SELECT ARRAY(SELECT usename FROM pg_user)
-- refuse relation_not_allowed
SELECT * FROM t, LATERAL (SELECT * FROM pg_locks) l
-- refuse relation_not_allowed [catalogue]: a view in which something acts
SELECT * FROM noisy_view
-- refuse relation_not_allowed [catalogue]
SELECT 1 FROM orders WHERE EXISTS (SELECT 1 FROM shop.noisy_view)
