//! Statements made from the corpus and the cases, the same every time for the same start. The fuzzer of this crate uses
//! them, and so does the trial against a real server in `rowcall-source`.

/// Functions that act, as the oracle knows them.
pub const ACTING: [&str; 30] = [
    "pg_sleep",
    "pg_sleep_for",
    "nextval",
    "setval",
    "set_config",
    "pg_read_file",
    "pg_read_binary_file",
    "pg_ls_dir",
    "lo_import",
    "lo_export",
    "lo_create",
    "lo_unlink",
    "lo_put",
    "pg_advisory_lock",
    "pg_try_advisory_lock",
    "pg_notify",
    "pg_terminate_backend",
    "pg_cancel_backend",
    "pg_reload_conf",
    "query_to_xml",
    "table_to_xml",
    "database_to_xml",
    "cursor_to_xml",
    "ts_stat",
    "txid_current",
    "pg_current_xact_id",
    "pg_logical_emit_message",
    "pg_switch_wal",
    "dblink",
    "setseed",
];

/// Relations that show what nobody should see.
pub const SECRET: [&str; 8] = [
    "pg_authid",
    "pg_shadow",
    "pg_stats",
    "pg_statistic",
    "pg_stat_activity",
    "pg_settings",
    "pg_user_mapping",
    "pg_largeobject",
];

/// xorshift64*: the same statements every time.
pub struct Random(pub u64);

impl Random {
    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n.max(1)
    }

    /// One of them.
    pub fn of<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

/// Every statement of the cases and of the corpus.
pub fn pool() -> Vec<String> {
    let mut pool: Vec<String> = include_str!("../../corpus/statements.jsonl")
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["sql"].as_str().unwrap().to_owned()
        })
        .filter(|sql| sql.len() < 1_500)
        .collect();
    // Two crates include this file: the cases are found from the file itself.
    let cases = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/policy/cases"))
        .find(|folder| folder.is_dir())
        .unwrap();
    let mut files: Vec<_> = std::fs::read_dir(cases).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        pool.extend(text.lines().filter(|l| !l.starts_with("-- ") && l.len() < 1_500).map(str::to_owned));
    }
    pool
}

/// A statement made of others: cut, joined, wrapped.
pub fn mutant(pool: &[String], random: &mut Random) -> String {
    let mut sql = pool[random.below(pool.len())].clone();
    for _ in 0..1 + random.below(3) {
        let other = &pool[random.below(pool.len())];
        sql = change(&sql, other, random);
    }
    sql
}

fn change(sql: &str, other: &str, random: &mut Random) -> String {
    let mut words = words(sql);
    if words.is_empty() {
        return other.to_owned();
    }
    let at = random.below(words.len());
    match random.below(22) {
        0 => {
            words.remove(at);
        }
        1 => words.insert(at, words[at]),
        2 => {
            let with = random.below(words.len());
            words.swap(at, with);
        }
        3 | 4 => {
            let theirs = self::words(other);
            if !theirs.is_empty() {
                words[at] = theirs[random.below(theirs.len())];
            }
        }
        5 => {
            let theirs = self::words(other);
            words.truncate(at);
            words.extend(theirs.iter().skip(random.below(theirs.len())));
        }
        6 | 7 => {
            // A call of something else in place of a name that is called.
            let calls: Vec<usize> = (1..words.len()).filter(|n| words[*n] == "(").map(|n| n - 1).collect();
            if let Some(call) = calls.get(random.below(calls.len())) {
                words[*call] = random.of(&ACTING);
            }
        }
        8 => {
            let names: Vec<usize> = (1..words.len())
                .filter(|n| {
                    words[n - 1].eq_ignore_ascii_case("from") || words[n - 1].eq_ignore_ascii_case("join")
                })
                .collect();
            if let Some(name) = names.get(random.below(names.len())) {
                words[*name] = random.of(&SECRET);
            }
        }
        9 => words.insert(
            at,
            random.of(&[
                "/* ' */",
                "--\n",
                "/*\"*/",
                "''",
                "E'\\''",
                "U&'\\0027'",
                "$$;$$",
                "\n'\\''",
                "\u{a0}",
            ]),
        ),
        10 => return format!("{sql}; {other}"),
        11 | 12 => return format!("SELECT * FROM ({sql}) AS x"),
        13 | 14 => return format!("WITH x AS ({sql}) {other}"),
        15 => {
            return format!(
                "EXPLAIN {}{sql}",
                random.of(&["", "ANALYZE ", "(COSTS off) ", "(ANALYZE) ", "VERBOSE "])
            );
        }
        16 => return format!("SELECT ({sql}), ({other})"),
        17 => return format!("{sql} UNION ALL {other}"),
        18 => return format!("SELECT 1 WHERE EXISTS ({sql})"),
        19 => {
            return format!(
                "{sql} {}",
                random.of(&["FOR UPDATE", "FOR SHARE", "LIMIT 5", "INTO x", "RETURNING *"])
            );
        }
        20 => return format!("INSERT INTO t {sql}"),
        _ => return format!("SELECT x.pg_sleep, (x).{} FROM ({sql}) AS x", random.of(&ACTING)),
    }
    words.join(" ")
}

/// Words, numbers, strings and marks, without the spaces between them.
fn words(sql: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = if first == '\'' || first == '"' {
            rest[1..].find(first).map_or(rest.len(), |n| n + 2)
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if "<>=!|&@#~*+-/%^:".contains(first) {
            rest.find(|c: char| !"<>=!|&@#~*+-/%^:".contains(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        words.push(&rest[..end]);
        rest = rest[end..].trim_start();
    }
    words
}
