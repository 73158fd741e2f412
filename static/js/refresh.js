// Parts of a page that refresh themselves: only what has changed is replaced, and a page that stops updating says so.
//
// The swap "refresh" makes the element on the page equal to the new one node by node. What is equal already is not
// touched, so open details, selected text, ticked boxes, focus and the scroll position stay as they are.

const htmx = window.htmx;
const BROWSER_OWNED = new Set(["open"]); // attributes that the user changes by using the page
const RUNTIME_CLASS = /^(htmx|is)-/; // classes that scripts set for a moment
const isScripted = (node) => isElement(node) && node.hasAttribute("data-scripted"); // added by a script: it stays

const isElement = (node) => node.nodeType === Node.ELEMENT_NODE;
const block = (element) => [...element.classList].find((each) => !RUNTIME_CLASS.test(each));

function isSameKind(old, fresh) {
  if (old.nodeName !== fresh.nodeName) return false;
  return !isElement(old) || (old.id === fresh.id && block(old) === block(fresh));
}

function patchAttributes(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !BROWSER_OWNED.has(name) && name !== "class") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    const isLeftAlone = name === "class" || BROWSER_OWNED.has(name) || old.getAttribute(name) === value;
    if (!isLeftAlone) old.setAttribute(name, value);
  }
  const classes = [...fresh.classList, ...[...old.classList].filter((each) => RUNTIME_CLASS.test(each))].join(" ");
  if (classes !== [...old.classList].join(" ")) old.setAttribute("class", classes);
}

/** For each child of `fresh` the child of `old` that it is the newer version of, if there is one. */
function matchesOf(old, fresh) {
  const equal = new Map(); // children without an id by their whole content: so that what only moved is found again
  for (const child of old.children) if (!child.id) equal.set(child.outerHTML, [...(equal.get(child.outerHTML) ?? []), child]);
  const matches = new Map();
  for (const child of fresh.children) {
    const found = child.id ? [...old.children].find((each) => each.id === child.id) : equal.get(child.outerHTML)?.shift();
    if (found && isSameKind(found, child)) matches.set(child, found);
  }
  const taken = new Set(matches.values());
  const free = [...old.children].filter((child) => !child.id && !taken.has(child));
  for (const child of fresh.children) {
    if (child.id || matches.has(child)) continue;
    const at = free.findIndex((each) => isSameKind(each, child));
    if (at >= 0) matches.set(child, free.splice(0, at + 1).at(-1));
  }
  return matches;
}

function patch(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (!isElement(old)) {
    old.data = fresh.data;
    return;
  }
  patchAttributes(old, fresh);
  const matches = matchesOf(old, fresh);
  const staying = new Set(matches.values());
  for (const child of [...old.children]) if (!staying.has(child) && !isScripted(child)) child.remove();
  let next = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const isText = next && !isElement(node) && isSameKind(next, node);
    const match = isText ? next : matches.get(node);
    if (!match) {
      old.insertBefore(node, next);
      continue;
    }
    if (match === next) next = next.nextSibling;
    else (old.moveBefore ?? old.insertBefore).call(old, match, next);
    patch(match, node);
  }
  while (next) {
    const rest = next;
    next = next.nextSibling;
    if (!isScripted(rest)) rest.remove();
  }
}

const announce = (text) => document.dispatchEvent(new CustomEvent("announce", { detail: text }));

/** What an element says apart from its relative times: that a minute has passed is no news. */
function text(element) {
  const said = element.cloneNode(true);
  for (const each of said.querySelectorAll('[data-moment="relative"]')) each.remove();
  return said.textContent.trim().replace(/\s+/g, " ");
}

/** What the parts marked with `data-announce` say, by the name of what they are about. */
function statuses(root) {
  const marked = [...root.querySelectorAll("[data-announce]")];
  if (root.matches("[data-announce]")) marked.push(root);
  return new Map(marked.map((each) => [each.dataset.announce, text(each)]));
}

htmx.defineExtension("refresh", {
  isInlineSwap: (style) => style === "refresh",
  handleSwap(style, target, fragment) {
    if (style !== "refresh") return false;
    const fresh = fragment.firstElementChild;
    if (!fresh || !isSameKind(target, fresh)) {
      const inserted = [...fragment.children];
      target.replaceWith(fragment);
      return inserted;
    }
    const focused = document.activeElement;
    const before = statuses(target);
    patch(target, fresh);
    if (focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
    for (const [about, news] of statuses(target)) {
      if (news && before.get(about) !== news) announce(about ? `${about}: ${news}` : news);
    }
    return [target];
  },
});

// A page that has stopped updating says since when, why, and goes on trying until it updates again.

const PATIENCE = 10_000; // milliseconds that an answer may take
const SIGNED_OUT_PAUSE = 60_000; // a page whose session has ended asks once a minute whether there is one again
const notice = document.getElementById("stale");
const opened = new Date();
const updated = new Map(); // when each part was updated last, by its id
const failing = new Map(); // since when each part is not updated, by its id
let signedOut = false;
let askedAt = 0;

const isPolled = (detail) => !detail.requestConfig?.triggeringEvent;

function moment(date) {
  const shown = date.toLocaleString("sv-SE", { timeZone: notice.dataset.timeZone });
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: notice.dataset.timeZone });
  return shown.startsWith(today) ? shown.slice(-8) : shown;
}

function reasonOf(xhr) {
  const sent = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector("[data-notice]");
  if (sent) return [...sent.childNodes];
  const words = notice.dataset;
  if (!xhr.status) return [words.silent];
  if (xhr.status === 403) return [words.denied];
  return [xhr.status >= 500 ? words.broken : words.other];
}

function fail(detail) {
  const id = detail.elt.id;
  if (!failing.has(id)) failing.set(id, updated.get(id) ?? opened);
  const since = new Date(Math.min(...failing.values()));
  const title = document.createElement("p");
  title.className = "stale__title";
  title.textContent = notice.dataset.since.replace("{time}", moment(since));
  const reason = document.createElement("div");
  reason.className = "stale__reason";
  reason.append(...reasonOf(detail.xhr));
  const body = notice.querySelector("[data-stale-body]");
  if (body.textContent !== title.textContent + reason.textContent) body.replaceChildren(title, reason);
  notice.hidden = false;
}

function recover() {
  for (const id of failing.keys()) if (!document.getElementById(id)) failing.delete(id);
  if (failing.size || notice.hidden) return;
  notice.hidden = true;
  notice.querySelector("[data-stale-body]").replaceChildren();
  announce(notice.dataset.again);
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.triggeringEvent) return;
  detail.headers["X-Refreshes-Itself"] = "true"; // the user did nothing: this keeps no session alive
  detail.timeout = PATIENCE;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isPolled(event.detail) || !signedOut) return;
  if (Date.now() - askedAt < SIGNED_OUT_PAUSE) event.preventDefault();
  else askedAt = Date.now();
});
for (const comesBack of ["visibilitychange", "focus"]) {
  addEventListener(comesBack, () => (askedAt = 0)); // perhaps the user has just signed in in another tab
}
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (detail.xhr.status === 401) {
      signedOut = true;
      askedAt = Date.now();
    }
    if (isPolled(detail)) fail(detail);
  });
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!detail.successful && detail.xhr.status !== 422) return;
  signedOut = false;
  if (!isPolled(detail)) return;
  updated.set(detail.elt.id, new Date());
  failing.delete(detail.elt.id);
  recover();
});
