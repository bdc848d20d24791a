//! Names that a question has and a plan has not: "the director of the film Gravel" is no list of all directors.

use super::Echo;
use crate::offline::words::{Token, TokenKind, root, split_name};
use rowcall_plan::{Aggregate, Expression, Filter, Literal, Measure, Operand};

impl Echo<'_> {
    /// A name that is kept in the data, written as a name, is in no part of the plan.
    pub(super) fn forgets_a_name(&self, asked: &[Token]) -> bool {
        let capital = |t: &Token| t.text.starts_with(char::is_uppercase);
        // Somebody who writes every word so names nothing by it.
        let small = asked.iter().filter(|t| t.kind == TokenKind::Word && !capital(t)).count();
        let large = asked.iter().skip(1).filter(|t| t.kind == TokenKind::Word && capital(t)).count();
        if small <= large {
            return false;
        }
        let plan = serde_json::to_string(self.plan).unwrap_or_default().to_lowercase();
        let mut at = 1;
        while at < asked.len() {
            let Some((values, used)) = self.lexicon.values_at(asked, at) else {
                at += 1;
                continue;
            };
            let opens = matches!(asked[at - 1].text.as_str(), "." | "?" | "!" | ";" | ":");
            let named = !opens
                && capital(&asked[at])
                && asked[at].kind == TokenKind::Word
                && asked[at..at + used]
                    .iter()
                    .all(|t| t.kind != TokenKind::Word || capital(t) || t.lower.len() < 4);
            let word = |t: &Token| {
                self.lexicon.names_table(&t.lemma, 0.75)
                    || self
                        .lexicon
                        .columns_for(&[&t.lemma], self.request.catalogue)
                        .first()
                        .is_some_and(|(_, s)| *s >= 0.8)
            };
            let other = used == 1 && (word(&asked[at]) || asked[at].lower.len() < 3);
            let stored = values.iter().filter(|v| v.test.is_none() && !v.alias);
            let mut texts =
                stored.map(|v| v.text.to_lowercase()).filter(|text| text.chars().count() > 2).peekable();
            // A part of a longer name that the plan has is in it.
            let escaped =
                |text: &String| serde_json::to_string(text).unwrap_or_default().trim_matches('"').to_owned();
            if named && !other && texts.peek().is_some() && !texts.any(|text| plan.contains(&escaped(&text)))
            {
                return true;
            }
            at += used.max(1);
        }
        false
    }

    /// "Which member joined first?": the first of them, and not all.
    pub(super) fn forgets_an_end(&self, asked: &[Token]) -> bool {
        // "how many minutes does it last"
        if asked.iter().any(|t| matches!(t.lower.as_str(), "do" | "does" | "did"))
            && asked.iter().any(|t| t.lower == "last")
        {
            return false;
        }
        let ends = |at: usize| asked.get(at).is_none_or(|t| matches!(t.text.as_str(), "?" | "." | "!"));
        let said = (1..asked.len()).any(|at| {
            matches!(asked[at].lower.as_str(), "first" | "last")
                && ends(at + 1)
                && !matches!(
                    asked[at - 1].lower.as_str(),
                    "highest"
                        | "lowest"
                        | "largest"
                        | "smallest"
                        | "newest"
                        | "oldest"
                        | "latest"
                        | "longest"
                        | "shortest"
                        | "best"
                        | "worst"
                        | "most"
                        | "earliest"
                        | "biggest"
                        | "cheapest"
                        | "the"
                        | "at"
                )
        });
        said && self.plan.limit.is_none() && self.plan.order.is_empty() && !self.nests()
    }

    /// "clubs that played in 2022" were not founded then.
    pub(super) fn dates_another_verb(&self, asked: &[Token]) -> bool {
        let verb = (1..asked.len()).find_map(|at| {
            let time =
                matches!(asked[at].lower.as_str(), "in" | "during" | "before" | "after" | "since" | "on");
            let year =
                asked[at + 1..].iter().take(2).any(|t| t.kind == TokenKind::Number && t.lower.len() == 4);
            let verb = &asked[at - 1];
            let done = verb.lower.len() > 4 && verb.lower.ends_with("ed") && verb.kind == TokenKind::Word;
            (time && year && done).then_some(at - 1)
        });
        let Some(verb) = verb else { return false };
        let stem = root(&asked[verb].lower);
        self.plan.filters.iter().any(|filter| {
            let field = match filter {
                Filter::Period { field, .. } => field,
                Filter::Compare { field, operand: Operand::Literal(Literal::Integer(year)), .. }
                    if (1000..3000).contains(year) =>
                {
                    field
                }
                _ => return false,
            };
            let Some(c) = self.place(field).filter(|_| field.table == self.plan.source) else { return false };
            let words = self.words(c);
            let done =
                |w: &String| w.len() > 4 && w.ends_with("ed") || matches!(w.as_str(), "birth" | "born");
            let told = |w: &String| root(w) == stem || asked.iter().any(|t| root(&t.lower) == root(w));
            words.iter().any(done)
                && !words.iter().filter(|w| w.len() > 3 && *w != "year" && *w != "date").any(told)
        })
    }

    /// "Which product was returned the most?", "How many tickets did Ann resolve?": what was done is told by a state or a time
    /// of the rows, and the plan has neither.
    pub(super) fn forgets_what_was_done(&self, asked: &[Token]) -> bool {
        let Ok(table) = self.lexicon.prepared.table(self.request.catalogue, &self.plan.source) else {
            return false;
        };
        let end = asked.iter().rposition(|t| t.kind == TokenKind::Word).unwrap_or_default();
        let did = asked.iter().any(|t| matches!(t.lower.as_str(), "did" | "does" | "do"));
        let most = |at: usize| {
            let word = |n: usize| asked.get(at + n).map_or("", |t| t.lower.as_str());
            word(1) == "the" && word(2) == "most" || word(1) == "most"
        };
        let verb = (1..asked.len()).find(|at| {
            let past = asked[*at].lower.len() > 4 && asked[*at].lower.ends_with("ed");
            past && most(*at) || did && *at == end
        });
        let Some(verb) = verb.map(|at| root(&asked[at].lower)) else { return false };
        let own = self.lexicon.tables[table].words.iter().any(|w| root(w) == verb);
        let columns = &self.request.catalogue.tables[table].columns;
        // When they came to be is told of all of them.
        let first = columns.iter().zip(&self.lexicon.columns[table]).find(|(c, _)| c.kind.is_temporal());
        if first.is_some_and(|(_, name)| name.words.iter().any(|w| root(w) == verb)) {
            return false;
        }
        let timed = columns
            .iter()
            .zip(&self.lexicon.columns[table])
            .any(|(c, name)| c.kind.is_temporal() && name.words.iter().any(|w| root(w) == verb));
        let state = columns
            .iter()
            .any(|c| c.samples_complete && c.samples.iter().any(|v| root(&v.to_lowercase()) == verb));
        let plan = serde_json::to_string(self.plan).unwrap_or_default().to_lowercase();
        let spoken = plan.split(|c: char| !c.is_alphanumeric()).any(|w| root(w) == verb);
        !own && timed && state && !spoken
    }

    /// "sold out", "still on sale": a state that no condition tells.
    pub(super) fn forgets_a_state(&self, asked: &[Token]) -> bool {
        let pair = |at: usize| {
            let next = asked.get(at + 1).map_or("", |t| t.lower.as_str());
            matches!(
                (asked[at].lower.as_str(), next),
                ("sold", "out") | ("on" | "for", "sale") | ("still" | "currently", "available")
            )
        };
        (1..asked.len()).any(pair) && self.plan.filters.is_empty() && !self.nests()
    }

    /// "How many times was it performed?" asks for no sum.
    pub(super) fn counts_no_times(&self, asked: &[Token]) -> bool {
        let times =
            asked.windows(3).any(|w| w[0].lower == "how" && w[1].lower == "many" && w[2].lower == "times");
        let sums = |m: &Measure| m.aggregate == Aggregate::Sum || m.aggregate == Aggregate::Average;
        let told =
            self.plan.measures.iter().filter_map(|m| m.expression.as_ref()).flat_map(Expression::fields);
        let named = told
            .filter_map(|f| self.place(f))
            .any(|c| self.words(c).iter().any(|w| w == "time" || w == "number"));
        times && !named && !self.plan.measures.is_empty() && self.plan.measures.iter().all(sums)
    }

    /// "longer than 2 hours" of minutes, "less than 500 g" of kilograms.
    pub(super) fn measures_otherwise(&self, asked: &[Token]) -> bool {
        let unit = |word: &str| match word {
            "hour" | "hours" => Some((
                "hour",
                &[
                    "minute", "minutes", "min", "mins", "second", "seconds", "day", "days", "time",
                    "duration", "length",
                ][..],
            )),
            "minute" | "minutes" => {
                Some(("minute", &["hour", "hours", "second", "seconds", "day", "days"][..]))
            }
            "days" => {
                Some(("day", &["hour", "hours", "minute", "minutes", "week", "weeks", "month", "months"][..]))
            }
            "g" | "gram" | "grams" => Some(("gram", &["kg", "kilo", "kilogram", "kilograms"][..])),
            "cm" | "centimetres" => Some(("cm", &["m", "metres", "meters", "mm"][..])),
            _ => None,
        };
        asked.windows(2).any(|pair| {
            let Some((own, others)) = unit(&pair[1].lower).filter(|_| pair[0].kind == TokenKind::Number)
            else {
                return false;
            };
            let number = &pair[0].lower;
            self.plan.filters.iter().any(|filter| {
                let Filter::Compare { field, operand: Operand::Literal(value), .. } = filter else {
                    return false;
                };
                let same = match value {
                    Literal::Integer(n) => n.to_string() == *number,
                    Literal::Decimal(n) => n == number,
                    _ => false,
                };
                let Some(c) = self.place(field).filter(|_| same) else { return false };
                let name = split_name(&self.column(c).name);
                let says = |w: &str| name.iter().any(|n| n.eq_ignore_ascii_case(w));
                others.iter().any(|w| says(w)) && !says(own) && !says(&format!("{own}s"))
            })
        })
    }
}
