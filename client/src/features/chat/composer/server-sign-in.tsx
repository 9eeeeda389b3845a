import { mcpRoutes, mcpServerNameSchema } from '@parley/contracts';
import { useState } from 'react';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { openTab } from '../../../lib/open-tab.ts';
import { Button } from '../../../ui/button.tsx';
import { showToast } from '../../../ui/toast-store.ts';

/** Opens the sign-in page of a server in a tab of its own. */
export function ServerSignIn({ name, title }: { readonly name: string; readonly title: string }) {
  const texts = useTexts();
  const { menu, signIn } = texts.tools;
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    const tab = openTab();
    setBusy(true);
    try {
      const params = { name: mcpServerNameSchema.parse(name) };
      const { authorizationUrl } = await call(mcpRoutes.signIn, { params });
      tab.lead(authorizationUrl);
      if (!tab.isOpen) showToast({ text: signIn.blocked });
    } catch (error) {
      tab.close();
      showToast({ text: signIn.failed(explainError(error, texts)), tone: 'danger' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button size="small" busy={busy} aria-label={menu.signIn(title)} onClick={() => void begin()}>
      {menu.signInShort}
    </Button>
  );
}
