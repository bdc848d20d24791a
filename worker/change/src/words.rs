//! What a card says beside the numbers: constraints that the change may meet, and what a dry run cannot show.

use crate::{
    capture::Captured,
    facts::{Facts, Operations, Table},
    statement::Statement,
};

/// Constraints that the change may meet. An undo sets what differs in the rows that it brings back.
pub(crate) fn at_risk(
    statement: Option<&Statement>,
    captured: &Captured,
    facts: &Facts,
    own: &Table,
) -> Vec<String> {
    let touched = facts.touched(own);
    let sets = |column: &String| match statement {
        Some(statement) => statement.assigned.contains(column),
        None => {
            let mut own = captured.images.tables.iter().filter(|t| t.shape.full_name() == own.full_name());
            // What is not among the images may be anything.
            own.clone().next().is_none() || own.any(|table| table.sets(column))
        }
    };
    let written = |columns: &[String]| touched.insert || columns.is_empty() || columns.iter().any(sets);
    let mut at_risk = Vec::new();
    if touched.insert || touched.update {
        let own_ones = own.constraints.iter().filter(|c| c.kind != "n" && written(&c.columns));
        at_risk.extend(own_ones.map(|c| format!("{}: {}", c.name, c.definition)));
    }
    for reference in &own.referenced_by {
        let refuses = |action: &str| matches!(action, "a" | "r");
        let meets = (touched.delete && refuses(&reference.on_delete))
            || (touched.update && refuses(&reference.on_update) && reference.references.iter().any(sets));
        if meets {
            at_risk.push(format!("{} of {}: {}", reference.name, reference.table, reference.definition));
        }
    }
    at_risk
}

/// What the numbers do not say.
pub(crate) fn limits(statement: Option<&Statement>, facts: &Facts, captured: &Captured) -> Vec<String> {
    let mut words =
        vec!["Others may change the same rows before it runs; then you are asked again.".to_owned()];
    for table in facts.tables.values() {
        let (touched, name) = (facts.touched(table), table.full_name());
        if touched == Operations::default() {
            continue;
        }
        let named = |pick: &dyn Fn(&crate::facts::Column) -> bool| -> String {
            let names: Vec<&str> =
                table.columns.iter().filter(|c| pick(c)).map(|c| c.name.as_str()).collect();
            names.join(", ")
        };
        let generated = named(&|c| !c.generated.is_empty());
        if !generated.is_empty() && (touched.insert || touched.update) {
            words.push(format!("The database computes {generated} of {name} itself."));
        }
        let numbered = named(&|c| {
            !c.identity.is_empty() || c.default.as_deref().is_some_and(|d| d.contains("nextval("))
        });
        if touched.insert && !numbered.is_empty() {
            words.push(format!(
                "Numbers for {numbered} of {name} come from a sequence: those shown here are used up, and others are given."
            ));
        }
        if !table.row_security.is_empty() {
            words.push(format!(
                "Row-level security hides rows of {name}: only those that the writing role sees are changed."
            ));
        }
        if table.kind == "p" {
            words.push(format!("{name} is partitioned: the rows stand in its partitions."));
        }
    }
    for (table, trigger) in facts.triggers() {
        words.push(format!(
            "The trigger {} of {} runs too; what it does outside the database's rows cannot be shown or taken back.",
            trigger.name,
            table.full_name()
        ));
    }
    let moment = statement.is_some_and(|s| {
        s.asks_moment
            || s.functions
                .iter()
                .any(|f| matches!(f.as_str(), "now" | "clock_timestamp" | "random" | "gen_random_uuid"))
    });
    if moment {
        words.push("Times and random values will be those of the moment in which it runs.".to_owned());
    }
    words.extend(captured.not_restored.iter().cloned());
    words
}
