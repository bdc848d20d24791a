//! Conditions as they are written in hints: `label = '+'`, "WBC < 3.5 OR WBC >= 9", "year(opened) = 2014",
//! "closed_on IS NULL". Only columns of the catalogue, literals and comparisons: nothing of the text goes anywhere.

use super::Sources;
use crate::offline::{lexicon::ValueRef, words::lemma};
use chrono::NaiveDate;
use rowcall_core::{Column, ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, TextMatch};

/// The most comparisons of one condition.
const MOST: usize = 8;

/// A condition whose columns all have a name in the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    all: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Leaf(Leaf),
}

/// One comparison.
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    table: Option<String>,
    column: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Compare(Operator, String),
    Between(String, String),
    In(Vec<String>, bool),
    Null(bool),
    Like(String, bool),
    Year(Operator, i32),
    Years(i32, i32),
    /// With another column of the row.
    Column(Operator, String),
}

/// Reads a whole text as a condition on columns of one table.
pub fn read(text: &str, world: &Sources<'_>) -> Option<Condition> {
    let words = lex(text)?;
    let mut parser = Parser { words, at: 0, leaves: 0, world };
    let all = parser.any()?;
    let condition = Condition { all };
    (parser.at == parser.words.len() && !condition.tables(world).is_empty()).then_some(condition)
}

#[derive(Clone, Debug, PartialEq)]
enum Word {
    /// A name or keyword.
    Name(String),
    /// In quotation marks.
    Text(String),
    Number(String),
    Sign(Operator),
    Open,
    Close,
    Comma,
    Dot,
}

fn lex(text: &str) -> Option<Vec<Word>> {
    let chars: Vec<char> = text.trim().trim_end_matches(['.', ';', ',']).chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let two: String = chars[i..chars.len().min(i + 2)].iter().collect();
        let sign = match two.as_str() {
            "<=" => Some((Operator::AtMost, 2)),
            ">=" => Some((Operator::AtLeast, 2)),
            "<>" | "!=" => Some((Operator::NotEqual, 2)),
            "==" => Some((Operator::Equal, 2)),
            _ => match c {
                '=' => Some((Operator::Equal, 1)),
                '<' => Some((Operator::Less, 1)),
                '>' => Some((Operator::Greater, 1)),
                '≤' => Some((Operator::AtMost, 1)),
                '≥' => Some((Operator::AtLeast, 1)),
                _ => None,
            },
        };
        if let Some((operator, n)) = sign {
            out.push(Word::Sign(operator));
            i += n;
        } else if c == '!' && chars.get(i + 1) == Some(&' ') && chars.get(i + 2) == Some(&'=') {
            out.push(Word::Sign(Operator::NotEqual));
            i += 3;
        } else if matches!(c, '\'' | '"' | '`') {
            let end = (i + 1..chars.len()).find(|e| chars[*e] == c)?;
            let inner: String = chars[i + 1..end].iter().collect();
            out.push(if c == '`' { Word::Name(inner) } else { Word::Text(inner) });
            i = end + 1;
        } else if c.is_ascii_digit() || c == '-' && chars.get(i + 1).is_some_and(char::is_ascii_digit) {
            let end = (i + 1..chars.len())
                .find(|e| !(chars[*e].is_alphanumeric() || matches!(chars[*e], '.' | '-' | ':' | '/')))
                .unwrap_or(chars.len());
            out.push(Word::Number(chars[i..end].iter().collect()));
            i = end;
        } else if c.is_alphabetic() || c == '_' {
            let end = (i + 1..chars.len())
                .find(|e| !(chars[*e].is_alphanumeric() || chars[*e] == '_'))
                .unwrap_or(chars.len());
            out.push(Word::Name(chars[i..end].iter().collect()));
            i = end;
        } else {
            match c {
                '(' => out.push(Word::Open),
                ')' => out.push(Word::Close),
                ',' => out.push(Word::Comma),
                '.' => out.push(Word::Dot),
                c if c.is_whitespace() => {}
                _ => return None,
            }
            i += 1;
        }
    }
    Some(out)
}

struct Parser<'p, 'c> {
    words: Vec<Word>,
    at: usize,
    leaves: usize,
    world: &'p Sources<'c>,
}

impl Parser<'_, '_> {
    fn eat(&mut self, word: &Word) -> Option<()> {
        (self.words.get(self.at) == Some(word)).then(|| self.at += 1)
    }

    fn eat_name(&mut self, name: &str) -> Option<()> {
        let found = matches!(self.words.get(self.at), Some(Word::Name(n)) if n.eq_ignore_ascii_case(name));
        found.then(|| self.at += 1)
    }

    fn any(&mut self) -> Option<Node> {
        let mut parts = vec![self.every()?];
        while self.eat_name("or").is_some() {
            parts.push(self.every()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::Any(parts) })
    }

    fn every(&mut self) -> Option<Node> {
        let mut parts = vec![self.one()?];
        while self.eat_name("and").is_some() {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 { parts.remove(0) } else { Node::All(parts) })
    }

    fn one(&mut self) -> Option<Node> {
        self.leaves += 1;
        if self.leaves > MOST {
            return None;
        }
        if self.eat(&Word::Open).is_some() {
            let inner = self.any()?;
            self.eat(&Word::Close)?;
            return Some(inner);
        }
        // "year(opened) = 2014", "strftime('%Y', opened) = '2014'"
        let year = self.eat_name("year").is_some() && self.eat(&Word::Open).is_some()
            || self.eat_name("strftime").is_some()
                && self.eat(&Word::Open).is_some()
                && self.eat(&Word::Text("%Y".into())).is_some()
                && self.eat(&Word::Comma).is_some();
        let (table, column) = self.column()?;
        if year {
            self.eat(&Word::Close)?;
            if self.eat_name("between").is_some() {
                let first = self.literal()?.parse().ok()?;
                self.eat_name("and")?;
                let last = self.literal()?.parse().ok()?;
                return Some(Node::Leaf(Leaf { table, column, test: Test::Years(first, last) }));
            }
            let operator = self.sign()?;
            let year = self.literal()?.parse().ok()?;
            return Some(Node::Leaf(Leaf { table, column, test: Test::Year(operator, year) }));
        }
        let test = self.test()?;
        Some(Node::Leaf(Leaf { table, column, test }))
    }

    /// A column, perhaps with its table; names of several words too.
    fn column(&mut self) -> Option<(Option<String>, String)> {
        let mut name = match self.words.get(self.at)? {
            Word::Name(name) | Word::Text(name) => name.clone(),
            _ => return None,
        };
        self.at += 1;
        if self.eat(&Word::Dot).is_some() {
            let Some(Word::Name(column) | Word::Text(column)) = self.words.get(self.at).cloned() else {
                return None;
            };
            self.at += 1;
            // An alias of a statement that was never shown names no table.
            let table = Some(name).filter(|t| !self.world.columns_called(Some(t), &column).is_empty());
            return Some((table, column));
        }
        while self.world.columns_called(None, &name).is_empty() {
            let Some(Word::Name(more)) = self.words.get(self.at) else { return None };
            name = format!("{name} {more}");
            self.at += 1;
        }
        Some((None, name))
    }

    fn sign(&mut self) -> Option<Operator> {
        if let Some(Word::Sign(operator)) = self.words.get(self.at) {
            self.at += 1;
            return Some(*operator);
        }
        if self.eat_name("equals").is_some() {
            return Some(Operator::Equal);
        }
        self.eat_name("is")?;
        if self.eat_name("not").is_some() {
            return Some(Operator::NotEqual);
        }
        let _ = self.eat_name("equal").and_then(|()| self.eat_name("to"));
        Some(Operator::Equal)
    }

    fn literal(&mut self) -> Option<String> {
        let text = match self.words.get(self.at)? {
            Word::Text(text) => text.clone(),
            Word::Number(number) => number.clone(),
            // A word without quotation marks, if it is no keyword and no other column.
            Word::Name(name)
                if !matches!(
                    name.to_lowercase().as_str(),
                    "null" | "select" | "max" | "min" | "avg" | "count"
                ) && self.world.columns_called(None, name).is_empty() =>
            {
                name.clone()
            }
            _ => return None,
        };
        self.at += 1;
        Some(text)
    }

    fn test(&mut self) -> Option<Test> {
        let start = self.at;
        if self.eat_name("is").is_some() {
            let not = self.eat_name("not").is_some();
            if self.eat_name("null").is_some() {
                return Some(Test::Null(not));
            }
            self.at = start;
        }
        let not = self.eat_name("not").is_some();
        if self.eat_name("between").is_some() {
            let low = self.literal()?;
            self.eat_name("and")?;
            return Some(Test::Between(low, self.literal()?)).filter(|_| !not);
        }
        if self.eat_name("like").is_some() || self.eat_name("ilike").is_some() {
            return Some(Test::Like(self.literal()?, not));
        }
        if self.eat_name("in").is_some() {
            self.eat(&Word::Open)?;
            let mut values = vec![self.literal()?];
            while self.eat(&Word::Comma).is_some() {
                values.push(self.literal()?);
            }
            self.eat(&Word::Close)?;
            return Some(Test::In(values, not));
        }
        if not {
            return None;
        }
        // "flag '-'": that it is this value.
        if let Some(Word::Text(text)) = self.words.get(self.at).cloned() {
            self.at += 1;
            return Some(Test::Compare(Operator::Equal, text));
        }
        let operator = self.sign()?;
        if let Some(Word::Name(name)) = self.words.get(self.at).cloned()
            && !self.world.columns_called(None, &name).is_empty()
        {
            self.at += 1;
            return Some(Test::Column(operator, name));
        }
        Some(Test::Compare(operator, self.literal()?))
    }
}

impl Condition {
    fn leaves(&self) -> Vec<&Leaf> {
        fn collect<'n>(node: &'n Node, out: &mut Vec<&'n Leaf>) {
            match node {
                Node::All(parts) | Node::Any(parts) => parts.iter().for_each(|p| collect(p, out)),
                Node::Leaf(leaf) => out.push(leaf),
            }
        }
        let mut out = Vec::new();
        collect(&self.all, &mut out);
        out
    }

    /// The tables that have all its columns.
    fn tables(&self, world: &Sources<'_>) -> Vec<usize> {
        let leaves = self.leaves();
        let has = |leaf: &Leaf, t: usize| {
            world.columns_called(leaf.table.as_deref(), &leaf.column).iter().any(|c| c.table == t)
        };
        (0..world.catalogue.tables.len()).filter(|t| leaves.iter().all(|leaf| has(leaf, *t))).collect()
    }

    /// What it says of the rows of each table that has all its columns.
    pub(super) fn values(&self, world: &Sources<'_>) -> Vec<ValueRef> {
        self.tables(world).into_iter().filter_map(|table| self.on(table, world)).collect()
    }

    fn on(&self, table: usize, world: &Sources<'_>) -> Option<ValueRef> {
        let first = self.leaves().first().and_then(|leaf| column_of(leaf, table, world))?;
        let filter = filter(&self.all, table, world)?;
        // That a column has a value is what values say by themselves.
        if let Filter::Compare {
            operator: Operator::Equal,
            operand: Operand::Literal(Literal::Text(text)),
            ..
        } = &filter
        {
            return Some(ValueRef::stored(first, text.clone()));
        }
        Some(ValueRef { column: first, text: String::new(), test: Some(Box::new(filter)), alias: false })
    }
}

fn column_of(leaf: &Leaf, table: usize, world: &Sources<'_>) -> Option<ColumnRef> {
    world.columns_called(leaf.table.as_deref(), &leaf.column).into_iter().find(|c| c.table == table)
}

fn filter(node: &Node, table: usize, world: &Sources<'_>) -> Option<Filter> {
    let parts = |parts: &[Node]| parts.iter().map(|p| filter(p, table, world)).collect::<Option<Vec<_>>>();
    match node {
        Node::All(all) => Some(Filter::All(parts(all)?)),
        Node::Any(any) => Some(Filter::Any(parts(any)?)),
        Node::Leaf(leaf) => leaf_filter(leaf, column_of(leaf, table, world)?, world),
    }
}

fn leaf_filter(leaf: &Leaf, at: ColumnRef, world: &Sources<'_>) -> Option<Filter> {
    let column = &world.catalogue.tables[at.table].columns[at.column];
    let field = Field::new(world.known.prepared.name_of(world.catalogue, at.table), column.name.clone());
    let compare = |operator, value: &str| -> Option<Filter> {
        let literal = literal(column, value)?;
        if let (Literal::Date(day), Operator::Equal) = (&literal, operator) {
            return Some(Filter::Period { field: field.clone(), from: Some(*day), to: day.succ_opt() });
        }
        Some(Filter::Compare { field: field.clone(), operator, operand: Operand::Literal(literal) })
    };
    match &leaf.test {
        Test::Compare(operator, value) => compare(*operator, value),
        Test::Between(low, high) => {
            if let (true, Literal::Date(from), Literal::Date(to)) =
                (column.kind.is_temporal(), literal(column, low)?, literal(column, high)?)
            {
                return Some(Filter::Period { field, from: Some(from), to: to.succ_opt() });
            }
            Some(Filter::All(vec![compare(Operator::AtLeast, low)?, compare(Operator::AtMost, high)?]))
        }
        Test::In(values, negated) => {
            let values = values.iter().map(|v| literal(column, v)).collect::<Option<Vec<_>>>()?;
            Some(Filter::In { field, values, negated: *negated })
        }
        Test::Null(negated) => Some(Filter::Null { field, negated: *negated }),
        Test::Like(pattern, negated) => {
            let value = pattern.trim_matches('%').to_owned();
            let how = match (pattern.starts_with('%'), pattern.ends_with('%')) {
                (true, true) => TextMatch::Contains,
                (true, false) => TextMatch::EndsWith,
                (false, true) => TextMatch::StartsWith,
                (false, false) => TextMatch::Equals,
            };
            (column.kind.is_textual() && !value.contains(['%', '_'])).then_some(Filter::Text {
                field,
                how,
                value,
                negated: *negated,
            })
        }
        Test::Column(operator, name) => {
            let other = world.columns_called(None, name).into_iter().find(|c| c.table == at.table)?;
            let other = &world.catalogue.tables[other.table].columns[other.column];
            let alike = other.kind == column.kind || other.kind.is_numeric() && column.kind.is_numeric();
            let with = Field::new(field.table.clone(), other.name.clone());
            alike.then_some(Filter::Compare { field, operator: *operator, operand: Operand::Field(with) })
        }
        Test::Year(operator, year) => in_year(field, column, *operator, *year),
        Test::Years(first, last) if column.kind.is_temporal() => Some(Filter::Period {
            field,
            from: NaiveDate::from_ymd_opt(*first, 1, 1),
            to: NaiveDate::from_ymd_opt(last + 1, 1, 1),
        }),
        Test::Years(first, last) => Some(Filter::All(vec![
            in_year(field.clone(), column, Operator::AtLeast, *first)?,
            in_year(field, column, Operator::AtMost, *last)?,
        ])),
    }
}

/// "year(column) = 2014" for a date; a year that is kept as a number is compared as it is.
fn in_year(field: Field, column: &Column, operator: Operator, year: i32) -> Option<Filter> {
    if column.kind.is_numeric() {
        let operand = Operand::Literal(Literal::Integer(i64::from(year)));
        return Some(Filter::Compare { field, operator, operand });
    }
    if !column.kind.is_temporal() {
        return None;
    }
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1);
    let (from, to) = match operator {
        Operator::Equal => (first(year), first(year + 1)),
        Operator::Less => (None, first(year)),
        Operator::AtMost => (None, first(year + 1)),
        Operator::Greater => (first(year + 1), None),
        Operator::AtLeast => (first(year), None),
        Operator::NotEqual => return None,
    };
    Some(Filter::Period { field, from, to })
}

/// A value as the column keeps it.
fn literal(column: &Column, text: &str) -> Option<Literal> {
    match column.kind {
        TypeKind::Bool => match lemma(&text.to_lowercase()).as_str() {
            "1" | "t" | "true" | "yes" | "y" => Some(Literal::Bool(true)),
            "0" | "f" | "false" | "no" | "n" => Some(Literal::Bool(false)),
            _ => None,
        },
        kind if kind.is_numeric() => match text.trim().parse::<i64>() {
            Ok(n) => Some(Literal::Integer(n)),
            Err(_) => text.trim().parse::<f64>().ok().map(|_| Literal::Decimal(text.trim().to_owned())),
        },
        kind if kind.is_temporal() => text.trim().parse().ok().map(Literal::Date),
        kind if kind.is_textual() => {
            let listed = if kind == TypeKind::Enum { &column.enum_values } else { &column.samples };
            let like = |same: &dyn Fn(&str) -> bool| listed.iter().find(|s| same(s)).cloned();
            let stored = like(&|s| s == text)
                .or_else(|| like(&|s| s.trim() == text.trim()))
                .or_else(|| like(&|s| s.trim().eq_ignore_ascii_case(text.trim())));
            Some(Literal::Text(stored.unwrap_or_else(|| text.to_owned())))
        }
        _ => None,
    }
}
