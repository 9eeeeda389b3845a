/** A language code can be run in. */
export type LanguageId =
  | 'python'
  | 'javascript'
  | 'typescript'
  | 'go'
  | 'c'
  | 'cpp'
  | 'java'
  | 'php'
  | 'rust'
  | 'fortran';

/** An image, named as its stage in `images/Dockerfile`. */
export type ImageTarget = 'python' | 'node' | 'go' | 'cpp' | 'java' | 'php' | 'rust' | 'fortran';

export interface Language {
  readonly id: LanguageId;
  /** What people read. */
  readonly label: string;
  /** Other names, lower case: file endings, LibreChat's names, what people write behind the marks of a code block. */
  readonly aliases: readonly string[];
  readonly image: ImageTarget;
  readonly compiled: boolean;
  /** Megabytes for the program and its compiler, without the workspace. */
  readonly memoryMb: number;
}

const small = 512;
const large = 1024;

/** Every language there is, in the order people are shown. */
export const languages: readonly Language[] = [
  { id: 'python', label: 'Python', aliases: ['py', 'python3'], image: 'python', compiled: false, memoryMb: small },
  {
    id: 'javascript',
    label: 'JavaScript',
    aliases: ['js', 'node', 'mjs', 'cjs'],
    image: 'node',
    compiled: false,
    memoryMb: small,
  },
  {
    id: 'typescript',
    label: 'TypeScript',
    aliases: ['ts', 'mts', 'cts'],
    image: 'node',
    compiled: true,
    memoryMb: small,
  },
  { id: 'go', label: 'Go', aliases: ['golang'], image: 'go', compiled: true, memoryMb: large },
  { id: 'c', label: 'C', aliases: [], image: 'cpp', compiled: true, memoryMb: small },
  { id: 'cpp', label: 'C++', aliases: ['c++', 'cc', 'cxx'], image: 'cpp', compiled: true, memoryMb: small },
  { id: 'java', label: 'Java', aliases: [], image: 'java', compiled: true, memoryMb: large },
  { id: 'php', label: 'PHP', aliases: [], image: 'php', compiled: false, memoryMb: small },
  { id: 'rust', label: 'Rust', aliases: ['rs'], image: 'rust', compiled: true, memoryMb: large },
  {
    id: 'fortran',
    label: 'Fortran',
    aliases: ['f90', 'f95', 'f03', 'f08'],
    image: 'fortran',
    compiled: true,
    memoryMb: small,
  },
];

const byName = new Map(
  languages.flatMap((language) =>
    [language.id, ...language.aliases].map((name): [string, Language] => [name, language]),
  ),
);

/** The language of that name or short name, in any case; `undefined` when there is none. */
export function findLanguage(name: string): Language | undefined {
  return byName.get(name.trim().toLowerCase());
}
