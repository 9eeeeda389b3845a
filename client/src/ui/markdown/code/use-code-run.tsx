import { type ReactNode, Suspense, use, useState } from 'react';
import { CodeRunContext, type RunnableCode } from './code-run-slots.ts';

/** What stands in the header of code that can be run, and what stands below it once somebody has run it. */
export function useCodeRun(code: RunnableCode): { readonly button: ReactNode; readonly result: ReactNode } {
  const slots = use(CodeRunContext);
  const [run, setRun] = useState({ number: 0, isActive: false });
  if (!slots) return { button: null, result: null };
  const { Button, Result } = slots;
  const { number, isActive } = run;
  return {
    button: (
      <Suspense fallback={null}>
        <Button code={code} active={isActive} onRun={() => setRun({ number: number + 1, isActive: true })} />
      </Suspense>
    ),
    result:
      number > 0 ? (
        <Suspense fallback={null}>
          <Result
            key={number}
            code={code}
            onEnded={() => setRun({ number, isActive: false })}
            onClose={() => setRun({ number: 0, isActive: false })}
          />
        </Suspense>
      ) : null,
  };
}
