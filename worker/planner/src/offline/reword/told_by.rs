//! Rows that are told by a column in other words: "the bus with number 118", "whose type is described as X", "earning a
//! salary of more than 40000".

use super::{is_end, lower, with_columns::column, word};
use crate::offline::{
    lexicon::Lexicon,
    words::{Token, TokenKind},
};
use rowcall_core::Catalogue;

/// Puts the column as it is called.
pub(super) fn told_by(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    having(tokens, lexicon, catalogue);
    numbered(tokens, lexicon, catalogue);
    described(tokens, lexicon, catalogue);
}

/// "earning an annual salary of more than 40000", "paying a fee above 20": with that.
fn having(tokens: &mut [Token], lexicon: &Lexicon, catalogue: &Catalogue) {
    const HAVE: [&str; 10] = [
        "earning",
        "receiving",
        "getting",
        "paying",
        "charging",
        "having",
        "costing",
        "holding",
        "showing",
        "reaching",
    ];
    for at in 1..tokens.len().saturating_sub(4) {
        let article = matches!(lower(tokens, at + 1), "a" | "an");
        let Some(end) = column(tokens, at + 2, lexicon, catalogue).filter(|_| article) else { continue };
        let compares = matches!(
            lower(tokens, end),
            "of" | "above" | "below" | "over" | "under" | "between" | "higher" | "lower"
        );
        if HAVE.contains(&lower(tokens, at)) && compares {
            tokens[at] = word("with");
        }
    }
}

/// "the bus with number 118", "bus 118": bus number 118, where buses have one.
fn numbered(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (1..tokens.len().saturating_sub(1)).rev() {
        let thing = &tokens[at];
        if thing.kind != TokenKind::Word || thing.lower != thing.lemma {
            continue;
        }
        let told = lower(tokens, at + 1) == "with" && matches!(lower(tokens, at + 2), "number" | "no" | "nr");
        let end = if told { at + 3 } else { at + 1 };
        if tokens.get(end).is_none_or(|t| t.kind != TokenKind::Number) || !told && !is_end(tokens, end + 1) {
            continue;
        }
        let found = lexicon.tables_for(&[&thing.lemma]);
        let Some((table, _)) = found.first().filter(|(_, s)| *s >= 0.9) else { continue };
        let called = |name: &[String]| matches!(name, [own, number] if *own == thing.lemma && matches!(number.as_str(), "number" | "no" | "nr"));
        let columns = &catalogue.tables[*table];
        let key = |c: usize| columns.primary_key == [columns.columns[c].name.clone()];
        let mut names = lexicon.columns[*table].iter().enumerate();
        if names.any(|(c, name)| called(&name.words) && (told || key(c))) {
            tokens.splice(at + 1..end, [word("number")]);
            return;
        }
    }
}

/// "whose type is described as X", "in the category described as X": whose type description is X.
fn described(tokens: &mut Vec<Token>, lexicon: &Lexicon, catalogue: &Catalogue) {
    for at in (3..tokens.len().saturating_sub(1)).rev() {
        if lower(tokens, at) != "described" || lower(tokens, at + 1) != "as" {
            continue;
        }
        let is = usize::from(matches!(lower(tokens, at - 1), "is" | "are" | "was" | "were"));
        let noun = at - 1 - is;
        let known = |phrase: &[&str], least: f32| {
            lexicon.columns_for(phrase, catalogue).first().is_some_and(|(_, s)| *s >= least)
        };
        let mut from = noun;
        if from > 1 && known(&[&tokens[from - 1].lemma, &tokens[noun].lemma, "description"], 0.9) {
            from -= 1;
        }
        let words = tokens[from..=noun].to_vec();
        if from > 1 && lower(tokens, from - 1) == "the" {
            from -= 1;
        }
        let leads = matches!(lower(tokens, from - 1), "in" | "of" | "with" | "whose" | "for");
        if !leads || !known(&[&tokens[noun].lemma, "description"], 0.7) {
            continue;
        }
        let mut out = vec![word("whose")];
        out.extend(words);
        out.extend(["description", "is"].map(word));
        tokens.splice(from - 1..at + 2, out);
        return;
    }
}
