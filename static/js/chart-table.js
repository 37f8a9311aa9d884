// The numbers of a chart as people read them: rows, an accessible table, CSV. Exactly what is drawn.
const THIN = "\u202f";

export function format(value) {
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

export function table(figure) {
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
