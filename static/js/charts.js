// Draws every <figure class="chart" data-chart-url="…"> from the JSON of emads/lib/charts.py.
//
// A figure: {unit, time_zone, traces, empty} and, as wanted, note, lead, x_title, y_title, mode ("stack" | "group"),
// from, to (first and last x shown), decimals.
// A trace: {name, role, kind, x, y} and, by kind, low + high (band), z (heatmap), q1 + median + q3 + low + high (box),
// text (points), width, dash, hidden. Colours come from the style sheet by role.

// Plotly writes some style attributes, which the content security policy forbids; the same text through the style
// object is allowed.
const setAttribute = Element.prototype.setAttribute;
Element.prototype.setAttribute = function set(name, value) {
  if (name === "style") {
    this.style.cssText = value;
  } else {
    setAttribute.call(this, name, value);
  }
};

const FIGURES = "figure.chart[data-chart-url]";
const CYCLE = 6;
let plotly;

function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.querySelector("meta[name=emads-plotly]").content;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      plotly = undefined;
      reject(new Error("the chart library did not load"));
    };
    document.head.append(script);
  });
  return plotly;
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint(role, turn) {
  const own = css(`--chart-${role}`);
  return own || css(`--chart-series-${(turn % CYCLE) + 1}`);
}

// --- traces -------------------------------------------------------------------------------------------------

// The hour that the clock shows twice: its second showing is drawn half an hour on, and says so.
function true_times(x) {
  if (typeof x[0] !== "string" || !x[0].includes("T")) {
    return { x, again: null };
  }
  const again = x.map((stamp, i) => (i > 0 && stamp <= x[i - 1] ? "the clock's second time" : ""));
  if (!again.some(Boolean)) {
    return { x, again: null };
  }
  const moved = x.map((stamp, i) => (again[i] ? `${stamp.slice(0, 14)}${String(Number(stamp.slice(14, 16)) + 30).padStart(2, "0")}${stamp.slice(16)}` : stamp));
  return { x: moved, again };
}

function bandShapes(trace) {
  const x = [];
  const y = [];
  let start = 0;
  const ok = (i) => trace.low[i] !== null && trace.high[i] !== null;
  const close = (from, to) => {
    for (let i = from; i < to; i += 1) {
      x.push(trace.x[i]);
      y.push(trace.high[i]);
    }
    for (let i = to - 1; i >= from; i -= 1) {
      x.push(trace.x[i]);
      y.push(trace.low[i]);
    }
    x.push(null);
    y.push(null);
  };
  for (let i = 0; i <= trace.x.length; i += 1) {
    if (i === trace.x.length || !ok(i)) {
      if (i > start) {
        close(start, i);
      }
      start = i + 1;
    }
  }
  return { x, y };
}

function band(trace, unit) {
  const colour = css(trace.role === "forecast" ? "--chart-forecast-band" : "--chart-band");
  const middle = trace.high.map((high, i) => (high === null || trace.low[i] === null ? null : (high + trace.low[i]) / 2));
  const spoken = trace.low.map((low, i) => (low === null ? "" : `${format(low)} to ${format(trace.high[i])} ${unit}`));
  return [
    { ...bandShapes(trace), type: "scatter", mode: "lines", fill: "toself", fillcolor: colour, line: { width: 0, color: colour }, hoverinfo: "skip", name: trace.name, showlegend: trace.role !== "forecast" },
    { x: trace.x, y: middle, type: "scatter", mode: "lines", line: { width: 0, color: colour }, text: spoken, hovertemplate: "%{text}", name: trace.name, showlegend: false },
  ];
}

// Plotly draws lines over bars, whatever their order: behind bars a band is made of bars itself.
function bandOfBars(trace, unit) {
  const step = trace.x.length > 1 ? Math.min(...trace.x.slice(1, 9).map((x, i) => Date.parse(`${x}Z`) - Date.parse(`${trace.x[i]}Z`)).filter((ms) => ms > 0)) : undefined;
  const { x } = true_times(trace.x);
  return [{
    type: "bar", x, base: trace.low, y: trace.high.map((high, i) => (high === null || trace.low[i] === null ? null : high - trace.low[i])), width: step, name: trace.name,
    marker: { color: css("--chart-band"), line: { width: 0 } },
    customdata: trace.low.map((low, i) => (low === null ? "" : `${format(low)} to ${format(trace.high[i])} ${unit}`)), hovertemplate: "%{customdata}",
  }];
}

function heatmap(trace, unit) {
  const scale = [0, 1, 2, 3, 4].map((i) => [i / 4, css(`--chart-heat-${i}`)]);
  const sorted = trace.z.flat().filter((value) => value !== null).sort((a, b) => a - b);
  const most = sorted[Math.floor(0.985 * (sorted.length - 1))]; // a few peaks must not pale all the rest
  return [{
    type: "heatmap", x: trace.x, y: trace.y, z: trace.z, zmin: Math.min(0, sorted[0]), zmax: most || undefined, colorscale: scale, xgap: 1, ygap: 1, hoverongaps: false, name: trace.name,
    colorbar: { thickness: 8, outlinewidth: 0, len: 0.9, ticksuffix: ` ${unit}`, nticks: 4, tickfont: { color: css("--chart-axis"), size: 11 } },
    hovertemplate: `%{y}, %{x}: %{z:.3~s} ${unit}<extra></extra>`,
  }];
}

function box(trace, colour) {
  const given = trace.median
    ? { q1: trace.q1, median: trace.median, q3: trace.q3, lowerfence: trace.low, upperfence: trace.high, x: trace.x }
    : { x: trace.x.length ? trace.x : undefined, y: trace.y };
  return [{ type: "box", ...given, name: trace.name, line: { color: colour, width: 1.5 }, fillcolor: css("--accent-wash"), marker: { color: colour, size: 3 }, boxpoints: trace.median ? false : "outliers", whiskerwidth: 0.4 }];
}

// What the pointer is told: the number as tables write it, and which of two equal hours it is.
function spoken(trace, unit, again) {
  return {
    customdata: trace.y.map((value, i) => `${format(value)} ${unit}${again?.[i] ? `, ${again[i]}` : ""}`),
    hovertemplate: "%{customdata}",
  };
}

function bars(trace, colour, unit) {
  const { x, again } = true_times(trace.x);
  return [{
    type: "bar", x, y: trace.y, name: trace.name,
    marker: { color: colour, line: { width: 0 } },
    ...spoken(trace, unit, again),
  }];
}

function line(trace, colour, unit) {
  const { x, again } = true_times(trace.x);
  const marked = trace.role === "forecast" && trace.x.length <= 60;
  const dash = trace.dash ?? { forecast: "dash", naive: "dot", previous: "dot" }[trace.role];
  return [{
    type: "scatter", mode: marked ? "lines+markers" : "lines", x, y: trace.y, name: trace.name, connectgaps: false,
    ...(marked && { marker: { color: colour, size: 6 } }),
    line: { color: colour, width: trace.role === "mean" ? 2 : 1.75, dash, shape: trace.step ? "hv" : "linear" },
    ...spoken(trace, unit, again),
  }];
}

function points(trace, colour, unit) {
  const anomaly = trace.role === "anomaly";
  return [{
    type: "scatter", mode: "markers", x: trace.x, y: trace.y, name: trace.name, text: trace.text,
    marker: { color: colour, size: anomaly ? 10 : 6, symbol: anomaly ? "diamond" : "circle", line: { color: css("--surface"), width: anomaly ? 1.5 : 0 } },
    ...(trace.text ? { hovertemplate: "%{text}" } : spoken(trace, unit)),
  }];
}

function histogram(trace, colour, unit) {
  if (trace.x.length && trace.y.length) {
    return [{ type: "bar", x: trace.x, y: trace.y, width: trace.width, name: trace.name, marker: { color: colour, line: { color: css("--surface"), width: 1 } }, hovertemplate: `%{x} ${unit}: %{y:,}<extra></extra>` }];
  }
  return [{ type: "histogram", x: trace.x.length ? trace.x : trace.y, name: trace.name, marker: { color: colour, line: { color: css("--surface"), width: 1 } } }];
}

const KINDS = { bar: bars, line, points, histogram };

function drawn(trace, turn, unit, withBars) {
  if (trace.kind === "band") {
    return withBars && trace.role === "band" ? bandOfBars(trace, unit) : band(trace, unit);
  }
  if (trace.kind === "heatmap") {
    return heatmap(trace, unit);
  }
  const colour = paint(trace.role, turn);
  if (trace.kind === "box") {
    return box(trace, colour);
  }
  const traces = KINDS[trace.kind](trace, colour, unit);
  return trace.hidden ? traces.map((one) => ({ ...one, visible: "legendonly" })) : traces;
}

// A second trace of the same role takes the next colour of the cycle.
function turns(traces) {
  const seen = {};
  return traces.map((trace) => {
    const key = trace.kind === "band" ? `${trace.role} band` : trace.role;
    const before = seen[key] ?? 0;
    seen[key] = before + 1;
    return before;
  });
}

const ORDER = ["band", "heatmap", "box", "histogram", "bar", "line", "points"];

function plotlyTraces(figure) {
  const nth = turns(figure.traces);
  const withTurn = figure.traces.map((trace, i) => ({ trace: nth[i] ? { ...trace, role: "other" } : trace, turn: trace.role === "other" ? i : nth[i] }));
  withTurn.sort((a, b) => ORDER.indexOf(a.trace.kind) - ORDER.indexOf(b.trace.kind));
  const withBars = figure.traces.some((trace) => trace.kind === "bar");
  return withTurn.flatMap(({ trace, turn }) => drawn(trace, turn, figure.unit, withBars));
}

// --- layout -------------------------------------------------------------------------------------------------

function layout(figure, zoom) {
  const kinds = new Set(figure.traces.map((trace) => trace.kind));
  const isDate = figure.traces.some((trace) => typeof trace.x?.[0] === "string" && /^\d{4}-\d\d-\d\d/.test(trace.x[0]));
  const heat = kinds.has("heatmap");
  const axis = { gridcolor: css("--chart-grid"), linecolor: css("--line-strong"), tickfont: { color: css("--chart-axis"), size: 12 }, zeroline: false, automargin: true, fixedrange: false };
  const many = figure.traces.length > 1 && !heat;

  return {
    font: { family: css("--font"), color: css("--ink"), size: 12.5 },
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 44, r: heat ? 0 : 6, t: many ? 24 : 8, b: 24 },
    bargap: kinds.has("histogram") ? 0.02 : 0.22, barmode: figure.mode ?? "overlay", boxmode: "group",
    hovermode: heat || kinds.has("box") || kinds.has("histogram") ? "closest" : "x unified",
    hoverlabel: { bgcolor: css("--surface"), bordercolor: css("--line-strong"), font: { family: css("--font"), color: css("--ink"), size: 12.5 }, align: "left" },
    dragmode: heat ? false : "zoom", showlegend: many,
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", font: { color: css("--ink-soft"), size: 12 }, itemclick: "toggle", itemdoubleclick: "toggleothers" },
    xaxis: { ...axis, showgrid: false, spikecolor: css("--chart-axis"), spikethickness: 1, spikedash: "dot", type: isDate ? "date" : undefined, hoverformat: isDate ? hoverFormat(figure) : undefined, title: figure.x_title ? { text: figure.x_title, font: { size: 12, color: css("--chart-axis") } } : undefined, range: zoom ?? (figure.from ? [figure.from, figure.to] : undefined) },
    yaxis: { ...axis, fixedrange: true, type: heat ? "category" : undefined, rangemode: heat || kinds.has("box") ? "normal" : "tozero", autorange: heat ? "reversed" : true, showgrid: !heat, tickformat: heat ? undefined : ",.3~f", ticksuffix: heat ? "" : ` ${figure.y_title ?? figure.unit}`, nticks: heat ? undefined : 5 },
  };
}

function hoverFormat(figure) {
  const stamps = figure.traces.find((trace) => trace.x?.length)?.x ?? [];
  const daily = stamps.every((stamp) => String(stamp).length === 10 || String(stamp).endsWith("T00:00:00"));
  return daily ? "%a %-d %b %Y" : "%a %-d %b %Y, %H:%M";
}

// --- table and CSV: exactly what is drawn -------------------------------------------------------------------

const THIN = "\u202f";

function format(value) {
  if (typeof value !== "number") {
    return value ?? "";
  }
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;
  return value.toLocaleString("en", { maximumFractionDigits: digits }).replaceAll(",", THIN);
}

function columns(trace, unit) {
  const named = (name) => (unit ? `${name} [${unit}]` : name);
  if (trace.kind === "band") {
    return [[named(`${trace.name}, from`), trace.low], [named(`${trace.name}, to`), trace.high]];
  }
  if (trace.kind === "box" && trace.median) {
    return [["lowest", trace.low], ["lower quarter", trace.q1], ["median", trace.median], ["upper quarter", trace.q3], ["highest", trace.high]].map(([name, list]) => [named(`${trace.name}, ${name}`), list]);
  }
  const own = [[named(trace.name), trace.y]];
  return trace.text ? [...own, [`${trace.name}, note`, trace.text]] : own;
}

export function rows(figure) {
  const heat = figure.traces.find((trace) => trace.kind === "heatmap");
  if (heat) {
    return { head: ["", ...heat.x.map(String)], body: heat.y.map((name, i) => [name, ...heat.z[i]]) };
  }
  const head = [figure.x_title ?? (figure.time_zone ? `Time (${figure.time_zone})` : "")];
  const found = new Map();
  for (const trace of figure.traces) {
    const parts = columns(trace, trace.kind === "histogram" ? figure.y_title ?? "" : figure.unit);
    const shown = new Map();
    trace.x.forEach((x, i) => {
      const turn = shown.get(x) ?? 0;
      shown.set(x, turn + 1);
      const key = `${x}\u0000${turn}`;
      const row = found.get(key) ?? found.set(key, [x]).get(key);
      parts.forEach(([, list], j) => {
        row[head.length + j] = list[i];
      });
    });
    head.push(...parts.map(([name]) => name));
  }
  const body = [...found.values()].map((row) => Array.from({ length: head.length }, (_, i) => row[i] ?? null));
  const timed = body.every((row) => typeof row[0] === "string" && /^\d{4}-\d\d/.test(row[0]));
  if (timed && body.every((row) => row[0].endsWith("T00:00:00"))) {
    body.forEach((row) => row.splice(0, 1, row[0].slice(0, 10)));
  }
  return { head, body: timed ? body.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)) : body };
}

function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(figure) {
  const { head, body } = rows(figure);
  return [head, ...body].map((row) => row.map(cell).join(",")).join("\r\n");
}

function table(figure) {
  const { head, body } = rows(figure);
  const element = document.createElement("table");
  const top = element.createTHead().insertRow();
  for (const name of head) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    top.append(th);
  }
  const rest = element.createTBody();
  for (const row of body) {
    const tr = rest.insertRow();
    row.forEach((value, i) => {
      const td = i ? tr.insertCell() : tr.appendChild(document.createElement("th"));
      if (!i) {
        td.scope = "row";
      }
      td.textContent = typeof value === "string" ? value.replace("T", " ").replace(/:00$/, "") : format(value);
    });
  }
  return element;
}

// --- one chart ----------------------------------------------------------------------------------------------

const zoomKey = (figure) => (figure.id ? `zoom-${figure.id}` : "");

function hash() {
  return new URLSearchParams(location.hash.slice(1));
}

function rememberedZoom(element) {
  const value = zoomKey(element) && hash().get(zoomKey(element));
  return value ? value.split("~") : null;
}

function rememberZoom(element, range) {
  if (!zoomKey(element)) {
    return;
  }
  const all = hash();
  if (range) {
    all.set(zoomKey(element), range.map((end) => String(end).slice(0, 16)).join("~"));
  } else {
    all.delete(zoomKey(element));
  }
  const text = all.toString();
  history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
}

class Chart {
  constructor(element) {
    this.element = element;
    this.canvas = element.querySelector(".chart-canvas");
    this.table = element.querySelector(".chart-table");
    this.state = element.querySelector(".chart-state");
    this.tools = element.querySelector(".chart-tools");
    this.note = element.querySelector(".chart-note");
    this.zoom = rememberedZoom(element);
    element.addEventListener("click", (event) => this.clicked(event));
    new ResizeObserver(() => this.resized()).observe(this.canvas);
  }

  async load() {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    try {
      const [answer] = await Promise.all([fetch(this.element.dataset.chartUrl, { headers: { Accept: "application/json" } }), loadPlotly()]);
      if (!answer.ok) {
        throw new Error(`the server answered ${answer.status}`);
      }
      this.figure = await answer.json();
      await this.draw();
    } catch (error) {
      if (!this.drawn) {
        this.failed(error);
      }
    } finally {
      this.loading = false;
      this.element.setAttribute("aria-busy", "false");
    }
    if (this.again) {
      this.again = false;
      await this.load();
    }
  }

  async draw() {
    const figure = this.figure;
    const empty = !figure.traces.length;
    this.tools.hidden = empty;
    this.note.textContent = figure.note ?? "";
    this.note.hidden = !figure.note;
    if (empty) {
      this.say("bar-chart", figure.empty || "Nothing to show yet.");
      return;
    }
    this.state.hidden = true;
    const Plotly = await loadPlotly();
    await Plotly.react(this.canvas, plotlyTraces(figure), { ...layout(figure, this.zoom), width: this.paperWidth }, { displayModeBar: false, responsive: false, doubleClick: "autosize", locale: "en" });
    if (!this.drawn) {
      this.drawn = true;
      this.canvas.on("plotly_relayout", (change) => this.zoomed(change));
    }
    if (!this.table.hidden) {
      this.table.replaceChildren(table(figure));
    }
  }

  zoomed(change) {
    if (change["xaxis.range[0]"] !== undefined) {
      this.zoom = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      rememberZoom(this.element, this.zoom);
    } else if (change["xaxis.autorange"] || change["xaxis.range"]) {
      this.zoom = null;
      rememberZoom(this.element, null);
    }
  }

  resized() {
    if (this.drawn && !this.paperWidth && this.canvas.offsetWidth) {
      window.Plotly.Plots.resize(this.canvas);
    }
  }

  say(icon, text, button) {
    const sign = document.createElement("i");
    sign.className = `bi bi-${icon}`;
    sign.ariaHidden = "true";
    const words = document.createElement("span");
    words.textContent = text;
    this.state.replaceChildren(sign, words, ...(button ? [button] : []));
    this.state.hidden = false;
  }

  failed(error) {
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "btn btn-sm btn-outline-secondary";
    retry.textContent = "Try again";
    retry.dataset.chartAction = "retry";
    this.say("cloud-slash", `This chart could not be loaded: ${error.message}.`, retry);
  }

  clicked(event) {
    const button = event.target.closest("[data-chart-action]");
    const action = button?.dataset.chartAction;
    if (action === "retry") {
      this.state.hidden = true;
      this.element.setAttribute("aria-busy", "true");
      this.load();
    } else if (action === "table") {
      const open = this.table.hidden;
      this.table.hidden = !open;
      this.table.replaceChildren(...(open ? [table(this.figure)] : []));
      button.setAttribute("aria-pressed", String(open));
    } else if (action === "csv") {
      this.download();
    }
  }

  download() {
    const link = document.createElement("a");
    const title = this.element.querySelector(".chart-title").textContent.trim();
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv(this.figure)], { type: "text/csv" }));
    link.download = `${title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

// --- all charts of a page -----------------------------------------------------------------------------------

const charts = new Map();
const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries.filter((one) => one.isIntersecting)) {
      seen.unobserve(entry.target);
      charts.get(entry.target)?.load();
    }
  },
  { rootMargin: "300px" },
);

function find(root) {
  for (const element of [root, ...root.querySelectorAll(FIGURES)]) {
    if (element.matches?.(FIGURES) && !charts.has(element)) {
      charts.set(element, new Chart(element));
      seen.observe(element);
    }
  }
}

function alive() {
  for (const element of charts.keys()) {
    if (!element.isConnected) {
      charts.delete(element);
    }
  }
  return [...charts.values()];
}

const redraw = () => Promise.all(alive().filter((chart) => chart.figure).map((chart) => chart.draw()));

export const refresh = () => Promise.all(alive().filter((chart) => chart.figure).map((chart) => chart.load()));

document.addEventListener("emads:refresh", refresh);
document.addEventListener("emads:theme", redraw);
document.addEventListener("htmx:load", (event) => find(event.target));

// Paper is light and narrow.
const PAPER_WIDTH = 660;
let shown;
window.addEventListener("beforeprint", () => {
  shown = document.documentElement.dataset.bsTheme;
  document.documentElement.dataset.bsTheme = "light";
  const page = document.querySelector(".page")?.offsetWidth ?? PAPER_WIDTH;
  for (const chart of alive()) {
    chart.paperWidth = (PAPER_WIDTH * chart.canvas.offsetWidth) / page;
  }
  redraw();
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.bsTheme = shown;
  for (const chart of alive()) {
    chart.paperWidth = undefined;
  }
  redraw();
});

find(document.body);
