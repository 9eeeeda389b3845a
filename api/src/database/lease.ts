/** When a lease that is given now ends, by the clock of the database: the clocks of those who hold leases do not matter. */
export const leaseEnd = { $add: ['$$NOW', 10_000] };

/** Whether the lease of a document has run out; so has one that was never given. */
export const isLeaseExpired = { $lt: ['$leaseExpiresAt', '$$NOW'] };

/** Lets an update be a pipeline: only a pipeline can ask for the database's time. */
export const byPipeline = { updatePipeline: true } as const;
