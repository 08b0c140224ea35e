"use strict";
const form = document.getElementById("drop");
const files = document.getElementById("files");
const list = document.getElementById("arrivals");
const heard = document.getElementById("heard");
const most = Number(form.dataset.most);
const words = { queued: "waiting", analysing: "being analysed", done: "done", failed: "not analysed" };

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function mega(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

// One line of the list: a bundle from its drop to its verdict.
class Line {
  constructor(name) {
    this.name = name;
    this.row = element("li");
    this.bar = element("progress");
    this.said = element("span", "", "said");
    this.row.append(element("span", name, "name"), " ", this.said, this.bar);
    list.prepend(this.row);
    document.getElementById("idle").hidden = true;
  }
  tell(text, share) {
    this.said.textContent = text;
    if (share === undefined) this.bar.removeAttribute("value");
    else this.bar.value = share;
  }
  fail(reason) {
    this.row.className = "state-failed";
    this.bar.remove();
    this.said.textContent = `✕ ${reason}`;
    heard.textContent = `${this.name}: ${reason}`;
  }
  done(bundle) {
    const named = bundle.outcome === "named" || bundle.outcome === "platform";
    this.row.className = named ? "state-named" : "state-done";
    this.bar.remove();
    this.said.textContent = `${bundle.headline}${named && bundle.confidence ? ` (${Math.round(bundle.confidence * 100)} %)` : ""} `;
    this.row.append(link(bundle.id, "Open the report"));
    heard.textContent = `${this.name}: ${bundle.headline}`;
  }
}

function link(id, text) {
  const made = element("a", text);
  made.href = `reports/${encodeURIComponent(id)}`;
  made.target = "_blank";
  made.rel = "noopener";
  return made;
}

// A browser opens few connections to one server, and what asks how the others stand needs one, too.
const AT_ONCE = 3;
const waiting = [];
let sending = 0;

function next() {
  while (sending < AT_ONCE && waiting.length) {
    sending += 1;
    send(...waiting.shift());
  }
}

function queue(file) {
  const line = new Line(file.name);
  if (file.size > most) {
    line.fail(`${mega(file.size)} is more than this server takes (${mega(most)}).`);
    return;
  }
  const query = new URLSearchParams({ name: file.name });
  for (const key of ["symptom", "at"]) {
    const value = document.getElementById(key).value.trim();
    if (value) query.set(key, value);
  }
  line.tell("waiting to be sent");
  waiting.push([file, query, line]);
  next();
}

function send(file, query, line) {
  const request = new XMLHttpRequest();
  request.open("POST", `bundles?${query}`);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) line.tell(`sending, ${mega(event.loaded)} of ${mega(event.total)}`, event.loaded / event.total);
  });
  request.addEventListener("load", () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* a refusal in plain text */ }
    if (request.status === 202) follow(answer.id, line);
    else line.fail(answer.reason || request.responseText || `The server answered ${request.status}.`);
  });
  request.addEventListener("error", () => line.fail("The server cannot be reached, or broke off the upload."));
  request.addEventListener("loadend", () => { sending -= 1; next(); });
  request.send(file);
}

async function follow(id, line) {
  let pause = 200;
  for (;;) {
    let bundle;
    try {
      const answer = await fetch(`bundles/${encodeURIComponent(id)}`);
      bundle = await answer.json();
      if (!answer.ok) { line.fail(bundle.reason); return; }
    } catch {
      bundle = { state: "queued", ahead: 0 };
      pause = 3000;
    }
    if (bundle.state === "done") { line.done(bundle); search(); return; }
    if (bundle.state === "failed") { line.fail(bundle.reason); search(); return; }
    line.tell(words[bundle.state] + (bundle.ahead ? `, ${bundle.ahead} before it` : ""));
    await new Promise((go) => setTimeout(go, pause));
    pause = Math.min(pause * 1.3, 2000 + 20 * list.querySelectorAll("progress").length);
  }
}

let latest = 0;
async function search() {
  latest += 1;
  const mine = latest;
  let bundles;
  try {
    const answer = await fetch(`bundles?q=${encodeURIComponent(document.getElementById("words").value)}`);
    ({ bundles } = await answer.json());
  } catch {
    return; // the server is gone; what was found before stays
  }
  if (mine !== latest) return;
  const rows = bundles.map((bundle) => {
    const row = element("tr");
    const head = element("th");
    head.scope = "row";
    head.append(bundle.state === "done" ? link(bundle.id, bundle.name) : bundle.name);
    const share = bundle.confidence === null ? "–" : `${Math.round(bundle.confidence * 100)} %`;
    const cells = [bundle.state === "done" ? bundle.headline : `✕ ${bundle.reason}`, share, bundle.happened, bundle.vm, bundle.agent];
    row.append(head, ...cells.map((text, at) => element("td", text || "–", at === 1 ? "num" : "")));
    return row;
  });
  document.getElementById("found").replaceChildren(...rows);
  document.getElementById("none").hidden = rows.length > 0;
}

function take(chosen) {
  for (const file of chosen) queue(file);
}

files.addEventListener("change", () => { take(files.files); files.value = ""; });
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => { event.preventDefault(); form.classList.add("over"); });
}
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
document.addEventListener("drop", (event) => {
  event.preventDefault();
  form.classList.remove("over");
  const folders = new Set([...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory).map((entry) => entry.name));
  for (const name of folders) new Line(name).fail("A folder cannot be dropped; pack it into an archive first.");
  take([...event.dataTransfer.files].filter((file) => !folders.has(file.name)));
});
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("find").addEventListener("submit", (event) => event.preventDefault());
let typed;
document.getElementById("words").addEventListener("input", () => { clearTimeout(typed); typed = setTimeout(search, 200); });
search();
