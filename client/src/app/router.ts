import { agentIdSchema, conversationIdSchema } from '@parley/contracts';
import type { AgentId, ConversationId } from '@parley/contracts';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router';
import type { RouterHistory } from '@tanstack/react-router';
import * as z from 'zod/mini';
import { readMarketSearch } from '../features/agents/market/market-filter.ts';
import { readChatLink } from '../features/chat/chat-link.ts';
import { configQuery, conversationQuery, messagesQuery } from '../lib/query/queries.ts';
import { AppShell } from './app-shell.tsx';
import { parseAdminSection } from './admin-sections.ts';
import type { AdminSection } from './admin-sections.ts';
import { ErrorPage } from './error-page.tsx';
import { requireNoSession, requireSession } from './guards.ts';
import type { RouterContext } from './guards.ts';
import { NotFoundPage } from './not-found-page.tsx';
import { ConversationPage } from './pages/conversation-page.tsx';
import { PendingPage } from './pending-page.tsx';
import { RootLayout } from './root-layout.tsx';

const rootRoute = createRootRouteWithContext<RouterContext>()({ component: RootLayout });

const indexRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/c/$conversationId', params: { conversationId: 'new' }, replace: true });
  },
});

const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  beforeLoad: requireSession,
  component: AppShell,
});

const conversationRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/c/$conversationId',
  params: { parse: ({ conversationId }) => ({ conversationId: parseConversationId(conversationId) }) },
  /** What a new chat begins with. */
  validateSearch: readChatLink,
  loader: ({ context, params }) => prefetchConversation(context, params.conversationId),
  component: ConversationPage,
});

const archiveRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/archive',
  component: lazyRouteComponent(() => import('./pages/archive-page.tsx'), 'ArchivePage'),
});

const modelResultsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/model-results',
  component: lazyRouteComponent(() => import('./pages/model-results-page.tsx'), 'ModelResultsPage'),
});

const searchRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/search',
  /** The page reads it. */
  validateSearch: (search) => search,
  component: lazyRouteComponent(() => import('./pages/search-page.tsx'), 'SearchPage'),
});

const projectsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/projects',
  component: lazyRouteComponent(() => import('./pages/projects-page.tsx'), 'ProjectsPage'),
});

const projectRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/projects/$projectId',
  component: lazyRouteComponent(() => import('./pages/project-page.tsx'), 'ProjectPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings-page.tsx'), 'SettingsPage'),
});

const agentsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/agents',
  validateSearch: readMarketSearch,
  component: lazyRouteComponent(() => import('./pages/agents-page.tsx'), 'AgentsPage'),
});

const agentRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/agents/$agentId',
  params: { parse: ({ agentId }) => ({ agentId: parseAgentId(agentId) }) },
  component: lazyRouteComponent(() => import('./pages/agent-page.tsx'), 'AgentPage'),
});

const promptsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/prompts',
  component: lazyRouteComponent(() => import('./pages/prompts-page.tsx'), 'PromptsPage'),
});

const actionsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/actions',
  component: lazyRouteComponent(() => import('./pages/actions-page.tsx'), 'ActionsPage'),
});

const mcpRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/mcp',
  component: lazyRouteComponent(() => import('./pages/mcp-page.tsx'), 'McpPage'),
});

const mcpSignInRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/mcp/sign-in/$name',
  component: lazyRouteComponent(() => import('./pages/mcp-sign-in-page.tsx'), 'McpSignInPage'),
});

const adminRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/admin',
  validateSearch: (search): { section: AdminSection } => ({ section: parseAdminSection(search['section']) }),
  component: lazyRouteComponent(() => import('./pages/admin-page.tsx'), 'AdminPage'),
});

const authRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-out',
  validateSearch: (search): { redirect?: string } =>
    typeof search['redirect'] === 'string' ? { redirect: search['redirect'] } : {},
  beforeLoad: ({ context, search }) => requireNoSession(context, search.redirect),
  loader: ({ context }) => context.queryClient.ensureQueryData(configQuery),
  component: lazyRouteComponent(() => import('./auth-layout.tsx'), 'AuthLayout'),
});

const signInRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in-page.tsx'), 'SignInPage'),
});

const signUpRoute = createRoute({
  getParentRoute: () => authRoute,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./pages/sign-up-page.tsx'), 'SignUpPage'),
});

const docsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/docs/$',
  component: lazyRouteComponent(() => import('./pages/docs-page.tsx'), 'DocsPage'),
});

const shareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/share/$token',
  component: lazyRouteComponent(() => import('./pages/share-page.tsx'), 'SharePage'),
});

const printRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/c/$conversationId/print',
  params: {
    parse: ({ conversationId }) => {
      const id = parseConversationId(conversationId);
      if (id === 'new') throw notFound();
      return { conversationId: id };
    },
  },
  beforeLoad: requireSession,
  component: lazyRouteComponent(() => import('./pages/print-page.tsx'), 'PrintPage'),
});

const routeTree = rootRoute.addChildren([
  indexRoute,
  signedInRoute.addChildren([
    conversationRoute,
    archiveRoute,
    modelResultsRoute,
    projectsRoute,
    projectRoute,
    searchRoute,
    settingsRoute,
    agentsRoute,
    agentRoute,
    promptsRoute,
    actionsRoute,
    mcpRoute,
    mcpSignInRoute,
    adminRoute,
  ]),
  authRoute.addChildren([signInRoute, signUpRoute]),
  docsRoute,
  shareRoute,
  printRoute,
]);

function parseConversationId(value: string): ConversationId | 'new' {
  if (value === 'new') return value;
  const parsed = z.safeParse(conversationIdSchema, value);
  if (!parsed.success) throw notFound();
  return parsed.data;
}

function parseAgentId(value: string): AgentId | 'new' {
  if (value === 'new') return value;
  const parsed = z.safeParse(agentIdSchema, value);
  if (!parsed.success) throw notFound();
  return parsed.data;
}

/** Begins to fetch a chat as soon as somebody reaches for it; the page itself waits and reports failures. */
function prefetchConversation({ queryClient }: RouterContext, id: ConversationId | 'new'): void {
  if (id === 'new') return;
  void queryClient.prefetchQuery(conversationQuery(id));
  void queryClient.prefetchQuery(messagesQuery(id));
}

export interface AppRouterOptions extends RouterContext {
  readonly history: RouterHistory;
}

/** The routes of the app over a history and what their guards need. */
export function createAppRouter({ history, ...context }: AppRouterOptions) {
  return createRouter({
    routeTree,
    history,
    context,
    defaultPreload: 'intent',
    // Data has its own cache; the router only has to know that it may be asked for early.
    defaultPreloadStaleTime: 0,
    // A page that is ready sooner shows at once; the sign of waiting, once shown, stays long enough to be seen.
    defaultPendingMs: 800,
    defaultPendingMinMs: 400,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: AppRouter;
  }
}
