/** `T` while it is being made. */
export type Writable<T> = { -readonly [Name in keyof T]: T[Name] };
