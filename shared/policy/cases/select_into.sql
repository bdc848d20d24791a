-- refuse select_into
SELECT 1 INTO t
-- refuse select_into
SELECT * INTO TEMP x FROM t
-- refuse select_into
SELECT 1 INTO t UNION SELECT 2
-- refuse select_into
WITH a AS (SELECT 1 INTO b) SELECT * FROM a
