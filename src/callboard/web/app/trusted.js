/**
 * Trusted Types: no text becomes markup, unless the sanitiser has seen it.
 *
 * The policy `default` is asked whenever a library writes `innerHTML`. Until the sanitiser is there
 * (`useSanitiser`; it is loaded with what needs it) nothing passes. DOMPurify makes its own policy,
 * `dompurify`. The header of the page allows these two and no others.
 */

/** @type {((markup: string) => string) | null} */
let sanitise = null;

/** @param {(markup: string) => string} clean */
export function useSanitiser(clean) {
  sanitise = clean;
}

/** Make the policy; where the browser has no Trusted Types there is nothing to make. */
export function installPolicy() {
  globalThis.trustedTypes?.createPolicy('default', {
    createHTML(markup) {
      if (!sanitise) throw new TypeError('Markup came before the sanitiser.');
      return sanitise(markup);
    },
    createScript() {
      return null;
    },
    createScriptURL() {
      return null;
    },
  });
}
