/** Where this browser keeps what was typed into an agent's form and not saved. */
export const draftPrefix = 'parley:agent-draft:';

/** Forgets all of them, because somebody else may sign in next. */
export function forgetAgentDrafts(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(draftPrefix)) localStorage.removeItem(key);
}
