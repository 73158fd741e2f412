// Light touches: failures are said, tokens stay fresh, ids are copied, focus goes to what is wrong.

const failures = document.getElementById("failures");
const isPolled = (detail) => !detail.requestConfig?.triggeringEvent; // refresh.js says what becomes of these

function say(content) {
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

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!isPolled(detail)) say(explain(detail.xhr));
});
for (const silence of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(silence, ({ detail }) => {
    if (!isPolled(detail)) say(failures.dataset.silent);
  });
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const isAnswered = detail.successful || detail.xhr.status === 422;
  if (isAnswered && !isPolled(detail)) failures.replaceChildren();
});

// A sign-in in another tab changes the token; the cookie always has the right one.
const freshToken = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];

document.addEventListener("htmx:configRequest", ({ detail }) => {
  const { formData, headers, verb } = detail;
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

// Never take away what was typed or chosen while a response was on its way. A single field stays as it is and is
// checked again; anything larger gets the newer values back.
const TYPED = 'input:not([type="checkbox"], [type="radio"], [type="hidden"]), textarea, select:not([multiple])';
const CHOSEN = 'input[type="radio"]:checked, input[type="checkbox"]';
let newer = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  const sent = requestConfig.formData;
  const form = requestConfig.elt.closest("form");
  const fields = (selector) => [...(target?.querySelectorAll(selector) ?? [])];
  const typed = fields(TYPED).filter(({ name, value }) => sent.has(name) && sent.get(name) !== value);
  const chosen = fields(CHOSEN).filter(
    (field) => form && field.form === form && sent.getAll(field.name).includes(field.value) !== field.checked,
  );
  newer = [...typed.map(({ id, value }) => ({ id, value })), ...chosen.map(({ id, checked }) => ({ id, checked }))];
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

// An id that is cut for the eye: in full where the pointer rests.
document.addEventListener("pointerover", ({ target }) => {
  const value = target.closest?.(".copy--short .copy__value");
  if (value) value.title = value.textContent;
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
  await copy(button.dataset.copy || button.previousElementSibling.textContent);
  button.classList.add("is-done");
  document.dispatchEvent(new CustomEvent("announce", { detail: button.dataset.copied }));
  setTimeout(() => button.classList.remove("is-done"), 1600);
});
