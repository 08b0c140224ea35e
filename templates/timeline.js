{
// The table of events: rows are drawn as they scroll by, from blocks that are unpacked when they are needed.
const box = document.getElementById("events");
if (box && !("DecompressionStream" in self)) {
  document.querySelector(".events-static .js-off").textContent = JSON.parse(document.getElementById("event-words").textContent).old;
} else if (box) {
  const words = JSON.parse(document.getElementById("event-words").textContent);
  const form = box.querySelector("form"), grid = box.querySelector(".grid"), body = box.querySelector(".grid-body");
  const status = box.querySelector("[role=status]"), charts = [...document.querySelectorAll("svg[data-start]")];
  const TALLEST = 8e6; // pixels; browsers cut higher elements, so that beyond it the rows move faster than the bar
  const fields = ["q", "source", "level", "role", "from", "to"];
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
  let all = null, shown = [], texts = [], low = [], active = -1, opened = -1, extra = 0, run = 0, drawn = 0, nodes = new Map();

  const unpack = async (id) => {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).json();
  };
  const load = async () => {
    all = await unpack("events-0");
    let at = 0;
    all.time = Float64Array.from(all.time, (step) => at += step); // rows behind its end have no time
    const figures = new Map(); // by file and line as one number
    for (const figure of document.querySelectorAll("figure[data-place]")) {
      const place = figure.dataset.place, cut = place.lastIndexOf(":"), file = all.files.indexOf(place.slice(0, cut));
      const key = file * 2 ** 32 + Number(place.slice(cut + 1));
      if (file >= 0) figures.set(key, [...figures.get(key) ?? [], figure]);
    }
    all.figures = new Map(); // by row
    for (let row = all.rows - 1; row >= 0; row--) {
      const there = figures.get(all.file[row] * 2 ** 32 + all.line[row]);
      if (!there) continue;
      all.figures.set(row, there[0].id);
      for (const link of there.flatMap((figure) => [...figure.querySelectorAll(".to-event")])) {
        link.href = "#" + idOf(row);
        link.hidden = false;
      }
    }
  };
  const rowOf = (id) => {
    const [file, line] = (id ?? "").split("-").slice(1).map(Number);
    for (let row = 0; row < all.rows; row++) if (all.file[row] === file && all.line[row] === line) return row;
    return undefined;
  };
  // The texts of a block; asked for again while it is unpacked, it is the same promise.
  const block = (number) => texts[number] ??= unpack(`events-${number + 1}`).then((list) => {
    texts[number] = list;
    return list;
  });
  const idOf = (row) => `e-${all.file[row]}-${all.line[row]}`;
  const moment = (text) => {
    const plain = text.trim().replace(/\s*(UTC|Z)$/i, "").replace(" ", "T");
    if (!plain) return null;
    return Date.parse(plain.length <= 10 ? plain + "T00:00Z" : plain + "Z");
  };
  const human = (millis) => new Date(millis).toISOString().slice(0, millis % 1000 ? 23 : 19).replace("T", " ");

  // --- filters ---
  const limits = () => {
    const [from, to] = ["from", "to"].map((name) => {
      const field = form.elements[name], when = moment(field.value), wrong = Number.isNaN(when);
      field.setCustomValidity(wrong ? words.badTime : "");
      field.setAttribute("aria-invalid", String(wrong));
      return wrong ? null : when;
    });
    return [from ?? -Infinity, to === null ? Infinity : to + (/[.]\d/.test(form.elements.to.value) ? 0 : 999)];
  };
  const filter = async () => {
    const mine = ++run, [from, to] = limits();
    const needles = form.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const source = all.sources.indexOf(form.elements.source.value), level = form.elements.level.value;
    const bit = 1 << all.roles.indexOf(form.elements.role.value), timed = from > -Infinity || to < Infinity;
    const levels = level === "problem" ? ["critical", "error", "warning"] : level ? [level] : [];
    const wanted = levels.map((name) => all.names.indexOf(name));
    const fits = (row) => (source < 0 || all.source[row] === source)
      && (!form.elements.role.value || all.role[row] & bit) && (!wanted.length || wanted.includes(all.level[row]))
      && (!timed || (row < all.time.length && all.time[row] >= from && all.time[row] <= to));
    const keep = active < 0 ? -1 : shown[active], found = [];
    for (let start = 0; start < all.rows; start += all.block) {
      const number = start / all.block, end = Math.min(all.rows, start + all.block);
      if (needles.length && !low[number]) {
        const list = await block(number);
        if (mine !== run) return;
        low[number] = list.map((text) => text.toLowerCase());
      }
      for (let row = start; row < end; row++) {
        if (fits(row) && needles.every((needle) => low[number][row - start].includes(needle))) found.push(row);
      }
      if (needles.length) tell(words.searching, found.length);
    }
    shown = found;
    opened = -1;
    extra = 0;
    active = shown.indexOf(keep);
    grid.setAttribute("aria-rowcount", String(shown.length + 1));
    tell(words.rows, shown.length);
    layout();
    if (active >= 0) reveal(active); else grid.scrollTop = 0;
    select();
  };
  const tell = (sentence, count) => {
    status.textContent = sentence.replace("{n}", numbers.format(count)).replace("{m}", numbers.format(all.rows))
      + (count || sentence === words.searching ? "" : ` · ${words.none} ${all.whole ? "" : words.some}`);
  };

  // --- drawing ---
  const high = () => (row0 ??= parseFloat(getComputedStyle(grid).getPropertyValue("--row")) || 26);
  let row0;
  const total = () => Math.min(shown.length * high() + extra, TALLEST);
  const squeezed = () => shown.length * high() + extra > TALLEST;
  const room = () => grid.clientHeight - box.querySelector(".grid-head").offsetHeight;
  const layout = () => { body.style.height = `${total()}px`; draw(); };
  const firstAt = (top) => {
    if (squeezed()) return Math.round(top / Math.max(total() - room(), 1) * (shown.length - Math.floor(room() / high())));
    if (opened >= 0 && top > (opened + 1) * high()) top = Math.max(top - extra, (opened + 1) * high() - 1);
    return Math.floor(top / high());
  };
  const topOf = (place, top, start) => {
    const behind = opened >= 0 && place > opened ? extra : 0;
    return squeezed() ? top + (place - start) * high() + (opened >= start ? behind : 0) : place * high() + behind;
  };
  const draw = () => {
    const mine = ++drawn, top = grid.scrollTop, start = firstAt(top), first = Math.max(0, start - 8);
    const last = Math.min(shown.length, first + Math.ceil(grid.clientHeight / high()) + 18), wanted = new Set();
    for (let place = first; place < last; place++) wanted.add(place);
    if (active >= 0) wanted.add(active);
    if (opened >= 0) wanted.add(opened);
    const rows = [];
    for (const place of [...wanted].sort((a, b) => a - b)) {
      const number = Math.floor(shown[place] / all.block), list = texts[number];
      if (!Array.isArray(list)) block(number).then(() => { if (mine === drawn) draw(); });
      const node = placed(place, Array.isArray(list) ? list[shown[place] % all.block] : null);
      node.style.transform = `translateY(${topOf(place, top, start)}px)`;
      rows.push(node);
    }
    const stay = new Set(rows);
    for (const node of [...body.children]) if (!stay.has(node)) node.remove();
    rows.forEach((node, at) => { if (body.children[at] !== node) body.insertBefore(node, body.children[at] ?? null); });
    nodes = new Map(rows.map((node) => [node.dataset.key, node]));
    if (active >= 0) grid.setAttribute("aria-activedescendant", "event-row"); else grid.removeAttribute("aria-activedescendant");
  };
  const cell = (text, kind) => {
    const part = document.createElement("span");
    part.setAttribute("role", "gridcell");
    part.className = kind;
    part.textContent = text;
    return part;
  };
  // A row that is drawn already stays, and with it what is selected or focused in it.
  const placed = (place, text) => {
    const key = [shown[place], place === active, place === opened, text === null].join();
    const node = nodes.get(key) ?? line(place, text ?? "…");
    node.dataset.key = key;
    node.dataset.place = place;
    node.setAttribute("aria-rowindex", String(place + 2));
    return node;
  };
  const line = (place, text) => {
    const row = shown[place], node = document.createElement("div");
    const evidence = all.role[row] & 1, level = all.names[all.level[row]];
    node.setAttribute("role", "row");
    node.setAttribute("aria-selected", String(place === active));
    node.className = `grid-row level-${level}${evidence ? " is-evidence" : ""}${place === opened ? " is-open" : ""}`;
    if (place === active) node.id = "event-row";
    const when = cell("", "c-when"), day = document.createElement("span");
    const stamp = row < all.time.length ? new Date(all.time[row]).toISOString() : "";
    day.className = "day";
    day.textContent = stamp && stamp.slice(0, -14) + " ";
    when.append(day, stamp ? stamp.slice(-13, -1) : words.noTime);
    if (all.qualities[all.quality[row]]) when.append(sign("≈", all.qualities[all.quality[row]]));
    const what = cell("", "c-text");
    if (evidence) what.append(sign("◆ ", words.evidence));
    what.append(place === opened ? "" : text.replace(/\s*\n\s*/g, " ↵ "));
    if (place === opened) what.append(...detail(row, text));
    node.append(when, cell(all.sources[all.source[row]], "c-source"), cell(level === "none" ? "–" : all.levels[all.level[row]], "c-level"), what);
    return node;
  };
  const sign = (mark, word) => {
    const node = document.createElement("abbr");
    node.title = word;
    node.textContent = mark;
    return node;
  };
  const link = (href, text) => {
    const node = document.createElement("a");
    node.href = href;
    node.textContent = text;
    return node;
  };
  const detail = (row, text) => {
    const whole = document.createElement("pre"), foot = document.createElement("p");
    whole.textContent = text;
    foot.className = "small soft";
    const facts = [`${words.place}: ${all.files[all.file[row]]}:${all.line[row]}`, all.qualities[all.quality[row]]];
    foot.append(facts.filter(Boolean).join(" · "), " · ", link("#" + idOf(row), words.link));
    if (all.figures.has(row)) foot.append(" · ", link("#" + all.figures.get(row), words.back));
    return [whole, foot];
  };

  // --- moving about ---
  const reveal = (place) => {
    const top = place * high() + (opened >= 0 && place > opened ? extra : 0), view = room();
    if (squeezed()) {
      grid.scrollTop = place / Math.max(shown.length - Math.floor(view / high()), 1) * (total() - view);
    } else if (top < grid.scrollTop) {
      grid.scrollTop = top;
    } else if (top + high() + (place === opened ? extra : 0) > grid.scrollTop + view) {
      grid.scrollTop = Math.min(top, top + high() + (place === opened ? extra : 0) - view);
    }
    draw();
  };
  const activate = (place) => {
    if (!shown.length) return;
    active = Math.min(Math.max(place, 0), shown.length - 1);
    reveal(active);
    cursor();
  };
  const open = async (place) => {
    const same = place === opened;
    opened = -1;
    extra = 0;
    active = place;
    if (!same) {
      await block(Math.floor(shown[place] / all.block));
      opened = place;
      draw();
      extra = Math.max(0, body.querySelector(".is-open").offsetHeight - high());
    }
    layout();
    reveal(place);
    cursor();
    keep();
  };
  grid.addEventListener("scroll", () => { if (all) requestAnimationFrame(draw); });
  new ResizeObserver(() => { if (all) { row0 = undefined; layout(); } }).observe(grid);
  grid.addEventListener("click", (event) => {
    const row = event.target.closest("[data-place]");
    if (!row || event.target.closest("a") || String(getSelection())) return;
    open(Number(row.dataset.place));
  });
  grid.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.floor(room() / high()) - 1);
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: shown.length - 1 };
    if (event.target !== grid || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in moves) activate(moves[event.key]);
    else if ((event.key === "Enter" || event.key === " ") && active >= 0) open(active);
    else if (event.key === "Escape" && opened >= 0) open(opened);
    else return;
    event.preventDefault();
  });

  // --- the address keeps the filters and the row ---
  let written = "";
  const keep = () => {
    const told = new URLSearchParams();
    for (const name of fields) if (form.elements[name].value) told.set(name, form.elements[name].value);
    if (opened >= 0) told.set("row", idOf(shown[opened]));
    written = String(told) ? "#events?" + told : "#events";
    history.replaceState(null, "", written);
  };
  const follow = async () => {
    const hash = location.hash;
    if (hash === written || !/^#e(vents|-\d+-\d+$)/.test(hash)) return;
    const told = new URLSearchParams(hash.slice(hash.indexOf("?") + 1));
    const target = hash.startsWith("#e-") ? hash.slice(1) : told.get("row");
    if (!hash.startsWith("#e-")) for (const name of fields) form.elements[name].value = told.get(name) ?? "";
    if (!all) await ready;
    const row = rowOf(target);
    await filter();
    if (row !== undefined && !shown.includes(row)) {
      for (const name of fields) form.elements[name].value = "";
      await filter();
    }
    box.scrollIntoView({ block: "nearest" });
    if (row === undefined) return;
    opened = -1;
    await open(shown.indexOf(row));
    grid.focus({ preventScroll: true });
    grid.scrollIntoView({ block: "center" });
  };
  let waiting = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => filter().then(keep), 120);
  });
  form.addEventListener("reset", () => setTimeout(() => filter().then(keep)));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", follow);

  // --- the charts: a drag chooses a time, a click a bar; the open row and the chosen time are shown in them ---
  const shape = (chart, name, kind) => {
    let node = chart.querySelector("." + kind);
    if (!node) {
      node = document.createElementNS("http://www.w3.org/2000/svg", name);
      node.setAttribute("class", kind);
      node.setAttribute("y", chart.dataset.top);
      chart.append(node);
    }
    return node;
  };
  const numbersOf = (chart) => Object.fromEntries(["start", "end", "bins", "left", "width", "top", "bottom"].map((name) => [name, Number(chart.dataset[name])]));
  const mark = (chart, kind, from, to) => {
    const at = numbersOf(chart), node = shape(chart, "rect", kind);
    const x = (when) => at.left + at.width * Math.min(1, Math.max(0, (when - at.start) / (at.end - at.start)));
    const seen = to >= at.start && from <= at.end && from <= to && (from > -Infinity || to < Infinity);
    node.setAttribute("visibility", seen ? "visible" : "hidden");
    if (!seen) return;
    node.setAttribute("x", x(from));
    node.setAttribute("width", Math.max(x(to) - x(from), 1.5));
    node.setAttribute("height", at.bottom - at.top);
  };
  const select = () => { for (const chart of charts) mark(chart, "chosen", ...limits()); cursor(); };
  const cursor = () => {
    const when = active >= 0 && shown[active] < all.time.length ? all.time[shown[active]] : NaN;
    for (const chart of charts) mark(chart, "cursor", when, when);
  };
  for (const chart of charts) {
    const at = numbersOf(chart);
    let begun = null;
    const when = (event) => {
      const spot = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse());
      return at.start + (at.end - at.start) * Math.min(1, Math.max(0, (spot.x - at.left) / at.width));
    };
    chart.addEventListener("pointerdown", (event) => {
      if (event.button || event.pointerType === "touch") return;
      begun = { x: event.clientX, when: when(event), lane: event.target.closest(".lane") };
      chart.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    chart.addEventListener("pointermove", (event) => {
      if (begun) mark(chart, "chosen", Math.min(begun.when, when(event)), Math.max(begun.when, when(event)));
    });
    chart.addEventListener("pointerup", (event) => { if (begun) choose(event, begun); begun = null; });
    chart.addEventListener("pointercancel", () => { begun = null; });
    chart.addEventListener("click", (event) => { if (event.pointerType === "touch") choose(event, { x: event.clientX, when: when(event), lane: event.target.closest(".lane") }); });
    const choose = async (event, from) => {
      let [first, last] = [from.when, when(event)].sort((a, b) => a - b);
      if (Math.abs(event.clientX - from.x) < 5) {
        const width = Math.floor((at.end - at.start) / at.bins) + 1, bin = Math.floor((from.when - at.start) / width);
        [first, last] = [at.start + bin * width, at.start + (bin + 1) * width - 1];
        if (from.lane && all.sources.includes(from.lane.dataset.source)) form.elements.source.value = from.lane.dataset.source;
      }
      form.elements.from.value = human(Math.floor(first));
      form.elements.to.value = human(Math.ceil(last));
      await filter();
      keep();
    };
  }

  const ready = load().then(() => {
    box.hidden = false;
    document.documentElement.classList.add("has-events");
  });
  // The table opens where the evidence begins.
  const begin = () => {
    grid.scrollTop = Math.max(0, shown.findIndex((row) => all.role[row] & 1) - 3) * high();
    for (const chart of charts) {
      const edge = chart.querySelector(".window"), area = chart.parentElement, wide = chart.clientWidth / 1080;
      if (edge) area.scrollLeft = (Number(edge.getAttribute("x")) + Number(edge.getAttribute("width")) / 2) * wide - area.clientWidth / 2;
    }
  };
  ready.then(filter).then(begin).then(follow);
}
}
