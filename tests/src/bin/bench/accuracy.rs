//! How many of the questions with known answers the planner answers, and how many of these rightly.

use rowcall_embedded::Postgres;
use rowcall_tests::program;
use serde_json::{Value as Json, json};

/// Question sets that nobody works on: what the planner does with databases that it was not made for.
const FOR_MEASURING_ONLY: &str =
    "sp_chinook_1,sp_customers_and_addresses,sp_e_learning,sp_inn_1,sp_loan_1,df_yelp,bird_toxicology";

/// `rowcall eval` on both parts of the question sets.
pub fn offline(postgres: &Postgres) -> Json {
    json!({ "development": eval(postgres, "--without"), "for_measuring_only": eval(postgres, "--only") })
}

fn eval(postgres: &Postgres, which: &str) -> Json {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/data/nl2sql");
    let url = postgres.url("{db}");
    let arguments =
        ["eval", "--json", "--load", "--data", data, "--source-url", &url, which, FOR_MEASURING_ONLY];
    let output = program::command(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
