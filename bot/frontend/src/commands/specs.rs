//! The table of commands that both platforms register.

/// A text in the languages that commands speak; English where a person's language is none of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// English.
    pub en: &'static str,
    /// German.
    pub de: &'static str,
    /// Spanish.
    pub es: &'static str,
}

/// A command as it is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommandSpec {
    /// Its name, the same in every language.
    pub name: &'static str,
    /// What it does; at most 100 characters.
    pub description: Words,
    /// What it takes, for platforms that have options; required ones first.
    pub options: &'static [OptionSpec],
    /// Only administrators can use it: it need not be offered to everyone.
    pub admin: bool,
}

/// An option of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionSpec {
    /// Its name, the same in every language.
    pub name: &'static str,
    /// What it is; at most 100 characters.
    pub description: Words,
    /// What can be given.
    pub kind: OptionKind,
    /// It must be given.
    pub required: bool,
}

/// What can be given for an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// Any words.
    Text,
    /// A question; the person's own recent ones are offered while they type.
    Question,
    /// A source's name; those that may be asked are offered.
    Source,
    /// Yes or no.
    Flag,
}

const PRIVATE: OptionSpec = OptionSpec {
    name: "private",
    description: Words {
        en: "Show the answer to you alone",
        de: "Die Antwort nur dir zeigen",
        es: "Mostrar la respuesta solo a ti",
    },
    kind: OptionKind::Flag,
    required: false,
};

const SOURCE: OptionSpec = OptionSpec {
    name: "source",
    description: Words {
        en: "Which data to ask",
        de: "Welche Daten gefragt werden",
        es: "Qué datos consultar",
    },
    kind: OptionKind::Source,
    required: false,
};

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "ask",
        description: Words {
            en: "Ask a question about the data",
            de: "Eine Frage zu den Daten stellen",
            es: "Hacer una pregunta sobre los datos",
        },
        options: &[
            OptionSpec {
                name: "question",
                description: Words {
                    en: "For example: how many orders were placed last month?",
                    de: "Auf Englisch, zum Beispiel: how many orders were placed last month?",
                    es: "En inglés, por ejemplo: how many orders were placed last month?",
                },
                kind: OptionKind::Question,
                required: true,
            },
            SOURCE,
            PRIVATE,
        ],
        admin: false,
    },
    CommandSpec {
        name: "sql",
        description: Words {
            en: "Show the SQL of a question, or run a SELECT",
            de: "Das SQL einer Frage zeigen oder ein SELECT ausführen",
            es: "Mostrar el SQL de una pregunta o ejecutar un SELECT",
        },
        options: &[
            OptionSpec {
                name: "text",
                description: Words {
                    en: "A SELECT to run, or a question whose SQL is shown",
                    de: "Ein SELECT zum Ausführen oder eine Frage, deren SQL gezeigt wird",
                    es: "Un SELECT para ejecutar o una pregunta cuyo SQL se muestra",
                },
                kind: OptionKind::Text,
                required: true,
            },
            SOURCE,
            PRIVATE,
        ],
        admin: false,
    },
    CommandSpec {
        name: "define",
        description: Words {
            en: "Say what a word means, or see what is defined",
            de: "Sagen, was ein Wort bedeutet, oder sehen, was festgelegt ist",
            es: "Decir qué significa una palabra, o ver lo definido",
        },
        options: &[
            OptionSpec {
                name: "definition",
                description: Words {
                    en: "revenue = sum of the amounts of paid orders; or: remove revenue",
                    de: "Auf Englisch: revenue = sum of the amounts of paid orders; oder: remove revenue",
                    es: "En inglés: revenue = sum of the amounts of paid orders; o: remove revenue",
                },
                kind: OptionKind::Text,
                required: false,
            },
            SOURCE,
        ],
        admin: false,
    },
    CommandSpec {
        name: "sources",
        description: Words {
            en: "What can be asked from here",
            de: "Was von hier aus gefragt werden kann",
            es: "Qué se puede consultar desde aquí",
        },
        options: &[],
        admin: false,
    },
    CommandSpec {
        name: "runs",
        description: Words {
            en: "Your last questions",
            de: "Deine letzten Fragen",
            es: "Tus últimas preguntas",
        },
        options: &[],
        admin: false,
    },
    CommandSpec {
        name: "approvals",
        description: Words {
            en: "Changes that wait for your decision",
            de: "Änderungen, die auf deine Entscheidung warten",
            es: "Cambios que esperan tu decisión",
        },
        options: &[],
        admin: false,
    },
    CommandSpec {
        name: "link",
        description: Words {
            en: "Link your account of another platform",
            de: "Dein Konto einer anderen Plattform verbinden",
            es: "Vincular tu cuenta de otra plataforma",
        },
        options: &[OptionSpec {
            name: "code",
            description: Words {
                en: "The code you got there; without one you get a new one",
                de: "Der Code von dort; ohne ihn bekommst du einen neuen",
                es: "El código que recibiste allí; sin él recibes uno nuevo",
            },
            kind: OptionKind::Text,
            required: false,
        }],
        admin: false,
    },
    CommandSpec {
        name: "settings",
        description: Words {
            en: "What holds here and for you",
            de: "Was hier und für dich gilt",
            es: "Lo que vale aquí y para ti",
        },
        options: &[
            SOURCE,
            OptionSpec {
                name: "threads",
                description: Words {
                    en: "A thread for each question in this channel",
                    de: "Ein Thread für jede Frage in diesem Kanal",
                    es: "Un hilo para cada pregunta en este canal",
                },
                kind: OptionKind::Flag,
                required: false,
            },
            PRIVATE,
        ],
        admin: false,
    },
    CommandSpec {
        name: "deliveries",
        description: Words {
            en: "Answers that did not arrive (administrators)",
            de: "Antworten, die nicht ankamen (Verwaltung)",
            es: "Respuestas que no llegaron (administración)",
        },
        options: &[],
        admin: true,
    },
    CommandSpec {
        name: "help",
        description: Words { en: "How to ask", de: "Wie man fragt", es: "Cómo preguntar" },
        options: &[],
        admin: false,
    },
];

/// Every command.
pub fn specs() -> &'static [CommandSpec] {
    SPECS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_fits_what_the_platforms_take() {
        let short = |words: Words| {
            for text in [words.en, words.de, words.es] {
                assert!((1..=100).contains(&text.chars().count()), "{text}");
            }
        };
        for spec in specs() {
            assert!(spec.name.bytes().all(|b| b.is_ascii_lowercase()) && spec.name.len() <= 32);
            short(spec.description);
            let mut optional = false;
            for option in spec.options {
                short(option.description);
                assert!(!(optional && option.required), "/{}: required options come first", spec.name);
                optional |= !option.required;
            }
        }
    }
}
