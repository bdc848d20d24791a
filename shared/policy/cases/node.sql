-- refuse node_not_allowed
DELETE FROM t WHERE CURRENT OF c
-- refuse node_not_allowed
UPDATE t SET a = 1 WHERE CURRENT OF c
