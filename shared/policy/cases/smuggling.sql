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
-- refuse multiple_statements
SELECT 1; DROP TABLE t
-- refuse multiple_statements
SELECT 1;; SELECT 2
-- refuse multiple_statements
SELECT 1; SELECT 2;
-- refuse multiple_statements
SELECT E''\n'\''; COMMIT; DELETE FROM t -- '
-- refuse multiple_statements
SELECT 'a' ||/*"*/ 'b'; DELETE FROM t --"
-- refuse multiple_statements
SELECT 1 |/*'*/ 1; DELETE FROM t --'
-- refuse multiple_statements
SELECT 'a' ||--"\n'b'; DELETE FROM t --"
-- refuse multiple_statements
SELECT $a$;$a$; DROP TABLE t
-- refuse multiple_statements
SELECT 1 /* ; */; DROP TABLE t
-- refuse multiple_statements
SELECT U&'\0027'; DROP TABLE t; --'
-- refuse multiple_statements
BEGIN; DELETE FROM t; COMMIT
-- refuse multiple_statements
SELECT 1; COMMIT; DROP TABLE t; BEGIN
-- refuse multiple_statements
SET ROLE x; SELECT 1
-- refuse multiple_statements
SELECT 1;\u{a}DELETE FROM t
-- refuse multiple_statements
SELECT '1'; DELETE FROM t WHERE 'a' = 'a'
-- refuse function_not_allowed
SELECT 'a' ||/*"*/ pg_sleep(9)::text --"
-- refuse function_not_allowed
SELECT 'a' ||/*'*/ pg_sleep(9)::text --'
-- refuse function_not_allowed
SELECT 1 -/*"*/ length(pg_sleep(9)::text) --"
-- refuse function_not_allowed
SELECT /*/*/ 1, pg_sleep(1) --*/*/ 2, pg_sleep(1)
-- refuse function_not_allowed
SELECT pg_sleep(1) -- harmless
-- refuse function_not_allowed
SELECT "pg_sleep" (1)
-- refuse function_not_allowed
SELECT pg_catalog . pg_sleep (1)
-- refuse function_not_allowed
SELECT $$x$$, pg_sleep(1), $$y$$
-- refuse function_not_allowed
SELECT E'\\', pg_sleep(1), E'\\'
-- refuse function_not_allowed
SELECT U&"\0070g_sleep"(1)
-- refuse function_not_allowed
SELECT U&"!0070g_sleep" UESCAPE '!' (1)
-- refuse function_not_allowed
SELECT * FROM generate_series(1, 2) AS pg_sleep, pg_sleep(1) AS x
-- refuse function_not_allowed
SELECT (pg_sleep(1)).*
-- refuse function_not_allowed
SELECT CAST(pg_sleep(1) AS text)
-- refuse function_not_allowed
SELECT 1 WHERE 1 IN (SELECT 1 FROM pg_sleep(1))
-- refuse function_not_allowed
SELECT nullif(1, length(pg_sleep(1)::text))
-- refuse function_not_allowed
SELECT * FROM t ORDER BY (SELECT pg_sleep(1))
-- refuse function_not_allowed
SELECT * FROM (VALUES (pg_sleep(1))) AS v
-- refuse syntax_error
SELECT 1 /* unclosed
-- refuse syntax_error
SELECT 'unclosed
-- refuse syntax_error
SELECT "unclosed
-- refuse syntax_error
SELECT $x$ unclosed
-- refuse syntax_error
SELECT 1 FROM
-- refuse syntax_error
SELEC 1
-- refuse syntax_error
' OR '1'='1
-- refuse syntax_error
'; DROP TABLE users; --
-- refuse syntax_error
1; DROP TABLE users
-- refuse syntax_error
admin'--
-- refuse syntax_error
1' UNION SELECT 1,2,3--
-- refuse syntax_error
\\copy t to '/tmp/x'
-- refuse syntax_error
SELECT 1 \\gexec
-- refuse syntax_error
SELECT `a` FROM t
-- refuse syntax_error
SELECT TOP 5 * FROM t
-- refuse syntax_error
SELECT * FROM t LIMIT 5, 10
-- refuse syntax_error
SELECT 1 !
-- refuse syntax_error
EXEC xp_cmdshell 'dir'
-- refuse syntax_error
SHOW TABLES LIKE 'a'
-- refuse syntax_error
USE master
-- refuse syntax_error
SELECT a FROM t WHERE
-- refuse syntax_error
SELECT [a] FROM [t]
-- refuse syntax_error
INSERT INTO t
-- refuse syntax_error
MERGE INTO t
