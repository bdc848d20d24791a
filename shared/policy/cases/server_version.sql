-- refuse syntax_error
SELECT * FROM (SELECT 1)
-- refuse syntax_error [catalogue]
SELECT * FROM (SELECT 1)
-- refuse syntax_error [catalogue]
SELECT json_value('{}', '$.a')
-- allow_read
SELECT json_value('{}', '$.a'), json_query('{}', '$'), json_exists('{}', '$'), '{}' IS JSON
-- needs_approval merge [catalogue]
MERGE INTO orders USING customers ON true WHEN MATCHED THEN DELETE
-- refuse syntax_error [catalogue]
MERGE INTO orders USING customers ON true WHEN MATCHED THEN DELETE RETURNING *
