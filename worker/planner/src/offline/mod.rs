//! The planner that needs nothing but the catalogue.

use crate::{PlanRequest, Planned, Planner, PlannerError};
use rowcall_core::Catalogue;

/// Plans without a model: deterministic, and honest about what it does not understand.
#[derive(Debug, Default)]
pub struct OfflinePlanner;

#[async_trait::async_trait]
impl Planner for OfflinePlanner {
    fn name(&self) -> &str {
        "offline"
    }

    async fn plan(&self, request: PlanRequest<'_>) -> Result<Planned, PlannerError> {
        Ok(Planned::CannotAnswer {
            reason: "This question was not understood.".to_owned(),
            suggestions: suggest_for(request.catalogue),
        })
    }
}

pub(crate) fn suggest_for(_catalogue: &Catalogue) -> Vec<String> {
    Vec::new()
}
