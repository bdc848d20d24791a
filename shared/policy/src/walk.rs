//! The walk over the tree: it visits every node, keeps track of what WITH names are visible, and asks the rules.
//! Every struct of the tree is taken apart field by field, so that a field which a newer grammar adds is a
//! compile error here and not a hole.

mod change;
mod expression;
mod json;
mod query;

use std::collections::HashSet;

use pg_query::protobuf::Node;
use pg_query::protobuf::node::Node as N;

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
        }
    }

    /// Judges what needs the whole statement, and hands over what was found.
    pub fn finish(mut self) -> Findings {
        for Attribute { of, name, location } in std::mem::take(&mut self.attributes) {
            // Only a row has columns: not an expression, and not the bare result of a function in FROM.
            let is_row = of.as_ref().is_some_and(|of| !self.function_aliases.contains(of));
            let column = is_row
                && self.facts.catalogue.is_some_and(|catalogue| {
                    self.findings.relations.iter().any(|r| {
                        catalogue
                            .resolve(r.schema.as_deref(), &r.name)
                            .is_some_and(|t| t.column(&name).is_some())
                    })
                });
            let may_be_value = is_row && self.defined.contains(&name);
            rules::function::check_attribute(&name, location, column, may_be_value, &mut self);
        }
        self.findings
    }

    /// Notes a refusal. `location` is the parser's: negative where it does not know.
    pub fn refuse(&mut self, code: Code, reason: String, location: Option<i32>) {
        if self.findings.refusals.len() >= MAX_REFUSALS {
            return;
        }
        let at = location.and_then(|l| usize::try_from(l).ok());
        let refusal = Refusal::new(code, reason, at);
        if !self.findings.refusals.contains(&refusal) {
            self.findings.refusals.push(refusal);
        }
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
