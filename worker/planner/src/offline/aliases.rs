//! Other words for values, general English only: "female" for the `F` of a gender, "French" for France.

/// Countries and continents with the adjective of each; further names of the same place share the adjective.
const PLACES: &[(&str, &str)] = &[
    ("africa", "african"),
    ("america", "american"),
    ("argentina", "argentine"),
    ("asia", "asian"),
    ("australia", "australian"),
    ("austria", "austrian"),
    ("belgium", "belgian"),
    ("brazil", "brazilian"),
    ("britain", "british"),
    ("bulgaria", "bulgarian"),
    ("canada", "canadian"),
    ("chile", "chilean"),
    ("china", "chinese"),
    ("colombia", "colombian"),
    ("croatia", "croatian"),
    ("cuba", "cuban"),
    ("czech republic", "czech"),
    ("denmark", "danish"),
    ("egypt", "egyptian"),
    ("england", "english"),
    ("europe", "european"),
    ("finland", "finnish"),
    ("france", "french"),
    ("germany", "german"),
    ("ghana", "ghanaian"),
    ("great britain", "british"),
    ("greece", "greek"),
    ("hungary", "hungarian"),
    ("iceland", "icelandic"),
    ("india", "indian"),
    ("indonesia", "indonesian"),
    ("iran", "iranian"),
    ("ireland", "irish"),
    ("israel", "israeli"),
    ("italy", "italian"),
    ("jamaica", "jamaican"),
    ("japan", "japanese"),
    ("kenya", "kenyan"),
    ("korea", "korean"),
    ("malaysia", "malaysian"),
    ("mexico", "mexican"),
    ("morocco", "moroccan"),
    ("netherlands", "dutch"),
    ("new zealand", "new zealander"),
    ("nigeria", "nigerian"),
    ("north america", "north american"),
    ("norway", "norwegian"),
    ("pakistan", "pakistani"),
    ("peru", "peruvian"),
    ("philippines", "philippine"),
    ("poland", "polish"),
    ("portugal", "portuguese"),
    ("romania", "romanian"),
    ("russia", "russian"),
    ("scotland", "scottish"),
    ("serbia", "serbian"),
    ("singapore", "singaporean"),
    ("slovakia", "slovak"),
    ("slovenia", "slovenian"),
    ("south africa", "south african"),
    ("south america", "south american"),
    ("south korea", "south korean"),
    ("spain", "spanish"),
    ("sweden", "swedish"),
    ("switzerland", "swiss"),
    ("thailand", "thai"),
    ("turkey", "turkish"),
    ("uk", "british"),
    ("ukraine", "ukrainian"),
    ("united kingdom", "british"),
    ("united states", "american"),
    ("united states of america", "american"),
    ("us", "american"),
    ("usa", "american"),
    ("vietnam", "vietnamese"),
    ("wales", "welsh"),
];

/// Codes of countries (ISO 3166), where a column holds them.
const COUNTRY_CODES: &[(&str, &str, &str)] = &[
    ("ar", "arg", "argentina"),
    ("at", "aut", "austria"),
    ("au", "aus", "australia"),
    ("be", "bel", "belgium"),
    ("bg", "bgr", "bulgaria"),
    ("br", "bra", "brazil"),
    ("ca", "can", "canada"),
    ("ch", "che", "switzerland"),
    ("cl", "chl", "chile"),
    ("cn", "chn", "china"),
    ("co", "col", "colombia"),
    ("cz", "cze", "czech republic"),
    ("de", "deu", "germany"),
    ("dk", "dnk", "denmark"),
    ("eg", "egy", "egypt"),
    ("es", "esp", "spain"),
    ("fi", "fin", "finland"),
    ("fr", "fra", "france"),
    ("gb", "gbr", "united kingdom"),
    ("gr", "grc", "greece"),
    ("hr", "hrv", "croatia"),
    ("hu", "hun", "hungary"),
    ("ie", "irl", "ireland"),
    ("il", "isr", "israel"),
    ("in", "ind", "india"),
    ("it", "ita", "italy"),
    ("jp", "jpn", "japan"),
    ("ke", "ken", "kenya"),
    ("kr", "kor", "south korea"),
    ("mx", "mex", "mexico"),
    ("ng", "nga", "nigeria"),
    ("nl", "nld", "netherlands"),
    ("no", "nor", "norway"),
    ("nz", "nzl", "new zealand"),
    ("pe", "per", "peru"),
    ("pl", "pol", "poland"),
    ("pt", "prt", "portugal"),
    ("ro", "rou", "romania"),
    ("rs", "srb", "serbia"),
    ("ru", "rus", "russia"),
    ("se", "swe", "sweden"),
    ("sg", "sgp", "singapore"),
    ("si", "svn", "slovenia"),
    ("sk", "svk", "slovakia"),
    ("th", "tha", "thailand"),
    ("tr", "tur", "turkey"),
    ("ua", "ukr", "ukraine"),
    ("uk", "gbr", "united kingdom"),
    ("us", "usa", "united states"),
    ("vn", "vnm", "vietnam"),
    ("za", "zaf", "south africa"),
];

/// The states of the USA by their postal codes (USPS Publication 28).
const STATE_CODES: &[(&str, &str)] = &[
    ("ak", "alaska"),
    ("al", "alabama"),
    ("ar", "arkansas"),
    ("az", "arizona"),
    ("ca", "california"),
    ("co", "colorado"),
    ("ct", "connecticut"),
    ("dc", "district of columbia"),
    ("de", "delaware"),
    ("fl", "florida"),
    ("ga", "georgia"),
    ("hi", "hawaii"),
    ("ia", "iowa"),
    ("id", "idaho"),
    ("il", "illinois"),
    ("in", "indiana"),
    ("ks", "kansas"),
    ("ky", "kentucky"),
    ("la", "louisiana"),
    ("ma", "massachusetts"),
    ("md", "maryland"),
    ("me", "maine"),
    ("mi", "michigan"),
    ("mn", "minnesota"),
    ("mo", "missouri"),
    ("ms", "mississippi"),
    ("mt", "montana"),
    ("nc", "north carolina"),
    ("nd", "north dakota"),
    ("ne", "nebraska"),
    ("nh", "new hampshire"),
    ("nj", "new jersey"),
    ("nm", "new mexico"),
    ("nv", "nevada"),
    ("ny", "new york"),
    ("oh", "ohio"),
    ("ok", "oklahoma"),
    ("or", "oregon"),
    ("pa", "pennsylvania"),
    ("ri", "rhode island"),
    ("sc", "south carolina"),
    ("sd", "south dakota"),
    ("tn", "tennessee"),
    ("tx", "texas"),
    ("ut", "utah"),
    ("va", "virginia"),
    ("vt", "vermont"),
    ("wa", "washington"),
    ("wi", "wisconsin"),
    ("wv", "west virginia"),
    ("wy", "wyoming"),
];

/// People of a state, where they are called otherwise than by its name.
const OF_STATES: &[(&str, &str)] = &[
    ("california", "californian"),
    ("florida", "floridian"),
    ("hawaii", "hawaiian"),
    ("new york", "new yorker"),
    ("texas", "texan"),
    ("virginia", "virginian"),
];

/// Fields of work whose people are not called after them with "-ologist".
const FIELDS: &[(&str, &str)] = &[
    ("accounting", "accountant"),
    ("dentistry", "dentist"),
    ("geriatrics", "geriatrician"),
    ("journalism", "journalist"),
    ("obstetrics", "obstetrician"),
    ("optometry", "optometrist"),
    ("orthopaedics", "orthopaedist"),
    ("orthopedics", "orthopedist"),
    ("paediatrics", "paediatrician"),
    ("pediatrics", "pediatrician"),
    ("pharmacy", "pharmacist"),
    ("physiotherapy", "physiotherapist"),
    ("psychiatry", "psychiatrist"),
    ("surgery", "surgeon"),
];

/// Other words for a value (in lower case) of a column whose name has these words.
pub(super) fn aliases(value: &str, column: &[String]) -> Vec<String> {
    let named = |words: &[&str]| column.iter().any(|w| words.contains(&w.as_str()));
    let several = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
    if named(&["gender", "sex"]) {
        return match value {
            "f" | "female" => several(&["female", "females", "woman", "women", "girl", "girls"]),
            "m" | "male" => several(&["male", "males", "man", "men", "boy", "boys"]),
            _ => Vec::new(),
        };
    }
    let mut out = Vec::new();
    let adjective = |place: &str| PLACES.iter().find(|(p, _)| *p == place).map(|(_, adjective)| *adjective);
    out.extend(adjective(value).map(str::to_owned));
    if named(&["country", "nation", "nationality", "citizenship", "region", "market", "locale"]) {
        for (two, three, place) in
            COUNTRY_CODES.iter().filter(|(two, three, _)| value == *two || value == *three)
        {
            debug_assert!(two.len() == 2 && three.len() == 3);
            out.push((*place).to_owned());
            out.extend(adjective(place).map(str::to_owned));
        }
        // Somebody "from France", whose nationality is French.
        let place = PLACES.iter().find(|(place, adjective)| *adjective == value && place.len() > 3);
        out.extend(place.map(|(place, _)| (*place).to_owned()));
    }
    if named(&["state", "province", "residence", "location", "region", "st"]) {
        let code = STATE_CODES.iter().find(|(code, _)| *code == value).map(|(_, name)| *name);
        out.extend(code.map(str::to_owned));
        let of = code.unwrap_or(value);
        out.extend(
            OF_STATES.iter().filter(|(state, _)| *state == of).map(|(_, people)| (*people).to_owned()),
        );
    }
    // "dermatologists" practise dermatology.
    let person = FIELDS.iter().find(|(field, _)| *field == value).map(|(_, person)| (*person).to_owned());
    let ology =
        value.strip_suffix("ology").filter(|stem| !stem.contains(' ')).map(|stem| format!("{stem}ologist"));
    out.extend(person.or(ology));
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_other_words() {
        assert_eq!(aliases("france", &["country".into()]), ["french"]);
        assert!(aliases("f", &["gender".into()]).contains(&"women".to_owned()));
        assert!(aliases("f", &["grade".into()]).is_empty());
        assert_eq!(aliases("ca", &["state".into()]), ["california", "californian"]);
        assert_eq!(aliases("ca", &["country".into()]), ["canada", "canadian"]);
        assert!(aliases("ca", &["grade".into()]).is_empty());
        assert_eq!(aliases("french", &["nationality".into()]), ["france"]);
        assert_eq!(aliases("dermatology", &["specialty".into()]), ["dermatologist"]);
    }
}
