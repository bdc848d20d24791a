//! Numbers that are calculated of each row: "list price minus cost", "quantity times unit price", "age = YEAR(d) - YEAR(dob)".
//! Each becomes a column of the catalogue as it is read, so that whatever can be asked of a column can be asked of it: its
//! average, the rows above a bound, the highest. The plan says how that column is computed.

mod choose;
mod definitions;
mod formula;
mod implied;
mod lengths;
mod phrase;

use super::{
    assemble::capital,
    lexicon::Known,
    resolve::{self, LEVEL},
    words::split_name,
};
use crate::{Aids, Choice, GlossaryEntry, Planned};
use choose::{Calculation, choose};
use chrono::NaiveDate;
use rowcall_core::{Catalogue, Column, TypeKind};
use rowcall_plan::{Arithmetic, ComputedColumn, Expression};
use serde_json::Value;

/// The most calculations in one question and what was said of it.
const MOST: usize = 6;
/// What made-up names begin with: no English word does.
const MARK: &str = "qzum";

/// What is known while texts are looked through.
struct Sources<'c> {
    known: &'c Known,
    catalogue: &'c Catalogue,
    today: NaiveDate,
}

/// A question with what helps to understand it, in which every calculation is one name.
pub struct Calculated {
    /// The question.
    pub question: String,
    /// The hint.
    pub hint: Option<String>,
    /// The team's words.
    pub glossary: Vec<GlossaryEntry>,
    /// The catalogue with a column for each calculation.
    pub catalogue: Catalogue,
    added: Vec<Added>,
    /// There is more to calculate than was made out.
    goes_on: bool,
    /// The word for a number that nobody defined, and what is to be said of it.
    implied: Option<(String, String)>,
}

/// A column that a calculation adds.
struct Added {
    column: ComputedColumn,
    /// The name that it has while the question is read, where that is made up, and what stands for it in texts.
    made_up: Option<(String, String)>,
}

impl Calculated {
    /// The calculations of a question, its hint and the glossary; none where nothing is calculated.
    pub fn read(
        question: &str,
        aids: &Aids<'_>,
        today: NaiveDate,
        known: &Known,
        catalogue: &Catalogue,
    ) -> Option<Self> {
        let world = Sources { known, catalogue, today };
        let mut all = Self {
            question: question.to_owned(),
            hint: aids.hint.map(str::to_owned),
            glossary: aids.glossary.to_vec(),
            catalogue: Catalogue::default(),
            added: Vec::new(),
            goes_on: false,
            implied: None,
        };
        if let Some((entry, note)) =
            implied::income(question, aids.glossary, &world).filter(|_| aids.hint.is_none())
        {
            all.implied = Some((entry.term.clone(), note));
            all.glossary.push(entry);
        }
        for entry in &mut all.glossary {
            if let Some(meaning) = definitions::defined(&entry.term, &entry.meaning, &world, &mut all.added) {
                entry.meaning = meaning;
            }
        }
        if let Some(hint) = &all.hint {
            all.hint = Some(definitions::in_hint(hint, question, &world, &mut all.added));
        }
        all.question = lengths::replaced(question, &world, &mut all.added).unwrap_or(all.question);
        all.question = phrase::replaced(&all.question, &world, &mut all.added).unwrap_or(all.question);
        for added in all.added.iter().filter(|a| a.made_up.is_none()) {
            if let Some(question) = definitions::at_the_time(&all.question, &added.column, &world) {
                all.question = question;
            }
        }
        if all.added.is_empty() {
            return None;
        }
        all.goes_on = phrase::goes_on(&all.question, &world);
        all.catalogue = catalogue.clone();
        for Added { column, made_up } in &all.added {
            let table = known.prepared.table(catalogue, &column.table).ok()?;
            let name = made_up.as_ref().map_or(&column.name, |(name, _)| name);
            let level = !adds_up(&column.expression, known, catalogue);
            all.catalogue.tables[table].columns.push(as_stored(name, level));
        }
        Some(all)
    }

    /// The question itself says what to calculate.
    pub fn is_asked(&self) -> bool {
        self.question.contains(MARK)
    }

    /// What was planned, with the calculations in the place of the names that stood for them.
    pub fn settle(&self, planned: Planned) -> Planned {
        match planned {
            Planned::Plan { .. } if self.goes_on => Planned::CannotAnswer {
                reason: "I could not make out what is calculated.".into(),
                suggestions: Vec::new(),
            },
            Planned::Plan { plan, assumptions, confidence } => match self.with_computed(&plan) {
                Some(plan) => Planned::Plan {
                    plan,
                    assumptions: assumptions
                        .iter()
                        .filter(|note| !self.names(note))
                        .map(|note| self.plain(note))
                        .chain(self.implied.as_ref().map(|(_, note)| note.clone()))
                        .collect(),
                    confidence,
                },
                None => Planned::CannotAnswer {
                    reason: "I could not make out what is calculated.".into(),
                    suggestions: Vec::new(),
                },
            },
            Planned::CannotAnswer { reason, suggestions } => Planned::CannotAnswer {
                reason: self.plain(&reason),
                suggestions: suggestions.iter().map(|s| self.plain(s)).collect(),
            },
            Planned::Clarify { question, choices } => self.clarified(&question, choices),
            other => other,
        }
    }

    /// The readings that are calculated as was asked.
    fn clarified(&self, question: &str, choices: Vec<Choice>) -> Planned {
        let plain = |choice: Choice| {
            let plan = match choice.plan {
                Some(plan) => Some(self.with_computed(&plan)?),
                None => None,
            };
            Some(Choice { label: self.plain(&choice.label), text: self.plain(&choice.text), plan })
        };
        let choices: Vec<Choice> = choices.into_iter().filter_map(plain).collect();
        let question = self.plain(question);
        if choices.len() < 2 {
            let reason = format!("I could not make out one thing: {question}");
            return Planned::CannotAnswer { reason, suggestions: Vec::new() };
        }
        Planned::Clarify { question, choices }
    }

    /// A note says no more than that a term is one of the columns here, of which the statement says how they are computed, or
    /// what is said of the number that nobody defined.
    fn names(&self, note: &str) -> bool {
        let called =
            |c: &ComputedColumn| note.ends_with(&format!(" is read as {}.{}.", c.table.name, c.name));
        let implied = |(term, _): &(String, String)| note.starts_with(&format!("\"{term}\" is "));
        self.added.iter().any(|a| called(&a.column)) || self.implied.as_ref().is_some_and(implied)
    }

    /// A text without made-up names.
    fn plain(&self, text: &str) -> String {
        let made_up = self.added.iter().filter_map(|a| a.made_up.as_ref());
        made_up.fold(text.to_owned(), |text, (name, said)| {
            text.replace(name.as_str(), said).replace(&capital(name), &capital(said))
        })
    }

    fn with_computed(&self, plan: &rowcall_plan::QueryPlan) -> Option<rowcall_plan::QueryPlan> {
        let mut plan = serde_json::to_value(plan).ok()?;
        let mut computed = Vec::new();
        for Added { column, made_up } in &self.added {
            let name = made_up.as_ref().map_or(&column.name, |(name, _)| name);
            let used = match made_up {
                Some(_) => replaced(&mut plan, name, &column.name),
                None => names(&plan, &serde_json::to_value(&column.table).ok()?, name),
            };
            if used {
                computed.push(column.clone());
            }
        }
        let plan: rowcall_plan::QueryPlan = serde_json::from_value(plan).ok()?;
        // A calculation that was asked for and is in no part of the plan was not understood.
        let asked = self
            .added
            .iter()
            .filter(|a| a.made_up.as_ref().is_some_and(|(name, _)| self.question.contains(name)));
        (!computed.is_empty() && asked.into_iter().all(|a| computed.contains(&a.column)))
            .then_some(rowcall_plan::QueryPlan { computed, ..plan })
    }
}

/// Puts the lasting name of a column in the place of the one that was made up; says whether the plan has it at all.
fn replaced(plan: &mut Value, from: &str, to: &str) -> bool {
    match plan {
        Value::String(text) if text.contains(from) => {
            *text = text.replace(from, to);
            true
        }
        Value::Object(map) => map.values_mut().fold(false, |found, value| replaced(value, from, to) | found),
        Value::Array(list) => list.iter_mut().fold(false, |found, value| replaced(value, from, to) | found),
        _ => false,
    }
}

/// The plan names this column of this table.
fn names(plan: &Value, table: &Value, column: &str) -> bool {
    match plan {
        Value::Object(map) => {
            map.get("table") == Some(table) && map.get("column").is_some_and(|c| c == column)
                || map.values().any(|value| names(value, table, column))
        }
        Value::Array(list) => list.iter().any(|value| names(value, table, column)),
        _ => false,
    }
}

/// A calculation as a column of a table.
fn as_stored(name: &str, level: bool) -> Column {
    let comment = level.then(|| LEVEL.to_owned());
    Column { generated: true, comment, ..Column::new(name, "numeric", TypeKind::Decimal) }
}

/// The sum of such numbers means something: so many pieces at a price each do, but no price less a cost, no ratio and no age.
fn adds_up(expression: &Expression, known: &Known, catalogue: &Catalogue) -> bool {
    let of = |e: &Expression| adds_up(e, known, catalogue);
    match expression {
        Expression::Field(field) => known.prepared.table(catalogue, &field.table).is_ok_and(|table| {
            let at = catalogue.tables[table].columns.iter().position(|c| c.name == field.column);
            at.is_some_and(|at| resolve::adds_up(&known.columns[table][at].words))
        }),
        Expression::Operation { left, operator, right } => match operator {
            Arithmetic::Plus | Arithmetic::Minus => of(left) && of(right),
            Arithmetic::Times => of(left) || of(right),
            Arithmetic::DividedBy => of(left) && matches!(right.as_ref(), Expression::Number(_)),
        },
        _ => false,
    }
}

/// Adds a calculation under a term, or finds it added; the name it goes by. Without a term, it is called after itself and
/// has a made-up name meanwhile.
fn add(
    calculation: &Calculation,
    term: Option<&str>,
    said: &str,
    world: &Sources<'_>,
    added: &mut Vec<Added>,
) -> Option<(String, String)> {
    let (table, expression) = choose(calculation, world)?;
    let of = world.known.prepared.name_of(world.catalogue, table);
    let same = |a: &&Added| {
        a.column.expression == expression && a.column.table == of && a.made_up.is_none() == term.is_some()
    };
    if let Some(found) = added.iter().find(same) {
        let name = found.made_up.as_ref().map_or(&found.column.name, |(name, _)| name);
        return Some((of.name, name.clone()));
    }
    let mut name = match term {
        Some(term) => term.to_owned(),
        // A sum is called as it was defined: "revenue".
        None if said.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => said.to_owned(),
        None => split_name(&expression.name()).join("_").to_lowercase(),
    };
    name.truncate(name.char_indices().nth(50).map_or(name.len(), |(at, _)| at));
    let taken = world.catalogue.tables[table].columns.iter().any(|c| c.name.eq_ignore_ascii_case(&name))
        || added.iter().any(|a| a.column.name == name && a.column.table == of);
    if taken || name.is_empty() || added.len() >= MOST {
        return None;
    }
    let letter = char::from(b'a' + u8::try_from(added.len()).unwrap_or_default());
    let made_up = term.is_none().then(|| (format!("{MARK}{letter}"), said.to_owned()));
    let stands = made_up.as_ref().map_or_else(|| name.clone(), |(name, _)| name.clone());
    added.push(Added { column: ComputedColumn { table: of.clone(), name, expression }, made_up });
    Some((of.name, stands))
}
