//! Whatever asks for a change, its statement takes the same way.

use super::*;
use rowcall_core::IntentKind;
use rowcall_plan::QueryPlan;
use rowcall_planner::{Advice, Aids, Outcome, PlanRequest, Planned, Planner, PlannerError, Wish};
use std::sync::Arc;

/// A planner that reads wishes, as a model does, and says one thing.
struct Says(Planned, IntentKind);

#[async_trait::async_trait]
impl Planner for Says {
    async fn plan(&self, _: PlanRequest<'_>, _: Aids<'_>) -> Result<Outcome, PlannerError> {
        let wish = Wish { kind: self.1, confidence: 1.0, operation: "update".into(), tables: Vec::new() };
        Ok(Outcome { wish: Some(wish), ..Outcome::of("a-model", self.0.clone()) })
    }

    fn reads_wishes(&self) -> bool {
        true
    }

    async fn advise(&self, facts: &str, _: Aids<'_>) -> Option<Advice> {
        assert!(facts.contains("UPDATE public.purchase") && facts.contains("1 row"), "{facts}");
        assert!(!facts.contains("'new'"), "it is told nothing of what stands in the rows: {facts}");
        Some(Advice { by: "a-model".into(), text: "The seventh is paid for already.".into() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_english_becomes_a_ticket() {
    let shop = Shop::open().await;
    let reply = shop.ask(&me(), Ask::Question, "set the status of purchase 7 to shipped").await;
    assert_eq!(reply.planner.as_deref(), Some("offline"));
    assert_eq!(reply.sql.as_deref(), Some("UPDATE purchase SET status = 'shipped' WHERE purchase.id = 7"));
    assert!(reply.explanation.is_some());
    let ticket = shop.waiting(&reply).await;
    shop.approve(&ticket).await;
    assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
    assert_eq!(shop.statuses().await, "new:11 shipped:1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_models_statement_takes_the_same_way() {
    let sql = "UPDATE public.purchase SET total = 5 WHERE id = 7".to_owned();
    let planned = Planned::Sql { sql, assumptions: vec!["Seven is the number.".into()], confidence: 0.9 };
    // Also where it takes a change for a question: the statement decides.
    for kind in [IntentKind::Change, IntentKind::Read] {
        let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
        shop.asking.work_with(Arc::new(Says(planned.clone(), kind)));
        let reply = shop.ask(&me(), Ask::Question, "make the seventh cost five").await;
        assert_eq!((reply.planner.as_deref(), reply.assumptions.len()), (Some("a-model"), 1));
        let ticket = shop.waiting(&reply).await;
        // What it says of it stands beside what was measured.
        let said = ticket.advice.as_ref().unwrap();
        assert_eq!((said.by.as_str(), said.text.as_str()), ("a-model", "The seventh is paid for already."));
        shop.approve(&ticket).await;
        assert_eq!(shop.settled(&ticket).await.state, TicketState::Executed);
        assert_eq!(shop.text("SELECT total::text FROM purchase WHERE id = 7").await, "5");
    }
    // Rows are no answer to a wish for a change.
    let plan = QueryPlan {
        source: rowcall_plan::TableName::bare("purchase"),
        measures: vec![rowcall_plan::Measure::count()],
        ..QueryPlan::default()
    };
    let planned = Planned::Plan { plan, assumptions: Vec::new(), confidence: 0.9 };
    let mut shop = Shop::idle(json!({ "writer": WRITER })).await;
    shop.asking.work_with(Arc::new(Says(planned, IntentKind::Change)));
    let reply = shop.ask(&me(), Ask::Question, "make the seventh cost five").await;
    assert_eq!(reply.state, RunState::Refused);
    assert!(reply.text.starts_with("That sounds like a change to the data"), "{}", reply.text);
}
