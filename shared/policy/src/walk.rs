//! The walk over the tree: it visits every node, keeps track of what WITH names are visible, and asks the rules.
//! Every struct of the tree is taken apart field by field, so that a field which a newer grammar adds is a
//! compile error here and not a hole.

mod change;
mod definition;
mod expression;
mod json;
mod query;
mod table;

use std::collections::HashSet;

use pg_query::protobuf::Node;
use pg_query::protobuf::node::Node as N;
use rowcall_core::{Named, Table};

use crate::{ChangeKind, Code, Facts, FunctionName, Refusal, Relation, rules};

/// The most refusals that one statement gets; more help nobody.
const MAX_REFUSALS: usize = 20;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Why the statement does not run.
    pub refusals: Vec<Refusal>,
    /// What it changes, if it does.
    pub change: Option<ChangeKind>,
    /// Relations, once each.
    pub relations: Vec<Relation>,
    /// Functions, once each.
    pub functions: Vec<FunctionName>,
    /// Where restricted tables stand.
    pub places: Vec<Place>,
    /// By which names a change calls tables of which columns are kept back.
    pub kept_back: Vec<String>,
    /// What the names of columns end with: a column, a whole row, `*`. Only where anything is kept back at all.
    pub last_names: HashSet<String>,
}

/// Where a restricted table is named, in bytes from the start of the text.
#[derive(Clone, Debug)]
pub enum Place {
    /// In FROM, with or without its schema, ONLY and an alias.
    Table {
        /// Where its name begins.
        at: i32,
        /// Which table.
        named: Named,
        /// The schema is written.
        qualified: bool,
        /// ONLY stands before it.
        only: bool,
        /// An alias stands behind it.
        alias: bool,
    },
    /// As part of a column's name that has the schema too.
    Column {
        /// Where the schema begins.
        at: i32,
    },
}

impl Place {
    /// Where it begins.
    pub fn at(&self) -> i32 {
        match self {
            Self::Table { at, .. } | Self::Column { at } => *at,
        }
    }
}

/// A walk in progress.
pub struct Walk<'a> {
    /// What is known about the source.
    pub facts: &'a Facts<'a>,
    findings: Findings,
    /// Names of the WITH clauses around the current node, innermost last.
    ctes: Vec<String>,
    /// Attributes seen; judged at the end, when all relations are known.
    attributes: Vec<Attribute>,
    /// Names that the statement itself gives to values.
    defined: HashSet<String>,
    /// Aliases of functions in FROM: as a value they are the function's result, not a row.
    function_aliases: HashSet<String>,
    /// Types of the source's own that the statement may name.
    types: HashSet<Named>,
    /// What is refused if the statement has values of one of those types.
    pending: Vec<(Vec<Named>, Refusal)>,
    /// A recursion that nothing in it ends.
    endless: Option<i32>,
    /// Some SELECT takes only so many rows, which may end a recursion.
    limited: bool,
}

struct Attribute {
    /// The alias it is taken from; `None` for an expression.
    of: Option<String>,
    name: String,
    location: i32,
}

impl<'a> Walk<'a> {
    /// A walk that has seen nothing.
    pub fn new(facts: &'a Facts<'a>) -> Self {
        Self {
            facts,
            findings: Findings::default(),
            ctes: Vec::new(),
            attributes: Vec::new(),
            defined: HashSet::new(),
            function_aliases: HashSet::new(),
            types: HashSet::new(),
            pending: Vec::new(),
            endless: None,
            limited: false,
        }
    }

    /// Judges what needs the whole statement, and hands over what was found.
    pub fn finish(mut self) -> Findings {
        let attributes = std::mem::take(&mut self.attributes);
        let tables = if attributes.is_empty() { Vec::new() } else { self.tables() };
        for Attribute { of, name, location } in attributes {
            // Only a row has columns: not an expression, and not the bare result of a function in FROM.
            let is_row = of.as_ref().is_some_and(|of| !self.function_aliases.contains(of));
            let column = is_row && tables.iter().any(|t| t.column(&name).is_some());
            let may_be_value = is_row && self.defined.contains(&name);
            rules::function::check_attribute(&name, location, column, may_be_value, &mut self);
        }
        for (types, refusal) in std::mem::take(&mut self.pending) {
            if self.has_values_of(&types) {
                self.push(refusal);
            }
        }
        rules::type_name::check_casts(&mut self);
        if let Some(location) = self.endless.filter(|_| !self.limited) {
            let reason = "The recursion has no condition, no LIMIT and no end.".to_owned();
            self.refuse(Code::TooMuchWork, reason, Some(location));
        }
        self.findings
    }

    /// The source's own among the relations.
    fn tables(&self) -> Vec<&'a Table> {
        let Some(catalogue) = self.facts.catalogue else { return Vec::new() };
        let relations = self.findings.relations.iter();
        relations.filter_map(|r| catalogue.resolve(r.schema.as_deref(), &r.name)).collect()
    }

    /// Notes a refusal. `location` is the parser's: negative where it does not know.
    pub fn refuse(&mut self, code: Code, reason: String, location: Option<i32>) {
        let at = location.and_then(|l| usize::try_from(l).ok());
        self.push(Refusal::new(code, reason, at));
    }

    /// Notes a refusal with words of its own for what would be allowed.
    pub fn push(&mut self, refusal: Refusal) {
        if self.findings.refusals.len() < MAX_REFUSALS && !self.findings.refusals.contains(&refusal) {
            self.findings.refusals.push(refusal);
        }
    }

    /// Notes a refusal that holds only if the statement has values of one of those types; with no type, any value
    /// will do.
    pub fn refuse_if_values_of(&mut self, types: &[Named], code: Code, reason: String, location: i32) {
        let refusal = Refusal::new(code, reason, usize::try_from(location).ok());
        if types.is_empty() {
            self.push(refusal);
        } else {
            self.pending.push((types.to_vec(), refusal));
        }
    }

    /// Notes types that the statement names.
    pub fn note_types(&mut self, types: Vec<Named>) {
        self.types.extend(types);
    }

    /// Whether the statement can have values of one of those types: it names it, a relation has a column of it, or a
    /// function of the source's own may give it. Right only at the end of a walk.
    pub fn has_values_of(&self, types: &[Named]) -> bool {
        let Some(catalogue) = self.facts.catalogue else { return false };
        let in_table = |table: &Table, wanted: &Named| {
            (wanted.schema == table.schema && wanted.name == table.name)
                || (table.columns.iter())
                    .any(|c| rules::type_name::is_column_of(&c.type_name, wanted, catalogue))
        };
        let called = |function: &Named| {
            (self.findings.functions.iter())
                .any(|f| f.name == function.name && f.schema.as_ref().is_none_or(|s| *s == function.schema))
        };
        types.iter().any(|wanted| {
            self.types.contains(wanted)
                || (self.findings.relations.iter()).any(|r| {
                    catalogue.resolve(r.schema.as_deref(), &r.name).is_some_and(|t| in_table(t, wanted))
                })
                || (catalogue.objects.givers.iter()).any(|giver| {
                    called(&giver.function)
                        && giver.types.iter().any(|given| {
                            given == wanted
                                || catalogue
                                    .table(&given.schema, &given.name)
                                    .is_some_and(|t| in_table(t, wanted))
                        })
                })
        })
    }

    /// Notes where a restricted table stands.
    pub fn note_place(&mut self, place: Place) {
        self.findings.places.push(place);
    }

    /// Notes a target of which columns are kept back.
    pub fn note_kept_back(&mut self, name: &str) {
        self.findings.kept_back.push(name.to_owned());
    }

    fn note_last_name(&mut self, name: &str) {
        if self.facts.catalogue.is_some_and(|c| !c.restrictions.is_open()) {
            self.findings.last_names.insert(name.to_owned());
        }
    }

    /// Whether a restricted table stands in what was walked so far.
    pub fn reads_restricted(&self) -> bool {
        !self.findings.places.is_empty()
    }

    /// Relations that were found so far.
    pub fn relations(&self) -> &[Relation] {
        &self.findings.relations
    }

    /// Notes a relation that may be used.
    pub fn note_relation(&mut self, relation: Relation) {
        if !self.findings.relations.contains(&relation) {
            self.findings.relations.push(relation);
        }
    }

    /// Notes a function that may be called.
    pub fn note_function(&mut self, function: FunctionName) {
        if !self.findings.functions.contains(&function) {
            self.findings.functions.push(function);
        }
    }

    /// Whether the bare name means a WITH clause here.
    pub fn is_cte(&self, name: &str) -> bool {
        self.ctes.iter().any(|c| c == name)
    }

    /// Whether anything so far changes rows.
    pub fn changes(&self) -> bool {
        self.findings.change.is_some()
    }

    /// Does `work` as if no WITH clause were visible.
    pub fn without_ctes(&mut self, work: impl FnOnce(&mut Self)) {
        let ctes = std::mem::take(&mut self.ctes);
        work(self);
        self.ctes = ctes;
    }

    /// A statement that is a change as a whole; a change inside its WITH weighs more.
    pub fn top_change(&mut self, kind: ChangeKind, work: impl FnOnce(&mut Self)) {
        work(self);
        self.findings.change.get_or_insert(kind);
    }

    fn change_in_with(&mut self) {
        self.findings.change = Some(ChangeKind::DataModifyingCte);
    }

    /// A node that only holds a word or a number.
    pub fn plain(&mut self, node: &Node) {
        match &node.node {
            Some(N::String(_) | N::Integer(_) | N::Float(_) | N::Boolean(_)) => {}
            other => rules::node::refuse(other.as_ref(), self),
        }
    }

    fn plains(&mut self, nodes: &[Node]) {
        nodes.iter().for_each(|n| self.plain(n));
    }

    fn define(&mut self, nodes: &[Node]) {
        for node in nodes {
            self.plain(node);
            if let Some(N::String(s)) = &node.node {
                self.defined.insert(s.sval.clone());
            }
        }
    }

    fn attribute(&mut self, of: Option<&str>, name: &str, location: i32) {
        self.attributes.push(Attribute { of: of.map(str::to_owned), name: name.to_owned(), location });
    }
}

/// A qualified name as its parts; `None` if it holds anything but words.
pub fn names(parts: &[Node]) -> Option<Vec<&str>> {
    parts
        .iter()
        .map(|part| match &part.node {
            Some(N::String(s)) => Some(s.sval.as_str()),
            _ => None,
        })
        .collect()
}
