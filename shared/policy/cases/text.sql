-- refuse nul_byte
SELECT 1\u{0}; DROP TABLE t
-- refuse nul_byte
SELECT '\u{0}'
-- refuse syntax_error
SELECT 'open
-- refuse syntax_error
SELECT $a$ open
-- refuse syntax_error
SELEC 1
-- refuse syntax_error
SELECT 1 FROM
-- allow_read
SELECT 'ünïcode ☃'
