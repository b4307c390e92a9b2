// What every page can do with a script, and does without where there is none: closed tables and menus, charts that
// answer to a pointer (Plotly is fetched from the folder only then), and pictures with title, source and date.
"use strict";

(() => {
  const page = document.body;
  for (const table of document.querySelectorAll("details.table")) table.open = false;
  for (const button of document.querySelectorAll("[data-picture]")) button.hidden = false;

  const menus = [...document.querySelectorAll("details.choices")];
  for (const menu of menus) {
    menu.addEventListener("toggle", () => menu.open && menus.forEach((other) => { if (other !== menu) other.open = false; }));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }
  document.addEventListener("click", (event) => menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; }));

  let loading;
  window.loadPlotly = () => {
    loading ??= new Promise((done, failed) => {
      if (window.Plotly) return done();
      const early = document.querySelector("script[src]");
      const script = early ?? document.createElement("script");
      script.addEventListener("load", done);
      script.addEventListener("error", failed);
      if (early) return;
      script.src = page.dataset.plotly;
      document.head.append(script);
    });
    return loading;
  };

  // A page from a disk can load only scripts: the figures of a place are one, loaded once.
  window.placeLoader = (files) => {
    const loaded = new Map();
    return (code) => {
      if (!loaded.has(code)) loaded.set(code, new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = files[code];
        script.onload = done;
        script.onerror = failed;
        document.head.append(script);
      }));
      return loaded.get(code);
    };
  };

  // Where a scale from zero ends and what it marks: charts.scale_top and tick_step.
  window.scaleFor = (most) => {
    const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
    const top = most <= 10 ? 10 : [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((part) => part * power).find((one) => one >= most);
    const size = 10 ** Math.floor(Math.log10(top));
    const step = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 1, 2, 3, 4, 5].map((part) => part * size).find((one) => top / one <= 5 && Math.abs(top / one - Math.round(top / one)) < 1e-9);
    return { top, ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, at) => step * at) };
  };

  // Colours of a figure follow the page: light, dark or paper.
  window.inPageColours = (text, names) => {
    const style = getComputedStyle(document.documentElement);
    return JSON.parse(text, (_, value) => (Object.hasOwn(names, value) ? style.getPropertyValue(names[value]).trim() : value));
  };

  const drawn = new Map();
  const draw = (chart) => {
    const text = document.getElementById(`${chart.id}-figure`).textContent;
    const { data, layout, config } = window.inPageColours(text, JSON.parse(text).colours);
    return window.Plotly.newPlot(chart, data, layout, config);
  };
  const answerToPointer = async (chart) => {
    if (drawn.has(chart)) return;
    const still = chart.querySelector(".static");
    if (!still || !document.getElementById(`${chart.id}-figure`)) return;
    drawn.set(chart, still);
    try {
      await window.loadPlotly();
      still.remove();
      await draw(chart);
    } catch {
      restore(chart);
    }
  };
  const restore = (chart) => {
    const still = drawn.get(chart);
    if (!still) return;
    if (window.Plotly) window.Plotly.purge(chart);
    chart.replaceChildren(still);
    drawn.delete(chart);
  };
  for (const chart of document.querySelectorAll(".chart:not(.plain-chart)")) {
    chart.addEventListener("pointerenter", () => answerToPointer(chart), { passive: true });
  }
  const restoreAll = () => [...drawn.keys()].forEach(restore);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restoreAll);
  window.addEventListener("beforeprint", restoreAll);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") restoreAll(); });

  window.save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // A picture stands alone: title, what is counted, the chart, its notes and its source are drawn into it.
  const svgNames = "http://www.w3.org/2000/svg";
  const element = (name, attributes, text) => {
    const made = document.createElementNS(svgNames, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const font = "system-ui, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif";
  const folded = (text, size, width, weight) => {
    const ruler = document.createElement("canvas").getContext("2d");
    ruler.font = `${weight} ${size}px ${font}`;
    const lines = [];
    for (const word of text.split(/\s+/)) {
      const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
      if (lines.length && ruler.measureText(longer).width <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  };
  window.picture = (still, { title, subtitle, notes }) => {
    const width = 1200;
    const inner = width - 64;
    const whole = element("svg", { xmlns: svgNames, width, "font-family": font, role: "img", "aria-label": title });
    const sheet = element("rect", { x: 0, y: 0, width, fill: "#ffffff" });
    whole.append(sheet);
    let down = 24;
    const write = (text, size, colour, weight) => {
      for (const line of folded(text, size, inner, weight)) {
        down += size * 1.35;
        whole.append(element("text", { x: 32, y: down, "font-size": size, fill: colour, "font-weight": weight }, line));
      }
      down += 6;
    };
    write(title, 28, "#1d2329", 600);
    write(subtitle, 17, "#4d5761", 400);
    down += 10;
    const chart = still.cloneNode(true);
    const height = Number(chart.getAttribute("height"));
    chart.removeAttribute("class");
    chart.setAttribute("x", 32 + Number(chart.dataset.left));
    chart.setAttribute("y", down);
    chart.setAttribute("width", inner - Number(chart.dataset.left) - Number(chart.dataset.right));
    chart.setAttribute("overflow", "visible");
    whole.append(chart);
    down += height;
    for (const note of notes) write(note, 15, "#4d5761", 400);
    down += 18;
    whole.setAttribute("height", down);
    whole.setAttribute("viewBox", `0 0 ${width} ${down}`);
    sheet.setAttribute("height", down);
    return { text: new XMLSerializer().serializeToString(whole), width, height: down };
  };
  window.savePicture = async (drawing, kind, name) => {
    if (kind === "svg") return window.save(new Blob([drawing.text], { type: "image/svg+xml" }), `${name}.svg`);
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = drawing.width * 2;
    canvas.height = drawing.height * 2;
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.drawImage(image, 0, 0, drawing.width, drawing.height);
    canvas.toBlob((blob) => window.save(blob, `${name}.png`));
  };
  const words = (panel, selector) => [...panel.querySelectorAll(selector)].map((found) => found.textContent.trim());
  for (const button of document.querySelectorAll("[data-picture]")) {
    button.addEventListener("click", () => {
      const panel = button.closest("figure");
      const chart = panel.querySelector(".chart");
      const still = drawn.get(chart) ?? chart.querySelector(".static");
      const drawing = window.picture(still, {
        title: words(panel, "h2, h3")[0],
        subtitle: words(panel, ".subtitle")[0],
        notes: [...words(panel, ".said, .key > span, .events li, .note"), page.dataset.source],
      });
      window.savePicture(drawing, button.dataset.picture, chart.id);
    });
  }
})();
