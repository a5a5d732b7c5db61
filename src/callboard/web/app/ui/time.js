/** A time: "3 h ago", exactly on hover. Past its due it is told by a word, not by colour alone. */
import { html } from '../lib.js';
import { t } from '../texts.js';
import { exact, passed, relative, short } from '../time.js';

/** @param {{at: string, due?: boolean, exactly?: boolean}} props */
export function Time({ at, due = false, exactly = false }) {
  const late = due && passed(at);
  const said = exactly ? short(at) : relative(at);
  const text = due ? t(late ? 'time.overdue' : 'time.due', { when: said }) : said;
  return html`<time class=${late ? 'time overdue' : 'time'} datetime=${at} title=${exact(at)}>${text}</time>`;
}
