//! Questions that can be answered about the tables at hand: each is planned and compiled before it is offered,
//! so that a suggestion never leads to a refusal.

use rowcall_core::Catalogue;

/// Three questions about these tables that can be answered; fewer where the source has little to ask about.
pub fn suggestions(catalogue: &Catalogue) -> Vec<String> {
    crate::offline::suggest_for(catalogue)
}
