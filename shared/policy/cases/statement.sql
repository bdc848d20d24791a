-- allow_read
VALUES (1, 'a'), (2, 'b')
-- allow_read
TABLE t
-- allow_read
(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1
-- needs_approval insert
INSERT INTO t (a) VALUES (1), (DEFAULT) RETURNING id
-- needs_approval insert
INSERT INTO t SELECT * FROM u ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE t.a < 3
-- needs_approval insert
INSERT INTO t DEFAULT VALUES
-- needs_approval update
UPDATE t SET a = a + 1, (b, c) = (SELECT 1, 2), d[1] = 3, e.f = 4 FROM u WHERE t.id = u.id
-- needs_approval delete
DELETE FROM t USING u WHERE t.id = u.id RETURNING t.*
-- needs_approval merge
MERGE INTO t USING u ON t.id = u.id WHEN MATCHED AND u.x THEN UPDATE SET a = u.a WHEN NOT MATCHED THEN INSERT (id, a) VALUES (u.id, u.a)
-- needs_approval data_modifying_cte
WITH d AS (DELETE FROM t WHERE a = 1 RETURNING *) SELECT count(*) FROM d
-- needs_approval data_modifying_cte
WITH d AS (INSERT INTO t VALUES (1) RETURNING *) INSERT INTO u SELECT * FROM d
-- refuse function_not_allowed
UPDATE t SET a = nextval('s')
-- refuse function_not_allowed
DELETE FROM t WHERE pg_sleep(1) IS NULL
-- refuse function_not_allowed
INSERT INTO t VALUES (1) RETURNING pg_notify('a', 'b')
-- refuse function_not_allowed
INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = lo_create(1)
-- refuse function_not_allowed
MERGE INTO t USING u ON pg_sleep(1) IS NULL WHEN MATCHED THEN DELETE
-- refuse row_lock
INSERT INTO t SELECT * FROM u FOR UPDATE
-- refuse statement_not_allowed
CREATE TABLE t (a int)
-- refuse statement_not_allowed
CREATE TABLE t AS SELECT 1
-- refuse statement_not_allowed
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
-- refuse statement_not_allowed
DROP TABLE t
-- refuse statement_not_allowed
ALTER TABLE t ADD a int
-- refuse statement_not_allowed
TRUNCATE t
-- refuse statement_not_allowed
CALL p()
-- refuse statement_not_allowed
DO $$ BEGIN PERFORM 1; END $$
-- refuse statement_not_allowed
COPY t TO PROGRAM 'id'
-- refuse statement_not_allowed
COPY (SELECT 1) TO STDOUT
-- refuse statement_not_allowed
SET search_path = evil
-- refuse statement_not_allowed
SET SESSION AUTHORIZATION postgres
-- refuse statement_not_allowed
RESET ALL
-- refuse statement_not_allowed
SHOW ALL
-- refuse statement_not_allowed
LOCK TABLE t
-- refuse statement_not_allowed
VACUUM
-- refuse statement_not_allowed
ANALYZE t
-- refuse statement_not_allowed
BEGIN
-- refuse statement_not_allowed
COMMIT
-- refuse statement_not_allowed
SAVEPOINT a
-- refuse statement_not_allowed
PREPARE a AS SELECT 1
-- refuse statement_not_allowed
EXECUTE a
-- refuse statement_not_allowed
DEALLOCATE ALL
-- refuse statement_not_allowed
DECLARE c CURSOR FOR SELECT 1
-- refuse statement_not_allowed
FETCH 1 FROM c
-- refuse statement_not_allowed
LISTEN a
-- refuse statement_not_allowed
NOTIFY a
-- refuse statement_not_allowed
GRANT ALL ON t TO u
-- refuse statement_not_allowed
LOAD 'x'
-- refuse statement_not_allowed
CREATE EXTENSION dblink
-- refuse statement_not_allowed
REFRESH MATERIALIZED VIEW v
-- refuse statement_not_allowed
CHECKPOINT
-- refuse statement_not_allowed
DISCARD ALL
-- refuse statement_not_allowed
SECURITY LABEL ON TABLE t IS 'x'
-- refuse statement_not_allowed
COMMENT ON TABLE t IS 'x'
-- refuse statement_not_allowed
ALTER SYSTEM SET a = 1
-- refuse statement_not_allowed
REINDEX TABLE t
