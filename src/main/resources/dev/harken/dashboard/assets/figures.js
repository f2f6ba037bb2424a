// Draws each chart from its table, so that both show the same numbers.
(() => {
  'use strict';

  const HEIGHT = 220;
  const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3]];
  const DAY = 86_400;
  const charts = new Map();
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const text = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

  // Either the columns that say so are lines, or all but the first.
  function read(figure) {
    const heads = [...figure.querySelectorAll('thead th')];
    const marked = heads.filter((head) => 'line' in head.dataset);
    const lines = marked.length > 0 ? marked : heads.slice(1);
    const rows = [...figure.querySelectorAll('tbody tr')];
    return {
      names: lines.map((head) => head.textContent),
      data: [
        rows.map((row) => Number(row.cells[0].dataset.at)),
        ...lines.map((head) => rows.map((row) => Number(row.cells[head.cellIndex].dataset.value))),
      ],
    };
  }

  function draw(figure) {
    const plot = figure.querySelector('.plot');
    const { names, data } = read(figure);
    charts.get(figure)?.destroy();
    if (data[0].length === 0) {
      return;
    }
    const unit = figure.dataset.unit ? ` ${figure.dataset.unit}` : '';
    const axis = {
      stroke: style('--quiet'),
      grid: { stroke: style('--line'), width: 1 },
      ticks: { stroke: style('--line'), width: 1 },
    };
    const few = data[0].length < 32;
    const first = data[0][0];
    const last = data[0][data[0].length - 1];
    charts.set(figure, new uPlot(
      {
        width: plot.clientWidth || figure.clientWidth,
        height: HEIGHT,
        padding: [10, 18, 0, 0],
        cursor: { drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: () => (first === last ? [first - DAY, last + DAY] : [first, last]) },
          y: { range: (_, low, high) => [0, Math.max(1, (high ?? 0) * 1.08)] },
        },
        axes: [
          {
            ...axis,
            // At what is drawn, and no more than there is room for.
            splits: (chart) => {
              const step = Math.ceil(data[0].length / Math.max(1, Math.floor(chart.width / 75)));
              return data[0].filter((_, at) => (data[0].length - 1 - at) % step === 0);
            },
            values: (_, ticks) => ticks.map((tick) => text(tick).slice(last - first > 300 * DAY ? 2 : 5, last - first > 300 * DAY ? 7 : 10)),
          },
          { ...axis, size: 52, incrs: [0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 50000, 100000] },
        ],
        legend: { markers: { dash: (_, line) => ['solid', 'dashed', 'dotted', 'dashed'][(line - 1) % 4] } },
        series: [
          { label: 'Day', value: (_, seconds) => (seconds === null ? '–' : text(seconds)) },
          ...names.map((label, line) => ({
            label,
            stroke: style(`--line-${line + 1}`),
            width: 2,
            dash: DASHES[line],
            points: { show: few, size: 5 },
            value: (_, number) => (number === null ? '–' : number.toLocaleString('en') + unit),
          })),
        ],
      },
      data,
      plot,
    ));
  }

  const drawAll = () => document.querySelectorAll('figure.chart').forEach(draw);

  let width = window.innerWidth;
  window.addEventListener('resize', () => {
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      charts.forEach((chart, figure) => chart.setSize({ width: figure.clientWidth, height: HEIGHT }));
    }
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  drawAll();
})();
