//! Questions that are not in English.

use super::is_filler;

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
