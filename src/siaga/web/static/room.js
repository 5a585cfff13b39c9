// The room by keyboard: a palette to go anywhere, j and k through lists, sound only if asked for.
// Without JavaScript all of it is links.
"use strict";
(() => {
  const language = document.documentElement.lang;
  const palette = document.getElementById("palette");
  const help = document.getElementById("keys");
  const store = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); } catch { /* private window: for this page only */ } } };

  // The palette
  const input = palette.querySelector("input");
  const list = palette.querySelector("ul");
  let links = null;
  let shown = [];
  let at = 0;

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  async function load() {
    if (links) return;
    const answer = await fetch(palette.dataset.list);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    links = [...page.querySelectorAll("#commands li")].map((item) => ({
      href: item.querySelector("a").getAttribute("href"), text: item.textContent.trim(), plain: plain(item.textContent),
    }));
  }
  function mark() {
    [...list.children].forEach((item, index) => {
      item.setAttribute("aria-selected", String(index === at));
      if (index === at) { item.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", item.id); }
    });
  }
  function find() {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    shown = (links || []).filter((link) => words.every((word) => link.plain.includes(word))).slice(0, 12);
    at = 0;
    list.replaceChildren(...shown.map((link, index) => {
      const item = document.createElement("li");
      item.id = `palette-${index}`;
      item.role = "option";
      const a = document.createElement("a");
      a.href = link.href;
      a.tabIndex = -1;
      a.textContent = link.text;
      item.append(a);
      return item;
    }));
    palette.querySelector(".none").hidden = shown.length > 0;
    input.removeAttribute("aria-activedescendant");
    mark();
  }
  async function openPalette() {
    if (palette.open) return;
    palette.showModal();
    input.value = "";
    input.focus();
    await load();
    find();
  }
  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), Math.max(shown.length - 1, 0));
      mark();
    } else if (event.key === "Escape") {
      event.preventDefault();  // else it only empties the field
      palette.close();
    } else if (event.key === "Enter" && shown[at]) {
      event.preventDefault();
      location.assign(shown[at].href);
    }
  });

  // j and k: through the lane of cases, then the rows of the matrix.
  function stops() {
    return [...document.querySelectorAll("[data-walk] > li, [data-walk] > tbody > tr:not(.unfolded)")]
      .map((item) => item.querySelector("a[href]")).filter(Boolean);
  }
  function walk(step) {
    const all = stops();
    if (!all.length) return;
    const here = all.findIndex((one) => one.closest("li, tr").contains(document.activeElement));
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    all[next].focus();
  }

  // Sound: off until somebody turns it on; a tone when there is more wrong than before.
  const button = document.getElementById("sound");
  let audio = null;
  let sound = false;
  function tone() {
    if (!audio) return;
    for (const [start, pitch] of [[0, 660], [0.22, 880]]) {
      const voice = audio.createOscillator();
      const loud = audio.createGain();
      voice.frequency.value = pitch;
      loud.gain.setValueAtTime(0.0001, audio.currentTime + start);
      loud.gain.exponentialRampToValueAtTime(0.3, audio.currentTime + start + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + start + 0.2);
      voice.connect(loud).connect(audio.destination);
      voice.start(audio.currentTime + start);
      voice.stop(audio.currentTime + start + 0.22);
    }
  }
  function setSound(on, byHand) {
    sound = on;
    if (on && !audio) audio = new AudioContext();
    if (on && byHand) tone();
    button.textContent = on ? button.dataset.on : button.dataset.off;
    button.setAttribute("aria-pressed", String(on));
    store.set("siaga-sound", on ? "on" : "off");
  }
  if (button) {
    button.hidden = false;
    setSound(store.get("siaga-sound") === "on", false);
    button.addEventListener("click", () => setSound(!sound, true));
    const alarms = () => {
      const part = document.querySelector("[data-alarm]");
      return part ? Number(part.dataset.alarm) : 0;
    };
    let before = alarms();
    document.addEventListener("siaga:fresh", () => {
      const now = alarms();
      if (sound && now > before) tone();
      before = now;
    });
  }

  // Keys
  const on = document.getElementById("keys-on");
  on.checked = store.get("siaga-keys") !== "off";
  on.addEventListener("change", () => store.set("siaga-keys", on.checked ? "on" : "off"));
  const go = (path) => location.assign(`/${language}/${path}`);
  function filtered(name, value) {
    const address = new URL(location.href);
    if (!address.pathname.endsWith("/room")) return;
    if (address.searchParams.get(name) === value) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
    location.assign(address);
  }
  const keys = {
    "/": openPalette, "?": () => help.showModal(), j: () => walk(1), k: () => walk(-1), r: () => go("room"),
    c: () => go("cases"), o: () => filtered("show", "open"), w: () => filtered("wall", "1"),
    s: () => button && setSound(!sound, true),
  };
  // A case's keys only lead to a button or field: what is recorded or sent takes Enter besides.
  function reach(key) {
    const all = [...document.querySelectorAll(`[data-key="${key}"]`)];
    const goal = all.find((item) => item.checkVisibility()) || all[0];
    if (!goal) return;
    const part = goal.hash && goal.pathname === location.pathname ? document.querySelector(goal.hash) : null;
    if (part) {
      if (part.tagName === "DETAILS") part.open = true;
      const field = part.querySelector("textarea, input:not([type=hidden])") || part.querySelector("summary");
      if (field) field.focus();
    } else if (goal.href) location.assign(goal.href);
    else {
      for (let fold = goal.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      goal.focus();
    }
  }
  for (const key of "tdayn") keys[key] = () => reach(key);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || palette.open || help.open || !on.checked) return;
    // A field in a dialog that was just closed may still have the focus.
    const field = event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
    if (field && !field.closest("dialog:not([open])")) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
})();
