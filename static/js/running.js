// Running times tick between two refreshes, by the server's clock.

const words = document.getElementById("moment-words").dataset;
const AHEAD = Date.now() - Number(words.clock); // milliseconds: this machine's clock against the server's

/** The server's time, in milliseconds. */
const serverNow = () => Date.now() - AHEAD;

function tick() {
  for (const element of document.querySelectorAll("[data-running-since]")) {
    const minutes = Math.max(0, Math.floor((serverNow() - Date.parse(element.dataset.runningSince)) / 60_000));
    const text = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", tick);
