//! Small dictionaries of general English words.

use super::root;
use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

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
        "via",
        "through",
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
    static SET: OnceLock<HashSet<&str>> = OnceLock::new();
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
        "fed",
        "feed",
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
            | "saw"
            | "see"
            | "seen"
            | "met"
            | "meet"
            | "wore"
            | "wear"
            | "rode"
            | "ate"
            | "drank"
            | "threw"
            | "caught"
            | "swam"
            | "brought"
            | "spent"
            | "spend"
            | "chose"
            | "grew"
            | "sat"
            | "spoke"
            | "based"
            | "tagged"
            | "stationed"
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
    &["illness", "disease", "diagnosis"],
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
    &["population", "inhabitant"],
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
    &["teacher", "instructor", "lecturer"],
    &["medicine", "medication", "drug"],
    &["bill", "invoice"],
    &["altitude", "elevation"],
    &["runtime", "duration", "length"],
    &["road", "street"],
    &["flat", "apartment"],
    &["delivery", "shipment"],
    &["tournament", "competition", "contest"],
    &["hq", "headquarters", "headquarter"],
    &["inventory", "stock"],
    &["boss", "head"],
    &["pupil", "learner"],
    &["employer", "company"],
    &["musician", "artist"],
    &["nickname", "alias"],
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
    &["loan", "borrow", "lend"],
    &["property", "listing"],
    &["subscription", "membership"],
    &["lecture", "course"],
    &["institution", "organization"],
    &["donor", "giver"],
    &["donation", "contribution", "gift"],
    &["review", "feedback"],
    &["surface", "area"],
    &["earnings", "revenue"],
    &["dollar", "usd"],
    &["euro", "eur"],
    &["hectare", "ha"],
    &["kilometer", "kilometre", "km"],
    &["kilogram", "kilo", "kg"],
    &["centimeter", "centimetre", "cm"],
];

/// What people are called in tables.
pub fn is_person(word: &str) -> bool {
    const PERSONS: &str = "agent artist author buyer client customer doctor driver employee guest head member passenger \
        patient person player reviewer seller staff student teacher user worker";
    PERSONS.split_ascii_whitespace().any(|w| w == word)
}

/// Somebody who is told by what they do or are to others: a column of that name holds names of people.
pub fn is_role(word: &str) -> bool {
    const ROLES: &str = "captain chairman coach composer conductor designer director editor founder inspector instructor \
        leader manager mayor mechanic musician owner pilot president professor singer supervisor trainer tutor winner writer";
    ROLES.split_ascii_whitespace().any(|w| w == word)
}

/// How something came to be: "built", "founded". A year may be called so.
pub fn is_beginning(word: &str) -> bool {
    const WORDS: &str = "built founded established opened created launched formed constructed released published completed \
        planted";
    WORDS.split_ascii_whitespace().any(|w| w == word)
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

/// Other names of countries that people abbreviate.
pub fn country_names(word: &str) -> &'static [&'static str] {
    match word {
        "us" | "usa" => &["usa", "us", "united states", "united states of america"],
        "uk" | "gb" => &["uk", "gb", "united kingdom", "great britain", "england"],
        "uae" => &["uae", "united arab emirates"],
        _ => &[],
    }
}
