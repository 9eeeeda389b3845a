import { useQuery } from '@tanstack/react-query';
import { configQuery } from './query/queries.ts';

/** The name of this install; `Parley` until the server has said otherwise. */
export function useAppTitle(): string {
  return useQuery(configQuery).data?.appTitle ?? 'Parley';
}
