/** "More" at the end of a list. */
import { html, useState } from '../lib.js';
import { t } from '../texts.js';
import { Button } from './button.js';
import { toastError } from './toast.js';

/** @param {{next: string | null, more: () => Promise<void>}} props */
export function Pager({ next, more }) {
  const [busy, setBusy] = useState(false);
  if (!next) return null;
  const ask = async () => {
    setBusy(true);
    await more().catch(toastError);
    setBusy(false);
  };
  return html`<div class="pager"><${Button} busy=${busy} onClick=${ask}>${t('more')}<//></div>`;
}
