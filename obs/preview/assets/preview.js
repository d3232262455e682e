// The page: what is shown is in the address (#page/...), what is known comes from the server, and nothing from elsewhere.

import { Charts, element, picture } from "./chart.js";

const PAGES = [["board", "Dashboards"], ["alerts", "Alerts"], ["routes", "Routes"], ["pipelines", "Pipelines"], ["metrics", "Metrics"], ["graph", "Graph"]];
const RANGES = { "now-5m": "Last 5 minutes", "now-15m": "Last 15 minutes", "now-1h": "Last hour", "now-6h": "Last 6 hours", "now-24h": "Last 24 hours", "now-7d": "Last 7 days", "now-30d": "Last 30 days" };
const $ = (id) => document.getElementById(id);
const content = $("content");
const hiddenSeries = new Map();
const panels = new Map();
let state = null, shown = null, sent = 0, opener = null;

// The address

const asked = () => {
  const [page, uid, query] = location.hash.slice(1).split(/[/?]/);
  return { page: PAGES.some(([name]) => name === page) ? page : "board", name: decodeURIComponent(uid || ""), query: new URLSearchParams(query || "") };
};
const address = (page, name = "", query = "") => `#${page}/${encodeURIComponent(name)}${query ? `?${query}` : ""}`;
const change = (edit) => { const now = asked(); edit(now.query); location.hash = address(now.page, now.name || shown?.uid || "", now.query); };

const get = async (name, parameters) => {
  const answer = await fetch(`${name}?${new URLSearchParams(parameters)}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

// Theme

const setTheme = (name) => {
  document.documentElement.dataset.theme = name;
  $("theme").setAttribute("aria-pressed", String(name === "dark"));
  try { localStorage.setItem("obs-theme", name); } catch { /* not kept then */ }
};
const theme = () => document.documentElement.dataset.theme;
let kept = null;
try { kept = localStorage.getItem("obs-theme"); } catch { /* as the system wants it */ }
setTheme(kept === "light" || kept === "dark" ? kept : matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
$("theme").addEventListener("click", () => { setTheme(theme() === "dark" ? "light" : "dark"); show(); });

// Navigation, problems

const navigation = () => {
  const now = asked();
  $("pages").replaceChildren(...PAGES.map(([page, title]) =>
    element("li", {}, element("a", { href: address(page), ...(page === now.page ? { "aria-current": "page" } : {}) }, title))));
  const counts = new Map();
  for (const one of state.findings || []) if (one.board && one.severity !== "info") counts.set(one.board, (counts.get(one.board) || 0) + 1);
  $("boards").querySelector("ul").replaceChildren(...state.boards.map(({ uid, title }) => {
    const current = now.page === "board" && (now.name || state.boards[0].uid) === uid;
    const badge = counts.has(uid) ? element("span", { className: "badge warning", title: "findings" }, String(counts.get(uid))) : null;
    return element("li", {}, element("a", { href: address("board", uid), ...(current ? { "aria-current": "page" } : {}) }, title, badge));
  }));
  $("project").textContent = state.project;
  document.title = `${state.project} · obs preview`;
};

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const status = (words) => {
  const found = state.findings;
  const wrong = (found || []).filter((one) => one.severity !== "info").length;
  const text = words || (state.errors.length ? plural(state.errors.length, "error") : found === null ? "checking…" : wrong ? plural(wrong, "finding") : "no findings");
  $("status").replaceChildren(
    element("span", {}, state.live ? "real data" : "sample data"),
    element("span", { className: `count ${state.errors.length || words ? "error" : wrong ? "warning" : found === null ? "" : "good"}` }, text));
};

const problems = () => {
  const box = $("problems");
  const wrong = (state.findings || []).filter((one) => one.severity !== "info");
  const told = state.errors.length ? state.errors : wrong;
  box.hidden = !told.length;
  box.classList.toggle("soft", !state.errors.length);
  content.classList.toggle("stale", state.errors.length > 0);
  if (!told.length) { box.replaceChildren(); return; }
  const blocks = told.slice(0, 30).map((one) => element("pre", { tabIndex: 0 }, one.text.trimEnd()));
  if (state.errors.length) {
    box.replaceChildren(element("h2", {}, `The definitions cannot be read: ${plural(told.length, "error")}. Below is the last good state.`), ...blocks);
  } else {
    const open = box.querySelector("details")?.open || false;
    box.replaceChildren(element("details", { open }, element("summary", {}, `${plural(told.length, "finding")} of obs lint`), ...blocks));
  }
};

// A dashboard

const charts = new Charts($("tip"), (a, b) => {
  const moments = shown.moments.map((text) => Date.parse(`${text.length < 12 ? `1970-01-01 ${text}` : text}Z`.replace(" ", "T")) / 1000);
  if (moments.some(Number.isNaN) || !shown.live) return;
  const at = (share) => moments[Math.round(share * (moments.length - 1))];
  change((query) => { query.set("from", Math.floor(at(a))); query.set("to", Math.ceil(at(b))); });
});

const rangeChoice = () => {
  const known = shown.ranges.includes(shown.range[0]) ? shown.ranges : [shown.range[0], ...shown.ranges];
  const choice = element("select", { id: "range", list: "" }, ...known.map((one) => element("option", { value: one }, RANGES[one] || `${one} to ${one === shown.range[0] ? shown.range[1] : "now"}`)));
  choice.value = shown.range[0];
  choice.addEventListener("change", () => change((query) => { query.set("from", choice.value); query.set("to", "now"); }));
  return element("label", {}, "Range", choice);
};

const setVariable = (name, values) => change((query) => {
  query.delete(`var-${name}`);
  for (const one of values.length ? values : [""]) query.append(`var-${name}`, one);
});

const ALL = "$__all";
const variableChoice = (one) => {
  const label = one.shown ? one.label : "";
  if (one.kind === "textbox") {
    const input = element("input", { type: "text", value: one.current[0] || "", "aria-label": one.label, size: 14, id: `var-${one.name}` });
    input.addEventListener("change", () => setVariable(one.name, [input.value]));
    return element("label", {}, label, input);
  }
  const options = one.all ? [["All", ALL], ...one.options] : [...one.options];
  for (const value of one.current) if (value && !options.some(([, known]) => known === value)) options.push([value, value]);
  if (!one.multi) {
    const choice = element("select", { "aria-label": one.label, id: `var-${one.name}` }, ...options.map(([text, value]) => element("option", { value }, text)));
    choice.value = one.current[0] ?? "";
    choice.addEventListener("change", () => setVariable(one.name, [choice.value]));
    return element("label", {}, label, choice);
  }
  const said = one.current.map((value) => (value === ALL ? "All" : (options.find(([, known]) => known === value) || [value])[0])).join(" + ") || "none";
  const boxes = options.map(([text, value]) => {
    const box = element("input", { type: "checkbox", checked: one.current.includes(value), value });
    box.addEventListener("change", () => {
      const now = value === ALL ? [ALL] : boxes.filter(({ firstChild: box }) => box.checked && box.value !== ALL).map(({ firstChild: box }) => box.value);
      setVariable(one.name, now.length ? now : one.all ? [ALL] : []);
    });
    return element("label", {}, box, text);
  });
  const open = document.querySelector(`details[data-variable="${CSS.escape(one.name)}"]`)?.open || false;
  return element("details", { open, "data-variable": one.name, id: `var-${one.name}` }, element("summary", {}, `${label ? `${label}: ` : ""}${said}`), element("div", {}, ...boxes));
};

const findingsOf = (item) => (state.findings || []).filter((one) => one.severity !== "info" && one.board === shown.uid && (one.panel === item.title || one.panel === item.key));

const drawPanel = (item, mark) => {
  const id = `${shown.uid}/${item.key}`;
  if (!hiddenSeries.has(id)) hiddenSeries.set(id, new Set());
  const found = findingsOf(item);
  const signature = JSON.stringify([item, found, theme(), shown.moments[0]]);
  let box = panels.get(item.key);
  if (!box || box.signature !== signature) {
    const svg = picture(item.svg);
    svg.setAttribute("role", "group"); svg.setAttribute("aria-label", `Panel ${item.title || item.key}`);
    const open = element("button", { type: "button", className: "open", "aria-label": `Details of ${item.title || item.key}` }, "Details");
    const worst = found.some((one) => one.severity === "error") ? "error" : "warning";
    const badge = found.length ? element("span", { className: `badge found ${worst}`, title: found.map((one) => one.problem).join("\n") }, plural(found.length, "finding")) : null;
    const made = element("article", { className: "tile", "data-key": item.key }, svg, open, badge);
    open.addEventListener("click", (event) => { event.stopPropagation(); details(item.key, open); });
    made.addEventListener("click", () => { if (made.dataset.dragged) delete made.dataset.dragged; else details(item.key, open); });
    made.signature = signature; made.svg = svg; made.item = item;
    if (box) box.replaceWith(made);
    box = made;
    panels.set(item.key, box);
  } else {
    for (const old of box.querySelectorAll(":scope > .line, :scope > .select")) old.remove();
    const fresh = box.svg.cloneNode(true);
    box.svg.replaceWith(fresh); box.svg = fresh;
  }
  Object.assign(box.style, { left: `${item.x}px`, top: `${item.y}px`, width: `${item.w}px`, height: `${item.h}px` });
  charts.add(box, box.svg, item, shown.moments, hiddenSeries.get(id));
  if (mark) {
    box.classList.remove("fresh"); void box.offsetWidth;
    box.dataset.mark = mark; box.classList.add("fresh");
    setTimeout(() => box.classList.remove("fresh"), 4000);
  }
  return box;
};

const rowButton = (item) => {
  const button = element("button", { type: "button", id: `row-${item.key}`, "aria-expanded": String(item.open) }, `${item.open ? "Hide" : "Show"} ${plural(item.folded, "panel")}`);
  button.addEventListener("click", () => change((query) => {
    const open = query.getAll("open").filter((key) => key !== item.key);
    query.delete("open");
    for (const key of item.open ? open : [...open, item.key]) query.append("open", key);
  }));
  return button;
};

const drawBoard = (marks) => {
  charts.clear();
  let board = content.querySelector(".board");
  if (!board || board.dataset.uid !== shown.uid) {
    panels.clear();
    board = element("div", { className: "board", "data-uid": shown.uid });
    content.replaceChildren(element("div", { className: "toolbar" }), board);
  }
  const focused = document.activeElement?.id;
  content.querySelector(".toolbar").replaceChildren(element("h1", {}, shown.title), rangeChoice(), ...shown.variables.map(variableChoice));
  for (const old of content.querySelectorAll(".failed")) old.remove();
  if (shown.problems.length) board.before(element("div", { className: "card failed" }, ...shown.problems.map((one) => element("p", { className: "error" }, one))));
  const boxes = shown.items.map((item) => {
    if (item.kind === "panel") return drawPanel(item, marks[item.key]);
    const head = element("h2", { className: "row" }, item.title, item.folded ? rowButton(item) : null);
    Object.assign(head.style, { left: `${item.x}px`, top: `${item.y}px`, width: `${item.w}px` });
    return head;
  });
  const keys = new Set(shown.items.map((item) => item.key));
  for (const key of panels.keys()) if (!keys.has(key)) panels.delete(key);
  const keep = new Set(boxes);
  for (const old of [...board.children]) if (!keep.has(old)) old.remove();
  boxes.forEach((box, at) => { if (board.children[at] !== box) board.insertBefore(box, board.children[at] || null); });
  board.style.height = `${shown.height}px`;
  if (focused && document.activeElement?.id !== focused) $(focused)?.focus();
};

// Details of a panel

const section = (title, ...children) => {
  const found = children.filter((child) => child !== null && child !== undefined);
  return found.length ? [element("h3", {}, title), ...found] : [];
};
const details = async (key, from) => {
  opener = from || opener;
  const aside = $("details");
  let one;
  try { one = await get("panel", { uid: shown.uid, key }); } catch { close(); return; }
  for (const [name, box] of panels) box.toggleAttribute("aria-current", false), name === key && box.setAttribute("aria-current", "true");
  const closing = element("button", { type: "button", "aria-label": "Close" }, "Close");
  closing.addEventListener("click", close);
  const source = one.source.map((line) => element("span", line.here ? { className: "here" } : {}, `${String(line.line).padStart(4)}  ${line.text}`));
  const queries = one.queries.flatMap((query) => [
    element("p", { className: "weak" }, [query.ref && `query ${query.ref}`, query.language, query.datasource, query.hidden && "hidden"].filter(Boolean).join(" · ")),
    element("pre", { tabIndex: 0 }, query.text), query.words ? element("p", { className: "words" }, query.words) : null]);
  const alerts = one.alerts.map((alert) => element("li", {}, element("a", { href: address("alerts", alert.name) }, alert.name), ` (${alert.why})`, element("pre", { tabIndex: 0 }, alert.expr)));
  const changes = one.changes.changes.map((found) => element("li", {}, element("span", { className: `badge ${found.risk}` }, found.risk), ` ${found.sentence}`,
    found.before || found.after ? element("pre", { tabIndex: 0 }, found.before ? element("del", {}, found.before) : null, found.after ? element("ins", {}, found.after) : null) : null));
  const said = one.changes.why || (one.changes.mark && !changes.length ? `${one.changes.mark} since ${one.changes.base}` : changes.length ? "" : `Nothing changed since ${one.changes.base}.`);
  aside.dataset.key = key;
  aside.replaceChildren(...[
    element("div", { className: "head" }, element("h2", {}, one.title), element("span", { className: "spacer" }), closing),
    element("p", { className: "weak" }, `${one.type} · key ${one.key}`), one.description ? element("p", {}, one.description) : null,
    ...section("Source", element("p", {}, element("code", {}, one.at || "not of this project")), source.length ? element("pre", { className: "source", tabIndex: 0 }, ...source) : null),
    ...section(one.queries.length === 1 ? "Query" : "Queries", ...queries),
    ...section("Findings", ...findingsOf(one).map((found) => element("pre", { tabIndex: 0 }, found.text.trimEnd()))),
    ...section("Alerts", alerts.length ? element("ul", { className: "plain" }, ...alerts) : element("p", { className: "weak" }, "No alert links here or watches what it shows.")),
    ...section(one.changes.base ? `Changes since ${one.changes.base}` : "Changes", said ? element("p", { className: "weak" }, said) : null, changes.length ? element("ul", { className: "plain" }, ...changes) : null),
  ].filter((child) => child !== null));
  const opened = aside.hidden;
  aside.hidden = false;
  if (opened) { await show(); aside.focus(); }
};
const close = () => {
  const aside = $("details");
  if (aside.hidden) return;
  aside.hidden = true; delete aside.dataset.key;
  for (const box of panels.values()) box.removeAttribute("aria-current");
  show();
  if (opener?.isConnected) opener.focus();
};
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { if ($("tip").hidden) close(); charts.hide(); } });

// What is asked for

const show = async (marks = {}) => {
  if (!state) return;
  const now = asked(), number = ++sent;
  navigation();
  try {
    if (now.page === "board") {
      const uid = now.name || state.boards[0]?.uid;
      if (!uid) { content.replaceChildren(element("p", {}, state.errors.length ? "" : "This project has no dashboards.")); return; }
      const query = new URLSearchParams(now.query);
      query.set("uid", uid); query.set("theme", theme()); query.set("width", Math.max(640, Math.floor(content.clientWidth)));
      const found = await get("board", query);
      if (number !== sent) return;
      shown = found;
      drawBoard(marks[uid] || {});
      if ($("details").dataset.key && panels.has($("details").dataset.key)) { if (Object.keys(marks).length) details($("details").dataset.key); }
      else if ($("details").dataset.key) close();
    } else {
      charts.clear(); shown = null; panels.clear(); $("details").hidden = true; delete $("details").dataset.key;
      const found = await get("fragment", { name: now.page, node: now.name });
      if (number !== sent) return;
      const page = new DOMParser().parseFromString(found.html, "text/html").body;
      content.replaceChildren(...page.childNodes);
      const at = now.name && $(`${now.page}/${now.name.replace(/\s/g, "-")}`);
      if (at && now.page !== "graph") at.scrollIntoView({ block: "start" });
    }
  } catch (error) {
    if (number === sent) { panels.clear(); content.replaceChildren(element("p", { className: "error" }, error.message)); }
  }
};
addEventListener("hashchange", () => show());
let resizing = 0;
addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(show, 120); });

// News from the server

const events = new EventSource("events");
events.addEventListener("message", async ({ data }) => {
  const before = state;
  state = JSON.parse(data);
  status(); problems();
  await show(before ? state.marks : {});
  document.documentElement.dataset.version = state.version;
});
events.addEventListener("error", () => { if (state) status("obs preview has ended"); });
events.addEventListener("open", () => { if (state) status(); });
