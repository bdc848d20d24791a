//! What kind of wish a message is, by static rules. It only routes: whether something changes data is decided
//! by the checked statement. When in doubt it is a question, since a question can do no harm.

use rowcall_core::{Catalogue, Intent, IntentKind};

/// Reads the kind of wish out of a message. Any text is fine; control characters and runs of white space are
/// tidied in the text that is passed on.
pub fn understand(text: &str) -> Intent {
    read(text, true)
}

/// The same of a message about data: tasks, workflows and schedules are rows of tables, to be listed and changed like others.
pub(crate) fn understand_data(text: &str) -> Intent {
    read(text, false)
}

/// The same of a message to whoever asks a source: where tasks or workflows are kept there, they are its rows.
pub fn understand_over(text: &str, catalogue: &Catalogue) -> Intent {
    let intent = understand(text);
    if keeps_such(catalogue, intent.kind) { understand_data(text) } else { intent }
}

/// A table is called after what this kind of wish is about: `project_tasks`.
fn keeps_such(catalogue: &Catalogue, kind: IntentKind) -> bool {
    let nouns: &[&str] = match kind {
        IntentKind::Task => &["task", "tasks", "todo", "todos"],
        IntentKind::Workflow => &["workflow", "workflows", "schedule", "schedules"],
        _ => return false,
    };
    let named = |table: &str| table.to_lowercase().split('_').any(|part| nouns.contains(&part));
    catalogue.tables.iter().any(|table| named(&table.name))
}

fn read(text: &str, serves: bool) -> Intent {
    let tidy = tidy(text);
    let lower = tidy.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).take(60).collect();
    let (kind, confidence) = kind(&words, serves);
    Intent { kind, confidence, text: tidy }
}

fn tidy(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn kind(words: &[&str], serves: bool) -> (IntentKind, f32) {
    let mut rest = words;
    while let [first, tail @ ..] = rest {
        let polite =
            ["please", "can", "could", "would", "you", "hey", "hi", "hello", "ok", "okay", "now", "kindly"];
        if !polite.contains(first) {
            break;
        }
        rest = tail;
    }
    let Some(first) = rest.first().copied() else {
        return if words.is_empty() { (IntentKind::Help, 0.3) } else { (IntentKind::Help, 0.6) };
    };
    let second = rest.get(1).copied().unwrap_or("");
    let has = |list: &[&str]| rest.iter().any(|w| list.contains(w));
    if first == "help" || (first == "what" && rest.starts_with(&["what", "can"]) && has(&["ask", "do"])) {
        return (IntentKind::Help, 0.95);
    }
    let named_first = rest.iter().take(3).any(|w| matches!(*w, "task" | "todo"));
    let my_tasks =
        has(&["task", "tasks", "todo", "todos"]) && (has(&["my", "me"]) || rest.len() <= 3 || named_first);
    let task_verb = [
        "add", "create", "complete", "finish", "remind", "list", "show", "delete", "remove", "update", "mark",
    ];
    if serves && (my_tasks && task_verb.contains(&first) || first == "remind" && second == "me") {
        return (IntentKind::Task, 0.85);
    }
    let flow = has(&["workflow", "workflows", "schedule", "schedules"]);
    let flow_verb =
        ["run", "start", "create", "schedule", "stop", "pause", "resume", "cancel", "list", "show", "delete"];
    let runs = flow && flow_verb.contains(&first) && rest.len() <= 12;
    if serves && (runs || first == "schedule" && rest.len() > 1) {
        return (IntentKind::Workflow, 0.8);
    }
    if serves && first == "every" && ["day", "week", "month", "morning", "monday", "hour"].contains(&second) {
        return (IntentKind::Workflow, 0.7);
    }
    let strong = [
        "delete",
        "insert",
        "update",
        "truncate",
        "drop",
        "alter",
        "rename",
        "erase",
        "overwrite",
        "grant",
        "revoke",
    ];
    let mild = [
        "set",
        "remove",
        "clear",
        "change",
        "add",
        "create",
        "increase",
        "decrease",
        "raise",
        "lower",
        "reduce",
        "double",
        "assign",
        "reassign",
        "cancel",
        "close",
        "reopen",
        "archive",
        "deactivate",
        "activate",
        "replace",
        "move",
        "merge",
        "correct",
        "fix",
        "make",
        "register",
        "book",
        "refund",
        "purge",
        "reset",
        "put",
        "mark",
        "discount",
        "unassign",
        "restore",
    ];
    if strong.contains(&first) {
        return (IntentKind::Change, 0.95);
    }
    // "add up the amounts" changes none of them.
    if first == "add" && matches!(second, "up" | "together") {
        return (IntentKind::Read, 0.8);
    }
    if mild.contains(&first) {
        // "make it a line", "make a list", "add the region": about the answer, not about the data.
        let about_answer =
            has(&["chart", "line", "bar", "table", "graph", "list", "plot", "column", "breakdown"]);
        let follow_up = rest.len() <= 3
            && matches!(first, "add" | "make")
            && !has(&["customer", "order", "row", "record"]);
        if about_answer && matches!(first, "make" | "add") || follow_up && first == "make" {
            return (IntentKind::Read, 0.7);
        }
        return (IntentKind::Change, 0.85);
    }
    let asks = [
        "how", "what", "which", "who", "where", "when", "show", "list", "find", "give", "count", "top", "is",
        "are", "does", "do", "did", "tell", "display", "return", "get", "and", "only", "average", "total",
        "compare",
    ];
    if asks.contains(&first) {
        return (IntentKind::Read, 0.9);
    }
    (IntentKind::Read, 0.6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rowcall_core::Table;

    fn check(text: &str, kind: IntentKind) {
        assert_eq!(understand(text).kind, kind, "{text}");
    }

    #[test]
    fn wishes_are_told_apart() {
        check("how many orders last month?", IntentKind::Read);
        check("revenue by region", IntentKind::Read);
        check("please delete all cancelled orders", IntentKind::Change);
        check("set the price of product 5 to 10", IntentKind::Change);
        check("add a customer named Ann", IntentKind::Change);
        check("Can you update customer 7?", IntentKind::Change);
        check("show my tasks", IntentKind::Task);
        check("add a task: call Bob", IntentKind::Task);
        check("remind me to call Bob", IntentKind::Task);
        check("run the workflow nightly", IntentKind::Workflow);
        check("help", IntentKind::Help);
        check("what can I ask?", IntentKind::Help);
        check("make it a line chart", IntentKind::Read);
        check("as a table", IntentKind::Read);
    }

    #[test]
    fn of_data_tasks_are_rows() {
        for (text, kind) in [
            ("show my tasks", IntentKind::Read),
            ("delete task 5", IntentKind::Change),
            ("list the schedules", IntentKind::Read),
            ("mark task 5 as done", IntentKind::Change),
        ] {
            assert_eq!(understand_data(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn tasks_are_data_where_they_are_kept() {
        let catalogue = |name: &str| Catalogue {
            tables: vec![Table::new("public", name, Vec::new())],
            ..Catalogue::default()
        };
        let over = |name| understand_over("Show me my tasks", &catalogue(name)).kind;
        assert_eq!(over("project_tasks"), IntentKind::Read);
        assert_eq!(over("orders"), IntentKind::Task);
        assert_eq!(
            understand_over("list the workflows", &catalogue("project_tasks")).kind,
            IntentKind::Workflow
        );
    }

    #[test]
    fn odd_text_does_not_panic() {
        for text in ["", " \u{0}\u{7}", "'; DROP TABLE x; --", "🙂🙂🙂", "\u{202e}abc", &"a ".repeat(50_000)]
        {
            let intent = understand(text);
            assert!((0.0..=1.0).contains(&intent.confidence));
            assert!(!intent.text.contains('\u{0}'));
        }
    }
}
