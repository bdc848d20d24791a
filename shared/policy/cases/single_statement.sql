-- refuse empty
;
-- refuse empty
/* only a comment */
-- refuse empty
;;;
-- refuse multiple_statements
SELECT 1; SELECT 2
-- refuse multiple_statements
SELECT 1; DROP TABLE t
-- refuse multiple_statements
SELECT 1; COMMIT; DELETE FROM t
-- allow_read
SELECT 1;
-- allow_read
SELECT 1 ; ; -- end
