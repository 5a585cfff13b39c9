// Saves what is typed into a notice a moment after each change, and when the page is left.
// Without JavaScript there is a button for it.
"use strict";
(() => {
  const form = document.getElementById("draft");
  const state = document.getElementById("draft-state");
  let timer = 0;
  let saving = null;  // the request under way
  let changed = false;
  let leaving = false;  // the form is being sent

  async function send() {
    changed = false;
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" },
        redirect: "manual", keepalive: document.visibilityState === "hidden",
      });
      const said = answer.type === "opaqueredirect" ? {} : await answer.json();
      state.textContent = said.saved || said.fault || state.dataset.unsaved;
      if (!said.saved && !said.fault) throw new Error("not saved");
    } catch {
      changed = true;
      state.textContent = state.dataset.unsaved;
      later(5000);
    }
  }
  function save() {
    clearTimeout(timer);
    if (leaving || !changed) return;
    if (saving) { later(300); return; }
    saving = send().finally(() => { saving = null; });
  }
  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }
  form.addEventListener("input", () => { changed = true; later(700); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  window.addEventListener("pagehide", save);
  // What is still being saved arrives before the form does: a draft that was sent is none any more.
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    if (!saving) return;
    event.preventDefault();
    const button = event.submitter;
    saving.finally(() => form.requestSubmit(button));
  });
  window.addEventListener("pageshow", () => { leaving = false; });
})();
