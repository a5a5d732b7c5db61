/** The bar above the page: where one is, the search, and what just changed. */
import { html } from '../lib.js';
import { page } from '../page.js';
import { t } from '../texts.js';
import { Icon } from '../ui/icon.js';
import { Bell } from './bell.js';
import { Me } from './me.js';
import { Search } from './search.js';

export function Top() {
  const { crumbs } = page.value;
  return html`<header class="top">
    <nav class="crumbs" aria-label=${t('crumbs')}><ol>
      ${crumbs.map(({ label, href }, index) => html`<li key=${index}>
        ${index > 0 && html`<${Icon} name="right" size=${14} />`}
        ${href && index < crumbs.length - 1 ? html`<a href=${href}>${label}</a>` : html`<span aria-current="page">${label}</span>`}
      </li>`)}
    </ol></nav>
    <${Search} />
    <${Bell} />
    <div class="top-me"><${Me} top=${true} /></div>
  </header>`;
}
