import { useEffect, useMemo, useState } from 'react';
import type { FrameContent } from './artifact-host.ts';
import type { CompileFailure } from './compile/compile-messages.ts';
import type { ArtifactSource } from './read-artifact.ts';

/** Characters of an artifact that is still shown; what is longer is only read. */
const longestShown = 1_000_000;

/** What a frame is to show, once it is known: `compiling` until then. */
export type ShownContent = FrameContent | CompileFailure | 'compiling' | 'too-long';

/** An artifact as its frame takes it. React is compiled first. */
export function useFrameContent({ kind, text }: ArtifactSource): ShownContent {
  const isCompiled = kind === 'react';
  // A frame begins anew with every other content.
  const plain = useMemo<FrameContent>(() => ({ kind: kind === 'svg' ? 'svg' : 'html', code: text }), [kind, text]);
  const [compiled, setCompiled] = useState<{ readonly text: string; readonly content: ShownContent }>();
  useEffect(() => {
    if (!isCompiled || text.length > longestShown) return undefined;
    let isCurrent = true;
    const compile = async () => {
      const { pageCompiler } = await import('./compile/page-compiler.ts');
      const result = await pageCompiler.compile(text);
      if (!isCurrent) return;
      setCompiled({ text, content: 'code' in result ? { kind: 'react', code: result.code } : result });
    };
    void compile();
    return () => {
      isCurrent = false;
    };
  }, [isCompiled, text]);
  if (text.length > longestShown) return 'too-long';
  if (isCompiled) return compiled?.text === text ? compiled.content : 'compiling';
  return plain;
}
