// The inbox by keyboard: j and k move, x chooses, a acknowledges, r resolves, s snoozes, Enter opens.
const rows = () => [...document.querySelectorAll("[data-alert]")];
const current = () => document.activeElement?.closest?.("[data-alert]");
let last = 0;

function go(step) {
  const all = rows();
  if (!all.length) {
    return;
  }
  const at = all.indexOf(current());
  const next = at < 0 ? Math.min(last, all.length - 1) : Math.max(0, Math.min(all.length - 1, at + step));
  last = next;
  all[next].focus();
  all[next].scrollIntoView({ block: "nearest" });
}

function typing(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
}

function choose(row) {
  const box = row.querySelector(".inbox-check");
  if (box) {
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) {
    return;
  }
  const row = current();
  if (event.key === "j" || event.key === "k") {
    go(event.key === "j" ? 1 : -1);
  } else if (row && event.key === "x") {
    choose(row);
  } else if (row && event.key === "Enter" && event.target === row) {
    row.querySelector(".inbox-text a").click();
  } else if (row && ["a", "r", "s"].includes(event.key)) {
    row.querySelector(`[data-key="${event.key}"]`)?.click();
  } else {
    return;
  }
  event.preventDefault();
});

// htmx replaces the row; the place in the list must not be lost.
document.addEventListener("htmx:beforeSwap", (event) => {
  const at = rows().indexOf(event.detail.target);
  if (at >= 0) {
    last = at;
  }
});
document.addEventListener("htmx:afterSettle", () => rows()[last]?.focus());

function count() {
  const boxes = [...document.querySelectorAll(".inbox-check")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = document.querySelector("[data-bulk-all]");
  const said = document.querySelector("[data-bulk-count]");
  if (all && said) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    said.textContent = chosen ? `${chosen} chosen` : "";
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-bulk-all]")) {
    for (const box of document.querySelectorAll(".inbox-check")) {
      box.checked = event.target.checked;
    }
  }
  count();
});
