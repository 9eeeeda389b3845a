import { toolPolicySchema } from '@parley/contracts';
import type { ToolPolicy } from '@parley/contracts';
import type { Connection } from 'mongoose';
import { toolPolicyDocumentSchema } from '../schemas/tool-policy-document.ts';
import type { ToolPolicyDocument } from '../schemas/tool-policy-document.ts';

export interface ToolPolicyRepository {
  /** The rules of this install. In the place of one that cannot be understood stands that every tool asks. */
  get(): Promise<ToolPolicy>;
  set(policy: ToolPolicy, at: Date): Promise<void>;
}

/** The one policy in the `tool_policies` collection. */
export function createToolPolicyRepository(connection: Connection): ToolPolicyRepository {
  const model = connection.model<ToolPolicyDocument>('ToolPolicy', toolPolicyDocumentSchema);

  return {
    async get() {
      const document = await model.findById('install').lean();
      return { rules: (document?.rules ?? []).flatMap(parseRule) };
    },

    async set({ rules }, updatedAt) {
      await model.updateOne({ _id: 'install' }, { $set: { rules, updatedAt } }, { upsert: true });
    },
  };
}

function parseRule(rule: unknown): ToolPolicy['rules'] {
  const parsed = toolPolicySchema.safeParse({ rules: [rule] });
  return parsed.success ? parsed.data.rules : [{ pattern: '*', effect: 'ask' }];
}
