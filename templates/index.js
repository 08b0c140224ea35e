"use strict";
// Sorting and filtering only: the page says everything without it.
const table = document.getElementById("all");
const body = table.tBodies[0];
const rows = [...body.rows];
const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
const form = document.querySelector(".filters");
const words = document.getElementById("words");
const kind = document.getElementById("kind");
const fresh = document.getElementById("new");
const shown = document.getElementById("shown");
form.hidden = false;

function filter() {
  const parts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const fits = (!kind.value || row.dataset.kind === kind.value) && (!fresh.checked || "new" in row.dataset)
      && parts.every((part) => texts.get(row).includes(part));
    row.hidden = !fits;
    count += fits ? 1 : 0;
  }
  shown.textContent = shown.dataset.words.replace("{n}", count).replace("{m}", rows.length);
  const asked = new URLSearchParams();
  if (words.value) asked.set("q", words.value);
  if (kind.value) asked.set("kind", kind.value);
  if (fresh.checked) asked.set("new", "1");
  if (asked.size || location.hash.startsWith("#?")) history.replaceState(null, "", `#?${asked}`);
}

function value(row, column) {
  const cell = row.cells[column];
  return "sort" in cell.dataset ? Number(cell.dataset.sort) : cell.textContent.trim();
}

const order = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
[...table.tHead.rows[0].cells].forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    rows.sort((a, b) => {
      const [one, two] = [value(a, column), value(b, column)];
      const way = typeof one === "number" ? one - two : order.compare(one, two);
      return up ? way : -way;
    });
    body.append(...rows);
  });
});

function unfold() {
  if (location.hash.startsWith("#?")) {
    const asked = new URLSearchParams(location.hash.slice(2));
    words.value = asked.get("q") ?? "";
    kind.value = asked.get("kind") ?? "";
    fresh.checked = asked.has("new");
    document.getElementById("tickets").scrollIntoView();
  }
  const aim = /^#group-\d+$/.test(location.hash) ? document.getElementById(location.hash.slice(1)) : null;
  if (aim) aim.open = true;
}

form.addEventListener("submit", (event) => event.preventDefault());
for (const field of [words, kind, fresh]) field.addEventListener("input", filter);
addEventListener("hashchange", () => { unfold(); filter(); });
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  for (const fold of closed) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of closed) fold.open = false; });
unfold();
filter();
