// Counts as bars on a scale from zero, drawn in the page as its other charts are: places across are percentages and
// sizes pixels, and colours are those that the style sheet turns for dark, forced colours and paper. Here no figure is
// worked out: each bar is one row of the table that stands under it.
"use strict";

(() => {
  const names = "http://www.w3.org/2000/svg";
  const [height, above, below, left, right] = [300, 28, 52, 48, 16];
  const floor = height - below;
  const ink = { ink: "#1d2329", muted: "#4d5761", rule: "#d5dadf", series: "#12436d", context: "#6b747c", band: "#eceef0" };
  const mostLabelled = 8;
  const element = (name, attributes, text = "") => {
    const made = document.createElementNS(names, name);
    for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const percent = (share) => `${Number((share * 100).toFixed(3))}%`;
  const line = (x1, y1, x2, y2, stroke, dash = "none") => element("line", { x1, y1, x2, y2, stroke, "stroke-dasharray": dash });
  const words = (text, x, y, anchor, fill, size, isForWide) =>
    element("text", { x, y, "text-anchor": anchor, fill, "font-size": size, class: isForWide ? "wide" : "" }, text);
  const hatching = (id, stroke) => {
    const made = element("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    made.append(element("line", { x1: 0, y1: 0, x2: 0, y2: 6, stroke, "stroke-width": stroke === ink.series ? 3 : 1 }));
    return made;
  };
  let drawn = 0;

  // Items in order: value, label of two lines, `gap` in words where there is no value, whether it is provisional, and
  // whether recording changed just before it or within it.
  window.barsOf = (items) => {
    drawn += 1;
    const [hidden, later] = [`bars-${drawn}-hidden`, `bars-${drawn}-later`];
    const { top, ticks } = window.scaleFor(Math.max(0, ...items.map(({ value }) => value ?? 0)));
    const at = (value) => above + (floor - above) * (1 - value / top);
    const middle = (place) => percent((place + 0.5) / items.length);
    const chart = element("svg", { class: `static m${left}-${right}`, height, "data-left": left, "data-right": right, "aria-hidden": "true", focusable: "false" });
    chart.append(hatching(hidden, ink.context), hatching(later, ink.series));
    for (const tick of ticks) {
      chart.append(line("0%", at(tick), "100%", at(tick), ink.rule), words(tick.toLocaleString("en-GB"), -8, at(tick) + 5, "end", ink.muted, 14));
    }
    const every = Math.ceil(items.length / 14);
    items.forEach((item, place) => {
      const { value, gap, label, isProvisional, isBreak } = item;
      const isForWide = items.length > mostLabelled && (place / every) % 2 === 1;
      if (gap) {
        const band = { x: percent(place / items.length), y: above, width: percent(1 / items.length), height: floor - above, stroke: ink.context, "stroke-dasharray": "2 3" };
        chart.append(element("rect", { ...band, fill: ink.band }), element("rect", { ...band, fill: `url(#${hidden})` }));
        const holder = element("svg", { x: middle(place), y: (above + floor) / 2, overflow: "visible", class: items.length > 14 ? "wide" : "" });
        const turned = element("text", { transform: "rotate(-90)", "text-anchor": "middle", dy: 5, "font-size": 13, fill: ink.ink }, gap);
        holder.append(turned);
        if (items.length <= 30) chart.append(holder);
      } else {
        const bar = { x: percent((place + 0.15) / items.length), y: at(value), width: percent(0.7 / items.length), height: floor - at(value) };
        chart.append(element("rect", { ...bar, class: "bar", ...(isProvisional ? { fill: `url(#${later})`, stroke: ink.series } : { fill: ink.series }) }));
        if (items.length <= 14) chart.append(words(value.toLocaleString("en-GB"), middle(place), at(value) - 6, "middle", ink.ink, 14, isForWide));
      }
      if (isBreak) chart.append(line(percent(place / items.length), above - 12, percent(place / items.length), floor, ink.ink, "6 4"));
      if (place % every === 0) label.forEach((part, down) => chart.append(words(part, middle(place), floor + 20 + down * 17, "middle", ink.muted, 14, isForWide)));
    });
    chart.append(line("0%", floor, "100%", floor, ink.muted));
    return chart;
  };
})();
