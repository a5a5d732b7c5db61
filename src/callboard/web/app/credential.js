/**
 * Whose credential is used: held by the tab alone (`sessionStorage`), never in an address.
 *
 * @typedef {{id: string | null, name: string, roles: string[], service: string | null, privileges: string[]}} Who
 * @typedef {{token: string, kind: 'demo' | 'oidc' | 'token', who: Who, refresh?: string}} Credential
 */
import { computed, signal } from './lib.js';
import { held, hold } from './kept.js';

const KEY = 'credential';

/** @returns {Credential | null} */
function found() {
  try {
    return JSON.parse(held(KEY) ?? 'null');
  } catch {
    return null;
  }
}

export const credential = signal(found());

/** Who is signed in. */
export const who = computed(() => credential.value?.who ?? null);

/** Whether the last credential came to its end by itself. */
export const expired = signal(false);

/** Whether whoever is signed in has this privilege. @param {string} privilege */
export const may = (privilege) => credential.value?.who.privileges.includes(privilege) ?? false;

/** @param {Credential} given */
export function signInWith(given) {
  hold(KEY, JSON.stringify(given));
  replaced.clear();
  expired.value = false;
  credential.value = given;
}

/** @param {{expired?: boolean}} [how] */
export function signOut(how = {}) {
  hold(KEY, null);
  replaced.clear();
  expired.value = how.expired ?? false;
  credential.value = null;
}

/** @type {(refresh: string) => Promise<{token: string, refresh?: string} | null>} */
let renew = async () => null;

/** How a credential is renewed; session.js says it once. @param {typeof renew} how */
export function renewBy(how) {
  renew = how;
}

/** @type {Promise<boolean> | null} */
let renewing = null;

/** Tokens that were renewed for who is signed in now. @type {Set<string>} */
const replaced = new Set();

/**
 * This token was refused: have another one, or sign out. Whether there is another one to go on with.
 * All who were refused together are told of one renewal; who was late uses what is there already. What
 * one person began never goes on as another.
 * @param {string} refused
 */
export async function renewed(refused) {
  const now = credential.value?.token;
  if (now === undefined) return false;
  if (now !== refused) return replaced.has(refused);
  if (await renewOnce()) return true;
  if (credential.value?.token !== refused) return false;
  signOut({ expired: true });
  return false;
}

function renewOnce() {
  renewing ??= tryToRenew().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function tryToRenew() {
  const old = credential.value;
  if (!old?.refresh) return false;
  const fresh = await renew(old.refresh).catch(() => null);
  if (!fresh || credential.value !== old) return false;
  const earlier = [...replaced, old.token];
  signInWith({ ...old, token: fresh.token, refresh: fresh.refresh ?? old.refresh });
  for (const token of earlier) replaced.add(token);
  return true;
}
