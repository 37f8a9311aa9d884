// Follows new readings, alerts and messages while the page is in view. Everything works without it.
const THROTTLE_MS = 2000;
const MOST_TOASTS = 3;

let source = null;
let last = "";
let hiddenBefore = false;

// --- the stream ---------------------------------------------------------------------------------------------

function open() {
  if (source || document.hidden) {
    return;
  }
  source = new EventSource(last ? `/live/?after=${encodeURIComponent(last)}` : "/live/");
  if (hiddenBefore && !last) {
    refresh();
  }
  source.addEventListener("readings", (event) => heard(event, (news) => shows(news.sensors) && refresh()));
  source.addEventListener("alert", (event) => heard(event, alerted));
  source.addEventListener("message", (event) => heard(event, showCounts));
  source.addEventListener("refresh", (event) => heard(event, everything));
}

function close() {
  source?.close();
  source = null;
  hiddenBefore = true;
}

function heard(event, act) {
  last = event.lastEventId || last;
  if (event.data) {
    act(JSON.parse(event.data));
  }
}

// --- what it changes ----------------------------------------------------------------------------------------

/** Whether the page is about one of these sensors; a page that names none is about all of them. */
function shows(sensors) {
  const named = [...document.querySelectorAll("[data-sensors]")].flatMap((one) => one.dataset.sensors.split(" "));
  const own = new Set(named.filter(Boolean));
  return !own.size || sensors.some((sensor) => own.has(sensor));
}

function everything(news) {
  showCounts(news);
  refresh();
}

function alerted(news) {
  const own = news.alerts.filter((alert) => shows([alert.sensor]));
  announce(news.alerts);
  showCounts(news);
  if (own.length || shows(news.changed) || news.new > news.alerts.length) {
    refresh();
  }
}

function showCount(name, count) {
  for (const badge of document.querySelectorAll(`[data-count=${name}]`)) {
    badge.firstElementChild.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = !count;
  }
}

/** The bell and the navigation: open alerts, unread messages. */
function showCounts({ open: alerts, unread }) {
  if (alerts !== undefined) {
    showCount("alerts", alerts);
  }
  if (unread !== undefined) {
    showCount("unread", unread);
    sayUnread(unread);
  }
}

function sayUnread(count) {
  for (const words of document.querySelectorAll("[data-unread-text]")) {
    words.textContent = `${count || "none"} unread`;
  }
  const [title] = document.title.split(/ \(\d+\) · | · (?=EMADS$)/);
  document.title = count ? `${title} (${count}) · EMADS` : `${title} · EMADS`;
}

// --- refreshing: at most once in two seconds, and never lost ------------------------------------------------

let waiting = null;
let refreshedAt = 0;

function refresh() {
  if (waiting) {
    return;
  }
  const wait = Math.max(0, refreshedAt + THROTTLE_MS - performance.now());
  waiting = setTimeout(() => {
    waiting = null;
    refreshedAt = performance.now();
    document.dispatchEvent(new CustomEvent("emads:refresh")); // charts
    document.dispatchEvent(new CustomEvent("emads:figures")); // blocks that htmx reloads
    refreshBlocks();
  }, wait);
}

/** Somebody types in it, or has something open in it. */
function inUse(block) {
  return block.contains(document.activeElement) || block.querySelector(".show, dialog[open], details[open]") !== null;
}

async function refreshBlocks() {
  const blocks = [...document.querySelectorAll("[data-live]")].filter((block) => !inUse(block));
  for (const block of blocks.filter((one) => one.hasAttribute("hx-get"))) {
    window.htmx?.trigger(block, "live");
  }
  const plain = blocks.filter((one) => one.id && !one.hasAttribute("hx-get"));
  if (plain.length) {
    await replace(plain);
  }
}

/** Take the blocks anew from the page itself; its charts keep their own way. */
async function replace(blocks) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const block of blocks) {
    const made = fresh.getElementById(block.id);
    if (made && !inUse(block) && made.innerHTML !== block.innerHTML) {
      block.replaceChildren(...made.childNodes);
      window.htmx?.process(block);
      block.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: block } }));
    }
  }
}

// --- alerts, for eyes and ears ------------------------------------------------------------------------------

function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text ?? "";
  return element;
}

const corner = make("div", "toast-container position-fixed bottom-0 end-0 p-3 mb-5 mb-lg-0");
corner.setAttribute("role", "status");
corner.setAttribute("aria-live", "polite");
document.body.append(corner);

function announce(alerts) {
  for (const alert of [...alerts].reverse()) {
    const toast = make("div", "toast show");
    const head = make("div", "toast-header");
    const shut = make("button", "btn-close ms-auto");
    shut.type = "button";
    shut.ariaLabel = "Close";
    shut.addEventListener("click", () => toast.remove());
    head.append(make("strong", `severity severity-${alert.severity}`, `New alert, ${alert.severity}`), shut);
    const body = make("div", "toast-body", `${alert.message} `);
    const link = make("a", "", "See it");
    link.href = alert.link;
    body.append(link);
    toast.append(head, body);
    corner.append(toast);
  }
  while (corner.children.length > MOST_TOASTS) {
    corner.firstElementChild.remove();
  }
}

document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", open);
open();
