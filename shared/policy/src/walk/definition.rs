//! Definitions: their forms as an allow-list, and every expression in them as strictly as in a read. What makes and
//! alters tables stands in `table`.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    AlterEnumStmt, CommentStmt, CreateEnumStmt, DropBehavior, DropStmt, IndexElem, IndexStmt, List, Node,
    ObjectType, RangeVar, RenameStmt, TruncateStmt, ViewStmt,
};

use super::{Walk, names};
use crate::rules::definition::{self, TABLES, TABLES_AND_VIEWS, VIEWS};
use crate::rules::node;
use crate::{ChangeKind, Code};

/// Kinds of index; `""` leaves it to PostgreSQL.
const INDEXES: [&str; 7] = ["", "btree", "hash", "gin", "gist", "spgist", "brin"];

impl Walk<'_> {
    /// Judges a definition. Gives false where the statement is none of those that a source can allow.
    pub fn definition(&mut self, statement: &N) -> bool {
        let is_definition = matches!(
            statement,
            N::CreateStmt(_)
                | N::CreateTableAsStmt(_)
                | N::AlterTableStmt(_)
                | N::RenameStmt(_)
                | N::IndexStmt(_)
                | N::ViewStmt(_)
                | N::DropStmt(_)
                | N::TruncateStmt(_)
                | N::CommentStmt(_)
                | N::CreateEnumStmt(_)
                | N::AlterEnumStmt(_)
        );
        if !is_definition || !definition::is_allowed(statement, self) {
            return is_definition;
        }
        match statement {
            N::CreateStmt(create) => self.create_table(create),
            N::CreateTableAsStmt(create) => self.create_table_as(create),
            N::AlterTableStmt(alter) => self.alter_table(alter),
            N::RenameStmt(rename) => self.rename(rename),
            N::IndexStmt(index) => self.create_index(index),
            N::ViewStmt(view) => self.create_view(view),
            N::DropStmt(drop) => self.drop_one(drop),
            N::TruncateStmt(truncate) => self.truncate(truncate),
            N::CommentStmt(comment) => self.comment(comment),
            N::CreateEnumStmt(create) => self.create_enum(create),
            N::AlterEnumStmt(alter) => self.alter_enum(alter),
            other => node::refuse(Some(other), self),
        }
        if self.changes() {
            definition::form("A change of rows inside a definition", "would have no impact of its own", self);
        }
        self.findings.change = Some(ChangeKind::Ddl);
        true
    }

    fn create_view(&mut self, view: &ViewStmt) {
        let ViewStmt { view: relation, aliases, query, replace, options, with_check_option: _ } = view;
        definition::new_relation(relation.as_ref(), self);
        // One that is not in the catalogue is not to be replaced unseen.
        if *replace {
            definition::target(relation.as_ref(), &VIEWS, self);
        }
        if !options.is_empty() {
            definition::form("A view with options", "says who may see what", self);
        }
        self.plains(aliases);
        self.query(query.as_deref());
        definition::shows(self);
    }

    fn create_index(&mut self, index: &IndexStmt) {
        let IndexStmt {
            idxname,
            relation,
            access_method,
            table_space,
            index_params,
            index_including_params,
            options,
            where_clause,
            exclude_op_names,
            idxcomment,
            index_oid: _,
            old_number: _,
            old_create_subid: _,
            old_first_relfilelocator_subid: _,
            unique: _,
            nulls_not_distinct: _,
            primary: _,
            isconstraint: _,
            iswithoutoverlaps: _,
            deferrable: _,
            initdeferred: _,
            transformed: _,
            concurrent,
            if_not_exists: _,
            reset_default_tblspc: _,
        } = index;
        if *concurrent {
            definition::form("CREATE INDEX CONCURRENTLY", "cannot run inside a transaction", self);
        }
        definition::target(relation.as_ref(), &TABLES, self);
        definition::new_name(idxname, self);
        self.plain_storage(options.is_empty() && table_space.is_empty());
        let more = !exclude_op_names.is_empty() || !idxcomment.is_empty();
        if more || !INDEXES.contains(&access_method.as_str()) {
            definition::form("An index of this kind", "is not reviewed", self);
        }
        for element in index_params.iter().chain(index_including_params) {
            let Some(N::IndexElem(element)) = &element.node else {
                node::refuse(element.node.as_ref(), self);
                continue;
            };
            let IndexElem {
                name: _,
                expr,
                indexcolname: _,
                collation,
                opclass,
                opclassopts,
                ordering: _,
                nulls_ordering: _,
            } = element.as_ref();
            self.maybe(expr.as_deref());
            self.plains(collation);
            self.plains(opclass);
            self.plain_storage(opclassopts.is_empty());
        }
        self.maybe(where_clause.as_deref());
    }

    fn drop_one(&mut self, drop: &DropStmt) {
        let DropStmt { objects, remove_type, behavior: _, missing_ok: _, concurrent } = drop;
        if *concurrent {
            definition::form("DROP INDEX CONCURRENTLY", "cannot run inside a transaction", self);
        }
        let [object] = objects.as_slice() else {
            return definition::form("More than one thing in a DROP", "cannot be judged by one rule", self);
        };
        use ObjectType as O;
        match (O::try_from(*remove_type), qualified(object)) {
            (Ok(O::ObjectTable), Some(name)) => definition::target(Some(&name), &TABLES, self),
            (Ok(O::ObjectView), Some(name)) => definition::target(Some(&name), &VIEWS, self),
            (Ok(O::ObjectIndex), Some(name)) => self.index(&name),
            _ => definition::form("DROP of anything but a table, view or index", "is not reviewed", self),
        }
    }

    fn index(&mut self, name: &RangeVar) {
        let schema = (!name.schemaname.is_empty()).then_some(name.schemaname.as_str());
        definition::index(schema, &name.relname, self);
    }

    fn truncate(&mut self, truncate: &TruncateStmt) {
        let TruncateStmt { relations, restart_seqs: _, behavior } = truncate;
        if *behavior == DropBehavior::DropCascade as i32 {
            definition::form("TRUNCATE with CASCADE", "empties tables that it does not name", self);
        }
        match relations.as_slice() {
            [Node { node: Some(N::RangeVar(relation)) }] => {
                definition::target(Some(relation), &TABLES, self);
            }
            _ => definition::form("More than one table in a TRUNCATE", "cannot be judged by one rule", self),
        }
    }

    fn rename(&mut self, rename: &RenameStmt) {
        let RenameStmt {
            rename_type,
            relation_type,
            relation,
            object: _,
            subname: _,
            newname,
            behavior,
            missing_ok: _,
        } = rename;
        if *behavior == DropBehavior::DropCascade as i32 {
            definition::form("RENAME with CASCADE", "changes what it does not name", self);
        }
        definition::new_name(newname, self);
        use ObjectType as O;
        let of_table = O::try_from(*relation_type) == Ok(O::ObjectTable);
        match (O::try_from(*rename_type), relation) {
            (Ok(O::ObjectTable | O::ObjectTabconstraint), _) => {
                definition::target(relation.as_ref(), &TABLES, self);
            }
            (Ok(O::ObjectColumn), _) if of_table => definition::target(relation.as_ref(), &TABLES, self),
            (Ok(O::ObjectView), _) => definition::target(relation.as_ref(), &VIEWS, self),
            (Ok(O::ObjectIndex), Some(index)) => self.index(index),
            _ => definition::form(
                "RENAME of anything but a table's parts, views and indexes",
                "is not reviewed",
                self,
            ),
        }
    }

    fn comment(&mut self, comment: &CommentStmt) {
        let CommentStmt { objtype, object, comment: _ } = comment;
        let kind = ObjectType::try_from(*objtype);
        let named = object.as_deref().and_then(|object| match kind {
            Ok(ObjectType::ObjectColumn) => qualified_column(object),
            _ => qualified(object),
        });
        let kinds: &[_] = match kind {
            Ok(ObjectType::ObjectTable) => &TABLES,
            Ok(ObjectType::ObjectView) => &VIEWS,
            Ok(ObjectType::ObjectColumn) => &TABLES_AND_VIEWS,
            _ => {
                return definition::form(
                    "COMMENT on anything but tables, views and columns",
                    "is not reviewed",
                    self,
                );
            }
        };
        definition::target(named.as_ref(), kinds, self);
    }

    fn create_enum(&mut self, create: &CreateEnumStmt) {
        let CreateEnumStmt { type_name, vals } = create;
        self.plains(vals);
        let Some((schema, name)) = names(type_name).and_then(|parts| split(&parts)) else {
            return node::refuse(None, self);
        };
        definition::new_name(&name, self);
        definition::schema_of_new(&schema, self);
    }

    fn alter_enum(&mut self, alter: &AlterEnumStmt) {
        let AlterEnumStmt {
            type_name,
            old_val,
            new_val: _,
            new_val_neighbor: _,
            new_val_is_after: _,
            skip_if_new_val_exists: _,
        } = alter;
        if !old_val.is_empty() {
            definition::form("ALTER TYPE with RENAME VALUE", "changes what rows already say", self);
        }
        let Some((schema, name)) = names(type_name).and_then(|parts| split(&parts)) else {
            return node::refuse(None, self);
        };
        let Some(catalogue) = self.facts.catalogue else { return };
        let here =
            |s: &String| if schema.is_empty() { catalogue.search_path.contains(s) } else { *s == schema };
        if !catalogue.enums.iter().any(|e| e.name == name && here(&e.schema)) {
            let reason = format!("There is no enumerated type {name} in this source.");
            self.refuse(Code::TypeNotAllowed, reason, None);
        }
    }

    pub(super) fn plain_storage(&mut self, plain: bool) {
        if !plain {
            definition::form(
                "An option of how something is stored",
                "is the business of whoever runs the database",
                self,
            );
        }
    }
}

/// `[schema.]name` of a list of words, as a relation.
fn qualified(object: &Node) -> Option<RangeVar> {
    let Some(N::List(List { items })) = &object.node else { return None };
    relation_of(&names(items)?)
}

/// `[schema.]table.column`, the table of it.
fn qualified_column(object: &Node) -> Option<RangeVar> {
    let Some(N::List(List { items })) = &object.node else { return None };
    relation_of(names(items)?.split_last()?.1)
}

fn relation_of(parts: &[&str]) -> Option<RangeVar> {
    let (schemaname, relname) = split(parts)?;
    Some(RangeVar { schemaname, relname, inh: true, location: -1, ..RangeVar::default() })
}

fn split(parts: &[&str]) -> Option<(String, String)> {
    match parts {
        [name] => Some((String::new(), (*name).to_owned())),
        [schema, name] => Some(((*schema).to_owned(), (*name).to_owned())),
        _ => None,
    }
}
