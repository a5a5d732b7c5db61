/** Short notes of what came of something; they go away by themselves, bad ones when they are closed. */
import { html, signal } from '../lib.js';
import { say } from '../page.js';
import { t } from '../texts.js';
import { told } from './states.js';
import { Icon } from './icon.js';

/** @typedef {{id: number, text: string, tone: 'good' | 'bad' | 'plain', action?: {label: string, run: () => void}}} Note */

const SECONDS = 6;
let last = 0;
const notes = signal(/** @type {Note[]} */ ([]));

/** @param {number} id */
const drop = (id) => {
  notes.value = notes.value.filter((note) => note.id !== id);
};

/**
 * @param {string} text @param {{tone?: Note['tone'], action?: Note['action']}} [how]
 */
export function toast(text, { tone = 'good', action } = {}) {
  const id = (last += 1);
  notes.value = [...notes.value.slice(-2), { id, text, tone, action }];
  say(text);
  if (tone !== 'bad') setTimeout(() => drop(id), SECONDS * 1000);
}

/** Say what went wrong. @param {any} error */
export function toastError(error) {
  const { title, text } = told(error);
  toast(`${title}. ${text}`, { tone: 'bad' });
}

export function Toasts() {
  return html`<div class="toasts">
    ${notes.value.map(({ id, text, tone, action }) => html`<div class="toast ${tone}" key=${id}>
      <${Icon} name=${tone === 'good' ? 'check' : tone === 'bad' ? 'alert' : 'info'} />
      <span>${text}</span>
      ${action && html`<button type="button" class="link" onClick=${() => (drop(id), action.run())}>${action.label}</button>`}
      <button type="button" class="button quiet small only-icon" aria-label=${t('close')} onClick=${() => drop(id)}><${Icon} name="close" size=${16} /></button>
    </div>`)}
  </div>`;
}
