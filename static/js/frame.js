// The frame: theme switch without a reload, help bubbles.
const csrf = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

function switchTheme(form, button) {
  const choice = button.value;
  document.documentElement.dataset.theme = choice;
  for (const other of form.querySelectorAll("button")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const body = new FormData(form);
  body.set("theme", choice);
  fetch(form.action, { method: "POST", body, headers: { "X-CSRFToken": csrf() } }).catch(() => form.requestSubmit(button));
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.theme-choice");
  if (form && event.submitter) {
    event.preventDefault();
    switchTheme(form, event.submitter);
  }
});

function enliven(root) {
  for (const bubble of root.querySelectorAll("[data-bs-toggle=tooltip]")) {
    window.bootstrap.Tooltip.getOrCreateInstance(bubble, { trigger: "hover focus click" });
  }
}

document.addEventListener("htmx:load", (event) => enliven(event.target));
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) {
    event.target.form.requestSubmit();
  }
});
enliven(document);
