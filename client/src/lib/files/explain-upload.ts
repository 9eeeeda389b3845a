import { ProblemError } from '@parley/contracts';
import { explainError } from '../explain-error.ts';
import type { FilesTexts } from '../i18n/use-files-texts.ts';
import type { Texts } from '../i18n/use-texts.ts';

/** Why a file was not uploaded, in a few words. */
export function explainUpload(cause: unknown, files: FilesTexts, texts: Texts): string {
  if (cause instanceof ProblemError && cause.detail === undefined) {
    if (cause.code === 'file-too-large' || cause.code === 'body-too-large') return files.tooLarge;
    if (cause.code === 'workspace-full') return files.full;
  }
  return explainError(cause, texts);
}
