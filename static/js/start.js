// The start page: the panel shows what will be sent as the form stands now, however answers overtake each other.

const SENT = [
  "project", "device", "video_stream_id", "profile", "storage", "output_format", "max_media_file_duration",
  "max_idle_time", "file_name_prefix",
];
const LEFT_BY_A_REFRESH = SENT.slice(0, 3);
let waiting;

function askAgain() {
  clearTimeout(waiting);
  waiting = setTimeout(() => document.getElementById("checker").dispatchEvent(new Event("stale")), 50);
}

document.addEventListener("htmx:afterSettle", ({ detail: { requestConfig } }) => {
  const sent = requestConfig?.formData;
  const form = document.getElementById("start-form");
  if (!form || !sent?.has("reference") || sent.get("refresh") === "devices") return;
  const now = new FormData(form);
  const names = sent.has("refresh") ? LEFT_BY_A_REFRESH : SENT;
  if (names.some((name) => (sent.get(name) ?? "") !== (now.get(name) ?? ""))) askAgain();
});

// A field was checked, and taken off the page before its answer came
document.addEventListener("htmx:oobErrorNoTarget", askAgain);

// What the button brought stays: a refresh that was asked for before it came is too late.
const isPress = (elt, sent) => elt.id === "start-form" && !sent.has("refresh");
let pressed = 0;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.issued = performance.now();
  if (isPress(detail.elt, detail.formData)) pressed = detail.issued;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, formData, issued } = event.detail.requestConfig;
  if (isPress(elt, formData)) pressed = performance.now();
  else if (formData.has("refresh") && issued < pressed) event.detail.shouldSwap = false;
});
