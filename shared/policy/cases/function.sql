-- refuse function_not_allowed
SELECT pg_sleep(10)
-- refuse function_not_allowed
SELECT pg_catalog.pg_sleep(10)
-- refuse function_not_allowed
SELECT "pg_sleep"(10)
-- refuse function_not_allowed
SELECT * FROM pg_read_file('/etc/passwd')
-- refuse function_not_allowed
SELECT * FROM ROWS FROM (generate_series(1, 2), pg_ls_dir('/'))
-- refuse function_not_allowed
SELECT (0.1::float8).pg_sleep
-- refuse function_not_allowed
SELECT x.pg_sleep FROM generate_series(1, 2) AS x
-- refuse function_not_allowed: a decoy column does not help
SELECT x.pg_sleep FROM generate_series(1, 2) AS x, (SELECT 1 AS pg_sleep) AS y
-- refuse function_not_allowed
SELECT ('/etc/passwd'::text).pg_read_file
-- refuse function_not_allowed
SELECT set_config('a.b', 'c', false)
-- refuse function_not_allowed
SELECT current_setting('is_superuser')
-- refuse function_not_allowed
SELECT nextval('s'), currval('s'), setval('s', 1), lastval()
-- refuse function_not_allowed
SELECT lo_import('/etc/passwd'), lo_export(1, '/x'), lo_get(1), lo_from_bytea(0, '')
-- refuse function_not_allowed
SELECT pg_advisory_lock(1), pg_try_advisory_xact_lock(1)
-- refuse function_not_allowed
SELECT pg_terminate_backend(1), pg_cancel_backend(1), pg_reload_conf()
-- refuse function_not_allowed
SELECT query_to_xml('DELETE FROM t', true, true, '')
-- refuse function_not_allowed
SELECT table_to_xml('pg_authid', true, true, ''), database_to_xml(true, true, '')
-- refuse function_not_allowed
SELECT * FROM ts_stat('SELECT pg_sleep(1)')
-- refuse function_not_allowed
SELECT ts_rewrite('a'::tsquery, 'SELECT 1')
-- refuse function_not_allowed
SELECT pg_notify('a', 'b')
-- refuse function_not_allowed
SELECT txid_current(), pg_current_xact_id()
-- refuse function_not_allowed
SELECT inet_server_addr(), pg_stat_get_activity(NULL)
-- refuse function_not_allowed
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) FROM t
-- refuse function_not_allowed
SELECT sum(a) OVER (PARTITION BY pg_sleep(1)) FROM t
-- refuse function_not_allowed
SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY pg_sleep(1))
-- refuse function_not_allowed
SELECT array_agg(a ORDER BY pg_sleep(1)) FROM t
-- refuse function_not_allowed
SELECT 1 FROM t GROUP BY ROLLUP (pg_sleep(1))
-- refuse function_not_allowed
SELECT 1 LIMIT (SELECT 1 FROM pg_sleep(1))
-- refuse function_not_allowed
SELECT 1 OFFSET length(pg_sleep(1)::text)
-- refuse function_not_allowed
SELECT * FROM t JOIN u ON pg_sleep(1) IS NULL
-- refuse function_not_allowed
SELECT a[length(pg_sleep(1)::text)] FROM t
-- refuse function_not_allowed
SELECT CASE WHEN true THEN pg_sleep(1) END
-- refuse function_not_allowed
VALUES (pg_sleep(1))
-- refuse function_not_allowed
SELECT DISTINCT ON (pg_sleep(1)) 1
-- refuse function_not_allowed
SELECT xmlelement(name a, pg_sleep(1))
-- refuse function_not_allowed
SELECT * FROM xmltable('/a' PASSING (pg_read_file('x')::xml) COLUMNS b text)
-- refuse function_not_allowed
SELECT json_object('a' VALUE pg_sleep(1)::text)
-- refuse function_not_allowed
SELECT * FROM json_table(pg_read_file('x')::jsonb, '$' COLUMNS (a int PATH '$'))
-- refuse function_not_allowed
SELECT * FROM t TABLESAMPLE evil (10)
-- refuse function_not_allowed
SELECT * FROM t TABLESAMPLE system (length(pg_sleep(1)::text))
-- refuse function_not_allowed
WITH RECURSIVE a(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM a WHERE pg_sleep(1) IS NULL) SELECT * FROM a
-- refuse function_not_allowed
SELECT textin('a'), record_out(ROW (1))
-- refuse function_unknown
SELECT no_such_function(1)
-- refuse function_unknown
SELECT public.lower('A')
-- refuse function_unknown
SELECT pg_catalog.no_such_function(1)
-- refuse function_unknown
SELECT dblink('dbname=x', 'DELETE FROM t')
-- refuse function_unknown
SELECT db.public.lower('A')
-- refuse function_not_allowed
SELECT information_schema._pg_char_max_length(1, 2)
-- refuse function_not_allowed
SELECT pg_temp.f()
-- allow_read [catalogue]
SELECT net(total), shop.vat(total), lower('A'), similarity('a', 'b'), cosine_distance(NULL, NULL) FROM orders
-- refuse function_not_allowed [catalogue]: volatile
SELECT touch(1)
-- refuse function_not_allowed [catalogue]: one unsafe overload
SELECT mixed(1)
-- allow_read [catalogue]: the safe one by its schema
SELECT shop.mixed(1)
-- refuse function_not_allowed [catalogue]: an unsafe overload of PostgreSQL's own name
SELECT upper('a')
-- allow_read [catalogue]
SELECT pg_catalog.upper('a')
-- refuse function_not_allowed [catalogue]: security definer
SELECT as_owner()
-- refuse function_not_allowed [catalogue]: a procedure
SELECT proc()
-- refuse function_not_allowed [catalogue]: an aggregate of the source's own
SELECT median(total) FROM orders
-- refuse function_not_allowed [catalogue]: an untrusted language
SELECT snake(1)
-- refuse function_not_allowed [catalogue]: C without a reviewed extension
SELECT native(1)
-- refuse function_unknown [catalogue]: not on the search path
SELECT far(1)
-- allow_read [catalogue]
SELECT hidden.far(1)
-- refuse function_not_allowed [catalogue]
SELECT rowcall.own(1)
-- refuse function_not_allowed [catalogue]
SELECT set_limit(0.1)
-- refuse function_not_allowed [catalogue]
SELECT * FROM crosstab('SELECT pg_sleep(1)') AS t(a int)
-- refuse function_not_allowed [catalogue]
SELECT * FROM dblink('', 'DELETE FROM t') AS t(a int)
-- refuse function_not_allowed [catalogue]: an attribute that is a volatile function
SELECT o.touch FROM orders AS o
-- allow_read [catalogue]: here it is a column
SELECT e.touch FROM events AS e
-- allow_read [catalogue]: a column that is named like a function
SELECT t.pg_backend_pid FROM totals AS t
-- allow_read [catalogue]: the subquery names the value
SELECT s.touch FROM (SELECT max(total) AS touch FROM orders) AS s
-- refuse function_not_allowed [catalogue]: the bare result of a function has no columns
SELECT s.touch FROM generate_series(1, 2) AS s, (SELECT 1 AS touch) AS d
-- refuse function_not_allowed [catalogue]: a decoy table with such a column does not help
SELECT s.touch FROM generate_series(1, 2) AS s, events AS e
-- refuse function_not_allowed [catalogue]: an expression is no row of a table
SELECT (e.id).touch FROM events AS e
-- refuse function_not_allowed
SELECT (SELECT 0.1::float8).pg_sleep
-- refuse function_not_allowed
SELECT (ARRAY[0.1::float8])[1].pg_sleep
-- refuse function_not_allowed: without an alias the function's name stands for its result
SELECT generate_series.pg_sleep FROM generate_series(1, 2)
-- refuse function_not_allowed
SELECT 1 FROM unnest(ARRAY[0.1]) AS x JOIN u ON x.pg_sleep IS NULL
-- refuse function_not_allowed
UPDATE t SET a = (0.1::float8).pg_sleep::text
-- refuse function_not_allowed
SELECT pg_sleep(1)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_sleep(1)
-- refuse function_not_allowed
SELECT * FROM pg_sleep_for('1 s') AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_sleep_for('1 s') IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_sleep_until(now()) IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_sleep_until(now()))::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY nextval('s')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY nextval('s')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY setval('s', 5)
-- refuse function_not_allowed
SELECT ARRAY[(setval('s', 5))::text]
-- refuse function_not_allowed
SELECT (SELECT setval('s', 5, false))
-- refuse function_not_allowed
EXPLAIN SELECT setval('s', 5, false)
-- refuse function_not_allowed
WITH x AS (SELECT currval('s') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT currval('s'))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN lastval() END FROM t
-- refuse function_not_allowed
VALUES (1), ((lastval())::text::int)
-- refuse function_not_allowed
SELECT coalesce((set_config('x.y', 'z', false))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((set_config('x.y', 'z', false))::text)
-- refuse function_not_allowed
SELECT max((set_config('role', 'postgres', true))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT set_config('role', 'postgres', true) AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING setseed(0.5) IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT setseed(0.5) AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(pg_reload_conf())::text]
-- refuse function_not_allowed
SELECT pg_reload_conf()
-- refuse function_not_allowed
VALUES (1), ((pg_rotate_logfile())::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_rotate_logfile() END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_read_file('/etc/passwd') AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_read_file('/etc/passwd'))::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_read_file('pg_hba.conf', 0, 100))::text) FROM t
-- refuse function_not_allowed
SELECT * FROM pg_read_file('pg_hba.conf', 0, 100) AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_read_binary_file('PG_VERSION'))::text)
-- refuse function_not_allowed
SELECT coalesce((pg_read_binary_file('PG_VERSION'))::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_stat_file('postgresql.conf'))
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_stat_file('postgresql.conf'))::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_ls_dir('.'))::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_ls_dir('.') IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT pg_ls_logdir()
-- refuse function_not_allowed
SELECT max((pg_ls_logdir())::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_ls_waldir())::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_ls_waldir())
-- refuse function_not_allowed
SELECT pg_ls_tmpdir()
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_ls_tmpdir()
-- refuse function_not_allowed
SELECT * FROM pg_ls_archive_statusdir() AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_ls_archive_statusdir() IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_current_logfile() IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_current_logfile())::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_relation_filepath('t')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_relation_filepath('t')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_tablespace_location(1663)
-- refuse function_not_allowed
SELECT ARRAY[(pg_tablespace_location(1663))::text]
-- refuse function_not_allowed
SELECT (SELECT lo_import('/etc/passwd'))
-- refuse function_not_allowed
EXPLAIN SELECT lo_import('/etc/passwd')
-- refuse function_not_allowed
WITH x AS (SELECT lo_import('/etc/passwd', 1) AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT lo_import('/etc/passwd', 1))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN lo_export(1, '/tmp/x') END FROM t
-- refuse function_not_allowed
VALUES (1), ((lo_export(1, '/tmp/x'))::text::int)
-- refuse function_not_allowed
SELECT coalesce((lo_create(0))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((lo_create(0))::text)
-- refuse function_not_allowed
SELECT max((lo_creat(-1))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT lo_creat(-1) AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING lo_open(1, 131072) IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT lo_open(1, 131072) AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(lo_unlink(1))::text]
-- refuse function_not_allowed
SELECT lo_unlink(1)
-- refuse function_not_allowed
VALUES (1), ((lo_put(1, 0, 'x'))::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN lo_put(1, 0, 'x') END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT lo_get(1) AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (lo_get(1))::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (lo_from_bytea(0, 'x'))::text) FROM t
-- refuse function_not_allowed
SELECT * FROM lo_from_bytea(0, 'x') AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((lo_truncate(1, 0))::text)
-- refuse function_not_allowed
SELECT coalesce((lo_truncate(1, 0))::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM loread(0, 10))
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((loread(0, 10))::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (lowrite(0, 'x'))::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE lowrite(0, 'x') IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT pg_advisory_lock(1)
-- refuse function_not_allowed
SELECT max((pg_advisory_lock(1))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_advisory_lock(1, 2))::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_advisory_lock(1, 2))
-- refuse function_not_allowed
SELECT pg_advisory_lock_shared(1)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_advisory_lock_shared(1)
-- refuse function_not_allowed
SELECT * FROM pg_advisory_xact_lock(1) AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_advisory_xact_lock(1) IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_try_advisory_lock(1) IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_try_advisory_lock(1))::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_try_advisory_xact_lock_shared(1)
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_try_advisory_xact_lock_shared(1)
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_advisory_unlock(1)
-- refuse function_not_allowed
SELECT ARRAY[(pg_advisory_unlock(1))::text]
-- refuse function_not_allowed
SELECT (SELECT pg_advisory_unlock_all())
-- refuse function_not_allowed
EXPLAIN SELECT pg_advisory_unlock_all()
-- refuse function_not_allowed
WITH x AS (SELECT pg_notify('c', 'm') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT pg_notify('c', 'm'))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_listening_channels() END FROM t
-- refuse function_not_allowed
VALUES (1), ((pg_listening_channels())::text::int)
-- refuse function_not_allowed
SELECT coalesce((pg_terminate_backend(1))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_terminate_backend(1))::text)
-- refuse function_not_allowed
SELECT max((pg_cancel_backend(1))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT pg_cancel_backend(1) AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_log_backend_memory_contexts(1) IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_log_backend_memory_contexts(1) AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(pg_promote())::text]
-- refuse function_not_allowed
SELECT pg_promote()
-- refuse function_not_allowed
VALUES (1), ((pg_switch_wal())::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_switch_wal() END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_create_restore_point('x') AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_create_restore_point('x'))::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_backup_start('x'))::text) FROM t
-- refuse function_not_allowed
SELECT * FROM pg_backup_start('x') AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_backup_stop())::text)
-- refuse function_not_allowed
SELECT coalesce((pg_backup_stop())::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_start_backup('x'))
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_start_backup('x'))::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_stop_backup())::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_stop_backup() IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT pg_wal_replay_pause()
-- refuse function_not_allowed
SELECT max((pg_wal_replay_pause())::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_wal_replay_resume())::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_wal_replay_resume())
-- refuse function_not_allowed
SELECT pg_create_physical_replication_slot('x')
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_create_physical_replication_slot('x')
-- refuse function_not_allowed
SELECT * FROM pg_create_logical_replication_slot('x', 'test_decoding') AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_create_logical_replication_slot('x', 'test_decoding') IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_drop_replication_slot('x') IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_drop_replication_slot('x'))::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_replication_slot_advance('x', '0/0')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_replication_slot_advance('x', '0/0')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_logical_slot_get_changes('x', NULL, NULL)
-- refuse function_not_allowed
SELECT ARRAY[(pg_logical_slot_get_changes('x', NULL, NULL))::text]
-- refuse function_not_allowed
SELECT (SELECT pg_logical_slot_peek_changes('x', NULL, NULL))
-- refuse function_not_allowed
EXPLAIN SELECT pg_logical_slot_peek_changes('x', NULL, NULL)
-- refuse function_not_allowed
WITH x AS (SELECT pg_logical_emit_message(true, 'a', 'b') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT pg_logical_emit_message(true, 'a', 'b'))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_replication_origin_create('x') END FROM t
-- refuse function_not_allowed
VALUES (1), ((pg_replication_origin_create('x'))::text::int)
-- refuse function_not_allowed
SELECT coalesce((pg_replication_origin_session_setup('x'))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_replication_origin_session_setup('x'))::text)
-- refuse function_not_allowed
SELECT max((pg_replication_origin_advance('x', '0/0'))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT pg_replication_origin_advance('x', '0/0') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_export_snapshot() IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_export_snapshot() AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(txid_current())::text]
-- refuse function_not_allowed
SELECT txid_current()
-- refuse function_not_allowed
VALUES (1), ((pg_current_xact_id())::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_current_xact_id() END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT query_to_xml('SELECT 1', true, true, '') AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (query_to_xml('SELECT 1', true, true, ''))::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (query_to_xmlschema('SELECT 1', true, true, ''))::text) FROM t
-- refuse function_not_allowed
SELECT * FROM query_to_xmlschema('SELECT 1', true, true, '') AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((query_to_xml_and_xmlschema('SELECT 1', true, true, ''))::text)
-- refuse function_not_allowed
SELECT coalesce((query_to_xml_and_xmlschema('SELECT 1', true, true, ''))::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM table_to_xml('pg_authid', true, true, ''))
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((table_to_xml('pg_authid', true, true, ''))::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (table_to_xmlschema('t', true, true, ''))::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE table_to_xmlschema('t', true, true, '') IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT schema_to_xml('public', true, true, '')
-- refuse function_not_allowed
SELECT max((schema_to_xml('public', true, true, ''))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((database_to_xml(true, true, ''))::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM database_to_xml(true, true, ''))
-- refuse function_not_allowed
SELECT cursor_to_xml('c', 1, true, true, '')
-- refuse function_not_allowed
SELECT a FROM t ORDER BY cursor_to_xml('c', 1, true, true, '')
-- refuse function_not_allowed
SELECT * FROM ts_stat('SELECT v FROM t') AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING ts_stat('SELECT v FROM t') IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE ts_rewrite('a'::tsquery, 'SELECT a, b FROM t') IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (ts_rewrite('a'::tsquery, 'SELECT a, b FROM t'))::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_stat_reset()
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_stat_reset()
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_stat_reset_shared('bgwriter')
-- refuse function_not_allowed
SELECT ARRAY[(pg_stat_reset_shared('bgwriter'))::text]
-- refuse function_not_allowed
SELECT (SELECT pg_stat_reset_single_table_counters(1))
-- refuse function_not_allowed
EXPLAIN SELECT pg_stat_reset_single_table_counters(1)
-- refuse function_not_allowed
WITH x AS (SELECT pg_stat_clear_snapshot() AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT pg_stat_clear_snapshot())
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_stat_force_next_flush() END FROM t
-- refuse function_not_allowed
VALUES (1), ((pg_stat_force_next_flush())::text::int)
-- refuse function_not_allowed
SELECT coalesce((pg_stat_get_activity(NULL))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_stat_get_activity(NULL))::text)
-- refuse function_not_allowed
SELECT max((pg_stat_get_backend_activity(1))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT pg_stat_get_backend_activity(1) AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_stat_get_wal_senders() IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_stat_get_wal_senders() AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(pg_stat_get_db_numbackends(1))::text]
-- refuse function_not_allowed
SELECT pg_stat_get_db_numbackends(1)
-- refuse function_not_allowed
VALUES (1), ((pg_show_all_settings())::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_show_all_settings() END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_show_all_file_settings() AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_show_all_file_settings())::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_hba_file_rules())::text) FROM t
-- refuse function_not_allowed
SELECT * FROM pg_hba_file_rules() AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_ident_file_mappings())::text)
-- refuse function_not_allowed
SELECT coalesce((pg_ident_file_mappings())::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_config())
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_config())::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_control_system())::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_control_system() IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT pg_control_checkpoint()
-- refuse function_not_allowed
SELECT max((pg_control_checkpoint())::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_lock_status())::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_lock_status())
-- refuse function_not_allowed
SELECT pg_prepared_statement()
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_prepared_statement()
-- refuse function_not_allowed
SELECT * FROM pg_prepared_xact() AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_prepared_xact() IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_cursor() IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_cursor())::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_blocking_pids(1)
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_blocking_pids(1)
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_safe_snapshot_blocking_pids(1)
-- refuse function_not_allowed
SELECT ARRAY[(pg_safe_snapshot_blocking_pids(1))::text]
-- refuse function_not_allowed
SELECT (SELECT inet_server_addr())
-- refuse function_not_allowed
EXPLAIN SELECT inet_server_addr()
-- refuse function_not_allowed
WITH x AS (SELECT inet_client_addr() AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT inet_client_addr())
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN inet_server_port() END FROM t
-- refuse function_not_allowed
VALUES (1), ((inet_server_port())::text::int)
-- refuse function_not_allowed
SELECT coalesce((pg_backend_pid())::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_backend_pid())::text)
-- refuse function_not_allowed
SELECT max((pg_postmaster_start_time())::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT pg_postmaster_start_time() AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_conf_load_time() IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_conf_load_time() AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(pg_is_in_recovery())::text]
-- refuse function_not_allowed
SELECT pg_is_in_recovery()
-- refuse function_not_allowed
VALUES (1), ((pg_last_wal_receive_lsn())::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_last_wal_receive_lsn() END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_current_wal_lsn() AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_current_wal_lsn())::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (pg_walfile_name('0/0'))::text) FROM t
-- refuse function_not_allowed
SELECT * FROM pg_walfile_name('0/0') AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_import_system_collations('x'))::text)
-- refuse function_not_allowed
SELECT coalesce((pg_import_system_collations('x'))::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM brin_summarize_new_values('i'))
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((brin_summarize_new_values('i'))::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (brin_summarize_range('i', 0))::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE brin_summarize_range('i', 0) IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT brin_desummarize_range('i', 0)
-- refuse function_not_allowed
SELECT max((brin_desummarize_range('i', 0))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((gin_clean_pending_list('i'))::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM gin_clean_pending_list('i'))
-- refuse function_not_allowed
SELECT binary_upgrade_set_next_pg_authid_oid(1)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY binary_upgrade_set_next_pg_authid_oid(1)
-- refuse function_not_allowed
SELECT * FROM pg_nextoid('pg_class', 'oid', 'i') AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_nextoid('pg_class', 'oid', 'i') IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_stop_making_pinned_objects() IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_stop_making_pinned_objects())::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_extension_config_dump('t', '')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_extension_config_dump('t', '')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_event_trigger_ddl_commands()
-- refuse function_not_allowed
SELECT ARRAY[(pg_event_trigger_ddl_commands())::text]
-- refuse function_not_allowed
SELECT (SELECT current_setting('data_directory'))
-- refuse function_not_allowed
EXPLAIN SELECT current_setting('data_directory')
-- refuse function_not_allowed
WITH x AS (SELECT current_setting('hba_file') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT current_setting('hba_file'))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN current_setting('x.secret', true) END FROM t
-- refuse function_not_allowed
VALUES (1), ((current_setting('x.secret', true))::text::int)
-- refuse function_not_allowed
SELECT coalesce((current_setting(a))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((current_setting(a))::text)
-- refuse function_not_allowed
SELECT max((textin('a'))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT textin('a') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING byteain('a') IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT byteain('a') AS z) s ON true
-- refuse function_not_allowed
SELECT ARRAY[(record_out(ROW (1)))::text]
-- refuse function_not_allowed
SELECT record_out(ROW (1))
-- refuse function_not_allowed
VALUES (1), ((fmgr_sql_validator(1))::text::int)
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN fmgr_sql_validator(1) END FROM t
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT plpgsql_validator(1) AS z) s ON true
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY (plpgsql_validator(1))::text) FROM t
-- refuse function_not_allowed
SELECT lag(a) OVER (ORDER BY ("RI_FKey_check_ins"())::text) FROM t
-- refuse function_not_allowed
SELECT * FROM "RI_FKey_check_ins"() AS x
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((suppress_redundant_updates_trigger())::text)
-- refuse function_not_allowed
SELECT coalesce((suppress_redundant_updates_trigger())::text, 'x')
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_get_backend_memory_contexts())
-- refuse function_not_allowed
SELECT 1 UNION ALL SELECT length((pg_get_backend_memory_contexts())::text)
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_get_shmem_allocations())::text)
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_get_shmem_allocations() IS NOT NULL
-- refuse function_not_allowed
EXPLAIN SELECT pg_restore_relation_stats('schemaname', 'a')
-- refuse function_not_allowed
SELECT max((pg_restore_relation_stats('schemaname', 'a'))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((pg_clear_attribute_stats('a', 'b', 'c', false))::text)
-- refuse function_not_allowed
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM pg_clear_attribute_stats('a', 'b', 'c', false))
-- refuse function_not_allowed
SELECT pg_sync_replication_slots()
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_sync_replication_slots()
-- refuse function_not_allowed
SELECT * FROM pg_stat_get_backend_io(1) AS x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_stat_get_backend_io(1) IS NULL
-- refuse function_not_allowed
SELECT 1 FROM t WHERE pg_ls_summariesdir() IS NOT NULL
-- refuse function_not_allowed
SELECT * FROM t WHERE a IN (SELECT (pg_ls_summariesdir())::text)
-- refuse function_not_allowed
SELECT a FROM t ORDER BY pg_get_sequence_data('s')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_get_sequence_data('s')
-- refuse function_not_allowed
SELECT count(*) FROM t GROUP BY pg_stat_reset_backend_stats(1)
-- refuse function_not_allowed
SELECT ARRAY[(pg_stat_reset_backend_stats(1))::text]
-- refuse function_not_allowed
SELECT (SELECT pg_filenode_relation(0, 1))
-- refuse function_not_allowed
EXPLAIN SELECT pg_filenode_relation(0, 1)
-- refuse function_not_allowed
WITH x AS (SELECT pg_relation_filenode('t') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT (SELECT pg_relation_filenode('t'))
-- refuse function_not_allowed
SELECT CASE WHEN a > 1 THEN pg_xact_status('1') END FROM t
-- refuse function_not_allowed
VALUES (1), ((pg_xact_status('1'))::text::int)
-- refuse function_not_allowed
SELECT coalesce((txid_status(1))::text, 'x')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES ((txid_status(1))::text)
-- refuse function_not_allowed
SELECT max((pg_xact_commit_timestamp('1'))::text) FILTER (WHERE true) FROM t
-- refuse function_not_allowed
WITH x AS (SELECT pg_xact_commit_timestamp('1') AS y) SELECT * FROM x
-- refuse function_not_allowed
SELECT 1 FROM t HAVING pg_last_committed_xact() IS NULL
-- refuse function_not_allowed
SELECT * FROM t LEFT JOIN LATERAL (SELECT pg_last_committed_xact() AS z) s ON true
-- refuse function_not_allowed
SELECT pg_catalog.pg_sleep(1)
-- refuse function_not_allowed
SELECT PG_SLEEP(1)
-- refuse function_not_allowed
SELECT "pg_catalog"."pg_sleep"(1)
-- refuse function_not_allowed
SELECT pg_catalog.set_config('a.b', 'c', false)
-- refuse function_not_allowed
SELECT U&"pg\005fsleep"(1)
-- refuse function_not_allowed
SELECT pg_sleep/**/(1)
-- refuse function_not_allowed
SELECT pg_sleep -- x\n (1)
-- refuse function_not_allowed
SELECT pg_sleep(VARIADIC ARRAY[1])
-- refuse function_unknown
SELECT dblink_exec('', 'DROP TABLE t')
-- refuse function_unknown
SELECT * FROM dblink_connect('host=evil') AS x
-- refuse function_unknown
SELECT 1 FROM t WHERE xpath_table('a', 'b', 'c', 'd', 'true') IS NOT NULL
-- refuse function_unknown
SELECT a FROM t ORDER BY crosstab('SELECT 1')
-- refuse function_unknown
SELECT count(*) FROM t GROUP BY connectby('t', 'a', 'b', '1', 0)
-- refuse function_unknown
SELECT (SELECT pg_file_write('x', 'y', true))
-- refuse function_unknown
WITH x AS (SELECT pg_logdir_ls() AS y) SELECT * FROM x
-- refuse function_unknown
SELECT CASE WHEN a > 1 THEN pg_execute_server_program('id') END FROM t
-- refuse function_unknown
SELECT coalesce((plsh('id'))::text, 'x')
-- refuse function_unknown
SELECT max((shell('id'))::text) FILTER (WHERE true) FROM t
-- refuse function_unknown
SELECT 1 FROM t HAVING sys_exec('id') IS NULL
-- refuse function_unknown
SELECT ARRAY[(sys_eval('id'))::text]
-- refuse function_unknown
VALUES (1), ((xp_cmdshell('dir'))::text::int)
-- refuse function_unknown
SELECT * FROM t LEFT JOIN LATERAL (SELECT load_file('/etc/passwd') AS z) s ON true
-- refuse function_unknown
SELECT lag(a) OVER (ORDER BY (benchmark(1000000, md5('a')))::text) FROM t
-- refuse function_unknown
SELECT 1 UNION ALL SELECT length((sleep(5))::text)
-- refuse function_unknown
SELECT a FROM t WHERE EXISTS (SELECT 1 FROM waitfor(5))
-- refuse function_unknown
SELECT * FROM t WHERE a IN (SELECT (utl_http.request('http://evil'))::text)
-- refuse function_unknown
EXPLAIN SELECT my_delete_everything()
-- refuse function_unknown
INSERT INTO t (a) VALUES ((public.purge())::text)
-- refuse function_unknown
SELECT admin.grant_all('me')
-- refuse function_unknown
SELECT * FROM pg_catalog.dblink('a', 'b') AS x
-- refuse function_unknown
SELECT 1 FROM t WHERE postgres_fdw_get_connections() IS NOT NULL
-- refuse function_unknown
SELECT a FROM t ORDER BY pg_prewarm('t')
-- refuse function_unknown
SELECT count(*) FROM t GROUP BY pgstattuple('t')
-- refuse function_unknown
SELECT (SELECT pg_buffercache_pages())
-- refuse function_unknown
WITH x AS (SELECT get_raw_page('t', 0) AS y) SELECT * FROM x
-- refuse function_unknown
SELECT CASE WHEN a > 1 THEN heap_page_items('x') END FROM t
-- refuse function_unknown
SELECT coalesce((pg_stat_statements_reset())::text, 'x')
-- refuse function_unknown
SELECT max((uuid_generate_v4())::text) FILTER (WHERE true) FROM t
-- refuse function_unknown
SELECT 1 FROM t HAVING http_get('http://evil') IS NULL
-- refuse function_unknown
SELECT ARRAY[(cron.schedule('* * * * *', 'DROP TABLE t'))::text]
-- refuse function_unknown
VALUES (1), ((plv8_eval('x'))::text::int)
-- refuse function_unknown
SELECT * FROM t LEFT JOIN LATERAL (SELECT lo_manage() AS z) s ON true
-- refuse function_unknown: a function of other databases
SELECT year(d) FROM t
-- refuse function_unknown: a function of other databases
SELECT month(d) FROM t
-- refuse function_unknown: a function of other databases
SELECT datediff(a, b) FROM t
-- refuse function_unknown: a function of other databases
SELECT ifnull(a, b) FROM t
-- refuse function_unknown: a function of other databases
SELECT nvl(a, b) FROM t
-- refuse function_unknown: a function of other databases
SELECT group_concat(a) FROM t
-- refuse function_unknown: a function of other databases
SELECT strftime('%Y', d) FROM t
-- refuse function_unknown: a function of other databases
SELECT getdate() FROM t
-- refuse function_unknown: a function of other databases
SELECT len(a) FROM t
-- refuse function_unknown: a function of other databases
SELECT charindex('a', b) FROM t
-- refuse function_unknown: a function of other databases
SELECT date_format(d, '%Y') FROM t
-- refuse function_unknown: a function of other databases
SELECT divide(a, b) FROM t
-- refuse function_unknown: a function of other databases
SELECT iif(a, b, c) FROM t
-- refuse function_unknown: a function of other databases
SELECT julianday(d) FROM t
-- refuse function_unknown: a function of other databases
SELECT total(a) FROM t
-- allow_read [catalogue]: an aggregate of safe steps
SELECT total_of(total) FROM orders
-- refuse function_not_allowed [catalogue]: one of its steps is volatile
SELECT noisy_total(total) FROM orders
-- refuse function_not_allowed [catalogue]: its body runs text
SELECT sneaky(1)
-- allow_read [catalogue]
SELECT reads_customers(1)
-- refuse function_not_allowed [restricted]: its body reads what is kept back
SELECT reads_customers(1)
