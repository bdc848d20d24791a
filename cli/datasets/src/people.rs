//! Names, places and companies from many languages: text columns must not be plain ASCII, or nobody would notice
//! what breaks on real data.

use chrono_tz::Tz;

use crate::random::Random;

/// Where people live.
#[derive(Debug)]
pub(crate) struct Place {
    pub city: &'static str,
    pub country: &'static str,
    pub region: &'static str,
    pub zone: Tz,
    pub language: Language,
}

/// Whose names people bear there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    German,
    French,
    Spanish,
    Portuguese,
    Polish,
    Nordic,
    Indian,
    Chinese,
    Japanese,
}

/// A person's name as written, and in letters that e-mail addresses have.
#[derive(Debug)]
pub(crate) struct Name {
    pub full: String,
    pub ascii: String,
}

/// A place, big markets more often.
pub(crate) fn place(random: &mut Random) -> &'static Place {
    random.weighted(&PLACES)
}

/// A name for this language.
pub(crate) fn name(random: &mut Random, language: Language) -> Name {
    let (first, last) = names(language);
    let (first, first_ascii) = spelled(random.pick(first));
    let (last, last_ascii) = spelled(random.pick(last));
    let full = match language {
        Language::Chinese => format!("{last}{first}"),
        Language::Japanese => format!("{last} {first}"),
        _ => format!("{first} {last}"),
    };
    Name { full, ascii: format!("{first_ascii}.{last_ascii}").to_lowercase().replace([' ', '\''], "") }
}

/// A company's name for this language.
pub(crate) fn company(random: &mut Random, language: Language) -> String {
    let (_, last) = names(language);
    match language {
        Language::Chinese => {
            random.pick(&["北京云图科技", "上海远洋贸易", "深圳星河电子", "北京华信设计"]).to_string()
        }
        Language::Japanese => random.pick(&["東京デザイン工房", "桜井商事", "青山オフィス"]).to_string(),
        _ => {
            let (last, _) = spelled(random.pick(last));
            let ending = match language {
                Language::German => *random.pick(&["GmbH", "& Söhne KG", "AG"]),
                Language::French => *random.pick(&["SARL", "et Fils", "SA"]),
                Language::Spanish => *random.pick(&["e Hijos", "S.L.", "Hermanos"]),
                Language::Portuguese => *random.pick(&["Ltda.", "Comércio", "e Filhos"]),
                Language::Polish => *random.pick(&["Sp. z o.o.", "i Synowie"]),
                Language::Nordic => *random.pick(&["AB", "& Co"]),
                Language::Indian => *random.pick(&["Pvt. Ltd.", "Traders"]),
                _ => *random.pick(&["Ltd.", "& Sons", "Studio", "Consulting, Inc."]),
            };
            format!("{last} {ending}")
        }
    }
}

/// "José|jose" → as written, in ASCII; one part: both the same.
fn spelled(entry: &&'static str) -> (&'static str, &'static str) {
    entry.split_once('|').unwrap_or((entry, entry))
}

macro_rules! places {
    ($($weight:literal $city:literal $country:literal $region:literal $zone:ident :: $town:ident $language:ident;)*) => {
        [$((Place { city: $city, country: $country, region: $region, zone: chrono_tz::$zone::$town, language: Language::$language }, $weight)),*]
    };
}

static PLACES: [(Place, u32); 30] = places! {
    90 "Berlin" "Germany" "Europe" Europe::Berlin German;
    70 "Hamburg" "Germany" "Europe" Europe::Berlin German;
    60 "München" "Germany" "Europe" Europe::Berlin German;
    30 "Zürich" "Switzerland" "Europe" Europe::Zurich German;
    30 "Wien" "Austria" "Europe" Europe::Vienna German;
    85 "London" "United Kingdom" "Europe" Europe::London English;
    45 "Manchester" "United Kingdom" "Europe" Europe::London English;
    25 "Dublin" "Ireland" "Europe" Europe::Dublin English;
    75 "Paris" "France" "Europe" Europe::Paris French;
    35 "Lyon" "France" "Europe" Europe::Paris French;
    45 "Madrid" "Spain" "Europe" Europe::Madrid Spanish;
    25 "Málaga" "Spain" "Europe" Europe::Madrid Spanish;
    20 "Lisboa" "Portugal" "Europe" Europe::Lisbon Portuguese;
    35 "Kraków" "Poland" "Europe" Europe::Warsaw Polish;
    30 "Łódź" "Poland" "Europe" Europe::Warsaw Polish;
    30 "Stockholm" "Sweden" "Europe" Europe::Stockholm Nordic;
    20 "København" "Denmark" "Europe" Europe::Copenhagen Nordic;
    80 "New York" "United States" "North America" America::New_York English;
    55 "Chicago" "United States" "North America" America::Chicago English;
    60 "San Francisco" "United States" "North America" America::Los_Angeles English;
    30 "Austin" "United States" "North America" America::Chicago English;
    35 "Toronto" "Canada" "North America" America::Toronto English;
    20 "Montréal" "Canada" "North America" America::Toronto French;
    35 "São Paulo" "Brazil" "Latin America" America::Sao_Paulo Portuguese;
    30 "Ciudad de México" "Mexico" "Latin America" America::Mexico_City Spanish;
    15 "Bogotá" "Colombia" "Latin America" America::Bogota Spanish;
    30 "Bengaluru" "India" "Asia Pacific" Asia::Kolkata Indian;
    30 "Beijing" "China" "Asia Pacific" Asia::Shanghai Chinese;
    35 "Tokyo" "Japan" "Asia Pacific" Asia::Tokyo Japanese;
    30 "Sydney" "Australia" "Asia Pacific" Australia::Sydney English;
};

type Pool = &'static [&'static str];

fn names(language: Language) -> (Pool, Pool) {
    match language {
        Language::English => (
            &[
                "Emma",
                "Oliver",
                "Charlotte",
                "James",
                "Amelia",
                "Liam",
                "Grace",
                "Noah",
                "Zoë|zoe",
                "Henry",
                "Ruby",
                "Jack",
                "Chloe",
                "Ethan",
                "Renée|renee",
                "Samuel",
                "Hannah",
                "Daniel",
                "Maya",
                "Lucas",
            ],
            &[
                "Smith",
                "Johnson",
                "Williams",
                "Brown",
                "Taylor",
                "Davies",
                "Wilson",
                "O'Brien",
                "Murphy",
                "Clark",
                "Walker",
                "Wright",
                "Robinson",
                "Thompson",
                "Evans",
                "Hughes",
                "Kelly",
                "Patel",
                "Nguyen",
                "Brontë|bronte",
            ],
        ),
        Language::German => (
            &[
                "Lukas",
                "Anna",
                "Jürgen|juergen",
                "Sophie",
                "Maximilian",
                "Lena",
                "Björn|bjoern",
                "Käthe|kaethe",
                "Paul",
                "Marie",
                "Felix",
                "Jörg|joerg",
                "Clara",
                "Moritz",
                "Heike",
            ],
            &[
                "Müller|mueller",
                "Schmidt",
                "Schneider",
                "Fischer",
                "Weber",
                "Schäfer|schaefer",
                "Bauer",
                "Koch",
                "Krüger|krueger",
                "Wolf",
                "Groß|gross",
                "Zimmermann",
                "Köhler|koehler",
                "Vogel",
            ],
        ),
        Language::French => (
            &[
                "Camille",
                "Louis",
                "Chloé|chloe",
                "François|francois",
                "Inès|ines",
                "Hugo",
                "Amélie|amelie",
                "Théo|theo",
                "Léa|lea",
                "Étienne|etienne",
                "Manon",
                "Noël|noel",
            ],
            &[
                "Martin",
                "Bernard",
                "Lefèvre|lefevre",
                "Moreau",
                "Lambert",
                "Gauthier",
                "Béranger|beranger",
                "Dupont",
                "Rousseau",
                "Garçon|garcon",
                "Tremblay",
                "Côté|cote",
            ],
        ),
        Language::Spanish => (
            &[
                "José|jose",
                "María|maria",
                "Lucía|lucia",
                "Andrés|andres",
                "Sofía|sofia",
                "Iñaki|inaki",
                "Carmen",
                "Diego",
                "Valentina",
                "Ramón|ramon",
                "Elena",
                "Martín|martin",
            ],
            &[
                "García|garcia",
                "Rodríguez|rodriguez",
                "Fernández|fernandez",
                "Muñoz|munoz",
                "López|lopez",
                "Torres",
                "Ibáñez|ibanez",
                "Castillo",
                "Peña|pena",
                "Vargas",
                "Núñez|nunez",
                "Ortega",
            ],
        ),
        Language::Portuguese => (
            &[
                "João|joao",
                "Beatriz",
                "Tomás|tomas",
                "Inês|ines",
                "Conceição|conceicao",
                "Rafael",
                "Thaís|thais",
                "Gonçalo|goncalo",
                "Mariana",
                "Luís|luis",
            ],
            &[
                "Silva",
                "Santos",
                "Gonçalves|goncalves",
                "Araújo|araujo",
                "Magalhães|magalhaes",
                "Oliveira",
                "Simões|simoes",
                "Costa",
            ],
        ),
        Language::Polish => (
            &[
                "Łukasz|lukasz",
                "Agnieszka",
                "Paweł|pawel",
                "Małgorzata|malgorzata",
                "Krzysztof",
                "Zofia",
                "Stanisław|stanislaw",
                "Kasia",
                "Michał|michal",
                "Żaneta|zaneta",
            ],
            &[
                "Kowalski",
                "Nowak",
                "Wiśniewski|wisniewski",
                "Wójcik|wojcik",
                "Zieliński|zielinski",
                "Dąbrowski|dabrowski",
                "Król|krol",
                "Wróbel|wrobel",
            ],
        ),
        Language::Nordic => (
            &[
                "Åsa|asa",
                "Erik",
                "Søren|soren",
                "Freja",
                "Lars",
                "Linnéa|linnea",
                "Mikkel",
                "Björk|bjork",
                "Elsa",
                "Anders",
            ],
            &[
                "Andersson",
                "Lindström|lindstrom",
                "Jørgensen|jorgensen",
                "Nyström|nystrom",
                "Åkesson|akesson",
                "Holm",
                "Sørensen|sorensen",
                "Berg",
            ],
        ),
        Language::Indian => (
            &["Priya", "Arjun", "Ananya", "Rohan", "Kavya", "Vikram", "Meera", "Aditya", "Lakshmi", "Sanjay"],
            &["Sharma", "Iyer", "Reddy", "Gupta", "Nair", "Desai", "Krishnan", "Mehta"],
        ),
        Language::Chinese => (
            &[
                "伟|wei",
                "芳|fang",
                "娜|na",
                "秀英|xiuying",
                "敏|min",
                "静|jing",
                "磊|lei",
                "强|qiang",
                "小龙|xiaolong",
                "雪|xue",
            ],
            &["王|wang", "李|li", "张|zhang", "刘|liu", "陈|chen", "杨|yang", "赵|zhao", "周|zhou"],
        ),
        Language::Japanese => (
            &[
                "陽菜|hina",
                "蓮|ren",
                "さくら|sakura",
                "大翔|hiroto",
                "結衣|yui",
                "翔太|shota",
                "美咲|misaki",
                "健|ken",
            ],
            &[
                "佐藤|sato",
                "鈴木|suzuki",
                "高橋|takahashi",
                "田中|tanaka",
                "渡辺|watanabe",
                "伊藤|ito",
                "山本|yamamoto",
                "中村|nakamura",
            ],
        ),
    }
}
