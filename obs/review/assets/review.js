"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = document.getElementById("theme");
  const setTheme = (name) => { root.dataset.theme = name; theme.setAttribute("aria-pressed", String(name === "dark")); };
  setTheme(dark ? "dark" : "light");
  theme.addEventListener("click", () => setTheme(root.dataset.theme === "dark" ? "light" : "dark"));

  for (const board of document.querySelectorAll(".board")) {
    const stage = board.querySelector(".stage");
    const buttons = [...board.querySelectorAll("[data-view][aria-pressed]")];
    for (const button of buttons) button.addEventListener("click", () => {
      stage.dataset.view = board.dataset.view = button.dataset.view;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
    });
    const share = board.querySelector("input.share");
    const after = stage.querySelector(".layer.after");
    if (share && after) share.addEventListener("input", () => after.style.setProperty("--share", String(share.value / 100)));
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
