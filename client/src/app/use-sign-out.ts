import { authRoutes } from '@parley/contracts';
import { useNavigate } from '@tanstack/react-router';
import { call, session } from '../lib/api/call.ts';
import { explainError } from '../lib/explain-error.ts';
import { useTexts } from '../lib/i18n/use-texts.ts';
import { showToast } from '../ui/toast-store.ts';

/** Ends the session on the server, then in all tabs of this browser. Without the server's word nobody is signed out. */
export function useSignOut(): () => void {
  const texts = useTexts();
  const navigate = useNavigate();
  const signOut = async () => {
    try {
      await session.leave(() => call(authRoutes.logout, {}));
    } catch (error) {
      showToast({ tone: 'danger', text: `${texts.account.signOutFailed} ${explainError(error, texts)}` });
      return;
    }
    // Not back to this page: the next person may be somebody else.
    await navigate({ to: '/sign-in', search: {} });
  };
  return () => void signOut();
}
