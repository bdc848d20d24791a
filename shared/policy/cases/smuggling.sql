-- refuse multiple_statements: a string that goes on in the next line keeps its escapes
SELECT E''\n'\''; COMMIT; DELETE FROM t -- '
-- refuse multiple_statements: an operator that touches a comment
SELECT 'a' ||/*"*/ 'b'; DELETE FROM t--"
-- refuse multiple_statements
SELECT 1 |/*'*/ 2; DELETE FROM t--'
-- refuse multiple_statements
SELECT 'a' ||--"\n'b'; DELETE FROM t--"
-- refuse function_not_allowed
SELECT 'a' ||/*"*/ pg_sleep(9)::text --"
-- refuse multiple_statements
SELECT $a$;$a$; DROP TABLE t; --$a$
-- refuse function_not_allowed
SELECT U&"pg\005Fsleep"(1)
-- refuse function_not_allowed
SELECT PG_CATALOG . "pg_sleep" (1)
-- refuse function_not_allowed
SELECT pg_sleep/**/(1)
-- refuse function_unknown: quoted names keep their case
SELECT "PG_SLEEP"(1)
-- allow_read: only a string
SELECT E'\\'' ; DROP TABLE t --', 'pg_sleep(1)'
-- refuse multiple_statements: standard strings have no backslash escapes
SELECT '\'; DROP TABLE t --'
-- refuse statement_not_allowed
/* SELECT 1 */ DROP TABLE t
-- refuse statement_not_allowed
--\nDROP TABLE t
