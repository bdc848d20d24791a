-- refuse too_much_work
SELECT count(*) FROM generate_series(1, 1000000000)
-- refuse too_much_work
SELECT generate_series(1, 100000000000)
-- refuse too_much_work
SELECT * FROM generate_series(1::bigint, 9e15::bigint)
-- refuse too_much_work
SELECT 1 FROM generate_series(0, 10 ^ 12)
-- refuse too_much_work
SELECT * FROM generate_series(100000000, 0, -1)
-- refuse too_much_work
SELECT * FROM generate_series('2000-01-01'::timestamp, '2900-01-01'::timestamp, '1 second')
-- refuse too_much_work
SELECT * FROM generate_series('2000-01-01'::timestamptz, '2024-01-01', interval '1 millisecond')
-- refuse too_much_work
SELECT 1 FROM generate_series(1, 100000) a, generate_series(1, 100000) b
-- refuse too_much_work
SELECT 1 FROM generate_series(1, 10000) a CROSS JOIN generate_series(1, 10000) b
-- refuse too_much_work
SELECT 1 FROM (SELECT * FROM generate_series(1, 10000)) a, (SELECT generate_series(1, 10000)) b
-- refuse too_much_work
SELECT repeat('x', 1000000000)
-- refuse too_much_work
SELECT repeat(repeat('x', 100000), 100000)
-- refuse too_much_work
SELECT length(repeat('abc', 500000000))
-- refuse too_much_work
SELECT lpad('', 1000000000, 'x')
-- refuse too_much_work
SELECT rpad('x', 2 * 100000000)
-- refuse too_much_work
SELECT array_fill(0, ARRAY[100000, 100000])
-- refuse too_much_work
SELECT md5(repeat('a', power(10, 9)::int))
-- refuse too_much_work
SELECT 'a' ~ '((((a{0,100}){0,100}){0,100}){0,100})'
-- refuse too_much_work
SELECT regexp_replace('a', '((x{1,255}){1,255}){1,255}', '')
-- refuse too_much_work
SELECT name ~* '(((a|b){50}){50}){50}' FROM t
-- refuse too_much_work
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x
-- refuse too_much_work
WITH RECURSIVE x(n) AS (SELECT 1 UNION SELECT n + 1 FROM x) SELECT * FROM x
-- refuse too_much_work
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n FROM x) SELECT * FROM x
-- refuse too_much_work
WITH RECURSIVE x(n) AS (VALUES ('a') UNION ALL SELECT n || n FROM x) SELECT max(length(n)) FROM x
-- refuse too_much_work
SELECT * FROM (WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n * 2 FROM x) SELECT * FROM x) s
-- allow_read
SELECT * FROM generate_series(1, 1000000)
-- allow_read
SELECT * FROM generate_series(1, 100) a, generate_series(1, 100) b
-- allow_read
SELECT * FROM generate_series(10, 1)
-- allow_read
SELECT * FROM generate_series('2020-01-01'::date, '2024-01-01'::date, '1 hour')
-- allow_read
SELECT * FROM generate_series((SELECT min(a) FROM t), (SELECT max(a) FROM t))
-- allow_read
SELECT repeat('-', 80)
-- allow_read
SELECT lpad(a, 10, '0') FROM t
-- allow_read
SELECT 'a' ~ '^[a-z]{1,64}@[a-z]{1,255}[.][a-z]{2,63}$'
-- allow_read
SELECT a ~ '\\d{3}-\\d{4}' FROM t
-- allow_read
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x WHERE n < 100) SELECT * FROM x
-- allow_read
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT * FROM x LIMIT 100
-- allow_read
WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT * FROM x FETCH FIRST 5 ROWS ONLY
-- allow_read
WITH RECURSIVE x(n) AS (SELECT 1 UNION SELECT 10 - n FROM x) SELECT * FROM x
-- allow_read
WITH RECURSIVE x AS (SELECT id FROM t UNION SELECT e.b FROM e JOIN x ON x.id = e.a) SELECT * FROM x
-- allow_read
SELECT sum(n) FROM (SELECT count(*) AS n FROM generate_series(1, 5000)) a, (SELECT count(*) FROM generate_series(1, 5000)) b, generate_series(1, 10) c
-- allow_read
SELECT * FROM a, b, c
-- allow_read [catalogue]: sizes are not known
SELECT * FROM orders, customers
-- allow_read: a condition may end it
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x, t WHERE n < t.a) SELECT * FROM x
-- refuse too_much_work
WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t CROSS JOIN x) SELECT count(*) FROM x
-- allow_read: a join may
WITH RECURSIVE x AS (SELECT id FROM t UNION ALL SELECT t.id FROM t JOIN x ON t.parent = x.id) SELECT count(*) FROM x
-- refuse too_much_work
SELECT array_agg(rpad('x', 5000000)) FROM generate_series(1, 100)
-- allow_read
SELECT string_agg(repeat('-', 20), '+') FROM generate_series(1, 100)
