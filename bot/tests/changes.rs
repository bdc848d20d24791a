//! Changes in the console: cards in conversations and on pages of their own, the forms, the inbox, the audit log.

use crate::common::{Bench, changes, context, field, options, store};
use reqwest::{Method, Response, StatusCode};
use rowcall_bot::ConsoleOptions;
use rowcall_core::{TicketState, Value as Cell};
use rowcall_shared::store::{NewTicket, Ticket};
use serde_json::{Value, json};

/// A visitor with a session of their own.
struct Visitor<'a> {
    bench: &'a Bench,
    cookie: String,
}

impl<'a> Visitor<'a> {
    fn new(bench: &'a Bench, letter: &str) -> Self {
        Self { bench, cookie: format!("rowcall_session={}", letter.repeat(64)) }
    }

    async fn get(&self, path: &str) -> Response {
        self.bench.request(Method::GET, path).header("cookie", &self.cookie).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.text().await.unwrap()
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Response {
        let request = self.bench.request(Method::POST, path).header("cookie", &self.cookie);
        request.form(form).send().await.unwrap()
    }

    /// Asks for a change; gives its ticket and its conversation's address.
    async fn asks(&self, new: &NewTicket) -> (Ticket, String) {
        let request = self.bench.request(Method::POST, "/api/ask").header("cookie", &self.cookie);
        let body = json!({ "question": "ship the orders of Lee" });
        let told: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
        let taken = self.bench.take(told["run_id"].as_str().unwrap().parse().unwrap()).await;
        let ticket = changes::open(&self.bench.store, &taken.lease, new).await;
        (ticket, format!("/c/{}", told["conversation"].as_str().unwrap()))
    }

    /// Says something of a change with the form on its page.
    async fn votes(&self, ticket: &Ticket, kind: &str, comment: &str) -> Response {
        let (csrf, mark) = (field(&self.page("/").await, "csrf"), hex::encode(ticket.fingerprint.mark().0));
        let form = [("csrf", csrf.as_str()), ("kind", kind), ("mark", &mark), ("comment", comment)];
        self.post(&format!("/tickets/{}/vote", ticket.id), &form).await
    }

    async fn registered(&self) {
        let page = self.page("/approvals").await;
        assert!(page.contains("Approvals"));
        // How the store knows them is derived from the session; whoever was seen last is them.
        let account: String =
            sqlx::query_scalar("SELECT subject FROM identities ORDER BY created_at DESC LIMIT 1")
                .fetch_one(self.bench.store.pool())
                .await
                .unwrap();
        assert!(self.bench.store.set_registered(&account, true).await.unwrap());
    }
}

async fn state(bench: &Bench, ticket: &Ticket) -> TicketState {
    bench.store.ticket(ticket.id).await.unwrap().unwrap().state
}

fn has(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "the page lacks {part:?}:\n{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_confirms_their_change_in_the_conversation_and_sees_it_done() {
    let bench = Bench::start().await;
    let ada = Visitor::new(&bench, "a");
    let (ticket, conversation) = ada.asks(&changes::change(2)).await;
    let page = ada.page(&conversation).await;
    let expected = [
        "waits for approval",
        "Change 2 rows of shop.orders",
        "<del>new</del> <ins>shipped</ins>",
        "Confirm",
    ];
    has(&page, &expected);
    assert!(!page.contains(" style=") && !page.contains("<script>"), "inline styles and scripts are blocked");
    has(&ada.page("/approvals").await, &["Waiting for you", "ship the orders of Lee"]);
    has(&ada.page(&format!("/runs/{}", ticket.run_id)).await, &[&format!("/tickets/{}", ticket.id)]);

    let (csrf, mark) = (field(&page, "csrf"), field(&page, "mark"));
    let back = format!("{conversation}#run-{}", ticket.run_id);
    let path = format!("/tickets/{}/vote", ticket.id);
    let form = [("csrf", csrf.as_str()), ("kind", "approve"), ("mark", &mark), ("back", &back)];
    let foreign = [("csrf", "another"), ("kind", "approve"), ("mark", &mark), ("back", &back)];
    assert_eq!(ada.post(&path, &foreign).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(state(&bench, &ticket).await, TicketState::Pending);
    let voted = ada.post(&path, &form).await;
    assert_eq!(
        (voted.status(), voted.headers()["location"].to_str().unwrap()),
        (StatusCode::SEE_OTHER, &*back)
    );
    let page = ada.page(&conversation).await;
    has(&page, &["It runs next", "data-reload", "http-equiv=\"refresh\""]);
    changes::execute(&bench.store, ticket.id, 2).await;
    let page = ada.page(&conversation).await;
    has(&page, &["2 rows were changed", ">Undo<", "It can be undone until"]);
    assert!(!page.contains("Confirm") && !page.contains("data-reload"));

    let own = ada.page(&format!("/tickets/{}", ticket.id)).await;
    has(&own, &["asked for it", "approved it; that was the last approval it needed", "ran it"]);
    // Another site's address is no way back.
    let (second, _) = ada.asks(&changes::change(1)).await;
    let mark = hex::encode(second.fingerprint.mark().0);
    let form = [("csrf", csrf.as_str()), ("kind", "approve"), ("mark", &mark), ("back", "//evil.example")];
    let voted = ada.post(&format!("/tickets/{}/vote", second.id), &form).await;
    assert_eq!(voted.headers()["location"], "/");
}

#[tokio::test(flavor = "multi_thread")]
async fn approvers_decide_and_whoever_may_not_is_told_why() {
    let bench = Bench::start().await;
    changes::set_rules(&bench.store, changes::approvers(1)).await;
    let (ada, bob) = (Visitor::new(&bench, "a"), Visitor::new(&bench, "b"));
    let (ticket, _) = ada.asks(&changes::change(3)).await;
    let path = format!("/tickets/{}", ticket.id);
    has(&ada.page(&path).await, &["You cannot approve your own change."]);
    let refused = ada.votes(&ticket, "approve", "").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    has(&refused.text().await.unwrap(), &["You cannot approve your own change.", "role=\"alert\""]);
    // The console's own visitors are nobody's second pair of eyes before an administrator says so.
    let refused = bob.votes(&ticket, "approve", "").await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    has(&refused.text().await.unwrap(), &["rowcall access register console:visitor-"]);
    bob.registered().await;
    has(&bob.page("/approvals").await, &["Waiting for you", "ship the orders of Lee"]);
    assert_eq!(bob.votes(&ticket, "ask_change", " ").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bob.votes(&ticket, "nonsense", "").await.status(), StatusCode::NOT_FOUND);
    let rejected = bob.votes(&ticket, "reject", "They are <b>not</b> paid.").await;
    assert_eq!(rejected.status(), StatusCode::SEE_OTHER);
    assert_eq!(state(&bench, &ticket).await, TicketState::Rejected);
    let page = bob.page(&path).await;
    has(&page, &["Rejected by", "They are &lt;b&gt;not&lt;/b&gt; paid."]);
    assert!(!page.contains("class=\"deeds\""), "nothing can be done any more");
    let late = bob.votes(&ticket, "approve", "").await;
    assert_eq!(late.status(), StatusCode::CONFLICT);
    has(&late.text().await.unwrap(), &["Too late, this did not count. Rejected by"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_impacts_emergencies_remarks_and_taking_back() {
    let bench = Bench::start().await;
    changes::set_rules(&bench.store, changes::approvers(2)).await;
    let (ada, bob) = (Visitor::new(&bench, "a"), Visitor::new(&bench, "b"));
    let (first, _) = ada.asks(&changes::unmeasured()).await;
    let page = bob.page(&format!("/tickets/{}", first.id)).await;
    has(&page, &["Nobody knows how many rows", "name=\"row_cap\""]);
    let (csrf, mark) = (field(&page, "csrf"), field(&page, "mark"));
    let path = format!("/tickets/{}", first.id);
    let breaks = async |cap: &str| {
        let form = [
            ("csrf", csrf.as_str()),
            ("kind", "break_glass"),
            ("mark", mark.as_str()),
            ("comment", "the shop is down"),
            ("row_cap", cap),
        ];
        bob.post(&format!("{path}/vote"), &form).await.status()
    };
    assert_eq!(breaks("").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(breaks("1,000").await, StatusCode::SEE_OTHER);
    let page = ada.page(&path).await;
    has(&page, &["EMERGENCY", "the shop is down", "At most 1,000 rows may be touched"]);

    let (second, _) = ada.asks(&changes::change(1)).await;
    let path = format!("/tickets/{}", second.id);
    let form = [("csrf", csrf.as_str()), ("comment", "=1+1 is two")];
    assert_eq!(bob.post(&format!("{path}/comment"), &form).await.status(), StatusCode::SEE_OTHER);
    has(&ada.page(&path).await, &["=1+1 is two"]);
    let form = [("csrf", csrf.as_str())];
    assert_eq!(bob.post(&format!("{path}/cancel"), &form).await.status(), StatusCode::FORBIDDEN);
    assert_eq!(state(&bench, &second).await, TicketState::Pending);
    let csrf = field(&ada.page(&path).await, "csrf");
    let form = [("csrf", csrf.as_str())];
    assert_eq!(ada.post(&format!("{path}/cancel"), &form).await.status(), StatusCode::SEE_OTHER);
    assert_eq!(state(&bench, &second).await, TicketState::Cancelled);
    // One that was replaced leads on.
    let (old, _) = ada.asks(&changes::change(1)).await;
    let new = changes::replace(&bench.store, &old, &changes::change(1)).await;
    let links = [format!("/tickets/{}", new.id), "out of date".into()];
    has(&ada.page(&format!("/tickets/{}", old.id)).await, &[&links[0], &links[1]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_in_a_change_is_shown_and_never_runs() {
    let bench = Bench::start().await;
    let ada = Visitor::new(&bench, "a");
    let mut new = changes::change(2);
    let attack = "<script>alert(1)</script>\u{202e}";
    new.statement = attack.into();
    new.impact.table = attack.into();
    new.impact.limits = vec![attack.into()];
    new.impact.at_risk = vec![attack.into()];
    for row in &mut new.impact.sample {
        row.key = vec![(attack.into(), attack.into())];
        for cell in &mut row.cells {
            cell.column = attack.into();
            cell.after = Some(Cell::Text(attack.into()));
        }
    }
    let (ticket, conversation) = ada.asks(&new).await;
    for path in [conversation, format!("/tickets/{}", ticket.id), "/approvals".into(), "/audit".into()] {
        let page = ada.page(&path).await;
        assert!(page.contains("&lt;script&gt;alert(1)"), "{path} does not show it");
        assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'), "{path} lets it through");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_is_read_and_taken_away() {
    let bench = Bench::start().await;
    let ada = Visitor::new(&bench, "a");
    let formula = bench.store.acting_as("=HYPERLINK(\"x\")");
    changes::set_rules(&formula, changes::approvers(1)).await;
    let (ticket, _) = ada.asks(&changes::change(2)).await;
    let page = ada.page("/audit").await;
    has(&page, &["ticket.opened", "source.change_rules", &format!("/tickets/{}", ticket.id)]);
    for n in 0..110 {
        bench.store.comment_ticket(ticket.id, &actor(), &format!("remark {n}")).await.unwrap();
    }
    let first = ada.page("/audit").await;
    let next = first.split("href=\"/audit?before=").nth(1).unwrap().split('"').next().unwrap();
    let second = ada.page(&format!("/audit?before={next}")).await;
    assert!(second.contains("ticket.opened") && !first.contains("ticket.opened"));
    let file = ada.get("/audit.csv").await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("audit.csv"));
    let text = file.text().await.unwrap();
    assert!(text.starts_with("seq,at,actor,action,subject,details,key,mac\r\n"), "{text}");
    let entries: i64 =
        sqlx::query_scalar("SELECT count(*) FROM audit_log").fetch_one(bench.store.pool()).await.unwrap();
    assert_eq!(text.matches("\r\n").count() as i64, entries + 1);
    assert!(
        text.contains("\"'=HYPERLINK(\"\"x\"\")\"") && !text.contains(",=HYPERLINK"),
        "no cell is a formula"
    );
}

fn actor() -> rowcall_core::Actor {
    rowcall_core::Actor::local(rowcall_core::Platform::Console, "somebody", chrono::Utc::now())
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_kept_to_their_own_runs_see_their_own_changes_alone() {
    let store = store().await;
    let options = ConsoleOptions { everyone_sees_all_runs: false, ..options() };
    let bench = Bench::start_with(context(&store).await, options).await;
    let (ada, bob) = (Visitor::new(&bench, "a"), Visitor::new(&bench, "b"));
    let (ticket, _) = ada.asks(&changes::change(2)).await;
    let path = format!("/tickets/{}", ticket.id);
    assert_eq!(ada.get(&path).await.status(), StatusCode::OK);
    for hidden in [path.as_str(), "/audit", "/audit.csv"] {
        assert_eq!(bob.get(hidden).await.status(), StatusCode::NOT_FOUND, "{hidden}");
    }
    assert!(!bob.page("/approvals").await.contains("ship the orders"));
    has(&ada.page("/approvals").await, &["ship the orders of Lee"]);
    for nothing in ["/tickets/nonsense", "/approvals?state=bogus", "/approvals?before=x"] {
        assert_eq!(ada.get(nothing).await.status(), StatusCode::NOT_FOUND, "{nothing}");
    }
}
