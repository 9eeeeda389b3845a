import { createRequire } from 'node:module';
import path from 'node:path';
import { build, type Plugin } from 'vite';

/** What artifacts can import, and the file of the frame's origin that has it. */
const modules = {
  react: 'react',
  'react-jsx-runtime': 'react/jsx-runtime',
  'react-dom': 'react-dom',
  'react-dom-client': 'react-dom/client',
};

const folder = 'artifact-frame';
const require = createRequire(import.meta.url);

/**
 * Builds what runs on the second origin into `artifact-frame/`: the script of the frame and React, bundled from
 * node_modules as modules that name every export, so that artifacts need nobody else's server.
 */
export function artifactFrame(): Plugin {
  return {
    name: 'artifact-frame',
    apply: 'build',
    async generateBundle() {
      const frame = path.join(import.meta.dirname, '../src/features/chat/artifacts/frame/frame.ts');
      const built = [
        await bundle({ frame }, 'iife'),
        await bundle(Object.fromEntries(Object.keys(modules).map((file) => [file, `vendored:${file}`])), 'es'),
      ];
      for (const { fileName, code } of built.flat()) {
        this.emitFile({ type: 'asset', fileName: `${folder}/${fileName}`, source: code });
      }
    },
  };
}

async function bundle(input: Readonly<Record<string, string>>, format: 'es' | 'iife') {
  const result = await build({
    configFile: false,
    root: path.join(import.meta.dirname, '..'),
    logLevel: 'warn',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [vendored],
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: { format, entryFileNames: '[name].js', chunkFileNames: 'vendor-[name].js' },
      },
    },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('The frame of artifacts was not built.');
  return result.output.flatMap((file) => (file.type === 'chunk' ? [file] : []));
}

/** React is CommonJS, of which a module only has what it names. */
const vendored: Plugin = {
  name: 'vendored',
  resolveId: (id) => (id.startsWith('vendored:') ? id : undefined),
  load(id) {
    const source = new Map(Object.entries(modules)).get(id.slice('vendored:'.length));
    if (!id.startsWith('vendored:') || source === undefined) return undefined;
    const names = Object.keys(require(source)).filter((name) => name !== 'default');
    return `import all from '${source}'; export default all; export const { ${names.join(', ')} } = all;`;
  },
};
