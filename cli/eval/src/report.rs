//! What a question set said about a planner.

use crate::{Given, Question};
use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// How one answer did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The expected rows; or a refusal where one was due.
    Right,
    /// Other rows; or an answer where a refusal was due.
    Wrong,
    /// The database refused the statement; its message.
    Failed(String),
    /// No answer to a question that has one.
    Refused,
}

/// A question with what was answered and how it did.
#[derive(Clone, Debug, Serialize)]
pub struct Scored {
    /// The set.
    pub set: String,
    /// The question's id.
    pub id: String,
    /// Its difficulty, in the set's own words.
    pub difficulty: String,
    /// The question.
    pub question: String,
    /// How the answer did.
    pub mark: Mark,
    /// The statement that was answered.
    pub sql: Option<String>,
    /// Why there is none.
    pub reason: Option<String>,
    /// The statement of the set; empty where a refusal was due.
    pub gold_sql: String,
}

impl Scored {
    /// Puts a question and its answer together.
    pub fn new(set: &str, question: &Question, given: Given, mark: Mark) -> Self {
        let (sql, reason) = match given {
            Given::Sql(sql) => (Some(sql), None),
            Given::Refused(reason) => (None, Some(reason)),
        };
        Self {
            set: set.to_owned(),
            id: question.id.clone(),
            difficulty: question.difficulty.clone().unwrap_or_else(|| "unknown".to_owned()),
            question: question.question.clone(),
            mark,
            sql,
            reason,
            gold_sql: question.gold_sql.clone(),
        }
    }

    fn must_refuse(&self) -> bool {
        self.gold_sql.is_empty()
    }
}

/// Counts over questions that have an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Questions.
    pub questions: usize,
    /// Of these, answered with a statement.
    pub answered: usize,
    /// Of these, right.
    pub right: usize,
    /// Answered of all, 0 to 1.
    pub coverage: f64,
    /// Right of the answered, 0 to 1; 0 where nothing was answered.
    pub precision: f64,
    /// Right of all, 0 to 1.
    pub accuracy: f64,
    /// Where the accuracy lies with a probability of 95 % (Wilson's interval).
    pub accuracy_95: [f64; 2],
}

impl Tally {
    fn of<'a>(scored: impl IntoIterator<Item = &'a Scored>) -> Self {
        let mut tally = Self::default();
        for one in scored {
            tally.questions += 1;
            tally.answered += usize::from(one.mark != Mark::Refused);
            tally.right += usize::from(one.mark == Mark::Right);
        }
        let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        tally.coverage = share(tally.answered, tally.questions);
        tally.precision = share(tally.right, tally.answered);
        tally.accuracy = share(tally.right, tally.questions);
        tally.accuracy_95 = wilson(tally.accuracy, tally.questions as f64);
        tally
    }
}

/// E. B. Wilson's interval for a share `p` of `n`, at 95 %.
fn wilson(p: f64, n: f64) -> [f64; 2] {
    const Z: f64 = 1.96;
    if n == 0.0 {
        return [0.0, 0.0];
    }
    let d = 1.0 + Z * Z / n;
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    [((middle - half) / d).max(0.0), ((middle + half) / d).min(1.0)]
}

/// The whole of it.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Over all questions that have an answer.
    pub total: Tally,
    /// The same by difficulty.
    pub by_difficulty: BTreeMap<String, Tally>,
    /// The same by set.
    pub by_set: BTreeMap<String, Tally>,
    /// Questions that must be refused, and how many were.
    pub refusals: Refusals,
}

/// Questions that the data cannot answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Refusals {
    /// So many.
    pub due: usize,
    /// Of these, refused.
    pub refused: usize,
}

impl Report {
    /// Sums up.
    pub fn of<'a>(scored: impl IntoIterator<Item = &'a Scored>) -> Self {
        let (due, answerable): (Vec<&Scored>, Vec<&Scored>) =
            scored.into_iter().partition(|s| s.must_refuse());
        let by = |name: fn(&Scored) -> &str| {
            let mut groups: BTreeMap<String, Vec<&Scored>> = BTreeMap::new();
            for one in &answerable {
                groups.entry(name(one).to_owned()).or_default().push(one);
            }
            groups.into_iter().map(|(name, group)| (name, Tally::of(group))).collect()
        };
        Self {
            total: Tally::of(answerable.iter().copied()),
            by_difficulty: by(|s| &s.difficulty),
            by_set: by(|s| &s.set),
            refusals: Refusals {
                due: due.len(),
                refused: due.iter().filter(|s| s.mark == Mark::Right).count(),
            },
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [("all".to_owned(), self.total)];
        let names = self.by_difficulty.keys().chain(self.by_set.keys()).map(|n| n.chars().count());
        let width = names.max().unwrap_or(0).max(10);
        writeln!(f, "{:width$}  questions  coverage  precision  accuracy (95 %)", "")?;
        let groups = [
            all.iter().map(|(n, t)| (n, t)).collect::<Vec<_>>(),
            self.by_difficulty.iter().collect(),
            self.by_set.iter().collect(),
        ];
        for (i, group) in groups.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            for (name, t) in group {
                let [low, high] = t.accuracy_95.map(|x| x * 100.0);
                writeln!(
                    f,
                    "{name:width$}  {:9}  {:6.1} %  {:7.1} %  {:6.1} % ({low:.0}-{high:.0})",
                    t.questions,
                    t.coverage * 100.0,
                    t.precision * 100.0,
                    t.accuracy * 100.0
                )?;
            }
        }
        if self.refusals.due > 0 {
            writeln!(
                f,
                "\nquestions that the data cannot answer: {} of {} refused",
                self.refusals.refused, self.refusals.due
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn scored(set: &str, gold: &str, mark: Mark) -> Scored {
        let question: Question =
            serde_json::from_str(&format!(r#"{{"id": "1", "question": "?", "gold_sql": "{gold}"}}"#))
                .unwrap();
        Scored::new(set, &question, Given::Refused("no".into()), mark)
    }

    #[test]
    fn refusals_that_were_due_are_counted_apart() {
        let all = [
            scored("a", "SELECT 1", Mark::Right),
            scored("a", "SELECT 1", Mark::Wrong),
            scored("b", "SELECT 1", Mark::Refused),
            scored("b", "SELECT 1", Mark::Failed("no".into())),
            scored("b", "", Mark::Right),
            scored("b", "", Mark::Wrong),
        ];
        let report = Report::of(&all);
        assert_eq!((report.total.questions, report.total.answered, report.total.right), (4, 3, 1));
        assert_eq!(report.by_set["a"].precision, 0.5);
        assert_eq!(report.by_set["b"].coverage, 0.5);
        assert_eq!(report.refusals, Refusals { due: 2, refused: 1 });
        assert!(report.to_string().contains("1 of 2 refused"));
    }

    #[test]
    fn the_interval_holds_the_share() {
        let [low, high] = wilson(0.5, 100.0);
        assert!((low - 0.4038).abs() < 1e-3 && (high - 0.5962).abs() < 1e-3, "{low} {high}");
        assert_eq!(wilson(0.0, 0.0), [0.0, 0.0]);
    }
}
