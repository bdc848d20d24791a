//! Base forms of words, and numbers in words.

/// Singular of a noun; other words stay as they are.
pub fn lemma(word: &str) -> String {
    let fixed = match word {
        "people" | "persons" => "person",
        "children" => "child",
        "men" => "man",
        "women" => "woman",
        "mice" => "mouse",
        "feet" => "foot",
        "criteria" => "criterion",
        "analyses" => "analysis",
        "bases" => "basis",
        "crises" => "crisis",
        "diagnoses" => "diagnosis",
        "hypotheses" => "hypothesis",
        "theses" => "thesis",
        "media" => "medium",
        "teeth" => "tooth",
        "geese" => "goose",
        "wives" => "wife",
        "knives" => "knife",
        "wolves" => "wolf",
        "shelves" => "shelf",
        "leaves" => "leaf",
        "halves" => "half",
        "loaves" => "loaf",
        "calves" => "calf",
        "staffs" => "staff",
        "aircrafts" => "aircraft",
        "movies" => "movie",
        "cookies" => "cookie",
        "ids" => "id",
        "buses" => "bus",
        "gases" => "gas",
        "lenses" => "lens",
        "ads" => "ad",
        "mins" => "minute",
        "secs" => "second",
        "series" | "species" | "news" | "is" | "was" | "has" | "does" | "this" | "its" | "gas" | "plus"
        | "always" => word,
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    // "salespeople", "chairpeople"
    if let Some(who) = word.strip_suffix("people").filter(|who| !who.is_empty()) {
        return format!("{who}person");
    }
    let n = word.len();
    if n > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..n - 3]);
    }
    for end in ["sses", "xes", "ches", "shes", "zzes"] {
        if n > 4 && word.ends_with(end) {
            return word[..n - 2].to_owned();
        }
    }
    if n > 5 && (word.ends_with("uses") && !word.ends_with("ouses") && !word.ends_with("auses")) {
        return word[..n - 2].to_owned();
    }
    if n > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is")
    {
        return word[..n - 1].to_owned();
    }
    word.to_owned()
}

/// Nouns and verbs whose root their endings do not tell: what was submitted has a submission.
const IRREGULAR: [(&str, &str); 20] = [
    ("left", "leav"),
    ("leaving", "leav"),
    ("began", "begin"),
    ("begun", "begin"),
    ("sent", "send"),
    ("won", "win"),
    ("lost", "los"),
    ("wrote", "writ"),
    ("written", "writ"),
    ("submission", "submit"),
    ("decision", "decid"),
    ("delivery", "deliver"),
    ("deliveries", "deliver"),
    ("closure", "clos"),
    ("expiry", "expir"),
    ("receipt", "receiv"),
    ("ended", "end"),
    ("ending", "end"),
    ("aired", "air"),
    ("added", "add"),
];

/// What verbs and nouns of one family share: "opened", "opening" and "open" give the same.
pub fn root(word: &str) -> String {
    if let Some((_, stem)) = IRREGULAR.iter().find(|(said, _)| *said == word) {
        return (*stem).to_owned();
    }
    let word = lemma(word);
    let mut stem = word.as_str();
    // Twice, since "registered" is what one did who came to "register".
    for _ in 0..2 {
        let cut = ["ations", "ation", "ition", "ing", "ment", "ion", "ed", "al", "or", "er"]
            .iter()
            .find_map(|end| stem.strip_suffix(end).filter(|cut| cut.chars().count() >= 4));
        let Some(cut) = cut else { break };
        stem = cut;
    }
    let mut stem = stem.trim_end_matches('e').to_owned();
    // "registration" and "register"
    if stem.ends_with("istr") {
        stem.pop();
    }
    let tail: Vec<char> = stem.chars().rev().take(2).collect();
    // "enrolled" and "enrolment"; short words ("call", "fill") keep both.
    let twice = tail.len() == 2 && tail[0] == tail[1] && stem.len() > 4;
    if twice && tail[0] != 's' && (tail[0] != 'l' || stem.len() >= 6) {
        stem.pop();
    }
    stem
}

/// The same of a verb that may be too short for its root: "hired", "hiring" and "hire" share "hir".
pub fn verb_root(verb: &str) -> String {
    let short = verb.strip_suffix("ed").or_else(|| verb.strip_suffix("ing")).filter(|cut| cut.len() == 3);
    short.map_or_else(|| root(verb), str::to_owned)
}

/// A number in words up to a hundred, "dozen", "a couple".
pub fn number_word(word: &str) -> Option<i64> {
    const UNITS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
    ];
    if let Some(n) = UNITS.iter().position(|u| *u == word) {
        return i64::try_from(n).ok();
    }
    Some(match word {
        "once" => 1,
        "twice" => 2,
        "dozen" => 12,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        "hundred" => 100,
        "thousand" => 1000,
        "million" => 1_000_000,
        _ => return None,
    })
}
