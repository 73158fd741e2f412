// What every page needs.

import "../app.js";
import "../announce.js";
import "../dialog.js";
import "../moments.js";
import "../preferences.js";
import "../refresh.js";
import "../running.js";
import "../shortcuts.js";
