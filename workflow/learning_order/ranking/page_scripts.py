"""What the page of a ranking does in the browser, as the JavaScript of Bokeh's callbacks.

Text from the data enters the page only through `escaped`, or through what Bokeh draws as text.
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

# The example that was selected last: large, its TP-agreement, and its votes.
DETAILS = """
const [i] = source.selected.indices.slice(-1);
if (i === undefined) return;
const data = source.data;
const escaped = value => String(value).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
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
