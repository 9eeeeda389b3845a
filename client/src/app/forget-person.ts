import { forgetAgentDrafts } from '../features/agents/form/forget-agent-drafts.ts';

/** What tells what somebody has looked for, or chosen in the palette. */
const tellingKeys = ['parley:searches', 'parley:palette'];

/** Forgets what this browser knows of the person who signs out, because somebody else may sign in next. */
export function forgetPerson(): void {
  forgetAgentDrafts();
  for (const key of tellingKeys) localStorage.removeItem(key);
}
