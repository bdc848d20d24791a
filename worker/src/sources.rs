//! The sources this worker can ask: opened on first use, from the store's list and the secrets on this machine.

use rowcall_core::{Catalogue, Failure, texts};
use rowcall_shared::{Secret, Store, store::StoredSource};
use rowcall_source::{CatalogueCache, Source, SourceError, SourceSettings};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How old the list of sources may be: a new or changed one is seen after this time.
const LIST_TTL: Duration = Duration::from_secs(5);

/// The sources, by name. One for the whole process.
pub struct Sources {
    store: Store,
    cache: CatalogueCache,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listed: Option<Instant>,
    list: Vec<StoredSource>,
    open: HashMap<String, (StoredSource, Arc<Source>)>,
}

/// Why a source cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourcesError {
    /// The list could not be read.
    #[error("the list of sources could not be read")]
    Store(#[from] rowcall_shared::store::StoreError),
    /// There is no such source, or its settings cannot be used. For the person who asked.
    #[error("{0}")]
    Unusable(Failure),
}

impl Sources {
    /// The sources of a store, with a cache for their catalogues.
    pub fn new(store: Store, cache: CatalogueCache) -> Self {
        Self { store, cache, state: Mutex::default() }
    }

    /// The source of that name.
    ///
    /// # Errors
    /// When there is none, or its address cannot be found on this machine.
    pub async fn get(&self, name: &str) -> Result<Arc<Source>, SourcesError> {
        self.list(LIST_TTL).await?;
        if !self.lock().list.iter().any(|s| s.name == name) {
            // Somebody asked it, so it was in the store a moment ago: added after the list was read.
            self.list(Duration::ZERO).await?;
        }
        let mut state = self.lock();
        let stored = state.list.iter().find(|s| s.name == name).cloned().ok_or_else(|| {
            SourcesError::Unusable(texts::unknown_source(
                name,
                &state.list.iter().map(|s| s.name.clone()).collect::<Vec<_>>(),
            ))
        })?;
        if let Some((opened_as, source)) = state.open.get(name)
            && *opened_as == stored
        {
            return Ok(source.clone());
        }
        let source = Arc::new(open(&stored)?);
        state.open.insert(name.to_owned(), (stored, source.clone()));
        Ok(source)
    }

    /// The catalogue of a source, from the cache if it is fresh.
    ///
    /// # Errors
    /// When the source cannot be reached.
    pub async fn catalogue(&self, source: &Source) -> Result<Arc<Catalogue>, SourceError> {
        source.catalogue(&self.cache).await
    }

    /// The catalogue read anew, after the source said that it is not what we thought.
    ///
    /// # Errors
    /// When the source cannot be reached.
    pub async fn refresh(&self, source: &Source) -> Result<Arc<Catalogue>, SourceError> {
        source.refresh(&self.cache).await
    }

    /// Whether this worker may make changes at all: its store keeps the audit log of them.
    pub fn takes_changes(&self) -> bool {
        self.store.takes_changes()
    }

    async fn list(&self, ttl: Duration) -> Result<(), SourcesError> {
        let fresh = self.lock().listed.is_some_and(|when| when.elapsed() < ttl);
        if !fresh {
            let list = self.store.sources().await?;
            let mut state = self.lock();
            state.list = list;
            state.listed = Some(Instant::now());
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Nothing in here panics half way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Opens a source as the store describes it; its address comes from this machine.
///
/// # Errors
/// A failure that names the setting, never its value.
pub fn open(stored: &StoredSource) -> Result<Source, SourcesError> {
    let unusable = |why: String| {
        SourcesError::Unusable(Failure::new(
            rowcall_core::FailureCode::SourceUnreachable,
            format!("The source \"{}\" cannot be used.", stored.name),
            why,
            "Correct it on the machine that runs the worker, then ask again.",
        ))
    };
    let url = resolve(&stored.url_ref).map_err(unusable)?;
    let mut settings: SourceSettings = serde_json::from_value(stored.settings.clone())
        .map_err(|e| unusable(format!("Its settings cannot be read: {e}.")))?;
    settings.name.clone_from(&stored.name);
    Source::new(settings, url.reveal()).map_err(|e| unusable(format!("Its address cannot be read: {e}.")))
}

/// The URL that `env:NAME` or `file:/path` stands for.
fn resolve(url_ref: &str) -> Result<Secret, String> {
    match url_ref.split_once(':') {
        Some(("env", name)) => std::env::var(name).map(Secret::new).map_err(|_| {
            format!("The environment variable {name}, which holds its address, is not set here.")
        }),
        Some(("file", path)) => std::fs::read_to_string(path)
            .map(|text| Secret::new(text.trim()))
            .map_err(|e| format!("The file {path}, which holds its address, cannot be read: {e}.")),
        _ => Err("Where to find its address is written as neither env:NAME nor file:/path.".to_owned()),
    }
}
