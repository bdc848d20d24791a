//! How many of the questions with known answers the planner answers, and how many of these rightly.

use rowcall_embedded::Postgres;
use rowcall_tests::program;
use serde_json::{Value as Json, json};

/// Question sets that nobody works on: what the planner does with databases that it was not made for.
const FOR_MEASURING_ONLY: &str =
    "sp_chinook_1,sp_customers_and_addresses,sp_e_learning,sp_inn_1,sp_loan_1,df_yelp,bird_toxicology";

/// The same of the sets that were written for this.
const OWN_FOR_MEASURING_ONLY: &str = "chess,cycling_races,dental,forum_posts,games,langschool,mountain_huts,petclinic_chain,river_geo,shipyard,swim_meet,turbines,wedding,wine_estate";

/// Sets whose questions nobody looks at in the words of other people.
const OWN_REWORDED_FOR_MEASURING_ONLY: &str = "film_studio,tennis_academy";

/// Sets in colleagues' words whose questions nobody looks at.
const COLLEAGUES_FOR_MEASURING_ONLY: &str = "citydesk,pressworks";

/// Sets that experts explain, whose questions nobody looks at.
const EXPERTS_FOR_MEASURING_ONLY: &str = "comic_index,credit_union";

/// Sets in mixed manners whose questions nobody looks at.
const MIXED_FOR_MEASURING_ONLY: &str = "apidocs,supermkt";

/// Sets whose conversations nobody looks at.
const FOLLOW_UPS_FOR_MEASURING_ONLY: &str = "chess,dental,petclinic_chain,wine_estate";

/// Sets whose short questions nobody looks at.
const SHORT_FOR_MEASURING_ONLY: &str = "dental,langschool,shipyard,wedding";

/// `rowcall eval` on both parts of the public question sets and of our own.
pub fn offline(postgres: &Postgres) -> Json {
    let public = concat!(env!("CARGO_MANIFEST_DIR"), "/data/nl2sql");
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/data/own");
    let colleagues = concat!(env!("CARGO_MANIFEST_DIR"), "/data/colleagues");
    let experts = concat!(env!("CARGO_MANIFEST_DIR"), "/data/experts");
    let mixed = concat!(env!("CARGO_MANIFEST_DIR"), "/data/mixed");
    json!({
        "development": eval(postgres, public, &["--without", FOR_MEASURING_ONLY]),
        "for_measuring_only": eval(postgres, public, &["--only", FOR_MEASURING_ONLY]),
        "own_development": eval(postgres, own, &["--without", OWN_FOR_MEASURING_ONLY]),
        "own_for_measuring_only": eval(postgres, own, &["--only", OWN_FOR_MEASURING_ONLY]),
        "colleagues_development": eval(postgres, colleagues, &["--without", COLLEAGUES_FOR_MEASURING_ONLY]),
        "colleagues_for_measuring_only": eval(postgres, colleagues, &["--only", COLLEAGUES_FOR_MEASURING_ONLY]),
        "experts_development": eval(postgres, experts, &["--without", EXPERTS_FOR_MEASURING_ONLY]),
        "experts_for_measuring_only": eval(postgres, experts, &["--only", EXPERTS_FOR_MEASURING_ONLY]),
        "mixed_development": eval(postgres, mixed, &["--without", MIXED_FOR_MEASURING_ONLY]),
        "mixed_for_measuring_only": eval(postgres, mixed, &["--only", MIXED_FOR_MEASURING_ONLY]),
        "reworded": eval(postgres, public, &["--reworded"]),
        "own_reworded": eval(postgres, own, &["--reworded", "--without", OWN_REWORDED_FOR_MEASURING_ONLY]),
        "own_reworded_for_measuring_only": eval(postgres, own, &["--reworded", "--only", OWN_REWORDED_FOR_MEASURING_ONLY]),
        "own_short": eval(postgres, own, &["--short", "--without", SHORT_FOR_MEASURING_ONLY]),
        "own_short_for_measuring_only": eval(postgres, own, &["--short", "--only", SHORT_FOR_MEASURING_ONLY]),
        "own_follow_ups": eval(postgres, own, &["--follow-ups", "--without", FOLLOW_UPS_FOR_MEASURING_ONLY]),
        "own_follow_ups_for_measuring_only": eval(postgres, own, &["--follow-ups", "--only", FOLLOW_UPS_FOR_MEASURING_ONLY]),
    })
}

fn eval(postgres: &Postgres, data: &str, which: &[&str]) -> Json {
    let url = postgres.url("{db}");
    let arguments = [&["eval", "--json", "--load", "--data", data, "--source-url", &url], which].concat();
    let output = program::command(&arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
