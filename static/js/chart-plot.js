// A figure as Plotly wants it: traces and layout, coloured by role from the style sheet.
import { format } from "./chart-table.js";

const CYCLE = 6;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint(role, turn) {
  const own = css(`--chart-${role}`);
  return own || css(`--chart-series-${(turn % CYCLE) + 1}`);
}

// --- traces -------------------------------------------------------------------------------------------------

// The hour that the clock shows twice: its second showing is drawn half an hour on, and says so.
function trueTimes(x) {
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
  const { x } = trueTimes(trace.x);
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
  const { x, again } = trueTimes(trace.x);
  return [{
    type: "bar", x, y: trace.y, name: trace.name,
    marker: { color: colour, line: { width: 0 } },
    ...spoken(trace, unit, again),
  }];
}

function line(trace, colour, unit) {
  const { x, again } = trueTimes(trace.x);
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
    type: "scatter", mode: "markers", cliponaxis: false, x: trace.x, y: trace.y, name: trace.name, text: trace.text,
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
    const key = trace.kind === "band" || trace.role === "anomaly" ? `${trace.role} ${trace.kind}` : trace.role;
    const before = seen[key] ?? 0;
    seen[key] = before + 1;
    return before;
  });
}

// Plotly reads tags and entities in names and notes; what people called their meters stays plain text.
const MARKS = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const plain = (value) => (typeof value === "string" ? value.replace(/[&<>]/g, (mark) => MARKS[mark]) : value);

function asText(trace) {
  const lists = ["x", "y", "text"].filter((key) => Array.isArray(trace[key])).map((key) => [key, trace[key].map(plain)]);
  return { ...trace, name: plain(trace.name), ...Object.fromEntries(lists) };
}

const ORDER = ["band", "heatmap", "box", "histogram", "bar", "line", "points"];

export function plotlyTraces(figure) {
  const nth = turns(figure.traces);
  const withTurn = figure.traces.map((trace, i) => ({ trace: asText(nth[i] ? { ...trace, role: "other" } : trace), turn: trace.role === "other" ? i : nth[i] }));
  withTurn.sort((a, b) => ORDER.indexOf(a.trace.kind) - ORDER.indexOf(b.trace.kind));
  const withBars = figure.traces.some((trace) => trace.kind === "bar");
  return withTurn.flatMap(({ trace, turn }) => drawn(trace, turn, figure.unit, withBars));
}

// --- layout -------------------------------------------------------------------------------------------------

export function layout(figure, zoom) {
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
