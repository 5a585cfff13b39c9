// Keeps a page current: on each "changed" event, fetches the page again and swaps the parts marked
// data-live. Without JavaScript the page is complete, only older.
"use strict";
(() => {
  const PAUSE_MS = 500;
  const ALONE_MS = 30000;
  const STILL = "a[href], summary, [tabindex]";
  let busy = false;
  let again = false;
  let opened = false;

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

  function swap(fresh) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (!next || next.innerHTML === part.innerHTML) continue;
      const focus = focusIn(part);
      part.replaceChildren(...document.importNode(next, true).childNodes);
      if (focus) refocus(part, focus);
    }
  }

  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
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

  const events = new EventSource("/events");
  events.addEventListener("changed", () => { if (!document.hidden) refresh(); });
  events.addEventListener("error", () => {
    lost(true);
    // Refused (too many are watching): the page fetches itself instead, and says how old it is until then.
    if (events.readyState === EventSource.CLOSED) setInterval(() => { if (!document.hidden) refresh(); }, ALONE_MS);
  });
  events.addEventListener("open", () => { if (opened) refresh(); opened = true; });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
