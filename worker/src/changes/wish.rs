//! What a ticket wants done, made anew from what it says: neither a proof nor a plan travels through the store.

use crate::{
    sources::Sources,
    stages::{Judged, ON_CONFLICT, judge},
};
use rowcall_change::{Change, Images, UndoPlan};
use rowcall_core::{Catalogue, texts};
use rowcall_policy::CheckedChange;
use rowcall_shared::{
    Store,
    store::{StoreError, Ticket},
};
use rowcall_source::{Source, SourceError};
use std::sync::Arc;

/// A change that is about to be made.
pub(super) enum Wish {
    Statement(Box<CheckedChange>),
    Undo(Box<UndoPlan>),
}

impl Wish {
    pub fn change(&self) -> Change<'_> {
        match self {
            Self::Statement(checked) => Change::Statement(checked),
            Self::Undo(plan) => Change::Undo(plan),
        }
    }
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoWish {
    /// It can never be made again; in words.
    #[error("{0}")]
    Gone(String),
    /// The source does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The store does not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What the ticket wants, by what the source is now if `fresh`, and the catalogue that says so.
pub(super) async fn wish(
    store: &Store,
    sources: &Sources,
    source: &Source,
    ticket: &Ticket,
    fresh: bool,
) -> Result<(Wish, Arc<Catalogue>), NoWish> {
    let catalogue = match fresh {
        true => sources.refresh(source).await?,
        false => sources.catalogue(source).await?,
    };
    if let Some(undoes) = ticket.undoes {
        let gone = || NoWish::Gone(texts::changes::images_gone());
        let image = store.undo_image(undoes).await?.ok_or_else(gone)?;
        let images = Images::unpack(&image.data).map_err(|error| {
            tracing::error!(%error, ticket.id = %undoes, "the images of a change are damaged");
            gone()
        })?;
        return Ok((Wish::Undo(Box::new(UndoPlan::new(images, ON_CONFLICT))), catalogue));
    }
    match judge(&ticket.statement, &catalogue) {
        Ok(Judged::Change(checked)) => Ok((Wish::Statement(Box::new(checked)), catalogue)),
        Ok(Judged::Read(_)) => Err(NoWish::Gone(texts::changes::not_passed_any_more(""))),
        // The catalogue may be an hour old, and the table a minute.
        Err(_) if !fresh => Box::pin(wish(store, sources, source, ticket, true)).await,
        Err(failure) => Err(NoWish::Gone(texts::changes::not_passed_any_more(&failure.why))),
    }
}
