//! How rows belong together, and where values, dates and years are kept.

use super::{
    ast::{Head, Mod, Np, Tie},
    describe::negated,
    rows::{By, Meaning, Noun, Pick, Reader, Row, Want, same_root},
};
use crate::offline::{
    lexicon::{ValueRef, key_column},
    words::tokens,
};
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{
    Dimension, Field, Filter, Literal, Operand, Operator, Order, OrderKey, QueryPlan, TableName, TextMatch,
};

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

/// As far apart as tables can be that nothing connects.
const FAR: usize = 20;

impl Reader<'_, '_> {
    pub fn name(&self, table: usize) -> TableName {
        self.world.lexicon.prepared.name_of(self.world.catalogue, table)
    }

    /// The column names its row, for people or as a key.
    pub fn is_label(&self, c: ColumnRef) -> bool {
        self.world.labels(c.table).contains(&c)
            || key_column(&self.world.catalogue.tables[c.table], c.table) == Some(c)
    }

    /// Rows belong to other rows, or to none of them.
    pub fn relate(&mut self, row: &mut Row, to: Row, not: bool, verb: Option<&str>, tie: Tie) -> Meaning<()> {
        let distance = self.world.distance(row.table, to.table);
        if distance >= FAR {
            return Err(format!(
                "how {} and {} belong together",
                self.name(row.table).name,
                self.name(to.table).name
            ));
        }
        if !to.having.is_empty() || !to.groups.is_empty() && !to.each {
            return Err("a group inside another".into());
        }
        if to.table == row.table && not && row.head.is_some_and(|h| !self.is_label(h)) && to.pick.is_none() {
            row.except.push(to.filters);
            return Ok(());
        }
        if to.table == row.table {
            row.both.extend(to.both);
            let mut filters = to.filters;
            if not && !filters.is_empty() {
                filters = vec![negated(Filter::All(filters))];
            }
            row.filters.extend(filters);
            if row.pick.is_none() {
                row.pick = to.pick;
            }
            return Ok(());
        }
        if !to.both.is_empty() {
            let mut to = to;
            for filters in std::mem::take(&mut to.both) {
                let mut one = to.clone();
                one.filters.extend(filters);
                row.far.push(one.table);
                self.relate(row, one, not, verb, tie)?;
            }
            return Ok(());
        }
        self.loss += 0.05 * (distance.saturating_sub(1)) as f32;
        if let Some(verb) = verb
            && to.pick.is_none()
            && let Some((bridge, key)) = self.bridge(row.table, to.table, verb)
        {
            let filters = to.filters;
            if !filters.iter().all(is_plain) {
                return Err("how these belong together".into());
            }
            let table = self.name(bridge);
            row.far.push(to.table);
            row.filters.push(Filter::Related { table, filters, count: None, negated: not, via: Some(key) });
            return Ok(());
        }
        let via = self.via(row.table, to.table, verb);
        let to_one = self.world.reaches(row.table, to.table);
        if let Some(pick) = &to.pick {
            let filter = self.among(&to, pick, via, not)?;
            row.filters.push(filter);
            return Ok(());
        }
        let mut filters = to.filters;
        let asked = !(to_one && matches!(tie, Tie::Prep | Tie::By)) && tie != Tie::Of;
        if filters.is_empty() && !not && !asked {
            // It has one anyway; nothing is asked of it.
            return Ok(());
        }
        let plain =
            filters.iter().all(is_plain) && filters.iter().all(|f| self.keeps_way(f, row.table, to.table));
        let again = row.far.contains(&to.table) && !to_one;
        row.far.push(to.table);
        if not || filters.is_empty() || !plain || again {
            let table = self.name(to.table);
            row.filters.push(Filter::Related { table, filters, count: None, negated: not, via });
            return Ok(());
        }
        if let Some(via) = via {
            let table = self.name(to.table);
            filters.iter_mut().for_each(|f| over(f, &table, &via));
        }
        row.filters.extend(filters);
        Ok(())
    }

    /// Seen from rows, the condition is met over the same tables as from those it was said of.
    fn keeps_way(&self, filter: &Filter, from: usize, said_of: usize) -> bool {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => parts.iter().all(|p| self.keeps_way(p, from, said_of)),
            Filter::Not(part) => self.keeps_way(part, from, said_of),
            Filter::Compare { field, .. }
            | Filter::In { field, .. }
            | Filter::Period { field, .. }
            | Filter::Text { field, .. }
            | Filter::Null { field, .. }
            | Filter::Among { field, .. } => {
                let Ok(table) = self.world.lexicon.prepared.table(self.world.catalogue, &field.table) else {
                    return false;
                };
                table == said_of
                    || self.world.reaches(from, said_of)
                        && self.world.distance(from, table)
                            == self.world.distance(from, said_of) + self.world.distance(said_of, table)
            }
            Filter::Related { .. } => false,
        }
    }

    /// A table between two others whose key to the first is named like the verb: "assigned to".
    fn bridge(&self, from: usize, to: usize, verb: &str) -> Option<(usize, String)> {
        let graph = &self.world.lexicon.prepared.graph;
        let fits = |column: &str| {
            crate::offline::words::split_name(column).iter().any(|w| same_root(&w.to_lowercase(), verb))
        };
        let direct = graph.edges.iter().any(|e| {
            (e.from == from && e.to == to || e.from == to && e.to == from)
                && e.from_columns.iter().any(|c| fits(c))
        });
        if direct {
            return None;
        }
        graph.edges.iter().find_map(|e| {
            let [column] = e.from_columns.as_slice() else { return None };
            (e.to == from && e.from != to && fits(column) && self.world.reaches(e.from, to))
                .then(|| (e.from, column.clone()))
        })
    }

    /// "of the customer with the highest …": the rows are found first.
    fn among(&mut self, to: &Row, pick: &Pick, via: Option<String>, not: bool) -> Meaning<Filter> {
        let key = key_column(&self.world.catalogue.tables[to.table], to.table)
            .ok_or_else(|| "which one of them it is".to_owned())?;
        let source = self.name(to.table);
        let mut inner = QueryPlan {
            source: source.clone(),
            filters: to.filters.clone(),
            limit: Some(pick.n),
            ..QueryPlan::default()
        };
        match &pick.by {
            By::Column(c) => {
                inner.columns = vec![self.world.field(key)];
                inner.order =
                    vec![Order { by: OrderKey::Field(self.world.field(*c)), descending: pick.large }];
            }
            By::Size(size) => {
                let mut measure = size.measure.clone();
                measure.hidden = true;
                if measure.expression.is_none() && measure.table.is_none() {
                    measure.table = Some(self.name(size.home));
                }
                inner.source = self.name(size.home);
                inner.measures = vec![measure];
                inner.filters.extend(size.filters.iter().cloned());
                inner.dimensions = vec![Dimension::of(self.world.field(key))];
                inner.order = vec![Order { by: OrderKey::Measure(0), descending: pick.large }];
            }
        }
        let field = Field { via, ..self.world.field(key) };
        Ok(Filter::Among { field, plan: Box::new(inner), negated: not })
    }

    /// The foreign key that a verb or role speaks of, where there are several.
    pub fn via(&mut self, from: usize, to: usize, verb: Option<&str>) -> Option<String> {
        let graph = &self.world.lexicon.prepared.graph;
        let mut keys: Vec<&String> = Vec::new();
        for step in graph.steps[from].iter().filter(|s| graph.end(**s) == to) {
            if let [column] = graph.edges[step.edge].from_columns.as_slice() {
                keys.push(column);
            }
        }
        if keys.len() < 2 {
            return None;
        }
        let fits = |column: &str, verb: &str| {
            crate::offline::words::split_name(column).iter().any(|w| same_root(&w.to_lowercase(), verb))
        };
        if let Some(verb) = verb
            && let Some(key) = keys.iter().find(|k| fits(k, verb))
        {
            return Some((*key).clone());
        }
        let losses: Vec<f32> = (0..keys.len()).map(|i| 0.2 + 0.05 * i as f32).collect();
        let keys: Vec<String> = keys.into_iter().cloned().collect();
        Some(keys[self.choices.choose(&losses)].clone())
    }

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
        let equal = |v: &ValueRef| Filter::Compare {
            field: self.world.field(v.column),
            operator: Operator::Equal,
            operand: Operand::Literal(Literal::Text(v.text.clone())),
        };
        if said.both && groups.len() > 1 && !not {
            // Each holds of a row of its own, further out.
            row.both.extend(groups.iter().map(|g| g.iter().map(equal).collect::<Vec<_>>()));
            return Ok(Filter::All(Vec::new()));
        }
        let first = groups[0][0].column;
        let far = !self.world.reaches(row.table, first.table);
        let one_column = groups.iter().flatten().all(|v| v.column == first);
        let related = |filter: Filter, negated: bool| Filter::Related {
            table: self.name(first.table),
            filters: vec![filter],
            count: None,
            negated,
            via: None,
        };
        let single = groups.iter().all(|g| g.len() == 1);
        let parts: Vec<Filter> = groups
            .iter()
            .map(|g| if g.len() == 1 { equal(&g[0]) } else { Filter::All(g.iter().map(equal).collect()) })
            .collect();
        if parts.len() > 1 && one_column && said.and && far && !not {
            // "with both A and B": one row each.
            return Ok(Filter::All(parts.into_iter().map(|p| related(p, false)).collect()));
        }
        let filter = match parts.len() {
            1 => parts.into_iter().next().unwrap_or_else(|| Filter::All(Vec::new())),
            _ if one_column && single => {
                let values = groups.iter().flatten().map(|v| Literal::Text(v.text.clone())).collect();
                Filter::In { field: self.world.field(first), values, negated: false }
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
    fn end_of(&self, c: ColumnRef) -> Option<bool> {
        let words = &self.world.lexicon.columns[c.table][c.column].words;
        let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
        if has(&["origin", "source", "from", "departure", "sender", "start", "home"]) {
            Some(false)
        } else if has(&["destination", "dest", "target", "to", "arrival", "receiver", "recipient", "end"]) {
            Some(true)
        } else {
            None
        }
    }

    /// The column that a value is most likely of, seen from rows.
    fn place(
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
                parts.push(Filter::Compare {
                    field: self.world.field(v.column),
                    operator: Operator::Equal,
                    operand: Operand::Literal(Literal::Text(v.text)),
                });
            }
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Any(parts) })
    }

    /// A name that no value is: a part of one ("Kentucky" in "Louisville, Kentucky"), or one that is not listed.
    fn guessed(&mut self, row: &Row, column: Option<ColumnRef>, text: &str) -> Meaning<Filter> {
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

    fn text_equal(&self, c: ColumnRef, text: &str) -> Meaning<Filter> {
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

    /// The column of a table whose name shares the root of a verb.
    pub fn verb_column(&self, table: usize, verb: &str, number: bool) -> Option<ColumnRef> {
        let columns = &self.world.catalogue.tables[table].columns;
        let mut fits = (0..columns.len()).map(|column| ColumnRef { table, column }).filter(|c| {
            let kind = self.world.column(*c).kind;
            (if number { kind.is_numeric() } else { kind.is_temporal() })
                && !self.world.is_reference(*c)
                && self.verb_fits(*c, verb)
        });
        fits.next()
    }

    /// The date of a table one step away that a verb speaks of: "cars sold in May".
    pub fn event_date(&self, table: usize, verb: &str) -> Option<ColumnRef> {
        let named = |t: &usize| self.world.lexicon.tables[*t].words.iter().any(|w| same_root(w, verb));
        self.neighbours(table).into_iter().filter(named).find_map(|t| self.world.date_column(t).map(|d| d.0))
    }

    /// The date that a time without a column is of.
    pub fn date_of(&mut self, row: &mut Row, verb: Option<&str>) -> Meaning<ColumnRef> {
        if let Some(c) = row.head.filter(|h| self.world.column(*h).kind.is_temporal()) {
            return Ok(c);
        }
        if let Some(verb) = verb
            && let Some(c) = self.verb_column(row.table, verb, false)
        {
            return Ok(c);
        }
        if let Some(verb) = verb
            && let Some(c) =
                self.neighbours(row.table).into_iter().find_map(|t| self.verb_column(t, verb, false))
        {
            return Ok(c);
        }
        if let Some(c) = verb.and_then(|v| self.event_date(row.table, v)) {
            return Ok(c);
        }
        if let Some((c, several)) = self.world.date_column(row.table) {
            if several {
                self.notes.push(format!("The time is that of {}.", self.world.column(c).name));
                self.loss += 0.08;
            }
            return Ok(c);
        }
        // The rows themselves have no date: those they belong to, or that belong to them.
        let near = self.neighbours(row.table);
        let mut dated: Vec<ColumnRef> =
            near.iter().filter_map(|t| self.world.date_column(*t).map(|(c, _)| c)).collect();
        dated.sort();
        dated.dedup();
        let losses: Vec<f32> =
            dated.iter().map(|c| if self.world.named.contains(&c.table) { 0.1 } else { 0.3 }).collect();
        if dated.is_empty() {
            return Err("a time, where no date is kept".into());
        }
        Ok(dated[self.choices.choose(&losses)])
    }

    /// The tables one step away.
    pub fn neighbours(&self, table: usize) -> Vec<usize> {
        let graph = &self.world.lexicon.prepared.graph;
        let mut near: Vec<usize> = graph.steps[table].iter().map(|s| graph.end(*s)).collect();
        near.sort_unstable();
        near.dedup();
        near
    }

    /// A column of years whose name shares a verb's root, here or one step away.
    pub fn year_by_verb(&self, table: usize, verb: &str) -> Option<ColumnRef> {
        std::iter::once(table)
            .chain(self.neighbours(table))
            .find_map(|t| self.year_number(t, Some(verb)).filter(|c| self.verb_fits(*c, verb)))
    }

    /// A column of years, kept as numbers.
    pub fn year_number(&self, table: usize, verb: Option<&str>) -> Option<ColumnRef> {
        let columns = &self.world.catalogue.tables[table].columns;
        let fits: Vec<ColumnRef> = (0..columns.len())
            .map(|column| ColumnRef { table, column })
            .filter(|c| {
                let words = &self.world.lexicon.columns[table][c.column].words;
                words.iter().any(|w| w == "year") && self.world.column(*c).kind == TypeKind::Integer
            })
            .collect();
        if let Some(verb) = verb
            && let Some(c) = fits.iter().find(|c| self.verb_fits(**c, verb))
        {
            return Some(*c);
        }
        match fits.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The year of rows that belong together with these.
    pub fn near_year(&mut self, row: &Row) -> Option<ColumnRef> {
        let near = self.neighbours(row.table);
        let mut found: Vec<ColumnRef> = near.iter().filter_map(|t| self.year_number(*t, None)).collect();
        found.sort();
        found.dedup();
        match found.as_slice() {
            [one] => {
                self.loss += 0.15;
                Some(*one)
            }
            _ => None,
        }
    }

    /// A verb with nothing behind it: "that were returned", "customers who ordered".
    pub fn happened(&mut self, row: &mut Row, m: &Mod) -> Meaning<()> {
        let Some((_, Some(name))) = &m.verb else { return Ok(()) };
        match self.settle(name, Some(row.table), Want::default())? {
            Noun::Table(t) if t != row.table && !self.world.reaches(row.table, t) => {
                self.loss += 0.1;
                self.relate(row, Row::of(t), m.not, None, Tie::Verb)
            }
            Noun::Table(_) => Ok(()),
            Noun::Column(c) if c.table != row.table => {
                self.loss += 0.05;
                self.relate(row, Row::of(c.table), m.not, None, Tie::Verb)
            }
            Noun::Column(c) => {
                let column = self.world.column(c);
                if column.kind.is_temporal() && column.nullable {
                    self.loss += 0.1;
                    row.filters.push(Filter::Null { field: self.world.field(c), negated: !m.not });
                } else if m.not {
                    return Err("what did not happen".into());
                } else {
                    self.loss += 0.15;
                }
                Ok(())
            }
        }
    }
}

/// The condition compares a column, so that it may stand wherever the column can be reached.
fn is_plain(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().all(is_plain),
        Filter::Not(part) => is_plain(part),
        Filter::Related { .. } => false,
        _ => true,
    }
}

/// Reaches the table of a condition over a certain foreign key.
fn over(filter: &mut Filter, table: &TableName, via: &str) {
    let put = |field: &mut Field| {
        if field.table == *table && field.via.is_none() {
            field.via = Some(via.to_owned());
        }
    };
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter_mut().for_each(|p| over(p, table, via)),
        Filter::Not(part) => over(part, table, via),
        Filter::Compare { field, .. }
        | Filter::In { field, .. }
        | Filter::Period { field, .. }
        | Filter::Text { field, .. }
        | Filter::Null { field, .. }
        | Filter::Among { field, .. } => put(field),
        Filter::Related { .. } => {}
    }
}
