-- allow_read
SELECT '1'::int, CAST('2' AS numeric(10, 2)), date '2020-01-01', interval '1 day', '{}'::text[], 'a'::pg_catalog.text
-- allow_read
SELECT 'pg_class'::regclass, 1::oid, '{"a":1}'::jsonb, '1'::xid8, '[1,2]'::int4range, int4(1.5), pg_catalog.int8('3')
-- allow_read [catalogue]
SELECT 'ok'::mood, 'ok'::shop.mood, '{ok}'::mood[], 'x'::citext, id::numeric FROM orders
-- refuse type_not_allowed
SELECT 'x'::mood
-- refuse type_not_allowed [catalogue]
SELECT 'x'::evil_domain
-- refuse type_not_allowed [catalogue]
SELECT 'x'::evil.text
-- refuse type_not_allowed [catalogue]
SELECT 'x'::rowcall.applied_change
-- refuse type_not_allowed
SELECT * FROM json_to_recordset('[]') AS x(a evil)
-- refuse type_not_allowed
SELECT 'x'::pg_temp.t
-- allow_read
SELECT * FROM json_to_recordset('[]') AS x(a int, b text)
