-- refuse restricted [restricted]
SELECT * FROM people_view
-- refuse restricted [restricted]
SELECT count(*) FROM shop.people_view
-- refuse restricted [restricted]
SELECT * FROM people TABLESAMPLE bernoulli (1)
-- refuse restricted [restricted]
UPDATE people SET name = 'x'
-- refuse restricted [restricted]
DELETE FROM shop.orders WHERE id = 1
-- refuse restricted [restricted]
INSERT INTO orders SELECT * FROM orders
-- needs_approval merge [restricted]
MERGE INTO people USING events ON people.id = events.id WHEN MATCHED THEN DELETE
-- refuse restricted [restricted]
MERGE INTO people USING events ON people.id = events.id WHEN NOT MATCHED THEN INSERT VALUES (1)
-- needs_approval delete [restricted]
DELETE FROM people WHERE id = 1
-- needs_approval insert [restricted]
INSERT INTO people (id) VALUES (1) ON CONFLICT (id) DO NOTHING
-- refuse restricted [restricted]
INSERT INTO people VALUES (1, 'x')
-- refuse restricted [restricted]
INSERT INTO people (id, salary) VALUES (1, 2)
-- refuse restricted [restricted]
DELETE FROM people WHERE id = 1 RETURNING *
-- refuse restricted [restricted]
UPDATE people p SET id = 2 WHERE to_jsonb(p) IS NULL
-- refuse restricted [restricted]
UPDATE people SET id = 2 WHERE people.* IS NULL
-- refuse restricted [restricted]
INSERT INTO people (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 3 WHERE excluded IS NULL
-- refuse restricted [restricted]
WITH gone AS (DELETE FROM people RETURNING people) UPDATE events SET touch = gone.people::text FROM gone
-- allow_read [restricted]
SELECT * FROM people
-- allow_read [restricted]
SELECT people.email, o.total FROM shop.people LEFT JOIN orders o ON o.id = people.id WHERE email LIKE 'a%' ORDER BY salary
-- allow_read [restricted]
SELECT row_to_json(p), p, count(*) OVER () FROM people p
-- allow_read [restricted]
WITH people AS (SELECT 1) TABLE people
-- needs_approval update [restricted]
UPDATE events SET touch = (SELECT email FROM people LIMIT 1)
-- refuse restricted [restricted]: a plan's estimates count what is left out
EXPLAIN SELECT * FROM orders WHERE status = 'lost'
-- refuse restricted [restricted]
EXPLAIN (VERBOSE, FORMAT json) SELECT 1 FROM events e WHERE EXISTS (SELECT 1 FROM shop.people p WHERE p.id = e.id)
-- allow_read [restricted]
EXPLAIN SELECT * FROM customers
