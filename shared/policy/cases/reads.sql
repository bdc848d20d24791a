-- allow_read
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY a), percentile_disc(ARRAY[0.1, 0.9]) WITHIN GROUP (ORDER BY total) FROM t
-- allow_read
SELECT row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST), lag(x, 1, 0) OVER w, ntile(4) OVER w, sum(x) OVER (ORDER BY d ROWS BETWEEN 6 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t WINDOW w AS (PARTITION BY a ORDER BY b RANGE BETWEEN INTERVAL '1 day' PRECEDING AND UNBOUNDED FOLLOWING)
-- allow_read
WITH RECURSIVE r(n, p) AS (SELECT 1, ARRAY[1] UNION ALL SELECT n + 1, p || n FROM r WHERE n < 10) SEARCH DEPTH FIRST BY n SET o CYCLE n SET c USING q SELECT * FROM r
-- allow_read
SELECT * FROM a CROSS JOIN LATERAL (SELECT max(x) FROM b WHERE b.id = a.id) m(x) LEFT JOIN LATERAL unnest(a.tags) WITH ORDINALITY AS t(tag, n) ON true NATURAL JOIN c
-- allow_read
SELECT a, b, GROUPING(a, b), count(*) FROM t GROUP BY GROUPING SETS ((a, b), ROLLUP (a, b), CUBE (a), ()) HAVING count(*) > 1
-- allow_read
SELECT count(*) FILTER (WHERE a > 1), count(DISTINCT a), string_agg(a, ', ' ORDER BY a), array_agg(DISTINCT a), jsonb_object_agg(k, v), bool_and(x) FROM t
-- allow_read
SELECT extract(year FROM d), date_trunc('month', d), d AT TIME ZONE 'UTC', d AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin', now() - INTERVAL '1 month', age(d), make_date(2020, 1, 1), to_char(d, 'YYYY-MM'), CURRENT_DATE, LOCALTIMESTAMP(0), (a, b) OVERLAPS (c, d) FROM t
-- allow_read
SELECT substring(a FROM 1 FOR 2), substring(a FROM '[0-9]+'), position('x' IN a), overlay(a PLACING 'x' FROM 1), trim(BOTH ' ' FROM a), regexp_replace(a, 'x', 'y', 'g'), split_part(a, ',', 1), a LIKE 'x%' ESCAPE '!', a ILIKE ANY (ARRAY['a', 'b']), a SIMILAR TO 'x%', a COLLATE "C", normalize(a, NFC), a IS NORMALIZED FROM t
-- allow_read
SELECT data -> 'a' ->> 'b', data @> '{"a": 1}', data ? 'x', data ?| ARRAY['a'], jsonb_path_query(data, '$.a[*]'), data @? '$.a', data['a']['b'], jsonb_array_elements(data) FROM t
-- allow_read
SELECT tags && ARRAY['a'], tags[1:2], array_length(tags, 1), 'a' = ANY (tags), cardinality(tags), ARRAY(SELECT 1), ARRAY[[1, 2], [3, 4]] FROM t
-- allow_read
SELECT * FROM generate_series(date '2020-01-01', date '2020-12-31', interval '1 month') AS m(d) LEFT JOIN t ON t.d >= m.d
-- allow_read
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS x(a, b)
-- allow_read
SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, CASE a WHEN 1 THEN 2 END, COALESCE(a, 0), NULLIF(a, b), GREATEST(a, b), LEAST(a, b) FROM t
-- allow_read
SELECT a IS NULL, b IS NOT TRUE, a IS DISTINCT FROM b, a BETWEEN 1 AND 2, a NOT BETWEEN SYMMETRIC 2 AND 1, NOT a, a ISNULL FROM t
-- allow_read
SELECT ROW (1, 2) = ROW (3, 4), (t).a, (t.b).c, t.*, (ROW (1, 2)).f1, t FROM t
-- allow_read
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b DESC FETCH FIRST 10 ROWS WITH TIES
-- allow_read
SELECT a FROM t UNION SELECT b FROM u INTERSECT SELECT c FROM v EXCEPT ALL SELECT d FROM w ORDER BY 1 LIMIT ALL OFFSET 3
-- allow_read
SELECT corr(a, b), stddev_samp(a), regr_slope(a, b), variance(a), width_bucket(a, 0, 10, 5), ln(a), power(a, 2), round(a::numeric, 2), a % 2, @ a, |/ 4 FROM t
-- allow_read
SELECT rank(1) WITHIN GROUP (ORDER BY a), first_value(a) OVER (ORDER BY b), nth_value(a, 2) OVER w FROM t WINDOW w AS (ORDER BY b)
-- allow_read
SELECT to_tsvector('english', a) @@ plainto_tsquery('x'), ts_rank(b, c), ts_headline(a, q) FROM t
-- allow_read
SELECT * FROM t TABLESAMPLE BERNOULLI (10) REPEATABLE (1)
-- allow_read
SELECT xmlagg(xmlelement(name a, xmlattributes(b AS c), d)), xmlserialize(CONTENT x AS text), xpath('/a', x) FROM t
-- allow_read
SELECT * FROM xmltable('/a' PASSING x COLUMNS id int PATH '@id', n FOR ORDINALITY)
-- allow_read
SELECT make_interval(days => 3), format('%s-%s', VARIADIC ARRAY['a', 'b']), random(), gen_random_uuid(), clock_timestamp(), version(), current_user, pg_typeof(1), pg_size_pretty(pg_total_relation_size('t'))
-- allow_read
WITH a AS MATERIALIZED (SELECT 1), b AS NOT MATERIALIZED (SELECT 2) SELECT * FROM a, b
-- allow_read
SELECT -1, +2, - a, 1.5e10, 0x1F, 1_000, B'101', X'1F', 'it''s', E'a\\tb', U&'\0061', NULL, TRUE
-- allow_read
SELECT "Weird ""Name""", "select" FROM "My Schema"."Table" AS "T" ("x", "y")
-- allow_read
SELECT json_object('a': 1), json_array(1, 2), json_arrayagg(a ORDER BY b), json_objectagg(k: v) FROM t
-- allow_read
SELECT * FROM json_table('[]', '$[*]' COLUMNS (id FOR ORDINALITY, a int PATH '$.a', NESTED PATH '$.b[*]' COLUMNS (c text PATH '$'))) AS j
-- allow_read
SELECT interval '1' day, interval '1-2' year to month, interval(3) '1 s', time '12:00', timestamptz '2020-01-01 00:00+00', double precision '1', bit varying(3) '101', character varying 'x', '5'::char, '1'::"char"
-- allow_read
SELECT abs(-1)
-- allow_read
SELECT ceil(1.5)
-- allow_read
SELECT floor(1.5)
-- allow_read
SELECT round(1.234, 2)
-- allow_read
SELECT trunc(1.9)
-- allow_read
SELECT sign(-3)
-- allow_read
SELECT sqrt(4)
-- allow_read
SELECT cbrt(8)
-- allow_read
SELECT exp(1)
-- allow_read
SELECT ln(2)
-- allow_read
SELECT log(10)
-- allow_read
SELECT log(2, 8)
-- allow_read
SELECT mod(7, 3)
-- allow_read
SELECT power(2, 3)
-- allow_read
SELECT gcd(4, 6)
-- allow_read
SELECT lcm(4, 6)
-- allow_read
SELECT degrees(1)
-- allow_read
SELECT radians(180)
-- allow_read
SELECT sin(1)
-- allow_read
SELECT atan2(1, 2)
-- allow_read
SELECT pi()
-- allow_read
SELECT random()
-- allow_read
SELECT width_bucket(5, 0, 10, 5)
-- allow_read
SELECT scale(1.20)
-- allow_read
SELECT trim_scale(1.20)
-- allow_read
SELECT factorial(5)
-- allow_read
SELECT div(7, 2)
-- allow_read
SELECT length('a')
-- allow_read
SELECT char_length('a')
-- allow_read
SELECT octet_length('a')
-- allow_read
SELECT lower('A')
-- allow_read
SELECT upper('a')
-- allow_read
SELECT initcap('a b')
-- allow_read
SELECT left('abc', 2)
-- allow_read
SELECT right('abc', 2)
-- allow_read
SELECT substr('abc', 2)
-- allow_read
SELECT substring('abc', 2, 1)
-- allow_read
SELECT replace('a', 'b', 'c')
-- allow_read
SELECT translate('a', 'b', 'c')
-- allow_read
SELECT reverse('abc')
-- allow_read
SELECT repeat('ab', 3)
-- allow_read
SELECT lpad('a', 5, '0')
-- allow_read
SELECT rpad('a', 5)
-- allow_read
SELECT ltrim(' a')
-- allow_read
SELECT rtrim('a ')
-- allow_read
SELECT btrim(' a ')
-- allow_read
SELECT split_part('a,b', ',', 2)
-- allow_read
SELECT strpos('abc', 'b')
-- allow_read
SELECT position('b' IN 'abc')
-- allow_read
SELECT concat('a', 1)
-- allow_read
SELECT concat_ws(',', 'a', 'b')
-- allow_read
SELECT format('%s %I', 'a', 'b')
-- allow_read
SELECT md5('a')
-- allow_read
SELECT sha256('a')
-- allow_read
SELECT encode('a', 'hex')
-- allow_read
SELECT decode('61', 'hex')
-- allow_read
SELECT ascii('a')
-- allow_read
SELECT chr(97)
-- allow_read
SELECT to_hex(255)
-- allow_read
SELECT quote_ident('a')
-- allow_read
SELECT quote_literal('a')
-- allow_read
SELECT regexp_replace('a', 'b', 'c', 'g')
-- allow_read
SELECT regexp_match('abc', 'b')
-- allow_read
SELECT regexp_matches('abc', 'b', 'g')
-- allow_read
SELECT regexp_split_to_array('a,b', ',')
-- allow_read
SELECT regexp_split_to_table('a,b', ',')
-- allow_read
SELECT regexp_count('aab', 'a')
-- allow_read
SELECT regexp_instr('abc', 'b')
-- allow_read
SELECT regexp_substr('abc', 'b')
-- allow_read
SELECT regexp_like('abc', 'b')
-- allow_read
SELECT string_to_array('a,b', ',')
-- allow_read
SELECT string_to_table('a,b', ',')
-- allow_read
SELECT array_to_string(ARRAY[1, 2], ',')
-- allow_read
SELECT starts_with('abc', 'a')
-- allow_read
SELECT unistr('a')
-- allow_read
SELECT normalize('a')
-- allow_read
SELECT now()
-- allow_read
SELECT clock_timestamp()
-- allow_read
SELECT statement_timestamp()
-- allow_read
SELECT transaction_timestamp()
-- allow_read
SELECT timeofday()
-- allow_read
SELECT age(now())
-- allow_read
SELECT age(now(), now())
-- allow_read
SELECT date_part('year', now())
-- allow_read
SELECT extract(epoch FROM now())
-- allow_read
SELECT date_trunc('month', now())
-- allow_read
SELECT date_trunc('day', now(), 'UTC')
-- allow_read
SELECT date_bin('15 minutes', now(), now())
-- allow_read
SELECT make_date(2024, 1, 1)
-- allow_read
SELECT make_time(1, 2, 3)
-- allow_read
SELECT make_timestamp(2024, 1, 1, 0, 0, 0)
-- allow_read
SELECT make_timestamptz(2024, 1, 1, 0, 0, 0)
-- allow_read
SELECT make_interval(days => 10)
-- allow_read
SELECT justify_days(interval '40 days')
-- allow_read
SELECT justify_hours(interval '40 hours')
-- allow_read
SELECT justify_interval(interval '1 mon -1 hour')
-- allow_read
SELECT isfinite(now())
-- allow_read
SELECT to_char(now(), 'YYYY-MM')
-- allow_read
SELECT to_char(1234.5, '9,999.99')
-- allow_read
SELECT to_date('2024-01-01', 'YYYY-MM-DD')
-- allow_read
SELECT to_timestamp(0)
-- allow_read
SELECT to_timestamp('2024', 'YYYY')
-- allow_read
SELECT to_number('1,234', '9,999')
-- allow_read
SELECT timezone('UTC', now())
-- allow_read
SELECT array_length(ARRAY[1], 1)
-- allow_read
SELECT cardinality(ARRAY[1])
-- allow_read
SELECT array_append(ARRAY[1], 2)
-- allow_read
SELECT array_prepend(0, ARRAY[1])
-- allow_read
SELECT array_cat(ARRAY[1], ARRAY[2])
-- allow_read
SELECT array_remove(ARRAY[1], 1)
-- allow_read
SELECT array_replace(ARRAY[1], 1, 2)
-- allow_read
SELECT array_position(ARRAY[1], 1)
-- allow_read
SELECT array_positions(ARRAY[1], 1)
-- allow_read
SELECT array_fill(0, ARRAY[3])
-- allow_read
SELECT array_dims(ARRAY[1])
-- allow_read
SELECT array_ndims(ARRAY[1])
-- allow_read
SELECT array_lower(ARRAY[1], 1)
-- allow_read
SELECT array_upper(ARRAY[1], 1)
-- allow_read
SELECT trim_array(ARRAY[1, 2], 1)
-- allow_read
SELECT unnest(ARRAY[1, 2])
-- allow_read
SELECT generate_series(1, 10)
-- allow_read
SELECT generate_series(1, 10, 2)
-- allow_read
SELECT generate_series(now(), now() + interval '1 day', interval '1 hour')
-- allow_read
SELECT generate_subscripts(ARRAY[1], 1)
-- allow_read
SELECT json_build_object('a', 1)
-- allow_read
SELECT jsonb_build_object('a', 1)
-- allow_read
SELECT json_build_array(1, 2)
-- allow_read
SELECT jsonb_build_array(1)
-- allow_read
SELECT to_json(1)
-- allow_read
SELECT to_jsonb(1)
-- allow_read
SELECT row_to_json(ROW (1))
-- allow_read
SELECT array_to_json(ARRAY[1])
-- allow_read
SELECT json_extract_path('{}', 'a')
-- allow_read
SELECT jsonb_extract_path_text('{}', 'a')
-- allow_read
SELECT json_array_length('[]')
-- allow_read
SELECT jsonb_array_length('[]')
-- allow_read
SELECT jsonb_array_elements('[]')
-- allow_read
SELECT json_array_elements_text('[]')
-- allow_read
SELECT jsonb_object_keys('{}')
-- allow_read
SELECT json_each('{}')
-- allow_read
SELECT jsonb_each_text('{}')
-- allow_read
SELECT jsonb_set('{}', '{a}', '1')
-- allow_read
SELECT jsonb_insert('{}', '{a}', '1')
-- allow_read
SELECT jsonb_strip_nulls('{}')
-- allow_read
SELECT jsonb_pretty('{}')
-- allow_read
SELECT jsonb_typeof('{}')
-- allow_read
SELECT json_typeof('{}')
-- allow_read
SELECT jsonb_path_exists('{}', '$.a')
-- allow_read
SELECT jsonb_path_query_array('{}', '$.a')
-- allow_read
SELECT jsonb_path_query_first('{}', '$.a')
-- allow_read
SELECT jsonb_path_match('{}', '$.a')
-- allow_read
SELECT jsonb_populate_record(NULL::pg_class, '{}')
-- allow_read
SELECT to_tsvector('a')
-- allow_read
SELECT to_tsquery('a')
-- allow_read
SELECT plainto_tsquery('a')
-- allow_read
SELECT phraseto_tsquery('a b')
-- allow_read
SELECT websearch_to_tsquery('a b')
-- allow_read
SELECT ts_rank(to_tsvector('a'), to_tsquery('a'))
-- allow_read
SELECT ts_headline('a', to_tsquery('a'))
-- allow_read
SELECT setweight(to_tsvector('a'), 'A')
-- allow_read
SELECT strip(to_tsvector('a'))
-- allow_read
SELECT numnode('a'::tsquery)
-- allow_read
SELECT ts_rewrite('a'::tsquery, 'a'::tsquery, 'b'::tsquery)
-- allow_read
SELECT lower(int4range(1, 2))
-- allow_read
SELECT upper(int4range(1, 2))
-- allow_read
SELECT isempty(int4range(1, 1))
-- allow_read
SELECT lower_inc(int4range(1, 2))
-- allow_read
SELECT range_merge(int4range(1, 2), int4range(3, 4))
-- allow_read
SELECT daterange('2024-01-01', '2024-02-01')
-- allow_read
SELECT tstzrange(now(), now())
-- allow_read
SELECT numrange(1, 2)
-- allow_read
SELECT host('10.0.0.1'::inet)
-- allow_read
SELECT masklen('10.0.0.0/8'::cidr)
-- allow_read
SELECT network('10.0.0.1/8'::inet)
-- allow_read
SELECT family('10.0.0.1'::inet)
-- allow_read
SELECT inet_same_family('10.0.0.1', '10.0.0.2')
-- allow_read
SELECT area(box '((0,0),(1,1))')
-- allow_read
SELECT point(1, 2)
-- allow_read
SELECT circle(point(0, 0), 1)
-- allow_read
SELECT num_nonnulls(1, NULL)
-- allow_read
SELECT num_nulls(1, NULL)
-- allow_read
SELECT pg_typeof(1)
-- allow_read
SELECT pg_column_size(1)
-- allow_read
SELECT version()
-- allow_read
SELECT current_database()
-- allow_read
SELECT current_schema()
-- allow_read
SELECT current_schemas(true)
-- allow_read
SELECT current_user
-- allow_read
SELECT session_user
-- allow_read
SELECT pg_size_pretty(1024::bigint)
-- allow_read
SELECT pg_relation_size('t')
-- allow_read
SELECT pg_total_relation_size('t')
-- allow_read
SELECT pg_table_size('t')
-- allow_read
SELECT pg_indexes_size('t')
-- allow_read
SELECT pg_database_size('d')
-- allow_read
SELECT has_table_privilege('t', 'SELECT')
-- allow_read
SELECT has_column_privilege('t', 'a', 'SELECT')
-- allow_read
SELECT has_schema_privilege('s', 'USAGE')
-- allow_read
SELECT obj_description(1, 'pg_class')
-- allow_read
SELECT col_description(1, 1)
-- allow_read
SELECT format_type(23, NULL)
-- allow_read
SELECT pg_get_viewdef('v'::regclass)
-- allow_read
SELECT pg_get_constraintdef(1)
-- allow_read
SELECT pg_get_indexdef(1)
-- allow_read
SELECT pg_get_userbyid(1)
-- allow_read
SELECT pg_table_is_visible(1)
-- allow_read
SELECT to_regclass('t')
-- allow_read
SELECT to_regtype('int4')
-- allow_read
SELECT gen_random_uuid()
-- allow_read
SELECT uuid_extract_version(gen_random_uuid())
-- allow_read
SELECT pg_input_is_valid('1', 'int4')
-- allow_read
SELECT pg_input_error_info('x', 'int4')
-- allow_read
SELECT current_setting('TimeZone')
-- allow_read
SELECT current_setting('server_version_num', true)
-- allow_read
SELECT current_query()
-- allow_read
SELECT txid_current_snapshot()
-- allow_read
SELECT pg_current_snapshot()
-- allow_read
SELECT float8send(1.5)
-- allow_read
SELECT int4send(1)
-- allow_read
SELECT hashtext('a')
-- allow_read
SELECT xpath('/a', '<a/>'::xml)
-- allow_read
SELECT xml_is_well_formed('<a/>')
-- allow_read
SELECT xmlcomment('a')
-- allow_read
SELECT min_scale(1.20)
-- allow_read
SELECT bit_count('101'::bit(3))
-- allow_read
SELECT get_bit('101'::bit(3), 0)
-- allow_read
SELECT set_bit('101'::bit(3), 0, 0)
-- allow_read
SELECT any_value(1)
-- allow_read
SELECT string_agg('a', ',')
-- allow_read
SELECT array_agg(1)
-- allow_read
SELECT jsonb_agg(1)
-- allow_read
SELECT json_object_agg('a', 1)
-- allow_read
SELECT bool_or(true)
-- allow_read
SELECT every(true)
-- allow_read
SELECT bit_and(1)
-- allow_read
SELECT stddev(1)
-- allow_read
SELECT variance(1)
-- allow_read
SELECT covar_pop(1, 2)
-- allow_read
SELECT regr_r2(1, 2)
-- allow_read
SELECT mode() WITHIN GROUP (ORDER BY 1)
-- allow_read
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY 1)
-- allow_read
SELECT rank() OVER ()
-- allow_read
SELECT dense_rank() OVER ()
-- allow_read
SELECT percent_rank() OVER ()
-- allow_read
SELECT cume_dist() OVER ()
-- allow_read
SELECT ntile(4) OVER ()
-- allow_read
SELECT lead(1) OVER ()
-- allow_read
SELECT first_value(1) OVER ()
-- allow_read
SELECT last_value(1) OVER ()
-- allow_read
SELECT nth_value(1, 2) OVER ()
-- allow_read
SELECT cast('1' AS int)
-- allow_read
SELECT greatest(1, 2)
-- allow_read
SELECT nullif(1, 2)
-- allow_read
SELECT date '2024-01-01' + 7
-- allow_read
SELECT interval '1 day' * 3
-- allow_read
SELECT 'a' || 'b'
-- allow_read
SELECT '{1,2}'::int[]
-- allow_read
SELECT ARRAY[1,2] @> ARRAY[1]
-- allow_read
SELECT 'a' ~ '^a'
-- allow_read
SELECT 'a' SIMILAR TO 'a%'
-- allow_read
SELECT 1 = ANY (ARRAY[1])
-- allow_read
SELECT (1, 2) < (3, 4)
-- allow_read
SELECT x'ff'::int
-- allow_read
SELECT true AND NOT false
-- allow_read
SELECT 1 IS DISTINCT FROM NULL
-- allow_read
SELECT a, abs(-1) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT trunc(1.9) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (exp(1))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT mod(7, 3)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, degrees(1) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT pi() AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (trim_scale(1.20))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT char_length('a')) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, initcap('a b') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT substring('abc', 2, 1) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (repeat('ab', 3))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT rtrim('a ')) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, position('b' IN 'abc') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT md5('a') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (ascii('a'))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT quote_literal('a')) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, regexp_split_to_array('a,b', ',') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT regexp_substr('abc', 'b') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (array_to_string(ARRAY[1, 2], ','))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT now()) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, timeofday() AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT extract(epoch FROM now()) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (make_date(2024, 1, 1))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT make_interval(days => 10)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, isfinite(now()) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT to_timestamp(0) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (array_length(ARRAY[1], 1))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT array_cat(ARRAY[1], ARRAY[2])) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, array_positions(ARRAY[1], 1) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT array_lower(ARRAY[1], 1) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (generate_series(1, 10))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT json_build_object('a', 1)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, to_json(1) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT json_extract_path('{}', 'a') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (jsonb_array_elements('[]'))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT jsonb_each_text('{}')) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, jsonb_pretty('{}') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT jsonb_path_query_array('{}', '$.a') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (to_tsvector('a'))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT websearch_to_tsquery('a b')) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, strip(to_tsvector('a')) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT upper(int4range(1, 2)) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (daterange('2024-01-01', '2024-02-01'))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT masklen('10.0.0.0/8'::cidr)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, area(box '((0,0),(1,1))') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT num_nulls(1, NULL) AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (current_database())::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT session_user) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, pg_table_size('t') AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT has_column_privilege('t', 'a', 'SELECT') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (format_type(23, NULL))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT pg_get_userbyid(1)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, gen_random_uuid() AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
WITH x AS (SELECT current_setting('TimeZone') AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (pg_current_snapshot())::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT xpath('/a', '<a/>'::xml)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, bit_count('101'::bit(3)) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
SELECT * FROM t WHERE (bool_or(true))::text IS NOT NULL
-- allow_read
SELECT * FROM t, LATERAL (SELECT variance(1)) AS s ORDER BY 1 LIMIT 5
-- allow_read
SELECT a, percentile_cont(0.5) WITHIN GROUP (ORDER BY 1) AS x FROM t WHERE b = 1 GROUP BY a
-- allow_read
SELECT * FROM t, LATERAL (SELECT nullif(1, 2)) AS s ORDER BY 1 LIMIT 5
-- allow_read
WITH x AS (SELECT 'a' ~ '^a' AS y) SELECT * FROM x
-- allow_read
SELECT * FROM t WHERE (x'ff'::int)::text IS NOT NULL
-- allow_read
SELECT region, sum(total) AS revenue FROM orders GROUP BY region ORDER BY revenue DESC LIMIT 10
-- allow_read
SELECT date_trunc('month', ordered_at)::date AS month, count(*) FROM orders WHERE ordered_at >= now() - interval '1 year' GROUP BY 1 ORDER BY 1
-- allow_read
SELECT c.name, count(o.id) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.name HAVING count(o.id) = 0
-- allow_read
SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC) AS n FROM orders) x WHERE n = 1
-- allow_read
WITH m AS (SELECT date_trunc('month', d) AS m, sum(v) AS v FROM s GROUP BY 1) SELECT m, v, v - lag(v) OVER (ORDER BY m) AS diff FROM m
-- allow_read
SELECT a.id, b.id FROM a FULL OUTER JOIN b USING (id) WHERE a.id IS NULL OR b.id IS NULL
-- allow_read
SELECT count(*) FILTER (WHERE status = 'open') * 100.0 / NULLIF(count(*), 0) AS share FROM tickets
-- allow_read
SELECT d::date, coalesce(sum(v), 0) FROM generate_series('2024-01-01'::date, '2024-12-31', '1 day') d LEFT JOIN s ON s.day = d GROUP BY 1
-- allow_read
WITH RECURSIVE tree AS (SELECT id, parent_id, 1 AS depth FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, n.parent_id, t.depth + 1 FROM nodes n JOIN tree t ON n.parent_id = t.id) SELECT depth, count(*) FROM tree GROUP BY depth
-- allow_read
WITH RECURSIVE f(a, b) AS (VALUES (0, 1) UNION ALL SELECT b, a + b FROM f WHERE b < 1000) SELECT a FROM f
-- allow_read
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n LIMIT 10
-- allow_read
SELECT brand, percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY price) FROM products GROUP BY brand
-- allow_read
SELECT * FROM products WHERE name ILIKE '%drop table%' AND note NOT LIKE '--%'
-- allow_read
SELECT 'DELETE FROM users; DROP TABLE users; --' AS harmless_text
-- allow_read
SELECT $$INSERT INTO t VALUES (1); COMMIT;$$
-- allow_read
SELECT "delete", "update" FROM "insert" WHERE "drop" = 'x'
-- allow_read
SELECT u.update, u.delete FROM updates u
-- allow_read
SELECT * FROM users WHERE id = 1 OR 1 = 1
-- allow_read
SELECT id FROM users UNION SELECT id FROM admins
-- allow_read
SELECT EXISTS (SELECT FROM orders WHERE total > 100)
-- allow_read
SELECT DISTINCT ON (customer_id) customer_id, id FROM orders ORDER BY customer_id, ordered_at DESC
-- allow_read
SELECT (SELECT max(x) FROM (VALUES (a), (b), (c)) AS v(x)) FROM t
-- allow_read
SELECT jsonb_path_query_array(data, '$.items[*] ? (@.qty > 1).sku') FROM events
-- allow_read
SELECT key, value FROM events, jsonb_each_text(data) WHERE key <> 'password'
-- allow_read
SELECT tag, count(*) FROM posts, unnest(tags) AS tag GROUP BY tag ORDER BY 2 DESC
-- allow_read
SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog')
-- allow_read
SELECT c.relname, c.reltuples FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
-- allow_read
SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'orders'
-- allow_read
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'orders'::regclass
-- allow_read
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'
-- allow_read
SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood'
-- allow_read
TABLE orders
-- allow_read
VALUES (1, 'a'), (2, 'b')
-- allow_read
(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1
-- allow_read
SELECT sum(x) OVER (ORDER BY d RANGE BETWEEN '7 days' PRECEDING AND CURRENT ROW) FROM t
-- allow_read
SELECT a, b, sum(c) FROM t GROUP BY CUBE (a, b) ORDER BY GROUPING(a, b)
-- allow_read
SELECT ntile(10) OVER (ORDER BY total) AS decile, total FROM orders
-- allow_read
SELECT regexp_matches(body, '(\d{4})-(\d{2})', 'g') FROM notes
-- allow_read
SELECT to_tsvector('english', body) @@ websearch_to_tsquery('english', 'cat OR dog') FROM notes
-- allow_read
SELECT corr(price, rating), regr_slope(price, rating) FROM products
-- allow_read
SELECT int4range(1, 10) @> 5, tstzrange(a, b) && tstzrange(c, d) FROM t
-- allow_read
SELECT EXTRACT(ISODOW FROM d), EXTRACT(QUARTER FROM d), d AT TIME ZONE 'Europe/Berlin' FROM t
-- allow_read
SELECT CAST(x AS numeric(10, 2)), x::varchar(20), x::timestamptz(3), CAST(x AS double precision) FROM t
-- allow_read
SELECT CASE status WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 0 END FROM t ORDER BY CASE WHEN x IS NULL THEN 1 ELSE 0 END, x DESC NULLS LAST
-- allow_read
SELECT * FROM a JOIN b ON a.id = b.a_id JOIN c ON c.id = b.c_id JOIN d ON d.id = c.d_id WHERE a.x > ALL (SELECT y FROM e)
-- allow_read
SELECT * FROM t ORDER BY random() LIMIT 5
-- allow_read
SELECT * FROM t OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY
-- allow_read
SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM t
-- allow_read
SELECT (array_agg(x ORDER BY y DESC))[1:3] FROM t
-- allow_read
SELECT (array_agg(x))[1], (ARRAY[1, 2, 3])[2:], t.arr[1] FROM t
-- allow_read
SELECT /*+ hint */ 1 -- comment
-- allow_read
EXPLAIN (FORMAT JSON, VERBOSE) SELECT * FROM orders JOIN customers USING (id)
