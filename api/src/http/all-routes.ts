import {
  authRoutes,
  configRoutes,
  conversationRoutes,
  docRoutes,
  generationRoutes,
  modelRoutes,
  userRoutes,
} from '@parley/contracts';
import type { Route } from '@parley/contracts';

/** Every route of the contract. */
export const allRoutes: readonly Route[] = [
  ...Object.values(authRoutes),
  ...Object.values(userRoutes),
  ...Object.values(configRoutes),
  ...Object.values(modelRoutes),
  ...Object.values(docRoutes),
  ...Object.values(conversationRoutes),
  ...Object.values(generationRoutes),
];
