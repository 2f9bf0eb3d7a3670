#pragma once

namespace trifle::cli {

/// What a page looks like, beside its pictures.
inline constexpr const char* kPageCss = R"(:root{color-scheme:light dark}
body{margin:0;font:15px/1.45 system-ui,'Segoe UI',Helvetica,Arial,sans-serif;color:#15181d;background:#f4f5f7}
main{max-width:980px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:22px;margin:0 0 16px}
figure{margin:0 0 24px;background:#fff;border:1px solid #e3e5ea;border-radius:8px;padding:8px 8px 12px;overflow-x:auto}
figure svg{display:block;width:100%;height:auto}
.reader{border-radius:6px}
.reader:focus-visible{outline:2px solid #0068a8;outline-offset:2px}
.cursor{stroke:#15181d;stroke-dasharray:3 3}
output{display:block;min-height:1.45em;padding:4px 8px;font-variant-numeric:tabular-nums}
summary{cursor:pointer;padding:4px 8px}
.scroll{overflow:auto;max-height:60vh}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:4px 8px}
caption{text-align:left;padding:4px 0}
th,td{padding:2px 12px 2px 0;text-align:right;white-space:nowrap}
th:first-child{text-align:left}
thead th{position:sticky;top:0;background:#fff}
tr.partial td,tr.partial th{font-style:italic}
@media (prefers-color-scheme:dark){
body{color:#f0f2f5;background:#0d0f12}
figure{background:#15181d;border-color:#2b3038}
thead th{background:#15181d}
.cursor{stroke:#f0f2f5}
.reader:focus-visible{outline-color:#58b4f0}
}
)";

/// Shows the numbers at the pointer, and at the arrow keys. Numbers travel as texts, so that none loses a digit.
inline constexpr const char* kPageScript = R"('use strict';
for (const figure of document.querySelectorAll('figure[data-chart]')) {
  const data = JSON.parse(figure.querySelector('script').textContent);
  const reader = figure.querySelector('.reader');
  const picture = figure.querySelector('svg');
  const plot = picture.querySelector('.plot');
  const output = figure.querySelector('output');
  const left = Number(plot.getAttribute('x')), width = Number(plot.getAttribute('width'));
  const top = Number(plot.getAttribute('y')), height = Number(plot.getAttribute('height'));
  const cursor = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  cursor.setAttribute('class', 'cursor');
  cursor.setAttribute('y1', top);
  cursor.setAttribute('y2', top + height);
  cursor.setAttribute('visibility', 'hidden');
  picture.append(cursor);
  const last = data.at.length - 1;
  let index = last;
  const show = (to, marked) => {
    index = Math.max(0, Math.min(last, to));
    const x = left + width * (index + 0.5) / data.at.length;
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    if (marked) cursor.setAttribute('visibility', 'visible');
    const values = data.lines.map((line) => line.name + ' ' + (line.values[index] ?? 'nothing'));
    output.textContent = data.at[index] + ': ' + values.join(', ') + (data.partial && index === last ? ' (not complete)' : '');
  };
  reader.addEventListener('pointermove', (event) => {
    const box = picture.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * picture.viewBox.baseVal.width;
    show(Math.floor((x - left) / width * data.at.length), true);
  });
  reader.addEventListener('keydown', (event) => {
    const to = {ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    show(to, true);
  });
  show(last, false);
}
)";

}  // namespace trifle::cli
