// The console's comfort: questions without a reload, steps as they happen, times in the visitor's own zone.
// Every page works without it.
"use strict";

(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  const conversation = document.getElementById("conversation");
  const composer = document.getElementById("composer");
  const runPage = document.querySelector("[data-run-page]");
  const announce = (text) => {
    document.getElementById("announce").textContent = text;
  };

  // Works where crypto.randomUUID does not: on plain HTTP off this machine.
  const fresh = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const localTimes = (within) => {
    const now = new Date();
    for (const time of within.querySelectorAll("time[datetime]:not([data-local])")) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      const sameDay = at.toDateString() === now.toDateString();
      const sameYear = at.getFullYear() === now.getFullYear();
      const clock = { hour: "2-digit", minute: "2-digit" };
      const day = { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) };
      time.textContent = at.toLocaleString(undefined, sameDay ? clock : { ...day, ...clock });
      time.dataset.local = "";
    }
  };

  const isNearEnd = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 240;
  const show = (element) => {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  };

  // --- Live steps and answers -------------------------------------------------------------------------------

  let stream = null;

  const waiting = () => Array.from(document.querySelectorAll("[data-run][data-waits]"), (e) => e.dataset.run);
  const turnOf = (run) => document.getElementById("run-" + run);

  const listen = () => {
    stream?.close();
    stream = null;
    const key = conversation?.dataset.conversation;
    const runs = waiting();
    if (runPage && runPage.hasAttribute("data-waits")) {
      stream = new EventSource("/runs/" + runPage.dataset.runPage + "/events");
    } else if (key && runs.length > 0) {
      stream = new EventSource("/c/" + key + "/events?runs=" + runs.join(","));
    } else {
      return;
    }
    const on = (name, act) => stream.addEventListener(name, (event) => act(JSON.parse(event.data)));
    on("step", step);
    on("retry", retry);
    on("answer", answer);
    on("gone", (news) => (runPage ? location.reload() : turnOf(news.run_id)?.removeAttribute("data-waits")));
    on("done", () => stream.close());
    stream.onerror = () => {
      // The browser tries again by itself, except after an error status.
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
    };
  };

  const step = (news) => {
    const turn = turnOf(news.run_id);
    const now = turn?.querySelector("[data-now]");
    if (!now) return;
    if (!news.done) {
      now.textContent = news.label;
      return;
    }
    const list = turn.querySelector("[data-steps]");
    if (Array.from(list.children).some((li) => li.dataset.step === news.step)) return;
    const item = document.createElement("li");
    item.dataset.step = news.step;
    item.textContent = news.label;
    if (news.ms !== null && news.ms !== undefined) {
      const ms = document.createElement("span");
      ms.className = "ms";
      ms.textContent = news.ms < 10 ? news.ms.toFixed(1) + " ms" : Math.round(news.ms) + " ms";
      item.append(ms);
    }
    list.append(item);
    now.textContent = "Working";
  };

  const retry = (news) => {
    const turn = turnOf(news.run_id);
    const list = turn?.querySelector("[data-steps]");
    if (!list) return;
    const item = document.createElement("li");
    item.className = "is-retry";
    item.textContent = "That did not work; trying again in " + (news.after_ms / 1000).toFixed(1) + " s";
    list.append(item);
    turn.querySelector("[data-now]").textContent = "Waiting to try again";
  };

  const answer = (news) => {
    if (runPage) {
      location.reload();
      return;
    }
    const turn = turnOf(news.run_id);
    if (!turn) return;
    const follow = isNearEnd();
    const hadFocus = turn.contains(document.activeElement);
    const holder = document.createElement("template");
    holder.innerHTML = news.html;
    const arrived = holder.content.firstElementChild;
    turn.replaceWith(arrived);
    localTimes(arrived);
    announce("Answer: " + news.text);
    if (hadFocus) composer?.question.focus({ preventScroll: true });
    if (follow) show(arrived);
  };

  // --- Asking -----------------------------------------------------------------------------------------------

  const complain = (error) => {
    document.querySelector(".rejected")?.remove();
    const box = document.createElement("div");
    box.className = "rejected";
    box.setAttribute("role", "alert");
    const words = document.createElement("div");
    words.className = "failure";
    for (const [text, name] of [[error.what, "failure-what"], [error.why, ""], [error.try_next, "failure-try"]]) {
      const line = document.createElement("p");
      line.className = name;
      line.textContent = text;
      words.append(line);
    }
    box.append(words);
    conversation.append(box);
    box.scrollIntoView({ block: "nearest" });
  };

  const unreachable = {
    what: "The console does not answer.",
    why: "It may be restarting.",
    try_next: "Your question is still in the box: send it again in a moment. It will not be asked twice.",
  };

  const ask = async (form) => {
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    try {
      const source = form.elements.source ?? composer?.elements.source;
      const response = await fetch("/api/ask", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          question: form.elements.question.value,
          conversation: conversation.dataset.conversation || null,
          source: source?.value || null,
          idempotency_key: form.elements.once.value,
        }),
      });
      if (response.status === 401) {
        location.assign("/login?next=" + encodeURIComponent(location.pathname));
        return;
      }
      const told = await response.json();
      if (!response.ok) {
        complain(told.error);
        return;
      }
      await shown(told);
      form.elements.once.value = fresh();
      if (form === composer) {
        form.elements.question.value = "";
        grow();
      }
    } catch {
      complain(unreachable);
    } finally {
      button.disabled = false;
    }
  };

  const shown = async (told) => {
    document.querySelector(".rejected")?.remove();
    if (conversation.dataset.conversation !== told.conversation) {
      // A new conversation: its page has its own address, for reloads and for coming back.
      location.assign("/c/" + told.conversation);
      return;
    }
    if (!turnOf(told.run_id)) {
      const response = await fetch("/runs/" + told.run_id + "/turn");
      if (!response.ok) {
        location.reload();
        return;
      }
      const holder = document.createElement("template");
      holder.innerHTML = await response.text();
      const turn = holder.content.firstElementChild;
      conversation.append(turn);
      localTimes(turn);
    }
    announce("Question sent");
    show(turnOf(told.run_id));
    listen();
  };

  const grow = () => {
    const box = composer.elements.question;
    if (!CSS.supports("field-sizing", "content")) {
      box.style.height = "auto";
      box.style.height = box.scrollHeight + "px";
    }
    const limit = Number(box.dataset.limit);
    const length = Array.from(box.value).length;
    const hint = document.getElementById("composer-hint");
    hint.dataset.usual ??= hint.innerHTML;
    if (length > limit * 0.9) {
      hint.textContent = length.toLocaleString() + " of " + limit.toLocaleString() + " characters";
      hint.classList.toggle("is-over", length > limit);
    } else if (hint.classList.contains("is-over") || !hint.querySelector("kbd")) {
      hint.innerHTML = hint.dataset.usual;
      hint.classList.remove("is-over");
    }
  };

  // --- Wiring -----------------------------------------------------------------------------------------------

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (conversation && (form === composer || form.matches("form.suggestion"))) {
      event.preventDefault();
      ask(form);
    } else if (form.matches("form.stop")) {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      button.textContent = "Stopping";
      const run = new URL(form.action).pathname.split("/")[2];
      fetch("/api/runs/" + run + "/cancel", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: "{}",
      }).catch(() => {
        button.disabled = false;
        button.textContent = "Stop";
      });
    }
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const code = button.parentElement.querySelector("code");
    const usual = button.textContent;
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // Without a secure context there is no clipboard: select the text instead.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    announce(button.textContent);
    setTimeout(() => (button.textContent = usual), 1600);
  });

  if (composer) {
    const box = composer.elements.question;
    box.addEventListener("input", grow);
    box.addEventListener("keydown", (event) => {
      // Not while an input method composes a word.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        if (box.value.trim()) composer.requestSubmit();
      }
    });
    grow();
  }

  // A change that runs: look again until it has settled, but never under somebody's fingers.
  if (document.querySelector("[data-reload]")) {
    const again = () => {
      const typing = Boolean(document.activeElement?.value);
      if (document.hidden || typing) setTimeout(again, 1500);
      else location.reload();
    };
    setTimeout(again, 1500);
  }

  // A page that the browser kept may be old.
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  localTimes(document);
  listen();
  if (conversation?.lastElementChild && !location.hash && conversation.dataset.conversation) {
    conversation.lastElementChild.scrollIntoView({ block: "start" });
  }
})();
