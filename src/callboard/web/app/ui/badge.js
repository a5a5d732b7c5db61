/** Badges: a word with a shape and a colour, so that neither is needed alone. */
import { html } from '../lib.js';
import { t } from '../texts.js';
import { Icon } from './icon.js';

/** @param {{tone?: 'plain' | 'accent' | 'good' | 'warn' | 'bad', icon?: import('./icon.js').IconName, children?: any, title?: string}} props */
export function Badge({ tone = 'plain', icon, children, title }) {
  return html`<span class="badge ${tone}" title=${title}>
    ${icon && html`<${Icon} name=${icon} size=${14} />`}<span>${children}</span>
  </span>`;
}

/**
 * The state of a process: running ones have a ring, ended ones a square.
 * @param {{state: {key: string, title?: string}, running?: boolean}} props
 */
export function StateBadge({ state, running = true }) {
  const name = state.title || state.key.replace(/^\((.*)\)$/, '$1');
  return html`<${Badge}
    tone=${running ? 'accent' : 'plain'}
    icon=${running ? 'ring' : 'square'}
    title=${running ? t('state.running') : t('state.ended')}
  >${name}<//>`;
}

/** @param {{count: number | undefined, more?: boolean, label?: string}} props */
export function Count({ count, more, label }) {
  if (!count) return null;
  return html`<span class="count"><span aria-hidden="true">${count > 99 || more ? '99+' : count}</span
    ><span class="only-read">${label ?? count}</span></span>`;
}
