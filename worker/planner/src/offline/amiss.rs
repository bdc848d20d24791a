//! What is amiss with a plan, however sure its readers are: it repeats the question, forgets what an order is of, tells it of
//! another thing, or leaves out what was done. Each is refused with its reason.

use super::{
    flags::yes_or_no,
    lexicon::{Lexicon, is_income},
    recast::are_people,
    words::{Token, TokenKind, is_person, is_role, root, split_name, tokens, verb_root},
};
use rowcall_core::{Catalogue, Column, ColumnRef};
use rowcall_plan::{
    Aggregate, Expression, Field, Filter, Measure, Operand, Operator, QueryPlan, compile_with,
};

/// Why a plan is no answer to the question, where its looks tell.
pub(super) fn amiss(
    question: &str,
    plan: &QueryPlan,
    lexicon: &Lexicon,
    catalogue: &Catalogue,
) -> Option<String> {
    let said = tokens(question);
    let asked = Asked { said: &said, plan, lexicon, catalogue };
    repeats(question, plan)
        .or_else(|| other_hours(question, plan))
        .or_else(|| lost_order(question, plan))
        .or_else(|| counts_money(question, plan))
        .or_else(|| deed_lost(question, plan, lexicon, catalogue))
        .or_else(|| asked.both_of_one())
        .or_else(|| asked.half_a_name())
        .or_else(|| asked.per_number())
        .or_else(|| asked.what_is_left())
        .or_else(|| asked.nobody())
        .or_else(|| asked.no_place())
        .or_else(|| asked.largest_day())
        .or_else(|| asked.came_from_elsewhere())
        .or_else(|| asked.other_rows())
}

/// "What did Ann Lee buy?", answered with her name: it tells nothing but what was said.
fn repeats(question: &str, plan: &QueryPlan) -> Option<String> {
    let first = question.split_whitespace().next().unwrap_or_default().to_lowercase();
    let asks = matches!(first.as_str(), "what" | "how" | "when" | "where");
    let lists =
        plan.measures.is_empty() && plan.dimensions.is_empty() && plan.combine.is_none() && !plan.distinct;
    let told = |field: &Field| {
        plan.filters.iter().any(|f| {
            matches!(f, Filter::Compare { field: of, operator: Operator::Equal, operand: Operand::Literal(_) } if of == field)
        })
    };
    // All there is of somebody is no answer to what they do.
    let words: Vec<String> = question.split_whitespace().map(str::to_lowercase).collect();
    let doing = first == "what"
        && words.len() > 3
        && words[1] == "is"
        && words[2..].iter().any(|w| w.trim_end_matches('?').ends_with("ing"));
    let all = doing && plan.columns.len() > 3 && plan.columns.iter().any(told);
    (asks && lists && !plan.columns.is_empty() && (all || plan.columns.iter().all(told))).then(|| {
        "I could not make out what is asked for: all that I find is what the question says.".to_owned()
    })
}

/// "The value of delivered orders", "income per branch", answered with how many there are.
fn counts_money(question: &str, plan: &QueryPlan) -> Option<String> {
    let said: Vec<String> = tokens(question).into_iter().map(|t| t.lower).filter(|w| w != "the").collect();
    let money = said.windows(2).find_map(|w| match (w[0].as_str(), w[1].as_str()) {
        ("value", "of") => Some("value"),
        ("spent" | "paid", "on" | "for") => Some("amount"),
        ("profit", _) => Some("profit"),
        ("charge" | "charges" | "charged", "most" | "least") => Some("price"),
        (word, _) if is_income(word) => Some(word),
        _ => None,
    })?;
    let counted = said.iter().any(|w| matches!(w.as_str(), "number" | "many" | "count" | "different"));
    let counts = !plan.measures.is_empty()
        && plan.measures.iter().all(|m| m.aggregate == Aggregate::Count && m.over.is_none() && !m.share);
    let ranks = money == "price" || plan.limit.is_none();
    (counts && !counted && plan.having.is_empty() && ranks)
        .then(|| format!("I could not make out by which column the {money} is told."))
}

/// "last login of each user", answered with last names alone, and "who ordered the most" with everybody who ordered.
fn lost_order(question: &str, plan: &QueryPlan) -> Option<String> {
    let said: Vec<String> = tokens(question).into_iter().map(|t| t.lower).collect();
    let says = |word: &str| said.iter().any(|w| w == word);
    let family = |field: &Field| {
        let words = split_name(&field.column);
        words.len() == 2 && words[0].eq_ignore_ascii_case("last") && words[1].eq_ignore_ascii_case("name")
    };
    let named = ["name", "names", "first", "surname", "surnames", "family", "who"].iter().any(|w| says(w));
    let last = says("last") && !named && plan.columns.len() == 1 && plan.columns.iter().all(family);
    // "the most" at the end, or before a time: of what is not said, and the answer has nothing of it.
    let most = said.windows(2).enumerate().any(|(at, pair)| {
        let ends = said.get(at + 2).is_none_or(|w| {
            matches!(w.as_str(), "?" | "." | "in" | "during" | "since" | "last" | "this" | "over" | "so")
        });
        pair[0] == "the" && matches!(pair[1].as_str(), "most" | "least" | "fewest") && ends
    });
    let lists = plan.measures.is_empty()
        && plan.limit.is_none()
        && plan.having.is_empty()
        && plan.fold.is_none()
        && plan.combine.is_none();
    let nested = serde_json::to_string(&plan.filters)
        .is_ok_and(|text| text.contains("\"limit\"") || text.contains("aggregate"));
    (last || most && lists && !nested).then(|| {
        let word = if last { "last" } else { "most" };
        format!("I could not make out what \"{word}\" is meant of. Say of what, such as the latest date or the largest number.")
    })
}

/// A question as its words, and what the plan of it goes over.
struct Asked<'a> {
    said: &'a [Token],
    plan: &'a QueryPlan,
    lexicon: &'a Lexicon,
    catalogue: &'a Catalogue,
}

impl Asked<'_> {
    /// "Albert Zeller's first lesson date", answered with his first name beside all the dates.
    fn half_a_name(&self) -> Option<String> {
        let said = |words: &[&str]| self.said.iter().any(|t| words.contains(&t.lower.as_str()));
        let halves = |ends: &[&str]| {
            self.plan
                .columns
                .iter()
                .any(|f| ends.contains(&f.column.to_lowercase().replace('_', "").as_str()))
        };
        let first = said(&["first"]) && halves(&["fname", "firstname", "givenname"]);
        let whole = halves(&["lname", "lastname", "surname", "familyname"]);
        let named = said(&["name", "names", "who", "forename", "given"]);
        (first && !whole && !named && self.plan.columns.len() > 1)
            .then(|| "I could not make out the first of what.".to_owned())
    }

    /// "rent per desk" of places with so many desks each, answered by how many desks there are.
    fn per_number(&self) -> Option<String> {
        self.plan.dimensions.iter().find_map(|d| {
            let of = self.table(&d.field)?;
            let at = self.catalogue.tables[of].columns.iter().position(|c| c.name == d.field.column)?;
            let words = &self.lexicon.columns[of][at].words;
            let number = words.iter().any(|w| matches!(w.as_str(), "count" | "number" | "num"));
            let per = self.said.windows(2).any(|w| {
                w[0].lower == "per"
                    && w[1].lower == w[1].lemma
                    && words.contains(&w[1].lemma)
                    && words.len() > 1
            });
            let counted = self.catalogue.tables[of].columns[at].kind.is_numeric();
            let key = self.catalogue.tables[of].primary_key.contains(&d.field.column);
            (number && per && counted && !key && !self.plan.measures.is_empty()).then(|| {
                format!("{} says how many there are of each; that is no group to split by.", d.field.column)
            })
        })
    }

    /// "who ordered both by web and by phone", answered with those who ordered by web.
    fn both_of_one(&self) -> Option<String> {
        let both = self.said.iter().position(|t| t.lower == "both")?;
        let and = (both + 1..self.said.len().min(both + 7)).find(|at| self.said[*at].lower == "and")?;
        let values = |from: usize, to: usize| {
            (from..to.min(self.said.len()))
                .flat_map(|at| self.lexicon.values(&[&self.said[at].lower]))
                .filter(|v| v.test.is_none())
                .collect::<Vec<_>>()
        };
        let (firsts, seconds) = (values(both + 1, and), values(and + 1, and + 4));
        let plan =
            serde_json::to_string(&(&self.plan.filters, &self.plan.combine, &self.plan.measures)).ok()?;
        let told = |text: &str| plan.contains(&format!("\"{text}\""));
        let lost = firsts.iter().any(|a| {
            seconds.iter().any(|b| a.column == b.column && a.text != b.text && told(&a.text) != told(&b.text))
        });
        lost.then(|| {
            "I could not make out both of what is asked for: the answer would leave one out.".to_owned()
        })
    }

    fn lower(&self, at: usize) -> &str {
        self.said.get(at).map_or("", |t| t.lower.as_str())
    }

    fn says(&self, words: &[&str]) -> bool {
        self.said.iter().any(|t| words.contains(&t.lower.as_str()))
    }

    fn table(&self, field: &Field) -> Option<usize> {
        self.lexicon.prepared.table(self.catalogue, &field.table).ok()
    }

    /// The table that a word of the question names, beyond doubt.
    fn named(&self, at: usize) -> Option<usize> {
        let lemma = &self.said.get(at)?.lemma;
        self.lexicon.tables_for(&[lemma]).first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    }

    /// The plan lists rows, and nothing is computed.
    fn lists(&self) -> bool {
        self.plan.measures.is_empty() && !self.plan.columns.is_empty()
    }

    /// "How many places are left for each activity?", answered with how many there are at all.
    fn what_is_left(&self) -> Option<String> {
        const LEFT: &[&str] = &["left", "remaining", "available", "unused", "spare", "vacant", "free"];
        let counts =
            self.said.first().is_some_and(|t| t.lower == "how") && matches!(self.lower(1), "many" | "much");
        let at = (2..self.said.len()).find(|at| LEFT.contains(&self.lower(*at)))?;
        // "left in 2024", "left the company"
        let ends = matches!(
            self.lower(at + 1),
            "" | "?" | "." | "for" | "in" | "on" | "at" | "of" | "per" | "by" | "to"
        );
        let when =
            self.lower(at + 1) == "in" && self.said.get(at + 2).is_some_and(|t| t.kind == TokenKind::Number);
        let plan = serde_json::to_string(self.plan).ok()?.to_lowercase();
        let computes = !self.plan.computed.is_empty() || plan.contains("minus") || plan.contains("subtract");
        let words = plan.split(|c: char| !c.is_alphanumeric());
        let kept = ["left", "remain", "avail", "unused", "spare", "vacan", "free", "stock", "empty"];
        let told = words.clone().any(|w| kept.iter().any(|k| w.starts_with(k)));
        (counts && ends && !when && !computes && !told && self.plan.filters.is_empty()).then(|| {
            format!("I could not make out what is {}: no column tells how many are taken.", self.lower(at))
        })
    }

    /// "Who manages the hotel in Lisbon?", answered with the hotel that the question names.
    fn nobody(&self) -> Option<String> {
        let does = !matches!(self.lower(1), "is" | "are" | "was" | "were");
        if self.lower(0) != "who" || !does || !self.lists() {
            return None;
        }
        let given = |t: usize| {
            (1..self.said.len()).any(|at| {
                matches!(self.lower(at - 1), "the" | "our" | "this" | "that") && self.named(at) == Some(t)
            })
        };
        let person = |f: &Field| {
            let words = split_name(&f.column);
            words.iter().map(|w| w.to_lowercase()).any(|w| is_role(&w) || is_person(&w))
        };
        let mut shown = self.plan.columns.iter().filter_map(|f| self.table(f));
        let things = shown.all(|t| given(t) && !are_people(t, self.lexicon));
        (things && !self.plan.columns.iter().any(person))
            .then(|| "I could not make out who is meant: no column tells that.".to_owned())
    }

    /// "Where does Ann live?", answered with an email address.
    fn no_place(&self) -> Option<String> {
        const WAYS: &[&str] = &["email", "mail", "ip", "web", "url"];
        let mail =
            |f: &Field| split_name(&f.column).iter().any(|w| WAYS.contains(&w.to_lowercase().as_str()));
        (self.lower(0) == "where" && self.lists() && self.plan.columns.iter().all(mail))
            .then(|| "I could not make out where that is: no column of it tells a place.".to_owned())
    }

    /// "largest invoice", answered with the last day of one.
    fn largest_day(&self) -> Option<String> {
        let large = self.says(&["largest", "biggest", "smallest", "most", "fewest"]);
        let when = self
            .says(&["when", "date", "dates", "day", "time", "recent", "last", "latest", "first", "earliest"]);
        let dated = |m: &Measure| {
            let Some(Expression::Field(field)) = &m.expression else { return false };
            let column = |t: usize| self.catalogue.tables[t].columns.iter().find(|c| c.name == field.column);
            let day = self.table(field).and_then(column).is_some_and(|c| c.kind.is_temporal());
            day && matches!(m.aggregate, Aggregate::Maximum | Aggregate::Minimum)
        };
        let alone = matches!(self.plan.measures.as_slice(), [one] if dated(one)) && self.plan.limit.is_none();
        (large && !when && alone).then(|| {
            "I could not make out by which number that is the largest: what I find is a date.".to_owned()
        })
    }

    /// "guests from each country", answered with the countries of the hotels that they stayed at.
    fn came_from_elsewhere(&self) -> Option<String> {
        let each = (1..self.said.len())
            .any(|at| self.lower(at) == "from" && matches!(self.lower(at + 1), "each" | "every"));
        let [measure] = self.plan.measures.as_slice() else { return None };
        let counted = measure.table.as_ref().unwrap_or(&self.plan.source);
        let rows = self.lexicon.prepared.table(self.catalogue, counted).ok()?;
        let graph = &self.lexicon.prepared.graph;
        let other = |t: usize| t != rows && graph.path(rows, t, true, None).is_none();
        let elsewhere = self.plan.dimensions.iter().filter_map(|d| self.table(&d.field)).any(other);
        (each && elsewhere).then(|| {
            "I could not make out where they are from: what I find is told of other things that they have to do with."
                .to_owned()
        })
    }

    /// "Which guests paid a booking?", answered with days on which some were paid.
    fn other_rows(&self) -> Option<String> {
        let asked = self.named(1).filter(|_| self.lower(0) == "which" && self.lists())?;
        let days = self.plan.columns.iter().all(|f| {
            self.table(f).is_some_and(|t| {
                t != asked
                    && self.catalogue.tables[t]
                        .columns
                        .iter()
                        .any(|c| c.name == f.column && c.kind.is_temporal())
            })
        });
        (days && self.plan.dimensions.is_empty())
            .then(|| "I could not make out which are meant: what I find is a date.".to_owned())
    }
}

/// "Students who completed Algebra", answered with all who enrolled, where a time tells who completed it; "orders delivered last
/// week", answered with delivered orders that were placed then.
fn deed_lost(question: &str, plan: &QueryPlan, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    /// What may be done with rows, or not yet.
    const DEEDS: &[&str] = &[
        "completed",
        "finished",
        "closed",
        "paid",
        "delivered",
        "returned",
        "resolved",
        "opened",
        "cancelled",
        "approved",
        "shipped",
        "refunded",
        "suspended",
        "frozen",
        "awarded",
        "rejected",
        "sent",
        "confirmed",
        "attended",
    ];
    let said = tokens(question);
    let text = compile_with(plan, catalogue, &lexicon.prepared).ok()?.sql.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let stem = |word: &str| verb_root(word);
    let did = said.iter().any(|t| matches!(t.lower.as_str(), "did" | "not" | "never"));
    let deed = |at: usize| {
        let word = said.get(at).map(|t| t.lower.as_str())?;
        // "Return their names": what to do, and not what was done.
        if at > 0 && said[at - 1].kind == TokenKind::Mark && !word.ends_with("ed") {
            return None;
        }
        // "did not open an account" speaks of having one.
        let noun = word.starts_with("open") || lexicon.names_table(&said[at].lemma, 0.75);
        let base =
            || DEEDS.iter().find(|deed| did && !noun && word.len() > 3 && stem(deed) == stem(word)).copied();
        DEEDS.iter().find(|deed| **deed == word).copied().or_else(base)
    };
    // `date_of_completion` tells who completed.
    let akin = |word: &str, root: &str| {
        let shared = word.chars().zip(root.chars()).take_while(|(a, b)| a == b).count();
        stem(word) == root || shared >= 5
    };
    // An amount is another matter: "how much was paid".
    if said.windows(2).any(|w| w[0].lower == "how" && w[1].lower == "much") {
        return None;
    }
    for at in 1..said.len() {
        let Some(verb) = deed(at) else { continue };
        // "paid by card", "shipped to Rome": how and where tell that it was.
        let how = said.get(at + 1).map_or("", |t| t.lower.as_str());
        if matches!(how, "by" | "with" | "via" | "using" | "for" | "to" | "something" | "through") {
            continue;
        }
        let root = stem(verb);
        // `opened_by` says it as well.
        let told = |name: &&str| name.contains('_') && split_name(name).iter().any(|w| akin(w, &root));
        let told = words.iter().any(told);
        // A column that tells when, of a table that the plan goes over.
        let mut lost = None;
        for (table, names) in catalogue.tables.iter().zip(&lexicon.columns) {
            let over = words.contains(&table.name.to_lowercase().as_str());
            // `attended_yn` of those who signed up tells it as a time would.
            let flag = |c: &Column| {
                table.columns.iter().position(|own| own.name == c.name).is_some_and(|column| {
                    let at = catalogue.tables.iter().position(|t| std::ptr::eq(t, table));
                    at.is_some_and(|table| {
                        yes_or_no(catalogue, lexicon, ColumnRef { table, column }, true).is_some()
                    })
                })
            };
            let times = table.columns.iter().zip(names).filter(|(c, name)| {
                over && name.words.iter().any(|w| akin(w, &root))
                    && (c.nullable && c.kind.is_temporal() || !c.kind.is_temporal() && flag(c))
            });
            for (column, _) in times {
                lost = Some(column.name.clone());
                if words.contains(&column.name.to_lowercase().as_str()) {
                    return None;
                }
            }
        }
        let stored = text.contains(&format!("'{verb}'"));
        if let Some(column) = lost.filter(|_| !stored && !told) {
            return Some(format!(
                "I could not make out what was {verb}: {column} tells it, and the answer would go without it."
            ));
        }
        // "delivered last week": the week must be that of the delivery.
        let next = said.get(at + 1).map_or("", |t| t.lower.as_str());
        let timed = matches!(
            next,
            "in" | "during" | "last" | "this" | "since" | "yesterday" | "today" | "before" | "after" | "on"
        );
        let other = plan.filters.iter().find_map(|filter| match filter {
            Filter::Period { field, .. } => Some(field),
            _ => None,
        });
        // Where no time tells it, that of the rows is the nearest there is.
        let elsewhere = catalogue.tables.iter().zip(&lexicon.columns).any(|(table, names)| {
            let mut columns = table.columns.iter().zip(names);
            columns.any(|(c, name)| c.kind.is_temporal() && name.words.iter().any(|w| akin(w, &root)))
        });
        if let Some(field) = other.filter(|_| timed && stored && elsewhere)
            && !split_name(&field.column).iter().any(|w| stem(&w.to_lowercase()) == root)
        {
            return Some(format!(
                "I do not find when that was {verb}: {} is another time. Ask by that one, or without a time.",
                split_name(&field.column).join(" ").to_lowercase()
            ));
        }
    }
    None
}

/// "Average time to pay an invoice", answered with hours that somebody worked: no time from one thing to another.
fn other_hours(question: &str, plan: &QueryPlan) -> Option<String> {
    let said = tokens(question);
    let verb = (0..said.len()).find_map(|at| {
        let to = said[at].lower == "time" && said.get(at + 1).is_some_and(|t| t.lower == "to");
        said.get(at + 2).filter(|t| to && t.kind == TokenKind::Word)
    })?;
    let stem = root(&verb.lower);
    let other = |m: &Measure| match &m.expression {
        Some(Expression::Field(field)) => {
            let words = split_name(&field.column);
            let told = |w: &String| {
                let word = w.to_lowercase();
                matches!(word.as_str(), "time" | "duration" | "took" | "lead") || root(&word) == stem
            };
            let hours = |w: &String| {
                matches!(
                    w.to_lowercase().as_str(),
                    "hours" | "hour" | "minutes" | "mins" | "days" | "seconds"
                )
            };
            words.iter().any(hours) && !words.iter().any(told)
        }
        _ => false,
    };
    plan.measures.iter().any(other).then(|| {
        format!("I could not make out from when to when it takes to {}: name both times.", verb.lower)
    })
}
