// The report's filters and curves. The tables are the data; their headings say which column is
// which. Without uPlot only the filters are shown.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const most_curves = 12;
  const units = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };
  const bytes_of = (text) => parseFloat(text) * (units[text.slice(-1)] || 1);
  const figure = (text) => (text === "" ? null : Number(text));
  const sections = all("section.series");
  const compared = all("tr[data-op]");
  const filters = ["op", "backend", "ranks"];
  const charts = [];

  const size_text = (bytes) => {
    let unit = 0;
    while (unit < 4 && bytes >= 1024 && bytes % 1024 === 0) { bytes /= 1024; unit++; }
    return bytes + ["", "K", "M", "G", "T"][unit];
  };

  // The cells of a series' table, headings first. Of many points it is text with tabs.
  const cells_of = (section) => {
    const text = $("pre.points", section);
    if (text) return text.textContent.trimEnd().split("\n").map((line) => line.split("\t"));
    const table = $("table.points", section);
    return table ? [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)) : [];
  };

  // One series: its rows, read once when they are first drawn.
  const rows = new Map();
  const rows_of = (section) => {
    if (!rows.has(section)) {
      const table = cells_of(section);
      const heads = table.shift() || [];
      const place = (name) => heads.findIndex((head) => head.replace("algbw", "busbw") === name);
      const [time_at, low_at, high_at, width_at, busbw_at, bound_at, percent_at] =
        ["time, us", "low", "high", "± %", "busbw, GB/s", "bound, us", "% of bound"].map(place);
      const found = [];
      for (const row of table) {
        const read = (at) => (at < 0 ? null : figure(row[at]));
        const size = bytes_of(row[0]);
        const time = read(time_at);
        const busbw = read(busbw_at);
        if (!(size > 0) || !(time > 0 || busbw > 0)) continue;
        const width = read(width_at);
        const percent = read(percent_at);
        found.push({
          size, time, busbw,
          bound: bound_at >= 0 ? read(bound_at) : percent === null ? null : time * percent / 100,
          low: width === null ? read(low_at) : time * (1 - width / 100),
          high: width === null ? read(high_at) : time * (1 + width / 100),
        });
      }
      rows.set(section, found);
    }
    return rows.get(section);
  };

  const color = (i) => getComputedStyle(document.documentElement).getPropertyValue("--c" + (i % 8)).trim();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const axis = (label, extra) => ({
    label, stroke: style("--text"), grid: { stroke: style("--line"), width: 0.5 },
    ticks: { stroke: style("--line") }, ...extra,
  });

  const draw = (title, x_label, y_label, series, columns, bands, options = {}) => {
    const holder = document.createElement("div");
    options.into.append(holder);
    const chart = new uPlot({
      title, width: Math.min(640, document.body.clientWidth - 48), height: 360, series, bands,
      scales: {
        x: { time: false, ...(options.x_log ? { distr: 3, log: options.x_log } : {}) },
        y: options.y_log ? { distr: 3, log: 10 } : {},
      },
      axes: [
        axis(x_label, options.x_log === 2 ? { values: (u, ticks) => ticks.map((t) => t === null || t < 1 ? "" : size_text(t)) } : {}),
        axis(y_label, { size: 64 }),
      ],
      legend: { live: true },
    }, columns, holder);
    charts.push(chart);
    return chart;
  };

  // Time or bandwidth over size: a curve, its interval as a band and its bound as a dashed line.
  const draw_sizes = (op, members, what, into) => {
    const sizes = [...new Set(members.flatMap((s) => rows_of(s).map((row) => row.size)))].sort((a, b) => a - b);
    if (sizes.length < 2) return;
    const columns = [sizes];
    const series = [{ label: "size", value: (u, v) => (v === null ? "--" : size_text(v)) }];
    const bands = [];
    const shown = (v) => (v === null || v === undefined ? "--" : Number(v.toPrecision(4)).toString());
    members.forEach((section, i) => {
      const by_size = new Map(rows_of(section).map((row) => [row.size, row]));
      const of = (get) => sizes.map((size) => {
        const row = by_size.get(size);
        const value = row ? get(row) : null;
        return value > 0 ? value : null;
      });
      const scaled = (row, time) => (what === "time" ? time : time && row.busbw ? row.busbw * row.time / time : null);
      const middle = of((row) => (what === "time" ? row.time : row.busbw));
      if (middle.every((value) => value === null)) return;
      const label = $("h3", section).textContent;
      columns.push(of((row) => scaled(row, row.high)), of((row) => scaled(row, row.low)), middle);
      const edge = { label: "", show: true, stroke: "transparent", points: { show: false }, spanGaps: false, class: "edge" };
      series.push({ ...edge }, { ...edge }, {
        label, stroke: color(i), width: 2, spanGaps: true, value: (u, v) => shown(v), points: { size: 5 },
      });
      const last = series.length - 1;
      bands.push({ series: what === "time" ? [last - 2, last - 1] : [last - 1, last - 2], fill: color(i) + "33" });
      const bound = of((row) => scaled(row, row.bound));
      if (bound.some((value) => value !== null)) {
        columns.push(bound);
        series.push({ label: label + ": bound", stroke: color(i), dash: [6, 4], width: 1, points: { show: false }, spanGaps: true, value: (u, v) => shown(v) });
      }
    });
    if (series.length === 1) return;
    // An operation's series are of one tool.
    const algbw = members.some((section) => cells_of(section)[0].includes("algbw, GB/s"));
    const y = what === "time" ? "time, us" : algbw ? "algbw, GB/s" : "busbw, GB/s";
    const chart = draw(op + ": " + y + " over size", "size, bytes", y, series, columns, bands,
                       { into, x_log: 2, y_log: true });
    all(".edge", chart.root).forEach((entry) => { entry.style.display = "none"; });
  };

  const redraw = () => {
    if (typeof uPlot === "undefined") return;
    const into = $("#curves");
    if (!into) return;
    charts.splice(0).forEach((chart) => chart.destroy());
    into.replaceChildren();
    const operations = new Map();
    for (const section of sections) {
      if (section.hidden || !$(".points", section)) continue;
      const op = section.dataset.op;
      if (!operations.has(op)) operations.set(op, []);
      operations.get(op).push(section);
    }
    for (const [op, members] of operations) {
      const pair = document.createElement("div");
      pair.className = "pair";
      into.append(pair);
      for (const what of ["time", "busbw"]) draw_sizes(op, members.slice(0, most_curves), what, pair);
      if (members.length > most_curves && pair.children.length) {
        const note = document.createElement("p");
        note.textContent = `The first ${most_curves} of ${members.length} series; the filters choose others.`;
        into.append(note);
      }
    }
    draw_point();
  };

  // The samples of one point: how they lie (a share of them is at most so long) and how they went.
  const shapes = JSON.parse($("#shapes").textContent);
  const draw_point = () => {
    const into = $("#distribution");
    const choice = $("#point");
    if (!into || !choice || choice.value === "") return;
    into.replaceChildren();
    const shape = shapes[Number(choice.value)];
    const pair = document.createElement("div");
    pair.className = "pair";
    into.append(pair);
    const share = shape.q.map((_, i) => (shape.q.length > 1 ? 100 * i / (shape.q.length - 1) : 100));
    draw("distribution of " + shape.n + " samples", "% of samples", "at most, us",
         [{ label: "%" }, { label: "us", stroke: color(0), width: 2 }], [share, shape.q], [],
         { into: pair });
    const at = shape.t.map((_, i) => Math.round((i + 0.5) * shape.n / shape.t.length));
    draw("course (medians of blocks)", "sample", "time, us",
         [{ label: "sample" }, { label: "us", stroke: color(1), width: 2 }], [at, shape.t], [],
         { into: pair });
    draw_rounds(shape, pair);
  };

  // The same point in all its launches and rounds.
  const draw_rounds = (shape, into) => {
    const alike = shapes.filter((one) => one.s === shape.s && one.size === shape.size);
    if (alike.length < 2) return;
    const middle = alike.map((one) => one.q[Math.floor((one.q.length - 1) / 2)]);
    draw("over launches and rounds", "measurement", "median, us",
         [{ label: "measurement" }, { label: "us", stroke: color(2), width: 2, points: { size: 6 } }],
         [alike.map((_, i) => i + 1), middle], [], { into });
  };

  const list_points = () => {
    const choice = $("#point");
    if (!choice || typeof uPlot === "undefined" || !shapes.length) return;
    shapes.forEach((shape, i) => {
      const section = $("#s" + shape.s);
      if (!section || section.hidden) return;
      const option = document.createElement("option");
      option.value = i;
      option.textContent = `${$("h3", section).textContent}: ${shape.size}` +
        (shape.launch || shape.round ? `, launch ${shape.launch}, round ${shape.round}` : "");
      choice.append(option);
    });
    $("#samples").hidden = choice.options.length === 0;
  };

  const chosen = (element) => filters.every((name) => {
    const wanted = $("#f-" + name).value;
    return wanted === "" || element.dataset[name] === wanted;
  });

  const apply = () => {
    let count = 0;
    for (const section of sections) {
      section.hidden = !chosen(section);
      if (!section.hidden) count++;
    }
    for (const row of compared) row.hidden = !chosen(row);
    const op = $("#f-op").value;
    all(".charts").forEach((chart) => { chart.hidden = op !== "" && chart.dataset.op !== op; });
    $("#shown").textContent = `${count} of ${sections.length} shown`;
    const choice = $("#point");
    if (choice) choice.replaceChildren();
    list_points();
    redraw();
  };

  $("#filters").hidden = false;
  filters.forEach((name) => $("#f-" + name).addEventListener("change", apply));
  $("#filters").addEventListener("submit", (event) => event.preventDefault());
  if ($("#point")) $("#point").addEventListener("change", redraw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  if (typeof uPlot !== "undefined" && $("#static-curves")) {
    $("#static-curves").hidden = true;  // printed from the drawn ones
  }
  apply();
  document.documentElement.dataset.ready = charts.length;
})();
