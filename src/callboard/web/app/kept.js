/**
 * What the browser keeps for us. `kept`: likings (theme, language), for good. `held`: what is of this
 * visit alone (credentials), gone with the tab. Both work, forgetfully, where storage is forbidden.
 */

const PREFIX = 'callboard.';

/** @param {Storage} store @param {string} key @param {string | null} value */
function write(store, key, value) {
  try {
    if (value === null) store.removeItem(PREFIX + key);
    else store.setItem(PREFIX + key, value);
  } catch {
    // Storage is full or forbidden.
  }
}

/** @param {() => Storage} store @param {string} key */
function read(store, key) {
  try {
    return store().getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** @param {string} key */
export const kept = (key) => read(() => localStorage, key);

/** @param {string} key @param {string | null} value */
export const keep = (key, value) => write(localStorage, key, value);

/** @param {string} key */
export const held = (key) => read(() => sessionStorage, key);

/** @param {string} key @param {string | null} value */
export const hold = (key, value) => write(sessionStorage, key, value);
