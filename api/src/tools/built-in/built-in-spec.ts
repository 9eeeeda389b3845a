import type { ToolSpec } from '../tool.ts';
import { toolDigest } from '../../tool-identity.ts';

interface BuiltIn extends Pick<ToolSpec, 'name' | 'title' | 'description' | 'inputSchema' | 'needsNoApproval'> {
  /** What people read. */
  readonly summary?: string;
  /** Reaches out into the world. */
  readonly openWorld?: boolean;
}

/** The spec of a tool of our own. All of them only read, and their names are their refs. */
export function builtInSpec({ openWorld = false, ...spec }: BuiltIn): ToolSpec {
  return {
    ...spec,
    ref: spec.name,
    source: { kind: 'built-in', title: 'Parley' },
    hints: { readOnly: true, destructive: false, idempotent: true, openWorld },
    isTrusted: true,
    digest: toolDigest(spec.name, spec.description, spec.inputSchema),
  };
}
