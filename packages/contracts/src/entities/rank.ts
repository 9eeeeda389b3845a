import * as z from 'zod/mini';

/**
 * A place in an order that people make, lowest first; a new place is a number between its neighbours. The server deals
 * the numbers anew, in the same order, before there is no room left between two.
 */
export const rankSchema = z.number().check(z.minimum(-1e12), z.maximum(1e12));
