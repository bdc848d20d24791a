//! Reads the words of a catalogue, once.

use super::{
    Known, Name, ValueRef, is_noise, is_wordy, key_column,
    listed::items,
    looked_up::LookedUp,
    names::{
        column_words, halves, is_cut, name_words, numbered, raw_name, shortened, vocabulary_of, written_out,
    },
};
use crate::offline::{
    aliases::aliases,
    terms,
    words::{self, root, split_name, tokens},
    yearly::with_years,
};
use rowcall_core::{Catalogue, Column, ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Prepared, TextMatch};
use std::collections::{HashMap, HashSet};

impl Known {
    /// Reads a catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        let as_read = with_years(catalogue);
        let seen = as_read.clone();
        let catalogue = seen.as_ref().unwrap_or(catalogue);
        let prepared = Prepared::new(catalogue);
        let known = vocabulary_of(catalogue);
        let mut lexicon = Self {
            as_read,
            prepared,
            tables: Vec::new(),
            columns: Vec::new(),
            things: Vec::new(),
            tables_by_word: HashMap::new(),
            tables_by_thing: HashMap::new(),
            looked_up_tables: LookedUp::default(),
            looked_up_columns: LookedUp::default(),
            columns_by_word: HashMap::new(),
            raw: HashMap::new(),
            by_root: HashMap::new(),
            vocabulary: Vec::new(),
            short: Vec::new(),
            cut: Vec::new(),
            long: Vec::new(),
            flags: HashSet::new(),
            values: HashMap::new(),
            lists: HashSet::new(),
            initials: HashMap::new(),
            terms: Vec::new(),
            longest_value: 0,
        };
        for (t, table) in catalogue.tables.iter().enumerate() {
            let mut words = name_words(&table.name, &known);
            while words.len() > 1
                && matches!(words[0].as_str(), "tbl" | "ref" | "dim" | "fact" | "table" | "vw" | "view")
            {
                words.remove(0);
            }
            while words.len() > 1
                && matches!(
                    words.last().map(String::as_str),
                    Some("data" | "information" | "table" | "record" | "list" | "tbl" | "master")
                )
            {
                words.pop();
            }
            for word in &words {
                let list = lexicon.tables_by_word.entry(word.clone()).or_default();
                if !list.contains(&t) {
                    list.push(t);
                }
            }
            lexicon.tables.push(Name { words });
            let mut names = Vec::new();
            let parts = halves(table);
            for (c, column) in table.columns.iter().enumerate() {
                let at = ColumnRef { table: t, column: c };
                let words = parts
                    .iter()
                    .find(|(half, _)| *half == c)
                    .map(|(_, words)| words.clone())
                    .or_else(|| numbered(&column.name, &lexicon.tables[t].words))
                    .unwrap_or_else(|| column_words(column, &known));
                for word in &words {
                    let list = lexicon.columns_by_word.entry(word.clone()).or_default();
                    if list.last() != Some(&at) {
                        list.push(at);
                    }
                }
                // "icdgroup", which is read as the "group" of an "icd".
                let fused = words.len() > 1 && split_name(&column.name).len() == 1;
                if let Some(parts) = raw_name(&column.name) {
                    lexicon.raw.entry(parts.join("_")).or_default().push(at);
                } else if fused && column.name.chars().all(char::is_alphabetic) {
                    lexicon.raw.entry(column.name.to_lowercase()).or_default().push(at);
                }
                if column.kind == TypeKind::Bool
                    && let [.., flag] = words.as_slice()
                    && (words.len() == 1 || words[0] == "is" && words.len() == 2)
                {
                    lexicon.flags.insert((t, flag.clone()));
                }
                lexicon.add_values(column, at, &words);
                lexicon.add_items(catalogue, column, at);
                names.push(Name { words });
            }
            let key = key_column(table, t).map(|c| names[c.column].words.as_slice()).unwrap_or_default();
            let thing = key.iter().filter(|w| !matches!(w.as_str(), "id" | "code" | "number" | "key"));
            let thing: Vec<String> = thing.cloned().collect();
            lexicon.tables_by_thing.entry(thing.join(" ")).or_default().push(t);
            lexicon.things.push(thing);
            lexicon.columns.push(names);
        }
        lexicon.numbered(catalogue);
        let all: HashSet<&String> =
            lexicon.tables_by_word.keys().chain(lexicon.columns_by_word.keys()).collect();
        let mut vocabulary: Vec<String> = all.into_iter().cloned().collect();
        vocabulary.sort();
        for word in &vocabulary {
            lexicon.by_root.entry(root(word)).or_default().push(word.clone());
        }
        lexicon.short = shortened(&vocabulary, catalogue);
        lexicon.cut = vocabulary.iter().filter(|word| is_cut(word)).cloned().collect();
        lexicon.long = written_out(catalogue);
        lexicon.vocabulary = vocabulary;
        lexicon.terms = terms::of_comments(catalogue, &lexicon);
        lexicon
    }

    /// The values of texts that are lists of them.
    fn add_items(&mut self, catalogue: &Catalogue, column: &Column, at: ColumnRef) {
        if column.kind != TypeKind::Text {
            return;
        }
        let field = Field::new(self.prepared.name_of(catalogue, at.table), column.name.clone());
        for item in items(&column.samples) {
            self.lists.insert(at);
            let key: Vec<String> =
                tokens(&item).into_iter().map(|t| t.lower).filter(|l| is_wordy(l)).collect();
            let holds = Filter::Text {
                field: field.clone(),
                how: TextMatch::Contains,
                value: item.clone(),
                negated: false,
            };
            let value = ValueRef { test: Some(Box::new(holds)), ..ValueRef::stored(at, item) };
            let list = self.values.entry(key.join(" ")).or_default();
            match list.iter_mut().find(|v| v.column == at) {
                Some(whole) => *whole = value,
                None => list.push(value),
            }
        }
    }

    fn add_values(&mut self, column: &Column, at: ColumnRef, name: &[String]) {
        let listed = if column.kind == TypeKind::Enum { &column.enum_values } else { &column.samples };
        if !column.kind.is_textual() {
            return;
        }
        for text in listed {
            let parts: Vec<String> =
                tokens(text).into_iter().map(|t| t.lower).filter(|l| is_wordy(l)).collect();
            if parts.is_empty() || parts.len() > 12 {
                continue;
            }
            self.longest_value = self.longest_value.max(parts.len());
            if (2..=4).contains(&parts.len()) && column.samples_complete {
                let letters: String = parts.iter().filter_map(|p| p.chars().next()).collect();
                let list = self.initials.entry(letters).or_default();
                if !list.iter().any(|v| v.column == at && v.text == *text) {
                    list.push(ValueRef::stored(at, text.clone()));
                }
            }
            let written = parts.join(" ");
            let mut keys = aliases(&written, name);
            // "paypal", where `PayPal` is stored
            let whole = text.to_lowercase();
            if parts.len() > 1 && whole.chars().all(char::is_alphanumeric) {
                keys.push(whole);
            }
            for key in keys.into_iter().chain([written.clone()]) {
                self.longest_value = self.longest_value.max(key.split(' ').count());
                let list = self.values.entry(key.clone()).or_default();
                if !list.iter().any(|v| v.column == at) {
                    list.push(ValueRef { alias: key != written, ..ValueRef::stored(at, text.clone()) });
                }
            }
        }
    }

    /// "invoices" are the rows that have an `invoice_number`, where no table is called so.
    fn numbered(&mut self, catalogue: &Catalogue) {
        let happens = |thing: &str| {
            const DEEDS: &str = "signup registration booking admission adoption purchase sale transaction \
                visit delivery shipment rental donation";
            DEEDS.split_ascii_whitespace().any(|w| w == thing)
        };
        let mut found: HashMap<String, Vec<usize>> = HashMap::new();
        for (t, (names, table)) in self.columns.iter().zip(&catalogue.tables).enumerate() {
            for (name, column) in names.iter().zip(&table.columns) {
                let refers = table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
                if let [thing, number] = name.words.as_slice()
                    && (matches!(number.as_str(), "number" | "no")
                        || number == "date" && column.kind.is_temporal() && happens(thing))
                    && !refers
                    && !is_noise(thing)
                    && thing.len() > 4
                {
                    found.entry(thing.clone()).or_default().push(t);
                }
            }
        }
        // "signups" are the rows with a `signup_date`.
        let things: HashSet<&String> = self.things.iter().flatten().collect();
        for (thing, tables) in found {
            let other = self.tables_by_word.contains_key(&thing) || things.contains(&thing);
            // A phone number, a house number, a seat number are no rows.
            let part = words::is_person(&thing)
                || matches!(
                    thing.as_str(),
                    "phone"
                        | "house"
                        | "street"
                        | "seat"
                        | "floor"
                        | "page"
                        | "serial"
                        | "registration"
                        | "licence"
                        | "license"
                        | "account"
                        | "card"
                        | "stock"
                        | "flight"
                        | "part"
                        | "model"
                        | "mobile"
                        | "contact"
                        | "telephone"
                        | "fax"
                        | "lot"
                        | "size"
                        | "track"
                        | "tax"
                        | "vat"
                        | "version"
                        | "position"
                );
            if let ([one], false, false) = (tables.as_slice(), other, part) {
                self.tables_by_thing.entry(thing).or_default().push(*one);
            }
        }
    }
}
