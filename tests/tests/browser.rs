//! The console in a real browser, against the real demo. With ROWCALL_SCREENSHOTS=1 the pictures of the documentation
//! are taken anew.

use rowcall_tests::{
    browser::Browser,
    program::{Demo, data_folder},
};
use std::path::Path;

/// The last turn has its answer.
const ANSWERED: &str =
    "document.querySelectorAll('.turn').length > 0 && !document.querySelector('[data-waits]')
    && document.readyState === 'complete'";
/// Every picture is there and was drawn.
const PICTURES: &str = "[...document.querySelectorAll('figure.chart img')].length > 0
    && [...document.querySelectorAll('figure.chart img')].every(i => i.complete && i.naturalWidth > 0)";
const SCROLLS: &str = "document.documentElement.scrollWidth > document.documentElement.clientWidth";

fn turns(browser: &mut Browser) -> u64 {
    browser.eval("document.querySelectorAll('.turn').length").as_u64().unwrap()
}

/// Types a question into the box and sends it with Enter; waits for the answer.
fn ask(browser: &mut Browser, question: &str) {
    let before = turns(browser);
    browser.eval("document.getElementById('question').focus()");
    browser.text(question);
    browser.key("Enter");
    browser.until(&format!("document.querySelectorAll('.turn').length > {before}"));
    browser.until(ANSWERED);
}

fn last(part: &str) -> String {
    format!("[...document.querySelectorAll('.turn')].at(-1).querySelector('{part}')")
}

fn text(browser: &mut Browser, expression: &str) -> String {
    browser.eval(&format!("({expression})?.innerText ?? ''")).as_str().unwrap().to_owned()
}

/// Scrolls so that the last question stands below the header.
fn show_last(browser: &mut Browser) {
    browser.eval("[...document.querySelectorAll('.turn')].at(-1).scrollIntoView({block: 'start', behavior: 'instant'})");
}

#[test]
#[ignore = "needs a browser: make e2e"]
fn browser_the_console() {
    let folder = data_folder();
    let demo = Demo::start(&folder.path().join("demo"));
    let mut browser = Browser::start();
    let browser = &mut browser;
    browser.scheme("light");
    browser.window(1100, 1000);
    browser.open(&demo.url);

    // A suggestion is one press; the answer comes with a table, and its conversation has an address.
    browser.click(".examples button");
    browser.until(ANSWERED);
    assert_eq!(turns(browser), 1);
    assert!(browser.eval("location.pathname").as_str().unwrap().starts_with("/c/"));

    ask(browser, "revenue by month in 2025 as a line");
    show_last(browser);
    browser.until(PICTURES);
    let rows = browser.eval(&format!("{}.querySelectorAll('tbody tr').length", last("table")));
    assert_eq!(rows, 12);
    assert!(!text(browser, &last(".lead")).is_empty());
    browser.until("scrollY > 0");
    browser.keep("answer-chart.png");

    ask(browser, "top 5 countries by number of customers");
    browser.until(&format!("{} !== null", last("figure.chart img")));
    show_last(browser);
    browser.until(PICTURES);
    browser.keep("chat.png");

    // Another one refuses, says why and offers a way on; pressing it answers.
    ask(browser, "what is the meaning of life?");
    assert!(text(browser, &last(".failure")).contains("I cannot answer"));
    assert_eq!(browser.eval(&format!("{}.querySelectorAll('button').length", last(".suggestions"))), 3);
    let before = turns(browser);
    browser.eval(&format!("{}.id = 'press'", last(".suggestions button")));
    browser.click("#press");
    browser.until(&format!("document.querySelectorAll('.turn').length > {before}"));
    browser.until(ANSWERED);
    assert!(
        browser.eval(&format!("{} === null", last(".failure"))) == true,
        "{}",
        text(browser, &last(".answer"))
    );

    // The conversation is kept.
    let said = text(browser, "document.getElementById('conversation')");
    let count = turns(browser);
    browser.reload();
    assert_eq!(turns(browser), count);
    assert_eq!(text(browser, "document.getElementById('conversation')").len(), said.len());
    browser.eval("document.querySelectorAll('details.how').forEach(d => d.open = true)");
    assert!(text(browser, &last("pre")).starts_with("SELECT"));

    // A phone is wide enough for all of it, in both schemes.
    browser.window(360, 740);
    assert_eq!(browser.eval(SCROLLS), false, "the conversation scrolls sideways on a phone");
    browser
        .eval("document.querySelectorAll('.turn')[2].scrollIntoView({block: 'start', behavior: 'instant'})");
    browser.until(PICTURES);
    browser.keep("phone.png");
    browser.scheme("dark");
    let dark = browser.eval("getComputedStyle(document.body).backgroundColor");
    browser.window(1100, 860);
    browser.eval(
        "document.querySelectorAll('details.how').forEach(d => d.open = false);
        document.querySelectorAll('.turn')[2].scrollIntoView({block: 'start', behavior: 'instant'})",
    );
    browser.until(PICTURES);
    browser.keep("dark.png");
    browser.scheme("light");
    assert_ne!(browser.eval("getComputedStyle(document.body).backgroundColor"), dark);

    // The run's page tells all five steps.
    browser.eval("document.querySelectorAll('.turn')[2].querySelector('.run-link').id = 'open'");
    browser.click("#open");
    browser.until("document.readyState === 'complete' && document.querySelector('.waterfall') !== null");
    let steps = text(browser, "document.querySelector('.waterfall')").to_lowercase();
    for step in ["understand", "plan", "check", "execute", "render"] {
        assert!(steps.contains(step), "{step} is not in: {steps}");
    }
    browser.until(PICTURES);
    browser.eval("scrollTo(0, 0)");
    browser.keep("run.png");
    browser.window(360, 740);
    assert_eq!(browser.eval(SCROLLS), false, "the run's page scrolls sideways on a phone");
    browser.open(&format!("{}/runs", demo.url));
    assert_eq!(browser.eval(SCROLLS), false, "the list of runs scrolls sideways on a phone");
    browser.window(1100, 860);

    // Keys are enough: the box has the focus, Tab reaches a suggestion, Enter presses it.
    browser.open(&demo.url);
    browser.until("document.activeElement.id === 'question'");
    browser.eval("document.activeElement.blur()");
    let mut presses = 0;
    while browser.eval("document.activeElement.closest('.examples') !== null") == false {
        browser.key("Tab");
        presses += 1;
        assert!(presses < 20, "Tab never reaches a suggestion");
    }
    let ring = browser.eval("getComputedStyle(document.activeElement).outlineStyle");
    assert_ne!(ring, "none", "the focus is to be seen");
    browser.key("Enter");
    browser.until("location.pathname.startsWith('/c/')");
    browser.until(ANSWERED);

    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
#[ignore = "needs a browser: make e2e"]
fn browser_a_question_can_be_stopped() {
    let folder = data_folder();
    let data = folder.path().join("demo");
    let demo = Demo::start(&data);
    slow_view(&data);
    let mut browser = Browser::start();
    browser.open(&demo.url);
    browser.eval("document.getElementById('question').focus()");
    browser.text("list the slow things");
    browser.key("Enter");
    browser
        .until("location.pathname.startsWith('/c/') && document.querySelector('form.stop button') !== null");
    // The step that works is told again every second, so that this page hears of it, whenever it was opened.
    browser.until("document.querySelector('[data-now]')?.textContent === 'Asking the database'");
    browser.click("form.stop button");
    browser.until(ANSWERED);
    assert!(text(&mut browser, &last(".answer")).contains("Stopped"));
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

#[test]
#[ignore = "needs a browser: make e2e"]
fn browser_a_change_is_looked_at_confirmed_and_undone() {
    let folder = data_folder();
    let data = folder.path().join("demo");
    let demo = Demo::start(&data);
    let mut browser = Browser::start();
    let browser = &mut browser;
    browser.scheme("light");
    browser.window(1100, 1150);
    browser.open(&demo.url);
    let discounts =
        || numbers(&data, "SELECT discount_percent FROM shop.orders WHERE id IN (21, 22, 23) ORDER BY id");
    let before = discounts();

    // The card says what would change, row by row, and waits.
    ask(browser, "set the discount percent of orders 21, 22 and 23 to 15");
    assert!(text(browser, &last(".ticket-head")).contains("waits for approval"));
    assert_eq!(browser.eval(&format!("{}.querySelectorAll('.sample ins').length", last(".ticket"))), 3);
    assert_eq!(discounts(), before, "nothing has changed yet");
    show_last(browser);
    browser.keep("change.png");

    // Confirmed it runs, and the same card says so.
    confirm(browser);
    assert_eq!(discounts(), ["15", "15", "15"]);
    browser.keep("change-done.png");

    // To undo it is a change of its own: shown, confirmed, made.
    let turn = turns(browser);
    browser.eval(&format!("{}.id = 'undo'", last(r#"form[action$="/undo"] button"#)));
    browser.click("#undo");
    browser.until(&format!("document.querySelectorAll('.turn').length > {turn}"));
    browser.until(ANSWERED);
    assert!(text(browser, &last(".ticket-head")).contains("waits for approval"));
    assert_eq!(discounts(), ["15", "15", "15"]);
    confirm(browser);
    assert_eq!(discounts(), before);

    // And all of it is in the log.
    browser.open(&format!("{}/audit", demo.url.trim_end_matches('/')));
    let log = text(browser, "document.querySelector('main')");
    assert!(log.matches("ticket.opened").count() == 2 && log.contains("ticket.executed"), "{log}");
    let complaints = browser.complaints();
    assert!(complaints.is_empty(), "{complaints:#?}");
}

/// Confirms the last change, and waits until it is made.
fn confirm(browser: &mut Browser) {
    browser.eval(&format!("{}.id = 'confirm'", last(".deeds button.primary")));
    browser.eval("window.before = true");
    browser.click("#confirm");
    browser.until(&format!("window.before === undefined && {ANSWERED}"));
    // A page that shows a change at work loads itself again until it is made.
    let made =
        format!("document.readyState === 'complete' && {}.innerText.includes('done')", last(".ticket-head"));
    browser.until(&made);
    show_last(browser);
}

/// The address of the demo's data, for its owner.
fn owner_of(data: &Path) -> String {
    let running: serde_json::Value =
        serde_json::from_slice(&std::fs::read(data.join("running.json")).unwrap()).unwrap();
    running["database_url"].as_str().unwrap().replace("/store", "/demo")
}

/// The first column of what a statement reads from the demo's data.
fn numbers(data: &Path, statement: &str) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let rows = runtime.block_on(rowcall_tests::answers::rows_of(&owner_of(data), statement));
    rows.into_iter()
        .map(|mut row| row.remove(0).trim_end_matches('0').trim_end_matches('.').to_owned())
        .collect()
}

/// Something in the demo's data that takes longer than any test.
fn slow_view(data: &Path) {
    let url = owner_of(data);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let statement = rowcall_tests::slow::view(140, 2000, "rowcall_reader");
        rowcall_tests::questions::run_as(&url, &statement).await;
    });
}
