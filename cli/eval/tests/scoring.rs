//! A small question set, scored on a real server.
#![allow(clippy::unwrap_used)]

use rowcall_embedded::testing;
use rowcall_eval::{Database, Given, Mark, load, score, sets};

const SCHEMA: &str = "CREATE TABLE city (name text, people bigint, founded timestamp);
    INSERT INTO city VALUES ('Łódź', 658444, '1423-07-29'), ('Gdańsk', 487371, '0997-01-01'), ('Sopot', NULL, NULL);";
const QUESTIONS: &str = r#"{"id": "1", "question": "?", "gold_sql": "SELECT name, people FROM city ORDER BY people DESC NULLS LAST", "ordered": true, "difficulty": "easy"}

{"id": "2", "question": "?", "gold_sql": "SELECT avg(people) FROM city", "alt_gold_sql": ["SELECT round(avg(people)) FROM city;"], "evidence": "a hint"}
{"id": "3", "question": "?", "gold_sql": "SELECT founded::date FROM city"}"#;
const REFUSALS: &str = r#"{"id": "4", "question": "What is love?"}"#;

#[tokio::test]
async fn answers_are_scored_by_their_rows() {
    let folder = tempfile::tempdir().unwrap();
    let set = folder.path().join("towns");
    std::fs::create_dir(&set).unwrap();
    std::fs::write(set.join("schema_and_data.sql"), SCHEMA).unwrap();
    std::fs::write(set.join("questions.jsonl"), QUESTIONS).unwrap();
    std::fs::write(set.join("refusals.jsonl"), REFUSALS).unwrap();
    let sets = sets(folder.path()).unwrap();
    assert_eq!((sets.len(), sets[0].name.as_str(), sets[0].questions.len()), (1, "towns", 4));

    let url = testing::shared().await.database(None).await.unwrap();
    load(&sets[0], &url).await.unwrap();
    let mut database = Database::connect(&url).await.unwrap();
    let sql = |text: &str| Given::Sql(text.to_owned());
    let cases = [
        (0, sql("SELECT people, name FROM city ORDER BY people DESC NULLS LAST"), Mark::Right),
        (0, sql("SELECT name, people FROM city ORDER BY people"), Mark::Wrong),
        (0, sql("SELECT name FROM city ORDER BY people DESC NULLS LAST"), Mark::Wrong),
        (0, Given::Refused("no".into()), Mark::Refused),
        (1, sql("SELECT sum(people) / 2.0 FROM city WHERE people > 0"), Mark::Right),
        (1, sql("SELECT 572908"), Mark::Right),
        (2, sql("SELECT founded FROM city ORDER BY random()"), Mark::Right),
        (2, sql("SELECT nothing FROM city"), Mark::Failed("column \"nothing\" does not exist".into())),
        (
            2,
            sql("DELETE FROM city RETURNING founded"),
            Mark::Failed("cannot execute DELETE in a read-only transaction".into()),
        ),
        (3, Given::Refused("no".into()), Mark::Right),
        (3, sql("SELECT 1"), Mark::Wrong),
    ];
    for (question, given, expected) in cases {
        let mark = score(&mut database, &sets[0].questions[question], &given).await.unwrap();
        assert_eq!(mark, expected, "{given:?}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    assert!(sets(folder.path()).unwrap_err().to_string().contains("no questions.jsonl"));
    std::fs::write(folder.path().join("questions.jsonl"), "{\"id\": \"1\", \"question\": \"?\"}").unwrap();
    assert!(sets(folder.path()).unwrap_err().to_string().contains("no gold_sql"));
    std::fs::write(folder.path().join("questions.jsonl"), "\nnonsense").unwrap();
    assert!(format!("{:#}", sets(folder.path()).unwrap_err()).contains("line 2"));
}

#[test]
fn questions_are_asked_in_other_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("questions.jsonl"),
        "{\"id\": \"1\", \"question\": \"How many?\", \"gold_sql\": \"SELECT 1\", \"ordered\": true}",
    )
    .unwrap();
    assert!(sets(folder.path()).unwrap()[0].reworded().unwrap().is_none());
    let reworded = folder.path().join("reworded.jsonl");
    std::fs::write(&reworded, "{\"of\": \"1\", \"asked\": [\"the number\", \"count them\"]}").unwrap();
    let set = sets(folder.path()).unwrap()[0].reworded().unwrap().unwrap();
    let asked: Vec<_> = set.questions.iter().map(|q| (q.id.as_str(), q.question.as_str())).collect();
    assert_eq!(asked, [("1~1", "the number"), ("1~2", "count them")]);
    assert!(set.questions.iter().all(|q| q.gold_sql == "SELECT 1" && q.ordered));
    std::fs::write(&reworded, "{\"of\": \"2\", \"asked\": []}").unwrap();
    assert!(sets(folder.path()).unwrap()[0].reworded().unwrap_err().to_string().contains("no question 2"));

    assert!(sets(folder.path()).unwrap()[0].short().unwrap().is_none());
    let short = folder.path().join("short.jsonl");
    std::fs::write(&short, "{\"id\": \"c1\", \"question\": \"count\", \"gold_sql\": \"SELECT 2\"}").unwrap();
    let set = sets(folder.path()).unwrap()[0].short().unwrap().unwrap();
    assert_eq!(set.questions.len(), 1);
    assert_eq!((set.questions[0].id.as_str(), set.questions[0].gold_sql.as_str()), ("c1", "SELECT 2"));
    std::fs::write(&short, "count").unwrap();
    assert!(format!("{:#}", sets(folder.path()).unwrap()[0].short().unwrap_err()).contains("line 1"));
}
