//! The page of a conversation.

use super::{
    Known,
    answer::{self, Turn},
    layout::{self, Page, Rejected, Tab},
    ticket,
    words::is_working,
};
use crate::console::session::Visitor;
use maud::{Markup, html};
use rowcall_format::values;
use rowcall_shared::store::StoredSource;
use uuid::Uuid;

/// What stands on it.
pub struct Chat<'a> {
    /// Who looks at it.
    pub visitor: &'a Visitor,
    /// Its key and its pictures.
    pub known: &'a Known,
    /// Questions with their answers, oldest first.
    pub turns: &'a [Turn<'a>],
    /// `turns` is everything that was said.
    pub is_whole: bool,
    /// What can be asked.
    pub sources: &'a [StoredSource],
    /// What was asked last.
    pub source: Option<&'a str>,
    /// Questions to begin with.
    pub suggestions: &'a [String],
    /// The longest question, in characters.
    pub limit: usize,
    /// A question that was not accepted.
    pub rejected: Option<Rejected<'a>>,
}

/// The page.
pub fn page(chat: &Chat<'_>) -> Markup {
    let title = chat.turns.first().map_or_else(
        || "Ask your data".to_owned(),
        |turn| values::visible(turn.question).chars().take(60).collect(),
    );
    layout::document(&Page {
        title: &title,
        tab: Tab::Chat,
        visitor: Some(chat.visitor),
        reloads: chat.turns.iter().any(|t| t.reply.is_none() && is_working(t.state))
            || chat.known.tickets.values().any(|shown| ticket::moves(shown.sheet.state)),
        class: "chat",
        main: html! {
            div.conversation #conversation data-conversation=[chat.known.conversation.as_deref()] {
                @if chat.turns.is_empty() { (welcome(chat)) }
                @if !chat.is_whole {
                    p.earlier { "Earlier questions are in the " a href="/runs" { "list of runs" } "." }
                }
                @for turn in chat.turns { (answer::turn(turn, chat.known, &chat.visitor.csrf)) }
                @if let Some(rejected) = &chat.rejected {
                    div.rejected role="alert" { (layout::failure(rejected.failure)) }
                }
            }
            (composer(chat))
        },
    })
}

fn welcome(chat: &Chat<'_>) -> Markup {
    html! {
        section.welcome {
            h1 { "What would you like to know?" }
            p {
                "Ask in plain English. You get the rows or a chart, with the SQL that was run"
                @if let [source] = chat.sources { " on " strong { (source.name) } }
                ". Nothing is changed before somebody approves it."
            }
            @if chat.sources.is_empty() {
                div.failure {
                    p.failure-what { "No source is connected yet." }
                    p { "There is no database that could be asked." }
                    p.failure-try { "Add one with " code { "rowcall source add NAME --url-env VARIABLE" } "." }
                }
            } @else if !chat.suggestions.is_empty() {
                h2 { "For example" }
                ul.examples {
                    @for text in chat.suggestions.iter().take(3) {
                        li { (answer::suggestion(text, text, None, &chat.visitor.csrf)) }
                    }
                }
            }
        }
    }
}

fn composer(chat: &Chat<'_>) -> Markup {
    let typed = chat.rejected.as_ref().map_or("", |r| r.question);
    let is_chosen = |source: &StoredSource| match chat.source {
        Some(name) => source.name == name,
        None => source.is_default,
    };
    html! {
        form.composer #composer method="post" action="/ask" {
            input type="hidden" name="csrf" value=(chat.visitor.csrf);
            input type="hidden" name="once" value=(Uuid::new_v4());
            @if let Some(key) = &chat.known.conversation {
                input type="hidden" name="conversation" value=(key);
            }
            div.composer-box {
                label.visually-hidden for="question" { "Your question" }
                textarea #question name="question" rows="1" required autofocus data-limit=(chat.limit)
                    placeholder=(if chat.turns.is_empty() { "Ask about your data" } else { "Ask a follow-up" })
                    aria-describedby="composer-hint" { (typed) }
                div.composer-row {
                    @if chat.sources.len() > 1 {
                        label.source {
                            span.visually-hidden { "Source" }
                            select name="source" {
                                @for source in chat.sources {
                                    option value=(source.name) selected[is_chosen(source)] { (source.name) }
                                }
                            }
                        }
                    }
                    p #composer-hint .hint { kbd { "Enter" } " sends, " kbd { "Shift Enter" } " makes a new line" }
                    @if chat.known.conversation.is_some() { a.new-chat href="/" { "New conversation" } }
                    button.primary type="submit" { "Ask" }
                }
            }
        }
    }
}
