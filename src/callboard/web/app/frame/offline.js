/** Says when the server cannot be reached: what is on the page may be old. */
import { html, useEffect, useState } from '../lib.js';
import { connection } from '../live.js';
import { t } from '../texts.js';
import { Icon } from '../ui/icon.js';

const PATIENCE = 1_500;

export function Offline() {
  const lost = connection.value === 'lost';
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [lost]);
  return html`<div role="status">${shown && html`<p class="offline"><${Icon} name="alert" size=${16} /><span>${t('offline')}</span></p>`}</div>`;
}
