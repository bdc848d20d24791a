//! Rows that were taken for groups: the price of each product is no total, and the category of each product no count, where a
//! group has one row; "list the players by club" asks for players. They are listed.

use super::{
    lexicon::Lexicon,
    recast::are_people,
    resolve::World,
    words::{lemma, split_name},
};
use rowcall_core::{Catalogue, TypeKind};
use rowcall_plan::{
    Aggregate, Dimension, Expression, Field, Filter, Literal, Measure, Operand, Operator, Order, OrderKey,
    QueryPlan,
};

/// Words that ask for a number over several rows.
const COMPUTES: &[&str] = &[
    "total",
    "totals",
    "sum",
    "average",
    "mean",
    "avg",
    "median",
    "overall",
    "altogether",
    "combined",
    "maximum",
    "minimum",
    "highest",
    "lowest",
    "max",
    "min",
    "most",
    "least",
];
/// Words that ask how many there are.
const COUNTS: &[&str] = &[
    "number",
    "numbers",
    "count",
    "counts",
    "counted",
    "amount",
    "often",
    "times",
    "frequency",
    "distribution",
    "statistics",
    "breakdown",
    "popular",
    "common",
    "percentage",
    "percent",
    "share",
    "ratio",
    "many",
    "total",
];
/// Words that begin a wish for a list.
const LISTS: &[&str] = &["list", "show", "display", "give", "print", "name", "enumerate"];

/// See the module. Says whether a number was left open, where each row has one.
pub(super) fn rowwise(
    plan: &mut QueryPlan,
    question: &str,
    catalogue: &Catalogue,
    lexicon: &Lexicon,
) -> bool {
    let listed = row_by_row(plan, question, catalogue, lexicon);
    over_rows(plan, question, catalogue, lexicon);
    most_of_kept(plan, question, catalogue, lexicon);
    rows_not_values(&mut plan.filters, question, catalogue, lexicon);
    each_once(plan, question, catalogue, lexicon);
    listed
}

/// "average satisfaction by assignee": told by their names, and not by the numbers that `assigned_to` holds.
pub(super) fn by_name(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let lower = question.to_lowercase();
    let said: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let keyed = said.iter().enumerate().any(|(at, w)| match *w {
        "number" | "numbers" => said.get(at + 1) != Some(&"of"),
        w => matches!(w, "id" | "ids" | "code" | "codes" | "key" | "keys"),
    });
    let asked = |field: &Field| keyed || lower.contains(&field.column.to_lowercase());
    let world = World::new(catalogue, lexicon, &[]);
    let shown: Vec<Field> = plan.dimensions.iter().map(|d| d.field.clone()).collect();
    for dimension in plan.dimensions.iter_mut().filter(|d| !d.hidden && d.grain.is_none()) {
        let field = &dimension.field;
        if field.via.is_some() || asked(field) {
            continue;
        }
        let Ok(from) = lexicon.prepared.table(catalogue, &field.table) else { continue };
        let mut ways = lexicon.prepared.graph.edges.iter().filter(|e| {
            e.from == from
                && e.from != e.to
                && matches!(e.from_columns.as_slice(), [one] if *one == field.column)
        });
        // What a code stands for is asked for by its name.
        let Some(way) = ways.next().filter(|way| are_people(way.to, lexicon)) else { continue };
        if let [label] = world.labels(way.to).as_slice()
            && !world.is_reference(*label)
            && !shown.contains(&world.field(*label))
        {
            let several = lexicon.prepared.graph.edges.iter().filter(|e| e.from == from && e.to == way.to);
            let via = (several.count() > 1).then(|| field.column.clone());
            dimension.field = Field { via, ..world.field(*label) };
            dimension.by_key = true;
        }
    }
}

/// Lists rows that were taken for groups; says whether they were.
fn row_by_row(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) -> bool {
    let [measure] = plan.measures.as_slice() else { return false };
    let plain = !measure.hidden
        && !measure.share
        && !measure.running
        && !measure.rank
        && !measure.percent
        && measure.filters.is_empty()
        && measure.minus.is_none()
        && measure.over.is_none();
    let grouped = !plan.dimensions.is_empty() && plan.dimensions.iter().all(|d| d.grain.is_none());
    let whole =
        plan.combine.is_none() && plan.fold.is_none() && plan.comparison.is_none() && plan.having.is_empty();
    if !plain || !grouped || !whole || plan.limit.is_some() {
        return false;
    }
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let rows = Rows { plan, measure, catalogue, lexicon, said };
    if let Some(listed) = rows.of_own().or_else(|| rows.of_one()).or_else(|| rows.of_list())
        && rowcall_plan::compile_with(&listed, catalogue, &lexicon.prepared).is_ok()
    {
        *plan = listed;
        return true;
    }
    false
}

struct Rows<'r> {
    plan: &'r QueryPlan,
    measure: &'r Measure,
    catalogue: &'r Catalogue,
    lexicon: &'r Lexicon,
    said: Vec<String>,
}

impl Rows<'_> {
    fn says(&self, words: &[&str]) -> bool {
        self.said.iter().any(|w| words.contains(&w.as_str()))
    }

    fn table(&self, field: &Field) -> Option<usize> {
        self.lexicon.prepared.table(self.catalogue, &field.table).ok()
    }

    fn labels(&self, table: usize) -> Vec<Field> {
        let world = World::new(self.catalogue, self.lexicon, &[]);
        let found = world.labels(table);
        found.into_iter().map(|c| world.field(c)).collect()
    }

    /// The table of which every group is one row: told by what names its rows.
    fn grouped(&self) -> Option<usize> {
        let first = self.plan.dimensions.first()?;
        let table = self.table(&first.field)?;
        let labels = self.labels(table);
        let key = &self.catalogue.tables[table].primary_key;
        let tells =
            |field: &Field| labels.iter().any(|l| l.column == field.column) || *key == [field.column.clone()];
        let own = self.plan.dimensions.iter().all(|d| {
            d.field.table == first.field.table && d.field.via.is_none() && (tells(&d.field) || d.hidden)
        });
        (own && !key.is_empty()).then_some(table)
    }

    /// The groups, as columns.
    fn groups(&self) -> Vec<Field> {
        self.plan.dimensions.iter().filter(|d| !d.hidden).map(|d| d.field.clone()).collect()
    }

    fn list(&self, source: usize, columns: Vec<Field>, order: Vec<Order>) -> QueryPlan {
        QueryPlan {
            source: self.lexicon.prepared.name_of(self.catalogue, source),
            columns,
            measures: Vec::new(),
            dimensions: Vec::new(),
            order,
            ..self.plan.clone()
        }
    }

    /// The order of the groups, as one of rows.
    fn order(&self, number: Option<&Field>) -> Vec<Order> {
        let by = |order: &Order| match &order.by {
            OrderKey::Measure(_) => number.cloned(),
            OrderKey::Dimension(at) => self.plan.dimensions.get(*at).map(|d| d.field.clone()),
            OrderKey::Field(field) => Some(field.clone()),
        };
        let order = |o: &Order| Some(Order { by: OrderKey::Field(by(o)?), descending: o.descending });
        self.plan.order.iter().filter_map(order).collect()
    }

    /// "the price of each product": a number of the row itself.
    fn of_own(&self) -> Option<QueryPlan> {
        let Some(Expression::Field(field)) = &self.measure.expression else { return None };
        let table = self.grouped()?;
        let name = self.catalogue.tables[table].column(&field.column)?;
        // "How many seats does each screen have?", where their number is kept.
        let kept = self.measure.aggregate == Aggregate::CountDistinct
            && name.kind.is_numeric()
            && self.says(&["many"])
            && !self.says(&["different", "distinct"]);
        let adds = matches!(self.measure.aggregate, Aggregate::Sum | Aggregate::Average) || kept;
        // "the maximum visitor capacity" is what it is called.
        let called: Vec<String> = split_name(&name.name).iter().map(|w| w.to_lowercase()).collect();
        let computes = self.said.iter().any(|w| COMPUTES.contains(&w.as_str()) && !called.contains(w));
        let own = self.table(field) == Some(table) && field.via.is_none();
        let shown = self.groups();
        (adds && own && !computes && !shown.contains(field)).then(|| {
            let columns = shown.into_iter().chain([field.clone()]).collect();
            self.list(table, columns, self.order(Some(field)))
        })
    }

    /// The table whose rows are counted, and that of the rows that tell of them.
    fn counted(&self) -> Option<(usize, usize)> {
        let prepared = &self.lexicon.prepared;
        match (&self.measure.aggregate, &self.measure.expression) {
            (Aggregate::Count, None) => {
                let table = self.measure.table.as_ref().unwrap_or(&self.plan.source);
                let table = prepared.table(self.catalogue, table).ok()?;
                Some((table, table))
            }
            (Aggregate::CountDistinct, Some(Expression::Field(field))) => {
                let home = self.table(field)?;
                if self.catalogue.tables[home].primary_key == [field.column.clone()] {
                    return Some((home, home));
                }
                let edge = prepared
                    .graph
                    .edges
                    .iter()
                    .find(|e| e.from == home && e.from_columns == [field.column.clone()])?;
                Some((edge.to, home))
            }
            _ => None,
        }
    }

    /// "the category of each product": what a row refers to. "which classes does each trainer teach": the rows themselves.
    fn of_one(&self) -> Option<QueryPlan> {
        let (of, home) = self.counted()?;
        let table = self.grouped()?;
        let first = self.said.iter().find(|w| {
            !matches!(w.as_str(), "in" | "at" | "on" | "for" | "to" | "from" | "with" | "of" | "by")
        })?;
        let asks = LISTS.contains(&first.as_str()) || matches!(first.as_str(), "what" | "which" | "who");
        let each = self.says(&["each", "every"]);
        if of == table || !asks || !each || self.says(COUNTS) || self.says(COMPUTES) {
            return None;
        }
        let shown = self.labels(of);
        let groups = self.groups();
        let reaches =
            |from: usize, to: usize| self.lexicon.prepared.graph.path(from, to, true, None).is_some();
        let source = if reaches(table, of) {
            table
        } else if reaches(home, table) && reaches(home, of) {
            home
        } else {
            return None;
        };
        let order = if source == table { Vec::new() } else { ascending(&groups) };
        (!shown.is_empty()).then(|| self.list(source, groups.into_iter().chain(shown).collect(), order))
    }

    /// "List the products by price", "list the players of each club".
    fn of_list(&self) -> Option<QueryPlan> {
        let first = self.said.first()?;
        let (Aggregate::Count, None) = (self.measure.aggregate, &self.measure.expression) else {
            return None;
        };
        let (of, _) = self.counted()?;
        if !LISTS.contains(&first.as_str()) || self.says(COUNTS) || self.says(COMPUTES) {
            return None;
        }
        let groups = self.groups();
        let labels = self.labels(of);
        let own = groups.iter().all(|f| self.table(f) == Some(of));
        let plainly = first == "list";
        if own {
            let steady = |f: &Field| {
                let column = self.catalogue.tables[of].column(&f.column);
                column
                    .is_some_and(|c| c.kind.is_numeric() || c.kind.is_temporal() && c.kind != TypeKind::Time)
                    || labels.contains(f)
            };
            (plainly || groups.iter().all(steady)).then_some(())?;
            let shown: Vec<Field> = labels.iter().filter(|l| !groups.contains(l)).cloned().collect();
            let order = self.order(None);
            let order = if order.is_empty() { ascending(&groups) } else { order };
            let columns = shown.into_iter().chain(groups).collect();
            return Some(self.list(of, columns, order));
        }
        let each = self.says(&["each", "every"]);
        (plainly || each).then_some(())?;
        (!labels.is_empty()).then(|| {
            let order = ascending(&groups);
            self.list(of, groups.into_iter().chain(labels).collect(), order)
        })
    }
}

fn ascending(fields: &[Field]) -> Vec<Order> {
    fields.iter().map(|f| Order { by: OrderKey::Field(f.clone()), descending: false }).collect()
}

/// "Which cities have a branch?", "What colors do the vehicles have?": each once, where rows share them.
fn each_once(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let [field] = plan.columns.as_slice() else { return };
    let Ok(table) = lexicon.prepared.table(catalogue, &field.table) else { return };
    let stored = &catalogue.tables[table];
    let Some(at) = stored.columns.iter().position(|c| c.name == field.column) else { return };
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let lead = usize::from(said.first().is_some_and(|w| matches!(w.as_str(), "in" | "from" | "at" | "to")));
    let asks = said.get(lead).is_some_and(|w| matches!(w.as_str(), "which" | "what"));
    let noun = said.get(lead + 1).map(|w| lemma(w)).unwrap_or_default();
    let verb = said.get(lead + 2).map_or("", String::as_str);
    let named =
        lexicon.columns[table][at].words.contains(&noun) && !lexicon.tables[table].words.contains(&noun);
    // "What is …", "Which order dates …": rows are spoken of, or a verb is missing.
    let goes_on = matches!(verb, "have" | "has" | "do" | "does" | "did" | "are" | "is" | "were" | "was");
    let world = World::new(catalogue, lexicon, &[]);
    let label = world.labels(table).iter().any(|c| c.column == at) && !stored.primary_key.is_empty();
    let key = stored.primary_key.contains(&field.column);
    let plain = plan.limit.is_none() && plan.offset.is_none() && plan.order.is_empty() && plan.fold.is_none();
    // Of each row, or of one, it is told as it is.
    let each = said.iter().any(|w| matches!(w.as_str(), "each" | "every"));
    let one = plan.filters.iter().any(|f| match f {
        Filter::Compare { field: f, operator: Operator::Equal, .. } => {
            f.table == field.table
                && world.labels(table).iter().any(|c| stored.columns[c.column].name == f.column)
        }
        _ => false,
    });
    if asks
        && named
        && goes_on
        && plain
        && !each
        && !one
        && !label
        && !key
        && plan.combine.is_none()
        && field.via.is_none()
    {
        plan.distinct = true;
    }
}

/// "the total amount spent by Emma Smith" is a sum, whatever the column is called; and "how many students major in Biology"
/// counts students, of whom all have that one major.
fn over_rows(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let says = |words: &[&str]| said.iter().any(|w| words.contains(&w.as_str()));
    let equal = |filters: &[Filter], of: &Field| {
        filters
            .iter()
            .any(|f| matches!(f, Filter::Compare { field, operator: Operator::Equal, .. } if field == of))
    };
    let whole = plan.combine.is_none() && plan.fold.is_none() && plan.limit.is_none();
    if let ([measure], true) = (plan.measures.as_mut_slice(), whole)
        && measure.aggregate == Aggregate::CountDistinct
        && let Some(Expression::Field(field)) = &measure.expression
        && equal(&plan.filters, field)
        && plan.dimensions.is_empty()
        && !says(&["different", "distinct", "unique"])
    {
        measure.table = Some(field.table.clone());
        measure.aggregate = Aggregate::Count;
        measure.expression = None;
        return;
    }
    let [field] = plan.columns.as_slice() else { return };
    let Ok(table) = lexicon.prepared.table(catalogue, &field.table) else { return };
    let Some(column) = catalogue.tables[table].column(&field.column) else { return };
    let called = split_name(&column.name).first().is_some_and(|w| w.eq_ignore_ascii_case("total"));
    let world = World::new(catalogue, lexicon, &[]);
    let row = |f: &Filter| match f {
        Filter::Compare { field: f, operator: Operator::Equal, .. } => {
            f.table == field.table
                && (catalogue.tables[table].primary_key.contains(&f.column)
                    || world.labels(table).iter().any(|c| world.field(*c).column == f.column))
        }
        _ => false,
    };
    let asks = matches!(
        said.iter().map(String::as_str).collect::<Vec<_>>().as_slice(),
        ["what", "is" | "was", "the", "total", ..]
            | ["total", ..]
            | ["how", "much", ..]
            | ["the", "total", ..]
    );
    let one =
        plan.filters.iter().any(row) || says(&["each", "every", "list", "per", "show", "highest", "lowest"]);
    if called
        && asks
        && !one
        && whole
        && !plan.filters.is_empty()
        && column.kind.is_numeric()
        && plan.order.is_empty()
    {
        let field = field.clone();
        plan.source = field.table.clone();
        plan.measures = vec![Measure::of(Aggregate::Sum, field)];
        plan.columns.clear();
        plan.distinct = false;
    }
}

/// "Which exhibition sold the most tickets?", where each sale has a number of tickets: they are added up.
fn most_of_kept(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    most_of_rows(plan, question, catalogue, lexicon);
    let [measure] = plan.measures.as_mut_slice() else { return };
    let counts =
        measure.aggregate == Aggregate::Count && measure.expression.is_none() && measure.filters.is_empty();
    if !counts || plan.dimensions.is_empty() || plan.limit.is_none() {
        return;
    }
    let name = measure.table.as_ref().unwrap_or(&plan.source).clone();
    let Ok(table) = lexicon.prepared.table(catalogue, &name) else { return };
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let noun = said
        .windows(2)
        .find(|w| matches!(w[0].as_str(), "most" | "fewest"))
        .map(|w| lemma(&w[1]))
        .filter(|noun| noun != "number" && lexicon.tables[table].words.last() != Some(noun));
    let Some(noun) = noun else { return };
    let stored = &catalogue.tables[table].columns;
    let mut kept = stored.iter().zip(&lexicon.columns[table]).filter(|(c, name)| {
        c.kind.is_numeric()
            && name.words.contains(&noun)
            && name.words.iter().any(|w| matches!(w.as_str(), "number" | "count" | "quantity"))
    });
    if let (Some((column, _)), None) = (kept.next(), kept.next()) {
        measure.aggregate = Aggregate::Sum;
        measure.expression = Some(Expression::Field(Field::new(name, column.name.clone())));
        measure.table = None;
    }
}

/// "clubs without members": rows of the membership, and not those alone whose position is that of a member.
fn rows_not_values(filters: &mut [Filter], question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    let lower = question.to_lowercase();
    for filter in filters {
        match filter {
            Filter::All(parts) | Filter::Any(parts) => rows_not_values(parts, question, catalogue, lexicon),
            Filter::Not(part) => rows_not_values(std::slice::from_mut(part), question, catalogue, lexicon),
            Filter::Related { table, filters, .. } => {
                let Ok(at) = lexicon.prepared.table(catalogue, table) else { continue };
                let is_noun = |f: &Filter| match f {
                    Filter::Compare {
                        field,
                        operator: Operator::Equal,
                        operand: Operand::Literal(Literal::Text(text)),
                    } if field.table == *table => {
                        let value = text.to_lowercase();
                        let rows = lexicon.tables[at]
                            .words
                            .iter()
                            .any(|w| value.len() >= 5 && w.starts_with(&value));
                        let told =
                            split_name(&field.column).iter().any(|w| lower.contains(&w.to_lowercase()));
                        rows && !told
                            && (lower.contains(&format!("{value}s")) || lower.contains(&format!("a {value}")))
                    }
                    _ => false,
                };
                filters.retain(|f| !is_noun(f));
                rows_not_values(filters, question, catalogue, lexicon);
            }
            _ => {}
        }
    }
}

/// The same, where one row with the highest number was taken instead.
fn most_of_rows(plan: &mut QueryPlan, question: &str, catalogue: &Catalogue, lexicon: &Lexicon) {
    const DONE: &str = "bought booked had has have ordered received sold";
    let said = question.to_lowercase();
    let did = |end: &str| DONE.split(' ').any(|verb| said.contains(&format!(" {verb} the {end} ")));
    let [order] = plan.order.as_slice() else { return };
    let (OrderKey::Field(field), Some(1)) = (&order.by, plan.limit) else { return };
    let Ok(table) = lexicon.prepared.table(catalogue, &field.table) else { return };
    let Some(at) = catalogue.tables[table].columns.iter().position(|c| c.name == field.column) else {
        return;
    };
    let number = lexicon.columns[table][at]
        .words
        .iter()
        .any(|w| matches!(w.as_str(), "number" | "count" | "quantity"));
    let reaches = |c: &Field| {
        let to = lexicon.prepared.table(catalogue, &c.table).ok();
        c.table != field.table
            && to.is_some_and(|to| lexicon.prepared.graph.path(table, to, true, None).is_some())
    };
    let apart = !plan.columns.is_empty() && plan.columns.iter().all(reaches);
    let plain =
        plan.measures.is_empty() && plan.combine.is_none() && plan.fold.is_none() && plan.offset.is_none();
    if !(number && apart && plain && (did("most") || did("fewest"))) {
        return;
    }
    let (field, descending) = (field.clone(), order.descending);
    plan.source = field.table.clone();
    plan.filters.retain(|f| !matches!(f, Filter::Null { field: f, negated: true } if *f == field));
    plan.dimensions =
        plan.columns.drain(..).map(|c| Dimension { by_key: true, ..Dimension::of(c) }).collect();
    plan.measures = vec![Measure { hidden: true, ..Measure::of(Aggregate::Sum, field) }];
    plan.order = vec![Order { by: OrderKey::Measure(0), descending }];
    plan.distinct = false;
}
