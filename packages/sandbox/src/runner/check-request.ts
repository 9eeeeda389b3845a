import { checkFileName } from '../core/file-name.ts';
import { findLanguage, type Language } from '../core/languages.ts';
import type { RunLimits } from '../core/limits.ts';
import type { CallableTool, RunRequest, WorkspaceFile } from '../core/run.ts';
import { SandboxError } from '../core/sandbox-error.ts';
import { pythonKeywords } from './python-keywords.ts';

const mostArgs = 100;
const argBytes = 16_384;
const stdinBytes = 1024 * 1024;
const mostFiles = 2_000;
const mostTools = 100;

/** The language of a request that can be run. Throws `invalid` with what is wrong with it. */
export function checkRequest(request: RunRequest, limits: RunLimits): Language {
  const language = findLanguage(request.language);
  if (language === undefined) throw invalid('That language is not known.');
  checkTexts(request, limits);
  checkFiles(request.files, limits);
  checkTools(request.tools ?? [], language);
  return language;
}

function checkTexts({ runId, owner, workspace, code, args, stdin }: RunRequest, { codeBytes }: RunLimits): void {
  if ([runId, owner, workspace].some((id) => id === '' || id.length > 256)) throw invalid('An id is not one.');
  if (code.trim() === '') throw invalid('There is no code.');
  if (Buffer.byteLength(code) > codeBytes) throw invalid(`The code is larger than ${codeBytes / 1024} KB.`);
  if (args.length > mostArgs || args.reduce((sum, arg) => sum + Buffer.byteLength(arg), 0) > argBytes) {
    throw invalid('There are too many arguments.');
  }
  if (args.some((arg) => arg.includes('\0'))) throw invalid('An argument holds a NUL character.');
  if (Buffer.byteLength(stdin) > stdinBytes) throw invalid('The standard input is larger than 1 MB.');
}

function checkFiles(files: readonly WorkspaceFile[], { fileBytes, workspaceBytes }: RunLimits): void {
  if (files.length > mostFiles) throw invalid(`There are more than ${mostFiles} files.`);
  if (new Set(files.map(({ name }) => name)).size < files.length) throw invalid('Two files have the same name.');
  for (const { name, size, sha256 } of files) {
    const mistake = checkFileName(name);
    if (mistake !== undefined) throw invalid(`A file cannot be used: ${mistake}.`);
    if (!Number.isSafeInteger(size) || size < 0 || size > fileBytes) throw invalid('A file is too large.');
    if (!/^[\da-f]{64}$/.test(sha256)) throw invalid('A file has no SHA-256.');
  }
  if (files.reduce((sum, { size }) => sum + size, 0) > workspaceBytes) {
    throw invalid('The files are larger than the workspace.');
  }
}

function checkTools(tools: readonly CallableTool[], language: Language): void {
  if (tools.length === 0) return;
  if (language.id !== 'python') throw invalid(`${language.label} programs cannot call tools; Python programs can.`);
  if (tools.length > mostTools) throw invalid(`A program can be given ${mostTools} tools.`);
  if (new Set(tools.map(({ name }) => name)).size < tools.length) throw invalid('Two tools have the same name.');
  for (const { name } of tools) {
    const isName = /^[A-Za-z_]\w{0,127}$/.test(name) && !pythonKeywords.has(name);
    if (!isName) throw invalid('The name of a tool cannot be that of a Python function.');
  }
}

function invalid(message: string): SandboxError {
  return new SandboxError('invalid', message);
}
