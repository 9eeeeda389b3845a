export { EmbeddedMongoError, type EmbeddedMongoErrorCode } from './embedded-mongo-error.ts';
export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './start-embedded-mongo.ts';
