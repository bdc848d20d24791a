//! Calculations said in words: "list price minus cost", "the product of quantity and unit price", "price * stock".

use super::{Added, Sources, add, choose::Calculation};
use crate::offline::{
    amounts::is_number,
    dates::MONTHS,
    words::{lemma, root, split_name},
};
use rowcall_core::ColumnRef;
use rowcall_plan::Arithmetic;

/// Longer texts are no question.
const LONGEST_TEXT: usize = 4000;
/// More brackets are no calculation.
const MOST_BRACKETS: usize = 12;
/// The most words that name a column.
const LONGEST: usize = 5;
/// How well the words must name it.
const LEAST: f32 = 0.7;
/// What may stand before the right side.
const BEFORE: &[&str] = &["the", "its", "their", "a", "an", "his", "her", "each", "that", "your", "our"];
/// What no name of a column begins or ends with.
const EDGES: &[&str] = &[
    "the", "its", "their", "a", "an", "of", "and", "or", "by", "per", "for", "in", "is", "are", "was",
    "were", "with", "to", "from", "total", "average", "sum", "mean", "highest", "lowest", "most", "least",
    "each", "every", "where", "whose", "which", "what", "show", "list", "give", "than",
];
/// Words that belong to what is asked of a number, and not to the number's name.
const ASKED: &[&str] = &[
    "total", "average", "mean", "sum", "highest", "lowest", "largest", "smallest", "most", "least",
    "maximum", "minimum", "median", "biggest", "best", "greatest",
];

/// A word, a number or a mark, and where it stands.
struct Piece {
    from: usize,
    to: usize,
    lower: String,
}

impl Piece {
    fn is_word(&self) -> bool {
        self.lower.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    fn is_number(&self) -> bool {
        self.lower.starts_with(|c: char| c.is_ascii_digit())
            && self.lower.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    // Nobody writes brackets in brackets so often by hand.
    if text.len() > LONGEST_TEXT || text.matches('(').count() > MOST_BRACKETS {
        return Vec::new();
    }
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let end = |at: usize| chars.get(at).map_or(text.len(), |(from, _)| *from);
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let first = at;
        let (_, c) = chars[at];
        at += 1;
        if c.is_whitespace() {
            continue;
        }
        if c.is_alphanumeric() || c == '_' {
            let digit = |n: usize| chars.get(n).is_some_and(|(_, c)| c.is_ascii_digit());
            while chars.get(at).is_some_and(|(_, c)| c.is_alphanumeric() || *c == '_')
                || chars.get(at).is_some_and(|(_, c)| *c == '.') && digit(at - 1) && digit(at + 1)
            {
                at += 1;
            }
        }
        let (from, to) = (chars[first].0, end(at));
        out.push(Piece { from, to, lower: text[from..to].to_lowercase() });
    }
    out
}

/// A calculation, and the pieces that say it.
struct Found {
    calculation: Calculation,
    from: usize,
    to: usize,
}

/// The text with a made-up name in the place of each calculation; none where nothing is calculated.
pub fn replaced(text: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> Option<String> {
    let mut out = text.to_owned();
    let mut any = false;
    if let Some(plainer) = born_in(&out, world, added) {
        out = plainer;
        any = true;
    }
    for _ in 0..super::MOST {
        let said = Said { text: &out, pieces: pieces(&out), world };
        // What stands in brackets is a part of what stands around them.
        let mut places: Vec<usize> = (0..said.pieces.len()).collect();
        places.sort_by_key(|at| said.depth(*at));
        let Some((found, name)) = places.into_iter().find_map(|at| {
            let found = said.at(at)?;
            let (from, to) = (said.pieces[found.from].from, said.pieces[found.to - 1].to);
            let (_, name) = add(&found.calculation, None, out.get(from..to)?, world, added)?;
            Some((found, name))
        }) else {
            break;
        };
        let (from, to) = said.with_gloss(&found);
        out = format!("{}{name}{}", out.get(..from)?, out.get(to..)?);
        any = true;
    }
    any.then_some(out)
}

/// "born in June", "have their birthday in May": of whatever year.
fn born_in(text: &str, world: &Sources<'_>, added: &mut Vec<Added>) -> Option<String> {
    let said = Said { text, pieces: pieces(text), world };
    let birth = |at: usize| matches!(said.word(at), "born" | "birthday" | "birthdays");
    let at = (0..said.pieces.len()).find(|at| birth(*at) && said.word(at + 1) == "in")?;
    let month = MONTHS.iter().position(|m| *m == said.word(at + 2))? + 1;
    // "in June 1990" is a span of days.
    if said.pieces.get(at + 3).is_some_and(Piece::is_number) {
        return None;
    }
    let names = world.known.columns.iter().enumerate().flat_map(|(table, columns)| {
        columns.iter().enumerate().map(move |(column, name)| (ColumnRef { table, column }, name))
    });
    let born = |w: &String| matches!(w.as_str(), "birth" | "born" | "dob" | "birthdate" | "birthday");
    let dated = |c: ColumnRef| world.catalogue.tables[c.table].columns[c.column].kind.is_temporal();
    let found: Vec<(ColumnRef, f32)> =
        names.filter(|(c, n)| n.words.iter().any(born) && dated(*c)).map(|(c, _)| (c, 1.0)).collect();
    let spoken = |t: usize| (0..at).any(|n| said.table(n, n + 1) == Some(t));
    let own: Vec<(ColumnRef, f32)> = found.iter().filter(|(c, _)| spoken(c.table)).copied().collect();
    let found = if own.is_empty() { found } else { own };
    let [_] = found.as_slice() else { return None };
    let (_, name) = add(&Calculation::Month(found), None, "month of birth", world, added)?;
    let mut from = at;
    while from > 0
        && matches!(said.word(from - 1), "were" | "was" | "are" | "is" | "their" | "a" | "his" | "her")
    {
        from -= 1;
    }
    let has = from > 0 && matches!(said.word(from - 1), "have" | "has" | "with");
    let verb = if has {
        "a"
    } else if from < at {
        "have a"
    } else {
        "with a"
    };
    Some(format!(
        "{}{verb} {name} of {month}{}",
        text.get(..said.pieces[from].from)?,
        text.get(said.pieces[at + 2].to..)?
    ))
}

/// A calculation goes on where no number was found: "(price - cost) / whatever".
pub fn goes_on(text: &str, world: &Sources<'_>) -> bool {
    let said = Said { text, pieces: pieces(text), world };
    let ours = |at: usize| said.word(at).starts_with(super::MARK);
    (0..said.pieces.len()).filter(|at| ours(*at)).any(|at| {
        let mut end = at + 1;
        while said.word(end) == ")" {
            end += 1;
        }
        let mut start = at;
        while start > 0 && (said.word(start - 1) == "(" || BEFORE.contains(&said.word(start - 1))) {
            start -= 1;
        }
        said.operator(end).is_some()
            || start > 0
                && (1..=2)
                    .any(|n| start >= n && said.operator(start - n).is_some_and(|(_, length)| length == n))
    })
}

/// A text that says nothing but a calculation.
pub fn whole(text: &str, world: &Sources<'_>) -> Option<Calculation> {
    let said = Said { text, pieces: pieces(text), world };
    let mut places: Vec<usize> = (0..said.pieces.len()).collect();
    places.sort_by_key(|at| said.depth(*at));
    let found = places.into_iter().find_map(|at| said.at(at))?;
    let article = |p: &Piece| BEFORE.contains(&p.lower.as_str());
    let rest = said.pieces.get(found.to..)?;
    (said.pieces[..found.from].iter().all(article) && rest.iter().all(|p| p.lower == "."))
        .then_some(found.calculation)
}

struct Said<'s> {
    text: &'s str,
    pieces: Vec<Piece>,
    world: &'s Sources<'s>,
}

impl Said<'_> {
    fn word(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |p| p.lower.as_str())
    }

    /// In how many brackets a piece stands.
    fn depth(&self, at: usize) -> usize {
        self.pieces[..at].iter().fold(0usize, |deep, piece| match piece.lower.as_str() {
            "(" => deep + 1,
            ")" => deep.saturating_sub(1),
            _ => deep,
        })
    }

    /// What is calculated in the brackets that open with one piece and close with another.
    fn bracketed(&self, open: usize, close: usize) -> Option<Calculation> {
        let (from, to) = (self.pieces.get(open)?.to, self.pieces.get(close)?.from);
        let inner = self.text.get(from..to)?;
        let said = Said { text: inner, pieces: pieces(inner), world: self.world };
        whole(inner, self.world).or_else(|| said.named(0, said.pieces.len()))
    }

    fn spaced(&self, at: usize) -> bool {
        let around = |from: usize, to: usize| self.text.get(from..to).is_some_and(|gap| !gap.is_empty());
        let (Some(before), Some(own), Some(after)) = (
            at.checked_sub(1).and_then(|b| self.pieces.get(b)),
            self.pieces.get(at),
            self.pieces.get(at + 1),
        ) else {
            return false;
        };
        around(before.to, own.from) && around(own.to, after.from)
    }

    /// The operation said here, and in how many pieces.
    fn operator(&self, at: usize) -> Option<(Arithmetic, usize)> {
        let by = self.word(at + 1) == "by";
        match self.word(at) {
            "times" | "*" | "×" => Some((Arithmetic::Times, 1)),
            "multiplied" if by => Some((Arithmetic::Times, 2)),
            "minus" => Some((Arithmetic::Minus, 1)),
            "-" | "–" | "−" if self.spaced(at) => Some((Arithmetic::Minus, 1)),
            "divided" if by => Some((Arithmetic::DividedBy, 2)),
            "/" | "÷" if self.spaced(at) => Some((Arithmetic::DividedBy, 1)),
            "plus" => Some((Arithmetic::Plus, 1)),
            "+" if self.spaced(at) => Some((Arithmetic::Plus, 1)),
            _ => None,
        }
    }

    /// A calculation around the operation here, or under the noun for one.
    fn at(&self, at: usize) -> Option<Found> {
        if let Some(found) = self.of_two(at) {
            return Some(found);
        }
        let (operator, length) = self.operator(at)?;
        // "divided by the number with less": that is counted.
        let noun = at + length + usize::from(self.word(at + length) == "the");
        let counted = matches!(self.word(noun), "number" | "count")
            && matches!(self.word(noun + 1), "with" | "that" | "who" | "which" | "having" | "whose");
        if counted {
            return None;
        }
        let (first, from) = self.left(at)?;
        let (second, mut to) = self.right(at + length)?;
        let mut sides = vec![first, second];
        let mut operators = vec![operator];
        while let Some((operator, length)) = self.operator(to)
            && let Some((next, end)) = self.right(to + length)
        {
            operators.push(operator);
            sides.push(next);
            to = end;
        }
        let named = sides.iter().filter(|s| matches!(s, Calculation::Column(_))).count();
        // "title and year plus runtime" adds nothing up.
        let alike = !operators.contains(&Arithmetic::Plus) || self.word(at) == "+" || self.alike(&sides);
        // "price minus 10 %" is of the price itself.
        let percent = matches!(self.word(to), "%" | "percent" | "per");
        (named > 0 && alike && !(percent && matches!(sides.last(), Some(Calculation::Number(_)))))
            .then_some(())?;
        Some(Found { calculation: folded(sides, &operators)?, from, to })
    }

    /// "the product of quantity and price", "the difference between list price and cost".
    fn of_two(&self, at: usize) -> Option<Found> {
        if let Some((calculation, to)) = self.times_one(at).or_else(|| self.days(at)) {
            return Some(Found { calculation, from: at, to });
        }
        let (operator, length) = match (self.word(at), self.word(at + 1)) {
            ("product", "of") => (Arithmetic::Times, 2),
            ("difference", "between" | "of") => (Arithmetic::Minus, 2),
            ("quotient", "of") => (Arithmetic::DividedBy, 2),
            ("multiply" | "multiplying", _) => (Arithmetic::Times, 1),
            _ => return None,
        };
        let (first, end) = self.right(at + length)?;
        let between = if length == 1 { "by" } else { "and" };
        (self.word(end) == between).then_some(())?;
        let (second, to) = self.right(end + 1)?;
        // Of two dates, nobody says which comes first.
        let numbers = [&first, &second].iter().all(|side| self.numeric(side));
        numbers.then(|| Found { calculation: Calculation::operation(first, operator, second), from: at, to })
    }

    /// "twice the cost", "half of its price"
    fn times_one(&self, at: usize) -> Option<(Calculation, usize)> {
        let (operator, length) = match (self.word(at), self.word(at + 1)) {
            ("twice" | "double", _) => (Arithmetic::Times, 1),
            ("half", "of") => (Arithmetic::DividedBy, 2),
            ("half", _) => (Arithmetic::DividedBy, 1),
            _ => return None,
        };
        BEFORE.contains(&self.word(at + length)).then_some(())?;
        let (of, to) = self.right(at + length)?;
        let two = Calculation::Number("2".into());
        self.numeric(&of).then(|| (Calculation::operation(of, operator, two), to))
    }

    /// "more than 7 days from shipped on to delivered on"; how many days they are is asked in other ways, too.
    fn days(&self, at: usize) -> Option<(Calculation, usize)> {
        let between = match (self.word(at), self.word(at + 1)) {
            ("days", "from") => "to",
            ("days", "between") => "and",
            _ => return None,
        };
        let bound = at.checked_sub(1).and_then(|n| self.pieces.get(n)).is_some_and(Piece::is_number);
        let (from, end) = self.right(at + 2)?;
        (bound && self.word(end) == between).then_some(())?;
        let (until, to) = self.right(end + 1)?;
        let kind = |c: &ColumnRef| self.world.catalogue.tables[c.table].columns[c.column].kind;
        let dates = |side: &Calculation| matches!(side, Calculation::Column(found) if found.iter().all(|(c, _)| kind(c).is_temporal()));
        (dates(&from) && dates(&until)).then(|| (Calculation::operation(until, Arithmetic::Minus, from), to))
    }

    fn numeric(&self, side: &Calculation) -> bool {
        let kind = |c: &ColumnRef| self.world.catalogue.tables[c.table].columns[c.column].kind;
        matches!(side, Calculation::Column(found) if found.iter().all(|(c, _)| kind(c).is_numeric()))
    }

    /// Columns whose names end alike: "home goals" and "away goals".
    fn alike(&self, sides: &[Calculation]) -> bool {
        let last = |side: &Calculation| match side {
            Calculation::Column(found) => {
                let (c, _) = found.first()?;
                self.world.known.columns[c.table][c.column].words.last().cloned()
            }
            _ => None,
        };
        let ends: Vec<Option<String>> = sides.iter().map(last).collect();
        ends.iter().all(|end| end.is_some() && *end == ends[0])
    }

    /// The number that ends before a piece, and where it begins.
    fn left(&self, end: usize) -> Option<(Calculation, usize)> {
        if end > 0 && self.word(end - 1) == ")" {
            let deep = self.depth(end - 1) - usize::from(self.depth(end - 1) > 0);
            let open = (0..end - 1).rev().find(|at| self.word(*at) == "(" && self.depth(*at) == deep)?;
            return Some((self.bracketed(open, end - 1)?, open));
        }
        (end.saturating_sub(LONGEST)..end).find_map(|from| Some((self.named(from, end)?, from)))
    }

    /// The number that begins with a piece, and where it ends.
    fn right(&self, from: usize) -> Option<(Calculation, usize)> {
        let mut from = from;
        while BEFORE.contains(&self.word(from)) {
            from += 1;
        }
        if self.word(from) == "(" {
            let deep = self.depth(from);
            let close = (from + 1..self.pieces.len())
                .find(|at| self.word(*at) == ")" && self.depth(*at) == deep + 1)?;
            return Some((self.bracketed(from, close)?, close + 1));
        }
        // "the product's cost"
        let mut of = None;
        if self.word(from + 1) == "'" && self.word(from + 2) == "s" {
            of = self.table(from, from + 1);
            from = of.is_some().then_some(from + 3)?;
        }
        let most = (from + LONGEST).min(self.pieces.len());
        let (found, mut end) = (from + 1..=most).rev().find_map(|end| Some((self.named(from, end)?, end)))?;
        // "the cost of the product"
        if of.is_none() && self.word(end) == "of" && BEFORE.contains(&self.word(end + 1)) {
            let tables = (end + 3..=end + 4).rev().find_map(|to| Some((self.table(end + 2, to)?, to)));
            if let Some((table, to)) = tables {
                of = Some(table);
                end = to;
            }
        }
        match (found, of) {
            (Calculation::Column(found), Some(table)) => {
                let own: Vec<(ColumnRef, f32)> =
                    found.iter().filter(|(c, _)| c.table == table).copied().collect();
                Some((Calculation::Column(if own.is_empty() { found } else { own }), end))
            }
            (found, _) => Some((found, end)),
        }
    }

    /// The table that these pieces name.
    fn table(&self, from: usize, to: usize) -> Option<usize> {
        let words: Vec<String> = self.pieces.get(from..to)?.iter().map(|p| lemma(&p.lower)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = self.world.known.tables_for(&words);
        found.first().filter(|(_, score)| *score >= LEAST).map(|(t, _)| *t)
    }

    /// The columns that all of these pieces name, or the number that they are.
    fn named(&self, from: usize, to: usize) -> Option<Calculation> {
        let pieces = self.pieces.get(from..to)?;
        let (first, last) = (pieces.first()?, pieces.last()?);
        if let [one] = pieces
            && one.is_number()
        {
            return Some(Calculation::Number(one.lower.clone()));
        }
        let edge = |p: &Piece| EDGES.contains(&p.lower.as_str());
        if !pieces.iter().all(|p| p.is_word() && !p.is_number()) || edge(first) || edge(last) {
            return None;
        }
        let written = pieces.iter().flat_map(|p| split_name(&p.lower));
        let words: Vec<String> = written.map(|w| lemma(&w)).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let found = self.world.known.columns_for(&words, self.world.catalogue);
        let fits = |(c, score): &(ColumnRef, f32)| {
            *score >= LEAST && self.counts(*c) && pieces.iter().all(|p| self.is_of(p, *c))
        };
        let found: Vec<(ColumnRef, f32)> = found.into_iter().filter(fits).collect();
        (!found.is_empty()).then_some(Calculation::Column(found))
    }

    /// A word that the name of the column, or of its table, has itself: no other word for it, and no preposition beside it.
    fn is_of(&self, piece: &Piece, c: ColumnRef) -> bool {
        let table = &self.world.catalogue.tables[c.table];
        let names = [&table.columns[c.column].name, &table.name];
        if EDGES.contains(&piece.lower.as_str()) {
            return split_name(names[0]).iter().any(|w| w.eq_ignore_ascii_case(&piece.lower));
        }
        let known = self.world.known;
        let own = known.columns[c.table][c.column].words.iter().chain(&known.tables[c.table].words);
        let said = root(&piece.lower);
        own.into_iter().any(|w| root(w) == said) || names.iter().any(|n| n.eq_ignore_ascii_case(&piece.lower))
    }

    /// A number or a date that is no key.
    fn counts(&self, c: ColumnRef) -> bool {
        let catalogue = self.world.catalogue;
        is_number(c, catalogue) || catalogue.tables[c.table].columns[c.column].kind.is_temporal()
    }

    /// Where the calculation stands, with the word that it explains: "revenue (quantity times price)".
    fn with_gloss(&self, found: &Found) -> (usize, usize) {
        let own = (self.pieces[found.from].from, self.pieces[found.to - 1].to);
        let article = |at: usize| BEFORE.contains(&self.word(at));
        let mut open = found.from;
        while open > 0 && article(open - 1) {
            open -= 1;
        }
        let Some(open) = open.checked_sub(1).filter(|at| self.word(*at) == "(" && self.word(found.to) == ")")
        else {
            return own;
        };
        let mut start = open;
        let plain = |at: usize| {
            self.pieces[at].is_word() && !EDGES.contains(&self.word(at)) && !ASKED.contains(&self.word(at))
        };
        while start > 0 && open - start < 2 && plain(start - 1) {
            start -= 1;
        }
        if start == open { own } else { (self.pieces[start].from, self.pieces[found.to].to) }
    }
}

/// Times and divided by come before plus and minus.
fn folded(mut sides: Vec<Calculation>, operators: &[Arithmetic]) -> Option<Calculation> {
    let mut operators = operators.to_vec();
    for strong in [true, false] {
        let mut at = 0;
        while at < operators.len() {
            let first = matches!(operators[at], Arithmetic::Times | Arithmetic::DividedBy);
            if first == strong {
                let right = sides.remove(at + 1);
                let left = sides[at].clone();
                sides[at] = Calculation::operation(left, operators.remove(at), right);
            } else {
                at += 1;
            }
        }
    }
    sides.into_iter().next()
}
