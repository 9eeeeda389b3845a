import { mcpRoutes } from '@parley/contracts';
import type { McpServerSettings, McpServerView } from '@parley/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../lib/api/call.ts';
import { explainError } from '../../lib/explain-error.ts';
import { useMcpTexts } from '../../lib/i18n/use-mcp-texts.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { mcpServersQuery, toolsQuery } from '../../lib/query/tool-queries.ts';
import { webUrl } from '../../lib/web-url.ts';
import { showToast } from '../../ui/toast-store.ts';

/** What can be done with one server; each tells how it went, and the lists follow. */
export function useServerActions({ name, title }: Pick<McpServerView, 'name' | 'title'>) {
  const texts = useMcpTexts();
  const all = useTexts();
  const renew = useRenewServers();
  const fail = (intro: string) => (error: unknown) =>
    showToast({ tone: 'danger', text: `${intro} ${explainError(error, all)}` });

  const test = useMutation({
    mutationFn: () => call(mcpRoutes.test, { params: { name } }),
    onError: fail(texts.testFailed(title)),
    onSuccess: ({ server, software = '', milliseconds }) => {
      if (server.state === 'connected') {
        showToast({ tone: 'success', text: texts.testDone(title, software, milliseconds) });
      } else if (server.state === 'sign-in-needed') {
        showToast({ text: texts.testSignIn(title) });
      } else {
        showToast({ tone: 'danger', text: `${texts.testFailed(title)} ${server.trouble ?? ''}`.trim() });
      }
    },
    onSettled: () => renew(name),
  });

  const signIn = useMutation({
    mutationFn: () => call(mcpRoutes.signIn, { params: { name } }),
    onError: fail(texts.signInFailed),
    onSuccess: ({ authorizationUrl }) => {
      // Whatever a server names as its place to sign in, only web pages are opened.
      const address = webUrl(authorizationUrl);
      if (address) globalThis.location.assign(address.href);
      else showToast({ tone: 'danger', text: texts.signInFailed });
    },
  });

  const signOut = useMutation({
    mutationFn: () => call(mcpRoutes.signOut, { params: { name } }),
    onError: fail(texts.actionFailed),
    onSuccess: () => showToast({ text: texts.signedOut(title) }),
    onSettled: () => renew(name),
  });

  const remove = useMutation({
    mutationFn: () => call(mcpRoutes.remove, { params: { name } }),
    onError: fail(texts.actionFailed),
    onSuccess: () => showToast({ text: texts.removed(title) }),
    onSettled: () => renew(name),
  });

  return { test, signIn, signOut, remove };
}

/** Adds a server, or changes the one of that name. */
export function useSaveServer(name: string | undefined, onSaved: () => void) {
  const { form } = useMcpTexts();
  const renew = useRenewServers();
  return useMutation({
    mutationFn: (settings: McpServerSettings) =>
      name === undefined
        ? call(mcpRoutes.create, { body: settings })
        : call(mcpRoutes.update, { params: { name }, body: settings }),
    onSuccess: async ({ title }) => {
      await renew(name);
      showToast({ tone: 'success', text: name === undefined ? form.added(title) : form.saved(title) });
      onSaved();
    },
  });
}

/** Keeps what a server wants to know of this person. */
export function useSaveVariables(name: string, onSaved: () => void) {
  const texts = useMcpTexts();
  const renew = useRenewServers();
  return useMutation({
    mutationFn: (values: Record<string, string>) =>
      call(mcpRoutes.setVariables, { params: { name }, body: { values } }),
    onSuccess: async () => {
      await renew(name);
      showToast({ tone: 'success', text: texts.variablesSaved });
      onSaved();
    },
  });
}

/** Fetches again what has changed with a server. */
export function useRenewServers(): (name?: string) => Promise<void> {
  const queryClient = useQueryClient();
  return async (name) => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: mcpServersQuery.queryKey }),
      queryClient.invalidateQueries({ queryKey: toolsQuery.queryKey }),
      ...(name === undefined ? [] : [queryClient.invalidateQueries({ queryKey: ['mcp-tools', name] })]),
    ]);
  };
}
