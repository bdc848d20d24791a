//! Every type goes there and back.

use super::Fixture;
use crate::{Images, OnConflict, Outcome, UndoPlan};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

/// Types, and for each some values as SQL expressions: the ordinary, the empty, the extreme.
const TYPES: &[(&str, &[&str])] = &[
    ("smallint", &["0", "-32768", "32767"]),
    ("bigint", &["-9223372036854775808", "9223372036854775807"]),
    (
        "numeric",
        &["0.00", "'NaN'", "'Infinity'", "'-Infinity'", "1e-30", "123456789012345678901234567890.123456789"],
    ),
    ("numeric(10,2)", &["1.50", "-99999999.99"]),
    ("real", &["0.1", "'NaN'", "'-Infinity'", "1e-40", "'-0'", "16777217"]),
    ("double precision", &["0.1", "'NaN'", "'Infinity'", "5e-324", "'-0'", "1.7976931348623157e308"]),
    ("money", &["12.34", "-0.01"]),
    ("text", &["''", "'null'", "'NULL'", "E'a\\tb\\n\"c\"\\\\d'", "'(,)'", "'{}'", "'é😀 '", "' '"]),
    ("varchar(5)", &["'ab'", "''", "'a    '"]),
    ("char(5)", &["'ab'", "''"]),
    ("\"char\"", &["'x'", "''"]),
    ("name", &["'n'"]),
    ("bytea", &["'\\x'", "'\\x00ff5c22'"]),
    ("boolean", &["true", "false"]),
    ("date", &["'2024-02-29'", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'5874897-12-31'"]),
    ("time", &["'24:00'", "'00:00:00.000001'"]),
    ("timetz", &["'23:59:60+15:59'", "'00:00:00-15:59:59'"]),
    ("timestamp", &["'2024-02-29 12:30:00.123456'", "'infinity'", "'0001-01-01 BC'"]),
    ("timestamptz", &["'2024-10-27 02:30:00+02'", "'-infinity'", "'294276-12-31 23:59:59+00'"]),
    ("interval", &["'1 year -2 days 03:04:05.678'", "'-1 mon +1 day -00:00:01'", "'0'"]),
    ("uuid", &["'00000000-0000-0000-0000-000000000000'"]),
    ("json", &["'{\"a\" : 1,  \"a\":2}'", "'null'", "'\" \\u00e9 \"'"]),
    ("jsonb", &["'{\"b\": [1, null, 1.50]}'", "'null'", "'1e400'"]),
    ("jsonpath", &["'$.a[*] ? (@ > 1)'"]),
    ("xml", &["'<a b=\"c\">é</a>'", "'a<b/>c'"]),
    ("inet", &["'10.0.0.1'", "'10.0.0.0/8'", "'::1'"]),
    ("cidr", &["'10.0.0.0/8'"]),
    ("macaddr", &["'08:00:2b:01:02:03'"]),
    ("macaddr8", &["'08:00:2b:01:02:03:04:05'"]),
    ("bit(4)", &["B'0101'"]),
    ("varbit", &["B''", "B'1'"]),
    ("point", &["'(1e300,-0.1)'"]),
    ("line", &["'{1,-1,0.5}'"]),
    ("lseg", &["'[(0,0.1),(1,1)]'"]),
    ("box", &["'(1,1),(0,-0.1)'"]),
    ("polygon", &["'((0,0),(1,1),(1,0))'"]),
    ("circle", &["'<(0.1,0.2),3>'"]),
    ("path", &["'[(0,0),(1,1)]'", "'((0,0),(1,1))'"]),
    ("tsvector", &["'a:1A ''b c'':2'", "''"]),
    ("tsquery", &["'a & !b'"]),
    ("int4range", &["'empty'", "'[1,5)'", "'(,)'"]),
    ("daterange", &["'[2024-01-01,infinity)'", "'empty'"]),
    ("tstzrange", &["'[2024-01-01 00:00+00,infinity)'"]),
    ("nummultirange", &["'{[1,2),(3.5,)}'", "'{}'"]),
    ("pg_lsn", &["'16/B374D848'"]),
    ("oid", &["4294967295"]),
    ("regclass", &["'pg_class'"]),
    ("regtype", &["'integer'"]),
    ("int[]", &["'{}'", "'{1,NULL,-3}'", "'{{1,2},{3,4}}'", "'[0:1]={5,6}'"]),
    ("text[]", &["'{\"\",NULL,\"null\",\"a\\\"b\",\"{}\",\"\\\\\"}'"]),
    ("timestamptz[]", &["'{infinity,\"2024-01-01 00:00:00+00\"}'"]),
    ("bytea[]", &["ARRAY['\\x00ff'::bytea, '\\x'::bytea]"]),
    ("jsonb[]", &["ARRAY['{\"a\": [1]}'::jsonb, 'null'::jsonb, NULL]"]),
    ("int4range[]", &["'{\"[1,5)\",empty,NULL}'"]),
    ("numeric[]", &["'{NaN,1.10}'"]),
    ("mood", &["'sad'", "'very happy'"]),
    ("mood[]", &["'{sad,\"very happy\"}'"]),
    ("positive", &["1"]),
    ("pair", &["ROW(1, 'a,\"b')", "ROW(NULL, NULL)", "ROW(NULL, '')"]),
    ("pair[]", &["ARRAY[ROW(1, 'x')::pair, NULL, ROW(NULL, '()')::pair]"]),
    ("span", &["'[0.5,1.5]'"]),
];

const SETUP: &str = "CREATE TYPE mood AS ENUM ('sad', 'very happy'); CREATE DOMAIN positive AS int CHECK (VALUE > 0); \
    CREATE TYPE pair AS (n int, t text); CREATE TYPE span AS RANGE (subtype = float8)";

fn create(name: &str, key: &str) -> String {
    let columns: Vec<String> = TYPES.iter().enumerate().map(|(n, (t, _))| format!("c{n} {t}")).collect();
    format!("CREATE TABLE {name} ({key}{})", columns.join(", "))
}

/// Values for all columns, by numbers that choose.
fn values(choices: &[usize]) -> Vec<String> {
    TYPES
        .iter()
        .zip(choices)
        .map(|((t, values), choice)| match choice % (values.len() + 1) {
            0 => "NULL".to_owned(),
            n => format!("({})::{t}", values[n - 1]),
        })
        .collect()
}

#[tokio::test]
async fn no_column_of_any_row_is_distinct_after_a_change_and_its_undo() {
    let mut f = Fixture::new(SETUP).await;
    // PostgreSQL 13 has no multiranges, and its numbers are finite.
    let finite = f.texts("SELECT coalesce(to_regtype('nummultirange')::text, '')").await.is_empty();
    if finite {
        f.run("CREATE DOMAIN nummultirange AS text").await;
    }
    f.run(&format!("{}; {}", create("kept", "id int PRIMARY KEY, "), create("bare", ""))).await;
    let mut runner = TestRunner::deterministic();
    let choices = || prop::collection::vec(0_usize..60, TYPES.len());
    let known = |value: String| match finite {
        true => value
            .replace("('Infinity')::numeric", "('NaN')::numeric")
            .replace("('-Infinity')::numeric", "('NaN')::numeric"),
        false => value,
    };
    let draw = |runner: &mut TestRunner| -> Vec<String> {
        values(&choices().new_tree(runner).unwrap().current()).into_iter().map(known).collect()
    };
    for id in 0..40 {
        let row = draw(&mut runner).join(", ");
        f.run(&format!("INSERT INTO kept VALUES ({id}, {row}); INSERT INTO bare VALUES ({row})")).await;
    }
    // A copy beside it, compared by each type's bytes where it has an equality, else by its text.
    let before = f.all("kept").await;
    f.run("CREATE TABLE copy AS SELECT * FROM kept").await;
    for round in 0..12 {
        let sets: Vec<String> =
            draw(&mut runner).iter().enumerate().map(|(n, v)| format!("c{n} = {v}")).collect();
        let row = draw(&mut runner).join(", ");
        let (low, high) = (round * 3, round * 3 + 7);
        for sql in [
            format!("UPDATE kept SET {} WHERE id BETWEEN {low} AND {high}", sets.join(", ")),
            format!("UPDATE kept SET id = -id, {} WHERE id BETWEEN {low} AND {high}", sets[round]),
            format!("DELETE FROM kept WHERE id BETWEEN {low} AND {high}"),
            format!("INSERT INTO kept VALUES (1000, {row})"),
        ] {
            let images = f.apply_with_catalogue(&sql).await;
            let images = Images::unpack(&images.pack().unwrap()).unwrap();
            let outcome = f.undo(&UndoPlan::new(images, OnConflict::Refuse)).await;
            assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}: {sql}");
            assert_eq!(f.all("kept").await, before, "{sql}");
            assert_eq!(
                f.texts("SELECT count(*)::text FROM kept k JOIN copy c USING (id) WHERE k *<> c").await,
                "0",
                "bytes differ: {sql}"
            );
        }
    }
    // Without a key nothing can be taken back, and that is said before.
    let sql = format!("UPDATE bare SET c0 = {}", 5);
    let measured = f.measure(&sql).await.unwrap();
    assert!(format!("{:?}", measured.impact.undo).contains("no primary key"));
}
