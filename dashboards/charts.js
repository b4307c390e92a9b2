// Draws each chart from the JSON beside it, in the colours of the page. Without this file, or without plotly.js,
// the charts stay out of sight and their tables open.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  if (!window.Plotly) return;
  const page = document.documentElement;
  const charts = [...document.querySelectorAll(".chart")];

  const draw = (chart) => {
    const style = getComputedStyle(page);
    const source = document.getElementById(`${chart.id}-figure`).textContent;
    const colours = JSON.parse(source).colours;
    const follow = (_, value) => (Object.hasOwn(colours, value) ? style.getPropertyValue(colours[value]).trim() : value);
    const { data, layout, config } = JSON.parse(source, follow);
    window.Plotly.react(chart, data, layout, config);
  };
  const drawAll = () => charts.forEach(draw);

  page.classList.add("drawn");
  for (const table of document.querySelectorAll("details.table")) table.open = false;
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  for (const [moment, isPrinting] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(moment, () => {
      page.classList.toggle("printing", isPrinting);
      drawAll();
      charts.forEach((chart) => window.Plotly.Plots.resize(chart));
    });
  }
});
