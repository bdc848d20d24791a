-- refuse row_lock
SELECT * FROM t FOR UPDATE
-- refuse row_lock
SELECT * FROM t FOR NO KEY UPDATE SKIP LOCKED
-- refuse row_lock
SELECT * FROM t FOR SHARE
-- refuse row_lock
SELECT * FROM t FOR KEY SHARE NOWAIT
-- refuse row_lock
SELECT * FROM (SELECT * FROM t FOR UPDATE) a
-- refuse row_lock
WITH a AS (SELECT * FROM t FOR SHARE) SELECT * FROM a
-- refuse row_lock
SELECT EXISTS (SELECT 1 FROM t FOR UPDATE)
