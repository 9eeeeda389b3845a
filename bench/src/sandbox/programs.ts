import type { LanguageId } from '@parley/sandbox';

/** A program whose time is measured, and what it prints. */
export interface Program {
  readonly name: string;
  readonly language: LanguageId;
  readonly code: string;
  /** In a container of its own, or in one that runs, milliseconds that 95 of 100 runs stay below. */
  readonly goals: { readonly cold: number; readonly sticky: number };
}

const plot = `import pandas as pd
import matplotlib.pyplot as plt
pd.DataFrame({"a": range(100), "b": [n * n for n in range(100)]}).plot(x="a")
plt.savefig("plot.png")
print("hello")
`;

/** The smallest program of each language, and the one people write most. */
export const programs: readonly Program[] = [
  { name: 'python', language: 'python', code: 'print("hello")\n', goals: { cold: 500, sticky: 150 } },
  { name: 'pandas + png', language: 'python', code: plot, goals: { cold: 1_500, sticky: 1_200 } },
  { name: 'javascript', language: 'javascript', code: 'console.log("hello")\n', goals: { cold: 500, sticky: 150 } },
  {
    name: 'typescript',
    language: 'typescript',
    code: 'const word: string = "hello";\nconsole.log(word);\n',
    goals: { cold: 400, sticky: 400 },
  },
  { name: 'php', language: 'php', code: '<?php echo "hello\\n";\n', goals: { cold: 400, sticky: 400 } },
  {
    name: 'c',
    language: 'c',
    code: '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n',
    goals: { cold: 400, sticky: 400 },
  },
  {
    name: 'c++',
    language: 'cpp',
    code: '#include <iostream>\nint main() { std::cout << "hello\\n"; }\n',
    goals: { cold: 900, sticky: 900 },
  },
  {
    name: 'fortran',
    language: 'fortran',
    code: 'program main\n  print "(a)", "hello"\nend program\n',
    goals: { cold: 400, sticky: 400 },
  },
  {
    name: 'go',
    language: 'go',
    code: 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
    goals: { cold: 900, sticky: 900 },
  },
  {
    name: 'java',
    language: 'java',
    code: 'public class Main { public static void main(String[] a) { System.out.println("hello"); } }\n',
    goals: { cold: 900, sticky: 900 },
  },
  { name: 'rust', language: 'rust', code: 'fn main() { println!("hello"); }\n', goals: { cold: 900, sticky: 900 } },
];
