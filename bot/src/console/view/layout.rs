//! What all pages share: head, header, and the pages that are nothing else.

use super::super::{
    assets::{ICON_URL, SCRIPT_URL, STYLE_URL},
    session::Visitor,
};
use axum::http::StatusCode;
use maud::{DOCTYPE, Markup, html};
use rowcall_core::Failure;
use rowcall_format::values;

/// Which page the header marks as open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The chat.
    Chat,
    /// The list of runs, and a run.
    Runs,
    /// Changes that wait for a decision, and a change.
    Approvals,
    /// Answers that could not be delivered.
    Deliveries,
    /// Who did what.
    Audit,
    /// None of them.
    None,
}

/// A question that was not accepted, with the words that were typed.
pub struct Rejected<'a> {
    /// Why.
    pub failure: &'a Failure,
    /// What was typed.
    pub question: &'a str,
}

/// A page.
pub struct Page<'a> {
    /// Its title, without the product's name.
    pub title: &'a str,
    /// Which tab it belongs to.
    pub tab: Tab,
    /// Who looks at it; nobody where signing in is still to be done.
    pub visitor: Option<&'a Visitor>,
    /// It changes by itself: reload it where there is no script.
    pub reloads: bool,
    /// A class of the body.
    pub class: &'a str,
    /// What is in it.
    pub main: Markup,
}

/// A whole document.
pub fn document(page: &Page<'_>) -> Markup {
    let here = |tab: Tab| (page.tab == tab).then_some("page");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (page.title) " · Rowcall" }
                link rel="icon" type="image/svg+xml" href=(*ICON_URL);
                link rel="stylesheet" href=(*STYLE_URL);
                script src=(*SCRIPT_URL) defer {}
                @if page.reloads { noscript { meta http-equiv="refresh" content="2"; } }
            }
            body class=(page.class) {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/" { img src=(*ICON_URL) width="26" height="26" alt=""; span { "Rowcall" } }
                    @if let Some(visitor) = page.visitor {
                        nav aria-label="Pages" {
                            a href="/" aria-current=[here(Tab::Chat)] { "Chat" }
                            a href="/runs" aria-current=[here(Tab::Runs)] { "Runs" }
                            a href="/approvals" aria-current=[here(Tab::Approvals)] { "Approvals" }
                            @if visitor.sees_all {
                                a href="/deliveries" aria-current=[here(Tab::Deliveries)] { "Deliveries" }
                                a href="/audit" aria-current=[here(Tab::Audit)] { "Audit" }
                            }
                        }
                    }
                    @if let Some(visitor) = page.visitor && visitor.signed_in {
                        form.sign-out method="post" action="/logout" {
                            input type="hidden" name="csrf" value=(visitor.csrf);
                            button.quiet type="submit" { "Sign out" }
                        }
                    }
                }
                main #main tabindex="-1" { (page.main) }
                div #announce .visually-hidden aria-live="polite" {}
            }
        }
    }
}

/// A page that tells of a problem.
pub fn problem(status: StatusCode, failure: &Failure) -> Markup {
    document(&Page {
        title: &failure.what,
        tab: Tab::None,
        visitor: None,
        reloads: false,
        class: "plain",
        main: html! {
            section.problem {
                p.problem-code { (status.as_u16()) }
                h1 { (failure.what) }
                p { (with_code(&failure.why)) }
                p { (with_code(&failure.try_next)) }
                p.problem-links { a.button href="/" { "Go to the chat" } a.button.quiet href="/runs" { "See the runs" } }
            }
        },
    })
}

/// The sign-in page.
pub fn login(csrf: &str, next: &str, was_wrong: bool) -> Markup {
    document(&Page {
        title: "Sign in",
        tab: Tab::None,
        visitor: None,
        reloads: false,
        class: "plain",
        main: html! {
            form.login method="post" action="/login" {
                h1 { "Sign in" }
                p { "This console shows data to people who hold its token." }
                input type="hidden" name="csrf" value=(csrf);
                input type="hidden" name="next" value=(next);
                label for="token" { "Token" }
                input #token type="password" name="token" autocomplete="current-password" required autofocus
                    aria-invalid=[was_wrong.then_some("true")] aria-describedby=[was_wrong.then_some("wrong")];
                @if was_wrong {
                    p #wrong .error role="alert" {
                        "That is not the token. It is the value of ROWCALL_CONSOLE_TOKEN where Rowcall runs."
                    }
                }
                button.primary type="submit" { "Sign in" }
            }
        },
    })
}

/// What went wrong, in three sentences of which the first stands out.
pub fn failure(failure: &Failure) -> Markup {
    html! {
        div.failure {
            p.failure-what { (with_code(&failure.what)) }
            p { (with_code(&failure.why)) }
            p.failure-try { (with_code(&failure.try_next)) }
        }
    }
}

/// A sentence of ours, in which commands stand between backticks.
pub fn with_code(text: &str) -> Markup {
    let text = values::visible_lines(text);
    // A backtick without a partner is just a character.
    let paired = text.matches('`').count().is_multiple_of(2);
    html! {
        @if paired {
            @for (i, part) in text.split('`').enumerate() {
                @if i % 2 == 1 { code { (part) } } @else { (part) }
            }
        } @else { (text) }
    }
}
