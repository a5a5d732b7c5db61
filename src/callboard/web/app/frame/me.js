/** Who I am; and behind it the theme, the language, the keys, and the way out. */
import { html } from '../lib.js';
import { keysOn, overview } from '../keys.js';
import { config, credential, signOut, who } from '../session.js';
import { go } from '../router.js';
import { LANGUAGES, language, setLanguage, t } from '../texts.js';
import { setTheme, theme, THEMES } from '../theme.js';
import { Icon } from '../ui/icon.js';
import { Menu } from '../ui/menu.js';
import { Mark } from '../ui/person.js';

const THEME_ICONS = /** @type {const} */ ({ system: 'screen', light: 'sun', dark: 'moon' });

/** @param {{top?: boolean}} props */
export function Me({ top = false }) {
  const person = who.value;
  if (!person) return null;
  const roles = person.roles.join(', ');
  const button = (/** @type {any} */ props) => html`<button type="button" class="me" ...${props}>
    <${Mark} name=${person.name} kind=${person.service ? 'service' : 'user'} />
    <span class="me-text"><span class="me-name">${person.name}</span>${roles && html`<span class="me-roles">${roles}</span>`}</span>
    <${Icon} name="up" size=${16} label=${t('me.menu')} />
  </button>`;
  const head = html`<div class="menu-head"><strong>${person.name}</strong><span class="muted">${roles || person.id}</span></div>`;
  return html`<${Menu} label=${t('me.menu')} button=${button} entries=${entries()} head=${head} side=${top ? 'right' : 'left'} above=${!top} />`;
}

/** @returns {import('../ui/menu.js').Entry[]} */
function entries() {
  const more = t('me.more');
  return [
    ...THEMES.map((name) => ({
      group: t('theme'),
      label: t(`theme.${name}`),
      icon: THEME_ICONS[name],
      checked: theme.value === name,
      run: () => setTheme(name),
    })),
    ...Object.entries(LANGUAGES).map(([name, label]) => ({
      group: t('language'),
      label,
      icon: /** @type {const} */ ('globe'),
      checked: language.value === name,
      run: () => void setLanguage(/** @type {any} */ (name)),
    })),
    { group: more, label: t(keysOn.value ? 'keys.title' : 'keys.title.off'), icon: 'keyboard', run: () => (overview.value = true) },
    { group: more, label: t('me.api'), icon: 'book', href: '/api-docs' },
    ...(config.value.signIn.demo && credential.value?.kind === 'demo'
      ? [{ group: more, label: t('me.switch'), icon: /** @type {const} */ ('users'), run: () => go('/ui/signin') }]
      : []),
    { group: more, label: t('me.signout'), icon: 'leave', run: () => signOut() },
  ];
}
