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

/// Other words for a value (in lower case) of a column whose name has these words.
pub(super) fn aliases(value: &str, column: &[String]) -> Vec<&'static str> {
    if column.iter().any(|w| matches!(w.as_str(), "gender" | "sex")) {
        return match value {
            "f" | "female" => vec!["female", "females", "woman", "women", "girl", "girls"],
            "m" | "male" => vec!["male", "males", "man", "men", "boy", "boys"],
            _ => Vec::new(),
        };
    }
    PLACES.iter().filter(|(place, _)| *place == value).map(|(_, adjective)| *adjective).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_other_words() {
        assert_eq!(aliases("france", &["country".into()]), ["french"]);
        assert!(aliases("f", &["gender".into()]).contains(&"women"));
        assert!(aliases("f", &["grade".into()]).is_empty());
    }
}
