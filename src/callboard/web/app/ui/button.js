/** Buttons. They say what happens; `kind` says how much it is the thing to do. */
import { html } from '../lib.js';
import { Icon } from './icon.js';

/**
 * With `href` it is a link that looks like a button. `busy` keeps it from being pressed twice.
 * @param {{kind?: 'primary' | 'quiet' | 'danger' | 'plain', small?: boolean, busy?: boolean,
 *   icon?: import('./icon.js').IconName, label?: string, href?: string, children?: any,
 *   disabled?: boolean, class?: string, [name: string]: any}} props
 */
export function Button({ kind = 'plain', small, busy, icon, label, href, children, disabled, class: more, ...rest }) {
  const only = icon && !children;
  const classes = ['button', kind, small && 'small', only && 'only-icon', busy && 'busy', more];
  const shared = {
    class: classes.filter(Boolean).join(' '),
    'aria-label': label,
    title: only ? label : undefined,
    ...rest,
  };
  const content = html`${icon && html`<${Icon} name=${icon} />`}${children && html`<span>${children}</span>`}`;
  if (href !== undefined) return html`<a href=${href} ...${shared}>${content}</a>`;
  return html`<button type="button" disabled=${disabled || busy} aria-busy=${busy ? 'true' : undefined} ...${shared}>
    ${content}
  </button>`;
}
