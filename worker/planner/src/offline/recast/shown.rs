//! What is to be shown of rows, where some of it is kept beside them: "the name, client and budget of all projects" are the
//! project's name, the client's name and the project's budget; "the five biggest invoices with number and amount" are those of the
//! invoices. Each is said by its full name.

use super::{bare, is_one_of, lower, sentences, slice, words};
use crate::offline::{lexicon::Lexicon, resolve::World, words::lemma};
use rowcall_core::Catalogue;

/// Says them in full; nothing where that is not needed, or one of them is none of the rows'.
pub(super) fn shown(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let list = List { lexicon, catalogue, world: World::new(catalogue, lexicon, &[]) };
    list.of_rows(text).or_else(|| list.behind_rows(text)).or_else(|| list.by_itself(text))
}

const COMMANDS: &str = "show list give display return find name tell print provide";

struct List<'l> {
    lexicon: &'l Lexicon,
    catalogue: &'l Catalogue,
    world: World<'l>,
}

/// Items by their full names.
struct Items {
    names: Vec<String>,
    /// Some are kept beside the rows.
    beside: bool,
    /// One of them tells which row it is.
    told: bool,
}

impl List<'_> {
    /// "Show the name, client and budget of all active projects."
    fn of_rows(&self, text: &str) -> Option<String> {
        let found = words(text);
        let command = is_one_of(COMMANDS, lower(&found, 0));
        let mut from = usize::from(command);
        while command && is_one_of("me us the all", lower(&found, from)) {
            from += 1;
        }
        let at = (from + 1..found.len().min(from + 14))
            .find(|at| is_one_of("of for", lower(&found, *at)) && lower(&found, at + 1) != "which")?;
        let list = slice(text, found[from].from..found[at - 1].to);
        let plain = !slice(text, ..found[at].from).contains(['.', '?', ';', ':']);
        let table = (at + 1..found.len().min(at + 7)).find_map(|n| self.rows(lower(&found, n)))?;
        let several = list.contains(',') || list.contains(" and ");
        let items = self.items(list, table).filter(|i| plain && several && i.beside)?;
        let rest = slice(text, found[at].to..).trim_start();
        Some(format!("Show the {} of {rest}", joined(&items.names)))
    }

    /// "Show all active projects with client and budget."
    fn behind_rows(&self, text: &str) -> Option<String> {
        let found = words(text);
        let first = lower(&found, 0);
        let command = is_one_of(COMMANDS, first);
        let ranks =
            found.iter().take(6).any(|w| w.lower.ends_with("est") && w.lower.len() > 4 || w.lower == "top");
        let with = (2..found.len()).rev().find(|at| lower(&found, *at) == "with")?;
        if !command && first != "top" && !(first == "the" && ranks) {
            return None;
        }
        let end = found[with].to + bare(slice(text, found[with].to..)).len() + 1;
        let end = end.min(text.len());
        let tail = slice(text, found[with].to..).trim_end_matches(['.', '?', '!', ' ']);
        let head = slice(text, ..found[with].from).trim_end();
        if tail.contains(['.', '?', ';', ':']) || head.contains(['.', '?', ';', ':']) {
            return None;
        }
        let head = head.trim_end_matches([',', '-', '–']).trim_end();
        let head = ["along", "together", "each"]
            .iter()
            .fold(head, |head, w| head.strip_suffix(w).map_or(head, str::trim_end));
        let head = head.trim_end_matches(',');
        // "…, from the most expensive to the cheapest": how they are ordered is no item.
        let (list, order) = match tail
            .find(", from the ")
            .or_else(|| tail.find(", sorted "))
            .or_else(|| tail.find(", ordered "))
        {
            Some(comma) => (slice(tail, ..comma), slice(tail, comma..)),
            None => (tail, ""),
        };
        let table = (usize::from(command)..with).find_map(|n| {
            let word = lower(&found, n);
            self.rows(word).filter(|_| lemma(word) != word)
        })?;
        let items = self.items(list, table)?;
        let owned = is_one_of("their its", lower(&found, with + 1));
        if items.names.len() < 2 && !ranks && !items.beside || owned && !items.beside {
            return None;
        }
        let rows = if command { slice(text, found[1].from..head.len()) } else { head };
        let rows = rows.strip_prefix("me ").or_else(|| rows.strip_prefix("us ")).unwrap_or(rows);
        let mut names = if items.told { Vec::new() } else { self.labels(table) };
        names.extend(items.names);
        Some(format!(
            "Show the {} of {rows}{order}{}",
            joined(&names),
            slice(text, end - usize::from(end == text.len() && text.ends_with(['.', '?', '!']))..)
        ))
    }

    /// "Which bugs are open? Give title and project."
    fn by_itself(&self, text: &str) -> Option<String> {
        let parts = sentences(text);
        let (last, before) = parts.split_last().filter(|(_, before)| !before.is_empty())?;
        let found = words(last);
        let command = is_one_of(COMMANDS, lower(&found, 0));
        let mut from = usize::from(command);
        while is_one_of("me us the their its", lower(&found, from)) {
            from += 1;
        }
        let list = bare(slice(last, found.get(from)?.from..));
        let head = words(before.first()?);
        let table = (0..head.len()).find_map(|n| self.rows(lower(&head, n)))?;
        let items = self.items(list, table).filter(|i| i.beside && command)?;
        Some(format!("{} Show the {}.", before.join(" "), joined(&items.names)))
    }

    /// The table that a word names.
    fn rows(&self, word: &str) -> Option<usize> {
        let named = self.lexicon.tables_for(&[&lemma(word)]);
        named.first().filter(|(_, s)| *s >= 0.9).map(|(t, _)| *t)
    }

    fn called(&self, table: usize) -> String {
        self.lexicon.tables[table].words.join(" ")
    }

    /// The full names of what tells which row of a table it is.
    fn labels(&self, table: usize) -> Vec<String> {
        let called = self.called(table);
        let labels = self.world.labels(table);
        let words = |c: &rowcall_core::ColumnRef| self.lexicon.columns[c.table][c.column].words.join(" ");
        labels.iter().map(words).map(|name| self.full(&called, &name)).collect()
    }

    /// "client name"; a name of several words says enough.
    fn full(&self, table: &str, column: &str) -> String {
        if column.contains(' ') || column.contains(table) {
            column.to_owned()
        } else {
            format!("{table} {column}")
        }
    }

    /// What a list says, if all of it is kept of a table's rows or of what each of them refers to.
    fn items(&self, list: &str, table: usize) -> Option<Items> {
        let list = list.replace(" and ", ", ").replace(" & ", ", ");
        let parts: Vec<&str> = list
            .split(',')
            .map(|p| p.trim().trim_start_matches("and ").trim())
            .filter(|p| !p.is_empty())
            .collect();
        let mut out = Items { names: Vec::new(), beside: false, told: false };
        for part in parts {
            let mut item = part;
            for article in ["their ", "its ", "the ", "his ", "her ", "each "] {
                item = item.strip_prefix(article).unwrap_or(item);
            }
            let phrase: Vec<String> = item.split(' ').map(|w| lemma(&w.to_lowercase())).collect();
            let phrase: Vec<&str> = phrase.iter().map(String::as_str).collect();
            if phrase.is_empty() || phrase.len() > 3 {
                return None;
            }
            let edges = self.lexicon.prepared.graph.edges.iter();
            let above = self.lexicon.tables_for(&phrase).into_iter().find(|(t, s)| *s >= 0.9 && *t != table);
            let own = self
                .lexicon
                .columns_for(&phrase, self.catalogue)
                .into_iter()
                .find(|(c, s)| c.table == table && *s >= 0.8);
            if let Some((column, _)) = own {
                let name = self.lexicon.columns[column.table][column.column].words.join(" ");
                let labels = self.world.labels(table).contains(&column);
                out.told |=
                    labels || phrase.last().is_some_and(|w| is_one_of("name title number code id", w));
                out.names.push(if labels { self.full(&self.called(table), &name) } else { phrase.join(" ") });
            } else if let Some((above, _)) = above {
                let ways = edges.filter(|e| e.from == table && e.to == above).count();
                if ways != 1 {
                    return None;
                }
                out.beside = true;
                out.names.extend(self.labels(above));
            } else {
                return None;
            }
        }
        (!out.names.is_empty()).then_some(out)
    }
}

/// "a, b and c"
fn joined(names: &[String]) -> String {
    match names.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
