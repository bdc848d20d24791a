-- refuse relation_not_allowed
SELECT name FROM users WHERE id = 1 UNION SELECT usename || ':' || passwd FROM pg_shadow
-- refuse relation_not_allowed
SELECT * FROM users WHERE name = '' OR 1 = 1 UNION SELECT rolname, rolpassword FROM pg_authid
-- refuse relation_not_allowed
SELECT (SELECT string_agg(usename, ',') FROM pg_user)
-- refuse relation_not_allowed
SELECT * FROM pg_catalog.pg_stat_activity WHERE query LIKE '%password%'
-- refuse relation_not_allowed
SELECT setting FROM pg_settings WHERE name = 'config_file'
-- refuse relation_not_allowed
SELECT most_common_vals FROM pg_stats WHERE attname = 'email'
-- refuse relation_not_allowed
SELECT stxdmcv FROM pg_statistic_ext_data
-- refuse relation_not_allowed
SELECT umoptions FROM pg_user_mapping
-- refuse relation_not_allowed
SELECT srvoptions FROM pg_foreign_server
-- refuse relation_not_allowed
SELECT subconninfo FROM pg_subscription
-- refuse relation_not_allowed
SELECT * FROM pg_largeobject WHERE loid = 1
-- refuse relation_not_allowed
SELECT * FROM pg_replication_slots
-- refuse relation_not_allowed
SELECT * FROM pg_stat_replication
-- refuse relation_not_allowed
SELECT * FROM pg_locks
-- refuse relation_not_allowed
SELECT * FROM pg_prepared_xacts
-- refuse relation_not_allowed
SELECT * FROM pg_roles
-- refuse relation_not_allowed
SELECT * FROM pg_auth_members
-- refuse relation_not_allowed
SELECT * FROM pg_group
-- refuse relation_not_allowed
SELECT * FROM pg_db_role_setting
-- refuse relation_not_allowed
SELECT * FROM pg_config
-- refuse relation_not_allowed
SELECT * FROM pg_shmem_allocations
-- refuse relation_not_allowed
SELECT * FROM pg_backend_memory_contexts
-- refuse relation_not_allowed
SELECT * FROM pg_stat_ssl
-- refuse relation_not_allowed
SELECT * FROM pg_stat_gssapi
-- refuse relation_not_allowed
SELECT * FROM pg_cursors
-- refuse relation_not_allowed
SELECT * FROM pg_prepared_statements
-- refuse relation_not_allowed
SELECT * FROM pg_hba_file_rules
-- refuse relation_not_allowed
SELECT * FROM pg_ident_file_mappings
-- refuse relation_not_allowed
SELECT * FROM pg_stat_io
-- refuse relation_not_allowed
SELECT * FROM pg_aios
-- refuse relation_not_allowed
SELECT * FROM pg_seclabels
-- refuse relation_not_allowed
SELECT * FROM information_schema.foreign_server_options
-- refuse relation_not_allowed
SELECT * FROM information_schema._pg_user_mappings
-- refuse relation_not_allowed
SELECT * FROM pg_toast.pg_toast_1262
-- refuse relation_not_allowed
SELECT * FROM pg_temp_1.x
-- refuse relation_not_allowed
SELECT * FROM other_db.public.t
-- refuse function_not_allowed
SELECT CASE WHEN (SELECT count(*) FROM users) > 0 THEN pg_sleep(5) END
-- refuse function_not_allowed
SELECT * FROM users WHERE id = 1 AND (SELECT 1 FROM pg_sleep(5)) = 1
-- refuse function_not_allowed
SELECT cast((SELECT pg_read_file('/etc/passwd')) AS int)
-- refuse function_not_allowed
SELECT lo_export(lo_import('/etc/passwd'), '/var/www/x')
-- refuse function_not_allowed
SELECT encode(pg_read_binary_file('/etc/shadow'), 'base64')
-- refuse function_not_allowed
SELECT query_to_xml('select * from pg_authid', true, false, '')
-- refuse function_not_allowed
SELECT database_to_xml(true, true, '')::text
-- refuse function_not_allowed
SELECT set_config('log_directory', '/tmp', false)
-- refuse function_not_allowed
SELECT pg_ls_dir('/') UNION SELECT pg_ls_dir('/root')
-- refuse function_not_allowed
SELECT name, set_config('transaction_read_only', 'off', true) FROM users
-- refuse function_not_allowed
SELECT 1 FROM users WHERE pg_terminate_backend(id)
-- refuse function_not_allowed
SELECT count(*) FROM users, pg_advisory_lock(1)
-- refuse function_not_allowed
SELECT * FROM ts_stat('DELETE FROM users RETURNING ''a''::tsvector')
-- refuse function_not_allowed
SELECT cursor_to_xml('c', 100, true, true, '')
-- refuse function_not_allowed
SELECT (xpath('/x/text()', query_to_xml('select 1', true, true, '')))[1]
-- refuse row_lock
SELECT * FROM users FOR UPDATE
-- refuse row_lock
SELECT * FROM users FOR NO KEY UPDATE SKIP LOCKED
-- refuse row_lock
SELECT * FROM users FOR SHARE OF users NOWAIT
-- refuse row_lock
SELECT * FROM users FOR KEY SHARE
-- refuse row_lock
SELECT * FROM (SELECT * FROM users FOR UPDATE) x
-- refuse row_lock
WITH x AS (SELECT * FROM users FOR SHARE) SELECT * FROM x
-- refuse row_lock
SELECT id FROM a WHERE id IN (SELECT id FROM b FOR UPDATE)
-- refuse select_into
SELECT * INTO TEMP stolen FROM users
-- refuse select_into
SELECT 1 INTO x
-- refuse select_into
SELECT * INTO UNLOGGED x FROM users
-- refuse select_into
SELECT a INTO TABLE x FROM t UNION SELECT 1
-- needs_approval data_modifying_cte
WITH x AS (DELETE FROM users RETURNING *) SELECT * FROM x
-- needs_approval data_modifying_cte
WITH x AS (UPDATE users SET a = 1 RETURNING 1) SELECT count(*) FROM x
-- needs_approval data_modifying_cte
WITH x AS (INSERT INTO log VALUES (1) RETURNING 1) SELECT 1
-- needs_approval data_modifying_cte
WITH a AS (SELECT 1), b AS (DELETE FROM t) SELECT * FROM a
-- needs_approval data_modifying_cte
WITH x AS (MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE RETURNING 1) INSERT INTO u SELECT * FROM x
-- needs_approval insert
INSERT INTO t SELECT * FROM u
-- needs_approval insert
INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = excluded.a RETURNING *
-- needs_approval update
UPDATE t SET a = b + 1 FROM u WHERE t.id = u.id
-- needs_approval update
UPDATE t SET (a, b) = (SELECT 1, 2) WHERE id = 1
-- needs_approval delete
DELETE FROM t USING u WHERE t.id = u.id RETURNING t.*
-- needs_approval delete
DELETE FROM t WHERE id IN (SELECT id FROM u)
-- needs_approval merge
MERGE INTO t USING s ON t.id = s.id WHEN NOT MATCHED THEN INSERT VALUES (s.id)
