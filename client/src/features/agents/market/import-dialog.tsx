import { agentFileSchema, agentRoutes } from '@parley/contracts';
import type { Agent, AgentFile } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import * as z from 'zod/mini';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useAgentTexts } from '../../../lib/i18n/use-agent-texts.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { parseJson } from '../../../lib/parse-json.ts';
import { Banner } from '../../../ui/banner.tsx';
import { Button } from '../../../ui/button.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { FileButton } from '../../../ui/file-button.tsx';
import { showToast } from '../../../ui/toast-store.ts';
import { rememberAgent } from '../agent-lists.ts';

/** Far more than an agent with its picture comes to. */
const largestBytes = 1_000_000;

export interface ImportDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly onOpenAgent: (agent: Agent) => void;
}

/** Makes an agent from a file, and tells what of it this install does not have. */
export function ImportDialog({ open, onClose, onOpenAgent }: ImportDialogProps) {
  const { importing } = useAgentTexts();
  return (
    <Dialog open={open} onClose={onClose} title={importing.title}>
      <ImportSteps onClose={onClose} onOpenAgent={onOpenAgent} />
    </Dialog>
  );
}

function ImportSteps({ onClose, onOpenAgent }: Omit<ImportDialogProps, 'open'>) {
  const texts = useTexts();
  const { importing } = useAgentTexts();
  const client = useQueryClient();
  const [problem, setProblem] = useState<string>();
  const upload = useMutation({
    mutationFn: (file: AgentFile) => call(agentRoutes.import, { body: file }),
    onSuccess(made) {
      rememberAgent(client, made);
      if (made.leftOut.length > 0) return;
      showToast({ text: importing.done(made.agent.name), tone: 'success' });
      onClose();
      onOpenAgent(made.agent);
    },
  });
  const choose = async (file: File) => {
    upload.reset();
    if (file.size > largestBytes) return setProblem(importing.tooLarge);
    const parsed = z.safeParse(agentFileSchema, parseJson(await file.text()));
    setProblem(parsed.success ? undefined : importing.unreadable);
    if (parsed.success) upload.mutate(parsed.data);
  };
  const made = upload.data;
  if (made && made.leftOut.length > 0) {
    return (
      <output className="flex flex-col gap-3">
        <p className="font-medium">{importing.doneTitle(made.agent.name)}</p>
        <p>{importing.leftOut}</p>
        <ul className="list-disc ps-5 text-text-muted">
          {made.leftOut.map((item) => (
            <li key={item} className="wrap-anywhere">
              {item}
            </li>
          ))}
        </ul>
        <Button
          variant="primary"
          className="self-start"
          onClick={() => {
            onClose();
            onOpenAgent(made.agent);
          }}
        >
          {importing.open}
        </Button>
      </output>
    );
  }
  const failure = problem ?? (upload.error ? `${importing.failed} ${explainError(upload.error, texts)}` : undefined);
  return (
    <div className="flex flex-col gap-4">
      <p>{importing.text}</p>
      {failure === undefined ? null : <Banner tone="danger">{failure}</Banner>}
      <FileButton
        variant="primary"
        className="self-start"
        busy={upload.isPending}
        icon={<FileUp aria-hidden className="size-4" />}
        accept="application/json,.json"
        onChoose={(file) => void choose(file)}
        inputTestId="agent-file"
      >
        {importing.choose}
      </FileButton>
    </div>
  );
}
