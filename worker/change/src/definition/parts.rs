//! A checked definition taken apart: what it is for, what it throws away, and how to say what it asks for. The policy
//! passes only these forms, and puts the table that a definition is for first among its relations.

use crate::statement::{NotUnderstood, with_room};
use pg_query::protobuf::{
    AlterTableCmd, AlterTableStmt, AlterTableType, ColumnDef, CommentStmt, ConstrType, Constraint,
    DropBehavior, DropStmt, List, Node, ObjectType, RangeVar, RenameStmt, node::Node as N,
};
use rowcall_core::texts::definitions as texts;
use rowcall_policy::CheckedChange;

/// A name as the statement writes it: schema, if written, and name.
type Name = (Option<String>, String);

/// A definition, taken apart.
#[derive(Debug)]
pub(super) struct Parts {
    /// The text that runs.
    pub sql: String,
    /// What comes to be, or is no table.
    pub own: Option<Name>,
    asked: Asked,
    /// Whose data goes: a column's, or the whole table's.
    pub loses: Vec<Option<String>>,
    /// CASCADE stands somewhere in it.
    pub cascade: bool,
    /// IF NOT EXISTS.
    pub if_not_there: bool,
}

/// What it asks for.
#[derive(Debug)]
enum Asked {
    Create {
        kind: &'static str,
        replaces: bool,
    },
    CreateIndex {
        name: Option<String>,
        unique: bool,
    },
    Alter(Vec<String>),
    Drop(&'static str),
    DropIndex(String),
    Truncate {
        restarts: bool,
    },
    /// What of the table, if not the table itself.
    Rename {
        part: Option<(&'static str, String)>,
        kind: &'static str,
        to: String,
    },
    Comment {
        column: Option<String>,
        kind: &'static str,
        removed: bool,
    },
    AddValue(String),
}

impl Parts {
    pub fn of(checked: &CheckedChange) -> Result<Self, NotUnderstood> {
        with_room(|| {
            let tree = pg_query::parse(checked.sql(), pg_query::ParserOptions::DEFAULT)
                .map_err(|_| NotUnderstood)?
                .protobuf;
            let statement = tree.stmts.into_iter().next().and_then(|raw| raw.stmt).and_then(|stmt| stmt.node);
            Self::of_node(checked.sql(), statement.as_ref().ok_or(NotUnderstood)?).ok_or(NotUnderstood)
        })
    }

    fn of_node(sql: &str, node: &N) -> Option<Self> {
        let mut parts = Self {
            sql: sql.to_owned(),
            own: None,
            asked: Asked::Alter(Vec::new()),
            loses: Vec::new(),
            cascade: false,
            if_not_there: false,
        };
        parts.asked = match node {
            N::CreateStmt(create) => {
                parts.if_not_there = create.if_not_exists;
                parts.creates(create.relation.as_ref()?, "table", false)
            }
            N::CreateTableAsStmt(create) => {
                parts.if_not_there = create.if_not_exists;
                parts.creates(create.into.as_ref()?.rel.as_ref()?, "table", false)
            }
            N::ViewStmt(view) => parts.creates(view.view.as_ref()?, "view", view.replace),
            N::CreateEnumStmt(create) => {
                parts.own = Some(name(&create.type_name)?);
                Asked::Create { kind: "type", replaces: false }
            }
            N::AlterEnumStmt(alter) => {
                parts.own = Some(name(&alter.type_name)?);
                parts.if_not_there = alter.skip_if_new_val_exists;
                Asked::AddValue(alter.new_val.clone())
            }
            N::IndexStmt(index) => {
                parts.if_not_there = index.if_not_exists;
                let name = Some(index.idxname.clone()).filter(|name| !name.is_empty());
                Asked::CreateIndex { name, unique: index.unique }
            }
            N::AlterTableStmt(alter) => parts.alters(alter)?,
            N::DropStmt(drop) => parts.drops(drop)?,
            N::TruncateStmt(truncate) => {
                parts.loses.push(None);
                Asked::Truncate { restarts: truncate.restart_seqs }
            }
            N::RenameStmt(rename) => renamed(rename)?,
            N::CommentStmt(comment) => commented(comment)?,
            _ => return None,
        };
        Some(parts)
    }

    /// It is for something that is no table yet, or never.
    pub fn creates_own(&self) -> bool {
        self.own.is_some()
    }

    pub fn truncates(&self) -> bool {
        matches!(self.asked, Asked::Truncate { .. })
    }

    pub fn renames(&self) -> bool {
        matches!(self.asked, Asked::Rename { .. })
    }

    /// What it asks for, of `own`.
    pub fn words(&self, own: &str) -> String {
        match &self.asked {
            Asked::Create { kind, replaces: true } => texts::replace(kind, own),
            Asked::Create { kind, replaces: false } => texts::create(kind, own),
            Asked::CreateIndex { name, unique } => texts::create_index(name.as_deref(), own, *unique),
            Asked::Alter(steps) => texts::alter(own, steps),
            Asked::Drop(kind) => texts::drop(kind, own, self.cascade),
            Asked::DropIndex(index) => texts::drop("index", &texts::part(index, own), self.cascade),
            Asked::Truncate { restarts } => texts::truncate(own, *restarts),
            Asked::Rename { part: Some((kind, part)), to, .. } => {
                texts::rename(&format!("the {kind} {}", texts::part(part, own)), to)
            }
            Asked::Rename { part: None, kind, to } => texts::rename(&format!("the {kind} {own}"), to),
            Asked::Comment { column: Some(column), removed, .. } => {
                texts::comment(&format!("the column {}", texts::part(column, own)), *removed)
            }
            Asked::Comment { column: None, kind, removed } => {
                texts::comment(&format!("the {kind} {own}"), *removed)
            }
            Asked::AddValue(value) => texts::add_value(value, own),
        }
    }

    fn creates(&mut self, relation: &RangeVar, kind: &'static str, replaces: bool) -> Asked {
        let schema = Some(relation.schemaname.clone()).filter(|schema| !schema.is_empty());
        self.own = Some((schema, relation.relname.clone()));
        Asked::Create { kind, replaces }
    }

    fn alters(&mut self, alter: &AlterTableStmt) -> Option<Asked> {
        let mut steps = Vec::new();
        for cmd in &alter.cmds {
            let N::AlterTableCmd(cmd) = cmd.node.as_ref()? else { return None };
            steps.push(self.step(cmd)?);
        }
        Some(Asked::Alter(steps))
    }

    fn step(&mut self, cmd: &AlterTableCmd) -> Option<String> {
        use AlterTableType as T;
        let cascade = cmd.behavior == DropBehavior::DropCascade as i32;
        self.cascade |= cascade;
        let def = cmd.def.as_deref().and_then(|def| def.node.as_ref());
        let step = |does: &str, kind: &str, name: &str| texts::step(does, kind, name, cascade);
        Some(match (T::try_from(cmd.subtype).ok()?, def) {
            (T::AtAddColumn, Some(N::ColumnDef(column))) => {
                self.if_not_there |= cmd.missing_ok;
                let ColumnDef { colname, .. } = column.as_ref();
                step("add", "column", colname)
            }
            (T::AtDropColumn, _) => {
                self.loses.push(Some(cmd.name.clone()));
                step("drop", "column", &cmd.name)
            }
            (T::AtAlterColumnType, _) => step("change the type of", "column", &cmd.name),
            (T::AtColumnDefault, Some(_)) => step("set the default of", "column", &cmd.name),
            (T::AtColumnDefault, None) => step("drop the default of", "column", &cmd.name),
            (T::AtSetNotNull, _) => step("demand a value in", "column", &cmd.name),
            (T::AtDropNotNull, _) => step("allow no value in", "column", &cmd.name),
            (T::AtAddIdentity, _) => step("let the database number", "column", &cmd.name),
            (T::AtDropIdentity, _) => step("no longer let the database number", "column", &cmd.name),
            (T::AtAddConstraint, Some(N::Constraint(constraint))) => {
                step("add", constraint_kind(constraint), &constraint.conname)
            }
            (T::AtDropConstraint, _) => step("drop", "constraint", &cmd.name),
            (T::AtValidateConstraint, _) => step("validate", "constraint", &cmd.name),
            _ => return None,
        })
    }

    fn drops(&mut self, drop: &DropStmt) -> Option<Asked> {
        self.cascade = drop.behavior == DropBehavior::DropCascade as i32;
        Some(match ObjectType::try_from(drop.remove_type).ok()? {
            ObjectType::ObjectTable => {
                self.loses.push(None);
                Asked::Drop("table")
            }
            ObjectType::ObjectView => Asked::Drop("view"),
            ObjectType::ObjectIndex => {
                let N::List(List { items }) = drop.objects.first()?.node.as_ref()? else { return None };
                Asked::DropIndex(name(items)?.1)
            }
            _ => return None,
        })
    }
}

fn renamed(rename: &RenameStmt) -> Option<Asked> {
    let to = rename.newname.clone();
    let part =
        |kind| Some(Asked::Rename { part: Some((kind, rename.subname.clone())), kind, to: to.clone() });
    match ObjectType::try_from(rename.rename_type).ok()? {
        ObjectType::ObjectColumn => part("column"),
        ObjectType::ObjectTabconstraint => part("constraint"),
        ObjectType::ObjectIndex => {
            let index = rename.relation.as_ref()?.relname.clone();
            Some(Asked::Rename { part: Some(("index", index)), kind: "index", to })
        }
        ObjectType::ObjectTable => Some(Asked::Rename { part: None, kind: "table", to }),
        ObjectType::ObjectView => Some(Asked::Rename { part: None, kind: "view", to }),
        _ => None,
    }
}

fn commented(comment: &CommentStmt) -> Option<Asked> {
    let N::List(List { items }) = comment.object.as_deref()?.node.as_ref()? else { return None };
    let (column, kind) = match ObjectType::try_from(comment.objtype).ok()? {
        ObjectType::ObjectColumn => (Some(word(items.last()?)?), "column"),
        ObjectType::ObjectTable => (None, "table"),
        ObjectType::ObjectView => (None, "view"),
        _ => return None,
    };
    Some(Asked::Comment { column, kind, removed: comment.comment.is_empty() })
}

fn constraint_kind(constraint: &Constraint) -> &'static str {
    match ConstrType::try_from(constraint.contype) {
        Ok(ConstrType::ConstrPrimary) => "primary key",
        Ok(ConstrType::ConstrUnique) => "unique constraint",
        Ok(ConstrType::ConstrForeign) => "foreign key",
        Ok(ConstrType::ConstrCheck) => "check",
        _ => "constraint",
    }
}

fn name(parts: &[Node]) -> Option<Name> {
    match parts {
        [name] => Some((None, word(name)?)),
        [schema, name] => Some((Some(word(schema)?), word(name)?)),
        _ => None,
    }
}

fn word(node: &Node) -> Option<String> {
    match node.node.as_ref()? {
        N::String(word) => Some(word.sval.clone()),
        _ => None,
    }
}
