//! Values, quoted texts and names that no value is: where they are kept.

use super::{
    ast::{Head, Np},
    describe::negated,
    relate::FAR,
    rows::{Meaning, Reader, Row},
};
use crate::offline::resolve::{ENDS, STARTS};
use crate::offline::{
    lexicon::{ValueRef, key_column},
    words::tokens,
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{Field, Filter, Literal, Operand, Operator, TextMatch};

impl Reader<'_, '_> {
    /// Values said without their column. Side by side they are of one row ("Ann Smith"); joined they are
    /// alternatives, or of one row each.
    pub fn valued(
        &mut self,
        row: &mut Row,
        said: &Said<'_>,
        prefer: Option<ColumnRef>,
        not: bool,
    ) -> Meaning<Filter> {
        let mut groups: Vec<Vec<ValueRef>> = Vec::new();
        for (i, options) in said.values.iter().enumerate() {
            let joint = said.joints.get(i).copied().unwrap_or(true);
            // Alternatives are mostly of one column.
            let like = groups.first().and_then(|g| g.first()).map(|v| v.column).filter(|_| joint);
            let value = self.place(row.table, options, prefer.or(like), said.toward)?;
            match groups.last_mut() {
                Some(group) if !joint => group.push(value),
                _ => groups.push(vec![value]),
            }
        }
        let first = groups[0][0].column;
        let far = !self.world.reaches(row.table, first.table);
        let one_column = groups.iter().flatten().all(|v| v.column == first);
        let apart = groups.len() > 1 && one_column && said.and && far && !not;
        let via = |t: usize| said.toward.and_then(|toward| self.world.way(row.table, t, toward));
        // Inside of rows further out, the way to them is theirs.
        let own = |t: usize| via(t).filter(|_| !(apart || not && far));
        let equal = |v: &ValueRef| v.filter(Field { via: own(v.column.table), ..self.world.field(v.column) });
        let rows = row.head.is_none_or(|h| self.is_label(h));
        if said.both && groups.len() > 1 && !not && !(rows && far && one_column) {
            // Each holds of a row of its own, further out.
            row.both.extend(groups.iter().map(|g| g.iter().map(equal).collect::<Vec<_>>()));
            return Ok(Filter::All(Vec::new()));
        }
        let related = |filter: Filter, negated: bool| Filter::Related {
            table: self.name(first.table),
            filters: vec![filter],
            count: None,
            negated,
            via: via(first.table),
        };
        let single = groups.iter().all(|g| g.len() == 1 && g[0].test.is_none());
        let parts: Vec<Filter> = groups
            .iter()
            .map(|g| if g.len() == 1 { equal(&g[0]) } else { Filter::All(g.iter().map(equal).collect()) })
            .collect();
        if apart {
            // "with both A and B": one row each.
            return Ok(Filter::All(parts.into_iter().map(|p| related(p, false)).collect()));
        }
        let filter = match parts.len() {
            1 => parts.into_iter().next().unwrap_or_else(|| Filter::All(Vec::new())),
            _ if one_column && single => {
                let values = groups.iter().flatten().map(|v| Literal::Text(v.text.clone())).collect();
                let field = Field { via: own(first.table), ..self.world.field(first) };
                Filter::In { field, values, negated: false }
            }
            _ if said.and && !one_column => Filter::All(parts),
            _ => Filter::Any(parts),
        };
        Ok(match (not, far) {
            (true, true) => related(filter, true),
            (true, false) => negated(filter),
            _ => filter,
        })
    }

    /// Where something ends (true) or begins.
    pub(super) fn end_of(&self, c: ColumnRef) -> Option<bool> {
        let words = &self.world.lexicon.columns[c.table][c.column].words;
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        if has(STARTS) {
            Some(false)
        } else if has(ENDS) {
            Some(true)
        } else {
            None
        }
    }

    /// The column that a value is most likely of, seen from rows.
    pub(super) fn place(
        &mut self,
        table: usize,
        options: &[ValueRef],
        prefer: Option<ColumnRef>,
        toward: Option<bool>,
    ) -> Meaning<ValueRef> {
        let mut ranked: Vec<(f32, &ValueRef)> = options
            .iter()
            .map(|v| {
                let mut loss = 0.0;
                if prefer != Some(v.column) {
                    let distance = self.world.distance(table, v.column.table);
                    let to_one = self.world.reaches(table, v.column.table);
                    loss += distance.min(20) as f32 * if to_one { 0.06 } else { 0.1 };
                    loss += if prefer.is_some() { 0.15 } else { 0.0 };
                    if distance > 0 && !self.world.named.contains(&v.column.table) {
                        loss += 0.06;
                    }
                    if self.world.is_reference(v.column) {
                        loss += 0.05;
                    }
                    if v.alias {
                        loss += 0.08;
                    }
                    if toward.is_some_and(|toward| self.end_of(v.column) == Some(!toward)) {
                        loss += 0.2;
                    }
                }
                (loss, v)
            })
            .filter(|(_, v)| self.world.distance(table, v.column.table) < FAR)
            .collect();
        ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.column.cmp(&b.1.column)));
        ranked.truncate(3);
        let losses: Vec<f32> = ranked.iter().map(|r| r.0).collect();
        if ranked.is_empty() {
            let text = options.first().map_or("", |v| v.text.as_str());
            return Err(format!("how \"{text}\" belongs to it"));
        }
        Ok(ranked[self.choices.choose(&losses)].1.clone())
    }

    /// Quoted text: a value that is known, else what rows are called.
    pub fn quoted(&mut self, row: &mut Row, column: Option<ColumnRef>, np: &Np) -> Meaning<Filter> {
        let Head::Quoted(texts) = &np.head else { return Err("the text that is meant".into()) };
        let mut parts = Vec::new();
        for text in texts {
            if np.guess {
                parts.push(self.guessed(row, column, text)?);
                continue;
            }
            let words: Vec<String> = tokens(text)
                .into_iter()
                .map(|t| t.lower)
                .filter(|l| l.chars().any(char::is_alphanumeric))
                .collect();
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let known = self.world.lexicon.values(&words).to_vec();
            // "of the type 'Standing committee'", which is how the type's code is described elsewhere.
            let elsewhere = |c: ColumnRef| {
                self.world.column(c).samples_complete
                    && !known.is_empty()
                    && known.iter().all(|v| v.column != c)
            };
            let column = column.filter(|c| !elsewhere(*c));
            let fits: Vec<ValueRef> = match column {
                Some(c) => known.into_iter().filter(|v| v.column == c).collect(),
                None => known
                    .into_iter()
                    .filter(|v| self.world.distance(row.table, v.column.table) < FAR)
                    .collect(),
            };
            if fits.is_empty() {
                let c = match column {
                    Some(c) => c,
                    None => {
                        *self.world.labels(row.table).first().ok_or_else(|| format!("the text \"{text}\""))?
                    }
                };
                if column.is_none() {
                    self.loss += 0.15;
                }
                parts.push(self.text_equal(c, text)?);
            } else {
                let v = self.place(row.table, &fits, column, None)?;
                parts.push(v.filter(self.world.field(v.column)));
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    /// A name that no value is: a part of one ("Kentucky" in "Louisville, Kentucky"), or one that is not listed.
    pub(super) fn guessed(&mut self, row: &Row, column: Option<ColumnRef>, text: &str) -> Meaning<Filter> {
        let lower = text.to_lowercase();
        let holds = |c: ColumnRef| {
            self.world.column(c).samples.iter().any(|s| {
                s.to_lowercase()
                    .split(|c: char| !c.is_alphanumeric())
                    .collect::<Vec<_>>()
                    .join(" ")
                    .split("  ")
                    .any(|p| p.trim() == lower)
                    || s.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| w == lower)
            })
        };
        let unknown = || format!("\"{text}\"");
        if let Some(c) = column {
            self.loss += 0.1;
            let listed = self.world.column(c).samples_complete;
            if holds(c) {
                return Ok(Filter::Text {
                    field: self.world.field(c),
                    how: TextMatch::Contains,
                    value: text.to_owned(),
                    negated: false,
                });
            }
            return if listed { Err(unknown()) } else { self.text_equal(c, text) };
        }
        let tables: Vec<usize> = std::iter::once(row.table).chain(self.neighbours(row.table)).collect();
        let fits: Vec<ColumnRef> = tables
            .iter()
            .flat_map(|t| {
                (0..self.world.catalogue.tables[*t].columns.len())
                    .map(|column| ColumnRef { table: *t, column })
            })
            .filter(|c| self.world.column(*c).kind.is_textual() && holds(*c))
            .collect();
        match fits.as_slice() {
            [one] => {
                self.loss += 0.15;
                let field = self.world.field(*one);
                Ok(Filter::Text { field, how: TextMatch::Contains, value: text.to_owned(), negated: false })
            }
            _ => Err(unknown()),
        }
    }

    /// "in Springfield": a place that is not listed.
    pub(super) fn unseen(&mut self, table: usize, np: &Np) -> Option<Filter> {
        let Head::Quoted(texts) = &np.head else { return None };
        let c = crate::offline::unseen::place(table, self.world.lexicon, self.world.catalogue)?;
        self.loss += 0.1;
        let mut parts: Vec<Filter> = texts.iter().filter_map(|t| self.text_equal(c, t).ok()).collect();
        Some(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    pub(super) fn text_equal(&self, c: ColumnRef, text: &str) -> Meaning<Filter> {
        let field = self.world.field(c);
        let column = self.world.column(c);
        Ok(match column.kind {
            TypeKind::Text => {
                Filter::Text { field, how: TextMatch::Equals, value: text.to_owned(), negated: false }
            }
            TypeKind::Integer | TypeKind::Decimal | TypeKind::Float => {
                let literal = text
                    .parse::<i64>()
                    .map(Literal::Integer)
                    .or_else(|_| text.parse::<f64>().map(|_| Literal::Decimal(text.to_owned())))
                    .map_err(|_| format!("the text \"{text}\""))?;
                Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(literal) }
            }
            _ => return Err(format!("the text \"{text}\"")),
        })
    }

    /// "the product named X", "customer X", "order 7".
    pub fn called(&mut self, row: &mut Row, value: &Np) -> Meaning<Filter> {
        match &value.head {
            Head::Values(values) => {
                let label = self.world.labels(row.table).first().copied();
                let prefer = label.filter(|l| values[0].iter().any(|v| v.column == *l));
                self.valued(row, &Said::of(values, value), prefer, false)
            }
            Head::Quoted(_) if value.guess => {
                let label = self.world.labels(row.table).first().copied();
                self.quoted(row, label, value).or_else(|_| self.quoted(row, None, value))
            }
            Head::Quoted(_) => self.quoted(row, None, value),
            Head::Numbers(_) => {
                let key = key_column(&self.world.catalogue.tables[row.table], row.table)
                    .ok_or_else(|| "which one is meant by a number".to_owned())?;
                self.loss += 0.1;
                self.equal(row, key, value, Operator::Equal)
            }
            _ => Err("which one is meant".into()),
        }
    }

    /// A column compared with what was said.
    pub fn equal(&mut self, row: &mut Row, c: ColumnRef, value: &Np, op: Operator) -> Meaning<Filter> {
        let field = self.world.field(c);
        let column = self.world.column(c);
        let filter = match &value.head {
            Head::Numbers(numbers) => {
                let literal = |n: &Literal| -> Meaning<Literal> {
                    match column.kind {
                        TypeKind::Text => Ok(Literal::Text(n.to_string())),
                        k if k.is_numeric() => Ok(n.clone()),
                        TypeKind::Bool => match n {
                            Literal::Integer(1) => Ok(Literal::Bool(true)),
                            Literal::Integer(0) => Ok(Literal::Bool(false)),
                            _ => Err(format!("a number as {}", column.name)),
                        },
                        _ => Err(format!("a number as {}", column.name)),
                    }
                };
                let mut list = numbers.iter().map(literal).collect::<Meaning<Vec<_>>>()?;
                if list.len() == 1 {
                    Filter::Compare { field, operator: op, operand: Operand::Literal(list.remove(0)) }
                } else {
                    Filter::In { field, values: list, negated: op == Operator::NotEqual }
                }
            }
            Head::Values(values) => {
                // "name is Paris": the value of that column, if it has it.
                let here: Vec<Vec<ValueRef>> = values
                    .iter()
                    .map(|options| options.iter().filter(|v| v.column == c).cloned().collect::<Vec<_>>())
                    .collect();
                if here.iter().any(Vec::is_empty) {
                    self.loss += 0.2;
                    let options: Vec<Vec<ValueRef>> = values.clone();
                    return self.valued(row, &Said::of(&options, value), None, op == Operator::NotEqual);
                }
                return self.valued(row, &Said::of(&here, value), Some(c), op == Operator::NotEqual);
            }
            Head::Quoted(_) => {
                let filter = self.quoted(row, Some(c), value)?;
                if op == Operator::NotEqual { negated(filter) } else { filter }
            }
            Head::Year(..) | Head::Time(_) => return Err(format!("a time as {}", column.name)),
            _ => return Err("what it is compared with".into()),
        };
        Ok(filter)
    }
}

/// Values as they were said.
pub struct Said<'v> {
    values: &'v [Vec<ValueRef>],
    joints: &'v [bool],
    and: bool,
    both: bool,
    toward: Option<bool>,
}

impl<'v> Said<'v> {
    pub fn of(values: &'v [Vec<ValueRef>], np: &'v Np) -> Self {
        Self { values, joints: &np.joints, and: np.and, both: np.both, toward: None }
    }

    /// Said after "from" or "to".
    pub fn toward(self, toward: Option<bool>) -> Self {
        Self { toward, ..self }
    }
}
