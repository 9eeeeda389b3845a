/**
 * Takes every frame out of the document before it has loaded, and the ways to hide one. A frame inside has a window of
 * its own, with the ways out that were taken from this one; what is written into it is governed by no `frame-src`.
 */
export function forbidFrames(): void {
  // What runs later may replace everything that is looked up then, loops over lists included.
  const remove = methodOf(Element.prototype, 'remove');
  const find = methodOf(DocumentFragment.prototype, 'querySelectorAll');
  const attachShadow = methodOf(Element.prototype, 'attachShadow');
  const observe = methodOf(MutationObserver.prototype, 'observe');
  const kinds = ['iframe', 'frame', 'object', 'embed', 'fencedframe'];
  const { get } = Reflect;
  const selector = kinds.join(',');
  const inDocument = kinds.map((kind) => document.getElementsByTagName(kind));
  const roots: unknown[] = [];
  const observer = new MutationObserver(() => {
    for (let kind = 0; kind < inDocument.length; kind += 1) {
      while (inDocument[kind]?.[0]) remove(inDocument[kind]?.[0]);
    }
    for (let root = 0; root < roots.length; root += 1) {
      const frames: unknown = find(roots[root], selector);
      if (typeof frames !== 'object' || frames === null) continue;
      for (let index = 0; index in frames; index += 1) remove(get(frames, index));
    }
  });
  const everything = { childList: true, subtree: true };
  observe(observer, document, everything);
  Object.defineProperty(Element.prototype, 'attachShadow', {
    value(this: unknown, options: unknown) {
      const root = attachShadow(this, options);
      roots[roots.length] = root;
      observe(observer, root, everything);
      return root;
    },
  });
  forbidHiddenRoots();
}

/** The parser makes roots that nobody is told of. */
function forbidHiddenRoots(): void {
  for (const owner of [Element.prototype, ShadowRoot.prototype, Document, Document.prototype]) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (name.endsWith('HTMLUnsafe')) Reflect.deleteProperty(owner, name);
    }
  }
  for (const name of ['write', 'writeln'] as const) {
    const write = document[name].bind(document);
    const value = (...html: unknown[]) => write(html.join('').replaceAll(/shadowroot/gi, 'data-root'));
    Object.defineProperty(document, name, { value });
  }
}

/** A method as a function of its object, whatever becomes of its name. */
function methodOf(owner: object, name: string): (self: unknown, ...values: readonly unknown[]) => unknown {
  const { apply } = Reflect;
  const method: unknown = Reflect.get(owner, name);
  return (self, ...values) => (typeof method === 'function' ? apply(method, self, values) : undefined);
}
