//! Which buttons make sense under a reply. They grant nothing: whoever presses is asked for their right then.

use super::{Drawing, fit::cut, only_sql, shows_sql, wants_chart};
use crate::{Control, Press, Shape, Style, View};
use rowcall_core::{Ask, RunId, RunState};
use rowcall_format::values::visible;

fn button(label: &str, press: Press, style: Style) -> Control {
    Control { label: label.to_owned(), press: press.to_string(), style }
}

fn plain(label: &str, press: Press) -> Control {
    button(label, press, Style::Plain)
}

/// Stop a run that works.
pub fn stop(run: RunId) -> Control {
    button("Stop", Press::Stop(run), Style::Danger)
}

/// The choices or suggestions of a reply. To run a statement that was only shown is among the [`actions`].
pub fn choices(drawing: &Drawing<'_>) -> Vec<Control> {
    if only_sql(drawing) {
        return Vec::new();
    }
    let reply = drawing.reply;
    let places = 0..=u8::MAX;
    places
        .zip(&reply.buttons)
        .map(|(place, b)| plain(&cut(&visible(&b.label), 80).0, Press::Choose(reply.run_id, place)))
        .collect()
}

/// At most eight, in the order they are wanted.
pub fn actions(drawing: &Drawing<'_>, pages: u32) -> Vec<Control> {
    let Drawing { reply, view, ask, .. } = *drawing;
    let run = reply.run_id;
    let page = view.page.min(pages.saturating_sub(1));
    let view = View { page, ..view };
    let edit = match ask {
        Ask::Sql => plain("Edit SQL", Press::EditSql(run)),
        Ask::Question | Ask::ShowSql | Ask::Define => plain("Edit question", Press::EditQuestion(run)),
    };
    let sql = reply.sql.as_ref().filter(|_| !only_sql(drawing)).map(|_| {
        let label = if view.sql { "Hide SQL" } else { "Show SQL" };
        plain(label, Press::Look(run, View { sql: !view.sql, ..view }))
    });
    let edit_sql = (shows_sql(drawing) && ask != Ask::Sql).then(|| plain("Edit SQL", Press::EditSql(run)));
    match reply.state {
        RunState::Queued | RunState::Running => vec![stop(run)],
        RunState::WaitingClarification | RunState::WaitingApproval => vec![edit, stop(run)],
        RunState::Failed | RunState::Cancelled | RunState::Expired => {
            let retry = button("Retry", Press::Retry(run), Style::Main);
            [Some(retry), Some(edit), sql, edit_sql].into_iter().flatten().collect()
        }
        RunState::Refused => [Some(edit), sql, edit_sql].into_iter().flatten().collect(),
        RunState::Succeeded => {
            let mut actions = Vec::new();
            if only_sql(drawing) {
                actions.push(button("Run it", Press::Run(run), Style::Main));
            }
            if page > 0 {
                actions.push(plain("◀", Press::Look(run, View { page: page - 1, ..view })));
            }
            if page + 1 < pages {
                actions.push(plain("▶", Press::Look(run, View { page: page + 1, ..view })));
            }
            if reply.chart.is_some() && reply.table.is_some() {
                let (label, shape) = match wants_chart(reply, view) {
                    true => ("Table", Shape::Table),
                    false => ("Chart", Shape::Best),
                };
                actions.push(plain(label, Press::Look(run, View { shape, page: 0, ..view })));
            }
            actions.extend(sql);
            // Whoever looks at the statement corrects the statement, whoever does not the question.
            actions.push(edit_sql.unwrap_or(edit));
            if reply.table.as_ref().is_some_and(|t| !t.rows.rows.is_empty()) {
                actions.push(plain("CSV", Press::Csv(run)));
            }
            actions.push(plain("👍", Press::Rate(run, true)));
            actions.push(plain("👎", Press::Rate(run, false)));
            actions
        }
    }
}
