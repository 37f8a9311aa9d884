// Upload: drop a file anywhere on the form, see its name and size, and be told before sending if it is too large.
const form = document.querySelector("[data-import-form]");
const input = form?.querySelector("input[type=file]");
const state = form?.querySelector("[data-import-state]");

const size = (bytes) => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

function named() {
  const [file] = input.files;
  state.textContent = file ? `${file.name}, ${size(file.size)}` : "";
}

function dropped(event) {
  event.preventDefault();
  form.classList.remove("border-primary");
  if (event.dataTransfer.files.length) {
    input.files = event.dataTransfer.files;
    named();
  }
}

if (form) {
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("border-primary");
  });
  form.addEventListener("dragleave", () => form.classList.remove("border-primary"));
  form.addEventListener("drop", dropped);
  input.addEventListener("change", named);
  form.addEventListener("submit", () => {
    form.querySelector("button.btn-primary").disabled = true;
    state.textContent = "Sending…";
  });
  window.addEventListener("pageshow", () => {
    form.querySelector("button.btn-primary").disabled = false;
  });
}
