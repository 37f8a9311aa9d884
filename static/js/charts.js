// Draws every <figure class="chart" data-chart-url="…"> from the JSON of emads/lib/charts.py.
//
// A figure: {unit, time_zone, traces, empty} and, as wanted, note, x_title, y_title, mode ("stack" | "group"),
// from, to (first and last x shown).
// A trace: {name, role, kind, x, y} and, by kind, low + high (band), z (heatmap), q1 + median + q3 + low + high (box),
// text (points), width, dash, hidden. Colours come from the style sheet by role.

import { layout, plotlyTraces } from "./chart-plot.js";
import { csv, table } from "./chart-table.js";

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
    await Plotly.react(this.canvas, plotlyTraces(figure), { ...layout(figure, this.zoom), width: this.paperWidth, height: this.paperHeight }, { displayModeBar: false, responsive: false, doubleClick: "autosize", locale: "en" });
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
const PAPER_HEIGHT = 220;
let shown;
window.addEventListener("beforeprint", () => {
  shown = document.documentElement.dataset.bsTheme;
  document.documentElement.dataset.bsTheme = "light";
  const page = document.querySelector(".page")?.offsetWidth ?? PAPER_WIDTH;
  for (const chart of alive()) {
    chart.paperWidth = (PAPER_WIDTH * chart.canvas.offsetWidth) / page;
    chart.paperHeight = PAPER_HEIGHT;
  }
  redraw();
});
window.addEventListener("afterprint", () => {
  document.documentElement.dataset.bsTheme = shown;
  for (const chart of alive()) {
    chart.paperWidth = undefined;
    chart.paperHeight = undefined;
  }
  redraw();
});

find(document.body);
