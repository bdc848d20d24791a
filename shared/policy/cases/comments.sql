-- allow_read
SELECT /* a /* b /* c */ */ */ 1
-- allow_read
SELECT '/* /* /* /* /* /* /* /* /* /* /*'
-- refuse comment_nesting
SELECT /* /* /* /* /* /* /* /* /* x */ */ */ */ */ */ */ */ */ 1
-- refuse syntax_error
SELECT 1 /* open
