import {
  authRoutes,
  configRoutes,
  conversationRoutes,
  deviceRoutes,
  docRoutes,
  draftRoutes,
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
  ...Object.values(deviceRoutes),
  ...Object.values(draftRoutes),
];
