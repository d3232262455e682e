// The theme, and the search over the list in search.js; nothing is loaded, so it works from a disk.
"use strict";
(() => {
  const root = document.documentElement;
  const theme = document.getElementById("theme");
  const set = (name) => {
    root.dataset.theme = name;
    theme.setAttribute("aria-pressed", String(name === "dark"));
    try { localStorage.setItem("obs-theme", name); } catch { /* not kept then */ }
  };
  let kept = null;
  try { kept = localStorage.getItem("obs-theme"); } catch { /* as the system wants it */ }
  set(kept === "light" || kept === "dark" ? kept : matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  theme.addEventListener("click", () => set(root.dataset.theme === "dark" ? "light" : "dark"));

  const input = document.getElementById("search"), list = document.getElementById("found"), told = document.getElementById("told");
  const find = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? window.OBS_SEARCH.filter(([, name, about]) => words.every((word) => `${name} ${about}`.toLowerCase().includes(word))) : [];
    const first = words[0] || "";
    found.sort((one, other) => other[1].toLowerCase().includes(first) - one[1].toLowerCase().includes(first));
    list.replaceChildren(...found.slice(0, 30).map(([kind, name, about, address]) => {
      const item = document.createElement("li"), link = document.createElement("a"), more = document.createElement("div");
      link.href = address; link.textContent = `${kind} ${name}`; more.className = "weak"; more.textContent = about.length > 160 ? `${about.slice(0, 160)}…` : about;
      item.append(link, more);
      return item;
    }));
    list.hidden = !found.length;
    told.textContent = words.length ? `${found.length} found` : "";
  };
  input.addEventListener("input", find);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { input.value = ""; find(); }
    if (event.key === "ArrowDown") list.querySelector("a")?.focus();
  });
  list.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { input.value = ""; find(); input.focus(); }
    if (step && at >= 0) { event.preventDefault(); (links[at + step] || input).focus(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) { event.preventDefault(); input.focus(); }
  });
})();
