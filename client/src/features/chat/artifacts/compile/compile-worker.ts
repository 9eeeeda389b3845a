import { build, initialize, type Message, type Plugin } from 'esbuild-wasm/esm/browser.js';
import wasmUrl from 'esbuild-wasm/esbuild.wasm?url';
import type { CompileFailure, CompileRequest, CompileResponse } from './compile-messages.ts';
import { entryOf, globalsModule, withExport } from './module-source.ts';

const vendored = new Set(['react', 'react/jsx-runtime', 'react-dom', 'react-dom/client']);

/** One compiler for the life of the worker; it works in this thread. */
const ready = initialize({ wasmURL: wasmUrl, worker: false });

addEventListener('message', ({ data }: MessageEvent<CompileRequest>) => {
  void answer(data);
});

async function answer({ id, source }: CompileRequest): Promise<void> {
  const response: CompileResponse = { id, result: await compile(source) };
  postMessage(response);
}

async function compile(source: string): Promise<{ readonly code: string } | CompileFailure> {
  try {
    await ready;
  } catch {
    // The compiler could not be fetched, or this browser has no WebAssembly.
    return { kind: 'unavailable' };
  }
  const missing = new Set<string>();
  try {
    const { outputFiles } = await build({
      stdin: { contents: entryOf(source), loader: 'js' },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      logLevel: 'silent',
      define: { 'process.env.NODE_ENV': '"production"' },
      plugins: [artifact(withExport(source), missing)],
    });
    if (missing.size > 0) return { kind: 'import', names: [...missing] };
    return { code: outputFiles[0]?.text ?? '' };
  } catch (error) {
    return toFailure(error);
  }
}

function artifact(contents: string, missing: Set<string>): Plugin {
  return {
    name: 'artifact',
    setup(compiler) {
      compiler.onResolve({ filter: /.*/ }, ({ path }) => {
        if (path === 'artifact:source' || path === 'artifact:globals') return { path, namespace: 'artifact' };
        if (!vendored.has(path)) missing.add(path);
        return { path, external: true };
      });
      compiler.onLoad({ filter: /.*/, namespace: 'artifact' }, ({ path }) => ({
        contents: path === 'artifact:source' ? contents : globalsModule,
        loader: 'tsx',
      }));
    },
  };
}

function toFailure(error: unknown): CompileFailure {
  const first = hasErrors(error) ? error.errors[0] : undefined;
  if (first === undefined) return { kind: 'unavailable' };
  const { text, location } = first;
  return { kind: 'syntax', text, ...(location === null ? {} : { line: location.line }) };
}

function hasErrors(error: unknown): error is { readonly errors: readonly Message[] } {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}
