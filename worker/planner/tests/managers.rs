//! What managers ask of a hotel chain and of a grants office, whose tables are tied in ways that lead astray: reviews of stays in
//! rooms of hotels, authors of publications that a grant of somebody else paid for, dates on which things may have ended. What
//! each question is understood to mean is kept beside it, for people to read over; so is what is refused, and why.

use crate::common::{self, catalogue_of, table};

#[test]
fn of_a_hotel_chain_and_a_grants_office() {
    let catalogue = catalogue_of(&[
        table(
            "hotels",
            &[
                "hotel_id integer",
                "hotel_name text Sea View,Old Mill",
                "country text Spain,Italy,*",
                "city text Lisbon,*",
            ],
            &[],
        ),
        table(
            "rooms",
            &["room_id integer", "hotel_id integer", "room_type text suite,double,*", "nightly_rate decimal"],
            &[("hotel_id", "hotels", "hotel_id")],
        ),
        table(
            "guests",
            &["guest_id integer", "first_name text Ann", "last_name text Lee", "nationality text"],
            &[],
        ),
        table(
            "bookings",
            &[
                "booking_id integer",
                "guest_id integer",
                "room_id integer",
                "booked_on date",
                "paid_on date",
                "status text completed,cancelled,*",
                "total_price decimal",
            ],
            &[("guest_id", "guests", "guest_id"), ("room_id", "rooms", "room_id")],
        ),
        table(
            "reviews",
            &["review_id integer", "booking_id integer", "rating integer"],
            &[("booking_id", "bookings", "booking_id")],
        ),
        table(
            "researchers",
            &[
                "id integer",
                "first_name text Ida",
                "last_name text Moss",
                "position text Professor,Postdoc,*",
            ],
            &[],
        ),
        table(
            "proposals",
            &[
                "id integer",
                "title text",
                "lead_researcher_id integer",
                "submitted_on date",
                "decided_on date",
            ],
            &[("lead_researcher_id", "researchers", "id")],
        ),
        table(
            "grants",
            &["id integer", "proposal_id integer", "amount_awarded decimal", "closed_on date"],
            &[("proposal_id", "proposals", "id")],
        ),
        table(
            "publications",
            &["id integer", "title text", "published_on date", "grant_id integer"],
            &[("grant_id", "grants", "id")],
        ),
        table(
            "publication_authors",
            &["publication_id integer", "researcher_id integer"],
            &[("publication_id", "publications", "id"), ("researcher_id", "researchers", "id")],
        ),
    ]);
    insta::assert_snapshot!("managers", common::answers(&catalogue, include_str!("managers.txt")));
}
