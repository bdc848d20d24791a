-- refuse invisible_character
SELECT 1 \u{202e}-- x
-- refuse invisible_character
SELECT 1 /* \u{2066} */
-- refuse invisible_character
SELECT a\u{200b}b FROM t
-- refuse invisible_character
SELECT "a\u{200d}b" FROM t
-- refuse invisible_character
\u{feff}SELECT 1
-- refuse invisible_character
SELECT 1 \u{7}
-- allow_read
SELECT 'family \u{200d} \u{202e} emoji'
-- allow_read
SELECT $$zero\u{200b}width$$
-- allow_read
SELECT E'zero\u{200b}width', U&'zero\u{200b}width'
-- allow_read
SELECT "größe" FROM "straße"
-- refuse invisible_character
SELECT U&"pg\001Fsleep" # (1)
-- refuse invisible_character
SELECT 1 AS U&"a\200Bb"
-- refuse invisible_character
SELECT U&"d!202Eta" UESCAPE '!' FROM t
-- allow_read
SELECT U&"d\0061ta", U&'\200B', E'\u202E' FROM t
