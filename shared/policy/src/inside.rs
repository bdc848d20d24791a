//! What stands inside a source's own views, row-level policies, functions and domains. A statement that only names
//! them reaches everything they call, so each is looked into once, when the catalogue is read, and what is found is
//! kept with the catalogue: `SELECT * FROM harmless_view` must not sleep, write or take locks either.
//!
//! The look is at words, not at the tree: PL/pgSQL has no tree here, and a word followed by a parenthesis is a call in
//! all of them. It may see a call where there is none, which refuses; it does not miss one. The owner of a source may
//! show what is closed to others' statements (settings, activity), so only what acts is looked for.

use std::collections::HashSet;

use pg_query::protobuf::{KeywordKind, ScanToken, Token};
use rowcall_core::{Catalogue, Named, Tainted, TaintedKind};

use crate::{builtin, rules};

/// The text of something that stands in a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// What it is.
    pub kind: TaintedKind,
    /// Which.
    pub named: Named,
    /// Its query, expression or body.
    pub text: String,
}

/// Classes of PostgreSQL's own functions that act; the other refused ones only show.
const ACTING: [&str; 7] =
    ["runs_text", "sleeps", "locks", "sequences", "large_objects", "files", "unreviewed"];

/// How the names begin of those that act among the others, which mostly show.
const ALSO_ACTING: [&str; 36] = [
    "binary_upgrade_",
    "brin_",
    "gin_clean_",
    "pg_backup_st",
    "pg_cancel_backend",
    "pg_clear_",
    "pg_copy_",
    "pg_create_",
    "pg_current_xact_id",
    "pg_drop_",
    "pg_export_snapshot",
    "pg_log_",
    "pg_logical_emit_",
    "pg_logical_slot_get_",
    "pg_notify",
    "pg_promote",
    "pg_reload_conf",
    "pg_replication_origin_advance",
    "pg_replication_origin_create",
    "pg_replication_origin_drop",
    "pg_replication_origin_session_re",
    "pg_replication_origin_session_se",
    "pg_replication_origin_xact_",
    "pg_replication_slot_advance",
    "pg_restore_",
    "pg_set_",
    "pg_start_backup",
    "pg_stat_reset",
    "pg_stop_",
    "pg_switch_wal",
    "pg_sync_",
    "pg_terminate_backend",
    "pg_wal_replay_",
    "set_config",
    "setseed",
    "txid_current",
];

/// Looks into every definition and notes in the catalogue what was found. What calls something tainted is tainted.
pub fn taint(catalogue: &mut Catalogue, definitions: &[Definition]) {
    let read: Vec<(&Definition, Option<Words>)> =
        definitions.iter().map(|d| (d, Words::of(&d.text))).collect();
    let mut done: HashSet<(bool, &Named)> = HashSet::new();
    loop {
        let mut found = Vec::new();
        for (definition, words) in &read {
            let key = (definition.kind == TaintedKind::Function, &definition.named);
            if done.contains(&key) {
                continue;
            }
            let why = match words {
                Some(words) => words.refused(definition, catalogue),
                None => Some("cannot be read".to_owned()),
            };
            if let Some(why) = why {
                done.insert(key);
                found.push(Tainted { kind: definition.kind, named: definition.named.clone(), why });
            }
        }
        if found.is_empty() {
            return;
        }
        catalogue.objects.tainted.extend(found);
    }
}

/// The words of a definition that matter.
struct Words {
    /// What is called: schema if written, and name.
    calls: Vec<(Option<String>, String)>,
    /// Every name, called or not.
    names: HashSet<String>,
    /// EXECUTE stands in it.
    executes: bool,
}

impl Words {
    fn of(text: &str) -> Option<Self> {
        let tokens = rules::text::tokens(text).ok()?;
        let tokens: Vec<&ScanToken> = tokens
            .iter()
            .filter(|t| t.token != Token::CComment as i32 && t.token != Token::SqlComment as i32)
            .collect();
        let mut words = Self { calls: Vec::new(), names: HashSet::new(), executes: false };
        for (n, token) in tokens.iter().enumerate() {
            words.executes |= token.token == Token::Execute as i32;
            let Some(name) = name_of(token, text) else { continue };
            if tokens.get(n + 1).is_some_and(|t| t.token == Token::Ascii40 as i32) {
                let schema = (n >= 2 && tokens[n - 1].token == Token::Ascii46 as i32)
                    .then(|| name_of(tokens[n - 2], text))
                    .flatten();
                words.calls.push((schema, name.clone()));
            }
            words.names.insert(name);
        }
        Some(words)
    }

    fn refused(&self, definition: &Definition, catalogue: &Catalogue) -> Option<String> {
        let is_function = definition.kind == TaintedKind::Function;
        if self.executes && is_function {
            return Some("runs text as SQL (EXECUTE)".into());
        }
        if is_function && let Some(table) = self.restricted(catalogue) {
            return Some(format!("reads {table}, of which columns or rows are kept back here"));
        }
        self.calls.iter().find_map(|(schema, name)| {
            let own = matches!(schema.as_deref(), None | Some("pg_catalog"));
            if let Some(class) = builtin::function(name).filter(|_| own)
                && !class.allowed
                && (ACTING.contains(&class.name) || ALSO_ACTING.iter().any(|act| name.starts_with(act)))
            {
                return Some(format!("calls {name}, which {}", class.reason));
            }
            let schemas: Vec<&str> = match schema {
                Some(schema) => vec![schema],
                None => catalogue
                    .search_path
                    .iter()
                    .map(String::as_str)
                    .chain([definition.named.schema.as_str()])
                    .collect(),
            };
            schemas.into_iter().find_map(|schema| {
                let function = Named::new(schema, name);
                // A function that calls itself is judged by what else it calls.
                if is_function && function == definition.named {
                    return None;
                }
                let exists = catalogue.functions.iter().any(|f| f.name == *name && f.schema == schema);
                exists
                    .then(|| rules::function::refused_behind(&function, catalogue))
                    .flatten()
                    .map(|why| format!("calls {function}: {why}"))
            })
        })
    }

    /// A restricted table, or a view over one, of which the name stands in the text.
    fn restricted<'c>(&self, catalogue: &'c Catalogue) -> Option<&'c str> {
        let tables = catalogue.restrictions.tables.iter().filter(|t| !t.is_open()).map(|t| t.table.as_str());
        let views = catalogue.objects.views_over.iter().map(|v| v.view.name.as_str());
        tables.chain(views).find(|name| self.names.contains(*name))
    }
}

/// The name that a token says, as PostgreSQL stores it.
fn name_of(token: &ScanToken, text: &str) -> Option<String> {
    let is_word = token.token == Token::Ident as i32
        || token.token == Token::Uident as i32
        || (token.keyword_kind != KeywordKind::NoKeyword as i32
            && token.keyword_kind != KeywordKind::ReservedKeyword as i32);
    let range = usize::try_from(token.start).ok()?..usize::try_from(token.end).ok()?;
    let written = text.get(range).filter(|_| is_word)?;
    Some(match written.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => written.to_lowercase(),
    })
}
