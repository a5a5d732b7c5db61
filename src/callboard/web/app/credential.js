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
  expired.value = false;
  credential.value = given;
}

/** @param {{expired?: boolean}} [how] */
export function signOut(how = {}) {
  hold(KEY, null);
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

/** Renew a credential that was refused; whether there is a new one. Asked once for all who wait. */
export function refreshed() {
  renewing ??= tryToRenew().finally(() => {
    renewing = null;
  });
  return renewing;
}

async function tryToRenew() {
  const old = credential.value;
  if (!old?.refresh) return false;
  const fresh = await renew(old.refresh).catch(() => null);
  if (!fresh) return false;
  signInWith({ ...old, token: fresh.token, refresh: fresh.refresh ?? old.refresh });
  return true;
}
