"use strict";

// Draws each chart from its table, keeps the page's parts up to date, and shows what an action answered in place.
(() => {
  const REFRESH_MILLIS = 5000;
  const CHART_HEIGHT = 160;
  const DAY = 24 * 60 * 60;
  const COLOURS = ["#3b7ddd", "#d9822b", "#7a5af0", "#2a9d6f"];
  const charts = new Map();

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The chart has a table of its own beside ours: its legend.
  function series(figure) {
    const heads = [...figure.querySelectorAll("details thead th")].slice(1).map((cell) => cell.textContent);
    const rows = [...figure.querySelectorAll("details tbody tr")].reverse();
    const times = rows.map((row) => Date.parse(row.querySelector("time").dateTime) / 1000);
    const lines = heads.map((_, line) =>
      rows.map((row) => {
        const number = Number(row.cells[line + 1].textContent.replaceAll(",", ""));
        return Number.isFinite(number) ? number : null;
      }),
    );
    return { heads, data: [times, ...lines] };
  }

  function draw(figure) {
    const plot = figure.querySelector(".plot");
    const { heads, data } = series(figure);
    const known = charts.get(figure.id);
    if (known && known.plot === plot) {
      known.chart.setData(data);
      return;
    }
    // Asked for with every drawing: the part around the plot is replaced, and time goes on.
    const period = () => {
      const { backSeconds, until } = plot.closest("[data-back-seconds]").dataset;
      return [Number(until) - Number(backSeconds), Number(until)];
    };
    const axis = {
      stroke: style("--quiet"),
      grid: { stroke: style("--line"), width: 1 },
      ticks: { stroke: style("--line"), width: 1 },
    };
    const days = period()[1] - period()[0] > 2 * DAY;
    const label = (seconds) => {
      const text = new Date(seconds * 1000).toISOString();
      return days ? text.slice(5, 10) : text.slice(11, 16);
    };
    const chart = new uPlot(
      {
        width: plot.clientWidth,
        height: CHART_HEIGHT,
        padding: [null, 24, null, null],
        scales: {
          x: { range: period },
          y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(1, (high ?? 0) * 1.1)] },
        },
        axes: [{ ...axis, values: (_, ticks) => ticks.map(label) }, { ...axis, size: 55 }],
        series: [
          { label: "UTC", value: (_, seconds) => (seconds ? new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ") : "–") },
          ...heads.map((label, line) => ({
            label,
            stroke: COLOURS[line % COLOURS.length],
            width: 2,
            spanGaps: false,
            points: { show: data[0].length < 3 },
          })),
        ],
      },
      data,
      plot,
    );
    charts.set(figure.id, { chart, plot });
  }

  function drawAll() {
    document.querySelectorAll("figure.chart").forEach(draw);
  }

  function resizeAll() {
    charts.forEach(({ chart, plot }) => chart.setSize({ width: plot.clientWidth, height: CHART_HEIGHT }));
  }

  // A part is left alone while somebody works in it; a table that is being scrolled is not work.
  function isBusy(part) {
    const selection = getSelection();
    const active = document.activeElement;
    return (
      (active !== document.body && part.contains(active) && !active.matches(".scroll")) ||
      (selection && !selection.isCollapsed && part.contains(selection.anchorNode))
    );
  }

  // Not by position, and without the counts in a summary: a part's rows come and go.
  function keepOpen(part, fresh) {
    const key = (details) => {
      const finding = details.closest("[data-kind]");
      return [
        details.closest("[id]")?.id,
        finding?.dataset.kind,
        finding?.querySelector("strong")?.textContent,
        details.querySelector("summary").textContent.replace(/\d/g, ""),
      ].join("\n");
    };
    const open = new Set([...part.querySelectorAll("details[open]")].map(key));
    fresh.querySelectorAll("details").forEach((details) => {
      details.open = open.has(key(details));
    });
  }

  // Takes down where the part's tables are scrolled to and which has the focus; to be called when the fresh part is in place.
  function keptScrolls(part) {
    const kept = [...part.querySelectorAll(".scroll")].map((table) => ({
      left: table.scrollLeft,
      top: table.scrollTop,
      active: table === document.activeElement,
    }));
    return (fresh) =>
      fresh.querySelectorAll(".scroll").forEach((table, number) => {
        const { left = 0, top = 0, active = false } = kept[number] ?? {};
        table.scrollTo(left, top);
        if (active) {
          table.focus({ preventScroll: true });
        }
      });
  }

  function keepPlots(part, fresh) {
    fresh.querySelectorAll("figure.chart").forEach((figure) => {
      const old = part.querySelector(`#${figure.id} .plot`);
      if (old) {
        figure.querySelector(".plot").replaceWith(old);
      }
    });
  }

  function update(page) {
    page.querySelectorAll("[data-live]").forEach((fresh) => {
      const part = document.getElementById(fresh.id);
      if (!part || isBusy(part)) {
        return;
      }
      keepOpen(part, fresh);
      keepPlots(part, fresh);
      const scrollBack = keptScrolls(part);
      const placed = document.adoptNode(fresh);
      part.replaceWith(placed);
      scrollBack(placed);
    });
    drawAll();
  }

  async function refresh() {
    const live = document.getElementById("live");
    if (!document.hidden) {
      try {
        const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
        if (answer.type === "opaqueredirect") {
          live.textContent = "This page is not up to date: your login has ended. Load it again to sign in.";
        } else if (answer.ok) {
          update(new DOMParser().parseFromString(await answer.text(), "text/html"));
          live.textContent = "";
        } else {
          live.textContent = `This page is not up to date: Harken answered ${answer.status}.`;
        }
      } catch (failure) {
        live.textContent = "This page is not up to date: Harken does not answer.";
      }
    }
    setTimeout(refresh, REFRESH_MILLIS);
  }

  function showAnswers(form) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      const output = document.getElementById("answer");
      button.disabled = true;
      output.hidden = false;
      output.textContent = "…";
      try {
        const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        output.textContent = (await answer.text()) || `Answered ${answer.status}.`;
        output.dataset.status = String(answer.status);
      } catch (failure) {
        output.textContent = "Harken did not answer. Whether it was done is told by the log.";
      }
      button.disabled = false;
      output.focus();
    });
  }

  document.querySelectorAll("form[data-action]").forEach(showAnswers);
  drawAll();
  addEventListener("resize", resizeAll);
  if (document.querySelector("[data-live]")) {
    setTimeout(refresh, REFRESH_MILLIS);
  }
})();
