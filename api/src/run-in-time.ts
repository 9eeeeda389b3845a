import { createContext, Script } from 'node:vm';

let work: () => void = () => undefined;
const context = createContext({ work: () => work() });
const script = new Script('work()');

/**
 * What `task` returns, which must not wait for anything. One that is not done after so many milliseconds is ended
 * wherever it is, also within a regular expression, and an error is thrown.
 */
export function runInTime<T>(milliseconds: number, task: () => T): T {
  let outcome: { readonly value: T } | undefined;
  work = () => {
    outcome = { value: task() };
  };
  try {
    script.runInContext(context, { timeout: milliseconds });
  } finally {
    work = () => undefined;
  }
  return finished(outcome);
}

function finished<T>(outcome: { readonly value: T } | undefined): T {
  if (outcome === undefined) throw new Error('The task ended without an outcome');
  return outcome.value;
}
