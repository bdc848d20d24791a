-- allow_read
EXPLAIN SELECT 1 FROM t
-- allow_read
EXPLAIN (COSTS off, VERBOSE, FORMAT json) SELECT 1 FROM t
-- refuse explain_option
EXPLAIN ANALYZE SELECT 1
-- refuse explain_option
EXPLAIN (ANALYZE) SELECT 1
-- refuse explain_option
EXPLAIN (COSTS off, ANALYZE) SELECT 1
-- refuse explain_option
EXPLAIN (ANALYZE false) SELECT 1
-- refuse explain_option
EXPLAIN (SETTINGS) SELECT 1
-- refuse statement_not_allowed
EXPLAIN DELETE FROM t
-- refuse statement_not_allowed
EXPLAIN CREATE TABLE a AS SELECT 1
-- refuse statement_not_allowed
EXPLAIN WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d
-- refuse function_not_allowed
EXPLAIN SELECT pg_sleep(1)
