/** Nothing is at this address. */
import { html } from '../lib.js';
import { usePage } from '../page.js';
import { t } from '../texts.js';
import { Button } from '../ui/button.js';
import { Empty } from '../ui/states.js';

export function NotFound() {
  usePage(t('notfound.title'));
  return html`<div class="page"><${Empty} top icon="search" title=${t('notfound.title')}
    action=${html`<${Button} kind="primary" href="/">${t('nav.inbox')}<//>`}>${t('notfound.text')}<//></div>`;
}
