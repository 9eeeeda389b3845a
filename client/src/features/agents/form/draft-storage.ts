import { agentIdSchema, toolRefSchema } from '@parley/contracts';
import type { AgentId } from '@parley/contracts';
import * as z from 'zod/mini';
import { parseJson } from '../../../lib/parse-json.ts';
import type { AgentForm } from './agent-form.ts';
import { draftPrefix } from './forget-agent-drafts.ts';

const text = z.string();
const formSchema = z.object({
  name: text,
  description: text,
  avatar: z.nullable(text),
  category: text,
  instructions: text,
  endpoint: text,
  model: text,
  temperature: text,
  topP: text,
  maxOutputTokens: text,
  reasoningEffort: text,
  tools: z.array(toolRefSchema),
  subAgents: z.array(agentIdSchema),
  handOffs: z.array(agentIdSchema),
  conversationStarters: z.array(text),
  steps: text,
  seconds: text,
  dollars: text,
});

const draftSchema = z.object({
  /** Whose draft it is; nobody else is shown it. */
  owner: text,
  /** The version that was changed; `null` for an agent that has never been saved. */
  baseVersion: z.nullable(z.number()),
  form: formSchema,
});

/** Changes to an agent that have not been saved, as this browser keeps them. */
export interface AgentDraft {
  readonly baseVersion: number | null;
  readonly form: AgentForm;
}

/** The draft of an agent, or of the new one, if this person left one here. */
export function readAgentDraft(place: AgentId | 'new', owner: string | undefined): AgentDraft | undefined {
  const value = localStorage.getItem(draftPrefix + place);
  if (value === null) return undefined;
  const parsed = z.safeParse(draftSchema, parseJson(value));
  return parsed.success && parsed.data.owner === owner ? parsed.data : undefined;
}

/** Keeps a draft, or forgets it where there is none. A full or forbidden storage loses drafts, nothing else. */
export function storeAgentDraft(
  place: AgentId | 'new',
  owner: string | undefined,
  draft: AgentDraft | undefined,
): void {
  try {
    if (draft && owner !== undefined) localStorage.setItem(draftPrefix + place, JSON.stringify({ ...draft, owner }));
    else localStorage.removeItem(draftPrefix + place);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
