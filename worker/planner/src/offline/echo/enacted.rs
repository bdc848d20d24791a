//! What is done to rows, where a column says which of them: "quantity bought" of orders whose side is buy or sell.

use super::{Echo, Fault};
use crate::offline::{
    audit::Spoken,
    words::{TokenKind, root},
};
use rowcall_core::ColumnRef;

/// Verbs whose past is no other form of their root, and nouns for what they do.
const PAST: [(&str, &[&str]); 5] = [
    ("bought", &["buy", "purchase"]),
    ("sold", &["sell", "sale"]),
    ("paid", &["pay", "payment"]),
    ("withdrawn", &["withdraw", "withdrawal"]),
    ("lent", &["lend", "loan"]),
];

/// What is done to some rows and not to others.
const DEALT: [&str; 10] =
    ["bought", "sold", "purchased", "ordered", "traded", "borrowed", "rented", "booked", "lent", "leased"];

/// Tables whose rows are such deeds.
const DEALS: [&str; 9] =
    ["booking", "lease", "loan", "order", "purchase", "rental", "sale", "trade", "transaction"];

impl Echo<'_> {
    /// The clause ends here, but for a time.
    fn ends(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|t| t.kind == TokenKind::Mark || self.dated.contains(&at))
    }

    /// Nothing is said of any other rows.
    fn is_plain(&self, spoken: &Spoken) -> bool {
        let own = &self.plan.source;
        spoken.fields.iter().all(|f| f.table == *own) && spoken.tables.iter().all(|t| *t == own)
    }

    /// The tables whose rows are gone through.
    fn tables(&self) -> Vec<usize> {
        let table = |name| self.lexicon.prepared.table(self.request.catalogue, name).ok();
        let measured = self.measures().into_iter().filter_map(|m| m.table.as_ref());
        let fields = self.visible().into_iter().map(|c| c.table);
        [&self.plan.source].into_iter().chain(measured).filter_map(table).chain(fields).collect()
    }

    /// A verb names one of the values of a column that the plan says nothing of.
    pub(super) fn enacted(&self, spoken: &Spoken, faults: &mut Vec<Fault>) {
        let tables = self.tables();
        let verbs =
            self.tokens.iter().enumerate().filter(|(at, t)| t.kind == TokenKind::Word && !self.is_told(*at));
        for (at, verb) in verbs {
            let past = PAST.iter().find(|(past, _)| *past == verb.lower);
            if past.is_none() && !verb.lower.ends_with("ed") {
                continue;
            }
            let stem = root(&verb.lower);
            let mut forms = vec![stem.clone()];
            forms.extend(past.iter().flat_map(|(_, forms)| forms.iter().map(|f| (*f).to_owned())));
            let kin =
                |word: &String| forms.contains(word) || forms.contains(&root(word)) || *word == verb.lower;
            let values = forms.iter().flat_map(|form| self.lexicon.values(&[form]));
            let unsaid = |c: ColumnRef| {
                let says = spoken.fields.iter().any(|f| self.place(f) == Some(c));
                tables.contains(&c.table) && !says
            };
            // What has a time, a number or rows of its own is told by these.
            let known = tables.iter().any(|t| {
                self.lexicon.tables[*t].words.iter().any(kin)
                    || self.lexicon.columns[*t].iter().any(|name| name.words.iter().any(kin))
            });
            // "Which products were sold": not all there are.
            let deals = |t: &usize| self.lexicon.tables[*t].words.iter().any(|w| DEALS.contains(&w.as_str()));
            let dealt = DEALT.contains(&verb.lower.as_str())
                && self.ends(at + 1)
                && self.is_plain(spoken)
                && !tables.iter().any(deals);
            if !known && (dealt || values.map(|v| v.column).any(unsaid)) {
                faults.push(Fault::Overlooked);
            }
        }
    }
}
