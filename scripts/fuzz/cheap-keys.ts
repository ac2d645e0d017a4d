import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/*
 * The key of a replica file is wrapped under one that takes a fifth of a second to derive from the password, on purpose:
 * half of a story's time, for something that decides nothing in it. Here it is derived in a moment. Has to be loaded
 * before whatever takes `scrypt` from its module.
 */

const { scrypt } = crypto;
const cheap = { N: 16, r: 8, p: 1 };

type Callback = (error: Error | null, key: Buffer<ArrayBuffer>) => void;

crypto.scrypt = (password: crypto.BinaryLike, salt: crypto.BinaryLike, length: number, ...rest: unknown[]): void => {
  scrypt(password, salt, length, cheap, rest.at(-1) as Callback);
};
syncBuiltinESMExports();
