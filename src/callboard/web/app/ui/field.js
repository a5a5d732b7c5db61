/** Inputs with their labels; what a field says wrong is told to screen readers, too. */
import { html, useId } from '../lib.js';

/**
 * @param {{label: string, value: string, change: (value: string) => void, hint?: string, error?: string,
 *   options?: {value: string, label: string}[], lines?: number, hideLabel?: boolean, [name: string]: any}} props
 */
export function Field({ label, value, change, hint, error, options, lines, hideLabel, ...rest }) {
  const id = useId();
  const note = error ?? hint;
  const shared = {
    id,
    class: 'input',
    value,
    'aria-invalid': error ? 'true' : undefined,
    'aria-describedby': note ? `${id}-note` : undefined,
    onInput: (/** @type {any} */ event) => change(event.currentTarget.value),
    ...rest,
  };
  let input = html`<input type="text" ...${shared} />`;
  if (lines) input = html`<textarea rows=${lines} ...${shared}></textarea>`;
  if (options) {
    input = html`<select ...${shared}>${options.map((item) => html`<option value=${item.value}>${item.label}</option>`)}</select>`;
  }
  return html`<div class="field ${error ? 'wrong' : ''}">
    <label for=${id} class=${hideLabel ? 'only-read' : ''}>${label}</label>${input}
    ${note && html`<p class="note" id="${id}-note">${note}</p>`}
  </div>`;
}
