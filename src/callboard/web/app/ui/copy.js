/** Copies a text, and says that it did. */
import { html, useState } from '../lib.js';
import { say } from '../page.js';
import { t } from '../texts.js';
import { Button } from './button.js';
import { toast } from './toast.js';

/** @param {{text: string | (() => string), label?: string, children?: any, small?: boolean, kind?: any}} props */
export function Copy({ text, label, children, small = true, kind = 'quiet' }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
      setDone(true);
      say(t('copied'));
      setTimeout(() => setDone(false), 1500);
    } catch {
      toast(t('copy.failed'), { tone: 'bad' });
    }
  };
  return html`<${Button} kind=${kind} small=${small} icon=${done ? 'check' : 'copy'} label=${label ?? (children ? undefined : t('copy'))} onClick=${copy}>${children}<//>`;
}
