/** Tabs, moved through by the arrow keys (WAI-ARIA, tabs). Which is chosen lives in the address. */
import { html, useId, useRef } from '../lib.js';
import { Icon } from './icon.js';
import { Count } from './badge.js';

/**
 * @param {{label: string, tabs: {key: string, title: string, icon?: import('./icon.js').IconName, count?: number}[],
 *   chosen: string, choose: (key: string) => void, children?: any}} props `children`: the panel.
 */
export function Tabs({ label, tabs, chosen, choose, children }) {
  const id = useId();
  const bar = useRef(/** @type {HTMLElement | null} */ (null));
  const at = Math.max(0, tabs.findIndex((tab) => tab.key === chosen));
  /** @param {KeyboardEvent} event */
  const move = (event) => {
    const steps = /** @type {Record<string, number>} */ ({ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 });
    if (!(event.key in steps)) return;
    event.preventDefault();
    const next = (steps[event.key] + tabs.length) % tabs.length;
    choose(tabs[next].key);
    /** @type {HTMLElement} */ (bar.current?.children[next]).focus();
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} ref=${bar} onKeyDown=${move}>
      ${tabs.map((tab, index) => html`<button
        type="button" role="tab" key=${tab.key} id="${id}-${tab.key}" class="tab"
        aria-selected=${index === at ? 'true' : 'false'} aria-controls=${children ? `${id}-panel` : undefined}
        tabindex=${index === at ? 0 : -1} onClick=${() => choose(tab.key)}
      >${tab.icon && html`<${Icon} name=${tab.icon} size=${16} />`}<span>${tab.title}</span><${Count} count=${tab.count} /></button>`)}
    </div>
    ${children && html`<div class="panel" role="tabpanel" id="${id}-panel" aria-labelledby="${id}-${tabs[at].key}">${children}</div>`}`;
}
