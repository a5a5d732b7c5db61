/**
 * Keyboard shortcuts: single keys (`j`), keys after each other (`g i`), never while somebody types.
 *
 * A component offers its own while it is there: `useKeys([{keys, label, run}])`; the newest wins.
 * `?` shows all; there they can be switched off, for those whom they trouble.
 */
import { signal, useEffect, useRef } from './lib.js';
import { keep, kept } from './kept.js';

/** @typedef {{keys: string, label: string, run: (event: KeyboardEvent) => void}} Shortcut `label`: key of a text. */

const PATIENCE = 1_000;

export const shortcuts = signal(/** @type {Shortcut[][]} */ ([]));
export const keysOn = signal(kept('keys') !== 'off');
export const overview = signal(false);

/** @param {boolean} on */
export function setKeysOn(on) {
  keysOn.value = on;
  keep('keys', on ? null : 'off');
}

/** @param {Shortcut[]} offered */
export function useKeys(offered) {
  const latest = useRef(offered);
  latest.current = offered;
  useEffect(() => {
    const mine = offered.map(({ keys, label }) => ({
      keys,
      label,
      run: (/** @type {KeyboardEvent} */ event) =>
        latest.current.find((item) => item.keys === keys)?.run(event),
    }));
    shortcuts.value = [...shortcuts.value, mine];
    return () => {
      shortcuts.value = shortcuts.value.filter((item) => item !== mine);
    };
  }, [offered.map(({ keys, label }) => keys + label).join()]);
}

let before = '';
let timer = 0;

/** Begin to listen. */
export function startKeys() {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!keysOn.value && event.key !== '?') return;
    if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const key = event.key === ' ' ? 'Space' : event.key;
    const found = (before && find(`${before} ${key}`)) || find(key);
    clearTimeout(timer);
    before = key;
    timer = window.setTimeout(() => (before = ''), PATIENCE);
    if (!found || isForOthers(event, key)) return;
    before = '';
    event.preventDefault();
    found.run(event);
  });
}

/** @param {string} keys */
const find = (keys) => shortcuts.value.toReversed().flat().find((item) => item.keys === keys);

/** @param {EventTarget | null} target */
function isTyping(target) {
  const inside = target instanceof HTMLElement && target.shadowRoot?.activeElement;
  const element = inside || target;
  return (
    element instanceof HTMLElement &&
    (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)) &&
    !/^(checkbox|radio|button|range)$/.test(/** @type {any} */ (element).type)
  );
}

/** Enter and the space bar belong to what has the focus. @param {KeyboardEvent} event @param {string} key */
function isForOthers(event, key) {
  if (key !== 'Enter' && key !== 'Space') return false;
  return event.target instanceof Element && event.target.closest('a, button, summary, [role=button]') !== null;
}
