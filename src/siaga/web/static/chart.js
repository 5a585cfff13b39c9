// Charts: exact numbers under the pointer or by the arrow keys, and a stretch drawn with the pointer becomes
// the page's stretch. Without JavaScript the numbers are a table, and links move and zoom.
"use strict";
(() => {
  const LEAST_MS = 600000;
  const tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  tip.setAttribute("role", "status");
  document.body.append(tip);
  let told = null;

  function put() {
    if (told) told.classList.remove("told");
    told = null;
    tip.hidden = true;
  }
  function tell(hit) {
    if (hit === told) return;
    put();
    told = hit;
    hit.classList.add("told");
    tip.textContent = hit.dataset.text;
    tip.hidden = false;
    const at = hit.getBoundingClientRect();
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(at.right + 8, room)) + scrollX}px`;
    tip.style.top = `${at.top + 8 + scrollY}px`;
  }

  function at(svg, x) {
    const box = svg.getBoundingClientRect();
    const units = svg.viewBox.baseVal.width;
    const { from, to, left, right } = Object.fromEntries(Object.entries(svg.dataset).map(([k, v]) => [k, Number(v)]));
    const share = ((x - box.left) / box.width * units - left) / (units - left - right);
    return from + Math.min(Math.max(share, 0), 1) * (to - from);
  }

  function ready(svg) {
    if (!svg.dataset.from || svg.dataset.ready) return;
    svg.dataset.ready = "yes";
    const hits = [...svg.querySelectorAll(".hit")];
    for (const hit of hits) {
      const title = hit.querySelector("title");
      hit.dataset.text = title.textContent;
      title.remove();
    }
    if (hits.length) {
      svg.tabIndex = 0;
      svg.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (event.key === "Escape") put();
        if (!step) return;
        event.preventDefault();
        const here = hits.indexOf(told);
        tell(hits[here < 0 ? hits.length - 1 : Math.min(Math.max(here + step, 0), hits.length - 1)]);
      });
      svg.addEventListener("blur", put);
    }
    let begin = null;
    let chosen = null;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType !== "mouse") return;
      begin = event.clientX;
      svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    svg.addEventListener("pointermove", (event) => {
      const under = document.elementFromPoint(event.clientX, event.clientY);
      if (under && under.classList.contains("hit")) tell(under);
      if (begin === null) return;
      if (!chosen) {
        chosen = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        chosen.setAttribute("class", "chosen");
        chosen.setAttribute("y", "0");
        chosen.setAttribute("height", svg.viewBox.baseVal.height);
        svg.append(chosen);
      }
      const box = svg.getBoundingClientRect();
      const unit = svg.viewBox.baseVal.width / box.width;
      chosen.setAttribute("x", (Math.min(begin, event.clientX) - box.left) * unit);
      chosen.setAttribute("width", Math.abs(event.clientX - begin) * unit);
    });
    svg.addEventListener("pointerup", (event) => {
      if (begin === null) return;
      const ends = [at(svg, begin), at(svg, event.clientX)].sort((a, b) => a - b);
      const drawn = Math.abs(event.clientX - begin) > 8;
      begin = null;
      if (chosen) chosen.remove();
      chosen = null;
      if (!drawn || !svg.closest("[data-zoom]")) return;
      const short = LEAST_MS - (ends[1] - ends[0]);
      if (short > 0) { ends[0] -= short; }
      const text = (ms) => new Date(ms).toISOString().slice(0, 19) + "Z";
      const address = new URL(location.href);
      address.searchParams.delete("span");
      address.searchParams.set("from", text(ends[0]));
      address.searchParams.set("to", text(ends[1]));
      location.assign(address);
    });
    svg.addEventListener("pointerleave", () => { if (begin === null) put(); });
    svg.addEventListener("pointercancel", () => { begin = null; if (chosen) chosen.remove(); chosen = null; });
  }

  function all(within) {
    put();
    for (const svg of within.querySelectorAll("svg.chart")) ready(svg);
  }
  all(document);
  document.addEventListener("siaga:fresh", (event) => all(event.target));
})();
