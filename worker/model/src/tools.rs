//! What a model may look up while it thinks. Everything goes through the request's own [`SourceTools`], which reads under
//! the same guards as any question; a tool can show, and never permit.

use crate::{
    answer::Clarify,
    fence::{block, line, quoted},
    gather::ToolCall,
    judge,
    schema::{self, MayShow, Words},
};
use rowcall_core::{Column, Table};
use rowcall_planner::{Aids, PlanRequest, Planned};
use rowcall_policy::{Facts, Verdict};
use serde_json::{Value, json};

/// Characters of one result.
const RESULT: usize = 8000;
/// Tables found by one search.
const FOUND: usize = 8;
/// Values of a column.
const VALUES: u64 = 40;

/// What came of a call.
pub enum Looked {
    /// What the model is told.
    Up(String),
    /// The person is asked, which ends the conversation with the model.
    Ask(Box<Planned>),
}

/// The tools as a server wants them described. Those that look into the source only where one can be looked into.
pub fn definitions(aids: &Aids<'_>) -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let mut tools = vec![
        tool(
            "search_tables",
            "Finds tables by words in their names, columns, comments and values.",
            json!({ "words": text("Words to look for.") }),
            &["words"],
        ),
        tool(
            "look_at_table",
            "Describes one table: all columns, types, keys and comments.",
            json!({ "table": text("schema.name") }),
            &["table"],
        ),
        tool(
            "ask_person",
            "Asks the person which of several readings is meant. Ends your turn.",
            json!({
                "question": text("What to ask."),
                "choices": { "type": "array", "items": {
                    "type": "object",
                    "properties": { "label": text("A few words."), "text": text("The complete question it asks.") },
                    "required": ["label", "text"], "additionalProperties": false,
                } },
            }),
            &["question", "choices"],
        ),
    ];
    if aids.tools.is_some() {
        tools.push(tool(
            "distinct_values",
            "Different values of one column, where they may be shown.",
            json!({
                "table": text("schema.name"), "column": text("The column."),
                "contains": text("Only values that contain this; empty for any."),
            }),
            &["table", "column", "contains"],
        ));
        tools.push(tool(
            "check_sql",
            "Says whether a SELECT could run, without running it.",
            json!({ "statement": text("One statement.") }),
            &["statement"],
        ));
    }
    Value::Array(tools)
}

fn tool(name: &str, about: &str, properties: Value, required: &[&str]) -> Value {
    let parameters = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    json!({ "type": "function", "function": { "name": name, "description": about, "parameters": parameters } })
}

/// Carries out one call. Whatever is wrong with it is said to the model.
pub async fn run(call: &ToolCall, request: &PlanRequest<'_>, aids: &Aids<'_>) -> Looked {
    let arguments: Value = match serde_json::from_str(&call.arguments) {
        Ok(value @ Value::Object(_)) => value,
        _ => return Looked::Up("the arguments are no JSON object".to_owned()),
    };
    let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
    let told = match call.name.as_str() {
        "search_tables" => {
            tell(aids, &format!("searching tables for {}", quoted(text("words"), 60)));
            Ok(search(text("words"), request, aids))
        }
        "look_at_table" => look(text("table"), request, aids),
        "distinct_values" => values(text("table"), text("column"), text("contains"), request, aids).await,
        "check_sql" => check(text("statement"), request, aids).await,
        "ask_person" => match serde_json::from_value::<Clarify>(arguments.clone())
            .map_err(|_| "it needs a question and choices".to_owned())
            .and_then(|clarify| judge::clarified(&clarify))
        {
            Ok(planned) => return Looked::Ask(Box::new(planned)),
            Err(problem) => Err(problem),
        },
        other => Err(format!("there is no tool {}", quoted(other, 60))),
    };
    let told = told.unwrap_or_else(|problem| format!("error: {}", line(&problem, 600)));
    Looked::Up(cut(told))
}

fn tell(aids: &Aids<'_>, what: &str) {
    if let Some(watch) = aids.watch {
        watch.tell(what);
    }
}

fn search(words: &str, request: &PlanRequest<'_>, aids: &Aids<'_>) -> String {
    let may_show = |t: &Table, c: &Column| shows(aids, t, c);
    let found = schema::search(request.catalogue, words, FOUND, &may_show);
    if found.is_empty() {
        return "no table has such words".to_owned();
    }
    let lines: Vec<String> = found
        .into_iter()
        .map(|t| {
            let columns: Vec<String> =
                t.columns.iter().take(40).map(|c| crate::fence::name(&c.name)).collect();
            let comment = t.comment.as_deref().map(|c| format!(" -- {}", line(c, 160))).unwrap_or_default();
            format!("{} ({}){comment}", schema::full_name(t), columns.join(", "))
        })
        .collect();
    block("found", &lines.join("\n"))
}

fn look(name: &str, request: &PlanRequest<'_>, aids: &Aids<'_>) -> Result<String, String> {
    let table = table(name, request)?;
    tell(aids, &format!("looking at table {}", line(&table.name, 60)));
    let may_show: MayShow<'_> = &|t: &Table, c: &Column| shows(aids, t, c);
    Ok(block("table", &schema::describe(request.catalogue, table, &Words::of(request.question), may_show)))
}

async fn values(
    table_name: &str,
    column_name: &str,
    contains: &str,
    request: &PlanRequest<'_>,
    aids: &Aids<'_>,
) -> Result<String, String> {
    let tools = aids.tools.ok_or("values cannot be looked up here")?;
    let table = table(table_name, request)?;
    let column = table
        .column(column_name)
        .ok_or_else(|| format!("table {} has no column {}", table.name, quoted(column_name, 80)))?;
    if !tools.may_show(table, column) {
        return Err(
            "the values of this column are not shown to models; compare it with what the message says".into(),
        );
    }
    tell(aids, &format!("looking at values of {}.{}", line(&table.name, 60), line(&column.name, 60)));
    let like = Some(contains.trim()).filter(|c| !c.is_empty());
    let values = tools.values(table, column, like, VALUES).await?;
    let all: Vec<String> = values.iter().take(VALUES as usize).map(|v| quoted(v, 100)).collect();
    let title = if all.len() as u64 == VALUES { "values (there may be more)" } else { "values" };
    Ok(block(title, &all.join("\n")))
}

async fn check(sql: &str, request: &PlanRequest<'_>, aids: &Aids<'_>) -> Result<String, String> {
    tell(aids, "checking a statement");
    match rowcall_policy::check(sql, &Facts { catalogue: Some(request.catalogue) }) {
        Verdict::AllowRead(_) => {}
        Verdict::NeedsApproval(_) => return Err("it would change data".to_owned()),
        Verdict::Refuse(refusals) => {
            return Err(refusals.first().map_or_else(String::new, |r| format!("[{}] {}", r.code, r.reason)));
        }
    }
    aids.tools.ok_or("statements cannot be tried here")?.try_out(sql).await?;
    Ok("it could run".to_owned())
}

fn table<'a>(name: &str, request: &PlanRequest<'a>) -> Result<&'a Table, String> {
    schema::find(request.catalogue, name)
        .ok_or_else(|| format!("there is no table {}; use search_tables", quoted(name, 80)))
}

fn shows(aids: &Aids<'_>, table: &Table, column: &Column) -> bool {
    aids.tools.is_some_and(|tools| tools.may_show(table, column))
}

fn cut(mut text: String) -> String {
    if text.chars().count() > RESULT {
        text = text.chars().take(RESULT).collect();
        text.push_str("…\n");
        text.push_str(crate::fence::CLOSE);
    }
    text
}
