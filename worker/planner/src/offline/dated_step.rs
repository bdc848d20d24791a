//! Steps of one time among several of a table: "bookings per check-in month", "rentals by year of return". They go along that
//! time, and not along the one with which rows begin.

use super::{
    lexicon::Lexicon,
    recast::text::{slice, words},
};
use rowcall_core::{Catalogue, ColumnRef};
use rowcall_plan::{Field, Filter, QueryPlan};

/// What is said: which time, and the question with the step alone.
struct Said {
    column: ColumnRef,
    plain: String,
}

fn said(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<Said> {
    let found = words(question);
    let lower = |at: usize| found.get(at).map_or("", |w| w.lower.as_str());
    let step = |at: usize| matches!(lower(at), "day" | "week" | "month" | "quarter" | "year" | "weekday");
    let splits = |at: usize| matches!(lower(at), "by" | "per" | "each" | "every");
    // The one time that is called so, but for "date" and the like.
    let time = |from: usize, to: usize| {
        let said: Vec<&str> =
            (from..to).map(lower).filter(|w| !matches!(*w, "date" | "the" | "time")).collect();
        let columns = lexicon.columns.iter().enumerate().flat_map(|(t, names)| {
            names.iter().enumerate().map(move |(c, name)| (ColumnRef { table: t, column: c }, name))
        });
        let mut fits = columns.filter(|(c, name)| {
            let own: Vec<&str> = name
                .words
                .iter()
                .map(String::as_str)
                .filter(|w| !matches!(*w, "date" | "at" | "on" | "time" | "ts" | "timestamp" | "day"))
                .collect();
            catalogue.tables[c.table].columns[c.column].kind.is_temporal() && !said.is_empty() && own == said
        });
        fits.next().map(|(c, _)| c).filter(|_| fits.next().is_none())
    };
    (1..found.len()).find_map(|at| {
        if !step(at) {
            return None;
        }
        // "by month of check-in"
        if splits(at - 1) && lower(at + 1) == "of" {
            return (1..=3).rev().find_map(|n| {
                let column = time(at + 2, at + 2 + n).filter(|_| at + 2 + n <= found.len())?;
                let plain =
                    format!("{}{}", slice(question, ..found[at].to), slice(question, found[at + 1 + n].to..));
                Some(Said { column, plain })
            });
        }
        // "per check-in month"
        (1..=3).find_map(|n| {
            let from = at.checked_sub(n).filter(|from| *from > 0 && splits(from - 1))?;
            let column = time(from, at)?;
            let plain =
                format!("{}{}", slice(question, ..found[from].from), slice(question, found[at].from..));
            Some(Said { column, plain })
        })
    })
}

/// The question with the step alone.
pub(super) fn without_time(question: &str, lexicon: &Lexicon, catalogue: &Catalogue) -> Option<String> {
    said(question, lexicon, catalogue).map(|said| said.plain)
}

/// Goes along the time that is said; says why not, where the plan has no such steps.
pub(super) fn along_said(
    plan: &mut QueryPlan,
    question: &str,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) -> Option<String> {
    let Said { column, .. } = said(question, lexicon, catalogue)?;
    let table = &catalogue.tables[column.table];
    let name = lexicon.prepared.name_of(catalogue, column.table);
    let Some(step) = plan.dimensions.iter_mut().find(|d| d.grain.is_some() && d.field.table == name) else {
        return Some(format!("I could not go along {} there.", table.columns[column.column].name));
    };
    let before = step.field.clone();
    let field = Field { column: table.columns[column.column].name.clone(), ..before.clone() };
    step.field = field.clone();
    for filter in &mut plan.filters {
        if let Filter::Period { field: of, .. } = filter
            && *of == before
        {
            *of = field.clone();
        }
    }
    None
}
