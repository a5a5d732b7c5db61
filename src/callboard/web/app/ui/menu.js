/** A button with a menu below it (WAI-ARIA, menu button). */
import { html, useEffect, useId, useRef, useState } from '../lib.js';
import { Icon } from './icon.js';

/**
 * @typedef {{label: string, icon?: import('./icon.js').IconName, run?: () => void, href?: string,
 *   checked?: boolean, danger?: boolean, disabled?: boolean, group?: string}} Entry
 * `checked`: one of several, or on and off. `group`: a heading before it, where it differs.
 */

/**
 * `button` gets the props for the button that opens it.
 * @param {{button: (props: any) => any, entries: Entry[], label: string, side?: 'left' | 'right', above?: boolean, head?: any}} props
 */
export function Menu({ button, entries, label, side = 'right', above = false, head }) {
  const [open, setOpen] = useState(false);
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    items(box.current)[0]?.focus();
    /** @param {Event} event */
    const leave = (event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', leave);
    addEventListener('focusin', leave);
    return () => (removeEventListener('pointerdown', leave), removeEventListener('focusin', leave));
  }, [open]);
  const close = () => {
    setOpen(false);
    /** @type {HTMLElement | null | undefined} */ (box.current?.querySelector('[aria-haspopup]'))?.focus();
  };
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    if (!open) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else step(box.current, event);
  };
  const shared = { 'aria-haspopup': 'menu', 'aria-expanded': open ? 'true' : 'false', 'aria-controls': open ? id : undefined, onClick: () => setOpen(!open) };
  return html`<div class="menu" ref=${box} onKeyDown=${press}>
    ${button(shared)}
    ${open && html`<div class="menu-box ${side} ${above ? 'above' : ''}">
      ${head}
      <div role="menu" id=${id} aria-label=${label}>
      ${entries.map((entry, index) => html`
        ${entry.group && entry.group !== entries[index - 1]?.group && html`<div class="menu-group" role="presentation">${entry.group}</div>`}
        <${Item} entry=${entry} close=${close} />`)}
      </div>
    </div>`}
  </div>`;
}

/** @param {{entry: Entry, close: () => void}} props */
function Item({ entry, close }) {
  const kind = entry.checked === undefined ? 'menuitem' : 'menuitemradio';
  const shared = {
    role: kind,
    class: entry.danger ? 'menu-item danger' : 'menu-item',
    tabindex: -1,
    'aria-checked': entry.checked === undefined ? undefined : String(entry.checked),
    onClick: () => (close(), entry.run?.()),
  };
  const content = html`<${Icon} name=${entry.icon ?? 'dot'} size=${16} /><span>${entry.label}</span>
    ${entry.checked && html`<${Icon} name="check" size=${16} />`}`;
  if (entry.href) return html`<a href=${entry.href} ...${shared}>${content}</a>`;
  return html`<button type="button" disabled=${entry.disabled} ...${shared}>${content}</button>`;
}

/** @param {HTMLElement | null} box @returns {HTMLElement[]} */
const items = (box) => [...(box?.querySelectorAll('.menu-item:not(:disabled)') ?? [])].map((item) => /** @type {HTMLElement} */ (item));

/** @param {HTMLElement | null} box @param {KeyboardEvent} event */
function step(box, event) {
  const all = items(box);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const steps = /** @type {Record<string, number>} */ ({ ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 });
  if (!(event.key in steps)) return;
  event.preventDefault();
  all[(steps[event.key] + all.length) % all.length]?.focus();
}
