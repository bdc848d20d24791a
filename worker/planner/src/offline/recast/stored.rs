//! Values that people call otherwise: "finished" projects are `completed`, a request that was "turned down" is `rejected`,
//! somebody "on vacation" where it says `holiday`. Only where nothing is called as the question has it, and one word of the
//! same meaning alone is stored; the answer says how it was read.

use super::{
    Words,
    kin::{Kin, replaced},
    lower, slice,
};
use crate::offline::{
    lexicon::Lexicon,
    words::{is_filler, lemma},
};
use rowcall_core::ColumnRef;
use std::sync::OnceLock;

/// Words and phrases of one meaning, of which a column holds one.
const KIN: &[&str] = &[
    "completed|complete|done|finished|fulfilled",
    "rejected|declined|denied|refused|turned down|disapproved",
    "pending|awaiting|waiting|waiting for approval|waiting for a decision|awaiting approval|undecided",
    "on hold|paused|put on hold|suspended|frozen",
    "cancelled|canceled|called off",
    "in progress|ongoing|under way|underway|in the works|being worked on",
    "in transit|on the road|on its way|on their way|under way",
    "approved|accepted|signed off|authorised|authorized",
    "terminated|dismissed|fired|let go|sacked",
    "failed|fail|unsuccessful",
    "passed|successful|succeeded|successfully",
    "closed|shut|shut down",
    "inactive|deactivated|disabled|dormant",
    "draft|drafts|drafted",
    "overdue|past due|late",
    "refunded|reimbursed",
    "returned|sent back",
    "damaged|broken|defective|faulty|damage|damage on arrival",
    "used|second hand|pre owned",
    "vacation|holiday|annual leave|paid leave",
    "sick|sick leave|illness",
    "remote|remotely|from home|home office|working from home",
    "onsite|on site|in the office|in office",
    "full time|fulltime|full timer|full timers",
    "part time|parttime|part timer|part timers",
    "contract|contractor|contractors|freelance|freelancer|freelancers",
    "temporary|on a temporary basis",
    "intern|interns|internship",
    "permanent|tenured",
    "electric|electricity|battery|battery powered",
    "petrol|gasoline|gas",
    "credit card|by card",
    "bank transfer|wire transfer|by transfer",
    "phone|by phone|over the phone|by telephone",
    "mobile app|app|through the app",
    "website|web|online",
    "no show|did not show up|didn't show up|not shown up",
    "in workshop|in the shop|in the workshop|in repair|under repair|maintenance|in maintenance",
    "in service|in use|operational",
    "retired|decommissioned|scrapped|out of service",
    "urgent|critical",
    "unemployed|jobless|out of work",
    "changed mind|changed their mind|change of mind|changed his mind|changed her mind",
    "wrong item|wrong product|incorrect item",
    "dnf|did not finish|not finished",
    "customer request|by the customer|requested by customer",
    "promotion|promoted",
    "hired|taken on",
];

/// The question with the values that are stored, and what to say of it.
pub(super) fn stored(question: &str, lexicon: &Lexicon) -> (String, Vec<String>) {
    replaced(question, |text, found, at, used| {
        let value = stands(text, found, at, used, lexicon)?;
        let quoted = format!("\"{value}\"");
        // A value of several words is one only together.
        let plain = if value.contains([' ', '_', '-']) { quoted.clone() } else { value };
        Some((plain, quoted))
    })
}

/// The value that the words at a place stand for, where it is stored in other words.
fn stands(text: &str, found: &Words, at: usize, used: usize, lexicon: &Lexicon) -> Option<String> {
    let joined = |gap: &str| gap == " " || gap == "-";
    let beside = (at..at + used - 1).all(|n| joined(slice(text, found[n].to..found[n + 1].from)));
    if !beside {
        return None;
    }
    let parts: Vec<String> = (at..at + used).map(|n| lower(found, n).replace('’', "'")).collect();
    let phrase = parts.join(" ");
    static GROUPS: OnceLock<Kin> = OnceLock::new();
    let groups = GROUPS.get_or_init(|| Kin::new(KIN));
    if !groups.has(&phrase) || is_known(&parts, lexicon) || used == 1 && is_filler(&phrase) {
        return None;
    }
    // "Bank Transfer" is stored so.
    let longer = |from: usize, to: usize| {
        let parts: Vec<&str> = (from..to).map(|n| lower(found, n)).collect();
        to <= found.len() && !lexicon.values(&parts).is_empty()
    };
    if at > 0 && longer(at - 1, at + used) || longer(at, at + used + 1) {
        return None;
    }
    let mut values: Vec<(String, ColumnRef)> = Vec::new();
    for kin in groups.of(&phrase) {
        let words: Vec<&str> = kin.split(' ').collect();
        for value in lexicon.values(&words).iter().filter(|v| v.test.is_none() && !v.alias) {
            if !values.iter().any(|(text, _)| *text == value.text) {
                values.push((value.text.clone(), value.column));
            }
        }
    }
    // A verb of what people do with rows is no state of theirs: "running" a team.
    let object = matches!(lower(found, at + used), "the" | "a" | "an" | "our" | "their" | "any");
    match values.as_slice() {
        [(one, _)] if !object => Some(one.clone()),
        _ => None,
    }
}

/// The catalogue knows this already.
fn is_known(parts: &[String], lexicon: &Lexicon) -> bool {
    let phrase: Vec<&str> = parts.iter().map(String::as_str).collect();
    if !lexicon.values(&phrase).is_empty() || lexicon.term(&phrase).is_some() {
        return true;
    }
    match phrase.as_slice() {
        [one] => {
            lexicon.is_word(one) || lexicon.is_word(&lemma(one)) || lexicon.names_table(&lemma(one), 0.75)
        }
        _ => false,
    }
}
