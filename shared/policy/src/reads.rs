//! What a change reads, said as a question. A change runs as the writing role, which may read more than the role that
//! answers questions; a column that questions cannot reach must not come out of a change either, be it as a value that is
//! set, or only as the number of rows that a condition meets. Which column a name means is PostgreSQL's to say, so the
//! change is turned into a SELECT that reads the same columns of the same tables, and whoever makes the change has
//! PostgreSQL plan that as the reading role first.
//!
//! Columns that are set count as read: who cannot see a column cannot judge what is done to it.

use pg_query::protobuf::node::Node as N;
use pg_query::protobuf::{
    AIndices, Alias, BoolExpr, BoolExprType, ColumnRef, DeleteStmt, InsertStmt, MergeStmt, Node, NullTest,
    NullTestType, OnConflictClause, ParseResult, RangeSubselect, RangeVar, ResTarget, ReturningClause,
    RowExpr, SelectStmt, String as Word, SubLink, SubLinkType, UpdateStmt, WithClause,
};
use rowcall_core::Catalogue;

use crate::{Facts, guard, parse, rules, walk};

/// The question whose answer shows all that the change reads; none where it cannot be said, and then the change must not
/// run where anything is kept back.
pub fn question(change: &str, facts: &Facts<'_>) -> Option<String> {
    let catalogue = facts.catalogue?;
    let mut tree = parse::parse(change).ok()?;
    let [only] = tree.stmts.as_mut_slice() else { return None };
    let node = only.stmt.as_mut()?;
    let asked = ask(std::mem::take(node.as_mut()), catalogue)?;
    **node = asked;
    let printed = parse::print(&tree).ok()?;
    reads_only(&printed, facts)?;
    guard::apply(printed, facts).ok()
}

fn reads_only(printed: &str, facts: &Facts<'_>) -> Option<()> {
    let tree: ParseResult = parse::parse(printed).ok()?;
    let statement = rules::single_statement::check(&tree, printed).ok()?;
    let mut walk = walk::Walk::new(facts);
    rules::statement::check(statement, &mut walk);
    let findings = walk.finish();
    (findings.change.is_none() && findings.refusals.is_empty()).then_some(())
}

/// A statement with every change in it turned into a SELECT.
fn ask(node: Node, catalogue: &Catalogue) -> Option<Node> {
    let mut select = match node.node? {
        N::SelectStmt(select) => *select,
        N::InsertStmt(insert) => inserted(*insert, catalogue)?,
        N::UpdateStmt(update) => updated(*update, catalogue)?,
        N::DeleteStmt(delete) => deleted(*delete, catalogue)?,
        N::MergeStmt(merge) => merged(*merge, catalogue)?,
        // A definition that shows rows; any other one has no question.
        N::ViewStmt(view) => return ask(*view.query?, catalogue),
        N::CreateTableAsStmt(create) => return ask(*create.query?, catalogue),
        _ => return None,
    };
    for cte in select.with_clause.iter_mut().flat_map(|with| &mut with.ctes) {
        let Some(N::CommonTableExpr(cte)) = &mut cte.node else { return None };
        let query = cte.ctequery.as_mut()?;
        **query = ask(std::mem::take(query.as_mut()), catalogue)?;
    }
    Some(as_node(select))
}

fn updated(update: UpdateStmt, catalogue: &Catalogue) -> Option<SelectStmt> {
    let UpdateStmt { relation, target_list, where_clause, from_clause, returning_clause, with_clause } =
        update;
    let target = Target::new(relation?, catalogue)?;
    let conditions = where_clause.map(|w| *w).into_iter().chain(target.used(target_list)?).collect();
    Some(select(target.and(from_clause), conditions, returning_clause, with_clause))
}

fn deleted(delete: DeleteStmt, catalogue: &Catalogue) -> Option<SelectStmt> {
    let DeleteStmt { relation, using_clause, where_clause, returning_clause, with_clause } = delete;
    let target = Target::new(relation?, catalogue)?;
    let conditions = where_clause.map(|w| *w).into_iter().collect();
    Some(select(target.and(using_clause), conditions, returning_clause, with_clause))
}

fn inserted(insert: InsertStmt, catalogue: &Catalogue) -> Option<SelectStmt> {
    let InsertStmt {
        relation,
        cols,
        select_stmt,
        on_conflict_clause,
        returning_clause,
        with_clause,
        r#override: _,
    } = insert;
    let target = Target::new(relation?, catalogue)?;
    // Values without names go to columns by their order, those that are kept back among them.
    if target.open.is_some() && cols.is_empty() && select_stmt.is_some() {
        return None;
    }
    let mut conditions = Vec::from_iter(target.used(cols)?);
    if let Some(mut rows) = select_stmt {
        if let Some(N::SelectStmt(rows)) = &mut rows.node {
            rows.values_lists.iter_mut().for_each(without_defaults);
        }
        conditions.push(exists(*rows));
    }
    if let Some(conflict) = on_conflict_clause {
        // The row that was to be inserted has a name of its own there, and only by that name can it be reached.
        let OnConflictClause { infer: _, target_list, where_clause, .. } = *conflict;
        let meets = where_clause.map(|w| *w).into_iter().chain(target.used(target_list)?).collect();
        let inner = select(target.and(Vec::new()), meets, None, None);
        let excluded = select(vec![target.named("excluded")], vec![exists(as_node(inner))], None, None);
        conditions.push(exists(as_node(excluded)));
    }
    Some(select(target.and(Vec::new()), conditions, returning_clause, with_clause))
}

fn merged(merge: MergeStmt, catalogue: &Catalogue) -> Option<SelectStmt> {
    let MergeStmt {
        relation,
        source_relation,
        join_condition,
        merge_when_clauses,
        returning_clause,
        with_clause,
    } = merge;
    let target = Target::new(relation?, catalogue)?;
    let mut conditions = Vec::from_iter(join_condition.map(|c| *c));
    for when in merge_when_clauses {
        let Some(N::MergeWhenClause(when)) = when.node else { return None };
        if target.open.is_some() && when.target_list.is_empty() && !when.values.is_empty() {
            return None;
        }
        conditions.extend(when.condition.map(|c| *c));
        conditions.extend(target.used(when.target_list)?);
        conditions.extend(row(when.values));
    }
    Some(select(target.and(vec![*source_relation?]), conditions, returning_clause, with_clause))
}

/// The table that is changed.
struct Target {
    relation: RangeVar,
    /// The columns that are not kept back, where some are.
    open: Option<Vec<String>>,
}

impl Target {
    /// With its schema, since a name from WITH cannot be a target but would be found first in FROM.
    fn new(mut relation: RangeVar, catalogue: &Catalogue) -> Option<Self> {
        let schema = (!relation.schemaname.is_empty()).then_some(relation.schemaname.as_str());
        let table = catalogue.resolve(schema, &relation.relname)?;
        relation.schemaname = table.schema.clone();
        let open = catalogue.restrictions.of(&table.schema, &table.name).map(|restriction| {
            let names = table.columns.iter().map(|c| &c.name);
            names.filter(|n| !restriction.hides(n) && restriction.mask(n).is_none()).cloned().collect()
        });
        Some(Self { relation, open })
    }

    fn and(&self, more: Vec<Node>) -> Vec<Node> {
        std::iter::once(self.named(self.name())).chain(more).collect()
    }

    /// It, by that name. What is kept back is not in it, be it masked or hidden: the change would use the real values.
    fn named(&self, name: &str) -> Node {
        let alias = Alias { aliasname: name.to_owned(), colnames: Vec::new() };
        let table = |alias: Option<Alias>| RangeVar { alias, ..self.relation.clone() };
        let Some(open) = &self.open else {
            let alias = (name != self.relation.relname).then_some(alias);
            return Node { node: Some(N::RangeVar(table(alias))) };
        };
        let column = |name: &String| {
            let value = column(&self.relation.relname, name);
            let set = ResTarget { val: Some(Box::new(value)), location: -1, ..ResTarget::default() };
            Node { node: Some(N::ResTarget(Box::new(set))) }
        };
        let shown = SelectStmt {
            target_list: open.iter().map(column).collect(),
            ..select(vec![Node { node: Some(N::RangeVar(table(None))) }], Vec::new(), None, None)
        };
        let subselect =
            RangeSubselect { lateral: false, subquery: Some(Box::new(as_node(shown))), alias: Some(alias) };
        Node { node: Some(N::RangeSubselect(Box::new(subselect))) }
    }

    fn name(&self) -> &str {
        self.relation.alias.as_ref().map_or(&self.relation.relname, |alias| &alias.aliasname)
    }

    /// Uses the columns that are assigned to, and the values that they get.
    fn used(&self, assignments: Vec<Node>) -> Option<Option<Node>> {
        let mut values = Vec::new();
        let mut whole = Vec::new();
        for assignment in assignments {
            let Some(N::ResTarget(set)) = assignment.node else { return None };
            let ResTarget { name, indirection, val, location: _ } = *set;
            if self.open.as_ref().is_some_and(|open| !open.contains(&name)) {
                return None;
            }
            values.push(column(self.name(), &name));
            for part in indirection {
                match part.node? {
                    N::AIndices(indices) => {
                        let AIndices { is_slice: _, lidx, uidx } = *indices;
                        values.extend(lidx.into_iter().chain(uidx).map(|index| *index));
                    }
                    N::String(_) => {}
                    _ => return None,
                }
            }
            let Some(value) = val else { continue };
            match value.node? {
                // Every column of `(a, b) = …` has the same source.
                N::MultiAssignRef(multi) if multi.colno > 1 => {}
                N::MultiAssignRef(multi) => match multi.source?.node? {
                    N::RowExpr(row) => values.extend(row.args),
                    N::SubLink(link) => whole.push(exists(*link.subselect?)),
                    other => values.push(Node { node: Some(other) }),
                },
                other => values.push(Node { node: Some(other) }),
            }
        }
        Some(all(row(values).into_iter().chain(whole).collect()))
    }
}

fn select(
    from_clause: Vec<Node>,
    conditions: Vec<Node>,
    returning: Option<ReturningClause>,
    with_clause: Option<WithClause>,
) -> SelectStmt {
    let target_list = match returning {
        Some(returning) => returning.exprs,
        None => Vec::new(),
    };
    SelectStmt {
        target_list,
        from_clause,
        where_clause: all(conditions).map(Box::new),
        with_clause,
        limit_option: pg_query::protobuf::LimitOption::Default as i32,
        op: pg_query::protobuf::SetOperation::SetopNone as i32,
        ..SelectStmt::default()
    }
}

fn as_node(select: SelectStmt) -> Node {
    Node { node: Some(N::SelectStmt(Box::new(select))) }
}

/// `table.name`.
fn column(table: &str, name: &str) -> Node {
    let word = |text: &str| Node { node: Some(N::String(Word { sval: text.to_owned() })) };
    Node { node: Some(N::ColumnRef(ColumnRef { fields: vec![word(table), word(name)], location: -1 })) }
}

fn exists(query: Node) -> Node {
    Node {
        node: Some(N::SubLink(Box::new(SubLink {
            sub_link_type: SubLinkType::ExistsSublink as i32,
            subselect: Some(Box::new(query)),
            location: -1,
            ..SubLink::default()
        }))),
    }
}

/// `ROW(…) IS NOT NULL`: values of any type, in a place where a condition stands.
fn row(values: Vec<Node>) -> Option<Node> {
    let args: Vec<Node> =
        values.into_iter().filter(|v| !matches!(v.node, Some(N::SetToDefault(_)))).collect();
    let row = RowExpr {
        args,
        row_format: pg_query::protobuf::CoercionForm::CoerceExplicitCall as i32,
        location: -1,
        ..RowExpr::default()
    };
    let test = |row: RowExpr| NullTest {
        arg: Some(Box::new(Node { node: Some(N::RowExpr(Box::new(row))) })),
        nulltesttype: NullTestType::IsNotNull as i32,
        location: -1,
        ..NullTest::default()
    };
    (!row.args.is_empty()).then(|| Node { node: Some(N::NullTest(Box::new(test(row)))) })
}

fn all(mut conditions: Vec<Node>) -> Option<Node> {
    match conditions.len() {
        0 | 1 => conditions.pop(),
        _ => Some(Node {
            node: Some(N::BoolExpr(Box::new(BoolExpr {
                xpr: None,
                boolop: BoolExprType::AndExpr as i32,
                args: conditions,
                location: -1,
            }))),
        }),
    }
}

/// `DEFAULT` in VALUES reads nothing, and stands nowhere but in an INSERT.
fn without_defaults(list: &mut Node) {
    if let Some(N::List(list)) = &mut list.node {
        for item in list.items.iter_mut().filter(|i| matches!(i.node, Some(N::SetToDefault(_)))) {
            item.node = Some(N::AConst(pg_query::protobuf::AConst { isnull: true, location: -1, val: None }));
        }
    }
}
