import type { Expression, Variables } from '../aggregation/expression.ts';
import { Document } from '../bson/document.ts';
import { isDocument, type Value } from '../bson/value.ts';

/** What a projection does with one field. */
export type ProjectionNode =
  | { readonly kind: 'include' | 'exclude' }
  | { readonly kind: 'tree'; readonly children: ProjectionTree }
  | { readonly kind: 'computed'; readonly evaluate: Expression }
  | { readonly kind: 'slice'; readonly slice: (items: readonly Value[]) => Value[] }
  | { readonly kind: 'element'; readonly isMatch: (item: Value) => boolean };

/** The fields of a projection by name. */
export type ProjectionTree = ReadonlyMap<string, ProjectionNode>;

/** The document being projected and what its projection may refer to. */
export interface Projecting {
  readonly root: Document;
  /** Whether fields the projection does not name stay. */
  readonly keepsOthers: boolean;
  /** Set below an array that is itself an element of one, where no `$slice` applies. */
  readonly isNestedArray?: boolean;
  readonly variables: Variables;
}

/**
 * The projected document: existing fields in their order, computed ones after them. Among included fields one of which an
 * element was asked for stands behind the others.
 */
export function projectDocument(tree: ProjectionTree, projecting: Projecting): Document {
  return projectFields(projecting.root, tree, projecting);
}

function projectFields(document: Document, tree: ProjectionTree, projecting: Projecting): Document {
  const fields = new Map<string, Value>();
  const behind = new Map<string, Value>();
  for (const [name, value] of document.entries()) {
    const node = tree.get(name);
    const kept = node === undefined ? keepOther(value, projecting) : projectValue(value, node, projecting);
    const place = node?.kind === 'element' && !projecting.keepsOthers ? behind : fields;
    if (kept !== undefined) place.set(name, kept);
  }
  for (const [name, value] of behind) fields.set(name, value);
  addComputed(fields, tree, projecting);
  return new Document(fields);
}

function keepOther(value: Value, projecting: Projecting): Value | undefined {
  return projecting.keepsOthers ? value : undefined;
}

function projectValue(value: Value, node: ProjectionNode, projecting: Projecting): Value | undefined {
  switch (node.kind) {
    case 'include':
      return value;
    case 'exclude':
      return undefined;
    case 'computed':
      return node.evaluate(projecting);
    case 'slice':
      return Array.isArray(value) && projecting.isNestedArray !== true ? node.slice(value) : value;
    case 'element':
      return firstMatch(value, node.isMatch);
    case 'tree':
  }
  return projectTree(value, node.children, projecting);
}

function firstMatch(value: Value, isMatch: (item: Value) => boolean): Value | undefined {
  const found = Array.isArray(value) ? value.find(isMatch) : undefined;
  return found === undefined ? undefined : [found];
}

function projectTree(value: Value, children: ProjectionTree, projecting: Projecting): Value | undefined {
  if (isDocument(value)) return projectFields(value, children, projecting);
  if (Array.isArray(value)) {
    return value.flatMap((item): Value[] => {
      const kept = Array.isArray(item)
        ? projectTree(item, children, { ...projecting, isNestedArray: true })
        : projectTree(item, children, projecting);
      return kept === undefined ? [] : [kept];
    });
  }
  if (hasComputed(children)) return projectFields(new Document(new Map()), children, projecting);
  return keepOther(value, projecting);
}

function hasComputed(tree: ProjectionTree): boolean {
  return [...tree.values()].some(
    (node) => node.kind === 'computed' || (node.kind === 'tree' && hasComputed(node.children)),
  );
}

function addComputed(fields: Map<string, Value>, tree: ProjectionTree, projecting: Projecting): void {
  for (const [name, node] of tree) {
    if (fields.has(name)) continue;
    if (node.kind === 'computed') {
      const value = node.evaluate(projecting);
      if (value !== undefined) fields.set(name, value);
    } else if (node.kind === 'tree' && hasComputed(node.children)) {
      fields.set(name, projectFields(new Document(new Map()), node.children, projecting));
    }
  }
}
