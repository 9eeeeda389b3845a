import { spawn } from 'node:child_process';
import { root } from './toolchain.mjs';

const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Milliseconds within which the same signal counts once: the terminal and npm both send it. */
const sameSignal = 1000;
const parentCheck = 250;

/**
 * Runs one command from the root and resolves with its exit code. It gets a process group of its own, so that Ctrl-C
 * reaches it once, from us: a second signal means "at once". When npm is gone, the command is asked to end, too.
 */
export function runCommand([program, ...args], node, environment) {
  return new Promise((resolve, reject) => {
    const child = spawn(program === 'node' ? node : program, args, {
      cwd: root,
      env: environment,
      stdio: 'inherit',
      detached: process.platform !== 'win32',
      shell: process.platform === 'win32',
    });
    const last = new Map();
    const forward = (signal) => {
      if (Date.now() - (last.get(signal) ?? 0) < sameSignal) return;
      last.set(signal, Date.now());
      child.kill(signal);
    };
    for (const signal of forwardedSignals) process.on(signal, forward);
    const unwatch = onParentGone(() => forward('SIGTERM'));
    const settle = (finish) => (value, signal) => {
      unwatch();
      for (const name of forwardedSignals) process.off(name, forward);
      finish(value, signal);
    };
    child.once('error', settle(reject));
    child.once(
      'close',
      settle((code, signal) => resolve(code ?? (signal ? 1 : 0))),
    );
  });
}

/** npm passes a signal to its shell, which dies of it without telling us; that we have another parent then says so. */
function onParentGone(react) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    react();
  }, parentCheck);
  return () => clearInterval(timer);
}
