// Keeps a page current: on each "changed" event, fetches the page again and swaps the parts marked
// data-live. Without JavaScript the page is complete, only older.
"use strict";
(() => {
  const PAUSE_MS = 500;
  const ALONE_MS = 30000;
  const SOON_MS = 1500;
  const STILL = "a[href], button, summary, [tabindex]";
  // What the server last sent for each part: other scripts write into the page, which is no news.
  const sent = new WeakMap();
  // Pages that stand still (a snapshot behind a crowd's web server) say how often they are made anew.
  const EVERY_MS = 1000 * Number(document.documentElement.dataset.still || 0);
  let busy = false;
  let again = false;
  let opened = false;
  let waiting = 0;

  const lost = (yes) => document.documentElement.classList.toggle("stale", yes);

  // Where the reader's focus is within a part: its link and, should that be gone, its place.
  function focusIn(part) {
    const at = document.activeElement;
    if (!at || at === part || !part.contains(at)) return null;
    return { href: at.getAttribute("href"), index: [...part.querySelectorAll(STILL)].indexOf(at) };
  }

  function refocus(part, focus) {
    const all = [...part.querySelectorAll(STILL)];
    const same = focus.href && all.find((one) => one.getAttribute("href") === focus.href);
    const target = same || all[Math.min(focus.index, all.length - 1)];
    if (target) target.focus({ preventScroll: true });
  }

  // What somebody is typing is theirs: that part waits.
  const isTypedInto = (part) => [...part.querySelectorAll("input:not([type=hidden]), textarea")]
    .some((field) => field === document.activeElement || field.value !== field.defaultValue);

  function swap(fresh) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === sent.get(part) || isTypedInto(part)) continue;
      const focus = focusIn(part);
      sent.set(part, next.innerHTML);
      part.replaceChildren(...document.importNode(next, true).childNodes);
      if (focus) refocus(part, focus);
      part.dispatchEvent(new CustomEvent("siaga:fresh", { bubbles: true }));
    }
  }

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-cache" });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
      lost(answer.status >= 500);
    } catch {
      lost(true);
    }
    setTimeout(() => {
      busy = false;
      if (again) { again = false; refresh(); }
    }, PAUSE_MS);
  }

  for (const part of document.querySelectorAll("[data-live]")) sent.set(part, part.innerHTML);
  // A page that is being made (a check that is being asked) is looked at again soon, until it is done.
  if ("soon" in document.documentElement.dataset) setInterval(() => {
    if (document.querySelector("progress")) refresh();
  }, SOON_MS);
  if (EVERY_MS) {
    setInterval(() => { if (!document.hidden) refresh(); }, EVERY_MS);
    return;
  }
  const events = new EventSource("/events");
  // Where many look, they do not all come in one moment: the server says over how long.
  events.addEventListener("changed", (event) => {
    if (document.hidden || waiting) return;
    const spread = Number(event.data.split(" ")[1]) || 0;
    waiting = setTimeout(() => { waiting = 0; refresh(); }, Math.random() * spread);
  });
  events.addEventListener("error", () => {
    // Refused (too many are watching, or files are served): the page fetches itself now and then instead.
    if (events.readyState === EventSource.CLOSED) {
      refresh();
      setInterval(() => { if (!document.hidden) refresh(); }, ALONE_MS);
    } else lost(true);
  });
  events.addEventListener("open", () => { if (opened) refresh(); opened = true; });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
