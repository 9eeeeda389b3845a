import type { LanguageId } from '../core/languages.ts';

/** One program for each thing that every language must do, or that must be done to it. */
export interface MatrixPrograms {
  /** Prints `hello`. */
  readonly hello: string;
  /** Prints the content of `input.txt`. */
  readonly read: string;
  /** Writes `written` into `output.txt`. */
  readonly write: string;
  /** Is not of the language. */
  readonly broken: string;
  /** Prints `before`, and fails. */
  readonly failing: string;
  /** Prints `before`, and never ends. */
  readonly endless: string;
  /** Takes memory until there is none, and uses it. */
  readonly hungry: string;
}

/** The programs of `parley-sandbox matrix`. */
export const matrixPrograms: Readonly<Record<LanguageId, MatrixPrograms>> = {
  python: {
    hello: 'print("hello")',
    read: 'print(open("input.txt").read())',
    write: 'with open("output.txt", "w") as file:\n    file.write("written")',
    broken: 'print("hello"',
    failing: 'print("before")\nraise ValueError("on purpose")',
    endless: 'print("before")\nwhile True:\n    pass',
    hungry: 'blocks = []\nwhile True:\n    blocks.append(b"x" * 10_000_000)',
  },
  javascript: {
    hello: 'console.log("hello")',
    read: 'console.log(require("fs").readFileSync("input.txt", "utf8"))',
    write: 'require("fs").writeFileSync("output.txt", "written")',
    broken: 'console.log("hello"',
    failing: 'console.log("before"); throw new Error("on purpose")',
    endless: 'console.log("before"); for (;;);',
    hungry: 'const blocks = []; for (;;) blocks.push(Buffer.alloc(10_000_000, 1))',
  },
  typescript: {
    hello: 'const word: string = "hello"; console.log(word)',
    read: 'import { readFileSync } from "node:fs"; console.log(readFileSync("input.txt", "utf8"))',
    write: 'import { writeFileSync } from "node:fs"; writeFileSync("output.txt", "written")',
    broken: 'const word: = "hello"',
    failing: 'console.log("before"); throw new Error("on purpose" as string)',
    endless: 'console.log("before" as string); for (;;);',
    hungry: 'const blocks: Buffer[] = []; for (;;) blocks.push(Buffer.alloc(10_000_000, 1))',
  },
  go: {
    hello: go('"fmt"', 'fmt.Println("hello")'),
    read: go('"fmt"; "os"', 'text, _ := os.ReadFile("input.txt"); fmt.Println(string(text))'),
    write: go('"os"', 'os.WriteFile("output.txt", []byte("written"), 0o644)'),
    broken: go('"fmt"', 'fmt.Println(missing)'),
    failing: go('"fmt"', 'fmt.Println("before"); panic("on purpose")'),
    endless: go('"fmt"', 'fmt.Println("before"); for {}'),
    hungry: go(
      '"bytes"',
      'var blocks [][]byte; for { blocks = append(blocks, bytes.Repeat([]byte("x"), 10_000_000)) }',
    ),
  },
  c: {
    hello: c('puts("hello");'),
    read: c('char text[9] = ""; fgets(text, 9, fopen("input.txt", "r")); puts(text);'),
    write: c('FILE *file = fopen("output.txt", "w"); fputs("written", file); fclose(file);'),
    broken: c('missing();'),
    failing: c('puts("before"); abort();'),
    endless: c('puts("before"); for (volatile int i = 0;; i++);'),
    hungry: c(
      'for (;;) { char *block = malloc(10000000); if (block) memset(block, 1, 10000000); putc(block[9], stderr); }',
    ),
  },
  cpp: {
    hello: cpp('std::cout << "hello\\n";'),
    read: cpp('std::ifstream file("input.txt"); std::string text; file >> text; std::cout << text << "\\n";'),
    write: cpp('std::ofstream("output.txt") << "written";'),
    broken: cpp('missing();'),
    failing: cpp('std::cout << "before" << std::endl; throw std::runtime_error("on purpose");'),
    endless: cpp('std::cout << "before" << std::endl; for (volatile int i = 0;; i = i + 1);'),
    hungry: cpp("std::vector<std::string> blocks; for (;;) blocks.emplace_back(10000000, 'x');"),
  },
  java: {
    hello: java('System.out.println("hello");'),
    read: java('System.out.println(java.nio.file.Files.readString(java.nio.file.Path.of("input.txt")));'),
    write: java('java.nio.file.Files.writeString(java.nio.file.Path.of("output.txt"), "written");'),
    broken: java('int number = "hello";'),
    failing: java('System.out.println("before"); throw new IllegalStateException("on purpose");'),
    endless: java('System.out.println("before"); for (;;);'),
    hungry: java('var blocks = new java.util.ArrayList<byte[]>(); for (;;) blocks.add(new byte[10_000_000]);'),
  },
  php: {
    hello: '<?php echo "hello\\n";',
    read: '<?php echo file_get_contents("input.txt");',
    write: '<?php file_put_contents("output.txt", "written");',
    broken: '<?php echo "hello',
    failing: '<?php echo "before\\n"; throw new Exception("on purpose");',
    endless: '<?php echo "before\\n"; while (true);',
    hungry: '<?php $blocks = []; while (true) $blocks[] = str_repeat("x", 10_000_000);',
  },
  rust: {
    hello: rust('println!("hello");'),
    read: rust('println!("{}", std::fs::read_to_string("input.txt").unwrap());'),
    write: rust('std::fs::write("output.txt", "written").unwrap();'),
    broken: rust('let number: i32 = "hello";'),
    failing: rust('println!("before"); panic!("on purpose");'),
    endless: rust('println!("before"); loop { std::hint::spin_loop() }'),
    hungry: rust('let mut blocks = Vec::new(); loop { blocks.push(vec![1u8; 10_000_000]); }'),
  },
  fortran: {
    hello: fortran('print "(a)", "hello"'),
    read: fortran('character(9) :: text\nopen (7, file="input.txt")\nread (7, *) text\nprint "(a)", trim(text)'),
    write: fortran('open (7, file="output.txt", access="stream")\nwrite (7) "written"'),
    broken: fortran('number = '),
    failing: fortran('print "(a)", "before"\nerror stop "on purpose"'),
    endless: fortran('integer, volatile :: i\nprint "(a)", "before"\ndo\ni = 1\nend do'),
    hungry: fortran(`type block
  real, allocatable :: numbers(:)
end type
type(block) :: blocks(1000)
integer :: i
do i = 1, 1000
  allocate (blocks(i)%numbers(2500000), source=1.0)
end do
print *, blocks(1000)%numbers(1)`),
  },
};

function go(imports: string, body: string): string {
  return `package main\nimport (${imports})\nfunc main() { ${body} }\n`;
}

function c(body: string): string {
  return `#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\nint main(void) { ${body} }\n`;
}

function cpp(body: string): string {
  const headers = ['fstream', 'iostream', 'stdexcept', 'string', 'vector'].map((name) => `#include <${name}>\n`);
  return `${headers.join('')}int main() { ${body} }\n`;
}

function java(body: string): string {
  return `public class Matrix { public static void main(String[] words) throws Exception { ${body} } }\n`;
}

function rust(body: string): string {
  return `fn main() { ${body} }\n`;
}

function fortran(body: string): string {
  return `program matrix\n${body}\nend program\n`;
}
