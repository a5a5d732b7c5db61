/** Dialogs, by the browser's own `<dialog>`: it keeps the focus, and Escape closes it. */
import { html, useEffect, useId, useRef } from '../lib.js';
import { t } from '../texts.js';
import { Button } from './button.js';

/**
 * Shown as long as it is rendered. `actions`: the buttons at its foot.
 * @param {{title: string, close: () => void, children?: any, actions?: any, wide?: boolean}} props
 */
export function Dialog({ title, close, children, actions, wide }) {
  const id = useId();
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  /** @param {MouseEvent} event */
  const outside = (event) => event.target === element.current && close();
  return html`<dialog ref=${element} class=${wide ? 'dialog wide' : 'dialog'} aria-labelledby=${id}
    onClose=${close} onClick=${outside}
  ><div class="dialog-box">
    <header><h2 id=${id}>${title}</h2><${Button} kind="quiet" icon="close" label=${t('close')} onClick=${close} /></header>
    <div class="dialog-body">${children}</div>
    ${actions && html`<footer>${actions}</footer>`}
  </div></dialog>`;
}

/**
 * Asks before something that cannot be taken back.
 * @param {{title: string, children?: any, verb: string, danger?: boolean, busy?: boolean, confirm: () => void, close: () => void, disabled?: boolean}} props
 */
export function Confirm({ title, children, verb, danger, busy, confirm, close, disabled }) {
  const actions = html`
    <${Button} kind="quiet" onClick=${close}>${t('cancel')}<//>
    <${Button} kind=${danger ? 'danger' : 'primary'} busy=${busy} disabled=${disabled} onClick=${confirm}>${verb}<//>`;
  return html`<${Dialog} title=${title} close=${close} actions=${actions}>${children}<//>`;
}
