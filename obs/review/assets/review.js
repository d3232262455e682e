"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = document.getElementById("theme");
  const setTheme = (name) => { root.dataset.theme = name; theme.setAttribute("aria-pressed", String(name === "dark")); };
  setTheme(dark ? "dark" : "light");
  theme.addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));

  for (const board of document.querySelectorAll(".board")) {
    const tabs = [...board.querySelectorAll("[role=tab]")];
    const choose = (tab, focus) => {
      for (const one of tabs) {
        const chosen = one === tab;
        one.setAttribute("aria-selected", String(chosen));
        one.tabIndex = chosen ? 0 : -1;
        document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
      }
      if (focus) tab.focus();
    };
    tabs.forEach((tab, at) => {
      tab.addEventListener("click", () => choose(tab, false));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step) { event.preventDefault(); choose(tabs[(at + step + tabs.length) % tabs.length], true); }
      });
    });
    const slider = board.querySelector("input[type=range]");
    if (slider) slider.addEventListener("input", () => {
      board.querySelector(".overlay .layer + .layer").style.opacity = slider.value / 100;
    });
  }

  const entries = [...document.querySelectorAll(".entry, .board")];
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName)) return;
    if (event.key === "t") theme.click();
    const step = { j: 1, k: -1 }[event.key];
    if (!step || !entries.length) return;
    at = Math.max(0, Math.min(entries.length - 1, at + step));
    entries[at].focus();
    entries[at].scrollIntoView({ block: "start" });
  });
})();
