/** All keys, and the switch that turns them off. */
import { html } from '../lib.js';
import { keysOn, overview, setKeysOn, shortcuts } from '../keys.js';
import { t } from '../texts.js';
import { Dialog } from '../ui/dialog.js';

export function KeysDialog() {
  const all = shortcuts.value.toReversed().flat();
  const unique = all.filter((item, index) => all.findIndex((other) => other.keys === item.keys) === index);
  return html`<${Dialog} title=${t('keys.title')} close=${() => (overview.value = false)}>
    <dl class="keys">${unique.map(({ keys, label }) => html`<div key=${keys}>
      <dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd> `)}</dt><dd>${t(label)}</dd>
    </div>`)}</dl>
    <label class="check"><input type="checkbox" checked=${keysOn.value} onChange=${(/** @type {any} */ event) => setKeysOn(event.currentTarget.checked)} /><span>${t('keys.on')}</span></label>
  <//>`;
}
