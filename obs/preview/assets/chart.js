// What a drawn panel does under the pointer: a line at the moment, the values there, series on and off, a range to zoom to.

const SVG = "http://www.w3.org/2000/svg";
export const element = (name, properties = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made && key !== "list") made[key] = value; else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

export const picture = (text) => {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return root.namespaceURI === SVG ? document.importNode(root, true) : element("p", {}, "This panel could not be drawn.");
};

const place = (svg) => {
  const plot = svg.querySelector(".plot");
  if (!plot) return null;
  const view = svg.viewBox.baseVal;
  const number = (name) => Number(plot.getAttribute(name));
  return { x: number("x") - view.x, y: number("y") - view.y, w: number("width"), h: number("height") };
};

// Every chart of the page shares the moment that is pointed at.
export class Charts {
  constructor(tip, zoom) { this.tip = tip; this.zoom = zoom; this.all = []; }
  clear() { this.all = []; this.hide(); }
  hide() { this.tip.hidden = true; for (const chart of this.all) chart.line.hidden = true; }

  add(box, svg, item, moments, hidden) {
    this.legends(svg, hidden);
    const plot = place(svg);
    if (!plot || !moments.length) return;
    const line = element("div", { className: "line", hidden: true });
    line.style.top = `${plot.y}px`; line.style.height = `${plot.h}px`;
    const select = element("div", { className: "select", hidden: true });
    select.style.top = `${plot.y}px`; select.style.height = `${plot.h}px`;
    box.append(line, select);
    const chart = { box, plot, line, item, moments, hidden };
    this.all.push(chart);
    const share = (event) => Math.max(0, Math.min(1, (event.clientX - box.getBoundingClientRect().left - plot.x) / plot.w));
    let start = null;
    svg.addEventListener("pointermove", (event) => {
      const inside = this.inside(chart, event);
      if (!inside && start === null) { this.hide(); return; }
      this.show(chart, share(event), event);
      if (start !== null) {
        const [a, b] = [start, share(event)].sort((one, other) => one - other);
        select.hidden = b - a < 0.01; select.style.left = `${plot.x + a * plot.w}px`; select.style.width = `${(b - a) * plot.w}px`;
      }
    });
    svg.addEventListener("pointerleave", () => { if (start === null) this.hide(); });
    svg.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && this.inside(chart, event)) { start = share(event); svg.setPointerCapture(event.pointerId); }
    });
    svg.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const [a, b] = [start, share(event)].sort((one, other) => one - other);
      start = null; select.hidden = true;
      if (b - a > 0.02) { box.dataset.dragged = "yes"; this.zoom(a, b); }
    });
  }

  inside({ box, plot }, event) {
    const at = box.getBoundingClientRect();
    const x = event.clientX - at.left, y = event.clientY - at.top;
    return x >= plot.x && x <= plot.x + plot.w && y >= plot.y && y <= plot.y + plot.h;
  }

  show(chart, share, event) {
    for (const other of this.all) {
      other.line.hidden = false;
      other.line.style.left = `${other.plot.x + share * other.plot.w}px`;
    }
    const at = Math.round(share * (chart.moments.length - 1));
    const rows = chart.item.readings.filter((one) => one.texts[at] && !chart.hidden.has(one.name)).map((one) => {
      const mark = element("i"); mark.style.background = (one.colours || [])[at] || one.colour;
      return element("tr", {}, element("td", {}, mark), element("td", {}, one.name), element("td", {}, one.texts[at]));
    });
    const more = rows.length > 20 ? element("div", {}, `and ${rows.length - 20} more`) : null;
    this.tip.replaceChildren(element("div", { className: "weak" }, `${chart.moments[at]} UTC`),
      element("table", { role: "presentation" }, element("tbody", {}, ...rows.slice(0, 20))), ...(more ? [more] : []));
    this.tip.hidden = false;
    const size = this.tip.getBoundingClientRect();
    const left = event.clientX + 16 + size.width > innerWidth ? event.clientX - size.width - 16 : event.clientX + 16;
    const top = Math.min(event.clientY + 12, innerHeight - size.height - 8);
    this.tip.style.left = `${Math.max(left, 4)}px`; this.tip.style.top = `${Math.max(top, 4)}px`;
  }

  // As in Grafana: a click shows one series alone, with Ctrl or Cmd it takes one away or brings it back.
  legends(svg, hidden) {
    const legends = [...svg.querySelectorAll(".legend")];
    const names = legends.map((one) => one.dataset.series);
    const apply = () => {
      for (const one of svg.querySelectorAll(".series")) one.classList.toggle("off", hidden.has(one.dataset.series));
      for (const one of legends) one.setAttribute("aria-pressed", String(!hidden.has(one.dataset.series)));
    };
    const toggle = (name, alone) => {
      if (!alone) { if (!hidden.delete(name)) hidden.add(name); }
      else if (!hidden.has(name) && names.every((one) => one === name || hidden.has(one))) hidden.clear();
      else { hidden.clear(); for (const one of names) if (one !== name) hidden.add(one); }
      apply();
    };
    for (const one of legends) {
      one.setAttribute("role", "button"); one.setAttribute("tabindex", "0"); one.setAttribute("aria-label", `Series ${one.dataset.series}`);
      one.addEventListener("click", (event) => { event.stopPropagation(); toggle(one.dataset.series, !(event.ctrlKey || event.metaKey)); });
      one.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); toggle(one.dataset.series, !(event.ctrlKey || event.metaKey)); }
      });
    }
    apply();
  }
}
