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
-- refuse restricted [restricted]
MERGE INTO people USING events ON people.id = events.id WHEN MATCHED THEN DELETE
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
