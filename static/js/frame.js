// The frame: theme switch without a reload, help bubbles, closing messages, the unread count.
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

// Live pages call this with the new number of unread messages.
function showUnread(count) {
  for (const badge of document.querySelectorAll("[data-unread]")) {
    badge.textContent = count > 99 ? "99+" : String(count);
    badge.hidden = count < 1;
  }
  const spoken = document.querySelector("[data-unread-text]");
  if (spoken) {
    spoken.textContent = count ? `${count} unread` : "none unread";
  }
}

document.addEventListener("emads:unread", (event) => showUnread(event.detail));
document.addEventListener("htmx:load", (event) => enliven(event.target));
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit-on-change]")) {
    event.target.form.requestSubmit();
  }
});
enliven(document);
