// Filters, sorts and draws. Without it the page still has its text and tables.
"use strict";
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const ticked = (name) => new Set(all(`[name="${name}"]:checked`).map((box) => box.value));

// The text of the run as it was written: inside the page each "<" is an escape.
const written = one("#run").textContent.replace(/\\(?:u003c|.)/g, (m) => (m === "\\u003c" ? "<" : m));
const charts = JSON.parse(one("#charts").textContent);
const keyOf = (...words) => JSON.stringify(words);
const processes = new Map();
for (const { host, technique, control, shape, processes: found } of JSON.parse(written).cells ?? []) {
  if (!control && found) processes.set(keyOf(host, technique, shape), found);
}

// The table
const MEASURES = { ns: "nanoseconds a call", ratio: "times", instructions: "instructions a call" };
const measure = () => one('[name="measure"]:checked').value;

function filter() {
  const hosts = ticked("host");
  const techniques = ticked("technique");
  const words = one("#shapes").value.toLowerCase().split(/\s+/).filter(Boolean);
  const isShown = ({ dataset: { shape } }) => !shape || !words.length || words.some((word) => shape.includes(word));
  for (const part of all("[data-host]")) part.hidden = !hosts.has(part.dataset.host);
  for (const row of all("tr[data-technique]")) row.hidden = !techniques.has(row.dataset.technique);
  for (const table of all("table.heat")) {
    const shown = [...table.tHead.rows[0].cells].map(isShown);
    for (const row of table.rows) [...row.cells].forEach((cell, column) => { cell.hidden = !shown[column]; });
  }
  const heads = all("th", one("table.heat thead") ?? document.createElement("tr")).slice(1);
  const left = heads.filter((head) => !head.hidden).length;
  one("#shown").textContent = `${left} of ${heads.length} shapes, ${techniques.size} techniques, ${hosts.size} hosts`;
}

function valueOf(row, column) {
  if (!column) return row.cells[0].textContent;
  const text = row.cells[column].dataset[measure()];
  return text === undefined ? undefined : Number(text.replace(/[^\d.]/g, ""));
}

function sort(head) {
  const table = head.closest("table");
  const sign = head.getAttribute("aria-sort") === "descending" ? -1 : 1;
  const compare = (a, b) => {
    const [x, y] = [valueOf(a, head.cellIndex), valueOf(b, head.cellIndex)];
    if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
    return sign * (x < y ? -1 : Number(x > y));
  };
  for (const body of table.tBodies) body.append(...[...body.rows].sort(compare));
}

function showMeasure() {
  for (const cell of all(".heat td")) {
    const text = cell.dataset[measure()];
    one(".figure", cell).textContent = text ?? "";
    const dash = one(".dash", cell);
    if (dash) dash.hidden = text !== undefined;
  }
  for (const caption of all(".measured")) caption.textContent = MEASURES[measure()];
  all('.heat th:not([aria-sort="none"])').forEach(sort);
}

// The charts
function withSamples(row, shape) {
  const found = processes.get(keyOf(row.host, row.technique, shape)) ?? [];
  const points = row.values.map((ns, i) => {
    const { call_ns: call, empty_ns: empty } = found[i];
    const samples = call.map((turn, k) => (turn - empty[k]).toPrecision(3)).join(" ");
    return { ns, process: i + 1, said: ns.toPrecision(4), samples };
  });
  return { ...row, points, samples: found.reduce((sum, { call_ns: call }) => sum + call.length, 0) };
}

async function draw(figure) {
  const { chart, kind } = figure.dataset;
  const shape = one(`[data-menu="${kind}"]`)?.value ?? "";
  const techniques = ticked("technique");
  let values = (charts.rows[chart][shape] ?? []).filter((row) => techniques.has(row.technique));
  const logarithmic = kind === "bars" && one("#logarithmic").checked;
  if (kind === "bars") values = values.map((row) => withSamples(row, shape)).filter((row) => row.low > 0 || !logarithmic);
  one(".what", figure).textContent = charts.shapes[shape] ?? "";
  figure.drawn?.finalize();
  figure.drawn = undefined;
  if (!values.length) {
    one(".chart", figure).textContent = "No technique that is chosen above was measured here.";
    return;
  }
  const names = [...new Set(values.map((row) => row.way ?? row.name))];
  const spec = JSON.parse(charts.specs[logarithmic ? "logarithmic" : kind], (_, value) => (value === charts.names ? names : value));
  const said = [...new Set(values.map((row) => [row.name, row.way, row.rung, row.said].filter(Boolean).join(" ")))];
  spec.data.values = values;
  // A narrow chart has less room for names.
  const width = one(".chart", figure).clientWidth;
  const columns = Math.max(1, Math.floor(width / 170));
  Object.assign(spec.config.legend, { columns, labelLimit: width / columns - 30 });
  spec.config.axisY.labelLimit = width / 3;
  spec.config.font = getComputedStyle(document.documentElement).getPropertyValue("--sans");
  if (spec.height.step) spec.height = spec.height.step * names.length;
  spec.description = `${one("h3", figure).textContent}: ${said.slice(0, 40).join("; ")}`;
  figure.drawn = await vegaEmbed(one(".chart", figure), spec, {
    renderer: "svg", actions: false, defaultStyle: false, tooltip: { disableDefaultStyle: true },
  });
}

// One after the other for each figure; a hidden one is drawn when it is shown.
let last = Promise.resolve();
function drawAll(kinds) {
  delete document.documentElement.dataset.drawn;
  for (const figure of all("figure")) if (!kinds || kinds.includes(figure.dataset.kind)) figure.stale = true;
  last = last.then(async () => {
    for (const figure of all("figure")) {
      if (!figure.stale || figure.hidden) continue;
      figure.stale = false;
      await draw(figure);
    }
    document.documentElement.dataset.drawn = "yes";
  });
}

// What the reader does
one("#show").addEventListener("input", ({ target }) => {
  filter();
  if (target.name) drawAll(target.name === "host" ? [] : undefined);
});
one("#show").addEventListener("submit", (event) => event.preventDefault());
one("#show").addEventListener("reset", () => setTimeout(() => { filter(); drawAll(); }));
for (const radio of all('[name="measure"]')) radio.addEventListener("change", showMeasure);
for (const button of all(".heat thead button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const next = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
    for (const other of head.parentElement.cells) other.setAttribute("aria-sort", "none");
    head.setAttribute("aria-sort", next);
    sort(head);
  });
}
for (const menu of all("[data-menu]")) menu.addEventListener("change", () => drawAll([menu.dataset.menu]));
one("#logarithmic")?.addEventListener("change", () => drawAll(["bars"]));
one("#download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([written], { type: "application/json" }));
  link.download = "what-a-call-costs.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
addEventListener("beforeprint", () => all("details.printed").forEach((part) => { part.open = true; }));

filter();
drawAll();
