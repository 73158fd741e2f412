// Light touches: failures are said, tokens stay fresh, ids are copied, focus goes to what is wrong.

const failures = document.getElementById("failures");
let failedByItself = false; // whether what is shown came from a page that refreshes itself

const isPolled = (detail) => !detail.requestConfig?.triggeringEvent;

function say(content, polled) {
  const notice = document.createElement("div");
  notice.className = "alert alert--bad";
  const body = document.createElement("div");
  body.className = "alert__body";
  body.append(content);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "alert__close";
  close.setAttribute("aria-label", failures.dataset.close);
  close.textContent = "×";
  notice.append(document.createElement("span"), body, close);
  failedByItself = polled;
  if (failures.textContent !== notice.textContent) failures.replaceChildren(notice);
}

/** The notice that the server sent for this page to show, or a sentence of our own. */
function explain(xhr) {
  const sent = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-notice]");
  if (sent) return sent;
  const words = failures.dataset;
  if (xhr.status === 403) return words.denied;
  if (xhr.status === 404) return words.missing;
  return xhr.status >= 500 ? words.broken : words.other;
}

let signedOut = false; // then what refreshes itself asks no more, until something that a person does is answered

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) signedOut = true;
  say(explain(detail.xhr), isPolled(detail));
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const { detail } = event;
  if (!isPolled(detail)) return;
  const isChosenFrom = detail.elt.querySelector('input[type="checkbox"]:checked'); // then it stays as it is
  if (signedOut || isChosenFrom) event.preventDefault();
});
for (const silence of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(silence, ({ detail }) => say(failures.dataset.silent, isPolled(detail)));
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const answered = detail.successful || detail.xhr.status === 422;
  if (answered) signedOut = false;
  if (answered && isPolled(detail) === failedByItself) failures.replaceChildren();
});

// A sign-in in another tab changes the token; the cookie always has the right one.
const freshToken = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const { formData, headers, verb } = detail;
  if (!detail.triggeringEvent) headers["X-Refreshes-Itself"] = "true"; // nobody did anything: keeps no session alive
  const token = freshToken();
  if (token && formData.has("csrfmiddlewaretoken")) formData.set("csrfmiddlewaretoken", token);
  if (verb !== "get") return;
  for (const [name, value] of [...formData]) if (!value) formData.delete(name); // short addresses for filters
});
document.addEventListener("submit", ({ target }) => {
  const field = target.elements?.csrfmiddlewaretoken;
  const token = freshToken();
  if (field && token) field.value = token;
});

// Never take away what was typed or chosen while an answer was on its way. A single field stays as it is and is
// checked again; anything larger gets the newer values back.
const VALUES = 'input:not([type="checkbox"], [type="radio"], [type="hidden"]), textarea, select:not([multiple])';
let newer = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  const sent = requestConfig.formData;
  const since = (field) => sent.has(field.name) && sent.get(field.name) !== field.value;
  const typed = [...(target?.querySelectorAll(VALUES) ?? [])].filter(since);
  const chosen = [...(target?.querySelectorAll('input[type="radio"]:checked') ?? [])].filter(
    (radio) => sent.get(radio.name) !== radio.value,
  );
  newer = [...typed.map(({ id, value }) => ({ id, value })), ...chosen.map(({ id }) => ({ id, checked: true }))];
  if (typed.length && target.classList.contains("field")) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterSettle", () => {
  const kept = newer;
  newer = [];
  for (const { id, ...state } of kept) {
    const field = document.getElementById(id);
    if (!field) continue;
    Object.assign(field, state);
    for (const happened of ["input", "change"]) field.dispatchEvent(new Event(happened, { bubbles: true }));
  }
});

// After a form was sent and came back: to what is wrong with it.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.xhr?.status !== 422 || !detail.requestConfig?.elt.matches("form")) return;
  const form = document.getElementById(detail.target.id);
  form?.querySelector('.alert[tabindex], [aria-invalid="true"]:not([type="hidden"])')?.focus();
});

// Questions are asked in the browser's own dialog; without it their links lead to a page that asks the same.
const dialog = document.getElementById("dialog");
const besidePage = document.createComment("failures"); // where they stand while no dialog covers the page
failures?.before(besidePage);

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== "dialog-body" || dialog.open) return;
  dialog.prepend(failures); // what fails in the dialog is said in it: nothing behind it can be reached
  dialog.showModal();
});
document.addEventListener("click", (event) => {
  const leaves = event.target.closest?.("[data-close-dialog]");
  if (event.target !== dialog && !(leaves && dialog.contains(leaves))) return;
  event.preventDefault();
  dialog.close();
});
dialog?.addEventListener("close", () => {
  besidePage.after(failures);
  document.getElementById("dialog-body").replaceChildren();
});

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea"); // over plain http there is no clipboard
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

document.addEventListener("click", async ({ target }) => {
  if (target.closest?.(".alert__close")) failures.replaceChildren();
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  button.classList.add("is-done");
  setTimeout(() => button.classList.remove("is-done"), 1600);
});
