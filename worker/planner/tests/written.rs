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

/// Names in one word are taken apart by what is English, and flags are nouns.
#[test]
fn a_marina() {
    let tables = [
        table(
            "pier",
            &[
                "piercode text A,B",
                "piername text North Arm,Old Pier",
                "lengthm decimal",
                "yearbuilt integer",
                "haslights text Y,N,*",
            ],
            &[],
        ),
        table(
            "berth",
            &[
                "berthno text A1,A2,B1",
                "piercode text",
                "depthm decimal",
                "haspower bool",
                "dailyrate decimal",
                "berthstatus text Vacant,Taken,*",
            ],
            &[("piercode", "pier", "piercode")],
        ),
        table(
            "boatowner",
            &[
                "ownerid integer",
                "fname text Ann,Bo",
                "lname text Lee,Frost",
                "hometown text Penzance,Falmouth",
                "phoneno text",
                "clubmember text Yes,No,*",
            ],
            &[],
        ),
        table(
            "boat",
            &[
                "boatid integer",
                "boatname text Petrel,Kittiwake",
                "boattype text Ketch,Motor Yacht",
                "ownerid integer",
            ],
            &[("ownerid", "boatowner", "ownerid")],
        ),
        table(
            "mooringcontract",
            &[
                "contractno integer",
                "boatid integer",
                "berthno text",
                "contracttype text Annual,Winter,*",
                "startdate date",
                "monthlyfee decimal",
            ],
            &[("boatid", "boat", "boatid"), ("berthno", "berth", "berthno")],
        ),
        table(
            "mechanic",
            &["mechid integer", "mechname text Ivo,Una", "hourlyrate decimal", "yrsexp integer"],
            &[],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "which piers have no lights?
         names and lengths of the piers built before 2000
         which berth is the deepest? Give its number and depth.
         berths deeper than 3
         number and daily rate of every vacant berth, sorted by berth number
         berths never used in any contract
         first and last names of the owners who come from Falmouth
         how many club members live in Falmouth?
         names of club members who own a motor yacht, without repetition
         which owners did not leave us a phone number?
         do we know the phone number of Ann Lee?
         mechanics with more than 5 years of experience
         who charges the most per hour among the mechanics?
         what is the average monthly fee of annual contracts?
         how many mooring contracts started in each year? Order the years from earliest to latest.
         for each contract type, show the number of contracts and the highest monthly fee
         average daily rate on each pier with more than five berths. Show the pier name and the rate."
    ));
}

/// Texts that hold several values, states by a date, and what a firm says of itself.
#[test]
fn a_law_firm() {
    let tables = [
        table(
            "lawyers",
            &[
                "lawyer_id integer",
                "last_name text Lee,Frost,Ito",
                "position_title text Partner,Associate",
                "date_joined_firm date",
                "languages_spoken text English,English; Spanish,Spanish; French,French",
            ],
            &[],
        ),
        table("courts", &["court_id integer", "court_name text North Court,City Court"], &[]),
        table(
            "legal_cases",
            &["case_id integer", "case_title text", "court_id integer"],
            &[("court_id", "courts", "court_id")],
        ),
        table(
            "case_documents",
            &[
                "document_id integer",
                "case_id integer",
                "document_title text",
                "document_type text Brief,Affidavit",
                "number_of_pages integer",
                "date_document_filed date",
            ],
            &[("case_id", "legal_cases", "case_id")],
        ),
        table(
            "case_hearings",
            &["hearing_id integer", "case_id integer", "date_of_hearing date"],
            &[("case_id", "legal_cases", "case_id")],
        ),
        table(
            "client_invoices",
            &[
                "invoice_number integer",
                "case_id integer",
                "date_invoice_paid date",
                "invoice_amount decimal",
            ],
            &[("case_id", "legal_cases", "case_id")],
        ),
    ];
    insta::assert_snapshot!(answers(
        &catalogue_of(&tables),
        "how many lawyers speak Spanish?
         lawyers who speak Spanish or French
         how many lawyers are there per language?
         who joined the firm most recently?
         numbers and amounts of the unpaid invoices
         documents longer than 100 pages
         how many pages do all the affidavits add up to?
         for each kind of document, show the number of documents of that kind
         documents without a filing date
         courts where none of our cases has been heard
         titles of the cases that have neither hearings nor documents"
    ));
}
