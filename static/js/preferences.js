// The theme changes without leaving the page. The language is that of the server's words, so the page comes again:
// with what was typed and chosen, at the same place. Without this both forms work as they are.

const KEPT = "typed-before-language"; // in sessionStorage, until the page is there again
const LONGEST = 3000; // characters of one field in an address, which servers limit to 4,094

// A form that the server fills from the address (`data-refill`) comes back filled: nothing is restored in it.
const fields = () => [...document.querySelectorAll("main :is(input, select, textarea)")].filter(
  (field) => isKept(field) && !field.form?.matches("[data-refill]"),
);
const isKept = ({ name, type, dataset }) => // never a secret; of what is hidden only what says so
  name && (type === "hidden" ? "keep" in dataset : !["password", "file", "submit"].includes(type));
const isTick = ({ type }) => type === "checkbox" || type === "radio";
const stateOf = (field) => (isTick(field) ? field.checked : field.value);
const keyOf = (field) => (isTick(field) ? `${field.name} ${field.value}` : field.name);

let saved = Promise.resolve(); // when the themes that were chosen are stored, one after the other
let unsaved = 0;

function setTheme(form, button) {
  document.documentElement.dataset.theme = button.value;
  form.querySelector(`.theme--${button.value}`).focus(); // the button that was pressed is hidden now
  const body = new URLSearchParams(new FormData(form, button));
  const send = () => fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
  unsaved += 1;
  saved = saved.then(send).catch(() => {}).finally(() => (unsaved -= 1));
}

/** The address of this page; with the fields of a form that is filled from the address (`data-refill`). */
function addressWithTyped() {
  const address = new URL(location.href);
  const form = document.querySelector("form[data-refill]");
  for (const field of form?.elements ?? []) {
    if (!isKept(field) || (isTick(field) && !field.checked)) continue;
    if (field.value.length < LONGEST) address.searchParams.set(field.name, field.value);
  }
  return address.pathname + address.search;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-theme-form]")) {
    event.preventDefault();
    setTheme(form, event.submitter);
  } else if (form.matches("[data-language-form]")) {
    if (unsaved) {
      event.preventDefault(); // the page that comes would have the theme of before
      saved.then(() => form.requestSubmit(event.submitter));
      return;
    }
    form.elements.next.value = addressWithTyped();
    const states = fields().map((field) => [keyOf(field), stateOf(field)]);
    sessionStorage.setItem(KEPT, JSON.stringify({ path: location.pathname, top: scrollY, states }));
  }
});

function restore({ path, top, states }) {
  if (path !== location.pathname) return;
  for (const field of fields()) {
    const at = states.findIndex(([key]) => key === keyOf(field));
    if (at < 0) continue;
    const [[, state]] = states.splice(at, 1);
    if (stateOf(field) === state) continue;
    field[isTick(field) ? "checked" : "value"] = state;
    for (const happened of ["input", "change"]) field.dispatchEvent(new Event(happened, { bubbles: true }));
  }
  scrollTo(0, top);
  [...document.querySelectorAll("[data-language-form] button")].find((button) => button.offsetParent)?.focus();
}

const kept = sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);
if (kept) restore(JSON.parse(kept));
