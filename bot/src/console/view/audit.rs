//! The audit log.

use super::{
    layout::{self, Page, Tab},
    words,
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_format::values::{visible, visible_lines};
use rowcall_shared::audit::AuditEntry;

/// The page.
pub fn page(visitor: &Visitor, entries: &[AuditEntry], is_later_page: bool, has_more: bool) -> Markup {
    layout::document(&Page {
        title: "Audit log",
        tab: Tab::Audit,
        visitor: Some(visitor),
        reloads: false,
        class: "wide",
        main: html! {
            div.title-row {
                h1 { "Audit log" }
                a.button.quiet href="/audit.csv" download="audit.csv" { "Download CSV" }
            }
            p.hint {
                "Each entry is chained to the one before it. " code { "rowcall audit verify" }
                " proves the chain whole, or names the first entry that was touched."
            }
            @if entries.is_empty() {
                section.empty { p { "Nothing has been written down yet." } }
            } @else {
                table.runs.audit {
                    thead { tr {
                        th scope="col" .number { "No." } th scope="col" { "What" } th scope="col" { "Who" }
                        th scope="col" { "When" }
                    } }
                    tbody { @for entry in entries { (line(entry)) } }
                }
            }
            @if is_later_page || has_more {
                nav.paging aria-label="Pages of the log" {
                    @if is_later_page { a.button.quiet href="/audit" { "Newest" } }
                    @if let Some(last) = entries.last() && has_more {
                        a.button.quiet rel="next" href={ "/audit?before=" (last.seq) } { "Older" }
                    }
                }
            }
        },
    })
}

fn line(entry: &AuditEntry) -> Markup {
    let ticket = entry.subject.strip_prefix("ticket:");
    html! {
        tr {
            td.number data-label="No." { (entry.seq) }
            td.run-question {
                (visible(&entry.action)) " "
                @match ticket {
                    Some(id) => a href={ "/tickets/" (id) } { "change " (short(id)) },
                    None => span.attempts { (visible(&entry.subject)) },
                }
                details.how {
                    summary { "Details" }
                    pre.json tabindex="0" { code { (visible_lines(&pretty(&entry.details))) } }
                    p.hint.mono { "mac " (entry.mac) }
                }
            }
            td data-label="Who" { (visible(&entry.actor)) }
            td data-label="When" { (words::moment(entry.at)) }
        }
    }
}

fn short(id: &str) -> String {
    id.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect()
}

/// Easier to read; as it is kept where it cannot be read.
fn pretty(details: &str) -> String {
    serde_json::from_str::<serde_json::Value>(details)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| details.to_owned())
}
