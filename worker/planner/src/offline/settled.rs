//! What a list shows, where the question leaves it open, and what it need not show.

use super::{assemble, audit::Spoken, echo, lexicon::Lexicon, resolve::World, words::lemma};
use crate::PlanRequest;
use rowcall_core::{ColumnRef, TypeKind};
use rowcall_plan::{
    Aggregate, Combine, Dimension, Expression, Field, Filter, Literal, Measure, Operand, Operator, Order,
    OrderKey, QueryPlan, SetOperator, TableName,
};

/// A list of whatever is worth seeing of some rows. Of things with a name that meet a condition the name is asked for, as
/// "which" asks for it; other rows show what they were chosen by: of orders over 500 how much they come to. What is the
/// same in every row is left out.
pub(super) fn settle_columns(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    let Ok(table) = lexicon.prepared.table(request.catalogue, &plan.source) else { return };
    let world = World::new(request.catalogue, lexicon, &[]);
    let usual = assemble::sensible(&world, table);
    let name = |c: &ColumnRef| &request.catalogue.tables[table].columns[c.column].name;
    let own = plan.columns.iter().all(|c| c.table == plan.source);
    let shown = usual.iter().filter(|c| plan.columns.iter().any(|s| s.column == *name(c))).count();
    // A table of few columns: "the id and name of the aircraft" asks for just these.
    let said: Vec<String> =
        question.split(|c: char| !c.is_alphanumeric()).map(|w| lemma(&w.to_lowercase())).collect();
    let asked = usual.len() < 4
        && said.iter().any(|w| {
            matches!(w.as_str(), "id" | "identifier" | "key" | "name" | "number" | "code")
                || usual.iter().any(|c| {
                    let own = &lexicon.tables[table].words;
                    lexicon.columns[c.table][c.column].words.iter().any(|of| of == w && !own.contains(of))
                })
        });
    let ours = own && plan.measures.is_empty() && usual.len() >= 2 && !asked && shown + 1 >= usual.len();
    if !ours || plan.combine.is_some() {
        return;
    }
    let labels = world.names(table);
    // "list the 5 most expensive products", "show me the newest orders": what is worth seeing of them.
    let first = question.split_whitespace().next().unwrap_or_default().to_lowercase();
    let several = plan.limit.is_some_and(|n| n > 1) && matches!(first.as_str(), "list" | "show" | "display");
    let choice = !labels.is_empty() && !several && chooses(plan, &labels, &world);
    if choice && !echo::lists(question, plan, request, lexicon) {
        plan.columns = labels.iter().map(|c| world.field(*c)).collect();
        // "top 3 trainers by hourly wage", "5 cheapest products": with it.
        let lower = question.to_lowercase();
        let ranked = (lower.starts_with("top ") || lower.starts_with("bottom ")) && lower.contains(" by ");
        let number = |field: &Field| {
            let columns = &request.catalogue.tables[table].columns;
            columns.iter().any(|c| c.name == field.column && c.kind.is_numeric())
        };
        let sized = plan.order.iter().any(|o| matches!(&o.by, OrderKey::Field(by) if number(by)));
        let ranked = ranked || sized && plan.limit.is_some_and(|n| n > 1) && first.parse::<u16>().is_ok();
        if let ([Order { by: OrderKey::Field(by), .. }], true) = (plan.order.as_slice(), ranked)
            && by.table == plan.source
            && !plan.columns.contains(by)
        {
            plan.columns.push(by.clone());
        }
        return;
    }
    let decides: Vec<Field> = plan
        .filters
        .iter()
        .filter_map(|filter| match filter {
            Filter::Compare { field, operator, .. } if *operator != Operator::Equal => Some(field),
            Filter::Period { field, .. } | Filter::Null { field, negated: true } => Some(field),
            _ => None,
        })
        .filter(|field| field.table == plan.source && !plan.columns.contains(field))
        .cloned()
        .collect();
    for field in decides {
        let ordered = |c: &Field| plan.order.iter().any(|o| o.by == OrderKey::Field(c.clone()));
        match plan.columns.iter().rposition(|c| !ordered(c)).filter(|_| plan.columns.len() >= 8) {
            Some(last) if last > 2 => plan.columns[last] = field,
            _ => plan.columns.push(field),
        }
    }
}

/// What is shown though nobody asks to see it: a column of the first sentence, where the second one says what to show; the
/// number by which one stands out, where "which" asks for the one.
pub(super) fn leave_out(question: &str, plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let extra = echo::extra(question, plan, request, lexicon);
    if extra.len() < plan.columns.len() {
        plan.columns.retain(|c| !extra.contains(c));
    }
    // "Which …? First and last name.": what is to be seen is said, and no number is.
    let asked = match question.split_once("? ") {
        Some((first, shown)) if names_only(shown, lexicon) => first,
        _ => question,
    };
    let mut words =
        asked.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase);
    let asks =
        words.find(|w| !matches!(w.as_str(), "on" | "in" | "at" | "for" | "from" | "to" | "of" | "and"));
    let which = asks.is_some_and(|w| matches!(w.as_str(), "which" | "who"));
    let more = |w: String| {
        matches!(
            w.as_str(),
            "and" | "how" | "number" | "count" | "include" | "show" | "give" | "return" | "list"
        )
    };
    let plain = !words.any(more);
    let ranked = matches!(plan.order.first().map(|o| &o.by), Some(OrderKey::Measure(0)));
    if let ([measure], true) = (plan.measures.as_mut_slice(), which && plain && ranked)
        && plan.limit == Some(1)
        && plan.dimensions.iter().any(|d| !d.hidden)
    {
        measure.hidden = true;
    }
}

/// "for each book condition, the description": of a code that is explained, the explanation is to be seen, unless codes are
/// spoken of.
pub(super) fn explained(question: &str, plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let code =
        |w: &str| matches!(w.to_lowercase().as_str(), "code" | "codes" | "id" | "ids" | "key" | "keys");
    if plan.dimensions.len() < 2 || question.split(|c: char| !c.is_alphanumeric()).any(code) {
        return;
    }
    let table = |name: &TableName| lexicon.prepared.table(request.catalogue, name).ok();
    let edges = &lexicon.prepared.graph.edges;
    let explains = |d: &Dimension, by: &Dimension| {
        let (Some(from), Some(to)) = (table(&d.field.table), table(&by.field.table)) else { return false };
        d.grain.is_none()
            && edges
                .iter()
                .any(|e| (e.from, e.to) == (from, to) && e.from_columns == [d.field.column.clone()])
            && !request.catalogue.tables[to].primary_key.contains(&by.field.column)
    };
    let Some((at, by)) = (0..plan.dimensions.len()).find_map(|at| {
        let d = &plan.dimensions[at];
        let by = plan.dimensions.iter().position(|by| !d.hidden && !by.hidden && explains(d, by))?;
        Some((at, by))
    }) else {
        return;
    };
    plan.dimensions[by].by_key = true;
    ungroup(plan, at);
}

/// Without one of the groups.
fn ungroup(plan: &mut QueryPlan, at: usize) {
    plan.dimensions.remove(at);
    plan.order.retain(|o| o.by != OrderKey::Dimension(at));
    for order in &mut plan.order {
        if let OrderKey::Dimension(i) = &mut order.by
            && *i > at
        {
            *i -= 1;
        }
    }
}

/// "the recipes that have a baker, with the baker's name": those that have one. "the different directors": whatever is one.
pub(super) fn present(question: &str, plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    if !plan.measures.is_empty() || plan.combine.is_some() {
        return;
    }
    let words: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect();
    let had = (1..words.len()).filter(|i| matches!(words[*i].as_str(), "a" | "an")).filter(|i| {
        let before = |n: usize| i.checked_sub(n).map_or("", |b| words[b].as_str());
        matches!(before(1), "has" | "have") && matches!(before(2), "that" | "which" | "who")
    });
    let tables = had.flat_map(|i| words[i + 1..].iter().take(2)).filter_map(|w| {
        let found = lexicon.tables_for(&[&lemma(w)]);
        found
            .first()
            .filter(|(_, s)| *s >= 0.75)
            .map(|(t, _)| lexicon.prepared.name_of(request.catalogue, *t))
    });
    let tables: Vec<TableName> = tables.collect();
    let told = |field: &&Field| field.table != plan.source && tables.contains(&field.table);
    let mut missing: Vec<Field> = plan.columns.iter().filter(told).take(1).cloned().collect();
    if let ([one], true) = (plan.columns.as_slice(), plan.distinct) {
        missing.push(one.clone());
    }
    for field in missing {
        let nullable = lexicon.prepared.table(request.catalogue, &field.table).is_ok_and(|t| {
            request.catalogue.tables[t].columns.iter().any(|c| c.name == field.column && c.nullable)
        });
        let conditions = QueryPlan { filters: plan.filters.clone(), ..QueryPlan::default() };
        let mut spoken = Spoken::default();
        spoken.plan(&conditions);
        if !spoken.fields.contains(&&field) && (nullable || field.table != plan.source) {
            plan.filters.push(Filter::Null { field, negated: true });
        }
    }
}

/// "customers who cancelled more than 3 orders": more than three cancelled ones, where orders are spoken of once.
pub(super) fn counted_together(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    let counted = |f: &Filter| match f {
        Filter::Related { table, filters, count: Some(_), negated: false, .. } if filters.is_empty() => {
            Some(table.clone())
        }
        _ => None,
    };
    let Some((at, table)) = plan.filters.iter().enumerate().find_map(|(at, f)| Some((at, counted(f)?)))
    else {
        return;
    };
    let Ok(t) = lexicon.prepared.table(request.catalogue, &table) else { return };
    let words = question.split(|c: char| !c.is_alphanumeric()).map(|w| lemma(&w.to_lowercase()));
    let spoken =
        words.filter(|w| lexicon.tables_for(&[w]).iter().any(|(found, s)| *found == t && *s >= 0.75)).count();
    if spoken > 1 {
        return;
    }
    // A value that each of them has, said as what was done with them.
    let verbs: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|w| w.ends_with("ed"))
        .collect();
    let done = |value: &Literal| matches!(value, Literal::Text(text) if verbs.contains(&text.to_lowercase()));
    let own = |f: &Filter| match f {
        Filter::Compare { field, operator: Operator::Equal, operand: Operand::Literal(value) } => {
            (field.table == table && done(value)).then(|| vec![f.clone()])
        }
        Filter::Related { table: other, filters, count: None, negated: false, .. } => {
            let all = filters.iter().all(|f| {
                matches!(f, Filter::Compare { operator: Operator::Equal, operand: Operand::Literal(value), .. } if done(value))
            });
            (*other == table && all && !filters.is_empty()).then(|| filters.clone())
        }
        _ => None,
    };
    let Some((from, found)) =
        plan.filters.iter().enumerate().find_map(|(n, f)| (n != at).then(|| Some((n, own(f)?)))?)
    else {
        return;
    };
    if let Some(Filter::Related { filters, .. }) = plan.filters.get_mut(at) {
        filters.extend(found);
        plan.filters.remove(from);
    }
}

/// "products with no stock": a number that is always there is none where it is nought.
pub(super) fn none_is_nought(plan: &mut QueryPlan, request: &PlanRequest<'_>, lexicon: &Lexicon) {
    let always = |field: &Field| {
        let Ok(table) = lexicon.prepared.table(request.catalogue, &field.table) else { return false };
        let of = &request.catalogue.tables[table];
        of.column(&field.column).is_some_and(|c| c.kind.is_numeric() && !c.nullable)
            && !of.primary_key.contains(&field.column)
            && !lexicon
                .prepared
                .graph
                .edges
                .iter()
                .any(|e| e.from == table && e.from_columns.contains(&field.column))
    };
    for filter in &mut plan.filters {
        if let Filter::Null { field, negated } = filter
            && always(field)
        {
            let operator = if *negated { Operator::Greater } else { Operator::Equal };
            let operand = Operand::Literal(Literal::Integer(0));
            *filter = Filter::Compare { field: field.clone(), operator, operand };
        }
    }
}

/// "countries without orders": those where nobody has any, rather than those where somebody has none.
pub(super) fn nobody_of_group(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    let ([one], true, None) = (plan.columns.as_slice(), plan.distinct, &plan.combine) else { return };
    let Ok(source) = lexicon.prepared.table(request.catalogue, &plan.source) else { return };
    let columns = &request.catalogue.tables[source].columns;
    let Some(column) = columns.iter().position(|c| c.name == one.column).filter(|_| one.table == plan.source)
    else {
        return;
    };
    let world = World::new(request.catalogue, lexicon, &[]);
    let c = ColumnRef { table: source, column };
    let key = request.catalogue.tables[source].primary_key.contains(&one.column);
    let mut said = question.split(|c: char| !c.is_alphanumeric()).map(|w| lemma(&w.to_lowercase()));
    let named =
        said.any(|w| lexicon.tables_for(&[&w]).iter().any(|(found, s)| *found == source && *s >= 0.9));
    // "brands without discontinued products": what is denied of their rows.
    let lower = question.to_lowercase();
    let of_rows = ["without ", "with no ", "have no ", "has no "].iter().any(|no| {
        let rest = lower.split_once(no).map_or("", |(_, rest)| rest);
        rest.split_whitespace().take(3).any(|w| {
            let w = lemma(w.trim_matches(|c: char| !c.is_alphanumeric()));
            lexicon.tables_for(&[&w]).iter().any(|(found, s)| *found == source && *s >= 0.9)
        })
    });
    let denied = |f: &Filter| match f {
        Filter::Related { negated: true, count: None, .. } => !named,
        Filter::Null { negated: false, .. } | Filter::Compare { operator: Operator::NotEqual, .. } => of_rows,
        _ => false,
    };
    if world.labels(source).contains(&c) || key || !plan.filters.iter().any(denied) {
        return;
    }
    let (denied, rest): (Vec<Filter>, Vec<Filter>) =
        std::mem::take(&mut plan.filters).into_iter().partition(denied);
    let with = denied.into_iter().map(|filter| match filter {
        Filter::Related { table, via, filters, count, .. } => {
            Filter::Related { table, via, filters, count, negated: false }
        }
        Filter::Null { field, .. } => Filter::Null { field, negated: true },
        Filter::Compare { field, operand, .. } => {
            Filter::Compare { field, operator: Operator::Equal, operand }
        }
        other => other,
    });
    let others = QueryPlan {
        filters: rest.iter().cloned().chain(with).collect(),
        order: Vec::new(),
        limit: None,
        ..plan.clone()
    };
    plan.filters = rest;
    plan.combine = Some(Combine { operator: SetOperator::Except, plan: Box::new(others) });
}

/// "the running total per country by month": along the months.
pub(super) fn along_time(plan: &mut QueryPlan) {
    let at = plan.dimensions.iter().position(|d| d.grain.is_some());
    if let Some(at) = at.filter(|at| *at > 0 && plan.measures.iter().any(|m| m.running)) {
        let time = plan.dimensions.remove(at);
        plan.dimensions.insert(0, time);
        for order in &mut plan.order {
            if let OrderKey::Dimension(i) = &mut order.by {
                *i = match (*i).cmp(&at) {
                    std::cmp::Ordering::Less => *i + 1,
                    std::cmp::Ordering::Equal => 0,
                    std::cmp::Ordering::Greater => *i,
                };
            }
        }
    }
}

/// "plans with their price, highest first": what is high is the number, and no name.
pub(super) fn sizes_are_numbers(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    let said: Vec<String> = question
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|w| !w.is_empty())
        .collect();
    let sized = said.windows(2).any(|w| {
        w[1] == "first"
            && matches!(w[0].as_str(), "highest" | "lowest" | "largest" | "smallest" | "biggest" | "cheapest")
    });
    let world = World::new(request.catalogue, lexicon, &[]);
    let kind = |field: &Field| {
        let table = lexicon.prepared.table(request.catalogue, &field.table).ok()?;
        let of = &world.catalogue.tables[table];
        of.columns.iter().find(|c| c.name == field.column).map(|c| c.kind)
    };
    let [Order { by: OrderKey::Field(by), .. }] = plan.order.as_slice() else { return };
    if !sized || kind(by) != Some(TypeKind::Text) {
        return;
    }
    let numbers: Vec<&Field> =
        plan.columns.iter().filter(|c| kind(c).is_some_and(TypeKind::is_numeric)).collect();
    if let [number] = numbers.as_slice() {
        plan.order[0].by = OrderKey::Field((*number).clone());
    }
}

/// "the regions of each channel", "the channel with the most bookings per hotel": rows of a table stay apart where one of their
/// names is shown, and what many of them share is one group.
pub(super) fn shared_groups(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    if !plan.dimensions.iter().any(|d| d.by_key) || plan.measures.is_empty() {
        return;
    }
    let world = World::new(request.catalogue, lexicon, &[]);
    let said: Vec<String> =
        question.split(|c: char| !c.is_alphanumeric()).map(|w| lemma(&w.to_lowercase())).collect();
    let tables: Vec<TableName> =
        plan.dimensions.iter().filter(|d| d.by_key).map(|d| d.field.table.clone()).collect();
    for table in tables {
        let Ok(t) = lexicon.prepared.table(request.catalogue, &table) else { continue };
        let columns = &request.catalogue.tables[t].columns;
        let names = |d: &Dimension| {
            columns.iter().position(|c| c.name == d.field.column).is_some_and(|column| {
                let c = ColumnRef { table: t, column };
                let key = &request.catalogue.tables[t].primary_key;
                let unique =
                    request.catalogue.tables[t].unique_keys.iter().any(|k| k.contains(&d.field.column));
                world.labels(t).contains(&c) || key.contains(&d.field.column) || unique || world.names_rows(c)
            })
        };
        let named = plan.dimensions.iter().any(|d| d.field.table == table && names(d));
        let counts = plan.measures.iter().all(|m| m.expression.is_none() && m.table.is_none());
        let spoken_of =
            said.iter().any(|w| lexicon.tables_for(&[w]).iter().any(|(found, s)| *found == t && *s >= 0.75));
        if !named && (table == plan.source && counts || !spoken_of) {
            plan.dimensions.iter_mut().filter(|d| d.field.table == table).for_each(|d| d.by_key = false);
        }
    }
}

/// "Who collected the heaviest sample? First name and surname.": a date that only the verb brings along is not asked for.
pub(super) fn nobody_is_a_date(
    question: &str,
    plan: &mut QueryPlan,
    request: &PlanRequest<'_>,
    lexicon: &Lexicon,
) {
    const TIMES: [&str; 9] = ["when", "date", "dates", "day", "time", "year", "month", "since", "birthday"];
    let mut said = question.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    let who = said.next().is_some_and(|w| w == "who");
    let timed = said.any(|w| TIMES.contains(&w.as_str()));
    let dated = |field: &Field| {
        let table = lexicon.prepared.table(request.catalogue, &field.table).ok();
        let columns = table.map(|t| &request.catalogue.tables[t].columns);
        columns.into_iter().flatten().any(|c| c.name == field.column && c.kind.is_temporal())
    };
    if who && !timed && plan.columns.iter().any(|field| !dated(field)) {
        plan.columns.retain(|field| !dated(field));
    }
}

/// "the most counsellors … and its number of counsellors": a number that is added up is told once, and splits nothing.
pub(super) fn told_once(plan: &mut QueryPlan) {
    // "the highest total quantity … and the total quantity"
    let measures = if plan.fold.is_none() { plan.measures.len() } else { 0 };
    while let Some((first, again)) = (0..measures.min(plan.measures.len())).find_map(|again| {
        let same = |m: &Measure| *m == plan.measures[again];
        Some((plan.measures[..again].iter().position(same)?, again))
    }) {
        plan.measures.remove(again);
        let moved = |at: &mut usize| {
            if *at == again {
                *at = first;
            } else if *at > again {
                *at -= 1;
            }
        };
        plan.having.iter_mut().for_each(|h| moved(&mut h.measure));
        for order in &mut plan.order {
            if let OrderKey::Measure(at) = &mut order.by {
                moved(at);
            }
        }
    }
    let sums = |field: &Field| {
        let of = |m: &Measure| {
            m.aggregate == Aggregate::Sum && matches!(&m.expression, Some(Expression::Field(f)) if f == field)
        };
        plan.measures.iter().any(of)
    };
    let again = plan.dimensions.iter().position(|d| !d.hidden && d.grain.is_none() && sums(&d.field));
    if let Some(at) = again.filter(|_| plan.dimensions.len() > 1) {
        ungroup(plan, at);
    }
}

/// A sentence that says what of the rows is to be seen, which is their name.
fn names_only(sentence: &str, lexicon: &Lexicon) -> bool {
    const WORDS: &str = "a an and both display find first full give i just last list me name names need only please return \
        show surname surnames tell the their title titles us want family forename its";
    sentence.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).all(|w| {
        // "the author's name"
        let rows = w == "s" || lexicon.names_table(&lemma(&w.to_lowercase()), 0.9);
        rows || WORDS.split_ascii_whitespace().any(|known| w.eq_ignore_ascii_case(known))
    })
}

/// The plan says which rows, and not only by their key or name: somebody who is named is to be seen whole.
fn chooses(plan: &QueryPlan, labels: &[ColumnRef], world: &World<'_>) -> bool {
    let key = &world.catalogue.tables[labels[0].table].primary_key;
    let names = |field: &Field| {
        field.table == plan.source
            && field.via.is_none()
            && (key.contains(&field.column) || labels.iter().any(|c| world.field(*c).column == field.column))
    };
    plan.limit.is_some()
        || plan.filters.iter().any(|filter| match filter {
            Filter::Compare { field, operator: Operator::Equal, .. }
            | Filter::In { field, negated: false, .. } => !names(field),
            _ => true,
        })
}
