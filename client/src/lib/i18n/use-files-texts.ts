import { createContext, use } from 'react';
import { enFiles } from '../../locales/en-files.ts';

/** The catalog of files and of the code interpreter; apart from `Texts`, because the first page does without it. */
export type FilesTexts = typeof enFiles;

const FilesTextsContext = createContext<FilesTexts>(enFiles);

/** The words about files: `const { workspace } = useFilesTexts()`. */
export function useFilesTexts(): FilesTexts {
  return use(FilesTextsContext);
}
