//! The list of answers that could not be delivered.

use super::{
    layout::{self, Page, Tab},
    words,
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_format::values;
use rowcall_shared::store::DeadLetter;

/// The page.
pub fn page(visitor: &Visitor, letters: &[DeadLetter]) -> Markup {
    layout::document(&Page {
        title: "Deliveries",
        tab: Tab::Deliveries,
        visitor: Some(visitor),
        reloads: false,
        class: "wide",
        main: html! {
            h1 { "Deliveries" }
            @if letters.is_empty() {
                section.empty { p { "Every answer was delivered, or is still on its way." } }
            } @else {
                p { "These answers could not be delivered and are not tried any more." }
                table.runs {
                    thead { tr {
                        th scope="col" { "Question" } th scope="col" { "Place" } th scope="col" { "Why" }
                        th scope="col" .number { "Attempts" } th scope="col" { "Ready" } th scope="col" { "Again" }
                    } }
                    tbody { @for letter in letters { (line(letter, &visitor.csrf)) } }
                }
            }
        },
    })
}

fn line(letter: &DeadLetter, csrf: &str) -> Markup {
    html! {
        tr {
            td.run-question {
                a href={ "/runs/" (letter.run_id) } { (values::visible_lines(&letter.question)) }
                " " span.attempts { (values::visible_lines(&letter.asker)) }
            }
            td data-label="Place" { (letter.place.platform) " " (values::visible_lines(&letter.place.key)) }
            td data-label="Why" { (values::visible_lines(&letter.error)) }
            td.number data-label="Attempts" { (letter.attempts) }
            td data-label="Ready" { (words::moment(letter.created_at)) }
            td {
                form method="post" action={ "/deliveries/" (letter.id) "/resend" } {
                    input type="hidden" name="csrf" value=(csrf);
                    button.quiet type="submit" aria-label={ "Send the answer to “" (values::visible_lines(&letter.question)) "” again" } {
                        "Send again"
                    }
                }
            }
        }
    }
}
