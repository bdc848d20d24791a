//! Names as they are written in many databases: in one word, cut short, with years as text and without declared keys. What each
//! question is understood to mean is kept beside it, for people to read over.

use crate::common::{answers, catalogue_of, table};

#[test]
fn a_ballet_company() {
    let tables = [
        table(
            "theatre",
            &[
                "thtr_id integer",
                "thtr_name text Scala,Arena",
                "seats integer",
                "built_yr text 1901,1968,1884,*",
            ],
            &[],
        ),
        table(
            "dancer",
            &[
                "dancer_id integer",
                "fullname text Ann Lee,Bastien Roux",
                "natl text Swedish,French",
                "school text Vaganova Academy,Kirov School",
                "thtr_id integer",
            ],
            &[("thtr_id", "theatre", "thtr_id")],
        ),
        table(
            "ballet_work",
            &[
                "workid integer",
                "title text Giselle,Swan Lake",
                "choreogr text Marius Petipa,Jean Coralli",
                "foundedyr text 1841,1877,*",
            ],
            &[],
        ),
        table(
            "award",
            &[
                "award_id integer",
                "dancer_id integer",
                "award_title text Golden Slipper,Silver Shoe",
                "held_on date",
            ],
            &[("dancer_id", "dancer", "dancer_id")],
        ),
        table(
            "tour",
            &[
                "tour_id integer",
                "tourname text Pacific Spring,Northern Lights",
                "start_dt date",
                "end_dt date",
            ],
            &[],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "what are the distinct nationalities of the dancers?
         works by choreographer
         what's the oldest theatre?
         theatres that seat more than 2000 people, sorted by seating capacity
         how many people does the Scala seat?
         do we have anyone trained at the Vaganova Academy? Give me their names.
         is there a theatre without dancers, and which one is it?
         how many awards has Bastien Roux picked up?
         title and date of the awards
         when did the Pacific Spring tour begin?
         the five dancers with the most awards
         how many dancers are on our books?"
    ));
}

#[test]
fn a_climbing_gym() {
    let tables = [
        table("gym", &["gid integer", "gname text Tin Roof,Basalt Hall", "hascafe bool", "sqm integer"], &[]),
        table(
            "memb",
            &["mno integer", "fname text", "sname text", "yob integer", "homegym integer", "leftdt date"],
            &[],
        ),
        table(
            "setter",
            &["sid integer", "sname text Hana Ito,Finn Ward", "dayrate decimal", "since date"],
            &[],
        ),
        table(
            "comp",
            &[
                "cid integer",
                "cname text Winter Crank,Depot Lead",
                "prizepot decimal",
                "popn integer",
                "rgn text North,South",
            ],
            &[],
        ),
        table(
            "wrkr",
            &["wid integer", "wname text", "hrly_wage decimal", "job_ttl text Picker,Driver", "hire_dt date"],
            &[],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "gyms that have a café
         gyms without a café
         who's our best paid setter?
         who's the youngest member?
         first name and surname of the members
         which competition has the biggest prize pot?
         competitions in the South region
         population of each competition
         mean wage per hour by job title
         name and prize pot of the five events with the highest prize pots
         setters by the hour"
    ));
}

/// Bidders are tied to sales by what they registered for and by the lots that they bought.
#[test]
fn an_auction_house() {
    let tables = [
        table("bidder", &["bidder_id integer", "name text Ann Lee,Bo Chan", "country text"], &[]),
        table("sale", &["sale_id integer", "title text Spring Sale,The Collection", "held_on date"], &[]),
        table(
            "lot",
            &["lot_id integer", "sale_id integer", "buyer_id integer", "hammer_price decimal"],
            &[("sale_id", "sale", "sale_id"), ("buyer_id", "bidder", "bidder_id")],
        ),
        table(
            "registration",
            &["reg_id integer", "sale_id integer", "bidder_id integer"],
            &[("sale_id", "sale", "sale_id"), ("bidder_id", "bidder", "bidder_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "the sales for which at least eight bidders registered
         which sales did Ann Lee register for?
         bidders who bought a lot at the Spring Sale
         title and date of the sales, latest first"
    ));
}
