/** Light, dark, or as the system has it. `first.js` applies what was chosen before anything is drawn. */
import { signal } from './lib.js';
import { keep, kept } from './kept.js';

/** @typedef {'system' | 'light' | 'dark'} Theme */

export const THEMES = /** @type {Theme[]} */ (['system', 'light', 'dark']);

const saved = kept('theme');
export const theme = signal(/** @type {Theme} */ (THEMES.includes(/** @type {any} */ (saved)) ? saved : 'system'));

/** @param {Theme} chosen */
export function setTheme(chosen) {
  theme.value = chosen;
  keep('theme', chosen === 'system' ? null : chosen);
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}
