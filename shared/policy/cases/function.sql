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
