import { toolRefSchema } from '@parley/contracts';
import type { CodeStatus, ToolHints, ToolRef } from '@parley/contracts';
import { languages } from '@parley/sandbox';
import type { RunLimits } from '@parley/sandbox';
import type { Tool, ToolOrigin, ToolSpec } from '../tools/tool.ts';
import { toolDigest } from '../tool-identity.ts';
import type { WorkspaceFiles } from '../files/workspace-files.ts';
import type { CodeRuns } from './code-run.ts';
import { whyNot } from './code-status.ts';
import type { CodeStatusReaders } from './code-status.ts';
import { createExecuteCode, executeCodeText } from './execute-code.ts';
import { createListFiles, listFilesText } from './list-files.ts';
import { createReadFile, readFileText } from './read-file.ts';

const interpreter = toolRefSchema.parse('code/interpreter');

export interface ToolText extends Pick<ToolSpec, 'name' | 'title' | 'summary' | 'description' | 'inputSchema'> {
  readonly hints: ToolHints;
}

interface CodeToolsOptions {
  readonly runs: CodeRuns;
  readonly files: Pick<WorkspaceFiles, 'list' | 'read'>;
  readonly status: CodeStatusReaders['statusSoon'];
  readonly limits: Pick<RunLimits, 'runSeconds'>;
  /** The operator lets models run code. */
  readonly isForModels: boolean;
}

/** The tools that run code and look at its files: `code/interpreter`, and each as `code/interpreter/<name>`. */
export function createCodeTools({ runs, files, status, limits, isForModels }: CodeToolsOptions): ToolOrigin {
  /** One set of specs for each set of languages: whatever knows tools by their specs meets the same ones again. */
  const specs = new Map<string, readonly ToolSpec[]>();

  /** While nobody knows yet which languages there are, a turn that goes on after a restart must find its tools again. */
  function specsFor(known: CodeStatus | undefined): readonly ToolSpec[] {
    const ready = known === undefined ? languages : known.languages.filter((language) => language.ready);
    const ids = ready.map(({ id }) => id);
    const key = ids.join();
    const made = specs.get(key) ?? [executeCodeText(ids, limits), listFilesText, readFileText].map(specOf);
    specs.set(key, made);
    return made;
  }

  return {
    kind: 'code',

    async tools(caller, refs) {
      if (!isForModels) return { tools: [], notices: ['The operator does not let models run code here.'] };
      const now = await status();
      if (now?.enabled === false) return { tools: [], notices: [whyNot(now)] };
      const tools = specsFor(now).map((spec): Tool => {
        if (spec.name === listFilesText.name) return createListFiles(spec, { files });
        if (spec.name === readFileText.name) return createReadFile(spec, { files });
        return createExecuteCode(spec, { runs });
      });
      const isMeant = ({ spec }: Tool): boolean => refs.includes(interpreter) || refs.includes(spec.ref);
      const known = new Set<ToolRef>([interpreter, ...tools.map(({ spec }) => spec.ref)]);
      const unknown = refs.filter((ref) => !known.has(ref));
      const notices = unknown.length === 0 ? [] : [`These tools do not exist here: ${unknown.join(', ')}.`];
      return { tools: tools.filter(isMeant), notices };
    },

    async known() {
      if (!isForModels) return [];
      const now = await status();
      return now?.enabled === false ? [] : specsFor(now);
    },
  };
}

/** Whatever runs, runs in a sandbox that holds nothing but the caller's own files, so that nobody need be asked. */
function specOf({ hints, ...text }: ToolText): ToolSpec {
  return {
    ...text,
    ref: toolRefSchema.parse(`${interpreter}/${text.name}`),
    source: { kind: 'code', id: 'interpreter', title: 'Code interpreter' },
    hints,
    isTrusted: true,
    needsNoApproval: true,
    digest: toolDigest(text.name, text.description, text.inputSchema),
  };
}
