//! What was not understood, in words.

use super::{parse::Trouble, words::is_filler};
use rowcall_core::Catalogue;

/// The sentence for the asker.
pub(super) fn explain_trouble(trouble: &Trouble, catalogue: &Catalogue) -> String {
    match trouble {
        Trouble::Unknown(words) => {
            let telling: Vec<&String> = words.iter().filter(|w| !steers(&w.to_lowercase())).collect();
            let words = if telling.is_empty() { words.iter().collect() } else { telling };
            let listed: Vec<String> = words.iter().take(5).map(|w| format!("\"{w}\"")).collect();
            let near: Vec<String> = words.first().map(|w| nearest(w, catalogue)).unwrap_or_default();
            let hint =
                if near.is_empty() { String::new() } else { format!(" Close to it: {}.", near.join(", ")) };
            format!("I do not find what {} means in these tables.{hint}", listed.join(", "))
        }
        Trouble::Several(question, _) => question.clone(),
        Trouble::Unplaced(what) => format!("I could not make out {what}."),
    }
}

/// A word that says how other words belong together, and nothing of the data.
pub(super) fn is_grammar(word: &str) -> bool {
    is_filler(word)
        || matches!(
            word,
            "when" | "or" | "than" | "number" | "numbers" | "no" | "not" | "first" | "same" | "both"
        )
}

/// The same, and words that compare, split and deny.
pub(super) fn steers(word: &str) -> bool {
    is_grammar(word)
        || matches!(
            word,
            "per"
                | "by"
                | "never"
                | "most"
                | "more"
                | "less"
                | "least"
                | "without"
                | "between"
                | "how"
                | "up"
        )
}

fn nearest(word: &str, catalogue: &Catalogue) -> Vec<String> {
    let word = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = catalogue
        .tables
        .iter()
        .flat_map(|t| std::iter::once(t.name.as_str()).chain(t.columns.iter().map(|c| c.name.as_str())))
        .map(|name| (strsim::jaro_winkler(&word, &name.to_lowercase()), name))
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, name)| name.to_owned()).collect()
}
