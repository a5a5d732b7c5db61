/**
 * Every text of the interface, by key, in the language of whoever looks.
 *
 * `t(key, {count: 3})` fills `{count}`. A text that depends on a number is an object by
 * plural category (`{one: …, other: …}`), chosen by `count`. What people or scenarios wrote is never
 * translated.
 */
import { signal } from './lib.js';
import { keep, kept } from './kept.js';

export const LANGUAGES = /** @type {const} */ ({ en: 'English', de: 'Deutsch' });

/** @typedef {keyof typeof LANGUAGES} Language */
/** @typedef {Record<string, string | number | null | undefined>} Values */

export const language = signal(/** @type {Language} */ ('en'));

/** @type {Record<string, string | Record<string, string>>} */
let texts = {};
let plurals = new Intl.PluralRules('en');

/** @param {string | null | undefined} name @returns {Language | null} */
function known(name) {
  const short = (name ?? '').slice(0, 2).toLowerCase();
  return short in LANGUAGES ? /** @type {Language} */ (short) : null;
}

/** What was chosen; else what the server says; else what the browser prefers; else English. */
export async function startTexts(preset = '') {
  const wished = [kept('language'), preset, ...navigator.languages].map(known);
  await load(wished.find((name) => name !== null) ?? 'en');
}

/** @param {Language} chosen */
export async function setLanguage(chosen) {
  keep('language', chosen);
  await load(chosen);
}

/** @param {Language} name */
async function load(name) {
  texts = (await import(`../texts/${name}.js`)).default;
  plurals = new Intl.PluralRules(name);
  document.documentElement.lang = name;
  language.value = name;
}

/**
 * The text of this key. Reading it in a component draws the component again in another language.
 * @param {string} key @param {Values} [values] @returns {string}
 */
export function t(key, values) {
  void language.value;
  const found = texts[key];
  if (found === undefined) {
    console.error(`There is no text ${key}.`);
    return key;
  }
  const text = typeof found === 'string' ? found : plural(found, Number(values?.count ?? 0));
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (place, name) => {
    const value = values[name];
    if (value === undefined || value === null) return place;
    return typeof value === 'number' ? number(value) : value;
  });
}

/** Whether there is a text of this key. @param {string} key */
export const hasText = (key) => key in texts;

/** @param {Record<string, string>} forms @param {number} count */
function plural(forms, count) {
  return (count === 0 && forms.zero) || forms[plurals.select(count)] || forms.other;
}

/** A number as it is written here. @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(language.value).format(value);
}
