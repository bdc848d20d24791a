-- What analysts and language models write: towers of WITH, window frames, JSON paths, dates, statistics. Each runs on a real
-- server, too (`worker/source/src/tests/team.rs`).
-- allow_read
WITH src_orders AS (SELECT * FROM orders), renamed AS (SELECT id AS order_id, customer_id, lower(status) AS order_status, total::numeric(16, 2) AS amount, ordered_at AS created_at FROM src_orders), final AS (SELECT *, created_at::date AS created_date FROM renamed) SELECT * FROM final
-- allow_read
WITH customer_orders AS (SELECT customer_id, min(ordered_at) AS first_order, max(ordered_at) AS most_recent_order, count(id) AS number_of_orders FROM orders GROUP BY customer_id), customer_payments AS (SELECT o.customer_id, sum(i.quantity * i.unit_price) AS total_amount FROM order_items i LEFT JOIN orders o ON i.order_id = o.id GROUP BY o.customer_id), final AS (SELECT c.id, c.name, co.first_order, co.most_recent_order, co.number_of_orders, cp.total_amount AS customer_lifetime_value FROM customers c LEFT JOIN customer_orders co ON c.id = co.customer_id LEFT JOIN customer_payments cp ON c.id = cp.customer_id) SELECT * FROM final ORDER BY customer_lifetime_value DESC NULLS LAST
-- allow_read
WITH a AS MATERIALIZED (SELECT * FROM orders), b AS NOT MATERIALIZED (SELECT * FROM a WHERE total > 10), c (n, m) AS (SELECT count(*), avg(total) FROM b) SELECT n, round(m, 2) FROM c
-- allow_read
WITH RECURSIVE tree AS (SELECT id, name, manager_id, 0 AS depth, ARRAY[id] AS path FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id, t.depth + 1, t.path || e.id FROM employees e JOIN tree t ON e.manager_id = t.id WHERE NOT e.id = ANY (t.path)) SELECT repeat('  ', depth) || name AS chart, array_to_string(path, '>') FROM tree ORDER BY path
-- allow_read
WITH RECURSIVE up AS (SELECT id, manager_id, name FROM employees WHERE name = 'Kim' UNION SELECT e.id, e.manager_id, e.name FROM employees e JOIN up ON e.id = up.manager_id) SELECT string_agg(name, ' < ') FROM up
-- allow_read
WITH RECURSIVE days AS (SELECT DATE '2025-01-01' AS day UNION ALL SELECT (day + INTERVAL '1 day')::date FROM days WHERE day < DATE '2025-01-31') SELECT d.day, COALESCE(sum(o.total), 0) AS revenue FROM days d LEFT JOIN orders o ON o.ordered_at::date = d.day GROUP BY d.day ORDER BY d.day
-- allow_read
WITH RECURSIVE fib (n, a, b) AS (VALUES (1, 0::numeric, 1::numeric) UNION ALL SELECT n + 1, b, a + b FROM fib WHERE n < 30) SELECT n, a FROM fib
-- allow_read
WITH RECURSIVE t AS (SELECT id, manager_id FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id FROM employees e, t WHERE e.manager_id = t.id) SEARCH DEPTH FIRST BY id SET ord CYCLE id SET looped USING way SELECT id, looped FROM t ORDER BY ord
-- allow_read
SELECT id, total, avg(total) OVER (PARTITION BY customer_id ORDER BY ordered_at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving_average FROM orders
-- allow_read
SELECT id, sum(total) OVER (ORDER BY id RANGE UNBOUNDED PRECEDING) AS running, max(total) OVER (ORDER BY id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS best_later FROM orders
-- allow_read
SELECT * FROM (SELECT o.*, ntile(4) OVER (ORDER BY total) AS quartile, row_number() OVER (PARTITION BY status ORDER BY total DESC) AS place FROM orders o) ranked WHERE place <= 2 ORDER BY status, place
-- allow_read
SELECT DISTINCT ON (customer_id) customer_id, id, total FROM orders ORDER BY customer_id, total DESC, id
-- allow_read
SELECT customer_id, total, total - avg(total) OVER w AS over_average, (total - avg(total) OVER w) / NULLIF(stddev_samp(total) OVER w, 0) AS z FROM orders WINDOW w AS (PARTITION BY customer_id)
-- allow_read
SELECT kind, at, at - lag(at) OVER (PARTITION BY user_id ORDER BY at) > INTERVAL '30 minutes' AS new_session FROM events
-- allow_read
WITH s AS (SELECT user_id, at, CASE WHEN at - lag(at) OVER u > INTERVAL '90 minutes' OR lag(at) OVER u IS NULL THEN 1 ELSE 0 END AS starts FROM events WINDOW u AS (PARTITION BY user_id ORDER BY at)), n AS (SELECT *, sum(starts) OVER (PARTITION BY user_id ORDER BY at) AS session_no FROM s) SELECT user_id, session_no, min(at), max(at), count(*) FROM n GROUP BY user_id, session_no
-- allow_read
WITH g AS (SELECT day, day - (row_number() OVER (ORDER BY day))::int AS island FROM (SELECT DISTINCT ordered_at::date AS day FROM orders) d) SELECT min(day), max(day), count(*) AS streak FROM g GROUP BY island ORDER BY streak DESC LIMIT 1
-- allow_read
SELECT date_trunc('month', ordered_at) AS month, count(*) AS n, lag(count(*)) OVER (ORDER BY date_trunc('month', ordered_at)) AS before, round(100.0 * (count(*) - lag(count(*)) OVER (ORDER BY date_trunc('month', ordered_at))) / NULLIF(lag(count(*)) OVER (ORDER BY date_trunc('month', ordered_at)), 0), 1) AS growth FROM orders GROUP BY 1 ORDER BY 1
-- allow_read
WITH cohorts AS (SELECT customer_id, date_trunc('month', min(ordered_at)) AS cohort FROM orders GROUP BY 1) SELECT c.cohort, (extract(year FROM age(date_trunc('month', o.ordered_at), c.cohort)) * 12 + extract(month FROM age(date_trunc('month', o.ordered_at), c.cohort)))::int AS month_no, count(DISTINCT o.customer_id) FROM orders o JOIN cohorts c USING (customer_id) GROUP BY 1, 2 ORDER BY 1, 2
-- allow_read
WITH rfm AS (SELECT customer_id, ntile(5) OVER (ORDER BY max(ordered_at)) AS r, ntile(5) OVER (ORDER BY count(*)) AS f, ntile(5) OVER (ORDER BY sum(total)) AS m FROM orders GROUP BY customer_id) SELECT customer_id, r || '-' || f || '-' || m AS segment, CASE WHEN r >= 4 AND f >= 4 THEN 'champion' WHEN r <= 2 THEN 'at risk' ELSE 'other' END FROM rfm
-- allow_read
SELECT sum(total) FILTER (WHERE status = 'paid') AS paid, sum(total) FILTER (WHERE status <> 'paid') AS open, count(*) FILTER (WHERE shipped_at IS NULL) AS waiting, round(100.0 * count(*) FILTER (WHERE status = 'paid') / count(*), 2) AS paid_share FROM orders
-- allow_read
SELECT user_id, bool_or(kind = 'view') AS viewed, bool_or(kind = 'cart') AS carted, bool_or(kind = 'buy') AS bought, every(took > INTERVAL '1 s') FROM events GROUP BY user_id
-- allow_read
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS median, percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY total::float8) AS quartiles, percentile_disc(0.9) WITHIN GROUP (ORDER BY total) AS p90, mode() WITHIN GROUP (ORDER BY status) FROM orders
-- allow_read
SELECT corr(quantity, unit_price::float8), covar_pop(quantity, unit_price), regr_slope(unit_price, quantity), regr_intercept(unit_price, quantity), regr_r2(unit_price, quantity), var_samp(unit_price), stddev_pop(quantity) FROM order_items
-- allow_read
SELECT rank(20) WITHIN GROUP (ORDER BY total), dense_rank(20) WITHIN GROUP (ORDER BY total), percent_rank(20) WITHIN GROUP (ORDER BY total), cume_dist(20) WITHIN GROUP (ORDER BY total) FROM orders
-- allow_read
SELECT width_bucket(total, 0, 400, 8) AS bucket, count(*), min(total), max(total), repeat('*', count(*)::int) AS bar FROM orders GROUP BY 1 ORDER BY 1
-- allow_read
SELECT width_bucket(total, ARRAY[0, 50, 100, 200]::numeric[]) AS bucket, numrange(min(total), max(total), '[]') FROM orders GROUP BY 1
-- allow_read
SELECT GROUPING(status, customer_id) AS level, status, customer_id, sum(total) FROM orders GROUP BY GROUPING SETS ((status, customer_id), (status), ()) ORDER BY 1, 2, 3
-- allow_read
SELECT status, extract(isodow FROM ordered_at) AS dow, count(*) FROM orders GROUP BY CUBE (status, extract(isodow FROM ordered_at))
-- allow_read
SELECT COALESCE(region, '(none)') AS region, count(*) FROM customers GROUP BY ROLLUP (region) HAVING count(*) > 0
-- allow_read
SELECT c.name, recent.total FROM customers c LEFT JOIN LATERAL (SELECT total FROM orders o WHERE o.customer_id = c.id ORDER BY ordered_at DESC FETCH FIRST 2 ROWS ONLY) recent ON true
-- allow_read
SELECT c.name, x.n FROM customers c, LATERAL (SELECT count(*) AS n FROM events e WHERE e.user_id = c.id AND e.at > now() - INTERVAL '1 day') x
-- allow_read
SELECT p.name, s.size, s.n FROM products p LEFT JOIN LATERAL unnest(p.sizes) WITH ORDINALITY AS s (size, n) ON true ORDER BY p.id, s.n
-- allow_read
SELECT a.x, b.y FROM unnest(ARRAY[1, 2, 3], ARRAY['a', 'b', 'c']) WITH ORDINALITY AS a (x, z, n) JOIN ROWS FROM (generate_series(1, 3), unnest(ARRAY[10, 20, 30])) AS b (i, y) ON b.i = a.n
-- allow_read
SELECT o.id, item ->> 'sku' AS sku, (item ->> 'n')::int AS n FROM customers c CROSS JOIN LATERAL jsonb_array_elements(c.profile -> 'cart') AS item JOIN orders o ON o.customer_id = c.id
-- allow_read
SELECT profile #>> '{address,city}' AS city, profile -> 'orders' -> 0 ->> 'total', profile ? 'visits', profile ?| ARRAY['a', 'city'], profile ?& ARRAY['city', 'visits'], profile @> '{"city": "Oslo"}', jsonb_typeof(profile -> 'cart') FROM customers
-- allow_read
SELECT jsonb_path_query(profile, '$.orders[*] ? (@.total > 10).id'), jsonb_path_exists(profile, '$.address.zip'), jsonb_path_query_first(profile, '$.cart[0].sku') FROM customers
-- allow_read
SELECT id FROM customers WHERE profile @@ '$.visits > 2' OR profile @? '$.orders[*] ? (@.id == 1)'
-- allow_read
SELECT jsonb_path_query_array(profile, '$.orders[*].total') AS totals, jsonb_array_length(profile -> 'orders') AS n FROM customers WHERE profile IS NOT NULL
-- allow_read
SELECT jsonb_build_object('name', name, 'tags', to_jsonb(tags), 'born', born) || '{"v": 1}'::jsonb - 'born' AS doc FROM customers
-- allow_read
SELECT jsonb_pretty(jsonb_agg(jsonb_build_object('id', id, 'total', total) ORDER BY id)) FROM orders WHERE id < 4
-- allow_read
SELECT jsonb_object_agg(status, n) FROM (SELECT status, count(*) AS n FROM orders GROUP BY status) s
-- allow_read
SELECT json_agg(row_to_json(t)) FROM (SELECT id, name FROM products ORDER BY id) t
-- allow_read
SELECT key, count(*) FROM customers, jsonb_each(profile) GROUP BY key ORDER BY 2 DESC
-- allow_read
SELECT k, jsonb_set(profile, '{address,city}', '"Bergen"'), jsonb_insert(profile, '{cart,0}', '{"sku": "z"}'), jsonb_strip_nulls(profile) FROM customers, jsonb_object_keys(profile) k
-- allow_read
SELECT r.* FROM customers c, jsonb_to_recordset(c.profile -> 'orders') AS r (id int, total numeric)
-- allow_read
SELECT profile['address']['city'] FROM customers
-- allow_read
SELECT meta -> 'a' ->> 'b' AS b, json_typeof(meta), json_extract_path_text(meta, 'a', 'b') FROM orders WHERE meta ->> 'agent' = 'cli'
-- allow_read
SELECT tags[1], tags[1:2], array_length(tags, 1), cardinality(tags), 'vip' = ANY (tags), tags && ARRAY['eu', 'us'], tags @> '{vip}', array_position(tags, 'eu'), array_remove(tags, 'vip'), array_append(tags, 'new') FROM customers
-- allow_read
SELECT array_agg(DISTINCT status ORDER BY status), (array_agg(id ORDER BY total DESC))[1:3], array_to_string(array_agg(id ORDER BY id), ',') FROM orders
-- allow_read
SELECT string_agg(DISTINCT region, ', ' ORDER BY region) FROM customers
-- allow_read
SELECT tag, count(*) FROM customers, unnest(tags) AS tag GROUP BY tag ORDER BY count(*) DESC, tag
-- allow_read
SELECT ARRAY(SELECT id FROM orders WHERE total > 200 ORDER BY id) AS ids, ARRAY[[1, 2], [3, 4]] AS grid, array_fill(0, ARRAY[3]), string_to_array('a,b,c', ','), array_cat('{1}', '{2}'::int[])
-- allow_read
SELECT id FROM orders WHERE id = ANY ('{1,2,3}'::bigint[]) AND status <> ALL (ARRAY['x', 'y'])
-- allow_read
SELECT id FROM orders WHERE (customer_id, status) IN ((1, 'open'), (2, 'paid')) AND ROW (id, total) > ROW (3, 5)
-- allow_read
SELECT ordered_at::date - DATE '2025-01-01' AS days, ordered_at + INTERVAL '1 month - 1 day', date_part('epoch', ordered_at), extract(quarter FROM ordered_at), to_char(ordered_at, 'YYYY-"Q"Q'), justify_interval(INTERVAL '40 days') FROM orders
-- allow_read
SELECT age(ordered_at), age(TIMESTAMP '2025-03-01', ordered_at::timestamp), now() - ordered_at > INTERVAL '1 week', ordered_at BETWEEN CURRENT_DATE - 30 AND CURRENT_DATE FROM orders
-- allow_read
SELECT ordered_at AT TIME ZONE 'Europe/Oslo' AS local, (ordered_at AT TIME ZONE 'UTC') AT TIME ZONE 'America/New_York', date_trunc('day', ordered_at, 'Asia/Tokyo'), timezone('UTC', ordered_at) FROM orders LIMIT 5
-- allow_read
SELECT date_bin('15 minutes', at, TIMESTAMPTZ '2025-01-01') AS slot, avg(value) FROM readings GROUP BY slot ORDER BY slot
-- allow_read
SELECT to_timestamp(1735689600), to_date('31.12.2024', 'DD.MM.YYYY'), to_timestamp('2025-01-01 10:11', 'YYYY-MM-DD HH24:MI'), make_date(2025, 2, 3), make_interval(days => 3, hours => 2), make_timestamptz(2025, 1, 1, 0, 0, 0, 'UTC')
-- allow_read
SELECT TO_CHAR(total, 'FM999G999D00'), to_char(total, '9,999.99'), to_char(ordered_at, 'Day DD Month YYYY'), to_char(ordered_at, 'IYYY-IW'), to_number('1,234.5', '9G999D9') FROM orders LIMIT 3
-- allow_read
SELECT isfinite(ordered_at), date_trunc('week', ordered_at)::date, (date_trunc('month', ordered_at) + INTERVAL '1 month - 1 day')::date AS month_end, extract(doy FROM ordered_at) FROM orders
-- allow_read
SELECT d::date, COALESCE(n, 0) FROM generate_series(DATE '2025-01-01', DATE '2025-01-14', INTERVAL '1 day') AS d LEFT JOIN (SELECT ordered_at::date AS day, count(*) AS n FROM orders GROUP BY 1) o ON o.day = d::date ORDER BY d
-- allow_read
SELECT m.month, c.region, COALESCE(sum(o.total), 0) FROM generate_series(TIMESTAMPTZ '2025-01-01', '2025-03-01', '1 month') AS m (month) CROSS JOIN (SELECT DISTINCT region FROM customers) c LEFT JOIN customers k ON k.region = c.region LEFT JOIN orders o ON o.customer_id = k.id AND date_trunc('month', o.ordered_at) = m.month GROUP BY 1, 2
-- allow_read
SELECT hours.h, count(e.id) FROM generate_series(0, 23) AS hours (h) LEFT JOIN events e ON extract(hour FROM e.at) = hours.h GROUP BY hours.h ORDER BY hours.h
-- allow_read
SELECT format('%s ordered %s on %s', c.name, to_char(o.total, 'FM990.00'), o.ordered_at::date), format('%I.%L', 'a b', 'it''s'), concat_ws(', ', c.name, c.region, NULL), left(c.name, 1) || '.' FROM orders o JOIN customers c ON c.id = o.customer_id
-- allow_read
SELECT regexp_split_to_table(note, '[\s,]+') AS word, count(*) FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 5
-- allow_read
SELECT (regexp_match(note, '([A-Z]\d+)-(\d+)'))[1], regexp_replace(note, '\d', '#', 'g'), substring(note FROM '#\w'), note ~* '^a\d+', note !~ 'zz', regexp_matches(note, '\d+', 'g') FROM orders
-- allow_read
SELECT split_part(email, '@', 2) AS domain, count(*) FROM customers GROUP BY domain
-- allow_read
SELECT lower(trim(BOTH ' ' FROM name)), initcap(name), overlay(name PLACING 'x' FROM 1 FOR 1), position('d' IN name), reverse(name), lpad(name, 5, '.'), translate(name, 'Ad', 'aD'), char_length(name), strpos(name, 'a'), substr(name, 1, 2), replace(name, 'A', 'B'), md5(name), ascii(name), encode(sha256(name::bytea), 'hex') FROM customers
-- allow_read
SELECT name FROM customers WHERE name ILIKE '%a%' AND name NOT LIKE 'B\_%' ESCAPE '\' AND name SIMILAR TO '(A|B)%' AND starts_with(name, 'A')
-- allow_read
SELECT name COLLATE "C" FROM customers ORDER BY name COLLATE "C" DESC NULLS FIRST
-- allow_read
SELECT to_tsvector('english', note) @@ plainto_tsquery('english', 'x'), ts_rank(doc, websearch_to_tsquery('red -hat')), ts_headline('english', name, to_tsquery('shoes')), phraseto_tsquery('red shoes') FROM products, orders LIMIT 5
-- allow_read
SELECT id FROM products WHERE doc @@ to_tsquery('simple', 'red & shoes') ORDER BY ts_rank_cd(doc, to_tsquery('red')) DESC
-- allow_read
SELECT setweight(to_tsvector(coalesce(name, '')), 'A') || to_tsvector(coalesce(category, '')), numnode(to_tsquery('a & b')), querytree(to_tsquery('a & !b')), strip(doc), length(doc), tsvector_to_array(doc) FROM products
-- allow_read
SELECT name FROM products WHERE valid @> CURRENT_DATE AND NOT isempty(valid) AND valid && daterange('2025-01-01', '2025-12-31') AND upper(valid) > lower(valid)
-- allow_read
SELECT int4range(1, 5) * int4range(3, 9), int4range(1, 5) + int4range(4, 9), numrange(1, 2) << numrange(3, 4), int4range(1, 3) -|- int4range(3, 5), range_merge(int4range(1, 2), int4range(5, 6)), lower_inc('[1,2)'::int4range)
-- allow_read
SELECT product_id, range_agg(during), range_intersect_agg(during) FROM prices GROUP BY product_id
-- allow_read
SELECT a.id, b.id FROM orders a JOIN orders b ON tstzrange(a.ordered_at, a.ordered_at + INTERVAL '1 day') && tstzrange(b.ordered_at, b.ordered_at + INTERVAL '1 day') AND a.id < b.id
-- allow_read
SELECT point(1, 2) <-> point(4, 6) AS distance, box(point(0, 0), point(2, 2)) @> point(1, 1), area(box(point(0, 0), point(2, 3))), circle(point(0, 0), 2) && circle(point(3, 0), 2), center(circle '<(1,1),2>'), lseg '[(0,0),(2,2)]' # lseg '[(0,2),(2,0)]', path '((0,0),(1,1))' IS NOT NULL, polygon '((0,0),(0,1),(1,1))' @> point '(0.1,0.5)'
-- allow_read
SELECT ip << inet '10.0.0.0/8', host(ip), masklen(ip), set_masklen(ip, 16), network(set_masklen(ip, 24)), family(ip), ip + 5, inet_same_family(ip, '::1') FROM orders LIMIT 1
-- allow_read
SELECT 7 / 2, 7 % 2, 2 ^ 10, |/ 16, ||/ 27, @ -5, 5 # 3, 5 & 3, 5 | 2, ~1, 1 << 4, -7 / 2, div(7, 2), mod(-7, 3), round(2.5), trunc(-2.7), ceil(1.1), floor(-1.1), sign(-3), abs(-4), power(2, 3), sqrt(2), exp(1), ln(10), log(100), log(2, 64), pi(), radians(180), gcd(12, 18), lcm(4, 6), factorial(5), width_bucket(5, 0, 10, 5)
-- allow_read
SELECT greatest(1, NULL, 3), least('b', 'a'), NULLIF(0, 0), COALESCE(NULL, NULL, 1), num_nulls(1, NULL), num_nonnulls(1, NULL), 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL, true IS NOT UNKNOWN
-- allow_read
SELECT CASE status WHEN 'paid' THEN 1 WHEN 'open' THEN 0 END, CASE WHEN total BETWEEN SYMMETRIC 100 AND 50 THEN 'mid' ELSE 'out' END FROM orders
-- allow_read
SELECT c.id, EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.total > 100) AS big, (SELECT max(total) FROM orders o WHERE o.customer_id = c.id), c.id IN (SELECT customer_id FROM orders WHERE status = 'open'), 5 < ALL (SELECT total FROM orders o WHERE o.customer_id = c.id) FROM customers c
-- allow_read
SELECT * FROM customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)
-- allow_read
SELECT * FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'open' WHERE o.id IS NULL
-- allow_read
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders WHERE total > 1000 UNION ALL (SELECT 99 INTERSECT SELECT 99) ORDER BY 1
-- allow_read
(SELECT id, total FROM orders ORDER BY total DESC LIMIT 3) UNION ALL (SELECT id, total FROM orders ORDER BY total LIMIT 3)
-- allow_read
SELECT * FROM orders NATURAL JOIN (SELECT id, 1 AS one FROM orders WHERE id < 5) x FULL JOIN (VALUES (1, 'x'), (99, 'y')) AS v (id, letter) USING (id) ORDER BY id
-- allow_read
SELECT o.id, p.name FROM orders AS o INNER JOIN order_items AS i ON i.order_id = o.id INNER JOIN products AS p ON p.id = i.product_id RIGHT OUTER JOIN customers AS c ON c.id = o.customer_id CROSS JOIN (SELECT 1) AS one
-- allow_read
SELECT * FROM (VALUES (1, 'low'), (2, 'high')) AS levels (id, label) JOIN customers USING (id)
-- allow_read
TABLE products
-- allow_read
VALUES (1, 'a'), (2, 'b') ORDER BY 1 DESC LIMIT 1
-- allow_read
SELECT ROW (1, 'a'), (SELECT (1, 2)), (ROW (1, 2)) = (1, 2)
-- allow_read
SELECT count(*), count(DISTINCT customer_id), count(DISTINCT (customer_id, status)), sum(DISTINCT total), avg(total)::numeric(10, 2), min(ordered_at), max(ordered_at) - min(ordered_at), bit_or(id::int), bool_and(total > 0) FROM orders
-- allow_read
SELECT status, count(*) * 100.0 / sum(count(*)) OVER () AS pct, sum(sum(total)) OVER (ORDER BY status) AS cumulative FROM orders GROUP BY status
-- allow_read
SELECT p.category, sum(i.quantity * i.unit_price * (1 - COALESCE(i.discount, 0))) AS net FROM order_items i JOIN products p ON p.id = i.product_id GROUP BY p.category HAVING sum(i.quantity) > 1 ORDER BY net DESC NULLS LAST OFFSET 0 ROWS FETCH NEXT 5 ROWS WITH TIES
-- allow_read
SELECT customer_id, sum(CASE WHEN extract(month FROM ordered_at) = 1 THEN total END) AS jan, sum(CASE WHEN extract(month FROM ordered_at) = 2 THEN total END) AS feb FROM orders GROUP BY customer_id
-- allow_read
SELECT sensor, min(value), max(value), avg(value), stddev(value), variance(value), percentile_cont(0.95) WITHIN GROUP (ORDER BY value), count(*) FILTER (WHERE value = 'NaN'::float8), sum(value) / NULLIF(count(value), 0) FROM readings GROUP BY sensor
-- allow_read
SELECT a.sensor, a.at, a.value, b.value FROM readings a JOIN LATERAL (SELECT value FROM readings b WHERE b.sensor <> a.sensor AND b.at <= a.at ORDER BY b.at DESC LIMIT 1) b ON true
-- allow_read
SELECT exp(avg(ln(total))) AS geometric_mean, sqrt(avg(total * total)) AS rms, count(*) / (max(total) - min(total)) AS density FROM orders WHERE total > 0
-- allow_read
WITH ranked AS (SELECT total, sum(total) OVER (ORDER BY total DESC) AS running, sum(total) OVER () AS whole FROM orders) SELECT count(*) FROM ranked WHERE running <= 0.8 * whole
-- allow_read
WITH x AS (SELECT id, total, row_number() OVER (ORDER BY total) AS rn, count(*) OVER () AS n FROM orders) SELECT avg(total) AS median FROM x WHERE rn IN ((n + 1) / 2, (n + 2) / 2)
-- allow_read
SELECT department, name, salary, salary - lag(salary) OVER (PARTITION BY department ORDER BY salary) AS step, salary / max(salary) OVER (PARTITION BY department) AS of_best FROM employees
-- allow_read
SELECT e.name, m.name AS manager, e.salary > m.salary AS earns_more FROM employees e LEFT JOIN employees m ON m.id = e.manager_id
-- allow_read
SELECT name FROM employees e WHERE salary > (SELECT avg(salary) FROM employees WHERE department = e.department)
-- allow_read
SELECT department, array_agg(name ORDER BY hired), min(hired) AS first_hire, justify_days(age(max(hired), min(hired))) FROM employees GROUP BY department
-- allow_read
SELECT to_jsonb(c) - 'profile' AS row, row_to_json(c, true), hstore FROM (SELECT id, name, profile, 'a' AS hstore FROM customers) c
-- allow_read
SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'orders' ORDER BY ordinal_position
-- allow_read
SELECT c.relname, c.reltuples::bigint, pg_size_pretty(pg_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 2 DESC
-- allow_read
SELECT conname, pg_get_constraintdef(oid), conrelid::regclass FROM pg_constraint WHERE contype = 'f'
-- allow_read
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
-- allow_read
SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 1), 'orders'::regclass::oid > 0, to_regclass('public.orders'), format_type(23, NULL)
-- allow_read
SELECT t.typname, e.enumlabel FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid ORDER BY e.enumsortorder
-- allow_read
SELECT current_date, current_timestamp(0), localtimestamp, current_user, current_database(), version(), current_schema(), pg_typeof(1.0), now()::time(0), statement_timestamp() <= clock_timestamp(), inet '10.0.0.1'
-- allow_read
SELECT gen_random_uuid(), random() < 2, random() * 10 + 1 > 0, md5(random()::text) IS NOT NULL, uuid '00000000-0000-0000-0000-000000000001'
-- allow_read
SELECT * FROM orders ORDER BY random() LIMIT 5
-- allow_read
SELECT * FROM orders TABLESAMPLE BERNOULLI (50) REPEATABLE (1) LIMIT 5
-- allow_read
SELECT * FROM orders TABLESAMPLE SYSTEM (100) WHERE id % 2 = 0
-- allow_read
EXPLAIN SELECT * FROM orders WHERE id = 1
-- allow_read
EXPLAIN (VERBOSE, COSTS off, FORMAT json) SELECT count(*) FROM orders GROUP BY status
-- allow_read
SHOW search_path
-- allow_read
SHOW timezone
-- allow_read
SELECT bit_length('a'), octet_length('a'), B'101'::bit(3), X'1F'::int, get_bit(B'101', 0), '\x4142'::bytea, encode('abc', 'base64'), convert_from('\x4142', 'UTF8'), decode('4142', 'hex'), chr(65), to_hex(255), quote_literal('a'), quote_ident('a b')
-- allow_read
SELECT 'a' < 'b' COLLATE "C", 'x' || 1 || NULL, 1::text || 'a', '2025-01-01'::date::text, CAST('1.5' AS numeric), '1 day'::interval * 2.5, INTERVAL '1' DAY, INTERVAL '1-2' YEAR TO MONTH, TIMESTAMP '2025-01-01 10:00' - TIME '01:00', DATE '2025-01-31' + 1, (DATE '2025-01-01', DATE '2025-02-01') OVERLAPS (DATE '2025-01-15', INTERVAL '1 month')
-- allow_read
SELECT numeric '1e5', 1_000 + 1 FROM (SELECT 1) AS one
-- allow_read
SELECT 0x1F AS hex, 0o17 AS oct, 0b101 AS bin FROM (SELECT 1) AS one
-- allow_read
SELECT xmlelement(name item, xmlattributes(id AS id), name), xmlforest(id, name), xmlconcat('<a/>', '<b/>'), (SELECT xmlagg(xmlelement(name x, id) ORDER BY id) FROM products) FROM products
-- allow_read
SELECT (xpath('/a/b/text()', '<a><b>1</b></a>'::xml))[1]::text, xml_is_well_formed('<a/>'), xmlexists('//b' PASSING BY VALUE ('<a><b/></a>'::xml)), t.* FROM XMLTABLE ('/r/i' PASSING ('<r><i n="1">x</i></r>'::xml) COLUMNS n int PATH '@n', v text PATH '.') AS t
-- allow_read
SELECT c.name, count(*) FILTER (WHERE o.status = 'paid')::float / count(*) AS rate, rank() OVER (ORDER BY count(*) DESC) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id HAVING count(*) > 1 ORDER BY rate DESC, c.name
-- allow_read
SELECT date_trunc('month', ordered_at)::date AS m, status, sum(total), sum(sum(total)) OVER (PARTITION BY date_trunc('month', ordered_at) ORDER BY status) FROM orders GROUP BY 1, 2, date_trunc('month', ordered_at)
-- allow_read
SELECT product_id, sum(quantity) AS sold, sum(sum(quantity)) OVER () AS whole, cume_dist() OVER (ORDER BY sum(quantity)) FROM order_items GROUP BY product_id
-- allow_read
SELECT a.product_id, b.product_id, count(*) FROM order_items a JOIN order_items b ON a.order_id = b.order_id AND a.product_id < b.product_id GROUP BY 1, 2
-- allow_read
WITH funnel AS (SELECT user_id, min(at) FILTER (WHERE kind = 'view') AS viewed, min(at) FILTER (WHERE kind = 'cart') AS carted, min(at) FILTER (WHERE kind = 'buy') AS bought FROM events GROUP BY user_id) SELECT count(viewed), count(carted) FILTER (WHERE carted > viewed), count(bought) FILTER (WHERE bought > carted) FROM funnel
-- allow_read
SELECT customer_id, max(ordered_at) < now() - INTERVAL '90 days' AS churned FROM orders GROUP BY customer_id
-- allow_read
SELECT id, total, CASE WHEN total > avg(total) OVER () + 2 * stddev(total) OVER () THEN 'outlier' END FROM orders
-- allow_read
SELECT ordered_at::date AS day, sum(total) AS revenue, sum(sum(total)) OVER (ORDER BY ordered_at::date ROWS UNBOUNDED PRECEDING) AS ytd FROM orders WHERE ordered_at >= date_trunc('year', TIMESTAMPTZ '2025-06-01') GROUP BY 1
-- allow_read
SELECT extract(year FROM ordered_at)::int AS y, to_char(ordered_at, 'Mon') AS m, sum(total) FROM orders GROUP BY 1, 2, extract(month FROM ordered_at) ORDER BY 1, extract(month FROM ordered_at)
-- allow_read
SELECT o.*, c.name AS customer_name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.ordered_at >= CURRENT_DATE - INTERVAL '10 years' AND o.note IS NOT NULL AND length(o.note) > 3 ORDER BY o.ordered_at DESC LIMIT 50 OFFSET 10
-- allow_read
SELECT "o"."id" AS "Order Id", "c"."name" AS "Kunde äöü" FROM "public"."orders" "o", "public"."customers" "c" WHERE "c"."id" = "o"."customer_id"
-- allow_read
select distinct c.region , ( select count( * ) from orders as o2 where o2.customer_id in ( select id from customers as c2 where c2.region = c.region ) ) as "n" from customers as c /* by region */ order by 2 desc -- done
-- allow_read
SELECT * FROM paid_orders p JOIN region_totals r ON r.total >= p.total
-- allow_read
SELECT sum((i).quantity * (i).unit_price), count(c.*) FROM order_items i, customers c WHERE c.id = (i).product_id
-- allow_read
SELECT c.*, (c).name, c FROM customers AS c
-- allow_read
SELECT max(x) FROM (SELECT unnest(sizes) AS x FROM products) s
-- allow_read
SELECT generate_subscripts(sizes, 1), sizes[generate_subscripts(sizes, 1)] FROM products
-- allow_read
SELECT id, jsonb_path_query_array(profile, '$.cart[*].sku')::text AS skus, profile -> 'orders' @> '[{"id": 1}]' AS has_first FROM customers ORDER BY (profile ->> 'visits')::int DESC NULLS LAST
-- allow_read
SELECT COALESCE((profile ->> 'visits')::int, 0) + 1, NULLIF(profile ->> 'city', '')::text, profile -> 'a' IS NULL, (profile -> 'visits')::int * 2 FROM customers
-- allow_read
SELECT lag(total, 1, 0) OVER (ORDER BY id), lead(total, 2) OVER (ORDER BY id), first_value(total) OVER (ORDER BY id), nth_value(total, 3) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM orders
-- allow_read
SELECT sum(total) OVER (ORDER BY ordered_at RANGE BETWEEN '7 days' PRECEDING AND '1 second' PRECEDING), count(*) OVER (ORDER BY id GROUPS 2 PRECEDING EXCLUDE TIES) FROM orders
-- allow_read
SELECT regexp_replace(email, '^(.).*(@.*)$', '\1***\2') AS masked, email ~ '^[^@\s]+@[^@\s]+\.[a-z]{2,}$' AS valid FROM customers
-- allow_read
SELECT normalize('é', NFC), 'é' IS NFC NORMALIZED, unistr('\0441'), U&'\0441', E'tab\there', $$dollar 'quoted'$$, $q$another$q$
-- allow_read
SELECT extract(epoch FROM took) / 60, took * 2, date_trunc('second', took), make_interval(secs => extract(epoch FROM took)::double precision) FROM events
-- allow_read
SELECT session, count(*), min(at), array_agg(DISTINCT kind) FROM events GROUP BY session HAVING bool_or(kind = 'buy') ORDER BY min(at)
-- allow_read
SELECT kind, payload ->> 'page' AS page, count(*) FROM events WHERE at >= date_trunc('day', now()) - INTERVAL '6 days' AND payload ? 'page' GROUP BY GROUPING SETS ((kind, payload ->> 'page'), (kind))
-- allow_read
SELECT dow, count(*) FROM (SELECT trim(to_char(at, 'Day')) AS dow, extract(isodow FROM at) AS n FROM events) d GROUP BY dow, n ORDER BY n
-- allow_read
SELECT count(*) FROM orders WHERE ordered_at >= '2025-01-01' AND ordered_at < '2025-02-01'::date + INTERVAL '1 month' AND EXTRACT(DOW FROM ordered_at) NOT IN (0, 6)
-- allow_read
SELECT (SELECT count(*) FROM orders) AS orders, (SELECT count(*) FROM customers) AS customers, (SELECT round(avg(total), 2) FROM orders) AS average
-- allow_read
SELECT CASE WHEN GROUPING(status) = 1 THEN 'Total' ELSE status END AS status, count(*), to_char(sum(total), 'FM999,999.00') FROM orders GROUP BY ROLLUP (status)
-- allow_read
SELECT p.name, p.price, p.price - LAG(p.price) OVER (ORDER BY p.price) AS diff, PERCENT_RANK() OVER (ORDER BY p.price) FROM products p
-- allow_read
SELECT name, similarity FROM (SELECT name, 1.0 - length(name) / 100.0 AS similarity FROM products) s WHERE similarity > 0.3
-- allow_read
SELECT array(SELECT DISTINCT e FROM unnest(tags || ARRAY['x']) AS e ORDER BY e) FROM customers
-- allow_read
SELECT * FROM orders o WHERE o.total = (SELECT max(total) FROM orders WHERE customer_id = o.customer_id) AND o.status IS NOT NULL
-- allow_read
SELECT tableoid::regclass, ctid, xmin::text <> '', id FROM orders LIMIT 1
-- allow_read
SELECT currency, amount FROM (VALUES ('EUR', 1.5::money), ('USD', 2::money)) AS v (currency, amount)
-- allow_read
SELECT string_to_table('a,b', ','), bit_count(B'1011'), trim_array(ARRAY[1, 2, 3], 1), array_ndims(ARRAY[1]), array_upper(ARRAY[1, 2], 1), array_replace(ARRAY[1, 2], 1, 9), array_positions(ARRAY[1, 2, 1], 1)
-- allow_read
SELECT regexp_count(note, '\d'), regexp_instr(note, 'x'), regexp_substr(note, '\d+'), regexp_like(note, 'A') FROM orders LIMIT 2
-- allow_read
SELECT min(id), max(name), any_tag FROM customers LEFT JOIN LATERAL (SELECT tags[1] AS any_tag) t ON true GROUP BY any_tag
-- allow_read
SELECT sum(1) OVER (), sum(n) FROM (SELECT 1 AS n) s GROUP BY n
-- allow_read
SELECT count(*) FROM orders a WHERE a.id IN (SELECT b.id FROM orders b WHERE b.customer_id = a.customer_id ORDER BY b.total DESC LIMIT 3)
-- allow_read
SELECT ordered_at, total FROM orders WHERE ordered_at > ALL (SELECT at FROM readings) OR total > SOME (SELECT value FROM readings)
-- allow_read
SELECT COUNT(*) AS "count", AVG("total") AS "avg" FROM "orders" WHERE ("status" = 'paid') AND ("total" > 0) AND (1 = 1)
-- allow_read
SELECT id, status, total, LAST_VALUE(status) OVER (PARTITION BY customer_id ORDER BY ordered_at ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS current_status FROM orders
-- allow_read
WITH base AS (SELECT * FROM orders), agg AS (SELECT customer_id, jsonb_agg(to_jsonb(base) - 'meta' ORDER BY id) AS all_orders FROM base GROUP BY customer_id) SELECT customer_id, jsonb_array_length(all_orders), all_orders -> -1 ->> 'status' FROM agg
-- allow_read
WITH RECURSIVE nums AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM nums WHERE n < 100), primes AS (SELECT n FROM nums WHERE n > 1 AND NOT EXISTS (SELECT 1 FROM nums m WHERE m.n > 1 AND m.n < nums.n AND nums.n % m.n = 0)) SELECT array_agg(n ORDER BY n) FROM primes
-- allow_read
WITH RECURSIVE parts AS (SELECT id, referred_by, name::text AS chain FROM customers WHERE referred_by IS NULL UNION ALL SELECT c.id, c.referred_by, p.chain || ' -> ' || c.name FROM customers c JOIN parts p ON c.referred_by = p.id) SELECT chain, length(chain) - length(replace(chain, '>', '')) AS depth FROM parts
-- allow_read
SELECT x, sum(x) OVER (ORDER BY x), x * x AS squared, x::float / sum(x) OVER () AS share FROM generate_series(1, 10) AS x
-- allow_read
SELECT t.day, t.n, avg(t.n) OVER (ORDER BY t.day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING)::numeric(6, 2) AS smooth FROM (SELECT ordered_at::date AS day, count(*) AS n FROM orders GROUP BY 1) AS t ORDER BY t.day
-- allow_read
SELECT EXTRACT(YEAR FROM AGE(born)) AS years, count(*) FROM customers GROUP BY 1 ORDER BY 1
-- allow_read
SELECT CONCAT(UPPER(LEFT(name, 1)), LOWER(SUBSTRING(name, 2))), RIGHT(name, 2), BTRIM(name, 'A'), RTRIM(name), LTRIM(name), RPAD(name, 6, '*'), REPEAT('-', 3), STRPOS(name, 'd') FROM customers
-- allow_read
SELECT POWER(total, 2), CEILING(total), CBRT(total::float8), DEGREES(1), SIN(0), COS(0), TAN(0), ATAN2(1, 1), ROUND(total, -1), TRUNC(total, 1), SCALE(total), MIN_SCALE(total), TRIM_SCALE(total) FROM orders LIMIT 1
-- allow_read
SELECT id, LEAST(total, 100) AS capped, total <> 0 AND NOT (status = 'open' OR status IS NULL) AS ok FROM orders WHERE status IS NOT DISTINCT FROM 'paid' ORDER BY 2 DESC, 1 ASC LIMIT ALL
-- allow_read
SELECT DISTINCT date_trunc('week', at) AS week, count(*) OVER (PARTITION BY date_trunc('week', at)), first_value(kind) OVER (PARTITION BY date_trunc('week', at) ORDER BY at) FROM events
-- allow_read
SELECT a.kind AS first, b.kind AS next, count(*) FROM (SELECT *, lead(id) OVER (PARTITION BY user_id ORDER BY at) AS next_id FROM events) a JOIN events b ON b.id = a.next_id GROUP BY 1, 2 ORDER BY 3 DESC
-- allow_read
SELECT region, sum(total) AS total, sum(total) / sum(sum(total)) OVER () AS share, 1 - cume_dist() OVER (ORDER BY sum(total)) AS rest FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY region
-- allow_read
SELECT pg_catalog.lower(name), pg_catalog.count(*) OVER () FROM public.customers
-- allow_read
SELECT lower(name) = 'ada' AND region = 'EU' OR tags = '{}' AS odd, NOT active, active IS TRUE, active::int, (active)::text FROM customers
-- allow_read
SELECT sum(quantity)::bigint, avg(quantity)::float8, (sum(unit_price) / nullif(sum(quantity), 0))::numeric(10, 4), 100 * sum(quantity) / (SELECT sum(quantity) FROM order_items) FROM order_items GROUP BY product_id
-- allow_read
SELECT min(total), max(total), max(total) FILTER (WHERE id > 5), (SELECT id FROM orders ORDER BY total DESC LIMIT 1) AS biggest FROM orders
-- allow_read
SELECT c.id, c.name, o.n, o.last FROM customers c LEFT JOIN (SELECT customer_id, count(*) AS n, max(ordered_at) AS last FROM orders GROUP BY customer_id) o ON o.customer_id = c.id WHERE COALESCE(o.n, 0) > 0
-- allow_read
SELECT date_trunc('hour', at) + INTERVAL '15 min' * floor(extract(minute FROM at) / 15) AS quarter, count(*) FROM readings GROUP BY 1 ORDER BY 1
-- allow_read
SELECT sensor, value, value - first_value(value) OVER s AS drift, count(*) OVER s AS seen FROM readings WINDOW s AS (PARTITION BY sensor ORDER BY at), t AS (s ROWS 5 PRECEDING) ORDER BY sensor, at
-- allow_read
SELECT p.name, COALESCE(sum(i.quantity) FILTER (WHERE o.status = 'paid'), 0) AS sold FROM products p LEFT JOIN order_items i ON i.product_id = p.id LEFT JOIN orders o ON o.id = i.order_id GROUP BY p.id, p.name ORDER BY sold DESC, p.name
-- allow_read
SELECT ordered_at::date, total, avg(total) OVER (ORDER BY ordered_at::date RANGE BETWEEN INTERVAL '6 days' PRECEDING AND CURRENT ROW) FROM orders
-- allow_read
SELECT count(*) AS n, (count(*) * 1.0 / (SELECT count(*) FROM customers))::decimal(5, 2) AS per_customer FROM orders WHERE status IN ('paid', 'open') AND ordered_at::time BETWEEN '08:00' AND '18:00'
-- allow_read
SELECT COALESCE(c.region, 'unknown') || ' / ' || COALESCE(o.status, '-') AS label, count(o.id) FROM customers c FULL OUTER JOIN orders o ON o.customer_id = c.id GROUP BY 1
-- allow_read
SELECT id, tags, CASE WHEN 'vip' = ANY (tags) THEN 'VIP' WHEN cardinality(tags) = 0 THEN 'none' ELSE array_to_string(tags, '+', '?') END FROM customers
-- allow_read
SELECT jsonb_agg(DISTINCT kind), json_object_agg(kind, n ORDER BY kind) FROM (SELECT kind, count(*) AS n FROM events GROUP BY kind) k
-- allow_read
SELECT json_build_object('total', sum(total), 'by', json_object(array_agg(id::text), array_agg(status))) FROM orders WHERE id < 3
-- allow_read
SELECT sum(CASE WHEN rn = 1 THEN total ELSE 0 END) AS first_orders, sum(CASE WHEN rn > 1 THEN total ELSE 0 END) AS repeats FROM (SELECT total, row_number() OVER (PARTITION BY customer_id ORDER BY ordered_at) AS rn FROM orders) f
-- allow_read
SELECT o1.id, o2.id AS duplicate FROM orders o1 JOIN orders o2 ON o2.customer_id = o1.customer_id AND o2.total = o1.total AND o2.id > o1.id
-- allow_read
SELECT status, (percentile_disc(ARRAY[0.1, 0.5, 0.9]) WITHIN GROUP (ORDER BY total))[2] AS middle FROM orders GROUP BY status
-- allow_read
SELECT extract(epoch FROM (shipped_at - ordered_at)) / 3600 AS hours, shipped_at - ordered_at AS took, (shipped_at - ordered_at)::text FROM orders WHERE shipped_at > ordered_at
-- allow_read
SELECT *, count(*) OVER (PARTITION BY lower(split_part(email, '@', 2))) AS same_domain FROM customers
-- allow_read
SELECT id, ts_rank(to_tsvector('simple', coalesce(note, '')), q) AS rank FROM orders, to_tsquery('simple', 'x | y:*') AS q WHERE to_tsvector('simple', note) @@ q ORDER BY rank DESC, id LIMIT 10
-- allow_read
SELECT hashtext('a') IS NOT NULL, pg_column_size(name), octet_length(name), length(name::bytea) FROM customers
-- allow_read
SELECT r.i, chr(64 + r.i), (r.i - 1) / 3 + 1 AS grp, r.i % 2 = 0 AS even FROM generate_series(1, 9) WITH ORDINALITY AS r (i, n)
-- allow_read
SELECT width.status, sum(width.n) FROM (SELECT status, 1 AS n FROM orders UNION ALL SELECT kind, 1 FROM events) AS width GROUP BY width.status
-- allow_read
SELECT 'two'\n' lines' AS joined, id FROM orders
