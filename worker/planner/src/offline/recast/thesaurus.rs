//! Nouns that the catalogue has under another name: "parcels" are shipments, a "side effect" is an adverse event, the
//! "deadline" is a due date. Only where nothing is called as the question has it, and one of its kin alone is kept; the
//! answer says how it was read.

use super::{
    Words,
    kin::{Kin, replaced},
    lower, slice,
};
use crate::offline::{
    lexicon::Lexicon,
    plural,
    words::{is_filler, is_link_verb, lemma, number_word, root},
};
use std::sync::OnceLock;

/// Groups of nouns that stand for each other where only one of them is kept.
const KIN: &[&str] = &[
    "employee|staff member|worker|colleague|team member|coworker|co worker|staff|personnel",
    "manager|supervisor|boss|line manager|superior",
    "customer|client|buyer|shopper|consumer|purchaser|patron",
    "supplier|vendor|seller|merchant",
    "doctor|physician|clinician|practitioner|medic",
    "student|pupil|learner|trainee",
    "teacher|instructor|tutor|lecturer|professor|educator",
    "author|writer|novelist|poet",
    "driver|chauffeur|motorist|trucker",
    "passenger|traveller|traveler|commuter",
    "tenant|renter|lessee|occupant",
    "landlord|lessor|proprietor|owner",
    "guest|visitor|lodger",
    "member|subscriber",
    "resident|citizen|inhabitant|local",
    "applicant|candidate|job seeker",
    "participant|attendee|entrant|contestant|competitor",
    "player|athlete|sportsman",
    "agent|representative|rep|adviser|advisor|consultant",
    "technician|mechanic|repairman|fitter",
    "inspector|auditor|examiner",
    "donor|giver|contributor|benefactor|backer|supporter",
    "volunteer|helper",
    "referee|umpire",
    "lawyer|attorney|solicitor|counsel",
    "reporter|journalist|correspondent",
    "developer|programmer|coder",
    "user|account holder",
    "product|item|article|good|merchandise|listing",
    "shipment|parcel|package|delivery|consignment",
    "refund|reimbursement|chargeback",
    "promo code|coupon|voucher|discount code|promotion code|promotion",
    "review|rating|feedback|testimonial",
    "complaint|grievance",
    "ticket|issue|support case|support request",
    "task|to do|todo|work item",
    "bug|defect",
    "sprint|iteration",
    "due date|deadline|target date",
    "appointment|visit|consultation|checkup|check up",
    "booking|reservation",
    "prescription|medication|drug|medicine",
    "treatment|therapy",
    "diagnosis|condition|disease|illness|disorder|ailment",
    "adverse event|side effect|adverse reaction|adverse effect",
    "exam|examination|assessment|test",
    "course|class|module",
    "training|workshop|seminar|training course|course",
    "certificate|certification|credential|qualification|diploma",
    "leave request|leave|vacation|time off|absence|holiday|day off",
    "salary|pay|wage|compensation|remuneration|paycheck",
    "job title|position|job|role|occupation|profession|post|title",
    "department|division|business unit",
    "office|location|site|branch|premises|workplace",
    "hire date|hired on|hired at|start date|joining date",
    "team|squad|crew",
    "contract|agreement",
    "vehicle|car|van|truck|automobile|lorry",
    "trip|journey|ride|tour",
    "depot|garage",
    "fuel purchase|fueling|refueling|refuelling|fill up|refill|refuel",
    "repair|maintenance job|workshop job|repair job|fix",
    "part|component|spare part|spare",
    "accident|crash|collision",
    "fine|penalty|citation",
    "permit|licence|license|authorization|authorisation",
    "inspection|audit|check",
    "service request|request|complaint|report",
    "district|neighborhood|neighbourhood|borough|ward|quarter",
    "city|town|municipality",
    "province|state|region",
    "facility|venue",
    "street|road|avenue",
    "price|cost|fee|charge|tariff",
    "budget|funding",
    "expense|expenditure|spending|spend|cost",
    "discount|reduction|markdown",
    "quantity|unit|piece|copy",
    "mileage|odometer",
    "altitude|elevation|height",
    "speed|velocity",
    "phone|telephone|mobile|cell|phone number|telephone number|mobile number|cell phone",
    "email|mail|email address|mail address",
    "website|url|homepage|web address",
    "zip code|postal code|postcode|zip",
    "date of birth|birth date|birthday|birthdate|dob",
    "language|tongue|mother tongue",
    "book|publication|volume",
    "print run|printing|impression",
    "bookshop|bookstore|retailer",
    "prize|award|honour|honor|accolade|trophy",
    "genre|category",
    "movie|film|picture|motion picture",
    "song|track|tune",
    "concert|gig",
    "actor|performer|cast member",
    "director|filmmaker",
    "match|fixture|game",
    "tournament|competition|championship|contest|event",
    "stadium|arena|ground",
    "ship|vessel|boat",
    "hotel|inn|lodge",
    "restaurant|eatery|diner",
    "dish|meal|menu item",
    "specimen|sample",
    "measurement|reading|observation",
    "sensor|device|meter",
    "transfer|transaction",
    "policy|insurance policy|cover",
    "subscription|plan|membership",
    "campaign|promotion|ad campaign",
    "lead|prospect",
    "label|tag",
    "note|comment|remark",
    "reason|cause|motive|ground",
    "priority|urgency|priority level",
    "severity|seriousness|gravity|severity level",
    "difficulty|difficulty level",
    "level|tier|rank",
    "description|details",
    "end date|expiry date|expiration date|expiry|expiration|valid until|ends on|end of validity",
    "time entry|timesheet|time sheet|timesheet entry",
    "warehouse|storehouse",
    "brand|make",
    "carrier|courier|delivery company|shipping company|shipper|delivery service",
    "company|firm|business|enterprise|corporation",
    "organisation|organization|institution",
    "paper|publication|study",
    "journal|magazine|periodical",
    "trial|study|experiment",
    "specialty|speciality|specialisation|specialization|field",
    "years of practice|years of experience|experience|years working|years in practice|years experience",
    "headquarters|head office|hq|headquarter",
    "channel|sales channel",
    "fare class|travel class|class",
    "industry|sector|line of business",
    "outcome|result|verdict",
    "blood pressure|bp",
    "satisfaction|satisfaction rating|satisfaction score",
    "slope|piste|run",
    "specialty|medical specialty",
    "vacancy|job opening|opening|open position",
    "channel|source|medium",
    "load|cargo|freight",
    "license plate|plate number|plate|licence plate|number plate|registration plate|registration number",
    "raise|pay rise|salary increase|pay raise|salary rise",
    "applicant|candidate",
    "seniority|level|seniority level",
    "mobile phone|cell phone|mobile number|cell phone number|mobile phone number|cell number",
    "neighbourhood|neighborhood|district|area",
    "request|service request|case",
    "fee|charge|price",
    "capacity|room|seat|seating capacity|number of seats|number of places",
    "annual budget|yearly budget",
    "annual revenue|yearly revenue",
    "annual salary|yearly salary",
    "annual fee|yearly fee",
    "machine|equipment|device|apparatus|appliance",
    "fax|facsimile|fax number|facsimile number",
    "insurer|insurance company|insurance carrier|insurance provider",
    "theatre|theater|playhouse",
    "constituency|electoral district|riding",
    "polling station|polling place|voting station",
    "voter|elector",
    "candidate|nominee|contender",
    "running time|runtime|duration",
    "role|character",
    "composer|songwriter",
    "sponsor|backer|patron",
    "lot|auction item",
    "hammer price|selling price|sale price|final price",
    "estimate|valuation",
    "berth|dock|pier|quay|wharf",
    "captain|skipper|ship master",
    "crew member|sailor|seaman|deckhand",
    "cashier|till operator",
    "receipt|bill|sales slip",
    "loyalty card|customer card|reward card|rewards card|bonus card",
    "barcode|ean|upc",
    "nationality|citizenship",
    "gender|sex",
    "weight|mass",
    "colour|color",
    "hometown|home town|home city",
    "birthplace|place of birth",
    "mark|grade|score",
    "term|semester",
    "dorm|dormitory|hall of residence|student residence",
    "thesis|dissertation",
    "headcount|number of employees|employee count|staff count",
    "market cap|market capitalization|market capitalisation|market value",
    "peak|summit|mountain",
    "river|stream|waterway",
    "aircraft|airplane|plane|aeroplane|jet",
    "airport|airfield",
    "luggage|baggage",
    "farm|ranch",
    "breed|species",
    "vet|veterinarian|veterinary surgeon",
    "museum|gallery",
    "exhibition|exhibit",
    "artwork|work of art|painting",
    "artist|painter",
    "loan|borrowing",
    "publisher|publishing house",
    "newspaper|paper|gazette",
    "headline|title",
    "show|program|programme",
    "episode|instalment|installment",
    "viewer|audience|viewership",
    "band|music group",
    "singer|vocalist",
    "orchestra|ensemble",
    "conductor|maestro",
    "username|login|user name|login name",
    "thread|topic|discussion",
    "incident|outage",
    "api key|access key|token",
    "app|application",
    "invoice|bill",
    "payment|remittance",
    "interest rate|rate of interest",
    "policy holder|policyholder|insured person",
    "premium|insurance premium",
    "hospital|clinic|medical center|medical centre",
    "surgery|operation|procedure",
    "admission|stay|hospitalization|hospitalisation",
    "vaccine|vaccination|shot|jab",
    "blood type|blood group",
    "laboratory|lab",
    "lab test|laboratory test|test",
    "trainer|coach",
    "rank|ranking|placing",
    "team|club",
    "property|real estate|house",
    "apartment|flat",
    "rent|monthly rent|rental price",
    "lease|tenancy|rental agreement",
    "realtor|estate agent|broker",
    "donation|gift|contribution",
    "speaker|presenter",
    "talk|presentation|lecture",
    "organizer|organiser|host",
    "venue|hall",
    "wage|hourly wage|hourly pay",
    "body part|body region",
    "overhang|slope|incline",
    "entry fee|entrance fee|admission fee|registration fee|fee",
    "prize money|purse|prize pot|prize fund",
    "container|box",
    "harbour|harbor|port",
    "tonnage|gross tonnage",
    "shelf|rack",
    "stock|inventory|stock level",
    "discount|rebate",
    "shift|work shift",
    "population|inhabitants|number of inhabitants|head count",
    "hourly wage|hourly pay|hourly rate|pay per hour|wage per hour",
    "daily fee|day fee|fee per day",
    "daily rate|day rate|rate per day",
    "monthly fee|fee per month|monthly price|price per month",
];

/// Whether a name in the catalogue is this phrase.
#[derive(Clone, Copy, PartialEq)]
enum Kept {
    /// Of a table.
    Table,
    /// Of a column.
    Column,
}

/// The question with the names that are kept, and what to say of it.
pub(super) fn thesaurus(question: &str, lexicon: &Lexicon) -> (String, Vec<String>) {
    replaced(question, |text, found, at, used| {
        let name = stands(text, found, at, used, lexicon)?;
        let last = lower(found, at + used - 1);
        let several = lemma(last) != last && !name.ends_with('s');
        let said = if several { plural(&name) } else { name };
        Some((said.clone(), said))
    })
}

/// What the words at a place are called in the catalogue, where that is otherwise.
fn stands(text: &str, found: &Words, at: usize, used: usize, lexicon: &Lexicon) -> Option<String> {
    let beside = (at..at + used - 1).all(|n| slice(text, found[n].to..found[n + 1].from) == " ");
    if !beside {
        return None;
    }
    let mut parts: Vec<String> = (at..at + used).map(|n| lower(found, n).to_owned()).collect();
    if let Some(last) = parts.last_mut() {
        *last = lemma(last);
    }
    let phrase = parts.join(" ");
    static GROUPS: OnceLock<Kin> = OnceLock::new();
    let groups = GROUPS.get_or_init(|| Kin::new(KIN));
    if !groups.has(&phrase) || is_known(&parts, lexicon) || !is_noun(text, found, at, used) {
        return None;
    }
    let mut kin: Vec<(&str, Kept)> = Vec::new();
    let lines = |name: &str| !name.contains(' ') && only_lines(name, lexicon);
    for name in groups.of(&phrase).filter(|name| !lines(name)) {
        if let Some(kept) = kept(name, lexicon)
            && !kin.iter().any(|(known, _)| *known == name)
        {
            kin.push((name, kept));
        }
    }
    let tables: Vec<&(&str, Kept)> = kin.iter().filter(|(_, kept)| *kept == Kept::Table).collect();
    match (tables.as_slice(), kin.as_slice()) {
        ([one], _) => Some(one.0.to_owned()),
        ([], [one]) => Some(one.0.to_owned()),
        _ => None,
    }
}

/// The catalogue knows this already, or the readers do.
fn is_known(parts: &[String], lexicon: &Lexicon) -> bool {
    let phrase: Vec<&str> = parts.iter().map(String::as_str).collect();
    let word = |w: &str| {
        lexicon.is_word(w)
            || !lexicon.values(&[w]).is_empty()
            || lexicon.term(&[w]).is_some()
            || lexicon.stands_for(w, 0.75).iter().any(|own| is_head(own, lexicon)) && !only_lines(w, lexicon)
    };
    if !lexicon.values(&phrase).is_empty() || lexicon.term(&phrase).is_some() {
        return true;
    }
    match phrase.as_slice() {
        [one] => word(one) || is_filler(one),
        several => {
            // "the start date" of `started_on`
            let verb = root(several[0]);
            let timed = several.last() == Some(&"date")
                && lexicon.columns.iter().flatten().any(|c| c.words.iter().any(|w| root(w) == verb));
            if timed {
                return true;
            }
            let senses: Vec<Vec<String>> = several.iter().map(|w| lexicon.stands_for(w, 0.75)).collect();
            let says = |name: &[String]| senses.iter().all(|of| name.iter().any(|w| of.contains(w)));
            lexicon.tables.iter().chain(lexicon.columns.iter().flatten()).any(|name| says(&name.words))
        }
    }
}

/// Something is called by the word: "ships" are no shipping lines.
fn is_head(word: &str, lexicon: &Lexicon) -> bool {
    lexicon.tables.iter().any(|t| t.words.last().is_some_and(|last| last == word))
        || !lexicon.columns_with(word).is_empty()
}

/// The word names but the lines of something: "items" those of orders, where the products are kept as listings.
fn only_lines(word: &str, lexicon: &Lexicon) -> bool {
    let named: Vec<usize> =
        lexicon.tables_for(&[word]).iter().filter(|(_, s)| *s >= 0.5).map(|(t, _)| *t).collect();
    let edges = &lexicon.prepared.graph.edges;
    let line = |t: &usize| {
        let ties = edges.iter().filter(|e| e.from == *t && e.to != *t).count();
        let named = lexicon.columns[*t]
            .iter()
            .any(|c| c.words.last().is_some_and(|w| matches!(w.as_str(), "name" | "title" | "label")));
        ties >= 2 && !named
    };
    let key = |words: &[String]| words.last().is_some_and(|w| w == "id");
    let columns =
        lexicon.columns.iter().flatten().any(|c| !key(&c.words) && c.words.iter().any(|w| w == word));
    !named.is_empty() && named.iter().all(line) && !columns
}

/// What stands there can be a noun: nothing before it makes it a verb.
fn is_noun(text: &str, found: &Words, at: usize, used: usize) -> bool {
    let written = slice(text, found[at].from..found[at].to);
    // "e-mail" is one word.
    // "in order of the year", and "hired on", as a column may be called.
    let prepares = matches!((lower(found, at.wrapping_sub(1)), lower(found, at)), ("in", "order"));
    if prepares || used > 1 && matches!(lower(found, at + used - 1), "on" | "at" | "until") {
        return false;
    }
    // A "piece of equipment" is one of it.
    if used == 1 && matches!(lower(found, at), "piece" | "pieces") && lower(found, at + 1) == "of" {
        return false;
    }
    // "Which mechanic charges the most?"
    let next = |n: usize| lower(found, at + used + n);
    if used == 1 && next(0) == "the" && matches!(next(1), "most" | "least" | "fewest") {
        return false;
    }
    let tied = slice(text, ..found[at].from).ends_with('-')
        || slice(text, found[at + used - 1].to..).starts_with('-');
    if tied || at > 0 && written.starts_with(char::is_uppercase) {
        return false;
    }
    let word = lower(found, at + used - 1);
    let several = lemma(word) != word;
    // "is headquartered"
    if several && word.ends_with("ed") {
        return false;
    }
    let before = at.checked_sub(1).map_or("", |b| lower(found, b));
    let verb = "who that they we i you has have had been was were is are did do does not never to will would can could \
        may it he she us get gets";
    let opens = "the a an each every per of many which what by all any no our your their its his her this these and or with \
        without for most more fewest least total average number in on new single different distinct whose some two three \
        between than from as only average";
    let is_one_of = |list: &str| list.split_ascii_whitespace().any(|w| w == before);
    if is_one_of(verb) {
        return false;
    }
    at == 0
        || is_one_of(opens)
        || used > 1
        || several
        || number_word(before).is_some()
        || before.ends_with('s') && !is_link_verb(word)
        || before.bytes().all(|b| b.is_ascii_digit())
        || !is_link_verb(word) && !word.ends_with("ed") && !word.ends_with("ing")
}

/// A table or a column is called so.
fn kept(name: &str, lexicon: &Lexicon) -> Option<Kept> {
    let phrase: Vec<String> = name.split(' ').map(str::to_owned).collect();
    let ends = |words: &[String]| words.ends_with(&phrase);
    if lexicon.tables.iter().any(|t| ends(&t.words)) {
        return Some(Kept::Table);
    }
    let of_column = |words: &[String]| {
        let key = words.last().is_some_and(|w| w == "id");
        !key && (words == phrase.as_slice()
            || phrase.len() > 1 && words.windows(phrase.len()).any(|w| w == phrase.as_slice())
            || ends(words))
    };
    lexicon.columns.iter().flatten().any(|c| of_column(&c.words)).then_some(Kept::Column)
}
