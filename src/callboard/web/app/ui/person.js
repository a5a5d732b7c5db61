/** People, roles and services: a mark and a name. */
import { html } from '../lib.js';
import { Icon } from './icon.js';

/** @param {string} text */
const hue = (text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7) % 8;

/** @param {string} name */
function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? words.at(-1)?.[0] : '')).toUpperCase();
}

/** @param {{name: string, size?: 'small' | 'large', kind?: 'user' | 'role' | 'service'}} props */
export function Mark({ name, size, kind = 'user' }) {
  const icon = kind === 'service' ? 'gear' : kind === 'role' ? 'users' : null;
  return html`<span class="mark hue-${hue(name)} ${size ?? ''} ${kind}" aria-hidden="true"
    >${icon ? html`<${Icon} name=${icon} size=${14} />` : initials(name)}</span>`;
}

/**
 * An actor as the API tells it: `{key, id?, title?, name?, role?}`, or a name alone.
 * @param {{actor?: any, name?: string, detail?: string}} props
 */
export function Person({ actor = {}, name, detail }) {
  const key = String(actor.key ?? '');
  const kind = key.startsWith('service:') ? 'service' : actor.id || name ? 'user' : 'role';
  const shown = name ?? actor.name ?? actor.title ?? actor.id ?? key.replace(/^service:/, '');
  return html`<span class="person"><${Mark} name=${shown} kind=${kind} size="small" /><span class="name"
    >${shown}</span>${detail && html`<span class="muted">${detail}</span>`}</span>`;
}
