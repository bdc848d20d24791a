//! The shapes that a wish has. Each verb has some; every way to cut the words is tried, and the first that fits the
//! catalogue is what is meant.

use super::{
    Cx, Miss, Understood,
    place::{Place, Rows},
    text::Text,
    value::{Written, digits, known, typed, values},
};
use crate::offline::words::{lemma, root};
use rowcall_core::TypeKind;
use rowcall_plan::{Assignment, ChangePlan, Literal, NewValue};

const POLITE: &[&str] = &[
    "please", "can", "could", "would", "you", "hey", "hi", "hello", "ok", "okay", "now", "kindly", ",",
    "just",
];
/// Between a column and its rows.
const OF: &[&str] = &["of", "for", "in", "on", "from"];
const BECOMES: &[&str] = &["to", "=", "as", "at", "into", "be"];

/// Reads a wish.
pub(super) fn read(cx: &Cx<'_>) -> Result<Understood, Miss> {
    let text = Text::new(cx.request.question);
    let verb = text.words.iter().take_while(|w| w.is(POLITE)).count();
    let Some(word) = text.words.get(verb) else { return Err(unclear()) };
    let rest = text.slice(verb + 1, text.len());
    match word.lower.as_str() {
        "set" | "change" | "update" | "make" | "put" | "correct" | "fix" | "replace" | "overwrite"
        | "lower" | "raise" | "increase" | "decrease" | "reduce" | "double" | "move" | "assign"
        | "reassign" | "mark" | "reset" => cx.alter(&word.lower, rest),
        "rename" => cx.rename(rest),
        "delete" | "remove" | "erase" | "purge" | "clear" => cx.remove(rest),
        "add" | "insert" | "create" | "register" | "book" => cx.add(rest),
        "truncate" | "drop" | "alter" | "grant" | "revoke" => {
            // Whether the source allows them is the policy's business.
            Err(Miss::nothing(
                "Without a model only rows are changed in plain words. Where a source allows definitions, they are \
                 written as SQL (/sql in a chat)."
                    .into(),
            ))
        }
        verb => cx.status(verb, rest),
    }
}

fn unclear() -> Miss {
    Miss::nothing(
        "I could not make out what should become what. Say it as in \"set the status of order 17 to shipped\".".into(),
    )
}

/// The first way that fits, else the miss of the one that led furthest.
fn first<T>(ways: impl IntoIterator<Item = Result<T, Miss>>) -> Result<T, Miss> {
    let mut miss = unclear();
    for way in ways {
        match way {
            Ok(found) => return Ok(found),
            Err(other) => miss = miss.or(other),
        }
    }
    Err(miss)
}

impl Cx<'_> {
    fn alter(&self, verb: &str, rest: &str) -> Result<Understood, Miss> {
        let text = Text::new(rest);
        let by = matches!(verb, "increase" | "decrease" | "raise" | "lower" | "reduce" | "double");
        if by && (verb == "double" || !text.places(&["by"]).is_empty()) {
            return self.by(verb, &text);
        }
        let listed = text.places(&["set", "with", ":", "to"]).into_iter().filter(|n| *n > 0);
        let mut ways: Vec<Box<dyn Fn() -> Result<Understood, Miss> + '_>> = Vec::new();
        for n in listed {
            let text = text.clone();
            let words = if text.words[n].is(&["to"]) { "have" } else { "" };
            let have = text.words.get(n + 1).is_some_and(|w| w.is(&["have"]));
            // "update customer 5 to have …"; a bare "to" is for the other shapes.
            if words == "have" && !have {
                continue;
            }
            ways.push(Box::new(move || self.listed(&text, n, n + 1 + usize::from(have))));
        }
        for n in text.places(BECOMES) {
            let (column, rows) = (text.clone(), text.clone());
            ways.push(Box::new(move || self.column_of_rows(&column, n)));
            ways.push(Box::new(move || self.rows_as(&rows, n)));
        }
        first(ways.into_iter().map(|way| way()))
    }

    /// "customer 5: email = x", "products set price = 9.99 where id is 12"
    fn listed(&self, text: &Text<'_>, mark: usize, from: usize) -> Result<Understood, Miss> {
        let condition = text.places(&["where"]).into_iter().find(|n| *n > from);
        let mut which = text.slice(0, mark).to_owned();
        if let Some(n) = condition {
            which = format!("{which} {}", text.slice(n, text.len()));
        }
        let rows = self.rows(&which)?;
        let set = self.assignments(rows.table, text.slice(from, condition.unwrap_or(text.len())))?;
        Ok(self.update(rows, set))
    }

    /// "the status of order 17 to shipped", "order 17's status to shipped", "order 17 status to shipped", "the status to
    /// shipped for order 17"
    fn column_of_rows(&self, text: &Text<'_>, mark: usize) -> Result<Understood, Miss> {
        if mark == 0 || mark + 1 >= text.len() {
            return Err(unclear());
        }
        let value = Written::of(text.slice(mark + 1, text.len()));
        let whole = self.placed(text, mark).and_then(|(rows, place)| {
            let value = typed(self, place, &value)?;
            Ok(self.update(rows, vec![Assignment { column: self.column(place).name.clone(), value }]))
        });
        let whole = match whole {
            Err(miss) if miss.depth < 3 => miss,
            done => return done,
        };
        let behind = text.places(&["for", "of", "in", "on", "from", "where"]);
        let ways = behind.into_iter().filter(|n| *n > mark + 1).map(|n| {
            let rows = self.rows(text.slice(n + 1, text.len()))?;
            let (place, _) = self.column_said(rows.table, text.slice(0, mark))?;
            let value = typed(self, place, &Written::of(text.slice(mark + 1, n)))?;
            Ok(self.update(rows, vec![Assignment { column: self.column(place).name.clone(), value }]))
        });
        first(ways).map_err(|miss| whole.or(miss))
    }

    /// The column and the rows that stand before a word.
    fn placed(&self, text: &Text<'_>, end: usize) -> Result<(Rows, Place), Miss> {
        let of: Vec<usize> = text.places(OF).into_iter().filter(|n| *n > 0 && n + 1 < end).collect();
        let of = of.iter().map(|n| {
            let rows = self.rows(text.slice(n + 1, end))?;
            let place = self.column_said(rows.table, text.slice(0, *n));
            // A name with "of" in it is rarely one: what is wrong is told of the shorter.
            let place =
                place.map_err(|miss| Miss { depth: if *n == of[0] { miss.depth } else { 0 }, ..miss });
            Ok((rows, place?.0))
        });
        let owned = (0..end.saturating_sub(1)).filter_map(|n| {
            let word = &text.words[n];
            let owner = word.text.strip_suffix("'s").or_else(|| word.text.strip_suffix("’s"))?;
            let rows = format!("{} {owner}", text.slice(0, n));
            Some(self.rows(&rows).and_then(|rows| {
                let (place, _) = self.column_said(rows.table, text.slice(n + 1, end))?;
                Ok((rows, place))
            }))
        });
        let beside = (1..=3.min(end.saturating_sub(1))).map(|n| {
            let rows = self.rows(text.slice(0, end - n))?;
            // Any last words might be a column's name.
            let place = self.column_said(rows.table, text.slice(end - n, end));
            Ok((rows, place.map_err(|miss| Miss { depth: 0, ..miss })?.0))
        });
        first(of.chain(owned).chain(beside))
    }

    /// "order 17 as shipped": the column is the one that has such a value.
    fn rows_as(&self, text: &Text<'_>, mark: usize) -> Result<Understood, Miss> {
        if mark == 0 || mark + 1 >= text.len() {
            return Err(unclear());
        }
        let rows = self.rows(text.slice(0, mark))?;
        let written = Written::of(text.slice(mark + 1, text.len()));
        let assignment = self.by_value(&rows, text.slice(0, mark), &written)?;
        Ok(self.update(rows, vec![assignment]))
    }

    fn by_value(&self, rows: &Rows, which: &str, written: &Written<'_>) -> Result<Assignment, Miss> {
        let table = &self.request.catalogue.tables[rows.table];
        let columns = || table.columns.iter().enumerate();
        let holds: Vec<(usize, &str)> = columns()
            .filter(|(_, c)| c.kind.is_textual())
            .filter_map(|(n, c)| known(c, &written.text).map(|value| (n, value)))
            .collect();
        if let [(column, value)] = holds.as_slice() {
            let value = NewValue::Literal(Literal::Text((*value).to_owned()));
            return Ok(Assignment { column: table.columns[*column].name.clone(), value });
        }
        if !holds.is_empty() {
            let readings = holds.iter().map(|(n, value)| {
                let name = &table.columns[*n].name;
                (name.clone(), format!("set the {name} of {which} to \"{value}\""))
            });
            let asked =
                format!("Several columns of \"{}\" have \"{}\". Which is meant?", table.name, written.text);
            return Err(Miss::ask(asked, readings.collect()));
        }
        // "mark product 5 as discontinued", where that is a yes or no.
        let (no, said) = match written.text.strip_prefix("not ") {
            Some(said) => (true, said),
            None => (false, written.text.as_ref()),
        };
        let flag = self.column_said(rows.table, said).ok().map(|(place, _)| self.column(place));
        if let Some(flag) = flag.filter(|c| c.kind == TypeKind::Bool && !written.quoted) {
            let value = NewValue::Literal(Literal::Bool(!no));
            return Ok(Assignment { column: flag.name.clone(), value });
        }
        let listed: Vec<String> = columns()
            .filter(|(_, c)| c.kind.is_textual() && !values(c).is_empty() && values(c).len() <= 8)
            .filter(|(_, c)| c.samples_complete || c.kind == TypeKind::Enum)
            .map(|(_, c)| format!("{} ({})", c.name, values(c).join(", ")))
            .take(5)
            .collect();
        let hint = if listed.is_empty() {
            "Say which column.".to_owned()
        } else {
            format!("There are: {}.", listed.join("; "))
        };
        Err(Miss::column(format!(
            "No column of \"{}\" is known to have \"{}\". {hint}",
            table.name, written.text
        )))
    }

    /// "the price of all products by 10%", "double the price of product 12"
    fn by(&self, verb: &str, text: &Text<'_>) -> Result<Understood, Miss> {
        let less = matches!(verb, "decrease" | "lower" | "reduce");
        let (end, amount) = match text.places(&["by"]).pop() {
            Some(n) => (n, text.slice(n + 1, text.len())),
            None => (text.len(), "100%"),
        };
        let (rows, place) = self.placed(text, end)?;
        let column = self.column(place);
        if !column.kind.is_numeric() {
            return Err(Miss::value(format!("{} is no number.", self.named(place))));
        }
        let lower = amount.to_lowercase();
        let percent = ["%", "percent", "per cent"].iter().find_map(|unit| lower.strip_suffix(unit));
        let by = digits(percent.unwrap_or(amount))
            .filter(|by| !by.starts_with('-'))
            .ok_or_else(|| Miss::value(format!("By how much? \"{amount}\" is no number.")))?;
        let by = if less { format!("-{by}") } else { by };
        let value = if percent.is_some() { NewValue::Percent(by) } else { NewValue::Plus(by) };
        let set = vec![Assignment { column: column.name.clone(), value }];
        Ok(self.update(rows, set))
    }

    /// "product 12 to 'Green tea'"
    fn rename(&self, rest: &str) -> Result<Understood, Miss> {
        let text = Text::new(rest);
        let ways = text.places(&["to", "as", "into"]).into_iter().filter(|n| *n > 0 && n + 1 < text.len());
        first(ways.map(|n| {
            let rows = self.rows(text.slice(0, n))?;
            let table = &self.request.catalogue.tables[rows.table].name;
            let place = self
                .name_column(rows.table)
                .ok_or_else(|| Miss::column(format!("Nothing in \"{table}\" is a name.")))?;
            let value = typed(self, place, &Written::of(text.slice(n + 1, text.len())))?;
            Ok(self.update(rows, vec![Assignment { column: self.column(place).name.clone(), value }]))
        }))
    }

    /// "cancelled orders before 2020", "the phone of customer 5"
    fn remove(&self, rest: &str) -> Result<Understood, Miss> {
        let text = Text::new(rest);
        let from = text.skip_articles();
        let all = text.words.get(from).is_some_and(|w| w.is(&["all", "every", "each", "row", "rows"]));
        let emptied = match all || self.table_at(&text, from).is_some() {
            true => None,
            false => Some(self.placed(&text, text.len())),
        };
        if let Some(Ok((rows, place))) = emptied {
            let column = self.column(place);
            if !column.nullable {
                return Err(Miss::value(format!("{} must have a value.", self.named(place))));
            }
            let set = vec![Assignment { column: column.name.clone(), value: NewValue::Null }];
            return Ok(self.update(rows, set));
        }
        let Rows { table, filters, notes } = match self.rows(rest) {
            Ok(rows) => rows,
            Err(miss) => {
                let other = emptied.and_then(Result::err);
                return Err(match other {
                    Some(other) => miss.or(other),
                    None => miss,
                });
            }
        };
        let table = self.lexicon.prepared.name_of(self.request.catalogue, table);
        Ok((ChangePlan::Delete { table, filters, time_zone: self.zone() }, notes))
    }

    /// "a customer named Ann Lee with email x@y.z", "into products: name = 'Tea', price = 4"
    fn add(&self, rest: &str) -> Result<Understood, Miss> {
        let text = Text::new(rest);
        let mut from = text.words.iter().take_while(|w| w.is(&["into", "to", "in"])).count();
        from += text.words[from..].iter().take_while(|w| w.is(super::text::ARTICLES)).count();
        from += text.words[from..]
            .iter()
            .take_while(|w| w.is(&["row", "entry", "record", "of", "for", "in"]))
            .count();
        let Some((table, n)) = self.table_at(&text, from) else {
            return Err(Miss::nothing(format!("I do not find a table to add \"{rest}\" to.")));
        };
        let mut at = from + n;
        let named = text.words.get(at).is_some_and(|w| w.is(&["named", "called"]));
        at += usize::from(named);
        let list = text.places(&["with", ":", "where", "whose", "having", ",", "who", "set"]);
        let list = list.into_iter().find(|n| *n >= at).unwrap_or(text.len());
        let mut values = Vec::new();
        let mut notes = Vec::new();
        if list > at {
            let words = text.slice(at, list);
            match self.assignments(table, words) {
                Ok(set) if !named => values = set,
                _ => {
                    let name = self.name_column(table).ok_or_else(|| {
                        Miss::column(format!("I could not make out which column \"{words}\" is for."))
                    })?;
                    let value = typed(self, name, &Written::of(words))?;
                    let column = self.column(name).name.clone();
                    if !named {
                        notes.push(format!("\"{words}\" was taken for the {column}."));
                    }
                    values.push(Assignment { column, value });
                }
            }
        }
        if list + 1 < text.len() {
            values.extend(self.assignments(table, text.slice(list + 1, text.len()))?);
        }
        if values.is_empty() {
            let table = &self.request.catalogue.tables[table];
            let needed =
                table.columns.iter().filter(|c| !c.nullable && !c.has_default && !c.generated && !c.identity);
            let needed: Vec<&str> = needed.map(|c| c.name.as_str()).collect();
            let needs =
                if needed.is_empty() { String::new() } else { format!(" It needs {}.", needed.join(", ")) };
            return Err(Miss::column(format!("With which values?{needs}")));
        }
        let table = self.lexicon.prepared.name_of(self.request.catalogue, table);
        Ok((ChangePlan::Insert { table, values, time_zone: self.zone() }, notes))
    }

    /// "cancel order 17", where a column has the value that the verb leads to.
    fn status(&self, verb: &str, rest: &str) -> Result<Understood, Miss> {
        let rows = self.rows(rest)?;
        let table = &self.request.catalogue.tables[rows.table];
        let stem = root(&lemma(verb));
        let leads: Vec<(&str, &String)> = table
            .columns
            .iter()
            .filter(|c| c.kind == TypeKind::Enum || c.kind.is_textual() && c.samples_complete)
            .flat_map(|c| values(c).iter().map(move |v| (c.name.as_str(), v)))
            .filter(|(_, v)| root(&v.to_lowercase()) == stem)
            .collect();
        match leads.as_slice() {
            [(column, value)] => {
                let note = format!("To {verb} means that {column} becomes {value}.");
                let value = NewValue::Literal(Literal::Text((*value).clone()));
                let set = vec![Assignment { column: (*column).to_owned(), value }];
                let (plan, mut notes) = self.update(rows, set);
                notes.push(note);
                Ok((plan, notes))
            }
            _ => Err(Miss::column(format!(
                "What does \"{verb}\" change in \"{}\"? Say what should become what, as in \"set … of … to …\".",
                table.name
            ))),
        }
    }

    fn update(&self, rows: Rows, set: Vec<Assignment>) -> Understood {
        let Rows { table, filters, notes } = rows;
        let table = self.lexicon.prepared.name_of(self.request.catalogue, table);
        (ChangePlan::Update { table, set, filters, time_zone: self.zone() }, notes)
    }
}
