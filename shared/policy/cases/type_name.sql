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
-- allow_read [catalogue]: a domain
SELECT 'a@b'::email, CAST('a' AS shop.email)
-- refuse type_not_allowed [catalogue]: its check sends a message
SELECT 'a'::noisy_domain
-- refuse type_not_allowed [catalogue]
SELECT ARRAY['a']::shop.noisy_domain[]
-- refuse type_not_allowed [catalogue]: not in that schema
SELECT 'a'::public.email
-- allow_read [catalogue]: a range
SELECT price_range(1, 2), '[1,2)'::shop.price_range
-- allow_read [catalogue]: a composite type
SELECT ROW ('a')::address, (NULL::shop.address).street
-- allow_read [catalogue]: a row type
SELECT NULL::orders, jsonb_populate_record(NULL::shop.orders, '{}')
-- refuse type_not_allowed
SELECT 'x'::email
-- refuse type_not_allowed
SELECT 'x'::public.evil
-- allow_read
SELECT 'x'::information_schema.sql_identifier, NULL::pg_class, 'pg_class'::regclass, '1'::xid8, 'x'::unknown
-- refuse type_not_allowed: a secret relation has a row type too
SELECT NULL::pg_authid
-- refuse type_not_allowed
SELECT 'x'::trigger
-- refuse type_not_allowed
SELECT NULL::internal
-- refuse type_not_allowed
SELECT '1'::pg_temp.t
-- allow_read
SELECT '1'::int
-- allow_read
SELECT '1'::int4
-- allow_read
SELECT '1'::integer
-- allow_read
SELECT '1'::bigint
-- allow_read
SELECT '1'::int8
-- allow_read
SELECT '1'::smallint
-- allow_read
SELECT '1'::numeric
-- allow_read
SELECT '1'::decimal(10, 2)
-- allow_read
SELECT '1'::real
-- allow_read
SELECT '1'::float8
-- allow_read
SELECT '1'::float(10)
-- allow_read
SELECT '1'::double precision
-- allow_read
SELECT '1'::text
-- allow_read
SELECT '1'::varchar
-- allow_read
SELECT '1'::varchar(5)
-- allow_read
SELECT '1'::char(3)
-- allow_read
SELECT '1'::"char"
-- allow_read
SELECT '1'::name
-- allow_read
SELECT '1'::bytea
-- allow_read
SELECT '1'::bool
-- allow_read
SELECT '1'::boolean
-- allow_read
SELECT '1'::date
-- allow_read
SELECT '1'::time
-- allow_read
SELECT '1'::time(3)
-- allow_read
SELECT '1'::timetz
-- allow_read
SELECT '1'::timestamp
-- allow_read
SELECT '1'::timestamp(0)
-- allow_read
SELECT '1'::timestamptz
-- allow_read
SELECT '1'::timestamp with time zone
-- allow_read
SELECT '1'::interval
-- allow_read
SELECT '1'::interval day to second
-- allow_read
SELECT '1'::uuid
-- allow_read
SELECT '1'::json
-- allow_read
SELECT '1'::jsonb
-- allow_read
SELECT '1'::jsonpath
-- allow_read
SELECT '1'::xml
-- allow_read
SELECT '1'::inet
-- allow_read
SELECT '1'::cidr
-- allow_read
SELECT '1'::macaddr
-- allow_read
SELECT '1'::macaddr8
-- allow_read
SELECT '1'::bit(3)
-- allow_read
SELECT '1'::bit varying(5)
-- allow_read
SELECT '1'::varbit
-- allow_read
SELECT '1'::money
-- allow_read
SELECT '1'::point
-- allow_read
SELECT '1'::line
-- allow_read
SELECT '1'::lseg
-- allow_read
SELECT '1'::box
-- allow_read
SELECT '1'::path
-- allow_read
SELECT '1'::polygon
-- allow_read
SELECT '1'::circle
-- allow_read
SELECT '1'::tsvector
-- allow_read
SELECT '1'::tsquery
-- allow_read
SELECT '1'::int4range
-- allow_read
SELECT '1'::int8range
-- allow_read
SELECT '1'::numrange
-- allow_read
SELECT '1'::tsrange
-- allow_read
SELECT '1'::tstzrange
-- allow_read
SELECT '1'::daterange
-- allow_read
SELECT '1'::int4multirange
-- allow_read
SELECT '1'::datemultirange
-- allow_read
SELECT '1'::oid
-- allow_read
SELECT '1'::regclass
-- allow_read
SELECT '1'::regtype
-- allow_read
SELECT '1'::regproc
-- allow_read
SELECT '1'::regprocedure
-- allow_read
SELECT '1'::regoperator
-- allow_read
SELECT '1'::regrole
-- allow_read
SELECT '1'::regnamespace
-- allow_read
SELECT '1'::regconfig
-- allow_read
SELECT '1'::pg_lsn
-- allow_read
SELECT '1'::pg_snapshot
-- allow_read
SELECT '1'::tid
-- allow_read
SELECT '1'::xid
-- allow_read
SELECT '1'::cid
-- allow_read
SELECT '1'::int[]
-- allow_read
SELECT '1'::text[][]
-- allow_read
SELECT '1'::int4[3]
-- allow_read
SELECT '1'::pg_catalog.int4
-- allow_read
SELECT '1'::pg_catalog.text[]
-- allow_read
SELECT '1'::_int4
-- allow_read
SELECT '1'::refcursor
