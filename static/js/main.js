// Where the page's scripts begin: one line for each thing that lives on it.

import { startAnnouncing } from "./announce.js";
import { startBulk } from "./bulk.js";
import { startDressing } from "./dressing.js";
import { startClock } from "./clock.js";
import { startCode } from "./code.js";
import { startCommands } from "./commands.js";
import { Composer } from "./composer.js";
import { showConnection, watchNetwork } from "./connection.js";
import { startCopying } from "./copy.js";
import { all, one } from "./dom.js";
import { startFolders } from "./folders.js";
import { startFollowing } from "./follow.js";
import { apply } from "./frames.js";
import { startKeys } from "./keys.js";
import { startEditing } from "./editing.js";
import { startMacros } from "./macros.js";
import { startMenus } from "./menus.js";
import { startPicker } from "./picker.js";
import { startRenaming } from "./renaming.js";
import { startOlder } from "./older.js";
import { startPalette } from "./palette.js";
import { startNotifying } from "./notify.js";
import { startPasskeys } from "./passkeys.js";
import { startNotes } from "./notes.js";
import { startPrinting } from "./printing.js";
import { startReturning } from "./returning.js";
import { startSearch } from "./search.js";
import { startSidebar } from "./sidebar.js";
import { startSlash } from "./slash.js";
import { Socket } from "./socket.js";
import { startWorker } from "./worker.js";
import { startSpeech } from "./speech.js";

function liveAddress(topics, log) {
  const url = new URL(document.body.dataset.liveUrl, location.href.replace(/^http/, "ws"));
  for (const topic of topics.trim().split(/\s+/)) url.searchParams.append("topic", topic);
  url.searchParams.set("since", log?.dataset.revision ?? 0);
  return url;
}

function follow(topics, log) {
  new Socket(() => liveAddress(topics, log), (html) => apply(html, "", log), showConnection).start();
}

const form = one("#composer");
const composer = form && new Composer(form);
startCommands(composer);
startSidebar();
startMenus();
startFolders();
startRenaming();
startBulk();
startSlash();
startFollowing();
startClock();
startCopying();
startCode();
startNotes();
startSpeech();
startPrinting();
startAnnouncing();
startKeys();
startReturning();
startPicker();
startMacros();
startEditing();
startOlder();
startPalette();
startSearch();
startNotifying();
startPasskeys();
startWorker();
composer?.start();
// In a task of its own: a person can write before a long thread is dressed.
setTimeout(startDressing);
if (document.body.dataset.liveUrl && one("#sidebar, [data-room]")) {
  watchNetwork();
  follow(document.body.dataset.topics, one("#log"));
}
for (const log of all("[data-follows]")) follow(log.dataset.follows, log);
