//! Which tables belong together, and over which columns. Foreign keys tell it; where a source has none, a
//! column that plainly names another table's key does (`customer_id` → `customers`), and the compiler says so
//! in its assumptions. Built once per catalogue, since a catalogue may hold a thousand tables.

use crate::{error::PlanError, plan::TableName};
use rowcall_core::{Catalogue, Column, Table, TypeKind};
use std::collections::{HashMap, HashSet, VecDeque};

/// A step from a row to at most one row of another table.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The referencing table.
    pub from: usize,
    /// The referenced table.
    pub to: usize,
    /// Columns of the referencing table.
    pub from_columns: Vec<String>,
    /// Columns of the referenced table, a key of it.
    pub to_columns: Vec<String>,
    /// Guessed from names.
    pub inferred: bool,
    /// It says which part is played ("head"), where another reference between the two tables says none.
    pub role: bool,
    /// A row may refer to nothing.
    pub optional: bool,
    /// The referencing columns are a key too: one to one.
    pub one_to_one: bool,
}

/// A step along an edge; `forward` goes from the referencing to the referenced table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Position in [`JoinGraph::edges`].
    pub edge: usize,
    /// Along the reference.
    pub forward: bool,
}

/// The join edges of a catalogue.
#[derive(Clone, Debug, Default)]
pub struct JoinGraph {
    /// Every edge.
    pub edges: Vec<Edge>,
    /// Per table: the steps that leave it.
    pub steps: Vec<Vec<Step>>,
    /// Per table: a number that it has in common with those tables alone that any path leads to.
    islands: Vec<usize>,
}

/// A catalogue's names and joins, ready for look-up.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// The joins.
    pub graph: JoinGraph,
    qualified: HashMap<(String, String), usize>,
    bare: HashMap<String, usize>,
}

impl Prepared {
    /// Reads a catalogue once.
    pub fn new(catalogue: &Catalogue) -> Self {
        let mut qualified = HashMap::with_capacity(catalogue.tables.len());
        let mut bare: HashMap<String, usize> = HashMap::with_capacity(catalogue.tables.len());
        let rank = |schema: &str| catalogue.search_path.iter().position(|s| s == schema);
        for (i, table) in catalogue.tables.iter().enumerate() {
            qualified.insert((table.schema.clone(), table.name.clone()), i);
            let Some(new) = rank(&table.schema) else { continue };
            let better = bare
                .get(&table.name)
                .and_then(|old| rank(&catalogue.tables[*old].schema))
                .is_none_or(|old| new < old);
            if better {
                bare.insert(table.name.clone(), i);
            }
        }
        let graph = JoinGraph::new(catalogue, &qualified);
        Self { graph, qualified, bare }
    }

    /// The position of the table a name means.
    pub fn table(&self, catalogue: &Catalogue, name: &TableName) -> Result<usize, PlanError> {
        let found = match &name.schema {
            Some(schema) => self.qualified.get(&(schema.clone(), name.name.clone())),
            None => self.bare.get(&name.name),
        };
        found.copied().ok_or_else(|| PlanError::UnknownTable {
            name: name.to_string(),
            suggestions: closest(&name.name, catalogue.tables.iter().map(|t| t.name.as_str())),
        })
    }

    /// How a plan names the table: bare where the search path finds it.
    pub fn name_of(&self, catalogue: &Catalogue, table: usize) -> TableName {
        let t = &catalogue.tables[table];
        let schema = (self.bare.get(&t.name) != Some(&table)).then(|| t.schema.clone());
        TableName { schema, name: t.name.clone() }
    }

    /// Found by its bare name.
    pub fn is_bare(&self, catalogue: &Catalogue, table: usize) -> bool {
        self.bare.get(&catalogue.tables[table].name) == Some(&table)
    }
}

/// The names closest to one that is not known, at most three.
pub fn closest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let name = name.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .map(|k| (strsim::jaro_winkler(&name, &k.to_lowercase()), k))
        .filter(|(score, _)| *score > 0.75)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, k)| k.to_owned()).collect()
}

impl JoinGraph {
    fn new(catalogue: &Catalogue, qualified: &HashMap<(String, String), usize>) -> Self {
        let mut edges = Vec::new();
        let mut given: HashSet<(usize, String)> = HashSet::new();
        let mut connected: HashSet<(usize, usize)> = HashSet::new();
        for (from, table) in catalogue.tables.iter().enumerate() {
            for key in &table.foreign_keys {
                let target = (key.references_schema.clone(), key.references_table.clone());
                let Some(&to) = qualified.get(&target) else { continue };
                if key.columns.is_empty() || key.columns.len() != key.references_columns.len() {
                    continue;
                }
                if let [column] = key.columns.as_slice() {
                    given.insert((from, column.clone()));
                }
                connected.insert((from, to));
                edges.push(Edge {
                    from,
                    to,
                    optional: key.columns.iter().any(|c| table.column(c).is_none_or(|c| c.nullable)),
                    one_to_one: is_key(table, &key.columns),
                    from_columns: key.columns.clone(),
                    to_columns: key.references_columns.clone(),
                    inferred: false,
                    role: false,
                });
            }
        }
        infer(catalogue, &given, &connected, &mut edges);
        tell_roles(catalogue, &mut edges);
        let mut steps = vec![Vec::new(); catalogue.tables.len()];
        for (i, edge) in edges.iter().enumerate() {
            steps[edge.from].push(Step { edge: i, forward: true });
            steps[edge.to].push(Step { edge: i, forward: false });
        }
        let islands = islands(&edges, catalogue.tables.len());
        Self { edges, steps, islands }
    }

    /// Where a step leads.
    pub fn end(&self, step: Step) -> usize {
        let edge = &self.edges[step.edge];
        if step.forward { edge.to } else { edge.from }
    }

    /// A step that meets at most one row.
    pub fn is_to_one(&self, step: Step) -> bool {
        step.forward || self.edges[step.edge].one_to_one
    }

    /// Every row of `from` belongs to at most one row of `to`. A department has one head among its employees, and yet many
    /// employees: a role is no belonging.
    pub fn has_one(&self, from: usize, to: usize) -> bool {
        let Some((path, _)) = self.path(from, to, true, None) else { return false };
        let back = || self.edges.iter().any(|e| (e.from, e.to) == (to, from));
        !matches!(path.as_slice(), [step] if from != to && self.edges[step.edge].role && back())
    }

    /// The shortest path from one table to another; with `to_one`, only steps that meet at most one row.
    /// `via` asks for a path over that referencing column. The flag tells that another path is as short.
    pub fn path(&self, from: usize, to: usize, to_one: bool, via: Option<&str>) -> Option<(Vec<Step>, bool)> {
        if from == to && via.is_none() {
            return Some((Vec::new(), false));
        }
        if let Some(via) = via {
            let usable = |s: &&Step| {
                let edge = &self.edges[s.edge];
                self.end(**s) == to
                    && edge.from_columns.iter().any(|c| c == via)
                    && (!to_one || self.is_to_one(**s))
            };
            let direct = self.steps[from].iter().find(usable);
            if let Some(step) = direct {
                return Some((vec![*step], false));
            }
            for (i, edge) in self.edges.iter().enumerate() {
                if edge.to == to && edge.from_columns.iter().any(|c| c == via) {
                    let (mut path, tie) = self.path(from, edge.from, to_one, None)?;
                    path.push(Step { edge: i, forward: true });
                    return Some((path, tie));
                }
            }
            return if from == to { Some((Vec::new(), false)) } else { self.path(from, to, to_one, None) };
        }
        self.shortest(from, to, to_one, None).map(|(path, tie, _)| (path, tie))
    }

    /// The paths that are as short as this one, each without one of its references.
    pub fn other_ways(&self, from: usize, to: usize, to_one: bool, path: &[Step]) -> Vec<Vec<Step>> {
        let Some((_, _, least)) = self.shortest(from, to, to_one, None) else { return Vec::new() };
        let mut others: Vec<Vec<Step>> = Vec::new();
        for step in path {
            if let Some((other, _, cost)) = self.shortest(from, to, to_one, Some(step.edge))
                && cost == least
                && !others.contains(&other)
            {
                others.push(other);
            }
        }
        others
    }

    /// The shortest path that does without one reference, whether another is as short, and what it costs.
    fn shortest(
        &self,
        from: usize,
        to: usize,
        to_one: bool,
        without: Option<usize>,
    ) -> Option<(Vec<Step>, bool, u32)> {
        // Cheapest first; a guessed key costs a little more than a declared one. So does what two rows only belong to
        // together: students are tied to courses by what they enrolled in, rather than by sharing a department.
        const FAR: u32 = u32::MAX;
        if self.islands[from] != self.islands[to] {
            return None;
        }
        let mut best = vec![FAR; self.steps.len()];
        let mut came: Vec<Option<Step>> = vec![None; self.steps.len()];
        let mut ties = vec![false; self.steps.len()];
        let mut queue = VecDeque::from([from]);
        best[from] = 0;
        while let Some(at) = queue.pop_front() {
            let cost = best[at];
            // What is no nearer than the end itself is on no shortest path to it.
            if cost > 70 || cost >= best[to] {
                continue;
            }
            for &step in &self.steps[at] {
                if to_one && !self.is_to_one(step) || without == Some(step.edge) {
                    continue;
                }
                let next = self.end(step);
                let shares = !step.forward && came[at].is_some_and(|before| before.forward);
                let guessed = if self.edges[step.edge].inferred { 5 } else { 0 };
                let role = u32::from(self.edges[step.edge].role);
                let price = cost + 10 + guessed + u32::from(shares) + role;
                if price < best[next] {
                    best[next] = price;
                    came[next] = Some(step);
                    ties[next] = false;
                    queue.push_back(next);
                } else if price == best[next] && came[next] != Some(step) {
                    ties[next] = true;
                }
            }
        }
        let mut path = Vec::new();
        let mut tie = false;
        let mut at = to;
        while at != from {
            tie |= ties[at];
            let step = came[at]?;
            path.push(step);
            let edge = &self.edges[step.edge];
            at = if step.forward { edge.from } else { edge.to };
        }
        path.reverse();
        Some((path, tie, best[to]))
    }
}

/// Which tables hang together.
fn islands(edges: &[Edge], tables: usize) -> Vec<usize> {
    let mut of: Vec<usize> = (0..tables).collect();
    let root = |of: &[usize], mut at: usize| {
        while of[at] != at {
            at = of[at];
        }
        at
    };
    for edge in edges {
        let (a, b) = (root(&of, edge.from), root(&of, edge.to));
        of[a.max(b)] = a.min(b);
    }
    (0..tables).map(|table| root(&of, table)).collect()
}

/// The columns are the primary key or a unique key of the table.
pub fn is_key(table: &Table, columns: &[String]) -> bool {
    let same = |key: &[String]| key.len() == columns.len() && key.iter().all(|c| columns.contains(c));
    (!table.primary_key.is_empty() && same(&table.primary_key))
        || table.unique_keys.iter().any(|key| same(key))
        || table.indexes.iter().any(|i| i.unique && same(&i.columns))
}

/// Marks the references that say which part is played, where another between the same two tables says none: of a leave
/// request, `approver_id` beside `employee_id`; of a department, `head_id` beside the `department_id` of employees.
fn tell_roles(catalogue: &Catalogue, edges: &mut [Edge]) {
    let plain: Vec<bool> = edges
        .iter()
        .map(|edge| {
            let [column] = edge.from_columns.as_slice() else { return false };
            let column = column.to_lowercase();
            let stem = ["_id", "_no", "_code", "_key", "id"]
                .iter()
                .find_map(|end| column.strip_suffix(end))
                .unwrap_or(&column);
            let own = singulars(&catalogue.tables[edge.to].name.to_lowercase());
            !stem.is_empty() && own.iter().any(|name| name == stem || name.ends_with(&format!("_{stem}")))
        })
        .collect();
    let beside = |at: usize, edges: &[Edge]| {
        let (from, to) = (edges[at].from, edges[at].to);
        (0..edges.len()).any(|other| {
            let ends = (edges[other].from, edges[other].to);
            other != at && plain[other] && (ends == (from, to) || ends == (to, from))
        })
    };
    for at in 0..edges.len() {
        let role = !plain[at] && edges[at].from != edges[at].to && beside(at, edges);
        edges[at].role = role;
    }
}

/// The row above, in the same table: `manager_id` of employees, where there are no managers of their own.
fn above(catalogue: &Catalogue, from: usize, name: &str, kind: TypeKind) -> Option<(usize, String)> {
    const ROLES: [&str; 7] = ["parent", "manager", "supervisor", "boss", "mentor", "superior", "leader"];
    let role = match name {
        "reports_to" => name,
        _ => name.strip_suffix("_id").or_else(|| name.strip_suffix("_no")).filter(|r| ROLES.contains(r))?,
    };
    let named = catalogue.tables.iter().any(|t| singulars(&t.name.to_lowercase()).iter().any(|s| s == role));
    let table = &catalogue.tables[from];
    let [key] = table.primary_key.as_slice() else { return None };
    let same = table.columns.iter().any(|c| c.name == *key && c.kind == kind);
    (!named && same && key.to_lowercase() != name).then(|| (from, key.clone()))
}

/// Joins that names make plain, for tables without foreign keys.
fn infer(
    catalogue: &Catalogue,
    given: &HashSet<(usize, String)>,
    connected: &HashSet<(usize, usize)>,
    edges: &mut Vec<Edge>,
) {
    // The columns that look like a single-column key, by the names under which others would refer to them.
    let mut keys: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (t, table) in catalogue.tables.iter().enumerate() {
        for (c, column) in table.columns.iter().enumerate() {
            if !looks_unique(table, &column.name) {
                continue;
            }
            let name = column.name.to_lowercase();
            let own: Vec<String> = singulars(&table.name.to_lowercase());
            if !refers_by(table, &name, &own) {
                continue;
            }
            if matches!(name.as_str(), "id" | "code" | "key" | "uuid") {
                for own in &own {
                    keys.entry(format!("{}{name}", bare(own))).or_default().push((t, c));
                }
            } else if name.len() > 3 || is_short_key(table, &column.name) {
                keys.entry(bare(&name)).or_default().push((t, c));
            }
        }
    }
    let named = by_name(catalogue);
    for (from, table) in catalogue.tables.iter().enumerate() {
        for column in &table.columns {
            let name = column.name.to_lowercase();
            if given.contains(&(from, column.name.clone())) {
                continue;
            }
            if let Some((to, to_column)) = above(catalogue, from, &name, column.kind) {
                edges.push(Edge {
                    from,
                    to,
                    from_columns: vec![column.name.clone()],
                    to_columns: vec![to_column],
                    inferred: true,
                    role: false,
                    optional: column.nullable,
                    one_to_one: false,
                });
                continue;
            }
            let targets = keys.get(&bare(&name)).or_else(|| in_a_role(&name, &keys)).cloned();
            let Some(targets) = targets.or_else(|| called_after(catalogue, &named, from, column)) else {
                continue;
            };
            let fitting: Vec<_> = targets
                .iter()
                .filter(|(t, c)| {
                    *t != from
                        && !connected.contains(&(from, *t))
                        && catalogue.tables[*t].columns[*c].kind == column.kind
                        && matches!(
                            column.kind,
                            TypeKind::Integer | TypeKind::Uuid | TypeKind::Text | TypeKind::Decimal
                        )
                })
                .collect();
            // Where several tables could be meant, the one that is named like the column is.
            let own = |t: usize| {
                singulars(&catalogue.tables[t].name.to_lowercase())
                    .iter()
                    .any(|s| name.starts_with(s.as_str()) || name.contains(&format!("_{s}")))
            };
            let target = match fitting.as_slice() {
                [one] => Some(**one),
                several => {
                    let named: Vec<_> = several.iter().filter(|(t, _)| own(*t)).collect();
                    match named.as_slice() {
                        [one] => Some(***one),
                        _ => None,
                    }
                }
            };
            let Some((to, to_column)) = target else { continue };
            // Two tables that share their own key are one to one only if a name says which refers to which.
            let unique = looks_unique(table, &column.name);
            if unique && !own(to) {
                continue;
            }
            edges.push(Edge {
                from,
                to,
                from_columns: vec![column.name.clone()],
                to_columns: vec![catalogue.tables[to].columns[to_column].name.clone()],
                inferred: true,
                role: false,
                optional: column.nullable,
                one_to_one: unique && is_key(table, std::slice::from_ref(&column.name)),
            });
        }
    }
}

/// `host_county_id` refers to what `county_id` is the key of.
fn in_a_role<'a>(
    name: &str,
    keys: &'a HashMap<String, Vec<(usize, usize)>>,
) -> Option<&'a Vec<(usize, usize)>> {
    let key = |from: usize| keys.get(&bare(&name[from..])).filter(|_| name[from..].ends_with("_id"));
    name.match_indices('_').find_map(|(at, _)| key(at + 1))
}

/// The tables by what one row of each is called, where no other is called so.
fn by_name(catalogue: &Catalogue) -> HashMap<String, Option<usize>> {
    let mut out: HashMap<String, Option<usize>> = HashMap::new();
    for (t, table) in catalogue.tables.iter().enumerate() {
        let own = table.name.to_lowercase();
        let one = singulars(&own).into_iter().min_by_key(String::len).unwrap_or(own);
        out.entry(one).and_modify(|other| *other = None).or_insert(Some(t));
    }
    out
}

/// `homegym` and `home_gym` of a climber are the key of a `gym`: numbers under the name of one row of a table with such a key.
fn called_after(
    catalogue: &Catalogue,
    named: &HashMap<String, Option<usize>>,
    from: usize,
    column: &Column,
) -> Option<Vec<(usize, usize)>> {
    /// "max_guest" and "no_of_room" count them, and an "order" may be a place in a row.
    const AMOUNTS: &str = "amount avg balance bonus budget capacity cost count day discount fee goal grade has hour length level like \
        max mileage min minute month no num number of order page payment per point position price qty quantity rank rating \
        salary score seat second sequence size star step stock total unit view vote week weight year";
    let name = column.name.to_lowercase();
    let counts = |part: &str| AMOUNTS.split_ascii_whitespace().any(|w| w == part);
    if column.kind != TypeKind::Integer || name.split('_').any(counts) || !name.is_ascii() {
        return None;
    }
    // The longest name of a table that it ends with: all of it, or behind a word ("totalguest" counts them, too).
    let heads = std::iter::once(0).chain(4..name.len().saturating_sub(2));
    let said = heads.filter(|head| !counts(&name[..*head]) && !counts(&name[*head..]));
    let to = said.filter_map(|head| *named.get(&name[head..])?).find(|to| *to != from)?;
    let table = &catalogue.tables[to];
    let [key] = table.primary_key.as_slice() else { return None };
    let c = table.columns.iter().position(|c| c.name == *key && c.kind == TypeKind::Integer)?;
    // No more of them are named than there are.
    let fits = match (column.distinct_estimate, table.row_estimate) {
        (Some(distinct), Some(rows)) => distinct <= rows,
        _ => true,
    };
    fits.then(|| vec![(to, c)])
}

/// `compid` and `comp_id` are the same name.
fn bare(name: &str) -> String {
    name.replace('_', "")
}

/// A primary key of three letters, as `gid` and `mno` are: others refer to it by the same name.
fn is_short_key(table: &Table, column: &str) -> bool {
    let lower = column.to_lowercase();
    let named = lower.len() == 3 && (lower.ends_with("id") || lower.ends_with("no"));
    named && !table.primary_key.is_empty() && is_key(table, &[column.to_owned()])
}

/// Other tables may refer to rows by this unique column. Where there is a primary key, an e-mail or a title that is unique
/// too is no such thing: two tables that both have one have nothing to do with each other.
fn refers_by(table: &Table, column: &str, own: &[String]) -> bool {
    let primary =
        table.primary_key.is_empty() || table.primary_key.iter().any(|key| key.eq_ignore_ascii_case(column));
    let code = ["id", "code", "key", "no", "nr", "num", "number", "uuid", "sku", "isbn", "vin", "cd"]
        .iter()
        .any(|end| column.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('_')));
    primary || code || own.iter().any(|name| column.contains(name.as_str()))
}

/// A key, or by its statistics as good as one.
fn looks_unique(table: &Table, column: &str) -> bool {
    let name = [column.to_owned()];
    if is_key(table, &name) {
        return true;
    }
    if !table.primary_key.is_empty() {
        return false;
    }
    let lower = column.to_lowercase();
    let named = ["id", "code", "name", "key"].iter().any(|end| lower.ends_with(end))
        || ["no", "nr", "num", "number", "cd", "nm", "sku", "isbn", "vin"]
            .iter()
            .any(|end| lower.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('_')));
    let distinct = table.column(column).and_then(|c| c.distinct_estimate);
    match (distinct, table.row_estimate) {
        (Some(distinct), Some(rows)) if rows >= 2.0 => named && distinct >= rows - 0.5,
        _ => lower == "id",
    }
}

fn singulars(name: &str) -> Vec<String> {
    let mut out = vec![name.to_owned()];
    if let Some(stem) = name.strip_suffix("ies") {
        out.push(format!("{stem}y"));
    }
    if let Some(stem) = name.strip_suffix("es") {
        out.push(stem.to_owned());
    }
    if let Some(stem) = name.strip_suffix('s') {
        out.push(stem.to_owned());
    }
    out
}
