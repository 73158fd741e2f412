// Relative times ("3 min ago") stay current. The server writes them too (recordings/templatetags/moments.py), in the
// same words, so a refreshed part of a page and this clock agree; nothing is written that is there already.

const words = document.getElementById("moment-words").dataset;
const PAUSE = 15_000; // milliseconds: a minute is shown at most this late
const AHEAD = Date.now() - Number(words.clock); // milliseconds: this machine's clock against the server's
const AN_HOUR = 60; // minutes
const CLOCKS_APART = 5 / 60; // minutes that other machines' clocks may be ahead

function textOf(element) {
  const age = (Date.now() - AHEAD - Date.parse(element.dateTime)) / 60_000;
  if (Math.abs(age) >= AN_HOUR) return element.title.slice(11, 16); // the time of day
  if (age >= -CLOCKS_APART && age < 1) return words.now;
  return age > 0 ? words.ago.replace("{n}", Math.floor(age)) : words.ahead.replace("{n}", Math.ceil(-age));
}

function tick() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll('time[data-moment="relative"]')) {
    const text = textOf(element);
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(tick, PAUSE);
for (const event of ["visibilitychange", "htmx:afterSettle"]) document.addEventListener(event, tick);
