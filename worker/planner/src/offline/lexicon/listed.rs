//! Texts that hold several values at once: "English, Spanish" of `languages_spoken`. Who speaks Spanish is told by what the text
//! contains, not by what it is.

/// What stands between the values of such a text.
const MARKS: [&str; 4] = [";", "|", ",", " / "];
/// A value has so many words at most.
const MOST: usize = 4;

/// The values that texts hold beside others; none where they are no lists of what comes again in others of them.
pub(super) fn items(texts: &[String]) -> Vec<String> {
    let parts = |text: &String| -> Vec<String> {
        let mark = MARKS.into_iter().find(|mark| text.contains(mark));
        mark.map(|mark| text.split(mark).map(|item| item.trim().to_owned()).collect()).unwrap_or_default()
    };
    let lists: Vec<Vec<String>> = texts.iter().map(parts).filter(|items| items.len() > 1).collect();
    let plain = |item: &String| {
        !item.is_empty()
            && item.split_whitespace().count() <= MOST
            && item.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\''))
    };
    if lists.len() < 2 || !lists.iter().flatten().all(plain) {
        return Vec::new();
    }
    let mut items: Vec<String> = lists.iter().flatten().cloned().collect();
    items.sort();
    items.dedup();
    let comes_again = |item: &&String| {
        lists.iter().filter(|list| list.contains(item)).count() + usize::from(texts.contains(item)) > 1
    };
    if items.iter().filter(comes_again).count() * 2 < items.len() {
        return Vec::new();
    }
    // A text that contains "Java" may hold "JavaScript" alone.
    let holds = |item: &String| {
        let lower = item.to_lowercase();
        items.iter().any(|other| other != item && other.to_lowercase().contains(&lower))
    };
    items.iter().filter(|item| !holds(item)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Vec<String> {
        items(&texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn lists_are_of_values_that_come_again() {
        assert_eq!(
            of(&["English", "English, Spanish", "Spanish, French", "French"]),
            ["English", "French", "Spanish"]
        );
        // Names, addresses and sentences are none.
        assert!(of(&["Smith, John", "Lee, Ann", "Frost, Mia"]).is_empty());
        assert!(of(&["12 Hill Road, Ashby", "9 Mill Lane, Ashby"]).is_empty());
        assert!(of(&["Paris", "Rome"]).is_empty());
        assert_eq!(of(&["Java, SQL", "JavaScript, SQL", "Java, JavaScript"]), ["JavaScript", "SQL"]);
    }
}
