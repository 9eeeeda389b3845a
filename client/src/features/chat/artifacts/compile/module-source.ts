const exported = /^\s*export\s/m;
/** Components are named with a capital letter. */
const component = /^[ \t]*(?:async\s+)?(?:function\*?|class|const|let|var)\s+([A-Z]\w*)/gm;

/** The source with its component as its default export, where its author forgot to export one. */
export function withExport(source: string): string {
  if (exported.test(source)) return source;
  const names = Array.from(source.matchAll(component), ([, name = '']) => name);
  const main = names.includes('App') ? 'App' : names.at(-1);
  return main === undefined ? source : `${source}\nexport default ${main};`;
}

/** The module that shows the component of `artifact:source`, unless that one shows itself. */
export function entryOf(source: string): string {
  // Many write for pages that have React as a global: imports run in order, before anything else.
  const show = `
    const component = artifact.default ?? Object.values(artifact).find((value) => typeof value === 'function');
    if (component === undefined) throw new Error('This artifact exports no component.');
    createRoot(document.getElementById('root')).render(createElement(component));`;
  return `
    import 'artifact:globals';
    import * as artifact from 'artifact:source';
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    ${/\bcreateRoot\s*\(/.test(source) ? '' : show}`;
}

/** Names that pages without modules have. */
export const globalsModule = `
  import * as React from 'react';
  import * as ReactDOM from 'react-dom/client';
  Object.assign(globalThis, { React, ReactDOM });`;
