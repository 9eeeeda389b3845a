import type { AgentFormState } from './use-agent-form.ts';

/** What each section of the builder is given. */
export type FormPartProps = Pick<AgentFormState, 'form' | 'errors' | 'change'>;
