-- allow_read
SELECT a OPERATOR(pg_catalog.+) b, a @> b, c ->> 'x', c #>> '{a,b}', d ~* 'x', d !~~ 'y', e <-> f FROM t
-- allow_read
SELECT * FROM t ORDER BY a USING <
-- allow_read
SELECT a = ANY (b), a <> ALL (SELECT 1), a IN (1, 2), (a, b) IN (SELECT 1, 2) FROM t
-- refuse operator_not_allowed
SELECT 1 OPERATOR(public.+) 2
-- refuse operator_not_allowed
SELECT 1 OPERATOR(evil.=) ANY (ARRAY[1])
-- refuse operator_not_allowed
SELECT 1 === 2
-- refuse operator_not_allowed
SELECT * FROM t ORDER BY a USING OPERATOR(evil.<)
-- refuse operator_not_allowed
SELECT 1 OPERATOR(evil.=) ANY (SELECT 1)
-- refuse operator_not_allowed
SELECT a <=> b FROM t
-- allow_read [catalogue]: the extension vector is there
SELECT id FROM customers ORDER BY place <=> place
-- refuse operator_not_allowed [catalogue]
SELECT id FROM customers ORDER BY place <==> place
-- allow_read [catalogue]: the function behind it may be called
SELECT total @+@ 1 FROM orders
-- allow_read [catalogue]
SELECT total OPERATOR(shop.@+@) 1 FROM orders
-- refuse operator_not_allowed [catalogue]: a volatile function stands behind it
SELECT total !!! 1 FROM orders
-- refuse operator_not_allowed [catalogue]
SELECT 1 OPERATOR(shop.!!!) 1
-- refuse operator_not_allowed [catalogue]: no such operator there
SELECT 1 OPERATOR(public.!!!) 1
-- refuse operator_not_allowed [catalogue]: one unsafe overload that values of prices can meet
SELECT price || 'x' FROM prices
-- allow_read [catalogue]: no value of its type is near
SELECT status || 'x' FROM orders
-- refuse operator_not_allowed [catalogue]: the type is named
SELECT '1'::shop.coins || 'x'
-- allow_read [catalogue]
SELECT pg_catalog.upper('x') OPERATOR(pg_catalog.||) 'y' FROM prices
-- allow_read [catalogue]: no value of its type is near
SELECT total ** 2 FROM orders
-- refuse operator_not_allowed [catalogue]
SELECT 1 FROM prices ORDER BY price ** 2
