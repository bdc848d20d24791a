//! What is asked of somebody or something that is only called by name: "When was Lena Frost hired?", "Where does Emma Smith
//! live?", "How much is the Bath Mat?", "Who directed Gravel?". The column that tells it is put in, and what the name is of.

use super::{lower, slice, words};
use crate::offline::{
    lexicon::{Lexicon, ValueRef},
    resolve::World,
    words::{Token, TokenKind, root, split_name, tokens},
};
use rowcall_core::{Catalogue, Column, TypeKind};

/// The question, asked of a column; none where it is another, or where no column tells it.
pub(super) fn of_name(text: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    let asked = Asked::read(text, lexicon, catalogue)?;
    match (asked.first.as_str(), asked.second.as_str()) {
        ("when", _) => asked.when(),
        ("where", _) => asked.place(),
        ("how", "much") => asked.amount(),
        ("who", _) => asked.who(),
        _ => None,
    }
}

struct Asked<'a> {
    lexicon: &'a Lexicon,
    catalogue: &'a Catalogue,
    first: String,
    second: String,
    /// The table that the name is of.
    table: usize,
    /// As it stands in the question.
    name: &'a str,
    /// Words behind the name.
    after: Vec<Token>,
    /// The word before the name.
    before: String,
}

impl<'a> Asked<'a> {
    fn read(text: &'a str, lexicon: &'a Lexicon, catalogue: &'a Catalogue) -> Option<Self> {
        let found = words(text);
        let (first, second) = (lower(&found, 0).to_owned(), lower(&found, 1).to_owned());
        matches!(first.as_str(), "when" | "where" | "how" | "who").then_some(())?;
        let start = if first == "how" { 3 } else { 2 };
        let the = start + usize::from(lower(&found, start) == "the");
        let rest = slice(text, found.get(the)?.from..);
        let said = tokens(rest);
        let Some((values, mut used)) = lexicon.values_at(&said, 0) else {
            return Self::unknown(
                text,
                lexicon,
                catalogue,
                (first, second),
                &said,
                the,
                lower(&found, start.saturating_sub(1)),
            );
        };
        let world = World::new(catalogue, lexicon, &[]);
        let label = |v: &&ValueRef| v.test.is_none() && world.labels(v.column.table).contains(&v.column);
        let mut tables: Vec<usize> = values.iter().filter(label).map(|v| v.column.table).collect();
        // "Anya Becker" is a first and a last name.
        if let Some((last, more)) = lexicon.values_at(&said, used)
            && said.get(used).is_some_and(|t| t.text.starts_with(char::is_uppercase))
        {
            let both = |t: &usize| {
                world.labels(*t).len() > 1 && last.iter().filter(label).any(|v| v.column.table == *t)
            };
            let whole: Vec<usize> = tables.iter().copied().filter(both).collect();
            if !whole.is_empty() {
                tables = whole;
                used += more;
            }
        }
        tables.dedup();
        let [table] = tables[..] else { return None };
        let named = values.iter().all(|v| v.test.is_none());
        // "Where is each …", and a name that is a word of its own.
        let own = used > 1 || said.first().is_some_and(|t| t.text.starts_with(char::is_uppercase));
        (named && own).then_some(())?;
        let end = found.get(the + used - 1).map(|w| w.to)?;
        let name = slice(text, found[the].from..end);
        let mut after: Vec<Token> = said
            .get(used..)?
            .iter()
            .filter(|t| t.lower.chars().all(char::is_alphanumeric))
            .cloned()
            .collect();
        // "the Riverside branch"
        if after.first().is_some_and(|t| lexicon.tables[table].words.contains(&t.lemma)) {
            after.remove(0);
        }
        let before = lower(&found, start.saturating_sub(1)).to_owned();
        Some(Self { lexicon, catalogue, first, second, table, name, after, before })
    }

    /// A name that is not among the values seen, of the one thing that this can be asked of.
    fn unknown(
        text: &'a str,
        lexicon: &'a Lexicon,
        catalogue: &'a Catalogue,
        (first, second): (String, String),
        said: &[Token],
        the: usize,
        before: &str,
    ) -> Option<Self> {
        let used = said
            .iter()
            .take_while(|t| t.kind == TokenKind::Word && t.text.starts_with(char::is_uppercase))
            .count();
        (1..=4).contains(&used).then_some(())?;
        let found = words(text);
        let name = slice(text, found.get(the)?.from..found.get(the + used - 1)?.to);
        let after: Vec<Token> =
            said[used..].iter().filter(|t| t.lower.chars().all(char::is_alphanumeric)).cloned().collect();
        let world = World::new(catalogue, lexicon, &[]);
        let tables = (0..catalogue.tables.len()).filter(|t| world.is_named(*t)).map(|table| Self {
            lexicon,
            catalogue,
            first: first.clone(),
            second: second.clone(),
            table,
            name,
            after: after.clone(),
            before: before.to_owned(),
        });
        let answers = |asked: &Self| match (first.as_str(), second.as_str()) {
            ("when", _) => asked.when().is_some(),
            ("how", "much") => !after.is_empty() && asked.amount().is_some(),
            _ => false,
        };
        let mut asked = tables.filter(answers);
        asked.next().filter(|_| asked.next().is_none())
    }

    fn columns(&self) -> impl Iterator<Item = (&Column, &[String])> {
        let stored = &self.catalogue.tables[self.table].columns;
        stored.iter().zip(&self.lexicon.columns[self.table]).map(|(c, n)| (c, n.words.as_slice()))
    }

    fn noun(&self) -> String {
        self.lexicon.tables[self.table].words.join(" ")
    }

    fn asks(&self, columns: &[&Column]) -> Option<String> {
        let said = |c: &&Column| split_name(&c.name).join(" ").to_lowercase();
        let columns: Vec<String> = columns.iter().map(said).collect();
        let be = if columns.len() > 1 { "are" } else { "is" };
        (!columns.is_empty())
            .then(|| format!("What {be} the {} of the {} {}?", columns.join(" and "), self.noun(), self.name))
    }

    fn verb(&self) -> Option<&Token> {
        match self.after.as_slice() {
            [verb] => Some(verb),
            [verb, last] if matches!(last.lower.as_str(), "up" | "in" | "from" | "place" | "to" | "held") => {
                Some(verb)
            }
            _ => None,
        }
    }

    fn when(&self) -> Option<String> {
        let dated = |c: &Column, words: &[String]| {
            c.kind.is_temporal() && c.kind != TypeKind::Time
                || c.kind == TypeKind::Integer && words.iter().any(|w| w == "year" || w.ends_with("ed"))
        };
        let verb = self.verb()?;
        let stem = root(&verb.lower);
        let born = matches!(verb.lower.as_str(), "born");
        let joined: String = self.after.iter().map(|t| t.lower.as_str()).collect();
        let joined = root(&joined.replace("signed", "sign"));
        let alike = |w: &str| root(w) == stem || root(w) == joined || root(&format!("{w}d")) == stem;
        let tells = |words: &[String]| {
            words
                .iter()
                .any(|w| alike(w) || born && matches!(w.as_str(), "birth" | "dob" | "birthdate" | "birthday"))
        };
        let found: Vec<&Column> =
            self.columns().filter(|(c, w)| dated(c, w) && tells(w)).map(|(c, _)| c).collect();
        let [one] = found.as_slice() else { return None };
        self.asks(&[one])
    }

    fn place(&self) -> Option<String> {
        let verb = self.after.first().map_or("", |t| t.lower.as_str());
        let places: &[&str] = match verb {
            "live" | "lives" | "living" => &["city", "town", "hometown", "address", "country"],
            "held" | "take" | "takes" | "took" | "happen" => {
                &["venue", "location", "place", "room", "city", "town"]
            }
            "come" | "comes" => &["hometown", "country", "nationality", "city"],
            "born" => &["birthplace"],
            "" | "located" | "situated" | "based" => {
                &["city", "location", "venue", "address", "town", "site", "room", "country"]
            }
            _ => return None,
        };
        let textual = |c: &Column| c.kind.is_textual();
        let called = |place: &str| {
            let mut found =
                self.columns().filter(|(c, w)| textual(c) && w.last().is_some_and(|w| w == place));
            found.next().filter(|_| found.next().is_none()).map(|(c, _)| c)
        };
        let first = places.iter().find_map(|p| called(p))?;
        let country = called("country")
            .filter(|c| c.name != first.name && called("city").is_some_and(|city| city.name == first.name));
        match country {
            Some(country) => self.asks(&[first, country]),
            None => self.asks(&[first]),
        }
    }

    fn amount(&self) -> Option<String> {
        let verb = self.after.first().map_or("", |t| t.lower.as_str());
        let nouns: &[&str] = match (self.before.as_str(), verb) {
            (_, "earn" | "earns" | "make") => &["salary", "wage", "pay", "income"],
            (_, "weigh") => &["weight"],
            ("is", "") => &["price", "fee", "cost"],
            (_, "pay" | "pays") => &["fee"],
            _ => return None,
        };
        (self.after.len() <= 1).then_some(())?;
        let called = |noun: &&str| {
            let mut found =
                self.columns().filter(|(c, w)| c.kind.is_numeric() && w.iter().any(|w| w == noun));
            found.next().filter(|_| found.next().is_none()).map(|(c, _)| c)
        };
        let one = nouns.iter().find_map(called)?;
        self.asks(&[one])
    }

    fn who(&self) -> Option<String> {
        self.after.is_empty().then_some(())?;
        let verb = self.second.as_str();
        let stem = root(verb);
        let agents: &[&str] = match verb {
            "wrote" | "writes" => &["author", "writer"],
            "created" | "painted" | "paints" => &["artist", "painter", "creator"],
            "led" | "leads" => &["leader"],
            "teaches" | "taught" => &["teacher", "tutor", "trainer", "instructor", "lecturer"],
            _ => &[],
        };
        let agent = |w: &str| {
            agents.contains(&w)
                || agents.is_empty()
                    && (w.ends_with("or") || w.ends_with("er"))
                    && (root(w) == stem || stem.len() >= 4 && w.starts_with(&stem))
        };
        let held = self.columns().find(|(c, words)| c.kind.is_textual() && words.iter().any(|w| agent(w)));
        if let Some((column, _)) = held {
            let said = split_name(&column.name).join(" ").to_lowercase();
            return Some(format!("What is the {said} of the {} {}?", self.noun(), self.name));
        }
        let graph = &self.lexicon.prepared.graph;
        let near = |t: usize| graph.edges.iter().any(|e| e.from == self.table && e.to == t);
        let mut people = (0..self.lexicon.tables.len()).filter(|t| {
            *t != self.table && matches!(self.lexicon.tables[*t].words.as_slice(), [one] if agent(one))
        });
        let one = people.next().filter(|_| people.next().is_none())?;
        let noun = self.lexicon.tables[one].words.join(" ");
        (near(one) || agents.is_empty()).then(|| format!("Which {noun} {verb} {}?", self.name))
    }
}
