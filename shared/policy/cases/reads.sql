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
