//! English at the level of words: tokens, base forms, numbers in words, and small dictionaries of general
//! words. Nothing here knows a table or a column.

use std::collections::HashMap;
use std::sync::OnceLock;

/// A piece of the question.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// As written.
    pub text: String,
    /// In lower case.
    pub lower: String,
    /// Base form of `lower`.
    pub lemma: String,
    /// What it is.
    pub kind: TokenKind,
}

/// Kinds of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A word.
    Word,
    /// Digits, perhaps with a fraction.
    Number,
    /// Text in quotation marks, without them.
    Quoted,
    /// `2025-01-31`.
    IsoDate,
    /// A mark: , ; . ? ! : or a comparison sign.
    Mark,
}

/// Splits a question into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        if c.is_whitespace() || c.is_control() {
            i += 1;
            continue;
        }
        let opens = matches!(c, '"' | '“' | '”' | '«' | '`')
            || (matches!(c, '\'' | '‘') && (i == 0 || !chars[i - 1].is_alphanumeric()));
        if opens && let Some(end) = closing(&chars, i) {
            let inner: String = chars[i + 1..end].iter().collect();
            push(&mut out, inner.trim().to_owned(), TokenKind::Quoted);
            i = end + 1;
            continue;
        }
        if c.is_ascii_digit() {
            let iso: String = chars[i..chars.len().min(i + 10)].iter().collect();
            let ends = chars.get(i + 10).is_none_or(|c| !c.is_alphanumeric() && *c != '-');
            if iso.len() == 10 && ends && is_iso_shape(&iso) {
                push(&mut out, iso, TokenKind::IsoDate);
                i += 10;
                continue;
            }
            let (number, next) = number_at(&chars, i);
            if chars.get(next).is_none_or(|c| !c.is_alphanumeric()) {
                push(&mut out, number, TokenKind::Number);
                i = next;
                continue;
            }
        }
        if c.is_alphanumeric() || c == '_' {
            let start = i;
            while i < chars.len()
                && (chars[i].is_alphanumeric()
                    || chars[i] == '_'
                    || (matches!(chars[i], '\'' | '’')
                        && chars.get(i + 1).is_some_and(|c| c.is_alphanumeric())))
            {
                i += 1;
            }
            let word: String = chars[start..i].iter().collect::<String>().replace('’', "'");
            push_word(&mut out, &word);
            continue;
        }
        let two: String = chars[i..chars.len().min(i + 2)].iter().collect();
        if matches!(two.as_str(), ">=" | "<=" | "<>" | "!=" | "==") {
            push(&mut out, two, TokenKind::Mark);
            i += 2;
            continue;
        }
        if matches!(c, ',' | ';' | '.' | '?' | '!' | ':' | '>' | '<' | '=' | '%' | '&' | '≥' | '≤') {
            push(&mut out, c.to_string(), TokenKind::Mark);
        }
        i += 1;
    }
    out
}

fn closing(chars: &[char], open: usize) -> Option<usize> {
    let closers: &[char] = match chars[open] {
        '"' | '“' | '”' => &['"', '”', '“'],
        '«' => &['»'],
        '`' => &['`', '\''],
        _ => &['\'', '’'],
    };
    (open + 1..chars.len().min(open + 200)).find(|&at| {
        closers.contains(&chars[at])
            && (closers[0] != '\'' || chars.get(at + 1).is_none_or(|c| !c.is_alphanumeric()))
            && at > open + 1
    })
}

fn is_iso_shape(text: &str) -> bool {
    text.char_indices().all(|(i, c)| if i == 4 || i == 7 { c == '-' } else { c.is_ascii_digit() })
}

fn number_at(chars: &[char], start: usize) -> (String, usize) {
    let mut i = start;
    let mut out = String::new();
    while i < chars.len() {
        let digit_next = |n: usize| chars.get(i + n).is_some_and(char::is_ascii_digit);
        let c = chars[i];
        let thousands = c == ',' && digit_next(1) && digit_next(2) && digit_next(3) && !digit_next(4);
        if c.is_ascii_digit() {
            out.push(c);
        } else if c == '.' && digit_next(1) && !out.contains('.') {
            out.push('.');
        } else if !thousands || out.contains('.') {
            break;
        }
        i += 1;
    }
    let factor = chars.get(i).filter(|_| chars.get(i + 1).is_none_or(|c| !c.is_alphanumeric()));
    match factor {
        Some('k' | 'K') if !out.contains('.') => (out + "000", i + 1),
        Some('m' | 'M') if !out.contains('.') => (out + "000000", i + 1),
        _ => (out, i),
    }
}

fn push_word(out: &mut Vec<Token>, word: &str) {
    let lower = word.to_lowercase();
    if let Some(stem) = lower.strip_suffix("n't") {
        let verb = if stem == "ca" {
            "can"
        } else if stem == "wo" {
            "will"
        } else {
            stem
        };
        push(out, verb.to_owned(), TokenKind::Word);
        push(out, "not".to_owned(), TokenKind::Word);
        return;
    }
    for (ending, full) in
        [("'s", ""), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", ""), ("'m", "am")]
    {
        if lower.ends_with(ending) {
            push(out, word.chars().take(word.chars().count() - ending.len()).collect(), TokenKind::Word);
            if !full.is_empty() {
                push(out, full.to_owned(), TokenKind::Word);
            } else if ending == "'s" {
                push(out, "'s".to_owned(), TokenKind::Mark);
            }
            return;
        }
    }
    if lower == "ids" {
        push(out, lower, TokenKind::Word);
        return;
    }
    // A name as the catalogue writes it: its words.
    for part in split_name(word) {
        push(out, part, TokenKind::Word);
    }
}

fn push(out: &mut Vec<Token>, text: String, kind: TokenKind) {
    let lower = text.to_lowercase();
    let lemma = if kind == TokenKind::Word { lemma(&lower) } else { lower.clone() };
    out.push(Token { text, lower, lemma, kind });
}

/// `first_name`, `firstName`, `First Name` → the words.
pub fn split_name(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = name.chars().collect();
    for (i, &c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            if !word.is_empty() {
                out.push(std::mem::take(&mut word));
            }
            continue;
        }
        let after_lower = i > 0 && chars[i - 1].is_lowercase();
        let before_lower =
            i > 0 && chars[i - 1].is_uppercase() && chars.get(i + 1).is_some_and(|n| n.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) && !word.is_empty() {
            out.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    if !word.is_empty() {
        out.push(word);
    }
    out
}

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
        "staffs" => "staff",
        "aircrafts" => "aircraft",
        "movies" => "movie",
        "cookies" => "cookie",
        "ids" => "id",
        "series" | "species" | "news" | "is" | "was" | "has" | "does" | "this" | "its" | "gas" | "plus"
        | "always" => word,
        _ => "",
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
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

/// What verbs and nouns of one family share: "opened", "opening" and "open" give the same.
pub fn root(word: &str) -> String {
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
    let tail: Vec<char> = stem.chars().rev().take(2).collect();
    // "enrolled" and "enrolment"; short words ("call", "fill") keep both.
    let twice = tail.len() == 2 && tail[0] == tail[1] && stem.len() > 4;
    if twice && tail[0] != 's' && (tail[0] != 'l' || stem.len() >= 6) {
        stem.pop();
    }
    stem
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

/// Words that add nothing to what is asked.
pub fn is_filler(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "a",
        "about",
        "across",
        "actually",
        "all",
        "along",
        "also",
        "am",
        "among",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "but",
        "can",
        "case",
        "come",
        "contained",
        "could",
        "current",
        "currently",
        "data",
        "database",
        "detail's",
        "did",
        "display",
        "do",
        "does",
        "done",
        "ever",
        "exist",
        "exists",
        "existing",
        "find",
        "for",
        "from",
        "get",
        "gets",
        "give",
        "given",
        "got",
        "had",
        "has",
        "have",
        "having",
        "here",
        "i",
        "if",
        "in",
        "information",
        "into",
        "is",
        "it",
        "its",
        "just",
        "kindly",
        "know",
        "like",
        "list",
        "listed",
        "me",
        "my",
        "need",
        "of",
        "on",
        "ones",
        "one",
        "or",
        "our",
        "out",
        "overall",
        "please",
        "print",
        "provide",
        "record",
        "recorded",
        "records",
        "report",
        "retrieve",
        "return",
        "see",
        "select",
        "show",
        "so",
        "some",
        "tell",
        "that",
        "the",
        "their",
        "them",
        "themselves",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "together",
        "us",
        "value",
        "values",
        "want",
        "was",
        "we",
        "were",
        "what",
        "where",
        "which",
        "who",
        "whom",
        "will",
        "with",
        "would",
        "you",
        "your",
        "respectively",
        "corresponding",
        "corresponds",
        "result",
        "results",
        "associated",
        "both",
        "whose",
        "her",
        "his",
        "he",
        "she",
        "present",
        "describe",
        "compute",
        "calculate",
        "correspond",
        "name's",
        "kind",
        "whole",
        "entire",
        "various",
        "every",
        "total",
        "particular",
        "specific",
        "available",
        "anything",
        "only",
        "instead",
        "whats",
        "euros",
        "euro",
        "eur",
        "dollars",
        "dollar",
        "usd",
        "made",
        "each",
        "possible",
        "stored",
        "now",
        "use",
        "used",
        "uses",
    ];
    static SET: OnceLock<std::collections::HashSet<&str>> = OnceLock::new();
    SET.get_or_init(|| WORDS.iter().copied().collect()).contains(word)
}

/// Verbs of belonging and happening that only say that two things are connected, which the keys say already.
pub fn is_link_verb(word: &str) -> bool {
    const ROOTS: &[&str] = &[
        "belong",
        "bought",
        "buy",
        "contain",
        "cover",
        "enroll",
        "held",
        "hold",
        "includ",
        "join",
        "keep",
        "kept",
        "liv",
        "locat",
        "made",
        "mak",
        "own",
        "part",
        "placed",
        "possess",
        "produc",
        "purchas",
        "receiv",
        "sold",
        "sell",
        "serv",
        "situat",
        "tak",
        "took",
        "us",
        "work",
        "writ",
        "wrot",
        "written",
        "headquarter",
        "order",
        "occur",
        "happen",
        "com",
        "went",
        "go",
        "employ",
        "offer",
        "involv",
        "relat",
        "connect",
        "link",
        "attend",
        "visit",
        "live",
        "pay",
        "paid",
        "stay",
        "born",
        "publish",
        "regist",
        "manag",
        "assign",
        "creat",
        "report",
        "bas",
        "incur",
        "caus",
        "led",
        "lead",
        "file",
        "fil",
        "appear",
        "respond",
        "sent",
        "send",
        "process",
        "charg",
        "shipp",
        "ship",
        "deliver",
        "handl",
        "subscrib",
        "solv",
    ];
    if matches!(
        word,
        "coming"
            | "living"
            | "lives"
            | "came"
            | "comes"
            | "going"
            | "goes"
            | "headed"
            | "traveled"
            | "travelled"
            | "using"
            | "there's"
    ) {
        return true;
    }
    let root = root(word);
    ROOTS.contains(&word) || ROOTS.contains(&root.as_str())
}

/// Groups of words of one meaning, general English only.
const SYNONYMS: &[&[&str]] = &[
    &["revenue", "sales", "sale", "turnover", "amount", "total", "income", "earning", "proceeds"],
    &["price", "cost", "fee"],
    &["salary", "wage", "pay"],
    &["gender", "sex"],
    &["kid", "child"],
    &["author", "writer"],
    &["supervisor", "manager", "boss"],
    &["grade", "mark"],
    &["stadium", "arena"],
    &["team", "club"],
    &["salesperson", "salesman"],
    &["visitor", "guest"],
    &["cell", "mobile"],
    &["motor", "engine"],
    &["trip", "journey"],
    &["house", "home"],
    &["review", "comment"],
    &["hobby", "interest"],
    &["enrollment", "enrolment", "registration"],
    &["color", "colour"],
    &["center", "centre"],
    &["catalog", "catalogue"],
    &["organisation", "organization"],
    &["licence", "license"],
    &["program", "programme"],
    &["theater", "theatre"],
    &["money", "amount"],
    &["expense", "cost"],
    &["shop", "store", "branch", "outlet"],
    &["city", "town"],
    &["school", "college", "university"],
    &["class", "course"],
    &["book", "volume"],
    &["song", "track"],
    &["place", "location", "venue"],
    &["job", "occupation", "profession"],
    &["supplier", "vendor"],
    &["nationality", "citizenship"],
    &["surname", "lastname"],
    &["ability", "skill"],
    &["cuisine", "food"],
    &["picture", "photo", "image"],
    &["match", "game"],
    &["attorney", "lawyer"],
    &["faculty", "professor"],
    &["boat", "ship"],
    &["illness", "disease"],
    &["spouse", "wife", "husband"],
    &["comment", "remark"],
    &["weight", "mass"],
    &["number", "count"],
    &["address", "street"],
    &["capacity", "size"],
    &["manufacturer", "maker", "producer"],
    &["hotel", "inn"],
    &["coach", "trainer"],
    &["customer", "client", "buyer"],
    &["employee", "staff", "worker", "personnel"],
    &["person", "people", "individual"],
    &["product", "item", "article", "good"],
    &["order", "purchase"],
    &["purchase", "sale"],
    &["ticket", "issue"],
    &["kind", "type", "category"],
    &["phone", "telephone", "mobile"],
    &["mail", "email"],
    &["zip", "postcode", "postal"],
    &["film", "movie"],
    &["car", "vehicle", "automobile"],
    &["aircraft", "airplane", "plane"],
    &["company", "firm", "corporation", "enterprise"],
    &["department", "division"],
    &["region", "area"],
    &["birthday", "birthdate"],
    &["start", "begin", "from"],
    &["end", "finish", "to"],
    &["rank", "ranking", "position"],
    &["teacher", "instructor"],
    &["student", "pupil"],
    &["doctor", "physician"],
    &["create", "creation", "established", "founded"],
    &["title", "name"],
    &["quantity", "amount", "count"],
    &["country", "nation"],
    &["description", "detail"],
    &["percent", "percentage", "rate"],
    &["state", "status"],
    &["score", "rating"],
    &["duration", "length", "time"],
    &["time", "hour", "minute"],
    &["date", "day", "time"],
    &["identifier", "id"],
    &["dollar", "usd"],
    &["euro", "eur"],
];

/// What people are called in tables.
pub fn is_person(word: &str) -> bool {
    const PERSONS: &str = "agent artist author buyer client customer doctor driver employee guest head member passenger \
        patient person player reviewer seller staff student teacher user worker";
    PERSONS.split_ascii_whitespace().any(|w| w == word)
}

/// Words that mean about the same.
pub fn synonyms(word: &str) -> &'static [&'static str] {
    static MAP: OnceLock<HashMap<&str, Vec<&str>>> = OnceLock::new();
    let map = MAP.get_or_init(|| {
        let mut map: HashMap<&str, Vec<&str>> = HashMap::new();
        for group in SYNONYMS {
            for word in *group {
                map.entry(word).or_default().extend(group.iter().filter(|w| *w != word));
            }
        }
        map
    });
    map.get(word).map_or(&[], Vec::as_slice)
}

/// Usual abbreviations in names, by their long form.
pub fn long_form(word: &str) -> Option<&'static str> {
    Some(match word {
        "qty" => "quantity",
        "num" | "no" | "nr" | "nbr" => "number",
        "amt" => "amount",
        "desc" | "descr" => "description",
        "dept" => "department",
        "emp" => "employee",
        "cust" => "customer",
        "prod" => "product",
        "addr" => "address",
        "dob" => "birthdate",
        "tel" => "telephone",
        "acc" => "account",
        "bal" => "balance",
        "tot" => "total",
        "cred" => "credit",
        "apt" => "apartment",
        "bldg" => "building",
        "mgr" => "manager",
        "prof" => "professor",
        "doc" => "document",
        "ref" => "reference",
        "pop" => "population",
        "sal" => "salary",
        "cnt" => "count",
        "lvl" => "level",
        "loc" => "location",
        "univ" => "university",
        "dest" => "destination",
        "dep" => "departure",
        "arr" => "arrival",
        "yr" => "year",
        "avg" => "average",
        "temp" => "temperature",
        "hum" => "humidity",
        "cat" => "category",
        "pct" => "percent",
        "acct" => "account",
        "org" => "organization",
        "dt" => "date",
        "ts" => "time",
        "fname" => "first name",
        "lname" => "last name",
        "max" => "maximum",
        "min" => "minimum",
        "info" => "information",
        _ => return None,
    })
}

/// The text is written in letters other than Latin, for the most part.
pub fn is_other_script(text: &str) -> bool {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let other = letters.iter().filter(|c| **c > '\u{24f}').count();
    letters.len() >= 2 && other * 2 > letters.len()
}

/// The text looks like a European language other than English.
pub fn other_language(words: &[&str]) -> Option<&'static str> {
    const LANGUAGES: &[(&str, &[&str])] = &[
        (
            "German",
            &[
                "wie", "viele", "welche", "der", "die", "das", "und", "zeige", "mir", "ist", "sind", "gibt",
                "es", "von", "im", "letzten", "wieviele", "nach", "mit", "bitte",
            ],
        ),
        (
            "French",
            &[
                "combien", "quels", "quelles", "quel", "le", "la", "les", "des", "et", "montre", "moi",
                "est", "sont", "du", "de", "dans", "avec", "par", "mois",
            ],
        ),
        (
            "Spanish",
            &[
                "cuantos", "cuántos", "cuales", "cuáles", "el", "los", "las", "y", "muestra", "son", "hay",
                "de", "del", "en", "con", "por", "mes", "clientes",
            ],
        ),
        (
            "Italian",
            &[
                "quanti", "quante", "quali", "il", "gli", "le", "e", "mostra", "sono", "di", "del", "nel",
                "con", "per", "mese",
            ],
        ),
        (
            "Dutch",
            &[
                "hoeveel", "welke", "het", "een", "waren", "zijn", "er", "vorige", "maand", "van", "voor",
                "met", "toon", "klanten", "elke",
            ],
        ),
        (
            "Polish",
            &[
                "ile",
                "które",
                "jakie",
                "było",
                "jest",
                "są",
                "w",
                "na",
                "z",
                "zeszłym",
                "miesiącu",
                "miesiąc",
                "pokaż",
                "według",
                "klientów",
            ],
        ),
        (
            "Swedish",
            &[
                "hur", "många", "vilka", "och", "är", "förra", "månaden", "per", "visa", "från", "kunder",
                "med", "för",
            ],
        ),
        (
            "Portuguese",
            &[
                "quantos", "quantas", "quais", "os", "as", "mostre", "são", "há", "do", "da", "em", "com",
                "por", "mês",
            ],
        ),
    ];
    let english = words
        .iter()
        .filter(|w| is_filler(w) || matches!(**w, "how" | "many" | "by" | "per" | "much"))
        .count();
    LANGUAGES
        .iter()
        .map(|(name, list)| (words.iter().filter(|w| list.contains(w)).count(), *name))
        .filter(|(hits, _)| *hits >= 2 && *hits > english)
        .max()
        .map(|(_, name)| name)
}

/// Other names of countries that people abbreviate.
pub fn country_names(word: &str) -> &'static [&'static str] {
    match word {
        "us" | "usa" => &["usa", "us", "united states", "united states of america"],
        "uk" | "gb" => &["uk", "gb", "united kingdom", "great britain", "england"],
        "uae" => &["uae", "united arab emirates"],
        _ => &[],
    }
}
