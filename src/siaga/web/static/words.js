// Sets the viewer's own time beside the election's where they differ, and opens the glossary's words in place.
// Without JavaScript the times are the election's, and a word leads to the glossary.
"use strict";
(() => {
  const root = document.documentElement;
  const language = root.lang;
  const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;

  const clock = (at, timeZone) => new Intl.DateTimeFormat("en-GB",
    { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  const yours = (at) => new Intl.DateTimeFormat(language,
    { timeZone: own, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);

  function beside(within) {
    let differs = false;
    for (const time of within.querySelectorAll("time[datetime]:not([data-own])")) {
      const at = new Date(time.dateTime);
      time.dataset.own = "";
      if (Number.isNaN(at.getTime()) || clock(at, own) === clock(at, root.dataset.zone)) continue;
      differs = true;
      const small = document.createElement("small");
      small.className = "yours";
      small.textContent = yours(at);
      small.title = own;
      time.after(" ", small);
    }
    if (differs) for (const line of document.querySelectorAll(".zones")) line.hidden = false;
  }

  // The glossary: one box, shown by pointer, touch or focus, put away by Escape or by going elsewhere.
  const box = document.createElement("div");
  box.className = "gloss";
  box.id = "gloss";
  box.role = "tooltip";
  box.hidden = true;
  document.body.append(box);
  let shown = null;

  function put() {
    if (shown) shown.removeAttribute("aria-describedby");
    shown = null;
    box.hidden = true;
  }
  function show(term) {
    put();
    shown = term;
    box.textContent = term.dataset.meaning;
    term.setAttribute("aria-describedby", "gloss");
    box.hidden = false;
    const at = term.getBoundingClientRect();
    const wide = box.offsetWidth;
    const left = Math.max(8, Math.min(at.left, root.clientWidth - wide - 8));
    const below = at.bottom + 6 + box.offsetHeight < root.clientHeight;
    box.style.left = `${left + scrollX}px`;
    box.style.top = `${(below ? at.bottom + 6 : at.top - 6 - box.offsetHeight) + scrollY}px`;
  }
  const termOf = (event) => event.target instanceof Element && event.target.closest(".term");
  document.addEventListener("pointerover", (event) => {
    const term = termOf(event);
    if (term && event.pointerType === "mouse") show(term);
    else if (shown && event.target !== box && event.pointerType === "mouse") put();
  });
  document.addEventListener("focusin", (event) => { const term = termOf(event); if (term) show(term); else put(); });
  document.addEventListener("click", (event) => {
    const term = termOf(event);
    // The first touch tells; the second follows the link to the glossary.
    if (term && matchMedia("(hover: none)").matches && box.hidden) { event.preventDefault(); show(term); }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") put(); });

  // Copies what a field holds, where the browser lets a page do so.
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.done;
    });
  }

  beside(document);
  document.addEventListener("siaga:fresh", (event) => { put(); beside(event.target); });
})();
