// Keeps a page current: on each "changed" event, fetches the page again and swaps the parts marked
// data-live. Without JavaScript the page is complete, only older.
"use strict";
(() => {
  let waiting = false;
  let again = false;
  const pause = 500;

  async function refresh() {
    if (waiting) { again = true; return; }
    waiting = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of document.querySelectorAll("[data-live]")) {
          const next = fresh.getElementById(part.id);
          if (!next || next.innerHTML === part.innerHTML) continue;
          const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
          part.innerHTML = next.innerHTML;
          if (focused) part.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
        }
      }
      document.documentElement.classList.toggle("stale", !answer.ok);
    } catch {
      document.documentElement.classList.add("stale");
    }
    setTimeout(() => {
      waiting = false;
      if (again) { again = false; refresh(); }
    }, pause);
  }

  const events = new EventSource("/events");
  events.addEventListener("changed", () => { if (!document.hidden) refresh(); });
  events.addEventListener("error", () => document.documentElement.classList.add("stale"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
})();
