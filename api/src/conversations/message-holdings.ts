import type { CodeRunId, FileId, MessagePart, ToolResultId } from '@parley/contracts';

/** What is kept apart from the messages that name it. */
export interface Holdings {
  readonly files: Set<FileId>;
  readonly results: Set<ToolResultId>;
  readonly runs: Set<CodeRunId>;
}

export function noHoldings(): Holdings {
  return { files: new Set(), results: new Set(), runs: new Set() };
}

/** Adds what these parts name, also those of sub-agents. */
export function noteHoldings(held: Holdings, parts: readonly MessagePart[]): void {
  for (const part of parts) {
    if (part.type === 'file') held.files.add(part.file.id);
    if (part.type !== 'tool-call') continue;
    if (part.stored !== undefined) held.results.add(part.stored.id);
    for (const { id } of part.attachments ?? []) held.results.add(id);
    if (part.execution !== undefined) held.runs.add(part.execution.runId);
    for (const { id } of part.execution?.files ?? []) held.files.add(id);
    if (part.run !== undefined) noteHoldings(held, part.run.parts);
  }
}

/** Takes away what `other` names, too. */
export function dropHoldings(held: Holdings, other: Holdings): void {
  for (const id of other.files) held.files.delete(id);
  for (const id of other.results) held.results.delete(id);
  for (const id of other.runs) held.runs.delete(id);
}

export function isEmpty({ files, results, runs }: Holdings): boolean {
  return files.size + results.size + runs.size === 0;
}
