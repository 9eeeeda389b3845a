import path from 'node:path';

/** The folder of the checkout, with `api/`, `packages/` and `package.json`. */
export const installRoot = path.resolve(import.meta.dirname, '../../..');
