//! What PostgreSQL itself brings along: functions with their reviewed class, operators, types and catalogue
//! relations. The lists are data files written from a server's own catalogue (`data/review_functions.sql`).

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The class of a built-in function: the same reason holds for all of its members.
#[derive(Clone, Copy, Debug)]
pub struct Class {
    /// Its name in `data/classes.tsv`.
    pub name: &'static str,
    /// Its members may be called.
    pub allowed: bool,
    /// Why, as the end of a sentence.
    pub reason: &'static str,
}

/// Every class of functions, with how many names are in it, in the order of the list.
pub fn classes() -> Vec<(Class, usize)> {
    include_str!("../data/classes.tsv")
        .lines()
        .filter_map(class)
        .map(|class| (class, FUNCTIONS.values().filter(|c| c.name == class.name).count()))
        .collect()
}

fn class(line: &'static str) -> Option<Class> {
    let mut fields = line.splitn(3, '\t');
    let (name, verdict, reason) = (fields.next()?, fields.next()?, fields.next()?);
    Some(Class { name, allowed: verdict == "allow", reason })
}

/// The class of the built-in function of that name; `None` if PostgreSQL has none.
pub fn function(name: &str) -> Option<Class> {
    FUNCTIONS.get(name).copied()
}

/// The same for a call with that many arguments: a few names have harmless overloads that this tells apart.
pub fn called(name: &str, arguments: usize) -> Option<Class> {
    let own = function(name)?;
    if own.allowed {
        return Some(own);
    }
    FUNCTIONS.get(format!("{name}/{arguments}").as_str()).copied().or(Some(own))
}

/// What PostgreSQL has instead of a function of other databases, as a sentence.
pub fn elsewhere(name: &str) -> Option<&'static str> {
    ELSEWHERE.get(name).copied()
}

/// Whether PostgreSQL has an operator of that name.
pub fn operator(name: &str) -> bool {
    OPERATORS.contains(name)
}

/// Whether PostgreSQL has a type of that name (as in `pg_type`) that values may be cast to.
pub fn value_type(name: &str) -> bool {
    TYPES.contains(name.strip_prefix('_').unwrap_or(name))
}

/// Whether `pg_catalog` has a relation of that name, and if so whether it may be read.
pub fn catalogue_relation(name: &str) -> Option<bool> {
    RELATIONS.get(name).copied()
}

static FUNCTIONS: LazyLock<HashMap<&str, Class>> = LazyLock::new(|| {
    let classes: HashMap<&str, Class> =
        include_str!("../data/classes.tsv").lines().filter_map(class).map(|c| (c.name, c)).collect();
    pairs(include_str!("../data/functions_newer.tsv"))
        .chain(pairs(include_str!("../data/functions_by_arguments.tsv")))
        .chain(pairs(include_str!("../data/functions.tsv")))
        .filter_map(|(name, class)| Some((name, *classes.get(class)?)))
        .collect()
});

static ELSEWHERE: LazyLock<HashMap<&str, &str>> =
    LazyLock::new(|| pairs(include_str!("../data/elsewhere.tsv")).collect());

static OPERATORS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../data/operators.txt").lines().collect());

static TYPES: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("../data/types.txt").lines().collect());

static RELATIONS: LazyLock<HashMap<&str, bool>> = LazyLock::new(|| {
    pairs(include_str!("../data/catalogue_relations.tsv")).map(|(name, v)| (name, v == "allow")).collect()
});

fn pairs(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter_map(|line| line.split_once('\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_has_a_known_class_and_the_lists_are_whole() {
        let lines = include_str!("../data/functions.tsv").lines().count();
        let newer = include_str!("../data/functions_newer.tsv")
            .lines()
            .filter(|l| {
                !include_str!("../data/functions.tsv")
                    .contains(&format!("\n{}\t", l.split('\t').next().unwrap_or("")))
            })
            .count();
        assert!(lines > 2_600);
        let by_arguments = include_str!("../data/functions_by_arguments.tsv").lines().count();
        assert_eq!(FUNCTIONS.len(), lines + newer + by_arguments);
        for (name, _) in ELSEWHERE.iter() {
            assert!(function(name).is_none(), "{name} is PostgreSQL's own");
        }
        assert!(OPERATORS.len() > 70, "{}", OPERATORS.len());
        assert!(TYPES.len() > 50, "{}", TYPES.len());
        assert!(RELATIONS.len() > 130, "{}", RELATIONS.len());
    }

    #[test]
    fn the_dangerous_ones_are_refused_and_the_everyday_ones_are_not() {
        for name in [
            "pg_sleep",
            "pg_read_file",
            "lo_import",
            "set_config",
            "query_to_xml",
            "nextval",
            "pg_notify",
            "ts_stat",
        ] {
            assert!(function(name).is_some_and(|c| !c.allowed), "{name}");
        }
        for name in [
            "count",
            "lower",
            "date_trunc",
            "percentile_cont",
            "generate_series",
            "jsonb_path_query",
            "random",
            "age",
        ] {
            assert!(function(name).is_some_and(|c| c.allowed), "{name}");
        }
    }
}
