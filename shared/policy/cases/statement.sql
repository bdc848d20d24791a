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
-- refuse statement_not_allowed
CREATE TABLE t (a int)
-- refuse statement_not_allowed
CREATE TEMP TABLE t (a int)
-- refuse statement_not_allowed
CREATE TABLE t AS SELECT 1
-- refuse statement_not_allowed
CREATE UNLOGGED TABLE t (a int)
-- refuse statement_not_allowed
CREATE VIEW v AS SELECT 1
-- refuse statement_not_allowed
CREATE OR REPLACE VIEW v AS SELECT 1
-- refuse statement_not_allowed
CREATE MATERIALIZED VIEW v AS SELECT 1
-- refuse statement_not_allowed
REFRESH MATERIALIZED VIEW v
-- refuse statement_not_allowed
CREATE INDEX i ON t (a)
-- refuse statement_not_allowed
CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)
-- refuse statement_not_allowed
CREATE SEQUENCE s
-- refuse statement_not_allowed
CREATE SCHEMA s
-- refuse statement_not_allowed
CREATE DATABASE d
-- refuse statement_not_allowed
CREATE ROLE r SUPERUSER
-- refuse statement_not_allowed
CREATE USER u PASSWORD 'x'
-- refuse statement_not_allowed
CREATE EXTENSION dblink
-- refuse statement_not_allowed
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
-- refuse statement_not_allowed
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'
-- refuse statement_not_allowed
CREATE AGGREGATE a (int) (SFUNC = int4pl, STYPE = int)
-- refuse statement_not_allowed
CREATE OPERATOR === (FUNCTION = f, LEFTARG = int, RIGHTARG = int)
-- refuse statement_not_allowed
CREATE CAST (int AS text) WITH INOUT
-- refuse statement_not_allowed
CREATE DOMAIN d AS int
-- refuse statement_not_allowed
CREATE TYPE m AS ENUM ('a')
-- refuse statement_not_allowed
CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()
-- refuse statement_not_allowed
CREATE EVENT TRIGGER x ON ddl_command_start EXECUTE FUNCTION f()
-- refuse statement_not_allowed
CREATE RULE r AS ON SELECT TO t DO INSTEAD SELECT 1
-- refuse statement_not_allowed
CREATE POLICY p ON t USING (true)
-- refuse statement_not_allowed
CREATE SERVER s FOREIGN DATA WRAPPER w
-- refuse statement_not_allowed
CREATE FOREIGN TABLE f (a int) SERVER s
-- refuse statement_not_allowed
CREATE USER MAPPING FOR u SERVER s
-- refuse statement_not_allowed
CREATE PUBLICATION p FOR ALL TABLES
-- refuse statement_not_allowed
CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p
-- refuse statement_not_allowed
CREATE TABLESPACE t LOCATION '/x'
-- refuse statement_not_allowed
CREATE STATISTICS s ON a, b FROM t
-- refuse statement_not_allowed
CREATE COLLATION c (LOCALE = 'C')
-- refuse statement_not_allowed
CREATE TEXT SEARCH CONFIGURATION c (PARSER = x)
-- refuse statement_not_allowed
CREATE LANGUAGE plpython3u
-- refuse statement_not_allowed
CREATE ACCESS METHOD m TYPE TABLE HANDLER h
-- refuse statement_not_allowed
CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION f(internal))
-- refuse statement_not_allowed
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f
-- refuse statement_not_allowed
ALTER TABLE t ADD COLUMN b int
-- refuse statement_not_allowed
ALTER TABLE t OWNER TO me
-- refuse statement_not_allowed
ALTER TABLE t DISABLE ROW LEVEL SECURITY
-- refuse statement_not_allowed
ALTER ROLE me SUPERUSER
-- refuse statement_not_allowed
ALTER USER postgres PASSWORD 'x'
-- refuse statement_not_allowed
ALTER SYSTEM SET log_statement = 'all'
-- refuse statement_not_allowed
ALTER DATABASE d SET search_path = x
-- refuse statement_not_allowed
ALTER FUNCTION f() SECURITY DEFINER
-- refuse statement_not_allowed
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO me
-- refuse statement_not_allowed
ALTER SEQUENCE s RESTART
-- refuse statement_not_allowed
ALTER TYPE m ADD VALUE 'b'
-- refuse statement_not_allowed
ALTER INDEX i RENAME TO j
-- refuse statement_not_allowed
ALTER EXTENSION e UPDATE
-- refuse statement_not_allowed
ALTER SCHEMA s RENAME TO t
-- refuse statement_not_allowed
ALTER LARGE OBJECT 1 OWNER TO me
-- refuse statement_not_allowed
DROP TABLE t
-- refuse statement_not_allowed
DROP TABLE IF EXISTS t CASCADE
-- refuse statement_not_allowed
DROP DATABASE d
-- refuse statement_not_allowed
DROP SCHEMA public CASCADE
-- refuse statement_not_allowed
DROP FUNCTION f
-- refuse statement_not_allowed
DROP ROLE r
-- refuse statement_not_allowed
DROP INDEX i
-- refuse statement_not_allowed
DROP VIEW v
-- refuse statement_not_allowed
DROP EXTENSION e
-- refuse statement_not_allowed
DROP OWNED BY me
-- refuse statement_not_allowed
REASSIGN OWNED BY a TO b
-- refuse statement_not_allowed
TRUNCATE t
-- refuse statement_not_allowed
TRUNCATE t, u RESTART IDENTITY CASCADE
-- refuse statement_not_allowed
GRANT ALL ON t TO me
-- refuse statement_not_allowed
GRANT postgres TO me
-- refuse statement_not_allowed
REVOKE ALL ON t FROM me
-- refuse statement_not_allowed
COPY t TO STDOUT
-- refuse statement_not_allowed
COPY t FROM STDIN
-- refuse statement_not_allowed
COPY t TO '/tmp/x'
-- refuse statement_not_allowed
COPY t FROM '/etc/passwd'
-- refuse statement_not_allowed
COPY t FROM PROGRAM 'id'
-- refuse statement_not_allowed
COPY (SELECT 1) TO PROGRAM 'sh'
-- refuse statement_not_allowed
COPY (SELECT * FROM t) TO STDOUT
-- refuse statement_not_allowed
DO 'BEGIN PERFORM 1; END'
-- refuse statement_not_allowed
DO LANGUAGE plpgsql $$ BEGIN END $$
-- refuse statement_not_allowed
CALL p()
-- refuse statement_not_allowed
EXECUTE q
-- refuse statement_not_allowed
EXECUTE q (1)
-- refuse statement_not_allowed
PREPARE q AS SELECT 1
-- refuse statement_not_allowed
DEALLOCATE ALL
-- refuse statement_not_allowed
DEALLOCATE q
-- refuse statement_not_allowed
DECLARE c CURSOR FOR SELECT 1
-- refuse statement_not_allowed
DECLARE c CURSOR WITH HOLD FOR SELECT 1
-- refuse statement_not_allowed
FETCH ALL FROM c
-- refuse statement_not_allowed
MOVE NEXT FROM c
-- refuse statement_not_allowed
CLOSE c
-- refuse statement_not_allowed
CLOSE ALL
-- refuse statement_not_allowed
SET role postgres
-- refuse statement_not_allowed
SET ROLE postgres
-- refuse statement_not_allowed
SET SESSION AUTHORIZATION postgres
-- refuse statement_not_allowed
SET LOCAL statement_timeout = 0
-- refuse statement_not_allowed
SET statement_timeout TO 0
-- refuse statement_not_allowed
SET search_path = evil
-- refuse statement_not_allowed
SET TRANSACTION READ WRITE
-- refuse statement_not_allowed
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
-- refuse statement_not_allowed
SET CONSTRAINTS ALL DEFERRED
-- refuse statement_not_allowed
RESET ALL
-- refuse statement_not_allowed
RESET role
-- refuse statement_not_allowed
SHOW ALL
-- refuse statement_not_allowed
SHOW data_directory
-- refuse statement_not_allowed
DISCARD ALL
-- refuse statement_not_allowed
DISCARD TEMP
-- refuse statement_not_allowed
BEGIN
-- refuse statement_not_allowed
START TRANSACTION READ WRITE
-- refuse statement_not_allowed
COMMIT
-- refuse statement_not_allowed
END
-- refuse statement_not_allowed
ROLLBACK
-- refuse statement_not_allowed
ABORT
-- refuse statement_not_allowed
SAVEPOINT a
-- refuse statement_not_allowed
RELEASE a
-- refuse statement_not_allowed
ROLLBACK TO a
-- refuse statement_not_allowed
PREPARE TRANSACTION 'x'
-- refuse statement_not_allowed
COMMIT PREPARED 'x'
-- refuse statement_not_allowed
ROLLBACK PREPARED 'x'
-- refuse statement_not_allowed
LOCK TABLE t
-- refuse statement_not_allowed
LOCK TABLE t IN ACCESS EXCLUSIVE MODE NOWAIT
-- refuse statement_not_allowed
VACUUM
-- refuse statement_not_allowed
VACUUM FULL t
-- refuse statement_not_allowed
VACUUM (ANALYZE) t
-- refuse statement_not_allowed
ANALYZE
-- refuse statement_not_allowed
ANALYZE t
-- refuse statement_not_allowed
CLUSTER t
-- refuse statement_not_allowed
REINDEX TABLE t
-- refuse statement_not_allowed
REINDEX DATABASE d
-- refuse statement_not_allowed
CHECKPOINT
-- refuse statement_not_allowed
LISTEN c
-- refuse statement_not_allowed
UNLISTEN *
-- refuse statement_not_allowed
NOTIFY c
-- refuse statement_not_allowed
NOTIFY c, 'x'
-- refuse statement_not_allowed
LOAD 'evil'
-- refuse statement_not_allowed
COMMENT ON TABLE t IS 'x'
-- refuse statement_not_allowed
SECURITY LABEL ON TABLE t IS 'x'
-- refuse statement_not_allowed
IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y
