/** What a page loads, and loads again: the old stays while the new comes. */
import { useCallback, useEffect, useRef, useState } from './lib.js';

/**
 * @template T
 * @param {(signal: AbortSignal) => Promise<T>} load
 * @param {any[]} needs Loaded anew, from nothing, when these change.
 * @returns {{data: T | undefined, error: any, loading: boolean, reload: () => Promise<void>, set: (data: T) => void}}
 */
export function useLoad(load, needs) {
  const [state, setState] = useState(/** @type {any} */ ({ loading: true }));
  const latest = useRef(load);
  latest.current = load;
  const running = useRef(/** @type {AbortController | null} */ (null));
  const reload = useCallback(async () => {
    running.current?.abort();
    const mine = new AbortController();
    running.current = mine;
    try {
      const data = await latest.current(mine.signal);
      if (!mine.signal.aborted) setState({ data, loading: false });
    } catch (error) {
      if (!mine.signal.aborted) setState((/** @type {any} */ old) => ({ ...old, error, loading: false }));
    }
  }, []);
  const set = useCallback((/** @type {any} */ data) => setState({ data, loading: false }), []);
  useEffect(() => {
    setState({ loading: true });
    void reload();
    return () => running.current?.abort();
  }, needs);
  return { ...state, reload, set };
}
