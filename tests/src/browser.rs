//! A headless Chromium, spoken to over a pipe in its own protocol (DevTools): no driver program, no port, and the
//! browser ends when the pipe does.

use base64::Engine;
use serde_json::{Value as Json, json};
use std::{
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one page.
pub struct Browser {
    child: Child,
    commands: ChildStdin,
    told: Receiver<Json>,
    session: Option<String>,
    number: u64,
    complaints: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts one, with an empty page.
    pub fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            // Chromium reads commands from descriptor 3 and answers on 4.
            .args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>/dev/null"])
            .arg(program())
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args([
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--lang=en-GB",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let commands = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                if tell.send(serde_json::from_slice(&message).unwrap()).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            commands,
            told,
            session: None,
            number: 0,
            complaints: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let attached = browser.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        browser.session = Some(attached["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.window(1100, 860);
        browser
    }

    /// A command of the protocol, and what it gives.
    pub fn call(&mut self, method: &str, parameters: Json) -> Json {
        self.try_call(method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// The same; the error is the browser's own, for example that the page was left meanwhile.
    fn try_call(&mut self, method: &str, parameters: Json) -> Result<Json, Json> {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = serde_json::to_vec(&message).unwrap();
        bytes.push(0);
        self.commands.write_all(&bytes).unwrap();
        let until = Instant::now() + PATIENCE;
        loop {
            let mut answer = match self.told.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(answer) => answer,
                Err(RecvTimeoutError::Timeout) => panic!("{method}: the browser does not answer"),
                Err(RecvTimeoutError::Disconnected) => panic!("{method}: the browser has ended"),
            };
            if answer["id"] == self.number {
                return match answer["error"].take() {
                    Json::Null => Ok(answer["result"].take()),
                    error => Err(error),
                };
            }
            self.listen(&answer);
        }
    }

    /// Errors of the page: on its console, uncaught, of the network, of the content security policy.
    fn listen(&mut self, event: &Json) {
        let parameters = &event["params"];
        let complaint = match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => {
                matches!(parameters["type"].as_str(), Some("error" | "warning"))
            }
            Some("Log.entryAdded") => {
                matches!(parameters["entry"]["level"].as_str(), Some("error" | "warning"))
            }
            _ => false,
        };
        if complaint {
            self.complaints.push(parameters.to_string());
        }
    }

    /// What pages have complained of so far.
    pub fn complaints(&mut self) -> &[String] {
        // Whatever was said before this is answered has arrived then.
        self.call("Runtime.evaluate", json!({"expression": "0"}));
        &self.complaints
    }

    /// The value of an expression in the page.
    pub fn eval(&mut self, expression: &str) -> Json {
        let parameters = json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.call("Runtime.evaluate", parameters);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds in the page.
    pub fn until(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            let parameters = json!({"expression": expression, "returnByValue": true});
            match self.try_call("Runtime.evaluate", parameters) {
                Ok(answer) if answer["result"]["value"] == true => return,
                Ok(_) => {}
                // A page that is being replaced has no answer, and soon another.
                Err(error) if is_leaving(&error) => {}
                Err(error) => panic!("{expression}: {error}"),
            }
            if Instant::now() > until {
                let text = self.eval("document.body.innerText");
                panic!("never so: {expression}\n{}", text.as_str().unwrap_or_default());
            }
            #[expect(clippy::disallowed_methods, reason = "nothing else runs on this thread")]
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Opens an address and waits for its page.
    pub fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({"url": url}));
        let url = serde_json::to_string(url).unwrap();
        self.until(&format!("document.readyState === 'complete' && location.href.startsWith({url})"));
    }

    /// Loads the page again.
    pub fn reload(&mut self) {
        self.eval("window.before = true");
        self.call("Page.reload", json!({}));
        self.until("window.before === undefined && document.readyState === 'complete'");
    }

    /// Types text where the focus is.
    pub fn text(&mut self, text: &str) {
        self.call("Input.insertText", json!({"text": text}));
    }

    /// Presses a key: Enter, Tab, Space.
    pub fn key(&mut self, name: &str) {
        let (code, number, text) = match name {
            "Enter" => ("Enter", 13, "\r"),
            "Tab" => ("Tab", 9, ""),
            " " => ("Space", 32, " "),
            other => panic!("no key {other}"),
        };
        let key = |kind: &str| json!({"type": kind, "key": name, "code": code, "windowsVirtualKeyCode": number, "text": text});
        self.call("Input.dispatchKeyEvent", key(if text.is_empty() { "rawKeyDown" } else { "keyDown" }));
        self.call(
            "Input.dispatchKeyEvent",
            json!({"type": "keyUp", "key": name, "code": code, "windowsVirtualKeyCode": number}),
        );
    }

    /// Clicks on the first element that matches, with the mouse.
    pub fn click(&mut self, selector: &str) {
        let selector = serde_json::to_string(selector).unwrap();
        self.until(&format!("document.querySelector({selector}) !== null"));
        let at = self.eval(&format!(
            "(() => {{ const e = document.querySelector({selector}); e.scrollIntoView({{block: 'center', behavior: 'instant'}});
               const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({"type": kind, "x": at[0], "y": at[1], "button": "left", "clickCount": 1}),
            );
        }
    }

    /// Keeps a picture for the documentation, if that is wanted.
    pub fn keep(&mut self, name: &str) {
        if std::env::var_os("ROWCALL_SCREENSHOTS").is_none() {
            return;
        }
        // Loaded is not painted: a picture is decoded beside the page, and shown with a later frame.
        self.eval(
            "Promise.all([...document.images].filter(i => i.complete).map(i => i.decode()))
               .then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))",
        );
        let png = base64::engine::general_purpose::STANDARD.decode(self.picture()).unwrap();
        assert!(png.len() < 200 * 1024, "{name} has {} bytes", png.len());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/img");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), png).unwrap();
    }

    /// The size of the window, in CSS pixels.
    pub fn window(&mut self, width: u32, height: u32) {
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}),
        );
    }

    /// What the system prefers: "dark" or "light".
    pub fn scheme(&mut self, scheme: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    /// A picture of what is to be seen, as a PNG in base64.
    pub fn picture(&mut self) -> String {
        let taken = self.call("Page.captureScreenshot", json!({"format": "png", "optimizeForSpeed": false}));
        taken["data"].as_str().unwrap().to_owned()
    }
}

/// Whether the browser says no more than that it went from one page to the next while it was asked.
fn is_leaving(error: &Json) -> bool {
    let words =
        ["Inspected target navigated or closed", "Cannot find context", "Execution context was destroyed"];
    error["message"].as_str().is_some_and(|message| words.iter().any(|w| message.contains(w)))
}

impl Drop for Browser {
    fn drop(&mut self) {
        // SAFETY: a plain system call on the process group that was made for this child.
        unsafe { libc::kill(-i32::try_from(self.child.id()).unwrap(), libc::SIGKILL) };
        let _ = self.child.wait();
    }
}

/// The program that `scripts/setup.sh --browser` looks for.
fn program() -> PathBuf {
    if let Some(program) = std::env::var_os("CHROME").filter(|c| !c.is_empty()) {
        return program.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut places: Vec<PathBuf> = ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .collect();
    places.push("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome".into());
    places.push("/Applications/Chromium.app/Contents/MacOS/Chromium".into());
    places.into_iter().find(|place| place.is_file()).unwrap_or_else(|| {
        panic!("there is no Chromium: scripts/setup.sh --browser installs it, CHROME names another")
    })
}
