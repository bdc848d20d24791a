//! What the plan is about: the thing that the question asks for, conditions on what it speaks of, an order by what
//! it compares.

use super::{Echo, Fault};
use crate::offline::{
    annotate::Key,
    words::{TokenKind, is_filler, number_word},
};
use rowcall_core::ColumnRef;
use rowcall_plan::{Filter, OrderKey, TableName};

impl Echo<'_> {
    pub(super) fn about(&self, faults: &mut Vec<Fault>) {
        if self.head().is_some_and(|table| !self.has_rows_of(table)) {
            faults.push(Fault::Aside);
        }
        if self.says(&["both"]) && self.plan.filters.iter().any(either) {
            faults.push(Fault::Either);
        }
        if self.bypasses() {
            faults.push(Fault::Bypassed);
        }
        self.given(faults);
        self.adjective(faults);
    }

    /// The table whose rows are asked for: "which customers", "show the first three orders".
    fn head(&self) -> Option<usize> {
        let opens = matches!(
            self.tokens.first()?.lower.as_str(),
            "which" | "what" | "show" | "list" | "find" | "give" | "return" | "name" | "how" | "count"
        );
        let plain = |i: &usize| {
            let token = &self.tokens[*i];
            token.kind == TokenKind::Word
                && !is_filler(&token.lower)
                && number_word(&token.lower).is_none()
                && !self.steers.iter().any(|(_, said)| said.contains(i))
                && *i > 0
        };
        let at = (0..self.tokens.len().min(7)).find(plain).filter(|_| opens)?;
        let two = self.tokens.get(at + 1).filter(|t| t.kind == TokenKind::Word);
        let sure = |found: Vec<(usize, f32)>| match found.as_slice() {
            [(table, score)] if *score >= 0.95 => Some(*table),
            [(table, score), (_, next), ..] if *score >= 0.95 && *next < 0.9 => Some(*table),
            _ => None,
        };
        let lemma = &self.tokens[at].lemma;
        let longer = two.and_then(|t| sure(self.lexicon.tables_for(&[lemma, &t.lemma])));
        // "customer names" are columns.
        let ends = two.is_none_or(|t| self.lexicon.stands_for(&t.lemma, 0.9).is_empty());
        longer.or_else(|| sure(self.lexicon.tables_for(&[lemma])).filter(|_| ends))
    }

    fn has_rows_of(&self, table: usize) -> bool {
        let is = |name: &TableName| {
            self.lexicon.prepared.table(self.request.catalogue, name).is_ok_and(|t| t == table)
        };
        is(&self.plan.source)
            || self.visible().iter().any(|c| c.table == table)
            || self.plan.dimensions.iter().any(|d| is(&d.field.table))
            || self.measures().iter().any(|m| m.table.as_ref().is_some_and(is))
    }

    /// "theses of the students of each faculty", and the faculty is that of somebody else.
    fn bypasses(&self) -> bool {
        let prepared = &self.lexicon.prepared;
        let table = |name: &TableName| prepared.table(self.request.catalogue, name).ok();
        let Some(source) = table(&self.plan.source) else { return false };
        let filtered = self.plan.filters.iter().filter_map(|f| match f {
            Filter::Compare { field, .. } | Filter::In { field, .. } | Filter::Text { field, .. } => {
                Some(field)
            }
            _ => None,
        });
        let split = self.plan.dimensions.iter().map(|d| &d.field);
        let fields = self.plan.columns.iter().chain(split).chain(filtered);
        let ends: Vec<(usize, Option<&str>)> = fields
            .filter_map(|f| Some((table(&f.table)?, f.via.as_deref())))
            .filter(|(t, _)| *t != source)
            .collect();
        let mut used: Vec<usize> = vec![source];
        for (end, via) in &ends {
            let steps = prepared.graph.path(source, *end, true, *via).map(|(steps, _)| steps);
            used.extend(steps.into_iter().flatten().map(|step| prepared.graph.end(step)));
        }
        let reaches = |from, to| prepared.graph.path(from, to, true, None).is_some();
        let named = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(at, t)| t.kind == TokenKind::Word && t.lower != t.lemma && !self.is_told(*at));
        let mut tables = named.filter_map(|(_, t)| match self.lexicon.tables_for(&[&t.lemma]).as_slice() {
            [(table, score), ..] if *score >= 0.95 => Some(*table),
            _ => None,
        });
        tables.any(|t| {
            !used.contains(&t)
                && reaches(source, t)
                && ends.iter().any(|(end, _)| *end != t && reaches(t, *end))
        })
    }

    /// A condition that a column is given, where it only is to be seen.
    fn given(&self, faults: &mut Vec<Fault>) {
        const WORDS: [&str; 12] = [
            "have", "has", "having", "had", "given", "known", "recorded", "not", "n't", "filled", "empty",
            "set",
        ];
        let decides = |c: ColumnRef| {
            self.plan.order.iter().any(|o| matches!(&o.by, OrderKey::Field(f) if self.place(f) == Some(c)))
        };
        for filter in &self.plan.filters {
            if let Filter::Null { field, negated: true } = filter
                && let Some(c) = self.place(field)
                && !decides(c)
                && !self.visible().contains(&c)
                && !self.says(&WORDS)
            {
                faults.push(Fault::Given);
            }
        }
    }

    /// "from the oldest to the newest", and ordered by a text.
    fn adjective(&self, faults: &mut Vec<Fault>) {
        let plan = self.plan;
        let asks = self.steers(|k| matches!(k, Key::Superlative(_, Some(_))))
            || self.says(&["first"]) && self.steers(|k| matches!(k, Key::Superlative(..)));
        let by = plan.order.first().and_then(|o| match &o.by {
            OrderKey::Field(f) => self.place(f),
            _ => None,
        });
        let text = by.is_some_and(|c| {
            let kind = self.column(c).kind;
            !kind.is_numeric() && !kind.is_temporal()
        });
        if asks && text && plan.measures.is_empty() && plan.limit.is_none() {
            faults.push(Fault::Worded);
        }
    }
}

/// One of several conditions is enough.
fn either(filter: &Filter) -> bool {
    match filter {
        Filter::Any(_) => true,
        Filter::All(parts) | Filter::Related { filters: parts, .. } => parts.iter().any(either),
        _ => false,
    }
}
