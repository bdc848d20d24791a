-- refuse parameter
SELECT $1
-- refuse parameter
SELECT * FROM t WHERE a = $1 LIMIT $2
-- allow_read
SELECT '$1', $$ $1 $$
