import { Schema } from 'mongoose';
import type { AgentRef } from '@parley/contracts';

/** One version of an agent, inside another document. */
export const agentRef = {
  type: new Schema<AgentRef>(
    {
      id: { type: String, required: true },
      version: { type: Number, required: true },
      name: { type: String, required: true },
    },
    { _id: false, id: false },
  ),
};
