-- What a data team writes every day. Each runs on a real server, too (`worker/source/src/tests/team.rs`).
-- allow_read
SELECT ordered_at::date AS day, sum(total) AS revenue, avg(sum(total)) OVER (ORDER BY ordered_at::date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS week FROM orders GROUP BY 1 ORDER BY 1
-- allow_read
SELECT id, total, sum(total) OVER (ORDER BY ordered_at RANGE BETWEEN INTERVAL '30 days' PRECEDING AND CURRENT ROW) FROM orders
-- allow_read
SELECT id, total, count(*) OVER (ORDER BY total GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM orders
-- allow_read
SELECT id, first_value(total) OVER w, last_value(total) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(total, 2) OVER w FROM orders WINDOW w AS (PARTITION BY customer_id ORDER BY ordered_at)
-- allow_read
SELECT customer_id, ordered_at - lag(ordered_at) OVER (PARTITION BY customer_id ORDER BY ordered_at) AS gap FROM orders
-- allow_read
SELECT id, rank() OVER (ORDER BY total DESC), dense_rank() OVER (ORDER BY total DESC), percent_rank() OVER (ORDER BY total), cume_dist() OVER (ORDER BY total), ntile(10) OVER (ORDER BY total) FROM orders
-- allow_read
SELECT * FROM (SELECT o.*, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at DESC, id) AS rn FROM orders o) AS latest WHERE rn = 1
-- allow_read
SELECT status, total, total / sum(total) OVER () AS share, ratio FROM (SELECT status, total, 100.0 * total / NULLIF(sum(total) OVER (PARTITION BY status), 0) AS ratio FROM orders) AS s
-- allow_read
SELECT at, value, avg(value) FILTER (WHERE value > 0) OVER (PARTITION BY sensor ORDER BY at ROWS 10 PRECEDING) FROM readings
-- allow_read
SELECT sensor, at, value, value - lead(value, 1, value) OVER (PARTITION BY sensor ORDER BY at) AS delta, sum(CASE WHEN value IS NULL THEN 1 ELSE 0 END) OVER (PARTITION BY sensor ORDER BY at) AS grp FROM readings
-- allow_read
SELECT c.name, latest.* FROM customers c CROSS JOIN LATERAL (SELECT o.id, o.total FROM orders o WHERE o.customer_id = c.id ORDER BY o.ordered_at DESC LIMIT 3) AS latest
-- allow_read
SELECT c.name, t.tag, t.n FROM customers c LEFT JOIN LATERAL unnest(c.tags) WITH ORDINALITY AS t(tag, n) ON true
-- allow_read
SELECT c.id, kv.key, kv.value FROM customers c, LATERAL jsonb_each_text(c.profile) AS kv
-- allow_read
SELECT c.id, x.* FROM customers c CROSS JOIN LATERAL jsonb_to_record(c.profile) AS x(city text, zip text, visits int)
-- allow_read
SELECT c.name, s.n, s.total FROM customers c JOIN LATERAL (SELECT count(*) AS n, sum(total) AS total FROM orders WHERE customer_id = c.id) s ON s.n > 0
-- allow_read
SELECT region, active, count(*) FROM customers GROUP BY GROUPING SETS ((region, active), (region), ())
-- allow_read
SELECT category, date_trunc('quarter', o.ordered_at), sum(i.quantity) FROM order_items i JOIN orders o ON o.id = i.order_id JOIN products p ON p.id = i.product_id GROUP BY ROLLUP (category, date_trunc('quarter', o.ordered_at)) ORDER BY 1 NULLS LAST, 2
-- allow_read
SELECT COALESCE(region, 'all'), GROUPING(region), GROUPING(region, active), count(*) FROM customers GROUP BY CUBE (region, active) HAVING GROUPING(region) = 0 OR count(*) > 1
-- allow_read
SELECT region, count(*) FROM customers GROUP BY DISTINCT ROLLUP (region), ROLLUP (region)
-- allow_read
SELECT count(*) FILTER (WHERE status = 'paid') AS paid, count(*) FILTER (WHERE status <> 'paid' AND total > 10) AS open, sum(total) FILTER (WHERE shipped_at IS NULL) FROM orders
-- allow_read
SELECT status, json_agg(json_build_object('id', id, 'total', total) ORDER BY id) FROM orders GROUP BY status
-- allow_read
SELECT jsonb_agg(DISTINCT region) FILTER (WHERE region IS NOT NULL), jsonb_object_agg(id, name) FROM customers
-- allow_read
SELECT row_to_json(o), to_jsonb(o) - 'note' - ARRAY['ip', 'meta'] FROM orders o LIMIT 5
-- allow_read
SELECT string_agg(DISTINCT name, ', ' ORDER BY name), string_agg(name, E'\n' ORDER BY id DESC), array_to_string(array_agg(name ORDER BY name), '; ') FROM customers
-- allow_read
SELECT array_agg(id ORDER BY total DESC) FILTER (WHERE total > 5), (array_agg(total ORDER BY ordered_at DESC))[1], array_agg(ARRAY[id, customer_id]) FROM orders
-- allow_read
SELECT tags[1], tags[2:], tags[:2], tags[array_upper(tags, 1)], array_length(tags, 1), cardinality(tags), array_ndims(tags), array_position(tags, 'vip'), array_positions(tags, 'vip') FROM customers
-- allow_read
SELECT * FROM customers WHERE tags @> ARRAY['vip'] AND NOT tags && ARRAY['banned', 'test'] AND 'eu' = ANY (tags) AND 'x' <> ALL (tags) AND tags <@ ARRAY['vip', 'eu']
-- allow_read
SELECT array_append(tags, 'x'), array_prepend('x', tags), array_cat(tags, ARRAY['y']), array_remove(tags, 'x'), array_replace(tags, 'x', 'y'), tags || 'z'::text || ARRAY['q'], string_to_array('a,b', ','), trim_array(ARRAY[1, 2, 3], 1) FROM customers
-- allow_read
SELECT ARRAY(SELECT id FROM orders WHERE customer_id = c.id ORDER BY id), ARRAY[1, 2, 3]::bigint[], ARRAY[]::text[], '{1,2}'::int[] FROM customers c
-- allow_read
SELECT id FROM products WHERE sizes[1] BETWEEN 1 AND 5 AND EXISTS (SELECT FROM unnest(sizes) s WHERE s > 3) AND array_fill(0, ARRAY[3]) <> sizes
-- allow_read
SELECT unnest(tags) AS tag, count(*) FROM customers GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 20
-- allow_read
SELECT a, b FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t(a, b)
-- allow_read
SELECT substring(email FROM '@(.*)$') AS domain, count(*) FROM customers WHERE email ~* '^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$' GROUP BY 1
-- allow_read
SELECT regexp_match(note, '(\d+)-(\d+)'), (regexp_match(note, 'A(\w+)'))[1], regexp_replace(note, '\s+', ' ', 'g'), regexp_split_to_array(note, '[,;]\s*') FROM orders
-- allow_read
SELECT o.id, m[1] FROM orders o, regexp_matches(o.note, '#(\w+)', 'g') AS m
-- allow_read
SELECT regexp_count(note, 'a'), regexp_instr(note, 'b'), regexp_like(note, '^x', 'i'), regexp_substr(note, '[0-9]+') FROM orders
-- allow_read
SELECT word, count(*) FROM orders, regexp_split_to_table(lower(note), '\W+') AS word GROUP BY word ORDER BY 2 DESC
-- allow_read
SELECT date_trunc('week', ordered_at AT TIME ZONE 'Europe/Berlin') AS week, count(*) FROM orders GROUP BY 1
-- allow_read
SELECT date_trunc('day', ordered_at, 'America/New_York'), ordered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Tokyo', timezone('UTC', ordered_at) FROM orders
-- allow_read
SELECT date_bin('15 minutes', at, TIMESTAMPTZ '2025-01-01'), avg(value) FROM readings GROUP BY 1 ORDER BY 1
-- allow_read
SELECT extract(dow FROM ordered_at), extract(isoyear FROM ordered_at), extract(epoch FROM shipped_at - ordered_at) / 3600, date_part('hour', ordered_at) FROM orders
-- allow_read
SELECT * FROM orders WHERE ordered_at >= date_trunc('month', CURRENT_DATE) - INTERVAL '1 month' AND ordered_at < date_trunc('month', CURRENT_DATE)
-- allow_read
SELECT age(born), age(CURRENT_DATE, born), justify_interval(INTERVAL '40 days 30 hours'), justify_days(age(born)), make_date(2024, 2, 29), make_timestamptz(2024, 1, 1, 0, 0, 0, 'UTC'), make_interval(months => 3, days => 2) FROM customers
-- allow_read
SELECT ordered_at + 3 * INTERVAL '1 day', ordered_at - '2 hours'::interval, INTERVAL '1' YEAR, INTERVAL '1-2' YEAR TO MONTH, DATE '2025-01-31' + 1, DATE '2025-03-01' - DATE '2025-01-01', to_timestamp(0), isfinite(ordered_at) FROM orders
-- allow_read
SELECT to_char(ordered_at, 'YYYY-"W"IW'), to_char(total, 'FM999G999D00'), to_date('2025-01-02', 'YYYY-MM-DD'), to_number('1,234.5', '9G999D9'), to_timestamp('2025', 'YYYY') FROM orders
-- allow_read
SELECT now(), statement_timestamp(), transaction_timestamp(), clock_timestamp(), LOCALTIME, CURRENT_TIME(0), LOCALTIMESTAMP, 'now'::timestamp, 'yesterday'::date, 'infinity'::timestamptz
-- allow_read
SELECT (ordered_at, shipped_at) OVERLAPS (DATE '2025-01-01', DATE '2025-02-01'), ordered_at BETWEEN '2025-01-01' AND '2025-12-31' FROM orders
-- allow_read
SELECT d::date AS day, COALESCE(count(o.id), 0) FROM generate_series(DATE '2025-01-01', DATE '2025-12-31', INTERVAL '1 day') AS d LEFT JOIN orders o ON o.ordered_at::date = d::date GROUP BY 1 ORDER BY 1
-- allow_read
SELECT generate_series(1, 12) AS month
-- allow_read
SELECT n, n * n FROM generate_series(10, 1, -1) AS n
-- allow_read
SELECT s.bucket, count(r.at) FROM generate_series(0, 23) AS s(bucket) LEFT JOIN readings r ON extract(hour FROM r.at) = s.bucket GROUP BY 1
-- allow_read
SELECT min(ordered_at), d FROM orders, generate_series(timestamp '2025-01-01 00:00', '2025-01-02 00:00', '1 hour') d GROUP BY d
-- allow_read
EXPLAIN SELECT * FROM orders WHERE id = 1
-- allow_read
EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT count(*) FROM orders GROUP BY status
-- allow_read
EXPLAIN (SUMMARY, BUFFERS OFF, FORMAT YAML) WITH o AS (SELECT * FROM orders) SELECT * FROM o
-- allow_read
VALUES (1, 'one'), (2, 'two'), (3, NULL)
-- allow_read
VALUES (1, 'one'), (2, 'two') ORDER BY 1 DESC LIMIT 1
-- allow_read
SELECT v.name, o.* FROM (VALUES ('paid', 1), ('open', 2)) AS v(name, rank) JOIN orders o ON o.status = v.name ORDER BY v.rank
-- allow_read
SELECT * FROM orders WHERE (status, customer_id) IN (VALUES ('paid', 1), ('open', 2))
-- allow_read
WITH monthly AS MATERIALIZED (SELECT date_trunc('month', ordered_at) AS m, sum(total) AS t FROM orders GROUP BY 1), prior AS NOT MATERIALIZED (SELECT m + INTERVAL '1 month' AS m, t FROM monthly) SELECT monthly.m, monthly.t, prior.t, round(100 * (monthly.t - prior.t) / NULLIF(prior.t, 0), 1) FROM monthly LEFT JOIN prior USING (m) ORDER BY 1
-- allow_read
WITH RECURSIVE chain AS (SELECT id, name, manager_id, 1 AS depth, ARRAY[id] AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, c.depth + 1, c.path || e.id FROM employees e JOIN chain c ON e.manager_id = c.id WHERE NOT e.id = ANY (c.path)) SELECT depth, repeat('  ', depth) || name FROM chain ORDER BY path
-- allow_read
WITH RECURSIVE tree(id, root) AS (SELECT id, id FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, t.root FROM employees e JOIN tree t ON e.manager_id = t.id) SEARCH BREADTH FIRST BY id SET ordering CYCLE id SET looped USING way SELECT root, count(*) FROM tree WHERE NOT looped GROUP BY root
-- allow_read
WITH RECURSIVE days(d) AS (SELECT DATE '2025-01-01' UNION ALL SELECT d + 1 FROM days WHERE d < DATE '2025-01-31') SELECT d FROM days
-- allow_read
WITH RECURSIVE fib(a, b) AS (VALUES (0, 1) UNION ALL SELECT b, a + b FROM fib WHERE b < 1000) SELECT a FROM fib
-- allow_read
WITH RECURSIVE ref AS (SELECT id, referred_by FROM customers WHERE id = 1 UNION SELECT c.id, c.referred_by FROM customers c JOIN ref ON c.referred_by = ref.id) SELECT count(*) - 1 FROM ref
-- allow_read
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a), c AS (TABLE b) SELECT * FROM c UNION ALL TABLE a
-- allow_read
SELECT DISTINCT ON (customer_id) customer_id, id, total FROM orders ORDER BY customer_id, ordered_at DESC NULLS LAST
-- allow_read
SELECT DISTINCT ON (date_trunc('day', at), sensor) sensor, at, value FROM readings ORDER BY date_trunc('day', at), sensor, at DESC
-- allow_read
SELECT status, percentile_cont(0.5) WITHIN GROUP (ORDER BY total), percentile_cont(ARRAY[0.25, 0.5, 0.75, 0.95]) WITHIN GROUP (ORDER BY total), percentile_disc(0.9) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY customer_id) FROM orders GROUP BY status
-- allow_read
SELECT rank(100) WITHIN GROUP (ORDER BY total DESC), dense_rank(100) WITHIN GROUP (ORDER BY total), percent_rank(100) WITHIN GROUP (ORDER BY total), cume_dist(100) WITHIN GROUP (ORDER BY total) FROM orders
-- allow_read
SELECT width_bucket(total, 0, 1000, 10) AS bucket, count(*), min(total), max(total) FROM orders GROUP BY 1 ORDER BY 1
-- allow_read
SELECT width_bucket(total, ARRAY[10, 50, 100, 500]::numeric[]) AS bucket, numrange(min(total), max(total), '[]') FROM orders GROUP BY 1
-- allow_read
SELECT stddev(total), stddev_pop(total), var_samp(total), variance(total), corr(total::float8, id::float8), covar_pop(total::float8, id::float8), regr_slope(total::float8, id::float8), regr_intercept(total::float8, id::float8), regr_r2(total::float8, id::float8), regr_count(total::float8, id::float8) FROM orders
-- allow_read
SELECT bit_and(id), bit_or(id), bit_xor(id), bool_and(total > 0), bool_or(total > 100), every(total IS NOT NULL), range_agg(during)::text, range_intersect_agg(during) FROM orders, prices
-- allow_read
SELECT profile -> 'address' ->> 'city', profile #>> '{address,zip}', profile #> '{a,0}', profile ->> 0, profile['address']['city'], (profile ->> 'visits')::int FROM customers
-- allow_read
SELECT * FROM customers WHERE profile @> '{"vip": true}' AND profile ? 'city' AND profile ?| ARRAY['a', 'b'] AND NOT profile ?& ARRAY['a', 'b'] AND '{"a": 1}' <@ profile
-- allow_read
SELECT jsonb_path_query(profile, '$.orders[*] ? (@.total > $min).id', '{"min": 10}'), jsonb_path_exists(profile, '$.a ? (@ like_regex "^x")'), jsonb_path_query_array(profile, '$.**'), jsonb_path_query_first(profile, 'lax $.a'), profile @? '$.a', profile @@ '$.a > 1' FROM customers
-- allow_read
SELECT jsonb_typeof(profile), jsonb_array_length(profile -> 'orders'), jsonb_pretty(profile), jsonb_strip_nulls(profile), jsonb_set(profile, '{a,b}', '1', true), jsonb_insert(profile, '{c}', '2'), jsonb_build_array(1, 'x', NULL), jsonb_object(ARRAY['a', 'b'], ARRAY['1', '2']), profile || '{"x": 1}' FROM customers
-- allow_read
SELECT k, count(*) FROM customers, jsonb_object_keys(profile) AS k GROUP BY k
-- allow_read
SELECT e ->> 'sku', sum((e ->> 'n')::numeric) FROM customers CROSS JOIN jsonb_array_elements(profile -> 'cart') AS e GROUP BY 1
-- allow_read
SELECT x.id, x.n FROM customers, jsonb_to_recordset(profile -> 'cart') AS x(id int, n numeric, tags text[])
-- allow_read
SELECT x.* FROM json_each('{"a": 1}') AS x, json_array_elements_text('["p", "q"]') AS y
-- allow_read
SELECT meta ->> 'agent', json_typeof(meta), json_extract_path_text(meta, 'a', 'b'), json_array_length('[1]') FROM orders
-- allow_read
SELECT payload ->> 'page' AS page, count(DISTINCT session) AS sessions, count(*) AS views FROM events WHERE kind = 'view' AND at >= now() - INTERVAL '7 days' GROUP BY 1 HAVING count(*) > 0 ORDER BY views DESC FETCH FIRST 10 ROWS ONLY
-- allow_read
SELECT id, ts_rank(doc, q), ts_rank_cd(doc, q), ts_headline('english', name, q) FROM products, to_tsquery('english', 'red & !blue') AS q WHERE doc @@ q ORDER BY 2 DESC
-- allow_read
SELECT * FROM products WHERE to_tsvector('simple', name || ' ' || coalesce(category, '')) @@ websearch_to_tsquery('simple', '"red shoes" or hat -blue')
-- allow_read
SELECT plainto_tsquery('a b'), phraseto_tsquery('a b'), 'a & b'::tsquery, 'fat'::tsquery && 'cat'::tsquery, tsvector_to_array(doc), strip(doc), setweight(doc, 'A'), numnode('a & b'::tsquery), querytree('a & b'::tsquery), length(doc) FROM products
-- allow_read
SELECT * FROM ts_debug('english', 'a fat cat')
-- allow_read
SELECT token FROM ts_parse('default', 'foo - bar')
-- allow_read
SELECT * FROM products WHERE valid @> CURRENT_DATE AND valid && daterange('2025-01-01', '2025-12-31', '[)') AND NOT isempty(valid) AND valid -|- daterange('2024-01-01', '2024-02-01') IS FALSE
-- allow_read
SELECT lower(valid), upper(valid), lower_inc(valid), upper_inf(valid), valid * daterange('2025-01-01', NULL), valid + daterange('2025-01-01', '2025-02-01'), range_merge(valid, '[2025-01-01,2025-02-01)'::daterange), int4range(1, 10) - int4range(5, 20) FROM products WHERE isempty(valid)
-- allow_read
SELECT seen::text, datemultirange(daterange('2025-01-01', '2025-02-01'))::text, unnest(seen), range_merge(seen), seen @> DATE '2025-01-05', '{[1,3),[5,8)}'::int4multirange::text FROM prices
-- allow_read
SELECT p.name, pr.price FROM products p JOIN prices pr ON pr.product_id = p.id AND pr.during @> now()
-- allow_read
TABLE orders
-- allow_read
TABLE customers ORDER BY id LIMIT 5
-- allow_read
SELECT * FROM ONLY orders
-- allow_read
SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = 'public' ORDER BY ordinal_position
-- allow_read
SELECT table_schema, table_name, table_type FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
-- allow_read
SELECT tc.constraint_name, kcu.column_name, ccu.table_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu USING (constraint_schema, constraint_name) JOIN information_schema.constraint_column_usage ccu USING (constraint_schema, constraint_name) WHERE tc.constraint_type = 'FOREIGN KEY'
-- allow_read
SELECT c.relname, c.reltuples::bigint, pg_size_pretty(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'm') ORDER BY 2 DESC
-- allow_read
SELECT a.attname, format_type(a.atttypid, a.atttypmod), col_description(a.attrelid, a.attnum) FROM pg_attribute a WHERE a.attrelid = 'orders'::regclass AND a.attnum > 0 AND NOT a.attisdropped
-- allow_read
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
-- allow_read
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'public.orders'::regclass
-- allow_read
SELECT schemaname, tablename FROM pg_catalog.pg_tables WHERE schemaname = 'public'
-- allow_read
SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'
-- allow_read
SELECT matviewname, ispopulated FROM pg_matviews
-- allow_read
SELECT enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typname = 'mood' ORDER BY enumsortorder
-- allow_read
SELECT obj_description('orders'::regclass), to_regclass('nothing'), pg_relation_size('orders'), pg_table_size('orders'), pg_indexes_size('orders')
-- allow_read
SELECT extname, extversion FROM pg_extension
-- allow_read
SELECT name, utc_offset FROM pg_timezone_names WHERE name LIKE 'Europe/%' LIMIT 3
-- allow_read
SELECT current_database(), current_schema(), current_schemas(true), current_user, session_user, version()
-- allow_read
SELECT current_setting('timezone'), current_setting('server_version_num')::int / 10000
-- allow_read
SELECT pg_typeof(total), pg_column_size(o.*), pg_typeof(NULL) FROM orders o LIMIT 1
-- allow_read
SELECT CASE WHEN total < 10 THEN 'small' WHEN total < 100 THEN 'medium' ELSE 'large' END AS size, count(*) FROM orders GROUP BY size ORDER BY min(total)
-- allow_read
SELECT COALESCE(c.region, 'unknown'), NULLIF(o.note, ''), GREATEST(o.total, 0), LEAST(o.total, 100, NULL), o.total IS DISTINCT FROM 0 FROM orders o LEFT OUTER JOIN customers c ON c.id = o.customer_id
-- allow_read
SELECT * FROM customers c FULL OUTER JOIN orders o ON o.customer_id = c.id WHERE c.id IS NULL OR o.id IS NULL
-- allow_read
SELECT * FROM orders NATURAL JOIN (SELECT id, name FROM customers) AS c
-- allow_read
SELECT a.id, b.id FROM orders a JOIN orders b ON a.customer_id = b.customer_id AND a.id < b.id AND abs(extract(epoch FROM a.ordered_at - b.ordered_at)) < 3600
-- allow_read
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders INTERSECT SELECT referred_by FROM customers ORDER BY 1
-- allow_read
(SELECT id, 'c' AS kind FROM customers LIMIT 3) UNION ALL (SELECT id, 'o' FROM orders ORDER BY id DESC LIMIT 3)
-- allow_read
SELECT name FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.ordered_at > now() - INTERVAL '90 days')
-- allow_read
SELECT * FROM orders WHERE total > (SELECT avg(total) FROM orders) AND customer_id = ANY (SELECT id FROM customers WHERE region = 'EU') AND total >= ALL (SELECT 0)
-- allow_read
SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, (SELECT max(ordered_at) FROM orders o WHERE o.customer_id = c.id) FROM customers c ORDER BY n DESC NULLS LAST OFFSET 5 ROWS FETCH NEXT 5 ROWS ONLY
-- allow_read
SELECT id, total FROM orders ORDER BY total DESC FETCH FIRST 3 ROWS WITH TIES
-- allow_read
SELECT * FROM orders TABLESAMPLE SYSTEM (10) REPEATABLE (42)
-- allow_read
SELECT upper(name), initcap(name), left(name, 3), right(name, 2), reverse(name), lpad(id::text, 8, '0'), rpad(name, 10, '.'), strpos(name, 'a'), concat_ws(' ', name, region), format('%s <%s>', name, email), md5(email), encode(sha256(email::bytea), 'hex'), translate(name, 'aeiou', '*****'), ascii(name), chr(65), quote_literal(name), split_part(email, '@', 2), starts_with(name, 'A'), char_length(name), octet_length(name), btrim(name, ' x') FROM customers
-- allow_read
SELECT round(total, 2), trunc(total), ceil(total), floor(total), abs(total), sign(total), mod(total, 7), div(total, 7), sqrt(total::float8), exp(1), ln(10), log(100), log(2, 8), power(2, 10), pi(), degrees(1), radians(180), sin(0), atan2(1, 1), cbrt(27), factorial(5), gcd(12, 18), lcm(4, 6), scale(total), min_scale(total), trim_scale(total), random() < 2 FROM orders
-- allow_read
SELECT 7 / 2, 7 % 2, 7::numeric / 2, 2 ^ 10, |/ 16, ||/ 27, @ -5, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 16 >> 2, -id, +id FROM orders
-- allow_read
SELECT host(ip), family(ip), masklen(ip), network(ip), ip << '10.0.0.0/8'::inet, ip && '10.0.0.0/8'::cidr, broadcast(ip), set_masklen(ip, 16), inet_merge(ip, '10.0.0.1') FROM orders
-- allow_read
SELECT point(1, 2) <-> point(3, 4), box '(0,0),(1,1)' @> point '(0.5,0.5)', circle '((0,0),1)', area(box '(0,0),(1,1)'), '(1,2)'::point
-- allow_read
SELECT gen_random_uuid() IS NOT NULL, '00000000-0000-0000-0000-000000000000'::uuid, session FROM events
-- allow_read
SELECT '\xDEADBEEF'::bytea, encode('abc'::bytea, 'base64'), decode('YWJj', 'base64'), convert_from('abc'::bytea, 'UTF8'), get_byte('abc'::bytea, 0), length('abc'::bytea), bit_length('abc'), B'1010' & B'0110', 5::bit(4)
-- allow_read
SELECT name COLLATE "C", lower(name COLLATE "C") FROM customers ORDER BY name COLLATE "C" DESC
-- allow_read
SELECT name FROM customers WHERE name LIKE 'A%' AND name NOT ILIKE '%x\_%' ESCAPE '\' AND name SIMILAR TO '(A|B)%' AND name !~ '\d' AND name ILIKE ANY (ARRAY['a%', 'b%']) AND name ^@ 'A'
-- allow_read
SELECT * FROM paid_orders WHERE total > 10
-- allow_read
SELECT * FROM region_totals ORDER BY total DESC
-- allow_read
SELECT o, (o).total, (o.*) IS NOT NULL, o.* FROM orders o LIMIT 2
-- allow_read
SELECT ROW (1, 'a') < ROW (1, 'b'), ROW (o.id, o.total) FROM orders o WHERE (o.id, o.customer_id) = (1, 1) OR ROW (o.id, o.status) IN (ROW (1, 'paid'))
-- allow_read
SELECT count(*), count(DISTINCT customer_id), count(DISTINCT (customer_id, status)), sum(DISTINCT total) FROM orders
-- allow_read
SELECT customer_id, min(ordered_at)::date AS cohort, max(ordered_at)::date - min(ordered_at)::date AS lifetime FROM orders GROUP BY customer_id HAVING count(*) BETWEEN 1 AND 100 AND max(total) > 0
-- allow_read
WITH firsts AS (SELECT customer_id, date_trunc('month', min(ordered_at)) AS cohort FROM orders GROUP BY 1) SELECT cohort, (extract(year FROM age(date_trunc('month', o.ordered_at), cohort)) * 12 + extract(month FROM age(date_trunc('month', o.ordered_at), cohort)))::int AS months, count(DISTINCT o.customer_id) FROM firsts JOIN orders o USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2
-- allow_read
WITH marked AS (SELECT *, CASE WHEN at - lag(at) OVER w > INTERVAL '30 minutes' OR lag(at) OVER w IS NULL THEN 1 ELSE 0 END AS fresh FROM events WINDOW w AS (PARTITION BY user_id ORDER BY at)), numbered AS (SELECT *, sum(fresh) OVER (PARTITION BY user_id ORDER BY at) AS n FROM marked) SELECT user_id, n, min(at), max(at), count(*), max(at) - min(at) AS took FROM numbered GROUP BY user_id, n
-- allow_read
WITH steps AS (SELECT user_id, max((kind = 'view')::int) AS viewed, max((kind = 'cart')::int) AS added, max((kind = 'buy')::int) AS bought FROM events GROUP BY user_id) SELECT sum(viewed), sum(added), sum(bought), round(100.0 * sum(bought) / NULLIF(sum(viewed), 0), 2) FROM steps
-- allow_read
SELECT status, sum(total) AS t, round(100 * sum(total) / sum(sum(total)) OVER (), 1) AS percent, sum(sum(total)) OVER (ORDER BY sum(total) DESC) AS running FROM orders GROUP BY status
-- allow_read
SELECT to_char(ordered_at, 'Dy') AS day, sum(CASE WHEN extract(hour FROM ordered_at) < 12 THEN 1 END) AS am, sum(1) FILTER (WHERE extract(hour FROM ordered_at) >= 12) AS pm FROM orders GROUP BY 1, extract(isodow FROM ordered_at) ORDER BY extract(isodow FROM ordered_at)
-- allow_read
SELECT p.category, i.product_id, sum(i.quantity * i.unit_price * (1 - COALESCE(i.discount, 0))) AS revenue, rank() OVER (PARTITION BY p.category ORDER BY sum(i.quantity) DESC) FROM order_items i JOIN products p ON p.id = i.product_id GROUP BY p.category, i.product_id
-- allow_read
SELECT a.product_id, b.product_id, count(*) FROM order_items a JOIN order_items b USING (order_id) WHERE a.product_id < b.product_id GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10
-- allow_read
SELECT e.name, m.name AS manager, e.salary - avg(e.salary) OVER (PARTITION BY e.department) AS above FROM employees e LEFT JOIN employees m ON m.id = e.manager_id
-- allow_read
SELECT department, max(salary), (SELECT name FROM employees x WHERE x.department = e.department ORDER BY salary DESC LIMIT 1) FROM employees e GROUP BY department
-- allow_read
SELECT department, name, salary FROM employees e WHERE salary > (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY salary) FROM employees WHERE department = e.department)
-- allow_read
SELECT date_trunc('month', hired) AS m, count(*) AS hires, sum(count(*)) OVER (ORDER BY date_trunc('month', hired)) AS total FROM employees GROUP BY 1
-- allow_read
SELECT sensor, avg(value), max(value) - min(value) AS spread, (max(value) - avg(value)) / NULLIF(stddev(value), 0) AS z FROM readings GROUP BY sensor
-- allow_read
SELECT sensor, at, value FROM (SELECT *, avg(value) OVER w AS m, stddev(value) OVER w AS s FROM readings WINDOW w AS (PARTITION BY sensor)) x WHERE abs(value - m) > 3 * s
-- allow_read
SELECT width_bucket(value, 0, 100, 20) AS b, count(*), repeat('#', (count(*) * 40 / max(count(*)) OVER ())::int) FROM readings GROUP BY 1 ORDER BY 1
-- allow_read
SELECT sum(took), avg(took), max(took), extract(epoch FROM sum(took)), took * 2, took / 3 FROM events GROUP BY took
-- allow_read
SELECT kind, at::time, at::date, to_char(at, 'HH24:MI'), date_trunc('hour', at) FROM events WHERE at::time BETWEEN '08:00' AND '18:00' AND extract(isodow FROM at) < 6
-- allow_read
SELECT xmlelement(NAME o, xmlattributes(id AS id), xmlforest(total, status)), xmlagg(xmlelement(NAME i, id)) OVER () FROM orders
-- allow_read
SELECT x.* FROM xmltable('/r/o' PASSING ('<r><o id="1">a</o></r>'::xml) COLUMNS id int PATH '@id', n FOR ORDINALITY, t text PATH 'text()') AS x
-- allow_read
SELECT "o"."id" AS "Order No.", "o"."total" "Total €" FROM "public"."orders" AS "o" WHERE "o"."status" = 'it''s' OR o.note = E'tab\t' OR o.note = $$dollar$$ OR o.note = U&'\0041'
-- allow_read
SELECT id FROM orders WHERE id IN (1, 2, 3) AND status NOT IN ('x', 'y') OR id = ANY ('{1,2}'::bigint[]) OR id IN (SELECT order_id FROM order_items)
-- allow_read
SELECT num_nulls(region, email), num_nonnulls(VARIADIC tags) FROM customers
-- allow_read
SELECT coalesce(sum(total), 0)::money, '12.50'::money * 2 FROM orders
-- allow_read
SELECT lower(region) AS region FROM customers GROUP BY lower(region) ORDER BY lower(region) USING <
-- allow_read
SHOW timezone
-- allow_read
SHOW server_version
-- allow_read
SHOW search_path
-- allow_read
SHOW TIME ZONE
-- allow_read
SHOW TRANSACTION ISOLATION LEVEL
-- allow_read
SELECT/* inline */ id -- which\nFROM orders
-- allow_read
SELECT pg_size_pretty(123456::bigint), to_hex(255), trunc(random() * 10) BETWEEN 0 AND 10
-- allow_read
SELECT .5, 1e3, 0.1::float4, NULL IS NULL, TRUE AND NOT FALSE, 1 IS NOT NULL, 'a' || NULL
