"""What the page of a ranking does in the browser, as the JavaScript of Bokeh's callbacks.

Text from the data enters the page only through `escaped`, or through what Bokeh draws as text.
"""

ESCAPED = """
const escaped = value => String(value).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
"""

# Shows the rows that pass all filters.
FILTER = """
const chosen = {label_name, predicted_name, category, split};
const words = search.value.toLowerCase().split(/\\s+/).filter(word => word);
const texts = ['source', 'label_name', 'predicted_name', 'text'].filter(name => source.data[name]);
const kept = brushed.data.index.length ? new Set(brushed.data.index) : null;
const indices = [];
for (let i = 0; i < source.data.rank.length; i++) {
  if (kept && !kept.has(i)) continue;
  if (!Object.entries(chosen).every(
    ([name, widget]) => widget.value === '(all)' || source.data[name][i] === widget.value
  )) continue;
  if (words.length) {
    const text = texts.map(name => source.data[name][i]).join(' ').toLowerCase();
    if (!words.every(word => text.includes(word))) continue;
  }
  indices.push(i);
}
shown.indices = indices;
if (legend) {
  const there = new Set(indices.map(i => source.data.category[i]));
  for (const item of legend.items) item.visible = there.has(item.renderers[0].name);
}
count.text = `${indices.length.toLocaleString('en')} of `
  + `${source.data.rank.length.toLocaleString('en')} shown`;
"""

# A brush that is finished becomes a filter; one over nothing is none.
BRUSH = """
if (cb_obj.final) brushed.data = {index: Array.from(source.selected.indices)};
"""

CLEAR = """
for (const widget of filters) widget.value = widget.type === 'TextInput' ? '' : all;
brushed.data = {index: []};
source.selected.indices = [];
"""

# The selected rows, or all that are shown where none is; cells as in ranking/writing.py.
SAVE = """
const selected = Array.from(source.selected.indices);
const rows = selected.length ? selected : Array.from(shown.indices);
const cell = value => {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  let text = String(value);
  if (/^[=+\\-@\\t\\r\\n]/.test(text)) text = "'" + text;
  return /[",\\r\\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
};
const lines = [columns.join(','), ...rows.map(
  i => columns.map(name => cell(source.data[name][i])).join(','))];
const link = document.createElement('a');
link.href = URL.createObjectURL(new Blob([lines.join('\\n') + '\\n'], {type: 'text/csv'}));
link.download = 'selection.csv';
link.click();
URL.revokeObjectURL(link.href);
"""

# The thumbnails that are shown, in the chosen order, from `first` on. A thumbnail is a button: a
# click or Enter selects it, and arrow keys go to its neighbours.
WALL = (
    ESCAPED
    + """
const data = source.data;
const [name, sign] = orders[order.value];
const key = i => Number.isNaN(data[name][i]) ? Infinity : sign * data[name][i];
const sorted = Array.from(shown.indices).sort((a, b) => key(a) - key(b) || a - b);
const [from] = first.data.first;
const some = sorted.slice(from, from + most);
const select = "Bokeh.documents[0].get_model_by_name('grid').source.selected.indices = "
  + "[Number(this.dataset.row)]";
const keys = `const to = {ArrowRight: this.nextElementSibling,
  ArrowLeft: this.previousElementSibling}[event.key]; if (to) to.focus()`;
const line = 'display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap';
pictures.text = '<div style="display:flex;flex-wrap:wrap;gap:4px">' + some.map(i => `
  <button data-row="${i}" onclick="${select}" onkeydown="${keys}" title="${escaped(
    `${data.source[i]}: ${data.category[i]}, quality ${data.label_quality[i].toFixed(2)}`)}"
    style="width:96px;padding:3px;border:1px solid #ccc;background:white;font-size:11px;
    cursor:pointer">
  <img alt="" src="${escaped(data.picture[i])}"
    style="width:88px;height:88px;object-fit:contain;image-rendering:pixelated">
  <span style="${line}">${escaped(data.label_name[i])}</span>
  <span style="${line};${data.predicted_name[i] === data.label_name[i] ? 'visibility:hidden' : ''}"
    >→ <b>${escaped(data.predicted_name[i])}</b></span></button>`).join('') + '</div>';
place.text = some.length
  ? `${from + 1} to ${from + some.length} of ${sorted.length.toLocaleString('en')}` : 'none';
"""
)

# Bokeh draws a legend before the points of which it takes its markers.
LEGEND = """
requestAnimationFrame(() => plot.above.forEach(legend => legend.change.emit()));
"""

TURN = """
const to = first.data.first[0] + by;
if (to >= 0 && to < shown.indices.length) first.data = {first: [to]};
"""

# The example that was selected last, at the start the first: large, its TP-agreement, its votes.
DETAILS = (
    ESCAPED
    + """
const i = source.selected.indices.at(-1) ?? 0;
const data = source.data;
const nameOf = number => classes[number] ?? String(number);
const picture = data.picture
  ? `<img alt="" src="${escaped(data.picture[i])}"
       style="height:150px;image-rendering:pixelated"><br>` : '';
const text = data.text
  ? `<div style="height:140px;overflow:auto">${escaped(data.text[i])}</div>` : '';
large.text = `${picture}${text}<b>${escaped(data.source[i])}</b><br>
  label <b>${escaped(data.label_name[i])}</b>,
  networks say <b>${escaped(data.predicted_name[i])}</b>
  (${data.predicted_share[i].toFixed(2)}), ${escaped(data.category[i])}`;
const x = [], y = [], share = [];
const rows = new Set();
data.votes[i].split('|').forEach((text, position) => {
  const collection = names[position], at = extents[collection];
  const steps = text.split(';').map(step => new Map(
    step.split(' ').map(pair => pair.split(':').map(Number))));
  const label = Number(data.label[i]);
  const place = extent => names.length > 1 ? [collection, String(extent)] : String(extent);
  const mean = usual[`${data.split[i]} ${label}`];
  const own = mean ? steps.map(step => (step.get(label) ?? 0) / models[collection]) : [];
  if (lines[2 * position]) {
    lines[2 * position].data = {x: mean ? at : [], y: own};
    lines[2 * position + 1].data = {x: mean ? at : [], y: mean ? mean[position] : []};
  }
  steps.forEach((step, k) => step.forEach((count, number) => {
    x.push(place(at[k])); y.push(nameOf(number)); rows.add(nameOf(number));
    share.push(count / models[collection]);
  }));
});
const columns = names.flatMap(each => extents[each].map(
  extent => names.length > 1 ? [each, String(extent)] : String(extent)));
votes.x_range.factors = columns;
votes.y_range.factors = Array.from(rows).sort();
squares.data = {x, y, share};
"""
)
