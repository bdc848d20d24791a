//! Words that are defined for a question or by a team's glossary.

use crate::common::{catalogue_of, table};
use chrono::NaiveDate;
use rowcall_core::Catalogue;
use rowcall_plan::compile;
use rowcall_planner::{Aids, GlossaryEntry, OfflinePlanner, PlanRequest, Planned};

fn catalogue() -> Catalogue {
    catalogue_of(&[
        table(
            "beds",
            &[
                "bed_id integer",
                "soil text s,c,*",
                "area decimal",
                "first_name text Ann",
                "last_name text Lee",
            ],
            &[],
        ),
        table(
            "plants",
            &[
                "plant_id text PL001,PL002",
                "form text h,t,*",
                "height decimal",
                "planted_on date",
                "removed_on date",
                "edible bool",
                "bed_id integer",
            ],
            &[("bed_id", "beds", "bed_id")],
        ),
    ])
}

fn ask(question: &str, hint: Option<&str>, glossary: &[GlossaryEntry]) -> Planned {
    let request = PlanRequest {
        question,
        history: &[],
        catalogue: &catalogue(),
        today: NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(),
        time_zone: chrono_tz::UTC,
    };
    OfflinePlanner::new().plan_aided(request, &Aids { hint, glossary, ..Aids::default() })
}

#[track_caller]
fn sql(planned: &Planned) -> String {
    match planned {
        Planned::Plan { plan, .. } => compile(plan, &catalogue()).unwrap().sql,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn check(question: &str, hint: &str, expected: &str) {
    assert_eq!(sql(&ask(question, Some(hint), &[])), expected, "{question} ({hint})");
}

#[test]
fn a_word_can_stand_for_a_value() {
    check(
        "How many herbs are there?",
        "herb refers to form = 'h'",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form = 'h'",
    );
    check(
        "How many tree plants are there?",
        "form = ' T ' means plants are trees",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form = 't'",
    );
    check(
        "List the heights of trees in clay beds.",
        "tree refers to form = 't'; soil = 'c' means clay, soil = 's' means sand",
        "SELECT plants.height FROM plants LEFT JOIN beds ON plants.bed_id = beds.bed_id WHERE plants.form = 't' AND beds.soil = 'c' ORDER BY plants.plant_id",
    );
    check(
        "How many plants are not edible?",
        "not edible refers to edible = 0",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.edible = false",
    );
}

#[test]
fn a_word_can_stand_for_a_condition() {
    check(
        "How many tall plants are there?",
        "tall refers to height > 2.5",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.height > 2.5",
    );
    check(
        "How many lost plants are there?",
        "lost refers to removed_on IS NOT NULL AND height < 1",
        "SELECT count(*) AS count_of_plants FROM plants WHERE (plants.removed_on IS NOT NULL AND plants.height < 1)",
    );
    check(
        "Show the heights of veteran plants.",
        "veteran refers to year(planted_on) < 2000",
        "SELECT plants.height FROM plants WHERE plants.planted_on < DATE '2000-01-01' ORDER BY plants.plant_id",
    );
    check(
        "How many middling plants are in each bed?",
        "middling refers to height BETWEEN 1 AND 2",
        "SELECT beds.first_name, beds.last_name, count(*) AS count_of_plants FROM plants JOIN beds ON plants.bed_id = beds.bed_id WHERE (plants.height >= 1 AND plants.height <= 2) GROUP BY beds.first_name, beds.last_name, beds.bed_id ORDER BY count_of_plants DESC NULLS LAST, first_name, last_name, beds.bed_id",
    );
}

#[test]
fn a_word_can_name_a_column() {
    check(
        "What is the highest stature?",
        "stature refers to height",
        "SELECT max(plants.height) AS maximum_height FROM plants",
    );
    check(
        "Show the full name and area of the beds.",
        "full name refers to first_name, last_name",
        "SELECT beds.first_name, beds.last_name, beds.area FROM beds ORDER BY beds.bed_id",
    );
}

#[test]
fn a_word_can_stand_for_words() {
    check(
        "What is the AH of plants?",
        "AH = average height",
        "SELECT avg(plants.height) AS average_height FROM plants",
    );
    check(
        "What is the AH per bed id?",
        "always join the tables first. AH (average height) = total height / number of plants",
        "SELECT plants.bed_id, avg(plants.height) AS average_height FROM plants GROUP BY plants.bed_id ORDER BY bed_id",
    );
}

#[test]
fn codes_are_values_of_the_column_that_holds_such() {
    check(
        "What is the height of plant PL017?",
        "",
        "SELECT plants.height FROM plants WHERE plants.plant_id = 'PL017' ORDER BY plants.plant_id",
    );
    check(
        "What is the height of 7-B?",
        "7-B is the plant_id",
        "SELECT plants.height FROM plants WHERE plants.plant_id = '7-B' ORDER BY plants.plant_id",
    );
}

#[test]
fn a_glossary_defines_words_for_every_question() {
    let entry = |term: &str, meaning: &str| GlossaryEntry { term: term.into(), meaning: meaning.into() };
    let glossary = [
        entry("survivor", "removed_on is null"),
        entry("stature", "height"),
        entry("shade", "trees and shrubs"),
    ];
    let planned = ask("What is the average stature of survivors?", None, &glossary);
    assert_eq!(
        sql(&planned),
        "SELECT avg(plants.height) AS average_height FROM plants WHERE plants.removed_on IS NULL"
    );
    let Planned::Plan { assumptions, .. } = &planned else { unreachable!() };
    assert!(assumptions.iter().any(|a| a.contains("removed_on is null")), "{assumptions:?}");
}

#[test]
fn a_defined_word_is_used_and_the_answer_says_so() {
    let entry = |term: &str, meaning: &str| GlossaryEntry { term: term.into(), meaning: meaning.into() };
    let glossary = [entry("stock", "number of plants"), entry("giants", "plants with height above 9")];
    for (question, spelled, term) in [
        ("What is the stock by form?", "What is the number of plants by form?", "stock"),
        ("How many giants are there?", "How many plants with height above 9 are there?", "giants"),
    ] {
        let unknown = ask(question, None, &[]);
        assert!(!matches!(unknown, Planned::Plan { .. }), "{question}: {unknown:?}");
        let planned = ask(question, None, &glossary);
        let plain = ask(spelled, None, &glossary);
        assert_eq!(sql(&planned), sql(&plain), "{question}");
        let says = |planned: &Planned| match planned {
            Planned::Plan { assumptions, .. } => assumptions.iter().any(|a| a.to_lowercase().contains(term)),
            _ => false,
        };
        assert!(says(&planned) && !says(&plain), "{planned:?}");
    }
}

#[test]
fn a_hint_says_how_a_number_is_computed_of_each_row() {
    check(
        "What is the average density of the plants in bed 4?",
        "density = DIVIDE(height, area)",
        "SELECT avg((CAST(plants.height AS NUMERIC) / nullif(beds.area, 0))) AS average_density FROM plants \
         LEFT JOIN beds ON plants.bed_id = beds.bed_id WHERE beds.bed_id = 4",
    );
    check(
        "List the plant ids of plants with a lifetime of more than 30.",
        "lifetime = SUBTRACT(removed_on, planted_on)",
        "SELECT plants.plant_id FROM plants WHERE ((plants.removed_on - plants.planted_on)) > 30 ORDER BY plants.plant_id",
    );
    check(
        "What is the highest age?",
        "age = YEAR(CURRENT_TIMESTAMP) - YEAR(planted_on)",
        "SELECT max((2026 - CAST(EXTRACT(YEAR FROM plants.planted_on) AS INTEGER))) AS maximum_age FROM plants",
    );
}

#[test]
fn the_glossary_says_how_a_number_is_computed_of_each_row() {
    let entry = |term: &str, meaning: &str| GlossaryEntry { term: term.into(), meaning: meaning.into() };
    let glossary = [entry("bulk", "height times area"), entry("mass", "the sum of height times area")];
    assert_eq!(
        sql(&ask("average bulk by form", None, &glossary)),
        "SELECT plants.form, avg((plants.height * beds.area)) AS average_bulk FROM plants \
         LEFT JOIN beds ON plants.bed_id = beds.bed_id GROUP BY plants.form ORDER BY average_bulk DESC NULLS LAST, form"
    );
    assert_eq!(
        sql(&ask("What is the mass per form?", None, &glossary)),
        "SELECT plants.form, sum((plants.height * beds.area)) AS total_mass FROM plants \
         LEFT JOIN beds ON plants.bed_id = beds.bed_id GROUP BY plants.form ORDER BY total_mass DESC NULLS LAST, form"
    );
}

#[test]
fn what_is_calculated_only_in_part_is_not_answered() {
    for question in [
        "What is the average of (height - area) / weight?",
        "List the plants with height times area minus rent above 5.",
    ] {
        let planned = ask(question, None, &[]);
        assert!(!matches!(planned, Planned::Plan { .. }), "{question}: {planned:?}");
    }
    // What a hint computes need not be what is asked for.
    let hint = Some("bulk = height * area");
    assert_eq!(
        sql(&ask("How many plants are there?", hint, &[])),
        sql(&ask("How many plants are there?", None, &[]))
    );
}

#[test]
fn what_a_hint_cannot_say_changes_nothing() {
    let plain = ask("How many plants are there?", None, &[]);
    for hint in [
        "",
        ";;==",
        "plants refers to",
        "a = b = c",
        "'",
        "DIVIDE(SUM(x), COUNT(y))",
        "Match all strings with wildcards",
    ] {
        assert_eq!(sql(&ask("How many plants are there?", Some(hint), &[])), sql(&plain), "{hint}");
    }
    let quoted = "tall refers to form = 'x'' OR 1=1; DROP TABLE plants; --'";
    assert!(sql(&ask("How many plants are there?", Some(quoted), &[])).starts_with("SELECT count(*)"));
}

#[test]
fn a_term_can_name_rows_by_itself() {
    let hint = "herb refers to form = 'h'";
    check(
        "Calculate the mean height of the herbs.",
        hint,
        "SELECT avg(plants.height) AS average_height FROM plants WHERE plants.form = 'h'",
    );
    for hint in [
        "form: h = herb, t = tree",
        "form 'h' = herb, 't' = tree",
        "herb: form = 'h'; T means tall",
        "herbs have form = 'h'",
        "herbs are those where form is 'h'",
        "flag; form 'h' marks a herb",
    ] {
        check(
            "Among the herbs, how many are edible?",
            hint,
            "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form = 'h' AND plants.edible = true",
        );
    }
}

#[test]
fn columns_are_compared_and_days_between() {
    check(
        "How many short-lived plants are there?",
        "short-lived refers to removed_on = planted_on",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.removed_on = plants.planted_on",
    );
    check(
        "How many early plants are there?",
        "early: planted_on BETWEEN 2024-01-01 AND 2024-03-31",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.planted_on >= DATE '2024-01-01' AND plants.planted_on < DATE '2024-04-01'",
    );
}

#[test]
fn what_a_hint_says_of_the_question_is_not_left_out() {
    for (question, hint) in [
        ("How many plants ended in a failure?", "failure: removed_on IS NOT NULL"),
        ("Which soils have at least two beds and yet never a tall plant?", "tall refers to height > 3"),
    ] {
        let planned = ask(question, Some(hint), &[]);
        let kept = match &planned {
            Planned::Plan { .. } => {
                let sql = sql(&planned);
                sql.contains("removed_on IS NOT NULL")
                    || sql.contains("NOT EXISTS") && sql.contains("height > 3")
            }
            _ => true,
        };
        assert!(kept, "{question}: {planned:?}");
    }
}

#[test]
fn a_term_may_be_said_in_another_form() {
    check(
        "Among the plants, how many prefer the damp soil?",
        "preferring the damp soil refers to form = 'h'",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form = 'h'",
    );
    check(
        "How many plants are still waiting for their first check?",
        "waiting for the first check refers to removed_on IS NULL",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.removed_on IS NULL",
    );
}

#[test]
fn a_computed_number_tells_what_its_column_is_called() {
    check(
        "What is the greatest stature of any plant?",
        "the greatest stature refers to MAX(height)",
        "SELECT max(plants.height) AS maximum_height FROM plants",
    );
}

#[test]
fn more_than_the_average_of_such_rows() {
    check(
        "How many herbs have a height above the average height of all herbs?",
        "herb refers to form = 'h'",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form = 'h' AND plants.height > \
         (SELECT avg(plants_2.height) FROM plants AS plants_2 WHERE plants_2.form = 'h')",
    );
}

#[test]
fn what_was_said_of_a_word_and_not_understood_is_not_passed_over() {
    let planned =
        ask("What is the total vigour by form?", Some("vigour means height with a bonus for age"), &[]);
    let Planned::CannotAnswer { reason, .. } = &planned else { panic!("{planned:?}") };
    assert!(reason.contains("vigour"), "{reason}");
}

#[test]
fn years_of_a_condition() {
    check(
        "How many plants are from the early days?",
        "early days refers to YEAR(planted_on) BETWEEN 1990 AND 1999",
        "SELECT count(*) AS count_of_plants FROM plants WHERE plants.planted_on >= DATE '1990-01-01' AND \
         plants.planted_on < DATE '2000-01-01'",
    );
}

#[test]
fn beside_a_hint_words_that_name_nothing_are_left_out_and_that_is_said() {
    let hint = Some("clay refers to soil = 'c'");
    let planned = ask("How many of the garden beds hold clay?", hint, &[]);
    assert_eq!(sql(&planned), "SELECT count(*) AS count_of_beds FROM beds WHERE beds.soil = 'c'");
    let Planned::Plan { assumptions, confidence, .. } = &planned else { unreachable!() };
    assert!(assumptions.iter().any(|note| note.contains("\"garden\"")), "{assumptions:?}");
    assert!(*confidence < 0.75, "{confidence}");
    // What compares or puts in order means something, a name means something, and without a hint every word does.
    for (question, hint) in [
        ("How many of the topmost beds hold clay?", hint),
        ("How many of the Kew beds hold clay?", hint),
        ("How many of the garden beds are there?", None),
        ("How many of the garden beds are there?", hint),
    ] {
        assert!(matches!(ask(question, hint, &[]), Planned::CannotAnswer { .. }), "{question}");
    }
}

#[test]
fn a_superlative_that_a_hint_explains_is_one() {
    let planned = ask(
        "What is the ID of the plant with the loftiest growth?",
        Some("the loftiest growth refers to MAX(height)"),
        &[],
    );
    assert!(sql(&planned).contains("ORDER BY plants.height DESC"), "{}", sql(&planned));
    let planned = ask(
        "State the number of plants whose form has not been noted.",
        Some("not noted refers to form IS NULL"),
        &[],
    );
    assert_eq!(sql(&planned), "SELECT count(*) AS count_of_plants FROM plants WHERE plants.form IS NULL");
}
